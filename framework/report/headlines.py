"""The finding of each axis in one sentence with its figures: the first thing a page, a chart or the report says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from framework import wording
from framework.axes.assessment import AXES, Axis, Criterion, Verdict
from framework.axes.context_fit import Fit
from framework.report.selection import eligible, labels, nearest
from framework.report.served import served, share_served
from framework.scoring.chain import REQUIRED_SHARE
from framework.vocabulary import LIMIT_WORDS

if TYPE_CHECKING:
    from framework.study import Study

AXIS_NAMES: dict[Criterion, str] = {
    "cost": "Cost",
    "latency": "Latency",
    "rate_limits": "Rate limits",
    "context_window": "Context window",
    "success": "Own evaluation",
}
CLOSE = 0.6
LAST_READ_PERCENT = 95


def subject(study: Study) -> int | None:
    """The offer that headlines speak of: the choice, else the one closest to fitting; None where the catalogue has none."""
    if study.recommendation.choice is not None:
        return study.columns.index(study.recommendation.choice)
    return next(iter(nearest(study)), None)


def headline(study: Study, axis: Axis) -> str:
    """One sentence for an axis, the choice first; what is unknown is said."""
    at = subject(study)
    if at is None:
        return "No offer of the providers asked for is sold on this day."
    sentence = {"cost": cost, "latency": latency, "rate_limits": rate_limits, "context_window": context_window}[axis](study, at)
    if study.recommendation.choice is None:
        return f"No offer fits; the nearest: {sentence}"
    return " ".join(part for part in (sentence, _unknown(study, axis)) if part)


def recommendation(study: Study) -> str:
    """The answer in one sentence."""
    answer, names = study.recommendation, labels(study)
    if answer.choice is None:
        return f"No offer fits yet: none of the {len(study.columns)} passes every must-have."
    sentence = f"Build on {names[answer.choice]}"
    sentence += f", with {names[answer.fallback]} as the fallback" if answer.fallback else ", without a fallback"
    if answer.confidence is not None:
        sentence += f". It stays first in {wording.share(answer.confidence)} of the variations of your weights and figures"
        sentence += _how_close(study)
    return sentence + "."


def _how_close(study: Study) -> str:
    answer, names = study.recommendation, labels(study)
    found = answer.certainty
    if found is not None and found.too_close and found.runner_up is not None:
        return f": too close to call between it and {names[found.runner_up]}"
    return ": a close call" if answer.confidence is not None and answer.confidence < CLOSE else ""


def score(study: Study) -> str:
    """How far the first is ahead of the second."""
    fit, scores, names = eligible(study), study.recommendation.scores, labels(study)
    if not fit:
        return "No offer passes every must-have, so nothing is ranked; scores of the nearest offers."
    first, rest = fit[0], fit[1:]
    told = f"{names[study.columns.ids[first]]} scores {scores.low[first]:.2f} of 1"
    if not rest:
        return f"{told}."
    second, ahead = names[study.columns.ids[rest[0]]], float(scores.low[first] - scores.low[rest[0]])
    return f"{told}, {ahead:.2g} more than {second}." if ahead >= 0.005 else f"{told}, level with {second} to the second decimal."


def money(study: Study, at: int) -> str:
    """Monthly cost of an offer with its range."""
    cost = study.assessments.cost
    return wording.between(*(wording.usd(float(figure[at])) for figure in (cost.low_usd, cost.expected_usd, cost.high_usd)))


def cost(study: Study, at: int) -> str:
    """What the offer costs a month and how that compares with the cheapest, or the next."""
    bill, name = study.assessments.cost.expected_usd, labels(study)
    ids = study.columns.ids
    who = name[ids[at]]
    if np.isnan(bill[at]):
        return f"What {who} costs a month is unknown."
    rivals = sorted((other for other in eligible(study) if other != at and not np.isnan(bill[other])), key=lambda other: float(bill[other]))
    sentence = f"{who} costs {money(study, at)} a month at your volume"
    if not rivals:
        return f"{sentence} against a budget of {wording.usd(study.workload.budget.monthly_usd)}."
    first = rivals[0]
    other = f"{name[ids[first]]} ({wording.usd(float(bill[first]))})"
    if bill[first] < bill[at]:
        return f"{sentence}; {other} would be the cheapest of the {len(rivals) + 1} that fit."
    times = f", {wording.factor(float(bill[first] / bill[at]))} as much" if bill[at] > 0 else ""
    return f"{sentence}, the least of the {len(rivals) + 1} that fit; next is {other}{times}."


def latency(study: Study, at: int) -> str:
    """How often the offer is in time, as the model of published readings has it."""
    speed, budget = study.assessments.latency, study.workload.budget
    who = labels(study)[study.columns.ids[at]]
    what = f"its first token within {wording.seconds(budget.ttft_s)} and the whole reply within {wording.seconds(budget.response_s)}"
    if not budget.streaming:
        what = f"the whole reply within {wording.seconds(budget.response_s)}"
    if np.isnan(speed.attainment[at]):
        return f"How often {who} gives {what} is unknown: no usable reading is published. Measure it with fouraxes probe."
    likely = wording.between(
        *(wording.probability(float(figure[at])) for figure in (speed.attainment_low, speed.attainment, speed.attainment_high))
    )
    beyond = " All above 95 % is extrapolated." if budget.percentile > LAST_READ_PERCENT else ""
    return f"{who} gives {what} in an estimated {likely} of requests; {budget.percentile:g} % are asked for.{beyond}"


def rate_limits(study: Study, at: int) -> str:
    """The share served at the peak, how many times that traffic would still be served, and the limit that binds."""
    limits = study.assessments.rate_limits
    who, tier, binding = labels(study)[study.columns.ids[at]], limits.tier[at], limits.binding[at]
    where = f"At {tier_name(study, at, tier)}, {who}" if tier else who
    if np.isnan(limits.room[at]):
        return f"How much of your peak {who} serves is unknown: the provider publishes no limits that could be checked."
    if binding is None:
        return f"{where} serves 100 % of the calls at the peak: none of its limits is drawn on."
    late = "" if study.load.client.policy == "refuse" else f" within {wording.seconds(study.load.max_wait_s)}"
    known = share_served(study, at)
    share = "an unknown share" if known is None else served(study, at)
    sure = "" if limits.verdicts[at] != Verdict.UNKNOWN or known is None else "; other limits are not published"
    missed = known is None or known[1] < study.load.target_share
    return f"{where} serves {share} of the calls at the peak{late}{_takes(float(limits.room[at]), binding, missed)}{sure}."


def _takes(room: float, binding: str, missed: bool) -> str:
    """What binds: where the calls of the peak are served and yet something stops it, that it does."""
    limit = f"the {LIMIT_WORDS.get(binding, binding)}"
    one = binding in ("spend_10min", "monthly_cap")
    if room >= 1:
        return f" and takes {wording.factor(room).removesuffix('x')} times this traffic; {limit} {'binds' if one else 'bind'} first"
    if missed:
        return f" and takes only {wording.share(room)} of this traffic; {limit} {'binds' if one else 'bind'}"
    return f", but {limit} {'allows' if one else 'allow'} only {wording.share(room)} of this traffic"


def tier_name(study: Study, at: int, tier: str) -> str:
    """`Tier 1`, `tier Build`: the provider's own name of a rung of its ladder, fit for the middle of a sentence."""
    ladder = study.catalogue.provider_of(study.catalogue.offer(study.columns.ids[at])).tiers
    name = next((rung.name for rung in ladder if rung.id == tier), tier)
    return name if name.lower().startswith("tier") else f"tier {name}"


