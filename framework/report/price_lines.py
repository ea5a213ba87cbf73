"""The price list: every offer on one day with its price in force, what is announced, how fresh it is, and who says otherwise."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from framework.catalogue.announced import announced
from framework.catalogue.conflicts import unsettled_services
from framework.catalogue.readings import STALE_DAYS, Reading, reading
from framework.catalogue.records import SERVICES
from framework.errors import NotSold

if TYPE_CHECKING:
    from framework.catalogue.announced import Event
    from framework.catalogue.catalogue import Catalogue
    from framework.catalogue.conflicts import Disagreement
    from framework.catalogue.records import Offer, Price, Source

PRICE_KINDS = ("price", "terms", "sold")
"""Kinds of events that are not about a switch-off."""


@dataclass(frozen=True)
class Line:
    """One offer on one day.

    `price` None: not sold yet, its first known price is from `starts` on. `ends`: the day on which it is or was switched off.
    `unpromised`: the day, gone by, to which the vendor had promised to keep it; it may end any day, but no day is named.
    `coming`: what is announced from this day on, the next first. `unsettled`: services that the catalogue has no price of and another list
    has, so that "not sold" would be too much to say. `words`: what a search looks through, folded to lower case.
    """

    offer: str
    name: str
    provider: str
    seller: str
    words: str
    price: Price | None
    starts: dt.date | None
    ends: dt.date | None
    unpromised: dt.date | None
    gone: bool
    coming: tuple[Event, ...]
    reading: Reading
    differs: int
    unsettled: frozenset[str]

    @property
    def sources(self) -> tuple[Source, ...]:
        """Those of the price in force."""
        return self.price.source if self.price else ()

    @property
    def next(self) -> Event | None:
        """The first thing that is announced."""
        return self.coming[0] if self.coming else None


def price_lines(catalogue: Catalogue, differences: Sequence[Disagreement], on: dt.date) -> tuple[Line, ...]:
    """Every offer in order of id; `differences` are those of that day."""
    names = {offer.id: catalogue.model_of(offer).name for offer in catalogue.offers}
    events: dict[str, list[Event]] = {}
    for event in announced(catalogue, names, first=on, last=dt.date.max):
        # A price of this very day is in force already; a switch-off of this day has happened, and `ends` tells it.
        if event.date > on:
            events.setdefault(event.offer, []).append(event)
    counted, elsewhere = Counter(item.offer for item in differences), unsettled_services(differences)
    unsettled = {offer.id: frozenset(service for service in SERVICES if (offer.id, service) in elsewhere) for offer in catalogue.offers}
    return tuple(
        _line(catalogue, offer, on, (tuple(events.get(offer.id, ())), counted[offer.id], unsettled[offer.id])) for offer in catalogue.offers
    )


def _line(catalogue: Catalogue, offer: Offer, on: dt.date, told: tuple[tuple[Event, ...], int, frozenset[str]]) -> Line:
    model, provider = catalogue.model_of(offer), catalogue.provider_of(offer)
    try:
        price = catalogue.price_in_force(offer, on)
    except NotSold:
        price = None
    retirement = catalogue.retirement_of(offer)
    ends, promised = (retirement.date, retirement.not_before) if retirement else (None, None)
    searched = (offer.id, model.name, model.id, provider.name, *offer.aliases, *model.aliases)
    return Line(
        offer=offer.id,
        name=model.name,
        provider=provider.provider,
        seller=provider.name,
        words=" ".join(searched).casefold(),
        price=price,
        starts=None if price else offer.prices[0].effective,
        ends=ends,
        unpromised=promised if ends is None and promised is not None and promised <= on else None,
        gone=ends is not None and ends <= on,
        coming=told[0],
        reading=reading((price or offer.prices[0]).source, on),
        differs=told[1],
        unsettled=told[2],
    )


def summary(lines: Iterable[Line], on: dt.date) -> str:
    """The price list in one sentence or two."""
    lines = list(lines)
    changes = sorted((event.date, line.name) for line in lines for event in line.coming if event.kind in PRICE_KINDS)
    ending = sorted((line.ends, line.name) for line in lines if line.ends and not line.gone)
    stale = sum(line.reading.stale for line in lines if not line.gone)
    sellers = len({line.provider for line in lines})
    told = [
        f"{_count(len(lines), 'offer')} of {_count(sellers, 'provider')}",
        _first(changes, "price change announced", "price changes announced"),
        _first(ending, "offer to be switched off", "offers to be switched off"),
    ]
    fresh = f"{_count(stale, 'price')} not read for {STALE_DAYS} days" if stale else f"every price read within {STALE_DAYS} days of {on}"
    return f"{'; '.join(told)}; {fresh}."


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _first(found: Sequence[tuple[dt.date, str]], one: str, many: str) -> str:
    if not found:
        return f"no {many}"
    return f"{len(found)} {one if len(found) == 1 else many}, the next on {found[0][0]} ({found[0][1]})"
