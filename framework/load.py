"""A workload as plain numbers that broadcast against offers: scalars for one workload, `(n, 1)` arrays for a sweep or for draws."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np

from framework.clients import Clients
from framework.quantities import LogNormal, log_normal_from_p50, sigma_from_mean
from framework.workload import DAYS_PER_MONTH, Workload


@dataclass(frozen=True, eq=False)
class Load:
    """The numbers of a `Workload`; every field but the flags and texts may be a float or an `(n, 1)` array.

    Tokens are in the user's tokenizer; `converts` says that each model's ratio applies. `hit_rate` NaN means: derive it from `prefixes`.
    `input_sigma`, `output_sigma` are log-sigmas. `max_tokens` is the output reserve of a call. `starts_utc` NaN: not known. `converses`:
    calls are turns of conversations of `conversation_turns`, and `input_mean`, `input_sigma` those of their growing prompts.
    `web_searches`, `file_searches`, `code_sessions`: paid calls per request. `burstiness`: coefficient of variation of the gaps between
    calls. `round_trips`: calls that come before the one that answers. `client` is what a call does at a limit; `target_share` of them are
    to be served within `max_wait_s` at the peak.
    """

    requests_per_day: Any
    active_hours: Any
    starts_utc: Any
    peak_factor: Any
    batch_share: Any
    input_mean: Any
    input_sigma: Any
    output_mean: Any
    output_sigma: Any
    reasoning_mean: Any
    prefix_tokens: Any
    hit_rate: Any
    prefixes: Any
    system_tokens: Any
    tools_tokens: Any
    chunks: Any
    chunk_tokens: Any
    turns: Any
    turn_tokens: Any
    max_tokens: Any
    budget_usd: Any
    ttft_budget_s: Any
    response_budget_s: Any
    percentile_share: Any
    user_tokens: Any
    pause_s: Any
    gateway_fee: Any
    billed_failures: Any
    web_searches: Any
    file_searches: Any
    code_sessions: Any
    burstiness: float
    target_share: float
    max_wait_s: float
    client: Clients
    round_trips: int
    conversation_turns: Any
    converses: bool
    caches_history: bool
    explicit: bool
    streaming: bool
    converts: bool
    lifetime: str | None
    service: str
    effort: str

    @property
    def requests_per_month(self) -> Any:
        """API calls in a 30-day month."""
        return self.requests_per_day * DAYS_PER_MONTH

    @property
    def interactive_per_minute(self) -> Any:
        """Calls in the mean minute of the active hours, batch calls left out."""
        return self.requests_per_day * (1 - self.batch_share) / (self.active_hours * 60)

    @property
    def input_length(self) -> LogNormal:
        """Prompt length per request in the user's tokenizer."""
        return LogNormal(self.input_mean, self.input_sigma)

    @property
    def output_length(self) -> LogNormal:
        """Visible reply length per request in the user's tokenizer."""
        return LogNormal(self.output_mean, self.output_sigma)

    @property
    def prompt_tokens(self) -> Any:
        """Mean prompt as the context parts add up."""
        return self.opening_tokens + self.turns * self.turn_tokens

    @property
    def tool_calls(self) -> tuple[Any, ...]:
        """Paid calls per request, in the order of `TOOLS`."""
        return (self.web_searches, self.file_searches, self.code_sessions)

    @property
    def opening_tokens(self) -> Any:
        """What every prompt begins with: all but the turns."""
        return self.system_tokens + self.tools_tokens + self.chunks * self.chunk_tokens

    @property
    def newest_tokens(self) -> Any:
        """What the newest turn adds to a prompt."""
        return self.user_tokens if self.converses else np.minimum(self.turns, 1.0) * self.turn_tokens

    @property
    def turn_growth_tokens(self) -> Any:
        """What one turn adds to the next prompt of a conversation."""
        return self.user_tokens + self.output_mean

    @property
    def reusable_mean(self) -> Any:
        """Mean tokens per request that a cache could hold already: the shared prefix, in a conversation all that the turn before sent."""
        if not self.converses:
            return self.input_length.mean_of_min_above(self.prefix_tokens, 0.0)
        turns, first = self.conversation_turns, self.opening_tokens + self.user_tokens
        history = (turns - 1) * first + self.turn_growth_tokens * (turns - 1) * (turns - 2) / 2
        return (np.minimum(self.prefix_tokens, first) + history * self.caches_history) / turns

    @property
    def prompt_sigma(self) -> Any:
        """log-sigma of the prompt that has to fit: none in a conversation, whose last prompt is looked at."""
        return 0.0 if self.converses else self.input_sigma

    def with_(self, **changes: Any) -> Load:
        """The same load with some fields replaced, for sweeps and draws; the prompts of a conversation follow from its parts."""
        changed = dataclasses.replace(self, **changes)
        if changed.converses and not {"input_mean", "input_sigma"} & changes.keys() and _CONVERSATION & changes.keys():
            return dataclasses.replace(changed, **_growing(changed))
        return changed

    def longer(self, factor: Any) -> Load:
        """The same with prompts longer by a factor: all that a user sends, not the replies in a history."""
        if not self.converses:
            return self.with_(input_mean=self.input_mean * factor)
        return self.with_(
            **{name: getattr(self, name) * factor for name in ("system_tokens", "tools_tokens", "chunk_tokens", "user_tokens")}
        )


