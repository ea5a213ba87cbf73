"""The trade-off questions in words: what is asked, what was said, what the fitted weights say to it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from framework import wording
from framework.axes.assessment import AXES, CRITERIA, Criterion
from framework.priorities import Weights
from framework.report.headlines import AXIS_NAMES
from framework.scoring.faster import faster as _faster
from framework.scoring.rank import shares_of
from framework.scoring.trade_offs import STEPS, Fit, Question, Swing, amount_of_ratio

if TYPE_CHECKING:
    from framework.study import Study

STEP_WORDS = MappingProxyType(
    {
        "clearly_not": "clearly not",
        "rather_not": "rather not",
        "equal": "about equal",
        "rather_yes": "rather yes",
        "clearly_yes": "clearly yes",
    }
)
HOW = (
    "*About equal* is read as worth exactly what is asked, *rather* as half or twice as much, *clearly* as a quarter or less, or as four "
    "times or more. "
    "An amount goes before the scale. The amounts are parts of the way from good to unacceptable on each axis. The weights are the "
    "logarithmic least squares of all answers: answers that agree give their weights exactly. Three fix all four weights; five show "
    "whether they agree."
)
LEAST_USD = 0.5
_UNIT = MappingProxyType({"latency": 0.01, "context_window": 0.01, "rate_limits": 1.0, "cost": 1.0})
_MOST = MappingProxyType(
    {
        "cost": "Or the most you would pay, USD a month",
        "latency": "Or the most you would give up, points of replies in time",
        "rate_limits": "Or the most room you would give up, times the peak",
        "context_window": "Or the most you would give up, points of requests that fit",
    }
)


def asked(question: Question) -> str:
    """`Would you pay $600 a month more for 95 % of replies in time instead of 85 %?`"""
    return f"Would you {_given(question.give)} {_gained(question.gain)}?"


def _given(give: Swing) -> str:
    return f"pay {wording.about_usd(give.size)} a month more for" if give.axis == "cost" else f"accept {_change(give, worse=True)} to have"


def _gained(gain: Swing) -> str:
    return f"{wording.about_usd(gain.size)} a month less" if gain.axis == "cost" else _change(gain, worse=False)


def _change(swing: Swing, *, worse: bool) -> str:
    to, instead = (swing.worse, swing.better) if worse else (swing.better, swing.worse)
    if swing.axis == "rate_limits":
        return f"room for {to:.3g} times the peak instead of {instead:.3g}"
    what = "replies in time" if swing.axis == "latency" else "requests that fit"
    return f"{_points(to)} % of {what} instead of {_points(instead)} %"


def _points(share: float) -> str:
    return f"{100 * share:.4g}"


def most(question: Question) -> str:
    """The label of the box for an amount, with its unit."""
    return _MOST[question.give.axis]


def from_box(question: Question, typed: float) -> float:
    """What was typed, in the unit of the axis: points are hundredths."""
    return typed * _UNIT[question.give.axis]


def _amount(question: Question, ratio: float) -> str:
    if math.isnan(ratio):
        return "nothing: neither has weight"
    if math.isinf(ratio):
        return "any amount"
    amount = amount_of_ratio(question, ratio)
    if question.give.axis == "cost":
        return f"{wording.about_usd(amount)} a month"
    return f"{amount:.2g} times the peak" if question.give.axis == "rate_limits" else f"{100 * amount:.2g} points"


def _said(question: Question, ratio: float) -> str:
    """An answer; those at the ends of the scale are open."""
    ends = {STEPS["clearly_not"]: " or less", STEPS["clearly_yes"]: " or more"}
    return _amount(question, ratio) + ends.get(ratio, "")


def rows(questions: Sequence[Question], answers: Mapping[str, float], found: Fit) -> list[dict[str, str]]:
    """One per answered question: what the gain is worth to the user, and by the fitted weights."""
    return [
        {
            "name": str(place),
            "gain": _gained(question.gain),
            "said": _said(question, answers[question.key]),
            "implied": _amount(question, found.implied[question.key]),
            "mark": "contradicts the others" if question.key in found.contradicted else "agrees",
        }
        for place, question in enumerate(questions, start=1)
        if question.key in answers
    ]


def weight_rows(weights: Weights, found: Fit) -> list[dict[str, str]]:
    """The share of each axis now and by the answers; an own evaluation that weighs something keeps its part."""
    now, fitted = shares_of(weights, CRITERIA), _fitted(weights, found)
    return [
        {"name": AXIS_NAMES[name], "now": f"{100 * float(now[place]):.0f} %", "fitted": f"{100 * fitted[name]:.0f} %"}
        for place, name in enumerate(fitted)
    ]


def _fitted(weights: Weights, found: Fit) -> dict[Criterion, float]:
    """The fitted shares of all that weighs something: the answers speak of the axes alone."""
    own = float(shares_of(weights, CRITERIA)[-1])
    shares: dict[Criterion, float] = {axis: (1 - own) * float(weight) for axis, weight in zip(AXES, found.weights, strict=True)}
    return shares | {"success": own} if own else shares


def finding(questions: Sequence[Question], answers: Mapping[str, float], found: Fit) -> str:
    """How well the weights fit, and where the answers contradict each other."""
    if not answers:
        return "Answer one question or more: three fix all four weights, five show whether your answers agree."
    return " ".join(filter(None, (_agreement(questions, answers, found), _apart(found))))


def _agreement(questions: Sequence[Question], answers: Mapping[str, float], found: Fit) -> str:
    place = {question.key: number for number, question in enumerate(questions, start=1)}
    if not found.contradicted:
        if not found.checked:
            return "These weights follow from your answers; nothing checks them yet: another answer shows whether they agree."
        off = "exactly" if found.gap < 1.01 else f"to within a factor of {found.gap:.2g} on average"
        return f"Your answers agree {off}."
    worst = next(question for question in questions if question.key == found.contradicted[0])
    said, implied = _said(worst, answers[worst.key]), _amount(worst, found.implied[worst.key])
    text = f"Your answers contradict each other, most at question {place[worst.key]}: you said {said}, the weights nearest to all answers "
    text += f"say {implied}."
    mending = [str(place[key]) for key in found.mending]
    return text + (f" Without question {' or '.join(mending)} the others agree." if mending else "")


def _apart(found: Fit) -> str:
    """Which weights the answers leave as they are."""
    alone = [AXIS_NAMES[group[0]].lower() for group in found.apart if len(group) == 1]
    stays = "its weight stays" if len(alone) == 1 else "their weights stay"
    told = [f"Nothing is said of {' and '.join(alone)}: {stays}."] if alone else []
    groups = [[AXIS_NAMES[axis].lower() for axis in group] for group in found.apart if len(group) > 1]
    if len(groups) > 1:
        told += [f"{' and '.join(group).capitalize()} are only compared with each other: their sum stays." for group in groups]
    return " ".join(told)


def faster(study: Study, found: Fit) -> str:
    """`By these weights a first token 300 ms faster at GPT-6 Sol is worth $420 a month: 5 points more of its replies would be in time.`"""
    choice = study.recommendation.choice
    if choice is None:
        return ""
    at = study.columns.index(choice)
    gain = _faster(study.case, at, found.weights)
    if gain is None:
        return ""
    what = "a first token" if study.workload.budget.streaming else "a whole reply"
    told = f"By these weights {what} {wording.seconds(gain.seconds)} faster at {study.columns.names[at]} is worth"
    if gain.usd < LEAST_USD:
        return f"{told} next to nothing: as many of its replies as are good for you are in time already, or no more would be."
    points = 100 * (gain.then - gain.now)
    good = study.priorities.anchors(study.workload.budget)["latency"].good
    beyond = f", of which those beyond {wording.share(good)} count for nothing" if gain.then > good else ""
    return f"{told} about {wording.about_usd(gain.usd)} a month: about {points:.2g} points more of its replies would be in time{beyond}."


def settings(weights: Weights, found: Fit) -> dict[str, float]:
    """The fields that take the fitted weights, to a tenth of a per cent; the own evaluation keeps its part of the total."""
    return {f"priorities.weights.{name}": round(weight, 3) for name, weight in _fitted(weights, found).items()}
