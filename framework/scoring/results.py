"""What the scoring hands on: exclusions, scores, flip points, the recommendation. Arrays run over offers in the order of the columns."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from framework.axes.assessment import CRITERIA, Criterion, Finding

Array = NDArray[np.float64]
Gate = Literal[
    "retired", "not sold", "class", "features", "providers", "regions", "retention", "success", "budget", "context_window", "rate_limits"
]


@dataclass(frozen=True)
class Exclusion:
    """Why an offer is out: the gate, a sentence with the figures, and what would let it in.

    `missed_by`: for a near miss, by what part of what is asked this gate, the only one that is shut, is missed.
    """

    offer: str
    gate: Gate
    reason: str
    cure: str | None = None
    missed_by: float | None = None


@dataclass(frozen=True, eq=False)
class Scores:
    """Values 0..1 per criterion as intervals, `value_low`/`value_high` `(criteria, offers)`; an unknown one is 0 to 1.

    `low`/`high` `(offers,)`: weighted sums. `rank`: 1 is best among the eligible, 0 where excluded; ranked by `low`.
    `topsis`: closeness 0..1 as a second opinion, NaN where excluded. `dominated`: another eligible offer is at least as good on every axis
    and better on one; criteria that weigh nothing count too, but for success.
    """

    weights: Array
    value_low: Array
    value_high: Array
    low: Array
    high: Array
    eligible: NDArray[np.bool_]
    rank: NDArray[np.int64]
    topsis: Array
    dominated: NDArray[np.bool_]

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """What the rows stand for: the axes, and success where the team has evaluated."""
        return CRITERIA[: len(self.weights)]


@dataclass(frozen=True)
class FlipPoint:
    """Change `what` from `from_` to `to` and `new_winner` is the choice (None = nothing fits any more).

    `exact` for weights, which are shares of the total and rescale the others; workload fields are found by a sweep, to half a per cent.
    `p95_from`, `p95_to`: of a mean length, where no log-normal has that mean and the p95 given, so that it has to move too; else None.
    """

    what: str
    from_: float
    to: float
    new_winner: str | None
    exact: bool = False
    p95_from: float | None = None
    p95_to: float | None = None


@dataclass(frozen=True)
class Knowing:
    """What it would be worth to know one group of inputs exactly, before choosing.

    `changes_share`: share of the draws in which another offer than the best on average would then be taken. `gain`: of the score, and
    `gain_usd` a month, on average over all draws; negative dollars buy a better score.
    """

    what: str
    changes_share: float
    gain: float
    gain_usd: float


@dataclass(frozen=True, eq=False)
class Certainty:
    """What the draws say beyond the share that the choice wins. Arrays run over `ids`, the most frequent winner first.

    `rank_share` `(offers, ranks)`: share of the draws in which an offer takes rank 1, 2, ... `mean_score`: its score averaged over the
    draws, 0 where it fails a must-have. `regret` `(criteria,)`: by how much the choice falls behind each draw's winner, averaged over all
    draws, 0 where it does not: USD a month, share of replies in time, times the peak (up to the good mark), share of requests that fit,
    share of tasks that succeed.
    `runner_up`: who wins most draws after the choice; `lead_low` and `lead_high`: the choice's lead over it in 8 of 10 draws.
    `fails_share`: share of the draws in which the choice fails a must-have. `too_close`: no answer stands out. `knowing`: dearest first.
    """

    ids: tuple[str, ...]
    rank_share: Array
    mean_score: Array
    regret: Array
    runner_up: str | None
    lead_low: float
    lead_high: float
    fails_share: float
    too_close: bool
    knowing: tuple[Knowing, ...]

    @property
    def best_on_average(self) -> str:
        """The offer with the highest mean score."""
        return self.ids[int(self.mean_score.argmax())]


Why = Literal["shared pool", "prompts", "tier", "same provider", "same host", "same model", "hangs on depth", "unknown"]
Holds = Literal["yes", "hangs on depth", "unknown"]
OTHER_OPERATOR, SAME_HOST, SAME_PROVIDER = 0, 1, 2
"""Who stays up when the primary's provider is down: the better, the lower."""


@dataclass(frozen=True)
class PassedOver:
    """An offer that scores more than the fallback and is not it, and by which rule; `share` served or fitting, NaN where none is meant."""

    offer: int
    why: Why
    share: float
    score: float


@dataclass(frozen=True, eq=False)
class ChosenPair:
    """Positions; `fallback` None where no offer passes in that role, and the figures are then NaN.

    `served`, `served_worst`: share of the fail-over traffic that its tier serves in time, buckets a minute and a second deep.
    `lost_share` of the prompts fit the primary alone. `growth`: its tokens over the primary's for the same text. NaN is unknown.
    """

    primary: int
    fallback: int | None
    passed_over: tuple[PassedOver, ...]
    independence: int
    same_model: bool
    holds: Holds
    served: float
    served_worst: float
    lost_share: float
    growth: float


@dataclass(frozen=True, eq=False)
class Recommendation:
    """The answer. `choice` None means that none fits, and `reasons` says why.

    `confidence`: share of seeded draws (weights and inputs) that the choice wins, None without a choice; `win_share` per offer that wins
    any. `regret_usd`: USD a month that the choice is expected to cost above each draw's winner, 0 where it wins or is cheaper. `could_win`:
    offers whose upper bound beats the choice, with what to enter or measure. `findings`: what is not known, or ends soon, about the offers
    that stay. `pair`: how the fallback was chosen, None where there is no choice or no fallback is asked for. `study` leaves confidence,
    win shares, regret, flip points and certainty empty (`deepened` False); `deepen` fills them.
    """

    choice: str | None
    fallback: str | None
    scores: Scores
    exclusions: tuple[Exclusion, ...]
    confidence: float | None
    win_share: dict[str, float]
    regret_usd: float | None
    flip_points: tuple[FlipPoint, ...]
    could_win: tuple[tuple[str, str], ...]
    reasons: tuple[str, ...]
    prices_as_of: dt.date | None
    catalogue_digest: str
    findings: tuple[Finding, ...] = ()
    deepened: bool = False
    certainty: Certainty | None = None
    pair: ChosenPair | None = None
