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
    """USD per token of the workload; a miss is billed either as input or as a cache write, the other of the two is 0."""

    input: Array
    read: Array
    miss_as_input: Array
    miss_as_write: Array
    output: Array


@dataclass(frozen=True, eq=False)
class Terms:
    """What prices are taken at.

    `scale` `(offers,)`: own tokens per token of the workload, region, hour; `lifetime` `(..., offers)` of the cache; `free_writes`
    `(offers,)`: a write price that is not known is read as the input price.
    """

    scale: Array
    lifetime: Ints
    free_writes: Bools


def batch_sold(price: PriceColumns) -> Bools:
    """`(bands, offers)`: the batch service takes prompts of that band, input and output prices known."""
    return np.asarray(~np.isnan(price.mtok[BATCH][:, (INPUT, OUTPUT)]).any(axis=1))


def tariff_of(price: PriceColumns, service: int, band: int, *, terms: Terms, offers: Offers) -> Tariff:
    """The prices of `offers` in one service and band; where batch is not sold those of the standard service.

    A cache read without a price of its own in a service that is sold costs what input costs there, which it never exceeds.
    """
    mtok = price.mtok[service, band][:, offers]
    if service == BATCH:
        mtok = np.where(batch_sold(price)[band, offers], mtok, price.mtok[STANDARD, band][:, offers])
    usd = mtok * (terms.scale[offers] / 1e6)
    as_input = price.write_is_input[offers]
    factor = np.where(terms.free_writes[offers], 1.0, _write_factor(price.mtok[STANDARD, BASE][:, offers]))
    writes = np.where(np.isnan(usd[WRITES]), usd[INPUT] * factor, usd[WRITES])
    return Tariff(
        input=usd[INPUT],
        read=np.where(np.isnan(usd[READ]), usd[INPUT], usd[READ]),
        miss_as_input=np.where(as_input, usd[INPUT], 0.0),
        miss_as_write=_at_lifetime(np.where(as_input, 0.0, writes), terms.lifetime[..., offers]),
        output=usd[OUTPUT],
    )


def _write_factor(standard: Array) -> Array:
    """`(lifetimes, offers)`: what stands in for a write price, over the input price; the standard service's own factor where it has one."""
    return np.where(np.isnan(standard[WRITES]), UNKNOWN_WRITE_FACTOR, standard[WRITES] / standard[INPUT])


def _at_lifetime(prices: Array, lifetime: Ints) -> Array:
    rows, offers = np.maximum(lifetime, 0), np.arange(lifetime.shape[-1])
    return prices[rows, offers] if rows.ndim == 1 else prices.ravel().take(rows * offers.size + offers)


def peak_factors(load: Load, columns: Columns) -> tuple[Any, Any, Any]:
    """Lowest, expected and highest factor by which dear hours raise a bill.

    Which hours of the day are active is not known: expected is the average over the whole week; at worst the peak fills as much of the
    active time as it can, at best as little. With 24 active hours the three are one.
    """
    dearer = columns.price.peak_multiplier - 1
    if not dearer.any():
        return 1.0, 1.0, 1.0
    peak = columns.price.peak_hours.sum(axis=0)
    active = np.asarray(load.active_hours) * 7
    least = np.maximum(0.0, peak + active - HOURS_PER_WEEK) / active
    most = np.minimum(1.0, peak / active)
    return 1 + dearer * least, 1 + dearer * (peak / HOURS_PER_WEEK), 1 + dearer * most
