"""How fresh the sources of a figure are on a day: the newest reading, its age, and whether it is too old to be trusted unread."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from framework.catalogue.figures import newest, seen_day
from framework.catalogue.records import Source

STALE_DAYS = 60
UNDATED = "undated"


@dataclass(frozen=True)
class Reading:
    """`seen` as the newest source states it (a day or a month), None = undated; `age_days` below 0: read after the day asked for."""

    seen: str | None
    age_days: int | None

    @property
    def stale(self) -> bool:
        """Older than 60 days, or of no known age."""
        return self.age_days is None or self.age_days > STALE_DAYS

    @property
    def day(self) -> str:
        """When it was read, in words."""
        return self.seen or UNDATED

    @property
    def age(self) -> str:
        """How old it is, in words."""
        if self.age_days is None:
            return "age unknown"
        if self.age_days < 0:
            return "read after this day"
        return "today" if self.age_days == 0 else f"{self.age_days} {'day' if self.age_days == 1 else 'days'} old"


def reading(sources: Iterable[Source], on: dt.date) -> Reading:
    """The newest dated source on a day; a month counts from its first day, so that a reading never looks younger than it is."""
    last = newest(sources)
    day = seen_day(last.seen) if last else None
    return Reading(last.seen if last else None, (on - day).days if day else None)
