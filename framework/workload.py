"""What the team's own traffic looks like: one `Workload` feeds all four axes.

`tokens` rules the bill, latency and limits; `context` says what a prompt is made of and rules what fits. Where only one of the two is
given the other follows from it; where both are given and differ by more than 10 %, `Workload.warnings` says so.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, ValidationError, model_validator

from framework.billing import Billing, Conversation, Spreads, Task, Tools
from framework.clients import Clients, OwnLimits
from framework.measured import OwnLatency, thinking_warnings
from framework.part import Count, Flag, Key, Keys, Name, Part, Share, TokenCount
from framework.plans import History, Retrieval
from framework.token_counts import Tokens
from framework.vocabulary import CapabilityClass, Feature, Lifetime, Series, Shape, Trace

DAYS_PER_MONTH = 30


class Traffic(Part):
    """`requests_per_day` are API calls; `peak_factor` is the busiest minute over the mean minute of the active hours.

    `starts_utc`: the hour (UTC) at which the active hours begin; null: not known, which leaves dear hours a range.

    How the calls come within a day, for the replay of the limits: `shape`, or the measured rates of a real service; `trace`: the requests
    of a real one, scaled to these. `steady` has no peak, whatever `peak_factor` says. `burstiness`: coefficient of variation of the gaps
    between calls, 1 is chance (Poisson). `ramp_minutes`: how long a launch, a batch or a burst takes to reach its height. `users`: who the
    calls come from; null: not known.
    """

    requests_per_day: Annotated[float, Field(ge=1, le=1e9, allow_inf_nan=False, strict=True)] = 10_000
    active_hours: Annotated[float, Field(ge=0.25, le=24, allow_inf_nan=False, strict=True)] = 24
    starts_utc: Annotated[float, Field(ge=0, lt=24, allow_inf_nan=False, strict=True)] | None = None
    peak_factor: Annotated[float, Field(ge=1, le=1_000, allow_inf_nan=False, strict=True)] = 3
    batch_share: Share = 0
    growth_per_month: Annotated[float, Field(ge=-0.9, le=5, allow_inf_nan=False, strict=True)] = 0
    shape: Shape | Series = "working_day"
    trace: Trace | None = None
    burstiness: Annotated[float, Field(ge=0.1, le=20, allow_inf_nan=False, strict=True)] = 1
    ramp_minutes: Annotated[float, Field(ge=0, le=720, allow_inf_nan=False, strict=True)] = 5
    users: Annotated[float, Field(ge=1, le=1e8, allow_inf_nan=False, strict=True)] | None = None


class Caching(Part):
    """The reusable prefix. A given `hit_rate` belongs to `lifetime` (the shortest sold if null); null derives it from `prefixes`.

    `explicit`: with a derived rate, caches that are created and stored for a fee are used where they are sold and cheaper.
    """

    prefix_tokens: TokenCount = 0
    hit_rate: Share | None = None
    prefixes: Annotated[float, Field(ge=1, le=1e9, allow_inf_nan=False, strict=True)] = 1
    lifetime: Lifetime | None = None
    explicit: Flag = True


class Context(Part):
    """What a prompt is made of: `system + tools + chunks * chunk_tokens + turns * turn_tokens`; the reserve is the `max_tokens` of a call.

    `tools_tokens`: definitions of tools, where they are not counted in `system_tokens`.
    """

    system_tokens: TokenCount = 800
    tools_tokens: TokenCount = 0
    chunks: Count = 0
    chunk_tokens: TokenCount = 500
    turns: Annotated[float, Field(ge=1, le=10_000, allow_inf_nan=False, strict=True)] = 1
    turn_tokens: TokenCount = 400
    output_reserve_tokens: Annotated[float, Field(ge=1, le=1_000_000, allow_inf_nan=False, strict=True)] = 1_024

    @property
    def prompt_tokens(self) -> float:
        """Mean prompt in the user's tokenizer."""
        return self.opening_tokens + self.turns * self.turn_tokens

    @property
    def opening_tokens(self) -> float:
        """What of it comes before the turns."""
        return self.system_tokens + self.tools_tokens + self.chunks * self.chunk_tokens


class Budget(Part):
    """What may be spent, and how fast a reply must be: `percentile` of the replies inside the budget."""

    monthly_usd: Annotated[float, Field(gt=0, le=1e9, allow_inf_nan=False, strict=True)] = 5_000
    ttft_s: Annotated[float, Field(gt=0, le=3_600, allow_inf_nan=False, strict=True)] = 1.5
    response_s: Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False, strict=True)] = 8.0
    percentile: Annotated[float, Field(ge=50, le=99.9, allow_inf_nan=False, strict=True)] = 95
    streaming: Flag = True


class Needs(Part):
    """Must-haves; `class` is the least capable class that will do, an empty list asks for nothing."""

    capability_class: CapabilityClass = Field(default="fast", alias="class")
    features: Annotated[tuple[Feature, ...], Field(max_length=4)] = ()
    providers: Keys = ()
    regions: Keys = ()
    fallback: Flag = True
    review_by: dt.date | None = None


