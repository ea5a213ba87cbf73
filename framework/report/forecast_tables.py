"""Rows of the twelve-month tables: totals beside the naive bill, and what is announced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from framework import wording
from framework.report.listing import compared_ids

if TYPE_CHECKING:
    from framework.forecast import Forecast
    from framework.study import Study

Row = dict[str, Any]


def forecast_rows(study: Study, coming: Forecast) -> list[Row]:
    """Twelve-month totals of the offers in the running, the least first; an offer that ends has no total."""
    total, naive = coming.total_usd, coming.naive_total_usd
    compared = [coming.offers.index(offer) for offer in compared_ids(study)]
    places = sorted(compared, key=lambda at: (np.nan_to_num(total[at], nan=np.inf), at))
    return [
        {
            "name": coming.offers[at],
            "total": _total(coming, at),
            "naive": wording.usd(float(naive[at])),
            "change": _change(float(total[at]), float(naive[at])),
        }
        for at in places
    ]


def _total(coming: Forecast, at: int) -> str:
    ends = bool((coming.sold_share[:, at] < 1).any())
    return "switched off before the end" if ends else wording.usd(float(coming.total_usd[at]))


def _change(total: float, naive: float) -> str:
    if np.isnan(total) or np.isnan(naive):
        return wording.UNKNOWN
    gap = total - naive
    return "none" if abs(gap) <= 5e-4 * naive else ("+" if gap > 0 else "−") + wording.usd(abs(gap))


def event_rows(study: Study, coming: Forecast) -> list[Row]:
    """What is announced for the offers in the running, the next first."""
    compared = set(compared_ids(study))
    return [
        {
            "date": event.date.isoformat(),
            "name": event.offer,
            "what": event.sentence,
            "sure": "may be called off" if event.revocable else "",
        }
        for event in coming.events
        if event.offer in compared
    ]
