"""genai-prices as a source: the installed package, or its published data downloaded now and read by the package."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module, metadata
from typing import Any

from framework.catalogue.compare_cells import HOURS, HOURS_PER_WEEK, THRESHOLD, Cell, Sheet, Value, hours_in_words
from framework.catalogue.compare_download import download, json_of
from framework.catalogue.compare_pins import PeerName, Pins
from framework.catalogue.compare_source import Source, layout_changed
from framework.catalogue.records import SERVICES, Offer
from framework.errors import SourceError

KEYS = {
    "input": "input_mtok",
    "cache_read": "cache_read_mtok",
    "write": "cache_write_mtok",
    "write_1h": "cache_write_1h_mtok",
    "output": "output_mtok",
}
CONTEXTS = {
    "batch": ({"processing": "batch"},),
    "flex": ({"service_tier": "flex"},),
    "priority": ({"service_tier": "priority"}, {"speed": "fast"}),
}
ABSENT = "genai-prices is not installed: `pip install genai-prices` (it is part of the dev extra), or compare without it (--no-genai)"


def genai_source(pins: Pins, *, update: bool = False) -> GenaiPrices:
    """The installed package's prices, or with `update` the ones its project publishes now; `SourceError` where either cannot be had."""
    try:
        version = metadata.version("genai-prices")
        package = import_module("genai_prices.types")
        if not update:
            return GenaiPrices(pins, f"genai-prices {version}", False, _by_id(import_module("genai_prices.data").providers))
        url = str(import_module("genai_prices.update_prices").DEFAULT_UPDATE_URL)
    except (ImportError, metadata.PackageNotFoundError):
        raise SourceError(ABSENT) from None
    except AttributeError as error:
        raise _changed(f"the package itself ({error})") from None
    raw = json_of(download(url), url)
    if not isinstance(raw, list):
        raise _changed("the published data is not a list of providers")
    try:
        providers = package._providers_from_raw(raw)
    except Exception as error:
        raise _changed(f"the published data does not fit the installed version {version} ({type(error).__name__})") from None
    return GenaiPrices(pins, "genai-prices as published now", True, _by_id(providers))


def _by_id(providers: Iterable[Any]) -> dict[str, Any]:
    found = {provider.id: provider for provider in providers}
    if not found:
        raise _changed("no providers")
    return found


def _changed(what: str) -> SourceError:
    return layout_changed("genai-prices", what, "compare_genai.py")


@dataclass(frozen=True, eq=False)
class GenaiPrices(Source):
    """`providers` by id, as the package's own objects."""

    peer = "genai-prices"
    dated = True
    never = frozenset({"write_12h"})

    providers: dict[str, Any]

    def days(self, offer: Offer) -> Sequence[dt.date]:
        """The start days of its prices and variants."""
        found = self._find(offer)
        rows = [*_rows(found[0]), *(found[0].price_variants or ())] if found else []
        return sorted({start for row in rows if (start := _start(row)) is not None})

    def sheet(self, offer: Offer, on: dt.date, default_write: str) -> Sheet | None:
        """Its cells; a price without tiers holds for prompts of every length."""
        found = self._find(offer)
        if found is None:
            return None
        try:
            return _sheet(*found, on, default_write)
        except (AttributeError, TypeError, ValueError, KeyError, IndexError) as error:
            raise _changed(f"{offer.id} ({type(error).__name__}: {error})") from None

    def _find(self, offer: Offer) -> tuple[Any, bool] | None:
        """Their model, and whether it is the provider's own: the variants of a fallback provider's model do not count."""
        seller, names = self.pins.names(offer, self.peer, PeerName())
        provider = self.providers.get(seller)
        if provider is None:
            return None
        fallbacks = [self.providers[name] for name in provider.fallback_model_providers or () if name in self.providers]
        for owner in (provider, *fallbacks):
            for name in names:
                for model in owner.models:
                    if model.is_match(name):
                        return model, owner is provider
        return None


def _sheet(model: Any, own: bool, on: dt.date, default_write: str) -> Sheet:
    rows = _rows(model)
    hourly = [_standing(rows, on, hour) for hour in range(HOURS_PER_WEEK)]
    counts = [sum(other is row for other in hourly) for row in hourly]
    calm = counts.index(max(counts))
    usual = hourly[calm]
    cells = _cells(usual.prices, "standard", default_write)
    since = {"standard": _start(usual)}
    dear = [row.prices != usual.prices for row in hourly]
    if any(dear):
        at_peak = _cells(hourly[dear.index(True)].prices, "standard", default_write)
        cells |= {cell._replace(band="peak"): usd for cell, usd in at_peak.items() if cell.band == "base"}
        cells[HOURS] = hours_in_words(dear)
    for service in SERVICES[1:] if own else ():
        for context in CONTEXTS[service]:
            active = [row for row in model.price_variants or () if row.when == context and _active(row, on, 0)]
            if any(_has_prices(row.prices) for row in active):
                moment = dt.datetime.combine(on, dt.time(calm % 24), dt.UTC)
                cells |= _cells(model.get_prices(moment, context), service, default_write)
                since[service] = max((start for row in active if (start := _start(row))), default=None)
    return Sheet(cells, since, borrowed=not own)


@dataclass(frozen=True)
class _Plain:
    """Prices without conditions, in the shape of a conditional row."""

    prices: Any
    constraint: Any = None


def _rows(model: Any) -> list[Any]:
    rows = model.prices if isinstance(model.prices, list) else [_Plain(model.prices)]
    if not rows:
        raise _changed(f"{model.id} has no prices")
    return list(rows)


def _start(row: Any) -> dt.date | None:
    start = getattr(row.constraint, "start_date", None)
    return start if isinstance(start, dt.date) else None


def _active(row: Any, on: dt.date, hour: int) -> bool:
    """A day's constraint is held against `on`, any other against that hour of the week (0 = Monday 00 UTC) around it."""
    if row.constraint is None:
        return True
    day = on if _start(row) is not None else on + dt.timedelta(days=hour // 24 + 1 - on.isoweekday())
    return bool(row.constraint.active(dt.datetime.combine(day, dt.time(hour % 24), dt.UTC)))


def _standing(rows: list[Any], on: dt.date, hour: int) -> Any:
    # The last row that holds wins, and the first one where none does.
    return next((row for row in reversed(rows) if _active(row, on, hour)), rows[0])


def _has_prices(prices: Any) -> bool:
    return any(getattr(prices, key) is not None for key in KEYS.values())


def _cells(prices: Any, service: str, default_write: str) -> dict[Cell, Value]:
    """Base and long prices; two meters with different thresholds make a threshold in words, which agrees with no number."""
    cells: dict[Cell, Value] = {}
    starts: set[int] = set()
    for meter, key in KEYS.items():
        price = getattr(prices, key)
        if price is None:
            continue
        tiers = list(getattr(price, "tiers", ()))
        starts |= {tier.start for tier in tiers}
        named = default_write if meter == "write" else meter
        cells[Cell(service, "base", named)] = _usd(getattr(price, "base", price))
        cells[Cell(service, "long", named)] = _usd(tiers[0].price if tiers else getattr(price, "base", price))
    if starts and service == "standard":
        cells[THRESHOLD] = float(*starts) if len(starts) == 1 else " and ".join(str(start) for start in sorted(starts))
    return cells


def _usd(price: Any) -> float:
    if not isinstance(price, Decimal) or not price.is_finite() or not 0 <= price <= 10_000:
        raise ValueError(f"{str(price)[:40]} is no price in USD per million tokens")
    return float(price)
