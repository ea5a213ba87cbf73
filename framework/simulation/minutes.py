"""The minutes of a day and of a week, and measured rates brought to them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

DAY_MINUTES = 1_440
WEEK_DAYS = 7
WEEK_MINUTES = WEEK_DAYS * DAY_MINUTES


def by_minute(step_s: float, rate: Array) -> Array:
    """Mean rate of each minute, 1 on average, of as many whole weeks as there are, else of the first day.

    A last day that lacks at most a hundredth of a week goes on at its last rate. Steps longer than a minute are not smoothed: that would
    lower the peak.
    """
    step, have = step_s / 60, step_s * len(rate) / 60
    weeks = int(have / WEEK_MINUTES + 0.01)
    minutes = weeks * WEEK_MINUTES or DAY_MINUTES
    if have < minutes - 0.01 * WEEK_MINUTES:
        raise ValueError(f"a series of {have:,.0f} minutes is shorter than a day")
    known = np.append(rate, np.full(math.ceil(max(minutes - have, 0.0) / step), rate[-1]))
    at = np.arange(minutes + 1.0)
    edges = np.arange(len(known) + 1) * step
    shared = np.diff(np.interp(at, edges, np.concatenate([[0.0], np.cumsum(known * step)])))
    # A minute within one step has its rate exactly; the others share the steps that they touch.
    first, last = np.floor(at[:-1] / step + 1e-9).astype(int), np.ceil(at[1:] / step - 1e-9).astype(int) - 1
    each = np.where(first == last, known[first], shared)
    return np.asarray(each / each.mean())
