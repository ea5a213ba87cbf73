"""What else in the workload would change the choice: each field swept alone over the full chain, gates included, and closed in on.

The points are found, not exact: a field is tried from a twentieth to twenty times its value in steps of a fifth, so two changes within one
step would go unseen. Every point returned was checked with all open offers. A mean moves alone while its p95 allows it, beyond that the
p95 goes with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framework.catalogue.records import METERS
from framework.scoring.chain import Case, assess_all, only
from framework.scoring.outcome import Outcomes, Reach, candidates, open_offers
from framework.scoring.rank import shares_of, weighted, winners
from framework.scoring.results import FlipPoint
from framework.scoring.rows import Way, along, fields_of
from framework.scoring.screen import moving_gates, passing
from framework.scoring.value import quantities, unknown_axes, valued

Array = NDArray[np.float64]
Ints = NDArray[np.intp]

POINTS = 16
"""Steps of the first sweep in each direction: a fifth each."""
FINE_POINTS = 40
"""Steps of the second one, inside the step where the winner changed: half a per cent each."""
KNOTS = 4
FINE_KNOTS = 5
WINDOW = 3
"""Steps of the first sweep that the second one looks into at a time."""
TRIES = 3
RIVALS = 3
SLOPPY = 0.01
"""By how much a score of the second sweep may be too high."""
STRIDES = (1, 3, 9)
"""Fine steps by which a change is looked for before, or beyond, where it was last seen, in turn."""


@dataclass(frozen=True, eq=False)
class Closer:
    """The steps of a way, `first` to `last`, in which the winner seems to change, and the positions of those who come near to winning."""

    way: Way
    first: int
    last: int
    rivals: frozenset[int]

    @property
    def fine(self) -> Way:
        """The same steps in small ones."""
        near, far = (float(self.way.values[place]) for place in (self.first, self.last))
        return Way(self.way.field, self.way.field.between(near, far, FINE_POINTS * (self.last - self.first)))

    def moved(self, steps: int) -> Closer:
        """The same number of steps further on, or back, as far as the way goes."""
        first = min(max(self.first + steps, 0), len(self.way.values) - 2)
        return Closer(self.way, first, min(max(self.last + steps, first + 1), len(self.way.values) - 1), self.rivals)


@dataclass(frozen=True, eq=False)
class Seen:
    """A change that the second sweep saw at one of the fine steps of `way`; `scores` of the winner at each."""

    way: Way
    scores: Array
    at: int

    def around(self, stride: int) -> tuple[int, int]:
        """A step before, and the step itself."""
        return max(self.at - stride, 0), self.at


@dataclass(frozen=True, eq=False)
class Turn:
    """A change of winner, as positions in the columns (-1: none), at the one value of `way`."""

    way: Way
    old: int
    new: int

    def flip_point(self, case: Case) -> FlipPoint:
        """The same as a result."""
        new_winner = case.columns.ids[self.new] if self.new >= 0 else None
        return FlipPoint(self.way.field.what, self.way.field.now, float(self.way.values[0]), new_winner)

    def stands(self, case: Case, near: set[int]) -> bool:
        """Whether the new winner also wins a study of its own among the offers `near` to winning.

        Asked only where the bill moves and one of the two has a limit on calls in flight: only the seconds that fill it are estimated.
        """
        two = {self.old, self.new} - {-1}
        at_once = case.columns.limits.limit[:, METERS.index("concurrency")][:, sorted(two)]
        if "cost" not in self.way.field.moves or np.isnan(at_once).all():
            return True
        load = along([self.way], case.load, case.workload).load
        alone = load.with_(**{name: float(value[0, 0]) for name, value in vars(load).items() if isinstance(value, np.ndarray)})
        positions = np.array(sorted(near | two), dtype=np.intp)
        parts = assess_all(alone, only(case.columns, positions), case.workload.tiers)
        values = valued(case.priorities.anchors(case.workload.budget), quantities(parts), unknown_axes(parts))
        low, high = (weighted(shares_of(case.priorities.weights), value)[None] for value in values)
        won = winners(low, high, cost_usd=parts.cost.expected_usd, eligible=passing(moving_gates(parts))[None])[0]
        return bool((int(positions[won]) if won >= 0 else -1) == self.new)


def workload_flips(case: Case, *, choice: int) -> tuple[FlipPoint, ...]:
    """The nearest change of winner each way per field; `choice` -1 asks from where on something fits."""
    closer = _first_sweep(case, choice)
    return tuple(_checked(case, _second_sweep(case, closer, choice), choice)) if closer else ()


def _place(positions: Ints, choice: int) -> int:
    return int(np.searchsorted(positions, choice)) if choice >= 0 else -1


def _winners(outcomes: Outcomes) -> Ints:
    return winners(outcomes.low, outcomes.high, cost_usd=outcomes.cost_usd, eligible=outcomes.eligible)


def _by_axes(ways: Sequence[Way]) -> list[list[Way]]:
    return [[way for way in ways if way.field.moves == kind] for kind in dict.fromkeys(way.field.moves for way in ways)]


def _first_sweep(case: Case, choice: int) -> list[Closer]:
    """Where the nearest change seems to lie: latency is only rough here."""
    reach, closer = Reach.of(case, candidates(case, choice=choice)), []
    held = _place(reach.positions, choice)
    for together in _by_axes([way for field in fields_of(case.workload, case.load) for way in field.ways(POINTS)]):
        rows = along(together, case.load, case.workload)
        outcomes = reach.outcomes(rows, knots=KNOTS)
        won = _winners(outcomes)
        for way, start in zip(rows.ways, rows.starts, strict=False):
            changed = np.flatnonzero(won[start : start + len(way.values)] != held)
            if changed.size:
                at, end = int(changed[0]), len(way.values) - 1
                looked_at = range(max(at - WINDOW, 0), min(at + 2, end + 1))
                near = set().union(*(_contenders(outcomes, int(start) + row) for row in looked_at)) | ({held} - {-1})
                closer.append(Closer(way, max(at - 2, 0), min(at + 1, end), frozenset(int(reach.positions[place]) for place in near)))
    return closer


def _contenders(outcomes: Outcomes, row: int) -> set[int]:
    scores = np.where(outcomes.eligible[row], outcomes.low[row], -1.0)
    best = np.argsort(-scores, kind="stable")[:RIVALS]
    return {int(place) for place in best if scores[place] >= 0}


def _second_sweep(case: Case, closer: Sequence[Closer], choice: int) -> list[Seen]:
    """Where the change lies to half a per cent, among the offers that come near to winning; looks further if it is not in its steps."""
    reach, seen = Reach.of(case, np.array(sorted(set().union(*(each.rivals for each in closer))), dtype=np.intp), fine=True), []
    left = list(closer)
    for _ in range(TRIES):
        still: list[Closer] = []
        for each, changed, scores in _looked_into(case, reach, left, choice):
            if not changed.size:
                still += [each.moved(WINDOW)] if each.last < len(each.way.values) - 1 else []
            elif changed[0] == 0 and each.first > 0:
                still.append(each.moved(-WINDOW))
            else:
                seen.append(Seen(each.fine, scores, int(changed[0])))
        left = still
    return seen


def _looked_into(case: Case, reach: Reach, closer: Sequence[Closer], choice: int) -> Iterator[tuple[Closer, Ints, Array]]:
    """Per way the fine steps at which the choice does not win, and the winner's score at each."""
    held = _place(reach.positions, choice)
    for kind in dict.fromkeys(each.way.field.moves for each in closer):
        alike = [each for each in closer if each.way.field.moves == kind]
        rows = along([each.fine for each in alike], case.load, case.workload)
        near = np.array([[int(position) in each.rivals for position in reach.positions] for each in alike])
        outcomes = reach.outcomes(rows, knots=FINE_KNOTS, near=near)
        won, scores = _winners(outcomes), np.where(outcomes.eligible, outcomes.low, -np.inf).max(axis=1)
        for each, start, end in zip(alike, rows.starts, rows.starts[1:], strict=False):
            yield each, np.flatnonzero(won[start:end] != held), scores[start:end]


