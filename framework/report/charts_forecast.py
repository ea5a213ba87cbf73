"""The bill month by month, beside the one that today suggests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from framework import forecast as ahead
from framework import wording
from framework.report import headlines
from framework.report.escaping import markup
from framework.report.figure import SERIES, Figure, Trace, axis, dollars, figure, log_ticks, shade, ticks
from framework.report.forecast_marks import day_lines, levels_usd, marks
from framework.report.selection import eligible, labels, shown

if TYPE_CHECKING:
    import datetime as dt

    from framework.catalogue.columns import Array
    from framework.forecast import Forecast
    from framework.study import Study

SHADES = 3
CLOSE = 0.005
"""Bills closer than this share are called the same."""


def twelve_months(study: Study, forecast: Forecast | None = None, *, count: int = 6) -> Figure:
    """A line per offer over the months, today's bill carried on dotted; a line upright on each day of a change, dashed where it may be
    called off.

    Without a `forecast` the twelve months from the first of the next one, everything announced counted.
    """
    coming = forecast or ahead.twelve_months(study.workload, study.catalogue, ahead.next_month(study.on), today=study.on)
    at = [offer for offer in shown(study, count) if not np.isnan(coming.usd[:, offer]).all()]
    levels = levels_usd(coming)
    heights = np.concatenate([levels[:, at].ravel(), coming.naive_usd[at]])
    known = heights[np.isfinite(heights) & (heights > 0)]
    low, high = (float(known.min()), float(known.max())) if known.size else (1.0, 10.0)
    log = high > 8 * low
    span = (low / 1.3, high * 1.6) if log else (0.0, high * 1.12)
    end = float(len(coming.months))
    traces = [*_lines(study, coming, at), *_naive(study, coming, at), *marks(coming, at)]
    shapes, notes = day_lines(coming, at)
    return figure(
        traces,
        headline=headline(study, coming),
        key="twelve_months",
        # On a narrow screen the legend takes a row for each entry.
        height=330 + 20 * len({trace["name"] for trace in traces}),
        shapes=shapes,
        annotations=notes,
        xaxis=axis("Month", _month_ticks(coming), (0.0, end)),
        yaxis=axis("USD a month (30 days)", log_ticks(*span, dollars) if log else ticks(span[1], dollars), span, log=log),
    )


def headline(study: Study, forecast: Forecast) -> str:
    """What the choice costs over all the months, what today's bill suggests, and which offer costs least."""
    at = headlines.subject(study)
    if at is None:
        return "No offer to show."
    who, total, naive = _name(study, at), forecast.total_usd, forecast.naive_total_usd
    months = f"the {len(forecast.months)} months from {_month(forecast.months[0])}"
    if (forecast.sold_share[:, at] < 1).any():
        when = [
            f" on {event.date}, within" for event in forecast.events if event.offer == forecast.offers[at] and event.kind == "retirement"
        ]
        return f"{who} is switched off{when[0] if when else ' before'} {months}."
    if np.isnan(total[at]):
        return f"What {who} costs over {months} is unknown."
    sentence = f"{who} costs {wording.usd(float(total[at]))} over {months}"
    return f"{sentence}{_beside(float(total[at]), float(naive[at]))}{_least(study, total, at)}."


def _beside(total: float, naive: float) -> str:
    if np.isnan(naive) or naive <= 0:
        return ""
    if abs(total / naive - 1) < CLOSE:
        return ", as today's bill suggests"
    return f"; today's bill carried on would be {wording.usd(naive)}"


def _least(study: Study, total: Array, at: int) -> str:
    rivals = [other for other in eligible(study) if other != at and not np.isnan(total[other])]
    if not rivals or study.recommendation.choice is None:
        return ""
    best = min(rivals, key=lambda other: float(total[other]))
    if total[best] < total[at]:
        return f"; {_name(study, best)} would cost least, {wording.usd(float(total[best]))}"
    return f"; the least of the {len(rivals) + 1} that fit"


def _name(study: Study, at: int) -> str:
    return labels(study)[study.columns.ids[at]]


def _month(day: dt.date) -> str:
    return f"{day:%b} {day.year}" if day.day == 1 else f"{day.day} {day:%b} {day.year}"


def _month_ticks(forecast: Forecast) -> list[tuple[float, str]]:
    step = max(1, -(-len(forecast.months) // 4))
    return [(float(number), _month(day)) for number, day in enumerate(forecast.months) if number % step == 0]


def _shades(study: Study, at: list[int]) -> list[str]:
    """The providers' colours in shades, or a colour for each offer where a provider has more than can be told apart."""
    owners = [study.columns.providers[offer] for offer in at]
    if max(map(owners.count, owners), default=0) > SHADES:
        return [SERIES[row % len(SERIES)] for row in range(len(at))]
    return [shade(owner, owners[:row].count(owner)) for row, owner in enumerate(owners)]


def _lines(study: Study, forecast: Forecast, at: list[int]) -> list[Trace]:
    return [_line(study, forecast, offer, ink) for offer, ink in zip(at, _shades(study, at), strict=True)]


def _line(study: Study, forecast: Forecast, offer: int, ink: str) -> Trace:
    """Steps: each month from its start to its end, or to the day the offer ends; an unknown month is a gap."""
    xs: list[float] = []
    ys: list[float | None] = []
    told: list[str] = []
    for number, (level, share) in enumerate(zip(levels_usd(forecast)[:, offer], forecast.sold_share[:, offer], strict=True)):
        words = f"{markup(_name(study, offer))}, {_month(forecast.months[number])}: {wording.usd(float(forecast.usd[number, offer]))}"
        xs += [float(number), float(number + share)]
        ys += [float(level) if np.isfinite(level) else None] * 2
        told += [words + (" until it is switched off" if 0 < share < 1 else "")] * 2
    line = {"color": ink, "dash": "solid", "width": 2}
    named = {"name": markup(_name(study, offer)), "x": xs, "y": ys, "hovertext": told, "hoverinfo": "text", "line": line}
    return {"type": "scatter", "mode": "lines", **named}


def _naive(study: Study, forecast: Forecast, at: list[int]) -> list[Trace]:
    """Today's bill as a dotted level, where the months to come differ from it; one entry in the legend stands for all."""
    found: list[Trace] = []
    for offer, ink in zip(at, _shades(study, at), strict=True):
        today, differs = float(forecast.naive_usd[offer]), np.abs(forecast.usd[:, offer] / forecast.naive_usd[offer] - 1) > 1e-9
        if np.isfinite(today) and (differs | np.isnan(forecast.usd[:, offer])).any():
            words = f"{markup(_name(study, offer))} at today's prices and volume: {wording.usd(today)} a month"
            found.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "name": "Today's bill carried on",
                    "legendgroup": "naive",
                    "showlegend": not found,
                    "x": [0.0, float(len(forecast.months))],
                    "y": [today, today],
                    "line": {"color": ink, "dash": "dot", "width": 1.5},
                    "hovertext": [words, words],
                    "hoverinfo": "text",
                }
            )
    return found
