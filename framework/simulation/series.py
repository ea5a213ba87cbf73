"""Measured rates of real services over a day, a week or two, as shapes: relative to their own mean."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from framework.errors import TraceError
from framework.simulation.bundled import BundledSeries, about, traces_directory
from framework.vocabulary import Series

HEADER = ["t_s", "rate_per_s"]
MAX_BYTES = 1_000_000
_T_ROUNDED_S = 0.001


@dataclass(frozen=True, eq=False)
class RateSeries:
    """`rate` `(n,)`: the mean rate in each bin of `step_s` seconds over the mean of all, so that its mean is 1.

    `per_minute`: requests per minute of that mean. `gaps`: bins that the source does not have and that are filled on a straight line.
    """

    name: Series
    step_s: float
    rate: NDArray[np.float64]
    per_minute: float
    gaps: int

    @property
    def period_s(self) -> float:
        """After which it starts again."""
        return self.step_s * len(self.rate)


@lru_cache
def rate_series(name: Series) -> RateSeries:
    """One of the bundled series, read once: its array is not to be written to. `TraceError` names file, line and cure."""
    entry = about(name)
    if not isinstance(entry, BundledSeries):
        raise TraceError(f"traces/: {name} is a trace of requests, not a series of rates; take one of the series")
    per_s = _read(traces_directory() / entry.file, entry)
    known = np.flatnonzero(~np.isnan(per_s))
    filled = np.interp(np.arange(len(per_s)), known, per_s[known])
    mean = float(filled.mean())
    return RateSeries(name, entry.period_s / entry.rows, filled / mean, mean * 60, len(per_s) - len(known))


def _read(path: Path, entry: BundledSeries) -> NDArray[np.float64]:
    """Requests per second `(n,)`, NaN where the source has a gap."""
    name = f"traces/{path.name}"
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES + 1).decode("ascii")
    except (OSError, UnicodeDecodeError):
        raise TraceError(f"{name}: cannot be read; restore the file") from None
    rows = list(csv.reader(text.splitlines()))
    if len(text) > MAX_BYTES or len(rows) != entry.rows + 1 or rows[0] != HEADER:
        raise TraceError(f"{name}:1: must be {','.join(HEADER)} and {entry.rows:,} rows; restore the file, or correct traces.yaml")
    per_s = np.array([_rate(row, place=f"{name}:{number}") for number, row in enumerate(rows[1:], 2)])
    _evenly_spaced([row[0] for row in rows[1:]], entry, name)
    if not np.nansum(per_s) > 0:
        raise TraceError(f"{name}: no rate above 0; restore the file")
    return per_s


def _rate(row: list[str], *, place: str) -> float:
    try:
        _, text = row
        value = float(text) if text else math.nan
    except ValueError:
        raise TraceError(f"{place}: must be a second and a rate; restore the file") from None
    if text and not 0 <= value < math.inf:
        raise TraceError(f"{place}: the rate must be a number from 0 on, or nothing where it is not known; restore the file")
    return value


def _evenly_spaced(texts: list[str], entry: BundledSeries, name: str) -> None:
    step_s = entry.period_s / entry.rows
    for index, text in enumerate(texts):
        try:
            off_s = abs(float(text) - index * step_s)
        except ValueError:
            off_s = math.nan
        if not off_s <= _T_ROUNDED_S:
            raise TraceError(f"{name}:{index + 2}: t_s must be {index * step_s:.3f}, the start of the bin, not {text}; restore the file")
