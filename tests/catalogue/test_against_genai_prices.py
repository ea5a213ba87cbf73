"""Every offer that genai-prices knows, cell by cell: services, token classes, both sides of every threshold, today and at each change.

Where genai-prices is known to be wrong the cell is pinned with the value it had, so that a correction there shows up here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pytest
from genai_prices import Usage, data
from genai_prices.types import ModelInfo, Provider, StartDateConstraint

from framework.catalogue.load import load_catalogue
from framework.catalogue.records import Offer, Price
from framework.catalogue.request_price import Request, request_usd
from framework.errors import NotSold

TODAY = dt.date(2026, 11, 23)
PROVIDERS = {provider.id: provider for provider in data.providers}
THEIR_PROVIDER = {"xai": "x-ai", "bedrock": "aws", "vertex": "google"}
PREFIXES = {"bedrock": ("global.anthropic.", "global.openai."), "groq": ("openai/", "qwen/")}
SERVICES = {"standard": (None,), "batch": ({"processing": "batch"},), "flex": ({"service_tier": "flex"},)}
CLASSES = ("input", "cache_read", "cache_write_5m", "cache_write_1h", "output")
THEIR_KEY = {
    "input": "input_mtok",
    "cache_read": "cache_read_mtok",
    "cache_write_5m": "cache_write_mtok",
    "cache_write_1h": "cache_write_1h_mtok",
    "output": "output_mtok",
}


@dataclass(frozen=True)
class Pin:
    """Cells in which genai-prices is wrong: USD per million tokens that it had, by class."""

    offer: str
    service: str
    reason: str
    had: dict[str, float]
    since: dt.date = TODAY
    long_only: bool = False


FAST_IS_SHORT = "fast mode takes no long prompts on 5.4 and 5.5; the flat variant merely hides the tier"
PINS = (
    Pin("openai/gpt-5.4", "priority", FAST_IS_SHORT, {"input": 5, "cache_read": 0.5, "output": 30}, long_only=True),
    Pin("openai/gpt-5.5", "priority", FAST_IS_SHORT, {"input": 12.5, "cache_read": 1.25, "output": 75}, long_only=True),
    Pin(
        "anthropic/claude-opus-4-8",
        "priority",
        "Anthropic removes fast mode from Opus 4.8 on 2026-11-30; genai-prices says so in a comment and does not model it",
        {"input": 10, "cache_read": 1, "cache_write_5m": 12.5, "cache_write_1h": 20, "output": 50},
        since=dt.date(2026, 11, 30),
    ),
)
# genai-prices knows the hours of DeepSeek's peak and not its weekdays (pydantic/genai-prices#582): the input price it has on a Saturday.
SATURDAY_PEAK = {"deepseek/deepseek-flash": 0.3, "deepseek/deepseek-v4-flash": 0.3, "deepseek/deepseek-v4-pro": 1.32}


@cache
def _theirs(offer_id: str, names: tuple[str, ...]) -> tuple[Provider, ModelInfo] | None:
    """Their provider and model; the `ModelInfo` itself is kept, because many of its ids do not resolve by themselves."""
    provider = PROVIDERS[THEIR_PROVIDER.get(offer_id.partition("/")[0], offer_id.partition("/")[0])]
    others = [PROVIDERS[name] for name in provider.fallback_model_providers or ()]
    for seller in (provider, *others):
        for name in names:
            found = next((model for model in seller.models if model.is_match(name)), None)
            if found is not None:
                return provider, found
    return None


def _known(offer: Offer) -> tuple[Provider, ModelInfo] | None:
    seller, _, name = offer.id.partition("/")
    dated = ("", "-20251001-v1:0") if seller == "bedrock" else ("",)
    return _theirs(offer.id, tuple(prefix + name + suffix for suffix in dated for prefix in PREFIXES.get(seller, ("",))))


OFFERS = {offer.id: offer for offer in load_catalogue().offers}
COMMON = [offer for offer in OFFERS if _known(OFFERS[offer])]


def _days(offer: Offer, model: ModelInfo) -> list[dt.date]:
    """Today, and each later change of ours or theirs with the day before it."""
    changes = {price.effective for price in offer.prices if price.effective}
    for row in (*(model.prices if isinstance(model.prices, list) else ()), *(model.price_variants or ())):
        if isinstance(row.constraint, StartDateConstraint):
            changes.add(row.constraint.start_date)
    later = {day for change in changes if change > TODAY for day in (change - dt.timedelta(days=1), change)}
    return sorted({TODAY, *later})


def _contexts(provider: Provider, model: ModelInfo, when: dt.datetime) -> Iterator[tuple[str, dict[str, str] | None]]:
    """The services that genai-prices has prices for at that moment; it ignores the variants of a fallback provider's model."""
    fast = {"speed": "fast"} if provider.id == "anthropic" else {"service_tier": "priority"}
    for service, contexts in {**SERVICES, "priority": (fast,)}.items():
        context = contexts[0]
        active = [
            variant
            for variant in model.price_variants or ()
            if variant.when == context and variant.prices._comparable_values()
            if variant.constraint is None or variant.constraint.active(when)
        ]
        if context is None or (active and model in provider.models):
            yield service, context


