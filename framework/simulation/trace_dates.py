"""Dates of a trace as microseconds since 1970: whole columns at once where they look alike, one by one where they do not."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

import numpy as np

from framework.explain import shown
from framework.simulation.arrivals import Ints
from framework.simulation.trace_numbers import Bools, Bytes

SECOND_US = 10**6
DAY_S = 86_400
_EPOCH = dt.datetime(1970, 1, 1)
_SECOND = dt.timedelta(seconds=1)
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?: ?(Z|UTC|[-+]\d\d(?::?\d\d)?))?", re.ASCII | re.IGNORECASE
)
_FRACTION, _ZONE = 7, 8


def careful_date(text: str) -> tuple[bool, int, bool] | None:
    """Whether it has a zone, microseconds since 1970 and whether digits behind them were cut off; None where it is no date.

    `ValueError` says what is wrong with a date and the cure.
    """
    match = _ISO.fullmatch(text)
    return _date(match) if match else None


def _date(match: re.Match[str]) -> tuple[bool, int, bool]:
    try:
        moment = dt.datetime(*(int(part or 0) for part in match.groups()[:6]))  # type: ignore[arg-type]
        seconds = (moment - _EPOCH) // _SECOND - _offset_s(match[_ZONE])
    except ValueError:
        raise ValueError(f"{shown(match[0])} is not a moment of calendar and clock; correct it") from None
    if seconds < 0:
        raise ValueError(f"{shown(match[0])} is before 1970; correct it")
    fraction = (match[_FRACTION] or "").ljust(9, "0")
    return match[_ZONE] is not None, seconds * SECOND_US + int(fraction[:6]), fraction[6:] != "000"


def _offset_s(zone: str | None) -> int:
    if zone is None or zone.upper() in ("Z", "UTC"):
        return 0
    hours, minutes = int(zone[1:3]), int(zone[3:].lstrip(":") or 0)
    if hours > 14 or minutes > 59:
        raise ValueError
    return (hours * 3_600 + minutes * 60) * (-1 if zone[0] == "-" else 1)


def plain_dates(rows: Bytes, texts: Sequence[str], *, zoned: bool) -> tuple[Ints, Bools, Bools]:
    """Microseconds since 1970; whether a row has separators and zone in common with the first one of its length and is a moment;
    whether digits behind the microsecond were cut off. All `(n,)`.
    """
    value = np.zeros(len(rows), dtype=np.int64)
    ok, cut = np.zeros(len(rows), dtype=bool), np.zeros(len(rows), dtype=bool)
    lengths = (rows != 0).sum(axis=1)
    for length in np.unique(lengths).tolist():
        same = np.flatnonzero(lengths == length)
        match = _ISO.fullmatch(texts[same[0]])
        if match and match[6] and (match[_ZONE] is not None) == zoned:
            value[same], ok[same], cut[same] = _alike(rows[same, :length], match)
    return value, ok, cut


def _alike(rows: Bytes, match: re.Match[str]) -> tuple[Ints, Bools, Bools]:
    spans = [slice(*match.span(part)) for part in range(1, _ZONE) if match[part] is not None]
    counted = np.zeros(rows.shape[1], dtype=bool)
    for span in spans:
        counted[span] = True
    digits = rows - np.uint8(ord("0"))
    ok = (rows[:, ~counted] == rows[0, ~counted]).all(axis=1) & (digits[:, counted] < 10).all(axis=1)
    second, valid = _seconds([_whole(digits[:, span]) for span in spans[:6]], match[_ZONE])
    fraction = digits[:, spans[6]] if len(spans) > 6 else digits[:, :0]
    kept = fraction[:, :6]
    value = second * SECOND_US + _whole(kept) * 10 ** (6 - kept.shape[1])
    return value, ok & valid, np.asarray((fraction[:, 6:] > 0).any(axis=1))


def _whole(digits: Bytes) -> Ints:
    return np.asarray(digits.astype(np.int64) @ (10 ** np.arange(digits.shape[1])[::-1]))


def _seconds(parts: Sequence[Ints], zone: str | None) -> tuple[Ints, Bools]:
    """Seconds since 1970, and whether calendar and clock have that moment."""
    year, month, day, hour, minute, second = parts
    months = (year - 1970) * 12 + month - 1
    first, after = (_first_day(at) for at in (months, months + 1))
    try:
        offset_s, valid = _offset_s(zone), (month >= 1) & (month <= 12) & (day >= 1) & (first + day <= after)
    except ValueError:
        return np.zeros_like(year), np.zeros(len(year), dtype=bool)
    valid &= (hour < 24) & (minute < 60) & (second < 60)
    seconds = (first + day - 1) * DAY_S + hour * 3_600 + minute * 60 + second - offset_s
    return seconds, valid & (seconds >= 0)


def _first_day(months: Ints) -> Ints:
    return np.asarray(months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64))
