"""What is announced to change: prices, services sold, switch-offs, as dated sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from framework import wording
from framework.catalogue.promotions import is_promotion
from framework.catalogue.records import SERVICES

if TYPE_CHECKING:
    from framework.catalogue.catalogue import Catalogue
    from framework.catalogue.records import Offer, Price

Kind = Literal["price", "terms", "sold", "retirement", "may retire"]
REVOCABLE = "; announced, may be called off"
METERS = {"input_mtok": "input", "output_mtok": "output", "cache_read_mtok": "cache reads"}


@dataclass(frozen=True)
class Event:
    """Something that happens to an offer on a day.

    `kind`: `price` (a standard price changes), `terms` (anything else of a dated price entry), `sold` (its first known price),
    `retirement` (switched off on that day; the sentence ends with what is known of it, such as a successor), `may retire` (the vendor
    promises nothing beyond that day). `revocable`: announced only.
    """

    date: dt.date
    offer: str
    kind: Kind
    sentence: str
    revocable: bool


def announced(catalogue: Catalogue, names: Mapping[str, str], *, first: dt.date, last: dt.date) -> tuple[Event, ...]:
    """Every change from `first` to `last`, both included, in order of day and offer; `names` are those for people, by offer id."""
    found = [event for offer in catalogue.offers for event in _of_offer(catalogue, offer, names[offer.id])]
    return tuple(sorted((event for event in found if first <= event.date <= last), key=lambda event: (event.date, event.offer)))


def _of_offer(catalogue: Catalogue, offer: Offer, name: str) -> Iterator[Event]:
    for before, price in zip((None, *offer.prices), offer.prices, strict=False):
        if price.effective is not None:
            kind, what = _changes(before, price)
            sure = REVOCABLE if price.revocable else ""
            yield Event(price.effective, offer.id, kind, f"{name} from {price.effective} on: {what}{sure}.", price.revocable)
    retirement = offer.retirement or catalogue.model_of(offer).retirement
    if retirement and retirement.date:
        note = f" {retirement.note}" if retirement.note else ""
        yield Event(retirement.date, offer.id, "retirement", f"{name} is switched off on {retirement.date}.{note}", revocable=False)
    elif retirement and retirement.not_before:
        day = retirement.not_before
        sentence = f"{name} may be switched off from {day} on: nothing beyond that day is promised."
        yield Event(day, offer.id, "may retire", sentence, revocable=True)


def _changes(before: Price | None, price: Price) -> tuple[Kind, str]:
    if before is None:
        return "sold", f"{_mtok(price.input_mtok)} input and {_mtok(price.output_mtok)} output per million tokens, its first known price"
    moved = [
        f"{words} {_mtok(getattr(before, meter))} to {_mtok(getattr(price, meter))}"
        for meter, words in METERS.items()
        if getattr(before, meter) != getattr(price, meter)
    ]
    writes = before.cache_write_mtok != price.cache_write_mtok
    if moved:
        ends = "the promotion ends, " if is_promotion(before) else ""
        prices = f"{ends}{', '.join(moved)} per million tokens{', cache writes too' if writes else ''}"
        return "price", ", ".join([prices, *_services(before, price)])
    return ("price", "cache writes change price") if writes else ("terms", _terms(before, price))


def _services(before: Price, price: Price) -> list[str]:
    """The services that end or begin."""
    sold = [(service, getattr(before, service) is not None, getattr(price, service) is not None) for service in SERVICES[1:]]
    return [f"the {service} service {'begins' if now else 'ends'}" for service, was, now in sold if was != now]


def _terms(before: Price, price: Price) -> str:
    said = _services(before, price)
    for service in SERVICES[1:]:
        was, now = getattr(before, service), getattr(price, service)
        said += [f"the {service} service changes price"] if was and now and was != now else []
    if before.long_context != price.long_context:
        said.append("long prompts change price")
    return ", ".join(said) or "other terms of the price change"


def _mtok(usd: float | None) -> str:
    return wording.usd(usd)
