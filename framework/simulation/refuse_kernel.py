"""The inner loop of the limiter for one set of limits under *refuse*, call by call; numbers are as in `kernels`."""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"

from __future__ import annotations

import numpy as np

from framework.simulation.compiling import compiled
from framework.simulation.kernels import CAP, FILL, MOST, NEVER, NONE, RATE, SOURCE, UNIT, WINDOW, _ready, retry_lane


@compiled
def refuse_lane(time, charge, b, flight, duration, admitted, cause):
    """Refused at once where a bucket or a place in flight is missing. Fills admitted `(n,)` (-1: refused) and what refused it."""
    if flight > 0 or b[:, WINDOW].any():
        one = np.int64(1)
        retry_lane(time, charge, b, flight, duration, admitted, cause, np.zeros(0, np.int64), 0, 0, one, one, np.int64(0), one)
    elif len(b) == 3:
        _three(time, charge, b, admitted, cause)
    else:
        _several(time, charge, b, admitted, cause)


@compiled
def _slowest(now, i, charge, b, level):
    """Of several buckets that hold too little for a call the one that takes longest, the first of equals."""
    until, why = now, NONE
    for k in range(level.size):
        need = min(charge[np.uint64(b[k, SOURCE]), i], b[k, MOST]) * b[k, UNIT]
        if level[k] < need:
            at = _ready(now, need, level[k], b[k, CAP], b[k, RATE], np.int64(0), np.int64(0))
            if at > until:
                until, why = at, k
    return why


@compiled
def _several(time, charge, b, admitted, cause):
    level, last = b[:, CAP].copy(), time[0] if time.size else 0
    for i in range(time.size):
        now = time[i]
        gap, last = now - last, now
        short, why = 0, NONE
        for k in range(level.size):
            need = min(charge[np.uint64(b[k, SOURCE]), i], b[k, MOST]) * b[k, UNIT]
            held = min(level[k] + min(gap, b[k, FILL]) * b[k, RATE], b[k, CAP])
            level[k] = held - need
            if held < need:
                short, why = short + 1, k
        admitted[i], cause[i] = now, why
        if short == 0:
            continue
        admitted[i] = NEVER
        for k in range(level.size):
            level[k] += min(charge[np.uint64(b[k, SOURCE]), i], b[k, MOST]) * b[k, UNIT]
        if short > 1:
            cause[i] = _slowest(now, i, charge, b, level)


@compiled
def _three(time, charge, b, admitted, cause):
    """The same against three, calls and tokens in and out, in variables of their own: a third faster than in a loop."""
    rate, unit, cap, fill, most = b[0, RATE], b[0, UNIT], b[0, CAP], b[0, FILL], b[0, MOST]
    rate_2, unit_2, cap_2, fill_2, most_2 = b[1, RATE], b[1, UNIT], b[1, CAP], b[1, FILL], b[1, MOST]
    rate_3, unit_3, cap_3, fill_3, most_3 = b[2, RATE], b[2, UNIT], b[2, CAP], b[2, FILL], b[2, MOST]
    first, second, third = charge[b[0, SOURCE]], charge[b[1, SOURCE]], charge[b[2, SOURCE]]
    holds, holds_2, holds_3, last = cap, cap_2, cap_3, time[0] if time.size else 0
    level = np.zeros(3, np.int64)
    for i in range(time.size):
        now = time[i]
        gap, last = now - last, now
        holds = min(holds + min(gap, fill) * rate, cap)
        holds_2 = min(holds_2 + min(gap, fill_2) * rate_2, cap_2)
        holds_3 = min(holds_3 + min(gap, fill_3) * rate_3, cap_3)
        asked, asked_2, asked_3 = min(first[i], most) * unit, min(second[i], most_2) * unit_2, min(third[i], most_3) * unit_3
        short = (holds < asked) | (holds_2 < asked_2) << 1 | (holds_3 < asked_3) << 2
        open_ = 0 if short else 1
        holds -= asked * open_
        holds_2 -= asked_2 * open_
        holds_3 -= asked_3 * open_
        admitted[i], cause[i] = (NEVER if short else now), NONE
        if short:
            cause[i] = short >> 1
            if short != 1 and short != 2 and short != 4:
                level[0], level[1], level[2] = holds, holds_2, holds_3
                cause[i] = _slowest(now, i, charge, b, level)
