"""The chain on many loads at once, for the offers that a change of figures could bring to the top."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framework.axes import average_room, cost
from framework.axes.assessment import AXES, Axis, Verdict
from framework.axes.context_window import fits_share
from framework.axes.cost import Ranges
from framework.axes.tokens import LIKELY, LOW, ratio_of
from framework.axes.ttft import median_s
from framework.catalogue.columns import Columns, figures_of
from framework.catalogue.records import METERS
from framework.load import Load
from framework.scoring.chain import REQUIRED_SHARE, Case
from framework.scoring.in_time import Speed, attainment, between_knots, exactly, median_seconds
from framework.scoring.open_offers import candidates, open_offers, unknown_of
from framework.scoring.rank import shares_of, weighted
from framework.scoring.rows import Rows
from framework.scoring.value import quantities, valued

__all__ = ["Outcomes", "Reach", "candidates", "open_offers"]

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.intp]


@dataclass(frozen=True)
class Anchor:
    """An anchor that moves with a swept budget; shape of the loads."""

    good: Any
    unacceptable: Any


@dataclass(frozen=True, eq=False)
class _Found:
    """What all axes but latency say of some rows."""

    rows: Rows
    bill: Ranges
    room: Array
    fits: Array
    eligible: Bools


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Weighted sums, expected cost and whether every gate is open, `(n, offers)`."""

    low: Array
    high: Array
    cost_usd: Array
    eligible: Bools


@dataclass(frozen=True, eq=False)
class Asked:
    """Whose attainment is worked out: those who could with it reach the score `bar` `(n, 1)`.

    `seconds`: what fills the limits on calls in flight is worked out like the assessment does, not only estimated.
    """

    bar: Array
    seconds: bool = False


EVERYBODY = Asked(np.array(-np.inf))


