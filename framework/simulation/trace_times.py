"""Times of a trace as whole microseconds since 1970 or since whatever its numbers count from; one kind of time in the whole file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from framework.explain import shown
from framework.simulation.arrivals import Ints
from framework.simulation.trace_dates import DAY_S, SECOND_US, careful_date, plain_dates
from framework.simulation.trace_numbers import Bools, byte_rows, careful_number, plain_numbers
from framework.simulation.trace_rows import Batch

Kind = Literal["number", "zoned", "local"]

MAX_US = 10**17
"""The year 5138: a number beyond it was written in a finer unit than its name says."""
UNIX_US = 10**15
"""From September 2001 on: numbers as large as that count from 1970, smaller ones from some start of their own."""
_KINDS: dict[Kind, str] = {"number": "a number", "zoned": "a date with a zone", "local": "a date without a zone"}


class _Moment(NamedTuple):
    kind: Kind
    time_us: int
    cut: bool


@dataclass
class Clock:
    """Reads the times of one file; `kind` is that of its first row, `cut` whether decimals beyond the microsecond were cut off."""

    kind: Kind | None = None
    cut: bool = False

    def read(self, batch: Batch) -> Ints:
        """`(n,)` microseconds; `TraceError` names the first row whose time is none or of another kind."""
        if self.kind is None:
            self.kind = self._first(batch)
        value, ok, cut = self._plain(batch)
        ok &= value <= MAX_US
        self.cut |= bool((cut & ok).any())
        for row in np.flatnonzero(~ok).tolist():
            value[row] = self._careful(batch, row)
        return value

    def _plain(self, batch: Batch) -> tuple[Ints, Bools, Bools]:
        rows = byte_rows(batch.time)
        if rows is None:
            none = np.zeros(len(batch), dtype=bool)
            return np.zeros(len(batch), dtype=np.int64), none, none
        if self.kind == "number":
            return plain_numbers(rows, batch.layout.places or 0)
        return plain_dates(rows, batch.time, zoned=self.kind == "zoned")

    def _first(self, batch: Batch) -> Kind:
        kind = _moment_at(batch, 0).kind
        if kind == "number" and batch.layout.places is None:
            what = "seconds or milliseconds? Mooncake's files count milliseconds and have hash_ids, this one has not"
            batch.refuse(0, batch.layout.time, f"{what}; name the column timestamp_ms or timestamp_s")
        return kind

    def _careful(self, batch: Batch, row: int) -> int:
        kind, time_us, cut = _moment_at(batch, row)
        if self.kind is not None and kind != self.kind:
            what = f"is {_KINDS[kind]}, the rows before it have {_KINDS[self.kind]}"
            batch.refuse(row, batch.layout.time, f"{what}; write all times of a file in one way")
        if time_us > MAX_US:
            cure = "if it counts milliseconds or microseconds, end the column's name in _ms or _us"
            batch.refuse(row, batch.layout.time, f"{shown(batch.time[row])} is after the year 5000; {cure}")
        self.cut |= cut
        return time_us


def starts_s(kind: Kind | None, first_us: int) -> float | None:
    """Second of the day of the first request, in UTC where the file gives a zone or Unix time, otherwise as written; None: not told."""
    if kind == "number" and first_us < UNIX_US:
        return None
    return first_us % (DAY_S * SECOND_US) / SECOND_US


def _moment_at(batch: Batch, row: int) -> _Moment:
    try:
        return _moment(batch.time[row], batch.layout.places or 0)
    except ValueError as error:
        batch.refuse(row, batch.layout.time, str(error))


def _moment(text: str, places: int) -> _Moment:
    """One time, read carefully; `ValueError` says what is wrong and the cure."""
    date = careful_date(text.strip())
    if date is not None:
        zoned, time_us, cut = date
        return _Moment("zoned" if zoned else "local", time_us, cut)
    if any(mark in text for mark in ":/") or text.strip().count("-") > 1:
        raise ValueError(f"{shown(text)} is not a time; write it as 2026-11-23T14:30:00.25Z, or as a number of seconds")
    return _Moment("number", *careful_number(text, places))
