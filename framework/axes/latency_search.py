"""Shares in time of one offer under changed loads, and the least change of a load that makes the share asked for."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from framework.axes import cost, latency
from framework.catalogue.columns import Array, Columns
from framework.load import Load

Loads = Callable[[Array], Load]
"""The load with one figure changed to values `(n, 1)`."""

STEPS = 17
ROUNDING = 0.005


@dataclass(frozen=True)
class InTime:
    """Shares of requests in time: band and likely figure; NaN: not known."""

    low: float
    likely: float
    high: float

    def more_than(self, other: InTime) -> bool:
        """Better in the low end, else in the likely figure, by more than rounding."""
        pairs = ((self.low, other.low), (self.likely, other.likely))
        return next((mine > theirs for mine, theirs in pairs if abs(mine - theirs) > ROUNDING), False)


@dataclass(frozen=True, eq=False)
class Search:
    """What is changed and for whom: `columns` of one offer, `asked` the share of requests that must be in time."""

    loads: Loads
    columns: Columns
    asked: float

    def at(self, value: float) -> InTime:
        """The shares at one value."""
        return shares(self.loads(np.array([[value]])), self.columns)[0]

    def least(self, start: float, end: float) -> float | None:
        """The least change from `start` towards `end` that is enough: at the low end of the band, else at the likely figure.

        Looked for in steps of a 16th of the way on a logarithmic scale, then in 16ths of that step. None: no change is enough.
        """
        values = np.geomspace(start, end, STEPS)
        rows = shares(self.loads(values[:, None]), self.columns)
        for name in ("low", "likely"):
            first = self._first(rows, name)
            if first is not None:
                finer = np.geomspace(values[max(first - 1, 0)], values[first], STEPS)
                place = self._first(shares(self.loads(finer[:, None]), self.columns), name)
                return float(values[first] if place is None else finer[place])
        return None

    def _first(self, rows: list[InTime], name: str) -> int | None:
        return next((place for place, row in enumerate(rows) if getattr(row, name) >= self.asked), None)


def shares(load: Load, columns: Columns) -> list[InTime]:
    """One per row of the load; the bill comes first, as its cache hits shorten the prompt that has to be read in."""
    speed = latency.assess(load, columns, cached_tokens=cost.assess(load, columns).cached_tokens)
    low, likely, high = (np.ravel(each) for each in (speed.attainment_low, speed.attainment, speed.attainment_high))
    return [InTime(*(float(part) for part in row)) for row in zip(low, likely, high, strict=True)]


def down(tokens: float) -> float:
    """To two figures, downwards; single tokens below a hundred."""
    return _rounded(tokens, math.floor)


def up(tokens: float) -> float:
    """To two figures, upwards; single tokens below a hundred."""
    return _rounded(tokens, math.ceil)


def _rounded(tokens: float, way: Any) -> float:
    step = 10.0 ** max(0, math.floor(math.log10(max(tokens, 1.0))) - 1)
    return float(way(tokens / step) * step)
