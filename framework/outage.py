"""The outage drill: the primary down at the worst time, and what becomes of its calls with a fallback and without."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from framework.axes.day import Day, planned_day
from framework.axes.day_charges import Question
from framework.axes.demand import interactive_share
from framework.axes.outage_cost import Costs, costs_of
from framework.axes.outage_drill import Pair, Stream, calls_a_minute, every_tier, luck_of, share_buckets, stream_of
from framework.axes.tiers import choose
from framework.catalogue.columns import Array, Columns, Ints
from framework.errors import WorkloadError
from framework.outage_year import Cover, Range, Yearly, yearly
from framework.replayed import question_of
from framework.simulation.limiter import WINDOWS_S
from framework.simulation.outage import HOUR_US, Held, Window, failing_rows, worst_window
from framework.study import Study
from framework.vocabulary import HOSTS

LONGEST_H = 168.0
MOST_ROWS = 500_000
"""More than a replay of all offers affords; above it rows stand for several calls, as in `planned_day`."""
THIN_S = 60
"""An outage meets buckets that are full: those of thinned calls are to hold no more then, and so many rows tell in a minute."""
HOURS, FAILING_SHARE = 2.0, 1.0
"""What is asked where nothing is said: two hours, everything down."""
Caution = Literal["shared pool", "same provider", "same host", "same model", "short trace", "unpublished limits", "monthly cap", "batch"]
NO_FALLBACK = "none"
"""In the place of an offer: nothing steps in."""


@dataclass(frozen=True, eq=False)
class StandIn:
    """A fallback in the drill. `tier`: row of its ladder, -1 none; `every` by tier and reading, the harsh one (a second) first.

    `lost_share` of the prompts fit the primary and not the fallback; `fails` of the moved calls, too late or too long. `lowest`: by reading
    the lowest tier that serves the target share in time, None where none does. `fits_a_minute` calls, by the limit `tightest`.
    """

    offer: int
    tier: int
    every: tuple[tuple[Held | None, ...], ...]
    stream: Stream
    costs: Costs
    lost_share: float
    fails: Range
    lowest: tuple[int | None, ...]
    fits_a_minute: float
    tightest: str | None

    def at(self, tier: int) -> tuple[Held, ...] | None:
        """Both readings at a tier; None where they are not known."""
        found = tuple(one for one in self.every[tier] if one is not None) if 0 <= tier < len(self.every) else ()
        return found if len(found) == len(WINDOWS_S) else None


@dataclass(frozen=True, eq=False)
class Drill:
    """`primary`, `stand_in.offer`: positions in the columns. `calls` of the window, `moved` of them fail; `calls_of_day` of a mean day.

    `starts_s`: second of the (UTC) day, or of the days, at which the outage begins; None where the traffic is not tied to the clock.
    """

    primary: int
    hours: float
    failing_share: float
    window: Window
    starts_s: float | None
    calls: int
    moved: int
    calls_of_day: float
    stand_in: StandIn | None
    cautions: tuple[Caution, ...]
    say_year: Callable[[], Yearly]

    @functools.cached_property
    def yearly(self) -> Yearly:
        """Worked out when it is asked for: the sentence beside the fallback does without."""
        return self.say_year()

    @property
    def fails_without(self) -> float:
        """Share of the window's calls that fail where nothing steps in."""
        return self.moved / self.calls if self.calls else 0.0

    @property
    def fails_with(self) -> Range:
        """The same with the fallback; without one nothing changes."""
        if self.stand_in is None:
            return Range(self.fails_without, self.fails_without)
        return Range(self.fails_without * self.stand_in.fails.low, self.fails_without * self.stand_in.fails.high)


def drill(
    study: Study,
    *,
    primary: str | None = None,
    fallback: str | None = None,
    hours: float = HOURS,
    failing_share: float = FAILING_SHARE,
) -> Drill:
    """`failing_share` of the primary's calls fail for `hours`, at the time with the most of them.

    Offers by id or alias; the choice of the study and its fallback where none is named, no fallback for `NO_FALLBACK`. `WorkloadError`:
    there is no primary, both are one, hours or share beyond their bounds. `UnknownOffer` for ids that the catalogue lacks.
    """
    _bounded(hours, failing_share)
    first, second = _named(study, primary, fallback)
    question = question_of(study)
    share = float(np.broadcast_to(interactive_share(study.load, study.columns), (len(study.columns),))[first])
    thinned = study.load.client.policy != "wait"
    day = planned_day(study.workload.traffic, study.load, share=share, most_rows=MOST_ROWS, thinned=thinned)
    day = dataclasses.replace(day, lasts_s=day.lasting(THIN_S))
    window = worst_window(day.time_us, hours)
    failing = failing_rows(window, luck_of(day), failing_share)
    pair = None if second is None else Pair(first, second)
    stand_in = None if pair is None else _stand_in(study, question, day, pair, window=window, failing=failing)
    cover = None if pair is None or stand_in is None else Cover(pair, stand_in.tier, stand_in.lost_share)
    return Drill(
        primary=first,
        hours=hours,
        failing_share=failing_share,
        window=window,
        starts_s=None if day.starts_s is None else day.starts_s + window.start_us / 1e6,
        calls=len(window) * day.merged,
        moved=len(failing) * day.merged,
        calls_of_day=float(study.load.requests_per_day) * share,
        stand_in=stand_in,
        cautions=_cautions(study, day, pair, stand_in=stand_in, hours=hours),
        say_year=functools.partial(yearly, question, day, first, cover=cover),
    )


