"""The answer in words with its figures: one source for the screen, the PDF, the ADR and the command line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from framework import wording
from framework.axes.assessment import AXES, Finding, Verdict
from framework.scoring.chain import Case
from framework.scoring.screen import smallest_change
from framework.scoring.rank import DECIMALS
from framework.scoring.results import Exclusion, FlipPoint, Gate, Scores
from framework.draws import DRAWS
from framework.scoring.sensitivity import Stability

AXIS_WORDS = {"cost": "cost", "latency": "latency", "rate_limits": "rate limits", "context_window": "context window"}
GATE_WORDS: dict[Gate, str] = {
    "retired": "retired",
    "not sold": "without a known price",
    "class": "below the class needed",
    "features": "without a feature needed",
    "providers": "of providers not asked for",
    "regions": "not in the region asked for",
    "budget": "over the budget",
    "context_window": "too small for the prompts",
    "rate_limits": "over their rate limits",
}
FIELD_WORDS = {
    "weights.cost": "the weight of cost",
    "weights.latency": "the weight of latency",
    "weights.rate_limits": "the weight of rate limits",
    "weights.context_window": "the weight of the context window",
    "traffic.requests_per_day": "requests per day",
    "traffic.peak_factor": "the peak factor",
    "tokens.input_mean": "the mean prompt",
    "tokens.input_p50": "the median prompt",
    "tokens.output_mean": "the mean reply",
    "tokens.output_p50": "the median reply",
    "caching.hit_rate": "the cache hit rate",
    "budget.monthly_usd": "the monthly budget",
    "budget.ttft_s": "the time allowed for the first words",
    "budget.response_s": "the time allowed for the whole reply",
    "context.chunks": "the number of chunks",
    "context.turns": "the number of turns",
}
_FIELD_UNITS = {"usd": wording.usd, "s": wording.seconds, "mean": wording.tokens, "p50": wording.tokens, "rate": wording.share}


@dataclass(frozen=True, eq=False)
class Answer:
    """What the sentences are about; `choice` and `fallback` are positions, None where there is none."""

    case: Case
    scores: Scores
    exclusions: tuple[Exclusion, ...]
    findings: tuple[Finding, ...]
    choice: int | None
    fallback: int | None


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
    ahead = [axis for axis in np.argsort(-gain, kind="stable") if gain[axis] > 10.0**-DECIMALS]
    behind = [axis for axis in np.argsort(gain, kind="stable") if gain[axis] < -(10.0**-DECIMALS)]
    if not ahead and not behind:
        return f"The two are level on every axis that counts; {names[choice]} is {_tie_break(answer, choice, second)}."
    parts = [f"ahead on {_versus(answer.case, int(axis), choice, second)}" for axis in ahead]
    parts += [f"behind on {_versus(answer.case, int(axis), choice, second)}" for axis in behind]
    return f"Against {names[second]} it is {', '.join(parts)}."


def _tie_break(answer: Answer, choice: int, second: int) -> str:
    cost, high = answer.case.assessments.cost.expected_usd, answer.scores.high
    if abs(high[choice] - high[second]) > 10.0**-DECIMALS:
        return "taken because it could turn out better where figures are unknown"
    return "taken because it is cheaper" if cost[choice] < cost[second] else "taken only by the order of the ids"


def _versus(case: Case, axis: int, one: int, other: int) -> str:
    return f"{AXIS_WORDS[AXES[axis]]} ({figure(case, axis, one)} against {figure(case, axis, other)})"


def figure(case: Case, axis: int, position: int) -> str:
    """The figure behind a value, for people."""
    parts = case.assessments
    if getattr(parts, AXES[axis]).verdicts[position] == Verdict.UNKNOWN:
        return wording.UNKNOWN
    if axis == 0:
        return f"{wording.usd(float(parts.cost.expected_usd[position]))} a month"
    if axis == 1:
        return f"{wording.probability(float(parts.latency.attainment[position]))} of replies in time"
    if axis == 2:
        return f"{wording.factor(float(parts.rate_limits.headroom[position]))} the peak"
    return f"{wording.share(float(parts.context_window.fits_share[position]))} of requests fit"


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
    if counted[weakest] >= 1:
        return "It reaches the good mark on every axis that counts."
    name = AXIS_WORDS[AXES[weakest]]
    if answer.scores.value_high[weakest, choice] > value[weakest]:
        return f"Its weak side is {name}, which is not known and counts as nothing until it is: {_cure(answer.case, weakest, choice)}."
    return f"Its weak side is {name}: {figure(answer.case, weakest, choice)}, worth {value[weakest]:.2f} of 1."


def _stand_in(answer: Answer) -> str | None:
    columns, needs = answer.case.columns, answer.case.workload.needs
    if not needs.fallback:
        return None
    if answer.fallback is None:
        return "There is no fallback: no offer of another provider passes every must-have."
    choice, stand_in = answer.choice or 0, answer.fallback
    both = columns.models[choice] != columns.models[stand_in]
    what = "another provider and another model" if both else "another provider (it is the same model: no other one passes)"
    why = "one outage or retirement does not take both" if both else "an outage of one provider does not take both"
    return f"The fallback is {columns.names[stand_in]}, the best ranked of {what}, so that {why}: {figure(answer.case, 0, stand_in)}."


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


def could_win(answer: Answer) -> tuple[tuple[str, str], ...]:
    """`(offer, what to enter or measure)` for the eligible whose best case beats the choice, the highest best case first."""
    if answer.choice is None:
        return ()
    scores, bar = answer.scores, answer.scores.low[answer.choice] + 10.0**-DECIMALS
    rivals = [int(place) for place in np.flatnonzero(scores.eligible & (scores.high > bar)) if place != answer.choice]
    rivals = [place for place in rivals if scores.high[place] > scores.low[place] + 10.0**-DECIMALS]
    rivals.sort(key=lambda place: (-scores.high[place], place))
    return tuple((answer.case.columns.ids[place], _what_is_missing(answer, place)) for place in rivals)


def _what_is_missing(answer: Answer, place: int) -> str:
    scores = answer.scores
    unknown = [axis for axis in range(len(AXES)) if scores.weights[axis] > 0 and scores.value_high[axis, place] > scores.value_low[axis, place]]
    cures = "; ".join(_cure(answer.case, axis, place) for axis in unknown)
    return f"Scores {scores.low[place]:.2f} to {scores.high[place]:.2f}: {cures}."


def _cure(case: Case, axis: int, place: int) -> str:
    provider = case.columns.providers[place]
    if axis == 0 or (case.load.converts and np.isnan(case.columns.ratio[1, place])):
        return "its price or its tokenizer is not known: enter token counts in its own tokens, or add the figures to pricing/"
    if axis == 1:
        return f"its time to first token or its speed is not known: measure it and add the reading to pricing/latency/{provider}.yaml"
    if axis == 2:
        return f"its limits are not published: enter those of your own console in pricing/providers/{provider}.yaml"
    return "its window is not known: ask the vendor and add it to pricing/models/"


def field_value(what: str, value: float) -> str:
    """A value of a swept field or weight, for people."""
    if what.startswith("weights."):
        return wording.share(value)
    return _FIELD_UNITS.get(what.rpartition("_")[2], wording.count)(value)


def flip_sentence(flip: FlipPoint, names: dict[str, str]) -> str:
    """`If requests per day rise from 10,000 to 41,000, Claude Haiku 5.5 becomes the choice.`; `names` by offer id."""
    word = "rises" if flip.to >= flip.from_ else "falls"
    then = f"{names[flip.new_winner]} becomes the choice" if flip.new_winner else "nothing fits any more"
    now, to = field_value(flip.what, flip.from_), field_value(flip.what, flip.to)
    return f"If {FIELD_WORDS.get(flip.what, flip.what)} {word} from {now} to {to}, {then}."


def robustness(case: Case, stable: Stability) -> tuple[str, ...]:
    """How sure the choice is and what would change it first."""
    names = dict(zip(case.columns.ids, case.columns.names, strict=True))
    nearest = min((flip for flip in stable.flip_points if flip.from_ > 0 and flip.to > 0), key=_distance, default=None)
    turn = () if nearest is None else (flip_sentence(nearest, names),)
    if stable.confidence is None:
        return turn
    told = f"It wins {wording.probability(stable.confidence)} of {DRAWS} draws over the weights and the inputs"
    if stable.regret_usd:
        told += f", and over all of them costs {wording.usd(stable.regret_usd)} a month more than their winners on average"
    return (f"{told}.", *turn)


def _distance(flip: FlipPoint) -> float:
    return abs(float(np.log(flip.to / flip.from_)))
