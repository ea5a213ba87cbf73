"""Prompt caching: how much of a prompt can be cached, how often it is found, and which lifetime that asks for.

A hit rate follows from traffic (Poisson arrivals per distinct prefix, see `arrivals`). Where something is not known the expected rate is
the lower one, so that no bill counts on hits that nobody promised.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from framework.axes.arrivals import share_found
from framework.axes.prompt import Reusable, parts_of
from framework.axes.tokens import ratio_of
from framework.catalogue.columns import PRICE_METERS, Array, Bools, Columns, Ints
from framework.catalogue.records import LIFETIME_S, LIFETIMES
from framework.load import Load

READ = PRICE_METERS.index("cache_read")
WRITES = slice(PRICE_METERS.index("write_5m"), PRICE_METERS.index("write_12h") + 1)
NO_LIFETIME = -1
# A longer lifetime is dearer to write after every pause, so it is named only where it saves at least this share of a cache read.
WORTH_A_LONGER_LIFE = 0.001
_LIVES_S = np.array([LIFETIME_S[name] for name in LIFETIMES], dtype=float)


@dataclass(frozen=True, eq=False)
class HitRates:
    """Shares of requests that find their prefix, and of turns that find the turn before them, with the lifetime they belong to.

    Of `hit_rates` the lower reading where it is not known. `lifetime` is an index of `LIFETIMES`, -1 where none is sold.
    """

    prefix: Array
    turns: Array
    lifetime: Ints


def lifetimes_sold(columns: Columns) -> Bools:
    """`(lifetimes, offers)`: a write price is known at the standard service."""
    return ~np.isnan(columns.price.mtok[0, 0, WRITES])


def distinct(*rows: Array) -> tuple[list[Array], Ints]:
    """The distinct columns of two rows without NaN, and where each offer finds its own: few exist, and closed forms are dear."""
    pairs, where = np.unique(np.column_stack(rows).view(np.complex128)[:, 0], return_inverse=True)
    return [pairs.real, pairs.imag], where


def _kinds(columns: Columns, renews: Bools) -> tuple[tuple[Bools, Array], Ints]:
    """The four kinds of offers by whether a hit renews and whether batches are sold, and each offer's kind."""
    return (np.array([False, True, False, True]), np.array([0.0, 0.0, 1.0, 1.0])), (renews + 2 * columns.price.sells_batch).astype(np.int64)


def _found(load: Load, lives_s: Any, *, renews: Any, batched: Any) -> Array:
    """Share of calls that find their prefix at a lifetime; batches keep no prefix warm."""
    per_day = load.requests_per_day * (1 - load.batch_share * batched) / load.prefixes
    active_s = np.asarray(load.active_hours) * 3600.0
    return share_found(per_day / active_s, lives_s, renews=renews, active_s=active_s)


def _followed(load: Load, lives_s: Any) -> Array:
    """Share of turns whose pause, exponential around its mean, is shorter than the lifetime; no turn is renewed by another conversation."""
    return np.asarray(-np.expm1(-lives_s / load.pause_s))


def _shortest(load: Load, columns: Columns) -> Ints:
    """The lifetime a given hit rate belongs to: `load.lifetime` where it is sold, else the shortest sold."""
    sold = lifetimes_sold(columns)
    lifetime = np.where(sold.any(axis=0), sold.argmax(axis=0), NO_LIFETIME)
    if load.lifetime is None:
        return lifetime
    named = LIFETIMES.index(load.lifetime)
    return np.where(sold[named], named, lifetime)


def _lives_s(columns: Columns, lifetime: Ints, end: int) -> Array:
    """Seconds an entry lives, NaN where that is not promised; `end` 0 is the shorter, 1 the longer reading of an implicit lifetime."""
    return np.where(lifetime >= 0, _LIVES_S[lifetime], columns.price.lifetime_s[end])


def _low(load: Load, columns: Columns, lifetime: Ints) -> HitRates:
    """The traffic's hit rates at one lifetime per offer `(offers,)`, renewal and lifetime read as the worse where they are not known."""
    lives_s = np.nan_to_num(_lives_s(columns, lifetime, 0))
    (renews, batched), of_kind = _kinds(columns, columns.price.refresh_on_hit == 1)
    (lives, kinds), where = distinct(lives_s, of_kind.astype(float))
    kind = kinds.astype(int)
    prefix = _found(load, lives, renews=renews[kind], batched=batched[kind])[..., where]
    return HitRates(prefix, _followed(load, lives_s) if load.converses else np.zeros(len(columns)), lifetime)


