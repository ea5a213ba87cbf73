"""The bill month by month: growth, price changes already announced and switch-offs, beside the bill that today suggests.

A month is billed like everywhere else, as 30 days of traffic; one in which a price changes or an offer ends is split by its calendar days.
"""

from __future__ import annotations

import calendar
import dataclasses
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np

from framework.axes.cost import monthly_usd
from framework.catalogue.announced import Event, announced
from framework.catalogue.build_prices import price_columns
from framework.catalogue.build_tools import tool_columns
from framework.catalogue.catalogue import Catalogue
from framework.catalogue.columns import Array, Bools, Columns, PriceColumns
from framework.catalogue.records import Price, ToolFee
from framework.errors import WorkloadError
from framework.load import Load, load_of
from framework.study import columns_for
from framework.workload import Workload

MOST_MONTHS = 60
Dated = TypeVar("Dated", Price, ToolFee)


@dataclass(frozen=True, eq=False)
class Forecast:
    """Expected USD by month, offers in the order of `offers`; NaN is "not known" or "not sold any more", never zero.

    `months` are first days; `usd` `(months, offers)`, NaN from the day of retirement on. `sold_share` `(months, offers)`: the part of the
    month before the offer is switched off, which is the part that is billed. `naive_usd` `(offers,)`: one month at today's prices and
    today's volume. `scheduled` False: `usd` leaves revocable changes out. `events` names them all the same, those before `start` too.
    """

    start: dt.date
    scheduled: bool
    months: tuple[dt.date, ...]
    offers: tuple[str, ...]
    usd: Array
    sold_share: Array
    naive_usd: Array
    events: tuple[Event, ...]

    @property
    def partial(self) -> Bools:
        """`(months, offers)`: the offer ends within this month, so that it is billed in part."""
        return (self.sold_share > 0) & (self.sold_share < 1)

    @property
    def total_usd(self) -> Array:
        """The sum over all months `(offers,)`; NaN for an offer that is not sold to the end or whose price is not known throughout."""
        return np.asarray(np.where((self.sold_share < 1).any(axis=0), np.nan, self.usd.sum(axis=0)))

    @property
    def naive_total_usd(self) -> Array:
        """What today's bill suggests for the same months, `(offers,)`: no growth, no price change, no end."""
        return self.naive_usd * len(self.months)


@dataclass(frozen=True, eq=False)
class _Regime:
    """Prices that hold from `start` to before `end` (day numbers); `columns` are the catalogue's with these prices."""

    start: int
    end: int
    columns: Columns


def next_month(on: dt.date) -> dt.date:
    """The first day of the month after `on`: where a forecast made today begins; `WorkloadError` in the calendar's last one."""
    if (on.year, on.month) == (dt.MAXYEAR, 12):
        raise WorkloadError(f"start: no calendar holds a month after {on}: choose an ordinary day")
    return months_later(on.replace(day=1), 1)


def twelve_months(
    workload: Workload, catalogue: Catalogue, start: dt.date, *, months: int = 12, scheduled: bool = True, today: dt.date | None = None
) -> Forecast:
    """The bill of every offer for `months` months from `start`; the first has the volume as entered, each later one the growth on top.

    `scheduled` False leaves announced changes out that may still be called off. `today` is the day whose prices are today's, the one before
    `start` where none is named. `WorkloadError` for months that no calendar or plan holds.
    """
    _check(start, months, today)
    now = today or start - dt.timedelta(days=1)
    firsts = [months_later(start, number) for number in range(months + 1)]
    edges = np.array([first.toordinal() for first in firsts], dtype=float)
    regimes = _regimes(workload, catalogue, (now, firsts[-1]), scheduled=scheduled)
    columns, load = regimes[0].columns, load_of(workload)
    sold = _days_sold(edges, columns.retires_ordinal) / np.diff(edges)[:, None]
    names = dict(zip(columns.ids, columns.names, strict=True))
    return Forecast(
        start=start,
        scheduled=scheduled,
        months=tuple(firsts[:-1]),
        offers=columns.ids,
        usd=_billed(_grown(load, workload.traffic.growth_per_month, months), regimes, edges),
        sold_share=sold,
        naive_usd=monthly_usd(load, columns),
        events=announced(catalogue, names, first=now + dt.timedelta(days=1), last=firsts[-1] - dt.timedelta(days=1)),
    )


