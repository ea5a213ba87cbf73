"""Counted lengths as fields of the workload: mean and 95th percentile, or the median where no log-normal has that mean."""

from __future__ import annotations

import math
from dataclasses import dataclass

from framework.quantities import MAX_P95_OVER_MEAN, log_normal_from_p50
from framework.texts.corpus import CorpusCounts
from framework.wording import count

_FAR = 1.5
"""How far off the mean that follows from the median may be before it says more wrong than right."""


@dataclass(frozen=True)
class Spread:
    """What is entered, in o200k tokens: mean and p95, or p50 and p95 with the mean that follows; `told` says what, and what it leaves out."""

    mean: float
    p50: float | None
    p95: float | None
    told: str

    def fields(self, what: str) -> dict[str, float | None]:
        """The fields of a length: `tokens.input` or `tokens.output`."""
        return {f"{what}_mean": self.mean, f"{what}_p50": self.p50, f"{what}_p95": self.p95}


def spread_of(counts: CorpusCounts) -> Spread:
    """The log-normal nearest to the counted lengths that keeps the mean, on which the bill rests, wherever one can be had."""
    mean = float(max(1, round(counts.mean_tokens)))
    p50, p95 = max(1.0, counts.p50_tokens), float(math.ceil(counts.p95_tokens))
    widest = float(math.floor(MAX_P95_OVER_MEAN * mean))
    if counts.documents == 1:
        return Spread(mean, None, None, f"mean {count(mean)}, no spread: it is one document")
    if p95 < mean:
        return Spread(
            mean, None, None, f"mean {count(mean)} without a spread: so few documents hold so much that 95 % are shorter than the mean"
        )
    if p95 <= widest:
        return Spread(mean, None, p95, f"mean {count(mean)}, 95th percentile {count(p95)}")
    return _wide(mean, p50, p95, widest)


def _wide(mean: float, p50: float, p95: float, widest: float) -> Spread:
    """Wider than a mean and a 95th percentile allow."""
    follows = float(log_normal_from_p50(p50, p95).mean) if p95 <= 1000 * p50 else math.inf
    if mean / _FAR <= follows <= mean * _FAR:
        return Spread(
            follows, p50, p95, f"median {count(p50)}, 95th percentile {count(p95)}; the mean that follows is {count(round(follows))}"
        )
    return Spread(
        mean,
        None,
        widest,
        f"mean {count(mean)}, 95th percentile {count(widest)}: the widest that a mean allows; that of the documents is {count(p95)}",
    )