def _checked(case: Case, seen: Sequence[Seen], choice: int) -> Iterator[FlipPoint]:
    """The changes that hold when every open offer takes part and attainment is exact, moved to where they do."""
    reach, left = Reach.of(case, open_offers(case), fine=True), list(seen)
    held = _place(reach.positions, choice)
    for stride in STRIDES:
        still: list[Seen] = []
        for each, (before, here), near in _exact_winners(case, reach, left, stride):
            first, at = each.around(stride)
            if before != held and first < at:
                still.append(Seen(each.way, each.scores, first))
            elif here != held:
                turn = Turn(Way(each.way.field, each.way.values[[at]]), choice, int(reach.positions[here]) if here >= 0 else -1)
                if turn.stands(case, {int(place) for place in reach.positions[sorted(near)]}):
                    yield turn.flip_point(case)
            elif at < len(each.scores) - 1:
                still.append(Seen(each.way, each.scores, min(at + stride, len(each.scores) - 1)))
        left = still


def _exact_winners(case: Case, reach: Reach, seen: Sequence[Seen], stride: int) -> Iterator[tuple[Seen, Ints, set[int]]]:
    """Who wins before each change, and at it, and who comes near there."""
    for kind in dict.fromkeys(each.way.field.moves for each in seen):
        alike = [each for each in seen if each.way.field.moves == kind]
        steps = [np.array(each.around(stride)) for each in alike]
        rows = along([Way(each.way.field, each.way.values[at]) for each, at in zip(alike, steps, strict=True)], case.load, case.workload)
        bar = np.concatenate([each.scores[at] for each, at in zip(alike, steps, strict=True)])[:, None] - SLOPPY
        outcomes = reach.outcomes(rows, bar=bar)
        for place, (each, won) in enumerate(zip(alike, _winners(outcomes).reshape(-1, 2), strict=True)):
            yield each, won, _contenders(outcomes, 2 * place + 1)
