"""What a day's replay comes to for each set of limits: shares, delays, users, what binds."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from framework.axes.day import Day
from framework.catalogue.columns import Bools, Ints
from framework.simulation.busiest import Seconds, never_short
from framework.simulation.limiter import METERED, Lanes, lanes_of
from framework.simulation.replay import IN_FLIGHT, Client, Outcome, Replay, outcome, refuse_all, replay

LIMITED: tuple[str, ...] = (*METERED, IN_FLIGHT)
"""What is replayed, in the order in which `binding` counts."""

FIGURES = ("refused_share", "delayed_share", "p50_s", "p95_s", "max_s", "attempts", "users_share", "first_s")
"""The names of the figures below, in their order; `binding` follows."""


@dataclass(frozen=True, eq=False)
class Sets:
    """Sets of limits: figures `(sets,)` by dimension, and the seconds that their buckets are deep."""

    limits: dict[str, Any]
    depth_s: Ints

    def lanes(self, charge: Ints) -> Lanes:
        """Their buckets, deep enough for the largest charge."""
        return lanes_of(self.limits, charge.max(axis=1), window_s=self.depth_s)

    def some(self, which: Ints) -> Sets:
        """Some of the sets."""
        return Sets({name: figure[which] for name, figure in self.limits.items()}, self.depth_s[which])

    def without(self, meters: Iterable[str], charge: Ints, seconds: Seconds) -> Sets:
        """The same less the limits that some traffic cannot run into: each row saved is a third of a replay."""
        kept = dict(self.limits)
        for meter in meters:
            if meter in kept:
                idle = never_short(charge[METERED[meter][0]], meter, kept[meter], self.depth_s, seconds)
                kept[meter] = np.where(idle, np.nan, kept[meter])
        return Sets(kept, self.depth_s)


def _at_least(sets: Sets) -> Bools:
    """`(sets, sets)`: the first has every limit of the second or more, at the same depth; not said where calls in flight are limited."""
    limits = np.array([np.where(np.isnan(figure), np.inf, figure) for figure in sets.limits.values()])
    wider: Bools = (limits[:, :, None] >= limits[:, None, :]).all(axis=0) & (sets.depth_s[:, None] == sets.depth_s[None, :])
    np.fill_diagonal(wider, False)
    if IN_FLIGHT in sets.limits:
        flying = np.flatnonzero(np.isfinite(limits[list(sets.limits).index(IN_FLIGHT)]))
        wider[flying] = wider[:, flying] = False
    return wider


def _of_all(day: Day, charge: Ints, sets: Sets, duration_us: Ints) -> list[tuple[float, ...]]:
    """Under refuse: first the tightest limits, then of the others those that are no wider than some which refuse nobody."""
    wider = _at_least(sets)
    first: Bools = np.asarray(~wider.any(axis=1))
    users = 0.0 if day.user is not None and day.merged == 1 else math.nan
    figures: list[tuple[float, ...]] = [(*NO_TROUBLE, users, math.nan, -1)] * len(first)
    free: Bools = np.zeros(len(first), dtype=np.bool_)
    for some in (first, ~first):
        left = np.flatnonzero(some & ~(wider & free[None, :]).any(axis=1))
        if left.size:
            found = _refused(day, charge, sets.some(left).lanes(charge), duration_us)
            for at, each in zip(left.tolist(), found, strict=True):
                figures[at] = each
                free[at] = each[0] == 0
    return figures


NO_TROUBLE = (0.0, 0.0, 0.0, 0.0, 0.0, 1.0)


def figures_of(day: Day, charge: Ints, sets: Sets, client: Client, duration_us: Ints) -> list[tuple[float, ...]]:
    """Of each set in turn: only what some second or minute could exceed is replayed."""
    # Under refuse a look at the calls pays, one at the tokens costs as much as it saves.
    sets = sets.without(("rpm",) if client.policy == "refuse" else METERED, charge, day.seconds)
    if client.policy == "refuse":
        return _of_all(day, charge, sets, duration_us)
    lanes = sets.lanes(charge)
    users = 0.0 if day.user is not None and day.merged == 1 else math.nan
    figures: list[tuple[float, ...]] = []
    for at in range(len(lanes)):
        if lanes.own_meters(at) or lanes.flight[at]:
            figures.append(_as_figures(day, replay(day.time_us, charge, lanes, client, at=at, duration_us=duration_us)))
        else:
            figures.append((*NO_TROUBLE, users, math.nan, -1))
    return figures


def _as_figures(day: Day, one: Replay) -> tuple[float, ...]:
    told: Outcome = outcome(one)
    n = max(told.requests, 1)
    troubled = one.refused | (one.admitted_us > one.time_us)
    binding = LIMITED.index(told.binding) if told.binding else -1
    return (
        told.refused / n,
        told.delayed / n,
        told.p50_s,
        told.p95_s,
        told.max_s,
        told.attempts / n,
        _users_share(day, troubled),
        told.first_refusal_s,
        binding,
    )


def _users_share(day: Day, troubled: Bools) -> float:
    if day.user is None or day.merged > 1:
        return math.nan
    return np.unique(day.user[troubled]).size / max(np.unique(day.user).size, 1)


def _refused(day: Day, charge: Ints, lanes: Lanes, duration_us: Ints) -> list[tuple[float, ...]]:
    marks = np.zeros((len(day), len(lanes)), np.uint8) if day.user is not None and day.merged == 1 else None
    totals = refuse_all(day.time_us, charge, lanes, duration_us=duration_us, marks=marks)
    rows = [LIMITED.index(meter) for meter in lanes.meters]
    figures: list[tuple[float, ...]] = []
    for lane in range(len(lanes)):
        refused, first = int(totals.refused[lane]), int(totals.first[lane])
        if refused and not totals.short[:, lane].any():
            binding = LIMITED.index(IN_FLIGHT)
        else:
            binding = rows[int(totals.short[:, lane].argmax())] if refused else -1
        users = _users_share(day, marks[:, lane] > 0) if marks is not None else math.nan
        first_s = float(day.time_us[first] / 1e6) if refused else math.nan
        figures.append((refused / max(totals.requests, 1), 0.0, 0.0, 0.0, 0.0, 1.0, users, first_s, binding))
    return figures
