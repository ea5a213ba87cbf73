"""How good the reading behind an offer's times is: a word by fixed rules, and what a reader must know to judge for themselves.

The rules, best first:

- `own measurement`: the team has measured it; why says where that is old or holds few replies.
- `good`: the slow tail is measured (the 95th percentile, or five), read within the last 30 days, at the effort asked for.
- `fair`: read within 60 days at the effort asked for; the median alone, or older than 30 days.
- `weak`: older than 60 days, undated, of another effort, from the first 14 days of a model, or doubted by the catalogue.
- `none`: no reading of the first token.

Why 30 days: on 175 models of 2026 the share in time was missed by 3 to 7 points on the day of a reading, less the more of its tail was
known, and by 10 to 12 points a month later, whatever was known of it (our own fits of Artificial Analysis' daily figures, 2026-04 to 07).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from framework import wording
from framework.axes.ttft import has_five
from framework.catalogue.build_latency import reading_of
from framework.catalogue.readings import STALE_DAYS, UNDATED
from framework.measured import LEAST_REPLIES_FOR_P95
from framework.report.own_latency import KIND, PLACE, entered
from framework.report.tables import Row, offer_rows

if TYPE_CHECKING:
    from framework.catalogue.records import LatencyProfile, Source
    from framework.measured import OwnLatency
    from framework.study import Study

Grade = Literal["own measurement", "good", "fair", "weak", "none"]
SHORT, FRESH_DAYS = 32, 30
GRADES: tuple[Grade, ...] = ("own measurement", "good", "fair", "weak", "none")
RULES = (
    f"*Own measurement*: you measured it. *Good*: the 95th percentile is measured, at most {FRESH_DAYS} days ago, at your effort. *Fair*: "
    f"at most {STALE_DAYS} days old at your effort, but the median alone, or older than {FRESH_DAYS} days: by then the share in time is "
    f"missed by 10 to 12 points, whatever was known of the tail. *Weak*: older than {STALE_DAYS} days, undated, of another effort, or from "
    "a model's first 14 days. *None*: no reading of the first token. No reading is of your region, hour or traffic but your own."
)
BETTER = (
    "What makes it better is a measurement of your own: fouraxes probe llm.yaml says what it may cost, then sends the file's primary 40 "
    "prompts of each length; uploaded under Your own measurements, what it writes goes before anything published."
)


@dataclass(frozen=True)
class Evidence:
    """One offer's reading: `grade` by the rules above and `why`, when it was `read`, and where from; texts are empty without a reading."""

    grade: Grade
    why: str
    read: str
    n: str
    conditions: str
    kind: str
    url: str
    source: str

    @property
    def words(self) -> str:
        """`weak: 136 days old`."""
        return f"{self.grade}: {self.why}" if self.why else self.grade


NOTHING = Evidence("none", "", "", "", "", "", "", "")


def evidence(study: Study, at: int) -> Evidence:
    """What is known of the reading of one offer."""
    if np.isnan(study.columns.latency.m_at_s[at]):
        return NOTHING
    own = entered(study).get(study.columns.ids[at]) if study.workload.own_latency else None
    return _own(study, at, own) if own is not None else _published(study, at)


def evidence_rows(study: Study) -> list[Row]:
    """One row per listed offer."""

    def fill(at: int) -> Row:
        found = evidence(study, at)
        return {
            "grade": found.words,
            "read": found.read,
            "n": found.n,
            "conditions": found.conditions,
            "kind": found.kind,
            "url": found.url,
            "source": found.source,
        }

    return offer_rows(study, fill)


def tally(study: Study, offers: list[int]) -> str:
    """`2 fair, 9 weak, 1 none`; empty without offers."""
    grades = [evidence(study, at).grade for at in offers]
    return ", ".join(f"{grades.count(grade)} {grade}" for grade in GRADES if grade in grades)


def why_not_better(study: Study, offers: list[int]) -> str:
    """Why no published reading of these offers is good, and what to do about it; empty where one is, or where all are the team's own."""
    found = [(at, evidence(study, at)) for at in offers]
    published = [at for at, each in found if each.grade in ("fair", "weak")]
    if any(each.grade == "good" for _, each in found) or all(each.grade == "own measurement" for _, each in found):
        return ""
    ages = study.assessments.latency.age_days
    tailed = [float(ages[at]) for at in published if _has_tail(study, at) and not np.isnan(ages[at])]
    if tailed:
        told = f"None is good, because those with a measured tail are {min(tailed):.0f} days old or more"
        told += " and the fresher ones are medians." if any(ages[at] < min(tailed) for at in published) else "."
    else:
        told = "None is good, because none has a measured tail." if published else "There is no reading to go by."
    return f"{told} {BETTER}"


