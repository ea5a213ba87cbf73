"""The inner loop of the limiter for many sets of limits at once; numbers are as in `kernels`."""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"

from __future__ import annotations

import numpy as np

from framework.simulation.compiling import compiled


@compiled
def refuse_lanes(time, charge, source, rate, unit, cap, fill, most, renewed, marks, huge):
    """Every call against every lane: admitted where all buckets hold its charge, refused at once where one does not.

    `charge` `(kinds, n)`, buckets `(K, lanes)`; `renewed` `(K, n)`: 1 where a fixed window began since the call before, `(K, 0)`
    without any. `huge`: some charge times its unit may leave int64, so that each is cut at `most`. `marks` `(n, lanes)` takes the
    buckets that were short as bits, `(0, 0)` for none. Gives refused `(lanes,)`, short `(K, lanes)`, and the first call refused
    `(lanes,)`, n where none is.
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
                asked = (min(c, most[k, lane]) if huge else c) * unit[k, lane]
                level[k, lane] = held
                enough = 1 if held >= asked else 0
                open_[lane] &= enough
                short[k, lane] += 1 - enough
        for k in range(buckets):
            c = charge[source[k], i]
            for lane in range(lanes):
                level[k, lane] -= (min(c, most[k, lane]) if huge else c) * unit[k, lane] * open_[lane]
        for lane in range(lanes):
            refused[lane] += 1 - open_[lane]
            first[lane] = min(first[lane], i + open_[lane] * n)
        if marked:
            _mark(marks, i, charge, source, level, unit, most, open_)
    return refused, short, first


@compiled
def _mark(marks, i, charge, source, level, unit, most, open_):
    for lane in range(open_.size):
        if open_[lane] == 0:
            for k in range(level.shape[0]):
                if level[k, lane] < min(charge[source[k], i], most[k, lane]) * unit[k, lane]:
                    marks[i, lane] |= np.uint8(1 << k)
