"""What the same usage would have cost at every other offer, and what is missing there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from framework.catalogue.columns import Columns
from framework.catalogue.records import SERVICES
from framework.recorded.sheets import PriceSheets
from framework.recorded.totals import Totals, totals
from framework.recorded.usage import NONE, NOT_LISTED, OUTPUT, USAGE_METERS, RecordedUsage

UNLISTED = "service without a list price"


@dataclass(frozen=True)
class Elsewhere:
    """What the same tokens would cost at an offer; where something is `missing` there the figure is NaN."""

    offer: str
    usd: float
    long_requests: int
    missing: tuple[str, ...] = ()


def elsewhere(usage: RecordedUsage, sheets: PriceSheets, columns: Columns) -> tuple[Elsewhere, ...]:
    """Every offer still sold on the day of the columns, the cheapest first and those with something missing last."""
    found, rows = totals(usage, sheets), []
    for at in np.flatnonzero(~(columns.retires_ordinal <= columns.on.toordinal())).tolist():
        lacking = (*missing(found, sheets, usage.regions, at), *_too_long(usage, columns, at))
        usd = np.nan if lacking else float(found.usd[at])
        rows.append(Elsewhere(sheets.ids[at], usd, int(found.long_requests[at]), lacking))
    return tuple(sorted(rows, key=lambda row: (np.isnan(row.usd), row.usd, row.offer)))


def missing(found: Totals, sheets: PriceSheets, regions: tuple[str, ...], at: int) -> tuple[str, ...]:
    """Services that are not sold, or else meters without a price."""
    meters = [USAGE_METERS[meter].replace("_", " ") for meter in np.flatnonzero(np.isnan(found.usd_by_meter[:, at]))]
    unsold = np.flatnonzero(np.isnan(sheets.usd[..., at]).all(axis=(1, 2)))
    services = {_service(int(sheets.service[one]), int(sheets.region[one]), regions) for one in unsold}
    return tuple(sorted(services)) or tuple(f"price of {name} tokens" for name in meters)


def _service(service: int, region: int, regions: tuple[str, ...]) -> str:
    name = UNLISTED if service == NOT_LISTED else f"{SERVICES[service]} service"
    return name if region == NONE else f"{name} in {regions[region]}"


def _too_long(usage: RecordedUsage, columns: Columns, at: int) -> tuple[str, ...]:
    """What does not fit: a price for it would be one for something that cannot be bought."""
    prompt, reply = usage.prompt_tokens, usage.tokens[OUTPUT]
    too_long = (prompt > columns.max_input_tokens[at]) | (prompt + reply > columns.window_tokens[at])
    return (f"room for {np.count_nonzero(too_long):,} of the requests",) if too_long.any() else ()
