"""Which price each token pays: service, band, lifetime of the cache, region and hour, as USD per token of the workload."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from framework.axes.caching import READ, WRITES
from framework.catalogue.columns import PRICE_METERS, Array, Bools, Columns, Ints, PriceColumns
from framework.catalogue.records import SERVICES
from framework.load import Load

STANDARD, BATCH = SERVICES.index("standard"), SERVICES.index("batch")
BASE, LONG = 0, 1
INPUT, OUTPUT = PRICE_METERS.index("input"), PRICE_METERS.index("output")
# Where a write price is not published: vendors charge from 1 (OpenAI up to 5.5, Google, Mistral) to 1.25 times the input price
# (OpenAI from 5.6 on, Anthropic for 5 minutes) for the shortest lifetime they sell.
UNKNOWN_WRITE_FACTOR = 1.25
HOURS_PER_WEEK = 168
Offers = Ints | slice


@dataclass(frozen=True, eq=False)
class Tariff:
    """USD per token of the workload; what is not found in the cache is billed as input where `write_is_input`, else as a cache write."""

    input: Array
    read: Array
    miss: Array
    output: Array
    write_is_input: Bools


@dataclass(frozen=True, eq=False)
class Terms:
    """What prices are taken at.

    `scale` `(..., offers)`: own tokens per token of the workload, region, hour, terms, billed failures; `lifetime` `(..., offers)`;
    `free_writes` `(offers,)`: a write price that is not known is read as the input price.
    """

    scale: Array
    lifetime: Ints
    free_writes: Bools


def service_sold(price: PriceColumns, service: int) -> Bools:
    """`(bands, offers)`: the service takes prompts of that band, input and output prices known."""
    return np.asarray(~np.isnan(price.mtok[service][:, (INPUT, OUTPUT)]).any(axis=1))


def batch_sold(price: PriceColumns) -> Bools:
    """`(bands, offers)`: the same of the batch service."""
    return service_sold(price, BATCH)


def tariff_of(price: PriceColumns, service: int, band: int, *, terms: Terms, offers: Offers) -> Tariff:
    """The prices of `offers` in one service and band; where the service is not sold those of the standard service.

    A cache read without a price of its own in a service that is sold costs what input costs there, which it never exceeds.
    """
    mtok = price.mtok[service, band][:, offers]
    if service != STANDARD:
        mtok = np.where(service_sold(price, service)[band, offers], mtok, price.mtok[STANDARD, band][:, offers])
    scale = terms.scale[..., offers] / 1e6
    usd = mtok.reshape(len(mtok), *(1,) * (scale.ndim - 1), mtok.shape[-1]) * scale
    as_input = price.write_is_input[offers]
    factor = np.where(terms.free_writes[offers], 1.0, _write_factor(price.mtok[STANDARD, BASE][:, offers]))
    factor = factor.reshape(len(factor), *(1,) * (scale.ndim - 1), factor.shape[-1])
    writes = np.where(np.isnan(usd[WRITES]), usd[INPUT] * factor, usd[WRITES])
    return Tariff(
        input=usd[INPUT],
        read=np.where(np.isnan(usd[READ]), usd[INPUT], usd[READ]),
        miss=_at_lifetime(np.where(as_input, usd[INPUT], writes), terms.lifetime[..., offers]),
        output=usd[OUTPUT],
        write_is_input=as_input,
    )


def _write_factor(standard: Array) -> Array:
    """`(lifetimes, offers)`: what stands in for a write price, over the input price; the standard service's own factor where it has one."""
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = standard[WRITES] / standard[INPUT]
    return np.where(np.isfinite(factor), factor, UNKNOWN_WRITE_FACTOR)


def _at_lifetime(prices: Array, lifetime: Ints) -> Array:
    rows, offers = np.maximum(lifetime, 0), np.arange(lifetime.shape[-1])
    if prices.ndim > 2:
        rows = np.broadcast_to(rows, np.broadcast_shapes(rows.shape, prices.shape[1:]))
        return np.asarray(np.take_along_axis(np.broadcast_to(prices, (len(prices), *rows.shape)), rows[None], axis=0)[0])
    if rows.ndim == 1:
        return prices[rows, offers]
    # Few offers sell a choice of lifetimes, so few columns differ from row to row.
    varied = np.flatnonzero((rows != rows[0]).any(axis=0))
    found = np.broadcast_to(prices[rows[0], offers], rows.shape)
    if varied.size:
        found = found.copy()
        found[:, varied] = prices.ravel().take(rows[:, varied] * offers.size + varied)
    return found


def terms_factor(load: Load, columns: Columns) -> Any:
    """What the terms of the bill do to every charge `(..., offers)`: the negotiated discount and the gateway's fee.

    Billed failures are no terms: a share `q` of the attempts fails and is made again, so that `1 / (1 - q)` attempts are billed per
    request, but nothing more is stored.
    """
    return (1 - columns.discount_share) * (1 + load.gateway_fee)


def peak_factors(load: Load, columns: Columns) -> tuple[Any, Any, Any]:
    """Lowest, expected and highest factor by which dear hours raise a bill.

    Where it is not known at which hour the active ones begin, expected is the average over the whole week; at worst the peak fills as
    much of the active time as it can, at best as little. With 24 active hours, or where the hour is known, the three are one.
    """
    dearer = columns.price.peak_multiplier - 1
    if not dearer.any():
        return 1.0, 1.0, 1.0
    peak = columns.price.peak_hours.sum(axis=0)
    active = np.asarray(load.active_hours) * 7
    least = np.maximum(0.0, peak + active - HOURS_PER_WEEK) / active
    shares: list[Any] = [least, peak / HOURS_PER_WEEK, np.minimum(1.0, peak / active)]
    starts = np.asarray(load.starts_utc, dtype=float)
    if not np.isnan(starts).all():
        known = _peak_share(np.nan_to_num(starts), load.active_hours, columns.price.peak_hours)
        shares = [np.where(np.isnan(starts), share, known) for share in shares]
    lowest, expected, highest = (1 + dearer * share for share in shares)
    return lowest, expected, highest


def _peak_share(start: Array, active_hours: Any, peak_hours: Bools) -> Array:
    """Share of the active time, evenly filled and the same every day, that lies in dear hours: `(..., offers)`."""
    # Two weeks on end, as the last day's hours may reach into the next week.
    reached = np.concatenate([np.zeros((1, peak_hours.shape[1])), np.cumsum(np.concatenate([peak_hours, peak_hours]), axis=0)])
    hours = np.asarray(active_hours, dtype=float)
    dear = sum(_until(reached, start + 24 * day + hours) - _until(reached, np.asarray(start + 24.0 * day)) for day in range(7))
    return np.asarray(dear / (7 * hours))


def _until(reached: Array, hour: Array) -> Array:
    """Dear hours from Monday 00 up to `hour`; `(...,)` or `(n, 1)` to `(..., offers)`."""
    whole = np.floor(hour).astype(int)
    part = hour - whole
    rows = whole.reshape(-1) if whole.ndim else whole
    return np.asarray(reached[rows] + part * (reached[rows + 1] - reached[rows]))
