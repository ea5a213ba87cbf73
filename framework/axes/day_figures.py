"""What a day's replay comes to for each set of limits: shares, delays, users, what binds."""

from __future__ import annotations

import math

import numpy as np

from framework.axes.day import Day
from framework.catalogue.columns import Bools, Ints
from framework.simulation.limiter import METERED, Lanes
from framework.simulation.replay import IN_FLIGHT, Bytes, Client, Outcome, Replay, Totals, fills_up, outcome, refuse_all, replay

LIMITED: tuple[str, ...] = (*METERED, IN_FLIGHT)
"""What is replayed, in the order in which `binding` counts."""

FIGURES = ("refused_share", "delayed_share", "p50_s", "p95_s", "max_s", "attempts", "users_share", "first_s")
"""The names of the figures below, in their order; `binding` follows."""


NO_TROUBLE = (0.0, 0.0, 0.0, 0.0, 0.0, 1.0)


def figures_of(day: Day, charge: Ints, lanes: Lanes, client: Client, duration_us: Ints) -> list[tuple[float, ...]]:
    """Of each set in turn; `charge` `(kinds, n)`, and how long each call lasts.

    Where *refuse* refuses nobody, nobody waits either: up to the first call that is not let in, all clients fare alike.
    """
    marks = np.zeros((len(day), len(lanes)), np.uint8) if _users_known(day) and client.policy == "refuse" else None
    totals = refuse_all(day.time_us, charge, lanes, duration_us=duration_us, marks=marks)
    flown = fills_up(day.time_us, lanes.flight, duration_us)
    figures: list[tuple[float, ...]] = []
    for at in range(len(lanes)):
        if not totals.refused[at]:
            figures.append((*NO_TROUBLE, 0.0 if _users_known(day) else math.nan, math.nan, -1))
        elif client.policy == "refuse" and not flown[at]:
            figures.append(_refused(day, totals, lanes.meters, at, marks))
        else:
            figures.append(_as_figures(day, replay(day.time_us, charge, lanes, client, at=at, duration_us=duration_us)))
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


def _users_known(day: Day) -> bool:
    return day.user is not None and day.merged == 1


def _users_share(day: Day, troubled: Bools) -> float:
    if day.user is None or not _users_known(day):
        return math.nan
    return np.unique(day.user[troubled]).size / max(day.users, 1)


def _refused(day: Day, totals: Totals, meters: tuple[str, ...], at: int, marks: Bytes | None) -> tuple[float, ...]:
    binding = LIMITED.index(meters[int(totals.short[:, at].argmax())])
    users = _users_share(day, marks[:, at] > 0) if marks is not None else math.nan
    first_s = float(day.time_us[totals.first[at]] / 1e6)
    return (totals.refused[at] / len(day), 0.0, 0.0, 0.0, 0.0, 1.0, users, first_s, binding)
