"""What `pricing/` may hold: strict, frozen records, one per thing that has a source and a date.

`null` means "not known" everywhere and is never read as zero. Money is USD, `_mtok` is USD per million tokens, shares are 0..1.
`pricing/schema.json` is generated from `ModelsFile`, `ProviderFile`, `LatencyFile` and `LatencyDefaultsFile`.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, WithJsonSchema, model_validator

Lifetime = Literal["5m", "30m", "1h", "12h"]
Service = Literal["standard", "batch", "flex", "priority"]
CapabilityClass = Literal["frontier", "balanced", "fast"]
Feature = Literal["tools", "structured_output", "vision", "pdf"]
Meter = Literal["rpm", "rpd", "tpm", "tpd", "itpm", "otpm", "concurrency"]

LIFETIMES: tuple[Lifetime, ...] = ("5m", "30m", "1h", "12h")
LIFETIME_S: dict[str, int] = {"5m": 300, "30m": 1_800, "1h": 3_600, "12h": 43_200}
SERVICES: tuple[Service, ...] = ("standard", "batch", "flex", "priority")
CLASSES: tuple[CapabilityClass, ...] = ("fast", "balanced", "frontier")
FEATURES: tuple[Feature, ...] = ("tools", "structured_output", "vision", "pdf")
METERS: tuple[Meter, ...] = ("rpm", "rpd", "tpm", "tpd", "itpm", "otpm", "concurrency")

SourceKind = Literal[
    "vendor page", "vendor page copy", "vendor note", "package", "API", "measured", "third party", "derived", "historic", "estimate"
]

_DAY_OR_MONTH = re.compile(r"^\d{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?$")


def _seen(value: Any) -> Any:
    """A date is a day, a month, or null for an undated copy; YAML has already turned days into `date`."""
    if value is None or (isinstance(value, str) and _DAY_OR_MONTH.match(value)):
        return value
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    raise ValueError("must be a day (2026-10-08), a month (2026-10) or null for an undated copy")


Seen = Annotated[
    str | None, BeforeValidator(_seen), WithJsonSchema({"anyOf": [{"type": "string", "pattern": _DAY_OR_MONTH.pattern}, {"type": "null"}]})
]
Usd = Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False, strict=True)]
Ratio = Annotated[float, Field(gt=0, le=100, allow_inf_nan=False, strict=True)]
TokenCount = Annotated[int, Field(ge=0, le=10**9, strict=True)]
LimitCount = Annotated[float, Field(gt=0, le=10**12, allow_inf_nan=False, strict=True)]
Seconds = Annotated[float, Field(gt=0, le=100_000, allow_inf_nan=False, strict=True)]
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._:/@-]*$", max_length=120)]


class Record(BaseModel):
    """Frozen, unknown keys forbidden, no coercion between kinds of values."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, populate_by_name=True)


class Source(Record):
    """Where a figure was read, and the day that reading states (never the day on which we copied it)."""

    url: str = Field(min_length=3, max_length=500)
    seen: Seen
    kind: SourceKind
    note: str | None = Field(default=None, max_length=600)


def _resolve(value: Any, info: ValidationInfo) -> Any:
    """Turn a key (or keys) of the file's `sources:` table into the sources themselves."""
    table: dict[str, Source] = (info.context or {}).get("sources", {})
    if isinstance(value, tuple) and all(isinstance(item, Source) for item in value):
        return value
    keys = [value] if isinstance(value, str) else value
    if not isinstance(keys, list) or not keys or not all(isinstance(key, str) for key in keys):
        raise ValueError("must be a key of this file's `sources:` table, or a list of keys")
    missing = [key for key in keys if key not in table]
    if missing:
        raise ValueError(f"no such source {missing[0]!r}: add it to this file's `sources:` table")
    return tuple(table[key] for key in keys)


Sources = Annotated[
    tuple[Source, ...],
    BeforeValidator(_resolve),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}),
]


# --- pricing/models/<vendor>.yaml ------------------------------------------------------------------------------------


class Window(Record):
    """Three limits, not one: all tokens of a request, the largest prompt, the longest reply (tokens of the model's own)."""

    context_tokens: TokenCount | None
    max_input_tokens: TokenCount | None
    max_output_tokens: TokenCount | None
    source: Sources


