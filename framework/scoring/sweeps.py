"""What else in the workload would change the choice: each field swept alone over the full chain, gates included, and closed in on.

The points are found, not exact: a field is tried from a twentieth to twenty times its value in steps of a fifth, so two changes within one
step would go unseen. Every point returned was checked with all open offers, the room under the rate limits being that of averages, bent as
the replay of the case bends it; where that room decides, the change was replayed (`entered`). A mean moves alone while its p95 allows it,
beyond that the p95 goes with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framework.scoring.chain import Case
from framework.scoring.entered import as_entered
from framework.scoring.outcome import Asked, Outcomes, Reach, candidates, open_offers
from framework.scoring.rank import winners
from framework.scoring.results import FlipPoint
from framework.scoring.rows import Field, Way, along, fields_of, p95_moved

Array = NDArray[np.float64]
Ints = NDArray[np.intp]

POINTS = 16
"""Steps of the first sweep in each direction: a fifth each."""
FINE_POINTS = 40
"""Steps of the second one, inside the step where the winner changed: half a per cent each."""
KNOTS = 4
FINE_KNOTS = 4
NEARBY = 3
"""Steps of the first sweep before a change in which those who come near to winning are looked for."""
STEPS = 2
"""Steps of the first sweep that the second one looks into at a time."""
TRIES = 3
RIVALS = 3
SLOPPY = 0.01
"""By how much a score of the second sweep may be too high."""
AROUND = 2
"""Fine steps before and behind a change that are checked with it."""


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

    @property
    def further(self) -> Closer:
        """The steps that follow, as far as the way goes."""
        return Closer(self.way, self.last, min(self.last + STEPS, len(self.way.values) - 1), self.rivals)

    @property
    def nearer(self) -> Closer:
        """The steps before."""
        return Closer(self.way, max(self.first - STEPS, 0), self.first, self.rivals)


@dataclass(frozen=True, eq=False)
class Seen:
    """A change that the second sweep saw at one of the fine steps of `way`; `scores` of the winner at each."""

    way: Way
    scores: Array
    at: int

    @property
    def around(self) -> Ints:
        """The steps before and behind it that are looked at together."""
        return np.arange(max(self.at - AROUND, 0), min(self.at + AROUND, len(self.scores) - 1) + 1)

    def at_step(self, at: int) -> Seen:
        """The same, looked for at another step."""
        return Seen(self.way, self.scores, min(max(at, 0), len(self.scores) - 1))


def workload_flips(case: Case, *, choice: int) -> tuple[FlipPoint, ...]:
    """The nearest change of winner each way per field; `choice` -1 asks from where on something fits."""
    closer = _first_sweep(case, choice)
    if not closer:
        return ()
    reach = Reach.of(case, open_offers(case), fine=True)
    return as_entered(case, _checked(case, reach, _second_sweep(case, closer, choice), choice), choice=choice)


def _place(positions: Ints, choice: int) -> int:
    return int(np.searchsorted(positions, choice)) if choice >= 0 else -1


def _winners(outcomes: Outcomes) -> Ints:
    return winners(outcomes.low, outcomes.high, cost_usd=outcomes.cost_usd, eligible=outcomes.eligible)


def _first_sweep(case: Case, choice: int) -> list[Closer]:
    """Where the nearest change seems to lie: latency is only rough here."""
    reach, closer = Reach.of(case, candidates(case, choice=choice)), []
    held = _place(reach.positions, choice)
    rows = along([way for field in fields_of(case.workload, case.load) for way in field.ways(POINTS)], case.load, case.workload)
    outcomes = reach.outcomes(rows, knots=KNOTS)
    won = _winners(outcomes)
    for way, start in zip(rows.ways, rows.starts, strict=False):
        changed = np.flatnonzero(won[start : start + len(way.values)] != held)
        if changed.size:
            at, end = int(changed[0]), len(way.values) - 1
            looked_at = range(max(at - NEARBY, 0), min(at + 2, end + 1))
            near = set().union(*(_contenders(outcomes, int(start) + row) for row in looked_at)) | ({held} - {-1})
            closer.append(Closer(way, max(at - 2, 0), at, frozenset(int(reach.positions[place]) for place in near)))
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
        if not left:
            break
        still: list[Closer] = []
        for each, changed, scores in _looked_into(case, reach, left, choice):
            if not changed.size:
                still += [each.further] if each.last < len(each.way.values) - 1 else []
            elif changed[0] == 0 and each.first > 0:
                still.append(each.nearer)
            else:
                seen.append(Seen(each.fine, scores, int(changed[0])))
        left = still
    return seen


def _looked_into(case: Case, reach: Reach, closer: Sequence[Closer], choice: int) -> Iterator[tuple[Closer, Ints, Array]]:
    """Per way the fine steps at which the choice does not win, and the winner's score at each."""
    held = _place(reach.positions, choice)
    rows = along([each.fine for each in closer], case.load, case.workload)
    near = np.array([[int(position) in each.rivals for position in reach.positions] for each in closer])
    outcomes = reach.outcomes(rows, knots=FINE_KNOTS, near=near)
    won, scores = _winners(outcomes), np.where(outcomes.eligible, outcomes.low, -np.inf).max(axis=1)
    for each, start, end in zip(closer, rows.starts, rows.starts[1:], strict=False):
        yield each, np.flatnonzero(won[start:end] != held), scores[start:end]


def _checked(case: Case, reach: Reach, seen: Sequence[Seen], choice: int) -> Iterator[FlipPoint]:
    """The changes that hold when every open offer takes part, attainment and seconds are exact, moved to where they do."""
    left, held = list(seen), _place(reach.positions, choice)
    for _ in range(TRIES):
        if not left:
            return
        still: list[Seen] = []
        for each, won in _exact_winners(case, reach, left):
            changed = np.flatnonzero(won != held)
            first = each.around[0]
            if not changed.size:
                still += [each.at_step(each.around[-1] + AROUND)] if each.around[-1] < len(each.scores) - 1 else []
            elif changed[0] == 0 and first > 0:
                still.append(each.at_step(first - AROUND))
            else:
                here = int(won[changed[0]])
                new_winner = case.columns.ids[reach.positions[here]] if here >= 0 else None
                yield _flip(case, each.way.field, float(each.way.values[first + changed[0]]), new_winner)
        left = still


def _flip(case: Case, field: Field, to: float, new_winner: str | None) -> FlipPoint:
    before, after = p95_moved(field, to, case.workload) or (None, None)
    return FlipPoint(field.what, field.now, to, new_winner, p95_from=before, p95_to=after)


def _exact_winners(case: Case, reach: Reach, seen: Sequence[Seen]) -> Iterator[tuple[Seen, Ints]]:
    """Who wins at the steps around each change."""
    rows = along([Way(each.way.field, each.way.values[each.around]) for each in seen], case.load, case.workload)
    bar = np.concatenate([each.scores[each.around] for each in seen])[:, None] - SLOPPY
    won = _winners(reach.outcomes(rows, asked=Asked(bar, seconds=True)))
    yield from zip(seen, np.split(won, rows.starts[1:-1]), strict=True)
