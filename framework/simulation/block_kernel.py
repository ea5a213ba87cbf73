"""The inner loop of the limiter for one set of buckets through a long traffic: stretches in which none can run short are skipped.

Numbers are as in `kernels`. Two facts carry it. A bucket that holds what a whole block of calls is charged refuses none of them. And a
level that starts too low stays too low: counted on from a level that a bucket holds at least, what comes out is held at least. So a block
is skipped on such a bound, and only a call for which the bound is too little asks for the level itself, which is then counted again from
where it was last known: every call since was admitted.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"

from __future__ import annotations

import numpy as np

from framework.simulation.compiling import compiled
from framework.simulation.kernels import CAP, FILL, MOST, RATE, SOURCE, UNIT

SMALL_BITS, MIDDLE_BITS, LARGE_BITS = 3, 5, 8
SMALL, MIDDLE, LARGE = 1 << SMALL_BITS, 1 << MIDDLE_BITS, 1 << LARGE_BITS
"""Calls in a block."""


@compiled
def block_sums(charge, rows, size):
    """`(kinds, blocks)`: what so many calls in a row are charged together, of some `rows`; in the last block there may be fewer."""
    kinds, n = charge.shape
    sums = np.zeros((kinds, (n + size - 1) // size), np.int64)
    whole = n // size
    for kind in rows:
        row, into = charge[kind], sums[kind]
        for block in range(whole):
            total = 0
            for i in range(np.uint64(size)):
                total += row[np.uint64(block * size) + i]
            into[block] = total
        for i in range(whole * size, n):
            into[whole] += row[i]
    return sums


@compiled
def refuse_by_blocks(time, charge, small, middle, large, b, bit, marks, at_all):
    """Every call against one set, admitted where all buckets hold its charge, refused at once where one does not.

    `small`, `middle`, `large`: `block_sums` of the charges. `b` `(K, 8)` without fixed windows. `marks` `(n,)` takes the buckets that were
    short, each as its `bit` `(K,)`, `(0,)` for none. Gives refused, the first call refused (n where none is), and `(K,)` calls that found
    each bucket short. `at_all`: no further than it takes to tell whether any is refused.
    """
    n, buckets = time.size, b.shape[0]
    level, held, asked = b[:, CAP].copy(), np.zeros(buckets, np.int64), np.zeros(buckets, np.int64)
    sure, since, known = np.ones(buckets, np.bool_), np.zeros(buckets, np.int64), level.copy()
    short = np.zeros(buckets, np.int64)
    refused, first = 0, n
    i, patience = 0, SMALL
    while i < n and not (at_all and refused):
        size = _skipped(time, i, large, LARGE_BITS, b, level, held, sure, since, known) if i & (LARGE - 1) == 0 else 0
        if size == 0 and i & (MIDDLE - 1) == 0:
            size = _skipped(time, i, middle, MIDDLE_BITS, b, level, held, sure, since, known)
        if size == 0:
            size = _skipped(time, i, small, SMALL_BITS, b, level, held, sure, since, known)
        if size:
            i, patience = i + size, SMALL
            continue
        stop = min(i + patience, n)
        patience = min(2 * patience, LARGE)
        i = _bounded(time, charge, b, i, stop, level, held, sure)
        if i == stop:
            continue
        for k in range(buckets):
            if not sure[k]:
                level[k], sure[k] = _counted(time, charge, b, k, since[k], known[k], i), True
        if buckets == 1:
            more, early = _one(time, charge, b, i, stop, level, short, bit, marks)
        elif buckets == 2:
            more, early = _two(time, charge, b, i, stop, level, short, bit, marks)
        else:
            more, early = _several(time, charge, b, i, stop, level, held, asked, short, bit, marks)
        refused, first = refused + more, min(first, early)
        i = stop
    return refused, first, short


@compiled
def _skipped(time, i, sums, bits, b, level, held, sure, since, known):
    """How many calls from `i` on are admitted for sure, a block or none; `level` is then what is held after them at least."""
    buckets, block, now = level.size, np.uint64(i >> bits), time[i]
    gap = now - time[max(i - 1, 0)]
    for k in range(buckets):
        held[k] = min(level[k] + min(gap, b[k, FILL]) * b[k, RATE], b[k, CAP])
        if min(sums[np.uint64(b[k, SOURCE]), block], b[k, MOST]) * b[k, UNIT] > held[k]:
            return 0
    behind = min(i + (1 << bits), time.size)
    for k in range(buckets):
        if sure[k]:
            since[k], known[k] = i, level[k]
        full = held[k] + min(time[behind - 1] - now, b[k, FILL]) * b[k, RATE]
        # What would not overflow without the calls does not with them: then the bound is the level.
        sure[k] &= full <= b[k, CAP]
        level[k] = min(full, b[k, CAP]) - sums[np.uint64(b[k, SOURCE]), block] * b[k, UNIT]
    return behind - i


@compiled
def _bounded(time, charge, b, i, stop, level, held, sure):
    """The first call from `i` on that the bounds do not admit for sure, `stop` where they admit all; at once where all levels are known."""
    buckets = level.size
    for at in range(i, stop):
        unsure = 0
        for k in range(buckets):
            unsure += not sure[k]
        if unsure == 0:
            return at
        gap = time[at] - time[max(at - 1, 0)]
        for k in range(buckets):
            held[k] = min(level[k] + min(gap, b[k, FILL]) * b[k, RATE], b[k, CAP])
            if held[k] < min(charge[np.uint64(b[k, SOURCE]), at], b[k, MOST]) * b[k, UNIT]:
                return at
        for k in range(buckets):
            # A bound that fills the bucket is its level: the next bound is counted from there.
            if held[k] == b[k, CAP]:
                sure[k] = True
            level[k] = held[k] - charge[np.uint64(b[k, SOURCE]), at] * b[k, UNIT]
    return stop


@compiled
def _counted(time, charge, b, k, start, level, i):
    """What a bucket holds after call `i - 1`, all from `start` on having been admitted, before which it held `level`."""
    rate, unit, cap, fill = b[k, RATE], b[k, UNIT], b[k, CAP], b[k, FILL]
    source = np.uint64(b[k, SOURCE])
    last = time[max(start - 1, 0)]
    for at in range(start, i):
        level = min(level + min(time[at] - last, fill) * rate, cap) - charge[source, at] * unit
        last = time[at]
    return level


@compiled
def _one(time, charge, b, start, stop, level, short, bit, marks):
    """Calls one by one against a single bucket whose level is known: how many are refused, and the first of them."""
    rate, unit, cap, fill, most = b[0, RATE], b[0, UNIT], b[0, CAP], b[0, FILL], b[0, MOST]
    source = np.uint64(b[0, SOURCE])
    holds, last = level[0], time[max(start - 1, 0)]
    refused, first = 0, time.size
    for i in range(start, stop):
        holds = min(holds + min(time[i] - last, fill) * rate, cap)
        last = time[i]
        asked = min(charge[source, i], most) * unit
        lacks = 1 if holds < asked else 0
        holds -= asked * (1 - lacks)
        refused += lacks
        first = min(first, i + (1 - lacks) * time.size)
        if marks.size:
            marks[i] |= np.uint8(lacks << bit[0])
    level[0] = holds
    short[0] += refused
    return refused, first


@compiled
def _two(time, charge, b, start, stop, level, short, bit, marks):
    """The same against two: in variables of their own, twice as fast as in a loop."""
    rate, unit, cap, fill, most = b[0, RATE], b[0, UNIT], b[0, CAP], b[0, FILL], b[0, MOST]
    rate_2, unit_2, cap_2, fill_2, most_2 = b[1, RATE], b[1, UNIT], b[1, CAP], b[1, FILL], b[1, MOST]
    source, source_2 = np.uint64(b[0, SOURCE]), np.uint64(b[1, SOURCE])
    holds, holds_2, last = level[0], level[1], time[max(start - 1, 0)]
    refused, first = 0, time.size
    for i in range(start, stop):
        gap = time[i] - last
        last = time[i]
        holds = min(holds + min(gap, fill) * rate, cap)
        holds_2 = min(holds_2 + min(gap, fill_2) * rate_2, cap_2)
        asked, asked_2 = min(charge[source, i], most) * unit, min(charge[source_2, i], most_2) * unit_2
        lacks, lacks_2 = 1 if holds < asked else 0, 1 if holds_2 < asked_2 else 0
        closed = lacks | lacks_2
        holds -= asked * (1 - closed)
        holds_2 -= asked_2 * (1 - closed)
        short[0] += lacks
        short[1] += lacks_2
        refused += closed
        first = min(first, i + (1 - closed) * time.size)
        if marks.size:
            marks[i] |= np.uint8(lacks << bit[0] | lacks_2 << bit[1])
    level[0], level[1] = holds, holds_2
    return refused, first


@compiled
def _several(time, charge, b, start, stop, level, held, asked, short, bit, marks):
    """The same against any number."""
    buckets, last = level.size, time[max(start - 1, 0)]
    refused, first = 0, time.size
    for i in range(start, stop):
        gap = time[i] - last
        last = time[i]
        bits = 0
        for k in range(buckets):
            held[k] = min(level[k] + min(gap, b[k, FILL]) * b[k, RATE], b[k, CAP])
            asked[k] = min(charge[np.uint64(b[k, SOURCE]), i], b[k, MOST]) * b[k, UNIT]
            lacks = 1 if held[k] < asked[k] else 0
            short[k] += lacks
            bits |= lacks << bit[k]
        closed = 1 if bits else 0
        for k in range(buckets):
            level[k] = held[k] - asked[k] * (1 - closed)
        refused += closed
        first = min(first, i + (1 - closed) * time.size)
        if marks.size:
            marks[i] |= np.uint8(bits)
    return refused, first
