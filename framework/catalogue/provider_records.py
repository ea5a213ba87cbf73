"""Records of `pricing/providers/<provider>.yaml`: what a provider sells, at which dated prices, limits and rules."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from framework.catalogue.model_records import Retirement
from framework.catalogue.record import Id, LimitCount, Ratio, Record, Source, Sources, TokenCount, Usd
from framework.vocabulary import Lifetime, Meter


class Meters(Record):
    """USD per million tokens, per meter. `cache_write_mtok: {}` = no separate write price, a miss pays the input price; null = unknown."""

    input_mtok: Usd | None
    output_mtok: Usd | None
    cache_read_mtok: Usd | None = None
    cache_write_mtok: dict[Lifetime, Usd] | None = None


class LongContext(Meters):
    """Prices of *every* token of a request whose whole prompt is above the threshold (`inclusive`: at or above)."""

    threshold_tokens: TokenCount
    inclusive: bool = False


class ServicePrices(Meters):
    """One service tier as sold (batch, flex, priority); `long_context` null = that tier has no surcharge or excludes long prompts."""

    long_context: LongContext | None = None
    long_context_excluded: bool = False


class Peak(Record):
    """Hours (UTC, start inclusive, end exclusive) and ISO weekdays in which every meter costs `multiplier` times as much."""

    hours_utc: tuple[tuple[int, int], ...]
    weekdays: tuple[int, ...]
    multiplier: Ratio
    note: str | None = None


class Price(ServicePrices):
    """One dated entry: appended, never edited. `effective` null = in force as far back as is known."""

    effective: dt.date | None
    revocable: bool = False
    batch: ServicePrices | None = None
    flex: ServicePrices | None = None
    priority: ServicePrices | None = None
    min_cache_tokens: TokenCount | None = None
    storage_mtok_hour: Usd | None = None
    region_multipliers: dict[str, Ratio] = Field(default_factory=dict)
    peak: Peak | None = None
    note: str | None = Field(default=None, max_length=400)
    source: Sources


class RateLimit(Record):
    """Limits of one pool at one tier; null = not published or not enforced (the provider's `meters` say which)."""

    tier: Id
    rpm: LimitCount | None = None
    rpd: LimitCount | None = None
    tpm: LimitCount | None = None
    tpd: LimitCount | None = None
    itpm: LimitCount | None = None
    otpm: LimitCount | None = None
    concurrency: LimitCount | None = None
    batch_queue_tokens: LimitCount | None = None
    confidence: Literal["published", "derived", "third party", "dated", "not published", "not found"] = "published"
    note: str | None = Field(default=None, max_length=400)
    source: Sources


class Pool(Record):
    """One set of buckets; every offer that names it draws on the same buckets."""

    id: Id
    limits: tuple[RateLimit, ...]
    note: str | None = Field(default=None, max_length=400)


class Tier(Record):
    """A rung of the provider's ladder and what reaching it takes; null = unpublished."""

    id: Id
    name: str
    qualifies_spend_usd: float | None = Field(default=None, ge=0)
    qualifies_days: int | None = Field(default=None, ge=0)
    qualifies: str | None = Field(default=None, max_length=200)
    monthly_cap_usd: float | None = Field(default=None, gt=0)
    uncapped: bool = False
    spend_usd_per_10min: float | None = Field(default=None, gt=0)
    note: str | None = Field(default=None, max_length=400)
    source: Sources


class Ramp(Record):
    """Growth of input tokens per minute that is refused above a threshold, even inside the limits."""

    above_input_tpm: LimitCount
    growth_share: Ratio
    per_minutes: int
    source: Sources


class Enforcement(Record):
    """How the provider counts. `meters` are the limits it enforces at all, whether or not it publishes their size."""

    meters: tuple[Meter, ...]
    cached_input_counts: bool | None
    max_tokens_reserved: bool | None
    subminute: bool | None = None
    ramp: Ramp | None = None
    note: str | None = Field(default=None, max_length=600)
    source: Sources


class CacheRules(Record):
    """Whether a hit renews the lifetime, and how long an entry lives where writes have no price (seconds, null = not promised)."""

    refresh_on_hit: bool | None
    implicit_lifetime_s: tuple[float, float] | None = None
    note: str | None = Field(default=None, max_length=400)
    source: Sources


class Offer(Record):
    """One model as one provider sells it."""

    id: Id
    model: Id
    pool: Id | None = None
    latency_model: Id | None = None
    output_burndown: Ratio = 1.0
    regions: tuple[str, ...] = ()
    retention: str | None = Field(default=None, max_length=200)
    retirement: Retirement | None = None
    aliases: tuple[str, ...] = ()
    prices: tuple[Price, ...] = Field(min_length=1)


class ProviderFile(Record):
    """`pricing/providers/<provider>.yaml`: what a provider sells, and under which rules."""

    provider: Id
    name: str
    sources: dict[str, Source]
    default_tier: Id | None
    caching: CacheRules
    enforcement: Enforcement
    tiers: tuple[Tier, ...]
    pools: tuple[Pool, ...] = ()
    offers: tuple[Offer, ...]
    note: str | None = Field(default=None, max_length=600)
