"""The figures of the outage drill as rows: what happens to the calls, what each tier would do, what a year of incidents comes to."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from framework import wording
from framework.outage import Drill, StandIn
from framework.outage_year import Range
from framework.report import headlines
from framework.report.outage_words import begins, counts, name_of, rounded, shares, tier_of
from framework.simulation.uptime import Incidents, uptime
from framework.vocabulary import LIMIT_WORDS

if TYPE_CHECKING:
    from framework.study import Study


def rows(study: Study, drill: Drill) -> list[tuple[str, str, str]]:
    """`(what, figure, note)` of the drill, the year last."""
    found = [
        ("Calls that fail without a fallback", wording.count(drill.moved), _of_what(drill)),
        *([] if drill.stand_in is None else _with_fallback(study, drill, drill.stand_in)),
    ]
    return found + year(study, drill)


def _of_what(drill: Drill) -> str:
    window = f"{wording.share(drill.fails_without)} of the {wording.count(drill.calls)} calls {begins(drill)}"
    return f"{window}, {wording.share(drill.moved / max(drill.calls_of_day, 1))} of a mean day's"


def _with_fallback(study: Study, drill: Drill, stand_in: StandIn) -> list[tuple[str, str, str]]:
    other, cost = name_of(study, stand_in.offer), stand_in.costs
    cold, dearer = max(cost.cold_usd - cost.warm_usd, 0.0), cost.warm_usd - cost.primary_usd
    return [
        ("Calls that fail with it", _moved(drill, stand_in.fails), f"{shares(drill.fails_with)} of the calls in these hours"),
        (f"Does {tier_of(study, stand_in)} hold?", *_holds(study, stand_in)),
        ("Lowest tier that would", _lowest(study, stand_in), f"serves {wording.share(study.load.target_share)} of the calls in time"),
        ("Prompts too long for it", wording.share(stand_in.lost_share), f"fit {name_of(study, drill.primary)} and not {other}"),
        (
            "Cold cache",
            _more(cold),
            f"{wording.usd(cost.cold_usd)} instead of {wording.usd(cost.warm_usd)}, nothing is cached there yet",
        ),
        (
            "Its prices",
            _more(dearer),
            f"{wording.usd(cost.warm_usd)} instead of {wording.usd(cost.primary_usd)} for the same calls",
        ),
    ]


def _more(usd: float) -> str:
    return wording.usd(usd) if math.isnan(usd) or usd <= 0 else f"+{wording.usd(usd)}"


def _moved(drill: Drill, part: Range) -> str:
    return counts(Range(drill.moved * part.low, drill.moved * part.high))


def _holds(study: Study, stand_in: StandIn) -> tuple[str, str]:
    """Yes, no or it hangs on the depth of the buckets; and what binds, and when first."""
    both = stand_in.at(stand_in.tier)
    if both is None:
        return wording.UNKNOWN, "its limits at your tier, or its tokens, are not known"
    enough = [1 - one.late_share >= study.load.target_share for one in both]
    late = sorted(one.late_share for one in both)
    verdict = "yes" if all(enough) else "no" if not any(enough) else "it depends"
    troubled = [one for one in both if one.binding is not None]
    if not troubled:
        return verdict, "no known limit is reached"
    breaks = [one.first_s for one in both if not math.isnan(one.first_s)]
    when = f", first after {wording.seconds(min(breaks))}" if breaks else ""
    limit = LIMIT_WORDS.get(troubled[0].binding or "", troubled[0].binding or "")
    return verdict, f"{shares(Range(late[0], late[-1]))} of the moved calls not in time, by the {limit}{when}"


def _lowest(study: Study, stand_in: StandIn) -> str:
    names = study.columns.limits.tier_names[stand_in.offer]
    told = [wording.UNKNOWN if at is None else headlines.tier_name(study, stand_in.offer, names[at]) for at in stand_in.lowest]
    if all(at is None for at in stand_in.lowest):
        known = any(one is not None for readings in stand_in.every for one in readings)
        return "none with published limits" if known else wording.UNKNOWN
    harsh, kind = (word.removeprefix("tier ") for word in told)
    return kind if harsh == kind else f"{kind} to {'none published' if stand_in.lowest[0] is None else harsh}"


def year(study: Study, drill: Drill) -> list[tuple[str, str, str]]:
    """What a year of posted incidents comes to, as far as that is known."""
    one = drill.yearly
    if one.primary is None:
        return [("A year", wording.UNKNOWN, f"how often {study.columns.providers[drill.primary]} fails is not known well enough")]
    hours = f"{rounded(one.hours)} hours a year in posted incidents of the API, at most"
    found = [("A year without a fallback", f"{counts(one.without)} calls", f"{_of_all(one.without, one.calls)}; {hours}")]
    if drill.stand_in is not None:
        other = study.columns.providers[drill.stand_in.offer]
        unknown = f"how often {other} fails" if one.fallback is None else "whether the fallback holds"
        note = f"{unknown} is not known" if math.isnan(one.with_fallback.high) else _of_all(one.with_fallback, one.calls)
        told = counts(one.with_fallback)
        found.append(("A year with it", told if told == wording.UNKNOWN else f"{told} calls", note))
    return found


def _of_all(part: Range, calls: float) -> str:
    return f"{shares(Range(part.low / max(calls, 1), part.high / max(calls, 1)))} of the year's {wording.tokens(calls)}"


def basis(drill: Drill) -> list[str]:
    """Where the year comes from, its days and its weakness."""
    if drill.yearly.primary is None:
        return []
    return basis_of(drill.yearly.primary, drill.yearly.fallback)


def basis_of(*known: Incidents | None) -> list[str]:
    """What is assumed, and where the incidents of each provider were read, with their days and their weakness."""
    failing = uptime().failing
    low, high = wording.share(failing.partial_share), wording.share(failing.major_share)
    lead = (
        f"Assumed: {low} (partial) to {high} (major) of the calls fail inside an incident, and incidents of two providers are independent. "
        "Posted time is an upper bound on trouble, not downtime."
    )
    each = {one.provider: one for one in known if one is not None}
    return [lead, *(_basis(one) for one in each.values())]


def _basis(one: Incidents) -> str:
    rate = f"{one.per_30_days:g} incidents in 30 days ({one.rate_from} to {one.rate_to})"
    last = f"{wording.count(one.mean_hours)} hours each in the mean ({one.hours_from} to {one.hours_to})"
    return f"{one.provider}: {rate}, {last}; confidence {one.confidence}. {' '.join(one.caveats)} {_read(one)}"


def _read(one: Incidents) -> str:
    told = "; ".join(f"{source.url} ({source.seen or 'undated'}, {source.kind})" for source in one.source)
    return f"Read in: {told}."


def tier_rows(study: Study, drill: Drill) -> list[dict[str, str]]:
    """A row per tier of the fallback: share not in time at both readings, what binds, when first."""
    if drill.stand_in is None:
        return []
    stand_in, found = drill.stand_in, []
    for tier, rung in enumerate(study.columns.limits.tier_names[stand_in.offer]):
        name = headlines.tier_name(study, stand_in.offer, rung).removeprefix("tier ")
        row = {"name": f"{name} (yours)" if tier == stand_in.tier else name, "_class": "on" if tier == stand_in.tier else ""}
        both = stand_in.at(tier)
        if both is None:
            found.append({**row, "harsh": wording.UNKNOWN, "kind": wording.UNKNOWN, "binding": "", "first": ""})
            continue
        harsh, kind = both
        binding = harsh.binding or kind.binding
        first = min((one.first_s for one in both if not math.isnan(one.first_s)), default=None)
        words = {"binding": LIMIT_WORDS.get(binding, binding) if binding else "none", "first": wording.seconds(first) if first else ""}
        found.append({**row, "harsh": wording.share(harsh.late_share), "kind": wording.share(kind.late_share), **words})
    return found
