"""Prices as the price list writes them. `free`: a stated price of 0. `unknown`: nobody says. `not sold`: no source has it for sale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from framework.catalogue.build_prices import peak_hours
from framework.catalogue.compare_cells import hours_in_words
from framework.vocabulary import LIFETIMES
from framework.wording import FREE, UNKNOWN, price

if TYPE_CHECKING:
    from framework.catalogue.records import LongContext, Meters, Peak, Price, ServicePrices

NOT_SOLD = "not sold"
AS_INPUT = "as input"
LIFETIME_WORDS = {"5m": "5 min", "30m": "30 min", "1h": "1 h", "12h": "12 h"}


def sold(entry: Price, service: str) -> ServicePrices | None:
    """A service of an entry; None where the entry has none."""
    found: ServicePrices | None = entry if service == "standard" else getattr(entry, service)
    return found


def missing(service: str, unsettled: frozenset[str]) -> str:
    """What to say of a service without a price."""
    return UNKNOWN if service in unsettled else NOT_SOLD


def write(meters: Meters, lifetime: str) -> str:
    """The price of a cache write that lives so long; a lifetime that another service has and this one does not name is unknown."""
    known = meters.cache_write_mtok
    if known == {}:
        return AS_INPUT
    return price(next((usd for name, usd in (known or {}).items() if name == lifetime), None))


def writes(meters: Meters) -> list[str]:
    """The prices of all cache writes, the shortest life first."""
    known = meters.cache_write_mtok
    if not known:
        return [UNKNOWN if known is None else AS_INPUT]
    return [f"{price(known[name])} ({LIFETIME_WORDS[name]})" for name in LIFETIMES if name in known]


def cliff(entry: Price) -> LongContext | None:
    """The entry's threshold: services of an offer agree on it."""
    services = (entry, entry.batch, entry.flex, entry.priority)
    return next((service.long_context for service in services if service is not None and service.long_context is not None), None)


def threshold(long: LongContext) -> str:
    """`above 272,000 tokens`, `from 200,000 tokens`."""
    return f"{'from' if long.inclusive else 'above'} {long.threshold_tokens:,} tokens"


def long_prices(entry: Price, service: str, unsettled: frozenset[str]) -> str:
    """Input and output of long prompts in a service: `$4.00 in, $15.00 out`."""
    meters, edge = sold(entry, service), cliff(entry)
    if edge is None:
        return "same price"
    if meters is None:
        return missing(service, unsettled)
    if meters.long_context_excluded:
        return NOT_SOLD
    return pair(meters.long_context) if meters.long_context else "same price"


def pair(meters: Meters) -> str:
    """Input and output in one cell."""
    return f"{price(meters.input_mtok)} in, {price(meters.output_mtok)} out"


def regions(multipliers: Mapping[str, float]) -> str:
    """`US x1.1, EU x1.2`."""
    return ", ".join(f"{name.upper()} ×{factor:g}" for name, factor in multipliers.items())


def storage(entry: Price) -> str:
    """What keeping an explicit cache costs; empty where no price is on record."""
    usd = entry.storage_mtok_hour
    return "" if usd is None else f"{price(usd)} per million tokens and hour" if usd else FREE


def peak(entry: Price) -> str:
    """`×2 Mon-Fri 01-04 06-10 UTC`."""
    found: Peak | None = entry.peak
    if found is None:
        return ""
    return f"×{found.multiplier:g} {hours_in_words([bool(dear) for dear in peak_hours(entry)])} UTC"
