"""The catalogue held against other price lists, cell by cell: agreement, conflict, missing here, missing there.

A known deviation is pinned with the value the source had: it is quiet while the source still says so, and alarms at a third value.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from framework.catalogue.catalogue import Catalogue
from framework.catalogue.compare_cells import THRESHOLD, Cell, Peer, Sheet, Value, order, same
from framework.catalogue.compare_layout import check_layout
from framework.catalogue.compare_ours import default_write, our_sheet, peak_cells
from framework.catalogue.compare_pins import Pins
from framework.catalogue.compare_source import Source
from framework.catalogue.records import Offer

JUMP_SHARE = 0.30


class Verdict(StrEnum):
    """What a cell came out as; `PINNED` and `THIRD_VALUE` are differences that a pin speaks of."""

    AGREEMENT = "agreement"
    CONFLICT = "conflict"
    THIRD_VALUE = "third value"
    PINNED = "pinned"
    MISSING_HERE = "missing here"
    MISSING_THERE = "missing there"


ALARMS = (Verdict.CONFLICT, Verdict.THIRD_VALUE, Verdict.MISSING_HERE)


@dataclass(frozen=True)
class Row:
    """One cell on one day; None = that side does not sell or know it.

    `repeats`: nothing new since the day compared before; `borrowed` as in `Sheet`.
    """

    offer: str
    cell: Cell
    day: dt.date
    ours: Value | None
    theirs: Value | None
    verdict: Verdict
    pinned: Value | None = None
    since: dt.date | None = None
    repeats: bool = False
    borrowed: bool = False

    @property
    def change_share(self) -> float | None:
        """Theirs against ours, 0.1 = ten percent more; None where a side is missing, in words or zero."""
        if isinstance(self.ours, float) and isinstance(self.theirs, float) and self.ours > 0:
            return round(self.theirs / self.ours - 1, 9)
        return None

    @property
    def jumps(self) -> bool:
        """A difference of more than 30 %, or from zero."""
        change = self.change_share
        return self.verdict is Verdict.CONFLICT and (abs(change) > JUMP_SHARE if change is not None else self.ours == 0)


@dataclass(frozen=True)
class Report:
    """All rows against one source; `unknown` are the offers that it does not list."""

    source: Source
    rows: tuple[Row, ...]
    unknown: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many cells came out as what."""
        found = Counter(row.verdict for row in self.rows if not row.repeats)
        return {verdict.value: found[verdict] for verdict in Verdict}


@dataclass(frozen=True)
class Comparison:
    """`stale` are pins of the compared sources that no cell needs any more."""

    on: dt.date
    reports: tuple[Report, ...]
    stale: tuple[tuple[Peer, str, Cell], ...]

    @property
    def alarms(self) -> list[Row]:
        """The differences that no pin explains."""
        return [row for report in self.reports for row in report.rows if row.verdict in ALARMS and not row.repeats]


def compare(catalogue: Catalogue, sources: Sequence[Source], pins: Pins, on: dt.date) -> Comparison:
    """Hold every offer against every source, on the day and on each later day on which a dated source or the catalogue changes.

    Raises `SourceError` where a source lists none of a provider's offers or has lost a whole column: its layout must have changed.
    """
    reports = tuple(_report(catalogue, source, pins, on) for source in sources)
    for report in reports:
        check_layout(report)
    needed = {(report.source.peer, row.offer, row.cell) for report in reports for row in report.rows if row.verdict in _USES_PIN}
    stale = [key for key in pins.known if key[0] in {source.peer for source in sources} and key not in needed]
    return Comparison(on, reports, tuple(stale))


_USES_PIN = (Verdict.PINNED, Verdict.THIRD_VALUE)


def _report(catalogue: Catalogue, source: Source, pins: Pins, on: dt.date) -> Report:
    rows: list[Row] = []
    unknown = []
    for offer in catalogue.offers:
        found = list(_offer_rows(catalogue, source, pins, (offer, on)))
        rows += found
        if not found:
            unknown.append(offer.id)
    return Report(source, tuple(rows), tuple(unknown))


def _offer_rows(catalogue: Catalogue, source: Source, pins: Pins, place: tuple[Offer, dt.date]) -> Iterator[Row]:
    offer, on = place
    before: dict[Cell, tuple[Value | None, Value | None]] = {}
    for day in _days(source, offer, on):
        ours = our_sheet(catalogue, offer.id, day)
        theirs = source.sheet(offer, day, default_write(ours))
        if theirs is None:
            return
        now = _paired(ours, theirs)
        for cell in sorted(now, key=order):
            pinned = pins.known.get((source.peer, offer.id, cell))
            verdict = _verdict(*now[cell], pinned)
            yield Row(
                offer.id,
                cell,
                day,
                *now[cell],
                verdict,
                pinned,
                theirs.since.get(cell.service),
                before.get(cell) == now[cell],
                theirs.borrowed,
            )
        before = now


def _days(source: Source, offer: Offer, on: dt.date) -> list[dt.date]:
    if not source.dated:
        return [on]
    changes = {*source.days(offer), *(price.effective for price in offer.prices if price.effective)}
    return sorted({on, *(day for day in changes if day > on)})


def _paired(ours: Sheet, theirs: Sheet) -> dict[Cell, tuple[Value | None, Value | None]]:
    """Every cell that either side has; long prompts only where a side has a threshold, peak hours only where a side has them."""
    left, right = dict(ours.cells), dict(theirs.cells)
    for one, other in ((left, right), (right, left)):
        if any(cell.band == "peak" for cell in other) and not any(cell.band == "peak" for cell in one):
            one |= peak_cells(one, 1.0)
    cells = {*left, *right}
    if THRESHOLD not in cells:
        cells = {cell for cell in cells if cell.band != "long"}
    stated = {cell for cell in cells if cell.meter != "write" or cell in right}
    return {cell: (left.get(cell), right.get(cell)) for cell in stated}


def _verdict(ours: Value | None, theirs: Value | None, pinned: Value | None) -> Verdict:
    if theirs is None:
        return Verdict.MISSING_THERE
    if ours is not None and same(ours, theirs):
        return Verdict.AGREEMENT
    if pinned is not None:
        return Verdict.PINNED if same(pinned, theirs) else Verdict.THIRD_VALUE
    return Verdict.MISSING_HERE if ours is None else Verdict.CONFLICT
