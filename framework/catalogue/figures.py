"""Where the figures come from and how old the readings are."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from framework.catalogue.records import Offer, Price, Source, ToolFee

if TYPE_CHECKING:
    from framework.catalogue.catalogue import Catalogue

GROUPS = (
    "price",
    "limits",
    "window",
    "latency",
    "class",
    "features",
    "retirement",
    "tokenizer",
    "enforcement",
    "failures",
    "overflow",
    "caching",
    "tools",
    "reasoning",
)

Figure = tuple[str, str, tuple[Source, ...]]


@dataclass(frozen=True)
class StaleFigure:
    """Figures of one file that were last read at one place: `entries` names them, `seen` None = the reading is undated."""

    file: str
    url: str
    seen: str | None
    days: int | None
    entries: tuple[str, ...]

    def __str__(self) -> str:
        first = ", ".join(self.entries[:3]) + (f" and {len(self.entries) - 3} more" if len(self.entries) > 3 else "")
        age = f"last read {self.seen}, {self.days} days ago" if self.seen else "read on no known day"
        return f"{self.file}: {first}: {age} ({self.url}); read again and enter the new source"


def seen_day(seen: str | None, *, last: bool = False) -> dt.date | None:
    """The day of a reading; a month counts as its first day (`last`: its last); None where it is undated."""
    if seen is None or len(seen) == 10:
        return dt.date.fromisoformat(seen) if seen else None
    year, month = int(seen[:4]), int(seen[5:])
    return dt.date(year, month, calendar.monthrange(year, month)[1] if last else 1)


def newest(sources: Iterable[Source]) -> Source | None:
    """The source read last; an undated one only where none is dated."""
    return max(sources, key=lambda source: seen_day(source.seen) or dt.date.min, default=None)


def prices_as_of(offers: Iterable[Offer]) -> dt.date | None:
    """The newest day on which any price was read; None where no reading is dated."""
    days = (seen_day(source.seen) for offer in offers for price in offer.prices for source in price.source)
    return max((day for day in days if day), default=None)


def sources_of(catalogue: Catalogue, offer: Offer) -> dict[str, tuple[Source, ...]]:
    """The sources behind each group of figures of an offer, doubles removed; a group without figures is empty."""
    model, provider = catalogue.model_of(offer), catalogue.provider_of(offer)
    pool = catalogue.pool_of(offer)
    retirement = catalogue.retirement_of(offer)
    found: dict[str, list[Source]] = {
        "price": _flat(price.source for price in offer.prices),
        "limits": [*_flat(limit.source for limit in (pool.limits if pool else ())), *_flat(tier.source for tier in provider.tiers)],
        "window": list(catalogue.window_of(offer).source),
        "latency": list(_latency_sources(catalogue, offer)),
        "class": list(model.capability.source),
        "features": list(model.features.source),
        "retirement": list(retirement.source) if retirement else [],
        "tokenizer": list(model.tokenizer.source),
        "enforcement": list(provider.enforcement.source) + list(provider.enforcement.ramp.source if provider.enforcement.ramp else ()),
        "failures": list(provider.failures.source) if provider.failures else [],
        "overflow": list(provider.overflow.source) if provider.overflow else [],
        "caching": list(provider.caching.source),
        "tools": _flat(fee.source for fee in provider.tools if offer.model in (fee.models or (offer.model,))),
        "reasoning": list(model.reasoning_by_effort.source) if model.reasoning_by_effort else [],
    }
    return {group: tuple(dict.fromkeys(found[group])) for group in GROUPS}


def _flat(groups: Iterable[tuple[Source, ...]]) -> list[Source]:
    return [source for group in groups for source in group]


def _latency_sources(catalogue: Catalogue, offer: Offer) -> Iterator[Source]:
    for profile in catalogue.profiles_of(offer):
        yield from profile.source
        yield from profile.slope_source or ()
        yield from profile.length_fit.source if profile.length_fit else ()


def stale_figures(catalogue: Catalogue, on: dt.date, *, days: int = 60) -> list[StaleFigure]:
    """Figures whose newest reading is more than `days` old or undated, one line per file and place; replaced prices do not count."""
    grouped: dict[tuple[str, str, str | None], list[str]] = {}
    for file, entry, sources in _figures(catalogue, on):
        last = newest(sources)
        day = seen_day(last.seen) if last else None
        if last and (day is None or (on - day).days > days):
            grouped.setdefault((file, last.url, last.seen), []).append(entry)
    found = []
    for (file, url, seen), entries in grouped.items():
        day = seen_day(seen)
        found.append(StaleFigure(file, url, seen, (on - day).days if day else None, tuple(dict.fromkeys(entries))))
    return sorted(found, key=lambda stale: (stale.file, -(stale.days or 0), stale.url))


def _figures(catalogue: Catalogue, on: dt.date) -> Iterator[Figure]:
    for model in catalogue.models.values():
        file = f"models/{catalogue.vendors[model.id]}.yaml"
        for name, part in (("window", model.window), ("tokenizer", model.tokenizer), ("class", model.capability)):
            yield file, f"{model.id} {name}", part.source
        yield file, f"{model.id} features", model.features.source
        if model.reasoning_by_effort:
            yield file, f"{model.id} reasoning by effort", model.reasoning_by_effort.source
    for provider in catalogue.providers.values():
        file = f"providers/{provider.provider}.yaml"
        yield file, "enforcement", provider.enforcement.source
        if provider.failures:
            yield file, "failures", provider.failures.source
        if provider.overflow:
            yield file, "overflow", provider.overflow.source
        yield from ((file, _fee_name(fee), fee.source) for fee in _standing_fees(provider.tools, on))
        if provider.reserved:
            yield file, provider.reserved.name, provider.reserved.source
        for pool in provider.pools:
            for limit in pool.limits:
                yield file, f"{pool.id} limits", limit.source
    for offer in catalogue.offers:
        file = f"providers/{catalogue.provider_of(offer).provider}.yaml"
        if offer.window:
            yield file, f"{offer.id} window", offer.window.source
        for price in _standing(offer, on):
            yield file, f"{offer.id} price", price.source
    for (provider_id, model_id), profiles in catalogue.profiles.items():
        for profile in profiles:
            yield f"latency/{provider_id}.yaml", f"{model_id} latency", profile.source
    for gateway in catalogue.gateways.values():
        yield "gateways.yaml", gateway.id, gateway.source


def _standing(offer: Offer, on: dt.date) -> Iterator[Price]:
    """The price in force and those to come; what has been replaced needs no second reading."""
    for price, following in zip(offer.prices, (*offer.prices[1:], None), strict=True):
        if following is None or following.effective is None or following.effective > on:
            yield price


def _standing_fees(fees: Sequence[ToolFee], on: dt.date) -> Iterator[ToolFee]:
    """The same of fees: an entry is replaced by a later one for the same tool and models whose day has come."""
    for i, fee in enumerate(fees):
        later = [one.effective for one in fees[i + 1 :] if (one.tool, one.models) == (fee.tool, fee.models)]
        if not any(day is not None and day <= on for day in later):
            yield fee


def _fee_name(fee: ToolFee) -> str:
    return f"{fee.tool} fee" + (f" of {', '.join(fee.models)}" if fee.models else "")
