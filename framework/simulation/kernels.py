"""The inner loops of the limiter for one set of limits, call by call; `lane_kernel` has the one for many sets at once.

All numbers are int64 and exact. Time is in microseconds since the first arrival; a bucket's level is in ticks: `unit` ticks are one token
(or call, or 1e-7 USD), `rate` ticks flow in each microsecond up to `cap`, `fill` microseconds fill it from empty, and `most` tokens are the
fewest that it never holds. A fixed window has `rate` 0 and `window` > 0: it is full again at `offset + k * window`. `source` says which row
of `charge` a bucket counts. Whoever builds these arrays (`limiter`) sees to it that no product of them leaves int64, and a charge counts as
no more than `most`, so that none of any size does.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"

from __future__ import annotations

import numpy as np

from framework.simulation.compiling import compiled

NEVER = -1
FOREVER = 1 << 61
FLIGHT = 62
"""The cause where the number of calls in flight was short; below it the index of the bucket, 63 for none."""
NONE = 63
SOURCE, RATE, UNIT, CAP, FILL, MOST, WINDOW, OFFSET = range(8)
"""The columns of the buckets of one lane, `(K, 8)`: one table is read far faster than eight arrays. Rows are unsigned where they are an
index, which spares the question whether they count from the end: a tenth of the time."""


# Helpers take scalars, not rows: so the compiler folds them into the loops, which makes those ten times as fast.
@compiled
def _held(level, cap, rate, fill, window, offset, last, now):
    """What a bucket holds at `now`, untouched since `last`."""
    if window == 0:
        return min(level + min(now - last, fill) * rate, cap)
    return cap if (now - offset) // window != (last - offset) // window else level


@compiled
def _ready(now, need, held, cap, rate, window, offset):
    """The first whole microsecond at which a bucket that holds too little `now` holds enough; FOREVER where it never does."""
    if need > cap:
        return FOREVER
    if window == 0:
        return now + (need - held + rate - 1) // rate
    return now + window - (now - offset) % window


@compiled
def _room(size):
    """Place for a heap of `size` moments, each with its call and its attempt."""
    return np.empty(size + 1, np.int64), np.empty(size + 1, np.int64), np.empty(size + 1, np.int64)


@compiled
def _before(times, calls, one, other):
    return times[one] < times[other] or (times[one] == times[other] and calls[one] < calls[other])


@compiled
def _swap(times, calls, tries, one, other):
    times[one], times[other] = times[other], times[one]
    calls[one], calls[other] = calls[other], calls[one]
    tries[one], tries[other] = tries[other], tries[one]


@compiled
def _put(times, calls, tries, size, moment, call, attempt):
    """Put a moment on the heap of those to come, the earliest on top, of equal ones that of the earlier call."""
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
def _take(times, calls, tries, size):
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
def wait_lane(time, charge, b, flight, duration, admitted, cause):
    """Calls queue in order of arrival before one lane. Fills admitted `(n,)` (-1: larger than a bucket, never) and what was waited for.

    `b` `(K, 8)` in the columns above; `flight`: how many calls may be under way at once, 0 for no limit; `duration` `(n,)` of each. The
    arrays to fill come from NumPy, which asks for large pages of memory: that is four times as fast as arrays made here.
    """
    n, buckets = time.size, b.shape[0]
    level, last, queue = b[:, CAP].copy(), time[0] if n else 0, NONE
    ends, calls, tries = _room(min(flight, n))
    flying = 0
    for i in range(n):
        now = max(time[i], last)
        start, why = now, NONE
        for k in range(buckets):
            need = min(charge[np.uint64(b[k, SOURCE]), i], b[k, MOST]) * b[k, UNIT]
            held = _held(level[k], b[k, CAP], b[k, RATE], b[k, FILL], b[k, WINDOW], b[k, OFFSET], last, now)
            level[k] = held - need  # on credit: below zero until `start`
            if held < need:
                ready = _ready(now, need, held, b[k, CAP], b[k, RATE], b[k, WINDOW], b[k, OFFSET])
                if ready > start:
                    start, why = ready, k
        last, admitted[i], cause[i] = now, NEVER, why
        if start == FOREVER:
            for k in range(buckets):
                level[k] += min(charge[np.uint64(b[k, SOURCE]), i], b[k, MOST]) * b[k, UNIT]
            continue
        if flight > 0:
            while flying > 0 and (ends[0] <= start or flying >= flight):
                if ends[0] > start:
                    start, why = ends[0], FLIGHT
                flying = _take(ends, calls, tries, flying)
            flying = _put(ends, calls, tries, flying, start + duration[i], i, 0)
        if start > now:
            for k in range(buckets):
                room = b[k, CAP] - min(charge[np.uint64(b[k, SOURCE]), i], b[k, MOST]) * b[k, UNIT]
                level[k] = _held(level[k], room, b[k, RATE], b[k, FILL], b[k, WINDOW], b[k, OFFSET], now, start)
        if why == NONE and start > time[i]:
            why = queue  # held up only by those before it
        last, queue, admitted[i], cause[i] = start, why, start, why


@compiled
def _hash(seed, request, attempt):
    """splitmix64 of the three: 32 random bits."""
    x = np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(request) * np.uint64(0xD1B54A32D192ED03) + np.uint64(attempt + 1)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.int64((x ^ (x >> np.uint64(31))) >> np.uint64(32))


@compiled
def _pause(seed, call, attempt, first_us, cap_us):
    """Microseconds before the next attempt: `min(first * 2^attempt, cap)`, less up to a quarter by chance."""
    base = min(first_us << min(attempt, 30), cap_us)
    return base - (base * (_hash(seed, call, attempt) >> 1) >> 33)


@compiled
def retry_lane(time, charge, b, flight, duration, admitted, cause, attempts, seed, retries, first_us, cap_us, header_cap_us, second_us):
    """Calls that try again as the SDKs do. Fills admitted `(n,)` (-1: given up), what refused the last attempt, and attempts `(n,)`.

    `attempts` may be `(0,)` where nobody counts.
    `header_cap_us`: the longest `retry-after` that is obeyed; a longer one ends the call, 0: none is sent. The provider is taken to say in
    whole seconds, of `second_us`, when its buckets will hold the call if nobody else comes.
    """
    n, buckets = time.size, b.shape[0]
    counted = attempts.size > 0
    level, last = b[:, CAP].copy(), time[0] if n else 0
    ends, users, unused = _room(min(flight, n))
    times, calls, tries = _room(n if retries > 0 else 0)
    flying, waiting, i = 0, 0, 0
    while i < n or waiting > 0:
        if waiting > 0 and (i >= n or times[0] <= time[i]):
            now, call, attempt = times[0], calls[0], tries[0]
            waiting = _take(times, calls, tries, waiting)
        else:
            now, call, attempt = time[i], i, 0
            admitted[i], cause[i] = NEVER, NONE
            i += 1
        if counted:
            attempts[call] = attempt + 1
        why, ready = NONE, now
        for k in range(buckets):
            need = min(charge[np.uint64(b[k, SOURCE]), call], b[k, MOST]) * b[k, UNIT]
            held = _held(level[k], b[k, CAP], b[k, RATE], b[k, FILL], b[k, WINDOW], b[k, OFFSET], last, now)
            level[k] = held - need  # given back below if it is refused
            if held < need:
                at = _ready(now, need, held, b[k, CAP], b[k, RATE], b[k, WINDOW], b[k, OFFSET])
                if at > ready:
                    ready, why = at, k
        last = now
        while flying > 0 and ends[0] <= now:
            flying = _take(ends, users, unused, flying)
        if why == NONE and flight > 0 and flying >= flight:
            why, ready = FLIGHT, ends[0]
        if why == NONE:
            admitted[call] = now
            if flight > 0:
                flying = _put(ends, users, unused, flying, now + duration[call], call, 0)
            continue
        cause[call] = why
        for k in range(buckets):
            level[k] += min(charge[np.uint64(b[k, SOURCE]), call], b[k, MOST]) * b[k, UNIT]
        told = (ready - now + second_us - 1) // second_us * second_us
        if attempt < retries and (header_cap_us == 0 or told <= header_cap_us):
            pause = told if header_cap_us > 0 else _pause(seed, call, attempt, first_us, cap_us)
            waiting = _put(times, calls, tries, waiting, now + pause, call, attempt + 1)
