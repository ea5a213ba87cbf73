"""What other weights would change the choice: exact, because a weighted sum is linear in each weight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framework.axes.assessment import CRITERIA, Criterion
from framework.scoring.rank import DECIMALS, weighted, winners
from framework.scoring.results import FlipPoint, Scores

Array = NDArray[np.float64]

LEVEL = 2 * 10.0**-DECIMALS
"""Scores nearer than this may be told as a tie: the new winner is read off where it is ahead by that much."""


@dataclass(frozen=True, eq=False)
class WeightChange:
    """The smallest move of weight that changes the choice: `moved` of the total goes to `axis`; `weights` `(axes,)` are at the tie.

    `by_bill`: it is never ahead, and wins there because its bill is lower.
    """

    moved: float
    axis: Criterion
    new_winner: str
    weights: Array
    by_bill: bool = False


def weight_flips(scores: Scores, *, choice: int, cost_usd: Array, ids: Sequence[str]) -> tuple[FlipPoint, ...]:
    """The nearest crossing each way per axis; the weight is a share of the total and the other weights keep their proportions.

    Where nobody crosses on the way down, others may still be level without that axis, and then win as they are cheaper. With nothing but
    one axis many are level: that end no slider reaches, and it is left out.
    """
    found = []
    for axis, name in enumerate(scores.criteria):
        now = float(scores.weights[axis])
        crossed = _crossings(scores, axis=axis, choice=choice)
        without = [(0.0, 0.0)] if 0 < now < 1 and not any(to < now for to, _ in crossed) else []
        for to, beyond in [*crossed, *without]:
            weights = with_share(scores.weights, axis=axis, share=max(beyond, 0.0))
            winner = _winner(scores, weights, cost_usd)
            if winner != choice:
                found.append(FlipPoint(f"weights.{name}", now, to, ids[winner], exact=True))
    return tuple(found)


def _crossings(scores: Scores, *, axis: int, choice: int) -> list[tuple[float, float]]:
    """`(share, share just beyond)` where another eligible offer first draws level, upwards and downwards."""
    now = float(scores.weights[axis])
    if now > 1 - LEVEL:
        # The other weights are all zero: they have no proportions to keep.
        return []
    ahead = scores.value_low - scores.value_low[:, [choice]]
    rest = (weighted(scores.weights, ahead) - now * ahead[axis]) / (1 - now)
    slope = ahead[axis] - rest
    rivals = scores.eligible & (np.arange(len(slope)) != choice)
    found = []
    for way, end in ((1, 1.0), (-1, 0.0)):
        gaining = rivals & (way * slope > LEVEL)
        level = -rest[gaining] / slope[gaining]
        reached = np.flatnonzero(way * level <= way * end)
        if reached.size:
            first = reached[np.argmin(way * level[reached])]
            to = max(float(level[first]), now) if way > 0 else min(float(level[first]), now)
            beyond = to + LEVEL / float(slope[gaining][first])
            # Level already: any move at all does it, and `to` must show the way.
            found.append((beyond if to == now else to, beyond))
    return [(to, beyond) for to, beyond in found if 0 <= beyond <= 1 or to == 0]


def with_share(weights: Array, *, axis: int, share: float) -> Array:
    """Weights `(..., axes)` with one of them set, the others in proportion."""
    changed = weights * (1 - share) / (1 - weights[..., [axis]])
    changed[..., axis] = share
    return np.asarray(changed)


def _winner(scores: Scores, weights: Array, cost_usd: Array) -> int:
    low, high = weighted(weights, scores.value_low), weighted(weights, scores.value_high)
    return int(winners(low[None], high[None], cost_usd=cost_usd, eligible=scores.eligible[None])[0])


@dataclass(frozen=True)
class Interval:
    """The shares of the total between which an axis may weigh, the others in proportion, for the choice to stay; both ends exact.

    `below` and `above`: who wins beyond, None where the end is that of all weights.
    """

    axis: Criterion
    low: float
    now: float
    high: float
    below: str | None
    above: str | None


def weight_intervals(weights: Array, flips: Sequence[FlipPoint]) -> tuple[Interval, ...]:
    """One per axis, from the exact flips; none for an axis that has all the weight: the others have no proportions to keep."""
    found = []
    for name, now in zip(CRITERIA, weights.tolist(), strict=False):
        mine = [flip for flip in flips if flip.what == f"weights.{name}"]
        down = next((flip for flip in mine if flip.to < flip.from_), None)
        up = next((flip for flip in mine if flip.to > flip.from_), None)
        if now <= 1 - LEVEL:
            low, below = (0.0, None) if down is None else (down.to, down.new_winner)
            high, above = (1.0, None) if up is None else (up.to, up.new_winner)
            found.append(Interval(name, low, now, high, below, above))
    return tuple(found)


def smallest_change(scores: Scores, *, choice: int, ids: Sequence[str], cost_usd: Array | None = None) -> WeightChange | None:
    """The least weight that must move (half the L1 distance) until some other offer draws level; None where no weights make one win."""
    best: WeightChange | None = None
    for change in changes_by_rival(scores, choice=choice, ids=ids, cost_usd=cost_usd).values():
        if change is not None and (best is None or change.moved < best.moved - 10.0**-DECIMALS):
            best = change
    return best


def changes_by_rival(scores: Scores, *, choice: int, ids: Sequence[str], cost_usd: Array | None = None) -> dict[str, WeightChange | None]:
    """The same for each rival by itself: until it draws level with the choice, whoever else is ahead; None where no weights do it.

    Greedy and exact: a rival gains most from weight that goes to its best axis and comes from its worst axes first. One that is nowhere
    ahead may win where both are level, by a lower bill; without bills that is not asked.
    """
    ahead = scores.value_low - scores.value_low[:, [choice]]
    cheaper = np.zeros(len(ids), dtype=bool) if cost_usd is None else cost_usd < cost_usd[choice]
    best = scores.value_high - scores.value_high[:, [choice]]
    rivals = np.flatnonzero(scores.eligible & (np.arange(len(ids)) != choice))
    found = {ids[at]: _exchange(scores.weights, ahead[:, at], new_winner=ids[at]) for at in map(int, rivals)}
    level = {ids[at]: _to_level(scores.weights, ahead[:, at], best[:, at], ids[at]) for at in map(int, rivals) if cheaper[at]}
    return {offer: level.get(offer) if change is None else change for offer, change in found.items()}


def _exchange(weights: Array, ahead: Array, *, new_winner: str) -> WeightChange | None:
    to = int(ahead.argmax())
    lacking = -float(weights @ ahead)
    if ahead[to] <= 10.0**-DECIMALS:
        return None
    changed, moved = weights.copy(), 0.0
    for source in np.argsort(ahead, kind="stable")[:-1]:
        gain = float(ahead[to] - ahead[source])
        if lacking <= 0 or gain <= 0:
            break
        mass = min(float(changed[source]), lacking / gain)
        changed[source] -= mass
        changed[to] += mass
        moved, lacking = moved + mass, lacking - mass * gain
    # What is left of a weight by rounding alone is nothing.
    changed[changed < 1e-12] = 0.0
    return WeightChange(moved, CRITERIA[to], new_winner, changed)


def _to_level(weights: Array, ahead: Array, best: Array, new_winner: str) -> WeightChange | None:
    """All weight to where both are level, at their `best` as well: there the bill decides."""
    level = (np.abs(ahead) <= 10.0**-DECIMALS) & (best >= -(10.0**-DECIMALS))
    if not level.any():
        return None
    changed = np.where(level, weights, 0.0)
    to = int(np.where(level, weights, -1.0).argmax())
    moved = float(weights.sum() - changed.sum())
    changed[to] += moved
    return WeightChange(moved, CRITERIA[to], new_winner, changed, by_bill=True)
