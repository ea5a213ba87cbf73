"""The retirement calendar: what is announced to be switched off, when, on whose word."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from framework.report.price_tables import days_left

if TYPE_CHECKING:
    from framework.catalogue.catalogue import Catalogue
    from framework.catalogue.records import Offer, Retirement
    from framework.report.price_lines import Line

Row = dict[str, Any]
SOON_DAYS = 90
WILL_END, MAY_END = "will be switched off", "may end any day"


def retirement_rows(catalogue: Catalogue, lines: Sequence[Line], on: dt.date) -> list[Row]:
    """One row per offer with a retirement: what is to come by day, then those without a day, then what is over, the last one first."""
    offers = {offer.id: offer for offer in catalogue.offers}
    found = [(line, offers[line.offer], known) for line in lines if (known := catalogue.retirement_of(offers[line.offer]))]
    rows = [_row(line, offer, known, on) for line, offer, known in found]
    ahead = sorted((row for row in rows if row["day"] and not row["over"]), key=lambda row: (row["day"], row["id"]))
    undated = [row for row in rows if row["day"] is None]
    over = sorted((row for row in rows if row["over"]), key=lambda row: (-row["day"].toordinal(), row["id"]))
    return [*ahead, *undated, *over]


def _row(line: Line, offer: Offer, known: Retirement, on: dt.date) -> Row:
    day = known.date or known.not_before
    over = known.date is not None and known.date <= on
    return {
        "day": day,
        "over": over,
        "date": str(day) if day else "no day named",
        "left": days_left(day, on) if day else "",
        "name": line.name,
        "id": line.offer,
        "what": _what(known, on),
        "scope": "this offer" if offer.retirement else "the model",
        "note": known.note or "",
        "sources": known.source,
        "_class": "out" if over else "",
    }


def _what(known: Retirement, on: dt.date) -> str:
    if known.date is not None:
        return "switched off" if known.date <= on else WILL_END
    if known.not_before is None:
        return "deprecated"
    return MAY_END if known.not_before <= on else "not before this day"


def calendar_summary(rows: Sequence[Row], on: dt.date) -> str:
    """How many end when, in a few words."""
    firm = [row for row in rows if row["what"] == WILL_END]
    soon = sum((row["day"] - on).days <= SOON_DAYS for row in firm)
    open_ended = sum(row["what"] == MAY_END for row in rows)
    over = sum(row["over"] for row in rows)
    return (
        f"To be switched off on a named day: {len(firm)}, within {SOON_DAYS} days: {soon}. Past the day to which they were promised, "
        f"so that they may end any day: {open_ended}. Off already: {over}."
    )
