"""What a workload draws on each limit at its peak, under each provider's own counting rules.

`peak` is the busiest minute: the mean minute of the active hours times `peak_factor`. Batches draw on none of these meters. All arrays are
`(..., offers)`, tokens are the offer's own. Sources of the rules: the `enforcement` entries of `pricing/providers/*.yaml`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from framework.axes.tokens import HIGH, LIKELY, LOW, ratio_of, thinking_tokens
from framework.catalogue.columns import Array, Columns, at_offers
from framework.catalogue.records import METERS
from framework.load import Load
from framework.workload import DAYS_PER_MONTH

DIMENSIONS: tuple[str, ...] = (*METERS, "spend_10min", "monthly_cap")
MONEY_MINUTES = 10
BUSY_MOMENT_SDS = 3.0
ONE_IN_A_HUNDRED = 0.99
EVERY = slice(None)


@dataclass(frozen=True)
class Expected:
    """What the other axes expect: the monthly bill in USD, the share of cacheable tokens read from cache, seconds per call; NaN unknown."""

    forecast_usd: Any
    hit_rate: Any
    duration_s: Any


@dataclass(frozen=True)
class Rules:
    """How an unknown counting rule is read (1 or 0 where the provider does not say), and which end of the tokenizer's range is taken."""

    cached_if_unknown: float
    reserved_if_unknown: float
    ratio: int


AS_SHOWN = Rules(cached_if_unknown=1.0, reserved_if_unknown=0.0, ratio=LIKELY)
LEAST = Rules(cached_if_unknown=0.0, reserved_if_unknown=0.0, ratio=LOW)
MOST = Rules(cached_if_unknown=1.0, reserved_if_unknown=1.0, ratio=HIGH)


def interactive_share(load: Load, columns: Columns) -> Any:
    """Share of the calls that meet the limits, `(..., offers)`: those for batches do too at offers that sell none."""
    return 1 - load.batch_share * columns.price.sells_batch


def peak_calls(load: Load, columns: Columns) -> Any:
    """Interactive calls in the busiest minute, `(..., offers)`."""
    return load.requests_per_day * interactive_share(load, columns) / (load.active_hours * 60) * load.peak_factor


def read_share(load: Load, columns: Columns, expected: Expected, rules: Rules) -> Array:
    """Hit rate that lowers the charge: 0 where cached input counts, is too short to be cached or cannot be.

    A hit rate that is not known is read like the rule: none where cached input counts if unknown, all hits otherwise.
    """
    counts = np.where(np.isnan(columns.limits.cached_counts), rules.cached_if_unknown, columns.limits.cached_counts)
    # In a conversation the rate already is 0 for what is too short to be cached.
    too_short = (load.prefix_tokens * ratio_of(load, columns) < columns.price.min_cache_tokens) & (not load.converses)
    spared = np.where(too_short | ~columns.price.caches, 0.0, 1.0 - counts)
    return spared * np.where(np.isnan(expected.hit_rate), 1.0 - rules.cached_if_unknown, expected.hit_rate)


def _output_charge(load: Load, columns: Columns, rules: Rules) -> Any:
    """Mean output charge in the user's tokens: `max(max_tokens, burndown * output)` where max_tokens is reserved."""
    limits = columns.limits
    reserved = np.where(np.isnan(limits.max_tokens_reserved), rules.reserved_if_unknown, limits.max_tokens_reserved) > 0
    produced = (load.output_mean + thinking_tokens(load, columns)) * limits.burndown
    return np.where(reserved, np.maximum(load.max_tokens, produced), produced)


def charges(load: Load, columns: Columns, expected: Expected, rules: Rules) -> tuple[Array, Array]:
    """Mean input and output tokens that one interactive call is charged; a call that hits reads `min(length, prefix)` from the cache."""
    ratio, reads = ratio_of(load, columns, rules.ratio), read_share(load, columns, expected, rules)
    output = _output_charge(load, columns, rules)
    return ratio * (load.input_mean - reads * load.reusable_mean), ratio * output


@dataclass(frozen=True, eq=False)
class Demand:
    """What one load draws: calls a minute and a day, mean charges in tokens, calls in flight, the longest call; each `(..., offers)`."""

    minute: Any
    day: Any
    prompt: Array
    reply: Array
    in_flight: Any
    ten_minutes_usd: Any
    month_usd: Any
    long_prompt: Any
    reserve: Any

    def of(self, dimension: str, at: Any = EVERY) -> Any:
        """Drawn at peak on one of `DIMENSIONS` by the offers `at`: a minute's or a day's tokens or calls, calls in flight, USD."""
        match dimension:
            case "rpm" | "rpd":
                return at_offers(self.minute if dimension == "rpm" else self.day, at)
            case "tpm" | "tpd":
                calls = at_offers(self.minute if dimension == "tpm" else self.day, at)
                return calls * (at_offers(self.prompt, at) + at_offers(self.reply, at))
            case "itpm" | "otpm":
                return at_offers(self.minute, at) * at_offers(self.prompt if dimension == "itpm" else self.reply, at)
            case "concurrency":
                return at_offers(self.in_flight, at)
            case _:
                return at_offers(self.ten_minutes_usd if dimension == "spend_10min" else self.month_usd, at)

    def at_once(self, dimension: str, at: Any = EVERY) -> Any:
        """Tokens that the bucket must hold for the one call in a hundred; 0 where nothing must.

        The prompt counts whole, cached or not: every cached prefix starts with a miss. Output counts only where `max_tokens` is reserved.
        """
        match dimension:
            case "tpm" | "tpd":
                return at_offers(self.long_prompt, at) + at_offers(self.reserve, at)
            case "itpm" | "otpm":
                return at_offers(self.long_prompt if dimension == "itpm" else self.reserve, at)
            case _:
                return 0.0


def demand_of(load: Load, columns: Columns, expected: Expected, rules: Rules = AS_SHOWN) -> Demand:
    """Demand under one reading of the rules.

    Calls in flight by Little's law: arrivals a second times seconds a call. A batch call costs at most as much as another one, so with a
    batch share the ten minutes are a lower bound.
    """
    minute, forecast = peak_calls(load, columns), np.asarray(expected.forecast_usd)
    prompt, reply = charges(load, columns, expected, rules)
    ratio, any_calls = ratio_of(load, columns, rules.ratio), np.where(minute > 0, 1.0, 0.0)
    return Demand(
        minute=minute,
        day=load.requests_per_day * interactive_share(load, columns),
        prompt=prompt,
        reply=reply,
        in_flight=minute / 60 * np.asarray(expected.duration_s),
        ten_minutes_usd=MONEY_MINUTES * minute * forecast / (load.requests_per_day * DAYS_PER_MONTH),
        month_usd=forecast,
        long_prompt=any_calls * ratio * load.input_length.quantile(ONE_IN_A_HUNDRED),
        reserve=any_calls * np.where(columns.limits.max_tokens_reserved == 1, ratio * load.max_tokens, 0.0),
    )


def busy_moment(load: Load, columns: Columns, expected: Expected) -> Array:
    """Calls in flight at a busy moment of the peak, `(offers,)`: Poisson with the mean of Little's law, and three standard deviations."""
    flying = peak_calls(load, columns) / 60 * np.asarray(expected.duration_s)
    return np.asarray(flying + BUSY_MOMENT_SDS * np.sqrt(flying))
