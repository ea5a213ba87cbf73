"""The catalogue's own cells, taken from the columns that the bill is computed on."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import numpy as np

from framework.catalogue.catalogue import Catalogue
from framework.catalogue.columns import BANDS, PRICE_METERS, PriceColumns
from framework.catalogue.compare_cells import HOURS, THRESHOLD, WRITES, Cell, Sheet, Value, hours_in_words
from framework.catalogue.records import SERVICES


@lru_cache(maxsize=64)
def _prices(catalogue: Catalogue, on: dt.date) -> tuple[dict[str, int], PriceColumns]:
    columns = catalogue.columns(on)
    return {offer: place for place, offer in enumerate(columns.ids)}, columns.price


def our_sheet(catalogue: Catalogue, offer_id: str, on: dt.date) -> Sheet:
    """What the catalogue says of an offer on a day; a cell that is not sold or not known is absent."""
    places, prices = _prices(catalogue, on)
    at = places[offer_id]
    cells: dict[Cell, Value] = {}
    for s, service in enumerate(SERVICES):
        for b, band in enumerate(BANDS):
            for m, meter in enumerate(PRICE_METERS):
                if not np.isnan(usd := float(prices.mtok[s, b, m, at])):
                    cells[Cell(service, band, meter)] = usd
            if prices.write_is_input[at] and (paid := cells.get(Cell(service, band, "input"))) is not None:
                cells[Cell(service, band, "write")] = paid
    if np.isfinite(threshold := prices.threshold_tokens[at]):
        cells[THRESHOLD] = float(threshold)
    if prices.peak_hours[:, at].any():
        cells |= peak_cells(cells, float(prices.peak_multiplier[at]))
        cells[HOURS] = hours_in_words([bool(dear) for dear in prices.peak_hours[:, at]])
    return Sheet(cells)


def peak_cells(cells: dict[Cell, Value], multiplier: float) -> dict[Cell, Value]:
    """The standard base prices at another hour."""
    base = {cell: usd for cell, usd in cells.items() if (cell.service, cell.band) == ("standard", "base")}
    return {cell._replace(band="peak"): float(f"{usd * multiplier:.12g}") for cell, usd in base.items() if isinstance(usd, float)}


def default_write(sheet: Sheet) -> str:
    """The meter of a write whose lifetime is not stated: the shortest one sold, or plain `write`."""
    sold = {cell.meter for cell in sheet.cells if cell.service == "standard"}
    return next((meter for meter in WRITES if meter in sold), "write")
