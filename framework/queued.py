"""Who is in time once the wait at the rate limits is counted: the day of a study replayed at its tiers, for some of the offers."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from framework.axes.day import Day, planned_day
from framework.axes.day_replay import countable, replay_one
from framework.axes.day_story import limits_at
from framework.axes.demand import interactive_share
from framework.axes.queue_delay import Waits, in_time_with_waits
from framework.catalogue.columns import Array
from framework.replayed import question_of
from framework.simulation.limiter import WINDOWS_S
from framework.study import Study


@dataclass(frozen=True, eq=False)
class Queued:
    """Offers by position; arrays `(windows, offers)` in the order of `WINDOWS_S`, NaN where no limit or no reading is known.

    `in_time`: share of all calls of the day in time, waits counted and refusals as late; `alone` `(offers,)` without the limits.
    `delayed_share`, `refused_share` of all calls. `calls` of the day at each offer, `(offers,)`.
    """

    offers: tuple[int, ...]
    alone: Array
    in_time: Array
    delayed_share: Array
    refused_share: Array
    calls: Array


def queued(study: Study, offers: Sequence[int]) -> Queued:
    """Each offer at the user's tier with what the workload's clients do there. `TraceError`: its trace has no rate."""
    question = question_of(study)
    share = np.broadcast_to(interactive_share(study.load, study.columns), (len(study.columns),))

    @functools.cache
    def day_of(part: float) -> Day:
        return planned_day(study.workload.traffic, study.load, share=part, thinned=study.load.client.policy != "wait")

    shape = (len(WINDOWS_S), len(offers))
    found = {name: np.full(shape, np.nan) for name in ("in_time", "delayed_share", "refused_share")}
    calls, waits, places = np.zeros(len(offers)), [], []
    for column, offer in enumerate(offers):
        tier = int(study.assessments.rate_limits.tier_index[offer])
        limits = limits_at(question, offer, tier) if tier >= 0 else {}
        if not limits or not share[offer] > 0 or not countable(question, offer, tier):
            continue
        day = day_of(float(share[offer]))
        calls[column] = day.calls
        for row, window_s in enumerate(WINDOWS_S):
            one, _ = replay_one(question, day, offer, limits=limits, window_s=window_s)
            wait = Waits.of(offer, one.delay_us, int(one.refused.sum()))
            waits.append(wait)
            places.append((row, column))
            found["delayed_share"][row, column] = len(wait.delay_s) / max(wait.calls, 1)
            found["refused_share"][row, column] = one.refused.mean() if wait.calls else 0.0
    reached = in_time_with_waits(study.load, study.columns, waits, cached_tokens=study.assessments.cost.cached_tokens)
    for place, value in zip(places, reached, strict=True):
        found["in_time"][place] = value
    return Queued(tuple(offers), study.assessments.latency.attainment[list(offers)], **found, calls=calls)
