"""The offers by their latency, and what a reader must know of the figures: whose readings they are, and where they end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from framework import wording
from framework.axes.latency_findings import BEYOND_READINGS_SHARE, LAST_PERCENTILE_SHARE
from framework.report import listing, own_latency
from framework.report.latency_evidence import evidence, tally
from framework.report.selection import labels
from framework.report.tables import Row, against, offer_rows

if TYPE_CHECKING:
    from framework.study import Study

EXTRAPOLATED = "extrapolated"


def asks_beyond(study: Study) -> bool:
    """Whether more is asked for than readings reach."""
    return study.workload.budget.percentile / 100 > LAST_PERCENTILE_SHARE + 1e-9


def latency_rows(study: Study) -> list[Row]:
    """Shares in time with their bands, and the percentiles of the reading with its age and what it is worth."""
    speed, streams = study.assessments.latency, study.workload.budget.streaming

    def fill(at: int) -> Row:
        age = float(speed.age_days[at])
        known = not np.isnan(speed.ttft_p50_s[at])
        return {
            "in_time": in_time(study, "attainment", at),
            "first": in_time(study, "first_in_time", at) if streams else "",
            "reply": in_time(study, "reply_in_time", at) if streams else "",
            "p50": wording.seconds(float(speed.ttft_p50_s[at])),
            "p95": wording.seconds(float(speed.ttft_p95_s[at])),
            "reply_p50": wording.seconds(float(speed.reply_p50_s[at])),
            "reading": _reading(study, at, age) if known else "none published",
            "evidence": evidence(study, at).words if known else "none",
            "baseline": against(study, at, speed.ttft_p50_s, wording.seconds),
            "verdict": int(speed.verdicts[at]),
        }

    return offer_rows(study, fill)


def in_time(study: Study, name: str, at: int) -> str:
    """A share with its band; where more than 95 % is asked for it is extrapolated, or ruled out by what was read."""
    speed = study.assessments.latency
    low, likely, high = (float(getattr(speed, name + end)[at]) for end in ("_low", "", "_high"))
    words = wording.between(*(wording.probability(part) for part in (low, likely, high)))
    if not asks_beyond(study) or np.isnan(likely):
        return words
    return f"{words}, {EXTRAPOLATED if high > LAST_PERCENTILE_SHARE else f'{study.workload.budget.percentile:g} % ruled out'}"


def _reading(study: Study, at: int, age: float) -> str:
    """The effort that was read, how old that is, and whether it is the team's own."""
    dated = "undated" if np.isnan(age) else f"{age:.0f} days old"
    return ", ".join(filter(None, (study.columns.latency.effort[at] or "default", dated, own_latency.cell(study, at))))


def caption(study: Study) -> str:
    """What the shares rest on, and where they end."""
    ends = "Readings end at the 95th percentile, so a 99 % requirement stays unresolved."
    asked = f"{study.workload.budget.percentile:g} %"
    if study.load.percentile_share >= BEYOND_READINGS_SHARE - 1e-9:
        ends = f"Readings end at the 95th percentile: they can rule out that {asked} are in time, but not show it."
        ends += " What lies above 95 % is extrapolated."
    elif asks_beyond(study):
        ends = f"Readings end at the 95th percentile: what lies above 95 % is extrapolated, and so is a verdict on {asked}."
    return (
        f"Shares are estimates from {_whose(study)}, in steps of 5 points; the band is how far a median may have moved since. {ends} "
        f"{'Published readings know nothing of' if study.workload.own_latency else 'Nothing here knows'} your region or hour of day."
    )


def _whose(study: Study) -> str:
    names = labels(study)
    mine = [names[offer] for offer in own_latency.entered(study)] if study.workload.own_latency else []
    if not mine:
        return "published readings"
    listed = ", ".join(mine[:3]) + (f" and {len(mine) - 3} more" if len(mine) > 3 else "")
    return f"your own measurements of {listed} and published readings of the other offers"


def premise(study: Study) -> str:
    """The same as an assumption of the report, with how good the readings of the offers in the running are."""
    told = tally(study, [study.columns.index(offer) for offer in listing.compared_ids(study)])
    worth = f" By kind and age of the readings compared: {told}." if told else ""
    if not study.workload.own_latency:
        return (
            "Time to first token and speed are published readings on other people's traffic, widened for their age; they are estimates "
            f"until you measure your own.{worth}"
        )
    return (
        f"Time to first token and speed are estimates from {_whose(study)}, each widened for its age; published readings are of other "
        f"people's traffic.{worth}"
    )
