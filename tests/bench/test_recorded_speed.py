"""Recorded usage at every offer against genai-prices' `calc_price`, in one run and process: first that the two agree, then how fast.

CPU time and ratios, because machines differ. genai-prices' `input_tokens` includes cached and written tokens, ours are disjoint.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from bench.timing import best_s, peer_s_per_request
from genai_prices import Usage

from framework.catalogue.compare_cells import Cell
from framework.catalogue.compare_genai import CONTEXTS, GenaiPrices, genai_source
from framework.catalogue.compare_pins import PeerName, Pins, load_pins
from framework.catalogue.files import pricing_directory
from framework.catalogue.load import load_catalogue
from framework.catalogue.records import SERVICES
from framework.recorded.sheets import price_sheets
from framework.recorded.table import empty_table, usd_table
from framework.recorded.totals import totals
from framework.recorded.usage import USAGE_METERS, RecordedUsage, recorded_usage

ON = dt.date(2026, 11, 23)
CATALOGUE = load_catalogue()
COLUMNS = CATALOGUE.columns(ON)
USAGES, OFFERS_PER_USAGE, DAYS = 10_000, 3, 60
pytestmark = pytest.mark.bench


def usages(rows: int, *, mixed: bool = True) -> RecordedUsage:
    """Prompts on both sides of every cliff, a quarter at or beside one; a fifth write to the cache; `mixed`: services and hours."""
    rng = np.random.default_rng(1)
    prompt = np.maximum(10, rng.lognormal(11, 1.2, rows)).astype(np.int64)
    at_cliff = rng.random(rows) < 0.25
    prompt[at_cliff] = rng.choice((100_000, 200_000, 272_000), at_cliff.sum()) + rng.integers(-1, 2, at_cliff.sum())
    read = (prompt * rng.random(rows) * 0.8 * (rng.random(rows) < 0.5)).astype(np.int64)
    written = ((prompt - read) * 0.5 * (rng.random(rows) < 0.2)).astype(np.int64)
    an_hour = rng.random(rows) < 0.3
    noon = dt.datetime(ON.year, ON.month, ON.day, tzinfo=dt.UTC).timestamp()
    return recorded_usage(
        {
            "input": prompt - read - written,
            "cache_read": read,
            "write": np.where(an_hour, 0, written),
            "write_1h": np.where(an_hour, written, 0) * mixed,
            "output": rng.integers(1, 5_000, rows),
        },
        service=rng.choice(SERVICES, rows, p=(0.4, 0.2, 0.2, 0.2)).tolist() if mixed else None,
        at_s=np.sort(noon + rng.random(rows) * 86_400 * DAYS).round() if mixed else None,
    )


@dataclass(frozen=True)
class Peer:
    """genai-prices' own objects for the offers of the catalogue; its `ModelInfo` is kept, because many ids do not resolve by themselves."""

    source: GenaiPrices
    pins: Pins

    def model_of(self, offer: str) -> tuple[Any, Any, bool] | None:
        known = CATALOGUE.offer(offer)
        found = self.source._find(known)
        return None if found is None else (self.source.providers[self.source.pins.names(known, "genai-prices", PeerName())[0]], *found)

    def pinned(self, offer: str, service: str, band: str) -> bool:
        return any(("genai-prices", offer, Cell(service, band, meter)) in self.pins.known for meter in ("input", "hours"))


@dataclass(frozen=True)
class Case:
    """One usage at one offer: where, our USD, theirs, and the pin that explains a difference."""

    offer: str
    service: str
    ours: float
    theirs: float
    pinned: bool


def _peer() -> Peer:
    pins = load_pins(pricing_directory())
    return Peer(genai_source(pins), pins)


def _contexts(model: Any, own: bool, service: str, when: dt.datetime) -> dict[str, str] | bool | None:
    """The context under which genai-prices prices that service at that moment, False where it does not model it."""
    if service == "standard":
        return None
    for context in CONTEXTS[service] if own else ():
        for variant in model.price_variants or ():
            if (
                variant.when == context
                and variant.prices._comparable_values()
                and (not variant.constraint or variant.constraint.active(when))
            ):
                return context
    return False


def _usage(tokens: dict[str, float], standing: Any) -> tuple[dict[str, int], bool]:
    """Their inclusive counts, and whether they have a price for all that was used."""
    written = tokens["write"] + tokens["write_1h"]
    counts = {
        "input_tokens": tokens["input"] + tokens["cache_read"] + written,
        "output_tokens": tokens["output"],
        "cache_read_tokens": tokens["cache_read"],
        "cache_write_tokens": written,
        "cache_write_1h_tokens": tokens["write_1h"],
    }
    keys = {
        "cache_read_tokens": "cache_read_mtok",
        "cache_write_tokens": "cache_write_mtok",
        "cache_write_1h_tokens": "cache_write_1h_mtok",
    }
    known = all(getattr(standing, key) is not None or not counts[name] for name, key in keys.items())
    return {name: int(count) for name, count in counts.items() if count}, known


