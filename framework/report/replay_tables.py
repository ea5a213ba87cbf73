"""The rows of the rate-limit page: every offer at the user's tier, at the peak and over the replayed day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from framework import wording
from framework.axes.day_figures import LIMITED
from framework.report import clock, headlines, own_limits
from framework.report.replay_words import HARSH, KIND, place, troubled
from framework.report.served import served, spread
from framework.report.tables import Row, offer_rows
from framework.vocabulary import LIMIT_WORDS

if TYPE_CHECKING:
    from framework.replayed import Replayed
    from framework.study import Study


def limit_rows(study: Study, replayed: Replayed | None) -> list[Row]:
    """What is served at the peak, the room that is left, what happens over the day, and what to do."""
    limits, own = study.assessments.rate_limits, own_limits.in_force(study)

    def fill(at: int) -> Row:
        return {
            "tier": (tier(study, at, limits.tier[at]) or wording.UNKNOWN) + (", own limits" if study.columns.ids[at] in own else ""),
            "served": served(study, at),
            "verdict": int(limits.verdicts[at]),
            "room": wording.factor(float(limits.room[at])),
            "lowest": tier(study, at, limits.lowest_tier[at]) or "none is known to",
            "step": limits.next_step[at],
            "binding": binding(study, replayed, at),
            **(_day(study, replayed, at) if replayed is not None else {}),
        }

    return offer_rows(study, fill)


def binding(study: Study, replayed: Replayed | None, at: int) -> str:
    """What refuses or delays most over the day; where nothing does, the limit that the peak uses most.

    A cap on the month's spend stops every call once it is reached: forecast beyond it, it comes before what the target lets pass.
    """
    where, limits = place(study, at), study.assessments.rate_limits
    capped = limits.binding[at] not in (None, *LIMITED) and float(limits.peak_use[at]) > 1
    row = -1 if replayed is None or where is None else int(replayed.answers.binding[HARSH][where])
    passes = replayed is not None and where is not None and troubled(replayed, HARSH, where) <= 1 - study.load.target_share
    if row >= 0 and not (capped and passes):
        return LIMIT_WORDS[LIMITED[row]]
    name = limits.binding[at]
    return LIMIT_WORDS.get(name, name) if name else wording.UNKNOWN


def tier(study: Study, at: int, name: str | None) -> str:
    """`Tier 1`, `Build`; empty for none."""
    return headlines.tier_name(study, at, name).removeprefix("tier ") if name else ""


def _day(study: Study, replayed: Replayed, at: int) -> Row:
    """Over the day: the two columns of the first table."""
    where, found = place(study, at), replayed.answers
    if where is None or np.isnan(found.refused_share[HARSH][where]):
        return {"refused": wording.UNKNOWN, "first": ""}
    day = replayed.day_of(at)
    first = float(found.first_s[HARSH][where])
    return {
        "refused": spread(*(float(found.refused_share[window][where]) for window in (KIND, HARSH))),
        "delayed": spread(*(float(found.delayed_share[window][where]) for window in (KIND, HARSH)))
        if study.load.client.policy != "refuse"
        else "",
        "first": clock.moment(first, day.starts_s, days=day.days) if not np.isnan(first) else "never",
    }


def detail_rows(study: Study, replayed: Replayed) -> list[Row]:
    """The rest: delays, attempts and users over the day, and the plain arithmetic of the busiest minute."""
    limits, found, policy = study.assessments.rate_limits, replayed.answers, study.load.client.policy

    def fill(at: int) -> Row:
        where = place(study, at)
        row: Row = {
            "first": str(_day(study, replayed, at)["first"]),
            "use": wording.share(float(limits.peak_use[at])),
            "second": wording.share(_most(limits.use_pessimistic[:, at])),
            "lasting": wording.factor(float(limits.headroom[at])),
        }
        if where is None or np.isnan(found.refused_share[HARSH][where]):
            return row
        users = [float(found.users_share[window][where]) for window in (KIND, HARSH)]
        row["users"] = "" if study.workload.traffic.users is None or np.isnan(users).any() else spread(*users)
        if policy != "refuse":
            row["p50"] = _seconds(found.p50_s[KIND][where], found.p50_s[HARSH][where])
            row["p95"] = _seconds(found.p95_s[KIND][where], found.p95_s[HARSH][where])
            row["max"] = _seconds(found.max_s[KIND][where], found.max_s[HARSH][where])
        if policy == "retry":
            row["attempts"] = " to ".join(dict.fromkeys(f"{float(found.attempts[window][where]):.3g}" for window in (KIND, HARSH)))
        return row

    return offer_rows(study, fill)


def _seconds(low: float, high: float) -> str:
    told = [clock.waiting(float(end)) if end > 0 else "none" for end in (low, high)]
    return " to ".join(dict.fromkeys(told))


def _most(uses: np.ndarray) -> float:
    known = uses[~np.isnan(uses)]
    return float(known.max()) if known.size else float("nan")
