"""One offer's day at one tier, minute by minute: what is drawn on each limit, who is refused, and what a cold cache does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from framework.axes.day import Day
from framework.axes.day_charges import Question, charges_at
from framework.axes.day_figures import LIMITED
from framework.axes.day_hits import NOT_EMPTIED
from framework.axes.day_replay import limits_of, replay_one
from framework.catalogue.columns import Array, Bools, Ints
from framework.simulation.limiter import INPUT, METERED, MINUTE_S
from framework.simulation.replay import Outcome, outcome

MINUTE_US = 60_000_000


@dataclass(frozen=True, eq=False)
class Story:
    """Minutes of the clock from the first call on, `(minutes,)`: `drawn` by meter of a minute, calls `refused` and `delayed` in it.

    `limits` of the tier by dimension. `delay_s` of the served calls, `(served,)`. `result`: the figures of the whole.
    """

    drawn: dict[str, Array]
    limits: dict[str, float]
    calls: Array
    refused: Array
    delayed: Array
    delay_s: Array
    result: Outcome
    starts_s: float | None
    merged: int


def limits_at(question: Question, offer: int, tier: int) -> dict[str, float]:
    """The limits that are known there, by dimension."""
    figures = zip(LIMITED, limits_of(question.columns)[tier, :, offer].tolist(), strict=True)
    return {name: figure for name, figure in figures if np.isfinite(figure)}


def story(question: Question, day: Day, offer: int, *, tier: int, window_s: int, met: Day | None = None) -> Story:
    """`tier`: row of the offer's ladder; `window_s`: how deep its buckets are taken to be; `met`: the rows of the same day that meet the
    limits, where they are others than those that show what is drawn.
    """
    limits, met = limits_at(question, offer, tier), day if met is None else met
    one, charge = replay_one(question, met, offer, limits=limits, window_s=window_s)
    if met is not day:
        charge = charges_at(question, day, offer)
    minute, theirs = day.time_us // MINUTE_US, met.time_us // MINUTE_US
    count = int(max(minute[-1], theirs[-1])) + 1 if len(day) else 0
    late = (one.admitted_us > one.time_us) & ~one.refused
    return Story(
        drawn={meter: _per_minute(minute, charge[METERED[meter][0]], count) for meter in limits if _of_a_minute(meter)},
        limits=limits,
        calls=_per_minute(minute, np.full(len(day), day.merged), count),
        refused=_per_minute(theirs, one.refused * met.merged, count),
        delayed=_per_minute(theirs, late * met.merged, count),
        delay_s=one.delay_us / 1e6,
        result=outcome(one),
        starts_s=day.starts_s,
        merged=day.merged,
    )


def _of_a_minute(meter: str) -> bool:
    return meter in METERED and METERED[meter][1] == MINUTE_S


def _per_minute(minute: Ints, value: Any, count: int) -> Array:
    return np.asarray(np.bincount(minute, weights=np.asarray(value, dtype=float), minlength=count), dtype=float)


@dataclass(frozen=True, eq=False)
class ColdCache:
    """A deploy at the busiest minute: input charged by minute `(minutes,)` with the cache kept and with it emptied, and its limit.

    `begins`: the minute of the deploy. `broken` `(minutes,)`: those in which the limit is exceeded only because of it.
    """

    warm: Array
    cold: Array
    limit: float
    meter: str
    begins: int
    broken: Bools


def cold_cache(question: Question, day: Day, offer: int, limits: Mapping[str, float]) -> ColdCache | None:
    """None where no limit of a minute counts input, or the cache does not lower what is charged."""
    meter = next((name for name in ("itpm", "tpm") if name in limits), None)
    if meter is None or not len(day):
        return None
    minute = day.time_us // MINUTE_US
    count = int(minute[-1]) + 1
    begins = int(np.bincount(minute, minlength=count).argmax())
    kind = METERED[meter][0]
    warm, cold = (
        _per_minute(minute, charges_at(question, day, offer, emptied_us=emptied)[kind], count)
        for emptied in (NOT_EMPTIED, begins * MINUTE_US)
    )
    if np.array_equal(warm, cold):
        return None
    limit = float(limits[meter])
    return ColdCache(warm, cold, limit, meter, begins, (cold > limit) & (warm <= limit))


def input_per_minute(question: Question, day: Day, offer: int) -> Array:
    """Input tokens that an offer counts, minute by minute `(minutes,)`."""
    minute = day.time_us // MINUTE_US
    return _per_minute(minute, charges_at(question, day, offer)[INPUT], int(minute[-1]) + 1 if len(day) else 0)


def too_steep(per_minute: Array, *, above: float, growth_share: float, per_minutes: int) -> Bools:
    """Minutes `(minutes,)` in which traffic above a threshold grew faster than a ramp rule allows.

    Held against the largest of the `per_minutes` before it, or the threshold where that is more, and the share on top.
    """
    steep = np.zeros(len(per_minute), dtype=bool)
    for at in range(len(per_minute)):
        before = per_minute[max(0, at - per_minutes) : at]
        steep[at] = per_minute[at] > max(above, float(before.max()) if before.size else 0.0) * (1 + growth_share)
    return steep
