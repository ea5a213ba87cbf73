"""The chain on many loads at once, for the offers that a change of figures could bring to the top."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framework.axes import cost, rate_limits
from framework.axes.assessment import Verdict
from framework.axes.context_window import fits_share
from framework.axes.tiers import choose
from framework.axes.tokens import LIKELY, LOW, ratio_of
from framework.axes.ttft import median_s
from framework.catalogue.columns import Columns
from framework.catalogue.records import METERS
from framework.load import Load
from framework.scoring.chain import REQUIRED_SHARE, Case, only
from framework.scoring.in_time import Speed, attainment, between_knots, exactly
from framework.scoring.rank import shares_of, weighted
from framework.scoring.rows import Rows
from framework.scoring.screen import fixed_gates, passing
from framework.scoring.value import LIMITS, quantities, unknown_axes, valued

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.intp]

CANDIDATES = 32
"""Offers that take part: those that the fewest others beat on all four axes at once."""


@dataclass(frozen=True)
class Anchor:
    """An anchor that moves with a swept budget; shape of the loads."""

    good: Any
    unacceptable: Any


@dataclass(frozen=True, eq=False)
class Bill:
    """What the other axes take from the cost axis, `(..., offers)`."""

    low_usd: Array
    expected_usd: Array
    high_usd: Array
    hit_rate: Array
    cached_tokens: Array


@dataclass(frozen=True, eq=False)
class _Found:
    """What all axes but latency say of some rows."""

    rows: Rows
    bill: Bill
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
class Reach:
    """The offers that take part, `positions` in the case's columns (rising), with everything the case already knows about them."""

    case: Case
    positions: Ints
    columns: Columns
    known: tuple[Array, ...]
    unknown: Bools
    bill: Bill
    speed: Speed
    reply_s: Array
    too_small: Bools
    over_limits: Bools
    tier_index: NDArray[np.int64]
    weights: Array

    @classmethod
    def of(cls, case: Case, positions: Ints, *, fine: bool = False) -> Reach:
        """Everything about those offers; `fine` averages latency as the assessment does."""
        parts, columns = case.assessments, only(case.columns, positions)
        bill = Bill(**{field.name: getattr(parts.cost, field.name)[positions] for field in dataclasses.fields(Bill)})
        exact = parts.latency.attainment[positions]
        rough = exact if fine else attainment(case.load, columns, bill.cached_tokens, fine=False)
        return cls(
            case=case,
            positions=positions,
            columns=columns,
            known=tuple(quantity[positions] for quantity in quantities(parts)),
            unknown=_unknown(case)[:, positions],
            bill=bill,
            speed=Speed(columns, fine, exact - rough),
            reply_s=parts.latency.reply_p50_s[positions],
            too_small=parts.context_window.verdicts[positions] == Verdict.FAILS,
            over_limits=parts.rate_limits.verdicts[positions] == Verdict.FAILS,
            tier_index=choose(case.columns, case.workload.tiers).index[positions],
            weights=shares_of(case.priorities.weights),
        )

    def outcomes(self, rows: Rows, *, knots: int | None = None, near: Bools | None = None, bar: Array | None = None) -> Outcomes:
        """What would be chosen from, on each of the loads.

        Attainment is worked out at `knots + 1` points of each way and read off between, for the offers that are `near` `(ways, offers)`;
        without knots it is exact, for the offers that could with it reach the score `bar` `(n, 1)`. It is left at 0 for the others.
        """
        load, moves = rows.load, rows.moves
        bill = self._bill(load) if "cost" in moves else self.bill
        room, over_limits = self.known[2], self.over_limits
        if "rate_limits" in moves:
            room, over_limits = self.room(load, bill)
        fits, too_small = self._fits(load) if "context_window" in moves else (self.known[3], self.too_small)
        over_budget = cost.verdicts(bill.low_usd, bill.high_usd, load.budget_usd) == Verdict.FAILS
        found = _Found(rows, bill, room, fits, ~(over_budget | over_limits | too_small))
        if "latency" not in moves:
            return self._weighed(found, self.known[1])
        return self._weighed(found, self._exactly(found, bar) if knots is None else self._between(found, knots, near))

    def _weighed(self, found: _Found, attained: Array) -> Outcomes:
        given = (found.bill.expected_usd, attained, found.room, found.fits)
        sums = (weighted(self.weights, value) for value in valued(self._anchors(found.rows.load), given, self.unknown))
        return Outcomes(*np.broadcast_arrays(*sums, found.bill.expected_usd, found.eligible))

    def _between(self, found: _Found, knots: int, near: Bools | None) -> Array:
        near = np.ones((len(found.rows.ways), len(self.columns)), dtype=bool) if near is None else near
        return between_knots(self.speed, found.rows, found.bill.cached_tokens, knots=knots, near=near)

    def _exactly(self, found: _Found, bar: Array | None) -> Array:
        at_best = self._weighed(found, np.ones((found.rows.count, len(self.columns))))
        wanted = at_best.eligible & ~self.unknown[1] & (at_best.low >= (-np.inf if bar is None else bar))
        return np.where(wanted, exactly(self.speed, found.rows.load, found.bill.cached_tokens, wanted=wanted), 0.0)

    def _bill(self, load: Load) -> Bill:
        assessed = cost.assess(load, self.columns)
        return Bill(**{field.name: getattr(assessed, field.name) for field in dataclasses.fields(Bill)})

    def room(self, load: Load, bill: Bill) -> tuple[Array, Bools]:
        """Headroom, and whether a limit is surely exceeded, `(..., offers)`."""
        given = {"forecast_usd": bill.expected_usd, "hit_rate": bill.hit_rate, "duration_s": self._seconds(load, bill)}
        room = rate_limits.headroom(load, self.columns, tier_index=self.tier_index, **given)
        if not self._has_unknown_rules:
            return room, room < 1
        return room, rate_limits.headroom(load, kindest(self.columns), tier_index=self.tier_index, **given) < 1

    def _seconds(self, load: Load, bill: Bill) -> Array:
        """Median seconds a call is in flight: those of the case, and what the prompt and the reply add at their own medians."""
        ratio, speed = ratio_of(load, self.columns), self.columns.latency
        longer = (_median_reply(load) - _median_reply(self.case.load)) * ratio / speed.tps
        now = median_s(speed, self.case.load.input_mean * ratio - self.bill.cached_tokens)
        return np.asarray(self.reply_s + longer + median_s(speed, load.input_mean * ratio - bill.cached_tokens) - now)

    @property
    def _has_unknown_rules(self) -> bool:
        return self.case.load.converts or bool(np.isnan(self.columns.limits.cached_counts).any())

    def _fits(self, load: Load) -> tuple[Array, Bools]:
        best = fits_share(load, self.columns, LOW) if load.converts else None
        fits = fits_share(load, self.columns, LIKELY)
        return fits, (fits if best is None else best) < REQUIRED_SHARE

    def _anchors(self, load: Load) -> dict[str, Any]:
        # Default cost anchors are proportional to the budget; the user's own stay where they were put.
        anchors: dict[str, Any] = dict(self.case.priorities.anchors(self.case.workload.budget))
        if self.case.priorities.targets.cost is None:
            factor = np.asarray(load.budget_usd) / self.case.load.budget_usd
            anchors["cost"] = Anchor(anchors["cost"].good * factor, anchors["cost"].unacceptable * factor)
        return anchors


