"""Every offer against what the team is on today."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framework.errors import UnknownOffer
from framework.scoring.chain import Case

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Differences:
    """Each offer less the baseline `offer`, arrays `(offers,)` in the order of the columns; NaN where either side is not known.

    `cost_usd` and `cost_share` a month (-0.2 is a fifth cheaper), `ttft_p50_s`, `attainment` and `fits_share` in points of 0..1, `headroom`
    as a factor (2 is twice the baseline's). `score`: of the weighted sums, by their lower bounds.
    """

    offer: str
    cost_usd: Array
    cost_share: Array
    ttft_p50_s: Array
    attainment: Array
    headroom: Array
    fits_share: Array
    score: Array


def differences(case: Case, score_low: Array, *, baseline: str) -> Differences:
    """Differences to one offer by its id; `UnknownOffer` if these columns do not hold it."""
    if baseline not in case.columns.ids:
        raise UnknownOffer(
            f"the baseline {baseline[:120]!r} is not an offer of the catalogue: take an id from the price table, or leave it out"
        )
    today, parts = case.columns.index(baseline), case.assessments
    cost_usd = parts.cost.expected_usd
    with np.errstate(divide="ignore", invalid="ignore"):
        return Differences(
            offer=baseline,
            cost_usd=cost_usd - cost_usd[today],
            cost_share=cost_usd / cost_usd[today] - 1,
            ttft_p50_s=parts.latency.ttft_p50_s - parts.latency.ttft_p50_s[today],
            attainment=parts.latency.attainment - parts.latency.attainment[today],
            headroom=parts.rate_limits.headroom / parts.rate_limits.headroom[today],
            fits_share=parts.context_window.fits_share - parts.context_window.fits_share[today],
            score=score_low - score_low[today],
        )
