"""Where a number comes from, as a row of a table: the place as a link, its note under it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Any
from urllib.parse import urlsplit

from framework.catalogue.records import Source
from framework.report.own_limits import OwnSource
from framework.report.sources import Footnote


class Html(str):
    """Markup of our own making that a table cell may hold as it is."""


def link(url: str, words: str = "") -> Html:
    """The place as a link where it is one, else in plain words; `words` instead of the address."""
    if not re.match(r"https?://[^\s]+$", url):
        return Html(escape(words or url))
    return Html(f"<a href='{escape(url)}' target='_blank' rel='noopener noreferrer'>{escape(words or url)}</a>")


def briefly(offers: Sequence[str], asked: Sequence[str]) -> list[str]:
    """Offers by id; all that are listed of a provider in one word."""
    told: dict[str, None] = {}
    for offer_id in offers:
        provider = offer_id.partition("/")[0]
        siblings = [item for item in asked if item.startswith(f"{provider}/")]
        told[f"all {len(siblings)} of {provider}" if len(siblings) > 3 and set(siblings) <= set(offers) else offer_id] = None
    return list(told)


def dated(note: Footnote | str) -> str:
    """The place by its site, and when it was read; words as they are."""
    if isinstance(note, str):
        return note
    return Html(f"{link(note.url, urlsplit(note.url).hostname or note.url)}<br><span class='fa-muted'>{escape(note.day)}</span>")


def row(label: str, source: Source | OwnSource | None, offers: Sequence[str]) -> dict[str, Any]:
    """One source with what it stands behind; without a source that is said."""
    who = ", ".join(offers)
    if source is None:
        return {"who": who, "what": label, "where": "unknown: no source", "seen": "", "kind": ""}
    note = f"<br><span class='fa-muted'>{escape(source.note)}</span>" if source.note else ""
    return {"who": who, "what": label, "where": Html(link(source.url) + note), "seen": source.seen or "undated", "kind": source.kind}
