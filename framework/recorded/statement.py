"""A log's bill: by model and meter, with what was assumed, and what the same usage would cost elsewhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from framework.catalogue.catalogue import Catalogue
from framework.catalogue.columns import Array, Bools
from framework.catalogue.records import Offer
from framework.errors import UsageError
from framework.explain import shown
from framework.recorded.assumptions import offer_notes, usage_notes
from framework.recorded.elsewhere import UNLISTED, Elsewhere, elsewhere, missing
from framework.recorded.entry import SEPARATOR
from framework.recorded.models import offer_named
from framework.recorded.read import Log
from framework.recorded.sheets import price_sheets
from framework.recorded.totals import totals
from framework.recorded.usage import NONE, RecordedUsage
from framework.recorded.writes import dearest_sold, nearest_sold


@dataclass(frozen=True, eq=False)
class Line:
    """One model's part. `usd_by_meter` in the order of `USAGE_METERS`, NaN = unknown; `usd` is their sum, `high_usd` more than that only
    where cache writes without a lifetime may have been dearer. `surcharge_usd`: what long-context prices add to base prices.
    """

    name: str
    offer: str | None
    requests: int
    long_requests: int
    threshold_tokens: float
    tokens: Array
    usd_by_meter: Array
    usd: float
    high_usd: float
    surcharge_usd: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Statement:
    """The whole bill. `first` and `last` are the UTC days of the requests, None where the log has no times."""

    requests: int
    first: dt.date | None
    last: dt.date | None
    lines: tuple[Line, ...]
    notes: tuple[str, ...]
    elsewhere: tuple[Elsewhere, ...] = field(default=())

    @property
    def usd(self) -> float:
        """The total, NaN where any part of it is unknown."""
        return sum(line.usd for line in self.lines)

    @property
    def high_usd(self) -> float:
        """The total with every doubt resolved to the dear side."""
        return sum(line.high_usd for line in self.lines)

    @property
    def known_usd(self) -> float:
        """The part whose prices are known."""
        return float(sum(np.nansum(line.usd_by_meter) for line in self.lines))


@dataclass(frozen=True)
class Terms:
    """`on`: the day of requests without a time, and of all of them if `always`; `offer`: the one that every request was billed at."""

    on: dt.date
    always: bool = False
    offer: str | None = None


def statement(log: Log, catalogue: Catalogue, terms: Terms, *, compare: bool = False) -> Statement:
    """The bill; `UsageError` where the log names no model and no offer is given, `UnknownOffer` where the offer does not exist."""
    usage, lines = log.usage, []
    given = catalogue.offer(terms.offer) if terms.offer else None
    for name, offer, rows in _parts(usage, catalogue, given):
        lines.append(_line(usage.take(rows), catalogue, terms, name=name, offer=offer))
    days = usage.at_s[~np.isnan(usage.at_s)] // 86_400
    first, last = (dt.date(1970, 1, 1) + dt.timedelta(days=int(day)) for day in (days.min(), days.max())) if days.size else (None, None)
    return Statement(
        requests=len(usage),
        first=first,
        last=last,
        lines=tuple(sorted(lines, key=lambda line: (-np.nan_to_num(line.usd, nan=np.inf), line.name))),
        notes=usage_notes(log, always=terms.always, on=terms.on, offer=given.id if given else None),
        elsewhere=_elsewhere(usage, catalogue, terms) if compare else (),
    )


def _elsewhere(usage: RecordedUsage, catalogue: Catalogue, terms: Terms) -> tuple[Elsewhere, ...]:
    sheets = price_sheets(usage, catalogue, terms.on, always=terms.always, writes=nearest_sold)
    return elsewhere(usage, sheets, catalogue.columns(terms.on))


def _parts(usage: RecordedUsage, catalogue: Catalogue, given: Offer | None) -> Iterator[tuple[str, Offer | None, Bools]]:
    """What was billed at each offer: the name to show, the offer, and which requests."""
    if given is not None:
        yield given.id, given, np.ones(len(usage), dtype=np.bool_)
        return
    if (usage.model == NONE).any():
        row = int(np.argmax(usage.model == NONE)) + 1
        raise UsageError(f"request {row} names no model: say at which offer it was billed with --offer ID, or log the model")
    parts: dict[str, tuple[Offer | None, list[int]]] = {}
    for index, told in enumerate(usage.models):
        provider, _, name = told.partition(SEPARATOR)
        offer = offer_named(catalogue, name, provider)
        shown_name = offer.id if offer else f"{provider}/{name}".lstrip("/")
        parts.setdefault(shown_name, (offer, []))[1].append(index)
    for shown_name, (offer, indices) in parts.items():
        yield shown_name, offer, np.isin(usage.model, indices)


def _line(usage: RecordedUsage, catalogue: Catalogue, terms: Terms, *, name: str, offer: Offer | None) -> Line:
    tokens = usage.tokens.sum(axis=1)
    if offer is None:
        unknown = np.where(tokens > 0, np.nan, 0.0)
        note = f"{shown(name)} is no offer of the catalogue: say what it was billed as with --offer ID"
        return Line(name, None, len(usage), 0, np.inf, tokens, unknown, float(unknown.sum()), float(unknown.sum()), 0.0, (note,))
    sheets = price_sheets(usage, catalogue, terms.on, always=terms.always)
    dear = price_sheets(usage, catalogue, terms.on, always=terms.always, writes=dearest_sold)
    at, found = sheets.ids.index(offer.id), totals(usage, sheets)
    usd = float(found.usd[at])
    lacking = [name for name in missing(found, sheets, usage.regions, at) if not name.startswith(UNLISTED)]
    why = (f"not sold on the day of the request, or of unknown price: {', '.join(lacking)}",) if lacking else ()
    return Line(
        name=offer.id,
        offer=offer.id,
        requests=len(usage),
        long_requests=int(found.long_requests[at]),
        threshold_tokens=float(sheets.threshold_tokens[:, at].min()),
        tokens=tokens,
        usd_by_meter=found.usd_by_meter[:, at],
        usd=usd,
        high_usd=float(totals(usage, dear).usd[at]),
        surcharge_usd=usd - float(found.short_usd[at]),
        notes=(*why, *offer_notes(usage, catalogue, offer, terms.on)),
    )
