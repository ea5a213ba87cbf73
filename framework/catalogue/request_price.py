"""What one request costs, from its token counts and one price entry; a meter that is not sold or not known is an error, never 0."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from framework.catalogue.records import LIFETIMES, SERVICES, LongContext, Meters, Price, ServicePrices
from framework.errors import FourAxesError, NotSold

CLASSES = ("input", "cache_read", "cache_write", "output")


@dataclass(frozen=True, kw_only=True)
class Request:
    """One API call: disjoint token classes in the model's own tokens (the whole prompt is `input + cache_read + cache_write`).

    `lifetime` None: the shortest sold; `region` None: the base price; `at` is `HH:MM` in UTC, None: outside the dear hours.
    """

    input: float
    output: float
    cache_read: float = 0
    cache_write: float = 0
    lifetime: str | None = None
    service: str = "standard"
    region: str | None = None
    at: str | None = None

    @property
    def prompt_tokens(self) -> float:
        """The whole prompt, which decides whether long-context prices apply."""
        return self.input + self.cache_read + self.cache_write


@dataclass(frozen=True)
class Priced:
    """USD of a request: `lines` by token class sum to `usd`; `notes` say what was assumed."""

    usd: float
    lines: dict[str, float]
    notes: tuple[str, ...] = ()


def request_usd(price: Price, request: Request, *, on: dt.date) -> Priced:
    """Price one request by the entry in force on `on`; the storage of explicit caches is not included.

    Raises `NotSold` for a service, lifetime, region or meter that the offer does not sell or whose price is not known, and
    `FourAxesError` for a request that makes no sense.
    """
    _check(request)
    sold = _service(price, request.service)
    meters, notes = _band(price, sold, request)
    at_peak, peak_note = _peak(price, request.at, on)
    factor = _region(price, request.region) * at_peak
    mtok = {
        "input": meters.input_mtok,
        "cache_read": meters.cache_read_mtok,
        "cache_write": _write_mtok(price, meters, request),
        "output": meters.output_mtok,
    }
    lines = {name: _line(name, getattr(request, name), mtok[name]) * factor / 1e6 for name in CLASSES}
    return Priced(sum(lines.values()), lines, (*notes, *peak_note, *_storage(price, request)))


def _check(request: Request) -> None:
    for name in CLASSES:
        if not 0 <= getattr(request, name) < float("inf"):
            raise FourAxesError(f"{name} must be a number of tokens from 0 on, not {getattr(request, name)}")
    if request.service not in SERVICES:
        raise FourAxesError(f"no such service {request.service[:40]!r}: choose {', '.join(SERVICES)}")
    if request.lifetime is not None and request.lifetime not in LIFETIMES:
        raise FourAxesError(f"no such cache lifetime {request.lifetime[:40]!r}: choose {', '.join(LIFETIMES)}")


def _line(name: str, tokens: float, mtok: float | None) -> float:
    if tokens and mtok is None:
        raise NotSold(f"price unknown: {name.replace('_', ' ')} tokens of this offer and service; leave them at 0 to price the rest")
    return tokens * (mtok or 0.0)


def _service(price: Price, name: str) -> ServicePrices:
    sold: ServicePrices | None = price if name == "standard" else getattr(price, name)
    if sold is None:
        offered = [service for service in SERVICES if service == "standard" or getattr(price, service) is not None]
        raise NotSold(f"no {name} service is sold; sold are: {', '.join(offered)}")
    return sold


def _cliff(price: Price) -> LongContext | None:
    services = (price, price.batch, price.flex, price.priority)
    return next((sold.long_context for sold in services if sold is not None and sold.long_context is not None), None)


def _band(price: Price, sold: ServicePrices, request: Request) -> tuple[Meters, tuple[str, ...]]:
    """Base or long-context prices; above the threshold they hold for every token of the request."""
    cliff, prompt = _cliff(price), request.prompt_tokens
    if cliff is None or not (prompt > cliff.threshold_tokens or (cliff.inclusive and prompt == cliff.threshold_tokens)):
        return sold, ()
    limit = f"{cliff.threshold_tokens:,} tokens"
    if sold.long_context_excluded:
        longer = f"of {limit} or more" if cliff.inclusive else f"above {limit}"
        raise NotSold(f"the {request.service} service takes no prompts {longer}; send them to another service")
    if sold.long_context is None:
        return sold, ()
    return sold.long_context, (f"the prompt is {'not below' if cliff.inclusive else 'above'} {limit}: long-context prices for every token",)


def _write_mtok(price: Price, meters: Meters, request: Request) -> float | None:
    """The write price at the lifetime asked for; where writes have no price of their own they cost what input costs."""
    lifetimes = [name for name in LIFETIMES if name in (price.cache_write_mtok or {})]
    if request.lifetime is not None and request.lifetime not in lifetimes:
        sold = ", ".join(lifetimes) or "none, leave the lifetime out"
        raise NotSold(f"no cache lifetime of {request.lifetime} is sold; sold are: {sold}")
    if meters.cache_write_mtok == {}:
        return meters.input_mtok
    lifetime = request.lifetime or next(iter(lifetimes), None)
    return next((mtok for name, mtok in (meters.cache_write_mtok or {}).items() if name == lifetime), None)


def _region(price: Price, region: str | None) -> float:
    if region is None:
        return 1.0
    if region not in price.region_multipliers:
        known = ", ".join(price.region_multipliers) or "none, leave the region out"
        raise NotSold(f"no price for region {region[:40]!r} is known; known are: {known}")
    return price.region_multipliers[region]


def _peak(price: Price, at: str | None, on: dt.date) -> tuple[float, tuple[str, ...]]:
    """The factor of that hour, and a note where the hour matters and was not given."""
    hour = _hour(at)
    peak = price.peak
    if peak is None or on.isoweekday() not in peak.weekdays or on in peak.off_days:
        return 1.0, ()
    if hour is None:
        hours = ", ".join(f"{start:02d}-{end:02d}" for start, end in peak.hours_utc)
        return 1.0, (f"off-peak price; between {hours} UTC it is {peak.multiplier:g} times as much (--at HH:MM)",)
    return (peak.multiplier if any(start <= hour < end for start, end in peak.hours_utc) else 1.0), ()


def _hour(at: str | None) -> int | None:
    if at is None:
        return None
    try:
        return dt.datetime.strptime(at, "%H:%M").hour
    except ValueError:
        raise FourAxesError(f"at must be a time of day in UTC such as 14:30, not {at[:40]!r}") from None


def _storage(price: Price, request: Request) -> tuple[str, ...]:
    if not price.storage_mtok_hour or not (request.cache_read or request.cache_write):
        return ()
    return (f"storage of an explicit cache, ${price.storage_mtok_hour:g} per million tokens and hour, is not included",)
