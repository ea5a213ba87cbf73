"""The most that any second or minute of a traffic draws: what stays within every limit needs no replay."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from framework.simulation.limiter import METERED, MINUTE_S, MONEY_UNITS_PER_USD

Ints = NDArray[np.int64]
_SECOND_US = 1_000_000


@dataclass(frozen=True, eq=False)
class Seconds:
    """The occupied seconds of a traffic: row of the first call of each, and which second it is."""

    first: Ints
    second: Ints
    reaches: dict[int, Ints] = field(default_factory=dict)
    """By window the place behind the last second that it can touch, for each as its first: kept, all charges ask for it."""

    @classmethod
    def of(cls, time_us: Ints) -> Seconds:
        """Of times that never fall."""
        number = time_us // _SECOND_US
        first = np.flatnonzero(np.diff(number, prepend=-1))
        return cls(first, number[first])

    def most(self, charge: Ints, window_s: int) -> int:
        """No window of so many seconds, wherever it begins, draws more of a charge `(n,)`; the bound is of whole seconds."""
        if not len(self.first):
            return 0
        if window_s not in self.reaches:
            self.reaches[window_s] = np.searchsorted(self.second, self.second + window_s, side="right")
        total = np.concatenate([[0], np.cumsum(np.add.reduceat(charge, self.first))])
        return int((total[self.reaches[window_s]] - total[:-1]).max())


def never_short(charge: Ints, meter: str, limit: NDArray[np.float64], depth_s: Ints, seconds: Seconds) -> NDArray[np.bool_]:
    """`(sets,)`: where a limit (NaN: none) refuses and delays no call, whatever the others do; `charge` `(n,)` on this meter.

    A bucket of `w` seconds' depth holds `limit * w / period`. If no window of `w` seconds draws more than that, then nothing between two
    moments draws more than the bucket holds and what flows in meanwhile.
    """
    units = np.where(np.isnan(limit), np.inf, limit) * (MONEY_UNITS_PER_USD if meter == "spend_10min" else 1)
    period_s = METERED[meter][1]
    if period_s != MINUTE_S:
        return np.asarray(float(charge.sum()) <= units)
    most = {depth: seconds.most(charge, depth) for depth in np.unique(depth_s).tolist()}
    return np.asarray(np.array([most[depth] for depth in depth_s.tolist()]) <= units * depth_s / period_s)
