"""What would change who is served, in rows and sentences: remedies by their effect, when the spend reaches a tier, when a cap stops all."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from framework import wording
from framework.axes.assessment import Verdict
from framework.axes.limit_fixes import Fix, Fixes, Reading, fixes
from framework.axes.tier_reach import Stop, stopped, weeks_until
from framework.axes.tiers import rungs, title
from framework.report import headlines
from framework.report.selection import labels
from framework.report.served import spread
from framework.scoring.chain import assess_all, only

if TYPE_CHECKING:
    from framework.report.tables import Row
    from framework.study import Study


def fixes_of(study: Study, at: int) -> Fixes:
    """Every remedy for one offer at its tier, each with the other axes worked out anew: bill, cache hits and reply times may move too."""
    columns = only(study.columns, np.array([at]))
    return fixes(study.load, columns, tiers=study.workload.tiers, answer=lambda load, tiers: assess_all(load, columns, tiers).rate_limits)


def fix_rows(found: Fixes) -> list[Row]:
    """As it is, then what helps, the most effective first."""
    now = {"what": "As it is", "takes": "", "_class": "on", **_figures(found.before)}
    return [now, *({"what": fix.what, "takes": fix.takes, **_figures(fix.after)} for fix in found.helps)]


def _figures(reading: Reading) -> Row:
    return {
        "served": wording.UNKNOWN if np.isnan(reading.low) else spread(reading.low, reading.high),
        "room": wording.factor(reading.room),
    }


def best(study: Study, at: int, found: Fixes) -> str:
    """The most effective remedy in one sentence, or that there is none."""
    who = labels(study)[study.columns.ids[at]]
    if not found.helps:
        return f"Nothing that was tried lets {who} serve more of this traffic."
    if found.before.low >= study.load.target_share and found.before.room >= 1:
        return f"Nothing needs fixing: {who} serves this traffic at its tier. What would leave more room:"
    first = found.helps[0]
    what = f"the tier {first.what}" if first.kind == "tier" else first.what[:1].lower() + first.what[1:]
    before, after = _figures(found.before), _figures(first.after)
    if before["served"] == after["served"]:
        return f"Most for {who} does this: {what}. The room at the peak goes from {before['room']} to {after['room']}."
    return f"Most for {who} does this: {what}. Served at the peak: {after['served']} instead of {before['served']}."


def idle(found: Fixes) -> str:
    """What was tried in vain, and what cannot be told; empty where neither is."""
    parts = [f"Tried, and nothing gained: {_listed(found.idle)}."] if found.idle else []
    parts += [f"Not known, because limits there are not published: {_listed(found.unknown)}."] if found.unknown else []
    return " ".join(parts)


def _listed(some: tuple[Fix, ...]) -> str:
    return "; ".join(fix.what[:1].lower() + fix.what[1:] if fix.kind != "tier" else f"tier {fix.what}" for fix in some)


def spend_sentences(study: Study, at: int) -> list[str]:
    """When this workload's spend reaches the higher tiers, and when the monthly cap stops it."""
    usd = float(study.assessments.cost.expected_usd[at])
    if math.isnan(usd):
        return ["What it costs a month is not known, so neither is when the spend reaches a tier or a cap."]
    return [*_tiers(study, at, usd), *_cap(study, at, usd)]


def _tiers(study: Study, at: int, usd: float) -> list[str]:
    limits, now = study.columns.limits, int(study.assessments.rate_limits.tier_index[at])
    found = []
    for rung in range(now + 1, int(rungs(limits)[:, at].sum())):
        name, asked, wait = title(limits.tier_names[at][rung]), limits.qualifies_spend_usd[rung, at], limits.qualifies_days[rung, at]
        if math.isnan(asked):
            found.append(f"{name}: by which spend it is reached is not published.")
            continue
        weeks = weeks_until(float(asked), month_usd=usd, growth=study.workload.traffic.growth_per_month)
        paid = f"{name}: {wording.usd(float(asked)).removesuffix('.00')} paid in total"
        if math.isinf(weeks):
            found.append(f"{paid}, which this spend does not reach in five years: buy credit ahead, where the provider sells it.")
            continue
        waiting = f" (and {wait:.0f} days must have passed)" if wait > 0 else ""
        found.append(f"{paid}, in about {_weeks(weeks)} at this spend, counted from nothing paid so far{waiting}.")
    return found


def _weeks(weeks: float) -> str:
    if weeks < 1:
        return f"{max(1, math.ceil(7 * weeks))} {'day' if 7 * weeks <= 1 else 'days'}"
    return f"{weeks:.0f} {'week' if round(weeks) == 1 else 'weeks'}"


def _cap(study: Study, at: int, usd: float) -> list[str]:
    limits, now = study.columns.limits, int(study.assessments.rate_limits.tier_index[at])
    if now < 0:
        return []
    cap = float(limits.monthly_cap_usd[now, at])
    stop = stopped(cap, month_usd=usd, growth=study.workload.traffic.growth_per_month)
    return [] if stop is None else [_stop(stop, cap, headlines.tier_name(study, at, limits.tier_names[at][now]))]


def _stop(stop: Stop, cap: float, tier: str) -> str:
    when = "this month" if stop.month == 1 else f"the month {stop.month - 1} from now"
    return (
        f"The monthly cap of {wording.usd(cap)} at {tier} stops everything on day {stop.day} of {when}: "
        f"{wording.usd(stop.bill_usd)} are forecast. No retry helps until the next month."
    )


HOW = (
    "Each by itself, on the peak replayed call by call; the bill, cache hits and reply times are worked out anew. *Room*: how many times "
    "that traffic would still be served as your target asks."
)


def wanted(study: Study, at: int) -> bool:
    """Whether the offer misses the target, or may."""
    return int(study.assessments.rate_limits.verdicts[at]) in (int(Verdict.FAILS), int(Verdict.UNRESOLVED))
