"""The day of a study replayed: the same workload and offers, call by call."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from framework.axes.day import MOST_ROWS, Day, planned_day, trace_day
from framework.axes.day_hits import cache_rules
from framework.axes.day_replay import Answers, Question, replay_day
from framework.axes.demand import Expected, interactive_share
from framework.simulation.arrivals import Arrivals
from framework.study import Study


@dataclass(frozen=True, eq=False)
class Replayed:
    """What was asked, the calls by the share of them that meets the limits, and what became of them at every offer and tier."""

    question: Question
    days: Callable[[float], Day]
    answers: Answers

    def day_of(self, offer: int) -> Day:
        """The calls that one offer sees."""
        share = np.broadcast_to(interactive_share(self.question.load, self.question.columns), (len(self.question.columns),))[offer]
        return self.days(float(share))


def question_of(study: Study) -> Question:
    """The load and its offers, and what the other axes expect of them."""
    bill, speed, limits = study.assessments.cost, study.assessments.latency, study.assessments.rate_limits
    expected = Expected(bill.expected_usd, bill.hit_rate, limits.duration_s)
    caches = cache_rules(study.load, study.columns, hit_rate=bill.hit_rate, lifetimes=bill.lifetime, ttft_s=speed.ttft_p50_s)
    return Question(study.load, study.columns, expected, caches)


def replayed(
    study: Study,
    *,
    trace: Arrivals | None = None,
    as_recorded: bool = False,
    most_rows: int = MOST_ROWS,
    tell: Callable[[float], None] | None = None,
) -> Replayed:
    """The workload's own day, or a `trace` scaled to it; `tell` hears how far it is, 0 to 1. `TraceError`: the trace has no rate."""

    @functools.cache
    def days(share: float) -> Day:
        if trace is not None:
            return trace_day(trace, study.load, share=share, as_recorded=as_recorded)
        return planned_day(study.workload.traffic, study.load, share=share, most_rows=most_rows)

    question = question_of(study)
    return Replayed(question, days, replay_day(question, days, tell=tell))
