"""Weighted sums, their order, and two second opinions: TOPSIS and dominance.

The promise that an added offer never changes the order of the others is the weighted sum's; TOPSIS depends on the set it is given.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from framework.axes.assessment import AXES, Criterion
from framework.priorities import Weights

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

DECIMALS = 6
"""Scores are told to this many decimals; those that then agree are ties, and the cheaper wins: no estimate here is finer."""


def shares_of(weights: Weights, criteria: Sequence[Criterion] = AXES) -> Array:
    """`(criteria,)` that sum to 1; the weight of what does not take part is shared out among the others."""
    raw = np.array([getattr(weights, criterion) for criterion in criteria], dtype=float)
    return np.asarray(raw / raw.sum())


def weighted(weights: Array, values: Array) -> Array:
    """Weighted sum over the axes: weights `(axes,)` or `(n, axes)` with values `(axes, offers)` or `(axes, n, offers)`."""
    if weights.ndim == values.ndim == 2:
        return np.asarray(weights @ values)
    spread = np.moveaxis(weights, -1, 0)
    return np.asarray((spread.reshape(*spread.shape, *(1,) * (values.ndim - spread.ndim)) * values).sum(axis=0))


def ranks(low: Array, high: Array, *, cost_usd: Array, eligible: Bools, ids: Sequence[str]) -> Ints:
    """1 is best, 0 is excluded: by `low`, then `high`, then the cheaper, then the id."""
    by_id = np.argsort(np.argsort(np.array(ids)))
    keys = (by_id, np.nan_to_num(cost_usd, nan=np.inf), -np.round(high, DECIMALS), -np.round(low, DECIMALS), ~eligible)
    rank = np.zeros(len(ids), dtype=np.int64)
    rank[np.lexsort(keys)] = np.arange(1, len(ids) + 1)
    return np.where(eligible, rank, 0)


def winners(low: Array, high: Array, *, cost_usd: Array, eligible: Bools) -> Ints:
    """Position of the best per row `(n, offers) -> (n,)`, -1 where none is eligible; offers must stand in the order of their ids."""
    scores = np.where(eligible, low, -1.0)
    won = scores.argmax(axis=-1)
    best = np.take_along_axis(scores, won[:, None], axis=-1)
    # Scores further apart than the last decimal told cannot be ties: only the other rows are looked at more closely.
    near = scores >= best - 10.0**-DECIMALS
    if np.count_nonzero(near) > len(near) or best.min(initial=0.0) < 0:
        close = np.count_nonzero(near, axis=-1) > 1
        won[best[:, 0] < 0] = -1
        cost = np.broadcast_to(cost_usd, low.shape)[close]
        won[close] = _of_ties(low[close], high[close], cost_usd=cost, eligible=eligible[close])
    return np.asarray(won)


def _of_ties(low: Array, high: Array, *, cost_usd: Array, eligible: Bools) -> Ints:
    first = np.where(eligible, np.round(low, DECIMALS), -1.0)
    tied = eligible & (first == first.max(axis=-1, keepdims=True))
    second = np.where(tied, np.round(high, DECIMALS), -1.0)
    tied &= second == second.max(axis=-1, keepdims=True)
    third = np.where(tied, np.nan_to_num(cost_usd, nan=1e300), np.inf)
    return np.where(tied.any(axis=-1), third.argmin(axis=-1), -1)


def topsis(weights: Array, values: Array, eligible: Bools) -> Array:
    """Closeness to the ideal 0..1 over the eligible, vector-normalised (Hwang and Yoon 1981); NaN where excluded."""
    closeness = np.full(eligible.shape, np.nan)
    if not eligible.any():
        return closeness
    chosen = values[:, eligible]
    length = np.sqrt(np.square(chosen).sum(axis=1, keepdims=True))
    scaled = weights[:, None] * np.divide(chosen, length, out=np.zeros_like(chosen), where=length > 0)
    far = np.sqrt(np.square(scaled - scaled.max(axis=1, keepdims=True)).sum(axis=0))
    near = np.sqrt(np.square(scaled - scaled.min(axis=1, keepdims=True)).sum(axis=0))
    closeness[eligible] = np.divide(near, far + near, out=np.ones_like(near), where=far + near > 0)
    return closeness


def kendall_tau(one: Array, other: Array) -> float:
    """Agreement of two orders, 1 the same and -1 reversed, ties counted as in Kendall's tau-b (1945); NaN where one has no order."""
    signs = [np.sign(np.subtract.outer(each, each)) for each in (one, other)]
    compared = float(np.sqrt(np.prod([np.abs(sign).sum() for sign in signs])))
    return float((signs[0] * signs[1]).sum() / compared) if compared else float("nan")


def dominated(value_low: Array, value_high: Array, eligible: Bools) -> Bools:
    """True where another eligible offer is at least as good on every axis and better on one, whatever the unknowns turn out to be."""
    at_least = (value_low[:, :, None] >= value_high[:, None, :] - 10.0**-DECIMALS).all(axis=0)
    better = (value_low[:, :, None] > value_high[:, None, :] + 10.0**-DECIMALS).any(axis=0)
    return np.asarray(eligible & (at_least & better & eligible[:, None]).any(axis=0))
