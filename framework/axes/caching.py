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
# A longer lifetime is dearer to write after every pause, so it is named only where it saves at least this share of a cache read.
WORTH_A_LONGER_LIFE = 0.001
_LIVES_S = np.array([LIFETIME_S[name] for name in LIFETIMES], dtype=float)


@dataclass(frozen=True, eq=False)
class HitRates:
    """Shares of requests that find their prefix, the lower reading where it is not known, and the lifetime that they belong to.

    `lifetime` is an index of `LIFETIMES`, -1 where none is sold.
    """

    low: Array
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

    def of(self, first: int) -> PromptParts:
        """The same for so many of the offers."""
        return PromptParts(*(values[..., :first] for values in (self.long_share, self.long_tokens, self.cacheable, self.long_cacheable)))


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


def _shortest(load: Load, columns: Columns) -> Ints:
    """The lifetime a given hit rate belongs to: `load.lifetime` where it is sold, else the shortest sold."""
    sold = lifetimes_sold(columns)
    lifetime = np.where(sold.any(axis=0), sold.argmax(axis=0), NO_LIFETIME)
    if load.lifetime is None:
        return lifetime
    named = LIFETIMES.index(load.lifetime)
    return np.where(sold[named], named, lifetime)


def _low(load: Load, columns: Columns, lifetime: Ints) -> Array:
    """The traffic's hit rates at one lifetime per offer `(offers,)`, renewal and lifetime read as the worse where they are not known."""
    lives_s = np.where(lifetime >= 0, _LIVES_S[lifetime], columns.price.lifetime_s[0])
    (lives_s, renews), where = distinct(np.where(np.isnan(lives_s), 0.0, lives_s), (columns.price.refresh_on_hit == 1).astype(float))
    return _found(_rate_per_s(load) * lives_s, renews > 0)[..., where]


def _cheapest(load: Load, columns: Columns, low: Array, lifetime: Ints) -> HitRates:
    """The same with a longer lifetime wherever that makes the prefix cheaper at standard prices."""
    sold, renews, rate_per_s = lifetimes_sold(columns), columns.price.refresh_on_hit == 1, _rate_per_s(load)
    chosen = np.broadcast_to(lifetime, low.shape).copy()
    read, writes = columns.price.mtok[0, 0, READ], columns.price.mtok[0, 0, WRITES]
    for k, lives_s in enumerate(_LIVES_S):
        longer = np.flatnonzero(sold[k] & (lifetime < k) & (lifetime >= 0))
        if longer.size:
            now, hit = chosen[..., longer], low[..., longer]
            found = _found(rate_per_s * lives_s, renews[longer])
            extra = writes[:, longer] - read[longer]
            saved = (1 - hit) * extra[now, np.arange(longer.size)] - (1 - found) * extra[k]
            better = saved > WORTH_A_LONGER_LIFE * read[longer]
            low[..., longer] = np.where(better, found, hit)
            chosen[..., longer] = np.where(better, k, now)
    return HitRates(low, chosen)


def hit_rates(load: Load, columns: Columns) -> HitRates:
    """The user's rate where it is given, else the rate that follows from the traffic; `(..., offers)`.

    A given rate belongs to `load.lifetime`, or to the shortest lifetime sold. A derived one is for `load.lifetime` where that is named and
    sold, else for the cheapest lifetime sold.
    """
    given, lifetime = np.asarray(load.hit_rate, dtype=float), _shortest(load, columns)
    shares = np.broadcast_to(given, np.broadcast_shapes(given.shape, (len(columns),)))
    derived = np.isnan(given)
    if not derived.any():
        return HitRates(shares, lifetime)
    rates = HitRates(_low(load, columns, lifetime), lifetime)
    if load.lifetime is None:
        rates = _cheapest(load, columns, rates.low, lifetime)
    if derived.all():
        return rates
    return HitRates(np.where(derived, rates.low, shares), np.where(derived, rates.lifetime, lifetime))


def highest_rates(load: Load, columns: Columns, rates: HitRates) -> Array:
    """The hit rates at the same lifetimes with what is not known read as the better: all hits where no lifetime is promised."""
    price, lifetime = columns.price, rates.lifetime
    lives_s = np.where(lifetime >= 0, _LIVES_S[lifetime], price.lifetime_s[1])
    found = _found(_rate_per_s(load) * lives_s, price.refresh_on_hit != 0)
    return np.where(np.isnan(load.hit_rate), np.where(np.isnan(lives_s), 1.0, found), rates.low)


def prompt_parts(load: Load, threshold_tokens: Array, minimum_tokens: Array) -> PromptParts:
    """Closed forms over the prompt length `L`; threshold `t` and minimum `m` `(offers,)` in the user's tokens.

    A prompt of the minimum or more is cached up to the prefix `C`; a prefix below the minimum is never cached. So
    `E[min(L, C); L >= m] = E[L; L >= m] - E[L; L > C] + C P(L > C)`, and above a cliff beyond the prefix `C P(L > t)`.
    """
    length, prefix = load.input_length, np.asarray(load.prefix_tokens, dtype=float)
    minimum, at_minimum = np.unique(_or_never(minimum_tokens) * _AT_LEAST, return_inverse=True)
    threshold, at_threshold = np.unique(_or_never(threshold_tokens), return_inverse=True)
    beyond = length.mean_above(prefix) - prefix * length.share_above(prefix)
    cached, above_minimum = prefix >= minimum, length.mean_above(minimum)
    share, above_cliff = length.share_above(threshold), length.mean_above(threshold)
    cacheable = np.maximum(above_minimum - beyond, 0.0) * cached
    cliff = np.flatnonzero(np.isfinite(threshold_tokens))
    t, m = at_threshold[cliff], at_minimum[cliff]
    inside = np.maximum(np.minimum(above_minimum[..., m], above_cliff[..., t]) - beyond, 0.0)
    long_cacheable = np.zeros((*cacheable.shape[:-1], threshold_tokens.size))
    long_cacheable[..., cliff] = np.where(threshold[t] < prefix, inside, prefix * share[..., t]) * cached[..., m]
    return PromptParts(share[..., at_threshold], above_cliff[..., at_threshold], cacheable[..., at_minimum], long_cacheable)


def _or_never(tokens: Array) -> Array:
    # A model whose tokenizer ratio is not known has no bill anyway.
    return np.where(np.isnan(tokens), np.inf, tokens)
