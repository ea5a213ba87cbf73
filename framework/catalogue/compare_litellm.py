"""LiteLLM's price map as a source: the JSON file alone, never the package."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from framework.catalogue.compare_cells import HOURS, HOURS_PER_WEEK, THRESHOLD, Cell, Sheet, Value, hours_in_words
from framework.catalogue.compare_download import is_url, json_of, obtain
from framework.catalogue.compare_pins import PeerName, Pins
from framework.catalogue.compare_source import Source, layout_changed
from framework.catalogue.records import Offer
from framework.errors import SourceError

METERS = {
    "input_cost_per_token": "input",
    "output_cost_per_token": "output",
    "cache_read_input_token_cost": "cache_read",
    "cache_creation_input_token_cost": "write",
    "cache_creation_input_token_cost_above_1hr": "write_1h",
}
SERVICES = {"": "standard", "_batches": "batch", "_flex": "flex", "_priority": "priority"}
_KEY = re.compile(rf"({'|'.join(sorted(METERS, key=len, reverse=True))})(?:_above_([0-9]+)k_tokens)?({'|'.join(SERVICES)})")
_HOURS = re.compile(r"([01][0-9]|2[0-3]):00-([01][0-9]|2[0-3]):00")
USD_PER_TOKEN_MAX = 0.01


def litellm_source(place: str, pins: Pins) -> LiteLLM:
    """The map in a file or behind an https address; `SourceError` where it cannot be had or is no such map."""
    rows = json_of(obtain(place), place)
    if not isinstance(rows, dict) or not any(isinstance(row, dict) and "litellm_provider" in row for row in rows.values()):
        raise _changed("it is no mapping of model names to rows with `litellm_provider`")
    return LiteLLM(pins, f"LiteLLM's map ({'downloaded now' if is_url(place) else 'file'})", is_url(place), rows)


def _changed(what: str) -> SourceError:
    return layout_changed("LiteLLM's map", what, "compare_litellm.py")


@dataclass(frozen=True, eq=False)
class LiteLLM(Source):
    """`rows` by LiteLLM's model name; the map knows today's prices only and leaves out what it does not know."""

    peer = "litellm"
    dated = False
    never = frozenset({"write_12h", Cell("batch", "base", "write_1h")})

    rows: dict[str, Any]

    def days(self, offer: Offer) -> Sequence[dt.date]:  # noqa: ARG002 - the map is of today
        """No days: its prices are not dated."""
        return ()

    def sheet(self, offer: Offer, on: dt.date, default_write: str) -> Sheet | None:  # noqa: ARG002 - the map is of today
        """Its cells of an offer. Where it has an off-peak price, its other prices are those of the peak."""
        row = self._find(offer)
        if row is None:
            return None
        for key in ("input_cost_per_token", "output_cost_per_token"):
            if key not in row:
                raise _changed(f"the row of {offer.id} has no {key}")
        cells = _cells(row, offer.id, default_write)
        quiet = row.get("off_peak_pricing")
        return Sheet(_with_peak(cells, quiet, offer.id, default_write) if quiet is not None else cells)

    def _find(self, offer: Offer) -> dict[str, Any] | None:
        seller = offer.id.partition("/")[0]
        _, names = self.pins.names(offer, self.peer, PeerName(prefixes=(f"{seller}/",)))
        row = next((self.rows[name] for name in names if name in self.rows), None)
        if row is not None and not isinstance(row, dict):
            raise _changed(f"the row of {offer.id} is no mapping")
        return row


def _cells(row: dict[str, Any], name: str, default_write: str) -> dict[Cell, Value]:
    cells: dict[Cell, Value] = {}
    thresholds = {int(found[2]) * 1_000 for key in row if (found := _KEY.fullmatch(key)) and found[2]}
    lowest = min(thresholds, default=0)
    for key, value in row.items():
        found = _KEY.fullmatch(key)
        if found is None or value is None or (found[2] and int(found[2]) * 1_000 != lowest):
            continue
        usd = _usd_mtok(value, f"{name}: {key}")
        meter = METERS[found[1]]
        if meter == "write" and usd == 0:
            continue  # the map writes 0 where writes have no price of their own
        cells[Cell(SERVICES[found[3]], "long" if found[2] else "base", default_write if meter == "write" else meter)] = usd
    if thresholds:
        cells[THRESHOLD] = float(lowest) if len(thresholds) == 1 else " and ".join(str(one) for one in sorted(thresholds))
    return cells


def _usd_mtok(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= USD_PER_TOKEN_MAX:
        raise _changed(f"{where} is {str(value)[:40]!r}, not a price in USD per token")
    return float(f"{value * 1e6:.12g}")


def _with_peak(cells: dict[Cell, Value], quiet: Any, name: str, default_write: str) -> dict[Cell, Value]:
    if not isinstance(quiet, dict) or not isinstance(quiet.get("windows"), list):
        raise _changed(f"off_peak_pricing of {name} has no windows")
    base = {cell: usd for cell, usd in cells.items() if (cell.service, cell.band) == ("standard", "base")}
    peak = {cell._replace(band="peak"): usd for cell, usd in base.items()}
    calm = [False] * HOURS_PER_WEEK
    for window in quiet["windows"]:
        for hour in _window(window, name):
            calm[hour] = True
    return {**cells, **_cells(quiet, name, default_write), **peak, HOURS: hours_in_words([not hour for hour in calm])}


def _window(window: Any, name: str) -> list[int]:
    """The hours of the week (Monday 00 first, UTC) that a window covers."""
    spans = window.get("hours_utc") if isinstance(window, dict) else None
    days = window.get("weekdays", list(range(1, 8))) if isinstance(window, dict) else None
    parsed = [_HOURS.fullmatch(span) if isinstance(span, str) else None for span in (spans if isinstance(spans, list) else [spans])]
    if not isinstance(days, list) or not all(isinstance(day, int) and 1 <= day <= 7 for day in days) or not parsed or not all(parsed):
        raise _changed(f"a window of off_peak_pricing of {name} is not given in whole hours and days from 1 to 7")
    hours = []
    for day in days:
        for start, end in ((int(found[1]), int(found[2]) or 24) for found in parsed if found):
            if start >= end:
                raise _changed(f"a window of off_peak_pricing of {name} runs past midnight")
            hours += [(day - 1) * 24 + hour for hour in range(start, end)]
    return hours
