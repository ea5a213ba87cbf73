"""How firm the answer is, for machines: what JSON can hold, unknown is null."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from framework.axes.assessment import CRITERIA
from framework.report.robust_words import how_firm, intervals
from framework.scoring.price_cuts import price_cuts, price_rise
from framework.scoring.weights import smallest_change

if TYPE_CHECKING:
    from framework.scoring.results import Certainty
    from framework.study import Study


def as_json(study: Study) -> dict[str, Any] | None:
    """Null without a choice. Shares are 0..1, money USD a month; `price_cuts` by offer id, null where no cut would do."""
    answer = study.recommendation
    if answer.choice is None:
        return None
    at, ids = study.columns.index(answer.choice), study.columns.ids
    rise = price_rise(study.case, answer.scores, choice=at)
    change = smallest_change(answer.scores, choice=at, ids=ids, cost_usd=study.assessments.cost.expected_usd)
    return {
        "sentences": how_firm(study),
        "certainty": None if answer.certainty is None else _certainty(answer.certainty),
        "price_cuts": {cut.offer: cut.share for cut in price_cuts(study.case, answer.scores, choice=at)},
        "price_rise": None if rise is None else {"share": rise.share, "to_usd": rise.to_usd, "new_winner": rise.new_winner},
        "smallest_weight_change": None
        if change is None
        else {"moved": change.moved, "new_winner": change.new_winner, "weights": _by_criterion(change.weights)},
        "weight_intervals": {each.axis: [each.low, each.high] for each in intervals(study)} if answer.deepened else None,
    }


def _by_criterion(figures: NDArray[np.float64]) -> dict[str, float | None]:
    return {name: each if math.isfinite(each) else None for name, each in zip(CRITERIA, figures.tolist(), strict=False)}


def _certainty(found: Certainty) -> dict[str, Any]:
    return {
        "too_close": found.too_close,
        "runner_up": found.runner_up,
        "best_on_average": found.best_on_average,
        "fails_share": found.fails_share,
        "regret": _by_criterion(found.regret),
        "rank_shares": {offer: shares.tolist() for offer, shares in zip(found.ids, found.rank_share, strict=True)},
        "worth_knowing": [
            {"input": each.what, "changes_share": each.changes_share, "gain": each.gain, "gain_usd": each.gain_usd}
            for each in found.knowing
        ],
    }
