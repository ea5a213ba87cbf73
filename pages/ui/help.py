"""What each control says about itself when asked: one text per workload field."""

from __future__ import annotations

HELP = {
    "tokens.input_p50": (
        "Only where the 95th percentile is far above the mean: median and 95th percentile then say how long prompts are, "
        "and the mean follows."
    ),
    "tokens.output_p50": (
        "Only where the 95th percentile is far above the mean: median and 95th percentile then say how long replies are, "
        "and the mean follows."
    ),
    "name": "Shown on the report and in the link.",
    "traffic.requests_per_day": "API calls a day, not users: a conversation of five turns is five calls.",
    "traffic.active_hours": "The hours in which the traffic comes; all limits are per minute, so fewer hours mean denser minutes.",
    "traffic.peak_factor": (
        "Busiest minute over the mean minute of the active hours. Public traces: 1.2 for machines, 2.5 to 3.5 for people."
    ),
    "traffic.growth_per_month": "Growth from month to month. It moves the twelve-month view; the answer is for the first month.",
    "traffic.batch_share": "Calls that may take up to 24 hours go to the batch price and leave the per-minute limits alone.",
    "tokens.input_mean": "Everything that is sent: system prompt, history, documents, question.",
    "tokens.input_p95": "One prompt in twenty is longer. It decides price cliffs and what fits. Off means: all prompts are equally long.",
    "tokens.output_mean": "The visible reply.",
    "tokens.output_p95": "One reply in twenty is longer. Off means: all replies are equally long.",
    "tokens.reasoning_mean": "Hidden thinking: billed as output and waited for. 0 asks for the lowest effort a model has.",
    "tokens.tokenizer": (
        "The same text is more tokens in some models. If you measured with an OpenAI tokenizer, let each model's ratio apply."
    ),
    "caching.prefix_tokens": "The part at the beginning that many calls share. Below a model's minimum it is silently not cached.",
    "caching.hit_rate": (
        "Share of calls that find the prefix cached. Derived: from the traffic, the number of distinct prefixes and each lifetime."
    ),
    "caching.prefixes": "Tenants, repositories, users: each needs its own cache entry. Used when the hit rate is derived.",
    "caching.lifetime": "Which lifetime a given hit rate belongs to.",
    "context.system_tokens": "Instructions and tool definitions in every call.",
    "context.chunks": "Documents or passages put into a prompt.",
    "context.chunk_tokens": "Mean length of one chunk.",
    "context.turns": "The current message and the turns of history sent with it.",
    "context.turn_tokens": "A user message with the reply to it, as it stands in the history.",
    "context.output_reserve_tokens": (
        "What a call may produce at most. It is taken out of the window first, and several providers charge it against your limit at once."
    ),
    "budget.monthly_usd": "A must-have: an offer that costs more is out. The cost axis is worth 1 up to 30 % of it and 0 at the whole.",
    "budget.ttft_s": "Seconds until the first token of the answer appears.",
    "budget.response_s": "Seconds until the last token.",
    "budget.percentile": "How many replies must be inside the budget. Published data says nothing beyond the 95th percentile.",
    "budget.streaming": "On: both the first token and the whole reply count. Off: only the whole reply.",
    "needs.class": "By the vendors' own positioning, not by benchmark scores.",
    "needs.features": "A must-have: an offer without it is out, and so is one of which it is unknown.",
    "needs.fallback": "A second offer at another provider for when the first is down.",
    "needs.review_by": "The decision's own expiry; it goes into the ADR.",
    "priorities.weights.cost": "Only proportions matter.",
    "priorities.weights.latency": "Only proportions matter.",
    "priorities.weights.rate_limits": "Only proportions matter.",
    "priorities.weights.context_window": "Only proportions matter.",
}
