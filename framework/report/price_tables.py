"""Rows of the price list as it stands on the screen: words only, one dict per offer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from framework import wording
from framework.report import price_words as words
from framework.report.price_lines import PRICE_KINDS

if TYPE_CHECKING:
    from framework.catalogue.conflicts import Conflict, Disagreement
    from framework.report.price_lines import Line

Row = dict[str, Any]
METERS = {
    "input": "input",
    "cache_read": "cache read",
    "write": "cache write",
    "write_5m": "cache write, 5 min",
    "write_30m": "cache write, 30 min",
    "write_1h": "cache write, 1 h",
    "write_12h": "cache write, 12 h",
    "output": "output",
    "threshold_tokens": "long prices above",
    "hours": "peak hours, UTC",
}
LISTS = {"genai-prices": "genai-prices", "litellm": "LiteLLM"}
BANDS = {"base": "", "long": ", long prompts", "peak": ", peak hours"}


def price_rows(lines: Sequence[Line], service: str) -> list[Row]:
    """The meters of one service, long prompts, what comes next, and when it was read; `line` is the line itself."""
    return [_heading(line) | _meters(line, service) for line in lines]


def _heading(line: Line) -> Row:
    told = [f"switched off on {line.ends}"] if line.gone else []
    told += ["another list differs"] if line.differs else []
    return {"name": line.name, "id": line.offer, "line": line, "status": ", ".join(told), "_class": "out" if line.gone else ""}


def _meters(line: Line, service: str) -> Row:
    entry = line.price
    meters = words.sold(entry, service) if entry else None
    if entry is None or meters is None:
        absent = "not sold yet" if entry is None else words.missing(service, line.unsettled)
        return {"input": absent, "read": absent, "write": [absent], "output": absent, "long": "", "edge": "", "peak": ""}
    edge = words.cliff(entry)
    return {
        "input": wording.price(meters.input_mtok),
        "read": wording.price(meters.cache_read_mtok),
        "write": words.writes(meters),
        "output": wording.price(meters.output_mtok),
        "long": words.long_prices(entry, service, line.unsettled),
        "edge": words.threshold(edge) if edge else "",
        "peak": f"×{entry.peak.multiplier:g} at peak hours" if entry.peak else "",
    }


def term_rows(lines: Sequence[Line]) -> list[Row]:
    """What else a price list says: services, storage, regions, peak hours, smallest prefix."""
    return [_heading(line) | _terms(line) for line in lines]


def _terms(line: Line) -> Row:
    entry = line.price
    if entry is None:
        return {}
    return {
        "batch": _service(line, "batch"),
        "flex": _service(line, "flex"),
        "priority": _service(line, "priority"),
        "storage": "" if entry.storage_mtok_hour is None else wording.price(entry.storage_mtok_hour),
        "regions": words.regions(entry.region_multipliers),
        "peak": words.peak(entry),
        "prefix": wording.UNKNOWN if entry.min_cache_tokens is None else f"{entry.min_cache_tokens:,}",
    }


def _service(line: Line, service: str) -> str:
    meters = words.sold(line.price, service) if line.price else None
    return words.pair(meters) if meters else words.missing(service, line.unsettled)


def next_change(line: Line) -> tuple[str, str, str]:
    """`(day, what, how sure)` of the next thing that is announced; empty where nothing is."""
    if line.gone:
        return str(line.ends), "switched off", ""
    event = line.next
    if event is None:
        return ("any day", f"may be switched off: promised until {line.unpromised}", "") if line.unpromised else ("", "", "")
    more = f", and {len(line.coming) - 1} more" if len(line.coming) > 1 else ""
    sure = {"may retire": "earliest day"}.get(event.kind, "may be called off" if event.revocable else "firm")
    return str(event.date), f"{event.what}{more}", sure


def ahead_rows(lines: Sequence[Line], on: dt.date) -> list[Row]:
    """Every announced change of a price or of what is sold, the next first."""
    found = [(event, line) for line in lines for event in line.coming if event.kind in PRICE_KINDS]
    return [
        {
            "date": str(event.date),
            "left": days_left(event.date, on),
            "name": line.name,
            "id": line.offer,
            "what": event.what,
            "sure": "may be called off" if event.revocable else "firm",
        }
        for event, line in sorted(found, key=lambda pair: (pair[0].date, pair[1].offer))
    ]


def days_left(day: dt.date, on: dt.date) -> str:
    """`in 6 days`, `today`, `40 days ago`."""
    days = (day - on).days
    unit = "day" if abs(days) == 1 else "days"
    return "today" if days == 0 else f"in {days} {unit}" if days > 0 else f"{-days} {unit} ago"


def difference_rows(lines: Sequence[Line], differences: Sequence[Disagreement]) -> list[Row]:
    """Where another list says otherwise: both values of each figure, never averaged; `figure`, `ours`, `theirs` hold a line each."""
    shown = {line.offer: line for line in lines}
    return [
        {
            "name": shown[item.offer].name,
            "id": item.offer,
            "figure": [_figure_name(cell) for cell in item.cells],
            "ours": [_value(cell, cell.ours) + (f" from {cell.since} on" if cell.since else "") for cell in item.cells],
            "theirs": [_value(cell, cell.theirs) for cell in item.cells],
            "list": LISTS[item.source],
            "why": item.reason,
            "read": str(item.read),
        }
        for item in differences
        if item.offer in shown
    ]


def _figure_name(conflict: Conflict) -> str:
    cell = conflict.cell
    service = "" if cell.service == "standard" else f"{cell.service}, "
    band = "" if cell.meter in ("threshold_tokens", "hours") else BANDS[cell.band]
    return f"{service}{METERS[cell.meter]}{band}"


def _value(conflict: Conflict, value: float | str | None) -> str:
    if value is None:
        return wording.UNKNOWN if conflict.sold else words.NOT_SOLD
    if isinstance(value, str):
        return value
    return f"{value:,.0f} tokens" if conflict.cell.meter == "threshold_tokens" else wording.price(value)