def _own(study: Study, at: int, own: OwnLatency) -> Evidence:
    age = (study.on - own.seen).days
    counts = sorted({reading.n for reading in own.readings})
    lengths = ", ".join(wording.tokens(reading.at_input_tokens) for reading in own.readings)
    return Evidence(
        grade="own measurement",
        why=_conditions(
            f"scaled from effort {own.effort}" if study.columns.latency.scale[at] != 1 else "",
            f"{age} days old, measure again" if age > STALE_DAYS else "",
            f"{counts[-1]:,} replies at most, no 95th percentile" if counts[-1] < LEAST_REPLIES_FOR_P95 else "",
        ),
        read=own.seen.isoformat(),
        n=" to ".join(f"{count:,}" for count in dict.fromkeys((counts[0], counts[-1]))),
        conditions=_conditions(
            f"prompts of {lengths}",
            f"effort {own.effort}" if own.effort else "",
            "thinking inside" if own.thinks else "",
            _percentiles(study, at),
            own.region or "region not named",
        ),
        kind=KIND,
        url="",
        source=PLACE,
    )


def _published(study: Study, at: int) -> Evidence:
    tokens = study.workload.tokens
    choice = reading_of(study.catalogue, at, tokens.effort if tokens.reasoning_mean else "none").choice
    profile = choice.profile
    if profile is None:
        return NOTHING
    source = profile.source[0]
    doubts = _doubts(study, at, profile)
    fresh = bool(study.assessments.latency.age_days[at] <= FRESH_DAYS)
    grade: Grade = "weak" if doubts else "good" if fresh and _has_tail(study, at) else "fair"
    aged = "" if fresh or not _has_tail(study, at) else f", {study.assessments.latency.age_days[at]:.0f} days old"
    return Evidence(
        grade=grade,
        why=", ".join(doubts) or _percentiles(study, at) + aged,
        read=profile.measured or UNDATED,
        n="not stated" if profile.sample_size is None else f"{profile.sample_size:,}",
        conditions=_conditions(
            f"{wording.tokens(profile.at_input_tokens)}-token prompt",
            f"effort {profile.effort}" if profile.effort else "",
            "thinking inside" if profile.thinks else "no thinking, yours added" if tokens.reasoning_mean else "no thinking",
            _percentiles(study, at),
            _length(profile),
            _speed(profile, choice.speed),
            "region not stated",
        ),
        kind=source.kind,
        url=source.url,
        source=_brief(source),
    )


def _doubts(study: Study, at: int, profile: LatencyProfile) -> list[str]:
    latency, age = study.columns.latency, float(study.assessments.latency.age_days[at])
    told = [UNDATED if np.isnan(age) else f"{age:.0f} days old" if age > STALE_DAYS else ""]
    told += [f"scaled from effort {profile.effort}" if latency.scale[at] != 1 else ""]
    told += [f"read while thinking at effort {profile.effort}" if profile.thinks and not study.workload.tokens.reasoning_mean else ""]
    told += ["from the model's first 14 days" if latency.early[at] else ""]
    told += ["doubtful source" if profile.confidence == "low" else ""]
    return [each for each in told if each]


def _has_tail(study: Study, at: int) -> bool:
    return bool(has_five(study.columns.latency)[at] or not np.isnan(study.columns.latency.p95_s[at]))


def _percentiles(study: Study, at: int) -> str:
    if has_five(study.columns.latency)[at]:
        return "five percentiles"
    return "median only" if np.isnan(study.columns.latency.p95_s[at]) else "median and 95th percentile"


def _length(profile: LatencyProfile) -> str:
    if profile.length_fit is not None:
        runs = f" in {profile.length_fit.n:,} runs" if profile.length_fit.n else ""
        return f"long prompts measured{runs} ({profile.length_fit.measured or UNDATED})"
    return "slope of this model" if profile.slope_ms_per_1k is not None else "slope of its provider's models"


def _speed(profile: LatencyProfile, speed: LatencyProfile | None) -> str:
    if speed is None:
        return "no speed known"
    return "" if speed is profile else f"speed at effort {speed.effort} ({speed.measured or UNDATED})"


def _conditions(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _brief(source: Source) -> str:
    """Who measured: the first words of the note where they are few, else the host."""
    who = re.split(r"[,;:(]", source.note or "")[0].strip()
    return who if 0 < len(who) <= SHORT else source.url.partition("://")[2].partition("/")[0] or source.url
