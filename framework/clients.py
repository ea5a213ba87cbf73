"""The parts of a workload that only the rate limits read: what a call does at a limit, and the limits of the team's own console."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from framework.part import Flag, Part
from framework.vocabulary import METERS, LimitOrigin, Policy

Seconds = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False, strict=True)]
Limit = Annotated[float, Field(ge=1, le=1e10, allow_inf_nan=False, strict=True)]
Usd = Annotated[float, Field(gt=0, le=1e9, allow_inf_nan=False, strict=True)]


def _counted(value: Any) -> Any:
    """Number boxes know no whole numbers: 2.0 counts as 2, 2.5, a text and a truth value do not."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


class Clients(Part):
    """What a call does when a limit refuses it, and when the team calls that served.

    `policy`: `refuse` counts the 429, `wait` queues in order of arrival before the limit, `retry` does what the official SDKs do: `retries`
    times after `first_backoff_s * 2^n` seconds, at most `backoff_cap_s`, less up to a quarter by chance; with `retry_after` the provider's
    own figure goes before. `target_share` of the calls at the peak must be served within `max_wait_s`; null: within the latency budget.
    """

    policy: Policy = "refuse"
    target_share: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False, strict=True)] = 0.99
    max_wait_s: Seconds | None = None
    retries: Annotated[int, BeforeValidator(_counted), Field(ge=0, le=10, strict=True)] = 2
    first_backoff_s: Annotated[float, Field(gt=0, le=600, allow_inf_nan=False, strict=True)] = 0.5
    backoff_cap_s: Annotated[float, Field(gt=0, le=3_600, allow_inf_nan=False, strict=True)] = 8
    retry_after: Flag = True


class OwnLimits(Part):
    """What the team's own console or response headers say of one offer at its tier; null: the published figure stands."""

    rpm: Limit | None = None
    rpd: Limit | None = None
    tpm: Limit | None = None
    tpd: Limit | None = None
    itpm: Limit | None = None
    otpm: Limit | None = None
    concurrency: Limit | None = None
    monthly_cap_usd: Usd | None = None
    origin: LimitOrigin = "console"
    seen: dt.date | None = None

    @model_validator(mode="after")
    def _says_something(self) -> OwnLimits:
        if self.monthly_cap_usd is None and all(getattr(self, meter) is None for meter in METERS):
            raise ValueError("names no limit: give at least one of " + ", ".join(METERS) + " or monthly_cap_usd, or leave the offer out")
        return self
