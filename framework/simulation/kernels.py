"""The inner loops of the limiter, compiled on first use and kept on disk.

All numbers are int64 and exact. Time is in microseconds since the first arrival; a bucket's level is in ticks: `unit` ticks are one token
(or call, or 1e-7 USD), `rate` ticks flow in each microsecond up to `cap`, and `fill` microseconds fill it from empty. A fixed window has
`rate` 0 and `window` > 0: it is full again at `offset + k * window`. `source` says which row of `charge` a bucket counts. Whoever builds
these arrays (`limiter`) sees to it that no product leaves int64.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

NEVER = -1
FOREVER = 1 << 61
FLIGHT = 62
"""The cause where the number of calls in flight was short; below it the index of the bucket, 63 for none."""
NONE = 63


def compiled(function) -> Any:
    """Kept on disk where there is a place that can be written to, else compiled anew by every process."""
    try:
        return njit(cache=True, nogil=True)(function)
    except RuntimeError:  # numba's word for: no such place
        return njit(nogil=True)(function)


@compiled
def refuse_lanes(time, charge, source, rate, unit, cap, fill, renewed, marks):
    """Every call against every lane: admitted where all buckets hold its charge, refused at once where one does not.

    `charge` `(kinds, n)`, buckets `(K, lanes)`; `renewed` `(K, n)`: 1 where a fixed window began since the call before, `(K, 0)`
    without any.
    `marks` `(n, lanes)` takes the buckets that were short as bits, `(0, 0)` for none. Gives refused `(lanes,)`, short `(K, lanes)`, and the
    first call refused `(lanes,)`, n where none is.
    """
    n, (buckets, lanes) = time.size, rate.shape
    level, open_ = cap.copy(), np.ones(lanes, np.int64)
    refused, first = np.zeros(lanes, np.int64), np.full(lanes, n, np.int64)
    short = np.zeros((buckets, lanes), np.int64)
    fixed, marked = renewed.shape[1] > 0, marks.shape[0] > 0
    last = time[0] if n else 0
    for i in range(n):
        gap = time[i] - last
        last = time[i]
        for lane in range(lanes):
            open_[lane] = 1
        for k in range(buckets):
            c = charge[source[k], i]
            begun = renewed[k, i] if fixed else 0
            for lane in range(lanes):
                held = level[k, lane] + min(gap, fill[k, lane]) * rate[k, lane] + begun * cap[k, lane]
                held = min(held, cap[k, lane])
                level[k, lane] = held
                enough = 1 if held >= c * unit[k, lane] else 0
                open_[lane] &= enough
                short[k, lane] += 1 - enough
        for k in range(buckets):
            c = charge[source[k], i]
            for lane in range(lanes):
                level[k, lane] -= c * unit[k, lane] * open_[lane]
        for lane in range(lanes):
            refused[lane] += 1 - open_[lane]
            first[lane] = min(first[lane], i + open_[lane] * n)
        if marked:
            _mark(marks, i, level, charge, source, unit, open_)
    return refused, short, first


@compiled
def _mark(marks, i, level, charge, source, unit, open_):
    for lane in range(open_.size):
        if open_[lane] == 0:
            for k in range(source.size):
                if level[k, lane] < charge[source[k], i] * unit[k, lane]:
                    marks[i, lane] |= np.uint8(1 << k)


@compiled
def _push(heap, size, value):
    place = size
    heap[place] = value
    while place > 0:
        parent = (place - 1) >> 1
        if heap[parent] <= heap[place]:
            break
        heap[parent], heap[place] = heap[place], heap[parent]
        place = parent
    return size + 1


@compiled
def _pop(heap, size):
    size -= 1
    heap[0] = heap[size]
    place = 0
    while True:
        child = 2 * place + 1
        if child >= size:
            return size
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[place] <= heap[child]:
            return size
        heap[place], heap[child] = heap[child], heap[place]
        place = child


# Helpers take scalars, not arrays: so the compiler folds them into the loops, which makes those ten times as fast.
@compiled
def _held(level, cap, rate, fill, window, offset, last, now):
    """What a bucket holds at `now`, untouched since `last`."""
    if window == 0:
        return min(level + min(now - last, fill) * rate, cap)
    return cap if (now - offset) // window != (last - offset) // window else level


@compiled
def _ready(now, lacking, rate, window, offset):
    """When a bucket that lacks so many ticks at `now` has them: the first whole microsecond."""
    if window == 0:
        return now + (lacking + rate - 1) // rate
    return now + window - (now - offset) % window


@compiled
def wait_lane(time, charge, source, rate, unit, cap, fill, window, offset, flight, duration):
    """Calls queue in order of arrival before one lane. Gives admitted `(n,)` (-1: larger than a bucket, never) and what was waited for.

    `flight`: how many calls may be under way at once, 0 for no limit; `duration` `(n,)` of each.
    """
    n, buckets = time.size, source.size
    admitted, cause = np.full(n, NEVER, np.int64), np.full(n, NONE, np.uint8)
    level, need, last = cap.copy(), np.zeros(buckets, np.int64), time[0] if n else 0
    ends, flying = np.empty(flight + 1, np.int64), 0
    queue = NONE
    for i in range(n):
        asked = max(time[i], last)
        start, why, large = asked, NONE, NONE
        for k in range(buckets):
            need[k] = charge[source[k], i] * unit[k]
            large = k if need[k] > cap[k] else large
            held = _held(level[k], cap[k], rate[k], fill[k], window[k], offset[k], last, asked)
            if held < need[k]:
                ready = _ready(asked, need[k] - held, rate[k], window[k], offset[k])
                if ready > start:
                    start, why = ready, k
        if large != NONE:
            cause[i] = large
            continue
        while flying > 0 and (ends[0] <= start or flying >= flight):
            if ends[0] > start:
                start, why = ends[0], FLIGHT
            flying = _pop(ends, flying)
        for k in range(buckets):
            level[k] = _held(level[k], cap[k], rate[k], fill[k], window[k], offset[k], last, start) - need[k]
        if flight > 0:
            flying = _push(ends, flying, start + duration[i])
        if why == NONE and start > time[i]:
            why = queue  # held up only by those before it
        last, queue, admitted[i], cause[i] = start, why, start, why
    return admitted, cause


@compiled
def _hash(seed, request, attempt):
    """splitmix64 of the three: 32 random bits."""
    x = np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(request) * np.uint64(0xD1B54A32D192ED03) + np.uint64(attempt + 1)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.int64((x ^ (x >> np.uint64(31))) >> np.uint64(32))


@compiled
def _before(times, calls, one, other):
    return times[one] < times[other] or (times[one] == times[other] and calls[one] < calls[other])


@compiled
def _swap(times, calls, tries, one, other):
    times[one], times[other] = times[other], times[one]
    calls[one], calls[other] = calls[other], calls[one]
    tries[one], tries[other] = tries[other], tries[one]


@compiled
def _later(times, calls, tries, size, moment, call, attempt):
    """Put an attempt on the heap of those to come, the earliest on top, of equal ones that of the earlier call."""
    place = size
    times[place], calls[place], tries[place] = moment, call, attempt
    while place > 0:
        parent = (place - 1) >> 1
        if not _before(times, calls, place, parent):
            break
        _swap(times, calls, tries, place, parent)
        place = parent
    return size + 1


@compiled
def _taken(times, calls, tries, size):
    """Take the top off the heap."""
    size -= 1
    times[0], calls[0], tries[0] = times[size], calls[size], tries[size]
    place = 0
    while True:
        child = 2 * place + 1
        if child >= size:
            return size
        if child + 1 < size and _before(times, calls, child + 1, child):
            child += 1
        if not _before(times, calls, child, place):
            return size
        _swap(times, calls, tries, place, child)
        place = child


@compiled
def _pause(seed, call, attempt, first_us, cap_us):
    """Microseconds before the next attempt: `min(first * 2^attempt, cap)`, less up to a quarter by chance."""
    base = min(first_us << min(attempt, 30), cap_us)
    return base - (base * (_hash(seed, call, attempt) >> 1) >> 33)


@compiled
def retry_lane(
    time, charge, source, rate, unit, cap, fill, window, offset, flight, duration, seed, retries, first_us, cap_us, header_cap_us
):
    """Calls that try again as the SDKs do. Gives admitted `(n,)` (-1: given up), attempts `(n,)`, and what refused the last attempt.

    `header_cap_us`: the longest `retry-after` that is obeyed; a longer one ends the call, 0: none is sent. The provider is taken to say in
    whole seconds when its buckets will hold the call if nobody else comes.
    """
    n, buckets = time.size, source.size
    admitted, cause, attempts = np.full(n, NEVER, np.int64), np.full(n, NONE, np.uint8), np.zeros(n, np.int64)
    level, last = cap.copy(), time[0] if n else 0
    ends, flying = np.empty(flight + 1, np.int64), 0
    times, calls, tries = np.empty(n + 1, np.int64), np.empty(n + 1, np.int64), np.empty(n + 1, np.int64)
    waiting, i = 0, 0
    while i < n or waiting > 0:
        if waiting > 0 and (i >= n or times[0] <= time[i]):
            now, call, attempt = times[0], calls[0], tries[0]
            waiting = _taken(times, calls, tries, waiting)
        else:
            now, call, attempt = time[i], i, 0
            i += 1
        attempts[call] += 1
        why, ready = NONE, now
        for k in range(buckets):
            need = charge[source[k], call] * unit[k]
            level[k] = _held(level[k], cap[k], rate[k], fill[k], window[k], offset[k], last, now)
            if level[k] < need:
                at = _ready(now, need - level[k], rate[k], window[k], offset[k]) if need <= cap[k] else FOREVER
                if at > ready:
                    ready, why = at, k
        last = now
        while flying > 0 and ends[0] <= now:
            flying = _pop(ends, flying)
        if why == NONE and flight > 0 and flying >= flight:
            why, ready = FLIGHT, ends[0]
        cause[call] = why if why != NONE else cause[call]
        if why == NONE:
            for k in range(buckets):
                level[k] -= charge[source[k], call] * unit[k]
            if flight > 0:
                flying = _push(ends, flying, now + duration[call])
            admitted[call] = now
        elif attempt < retries:
            pause = _pause(seed, call, attempt, first_us, cap_us)
            if header_cap_us > 0:
                told = (ready - now + 999_999) // 1_000_000 * 1_000_000
                pause = told
                if told > header_cap_us:
                    continue
            waiting = _later(times, calls, tries, waiting, now + pause, call, attempt + 1)
    return admitted, attempts, cause


@compiled
def refuse_lane(time, charge, source, rate, unit, cap, fill, window, offset, flight, duration):
    """One lane with a limit on calls in flight: a call is refused at once where a bucket or a place is missing."""
    admitted, _, cause = retry_lane(
        time, charge, source, rate, unit, cap, fill, window, offset, flight, duration, 0, 0, np.int64(1), np.int64(1), np.int64(0)
    )
    return admitted, cause
