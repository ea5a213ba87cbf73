"""Records of `pricing/providers/<provider>.yaml`: what a provider sells, at which dated prices, limits and rules."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field, model_validator

from framework.catalogue.model_records import Retirement, Window
from framework.catalogue.overflow_records import Overflow
from framework.catalogue.record import Id, LimitCount, Ratio, Record, Source, Sources, TokenCount, Usd
from framework.vocabulary import Lifetime, Meter, Service, Tool


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
    """Hours (UTC, start inclusive, end exclusive) and ISO weekdays in which every meter costs `multiplier` times as much.

    `off_days`: days on which no hour does, such as public holidays; those that no calendar names yet are not in it.
    """

    hours_utc: tuple[tuple[int, int], ...]
    weekdays: tuple[int, ...]
    multiplier: Ratio
    off_days: tuple[dt.date, ...] = ()
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


class LongPool(Record):
    """Buckets of their own for requests whose whole prompt is above the threshold: those draw on nothing else."""

    above_input_tokens: TokenCount
    limits: tuple[RateLimit, ...]


class Pool(Record):
    """One set of buckets; every offer that names it draws on the same buckets."""

    id: Id
    limits: tuple[RateLimit, ...]
    long: LongPool | None = None
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


class Failures(Record):
    """What a call that is turned away looks like, in the provider's own status and codes; null = not found.

    `retry_after`: the answer to a call above a rate limit says how long to wait.
    """

    overloaded: str | None = Field(max_length=200)
    rate_limited: str | None = Field(max_length=200)
    out_of_money: str | None = Field(max_length=300)
    retry_after: bool | None
    source: Sources


class CacheRules(Record):
    """Whether a hit renews the lifetime, and how long an entry lives where writes have no price (seconds, null = not promised).

    `marker_needed`: nothing is cached unless the request marks where its prefix ends.
    """

    refresh_on_hit: bool | None
    marker_needed: bool | None = None
    implicit_lifetime_s: tuple[float, float] | None = None
    note: str | None = Field(default=None, max_length=400)
    source: Sources


class Offer(Record):
    """One model as one provider sells it; `api_name`: what a request calls the model, where that is not the part of `id` after the `/`.

    `window`: where this provider serves the model with other limits than the model's own.
    """

    id: Id
    model: Id
    api_name: str | None = Field(default=None, min_length=1, max_length=120)
    pool: Id | None = None
    window: Window | None = None
    latency_model: Id | None = None
    output_burndown: Ratio = 1.0
    regions: tuple[str, ...] = ()
    retention: str | None = Field(default=None, max_length=200)
    retirement: Retirement | None = None
    aliases: tuple[str, ...] = ()
    prices: tuple[Price, ...] = Field(min_length=1)


class ToolFee(Record):
    """What a call of a built-in tool costs beside its tokens, from a day on: dated like prices, appended and never edited.

    `usd_per_1000` null = not known, or not expressible per call (the note says which); 0 only where the tool is expressly free.
    `free_per_month`: calls of a 30-day month that cost nothing, 0 if none, null = not stated. `models` empty = every other offer of the
    provider: an entry that names a model goes before it. What is not listed at all is unknown.
    """

    tool: Tool
    effective: dt.date | None = None
    revocable: bool = False
    models: tuple[Id, ...] = ()
    usd_per_1000: float | None = Field(ge=0, le=1_000, allow_inf_nan=False, strict=True)
    free_per_month: float | None = Field(ge=0, le=10**9, allow_inf_nan=False, strict=True)
    note: str | None = Field(default=None, max_length=600)
    source: Sources


class Reserved(Record):
    """Capacity that can be bought ahead: `unit` says what one buys, `covers` the services whose traffic may use it.

    `usd_per_unit_hour` null = on quotation, or (`price_published`) published but not read. `models` empty = the source names none.
    """

    name: str = Field(min_length=1, max_length=80)
    unit: str = Field(min_length=1, max_length=200)
    covers: tuple[Service, ...] = Field(min_length=1)
    models: tuple[Id, ...] = ()
    price_published: bool
    usd_per_unit_hour: Usd | None
    note: str | None = Field(default=None, max_length=600)
    source: Sources

    @model_validator(mode="after")
    def _priced_in_public(self) -> Reserved:
        if self.usd_per_unit_hour is not None and not self.price_published:
            raise ValueError("a price that is on quotation has no usd_per_unit_hour: write null, or price_published: true")
        return self


class ProviderFile(Record):
    """`pricing/providers/<provider>.yaml`: what a provider sells, and under which rules."""

    provider: Id
    name: str
    sources: dict[str, Source]
    default_tier: Id | None
    caching: CacheRules
    enforcement: Enforcement
    failures: Failures | None = None
    overflow: Overflow | None = None
    tiers: tuple[Tier, ...]
    pools: tuple[Pool, ...] = ()
    offers: tuple[Offer, ...]
    tools: tuple[ToolFee, ...] = ()
    reserved: Reserved | None = None
    note: str | None = Field(default=None, max_length=600)