_CONVERSATION = frozenset(
    {"converses", "conversation_turns", "system_tokens", "tools_tokens", "chunks", "chunk_tokens", "user_tokens", "output_mean"}
)


def _growing(load: Load) -> dict[str, Any]:
    """Prompts of a conversation as a log-normal with their own mean and variance, and the last of them as what has to fit.

    The k-th of T prompts is `first + (k - 1) * d`: mean `first + d (T - 1) / 2`, variance `d^2 (T^2 - 1) / 12`.
    """
    turns, growth = load.conversation_turns, load.turn_growth_tokens
    mean = load.opening_tokens + load.user_tokens + growth * (turns - 1) / 2
    variance = np.square(growth) * (turns**2 - 1) / 12
    return {
        "input_mean": mean,
        "input_sigma": np.sqrt(np.log1p(variance / np.square(mean))),
        "turns": turns * 1.0,
        "turn_tokens": load.user_tokens + load.output_mean * (turns - 1) / turns,
    }


def _sigma(mean: float, p50: float | None, p95: float | None) -> float:
    return float(log_normal_from_p50(p50, p95).sigma) if p50 is not None and p95 is not None else sigma_from_mean(mean, p95)


def load_of(workload: Workload) -> Load:
    """The numbers of one workload, all scalars."""
    load = _stated(workload)
    return load.with_(converses=True) if workload.conversation.turns is not None else load


def _stated(workload: Workload) -> Load:
    traffic, tokens, caching, context, budget = workload.traffic, workload.tokens, workload.caching, workload.context, workload.budget
    conversation, billing, tools, clients = workload.conversation, workload.billing, workload.tools, workload.clients
    patience = budget.ttft_s if budget.streaming else budget.response_s
    return Load(
        requests_per_day=traffic.requests_per_day,
        active_hours=traffic.active_hours,
        starts_utc=np.nan if traffic.starts_utc is None else traffic.starts_utc,
        peak_factor=1.0 if traffic.shape == "steady" else traffic.peak_factor,
        batch_share=traffic.batch_share,
        input_mean=tokens.input_mean,
        input_sigma=_sigma(tokens.input_mean, tokens.input_p50, tokens.input_p95),
        output_mean=tokens.output_mean,
        output_sigma=_sigma(tokens.output_mean, tokens.output_p50, tokens.output_p95),
        reasoning_mean=tokens.reasoning_mean,
        prefix_tokens=caching.prefix_tokens,
        hit_rate=np.nan if caching.hit_rate is None else caching.hit_rate,
        prefixes=caching.prefixes,
        system_tokens=context.system_tokens,
        tools_tokens=context.tools_tokens,
        chunks=context.chunks,
        chunk_tokens=context.chunk_tokens,
        turns=context.turns,
        turn_tokens=context.turn_tokens,
        max_tokens=context.output_reserve_tokens,
        budget_usd=budget.monthly_usd,
        ttft_budget_s=budget.ttft_s,
        response_budget_s=budget.response_s,
        percentile_share=budget.percentile / 100,
        user_tokens=conversation.user_tokens,
        pause_s=conversation.pause_s,
        gateway_fee=billing.gateway_fee,
        billed_failures=billing.billed_failures,
        web_searches=tools.web_searches,
        file_searches=tools.file_searches,
        code_sessions=tools.code_sessions,
        burstiness=traffic.burstiness,
        target_share=clients.target_share,
        max_wait_s=patience if clients.max_wait_s is None else clients.max_wait_s,
        client=clients,
        round_trips=int(workload.task.round_trips),
        conversation_turns=int(conversation.turns or 1),
        converses=False,
        caches_history=conversation.cached,
        explicit=caching.explicit,
        streaming=budget.streaming,
        converts=tokens.tokenizer == "o200k",
        lifetime=caching.lifetime,
        service=billing.service,
        effort=tokens.effort,
    )
