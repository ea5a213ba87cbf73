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
    """What is entered, in o200k tokens: a mean with a p95 or without, or p50 and p95 with the mean that follows.

    `told` says what it leaves out of the lengths that were counted; empty where it leaves out nothing.
    """

    mean: float
    p50: float | None
    p95: float | None
    told: str = ""

    def fields(self, what: str) -> dict[str, float | None]:
        """The fields of a length: `tokens.input` or `tokens.output`."""
        return {f"{what}_mean": self.mean, f"{what}_p50": self.p50, f"{what}_p95": self.p95}

    @property
    def words(self) -> str:
        """`mean 60, p95 86`."""
        first = f"mean {count(self.mean)}" if self.p50 is None else f"median {count(self.p50)}"
        return first if self.p95 is None else f"{first}, p95 {count(self.p95)}"


def spread_of(counts: CorpusCounts) -> Spread:
    """The log-normal nearest to the counted lengths that keeps the mean, on which the bill rests, wherever one can be had."""
    mean = float(max(1, round(counts.mean_tokens)))
    p50, p95 = max(1.0, counts.p50_tokens), float(math.ceil(counts.p95_tokens))
    widest = float(math.floor(MAX_P95_OVER_MEAN * mean))
    if counts.documents == 1:
        return Spread(mean, None, None)
    if counts.p95_tokens < counts.mean_tokens:
        return Spread(mean, None, None, "Without a spread: a few documents hold so much that 95 % of them are shorter than the mean.")
    if p95 <= widest:
        return Spread(mean, None, max(mean, p95))
    return _wide(mean, p50, p95, widest)


def _wide(mean: float, p50: float, p95: float, widest: float) -> Spread:
    """Wider than a mean and a 95th percentile allow."""
    follows = float(log_normal_from_p50(p50, p95).mean) if p95 <= 1000 * p50 else math.inf
    apart = f"The lengths lie so far apart that no log-normal has their mean ({count(mean)}) and 95th percentile ({count(p95)})"
    if mean / _FAR <= follows <= mean * _FAR:
        return Spread(
            follows, p50, p95, f"{apart}: median and 95th percentile are entered, and the mean that follows is {count(round(follows))}."
        )
    return Spread(mean, None, widest, f"{apart}: the mean is entered with the widest spread that it allows.")
