"""What an answer rests on, in words: the workload, what counts how much, and what is assumed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from framework import wording
from framework.axes.assessment import Criterion
from framework.report import latency_rows, own_latency, own_limits
from framework.report.headlines import AXIS_NAMES
from framework.report.selection import baseline, labels

if TYPE_CHECKING:
    from framework.billing import Spreads
    from framework.study import Study
    from framework.token_counts import Tokens
    from framework.workload import Caching, Workload

AXIS_WORDS: dict[Criterion, Callable[[float], str]] = {
    "cost": lambda usd: f"{wording.usd(usd)} a month",
    "latency": lambda share: f"{wording.probability(share)} of requests in time",
    "rate_limits": lambda times: f"room for {wording.factor(times)} the peak",
    "context_window": lambda share: f"{wording.share(share)} of requests fit",
    "success": lambda share: f"{wording.share(share)} of tasks succeed in your evaluation",
}
_ANCHOR_WORDS: dict[Criterion, Callable[[float], str]] = {
    **AXIS_WORDS,
    "latency": lambda share: f"{wording.share(share)} in time",
    "rate_limits": lambda times: f"room for {wording.factor(times)} the peak",
    "success": lambda share: f"{wording.share(share)} of tasks that succeed",
}


def workload_facts(study: Study) -> list[tuple[str, str]]:
    """The workload as `(what, figure)` pairs."""
    work, today = study.workload, baseline(study)
    traffic, tokens = work.traffic, work.tokens
    calls = f"{wording.count(traffic.requests_per_day)} a day in {traffic.active_hours:g} hours"
    return [
        ("API calls", f"{calls}, peak {float(study.load.peak_factor):g} times the mean"),
        ("Batch share", wording.share(traffic.batch_share)),
        ("Prompt", _length(tokens.input_mean, tokens.input_p95) if work.conversation.turns is None else _conversation(study)),
        ("Reply", _length(tokens.output_mean, tokens.output_p95)),
        ("Reasoning", _reasoning(tokens)),
        ("Cache", _cache(work.caching)),
        ("Context", _context(work)),
        *_terms(work),
        *([("Own limits", own_limits.in_words(study))] if work.own_limits else []),
        *([("Own latency", own_latency.in_words(study))] if work.own_latency else []),
        ("Budget", f"{wording.usd(work.budget.monthly_usd)} a month"),
        ("Time", _time(work)),
        ("Needs", needs(work)),
        ("On today", "nothing named" if today is None else labels(study)[study.columns.ids[today]]),
    ]


def _conversation(study: Study) -> str:
    talk, load = study.workload.conversation, study.load
    grows = f"{wording.tokens(float(load.input_mean))} tokens on average as the history grows"
    kept = f"{wording.seconds(talk.pause_s)} from turn to turn" if talk.cached else "history not cached"
    return f"{talk.turns:g} turns of {wording.tokens(talk.user_tokens)} a conversation, {grows}, {kept}"


def _reasoning(tokens: Tokens) -> str:
    at = "" if tokens.effort == "medium" or not tokens.reasoning_mean else f" at medium effort, asked for at {tokens.effort}"
    return f"{wording.tokens(tokens.reasoning_mean)} tokens a reply{at}"


def _terms(work: Workload) -> list[tuple[str, str]]:
    """What differs from list prices, tools and tasks: only what is there."""
    bill, tools, task = work.billing, work.tools, work.task
    terms = [f"{bill.service} service"] if bill.service != "standard" else []
    terms += [f"{wording.share(off)} off at {provider}" for provider, off in bill.discounts.items() if off]
    terms += [f"{wording.share(bill.gateway_fee)} gateway fee"] if bill.gateway_fee else []
    terms += [f"{wording.share(bill.billed_failures)} of all attempts fail and are billed"] if bill.billed_failures else []
    used = [f"{each:g} {name.replace('_', ' ')}" for name, each in tools.model_dump().items() if each]
    success = [] if task.success_rate is None else [f"{wording.share(task.success_rate)} succeed"]
    success += [f"{wording.share(rate)} with {model}" for model, rate in task.success_rates.items()]
    evaluated = [f"{model} passes {wording.share(own.pass_rate)} of {own.n:,} cases" for model, own in work.evals.items()]
    told = (
        ("Terms", terms),
        ("Paid tools a request", used),
        (f"Tasks of {task.calls:g} {'call' if task.calls == 1 else 'calls'}", success),
        ("Own evaluation", evaluated),
    )
    return [(what, ", ".join(parts)) for what, parts in told if parts]


def _length(mean: float, p95: float | None) -> str:
    spread = f", 95 % below {wording.tokens(p95)}" if p95 is not None else ", no spread given"
    return f"{wording.tokens(mean)} tokens on average{spread}"


def _cache(caching: Caching) -> str:
    if not caching.prefix_tokens:
        return "no reusable prefix"
    hits = (
        f"{wording.share(caching.hit_rate)} hits"
        if caching.hit_rate is not None
        else f"{wording.count(caching.prefixes)} distinct, hits derived"
    )
    return f"prefix of {wording.tokens(caching.prefix_tokens)}, {hits}"


def _context(work: Workload) -> str:
    context = work.context
    tools = f"{wording.tokens(context.tools_tokens)} tools, " if context.tools_tokens else ""
    parts = f"{wording.tokens(context.system_tokens)} system, {tools}{context.chunks:g} chunks of {wording.tokens(context.chunk_tokens)}"
    if work.conversation.turns is not None:
        return f"{parts} open each conversation, {wording.tokens(context.output_reserve_tokens)} reserved"
    turns = f"{context.turns:g} {'turn' if context.turns == 1 else 'turns'} of {wording.tokens(context.turn_tokens)}"
    return f"{parts}, {turns}, {wording.tokens(context.output_reserve_tokens)} reserved"


def _time(work: Workload) -> str:
    budget, trips = work.budget, work.task.round_trips
    before = f"; {trips:g} {'call' if trips == 1 else 'calls'} before the answer starts" if trips else ""
    first = f"first token {wording.seconds(budget.ttft_s)}, " if budget.streaming else ""
    return f"{first}whole reply {wording.seconds(budget.response_s)}, {budget.percentile:g} % of requests{before}"


def needs(work: Workload) -> str:
    """The must-haves as a list in words."""
    asked = work.needs
    parts = [f"{asked.capability_class} class or better", *(feature.replace("_", " ") for feature in asked.features)]
    parts += [f"from {', '.join(asked.providers)}"] if asked.providers else ["any provider"]
    parts += [f"served in {', '.join(asked.regions)}"] if asked.regions else []
    parts += [f"success in {wording.share(asked.least_success)} of tasks or more by your own evaluation"] if asked.least_success else []
    parts += [f"zero retention (agreed with {', '.join(asked.retention_agreed) or 'nobody yet'})"] if asked.zero_retention else []
    return ", ".join(parts)


def drivers(study: Study) -> list[str]:
    """What counts and how much: weights with their anchors, then the gates."""
    weights = study.recommendation.scores.weights / study.recommendation.scores.weights.sum()
    anchors = study.case.anchors
    told = []
    for row, axis in enumerate(study.case.criteria):
        good, bad = (_ANCHOR_WORDS[axis](value) for value in (anchors[axis].good, anchors[axis].unacceptable))
        told.append(f"{AXIS_NAMES[axis]}, weight {wording.share(float(weights[row]))}: worth 1 at {good}, 0 at {bad}")
    cap = wording.usd(study.workload.budget.monthly_usd)
    return [*told, f"Must-haves: {needs(study.workload)}; within {cap} a month; within window and rate limits"]


def assumptions(study: Study) -> list[str]:
    """What the figures rest on, and what they leave out."""
    work = study.workload
    return [
        "A month has 30 days; lengths are log-normal with the mean and 95th percentile given, so price steps for long prompts are exact.",
        _counting(work),
        _hits(work.caching),
        _tiers(work),
        latency_rows.premise(study),
        "No provider publishes how deep its rate-limit buckets are: the peak is replayed with buckets of a minute and of a second.",
        _spreads(work.spreads),
        "List prices, but for the terms named above; no taxes. Calls that fail cost nothing unless a share that is billed is named.",
        "Quality is not measured: the class is the vendor's own positioning. Try the choice on your own tasks before you sign.",
        *work.warnings(),
    ]


def _spreads(spreads: Spreads) -> str:
    named = {
        "requests": spreads.volume,
        "prompts": spreads.input_tokens,
        "replies": spreads.output_tokens,
        "reasoning": spreads.reasoning,
        "prefixes": spreads.prefixes,
    }
    told = ", ".join(f"{what} {100 * sigma:.0f} %" for what, sigma in named.items())
    return f"Ranges and confidence are drawn with these standard deviations: {told}, hit rate {spreads.hit_rate:g} on the logit scale."


def _counting(work: Workload) -> str:
    if work.tokens.tokenizer == "own":
        return "Token counts are taken as each model's own."
    return "Token counts are o200k tokens, converted by each model's published or estimated ratio, whose range is part of the cost range."


def _hits(caching: Caching) -> str:
    if not caching.prefix_tokens:
        return "No reusable prefix is given, so nothing is billed as cached."
    if caching.hit_rate is not None:
        return "The cache hit rate is the one given."
    return "The cache hit rate is derived from the traffic per prefix and the lifetime sold, for evenly mixed arrivals."


def _tiers(work: Workload) -> str:
    if not work.tiers:
        return "Usage tiers: each provider's default one, as none is given."
    return (
        f"Usage tiers: {', '.join(f'{provider} {tier}' for provider, tier in work.tiers.items())}; elsewhere each provider's default one."
    )
