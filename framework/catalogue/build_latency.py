"""One latency reading per offer, chosen for the effort asked for, as arrays over offers."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from framework.catalogue.columns import LatencyColumns, numbers
from framework.catalogue.figures import seen_day
from framework.catalogue.records import LatencyDefaultsFile, LatencyProfile, Shape

if TYPE_CHECKING:
    from framework.catalogue.catalogue import Catalogue

EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
_NONE = frozenset({"off", "non", "no", "instant"})
_KNOTS = ("p05", "p25", "p50", "p75", "p95")


@dataclass(frozen=True)
class OfferReading:
    """What one offer's column is made of; `speed` is the profile whose speed is used, where any has one."""

    provider: str
    vendor: str
    profile: LatencyProfile | None
    speed: LatencyProfile | None


def latency_columns(catalogue: Catalogue, on: dt.date, *, thinking: bool) -> LatencyColumns:
    """Without `thinking` the first reading that does not think, else the lowest effort; with it the lowest effort that thinks."""
    readings = [
        _reading(catalogue.provider_of(offer).provider, catalogue.vendors[offer.model], catalogue.profiles_of(offer), thinking)
        for offer in catalogue.offers
    ]
    return columns_of(readings, catalogue.defaults, on)


def columns_of(readings: Sequence[OfferReading], defaults: LatencyDefaultsFile, on: dt.date) -> LatencyColumns:
    """The readings laid out, one per offer; what they do not say is taken from the defaults of their class."""
    profiles = [reading.profile for reading in readings]
    shapes = [_shape(defaults, reading) for reading in readings]
    slopes = [_slope(defaults, reading) for reading in readings]
    times = [profile.ttft_s if profile else None for profile in profiles]
    knots = [[getattr(time, knot) if time else None for time in times] for knot in _KNOTS]
    complete = [all(row[column] is not None for row in knots) for column in range(len(readings))]
    thinks = np.array([profile is not None and profile.thinks for profile in profiles], dtype=np.bool_)
    return LatencyColumns(
        m_at_s=numbers([time.p50 if time else None for time in times]),
        at_tokens=numbers([profile.at_input_tokens if profile else None for profile in profiles]),
        beta=numbers([beta for beta, _ in slopes]),
        gamma=numbers([gamma for _, gamma in slopes]),
        knots_s=np.where(complete, np.stack([numbers(row) for row in knots]), np.nan),
        p95_s=numbers([time.p95 if time else None for time in times]),
        s=numbers([shape.s for shape in shapes]),
        floor=numbers([shape.floor for shape in shapes]),
        eps=numbers([shape.eps for shape in shapes]),
        typical_floor=numbers([shape.floor if shape.typical_floor is None else shape.typical_floor for shape in shapes]),
        thinks=thinks,
        reasoning_kind=thinks.copy(),
        tps=numbers([reading.speed.tps.p50 if reading.speed and reading.speed.tps else None for reading in readings]),
        tps_sigma=numbers([_tps_sigma(defaults, reading, on) for reading in readings]),
        stale_sigma=numbers([_stale_sigma(defaults, profile, on) for profile in profiles]),
        measured_ordinal=numbers([_measured(profile) for profile in profiles]),
        effort=tuple(profile.effort if profile else "" for profile in profiles),
    )


def effort_rank(effort: str) -> int:
    """Place of an effort in `EFFORTS`, however it is worded (`thinking off`, `low (between tools)`); an unnamed one counts as medium."""
    words = re.findall("[a-z]+", effort.lower())
    if _NONE.intersection(words):
        return 0
    return next((EFFORTS.index(word) for word in words if word in EFFORTS), EFFORTS.index("medium"))


def _reading(provider: str, vendor: str, profiles: tuple[LatencyProfile, ...], thinking: bool) -> OfferReading:
    timed = [profile for profile in profiles if profile.ttft_s]
    chosen = chosen_of(timed, thinking)
    return OfferReading(provider, vendor, chosen, speed_for(chosen, profiles))


def speed_for(chosen: LatencyProfile | None, profiles: Iterable[LatencyProfile]) -> LatencyProfile | None:
    """The reading whose speed goes with the chosen one; None where no speed is known."""
    return min((profile for profile in profiles if profile.tps), key=lambda profile: _distance(profile, chosen), default=None)


def chosen_of(timed: list[LatencyProfile], thinking: bool) -> LatencyProfile | None:
    """The reading of the first token to prefer; None where there is none."""
    if thinking:
        low = EFFORTS.index("low")
        fit = [profile for profile in timed if profile.thinks and effort_rank(profile.effort) >= low]
        return min(fit, key=lambda profile: effort_rank(profile.effort), default=timed[0] if timed else None)
    calm = (profile for profile in timed if not profile.thinks)
    return next(calm, None) or min(timed, key=lambda profile: effort_rank(profile.effort), default=None)


def _distance(profile: LatencyProfile, chosen: LatencyProfile | None) -> tuple[bool, bool, int]:
    """Sorts the readings that could lend their speed: the chosen one itself, then its kind, then the nearest effort."""
    if chosen is None:
        return (False, False, 0)
    return (profile is not chosen, profile.thinks != chosen.thinks, abs(effort_rank(profile.effort) - effort_rank(chosen.effort)))


def _shape(defaults: LatencyDefaultsFile, reading: OfferReading) -> Shape:
    kind = "reasoning" if reading.profile and reading.profile.thinks else "fast"
    return defaults.shapes.get(f"{kind}/{reading.vendor}") or defaults.shapes[f"{kind}/ALL"]


def _slope(defaults: LatencyDefaultsFile, reading: OfferReading) -> tuple[float | None, float | None]:
    """Seconds per million tokens and per million tokens squared; 1 ms per 1,000 tokens is 1 s per million."""
    profile = reading.profile
    if profile is None:
        return (None, None)
    if profile.length_fit:
        return (profile.length_fit.beta_s_per_mtok, profile.length_fit.gamma_s_per_mtok2)
    slope = profile.slope_ms_per_1k
    if slope is None:
        slope = defaults.slope_ms_per_1k.get(reading.provider, defaults.slope_ms_per_1k.get("ALL"))
    return (slope, 0.0)


def _measured(profile: LatencyProfile | None) -> int | None:
    day = seen_day(profile.measured) if profile else None
    return day.toordinal() if day else None


def _stale_sigma(defaults: LatencyDefaultsFile, profile: LatencyProfile | None, on: dt.date) -> float | None:
    """Log-sigma by which the reading may have moved since; an undated one by as much as any, one from the future not at all."""
    rule, measured = defaults.staleness, _measured(profile)
    if profile is None or measured is None:
        return None if profile is None else rule.cap
    per_day = rule.reasoning_per_sqrt_day if profile.thinks else rule.fast_per_sqrt_day
    return min(rule.cap, per_day * float(np.sqrt(max(0, on.toordinal() - measured))))


def _tps_sigma(defaults: LatencyDefaultsFile, reading: OfferReading, on: dt.date) -> float | None:
    stale = _stale_sigma(defaults, reading.speed, on)
    spread = defaults.tps_log_sigma.get(reading.provider, defaults.tps_log_sigma["ALL"])
    return None if stale is None else float(np.hypot(spread, stale))
