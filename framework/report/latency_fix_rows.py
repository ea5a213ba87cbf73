"""What would bring an offer inside the time budget, in rows and sentences: remedies by their effect, each worked out anew."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from framework import wording
from framework.axes.assessment import Verdict
from framework.axes.latency_findings import BEYOND_READINGS_SHARE, LAST_PERCENTILE_SHARE
from framework.axes.latency_search import InTime
from framework.latency_fixes import Fix, Fixes
from framework.report.selection import labels

if TYPE_CHECKING:
    from framework.report.tables import Row
    from framework.study import Study

STEP_SHARE = 0.05
"""Shares are shown in steps of so much: what lies within half of one is shown as the asked share itself."""

HOW = (
    "Each by itself: the workload is changed and the bill, the cache hits and the times are worked out anew. *Enough*: the asked share is "
    "made even if the medians have drifted to the slow end of the range; *likely enough*: as they were read."
)


def fix_rows(found: Fixes) -> list[Row]:
    """As it is, then what helps, the most effective first, then what is sold without a speed."""
    now = {"what": "As it is", "takes": "", "enough": "", "in_time": in_words(found.before, found.asked), "_class": "on"}
    return [now, *(_row(fix, found.asked) for fix in (*found.helps, *found.unknown))]


def _row(fix: Fix, asked: float) -> Row:
    unknown, beyond = math.isnan(fix.after.likely), asked >= BEYOND_READINGS_SHARE - 1e-9
    short = "cannot be shown" if beyond and fix.after.high >= asked else "not enough"
    enough = wording.UNKNOWN if unknown else "enough" if fix.sure else "likely enough" if fix.enough else short
    return {"what": fix.what, "takes": fix.takes, "enough": enough, "in_time": in_words(fix.after, asked)}


def in_words(share: InTime, asked: float) -> str:
    """The likely share with its band; what lies above 95 % is called what it is where more is asked for."""
    words = wording.between(*(wording.probability(part) for part in (share.low, share.likely, share.high)))
    return words + (", extrapolated" if asked > LAST_PERCENTILE_SHARE and share.high > LAST_PERCENTILE_SHARE else "")


def best(study: Study, at: int, found: Fixes) -> str:
    """The most effective remedy in one sentence, or that there is none, or that none is needed."""
    who, asked = labels(study)[study.columns.ids[at]], f"{study.workload.budget.percentile:g} %"
    if int(study.assessments.latency.verdicts[at]) == int(Verdict.MEETS):
        return f"Nothing needs fixing: {who} keeps your budget in {asked} of requests, even if it has become slower since it was read."
    if math.isnan(found.before.likely):
        return f"Whether {who} keeps your budget is unknown, so nothing can be said of remedies: measure it with fouraxes probe."
    if not found.helps:
        if found.before.likely >= found.asked - STEP_SHARE / 2:
            return f"{who} keeps your budget in about {asked} of requests, but not surely, and nothing that was tried makes it surer."
        return f"Nothing that was tried brings {who} nearer to {asked} in time."
    first = found.helps[0]
    what, after = first.what[:1].lower() + first.what[1:], in_words(first.after, found.asked)
    does = "That is enough" if first.sure else "That is likely enough" if first.enough else "That alone is not enough"
    return f"Most for {who} does this: {what}. In time: {after} instead of {in_words(found.before, found.asked)}. {does}."


def idle(found: Fixes) -> str:
    """What was tried in vain; empty where nothing was."""
    told = "; ".join(fix.what[:1].lower() + fix.what[1:] for fix in found.idle)
    return f"Tried, and nothing gained: {told}." if told else ""


def wanted(study: Study, at: int) -> bool:
    """Whether the offer misses the budget, or may."""
    return int(study.assessments.latency.verdicts[at]) in (int(Verdict.FAILS), int(Verdict.UNRESOLVED))
