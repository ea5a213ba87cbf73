"""Why an offer is out, in one sentence with the figures, and what would let it in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from framework import wording
from framework.catalogue.columns import Columns
from framework.catalogue.records import METERS
from framework.scoring.chain import Assessments
from framework.scoring.results import Exclusion, Gate
from framework.workload import CLASSES, Workload

FEATURE_WORDS = {"tools": "tool calls", "structured_output": "structured output", "vision": "images", "pdf": "PDF files"}
DIMENSION_WORDS = {
    "rpm": "requests per minute",
    "rpd": "requests per day",
    "tpm": "tokens per minute",
    "tpd": "tokens per day",
    "itpm": "input tokens per minute",
    "otpm": "output tokens per minute",
    "concurrency": "requests at once",
    "spend_10min": "spend per 10 minutes",
    "monthly_cap": "monthly spend cap",
}


@dataclass(frozen=True, eq=False)
class Asked:
    """What a sentence may quote."""

    workload: Workload
    columns: Columns
    assessments: Assessments


def explain(gate: Gate, asked: Asked, position: int) -> Exclusion:
    """The exclusion of one offer by one gate."""
    reason, cure = _SENTENCES[gate](asked, position)
    return Exclusion(asked.columns.ids[position], gate, reason, cure)


def _retired(asked: Asked, position: int) -> tuple[str, str | None]:
    gone = dt.date.fromordinal(int(asked.columns.retires_ordinal[position]))
    return f"Switched off on {gone}.", "Move to its successor."


def _not_sold(asked: Asked, position: int) -> tuple[str, str | None]:
    where = f"pricing/providers/{asked.columns.providers[position]}.yaml"
    return f"No price for input and output is known on {asked.columns.on}.", f"Add the price with its source to {where}."


def _class(asked: Asked, position: int) -> tuple[str, str | None]:
    own, needed = CLASSES[asked.columns.capability[position]], asked.workload.needs.capability_class
    return f"A {own} model by its vendor's own positioning; the workload needs {needed} or better.", f"Set needs.class to {own}."


def _features(asked: Asked, position: int) -> tuple[str, str | None]:
    lacking = [name for name in asked.workload.needs.features if asked.columns.features[name][position] == 0]
    words = " and ".join(FEATURE_WORDS[name] for name in lacking)
    return f"Does not take {words}, which the workload needs.", f"Take {' and '.join(lacking)} out of needs.features."


def _providers(asked: Asked, position: int) -> tuple[str, str | None]:
    provider = asked.columns.providers[position]
    return f"{provider} is not among the providers asked for.", f"Add {provider} to needs.providers."


def _regions(asked: Asked, position: int) -> tuple[str, str | None]:
    served = asked.columns.regions[position]
    missing = " and ".join(region for region in asked.workload.needs.regions if region not in served)
    return f"Not served in {missing}; it is served in {', '.join(served)}.", f"Take {missing} out of needs.regions."


def _budget(asked: Asked, position: int) -> tuple[str, str | None]:
    low, high = (float(usd[position]) for usd in (asked.assessments.cost.low_usd, asked.assessments.cost.high_usd))
    budget = asked.workload.budget.monthly_usd
    cost = wording.usd(low) if wording.usd(low) == wording.usd(high) else f"{wording.usd(low)} to {wording.usd(high)}"
    return (
        f"Costs {cost} a month, {wording.factor(low / budget)} the budget of {wording.usd(budget)}.",
        f"Raise budget.monthly_usd to {wording.usd(_rounded_up(low))}, or send {wording.share(1 - budget / low)} less.",
    )


def _context_window(asked: Asked, position: int) -> tuple[str, str | None]:
    context = asked.assessments.context_window
    fits, prompt, room = (float(values[position]) for values in (context.fits_share, context.prompt_tokens, context.usable_tokens))
    reason = f"Only {wording.share(fits)} of the requests fit: the mean prompt is {wording.tokens(prompt)} tokens, {wording.tokens(room)} are free for it."
    chunks = float(np.floor(context.chunks_that_fit[position]))
    if asked.workload.context.chunks > chunks >= 1:
        return reason, f"Send at most {chunks:,.0f} chunks instead of {asked.workload.context.chunks:,.0f}."
    turns = float(np.floor(context.turns_that_fit[position]))
    if asked.workload.context.turns > turns >= 1:
        return reason, f"Keep at most {turns:,.0f} turns instead of {asked.workload.context.turns:,.0f}."
    return reason, "Shorten the prompt or the output reserve."


def _rate_limits(asked: Asked, position: int) -> tuple[str, str | None]:
    limits = asked.assessments.rate_limits
    binding, tier = limits.binding[position], limits.tier[position] or "the tier assumed"
    times = wording.factor(float(limits.peak_use[position]))
    reason = f"At the peak it needs {times} its {DIMENSION_WORDS.get(binding or '', 'limit')} at tier {tier}{_figures(asked, position)}."
    lowest = limits.lowest_tier[position]
    if lowest is None:
        return reason, "No published tier serves this peak: ask the provider for higher limits, flatten the peak or move requests to batch."
    return reason, f"Tier {lowest} would serve it. {limits.next_step[position]}".strip()


def _figures(asked: Asked, position: int) -> str:
    binding = asked.assessments.rate_limits.binding[position]
    if binding not in METERS:
        return ""
    needed = float(asked.assessments.rate_limits.peak_load[METERS.index(binding), position])
    allowed = needed / float(asked.assessments.rate_limits.peak_use[position])
    return f": {wording.tokens(needed)} against {wording.tokens(allowed)}"


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
    "budget": _budget,
    "context_window": _context_window,
    "rate_limits": _rate_limits,
}
