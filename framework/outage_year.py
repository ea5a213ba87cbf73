"""What a year of posted incidents comes to: calls that fail, with a fallback and without."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from framework.axes.day import Day
from framework.axes.day_charges import Question
from framework.axes.demand import interactive_share
from framework.axes.outage_drill import Pair, held_at, luck_of, stream_of
from framework.simulation.limiter import WINDOWS_S
from framework.simulation.outage import DAYS_PER_YEAR, Window, failing_a_year, failing_rows, hours_a_year, unserved_share
from framework.simulation.uptime import Incidents, incidents_of, uptime


@dataclass(frozen=True)
class Range:
    """From the kind reading to the harsh one; NaN unknown."""

    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Yearly:
    """What a year brings in the mean: `hours` of posted incidents of the primary (NaN unknown), and calls that fail in it.

    The low end takes every incident for a partial one and the fallback's buckets at the kind reading, the high end for a major one and at
    the harsh reading; the fallback is replayed with so many of the calls of all hours.
    """

    hours: float
    calls: float
    without: Range
    with_fallback: Range
    primary: Incidents | None
    fallback: Incidents | None


@dataclass(frozen=True)
class Cover:
    """Who stands in for whom: positions, the row of the fallback's ladder (-1 none), and the share of prompts that fit only the primary."""

    pair: Pair
    tier: int
    lost_share: float


def yearly(question: Question, day: Day, primary: int, *, cover: Cover | None) -> Yearly:
    """Of the load's interactive calls; with the fallback NaN where its own incidents or its limits are not known.

    An outage of a provider takes everything that it sells, so that a fallback at the same one changes nothing.
    """
    load, providers = question.load, question.columns.providers
    known = incidents_of(providers[primary])
    other = None if cover is None else incidents_of(providers[cover.pair.fallback])
    hours = _hours(known)
    share = float(np.broadcast_to(interactive_share(load, question.columns), (len(providers),))[primary])
    calls = float(load.requests_per_day) * share * DAYS_PER_YEAR
    ends = (uptime().failing.partial_share, uptime().failing.major_share)
    without = Range(*(failing_a_year(calls, hours, end) for end in ends))
    if cover is None or providers[primary] == providers[cover.pair.fallback]:
        return Yearly(hours, calls, without, without, known, other)
    figures = []
    # The kind reading of the buckets with partial incidents, the harsh one with major ones.
    for end, window_s in zip(ends, reversed(WINDOWS_S), strict=True):
        late = _late_all_day(question, day, cover, failing_share=end, window_s=window_s)
        missed = unserved_share(1 - (1 - late) * (1 - cover.lost_share), _hours(other), end)
        figures.append(failing_a_year(calls, hours, end, missed))
    return Yearly(hours, calls, without, Range(*figures), known, other)


def _hours(known: Incidents | None) -> float:
    return math.nan if known is None else hours_a_year(known.per_30_days, known.mean_hours)


def _late_all_day(question: Question, day: Day, cover: Cover, *, failing_share: float, window_s: int) -> float:
    """Share that the fallback does not serve in time, of calls of all hours: an incident may come at any."""
    if cover.tier < 0:
        return math.nan
    rows = slice(0, len(day))
    failing = failing_rows(Window(0, 0, rows), luck_of(day), failing_share)
    stream = stream_of(question, day, cover.pair, rows=rows, failing=failing)
    one = held_at(question, stream, cover.pair.fallback, tier=cover.tier, window_s=window_s)
    return math.nan if one is None else one.late_share
