"""Weights from trade-off questions: what would you give up on one axis to gain on another?

Each answer says how many times the gain is worth what it is asked against: a ratio of two weights, as the amounts are known parts of the
anchors' spans. The weights are the logarithmic least squares of all answers (Crawford and Williams 1985; with answers left out Bozóki,
Fülöp and Rónyai 2010): answers that agree give their weights exactly, whichever of them are given.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from framework.axes.assessment import AXES, Axis
from framework.priorities import Target

Array = NDArray[np.float64]

STEPS = MappingProxyType({"clearly_not": 0.25, "rather_not": 0.5, "equal": 1.0, "rather_yes": 2.0, "clearly_yes": 4.0})
"""What a step of the scale says: the gain is worth so many times what is given up. The factors are a judgement; an amount needs none."""

HALF_A_STEP = math.sqrt(2)
"""An answer and the weights contradict each other where the weights would have given another step."""

ROUNDS = 300
SETTLED = 1e-9
"""Of a ratio's logarithm: the rounds stop where no reading moves by more."""

_PLAN: tuple[tuple[str, Axis, Axis, float], ...] = (
    ("latency_for_usd", "latency", "cost", 0.2),
    ("room_for_usd", "rate_limits", "cost", 0.5),
    ("fits_for_usd", "context_window", "cost", 0.5),
    ("room_for_latency", "rate_limits", "latency", 0.5),
    ("fits_for_room", "context_window", "rate_limits", 0.5),
)
"""Question, axis gained, axis given up, part of both spans. Three would do; with five an inconsistency can show."""


@dataclass(frozen=True)
class Swing:
    """A step along an axis in its own unit: `size` USD a month, share of replies, room in times the peak, or share that fits.

    `worse` and `better` are its ends, the better one at "good"; `part` of the way between the anchors.
    """

    axis: Axis
    size: float
    worse: float
    better: float
    part: float


@dataclass(frozen=True)
class Question:
    """Would you give up `give` for `gain`?"""

    key: str
    gain: Swing
    give: Swing


@dataclass(frozen=True, eq=False)
class Fit:
    """`weights` `(axes,)` sum to 1. `implied`: by answered question, how many times the gain is worth what is given up by these weights.

    `contradicted`: the answers that differ from it by more than half a step, worst first. `mending`: the answers without any one of which
    the others agree. `gap`: the typical factor between an answer and its ratio, 1 where all agree. `apart`: groups of axes that no answer
    links, each of which keeps the weight that it has together; empty where all are linked. `checked`: more answers than the weights need.
    """

    weights: Array
    implied: Mapping[str, float]
    contradicted: tuple[str, ...]
    mending: tuple[str, ...]
    gap: float
    apart: tuple[tuple[Axis, ...], ...]
    checked: bool


def questions(anchors: Mapping[str, Target]) -> tuple[Question, ...]:
    """The five, in amounts that follow from the anchors in force."""
    return tuple(Question(key, _swing(gain, anchors[gain], part), _swing(give, anchors[give], part)) for key, gain, give, part in _PLAN)


def _swing(axis: Axis, target: Target, part: float) -> Swing:
    span = abs(target.good - target.unacceptable)
    size = rounded(part * span)
    if size > span:
        size = part * span
    worse = target.good + size if axis == "cost" else target.good - size
    return Swing(axis, size, worse, target.good, size / span)


def rounded(amount: float) -> float:
    """To the nearest of 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8 in its decade: an amount that can be thought about."""
    decade = 10.0 ** math.floor(math.log10(amount))
    marks = [step * decade for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)]
    return min(marks, key=lambda mark: abs(mark - amount))


def ratio_of_amount(question: Question, amount: float) -> float:
    """The answer that the most one would give up is `amount`, in the unit of what is given up."""
    return amount / question.give.size


def amount_of_ratio(question: Question, ratio: float) -> float:
    """The most that the gain is worth, in the unit of what is given up."""
    return ratio * question.give.size


def fit(asked: Sequence[Question], answers: Mapping[str, float], current: Array) -> Fit:
    """The weights nearest to `answers` (ratios by question, 0: worth nothing), `current` `(axes,)` where they say nothing.

    Axes that answers link share the weight that they have together now; within such a group the answers rule.
    """
    answered = [question for question in asked if question.key in answers]
    weights, groups = _nearest(answered, answers, current)
    implied = {question.key: _implied(question, weights) for question in answered}
    errors = {key: _error(answers[key], ratio) for key, ratio in implied.items()}
    worst = sorted((key for key, error in errors.items() if error > HALF_A_STEP * (1 + 1e-9)), key=lambda key: -errors[key])
    return Fit(
        weights=weights,
        implied=implied,
        contradicted=tuple(worst),
        mending=_mending(answered, answers, current) if worst else (),
        gap=math.exp(math.sqrt(sum(math.log(error) ** 2 for error in errors.values()) / len(errors))) if errors else 1.0,
        apart=groups if len(groups) > 1 else (),
        checked=len(answered) > len(AXES) - len(groups),
    )