def _check(start: dt.date, months: int, today: dt.date | None) -> None:
    if not 1 <= months <= MOST_MONTHS:
        raise WorkloadError(f"months: {months} cannot be looked ahead: choose 1 to {MOST_MONTHS}")
    if start == dt.date.min or start.year + months // 12 + 1 > dt.MAXYEAR:
        raise WorkloadError(f"start: no calendar holds {months} months from {start}: choose an ordinary day")
    if today is not None and today > start:
        raise WorkloadError(f"start: {start} is before {today}, whose prices are taken: choose that day or a later one")


def months_later(start: dt.date, number: int) -> dt.date:
    """The same day of a later month; its last one where it has no such day."""
    years, month = divmod(start.month - 1 + number, 12)
    year = start.year + years
    return dt.date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def _grown(load: Load, growth: float, months: int) -> Load:
    return load.with_(requests_per_day=load.requests_per_day * (1 + growth) ** np.arange(months, dtype=float)[:, None])


def _regimes(workload: Workload, catalogue: Catalogue, span: tuple[dt.date, dt.date], *, scheduled: bool) -> list[_Regime]:
    """Today's prices, then one regime per day on which any price or tool fee changes, until the end of the span."""
    today, end = span
    kept = [_kept(offer.prices, today, scheduled) for offer in catalogue.offers]
    fees = [_kept(catalogue.provider_of(offer).tools, today, scheduled) for offer in catalogue.offers]
    dated = {price.effective for prices in kept for price in prices} | {fee.effective for entries in fees for fee in entries}
    days = {day for day in dated if day and today < day < end}
    columns = columns_for(workload, catalogue, today)
    region = workload.needs.regions[0] if workload.needs.regions else None
    found = []
    for day, following in pairwise([today, *sorted(days), end]):
        if day != today:
            changed = {at: price for at, prices in enumerate(kept) for price in prices if price.effective == day}
            if changed:
                rules = [catalogue.provider_of(catalogue.offers[at]).caching for at in changed]
                price = _patched(columns.price, price_columns(list(changed.values()), rules, region), list(changed))
                columns = dataclasses.replace(columns, price=price)
            usd, free = tool_columns(catalogue.offers, fees, day)
            columns = dataclasses.replace(columns, tool_usd=usd, tool_free=free)
        found.append(_Regime(day.toordinal(), following.toordinal(), columns))
    return found


def _kept(entries: Sequence[Dated], today: dt.date, scheduled: bool) -> list[Dated]:
    """The dated entries that count: those in force, and of those to come the firm ones or all."""
    return [entry for entry in entries if scheduled or not entry.revocable or entry.effective is None or entry.effective <= today]


def _patched(price: PriceColumns, changed: PriceColumns, at: list[int]) -> PriceColumns:
    """The same prices with those of a few offers, at the positions `at`, replaced."""
    arrays = {field.name: getattr(price, field.name).copy() for field in dataclasses.fields(price)}
    for name, array in arrays.items():
        array[..., at] = getattr(changed, name)
    return PriceColumns(**arrays)


def _days_sold(edges: Array, retires: Array, start: float = -np.inf, end: float = np.inf) -> Array:
    """Days `(months, offers)` of each month between `start` and `end` and before the offer's retirement."""
    last = np.minimum(np.where(np.isnan(retires), np.inf, retires), end)
    return np.asarray(np.maximum(np.minimum(edges[1:, None], last) - np.maximum(edges[:-1, None], start), 0.0))


def _billed(load: Load, regimes: list[_Regime], edges: Array) -> Array:
    """USD `(months, offers)`: each regime's bill by the share of the month it holds for; NaN where no day is sold."""
    usd = np.zeros((len(edges) - 1, len(regimes[0].columns)))
    sold = np.zeros(usd.shape, dtype=bool)
    for regime in regimes:
        days = _days_sold(edges, regime.columns.retires_ordinal, regime.start, regime.end)
        rows = np.flatnonzero(days.any(axis=1))
        if rows.size:
            share = days[rows] / np.diff(edges)[rows, None]
            bill = monthly_usd(load.with_(requests_per_day=load.requests_per_day[rows]), regime.columns)
            usd[rows] += np.where(share > 0, share * bill, 0.0)
            sold[rows] |= share > 0
    return np.where(sold, usd, np.nan)
