"""Which of a model's readings answers for an effort, and by what its seconds are multiplied where it was read at another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from framework.catalogue.latency_records import EffortScale, LatencyProfile
from framework.vocabulary import Effort

EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
_NONE = frozenset({"off", "non", "no", "instant"})


@dataclass(frozen=True)
class Choice:
    """`profile` answers for the first token, `speed` for the tokens after it (another one where the first has none); None: not known.

    `scale`: what the seconds are multiplied by, 1 unless the profile is of another effort than the one asked for.
    """

    profile: LatencyProfile | None
    speed: LatencyProfile | None
    scale: float = 1.0


def choose(profiles: Sequence[LatencyProfile], effort: Effort, scales: EffortScale) -> Choice:
    """The reading to go by, of readings in order of preference.

    Without thinking: the first that does not think, else the lowest effort as it is. With it: the effort itself; else one whose effort is
    not named, as it is; else one that does not think and has a speed, so that thinking tokens can be added to it; else the nearest named
    effort, scaled as efforts typically differ.
    """
    timed = [profile for profile in profiles if profile.ttft_s]
    chosen, scale = _calm(timed) if effort == "none" else _thinking(timed, effort, scales)
    return Choice(chosen, speed_for(chosen, profiles), scale)


def named_effort(effort: str) -> str | None:
    """The effort of `EFFORTS` that a wording names (`thinking off`, `low (between tools)`); None where it names none (`default`)."""
    words = re.findall("[a-z]+", effort.lower())
    if _NONE.intersection(words):
        return "none"
    return next((word for word in words if word in EFFORTS), None)


def effort_rank(effort: str) -> int:
    """Place of an effort in `EFFORTS`, however it is worded; an unnamed one counts as medium."""
    return EFFORTS.index(named_effort(effort) or "medium")


def speed_for(chosen: LatencyProfile | None, profiles: Iterable[LatencyProfile]) -> LatencyProfile | None:
    """The reading whose speed goes with the chosen one; None where no speed is known."""
    return min((profile for profile in profiles if profile.tps), key=lambda profile: _distance(profile, chosen), default=None)


def _distance(profile: LatencyProfile, chosen: LatencyProfile | None) -> tuple[bool, bool, int]:
    """Sorts the readings that could lend their speed: the chosen one itself, then its kind, then the nearest effort."""
    if chosen is None:
        return (False, False, 0)
    return (profile is not chosen, profile.thinks != chosen.thinks, abs(effort_rank(profile.effort) - effort_rank(chosen.effort)))


_Chosen = tuple[LatencyProfile | None, float]


def _calm(timed: list[LatencyProfile]) -> _Chosen:
    calm = (profile for profile in timed if not profile.thinks)
    return next(calm, None) or min(timed, key=lambda profile: effort_rank(profile.effort), default=None), 1.0


def _thinking(timed: list[LatencyProfile], effort: Effort, scales: EffortScale) -> _Chosen:
    asked = EFFORTS.index(effort)
    thinking = [profile for profile in timed if profile.thinks]
    for profile in (*(each for each in thinking if named_effort(each.effort) == effort), *_unnamed(thinking)):
        return profile, 1.0
    calm = [profile for profile in timed if not profile.thinks]
    nearest = min(thinking, key=lambda profile: abs(effort_rank(profile.effort) - asked), default=None)
    if nearest is None or any(profile.tps for profile in calm):
        return min(calm, key=lambda profile: abs(effort_rank(profile.effort) - asked), default=None), 1.0
    return nearest, _times_medium(effort, scales) / _times_medium(named_effort(nearest.effort), scales)


def _unnamed(thinking: list[LatencyProfile]) -> Iterable[LatencyProfile]:
    return (profile for profile in thinking if named_effort(profile.effort) is None)


def _times_medium(effort: str | None, scales: EffortScale) -> float:
    """Of an effort below low as of low."""
    return next((times for known, times in scales.times_medium.items() if known == effort), scales.times_medium["low"])
