"""Prices on one day as arrays over offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from framework.catalogue.columns import BANDS, PRICE_METERS, Array, Bools, PriceColumns, numbers
from framework.catalogue.records import LIFETIMES, SERVICES, CacheRules, Lifetime, LongContext, Meters, Price, ServicePrices

HOURS_PER_WEEK = 168


def price_columns(prices: Sequence[Price | None], rules: Sequence[CacheRules], region: str | None) -> PriceColumns:
    """One column per entry of `prices` (None = not sold on that day); `rules` are the cache rules of each offer's provider."""
    cliffs = [_cliff(price) for price in prices]
    lifetimes = [rule.implicit_lifetime_s or (None, None) for rule in rules]
    return PriceColumns(
        mtok=_mtok(prices),
        threshold_tokens=np.array([_threshold(cliff) for cliff in cliffs]),
        min_cache_tokens=numbers([price.min_cache_tokens if price else None for price in prices]),
        write_is_input=_flags([price is not None and price.cache_write_mtok == {} for price in prices]),
        caches=_flags([price is not None and price.cache_read_mtok is not None for price in prices]),
        lifetime_s=np.stack([numbers([pair[end] for pair in lifetimes]) for end in (0, 1)]),
        refresh_on_hit=numbers([rule.refresh_on_hit for rule in rules]),
        storage_mtok_hour=numbers([price.storage_mtok_hour if price else None for price in prices]),
        region_multiplier=np.array([price.region_multipliers.get(region or "", 1.0) if price else 1.0 for price in prices]),
        peak_multiplier=np.array([price.peak.multiplier if price and price.peak else 1.0 for price in prices]),
        peak_hours=np.stack([peak_hours(price) for price in prices], axis=-1),
    )


def _flags(values: list[bool]) -> Bools:
    return np.array(values, dtype=np.bool_)


def _mtok(prices: Sequence[Price | None]) -> Array:
    mtok = np.full((len(SERVICES), len(BANDS), len(PRICE_METERS), len(prices)), np.nan)
    for column, price in enumerate(prices):
        for service, name in enumerate(SERVICES):
            sold = price if name == "standard" or price is None else getattr(price, name)
            if sold is not None and price is not None:
                lifetimes = frozenset(price.cache_write_mtok or ())
                mtok[service, 0, :, column] = _meters(sold, lifetimes)
                mtok[service, 1, :, column] = _long_meters(sold, lifetimes)
    return mtok


def _long_meters(sold: ServicePrices, lifetimes: frozenset[Lifetime]) -> list[float]:
    if sold.long_context_excluded:
        return [np.nan] * len(PRICE_METERS)
    return _meters(sold.long_context or sold, lifetimes)


def _meters(meters: Meters, lifetimes: frozenset[Lifetime]) -> list[float]:
    """USD per million tokens in the order of `PRICE_METERS`.

    Where the standard price sells writes by lifetime and this service or band says that a write costs what input costs (`{}`), those
    lifetimes get the input price.
    """
    writes = meters.cache_write_mtok
    own: Mapping[Lifetime, float | None] = dict.fromkeys(lifetimes, meters.input_mtok) if writes == {} else writes or {}
    found = [meters.input_mtok, meters.cache_read_mtok, *(own.get(name) for name in LIFETIMES), meters.output_mtok]
    return [np.nan if price is None else price for price in found]


def _cliff(price: Price | None) -> LongContext | None:
    # The check of the files has made sure that the services of an offer agree on the threshold.
    services: list[ServicePrices | None] = [price, price.batch, price.flex, price.priority] if price else []
    return next((sold.long_context for sold in services if sold and sold.long_context), None)


def _threshold(cliff: LongContext | None) -> float:
    return float(cliff.threshold_tokens - cliff.inclusive) if cliff else np.inf


def peak_hours(price: Price | None) -> Bools:
    """The hours of the UTC week, Monday 00 first, in which an entry costs more; shape `(168,)`."""
    dear = np.zeros(HOURS_PER_WEEK, dtype=np.bool_)
    peak = price.peak if price else None
    for day in peak.weekdays if peak else ():
        for start, end in peak.hours_utc if peak else ():
            dear[(day - 1) * 24 + start : (day - 1) * 24 + end] = True
    return dear
