"""Why an offer is out, in one sentence with the figures, and what would let it in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from framework import wording
from framework.axes.context_fit import Fit
from framework.axes.limit_findings import amount
from framework.axes.tiers import title
from framework.catalogue.columns import Columns
from framework.catalogue.records import METERS
from framework.scoring import evaluated
from framework.scoring.chain import Assessments
from framework.scoring.results import Exclusion, Gate
from framework.vocabulary import CLASSES, LIMIT_WORDS
from framework.workload import Needs, Workload

FEATURE_WORDS = {"tools": "tool calls", "structured_output": "structured output", "vision": "image input", "pdf": "PDF input"}
MINIMUM_LIFE_DAYS = 90


@dataclass(frozen=True, eq=False)
class Asked:
    """What a sentence may quote."""

    workload: Workload
    columns: Columns
    assessments: Assessments


def explain(gate: Gate, asked: Asked, position: int, *, missed_by: float | None = None) -> Exclusion:
    """The exclusion of one offer by one gate; `missed_by` where it is a near miss."""
    reason, cure = _SENTENCES[gate](asked, position)
    return Exclusion(asked.columns.ids[position], gate, reason, cure, missed_by)


def must_live_until(needs: Needs, on: dt.date) -> dt.date:
    """Nobody builds on what is switched off before the decision is reviewed, or within `MINIMUM_LIFE_DAYS`."""
    # The calendar ends: no day comes after date.max.
    soonest = on + dt.timedelta(days=min(MINIMUM_LIFE_DAYS, (dt.date.max - on).days))
    return max(soonest, needs.review_by) if needs.review_by else soonest


def _retired(asked: Asked, position: int) -> tuple[str, str | None]:
    on, review_by = asked.columns.on, asked.workload.needs.review_by
    gone = dt.date.fromordinal(int(asked.columns.retires_ordinal[position]))
    if gone <= on:
        return f"Switched off on {gone}.", "Move to its successor."
    if (gone - on).days <= MINIMUM_LIFE_DAYS:
        left = (gone - on).days
        return f"Is switched off on {gone}, in {left} day{'' if left == 1 else 's'}: too soon to build on.", "Move to its successor."
    return f"Is switched off on {gone}, before the review on {review_by}.", "Move to its successor, or review earlier."


def _not_sold(asked: Asked, position: int) -> tuple[str, str | None]:
    where = f"pricing/providers/{asked.columns.providers[position]}.yaml"
    return f"No price for input and output is known on {asked.columns.on}.", f"Add the price with its source to {where}."


def _class(asked: Asked, position: int) -> tuple[str, str | None]:
    own, needed = CLASSES[asked.columns.capability[position]], asked.workload.needs.capability_class
    return f"A {own} model by its vendor's own positioning; the workload needs {needed} or better.", f"Set needs.class to {own}."


def _features(asked: Asked, position: int) -> tuple[str, str | None]:
    has = {name: asked.columns.features[name][position] for name in asked.workload.needs.features}
    lacking = [name for name, flag in has.items() if flag == 0]
    if lacking:
        words = " and ".join(FEATURE_WORDS[name] for name in lacking)
        return f"Does not support {words}, which the workload needs.", f"Take {' and '.join(lacking)} out of needs.features."
    words = " and ".join(FEATURE_WORDS[name] for name, flag in has.items() if np.isnan(flag))
    return f"It is not known whether it supports {words}, which the workload needs.", "Try it, and enter what you find in pricing/models/."


def _providers(asked: Asked, position: int) -> tuple[str, str | None]:
    provider = asked.columns.providers[position]
    return f"{provider} is not among the providers asked for.", f"Add {provider} to needs.providers."


def _regions(asked: Asked, position: int) -> tuple[str, str | None]:
    served = asked.columns.regions[position]
    missing = " and ".join(region for region in asked.workload.needs.regions if region not in served)
    if not served:
        where = f"pricing/providers/{asked.columns.providers[position]}.yaml"
        return f"It is not known whether it is served in {missing}.", f"Ask the provider, and enter its regions in {where}."
    return f"Not served in {missing}; it is served in {', '.join(served)}.", f"Take {missing} out of needs.regions."


def _retention(asked: Asked, position: int) -> tuple[str, str | None]:
    provider = asked.columns.providers[position]
    reason = f"You have not entered that zero retention is agreed with {provider}; the catalogue knows it of no provider."
    return reason, f"Agree zero retention with {provider}, then list {provider} as agreed (needs.retention_agreed)."


def _success(asked: Asked, position: int) -> tuple[str, str | None]:
    return evaluated.too_low(asked.workload, asked.columns, position)


def _budget(asked: Asked, position: int) -> tuple[str, str | None]:
    low, high = (float(usd[position]) for usd in (asked.assessments.cost.low_usd, asked.assessments.cost.high_usd))
    budget = asked.workload.budget.monthly_usd
    cost = wording.usd(low) if wording.usd(low) == wording.usd(high) else f"{wording.usd(low)} to {wording.usd(high)}"
    less = wording.not_short_of(wording.share, 1 - budget / low, up=True)
    return (
        f"Costs {cost} a month, {wording.factor(low / budget)} the budget of {wording.usd(budget)}.",
        f"Raise budget.monthly_usd to {wording.usd(_rounded_up(low))}, or send at least {wording.share(less)} less.",
    )


def _context_window(asked: Asked, position: int) -> tuple[str, str | None]:
    context = asked.assessments.context_window
    fits, prompt, room = (float(values[position]) for values in (context.fits_share, context.prompt_tokens, context.usable_tokens))
    size = f"a mean prompt of {wording.tokens(prompt)} tokens, room for {wording.tokens(room)}"
    none = context.fit[position] == Fit.NONE
    reason = f"Does not fit: {size}." if none else f"Only {wording.share(fits)} of the requests fit: {size}."
    chunks = float(np.floor(context.chunks_that_fit[position]))
    if asked.workload.context.chunks > chunks >= 1:
        return reason, f"Send at most {chunks:,.0f} chunks instead of {asked.workload.context.chunks:,.0f}."
    turns = float(np.floor(context.turns_that_fit[position]))
    if asked.workload.context.turns > turns >= 1:
        return reason, f"Keep at most {turns:,.0f} turns instead of {asked.workload.context.turns:,.0f}."
    return reason, "Shorten the prompt or the output reserve."


def _rate_limits(asked: Asked, position: int) -> tuple[str, str | None]:
    limits = asked.assessments.rate_limits
    lowest, step = limits.lowest_tier[position], limits.next_step[position]
    if lowest is not None:
        return _over_limit(asked, position), f"Tier {title(lowest)} would serve it: {step}."
    flatter = "; a flatter peak or batch calls would need less" if limits.binding[position] in METERS else ""
    return _over_limit(asked, position), f"{step[:1].upper()}{step[1:]}{flatter}." if step else None


def _over_limit(asked: Asked, position: int) -> str:
    limits = asked.assessments.rate_limits
    binding, tier, use = limits.binding[position] or "", limits.tier[position] or "assumed", float(limits.peak_use[position])
    times = f"{wording.factor(use)} its {LIMIT_WORDS.get(binding, 'limit')} at tier {title(tier)}"
    if binding == "monthly_cap":
        bill = float(asked.assessments.cost.expected_usd[position])
        return f"The bill is {times}: {wording.usd(bill)} against {wording.usd(bill / use)}."
    if binding not in METERS or limits.tier[position] is None:
        return f"At the peak it needs {times}."
    row = METERS.index(binding)
    allowed = float(asked.columns.limits.limit[asked.columns.limits.tier_names[position].index(tier), row, position])
    figures = f"{amount(binding, use * allowed)} against {amount(binding, allowed)}"
    if use * allowed > 1.001 * float(limits.peak_load[row, position]):
        return f"One call in a hundred needs {times} at once, so it is never admitted: {figures}."
    return f"At the peak it needs {times}: {figures}."


def _rounded_up(usd: float) -> float:
    step = 10.0 ** (np.floor(np.log10(usd)) - 1)
    return float(np.ceil(usd / step) * step)


_SENTENCES: dict[Gate, Callable[[Asked, int], tuple[str, str | None]]] = {
    "retired": _retired,
    "not sold": _not_sold,
    "class": _class,
    "features": _features,
    "providers": _providers,
    "regions": _regions,
    "retention": _retention,
    "success": _success,
    "budget": _budget,
    "context_window": _context_window,
    "rate_limits": _rate_limits,
}
