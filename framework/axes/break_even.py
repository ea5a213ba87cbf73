"""Where a choice begins to pay: caching at all, a longer cache lifetime, batch; in closed form, or closed in on where there is none.

A share of prefixes `h` is found. Without a cache a prefix costs the input price `I`, with one `h R + (1 - h) W`: level at
`h = (W - I) / (W - R)`. With Poisson arrivals at rate `r` an entry of lifetime `T` is missed with probability `exp(-r T)` where a hit
renews it and `1 / (1 + r T)` where it does not; where that is not known it is read as not, like in the bill.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

import numpy as np

from framework import wording
from framework.axes.caching import READ, WRITES
from framework.axes.cost import monthly_usd
from framework.axes.tariff import BASE, INPUT, STANDARD, batch_sold
from framework.catalogue.columns import Array, Columns, figures_of
from framework.catalogue.records import LIFETIME_S, LIFETIMES
from framework.load import Load

LIFETIME_PAIRS: tuple[tuple[str, str], ...] = tuple(combinations(LIFETIMES, 2))
"""Shorter and longer lifetime."""
_LIVES_H = np.array([LIFETIME_S[name] / 3600 for name in LIFETIMES])[:, None]
_GRID, _LEVELS = 33, 6
_SHARES = 101


def hit_rate_that_pays(columns: Columns) -> Array:
    """Share of found prefixes from which caching is cheaper than not caching, `(lifetimes, offers)` at standard prices.

    0 where a write costs no more than input, inf where a read costs as much as input (it never pays), NaN where the lifetime is not sold.
    """
    base = columns.price.mtok[STANDARD, BASE]
    dearer, saved = base[WRITES] - base[INPUT], base[WRITES] - base[READ]
    with np.errstate(divide="ignore", invalid="ignore"):
        level = np.maximum(dearer / saved, 0.0)
    never = (base[READ] >= base[INPUT]) & (dearer > 0)
    return np.where(np.isnan(dearer) | np.isnan(saved), np.nan, np.where(never, np.inf, np.where(dearer <= 0, 0.0, level)))


def calls_per_hour_that_pay(columns: Columns) -> Array:
    """Calls an hour on one prefix from which caching pays, `(lifetimes, offers)`: the traffic that gives `hit_rate_that_pays`."""
    share = hit_rate_that_pays(columns)
    with np.errstate(divide="ignore", invalid="ignore"):
        arrivals = np.where(columns.price.refresh_on_hit == 1, -np.log1p(-np.minimum(share, 1.0)), share / (1 - share))
    return np.where(share >= 1, np.inf, arrivals / _LIVES_H)


def calls_per_hour_for_longer(columns: Columns) -> Array:
    """Calls an hour on one prefix above which the longer lifetime of a pair is the cheaper, `(LIFETIME_PAIRS, offers)`.

    0 where it is no dearer to write, inf where it never gets cheaper, NaN where one of the two is not sold.
    """
    base, renews = columns.price.mtok[STANDARD, BASE], columns.price.refresh_on_hit == 1
    extra = base[WRITES] - base[READ]
    short, long = (np.array([LIFETIMES.index(pair[end]) for pair in LIFETIME_PAIRS]) for end in (0, 1))
    a, b, life_a, life_b = extra[short], extra[long], _LIVES_H[short], _LIVES_H[long]
    with np.errstate(divide="ignore", invalid="ignore"):
        renewed, kept = np.log(b / a) / (life_b - life_a), (b - a) / (a * life_b - b * life_a)
    level = np.where(renews, renewed, np.where(a * life_b > b * life_a, kept, np.inf))
    return np.where(np.isnan(a) | np.isnan(b), np.nan, np.where(b <= a, 0.0, level))


def batch_share_that_saves(load: Load, columns: Columns, at: int, *, saved_usd: float) -> float:
    """The smallest share of calls sent in batch at which offer `at` costs `saved_usd` a month less than without; for one load of scalars.

    Linear where the hit rate is given or nothing is cached; else batches cool the cache and the share is closed in on. NaN where no share
    saves that much.
    """

    def saved(shares: Array) -> Array:
        rows = np.concatenate([[0.0], shares])[:, None]
        usd = monthly_usd(load.with_(batch_share=rows), columns)[:, at]
        return np.asarray(usd[0] - usd[1:])

    if saved_usd <= 0:
        return 0.0
    if _cools(load):
        return _first(saved, saved_usd)
    most = float(saved(np.ones(1))[0])
    return saved_usd / most if most >= saved_usd else float("nan")


def _cools(load: Load) -> bool:
    """Whether calls that move to batch make the others find less: only where the hit rate follows from the traffic."""
    return bool(load.prefix_tokens > 0 and np.isnan(load.hit_rate))


def _first(rising: Callable[[Array], Array], target: float) -> float:
    """The first value in 0..1 at which `rising` reaches `target`, to 1e-9; NaN where it does not."""
    low, high = 0.0, 1.0
    for _ in range(_LEVELS):
        values = np.linspace(low, high, _GRID)
        reached = np.flatnonzero(rising(values) >= target)
        if not reached.size:
            return float("nan")
        high = float(values[reached[0]])
        low = float(values[max(int(reached[0]) - 1, 0)])
    return high


def sentences(load: Load, columns: Columns, at: int) -> tuple[str, ...]:
    """The break-evens of one offer in words, for one load of scalars."""
    return (*_caching(load, columns, at), *_batch(load, columns, at))


def _caching(load: Load, columns: Columns, at: int) -> Iterator[str]:
    name, price = columns.names[at], columns.price
    share, calls = hit_rate_that_pays(columns)[:, at], calls_per_hour_that_pay(columns)[:, at]
    sold = [k for k in range(len(LIFETIMES)) if not np.isnan(share[k])]
    if not price.caches[at]:
        yield f"{name} has no known price for cached tokens: nothing is saved by a prefix."
    elif price.write_is_input[at]:
        yield f"{name} charges nothing extra for a cache write: every hit saves."
    elif not sold:
        yield f"What a cache write costs at {name} is not known, and so is where caching pays."
    else:
        levels = [f"{wording.share(share[k])} hits with {LIFETIMES[k]} ({_calls(calls[k])})" for k in sold if np.isfinite(share[k])]
        yield f"Caching at {name} pays from {' or '.join(levels)} on." if levels else f"Caching never pays at {name}."
        yield from _longer(columns, at)
        if load.prefix_tokens > 0:
            yield f"Your traffic is {_calls(float(load.interactive_per_minute * 60 / load.prefixes))} on each prefix."


def _longer(columns: Columns, at: int) -> Iterator[str]:
    levels = calls_per_hour_for_longer(columns)[:, at]
    for (shorter, longer), level in zip(LIFETIME_PAIRS, levels, strict=True):
        if np.isfinite(level):
            yield f"{longer} is cheaper than {shorter} above {_calls(level)} on a prefix; in one burst without pauses {shorter} is."


def _batch(load: Load, columns: Columns, at: int) -> Iterator[str]:
    name = columns.names[at]
    if not batch_sold(columns.price)[BASE, at]:
        yield f"{name} sells no batch service."
        return
    # Where calls in batch leave the cache cold for the others, the cheapest share lies between none and all.
    shares = np.linspace(0, 1, _SHARES) if _cools(load) and columns.price.caches[at] else np.array([0.0, 1.0])
    usd = monthly_usd(load.with_(batch_share=shares[:, None]), figures_of(columns, np.array([at])))[:, 0]
    if np.isnan(usd).any():
        return
    alone, all_of_it, best = float(usd[0]), float(usd[-1]), int(usd.argmin())
    if best == 0:
        yield f"Batch saves nothing at {name}."
        return
    cold = " (batches keep no prefix warm)" if len(shares) > 2 else ""
    if all_of_it < alone:
        yield f"All calls of {name} in batch would cost {wording.usd(all_of_it)} a month instead of {wording.usd(alone)}{cold}."
    if best < len(shares) - 1:
        least, instead = wording.usd(float(usd[best])), "" if all_of_it < alone else f" instead of {wording.usd(alone)}"
        more = "" if all_of_it < alone else f"; all of them would cost {wording.usd(all_of_it)}{cold}"
        yield f"{wording.share(float(shares[best]))} of the calls in batch cost least at {name}: {least} a month{instead}{more}."
    if usd[best] <= load.budget_usd < alone:
        share = batch_share_that_saves(load, columns, at, saved_usd=alone - load.budget_usd)
        yield f"{wording.share(share)} of the calls in batch brings it inside the budget of {wording.usd(load.budget_usd)}."


def _calls(per_hour: float) -> str:
    return f"{per_hour:,.0f} calls an hour" if per_hour >= 10 else f"{per_hour:.2g} calls an hour"
