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
# A prompt of exactly the minimum is cached, and `LogNormal` counts strictly above; the step survives the logarithm's rounding.
_AT_LEAST = 1 - 1e-9
_LIVES_S = np.array([LIFETIME_S[name] for name in LIFETIMES], dtype=float)


@dataclass(frozen=True, eq=False)
class HitRates:
    """Shares of requests that find their prefix; `lifetime` is an index of `LIFETIMES`, -1 where none is sold.

    The expected rate is `low`; it differs from `high` where renewal or lifetime are not known.
    """

    low: Array
    high: Array
    lifetime: Ints


@dataclass(frozen=True, eq=False)
class PromptParts:
    """Means per request in the user's tokens, and the share of long prompts.

    `cacheable` and `long_cacheable`: the part that can be cached, of all prompts and of those above the price cliff.
    """

    long_share: Array
    long_tokens: Array
    cacheable: Array
    long_cacheable: Array


def lifetimes_sold(columns: Columns) -> Bools:
    """`(lifetimes, offers)`: a write price is known at the standard service."""
    return ~np.isnan(columns.price.mtok[0, 0, WRITES])


def distinct(*rows: Array) -> tuple[list[Array], Ints]:
    """The distinct columns of two rows without NaN, and where each offer finds its own: few exist, and closed forms are dear."""
    pairs, where = np.unique(np.column_stack(rows).view(np.complex128)[:, 0], return_inverse=True)
    return [pairs.real, pairs.imag], where


def _found(arrivals: Any, refresh: Array) -> tuple[Array, Array]:
    """Lowest and highest hit rate for the mean arrivals within one lifetime; they differ where renewal is not known."""
    renewed, kept = -np.expm1(-arrivals), arrivals / (1 + arrivals)
    return np.where(refresh == 1, renewed, kept), np.where(refresh == 0, kept, renewed)


def _rates(rate_per_s: Any, lives_s: Array, refresh: Array) -> tuple[Array, Array]:
    """Hit rates of offers whose entries live `lives_s` `(2, offers)` seconds at least and at most; 0 to 1 where nothing is promised."""
    low, high = lives_s
    refresh = np.where(np.isnan(refresh), -1.0, refresh)
    (short, renewal), where = distinct(np.where(np.isnan(low), 0.0, low), refresh)
    at_least = _found(rate_per_s * short, renewal)[0][..., where]
    (long, renewal), where = distinct(np.where(np.isnan(high), -1.0, high), refresh)
    at_most = np.where(long < 0, 1.0, _found(rate_per_s * np.abs(long), renewal)[1])[..., where]
    return at_least, at_most


def _first(columns: Columns, lifetime: Ints, rate_per_s: Any) -> HitRates:
    """The traffic's hit rates at the given lifetime of each offer `(offers,)`."""
    lives_s = np.where(lifetime >= 0, _LIVES_S[lifetime], columns.price.lifetime_s)
    low, high = _rates(rate_per_s, lives_s, columns.price.refresh_on_hit)
    return HitRates(low, high, lifetime)


def _cheapest(columns: Columns, rates: HitRates, rate_per_s: Any) -> HitRates:
    """The same with a longer lifetime wherever that makes the prefix cheaper at standard prices."""
    sold, refresh = lifetimes_sold(columns), columns.price.refresh_on_hit
    low, high = rates.low.copy(), rates.high.copy()
    lifetime = np.broadcast_to(rates.lifetime, low.shape).copy()
    read, writes = columns.price.mtok[0, 0, READ], columns.price.mtok[0, 0, WRITES]
    for k, lives_s in enumerate(_LIVES_S):
        longer = np.flatnonzero(sold[k] & (rates.lifetime < k) & (rates.lifetime >= 0))
        if not longer.size:
            continue
        chosen = lifetime[..., longer]
        at_least, at_most = _found(rate_per_s * lives_s, refresh[longer])
        price = read[longer] + (1 - at_least) * (writes[k, longer] - read[longer])
        so_far = read[longer] + (1 - low[..., longer]) * (writes[chosen, longer] - read[longer])
        for kept, new in ((low, at_least), (high, at_most), (lifetime, k)):
            kept[..., longer] = np.where(price < so_far, new, kept[..., longer])
    return HitRates(low, high, lifetime)


def hit_rates(load: Load, columns: Columns) -> HitRates:
    """The user's rate where it is given, else the rate that follows from the traffic; `(..., offers)`.

    A given rate belongs to `load.lifetime`, or to the shortest lifetime sold. A derived one is for `load.lifetime` where that is named and
    sold, else for the cheapest lifetime sold.
    """
    sold = lifetimes_sold(columns)
    lifetime = np.where(sold.any(axis=0), sold.argmax(axis=0), NO_LIFETIME)
    if load.lifetime is not None:
        named = LIFETIMES.index(load.lifetime)
        lifetime = np.where(sold[named], named, lifetime)
    given = np.asarray(load.hit_rate, dtype=float)
    shares = np.broadcast_to(given, np.broadcast_shapes(given.shape, (len(columns),)))
    unknown = np.isnan(given)
    if not unknown.any():
        return HitRates(shares, shares, lifetime)
    rate_per_s = np.asarray(load.interactive_per_minute) / 60 / load.prefixes
    rates = _first(columns, lifetime, rate_per_s)
    rates = _cheapest(columns, rates, rate_per_s) if load.lifetime is None else rates
    if unknown.all():
        return rates
    return HitRates(
        np.where(unknown, rates.low, shares), np.where(unknown, rates.high, shares), np.where(unknown, rates.lifetime, lifetime)
    )


def _or_never(tokens: Array) -> Array:
    # A model whose tokenizer ratio is not known has no bill anyway.
    return np.where(np.isnan(tokens), np.inf, tokens)


def prompt_parts(load: Load, threshold_tokens: Array, minimum_tokens: Array) -> PromptParts:
    """Closed forms over the prompt length; threshold and minimum `(offers,)` in the user's tokens.

    A prompt of the minimum or more is cached up to the prefix; a prefix below the minimum is never cached.
    """
    length, prefix = load.input_length, np.asarray(load.prefix_tokens, dtype=float)
    (threshold, minimum), where = distinct(_or_never(threshold_tokens), _or_never(minimum_tokens) * _AT_LEAST)
    cacheable = length.mean_of_min_above(prefix, minimum) * (prefix >= minimum)
    long = [np.zeros(cacheable.shape) for _ in range(3)]
    cliff = np.flatnonzero(threshold < np.inf)
    edge, at_least = threshold[cliff], minimum[cliff]
    long[0][..., cliff] = length.share_above(edge)
    long[1][..., cliff] = length.mean_above(edge)
    long[2][..., cliff] = length.mean_of_min_above(prefix, np.maximum(edge, at_least)) * (prefix >= at_least)
    return PromptParts(long[0][..., where], long[1][..., where], cacheable[..., where], long[2][..., where])