@dataclass(frozen=True, eq=False)
class Reach:
    """The offers that take part, `positions` in the case's columns (rising), with everything the case already knows about them.

    `columns` holds figures only, no texts. `unsure`: places of those whose limits count by rules that are not all known; `meters` has
    them twice, and so has `bend`: what part of a limit can be used before too much is refused, as the replay of the case found it.
    """

    case: Case
    positions: Ints
    columns: Columns
    unsure: Ints
    meters: average_room.Meters
    bend: Array
    known: tuple[Array, ...]
    unknown: Bools
    bill: Ranges
    speed: Speed
    reply_s: Array
    too_small: Bools
    over_limits: Bools
    weights: Array

    @classmethod
    def of(cls, case: Case, positions: Ints, *, fine: bool = False) -> Reach:
        """Everything about those offers; `fine` averages latency as the assessment does."""
        parts, columns = case.assessments, figures_of(case.columns, positions)
        bill = Ranges.of(parts.cost).of_offers(positions)
        exact = parts.latency.attainment[positions]
        rough = exact if fine else attainment(case.load, columns, bill.cached_tokens, fine=False)
        unsure = np.flatnonzero(np.isnan(columns.limits.cached_counts) | case.load.converts)
        tier_index = parts.rate_limits.tier_index[positions]
        return cls(
            case=case,
            positions=positions,
            columns=columns,
            unsure=unsure,
            meters=average_room.Meters.of(_with_kindest(columns, unsure), np.concatenate([tier_index, tier_index[unsure]])),
            bend=np.concatenate([parts.rate_limits.bend[0, positions], parts.rate_limits.bend[1, positions[unsure]]]),
            known=tuple(quantity[positions] for quantity in quantities(case)),
            unknown=unknown_of(case)[:, positions],
            bill=bill,
            speed=Speed(columns, fine, exact - rough),
            reply_s=parts.rate_limits.duration_s[positions],
            too_small=parts.context_window.verdicts[positions] == Verdict.FAILS,
            over_limits=parts.rate_limits.verdicts[positions] == Verdict.FAILS,
            weights=shares_of(case.priorities.weights, case.criteria),
        )

    def outcomes(self, rows: Rows, *, knots: int | None = None, near: Bools | None = None, asked: Asked = EVERYBODY) -> Outcomes:
        """What would be chosen from, on each of the loads.

        Attainment is worked out at `knots + 1` points of each way and read off between, for the offers that are `near` `(ways, offers)`;
        without knots it is exact, for the offers that are `asked` about. It is left at 0 for the others.
        """
        bill = self._bill(rows)
        room, over_limits = self._room(rows, bill, asked)
        fits, too_small = _moved(rows, "context_window", (self.known[3], self.too_small), lambda _, some: self._fits(some.load))
        over_budget = cost.verdicts(bill.low_usd, bill.high_usd, rows.load.budget_usd) == Verdict.FAILS
        found = _Found(rows, bill, room, fits, ~(over_budget | over_limits | too_small))
        if knots is not None:
            return self._weighed(found, self._between(found, knots, near))
        return self._weighed(found, self._exactly(found, asked))

    def _weighed(self, found: _Found, attained: Array) -> Outcomes:
        given = (found.bill.expected_usd, attained, found.room, found.fits, *self.known[len(AXES) :])
        sums = (weighted(self.weights, value) for value in valued(self._anchors(found.rows.load), given, self.unknown))
        shape = (found.rows.count, len(self.columns))
        return Outcomes(*(np.broadcast_to(each, shape) for each in (*sums, found.bill.expected_usd, found.eligible)))

    def _between(self, found: _Found, knots: int, near: Bools | None) -> Array:
        moving = found.rows.moving("latency")
        near = self._could_win(found)[moving] if near is None else near[moving]

        def read_off(at: Ints, rows: Rows) -> tuple[Array]:
            return (between_knots(self.speed, rows, found.bill.of_rows(at).cached_tokens, knots=knots, near=near),)

        return np.asarray(_moved(found.rows, "latency", (self.known[1],), read_off)[0])

    def _could_win(self, found: _Found) -> Bools:
        """`(ways, offers)`: who, with every reply in time, is somewhere ahead of all others with none in time."""
        best, worst = (self._weighed(found, np.full(len(self.columns), share)) for share in (1.0, 0.0))
        floor = np.where(worst.eligible, worst.low, -np.inf).max(axis=1, keepdims=True)
        return np.logical_or.reduceat(best.eligible & (best.low >= floor), found.rows.starts[:-1], axis=0)

    def _exactly(self, found: _Found, asked: Asked) -> Array:
        moving = found.rows.moving("latency")
        if not moving.any():
            return self.known[1]
        at_best = self._weighed(found, np.ones(len(self.columns)))
        wanted = at_best.eligible & ~self.unknown[1] & (at_best.low >= asked.bar)

        def worked_out(at: Ints, rows: Rows) -> tuple[Array]:
            cached = found.bill.of_rows(at).cached_tokens
            return (np.where(wanted[at], exactly(self.speed, rows.load, cached, wanted=wanted[at]), 0.0),)

        return np.asarray(_moved(found.rows, "latency", (self.known[1],), worked_out)[0])

    def _bill(self, rows: Rows) -> Ranges:
        return Ranges(*_moved(rows, "cost", self.bill.arrays, lambda _, some: cost.ranges(some.load, self.columns).arrays))

    def _room(self, rows: Rows, bill: Ranges, asked: Asked) -> tuple[Array, Bools]:
        def room(at: Ints, some: Rows) -> tuple[Array, Bools]:
            return self.room(some.load, bill.of_rows(at), seconds=asked.seconds)

        return _moved(rows, "rate_limits", (self.known[2], self.over_limits), room)

    def room(self, load: Load, bill: Ranges, *, seconds: bool = False) -> tuple[Array, Bools]:
        """Headroom, and whether a limit is surely exceeded, `(..., offers)`; `seconds`: as in `Asked`."""
        duration_s = self._exact_seconds(load, bill) if seconds else self._seconds(load, bill)
        expected, offers = (bill.expected_usd, bill.hit_rate, duration_s), len(self.columns)
        forecast_usd, hit_rate, duration_s = (np.concatenate([each, each[..., self.unsure]], axis=-1) for each in expected)
        both = self.bend * average_room.headroom(load, self.meters, forecast_usd=forecast_usd, hit_rate=hit_rate, duration_s=duration_s)
        over_limits = both[..., :offers] < 1
        over_limits[..., self.unsure] = both[..., offers:] < 1
        return both[..., :offers], over_limits

    def _exact_seconds(self, load: Load, bill: Ranges) -> Array:
        published = np.isfinite(self.columns.limits.limit[:, METERS.index("concurrency")]).any(axis=0)
        return median_seconds(self.columns, load, bill.cached_tokens, offers=np.flatnonzero(published))

    def _seconds(self, load: Load, bill: Ranges) -> Array:
        """Median seconds a call is in flight: those of the case, and what the prompt and the reply add at their own medians."""
        ratio, speed = ratio_of(load, self.columns), self.columns.latency
        longer = (_median_reply(load) - _median_reply(self.case.load)) * ratio / speed.tps
        now = median_s(speed, self.case.load.input_mean * ratio - self.bill.cached_tokens)
        return np.asarray(self.reply_s + longer + median_s(speed, load.input_mean * ratio - bill.cached_tokens) - now)

    def _fits(self, load: Load) -> tuple[Array, Bools]:
        best = fits_share(load, self.columns, LOW) if load.converts else None
        fits = fits_share(load, self.columns, LIKELY)
        return fits, (fits if best is None else best) < REQUIRED_SHARE

    def _anchors(self, load: Load) -> dict[str, Any]:
        # Default cost anchors are proportional to the budget; the user's own stay where they were put.
        anchors: dict[str, Any] = dict(self.case.anchors)
        if self.case.priorities.targets.cost is None:
            factor = np.asarray(load.budget_usd) / self.case.load.budget_usd
            anchors["cost"] = Anchor(anchors["cost"].good * factor, anchors["cost"].unacceptable * factor)
        return anchors


def _moved(rows: Rows, axis: Axis, known: tuple[Any, ...], work_out: Callable[[Ints, Rows], tuple[Any, ...]]) -> tuple[Any, ...]:
    """What is `known` `(offers,)` of every row, `(n, offers)`, worked out anew where this axis moves."""
    moving = rows.moving(axis)
    if not moving.any():
        return known
    at, some = rows.of(moving)
    found = work_out(at, some)
    if some is rows:
        return found
    everywhere = tuple(np.repeat(each[None], rows.count, axis=0) for each in known)
    for each, values in zip(everywhere, found, strict=True):
        each[at] = values
    return everywhere


def _median_reply(load: Load) -> Any:
    return load.output_mean * np.exp(-np.square(load.output_sigma) / 2)


def _with_kindest(columns: Columns, unsure: Ints) -> Columns:
    """The columns, and beside them those of the unsure once more with everything in the user's favour: what fails even so, fails surely.

    That is counting rules that are not published, and tokenizers at their low end.
    """
    both = figures_of(columns, np.concatenate([np.arange(len(columns)), unsure]))
    kindest = np.arange(len(both)) >= len(columns)
    counts = np.where(kindest, np.nan_to_num(both.limits.cached_counts, nan=0.0), both.limits.cached_counts)
    ratio = np.where(kindest, both.ratio[LOW], both.ratio)
    return dataclasses.replace(both, limits=dataclasses.replace(both.limits, cached_counts=counts), ratio=ratio)
