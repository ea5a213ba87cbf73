"""A trace at another volume on its own time scale: bursts stay as long as they are, there are more or fewer requests in them.

Stretching the clock instead would turn a burst of a second into one of ten, and a limit counts by the second.
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np
from numpy.typing import NDArray

from framework.errors import TraceError
from framework.simulation.arrivals import Arrivals, Ints
from framework.simulation.trace_dates import DAY_S, SECOND_US

MAX_REQUESTS = 20_000_000
_MINUTE_US = 60 * SECOND_US
_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_Words = NDArray[np.uint64]


def per_minute(arrivals: Arrivals) -> float:
    """Mean requests per minute from the first to the last; NaN where all come at once."""
    span_us = int(arrivals.time_us[-1]) if len(arrivals) else 0
    return (len(arrivals) - 1) * _MINUTE_US / span_us if span_us else math.nan


def scaled(arrivals: Arrivals, *, to_per_minute: float, seed: int) -> Arrivals:
    """The same traffic at a mean of `to_per_minute` requests; the same arguments give the same requests.

    Below the trace's own mean each request is kept with the probability that is wanted of its own. Above it, whole copies are laid over
    each other and one that is thinned so, each begun elsewhere in the trace and led around its end, as other users of the same kind would
    come: so bursts of many copies even out, as those of independent users do. The number kept is drawn, and so is only near the mean
    that is asked. Users of a copy are others than those of the trace. `TraceError` where no rate can be told, nothing is left or it is
    more than 20 million requests.
    """
    factor = _factor(arrivals, to_per_minute)
    copies = math.floor(factor)
    parts = [_copy(arrivals, copy, seed) for copy in range(copies)]
    if factor > copies:
        chances = _words(seed, copies, len(arrivals) + 1)[1:]  # the first one decides where the copy begins
        parts.append(_thinned(_copy(arrivals, copies, seed), factor - copies, chances))
    return _laid_over(parts, arrivals)


def _factor(arrivals: Arrivals, to_per_minute: float) -> float:
    own = per_minute(arrivals)
    if math.isnan(own):
        cure = "take a longer one, or replay it as recorded"
        raise TraceError(f"a trace whose requests all come at once has no rate and cannot be rescaled; {cure}")
    if not (math.isfinite(to_per_minute) and to_per_minute > 0):
        raise TraceError(f"a trace cannot be rescaled to {to_per_minute:g} requests per minute; give a rate above 0")
    factor = to_per_minute / own
    if factor * len(arrivals) > MAX_REQUESTS:
        raise TraceError(f"{to_per_minute:,.0f} requests per minute are more than {MAX_REQUESTS:,} over this trace; take a shorter one")
    return factor


def _copy(arrivals: Arrivals, copy: int, seed: int) -> Arrivals:
    """The trace from another place in it on, the first copy from its start; around its end by the mean gap."""
    if copy == 0:
        return arrivals
    period_us = _period_us(arrivals)
    offset_us = int(_words(seed, copy, 1)[0] % np.uint64(period_us))
    time = (arrivals.time_us + offset_us) % period_us
    order = np.argsort(time, kind="stable")
    moved = _taken(arrivals, order)
    user = None if moved.user is None else moved.user + copy * (int(moved.user.max()) + 1)
    return dataclasses.replace(moved, time_us=time[order], user=user)


def _period_us(arrivals: Arrivals) -> int:
    """From the first request to one mean gap behind the last: led around it, the mean rate stays what it is."""
    span_us, count = int(arrivals.time_us[-1]), len(arrivals)
    return span_us + max(1, round(span_us / (count - 1)))


def _thinned(arrivals: Arrivals, share: float, words: _Words) -> Arrivals:
    return _taken(arrivals, np.flatnonzero((words >> np.uint64(11)) * 2.0**-53 < share))


def _taken(arrivals: Arrivals, rows: Ints) -> Arrivals:
    user = None if arrivals.user is None else arrivals.user[rows]
    return Arrivals(arrivals.time_us[rows], arrivals.input_tokens[rows], arrivals.output_tokens[rows], user, arrivals.starts_s)


def _laid_over(parts: list[Arrivals], whole: Arrivals) -> Arrivals:
    """All parts in one order of time, counted from the first request that is left."""
    time = np.concatenate([part.time_us for part in parts])
    if not len(time):
        raise TraceError("no request of the trace is left at this rate; ask for a higher one, or take a longer trace")
    order = np.argsort(time, kind="stable")
    first_us = int(time[order[0]])
    users = [part.user for part in parts if part.user is not None]
    return Arrivals(
        time_us=time[order] - first_us,
        input_tokens=np.concatenate([part.input_tokens for part in parts])[order],
        output_tokens=np.concatenate([part.output_tokens for part in parts])[order],
        user=np.concatenate(users)[order] if users else None,
        starts_s=None if whole.starts_s is None else (whole.starts_s + first_us / SECOND_US) % DAY_S,
    )


def _words(seed: int, copy: int, count: int) -> _Words:
    """`(count,)`: 64 well-mixed bits for each number of a copy (SplitMix64, public domain, Vigna 2015), the same on every machine."""
    start = _mixed(_mixed(np.array([seed % 2**64], dtype=np.uint64)) + np.uint64(copy))
    return numbered(start, count)


def numbered(start: np.uint64 | _Words, count: int) -> _Words:
    """`(count,)`: 64 well-mixed bits for each number from 0 on, SplitMix64 begun at `start`."""
    return _mixed(start + np.arange(count, dtype=np.uint64) * _GAMMA)


def _mixed(words: _Words) -> _Words:
    words = words + _GAMMA
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))