def context_window(study: Study, at: int) -> str:
    """The share of requests that fit and what more would."""
    window, context = study.assessments.context_window, study.workload.context
    who = labels(study)[study.columns.ids[at]]
    if np.isnan(window.fits_share[at]):
        return f"Whether requests fit {who} is unknown."
    how = {Fit.ROOM: ", with room", Fit.TIGHT: ", tightly"}.get(Fit(int(window.fit[at])), "")
    fits = f"{_between(float(window.fits_share_low[at]), float(window.fits_share_high[at]))} of requests fit {who}{how}"
    usable = f"{wording.tokens(float(window.usable_tokens[at]))} tokens are usable for the prompt"
    turn = "" if study.load.converses else f" of {wording.tokens(context.turn_tokens)} tokens"
    room = [f"{wording.count(float(window.turns_that_fit[at]))} turns{turn}"] if np.isfinite(window.turns_that_fit[at]) else []
    if context.chunks and np.isfinite(window.chunks_that_fit[at]):
        room.insert(0, f"{wording.count(float(window.chunks_that_fit[at]))} chunks of {wording.tokens(context.chunk_tokens)} tokens")
    # A reader divides the one by the other: the longest prompts, which the mean does not show, have to fit as well.
    most = "" if study.load.converses else f" where {wording.share(REQUIRED_SHARE)} of the prompts are to fit"
    return f"{fits}; {usable}" + (f", room for {' or '.join(room)} in all{most}." if room else ".")


def _between(low: float, high: float) -> str:
    """`98 %`, `97.9 % to 99.5 %`, and `99.7 % or more` up to nearly all."""
    least, most = wording.share(low), wording.share(high)
    if least == most:
        return least
    return f"{least} or more" if most.startswith(">") and low >= 0.9 else f"{least} to {most}"


def _unknown(study: Study, axis: Axis) -> str:
    """How many of the eligible offers have no answer on that axis."""
    verdicts = getattr(study.assessments, axis).verdicts
    others = [at for at in eligible(study) if at != subject(study)]
    unknown = sum(bool(verdicts[at] == Verdict.UNKNOWN) for at in others)
    return f"Unknown for {unknown} of the other {len(others)} offers that fit." if unknown else ""


def headlines(study: Study) -> dict[Axis, str]:
    """All four, in the order of the axes."""
    return {axis: headline(study, axis) for axis in AXES}
