"""Where another price list is known to differ from the catalogue: both values, side by side, with the reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from framework.catalogue.catalogue import Catalogue
from framework.catalogue.compare_cells import PRICES, Cell, Peer, Value, same
from framework.catalogue.compare_ours import our_sheet
from framework.catalogue.compare_pins import Deviation, Pins
from framework.catalogue.records import Offer


@dataclass(frozen=True)
class Conflict:
    """One cell. `ours` None: no price here, because it is not sold (`sold` False) or not known. `since`: from when the two differ,
    None = on the day asked for.
    """

    cell: Cell
    ours: Value | None
    theirs: Value
    since: dt.date | None
    sold: bool


@dataclass(frozen=True)
class Disagreement:
    """One pinned deviation with the cells that differ; `read` is the day on which the other list said so."""

    offer: str
    source: Peer
    cells: tuple[Conflict, ...]
    reason: str
    read: dt.date


def disagreements(catalogue: Catalogue, pins: Pins, on: dt.date) -> tuple[Disagreement, ...]:
    """Every pinned deviation of an offer in the catalogue that differs on the day or on a later one already entered, in order of offer."""
    known = {offer.id: offer for offer in catalogue.offers}
    found = []
    for pin in pins.file.deviations:
        cells = tuple(_cells(catalogue, known[pin.offer], pin, on)) if pin.offer in known else ()
        found += [Disagreement(pin.offer, pin.source, cells, pin.reason, pin.date)] if cells else []
    return tuple(sorted(found, key=lambda item: (item.offer, item.source)))


def _cells(catalogue: Catalogue, offer: Offer, pin: Deviation, on: dt.date) -> Iterator[Conflict]:
    later = sorted(price.effective for price in offer.prices if price.effective and price.effective > on)
    sheets = [(day, our_sheet(catalogue, offer.id, day).cells) for day in (on, *later)]
    for meter, theirs in pin.theirs.items():
        cell = Cell(pin.service, pin.band, meter)
        for day, ours in sheets:
            if cell not in ours or not same(ours[cell], theirs):
                yield Conflict(cell, ours.get(cell), theirs, None if day == on else day, not _known_not_to_be_sold(offer, cell, day))
                break


def _known_not_to_be_sold(offer: Offer, cell: Cell, day: dt.date) -> bool:
    """Before its first price, a service that has ended, and long prompts where a service refuses them; else absence says nothing."""
    entries = [price for price in offer.prices if price.effective is None or price.effective <= day]
    if not entries:
        return True
    services = [price if cell.service == "standard" else getattr(price, cell.service) for price in entries]
    if services[-1] is None:
        return any(services)
    return cell.band == "long" and bool(services[-1].long_context_excluded)


def unsettled_services(found: Iterable[Disagreement]) -> frozenset[tuple[str, str]]:
    """`(offer, service)` without a price here of which another list has one: unknown rather than not sold."""
    return frozenset(
        (item.offer, cell.cell.service)
        for item in found
        for cell in item.cells
        if cell.ours is None and cell.sold and cell.since is None and cell.cell.meter in PRICES
    )
