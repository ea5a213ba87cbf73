"""The outage drill in a sentence, with what speaks against trusting it; the same on screen, in PDF, ADR and terminal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from framework import wording
from framework.outage import Caution, Drill, StandIn, drill
from framework.outage_year import Range
from framework.report import clock, headlines
from framework.report.selection import labels
from framework.vocabulary import HOSTS

if TYPE_CHECKING:
    from framework.study import Study

DAY_S = 86_400


def name_of(study: Study, offer: int) -> str:
    """What reports call an offer."""
    return labels(study)[study.columns.ids[offer]]


def tier_of(study: Study, stand_in: StandIn) -> str:
    """The fallback's tier for the middle of a sentence."""
    tiers = study.columns.limits.tier_names[stand_in.offer]
    return headlines.tier_name(study, stand_in.offer, tiers[stand_in.tier]) if stand_in.tier >= 0 else "no known tier"


def shares(found: Range) -> str:
    """`12 to 40 %`; one figure where both are the same."""
    low, high = wording.share(found.low), wording.share(found.high)
    return high if low == high else f"{low.removesuffix(' %')} to {high}"


def counts(found: Range) -> str:
    """`1,200 to 4,100` in two figures, as expectations are no more exact than that."""
    low, high = (rounded(value) for value in (found.low, found.high))
    return high if low == high else f"{low} to {high}"


def rounded(value: float) -> str:
    """Two figures of a count that is an expectation."""
    if math.isnan(value) or value <= 0:
        return wording.count(value)
    if value < 1:
        return "less than one"
    places = max(0, math.floor(math.log10(value)) - 1)
    return wording.count(float(round(value / 10**places) * 10**places))


def duration(hours: float) -> str:
    """`2 hours`, `30 minutes`."""
    if hours < 1:
        return f"{60 * hours:.0f} minutes"
    return "1 hour" if hours == 1 else f"{hours:g} hours"


def begins(drill: Drill) -> str:
    """`from 13:40 UTC on`, or after so long where the traffic is not tied to the clock."""
    if drill.starts_s is None:
        return f"from {clock.lasting(drill.window.start_us / 1e6)} after the first call on"
    day, second = divmod(drill.starts_s, DAY_S)
    on_day = f"day {day + 1:.0f}, " if day >= 1 else ""
    return f"from {on_day}{second // 3600:02.0f}:{second % 3600 // 60:02.0f} UTC on"


def sentence(study: Study, drill: Drill) -> str:
    """The result in one sentence, fit to stand beside the name of the fallback."""
    who = name_of(study, drill.primary)
    down = "is down" if drill.failing_share == 1 else f"fails {wording.share(drill.failing_share)} of the calls"
    start = f"If {who} {down} for {duration(drill.hours)} at the worst time"
    gone = f"{wording.count(drill.moved)} calls, {wording.share(drill.moved / max(drill.calls_of_day, 1))} of those of a mean day"
    if drill.stand_in is None:
        return f"{start}, {gone}, fail: there is no fallback."
    return f"{start}, {_taken_over(study, drill.stand_in, gone)}{_same(drill)}."


def beside_fallback(study: Study) -> str | None:
    """The sentence for choice and fallback, down for two hours; None where there are not both."""
    return sentence(study, drill(study)) if study.recommendation.fallback is not None else None


def _taken_over(study: Study, stand_in: StandIn, gone: str) -> str:
    other, at = name_of(study, stand_in.offer), tier_of(study, stand_in)
    if math.isnan(stand_in.fails.high):
        return f"whether {other} at {at} holds is unknown, as its limits or its tokens are; without it {gone}, fail"
    verb = "refuse" if study.load.client.policy == "refuse" else "not serve in time"
    if stand_in.fails.high < 5e-5:
        return f"{other} at {at} takes all of them over ({gone})"
    too_long = f" ({wording.share(stand_in.lost_share)} because they do not fit)" if stand_in.lost_share >= 5e-4 else ""
    return f"{other} at {at} would {verb} {shares(stand_in.fails)} of the calls{too_long}; without it {gone}, fail"


def _same(drill: Drill) -> str:
    """What undoes a fallback is never left out."""
    if "shared pool" in drill.cautions:
        return "; both draw on the same rate limits, so that falling back opens no fresh ones"
    return "; both are of one provider, and its own outage takes both" if "same provider" in drill.cautions else ""


def cautions(study: Study, drill: Drill) -> list[tuple[Caution, str]]:
    """What speaks against trusting the result, in words."""
    first = name_of(study, drill.primary)
    second = "" if drill.stand_in is None else name_of(study, drill.stand_in.offer)
    host = HOSTS.get(study.columns.providers[drill.primary], "")
    words: dict[Caution, str] = {
        "shared pool": f"{first} and {second} share one pool of rate limits: the calls that still reach {first}, and failing ones where "
        "the provider counts them, use up what the moved ones need.",
        "same provider": f"{first} and {second} are sold by one provider: an outage of the provider takes both, and only one of the model "
        "alone is helped.",
        "same host": f"Both run on {host}'s machines under two names; how often they fail together is not known.",
        "same model": "Both are the same model: a fault of the model itself takes both.",
        "short trace": "The traffic at hand is shorter than the outage, so that only a part of its calls is counted.",
        "unpublished limits": f"Not every limit of {second} at your tier is published: the result holds for the known ones.",
        "monthly cap": f"The calls of this outage alone cost more than a month may at {second}'s tier.",
        "batch": "Calls in batch are left out: they wait, as nobody waits for them.",
    }
    return [(name, words[name]) for name in drill.cautions]
