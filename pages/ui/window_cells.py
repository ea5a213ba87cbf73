"""Cells of the tables of the context-window page: figures with small print below, so that all columns fit on a screen."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from framework.report.tables import Row
from pages.ui import show
from pages.ui.source_rows import Html


def of_two_lines(rows: Iterable[Row]) -> list[Row]:
    """Rows of offers with the verdict over its words, the share over its range, what is usable over the limit that leaves no more."""
    return [_of_two_lines(row) for row in rows]


def _of_two_lines(row: Row) -> Row:
    share, _, between = str(row["fits"]).removesuffix(")").partition(" (")
    told = {
        "fit": Html(show.badge(row["verdict"]) + _below(row["words"])),
        "fits": Html(_unbroken(share) + _below(between)),
        "usable": Html(escape(str(row["usable"])) + _below(row["limit"].replace(" ", "\u00a0"))),
    }
    return {name: content for name, content in row.items() if name != "verdict"} | told


def unbroken(rows: Iterable[Row], *fields: str) -> list[Row]:
    """Rows whose words in these fields part no number from its per cent."""
    return [row | {field: Html(_unbroken(row[field])) for field in fields} for row in rows]


def _below(text: str) -> str:
    return f"<br><small class='fa-muted'>{_unbroken(text)}</small>" if text else ""


def _unbroken(text: str) -> str:
    return escape(text).replace(" %", "\u00a0%")