def _nearest(answered: Sequence[Question], answers: Mapping[str, float], current: Array) -> tuple[Array, tuple[tuple[Axis, ...], ...]]:
    """The fit with the ends of the scale open: an answer there is met by every ratio beyond it, so it does not pull the others back.

    Least squares in turns: what is beyond an end counts as what was said, and the rest is fitted again.
    """
    weights, groups = _fitted(answered, answers, current)
    said = {question.key: answers[question.key] for question in answered}
    for _ in range(ROUNDS):
        read = {question.key: _beyond(answers[question.key], _implied(question, weights)) for question in answered}
        if all(read[key] == said[key] or abs(math.log(read[key] / said[key])) < SETTLED for key in said):
            break
        said = read
        weights, groups = _fitted(answered, said, current)
    return weights, groups


def _beyond(answer: float, implied: float) -> float:
    """What an answer is read as where the weights say `implied`."""
    if not (math.isfinite(implied) and implied > 0):
        return answer
    if answer == STEPS["clearly_yes"]:
        return max(answer, implied)
    return min(answer, implied) if answer == STEPS["clearly_not"] else answer


def _fitted(answered: Sequence[Question], answers: Mapping[str, float], current: Array) -> tuple[Array, tuple[tuple[Axis, ...], ...]]:
    nothing = {question.gain.axis for question in answered if answers[question.key] == 0}
    rows = [question for question in answered if not {question.gain.axis, question.give.axis} & nothing]
    weights = np.zeros(len(AXES))
    groups = _groups([axis for axis in AXES if axis not in nothing], rows)
    for group in groups:
        places = [AXES.index(axis) for axis in group]
        weights[places] = current[places].sum() * _shares(group, rows, answers)
    if weights.sum() <= 0:
        left = [AXES.index(axis) for group in groups for axis in group]
        weights[left] = 1 / len(left)
    return weights / weights.sum(), tuple(map(tuple, groups))


def _groups(axes: Sequence[Axis], rows: Sequence[Question]) -> list[list[Axis]]:
    """Axes that answers link, directly or over others."""
    groups = [[axis] for axis in axes]
    for row in rows:
        linked = [group for group in groups if row.gain.axis in group or row.give.axis in group]
        groups = [group for group in groups if group not in linked] + [sorted((axis for group in linked for axis in group), key=AXES.index)]
    return groups


def _shares(group: Sequence[Axis], rows: Sequence[Question], answers: Mapping[str, float]) -> Array:
    """Within one group, summing to 1: `log w_gain - log w_give = log ratio + log part_give - log part_gain` per row, least squares."""
    inside = [row for row in rows if row.gain.axis in group]
    if not inside:
        return np.ones(1)
    design, aim = np.zeros((len(inside), len(group))), np.zeros(len(inside))
    for place, row in enumerate(inside):
        design[place, group.index(row.gain.axis)], design[place, group.index(row.give.axis)] = 1, -1
        aim[place] = math.log(answers[row.key] * row.give.part / row.gain.part)
    logs = np.linalg.lstsq(design, aim, rcond=None)[0]
    raw = np.exp(logs - logs.max())
    return np.asarray(raw / raw.sum())


def _implied(question: Question, weights: Array) -> float:
    gain = float(weights[AXES.index(question.gain.axis)]) * question.gain.part
    give = float(weights[AXES.index(question.give.axis)]) * question.give.part
    return gain / give if give > 0 else (math.inf if gain > 0 else math.nan)


def _error(answer: float, implied: float) -> float:
    """How many times the one is the other, at least 1; none where both are at the same end of the scale, or the weights say nothing."""
    ends = STEPS["clearly_not"], STEPS["clearly_yes"]
    if math.isnan(implied) or answer == implied or (answer == ends[0] >= implied) or (answer == ends[1] <= implied):
        return 1.0
    if min(answer, implied) == 0 or math.isinf(implied):
        return math.inf
    return max(answer / implied, implied / answer)


def _mending(answered: Sequence[Question], answers: Mapping[str, float], current: Array) -> tuple[str, ...]:
    """The answers without any one of which the others agree."""
    found = []
    for left_out in answered:
        others = [question for question in answered if question is not left_out]
        weights, _ = _nearest(others, answers, current)
        if all(_error(answers[item.key], _implied(item, weights)) <= HALF_A_STEP for item in others):
            found.append(left_out.key)
    return tuple(found)
