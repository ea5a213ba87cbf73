"""Which prices a recorded request pays: the day, the service, the hour and the region make a situation, and each situation has a sheet."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from framework.catalogue.catalogue import Catalogue
from framework.catalogue.columns import BANDS, Array, Columns, Ints, PriceColumns
from framework.catalogue.records import SERVICES, Offer
from framework.recorded.usage import NONE, NOT_LISTED, USAGE_METERS, RecordedUsage
from framework.recorded.writes import shortest_sold

_HOUR_S, _DAY_S = 3_600, 86_400
_HOURS_PER_WEEK = 168
_FIRST_HOUR = 72  # Unix time begins on a Thursday at 00 UTC, hours of the week on a Monday
_EPOCH_ORDINAL = dt.date(1970, 1, 1).toordinal()

Lifetimes = Callable[[Array, PriceColumns], Array]


@dataclass(frozen=True, eq=False)
class PriceSheets:
    """USD per token in every situation that occurs, `(situations, bands, USAGE_METERS, offers)`; NaN = not sold or not known.

    `threshold_tokens` `(situations, offers)`: a prompt of strictly more tokens is long. `situation` `(requests,)` points to the sheet
    of each request. `service` and `region` `(situations,)` are those of each sheet.
    """

    ids: tuple[str, ...]
    usd: Array
    threshold_tokens: Array
    situation: Ints
    service: Ints
    region: Ints


def price_sheets(
    usage: RecordedUsage, catalogue: Catalogue, day: dt.date, *, always: bool = False, writes: Lifetimes | None = None
) -> PriceSheets:
    """Sheets for usage priced on each request's own UTC day; on `day` where none is recorded, or for every request if `always`.

    On a day without any peak, such as a public holiday, no hour is a dear one.
    """
    undated = np.isnan(usage.at_s) | always
    ordinals = np.where(undated, day.toordinal(), np.nan_to_num(usage.at_s) // _DAY_S + _EPOCH_ORDINAL).astype(np.int64)
    changes = sorted(set(_changes(catalogue)))
    period = np.searchsorted([change.toordinal() for change in changes], ordinals, side="right")
    present = np.unique(period)
    days = [changes[index - 1] if index else dt.date.fromordinal(int(ordinals[period == 0].max())) for index in present]
    columns = [_on(catalogue, start) for start in days or [day]]
    return sheets_of(usage, columns, np.searchsorted(present, period), writes=writes)


def _changes(catalogue: Catalogue) -> Iterator[dt.date]:
    """Days from which on any price is another one: new entries, and where a run of days without a peak begins or ends."""
    for price in (price for offer in catalogue.offers for price in offer.prices):
        if price.effective is not None:
            yield price.effective
        off = set(price.peak.off_days) if price.peak else set()
        yield from off ^ {day + dt.timedelta(days=1) for day in off}


def _on(catalogue: Catalogue, day: dt.date) -> Columns:
    """The catalogue on that day, without the peak of the offers that have none then."""
    columns = catalogue.columns(day)
    off = np.array([_is_off(offer, day) for offer in catalogue.offers])
    if not off.any():
        return columns
    price = dataclasses.replace(columns.price, peak_hours=columns.price.peak_hours & ~off)
    return dataclasses.replace(columns, price=price)


def _is_off(offer: Offer, day: dt.date) -> bool:
    standing = [price for price in offer.prices if price.effective is None or price.effective <= day]
    return bool(standing and standing[-1].peak and day in standing[-1].peak.off_days)


def sheets_of(
    usage: RecordedUsage, columns: Sequence[Columns], period: Ints | None = None, *, writes: Lifetimes | None = None
) -> PriceSheets:
    """Sheets from columns, one per period of constant prices; `period` `(requests,)` says which one a request falls into (default: 0).

    `writes` gives the prices of cache writes, by default those of `shortest_sold`.
    """
    price_of = writes or shortest_sold
    period = np.zeros(len(usage), dtype=np.int64) if period is None else period
    hours, classes = _hour_classes(usage, columns)
    shape = (len(columns), len(SERVICES) + 1, int(classes.max(initial=0)) + 2, len(usage.regions) + 1)
    keys = np.ravel_multi_index((period, usage.service - NOT_LISTED, hours + 1, usage.region - NONE), shape)
    present, situation = _numbered(keys)
    at, service, hour, region = (np.asarray(place) for place in np.unravel_index(present, shape))
    service, hour, region = service + NOT_LISTED, hour - 1, region + NONE
    tables = [price_of(part.price.mtok, part.price) for part in columns]
    usd = np.full((present.size, len(BANDS), len(USAGE_METERS), len(columns[0])), np.nan)
    for number in np.flatnonzero(service != NOT_LISTED):
        factor = _region_factor(columns[at[number]], usage.regions, region[number])
        factor = factor * _hour_factor(columns[at[number]], hour[number], classes)
        usd[number] = tables[at[number]][service[number]] * factor / 1e6
    thresholds = np.stack([part.price.threshold_tokens for part in columns])[at]
    return PriceSheets(columns[0].ids, usd, thresholds, situation, service, region)


def _numbered(keys: Ints) -> tuple[Ints, Ints]:
    """The keys that occur, and the place of each key among them."""
    count = np.bincount(keys)
    present = np.flatnonzero(count)
    number = np.zeros(count.size, dtype=np.int64)
    number[present] = np.arange(present.size)
    return present, number[keys]


def _hour_classes(usage: RecordedUsage, columns: Sequence[Columns]) -> tuple[Ints, Ints]:
    """Class of each request's hour of the week (-1: not recorded), and the class of each of the 168 hours: alike where all peaks are."""
    peaks = np.concatenate([part.price.peak_hours for part in columns], axis=1)
    _, classes = np.unique(peaks, axis=0, return_inverse=True)
    classes = classes.reshape(-1).astype(np.int64)
    hour = (np.nan_to_num(usage.at_s) // _HOUR_S + _FIRST_HOUR).astype(np.int64) % _HOURS_PER_WEEK
    return np.where(np.isnan(usage.at_s), -1, classes[hour]), classes


def _region_factor(columns: Columns, regions: tuple[str, ...], region: int) -> Array:
    """By what a region multiplies every meter, `(offers,)`; NaN where no price for it is known."""
    if region == NONE:
        return np.ones(len(columns))
    return np.array([known.get(regions[region], np.nan) for known in columns.region_multipliers])


def _hour_factor(columns: Columns, hour_class: int, classes: Ints) -> Array:
    """By what the hours of a class multiply every meter, `(offers,)`; 1 where the hour is not known."""
    if hour_class < 0:
        return np.ones(len(columns))
    dear = columns.price.peak_hours[int(np.argmax(classes == hour_class))]
    return np.where(dear, columns.price.peak_multiplier, 1.0)
