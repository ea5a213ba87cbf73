"""How often a call finds what an earlier one left in the cache: Poisson arrivals in the active hours of every day.

While traffic lasts, an entry of lifetime `T` is missed with probability `exp(-rate T)` where a hit renews it and `1 / (1 + rate T)` where
it does not. The night between two active days empties every cache that does not outlive it, so that each morning starts with misses.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from framework.catalogue.columns import Array
from framework.quantities import mean_decay, poisson_above

DAY_S = 86_400.0
# Up to so many lifetimes in the active hours the writes of a day are summed one by one; beyond, their limit is off by at most 1.2 calls in
# a thousand.
_SUMMED_LIFETIMES = 8


def share_found(rate_per_s: Any, lives_s: Any, *, renews: Any, active_s: Any) -> Array:
    """Share of the calls on one prefix that find it, for arrivals at `rate_per_s` in the `active_s` of a day; all arguments broadcast."""
    rate, lives, active = np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in (rate_per_s, lives_s, active_s)))
    found, plain = _renewed(rate, lives, active), ~np.broadcast_to(renews, rate.shape)
    found[plain] = np.minimum(_not_renewed(rate[plain], lives[plain], active[plain]), found[plain])
    return found


def _renewed(rate: Array, lives: Array, active: Array) -> Array:
    """`1 - exp(-rate W)` averaged over the day, `W` the active seconds within the last lifetime: all of it but for what lies in the night.

    A call `s` after the start of the day looks back on `s` until that is a lifetime; one that outlives the night, on its rest of yesterday.
    """
    yesterday = np.clip(lives - (DAY_S - active), 0.0, active)
    today = np.maximum(np.minimum(lives, active), yesterday)
    warming = today - yesterday
    missed_warming = warming * np.exp(-rate * yesterday) * mean_decay(rate * warming)
    found = -yesterday * np.expm1(-rate * yesterday) + (warming - missed_warming) - (active - today) * np.expm1(-rate * lives)
    return np.asarray(np.maximum(found, 0.0) / active)


def _not_renewed(rate: Array, lives: Array, active: Array) -> Array:
    """One less the writes of a day over its calls, an entry that outlives the night left out; around the clock `rate T / (1 + rate T)`."""
    within = rate * lives
    steady, calls = within / (1 + within), np.maximum(rate * active, 1e-300)
    # The first write of a day waits for no entry to end: half a squared hit rate more writes than in the long run.
    found = np.maximum(steady - steady**2 / (2 * calls), 0.0)
    few = (active < _SUMMED_LIFETIMES * lives) & (rate > 0)
    found[few] = 1 - _writes_a_day(rate[few], lives[few], active[few]) / calls[few]
    return np.where(active >= DAY_S, steady, np.maximum(found, 0.0))


def _writes_a_day(rate: Array, lives: Array, active: Array) -> Array:
    """The n-th write happens if n calls fall outside the lifetimes of the n - 1 before it."""
    return np.asarray(sum(poisson_above(n, rate * np.maximum(active - n * lives, 0.0)) for n in range(_SUMMED_LIFETIMES)))
