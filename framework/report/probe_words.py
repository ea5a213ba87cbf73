"""What a probe would send, how far it is, and what it found, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from framework import wording
from framework.providers.prompts import most_input_tokens
from framework.providers.samples import LEAST_FOR_P95, quantile

if TYPE_CHECKING:
    from framework.catalogue.model_records import Window
    from framework.providers.measure import Probe
    from framework.providers.plan import ProbeCaps, ProbePlan
    from framework.providers.samples import Group
    from framework.providers.tally import Prices
    from framework.providers.target import Target

ROOM_TO_THINK_TOKENS = 2_000
"""With less, a model that thinks may have nothing left to answer with."""


def planned(aim: Target, plan: ProbePlan, caps: ProbeCaps, *, prices: dict[int, Prices], window: Window | None, thinks: bool) -> str:
    """The plan with its cost, before anything is sent; `window` None where the catalogue has no such offer, `thinks`: it always does."""
    about = plan.estimate(prices)
    lengths = ", ".join(f"{length:,}" for length in plan.prompt_tokens)
    lines = [
        f"Probe of {aim.name}, {f'effort {aim.effort}' if aim.effort else 'effort left to the provider'}",
        f"  cold      {plan.requests} requests at each of {lengths} prompt tokens, no two prompts alike",
        f"  warm      {plan.warm_requests} of each sent again at once, to be read from a cache if there is one",
        f"  replies   at most {plan.output_tokens:,} tokens, timed to the first visible text; prompts and replies are not kept",
        f"  together  {about.requests:,} requests one after the other, about {about.tokens:,} tokens, at most {about.most_tokens:,}",
        f"  cost      {_cost(aim, about.usd, about.most_usd)}",
        f"  limits    {_limits(caps)}",
    ]
    if plan.requests < LEAST_FOR_P95:
        lines.append(f"  note      fewer than {LEAST_FOR_P95} requests at a length give no 95th percentile")
    if caps.usd is not None and about.most_usd is not None and about.most_usd > caps.usd:
        lines.append(f"  note      the limit of {wording.usd(caps.usd)} may end it early: raise --max-usd or lower --requests")
    if caps.tokens is not None and about.most_tokens > caps.tokens:
        lines.append(f"  note      the limit of {caps.tokens:,} tokens may end it early: raise --max-tokens or lower --requests")
    if (thinks or aim.effort not in (None, "none")) and plan.output_tokens < ROOM_TO_THINK_TOKENS:
        lines.append(f"  note      it thinks before it answers: where that uses up {plan.output_tokens:,} tokens, raise --output-tokens")
    if window is None:
        lines.append("  note      the catalogue has no such offer: to import the profile, write the offer's id into it")
    else:
        lines += _too_long(plan, window)
    return "\n".join(lines) + "\n"


def _too_long(plan: ProbePlan, window: Window) -> list[str]:
    """Which prompts the model would refuse: surely, or where its tokenizer makes as many tokens of them as any does."""
    whole = None if window.context_tokens is None else window.context_tokens - plan.output_tokens
    room = min((room for room in (whole, window.max_input_tokens) if room is not None), default=None)
    if room is None:
        return []
    over = [length for length in plan.prompt_tokens if length > room]
    perhaps = [length for length in plan.prompt_tokens if length <= room < most_input_tokens(length)]
    return [
        f"  note      prompts of {' and '.join(f'{length:,}' for length in lengths)} tokens {verb} its limit of {room:,}: {cure}"
        for lengths, verb, cure in (
            (over, "are above", "they would be refused; lower --prompt-tokens"),
            (perhaps, "may be above", "tokenizers differ; lower --prompt-tokens where they are refused"),
        )
        if lengths
    ]


def _cost(aim: Target, usd: float | None, most_usd: float | None) -> str:
    if usd is None:
        return "unknown: no price is known, so --max-usd cannot hold and the number of tokens is limited instead (--max-tokens)"
    whose = "prices of llm.yaml" if aim.prices is not None else "prices of the catalogue"
    return f"about {wording.usd(usd)} without thinking, at most {wording.usd(most_usd)} ({whose})"


def _limits(caps: ProbeCaps) -> str:
    told = [f"{caps.requests:,} requests"] if caps.requests is not None else []
    told += [f"{caps.tokens:,} tokens"] if caps.tokens is not None else []
    told += [wording.usd(caps.usd)] if caps.usd is not None else []
    told += [f"{caps.seconds:,.0f} seconds"] if caps.seconds is not None else []
    return ", ".join(told)


def progress(run: Probe) -> str:
    """How far a run is and what it has used up."""
    told = f"{run.done} of {run.plan.size} requests, {run.failures} failed, {run.spent.tokens:,} tokens"
    return f"{told}, {wording.usd(run.spent.usd)}" if run.prices else told


def found(run: Probe) -> str:
    """The medians of a run, and why it ended where it ended early."""
    lines = [_found(group) for _, group in sorted(run.groups.items())]
    lines += [f"Not all was sent: {run.ended}"] if run.ended is not None else []
    return "\n".join([*lines, progress(run)]) + "\n"


def _found(group: Group) -> str:
    first = [sample.first_s for sample in group.samples if sample.first_s is not None]
    failed = f", {group.failures.total()} failed" if group.failures else ""
    told = f"{group.cache} at {group.prompt_tokens:,} tokens: n = {len(first)}{failed}"
    if not first:
        return told
    p95 = f", 95th percentile {wording.seconds(quantile(first, 0.95))}" if len(first) >= LEAST_FOR_P95 else ""
    share = group.reading()["cached_share"]
    cached = "; the provider does not say what was cached" if share is None else f"; {wording.share(share)} read from a cache"
    return f"{told}, first token {wording.seconds(quantile(first, 0.5))} at the median{p95}{cached if group.cache == 'warm' else ''}"
