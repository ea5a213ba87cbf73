"""What else in the workload would change the choice: each field swept alone over the full chain, gates included, and closed in on.

The points are found, not exact: a field is tried from a twentieth to twenty times its value, so two changes between neighbouring points of the
sweep would go unseen. A spread is kept where it can be: a mean moves alone while its p95 allows it, beyond that the p95 goes with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framework.scoring.chain import Case
from framework.scoring.rows import Way, along, fields_of
from framework.axes import latency
from framework.scoring.outcome import Outcomes, Reach, candidates, open_offers
from framework.scoring.rank import winners
from framework.scoring.results import FlipPoint

Array = NDArray[np.float64]
Ints = NDArray[np.intp]

POINTS = 16
"""Steps of the first sweep in each direction: a fifth each."""
FINE_POINTS = 40
"""Steps of the second one, inside the step where the winner changed: half a per cent each."""
KNOTS = 4
FINE_KNOTS = 10
RIVALS = 3
SLOPPY = 0.02
"""By how much a score of the second sweep may be too high."""
SLACK = (0, 1, 3)
"""Fine steps beyond the change found at which it is checked: what is read off between knots may be a step early."""


def workload_flips(case: Case, *, choice: int) -> tuple[FlipPoint, ...]:
    """The nearest change of winner each way per field; `choice` -1 asks from where on something fits."""
    reach = Reach.of(case, candidates(case, choice=choice))
    closer, rivals = _first_sweep(case, reach, held=_place(reach.positions, choice))
    if not closer:
        return ()
    near = Reach.of(case, reach.positions[rivals], nodes=latency.NODES)
    found = _second_sweep(case, near, closer, held=_place(near.positions, choice))
    return tuple(_checked(case, found, choice=choice))


def _place(positions: Ints, choice: int) -> int:
    return int(np.searchsorted(positions, choice)) if choice >= 0 else -1


def _winners(outcomes: Outcomes) -> Ints:
    return winners(outcomes.low, outcomes.high, cost_usd=outcomes.cost_usd, eligible=outcomes.eligible)


def _swept(case: Case, reach: Reach, ways: Sequence[Way], knots: int) -> Iterator[tuple[Way, Ints, Outcomes, int]]:
    """Each way with its winners, the outcomes that they were read from, and the row where it starts there."""
    for together in _by_axes(ways):
        rows = along(together, case.load, case.workload)
        outcomes = reach.outcomes(rows, knots=knots)
        won = _winners(outcomes)
        for way, start in zip(rows.ways, rows.starts, strict=False):
            yield way, won[start : start + len(way.values)], outcomes, int(start)


def _by_axes(ways: Sequence[Way]) -> list[list[Way]]:
    return [[way for way in ways if way.field.moves == kind] for kind in dict.fromkeys(way.field.moves for way in ways)]


def _first_sweep(case: Case, reach: Reach, *, held: int) -> tuple[list[Way], Ints]:
    """The steps in which the nearest change lies, a step of slack on either side, and the offers that come near to winning there."""
    closer: list[Way] = []
    rivals = {held} - {-1}
    ways = [way for field in fields_of(case.workload, case.load) for way in field.ways(POINTS)]
    for way, won, outcomes, start in _swept(case, reach, ways, KNOTS):
        changed = np.flatnonzero(won != held)
        if changed.size:
            first, last = max(int(changed[0]) - 2, 0), min(int(changed[0]) + 1, len(won) - 1)
            closer.append(Way(way.field, way.field.between(float(way.values[first]), float(way.values[last]), FINE_POINTS * (last - first))))
            rivals |= _contenders(outcomes, start + int(changed[0])) | _contenders(outcomes, start + last)
    return closer, np.array(sorted(rivals), dtype=np.intp)


def _contenders(outcomes: Outcomes, row: int) -> set[int]:
    scores = np.where(outcomes.eligible[row], outcomes.low[row], -1.0)
    best = np.argsort(-scores, kind="stable")[:RIVALS]
    return {int(place) for place in best if scores[place] >= 0}


@dataclass(frozen=True, eq=False)
class Found:
    """A change that the second sweep saw: the values to check it at, and the score of the winner there."""

    way: Way
    bar: Array


def _second_sweep(case: Case, reach: Reach, ways: Sequence[Way], *, held: int) -> list[Found]:
    found = []
    for way, won, outcomes, start in _swept(case, reach, ways, FINE_KNOTS):
        changed = np.flatnonzero(won != held)
        if changed.size:
            steps = np.minimum(int(changed[0]) + np.array(SLACK), len(won) - 1)
            scores = np.where(outcomes.eligible[start + steps], outcomes.low[start + steps], -np.inf)
            found.append(Found(Way(way.field, way.values[steps]), scores.max(axis=1) - SLOPPY))
    return found


def _checked(case: Case, found: Sequence[Found], *, choice: int) -> Iterator[FlipPoint]:
    """The changes that hold when every open offer takes part and attainment is exact."""
    reach = Reach.of(case, open_offers(case), nodes=latency.NODES)
    held, bars = _place(reach.positions, choice), {id(each.way): each.bar for each in found}
    for together in _by_axes([each.way for each in found]):
        rows = along(together, case.load, case.workload)
        won = _winners(reach.outcomes(rows, bar=np.concatenate([bars[id(way)] for way in together])[:, None]))
        for way, start in zip(rows.ways, rows.starts, strict=False):
            changed = np.flatnonzero(won[start : start + len(way.values)] != held)
            if changed.size:
                winner = int(won[start + changed[0]])
                new = case.columns.ids[reach.positions[winner]] if winner >= 0 else None
                yield FlipPoint(way.field.what, way.field.now, float(way.values[changed[0]]), new)
