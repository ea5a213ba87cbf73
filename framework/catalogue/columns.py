"""The catalogue on one day, as arrays over offers: what the axes compute on.

Every array's last axis runs over offers in the order of `ids`; NaN is "unknown" or "not sold", never zero.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framework.vocabulary import SERVICES

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

PRICE_METERS: tuple[str, ...] = ("input", "cache_read", "write_5m", "write_30m", "write_1h", "write_12h", "output")
BANDS: tuple[str, ...] = ("base", "long")


def numbers(values: Sequence[float | None]) -> Array:
    """A column of floats; None becomes NaN, truth becomes 1 or 0."""
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


@dataclass(frozen=True, eq=False)
class PriceColumns:
    """USD per million tokens on one day.

    `mtok` has shape `(services, bands, meters, offers)` in the order of `SERVICES`, `BANDS`, `PRICE_METERS`. A service without a
    surcharge repeats its base prices in the long band; one that is not sold (or excludes long prompts, in the long band) is NaN.
    `threshold_tokens`: a prompt of strictly more tokens is long (an inclusive threshold is stored less one); inf where there is none.
    `write_is_input`: misses have no price of their own and pay the input price. `caches`: a cache read price is known.
    `lifetime_s`: `(low, high)` seconds that an entry without a write price lives, shape `(2, offers)`, NaN = not promised.
    `refresh_on_hit`: 1 yes, 0 no, NaN not known. `region_multiplier` is for the region asked for (1 where none was).
    `storage_mtok_hour`: USD per million tokens and hour of an explicit cache; NaN = none sold, or not known.
    `peak_multiplier` with `peak_hours`, shape `(168, offers)`: True where that hour of an ordinary UTC week (Monday 00 = 0) costs more:
    single days off are not in it.
    """

    mtok: Array
    threshold_tokens: Array
    min_cache_tokens: Array
    write_is_input: Bools
    caches: Bools
    lifetime_s: Array
    refresh_on_hit: Array
    storage_mtok_hour: Array
    region_multiplier: Array
    peak_multiplier: Array
    peak_hours: Bools

    @property
    def sells_batch(self) -> Bools:
        """`(offers,)`: input and output prices of the batch service are known, so that the batch share of a load goes there."""
        return np.asarray(~np.isnan(self.mtok[SERVICES.index("batch"), 0][[0, -1]]).any(axis=0))


@dataclass(frozen=True, eq=False)
class LatencyColumns:
    """One profile per offer, chosen for the effort asked for; seconds, tokens, tokens per second.

    `m_at_s` is the median at `at_tokens`; the median at another uncached length is
    `m_at_s + beta*(x - x_at) + gamma*(x^2 - x_at^2)` with x in million tokens (`beta`, `gamma` in seconds; a plain slope has gamma 0).
    `knots_s` `(5, offers)`: p05, p25, p50, p75, p95 where all five were published, else NaN. `p95_s`: NaN where only the median is known.
    `s`, `floor`, `eps`: the class shape for "median only"; `typical_floor` for "median and p95".
    `thinks`: the seconds hold the thinking time. `stale_sigma`: log-sigma on the day asked for.
    `tps_sigma`: log-sigma of speed, stale included.
    `measured_ordinal`: proleptic day number of the reading, NaN undated.
    `scale`: what the seconds of a reading at another effort were multiplied by, 1 where it is of the effort asked for or not scaled.
    `early`: read in the first days of the model, so that they were moved as such readings move.
    """

    m_at_s: Array
    at_tokens: Array
    beta: Array
    gamma: Array
    knots_s: Array
    p95_s: Array
    s: Array
    floor: Array
    eps: Array
    typical_floor: Array
    thinks: Bools
    tps: Array
    tps_sigma: Array
    stale_sigma: Array
    measured_ordinal: Array
    scale: Array
    early: Bools
    effort: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class LimitColumns:
    """Limits at every tier; `pool` is `provider/pool`, so that offers with the same text draw on the same buckets.

    `limit` has shape `(tiers, meters, offers)`, meters in the order of `records.METERS`; tiers are padded with NaN.
    `enforced` `(meters, offers)`: the provider enforces this meter, published or not. `tier_names[offer]` names the rows of that offer.
    `monthly_cap_usd`, `spend_usd_per_10min`, `qualifies_spend_usd`, `qualifies_days`: shape `(tiers, offers)`; an uncapped tier is
    inf, unknown NaN.
    `long_limit` `(tiers, 2, offers)`: requests and tokens a minute of the pool for prompts of more than `long_above` tokens, NaN: none.
    `cached_counts`, `max_tokens_reserved`, `subminute`: 1, 0 or NaN. `burndown`: output tokens are charged that many times.
    """

    limit: Array
    long_limit: Array
    long_above: Array
    enforced: Bools
    tier_names: tuple[tuple[str, ...], ...]
    default_tier: tuple[str | None, ...]
    monthly_cap_usd: Array
    spend_usd_per_10min: Array
    qualifies_spend_usd: Array
    qualifies_days: Array
    cached_counts: Array
    max_tokens_reserved: Array
    subminute: Array
    burndown: Array
    ramp_above_itpm: Array
    pool: tuple[str | None, ...]


@dataclass(frozen=True, eq=False)
class Columns:
    """All offers on one day. `features[name]`: 1 has it, 0 has it not, NaN unknown. `capability`: 0 fast, 1 balanced, 2 frontier.

    `ratio` `(3, offers)`: the model's tokens per o200k token, low, likely, high; NaN unknown.
    `effort_factor` `(efforts, offers)` in the order of `EFFORTS`: what the model thinks at that effort over what it thinks at medium (over
    all it writes, where the reasoning in it is not known); NaN unknown.
    `tool_usd` `(tools, offers)` in the order of `TOOLS`: USD per call beside the tokens, NaN unknown. `tool_free`: calls of a 30-day month
    that cost nothing, 0 where none are stated.
    `discount_share`: what the team has negotiated off every charge, 0 in the catalogue.
    `retires_ordinal`: proleptic day number after which the offer is gone, NaN where none is announced.
    """

    on: dt.date
    ids: tuple[str, ...]
    providers: tuple[str, ...]
    models: tuple[str, ...]
    names: tuple[str, ...]
    capability: Ints
    features: dict[str, Array]
    reasoning: Array
    always_thinks: Array
    regions: tuple[tuple[str, ...], ...]
    region_multipliers: tuple[dict[str, float], ...]
    retires_ordinal: Array
    window_tokens: Array
    max_input_tokens: Array
    max_output_tokens: Array
    ratio: Array
    effort_factor: Array
    tool_usd: Array
    tool_free: Array
    discount_share: Array
    price: PriceColumns
    latency: LatencyColumns
    limits: LimitColumns

    def __len__(self) -> int:
        return len(self.ids)

    def index(self, offer_id: str) -> int:
        """Position of an offer; `ValueError` if it is not in these columns."""
        return self.ids.index(offer_id)


def at_offers(value: Any, offers: NDArray[np.integer[Any]] | slice) -> Any:
    """Some of the offers of a value `(..., offers)`; one that is the same for all offers stays as it is."""
    return value if np.ndim(value) == 0 or value.shape[-1] == 1 else value[..., offers]


def cut(part: Any, offers: NDArray[np.integer[Any]], **others: Any) -> Any:
    """The same columns with the arrays of some of the offers, which may stand there more than once; `others` replace fields."""
    arrays = {name: value.take(offers, axis=-1) for name, value in vars(part).items() if isinstance(value, np.ndarray)}
    return dataclasses.replace(part, **arrays, **others)


def figures_of(columns: Columns, offers: NDArray[np.integer[Any]]) -> Columns:
    """The figures of some of the offers; of the texts only the number of ids."""
    parts = {name: cut(getattr(columns, name), offers) for name in ("price", "latency", "limits")}
    some: Columns = cut(columns, offers, ids=("",) * len(offers), **parts)
    return some
