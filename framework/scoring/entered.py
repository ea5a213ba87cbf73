"""Changes held against what happens when they are typed in as they are told: rounded, and under the rate limits replayed again.

A sweep bends the room of averages as the replay of today's peak bends it; more traffic is smoother and longer calls are fewer to a bucket,
so that a change that room decides was found one to three per cent too early. And a figure rounded onwards may lie beyond a narrow window
in which the offer named would win.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from framework.axes.assessment import AXES, Verdict
from framework.scoring.chain import Case, assess_all, limits_again, only
from framework.scoring.open_offers import candidates
from framework.scoring.outcome import Asked, Reach
from framework.scoring.rank import shares_of, weighted, winners
from framework.scoring.results import FlipPoint
from framework.scoring.rows import ROOM, Field, Way, along, fields_of, moved, p95_moved
from framework.scoring.screen import all_gates, moving_gates, passing
from framework.scoring.told import as_read
from framework.scoring.value import LIMITS, axis_quantities, quantities, unknown_criteria, valued

Ints = NDArray[np.intp]

CONTENDERS = 6
STEP = 1.01
STEPS = (0, 1, 2, 3, 4, 5, 10, 20, 40)
"""How often: what is not found within the first few was misjudged by averages, and is rare."""
NEAR = 1.1
"""Times the good mark: where more room than that is left at either offer, the rate limits do not decide."""
SEEN = 0.005
"""A figure that is read no further than that from where the change was found was looked at by the sweep."""


def as_entered(case: Case, flips: Iterable[FlipPoint], *, choice: int) -> tuple[FlipPoint, ...]:
    """The same changes; where the figure that is read gives another new winner it is that one, and what it is read at."""
    found = list(flips)
    named = {case.columns.index(flip.new_winner) for flip in found if flip.new_winner}
    places = np.array(sorted({*candidates(case, choice=choice, most=CONTENDERS).tolist(), *named}), dtype=np.intp)
    fields = {field.what: field for field in fields_of(case.workload, case.load)}
    by_limits = [_limits_decide(case, flip, fields[flip.what], choice) for flip in found]
    rough = [at for at, flip in enumerate(found) if not by_limits[at] and abs(np.log(_read(flip, flip.to) / flip.to)) > SEEN]
    for at, won in zip(rough, _rounded(case, places, [(fields[found[at].what], found[at]) for at in rough]), strict=True):
        # Where the window is too narrow to be told, the change stays as it was found.
        if won != choice and _id(case, won) != found[at].new_winner:
            found[at] = _moved(case, fields[found[at].what], found[at], _read(found[at], found[at].to), won)
    entered = (
        _replayed(case, places, flip, fields[flip.what], choice) if decide else flip for flip, decide in zip(found, by_limits, strict=True)
    )
    return tuple(flip for flip in entered if flip is not None)


def _read(flip: FlipPoint, to: float) -> float:
    return as_read(flip.what, to, up=to >= flip.from_)


def _id(case: Case, position: int) -> str | None:
    return case.columns.ids[position] if position >= 0 else None


def _moved(case: Case, field: Field, flip: FlipPoint, to: float, won: int) -> FlipPoint:
    before, after = p95_moved(field, to, case.workload) or (None, None)
    return dataclasses.replace(flip, to=to, new_winner=_id(case, won), p95_from=before, p95_to=after)


def _rounded(case: Case, places: Ints, flips: list[tuple[Field, FlipPoint]]) -> list[int]:
    """Positions of who wins at what is read, -1 where nobody passes; the room under the limits is that of the sweep."""
    if not flips:
        return []
    reach = Reach.of(case, places, fine=True)
    rows = along([Way(field, np.array([_read(flip, flip.to)])) for field, flip in flips], case.load, case.workload)
    found = reach.outcomes(rows, asked=Asked(np.full((rows.count, 1), -np.inf), seconds=True))
    won = winners(found.low, found.high, cost_usd=found.cost_usd, eligible=found.eligible)
    return [int(places[at]) if at >= 0 else -1 for at in won]


def _limits_decide(case: Case, flip: FlipPoint, field: Field, choice: int) -> bool:
    """The room at the choice or at the new winner is not plainly beyond the good mark, today or at the change."""
    if "rate_limits" not in field.moves:
        return False
    if choice < 0 or flip.new_winner is None:
        return True
    room = case.assessments.rate_limits.room[[choice, case.columns.index(flip.new_winner)]]
    then = room if field.is_share else room * min(flip.from_ / flip.to, 1.0)
    return bool(np.nanmin(then, initial=np.inf) < NEAR * case.anchors["rate_limits"].good)


def _replayed(case: Case, places: Ints, flip: FlipPoint, field: Field, choice: int) -> FlipPoint | None:
    """Moved on to where the whole chain agrees, at the figure that is read; None where it does not within half as much again."""
    before = -1
    for step in STEPS:
        found = _at_step(case, places, flip, field, choice, step)
        if found is None:
            before = step
            continue
        while step - before > 1:
            middle = (before + step) // 2
            nearer = _at_step(case, places, flip, field, choice, middle)
            before, step, found = (middle, step, found) if nearer is None else (before, middle, nearer)
        return found
    return None


def _at_step(case: Case, places: Ints, flip: FlipPoint, field: Field, choice: int, step: int) -> FlipPoint | None:
    """The change so many per cent on, None where the choice still wins there."""
    to = flip.to * (STEP if flip.to > flip.from_ else 1 / STEP) ** step
    read = _read(flip, to)
    if field.is_share and read > 1:
        return None
    coarse = abs(np.log(read / to)) > SEEN
    won = _winner(case, places, field, to if coarse else read)
    if won == choice:
        return None
    then = _winner(case, places, field, read) if coarse else won
    return _moved(case, field, flip, to, won) if coarse and then in (won, choice) else _moved(case, field, flip, read, then)


def _winner(case: Case, places: Ints, field: Field, value: float) -> int:
    """The position of the best of some offers with another value of a field, -1 where none passes: its axes as for a new study."""
    usd = case.assessments.cost.expected_usd[places]
    load = case.load.with_(**{attr: float(each[0]) for attr, each in moved(field, np.array([value]), case.workload)})
    given, unknown = [figures[places] for figures in quantities(case)], unknown_criteria(case)[:, places]
    gates = {gate: shut[places] for gate, shut in all_gates(case.workload, case.columns, case.assessments).items()}
    if field.moves == ROOM:
        limits = limits_again(case, places, load=load)
    else:
        parts = assess_all(load, only(case.columns, places), case.workload.tiers)
        limits, usd = parts.rate_limits, parts.cost.expected_usd
        gates |= moving_gates(parts)
        given[: len(AXES)] = axis_quantities(parts)
        unknown[: len(AXES)] = [getattr(parts, axis).verdicts == Verdict.UNKNOWN for axis in AXES]
    given[LIMITS], unknown[LIMITS], gates["rate_limits"] = limits.room, limits.verdicts == Verdict.UNKNOWN, limits.verdicts == Verdict.FAILS
    low, high = (weighted(shares_of(case.priorities.weights, case.criteria), each) for each in valued(case.anchors, given, unknown))
    won = int(winners(low[None], high[None], cost_usd=usd, eligible=passing(gates)[None])[0])
    return int(places[won]) if won >= 0 else -1
