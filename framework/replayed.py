"""The day of a study replayed: the same workload and offers, call by call."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from framework.axes.day import MOST_ROWS, Day, planned_day, profile, trace_day
from framework.axes.day_charges import Question
from framework.axes.day_hits import cache_rules
from framework.axes.day_replay import Answers, replay_day
from framework.axes.demand import Expected, interactive_share
from framework.axes.tiers import rungs
from framework.errors import TraceError
from framework.simulation.arrivals import Arrivals
from framework.simulation.bundled import bundled_trace
from framework.simulation.limiter import WINDOWS_S
from framework.simulation.minutes import DAY_MINUTES
from framework.study import Study

MOST_REPLAYED = 2_000_000
ROWS_A_SECOND = {"refuse": 5.5e8, "wait": 4e8, "retry": 3.7e8}
"""Rows times sets of limits that a day's replay gets through, by what a refused call does: about, on a slow core."""


@dataclass(frozen=True, eq=False)
class Replayed:
    """What was asked, the calls by the share of them that meets the limits, and what became of them at every offer and tier.

    Where rows stand for several calls, those of `days` show what is drawn, and those of `met` are held against the limits.
    """

    question: Question
    days: Callable[[float], Day]
    met: Callable[[float], Day]
    answers: Answers

    def day_of(self, offer: int) -> Day:
        """The calls that one offer sees."""
        return self.days(self._share(offer))

    def met_of(self, offer: int) -> Day:
        """The same as they were held against its limits."""
        return self.met(self._share(offer))

    def _share(self, offer: int) -> float:
        shares = np.broadcast_to(interactive_share(self.question.load, self.question.columns), (len(self.question.columns),))
        return float(shares[offer])


def question_of(study: Study) -> Question:
    """The load and its offers, and what the other axes expect of them; asked are the offers of the providers that are compared."""
    bill, speed, limits = study.assessments.cost, study.assessments.latency, study.assessments.rate_limits
    expected = Expected(bill.expected_usd, bill.hit_rate, limits.duration_s)
    caches = cache_rules(
        study.load, study.columns, hit_rate=bill.hit_rate, lifetimes=bill.lifetime, ttft_s=speed.spread.of_one_call.percentiles[0]
    )
    providers = study.workload.needs.providers
    asked = np.array([not providers or provider in providers for provider in study.columns.providers], dtype=bool)
    return Question(study.load, study.columns, expected, caches, asked)


def rows_of(study: Study, *, trace: Arrivals | None = None, as_recorded: bool = False) -> int:
    """About how many rows the day has, without making it: those of a trace as it is, or laid out to the workload's own volume."""
    if trace is None and study.workload.traffic.trace is not None:
        trace = bundled_trace(study.workload.traffic.trace).arrivals
    if trace is None:
        return min(MOST_ROWS, round(float(study.load.requests_per_day) * profile(study.workload.traffic).minutes / DAY_MINUTES))
    if as_recorded:
        return len(trace)
    minutes = float(trace.time_us[-1]) / 60e6 if len(trace) else 0.0
    return round(float(study.load.requests_per_day) / (float(study.load.active_hours) * 60) * minutes)


def checked_rows(study: Study, *, trace: Arrivals | None = None, as_recorded: bool = False) -> int:
    """`rows_of`, or a `TraceError` where they are more than a page can wait for."""
    rows = rows_of(study, trace=trace, as_recorded=as_recorded)
    if rows > MOST_REPLAYED:
        raise TraceError(
            f"the trace has {rows:,} requests at your volume, more than the {MOST_REPLAYED:,} that a page replays; lower the requests a "
            "day, take the trace as recorded, or cut out the hours that matter"
        )
    return rows


def work_s(study: Study, rows: int) -> float:
    """About how many seconds of CPU it takes to replay so many rows."""
    question = question_of(study)
    sets = int(rungs(study.columns.limits)[:, question.asked].sum()) * len(WINDOWS_S)
    return rows * sets / ROWS_A_SECOND[study.load.client.policy]


def replayed(
    study: Study,
    *,
    trace: Arrivals | None = None,
    as_recorded: bool = False,
    most_rows: int = MOST_ROWS,
    tell: Callable[[float], None] | None = None,
) -> Replayed:
    """The workload's own day, or a `trace` scaled to it; `tell` hears how far it is, 0 to 1. `TraceError`: the trace has no rate."""

    traffic, load = study.workload.traffic, study.load

    @functools.cache
    def met(share: float) -> Day:
        if trace is not None:
            return trace_day(trace, load, share=share, as_recorded=as_recorded)
        return planned_day(traffic, load, share=share, most_rows=most_rows, thinned=load.client.policy != "wait")

    @functools.cache
    def days(share: float) -> Day:
        return planned_day(traffic, load, share=share, most_rows=most_rows) if met(share).thinned else met(share)

    question = question_of(study)
    answers = replay_day(question, met, tell=tell)
    return Replayed(dataclasses.replace(question, asked=None), days, met, answers)