class Tokenizer(Record):
    """How many of the model's tokens one o200k token becomes: low, likely, high; `name` only where it is published."""

    name: str | None = None
    low: Ratio | None
    likely: Ratio | None
    high: Ratio | None
    source: Sources

    @model_validator(mode="after")
    def _ordered(self) -> Tokenizer:
        known = [ratio for ratio in (self.low, self.likely, self.high) if ratio is not None]
        if known and (len(known) < 3 or known != sorted(known)):
            raise ValueError("low, likely and high must all be given, in rising order, or all be null")
        return self


class Capability(Record):
    """The vendor's own positioning of the model, never a benchmark score."""

    capability_class: CapabilityClass = Field(alias="class")
    source: Sources


class Features(Record):
    """What the model takes and does; null is unknown and fails no gate silently: it is reported."""

    reasoning: bool | None
    always_thinks: bool | None = None
    tools: bool | None
    structured_output: bool | None
    vision: bool | None
    pdf: bool | None
    source: Sources


class Retirement(Record):
    """When the vendor switches the model off; `date` null with a note where only "not sooner than" is said."""

    date: dt.date | None
    not_before: dt.date | None = None
    note: str | None = Field(default=None, max_length=400)
    source: Sources


class Model(Record):
    """Facts about a model wherever it is served."""

    id: Id
    name: str = Field(min_length=1, max_length=80)
    aliases: tuple[str, ...] = ()
    released: dt.date | None = None
    window: Window
    tokenizer: Tokenizer
    capability: Capability
    features: Features
    retirement: Retirement | None = None


class ModelsFile(Record):
    """`pricing/models/<vendor>.yaml`."""

    vendor: Id
    name: str
    sources: dict[str, Source]
    models: tuple[Model, ...]


# --- pricing/providers/<provider>.yaml -------------------------------------------------------------------------------


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
    """Whether a hit renews the lifetime, and how long an entry lives where writes have no price of their own (seconds, null = not promised)."""

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


# --- pricing/latency/<provider>.yaml ---------------------------------------------------------------------------------


class Percentiles(Record):
    """Percentiles as published; only `p50` is required."""

    p05: Seconds | None = None
    p25: Seconds | None = None
    p50: Seconds
    p75: Seconds | None = None
    p95: Seconds | None = None

    @model_validator(mode="after")
    def _rising(self) -> Percentiles:
        known = [value for value in (self.p05, self.p25, self.p50, self.p75, self.p95) if value is not None]
        if known != sorted(known):
            raise ValueError("percentiles must rise")
        return self


class LengthFit(Record):
    """Median seconds to first token = alpha + beta x + gamma x^2, x in million uncached prompt tokens."""

    beta_s_per_mtok: float
    gamma_s_per_mtok2: float
    measured: Seen
    n: int | None = None
    source: Sources


class LatencyProfile(Record):
    """One reading: model, effort, prompt length, day. `thinks` = the seconds already hold the thinking time."""

    model: Id
    effort: str = Field(max_length=40)
    thinks: bool
    at_input_tokens: TokenCount
    ttft_s: Percentiles | None
    tps: Percentiles | None = None
    slope_ms_per_1k: float | None = None
    slope_source: Sources | None = None
    length_fit: LengthFit | None = None
    sample_size: int | None = None
    measured: Seen
    confidence: Literal["high", "medium", "low"] = "medium"
    note: str | None = Field(default=None, max_length=400)
    source: Sources


class LatencyFile(Record):
    """`pricing/latency/<provider>.yaml`; profiles of one model run from the reading to prefer to the older ones."""

    provider: Id
    sources: dict[str, Source]
    profiles: tuple[LatencyProfile, ...]


class Shape(Record):
    """Class default where only the median is known: spread `s`, floor share, share of slow replies `eps`."""

    s: Ratio
    floor: float = Field(ge=0, lt=1)
    eps: float = Field(ge=0, lt=1)
    typical_floor: float | None = Field(default=None, ge=0, lt=1)


class Staleness(Record):
    """log-sigma by which a median may have moved: `per_sqrt_day * sqrt(days)`, capped."""

    fast_per_sqrt_day: float
    reasoning_per_sqrt_day: float
    cap: float
    source: Sources


class LatencyDefaultsFile(Record):
    """`pricing/latency/defaults.yaml`: shapes by `fast/<vendor>` and `reasoning/<vendor>` (`ALL` where a vendor has none)."""

    sources: dict[str, Source]
    shapes: dict[str, Shape]
    shapes_source: Sources
    tps_log_sigma: dict[str, Ratio]
    slope_ms_per_1k: dict[str, float]
    slope_source: Sources
    staleness: Staleness
