"""Prompt caching: how much of a prompt can be cached, how often it is found, and which lifetime that asks for.

A hit rate follows from traffic (Poisson arrivals per distinct prefix): `1 - exp(-rate*T)` where a hit renews the lifetime `T`,
`rate*T / (1 + rate*T)` where it does not. Where something is not known the expected rate is the lower one, so that no bill counts on hits
that nobody promised.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

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


def _rate_per_s(load: Load) -> Any:
    """Interactive calls a second on one prefix in the active hours; batches keep no prefix warm."""
    return np.asarray(load.interactive_per_minute) / 60 / load.prefixes


def _found(arrivals: Any, renews: Any) -> Array:
    """Hit rate for the mean arrivals within one lifetime."""
    return np.asarray(np.where(renews, -np.expm1(-arrivals), arrivals / (1 + arrivals)))


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
    (lives, renews), where = distinct(lives_s, (columns.price.refresh_on_hit == 1).astype(float))
    prefix = _found(_rate_per_s(load) * lives, renews > 0)[..., where]
    return HitRates(prefix, _followed(load, lives_s) if load.converses else np.zeros(len(columns)), lifetime)


@dataclass(frozen=True)
class _Shares:
    """Tokens per request that each kind of reuse concerns: the shared prefix, the turn before, what is written whatever is found."""

    prefix: Any
    followed: Any
    appended: Any

    @classmethod
    def of(cls, load: Load) -> _Shares:
        """Of a call that stands alone the prefix alone."""
        if not (load.converses and load.caches_history):
            return cls(1.0, 0.0, 0.0)
        first = load.opening_tokens + load.user_tokens
        prefix = np.minimum(load.prefix_tokens, first) / load.conversation_turns
        return cls(prefix, load.reusable_mean - prefix, load.input_mean - load.reusable_mean)

    def written(self, prefix_hits: Array, turn_hits: Array) -> Array:
        """Tokens that are written at these hit rates."""
        return np.asarray(self.prefix * (1 - prefix_hits) + self.followed * (1 - turn_hits) + self.appended)


def _cheapest(load: Load, columns: Columns, rates: HitRates) -> HitRates:
    """The same with a longer lifetime wherever that makes what is cached cheaper at standard prices."""
    sold, renews, rate_per_s = lifetimes_sold(columns), columns.price.refresh_on_hit == 1, _rate_per_s(load)
    shares, lifetime = _Shares.of(load), rates.lifetime
    shape = np.broadcast_shapes(rates.prefix.shape, rates.turns.shape, *(np.shape(share) for share in vars(shares).values()))
    prefix, turns = (np.broadcast_to(each, shape).copy() for each in (rates.prefix, rates.turns))
    chosen = np.broadcast_to(lifetime, shape).copy()
    read, writes = columns.price.mtok[0, 0, READ], columns.price.mtok[0, 0, WRITES]
    for k, lives_s in enumerate(_LIVES_S):
        longer = np.flatnonzero(sold[k] & (lifetime < k) & (lifetime >= 0))
        if longer.size:
            now = chosen[..., longer]
            found, followed = _found(rate_per_s * lives_s, renews[longer]), _followed(load, lives_s)
            extra = writes[:, longer] - read[longer]
            spent = shares.written(prefix[..., longer], turns[..., longer]) * extra[now, np.arange(longer.size)]
            better = spent - shares.written(found, followed) * extra[k] > WORTH_A_LONGER_LIFE * read[longer] * (
                shares.prefix + shares.followed
            )
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
    rates = _low(load, columns, lifetime)
    if load.lifetime is None:
        rates = _cheapest(load, columns, rates)
    if derived.all():
        return rates
    prefix, turns = np.where(derived, rates.prefix, shares), np.where(derived, rates.turns, shares)
    return HitRates(prefix, turns, np.where(derived, rates.lifetime, lifetime))


def highest_rates(load: Load, columns: Columns, rates: HitRates) -> HitRates:
    """The hit rates at the same lifetimes with what is not known read as the better: all hits where no lifetime is promised."""
    lives_s, derived = _lives_s(columns, rates.lifetime, 1), np.isnan(load.hit_rate)

    def best(found: Array, given: Array) -> Array:
        return np.where(derived, np.where(np.isnan(lives_s), 1.0, found), given)

    prefix = best(_found(_rate_per_s(load) * lives_s, columns.price.refresh_on_hit != 0), rates.prefix)
    return HitRates(prefix, best(_followed(load, lives_s), rates.turns) if load.converses else rates.turns, rates.lifetime)
