"""What is compared: the cells of an offer's price on one day, as the catalogue and a peer each see them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from framework.catalogue.records import LIFETIMES, SERVICES

Peer = Literal["genai-prices", "litellm"]
Band = Literal["base", "long", "peak"]
Value = float | str

PEERS: tuple[Peer, ...] = ("genai-prices", "litellm")
BANDS: tuple[Band, ...] = ("base", "long", "peak")
WRITES = tuple(f"write_{lifetime}" for lifetime in LIFETIMES)
PRICES = ("input", "cache_read", "write", *WRITES, "output")
METERS = (*PRICES, "threshold_tokens", "hours")
HOURS_PER_WEEK = 168
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Cell(NamedTuple):
    """One figure of an offer: USD per million tokens of a meter, or one of the two figures that say when a band holds.

    `write` is a write whose lifetime is not stated; `threshold_tokens` the longest prompt that is still short (so that a threshold and
    its side are one number); `hours` the peak hours of the week in words, UTC.
    """

    service: str
    band: str
    meter: str


THRESHOLD = Cell("standard", "long", "threshold_tokens")
HOURS = Cell("standard", "peak", "hours")


@dataclass(frozen=True)
class Sheet:
    """One offer on one day.

    `since`: from when the source says that a service's prices hold; absent or None = it does not say. `borrowed`: the figures are another
    provider's, which the source takes to hold here too.
    """

    cells: dict[Cell, Value]
    since: dict[str, dt.date | None] = field(default_factory=dict)
    borrowed: bool = False


def order(cell: Cell) -> tuple[int, int, int]:
    """The place of a cell in a report."""
    return SERVICES.index(cell.service), BANDS.index(cell.band), METERS.index(cell.meter)


def same(ours: Value, theirs: Value) -> bool:
    """Equal to a billionth; a price of zero equals only zero."""
    if isinstance(ours, str) or isinstance(theirs, str):
        return ours == theirs
    return abs(ours - theirs) <= 1e-9 * abs(theirs)


def hours_in_words(dear: Sequence[bool]) -> str:
    """The marked hours of a week (Monday 00 first, UTC), such as `Mon-Fri 01-04 06-10`."""
    runs: list[tuple[int, int, str]] = []
    for day in range(7):
        hours = _ranges(dear[day * 24 : day * 24 + 24])
        if runs and runs[-1][2] == hours:
            runs[-1] = (runs[-1][0], day, hours)
        else:
            runs.append((day, day, hours))
    return ", ".join(f"{_DAYS[a]}-{_DAYS[b]} {hours}" if a < b else f"{_DAYS[a]} {hours}" for a, b, hours in runs if hours)


def _ranges(hours: Sequence[bool]) -> str:
    starts = [hour for hour in range(24) if hours[hour] and (hour == 0 or not hours[hour - 1])]
    ends = [hour + 1 for hour in range(24) if hours[hour] and (hour == 23 or not hours[hour + 1])]
    return " ".join(f"{start:02d}-{end:02d}" for start, end in zip(starts, ends, strict=True))
