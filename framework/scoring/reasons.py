"""The answer in words with its figures: one source for the screen, the PDF, the ADR and the command line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from framework import wording
from framework.axes.assessment import CRITERIA, Criterion, Finding, Verdict
from framework.axes.context_fit import fit_words
from framework.scoring.chain import Case
from framework.scoring.missing import missing
from framework.scoring.results import SAME_PROVIDER, ChosenPair, Exclusion, Gate, Scores, Why
from framework.scoring.screen import smallest_change

AXIS_WORDS: dict[Criterion, str] = {
    "cost": "cost",
    "latency": "latency",
    "rate_limits": "rate limits",
    "context_window": "context window",
    "success": "your own evaluation",
}
GATE_WORDS: dict[Gate, str] = {
    "retired": "switched off or soon to be",
    "not sold": "without a known price",
    "class": "below the class needed",
    "features": "without a feature needed",
    "providers": "of providers not asked for",
    "regions": "not in the region asked for",
    "retention": "without zero retention agreed",
    "success": "below the success rate needed",
    "budget": "over the budget",
    "context_window": "too small for the prompts",
    "rate_limits": "over their rate limits",
}
TELLING = 0.005
"""Of a score: what is less is not worth a word."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What the sentences are about; `choice` is a position. `pair` None: no choice, or no fallback is asked for."""

    case: Case
    scores: Scores
    exclusions: tuple[Exclusion, ...]
    findings: tuple[Finding, ...]
    choice: int | None
    pair: ChosenPair | None


def reasons(answer: Answer) -> tuple[str, ...]:
    """Three to six sentences."""
    if answer.choice is None:
        return _none_fits(answer)
    choice = answer.choice
    told = (
        _first(answer, choice),
        _against_runner_up(answer, choice),
        _bill(answer.case, choice),
        _weak_side(answer, choice),
        next((finding.text for finding in answer.findings if finding.offer == answer.case.columns.ids[choice]), None),
        _stand_in(answer),
    )
    return tuple(sentence for sentence in told if sentence)


def _runner_up(answer: Answer) -> int | None:
    second = np.flatnonzero(answer.scores.rank == 2)
    return int(second[0]) if second.size else None


def _first(answer: Answer, choice: int) -> str:
    names, scores, second = answer.case.columns.names, answer.scores, _runner_up(answer)
    passed, total = int(scores.eligible.sum()), len(names)
    if second is None:
        return f"{names[choice]} is the only one of {total} offers that passes every must-have; it scores {scores.low[choice]:.2f} of 1."
    return (
        f"{names[choice]} scores {scores.low[choice]:.2f} of 1, {names[second]} {scores.low[second]:.2f}: "
        f"the first two of the {passed} offers, out of {total}, that pass every must-have."
    )


def _against_runner_up(answer: Answer, choice: int) -> str | None:
    second = _runner_up(answer)
    if second is None:
        return None
    value, weights, names = answer.scores.value_low, answer.scores.weights, answer.case.columns.names
    gain = weights * (value[:, choice] - value[:, second])
    ahead = [axis for axis in np.argsort(-gain, kind="stable") if gain[axis] > TELLING]
    behind = [axis for axis in np.argsort(gain, kind="stable") if gain[axis] < -TELLING]
    if not ahead and not behind:
        return f"The two are as good as level on every axis that counts; {names[choice]} {_tie_break(answer, choice, second)}."
    parts = [f"ahead on {_versus(answer.case, int(axis), choice, second)}" for axis in ahead]
    parts += [f"behind on {_versus(answer.case, int(axis), choice, second)}" for axis in behind]
    return f"Against {names[second]} it is {', '.join(parts)}."


def _tie_break(answer: Answer, choice: int, second: int) -> str:
    cost, scores = answer.case.assessments.cost.expected_usd, answer.scores
    if scores.low[choice] > scores.low[second]:
        return f"is ahead by {scores.low[choice] - scores.low[second]:.2g} of the score"
    if scores.high[choice] > scores.high[second]:
        return "could turn out better where figures are unknown"
    if cost[choice] < cost[second]:
        return f"is cheaper: {figure(answer.case, 0, choice)} against {figure(answer.case, 0, second)}"
    return "comes first only by the order of the ids"


def _versus(case: Case, axis: int, one: int, other: int) -> str:
    return f"{AXIS_WORDS[CRITERIA[axis]]} ({figure(case, axis, one)} against {figure(case, axis, other)})"


