"""What a pair of offers is worth: how long neither answers in a year, and what it costs when the fallback has to.

Availability counts posted incidents of `pricing/uptime.yaml`: of their hours a share of the calls fails, partial to major (an assumption
of that file). With a fallback at another operator both fail at once only by chance: independence is assumed, and where it cannot be (one
provider, one operator) it is not. A provider that the file does not list leaves the result unknown.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from framework.axes.demand import interactive_share
from framework.axes.outage_cost import Costs
from framework.outage import Drill
from framework.outage_year import Range
from framework.scoring.results import OTHER_OPERATOR, SAME_PROVIDER, ChosenPair
from framework.simulation.outage import DAYS_PER_YEAR, HOURS_PER_YEAR, failing_a_year, hours_a_year, unserved_share
from framework.simulation.uptime import Incidents, incidents_of, uptime
from framework.study import Study

UNKNOWN = Range(math.nan, math.nan)


@dataclass(frozen=True, eq=False)
class PairWorth:
    """`alone`, `together`: expected hours of a year without an answer, of the primary and of both, `low` partial incidents only.

    `hour`: USD of an hour of fail-over, the mean of the drill's hours at the worst time. `extra_usd`: expected USD of a year of incidents
    above what the primary's own answers to the same calls cost, cache cold; negative where the fallback is cheaper. NaN is unknown, as is
    what incidents cost where the fallback goes down with the primary.
    """

    pair: ChosenPair
    primary: Incidents | None
    fallback: Incidents | None
    alone: Range
    together: Range
    hour: Costs
    extra_usd: Range

    @property
    def availability_alone(self) -> Range:
        """Shares of the year, the low end with major incidents."""
        return _availability(self.alone)

    @property
    def availability_together(self) -> Range:
        """The same of the pair."""
        return _availability(self.together)


def _availability(down: Range) -> Range:
    return Range(1 - down.high / HOURS_PER_YEAR, 1 - down.low / HOURS_PER_YEAR)


def worth_of(study: Study, pair: ChosenPair, drilled: Drill) -> PairWorth | None:
    """Of the chosen pair; `drilled`: its outage drill, everything down. None without a fallback."""
    if pair.fallback is None or drilled.stand_in is None:
        return None
    providers, failing = study.columns.providers, uptime().failing
    ours, theirs = incidents_of(providers[pair.primary]), incidents_of(providers[pair.fallback])
    ends = (failing.partial_share, failing.major_share)
    alone = Range(*(_hours(ours) * end for end in ends))
    costs, hours = drilled.stand_in.costs, drilled.hours
    calls = UNKNOWN if pair.independence == SAME_PROVIDER else _moved_a_year(study, pair.primary, _hours(ours), ends)
    each = (costs.cold_usd - costs.primary_usd) / drilled.moved if drilled.moved else math.nan
    return PairWorth(
        pair=pair,
        primary=ours,
        fallback=theirs,
        alone=alone,
        together=_together(pair, alone, _hours(theirs), ends),
        hour=Costs(costs.primary_usd / hours, costs.warm_usd / hours, costs.cold_usd / hours),
        extra_usd=Range(calls.low * each, calls.high * each),
    )


def _hours(known: Incidents | None) -> float:
    return math.nan if known is None else hours_a_year(known.per_30_days, known.mean_hours)


def _together(pair: ChosenPair, alone: Range, other_hours: float, ends: tuple[float, float]) -> Range:
    """Hours in which the primary fails and the fallback is down as well; one provider's outage takes both, one operator's nobody knows."""
    if pair.independence == SAME_PROVIDER:
        return alone
    if pair.independence != OTHER_OPERATOR:
        return UNKNOWN
    both = (hours * unserved_share(0.0, other_hours, end) for hours, end in zip((alone.low, alone.high), ends, strict=True))
    return Range(*both)


def _moved_a_year(study: Study, primary: int, hours: float, ends: tuple[float, float]) -> Range:
    share = float(np.broadcast_to(interactive_share(study.load, study.columns), (len(study.columns),))[primary])
    calls = float(study.load.requests_per_day) * share * DAYS_PER_YEAR
    return Range(*(failing_a_year(calls, hours, end) for end in ends))
