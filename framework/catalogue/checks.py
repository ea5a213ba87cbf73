"""What no record can see by itself: ids that clash or lead nowhere, prices out of order, services that contradict each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from framework.catalogue.figures import seen_day
from framework.catalogue.gateways import GatewaysFile
from framework.catalogue.promotions import fault, is_promotion
from framework.catalogue.records import (
    SERVICES,
    LatencyDefaultsFile,
    LatencyFile,
    ModelsFile,
    Offer,
    Price,
    ProviderFile,
    RateLimit,
    ServicePrices,
)
from framework.catalogue.validate import Parsed
from framework.documents import Path, shown
from framework.explain import suggestion

Problem = tuple[Path, str]
AnyParsed = Parsed[ModelsFile] | Parsed[ProviderFile] | Parsed[LatencyFile] | Parsed[LatencyDefaultsFile] | Parsed[GatewaysFile]


@dataclass
class Names:
    """What has been named so far, and where: `taken[kind][name]` is `file:line`, `of[kind][alias]` the id it stands for."""

    taken: dict[str, dict[str, str]] = field(default_factory=dict)
    stands_for: dict[str, str] = field(default_factory=dict)

    def take(self, kind: str, name: str, at: tuple[Parsed[ModelsFile] | Parsed[ProviderFile], Path]) -> Iterator[Problem]:
        """Note a name; a problem if somebody has it already."""
        parsed, path = at
        taken = self.taken.setdefault(kind, {})
        if name in taken:
            yield path, f"{shown(name)} is taken by the {kind} on {taken[name]}; give each its own name or delete one"
        else:
            taken[name] = f"{parsed.document.name}:{parsed.document.line(path)}"


def check_days(parsed: AnyParsed) -> Iterator[Problem]:
    """Every `seen` and `measured` is a day of the calendar; what follows relies on it."""
    readings: list[tuple[Path, str | None]] = [(("sources", key, "seen"), source.seen) for key, source in parsed.record.sources.items()]
    if isinstance(parsed.record, LatencyFile):
        for i, profile in enumerate(parsed.record.profiles):
            readings.append((("profiles", i, "measured"), profile.measured))
            if profile.length_fit:
                readings.append((("profiles", i, "length_fit", "measured"), profile.length_fit.measured))
    for path, seen in readings:
        try:
            seen_day(seen)
        except ValueError:
            yield path, f"{seen} is not a day of the calendar; correct it"


def check_models(parsed: Parsed[ModelsFile], names: Names) -> Iterator[Problem]:
    """Ids and aliases of models are one set of names, over all files."""
    if parsed.record.vendor != parsed.stem:
        yield ("vendor",), f"{shown(parsed.record.vendor)} is not the file's name; call the file {parsed.record.vendor}.yaml"
    for i, model in enumerate(parsed.record.models):
        yield from names.take("model", model.id, (parsed, ("models", i, "id")))
        for k, alias in enumerate(model.aliases):
            yield from names.take("model", alias, (parsed, ("models", i, "aliases", k)))
            names.stands_for[alias] = model.id


def check_provider(parsed: Parsed[ProviderFile], names: Names, own_profiles: set[str]) -> Iterator[Problem]:
    """Tiers, pools and offers of one provider; `own_profiles` are the models that its latency file has readings of."""
    record = parsed.record
    if record.provider != parsed.stem:
        yield ("provider",), f"{shown(record.provider)} is not the file's name; call the file {record.provider}.yaml"
    yield from _check_tiers(parsed)
    yield from _check_pools(parsed)
    pools = {pool.id for pool in record.pools}
    for i, offer in enumerate(record.offers):
        yield from _check_offer(parsed, i, names)
        if offer.pool is not None and offer.pool not in pools:
            yield ("offers", i, "pool"), unknown("pool", offer.pool, pools)
        if offer.latency_model is not None and offer.latency_model not in own_profiles:
            yield ("offers", i, "latency_model"), unknown("latency profile of this provider", offer.latency_model, own_profiles)
        yield from _check_prices(offer, ("offers", i, "prices"))


def unknown(kind: str, name: str, known: Iterable[str]) -> str:
    """A name that leads nowhere, with the closest that does."""
    return f"no such {kind} {shown(name)}{suggestion(name, known) or '; add it or correct the name'}"


def _check_tiers(parsed: Parsed[ProviderFile]) -> Iterator[Problem]:
    names, record = Names(), parsed.record
    for i, tier in enumerate(record.tiers):
        yield from names.take("tier", tier.id, (parsed, ("tiers", i, "id")))
        if tier.uncapped and tier.monthly_cap_usd is not None:
            yield ("tiers", i, "uncapped"), "a tier with monthly_cap_usd is not uncapped; keep one of the two"
    known = [tier.id for tier in record.tiers]
    if record.default_tier is not None and record.default_tier not in known:
        yield ("default_tier",), unknown("tier", record.default_tier, known)


def _check_pools(parsed: Parsed[ProviderFile]) -> Iterator[Problem]:
    names, known = Names(), [tier.id for tier in parsed.record.tiers]
    for i, pool in enumerate(parsed.record.pools):
        yield from names.take("pool", pool.id, (parsed, ("pools", i, "id")))
        yield from _check_limits(parsed, pool.limits, ("pools", i, "limits"), known)
        if pool.long is not None:
            yield from _check_limits(parsed, pool.long.limits, ("pools", i, "long", "limits"), known)


def _check_limits(parsed: Parsed[ProviderFile], limits: Sequence[RateLimit], path: Path, known: list[str]) -> Iterator[Problem]:
    tiers = Names()
    for k, limit in enumerate(limits):
        at: Path = (*path, k, "tier")
        yield from tiers.take("limit of this pool", limit.tier, (parsed, at))
        if limit.tier not in known:
            yield at, unknown("tier", limit.tier, known)


def _check_offer(parsed: Parsed[ProviderFile], i: int, names: Names) -> Iterator[Problem]:
    offer, provider = parsed.record.offers[i], parsed.record.provider
    yield from names.take("offer", offer.id, (parsed, ("offers", i, "id")))
    if not offer.id.startswith(f"{provider}/"):
        yield ("offers", i, "id"), f"{shown(offer.id)} must start with {provider}/ ; correct it"
    for k, alias in enumerate(offer.aliases):
        yield from names.take("offer", alias, (parsed, ("offers", i, "aliases", k)))
    models = names.taken.get("model", {})
    if offer.model in names.stands_for:
        yield ("offers", i, "model"), f"{shown(offer.model)} is an alias; write {names.stands_for[offer.model]}"
    elif offer.model not in models:
        yield ("offers", i, "model"), unknown("model", offer.model, models)


def _check_prices(offer: Offer, at: Path) -> Iterator[Problem]:
    before: dt.date | None = None
    for k, price in enumerate(offer.prices):
        here = (*at, k)
        if price.effective is None and k > 0:
            yield (*here, "effective"), "only the first price may have no date; date this one, or move it to the front"
        if price.effective is not None and before is not None and price.effective <= before:
            yield (*here, "effective"), f"{price.effective} does not come after {before}; sort the prices by date, one entry per day"
        before = price.effective or before
        read = max((day for source in price.source if (day := seen_day(source.seen, last=True))), default=None)
        planned = k > 0 and is_promotion(offer.prices[k - 1])  # the end of a promotion was part of it
        if price.effective and read and price.effective > read and not price.revocable and not planned:
            yield (*here, "revocable"), f"a price from {price.effective} that was read on {read} is an announcement; write revocable: true"
        if why := fault(price, offer.prices[k + 1] if k + 1 < len(offer.prices) else None):
            yield (*here, "note"), why
        yield from _check_services(price, here)
        yield from _check_peak(price, here)


def _check_services(price: Price, at: Path) -> Iterator[Problem]:
    services: list[tuple[Path, ServicePrices]] = [(at, price)]
    services += [((*at, name), getattr(price, name)) for name in SERVICES[1:] if getattr(price, name) is not None]
    cliffs = [(path, sold.long_context) for path, sold in services if sold.long_context is not None]
    for path, cliff in cliffs:
        if cliff.threshold_tokens == 0:
            yield (*path, "long_context", "threshold_tokens"), "must be more than 0; give the length above which a prompt is long"
        if (cliff.threshold_tokens, cliff.inclusive) != (cliffs[0][1].threshold_tokens, cliffs[0][1].inclusive):
            yield (*path, "long_context"), "differs in its threshold from the other services; an offer has one threshold"
    for path, sold in services:
        if sold.long_context_excluded and (sold.long_context or not cliffs):
            why = "has long_context prices of its own" if sold.long_context else "no service gives the threshold in long_context"
            yield (*path, "long_context_excluded"), f"cannot be true: {why}; correct one of the two"


def _check_peak(price: Price, at: Path) -> Iterator[Problem]:
    peak = price.peak
    if peak and not all(0 <= start < end <= 24 for start, end in peak.hours_utc):
        yield (*at, "peak", "hours_utc"), "each pair must be start < end within 0..24; split hours that pass midnight in two"
    if peak and not all(1 <= day <= 7 for day in peak.weekdays):
        yield (*at, "peak", "weekdays"), "must be ISO weekdays, 1 (Monday) to 7"


def check_latency(parsed: Parsed[LatencyFile], names: Names, offers: Iterable[Offer] | None) -> Iterator[Problem]:
    """Readings belong to a known provider and to models that it sells; `offers` None = no such provider."""
    if parsed.record.provider != parsed.stem:
        yield ("provider",), f"{shown(parsed.record.provider)} is not the file's name; call the file {parsed.record.provider}.yaml"
    if offers is None:
        yield ("provider",), f"no such provider {shown(parsed.record.provider)}; add providers/{parsed.stem}.yaml or correct the name"
    named = {offer.latency_model for offer in offers or ()}
    for i, profile in enumerate(parsed.record.profiles):
        if profile.model in names.stands_for:
            yield ("profiles", i, "model"), f"{shown(profile.model)} is an alias; write {names.stands_for[profile.model]}"
        elif profile.model not in names.taken.get("model", {}) and profile.model not in named:
            yield ("profiles", i, "model"), unknown("model", profile.model, names.taken.get("model", {}))


def check_defaults(parsed: Parsed[LatencyDefaultsFile]) -> Iterator[Problem]:
    """The shapes and the speed spread must have the entry that every other vendor falls back to."""
    for key in ("fast/ALL", "reasoning/ALL"):
        if key not in parsed.record.shapes:
            yield ("shapes",), f"{key} is missing; add it"
    if "ALL" not in parsed.record.tps_log_sigma:
        yield ("tps_log_sigma",), "ALL is missing; add it"
