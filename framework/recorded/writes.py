"""What cache writes cost: by the lifetime reported, and where none is reported by the one that is assumed."""

from __future__ import annotations

import numpy as np

from framework.catalogue.columns import PRICE_METERS, Array, Bools, PriceColumns
from framework.recorded.usage import WRITES

_LIFETIMES = slice(PRICE_METERS.index("write_5m"), PRICE_METERS.index("output"))
_INPUT = PRICE_METERS.index("input")


def _with_writes(mtok: Array, stated: Array, unstated: Array) -> Array:
    """`(services, bands, USAGE_METERS, offers)` from the catalogue's meters: the writes replaced, one without a lifetime added."""
    before, after = mtok[:, :, : _LIFETIMES.start], mtok[:, :, _LIFETIMES.stop :]
    return np.concatenate([before, stated, unstated[:, :, None], after], axis=2)


def sold_lifetimes(mtok: Array) -> Bools:
    """`(lifetimes, offers)`: the standard service has a price for writes of that lifetime."""
    return np.asarray(~np.isnan(mtok[0, 0, _LIFETIMES]))


def shortest_sold(mtok: Array, price: PriceColumns) -> Array:
    """Writes at the lifetime reported; one without a lifetime at the shortest sold, or as input where writes have no price of their own."""
    writes, sold = mtok[:, :, _LIFETIMES], sold_lifetimes(mtok)
    first = np.take_along_axis(writes, np.argmax(sold, axis=0)[None, None, None], axis=2)[:, :, 0]
    return _with_writes(mtok, writes, np.where(sold.any(axis=0), first, _as_input(mtok, price)))


def dearest_sold(mtok: Array, price: PriceColumns) -> Array:
    """The same, but one without a lifetime at the dearest that the offer sells; NaN where a service does not say what one of them costs."""
    writes, sold = mtok[:, :, _LIFETIMES], sold_lifetimes(mtok)
    dear = np.where(sold, writes, -np.inf).max(axis=2)
    return _with_writes(mtok, writes, np.where(sold.any(axis=0), dear, _as_input(mtok, price)))


def nearest_sold(mtok: Array, price: PriceColumns) -> Array:
    """For a comparison: a lifetime that an offer does not sell at the next longer one it sells, else the longest, else as input."""
    writes, sold = mtok[:, :, _LIFETIMES], sold_lifetimes(mtok)
    stated = np.stack([_at_nearest(writes, sold, wanted) for wanted in range(len(sold))], axis=2)
    stated = np.where(sold.any(axis=0), stated, _as_input(mtok, price)[:, :, None])
    return _with_writes(mtok, stated, shortest_sold(mtok, price)[:, :, WRITES.stop])


def _at_nearest(writes: Array, sold: Bools, wanted: int) -> Array:
    longer = sold & (np.arange(len(sold)) >= wanted)[:, None]
    longest = len(sold) - 1 - np.argmax(sold[::-1], axis=0)
    index = np.where(longer.any(axis=0), np.argmax(longer, axis=0), longest)
    return np.take_along_axis(writes, index[None, None, None], axis=2)[:, :, 0]


def _as_input(mtok: Array, price: PriceColumns) -> Array:
    return np.where(price.write_is_input, mtok[:, :, _INPUT], np.nan)
