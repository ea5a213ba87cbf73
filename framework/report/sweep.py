"""Which offer is the cheapest along one figure of the workload, and where that changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Costs = Callable[[Array], Array]
FINE = 60
TIE = 1e-9


@dataclass(frozen=True)
class Stretch:
    """From `start` to `end` the offer at position `offer` costs least; `usd` is what it costs at `end`."""

    start: float
    end: float
    offer: int
    usd: float


def cheapest(costs: Array) -> NDArray[np.int64]:
    """Position of the cheapest offer per row of `costs` `(n, offers)`, the first of equals; -1 where none is known."""
    known = np.where(np.isnan(costs), np.inf, costs)
    least = known.min(axis=1, keepdims=True) if known.shape[1] else np.full((len(known), 1), np.inf)
    # Two offers at one price must not take turns by the rounding of their sums.
    return np.where(np.isfinite(least[:, 0]), (known <= least * (1 + TIE)).argmax(axis=1) if known.shape[1] else -1, -1)


def stretches(values: Array, costs: Array, costs_at: Costs) -> list[Stretch]:
    """Where which offer is the cheapest.

    `costs` `(n, offers)` at `values` `(n,)`; `costs_at` gives more of them: each crossing is looked for in steps of 1/60 of a step, twice.
    """
    winner = cheapest(costs)
    turns = np.flatnonzero(np.diff(winner))
    edges = [float(values[0]), *(_refined(float(values[at]), float(values[at + 1]), costs_at) for at in turns), float(values[-1])]
    holders = [int(winner[0]), *(int(winner[at + 1]) for at in turns)]
    ends = costs_at(np.array(edges[1:]))
    return [
        Stretch(start, end, offer, float(ends[row, offer]))
        for row, (start, end, offer) in enumerate(zip(edges, edges[1:], holders, strict=False))
        if offer >= 0
    ]


def _refined(low: float, high: float, costs_at: Costs) -> float:
    for _ in range(2):
        values = np.linspace(low, high, FINE)
        winner = cheapest(costs_at(values))
        turns = np.flatnonzero(np.diff(winner))
        at = int(turns[0]) if turns.size else 0
        low, high = float(values[at]), float(values[at + 1])
    return (low + high) / 2


def spoken(found: list[Stretch], name: Callable[[int], str], words: Callable[[float], str]) -> str:
    """`a up to 43 %, b above`; just the name where one holds throughout."""
    if len(found) == 1:
        return name(found[0].offer)
    parts = [f"{name(part.offer)} {'up to' if row == 0 else 'then up to'} {words(part.end)}" for row, part in enumerate(found[:-1])]
    return ", ".join([*parts, f"{name(found[-1].offer)} above"])


def column(values: Any) -> Array:
    """Values as `(n, 1)`, to broadcast against offers."""
    return np.asarray(values, dtype=float)[:, None]