def _bounded(hours: float, failing_share: float) -> None:
    if not 0 < hours <= LONGEST_H:
        raise WorkloadError(f"hours: {hours:g} is no length of an outage: take more than 0 and at most {LONGEST_H:g} (a week)")
    if not 0 < failing_share <= 1:
        raise WorkloadError(f"failing share: {failing_share:g} is no share of the calls: take more than 0 and at most 1 (all of them)")


def _named(study: Study, primary: str | None, fallback: str | None) -> tuple[int, int | None]:
    """Positions of both; where the recommended fallback is the one that fails, the choice steps in."""
    answer = study.recommendation
    wanted = primary or answer.choice
    if wanted is None:
        raise WorkloadError("no offer passes every must-have, so none can be down: name the offer that fails (primary)")
    first = study.catalogue.offer(wanted).id
    if fallback == NO_FALLBACK:
        return study.columns.index(first), None
    if fallback is not None:
        second: str | None = study.catalogue.offer(fallback).id
    else:
        second = next((offer for offer in (answer.fallback, answer.choice) if offer is not None and offer != first), None)
    if first == second:
        raise WorkloadError(f"{first} cannot stand in for itself: name another offer as the fallback")
    return study.columns.index(first), None if second is None else study.columns.index(second)


def _stand_in(study: Study, question: Question, day: Day, pair: Pair, *, window: Window, failing: Ints) -> StandIn:
    stream = stream_of(question, day, pair, rows=window.rows, failing=failing, from_us=window.start_us)
    every = every_tier(question, stream, pair.fallback)
    tier = int(choose(study.columns, study.workload.tiers).index[pair.fallback])
    lost = _lost_share(study, pair)
    late = [one.late_share if one is not None else math.nan for one in every[tier]] if tier >= 0 else [math.nan] * len(WINDOWS_S)
    # The harsh reading stands first, and may by chance refuse a call less.
    fails = sorted(1 - (1 - share) * (1 - lost) for share in late)
    fits, tightest = calls_a_minute(question, stream, pair.fallback, tier) if tier >= 0 else (math.nan, None)
    return StandIn(
        offer=pair.fallback,
        tier=tier,
        every=every,
        stream=stream,
        costs=costs_of(question, day, pair, failing=failing, from_us=window.start_us),
        lost_share=lost,
        fails=Range(fails[0], fails[-1]),
        lowest=tuple(_lowest(every, reading, study.load.target_share) for reading in range(len(WINDOWS_S))),
        fits_a_minute=fits,
        tightest=tightest,
    )


def _lost_share(study: Study, pair: Pair) -> float:
    """Prompts that fit the one fit the other up to a length, so that the shares can be taken from each other; NaN unknown."""
    fits: Array = study.assessments.context_window.fits_share
    return float(np.maximum(fits[pair.primary] - fits[pair.fallback], 0.0))


def _lowest(every: tuple[tuple[Held | None, ...], ...], reading: int, target_share: float) -> int | None:
    for tier, readings in enumerate(every):
        one = readings[reading]
        if one is not None and 1 - one.late_share >= target_share:
            return tier
    return None


def _cautions(study: Study, day: Day, pair: Pair | None, *, stand_in: StandIn | None, hours: float) -> tuple[Caution, ...]:
    columns = study.columns
    found: list[tuple[Caution, bool]] = []
    if pair is not None and stand_in is not None:
        ours, theirs = (columns.providers[at] for at in (pair.primary, pair.fallback))
        found = [
            ("shared pool", share_buckets(columns, pair)),
            ("same provider", ours == theirs),
            ("same host", ours != theirs and HOSTS.get(ours, ours) == HOSTS.get(theirs, theirs)),
            ("same model", columns.models[pair.primary] == columns.models[pair.fallback]),
            ("unpublished limits", _unpublished(columns, stand_in)),
            ("monthly cap", _beyond_cap(columns, stand_in)),
        ]
    span_us = day.days * 24 * HOUR_US
    found += [("short trace", hours * HOUR_US > span_us + 1), ("batch", study.workload.traffic.batch_share > 0)]
    return tuple(name for name, holds in found if holds)


def _unpublished(columns: Columns, stand_in: StandIn) -> bool:
    """The fallback's provider enforces a limit whose figure at this tier is not known."""
    limits = columns.limits
    if stand_in.tier < 0:
        return True
    return bool((limits.enforced[:, stand_in.offer] & np.isnan(limits.limit[stand_in.tier, :, stand_in.offer])).any())


def _beyond_cap(columns: Columns, stand_in: StandIn) -> bool:
    """The calls of the outage alone cost more than a month may at the fallback's tier."""
    return stand_in.tier >= 0 and bool(stand_in.costs.cold_usd > columns.limits.monthly_cap_usd[stand_in.tier, stand_in.offer])
