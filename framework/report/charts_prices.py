"""The price of one offer through time, as steps: what was, what is, and what is announced."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from framework import wording
from framework.report.escaping import markup
from framework.report.figure import SERIES, Figure, Trace, axis, dollars, dots, figure, log_ticks, ticks, upright

if TYPE_CHECKING:
    from framework.catalogue.records import Offer, Price
    from framework.report.price_lines import Line

METERS = {
    "output_mtok": ("Output", SERIES[3]),
    "input_mtok": ("Input", SERIES[0]),
    "cache_read_mtok": ("Cache read", SERIES[4]),
}
MARGIN_DAYS = 60
MONTHS_SHOWN = 5


def price_history(line: Line, offer: Offer, on: dt.date) -> Figure:
    """Standard input, output and cache read prices as steps over days (day numbers); from `on` on dashed, announced changes marked."""
    first, last = _span(line, offer, on)
    known = [usd for entry in offer.prices for name in METERS if (usd := getattr(entry, name)) is not None]
    low, high = (min(known), max(known)) if known else (1.0, 10.0)
    log = low > 0 and high > 8 * low
    span = (low / 1.6, high * 1.6) if log else (0.0, (high or 1.0) * 1.15)
    now, words = upright(float(on.toordinal()), f"{on.day} {on:%b} {on.year}")
    traces = [trace for name in METERS for trace in _meter(line, offer, name, (first, on, last))]
    return figure(
        [*traces, *_marks(offer, line, on), *_end(line, offer)],
        headline=headline(line, on),
        key=f"price_history_{offer.id}",
        height=360,
        xaxis=axis("", _months(first, last), (float(first.toordinal()), float(last.toordinal()))),
        yaxis=axis("USD per million tokens", log_ticks(*span, dollars) if log else ticks(span[1], dollars), span, log=log),
        shapes=[now] if on <= last else [],
        annotations=[words] if on <= last else [],
    )


def headline(line: Line, on: dt.date) -> str:
    """What it costs on the day and since when, and what is announced."""
    who = f"{line.name} at {line.seller}"
    if line.gone:
        return f"{who} was switched off on {line.ends}."
    if line.price is None:
        return f"{who} is not sold on {on}; its first known price is from {line.starts} on."
    both = f"{wording.price(line.price.input_mtok)} input and {wording.price(line.price.output_mtok)} output per million tokens"
    since = f"since {line.price.effective}" if line.price.effective else "as far back as is known"
    event = line.next
    open_end = f"; it may be switched off any day, it was promised until {line.unpromised}" if line.unpromised else ""
    told = f"{open_end}; on {event.date}: {event.what}" if event else open_end
    sure = ", may be called off" if event and event.revocable and event.kind != "may retire" else ""
    return f"{who}: {both} {since}{told}{sure}."


def _span(line: Line, offer: Offer, on: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day drawn: every change, the day itself and the end, with room on both sides."""
    days = [
        *([] if line.gone else [on]),
        *(entry.effective for entry in offer.prices if entry.effective),
        *([line.ends] if line.ends else []),
    ]
    days = days or [on]
    room = max((max(days) - min(days)) // 8, dt.timedelta(days=MARGIN_DAYS))
    return min(days) - room, max(days) + room


def _months(first: dt.date, last: dt.date) -> list[tuple[float, str]]:
    """Some firsts of a month in between, evenly spaced."""
    months = [dt.date(at // 12, at % 12 + 1, 1) for at in range(first.year * 12 + first.month, last.year * 12 + last.month)]
    step = max(1, -(-len(months) // MONTHS_SHOWN))
    return [(float(month.toordinal()), f"{month:%b} {month.year}") for month in months[::step]]


def _meter(line: Line, offer: Offer, name: str, days: tuple[dt.date, dt.date, dt.date]) -> list[Trace]:
    """One meter: what was up to the day, and what is to come."""
    first, on, last = days
    if not any(getattr(entry, name) is not None for entry in offer.prices):
        return []
    end = min(last, line.ends) if line.ends else last
    past = _steps(offer, name, first, min(on, end))
    ahead = _steps(offer, name, on, end) if end > on else None
    words, ink = METERS[name]
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": words if dash == "solid" else f"{words}, ahead",
            "legendgroup": name,
            "showlegend": dash == "solid",
            "x": [x for x, _, _ in steps],
            "y": [y for _, y, _ in steps],
            "hovertext": [markup(f"{words} {told}") for _, _, told in steps],
            "hoverinfo": "text",
            "line": {"color": ink, "dash": dash, "width": 2},
        }
        for steps, dash in ((past, "solid"), (ahead, "dash"))
        if steps
    ]


def _steps(offer: Offer, name: str, first: dt.date, last: dt.date) -> list[tuple[float, float | None, str]]:
    """`(day number, USD or None, words)` at both ends of each entry's days within `first` to `last`."""
    found = []
    for entry, following in zip(offer.prices, (*offer.prices[1:], None), strict=True):
        begins = max(first, entry.effective or first)
        ends = min(last, following.effective) if following and following.effective else last
        if begins < ends:
            usd = getattr(entry, name)
            found += [(float(day.toordinal()), usd, _told(entry, usd)) for day in (begins, ends)]
    return found


def _told(entry: Price, usd: float | None) -> str:
    since = f"from {entry.effective}" if entry.effective else "as far back as is known"
    return f"{wording.price(usd)} {since}{', announced, may be called off' if entry.revocable else ''}"


def _marks(offer: Offer, line: Line, on: dt.date) -> list[Trace]:
    """Entries that have not begun, on each meter's line."""
    last = line.ends or dt.date.max
    coming = [entry for entry in offer.prices if entry.effective and on < entry.effective < last]
    traces = []
    for title, symbol, revocable in (("Announced", "diamond", False), ("Announced, may be called off", "diamond-open", True)):
        points = [
            (float(entry.effective.toordinal()), usd, f"{words} {_told(entry, usd)}")
            for entry in coming
            if entry.effective and entry.revocable is revocable
            for name, (words, _) in METERS.items()
            if (usd := getattr(entry, name)) is not None
        ]
        if points:
            traces.append(
                dots([x for x, _, _ in points], [y for _, y, _ in points], name=title, symbol=symbol, told=[told for _, _, told in points])
            )
    return traces


def _end(line: Line, offer: Offer) -> list[Trace]:
    """The day on which it is switched off, on each meter's line."""
    if line.ends is None:
        return []
    before = [entry for entry in offer.prices if entry.effective is None or entry.effective < line.ends]
    levels = [usd for name in METERS if before and (usd := getattr(before[-1], name)) is not None]
    day = float(line.ends.toordinal())
    return [dots([day] * len(levels), levels, name="Switched off", symbol="circle", told=[f"Switched off on {line.ends}"] * len(levels))]
