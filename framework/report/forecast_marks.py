"""What happens within the months ahead, as marks on the lines and as days above the plot."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from framework import forecast as ahead
from framework.report.figure import Trace, dots, upright

if TYPE_CHECKING:
    import datetime as dt

    from framework.catalogue.announced import Event
    from framework.catalogue.columns import Array
    from framework.forecast import Forecast

LABEL_ROOM = 0.14
"""The share of the axis that the day above an upright line takes on a narrow screen."""
MARKS: tuple[tuple[str, str, Callable[[Event, bool], bool]], ...] = (
    ("Price changes", "diamond", lambda event, counts: event.kind == "price" and counts),
    ("Announced, left out", "diamond-open", lambda event, counts: event.kind == "price" and not counts),
    ("Switched off", "circle", lambda event, _: event.kind == "retirement"),
    ("May be switched off", "circle-open", lambda event, _: event.kind == "may retire"),
)


def levels_usd(forecast: Forecast) -> Array:
    """USD a month while the offer is sold: a month that is billed in part stands as high as a whole one."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(forecast.usd / forecast.sold_share)


def marks(forecast: Forecast, at: list[int]) -> list[Trace]:
    """A point on the line of its offer for each price change and end, in one trace per kind."""
    placed = [(event, *_place(forecast, event)) for event in forecast.events if forecast.offers.index(event.offer) in at]
    traces = []
    for name, symbol, fits in MARKS:
        here = [(event, x, y) for event, x, y in placed if fits(event, forecast.scheduled or not event.revocable) and np.isfinite(y)]
        if here:
            told = [event.sentence for event, _, _ in here]
            traces.append(dots([x for _, x, _ in here], [y for _, _, y in here], name=name, symbol=symbol, told=told))
    return traces


def day_lines(forecast: Forecast, at: list[int]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A line upright on each day of a change of these offers, and its day above the plot as far as there is room."""
    shapes, notes = [], []
    labelled = -np.inf
    told = [event for event in forecast.events if event.kind != "terms" and forecast.offers.index(event.offer) in at]
    for day in sorted({event.date for event in told if event.date >= forecast.start}):
        firm = any(not event.revocable for event in told if event.date == day)
        x = _along(forecast, day)
        line, note = upright(x, f"{day.day} {day:%b}")
        shapes.append({**line, "opacity": 0.5, "line": {**line["line"], "width": 1, "dash": "solid" if firm else "dash"}})
        if x - labelled >= LABEL_ROOM * len(forecast.months):
            notes.append(note)
            labelled = x
    return shapes, notes


def _along(forecast: Forecast, day: dt.date) -> float:
    """A day's place along the months, of those from the first on."""
    number = max((row for row, first in enumerate(forecast.months) if first <= day), default=0)
    first = forecast.months[number]
    days = (ahead.months_later(forecast.start, number + 1) - first).days
    return number + max(0, (day - first).days) / days


def _place(forecast: Forecast, event: Event) -> tuple[float, float]:
    """Where an event stands: its day along the months, the level of its offer then, or the last one before it."""
    offer, levels = forecast.offers.index(event.offer), levels_usd(forecast)
    x = _along(forecast, event.date)
    number = int(x)
    level = levels[number, offer] if np.isfinite(levels[number, offer]) or number == 0 else levels[number - 1, offer]
    return x, float(level)
