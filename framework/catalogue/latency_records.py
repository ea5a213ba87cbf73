"""Records of `pricing/latency/<provider>.yaml` and `defaults.yaml`: readings, and what is assumed where only a median is known."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from framework.catalogue.record import Id, Ratio, Record, Seconds, Seen, Source, Sources, TokenCount
from framework.vocabulary import EFFORTS, Effort


class Percentiles(Record):
    """Percentiles as published; only `p50` is required."""

    p05: Seconds | None = None
    p25: Seconds | None = None
    p50: Seconds
    p75: Seconds | None = None
    p95: Seconds | None = None

    @model_validator(mode="after")
    def _rising(self) -> Percentiles:
        known = [value for value in (self.p05, self.p25, self.p50, self.p75, self.p95) if value is not None]
        if known != sorted(known):
            raise ValueError("percentiles must rise")
        return self


class LengthFit(Record):
    """Median seconds to first token = alpha + beta x + gamma x^2, x in million uncached prompt tokens."""

    beta_s_per_mtok: float
    gamma_s_per_mtok2: float
    measured: Seen
    n: int | None = None
    source: Sources


class LatencyProfile(Record):
    """One reading: model, effort, prompt length, day. `thinks` = the seconds already hold the thinking time."""

    model: Id
    effort: str = Field(max_length=40)
    thinks: bool
    at_input_tokens: TokenCount
    ttft_s: Percentiles | None
    tps: Percentiles | None = None
    slope_ms_per_1k: float | None = None
    slope_source: Sources | None = None
    length_fit: LengthFit | None = None
    sample_size: int | None = None
    measured: Seen
    confidence: Literal["high", "medium", "low"] = "medium"
    note: str | None = Field(default=None, max_length=400)
    source: Sources


class LatencyFile(Record):
    """`pricing/latency/<provider>.yaml`; profiles of one model run from the reading to prefer to the older ones."""

    provider: Id
    sources: dict[str, Source]
    profiles: tuple[LatencyProfile, ...]


class Shape(Record):
    """Class default where only the median is known: spread `s`, floor share, share of slow replies `eps`."""

    s: Ratio
    floor: float = Field(ge=0, lt=1)
    eps: float = Field(ge=0, lt=1)
    typical_floor: float | None = Field(default=None, ge=0, lt=1)


class Launch(Record):
    """How readings of a model's first `days` go on: `widening` times the log-sigma, and over `shift_days` these shares added."""

    days: int = Field(gt=0)
    widening: float = Field(ge=1)
    shift_days: int = Field(gt=0)
    ttft_shift: float = Field(gt=-1, lt=1)
    tps_shift: float = Field(gt=-1, lt=1)


class Staleness(Record):
    """log-sigma by which a median may have moved: `per_sqrt_day * sqrt(days)`, capped."""

    fast_per_sqrt_day: float
    reasoning_per_sqrt_day: float
    cap: float
    launch: Launch
    source: Sources


class EffortScale(Record):
    """Median seconds to the first answer token at each effort over those at medium, for an effort that nobody read.

    `log_sigma`: of one model's ratio around the typical one, per effort of the pair.
    """

    times_medium: dict[Effort, Ratio]
    log_sigma: Ratio
    source: Sources

    @model_validator(mode="after")
    def _all_that_think(self) -> EffortScale:
        if set(self.times_medium) != set(EFFORTS) - {"none"}:
            raise ValueError(f"give one figure for each of {', '.join(EFFORTS[1:])}")
        return self


class LatencyDefaultsFile(Record):
    """`pricing/latency/defaults.yaml`: shapes by `fast/<vendor>` and `reasoning/<vendor>` (`ALL` where a vendor has none)."""

    sources: dict[str, Source]
    shapes: dict[str, Shape]
    shapes_source: Sources
    tps_log_sigma: dict[str, Ratio]
    slope_ms_per_1k: dict[str, float]
    slope_source: Sources
    staleness: Staleness
    effort_scale: EffortScale