def cases() -> Iterator[Case]:
    """Each usage at a few offers in turn, in its service if both model it there, else in the standard one."""
    peer, usage, ids = _peer(), usages(USAGES), COLUMNS.ids
    common = [(at, offer, found) for at, offer in enumerate(ids) if (found := peer.model_of(offer))]
    plain = RecordedUsage(**{**vars(usage), "service": np.zeros(USAGES, dtype=np.int64)})
    ours = {True: usd_table(usage, price_sheets(usage, CATALOGUE, ON)), False: usd_table(plain, price_sheets(plain, CATALOGUE, ON))}
    for row in range(USAGES):
        when = dt.datetime.fromtimestamp(usage.at_s[row], dt.UTC)
        tokens = dict(zip(USAGE_METERS, usage.tokens[:, row].tolist(), strict=True))
        for turn in range(OFFERS_PER_USAGE):
            at, offer, (provider, model, own) = common[(row * OFFERS_PER_USAGE + turn) % len(common)]
            service = SERVICES[usage.service[row]]
            context = _contexts(model, own, service, when)
            as_told = context is not False
            service, context = (service, context) if as_told else ("standard", None)
            counts, known = _usage(tokens, model.get_prices(when, context))
            if known:
                theirs = model.calc_price(Usage(**counts), provider, genai_request_timestamp=when, price_context=context).total_price
                yield Case(offer, service, float(ours[as_told][row, at]), float(theirs), _pinned(peer, offer, service, tokens, when))


def _pinned(peer: Peer, offer: str, service: str, tokens: dict[str, float], when: dt.datetime) -> bool:
    """A pin of deviations.yaml covers the case: fast mode that is not sold (any more, or for long prompts), or a peak at the weekend."""
    prompt = sum(tokens[name] for name in USAGE_METERS[:-1])
    band = "long" if prompt > COLUMNS.price.threshold_tokens[COLUMNS.index(offer)] else "base"
    weekend_peak = when.isoweekday() > 5 and when.hour in (1, 2, 3, 6, 7, 8, 9)
    return peer.pinned(offer, service, band) or (weekend_peak and peer.pinned(offer, "standard", "peak"))


@pytest.fixture(scope="module")
def compared() -> list[Case]:
    return list(cases())


def differ(case: Case) -> bool:
    return not abs(case.ours - case.theirs) <= 1e-9 * case.theirs


def test_ten_thousand_usages_cost_what_genai_prices_says_at_every_offer_both_know(compared: list[Case]) -> None:
    assert [case for case in compared if differ(case) and not case.pinned] == []


def test_the_comparison_covers_offers_services_and_both_sides_of_the_cliffs(compared: list[Case]) -> None:
    per_offer = Counter(case.offer for case in compared)
    assert len(per_offer) >= 0.95 * len(COLUMNS)
    assert min(per_offer.values()) >= 80
    assert {service: count >= 500 for service, count in Counter(case.service for case in compared).items()} == dict.fromkeys(SERVICES, True)


def test_what_is_pinned_differs_still_and_is_named(compared: list[Case]) -> None:
    found = Counter((case.offer, case.service) for case in compared if case.pinned and differ(case))
    assert set(found) == {
        ("anthropic/claude-opus-4-8", "priority"),
        ("openai/gpt-5.4", "priority"),
        ("openai/gpt-5.5", "priority"),
        ("deepseek/deepseek-flash", "standard"),
        ("deepseek/deepseek-v4-flash", "standard"),
        ("deepseek/deepseek-v4-pro", "standard"),
    }
    assert sum(case.pinned for case in compared) < 0.02 * len(compared)


def test_a_table_of_a_hundred_thousand_requests_is_filled_twenty_thousand_times_as_fast(benchmark) -> None:
    usage = usages(100_000, mixed=False)
    sheets, table = price_sheets(usage, CATALOGUE, ON), empty_table(100_000, len(COLUMNS))
    benchmark.pedantic(usd_table, args=(usage, sheets, table), rounds=3, warmup_rounds=1)
    spent, filling, theirs = best_s(lambda: usd_table(usage, sheets, table), 9), best_s(lambda: table.fill(1.0), 9), peer_s_per_request(ON)
    ratio = theirs * table.size / spent
    benchmark.extra_info.update(ratio=round(ratio), prices_per_s=round(table.size / spent), times_mere_filling=round(spent / filling, 1))
    assert ratio >= 20_000
    assert spent <= 15 * filling


def test_with_services_days_and_hours_mixed_and_the_sheets_made_anew_it_is_still_thousands_of_times_as_fast(benchmark) -> None:
    usage, table = usages(100_000), empty_table(100_000, len(COLUMNS))

    def priced() -> object:
        return usd_table(usage, price_sheets(usage, CATALOGUE, ON), table)

    benchmark.pedantic(priced, rounds=3, warmup_rounds=1)
    ratio = peer_s_per_request(ON) * table.size / best_s(priced, 5)
    benchmark.extra_info.update(ratio=round(ratio))
    assert ratio >= 3_000


def test_the_bill_of_a_log_takes_less_time_than_its_table(benchmark) -> None:
    usage = usages(100_000, mixed=False)
    sheets, table = price_sheets(usage, CATALOGUE, ON), empty_table(100_000, len(COLUMNS))
    benchmark.pedantic(totals, args=(usage, sheets), rounds=3)
    assert best_s(lambda: totals(usage, sheets), 7) < best_s(lambda: usd_table(usage, sheets, table), 7)


def test_the_table_grows_in_proportion_to_the_requests(benchmark) -> None:
    def spent(rows: int) -> float:
        usage = usages(rows, mixed=False)
        sheets, table = price_sheets(usage, CATALOGUE, ON), empty_table(rows, len(COLUMNS))
        return best_s(lambda: usd_table(usage, sheets, table), 7)

    ratio = benchmark.pedantic(lambda: spent(160_000) / spent(20_000), rounds=1)
    assert ratio <= 8**1.2