def figure(case: Case, axis: int, position: int) -> str:
    """The figure behind a value, for people."""
    parts = case.assessments
    if CRITERIA[axis] == "success":
        rate = float(case.success.rate[position])
        return "not evaluated" if np.isnan(rate) else f"{wording.share(rate)} of your tasks succeed"
    if getattr(parts, CRITERIA[axis]).verdicts[position] == Verdict.UNKNOWN:
        return wording.UNKNOWN
    if axis == 0:
        return f"{wording.usd(float(parts.cost.expected_usd[position]))} a month"
    if axis == 1:
        return f"{wording.probability(float(parts.latency.attainment[position]))} of replies in time"
    if axis == 2:
        return f"{wording.factor(float(parts.rate_limits.room[position]))} the peak"
    return fit_words(parts.context_window, position)


def _bill(case: Case, choice: int) -> str:
    cost, budget = case.assessments.cost, case.workload.budget.monthly_usd
    low, expected, high = (float(usd[choice]) for usd in (cost.low_usd, cost.expected_usd, cost.high_usd))
    if np.isnan(expected):
        return "What it costs a month is not known, because a price or its tokenizer is not known."
    month = wording.between(wording.usd(low), wording.usd(expected), wording.usd(high))
    return f"It costs {month} a month, {wording.share(expected / budget)} of the budget of {wording.usd(budget)}."


def _weak_side(answer: Answer, choice: int) -> str | None:
    value, weights = answer.scores.value_low[:, choice], answer.scores.weights
    counted = np.where(weights > 0, value, np.inf)
    weakest = int(counted.argmin())
    if counted[weakest] >= 1 - TELLING:
        return "It reaches the good mark on every axis that counts."
    name = AXIS_WORDS[CRITERIA[weakest]]
    if answer.scores.value_high[weakest, choice] > value[weakest]:
        return f"Its weak side is {name}, which is not known and counts as nothing until it is: {missing(answer.case, weakest, choice)}."
    return f"Its weak side is {name}: {figure(answer.case, weakest, choice)}, worth {value[weakest]:.2f} of 1."


def _stand_in(answer: Answer) -> str | None:
    pair, columns = answer.pair, answer.case.columns
    if pair is None:
        return None
    if pair.fallback is None:
        if not pair.passed_over:
            return "There is no fallback: no offer of another provider passes every must-have."
        return "There is no fallback: no offer that passes every must-have holds in that role; the pair says what each one lacks."
    name, usd = columns.names[pair.fallback], figure(answer.case, 0, pair.fallback)
    if pair.independence == SAME_PROVIDER:
        why = "no offer of another provider holds in that role. An outage of the provider takes both; one of the model alone does not"
        return f"The fallback is {name}, the best ranked with limits of its own at the same provider, as {why}: {usd}."
    what = "another provider (it is the same model: no other one passes)" if pair.same_model else "another provider and another model"
    why = "an outage of one provider does not take both" if pair.same_model else "one outage or retirement does not take both"
    return f"The fallback is {name}, the best ranked of {what}{_conditions(pair)}, so that {why}: {usd}."


def _conditions(pair: ChosenPair) -> str:
    """What else the fallback had to be, where that kept a better ranked one out."""
    words: dict[Why, str] = {
        "prompts": "that your prompts fit",
        "tier": "whose tier holds your peak",
        "hangs on depth": "whose tier is known to hold your peak",
        "unknown": "whose tier is known to hold your peak",
    }
    told = dict.fromkeys(words[one.why] for one in pair.passed_over if one.why in words)
    return "".join(f" {each}" if at == 0 else f" and {each}" for at, each in enumerate(told))


def _none_fits(answer: Answer) -> tuple[str, ...]:
    counts = Counter(exclusion.gate for exclusion in answer.exclusions)
    listed = ", ".join(f"{count} {GATE_WORDS[gate]}" for gate, count in counts.most_common())
    change = smallest_change(answer.case.workload, answer.case.columns, answer.case.assessments)
    total = len(answer.case.columns)
    if not total:
        return ("The catalogue holds no offers.",)
    told = f"None of the {total} offers passes every must-have: {listed}."
    if change is None:
        return (told, "No single change lets one in: every offer fails two must-haves or more.")
    name = answer.case.columns.names[answer.case.columns.index(change.offer)]
    return (told, f"The smallest change that lets one in: {name}. {change.reason}", change.cure or "")
