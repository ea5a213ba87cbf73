"""What is announced to change: prices, services sold, switch-offs, as dated sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from framework import wording
from framework.catalogue.build_tools import fee_in_force
from framework.catalogue.promotions import is_promotion
from framework.catalogue.records import SERVICES

if TYPE_CHECKING:
    from framework.catalogue.catalogue import Catalogue
    from framework.catalogue.records import Offer, Price, ToolFee

Kind = Literal["price", "terms", "sold", "retirement", "may retire"]
REVOCABLE = "; announced, may be called off"
TOOL_WORDS = {"web_search": "web searches", "file_search": "file searches", "code_session": "code sessions"}
METERS = {"input_mtok": "input", "output_mtok": "output", "cache_read_mtok": "cache reads"}
OTHERS = {
    "peak": "peak hours change",
    "region_multipliers": "region surcharges change",
    "min_cache_tokens": "the smallest cached prefix changes",
}


@dataclass(frozen=True)
class Event:
    """Something that happens to an offer on a day.

    `kind`: `price` (a standard price changes), `terms` (anything else of a dated price entry), `sold` (its first known price),
    `retirement` (switched off on that day; the sentence ends with what is known of it, such as a successor), `may retire` (the vendor
    promises nothing beyond that day). `revocable`: announced only. `sentence` stands alone; `what` is the same without name and day.
    """

    date: dt.date
    offer: str
    kind: Kind
    sentence: str
    what: str
    revocable: bool


def announced(catalogue: Catalogue, names: Mapping[str, str], *, first: dt.date, last: dt.date) -> tuple[Event, ...]:
    """Every change from `first` to `last`, both included, in order of day and offer; `names` are those for people, by offer id."""
    found = [event for offer in catalogue.offers for event in _of_offer(catalogue, offer, names[offer.id])]
    return tuple(sorted((event for event in found if first <= event.date <= last), key=lambda event: (event.date, event.offer)))


def _of_offer(catalogue: Catalogue, offer: Offer, name: str) -> Iterator[Event]:
    for before, price in zip((None, *offer.prices), offer.prices, strict=False):
        if price.effective is not None:
            kind, what = changes(before, price)
            sure = REVOCABLE if price.revocable else ""
            yield Event(price.effective, offer.id, kind, f"{name} from {price.effective} on: {what}{sure}.", what, price.revocable)
    yield from _of_tools(catalogue.provider_of(offer).tools, offer, name)
    retirement = catalogue.retirement_of(offer)
    if retirement and retirement.date:
        note = f" {retirement.note}" if retirement.note else ""
        sentence = f"{name} is switched off on {retirement.date}.{note}"
        yield Event(retirement.date, offer.id, "retirement", sentence, "switched off", revocable=False)
    elif retirement and retirement.not_before:
        day = retirement.not_before
        sentence = f"{name} may be switched off from {day} on: nothing beyond that day is promised."
        yield Event(day, offer.id, "may retire", sentence, "may be switched off from this day on", revocable=True)


def _of_tools(fees: Sequence[ToolFee], offer: Offer, name: str) -> Iterator[Event]:
    for fee in fees:
        if fee.effective and fee.effective > dt.date.min and fee_in_force(fees, fee.tool, offer.model, fee.effective) is fee:
            before = fee_in_force(fees, fee.tool, offer.model, fee.effective - dt.timedelta(days=1))
            was, now = (wording.usd(one.usd_per_1000 if one else None) for one in (before, fee))
            sure = REVOCABLE if fee.revocable else ""
            what = f"{TOOL_WORDS[fee.tool]} {was} to {now} per thousand"
            yield Event(fee.effective, offer.id, "terms", f"{name} from {fee.effective} on: {what}{sure}.", what, fee.revocable)


def changes(before: Price | None, price: Price) -> tuple[Kind, str]:
    """What an entry changes against the one `before` it (None: it is the first), as a kind and in words."""
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
        return "price", ", ".join([prices, *_storage(before, price), *_known_services(before, price)])
    return ("price", "cache writes change price") if writes else ("terms", _terms(before, price))


def _storage(before: Price, price: Price) -> list[str]:
    was, now = before.storage_mtok_hour, price.storage_mtok_hour
    return [f"cache storage {_mtok(was)} to {_mtok(now)} an hour"] if was != now else []


def _services(before: Price, price: Price) -> Iterator[tuple[str, bool]]:
    """The services that have prices in one of the two entries only, and whether in the later one."""
    for service in SERVICES[1:]:
        was, now = getattr(before, service) is not None, getattr(price, service) is not None
        if was != now:
            yield service, now


def _known_services(before: Price, price: Price) -> list[str]:
    """The same beside other changes: a service without prices may be sold all the same, at prices that nobody has told yet."""
    return [
        f"{service} prices are known from then on" if now else f"no {service} price is known from then on"
        for service, now in _services(before, price)
    ]


def _terms(before: Price, price: Price) -> str:
    said = _storage(before, price)
    for service in SERVICES[1:]:
        was, now = getattr(before, service), getattr(price, service)
        said += [f"the {service} service changes price"] if was and now and was != now else []
    if before.long_context != price.long_context:
        said.append("long prompts change price")
    said += [words for name, words in OTHERS.items() if getattr(before, name) != getattr(price, name)]
    if said:
        return ", ".join([*said, *_known_services(before, price)])
    # An entry that changes nothing else was made to say that a service begins or ends.
    told = [f"the {service} service {'begins' if now else 'ends'}" for service, now in _services(before, price)]
    return ", ".join(told) or "other terms of the price change"


def _mtok(usd: float | None) -> str:
    return wording.price(usd)