def _unknown(case: Case) -> Bools:
    """`(axes, offers)`: as `unknown_axes`, and where limits are not all known though a known one fails: with less traffic it may not."""
    unknown, use = unknown_axes(case.assessments), case.assessments.rate_limits.use
    unknown[LIMITS] |= (case.columns.limits.enforced & np.isnan(use[: len(METERS)])).any(axis=0) | np.isnan(use).all(axis=0)
    return unknown


def _median_reply(load: Load) -> Any:
    return load.output_mean * np.exp(-np.square(load.output_sigma) / 2)


def kindest(columns: Columns) -> Columns:
    """Counting rules that are not published read in the user's favour, tokenizers at their low end: what fails even so, fails surely."""
    limits = dataclasses.replace(columns.limits, cached_counts=np.nan_to_num(columns.limits.cached_counts, nan=0.0))
    return dataclasses.replace(columns, limits=limits, ratio=np.broadcast_to(columns.ratio[LOW], columns.ratio.shape))


def open_offers(case: Case) -> Ints:
    """Positions of the offers that no demand shuts out: figures alone decide about them."""
    return np.flatnonzero(passing(fixed_gates(case.workload.needs, case.columns)))


def candidates(case: Case, *, choice: int, most: int = CANDIDATES) -> Ints:
    """Positions of the open offers that other figures could bring to the top: the choice, and those beaten on every axis by the fewest.

    An axis that is not known counts as worst, as it does in the ranking.
    """
    open_ = open_offers(case)
    known = np.stack([quantity[open_] for quantity in quantities(case.assessments)])
    known[0] = -known[0]
    known = np.where(np.isnan(known) | _unknown(case)[:, open_], -np.inf, known)
    at_least = (known[:, :, None] >= known[:, None, :]).all(axis=0)
    better = (known[:, :, None] > known[:, None, :]).any(axis=0)
    beaten = (at_least & better).sum(axis=0)
    return np.sort(open_[np.lexsort((open_, beaten, open_ != choice))[:most]])
