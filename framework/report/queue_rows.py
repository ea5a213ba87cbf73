"""Replies in time with the wait at the rate limits counted: rows and a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from framework import wording
from framework.report.replay_tables import tier
from framework.report.selection import labels
from framework.report.served import spread

if TYPE_CHECKING:
    from framework.axes.assessment import Verdict
    from framework.queued import Queued
    from framework.study import Study

COLUMNS = {
    "name": "Offer",
    "alone": ">In time, limits aside",
    "queued": ">In time, limits counted",
    "delayed": ">Calls that wait",
    "refused": ">Calls refused",
    "tier": "Tier",
}
HOW = (
    "The day of your traffic is replayed at your tier with what your clients do at a limit; each wait is taken off the time budget, and a "
    "call refused for good is late. The range is that of buckets a minute and a second deep. The score does not use this: there the rate "
    "limits are an axis of their own."
)
_NOTICED = 0.005


def queue_rows(study: Study, found: Queued) -> list[dict[str, str | Verdict]]:
    """One row per offer asked about, in their order."""
    names = labels(study)
    return [
        {
            "name": names[study.columns.ids[offer]],
            "id": study.columns.ids[offer],
            "alone": wording.probability(float(found.alone[column])),
            "queued": _between(found.in_time[:, column]),
            "delayed": spread(*found.delayed_share[::-1, column].tolist()) if _known(found, column) else wording.UNKNOWN,
            "refused": spread(*found.refused_share[::-1, column].tolist()) if _known(found, column) else wording.UNKNOWN,
            "tier": tier(study, offer, study.assessments.rate_limits.tier[offer]) or wording.UNKNOWN,
        }
        for column, offer in enumerate(found.offers)
    ]


def said(study: Study, found: Queued) -> str:
    """What the limits change, of the offers asked about."""
    names = labels(study)
    lost = found.alone - np.nanmin(np.where(np.isnan(found.in_time), np.inf, found.in_time), axis=0)
    hit = [column for column in np.argsort(-np.nan_to_num(lost, nan=-1.0), kind="stable").tolist() if lost[column] > _NOTICED]
    if not any(_known(found, column) for column in range(len(found.offers))):
        return "No limits of these offers are known at your tier, so what waiting there costs is unknown."
    if not hit:
        return "At your tiers the limits make no reply late that would not be late anyway."
    worst = hit[0]
    who = names[study.columns.ids[found.offers[worst]]]
    return (
        f"At the limits of your tier {who} has {_between(found.in_time[:, worst])} of the replies in time, instead of "
        f"{wording.probability(float(found.alone[worst]))}."
    )


def _known(found: Queued, column: int) -> bool:
    return not np.isnan(found.refused_share[:, column]).any()


def _between(shares: np.ndarray) -> str:
    """The kinder reading first."""
    ends = [wording.probability(float(share)) for share in sorted(shares.tolist(), reverse=True)]
    return " to ".join(dict.fromkeys(ends))
