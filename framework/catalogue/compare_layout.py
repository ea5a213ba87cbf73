"""Whether a source still has the form that its reader knows: one that lost a column must not pass for one that has nothing to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from framework.errors import SourceError

if TYPE_CHECKING:
    from framework.catalogue.compare import Report

COLUMN_OFFERS = 5
COLUMN_SHARE = 0.25
"""A column that fewer of the offers have there than this share of those that have it here is taken to be lost."""


def check_layout(report: Report) -> None:
    """`SourceError` for a source that lists none of a provider's offers, or has hardly any of a column that we have often."""
    title = report.source.title
    matched = {row.offer for row in report.rows}
    sellers = {offer.partition("/")[0] for offer in (*matched, *report.unknown)}
    lost = sorted(sellers - {offer.partition("/")[0] for offer in matched})
    if lost:
        raise SourceError(f"{title}: lists none of the offers of {', '.join(lost)}; correct the names in deviations.yaml, or its reader")
    for column, (here, there) in _columns(report).items():
        if len(here) >= COLUMN_OFFERS and len(there) < COLUMN_SHARE * len(here):
            some = f"has {column} for {len(there)} of the {len(here)} offers that have it here"
            said = some if there else f"has no {column}, which {len(here)} offers here have"
            raise SourceError(f"{title}: {said}; its layout must have changed")


def _columns(report: Report) -> dict[str, tuple[set[str], set[str]]]:
    """The offers that have a column here, and those of them that have it there; a column is a service, a band, a meter or one cell."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    for row in report.rows:
        if row.ours is None or not report.source.never.isdisjoint((row.cell, *row.cell)):
            continue
        service, band, meter = row.cell
        for column in (f"service {service}", f"band {band}", f"meter {meter}", f"cell {service} {band} {meter}"):
            here, there = found.setdefault(column, (set(), set()))
            here.add(row.offer)
            if row.theirs is not None:
                there.add(row.offer)
    return found
