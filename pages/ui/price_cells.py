"""Cells of the price tables as markup: small print under a figure, links to sources, marks of age and certainty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from framework.catalogue.figures import newest
from framework.catalogue.readings import UNDATED, Reading
from framework.catalogue.records import Source
from framework.report.escaping import web_address
from framework.report.price_lines import Line
from framework.report.price_tables import next_change
from pages.ui import session
from pages.ui.show import Html

VIEWS = ALL, ONE, AHEAD, RETIRING, DIFFERING = "All prices", "One offer", "Changes ahead", "Retirements", "Lists that differ"


def price_row(row: Mapping[str, Any], token: str | None) -> dict[str, Any]:
    """A row of the price list ready to be drawn."""
    line: Line = row["line"]
    return linked(row, token) | {
        "input": stacked(row["input"], row["peak"]),
        "write": lines(row["write"]),
        "long": stacked(row["long"], row["edge"]),
        "next": _next(line),
        "seen": seen(line.reading),
        "where": newest_place(line.sources, token, line.offer),
    }


def linked(row: Mapping[str, Any], token: str | None) -> dict[str, Any]:
    """The offer's name as a link to the view of that one offer: it can be opened beside this page, and passed on."""
    status = f"<small><i>{escape(row['status'])}</i></small>" if row.get("status") else ""
    return {**row, "name": Html(_to(row["id"], token, row["name"]) + status)}


def _to(offer: str, token: str | None, words: str) -> str:
    query = {**({session.PARAMETER: token} if token else {}), "view": ONE, "offer": offer}
    return f"<a href='{escape(f'?{urlencode(query, quote_via=quote)}')}' target='_self'>{escape(words)}</a>"


def lines(words: Sequence[str]) -> Html:
    """One under the other."""
    return Html("<br>".join(f"<span class='fa-line'>{escape(text)}</span>" for text in words))


def stacked(words: str, below: str) -> Html:
    """A figure with small print."""
    return Html(escape(words) + (f"<br><small>{escape(below)}</small>" if below else ""))


def mark(words: str) -> Html:
    """How sure an announcement is, as a badge."""
    kind = "unknown" if words == "firm" else "unresolved"
    return Html(f"<span class='fa-badge fa-{kind}'>{escape(words)}</span>" if words else "")


def _next(line: Line) -> Html:
    day, what, sure = next_change(line)
    return Html(f"<b>{escape(day)}</b> {mark(sure)}<br><small>{escape(what)}</small>") if day else Html("")


def seen(found: Reading, *, apart: str = "") -> Html:
    """The day of a reading with its age, marked where it is old; the age under it, or after `apart`."""
    if found.seen is None:
        return mark(UNDATED)
    old = f" {mark('old')}" if found.stale else ""
    return Html(f"{escape(found.day)}{old}{escape(apart) or '<br>'}<small>{escape(found.age)}</small>")


def newest_place(sources: Sequence[Source], token: str | None, offer: str) -> Html:
    """A link to the source read last, whose day stands beside it, and how many more there are, one click away."""
    last = newest(sources)
    if last is None:
        return Html("")
    others = len(set(sources)) - 1
    more = f", {_to(offer, token, f'{others} more')}" if others else ""
    return Html(f"{link(last.url, _place(last.url))}<br><small>{escape(last.kind)}{more}</small>")


def places(sources: Sequence[Source]) -> Html:
    """Every source as a link, with its kind and day."""
    told = [f"{link(one.url, _place(one.url))}<br><small>{escape(one.kind)}, {escape(one.seen or UNDATED)}</small>" for one in sources]
    return Html("<br>".join(told))


def _place(url: str) -> str:
    """The host's name; the repository where the host has many."""
    parts = urlsplit(url)
    host = parts.netloc.removeprefix("www.")
    repository = parts.path.strip("/").split("/")[1:2] if host == "github.com" else []
    return repository[0] if repository else host or url


def link(url: str, words: str) -> Html:
    """A link to a source, or its words where the address is none."""
    address = web_address(url)
    shown = escape(words)
    return Html(f"<a href='{escape(address)}' target='_blank' rel='noopener noreferrer'>{shown}</a>" if address else shown)


def notes(sources: Sequence[Source], numbers: Mapping[Source, int]) -> Html:
    """The numbers of sources as links to them, rising."""
    known = sorted((numbers[source], source.url) for source in sources)
    return Html(" ".join(link(url, str(number)) for number, url in known))