def _reusable(load: Load, columns: Columns) -> Reusable:
    """What a cache can hold, to weigh lifetimes by; of calls that stand alone it is the prefix, however long."""
    if not (load.converses and load.caches_history):
        return Reusable(np.ones(len(columns)))
    minimum = np.nan_to_num(columns.price.min_cache_tokens) / ratio_of(load, columns)
    return parts_of(load, np.full(len(columns), np.inf), minimum).all


def _cheapest(load: Load, columns: Columns, rates: HitRates) -> HitRates:
    """The same with a longer lifetime wherever that makes what is cached cheaper at standard prices and none that is sold was named."""
    sold, (renews, batched), kind = lifetimes_sold(columns), *_kinds(columns, columns.price.refresh_on_hit == 1)
    free = np.ones(len(columns), dtype=bool) if load.lifetime is None else ~sold[LIFETIMES.index(load.lifetime)]
    reusable, lifetime = _reusable(load, columns), rates.lifetime
    shape = np.broadcast_shapes(rates.prefix.shape, rates.turns.shape, np.shape(reusable.tokens))
    prefix, turns = (np.broadcast_to(value, shape).copy() for value in (rates.prefix, rates.turns))
    chosen = np.broadcast_to(lifetime, shape).copy()
    read, writes = columns.price.mtok[0, 0, READ], columns.price.mtok[0, 0, WRITES]
    weighed = np.zeros(len(columns), dtype=bool)
    for k, lives_s in enumerate(_LIVES_S):
        longer = np.flatnonzero(free & sold[k] & (lifetime < k) & (lifetime >= 0))
        if longer.size:
            # Who had no choice before this lifetime has the same one in all rows.
            now = chosen[..., longer] if weighed[longer].any() else lifetime[longer]
            weighed[longer] = True
            found = _found(load, lives_s, renews=renews, batched=batched)[..., kind[longer]]
            followed = _followed(load, lives_s)
            extra, cached = writes[:, longer] - read[longer], reusable.of(longer)
            missed = cached.tokens - cached.read(prefix[..., longer], turns[..., longer])
            saved = missed * extra[now, np.arange(longer.size)] - (cached.tokens - cached.read(found, followed)) * extra[k]
            better = saved > WORTH_A_LONGER_LIFE * read[longer] * (cached.prefix + cached.followed)
            prefix[..., longer] = np.where(better, found, prefix[..., longer])
            turns[..., longer] = np.where(better, followed, turns[..., longer])
            chosen[..., longer] = np.where(better, k, now)
    return HitRates(prefix, turns, chosen)


def hit_rates(load: Load, columns: Columns) -> HitRates:
    """The user's rate where it is given, else the rates that follow from the traffic; `(..., offers)`.

    A given rate belongs to `load.lifetime`, or to the shortest lifetime sold. A derived one is for `load.lifetime` where that is named and
    sold, else for the cheapest lifetime sold.
    """
    given, lifetime = np.asarray(load.hit_rate, dtype=float), _shortest(load, columns)
    shares = np.broadcast_to(given, np.broadcast_shapes(given.shape, (len(columns),)))
    derived = np.isnan(given)
    if not derived.any():
        return HitRates(shares, shares, lifetime)
    rates = _cheapest(load, columns, _low(load, columns, lifetime))
    if derived.all():
        return rates
    prefix, turns = np.where(derived, rates.prefix, shares), np.where(derived, rates.turns, shares)
    return HitRates(prefix, turns, np.where(derived, rates.lifetime, lifetime))


def highest_rates(load: Load, columns: Columns, rates: HitRates) -> HitRates:
    """The hit rates at the same lifetimes with what is not known read as the better: all hits where no lifetime is promised."""
    lives_s, derived = _lives_s(columns, rates.lifetime, 1), np.isnan(load.hit_rate)

    def best(found: Array, given: Array) -> Array:
        return np.where(derived, np.where(np.isnan(lives_s), 1.0, found), given)

    found = _found(load, lives_s, renews=columns.price.refresh_on_hit != 0, batched=columns.price.sells_batch)
    prefix = best(found, rates.prefix)
    return HitRates(prefix, best(_followed(load, lives_s), rates.turns) if load.converses else rates.turns, rates.lifetime)
