"""The workload fields that a sweep can move: where they stand, how far they may go, and which axes follow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framework.axes.assessment import Axis
from framework.load import Load
from framework.quantities import MAX_P95_OVER_MEAN, Z95
from framework.workload import Workload

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.intp]

REACH = 20.0
"""A field is tried from a twentieth to twenty times its value."""


@dataclass(frozen=True)
class Field:
    """`what` as in the workload file, `attr` of `Load`, its value `now`, the bounds of the sweep, and the axes that move with it."""

    what: str
    attr: str
    now: float
    low: float
    high: float
    moves: frozenset[Axis]

    @property
    def is_share(self) -> bool:
        """Shares go in equal steps, quantities in equal ratios."""
        return self.attr == "hit_rate"

    def between(self, one: float, other: float, sections: int) -> Array:
        """`sections + 1` points from one to the other, both included."""
        steps = np.linspace(one, other, sections + 1) if self.is_share else np.geomspace(one, other, sections + 1)
        steps[[0, -1]] = one, other
        return np.asarray(steps)

    def ways(self, points: int) -> tuple[Way, ...]:
        """The sweep upwards and downwards, from where the field stands."""
        return tuple(Way(self, self.between(self.now, end, points)) for end in (self.high, self.low) if end != self.now)


@dataclass(frozen=True, eq=False)
class Way:
    """One field on its way from the first of its values to the last."""

    field: Field
    values: Array

    def scale(self, values: Array) -> Array:
        """Where equal steps look equal."""
        return values if self.field.is_share else np.log(values)


# Only the axes named are worked out anew. A budget moves none: it is what the bill is held against.
BILL: frozenset[Axis] = frozenset({"cost", "latency", "rate_limits"})
WHOLE: frozenset[Axis] = BILL | {"context_window"}
SPEED: frozenset[Axis] = frozenset({"latency"})
ROOM: frozenset[Axis] = frozenset({"rate_limits"})
WINDOW: frozenset[Axis] = frozenset({"context_window"})
NONE: frozenset[Axis] = frozenset()


def fields_of(workload: Workload, load: Load) -> tuple[Field, ...]:
    """The fields that mean something for this workload."""
    return tuple(_fields(workload, load))


def _fields(workload: Workload, load: Load) -> Iterator[Field]:
    yield _field("traffic.requests_per_day", "requests_per_day", load, (1, 1e9), BILL)
    if workload.traffic.shape != "steady":
        yield _field("traffic.peak_factor", "peak_factor", load, (1, 1e3), ROOM)
    if load.converses:
        yield _field("conversation.user_tokens", "user_tokens", load, (1, 1e6), WHOLE)
    elif workload.tokens.input_p50 is None:
        yield _field("tokens.input_mean", "input_mean", load, (1, 1e7), WHOLE)
    if workload.tokens.output_p50 is None:
        yield _field("tokens.output_mean", "output_mean", load, (1, 1e6), WHOLE if load.converses else BILL)
    if workload.caching.hit_rate is not None and load.prefix_tokens > 0:
        yield Field("caching.hit_rate", "hit_rate", float(load.hit_rate), 0.0, 1.0, BILL)
    yield _field("budget.monthly_usd", "budget_usd", load, (0.01, 1e9), NONE)
    if load.streaming:
        yield _field("budget.ttft_s", "ttft_budget_s", load, (1e-3, 3_600), SPEED)
    yield _field("budget.response_s", "response_budget_s", load, (1e-3, 86_400), SPEED)
    if load.chunks > 0 and load.chunk_tokens > 0:
        yield _field("context.chunks", "chunks", load, (1e-3, 1e4), WHOLE if load.converses else WINDOW)
    if load.turns > 1 and load.turn_tokens > 0 and not load.converses:
        yield _field("context.turns", "turns", load, (1, 1e4), WINDOW)


def _field(what: str, attr: str, load: Load, bounds: tuple[float, float], moves: frozenset[Axis]) -> Field:
    now = float(getattr(load, attr))
    return Field(what, attr, now, max(now / REACH, bounds[0]), min(now * REACH, bounds[1]), moves)


@dataclass(frozen=True, eq=False)
class Rows:
    """Loads that differ from the one at hand in one field each, way after way: `load` holds `(n, 1)` arrays."""

    load: Load
    ways: tuple[Way, ...]

    @property
    def count(self) -> int:
        """How many loads."""
        return sum(len(way.values) for way in self.ways)

    @property
    def starts(self) -> Ints:
        """Row of the first value of each way, and the number of rows."""
        return np.concatenate([[0], np.cumsum([len(way.values) for way in self.ways])]).astype(np.intp)

    def moving(self, axis: Axis) -> Bools:
        """`(ways,)`: those along which this axis has to be worked out anew."""
        return np.array([axis in way.field.moves for way in self.ways], dtype=bool)

    def of(self, ways: Bools) -> tuple[Ints, Rows]:
        """Some of the ways: which rows they are, and those rows."""
        at = np.flatnonzero(np.repeat(ways, [len(way.values) for way in self.ways]))
        if at.size == self.count:
            return at, self
        return at, Rows(pick(self.load, at), tuple(way for way, taken in zip(self.ways, ways, strict=True) if taken))


def pick(load: Load, rows: Ints) -> Load:
    """Some of the loads of `(n, 1)` arrays."""
    return load.with_(**{name: value[rows] for name, value in vars(load).items() if isinstance(value, np.ndarray)})


def along(ways: Sequence[Way], load: Load, workload: Workload) -> Rows:
    """One row per value of each way, in that order."""
    changed: dict[str, Any] = {}
    rows = sum(len(way.values) for way in ways)
    start = 0
    for way in ways:
        for attr, values in moved(way.field, way.values, workload):
            column = changed.setdefault(attr, np.full((rows, 1), float(getattr(load, attr))))
            column[start : start + len(values), 0] = values
        start += len(way.values)
    return Rows(load.with_(**changed), tuple(ways))


def moved(field: Field, values: Array, workload: Workload) -> Iterator[tuple[str, Array]]:
    """What of a load another value of the field sets, and to what: the field itself, and the spread of a length whose p95 stays."""
    yield field.attr, values
    p95 = _p95(field.attr, workload)
    if p95 is not None:
        yield field.attr.replace("_mean", "_sigma"), _sigma(values, p95)


def _p95(attr: str, workload: Workload) -> float | None:
    return {"input_mean": workload.tokens.input_p95, "output_mean": workload.tokens.output_p95}.get(attr)


def p95_moved(field: Field, to: float, workload: Workload) -> tuple[float, float] | None:
    """`(now, then)` where the p95 of a length has to move with its mean; None where it stays."""
    p95 = _p95(field.attr, workload)
    if p95 is None:
        return None
    then = min(max(p95, to), MAX_P95_OVER_MEAN * to)
    return None if then == p95 else (p95, then)


def _sigma(mean: Array, p95: float) -> Array:
    # The p95 stays where it is as long as a log-normal allows it: from the mean to 3.868 times the mean.
    ratio = np.clip(p95 / mean, 1.0, MAX_P95_OVER_MEAN)
    return np.asarray(Z95 - np.sqrt(np.maximum(Z95**2 - 2 * np.log(ratio), 0.0)))
