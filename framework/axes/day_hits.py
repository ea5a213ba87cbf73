"""Which calls of a day find their prefix in each offer's cache: cold in the morning, after a gap and after a deploy."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framework.axes.day import Day
from framework.catalogue.columns import Array, Bools, Columns
from framework.load import Load
from framework.vocabulary import LIFETIME_S

NOT_EMPTIED = -1
FOREVER_US = 1 << 60


@dataclass(frozen=True, eq=False)
class CacheRules:
    """Per offer, `(offers,)`: seconds an entry lives (inf: no lifetime is promised), whether a hit renews it, the seconds until the reply
    that writes it begins, and the warm hit rate; NaN: it follows from the calls on each prefix.
    """

    life_s: Array
    renews: Bools
    warm_s: Array
    hit_rate: Array

    @property
    def table(self) -> Array:
        """`(4, offers)`: equal columns find alike."""
        return np.array([self.life_s, self.renews, self.warm_s, self.hit_rate], dtype=float)


def cache_rules(load: Load, columns: Columns, *, hit_rate: Any, lifetimes: tuple[str | None, ...], ttft_s: Any) -> CacheRules:
    """`hit_rate`: what the bill expects; `lifetimes`: the names it takes; `ttft_s`: median seconds to the first token, NaN unknown."""
    named = np.array([math.nan if name is None else LIFETIME_S[name] for name in lifetimes])
    promised = np.where(np.isnan(named), columns.price.lifetime_s[0], named)
    derived = np.isnan(np.asarray(load.hit_rate, dtype=float)) & ~np.isnan(promised) & (not load.converses)
    # To a tenth of a second, so that offers that are as quick share a run.
    warm_s = np.round(np.nan_to_num(np.broadcast_to(np.asarray(ttft_s, dtype=float), promised.shape)), 1)
    return CacheRules(
        life_s=np.where(np.isnan(promised), math.inf, promised),
        renews=columns.price.refresh_on_hit == 1,
        warm_s=warm_s,
        hit_rate=np.where(derived, math.nan, np.nan_to_num(np.asarray(hit_rate, dtype=float))),
    )


def found(day: Day, rule: Array, *, emptied_us: int = NOT_EMPTIED) -> NDArray[np.bool_]:
    """`(n,)` for one column of `CacheRules.table`; at `emptied_us` a deploy takes all entries away.

    A derived rate follows the prefixes one by one. A given one is the rate of a warm cache: entries are missed beyond it only after nobody
    called for a lifetime, and after a deploy, by the first call on each prefix and those that come before its reply has begun.
    """
    from framework.simulation.cache_kernel import found_in_cache

    life_s, renews, warm_s, hit_rate = (float(part) for part in rule)
    life_us = FOREVER_US if math.isinf(life_s) else round(life_s * 1e6)
    given = not math.isnan(hit_rate)
    prefixes = int(day.prefix.max()) + 1 if len(day) else 1
    warm = found_in_cache(day.time_us, day.prefix, prefixes, life_us, bool(renews), round(warm_s * 1e6), emptied_us, given)
    return np.asarray(warm & (day.chance < hit_rate) if given else warm)
