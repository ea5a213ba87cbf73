"""Prices held against each other: a column that slipped by one row gives every model a price, and the wrong one.

No single figure shows that; the proportions do. Vendors keep within the bounds below, which leave room on both sides of all that is sold;
an honest exception is pinned in `deviations.yaml` with the value it has, so that another value alarms again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from framework.catalogue.catalogue import Catalogue
from framework.catalogue.compare_cells import PRICES, THRESHOLD, WRITES, Cell, Value
from framework.catalogue.compare_ours import our_sheet
from framework.catalogue.compare_pins import Pins, rounded
from framework.catalogue.records import Offer

AGAINST = {"input": "its input price", "standard": "the standard price", "base": "the price of a short prompt"}
BOUNDS: dict[tuple[str, str], tuple[float, float]] = {
    ("input", "output"): (1, 10),
    ("input", "cache_read"): (0.02, 1),
    ("input", "write"): (1, 2.5),
    ("standard", "batch"): (0.25, 1),
    ("standard", "flex"): (0.25, 1),
    ("standard", "priority"): (1, 3),
    ("base", "long"): (1, 5),
}
"""What a price is held against, and of what: the lowest and the highest usual proportion."""
SLACK = 1e-9
HELD = frozenset(PRICES) - {"write"}
"""A write without a lifetime is the input price again, not a price of its own."""


class Ratio(NamedTuple):
    """`value` times the price named by `against` (a key of `AGAINST`) is the price in `cell`; usual are `low` to `high`."""

    cell: Cell
    against: str
    value: float
    low: float
    high: float


def ratios(cells: Mapping[Cell, Value]) -> Iterator[Ratio]:
    """Every proportion between two known prices of an offer; nothing can be held against a price of zero."""
    for cell, price in cells.items():
        if cell.meter not in HELD or cell.band == "peak" or (cell.band == "long" and THRESHOLD not in cells):
            continue
        kinds = {cell.service, cell.band, "write" if cell.meter in WRITES else cell.meter}
        for (against, kind), bounds in BOUNDS.items():
            other = cells.get(_held_against(cell, against)) if kind in kinds else None
            if isinstance(price, float) and isinstance(other, float) and other > 0:
                yield Ratio(cell, against, price / other, *bounds)


def _held_against(cell: Cell, against: str) -> Cell:
    if against == "input":
        return cell._replace(meter="input")
    return cell._replace(service="standard") if against == "standard" else cell._replace(band="base")


def odd(offer: str, cells: Mapping[Cell, Value], pins: Pins) -> list[Ratio]:
    """The proportions of an offer's prices that are out of bounds and not pinned."""
    return [ratio for ratio in ratios(cells) if _out(ratio) and (offer, *_key(ratio)) not in pins.ratios]


def _out(ratio: Ratio) -> bool:
    return not ratio.low * (1 - SLACK) <= ratio.value <= ratio.high * (1 + SLACK)


def _key(ratio: Ratio) -> tuple[Cell, str, float]:
    return ratio.cell, ratio.against, rounded(ratio.value)


def in_words(ratio: Ratio) -> str:
    """`standard base output is 25 times its input price, usual are 1 to 10`."""
    return f"{' '.join(ratio.cell)} is {ratio.value:.3g} times {AGAINST[ratio.against]}, usual are {ratio.low:g} to {ratio.high:g}"


def odd_prices(catalogue: Catalogue, pins: Pins, on: dt.date) -> list[str]:
    """Every price entry out of proportion, past and coming ones too, in one sentence each; `on` dates an only, undated entry."""
    return [
        f"{offer.id} on {day}: {in_words(ratio)}; read the vendor's page again, then correct it or pin it under ratios in deviations.yaml"
        for offer in catalogue.offers
        for day in _days(offer, on)
        for ratio in odd(offer.id, our_sheet(catalogue, offer.id, day).cells, pins)
    ]


def stale_ratios(catalogue: Catalogue, pins: Pins, on: dt.date) -> list[str]:
    """Pinned proportions that no price entry has any more."""
    found = {
        (offer.id, *_key(ratio))
        for offer in catalogue.offers
        for day in _days(offer, on)
        for ratio in ratios(our_sheet(catalogue, offer.id, day).cells)
        if _out(ratio)
    }
    return [
        f"{offer}: {' '.join(cell)} is pinned at {value:g} times {AGAINST[against]}, which no entry needs; delete the pin"
        for offer, cell, against, value in sorted(pins.ratios - found)
    ]


def _days(offer: Offer, on: dt.date) -> Iterator[dt.date]:
    """A day within each entry."""
    following = [price.effective for price in offer.prices[1:]]
    for price, end in zip(offer.prices, [*following, None], strict=True):
        yield price.effective or (end - dt.timedelta(days=1) if end else on)
