"""The calls of a failing offer at another one: charged by the other's own rules, with its cache cold, held against each of its tiers."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import numpy as np

from framework.axes.day import Day
from framework.axes.day_charges import Drawn, Question, drawn_at, rules_of
from framework.axes.day_fitting import Fitting, exceeded, lumps
from framework.axes.day_merged import rows_of
from framework.axes.day_replay import client_at, flights
from framework.axes.day_story import limits_at
from framework.axes.tokens import ratio_of
from framework.catalogue.columns import Array, Bools, Columns, Ints
from framework.simulation.limiter import METERED, MINUTE_S, WINDOWS_S, lanes_of
from framework.simulation.outage import Held, held
from framework.simulation.replay import IN_FLIGHT, replay


@dataclass(frozen=True)
class Pair:
    """Positions of the offer that fails and of the one that steps in."""

    primary: int
    fallback: int


def luck_of(day: Day) -> Array:
    """Evenly between 0 and 1, `(n,)`: the lower digits of `chance`, which hang neither on its upper ones nor on the prefix."""
    return np.asarray(day.chance * 2**20 % 1.0)


def part_of(day: Day, rows: Ints | slice, *, from_us: int) -> Day:
    """Some of the calls, on a clock that begins at `from_us`: nothing was cached before."""
    part = day.some(rows)
    return dataclasses.replace(part, time_us=part.time_us - from_us)


def share_buckets(columns: Columns, pair: Pair) -> bool:
    """Whether both offers draw on the same buckets, so that falling back opens no fresh one."""
    pool = columns.limits.pool
    return pool[pair.primary] is not None and pool[pair.primary] == pool[pair.fallback]


@dataclass(frozen=True, eq=False)
class Stream:
    """Calls that meet the fallback's buckets, on the clock of the outage; `moved` `(n,)` are those that failed."""

    day: Day
    drawn: Drawn
    moved: Bools

    @property
    def charge(self) -> Ints:
        """`(kinds, n)`."""
        return self.drawn.charge


def stream_of(question: Question, day: Day, pair: Pair, *, rows: slice, failing: Ints, from_us: int = 0) -> Stream:
    """The `failing` calls among the `rows`; where both offers share their buckets, those that still go to the primary stand among them."""
    moved = part_of(day, failing, from_us=from_us)
    drawn = drawn_at(question, moved, pair.fallback)
    if not share_buckets(question.columns, pair):
        return Stream(moved, drawn, np.ones(len(moved), dtype=bool))
    own = drawn_at(question, day, pair.primary)
    everything, at = own.charge[:, rows], failing - rows.start
    everything[:, at] = drawn.charge
    fails = np.zeros(everything.shape[1], dtype=bool)
    fails[at] = True
    if drawn.rows is None:
        largest = np.maximum(own.single, drawn.single) if day.thinned else everything.max(axis=1, initial=0)
        return Stream(part_of(day, rows, from_us=from_us), Drawn(everything, largest, None), fails)
    both = Drawn(everything, np.maximum(own.single, drawn.single), rows_of(everything, day.merged))
    return Stream(part_of(day, rows, from_us=from_us), both, fails)


def held_at(question: Question, stream: Stream, fallback: int, *, tier: int, window_s: int) -> Held | None:
    """The stream at one tier, buckets `window_s` deep unless the provider says a minute; None: limits or tokenizer not known."""
    columns, day = question.columns, stream.day
    limits = limits_at(question, fallback, tier)
    if not limits or math.isnan(float(ratio_of(question.load, columns)[fallback])):
        return None
    lasts_us, places = flights(question, day, fallback)
    if IN_FLIGHT in limits:
        limits[IN_FLIGHT] = math.ceil(limits[IN_FLIGHT] * places)
    drawn = stream.drawn
    if lumps(question, day) and exceeded(drawn.single, limits) and stream.moved.all():
        drawn = Fitting(question, day).at(rules_of(question)[:, fallback], limits)
    depth_s = 60 if columns.limits.subminute[fallback] == 0 else window_s
    lanes = lanes_of(limits, drawn.single, window_s=depth_s, rows=drawn.rows, thinned=(day.stretch, day.thin_s))
    one = replay(day.time_us, drawn.charge, lanes, client_at(question, day, fallback), duration_us=lasts_us)
    return held(one, stream.moved, max_wait_s=question.load.max_wait_s)


def every_tier(question: Question, stream: Stream, fallback: int) -> tuple[tuple[Held | None, ...], ...]:
    """By tier of the fallback, the lowest first, and by reading in the order of `WINDOWS_S`."""
    tiers = range(len(question.columns.limits.tier_names[fallback]))
    return tuple(tuple(held_at(question, stream, fallback, tier=tier, window_s=each) for each in WINDOWS_S) for tier in tiers)


def calls_a_minute(question: Question, stream: Stream, fallback: int, tier: int) -> tuple[float, str | None]:
    """How many such calls a minute the tightest limit of a minute lets through in the mean, and which it is; NaN and None without any."""
    if not len(stream.day):
        return math.nan, None
    mean = stream.charge[:, stream.moved].mean(axis=1) / stream.day.together
    limits = limits_at(question, fallback, tier)
    fits = {name: limits[name] / mean[METERED[name][0]] for name in limits if _of_a_minute(name) and mean[METERED[name][0]] > 0}
    if not fits:
        return math.nan, None
    name = min(fits, key=lambda meter: fits[meter])
    return float(fits[name]), name


def _of_a_minute(name: str) -> bool:
    return name in METERED and METERED[name][1] == MINUTE_S
