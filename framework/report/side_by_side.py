"""Two answers side by side: figures of both, what lies between them, and who is ahead, all read off the studies."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from framework import wording
from framework.axes.assessment import CRITERIA, Criterion
from framework.report import headlines, tables
from framework.report.selection import eligible, exclusions_by_offer, labels
from framework.scoring.reasons import GATE_WORDS

if TYPE_CHECKING:
    from framework.study import Study

Row = dict[str, Any]
SAME = "same"
OTHER_SCALE = "another scale"
NOT_COMPARED = "Scores are not compared: the weights, or the figures called good and unacceptable, are not the same."
_BETTER_IS_LESS = frozenset({"cost"})
_WORDS: dict[Criterion, Callable[[float], str]] = {
    "cost": wording.usd,
    "latency": wording.probability,
    "rate_limits": wording.factor,
    "context_window": wording.share,
    "success": wording.share,
}


@dataclass(frozen=True, eq=False)
class Side:
    """One offer in one study, by its position in the columns."""

    study: Study
    at: int

    @property
    def name(self) -> str:
        """What people call the offer."""
        return labels(self.study)[self.study.columns.ids[self.at]]

    @property
    def fits(self) -> bool:
        """It passes every must-have."""
        return bool(self.study.recommendation.scores.eligible[self.at])

    def value(self, axis: Criterion) -> float:
        """What the axis is valued by: USD a month, share in time, room, share that fits, share that succeeds; NaN where unknown."""
        axes = self.study.assessments
        figures = {
            "cost": axes.cost.expected_usd,
            "latency": axes.latency.attainment,
            "rate_limits": axes.rate_limits.room,
            "context_window": axes.context_window.fits_share,
            "success": self.study.case.success.rate,
        }
        return float(figures[axis][self.at])

    def worth(self, axis: Criterion) -> str:
        """Its value from 0 to 1, before weighting."""
        scores, row = self.study.recommendation.scores, CRITERIA.index(axis)
        if axis not in scores.criteria:
            return wording.UNKNOWN
        low, high = float(scores.value_low[row, self.at]), float(scores.value_high[row, self.at])
        return wording.UNKNOWN if low <= 0 and high >= 1 else _span(low, high)

    @property
    def score(self) -> str:
        """The weighted sum; `out` where a must-have fails."""
        scores = self.study.recommendation.scores
        return _span(float(scores.low[self.at]), float(scores.high[self.at])) if self.fits else "out"

    @property
    def rank(self) -> str:
        """`1 of 12`; where it is out, which must-haves it fails."""
        if self.fits:
            return f"{int(self.study.recommendation.scores.rank[self.at])} of {len(eligible(self.study))}"
        failed = exclusions_by_offer(self.study).get(self.study.columns.ids[self.at], [])
        return "out: " + ", ".join(dict.fromkeys(GATE_WORDS[item.gate] for item in failed))


def answer(study: Study) -> Side | None:
    """The choice, else the nearest to fitting; None where nothing is sold that was asked for."""
    at = headlines.subject(study)
    return None if at is None else Side(study, at)


def in_study(study: Study, offer: str) -> Side | None:
    """The same offer in another study; None where it is not in it."""
    return Side(study, study.columns.index(offer)) if offer in study.columns.ids else None


def _span(low: float, high: float) -> str:
    return f"{min(low, 1.0):.2f}" if high - low < 0.005 else f"{low:.2f} to {min(high, 1.0):.2f}"


def one_scale(left: Study, right: Study) -> bool:
    """Scores can be held against each other: same weights, and the same figures called good and unacceptable."""
    ours, theirs = left.case, right.case
    return left.priorities.weights == right.priorities.weights and (ours.anchors, ours.criteria) == (theirs.anchors, theirs.criteria)


def gap(axis: Criterion, was: float, now: float) -> str:
    """What has been added, with its sign: `+$120 (+9 %)`, `−10 points`, `+0.4x`; `same` where both read alike."""
    if math.isnan(was) or math.isnan(now):
        return SAME if math.isnan(was) and math.isnan(now) else wording.UNKNOWN
    words = _WORDS[axis]
    if words(was) == words(now):
        return SAME
    if math.isinf(was) or math.isinf(now):
        return "no limit any more" if math.isinf(now) else "no longer without limit"
    return _money(was, now) if axis == "cost" else _size(axis, was, now)


def _money(was: float, now: float) -> str:
    """Whole dollars where both are shown so, so that the difference is that of the figures beside it."""
    sign = "+" if now > was else "−"
    told = f"${abs(round(now) - round(was)):,}" if min(was, now) >= 999.5 else wording.usd(abs(now - was))
    if was <= 0:
        return sign + told
    part = abs(now - was) / was
    return f"{sign}{told} ({sign}{f'{100 * part:,.0f} %' if part > 0.1 else wording.share(part)})"


def _size(axis: Criterion, was: float, now: float) -> str:
    """Steps of 5 points for what is estimated in such, tenths of a point else; room as a factor."""
    sign = "+" if now > was else "−"
    if axis == "rate_limits":
        return sign + wording.factor(abs(now - was))
    if axis == "latency":
        steps = 5 * abs(round(20 * now) - round(20 * was))
        return f"{sign}{steps} points" if steps else f"{sign} less than 5 points"
    points = 100 * abs(now - was)
    return f"{sign}{points:.1f}".removesuffix(".0") + " points" if points >= 0.05 else f"{sign} less than 0.1 points"


def score_gap(left: Side, right: Side) -> str:
    """Between two scores; `another scale` where weights, or what is good, differ."""
    if not (left.fits and right.fits):
        return SAME if left.score == right.score else ""
    if not one_scale(left.study, right.study):
        return OTHER_SCALE
    low, high = (float(side.study.recommendation.scores.low[side.at]) for side in (left, right))
    told = f"{abs(high - low):.2f}"
    return SAME if told == "0.00" else ("+" if high > low else "−") + told


def lines(left: Side, right: Side) -> list[Row]:
    """A row per criterion, then score and rank: both figures, both verdicts (None for the last two), and the gap from left to right."""
    criteria = max(left.study.case.criteria, right.study.case.criteria, key=len)
    cards = zip(criteria, *(tables.cards(side.study, side.at, criteria) for side in (left, right)), strict=True)
    rows = [
        {
            "name": ours[0],
            "left": ours[1],
            "right": theirs[1],
            "left_verdict": ours[3],
            "right_verdict": theirs[3],
            "left_worth": left.worth(axis),
            "right_worth": right.worth(axis),
            "change": gap(axis, left.value(axis), right.value(axis)),
        }
        for axis, ours, theirs in cards
    ]
    rows.append({"name": "Score", "left": left.score, "right": right.score, "change": score_gap(left, right)})
    rows.append({"name": "Rank", "left": left.rank, "right": right.rank, "change": SAME if left.rank == right.rank else ""})
    return [{"left_verdict": None, "right_verdict": None, "left_worth": "", "right_worth": ""} | row for row in rows]


def named(left: Study, right: Study) -> list[Row]:
    """Choice and fallback of both, as the first lines of a table."""
    rows = []
    for name, key, none in (("Choice", "choice", "none fits; figures of the nearest"), ("Fallback", "fallback", "none")):
        ours, theirs = (labels(study).get(getattr(study.recommendation, key), none) for study in (left, right))
        rows.append({"name": name, "left": ours, "right": theirs, "change": SAME if ours == theirs else "another"})
    return rows


def score_note(left: Study, right: Study) -> str:
    """Why the scores are not held against each other; empty where they can be."""
    return "" if one_scale(left, right) else NOT_COMPARED


def ahead(axis: Criterion, left: Side, right: Side) -> int:
    """-1: the left one is better on this axis, 1: the right one, 0: both read alike or one is unknown."""
    ours, theirs = left.value(axis), right.value(axis)
    if gap(axis, ours, theirs) in (SAME, wording.UNKNOWN):
        return 0
    return -1 if (ours < theirs) == (axis in _BETTER_IS_LESS) else 1