def _requests(price: Price, service: str, at: str) -> Iterator[tuple[str, bool, Request, dict[str, int]]]:
    """Prompts on both sides of the threshold, wholly of one class; `(class, is long, our request, their usage)`."""
    cliff = next((sold.long_context for sold in (price, price.batch, price.flex, price.priority) if sold and sold.long_context), None)
    last_short = cliff.threshold_tokens - cliff.inclusive if cliff else 200_000
    for tokens in (1_000, last_short, last_short + 1):
        is_long = cliff is not None and tokens > last_short
        for name in CLASSES:
            kind, lifetime = ("cache_write", name[12:]) if name.startswith("cache_write_") else (name, None)
            if kind == "cache_write" and not (price.cache_write_mtok and lifetime in price.cache_write_mtok):
                if lifetime == "1h":
                    continue
                lifetime = None
            counts = {"input": tokens, "output": 777} if name == "output" else {"input": 0, "output": 0, kind: tokens}
            usage = {"input_tokens": tokens, "output_tokens": counts["output"]}
            if kind.startswith("cache"):
                usage[f"{kind}_tokens"] = tokens
            if name == "cache_write_1h":
                usage["cache_write_1h_tokens"] = tokens
            yield name, is_long, Request(service=service, lifetime=lifetime, at=at, **counts), usage


def _pinned(offer: str, service: str, day: dt.date, is_long: bool) -> Pin | None:
    return next(
        (pin for pin in PINS if (pin.offer, pin.service) == (offer, service) and day >= pin.since and (is_long or not pin.long_only)), None
    )


def _cells(offer: Offer) -> Iterator[tuple[str, Pin | None, float | None, float]]:
    """`(where, pin, our USD or None, their USD)` for every cell whose price genai-prices has."""
    provider, model = _known(offer) or pytest.fail(f"{offer.id} is not in genai-prices")
    for day in _days(offer, model):
        for hour in (2, 12):
            when = dt.datetime(day.year, day.month, day.day, hour, tzinfo=dt.UTC)
            price = price_on(offer, day)
            for service, context in _contexts(provider, model, when):
                standing = model.get_prices(when, context)
                for name, is_long, request, usage in _requests(price, service, f"{hour:02d}:00"):
                    if getattr(standing, THEIR_KEY[name]) is None and name != "cache_write_5m":
                        continue
                    theirs = model.calc_price(Usage(**usage), provider, genai_request_timestamp=when, price_context=context)
                    where = f"{day} {hour:02d}:00 {service} {name} {request.prompt_tokens:g}"
                    try:
                        ours = request_usd(price, request, on=day).usd
                    except NotSold:
                        if getattr(standing, THEIR_KEY[name]) is None:
                            continue
                        ours = None
                    yield where, _pinned(offer.id, service, day, is_long), ours, float(theirs.total_price)


def price_on(offer: Offer, day: dt.date) -> Price:
    return [price for price in offer.prices if price.effective is None or price.effective <= day][-1]


@pytest.mark.parametrize("offer_id", COMMON)
def test_an_offer_costs_what_genai_prices_says(offer_id: str) -> None:
    cells = [(where, ours, theirs) for where, pin, ours, theirs in _cells(OFFERS[offer_id]) if pin is None]
    assert len(cells) >= 12
    differ = [(where, ours, theirs) for where, ours, theirs in cells if ours is None or abs(ours - theirs) > 1e-9 * theirs]
    assert not differ


def test_the_comparison_covers_the_whole_catalogue_but_for_a_few_offers() -> None:
    assert len(COMMON) >= 0.95 * len(OFFERS)
    assert {offer.partition("/")[0] for offer in COMMON} == {offer.partition("/")[0] for offer in OFFERS}


@pytest.mark.parametrize("pin", PINS, ids=lambda pin: f"{pin.offer} {pin.service}")
def test_a_pinned_cell_still_differs_and_genai_prices_still_has_the_pinned_value(pin: Pin) -> None:
    provider, model = _known(OFFERS[pin.offer]) or pytest.fail("gone from genai-prices")
    when = dt.datetime(pin.since.year, pin.since.month, pin.since.day, 12, tzinfo=dt.UTC)
    context = dict(_contexts(provider, model, when))[pin.service]
    standing = model.get_prices(when, context)
    assert {name: float(getattr(standing, THEIR_KEY[name])) for name in pin.had} == pin.had
    with pytest.raises(NotSold):
        tokens = 300_000 if pin.long_only else 1_000
        request_usd(price_on(OFFERS[pin.offer], pin.since), Request(input=tokens, output=1, service=pin.service), on=pin.since)


@pytest.mark.parametrize("offer_id", SATURDAY_PEAK)
def test_deepseek_has_no_peak_on_a_saturday_and_genai_prices_thinks_it_has(offer_id: str) -> None:
    saturday = dt.datetime(2026, 11, 28, 2, tzinfo=dt.UTC)
    provider, model = _known(OFFERS[offer_id]) or pytest.fail("gone from genai-prices")
    theirs = model.calc_price(Usage(input_tokens=1_000_000, output_tokens=0), provider, genai_request_timestamp=saturday).total_price
    price = price_on(OFFERS[offer_id], saturday.date())
    ours = request_usd(price, Request(input=1_000_000, output=0, at="02:00"), on=saturday.date())
    assert float(theirs) == pytest.approx(SATURDAY_PEAK[offer_id], rel=1e-12)
    assert ours.usd == pytest.approx(SATURDAY_PEAK[offer_id] / 2, rel=1e-12)
