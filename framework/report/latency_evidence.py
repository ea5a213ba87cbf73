"""How good the reading behind an offer's times is: a word by fixed rules, and what a reader must know to judge for themselves.

The rules, best first:

- `own measurement`: the team has measured it; why says how old that is and how many replies it holds.
- `good`: five percentiles, read within the last 60 days, at the effort asked for.
- `fair`: read within 60 days at the effort asked for, but the median alone, or the median and the 95th percentile.
- `weak`: older than 60 days, undated, scaled from another effort, from the first 14 days of a model, or doubted by the catalogue.
- `none`: no reading of the first token.
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
from framework.report.own_latency import KIND, PLACE, entered
from framework.report.tables import Row, offer_rows

if TYPE_CHECKING:
    from framework.catalogue.records import LatencyProfile, Source
    from framework.measured import OwnLatency
    from framework.study import Study

Grade = Literal["own measurement", "good", "fair", "weak", "none"]
SHORT = 32
GRADES: tuple[Grade, ...] = ("own measurement", "good", "fair", "weak", "none")
RULES = (
    f"*Own measurement*: you measured it. *Good*: five percentiles, at most {STALE_DAYS} days old, at your effort. *Fair*: as fresh, but "
    f"the median alone or with the 95th percentile. *Weak*: older than {STALE_DAYS} days, undated, scaled from another effort, or from a "
    "model's first 14 days. *None*: no reading of the first token. No reading is of your region, hour or traffic but your own."
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


def _own(study: Study, at: int, own: OwnLatency) -> Evidence:
    age = (study.on - own.seen).days
    counts = sorted({reading.n for reading in own.readings})
    lengths = ", ".join(wording.tokens(reading.at_input_tokens) for reading in own.readings)
    return Evidence(
        grade="own measurement",
        why=f"{age} days old, measure again" if age > STALE_DAYS else "",
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
    grade: Grade = "weak" if doubts else "good" if has_five(study.columns.latency)[at] else "fair"
    return Evidence(
        grade=grade,
        why=", ".join(doubts) or _percentiles(study, at),
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
    told += ["from the model's first 14 days" if latency.early[at] else ""]
    told += ["doubtful source" if profile.confidence == "low" else ""]
    return [each for each in told if each]


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