class Workload(Part):
    """One description of the traffic, read by all four axes."""

    name: Name = "My workload"
    traffic: Traffic = Traffic()
    tokens: Tokens = Tokens()
    caching: Caching = Caching()
    conversation: Conversation = Conversation()
    context: Context = Context()
    retrieval: Retrieval = Retrieval()
    history: History = History()
    budget: Budget = Budget()
    needs: Needs = Needs()
    billing: Billing = Billing()
    tools: Tools = Tools()
    task: Task = Task()
    spreads: Spreads = Spreads()
    clients: Clients = Clients()
    own_limits: dict[Key, OwnLimits] = Field(default_factory=dict, max_length=50)
    own_latency: dict[Key, OwnLatency] = Field(default_factory=dict, max_length=20)
    tiers: dict[Key, Key] = Field(default_factory=dict, max_length=50)
    baseline: Key | None = None

    @model_validator(mode="before")
    @classmethod
    def _fill_the_other(cls, data: Any) -> Any:
        """Where a file gives only tokens or only context, the other follows from it."""
        if not isinstance(data, dict):
            return data
        tokens, context = data.get("tokens"), data.get("context")
        try:
            if isinstance(tokens, dict) and context is None:
                return {**data, "context": _context_from(Tokens.model_validate(tokens), data.get("caching"))}
            if isinstance(context, dict) and (
                tokens is None or (isinstance(tokens, dict) and not {"input_mean", "input_p50"} & tokens.keys())
            ):
                prompt = max(1.0, Context.model_validate(context).prompt_tokens)
                return {**data, "tokens": {**(tokens or {}), "input_mean": prompt}}
        except ValidationError:
            return data  # the field's own validation reports it with its full path
        return data

    def with_own_latency(self, own: Mapping[str, OwnLatency]) -> Workload:
        """The same with these readings of the team's own; what was not given stays so, as only what was is warned of."""
        return Workload.model_validate({**self.model_dump(exclude_unset=True), "own_latency": dict(own)})

    def warnings(self) -> tuple[str, ...]:
        """What looks contradictory but can be computed: sentences for the user."""
        found = []
        prompt, mean = self.context.prompt_tokens, self.tokens.input_mean
        if self.conversation.turns is not None:
            mean, last = self.conversation.prompts(self.context.opening_tokens, self.tokens.output_mean)
            found.append(
                f"In conversations of {self.conversation.turns:g} turns the prompts grow: {mean:,.0f} tokens on average and {last:,.0f} in "
                "the last turn. That replaces tokens.input_mean, tokens.input_p95, context.turns and context.turn_tokens."
            )
        elif abs(prompt - mean) > 0.1 * max(prompt, mean):
            found.append(
                f"The context parts add up to {prompt:,.0f} tokens a prompt, but tokens.input_mean says {mean:,.0f}: the bill, latency and "
                "limits use the latter, what fits uses the former. Bring the two together."
            )
        if self.caching.prefix_tokens > mean:
            found.append(
                f"caching.prefix_tokens ({self.caching.prefix_tokens:,.0f}) is longer than the mean prompt ({mean:,.0f}): only the part "
                "that is inside the prompt can be cached."
            )
        if self.tokens.output_p95 is not None and self.context.output_reserve_tokens < self.tokens.output_p95 + self.tokens.reasoning_mean:
            found.append(
                f"context.output_reserve_tokens ({self.context.output_reserve_tokens:,.0f}) is below the 95th percentile of the reply with "
                f"its reasoning ({self.tokens.output_p95 + self.tokens.reasoning_mean:,.0f}): about one reply in twenty would be cut off."
            )
        if self.traffic.shape == "steady" and self.traffic.peak_factor > 1 and "peak_factor" in self.traffic.model_fields_set:
            found.append(
                f"traffic.shape is steady, whose busiest minute is its mean minute: traffic.peak_factor ({self.traffic.peak_factor:g}) is "
                "not used. Choose another shape if some minutes are busier than others."
            )
        if self.traffic.batch_share == 1:
            found.append("traffic.batch_share is 1: nobody waits for a reply, so give latency no weight (priorities.weights.latency: 0).")
        return (*found, *thinking_warnings(self.own_latency, self.tokens.reasoning_mean))


def _context_from(tokens: Tokens, caching: Any) -> dict[str, float]:
    """A context whose prompt is `tokens.input_mean`: the cached prefix as system prompt, the rest as one turn."""
    prefix = caching.get("prefix_tokens") if isinstance(caching, dict) else None
    prefix = prefix if isinstance(prefix, (int, float)) and math.isfinite(prefix) and prefix >= 0 else 0
    system = min(float(prefix), tokens.input_mean)
    reserve = max(1_024.0, (tokens.output_p95 or tokens.output_mean) + tokens.reasoning_mean)
    return {"system_tokens": system, "turn_tokens": tokens.input_mean - system, "output_reserve_tokens": min(math.ceil(reserve), 1_000_000)}
