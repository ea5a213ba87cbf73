"""When the forecast spend reaches a tier, and on which day a monthly cap stops everything."""

from __future__ import annotations

import math
from dataclasses import dataclass

from framework.workload import DAYS_PER_MONTH

MONTHS_AHEAD = 60
DAYS_PER_WEEK = 7


def weeks_until(spend_usd: float, *, month_usd: float, growth: float) -> float:
    """Weeks from now, nothing being paid yet, until so much is paid in total; inf: not within five years, NaN: not known.

    `month_usd` is the first month's bill, `growth` what each month adds to the one before (0.1 is a tenth).
    """
    if math.isnan(spend_usd) or math.isnan(month_usd):
        return math.nan
    left, bill = spend_usd, month_usd
    for month in range(MONTHS_AHEAD):
        if left <= bill:
            days = DAYS_PER_MONTH * (month + (left / bill if left > 0 else 0.0))
            return days / DAYS_PER_WEEK
        left -= bill
        bill *= 1 + growth
    return math.inf


@dataclass(frozen=True)
class Stop:
    """The first month of the twelve ahead whose bill is above the cap (1 is this one), and the day of it on which the cap is reached."""

    month: int
    day: int
    bill_usd: float


def stopped(cap_usd: float, *, month_usd: float, growth: float, months: int = 12) -> Stop | None:
    """None where the cap holds, or where cap or bill are not known."""
    if not (math.isfinite(cap_usd) and math.isfinite(month_usd)):
        return None
    bill = month_usd
    for month in range(1, months + 1):
        if bill > cap_usd:
            return Stop(month, min(DAYS_PER_MONTH, math.floor(DAYS_PER_MONTH * cap_usd / bill) + 1), bill)
        bill *= 1 + growth
    return None
