"""One latency reading per offer, chosen for the effort asked for, as arrays over offers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from framework.catalogue.choose_reading import Choice, choose
from framework.catalogue.columns import LatencyColumns, numbers
from framework.catalogue.figures import seen_day
from framework.catalogue.records import LatencyDefaultsFile, LatencyProfile, Shape
from framework.vocabulary import Effort

if TYPE_CHECKING:
    from framework.catalogue.catalogue import Catalogue

# The class shapes were fitted on medians under and over it; low efforts that hardly think spread like replies without thinking.
REASONING_FROM_S = 3.0
_KNOTS = ("p05", "p25", "p50", "p75", "p95")


@dataclass(frozen=True)
class OfferReading:
    """What one offer's column is made of; `released`: the first day of its model, None not known."""

    provider: str
    vendor: str
    choice: Choice
    released: dt.date | None = None

    @property
    def profile(self) -> LatencyProfile | None:
        """The reading of the first token."""
        return self.choice.profile

    def launched(self, within_days: int) -> bool:
        """Whether the reading is of the model's first days."""
        measured = _measured(self.profile)
        return measured is not None and self.released is not None and 0 <= measured - self.released.toordinal() <= within_days


def latency_columns(catalogue: Catalogue, on: dt.date, *, effort: Effort) -> LatencyColumns:
    """The reading of every offer that `choose` takes for the effort; `none` asks for no thinking."""
    return columns_of([reading_of(catalogue, position, effort) for position in range(len(catalogue.offers))], catalogue.defaults, on)


def reading_of(catalogue: Catalogue, position: int, effort: Effort) -> OfferReading:
    """The reading of one of the catalogue's offers."""
    offer = catalogue.offers[position]
    choice = choose(catalogue.profiles_of(offer), effort, catalogue.defaults.effort_scale)
    provider, vendor = catalogue.provider_of(offer).provider, catalogue.vendors[offer.model]
    return OfferReading(provider, vendor, choice, catalogue.model_of(offer).released)


def columns_of(readings: Sequence[OfferReading], defaults: LatencyDefaultsFile, on: dt.date) -> LatencyColumns:
    """The readings laid out, one per offer; what they do not say is taken from the defaults of their class."""
    profiles = [reading.profile for reading in readings]
    speeds = [reading.choice.speed for reading in readings]
    shapes = [shape_of(defaults, reading) for reading in readings]
    slopes = [slope_of(defaults, reading) for reading in readings]
    times = [profile.ttft_s if profile else None for profile in profiles]
    knots = [[getattr(time, knot) if time else None for time in times] for knot in _KNOTS]
    complete = [all(row[column] is not None for row in knots) for column in range(len(readings))]
    thinks = np.array([profile is not None and profile.thinks for profile in profiles], dtype=np.bool_)
    scale = np.array([reading.choice.scale for reading in readings])
    launch = defaults.staleness.launch
    early = np.array([reading.launched(launch.days) for reading in readings], dtype=np.bool_)
    grown = early * np.minimum(np.array([_days_since(profile, on) for profile in profiles]) / launch.shift_days, 1.0)
    moved = scale * (1.0 + launch.ttft_shift * grown)
    return LatencyColumns(
        m_at_s=numbers([time.p50 if time else None for time in times]) * moved,
        at_tokens=numbers([profile.at_input_tokens if profile else None for profile in profiles]),
        beta=numbers([beta for beta, _ in slopes]),
        gamma=numbers([gamma for _, gamma in slopes]),
        knots_s=np.where(complete, np.stack([numbers(row) for row in knots]), np.nan) * moved,
        p95_s=numbers([time.p95 if time else None for time in times]) * moved,
        s=numbers([shape.s for shape in shapes]),
        floor=numbers([shape.floor for shape in shapes]),
        eps=numbers([shape.eps for shape in shapes]),
        typical_floor=numbers([shape.floor if shape.typical_floor is None else shape.typical_floor for shape in shapes]),
        thinks=thinks,
        tps=numbers([speed.tps.p50 if speed and speed.tps else None for speed in speeds]) * (1.0 + launch.tps_shift * grown),
        tps_sigma=numbers([_tps_sigma(defaults, reading, on) for reading in readings]),
        stale_sigma=numbers([_ttft_sigma(defaults, reading, on) for reading in readings]),
        measured_ordinal=numbers([_measured(profile) for profile in profiles]),
        scale=scale,
        early=early,
        effort=tuple(profile.effort if profile else "" for profile in profiles),
    )


def _days_since(profile: LatencyProfile | None, on: dt.date) -> int:
    measured = _measured(profile)
    return 0 if measured is None else max(0, on.toordinal() - measured)


def shape_of(defaults: LatencyDefaultsFile, reading: OfferReading) -> Shape:
    """How the seconds of its class spread where only the median is known."""
    time = reading.profile.ttft_s if reading.profile else None
    kind = "reasoning" if time and time.p50 * reading.choice.scale >= REASONING_FROM_S else "fast"
    return defaults.shapes.get(f"{kind}/{reading.vendor}") or defaults.shapes[f"{kind}/ALL"]


def slope_of(defaults: LatencyDefaultsFile, reading: OfferReading) -> tuple[float | None, float | None]:
    """Seconds per million tokens and per million tokens squared, None not known; 1 ms per 1,000 tokens is 1 s per million."""
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


def _ttft_sigma(defaults: LatencyDefaultsFile, reading: OfferReading, on: dt.date) -> float | None:
    """Log-sigma of the median on the day: its age, and the other effort where it was read at one."""
    stale = _stale_sigma(defaults, reading, reading.profile, on)
    return stale if stale is None or reading.choice.scale == 1.0 else float(np.hypot(stale, defaults.effort_scale.log_sigma))


def _stale_sigma(defaults: LatencyDefaultsFile, reading: OfferReading, profile: LatencyProfile | None, on: dt.date) -> float | None:
    """Log-sigma by which a reading may have moved since; an undated one by as much as any, one from the future not at all."""
    rule = defaults.staleness
    if profile is None or _measured(profile) is None:
        return None if profile is None else rule.cap
    per_day = rule.reasoning_per_sqrt_day if profile.thinks else rule.fast_per_sqrt_day
    early = reading.launched(rule.launch.days)
    return min(rule.cap, per_day * float(np.sqrt(_days_since(profile, on))) * (rule.launch.widening if early else 1.0))


def _tps_sigma(defaults: LatencyDefaultsFile, reading: OfferReading, on: dt.date) -> float | None:
    stale = _stale_sigma(defaults, reading, reading.choice.speed, on)
    spread = defaults.tps_log_sigma.get(reading.provider, defaults.tps_log_sigma["ALL"])
    return None if stale is None else float(np.hypot(spread, stale))
