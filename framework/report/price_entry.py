"""One offer in full: every figure of a price entry, its terms, and all its dated entries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from framework import wording
from framework.catalogue.announced import changes
from framework.catalogue.figures import seen_day
from framework.catalogue.readings import reading
from framework.catalogue.records import SERVICES
from framework.report import price_words as words
from framework.vocabulary import LIFETIMES

if TYPE_CHECKING:
    from framework.catalogue.records import Meters, Offer, Price, Source

Row = dict[str, Any]
FOREVER = "as far back as is known"


def columns(entry: Price) -> dict[str, str]:
    """Field -> heading of the table of figures; writes by lifetime where any is sold."""
    lifetimes = _lifetimes(entry)
    named = {f"write_{name}": f">Cache write, {words.LIFETIME_WORDS[name]}" for name in lifetimes} or {"write": ">Cache write"}
    return {"name": "Service", "input": ">Input", "read": ">Cache read", **named, "output": ">Output"}


def figures(entry: Price, unsettled: frozenset[str]) -> list[Row]:
    """A row per service, and one for its long prompts where the offer has a threshold."""
    rows: list[Row] = []
    long = words.cliff(entry)
    for service in SERVICES:
        meters, named = words.sold(entry, service), service.capitalize()
        rows.append({"name": named} | _cells(entry, meters, words.missing(service, unsettled)))
        if long is not None and meters is not None:
            own = None if meters.long_context_excluded else meters.long_context or meters
            rows.append({"name": f"{named}, {words.threshold(long)}"} | _cells(entry, own, words.NOT_SOLD))
    return rows


def _lifetimes(entry: Price) -> list[str]:
    """Every lifetime that some service or band has a write price for."""
    services = [meters for service in SERVICES if (meters := words.sold(entry, service))]
    bands: list[Meters] = [*services, *(meters.long_context for meters in services if meters.long_context)]
    return [name for name in LIFETIMES if any(name in (meters.cache_write_mtok or {}) for meters in bands)]


def _cells(entry: Price, meters: Meters | None, absent: str) -> Row:
    if meters is None:
        return {field: absent for field in columns(entry) if field != "name"}
    writes = {f"write_{name}": words.write(meters, name) for name in _lifetimes(entry)} or {"write": words.writes(meters)[0]}
    known = {"input": meters.input_mtok, "read": meters.cache_read_mtok, "output": meters.output_mtok}
    return {name: wording.price(usd) for name, usd in known.items()} | writes


def terms(entry: Price) -> list[Row]:
    """Every other figure of the entry, in words; what has no entry is said to be on no record."""
    long = words.cliff(entry)
    told = [
        ("Long prompts", f"{words.threshold(long)}, for every token of the request" if long else "no threshold: one price for all lengths"),
        ("Smallest prefix that is cached", wording.UNKNOWN if entry.min_cache_tokens is None else f"{entry.min_cache_tokens:,} tokens"),
        ("Storage of an explicit cache", words.storage(entry) or "no price on record"),
        ("Where a region is insisted on", words.regions(entry.region_multipliers) or "no surcharge on record"),
        ("Peak hours", f"{words.peak(entry)}, every meter; the prices above are off-peak" if entry.peak else "none on record"),
    ]
    return [{"name": name, "what": what} for name, what in told] + ([{"name": "Note", "what": entry.note}] if entry.note else [])


def until(offer: Offer, number: int) -> dt.date | None:
    """The day on which the next entry takes over."""
    return offer.prices[number + 1].effective if number + 1 < len(offer.prices) else None


def in_force(offer: Offer, on: dt.date) -> int | None:
    """Place of the entry in force among the offer's entries; None where it is not sold yet."""
    standing = [number for number, entry in enumerate(offer.prices) if entry.effective is None or entry.effective <= on]
    return standing[-1] if standing else None


def span(offer: Offer, number: int) -> str:
    """From when to when an entry holds, in words."""
    begins, ends = offer.prices[number].effective, until(offer, number)
    last = f"to {ends - dt.timedelta(days=1)}" if ends else ""
    if begins is None:
        return last or FOREVER
    return f"{begins} {last}" if last else f"from {begins} on"


def standing(offer: Offer, number: int, on: dt.date) -> str:
    """What an entry is on a day: replaced, in force, announced."""
    entry, current = offer.prices[number], in_force(offer, on)
    if current is not None and number < current:
        return "replaced"
    if number == current:
        read = max((day for source in entry.source if (day := seen_day(source.seen))), default=None)
        unread = entry.revocable and entry.effective is not None and (read is None or read < entry.effective)
        return "in force as announced, not read since" if unread else "in force"
    return "announced, may be called off" if entry.revocable else "announced"


def entries(offer: Offer, on: dt.date) -> Iterator[Row]:
    """Every dated entry, the latest first, with its standard prices and what it changes."""
    current = in_force(offer, on)
    for number in reversed(range(len(offer.prices))):
        entry = offer.prices[number]
        before = offer.prices[number - 1] if number else None
        fresh = reading(entry.source, on)
        yield {
            "name": span(offer, number),
            "status": standing(offer, number, on),
            "input": wording.price(entry.input_mtok),
            "read": wording.price(entry.cache_read_mtok),
            "write": ", ".join(words.writes(entry)),
            "output": wording.price(entry.output_mtok),
            "what": changes(before, entry)[1] if before else "the first known price",
            "seen": f"{fresh.day}, {fresh.age}",
            "note": entry.note or "",
            "sources": entry.source,
            "_class": "on" if number == current else "out" if current is not None and number < current else "",
        }


def numbered(offer: Offer) -> dict[Source, int]:
    """The sources of all entries, each once, numbered from 1 in the order in which they are met, the latest entry first."""
    found = dict.fromkeys(source for entry in reversed(offer.prices) for source in entry.source)
    return {source: number for number, source in enumerate(found, 1)}


def numbers(sources: Sequence[Source], known: dict[Source, int]) -> list[int]:
    """The numbers of some sources, rising."""
    return sorted(known[source] for source in sources)
