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
    "traffic.shape": (
        "How the calls of a day are spread, for the replay of the limits. All shapes hold the same calls; the peak factor says how high "
        "the busiest minute is, but for the steady one, which has none, and the measured ones, which bring their own."
    ),
    "traffic.trace": "Recorded requests of a public service, scaled to your volume and lengths. They then stand in for the shape.",
    "traffic.ramp_minutes": "How long a launch, a batch or a burst takes to reach its height. Other shapes have no ramp.",
    "traffic.burstiness": (
        "How unevenly calls follow one another within a minute: the coefficient of variation of the gaps between them. 1 is chance, "
        "machines in step are below it, measured services between 1 and 6."
    ),
    "traffic.users": "The people or tenants behind the calls, all taken as equally busy. Not said: calls are counted, not users.",
    "clients.policy": (
        "Fails: the 429 is passed on. Waits: your side holds calls back in order of arrival until the limit has room. Tried again: what "
        "the official SDKs do by themselves."
    ),
    "clients.target_share": "The share of calls in the busiest minute that must be served for the limits to count as kept.",
    "clients.max_wait_s": "A call that waits or is tried again counts as served if it is let through within this time.",
    "clients.retries": "How often a refused call is tried again. The official SDKs: 2.",
    "clients.first_backoff_s": "Before the first retry; it doubles each time, less up to a quarter by chance. The official SDKs: 0.5 s.",
    "clients.backoff_cap_s": "No pause is longer. The official SDKs: 8 s.",
    "clients.retry_after": "On: where the provider says how long to wait, that goes before the pauses above.",
    "traffic.growth_per_month": "Growth from month to month. It moves the twelve-month view; the answer is for the first month.",
    "traffic.batch_share": "Calls that may take up to 24 hours go to the batch price and leave the per-minute limits alone.",
    "tokens.input_mean": "Everything that is sent: system prompt, history, documents, question.",
    "tokens.input_p95": "One prompt in twenty is longer. It decides price cliffs and what fits. Off means: all prompts are equally long.",
    "tokens.output_mean": "The visible reply.",
    "tokens.output_p95": "One reply in twenty is longer. Off means: all replies are equally long.",
    "tokens.reasoning_mean": "Hidden thinking at medium effort: billed as output and waited for. 0 asks for the lowest effort a model has.",
    "tokens.effort": (
        "The tokens beside are at medium effort; another one scales them by how much more or less each model was seen to think."
    ),
    "traffic.starts_utc": "The hour in UTC at which the active hours begin: it decides how much falls into a provider's dear hours.",
    "caching.explicit": (
        "Gemini keeps a cache for a fee by the hour. With a derived hit rate it is used where it costs less than counting on implicit hits."
    ),
    "conversation.turns": (
        "Every turn sends the whole conversation again. The prompts then follow from system prompt, chunks, what a user adds and the "
        "reply; requests a day stay API calls, one a turn."
    ),
    "conversation.user_tokens": "What a user writes in one turn, with documents that come with it.",
    "conversation.pause_s": "Mean time between two turns: it decides how often the turn before is still in the cache.",
    "conversation.cached": "Off: every turn pays the input price for the whole history.",
    "billing.service": "For the calls that do not go in batch. Offers that do not sell it are billed at standard prices, and say so.",
    "billing.gateway_fee": "What a gateway takes on top. OpenRouter: 5.5 % on credits, 5 % with own keys (its FAQ, undated copy of 2026).",
    "billing.billed_failures": "Broken, refused or truncated replies that are billed and asked for again. Refusals with 429 cost nothing.",
    "billing.discounts": "What you negotiated off the list price of this provider.",
    "tools.web_searches": "Paid per call beside the tokens. What a search finds is billed as prompt: count it there.",
    "tools.file_searches": "Paid per call beside the tokens.",
    "tools.code_sessions": "Sessions of a container that runs code, paid beside the tokens.",
    "task.calls": "Retries after a failed task count too.",
    "task.round_trips": "Calls that must be back before the answer starts, to ask for tools. Each adds the wait for a first token; "
    "what your tools take comes on top.",
    "task.success_rate": "From your own evaluation or from production. Given, each bill is also told per task that succeeds.",
    "task.success_rates": "Where this model succeeds more or less often than the common rate.",
    "spreads.volume": "One standard deviation. The draws behind every range and every confidence use it.",
    "spreads.input_tokens": "One standard deviation, the same for all offers.",
    "spreads.output_tokens": "One standard deviation, the same for all offers.",
    "spreads.reasoning": "Drawn for each model alone: at the same effort models think differently long.",
    "spreads.hit_rate": "On the logit scale: 0.3 takes 70 % to 63 or 76 %.",
    "spreads.prefixes": "Used where the hit rate follows from the traffic.",
    "spreads.tokenizer": "100 %: each model's published low and high are its 5th and 95th percentile. 0 %: the likely ratio is trusted.",
    "tokens.tokenizer": (
        "The same text is more tokens in some models. If you measured with an OpenAI tokenizer, let each model's ratio apply."
    ),
    "caching.prefix_tokens": "The part at the beginning that many calls share. Below a model's minimum it is silently not cached.",
    "caching.hit_rate": (
        "Share of calls that find the prefix cached. Derived: from the traffic, the number of distinct prefixes and each lifetime."
    ),
    "caching.prefixes": "Tenants, repositories, users: each needs its own cache entry. Used when the hit rate is derived.",
    "caching.lifetime": "Which lifetime a given hit rate belongs to.",
    "context.system_tokens": "Instructions in every call, with the tool definitions if they are not counted apart.",
    "context.tools_tokens": "Names, descriptions and schemas of tools: they are part of every prompt.",
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
    "retrieval.documents": "How many documents there are to retrieve from.",
    "retrieval.document_tokens": "Mean length of a document, in the same tokens as everything else.",
    "retrieval.document_p95_tokens": "One document in twenty is longer. All alike: every document has the mean length.",
    "retrieval.overlap_share": "What part of each chunk repeats the end of the one before it.",
    "retrieval.top_k": "Chunks that a prompt of the plan holds. As in the prompt: as many as the workload's retrieved chunks.",
    "retrieval.whole_documents": "How many documents a prompt holds where they are sent whole and not cut up.",
    "history.kept_turns": "At every cut this many of the newest turns stay, the older ones are dropped.",
    "history.summary_tokens": "At every cut the model writes a summary this long, which stands in for the whole history.",
    "needs.class": "By the vendors' own positioning, not by benchmark scores.",
    "needs.features": "A must-have: an offer without it is out, and so is one of which it is unknown.",
    "needs.least_success": "A must-have, held against your own evaluation: an offer is out only where its 95 % interval ends below. "
    "One that was not evaluated stays in and is flagged. Public benchmark scores are not used.",
    "needs.zero_retention": "A must-have. It is agreed by contract, so no price list tells it: only providers listed as agreed pass.",
    "needs.fallback": "A second offer for when the first is down, at another provider where one holds in that role.",
    "needs.review_by": "The decision's own expiry; it goes into the ADR.",
    "priorities.weights.cost": "Only proportions matter.",
    "priorities.weights.latency": "Only proportions matter.",
    "priorities.weights.rate_limits": "Only proportions matter.",
    "priorities.weights.context_window": "Only proportions matter.",
    "priorities.weights.success": "How often a model passes your own evaluation. What you have not evaluated counts as nothing there.",
}
