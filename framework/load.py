"""A workload as plain numbers that broadcast against offers: scalars for one workload, `(n, 1)` arrays for a sweep or for draws."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np

from framework.quantities import LogNormal, log_normal_from_p50, sigma_from_mean
from framework.workload import DAYS_PER_MONTH, Workload


@dataclass(frozen=True, eq=False)
class Load:
    """The numbers of a `Workload`; every field but the flags and texts may be a float or an `(n, 1)` array.

    Tokens are in the user's tokenizer; `converts` says that each model's ratio applies. `hit_rate` NaN means: derive it from `prefixes`.
    `input_sigma`, `output_sigma` are log-sigmas. `max_tokens` is the output reserve of a call.
    """

    requests_per_day: Any
    active_hours: Any
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
    chunks: Any
    chunk_tokens: Any
    turns: Any
    turn_tokens: Any
    max_tokens: Any
    budget_usd: Any
    ttft_budget_s: Any
    response_budget_s: Any
    percentile_share: Any
    streaming: bool
    converts: bool
    lifetime: str | None

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
        return self.system_tokens + self.chunks * self.chunk_tokens + self.turns * self.turn_tokens

    def with_(self, **changes: Any) -> Load:
        """The same load with some fields replaced, for sweeps and draws."""
        return dataclasses.replace(self, **changes)


def _sigma(mean: float, p50: float | None, p95: float | None) -> float:
    return float(log_normal_from_p50(p50, p95).sigma) if p50 is not None and p95 is not None else sigma_from_mean(mean, p95)


def load_of(workload: Workload) -> Load:
    """The numbers of one workload, all scalars."""
    traffic, tokens, caching, context, budget = workload.traffic, workload.tokens, workload.caching, workload.context, workload.budget
    return Load(
        requests_per_day=traffic.requests_per_day,
        active_hours=traffic.active_hours,
        peak_factor=traffic.peak_factor,
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
        chunks=context.chunks,
        chunk_tokens=context.chunk_tokens,
        turns=context.turns,
        turn_tokens=context.turn_tokens,
        max_tokens=context.output_reserve_tokens,
        budget_usd=budget.monthly_usd,
        ttft_budget_s=budget.ttft_s,
        response_budget_s=budget.response_s,
        percentile_share=budget.percentile / 100,
        streaming=budget.streaming,
        converts=tokens.tokenizer == "o200k",
        lifetime=caching.lifetime,
    )
