"""`pricing/uptime.yaml`: how often providers posted trouble and how long it lasted; who is not listed is not known, never always up."""

from __future__ import annotations

import datetime as dt
import math
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import Field

from framework.catalogue.files import pricing_directory, read
from framework.catalogue.record import Id, Record, Source, Sources
from framework.catalogue.validate import validated

FILE = "uptime.yaml"

_Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False, strict=True)]
_Words = Annotated[str, Field(min_length=1, max_length=400)]


class Failing(Record):
    """Assumed shares of the calls that fail for good while an incident is posted: a partial and a major one."""

    partial_share: _Share
    major_share: _Share
    note: _Words
    source: Sources


class Incidents(Record):
    """Posted incidents of one provider's API: `per_30_days` of the days from `rate_from` to `rate_to`, both within.

    `major_share` of them were posted as major or critical, null: not known. Their durations are log-normal: `hours_mu` and `hours_sigma` of
    the logarithm of hours, over the days from `hours_from` to `hours_to`.
    """

    provider: Id
    per_30_days: Annotated[float, Field(gt=0, le=10_000, allow_inf_nan=False, strict=True)]
    rate_from: dt.date
    rate_to: dt.date
    major_share: _Share | None
    hours_mu: Annotated[float, Field(ge=-10, le=10, allow_inf_nan=False, strict=True)]
    hours_sigma: Annotated[float, Field(ge=0, le=5, allow_inf_nan=False, strict=True)]
    hours_from: dt.date
    hours_to: dt.date
    confidence: Literal["low", "medium", "high"]
    caveats: Annotated[tuple[_Words, ...], Field(min_length=1)]
    source: Sources

    @property
    def mean_hours(self) -> float:
        """Mean of the log-normal, `exp(mu + sigma^2 / 2)`."""
        return math.exp(self.hours_mu + self.hours_sigma**2 / 2)


class UptimeFile(Record):
    """`pricing/uptime.yaml`."""

    sources: dict[str, Source]
    failing: Failing
    providers: tuple[Incidents, ...]


@lru_cache
def uptime() -> UptimeFile:
    """What there is; `CatalogueError` where the file cannot be read."""
    return validated(read(pricing_directory() / FILE), UptimeFile).record


def incidents_of(provider: str) -> Incidents | None:
    """Those of a provider by id; None where nothing usable is known."""
    return next((one for one in uptime().providers if one.provider == provider), None)
