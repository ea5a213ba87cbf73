"""Primary down: which calls fail, what a fallback makes of them, and what a year of such incidents comes to.

An outage is a share of the calls of a window that fails for good: the client's retries fall within it and do not help. What a fallback
does with them is a replay like any other, of calls that it had not seen before.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framework.simulation.replay import Outcome, Replay, outcome

Ints = NDArray[np.int64]
Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

HOUR_US = 3_600_000_000
DAYS_PER_YEAR = 365
HOURS_PER_YEAR = 24 * DAYS_PER_YEAR


@dataclass(frozen=True)
class Window:
    """From `start_us` on, `end_us` not within, and the `rows` of the calls that come meanwhile."""

    start_us: int
    end_us: int
    rows: slice

    def __len__(self) -> int:
        return int(self.rows.stop - self.rows.start)


def worst_window(time_us: Ints, hours: float) -> Window:
    """The first of the windows that long which hold the most calls; `time_us` `(n,)` never falls.

    Some window with the most calls begins with a call, so that only those are looked at. No window goes on behind the last call: the
    traffic is not repeated.
    """
    length_us = max(1, round(hours * HOUR_US))
    if not len(time_us):
        return Window(0, length_us, slice(0, 0))
    ends = np.searchsorted(time_us, time_us + length_us, side="left")
    first = int((ends - np.arange(len(time_us))).argmax())
    return Window(int(time_us[first]), int(time_us[first]) + length_us, slice(first, int(ends[first])))


def failing_rows(window: Window, luck: Array, failing_share: float) -> Ints:
    """Rows of the calls that fail, in order: those with the least luck `(n,)` of the window, so that a larger share holds a smaller one."""
    count = round(failing_share * len(window))
    if count == len(window):
        return np.arange(window.rows.start, window.rows.stop)
    return np.sort(window.rows.start + np.argpartition(luck[window.rows], count)[:count])


@dataclass(frozen=True, eq=False)
class Held:
    """What became of the calls that a fallback took over, as shares of them; `late`: refused, or served after more than the longest wait.

    `in_time` `(moved,)` tells it call by call. `first_s` after the start of the outage came the first one that was not in time, NaN none.
    """

    refused_share: float
    delayed_share: float
    late_share: float
    first_s: float
    in_time: Bools
    result: Outcome

    @property
    def binding(self) -> str | None:
        """The limit that refused or delayed most, None where none did."""
        return self.result.binding


def held(replayed: Replay, moved: Bools, *, max_wait_s: float) -> Held:
    """Of a replay with the time counted from the start of the outage, the `moved` `(n,)` calls; others draw on the same buckets."""
    parts = {name: getattr(replayed, name)[moved] for name in ("time_us", "admitted_us", "attempts", "cause")}
    mine = dataclasses.replace(replayed, **parts)
    late = mine.refused | (mine.admitted_us - mine.time_us > round(1e6 * min(max_wait_s, 1e9)))
    told, n = outcome(mine), max(len(mine.time_us), 1)
    return Held(
        refused_share=told.refused / n,
        delayed_share=told.delayed / n,
        late_share=float(late.sum()) / n,
        first_s=float(mine.time_us[late.argmax()]) / 1e6 if late.any() else math.nan,
        in_time=~late,
        result=told,
    )


def hours_a_year(per_30_days: float, mean_hours: float) -> float:
    """Expected hours inside incidents, not more than a year has; those that overlap are counted twice, so it is an upper bound."""
    return min(per_30_days / 30 * DAYS_PER_YEAR * mean_hours, float(HOURS_PER_YEAR))


def failing_a_year(calls: float, hours: float, failing_share: float, unserved_share: float = 1.0) -> float:
    """Calls of a year that fail: those that meet an incident, in proportion to its hours, and are not served elsewhere; NaN unknown."""
    return calls * hours / HOURS_PER_YEAR * failing_share * unserved_share


def unserved_share(late_share: float, other_hours: float, failing_share: float) -> float:
    """Share of the moved calls that the fallback does not serve either: down as well, which is independent of the primary, or too small."""
    down = other_hours / HOURS_PER_YEAR * failing_share
    return down + (1 - down) * late_share
