"""genai-prices as a source: its dates, hours, services and fallbacks, on small data of its own types."""

import datetime as dt
import json
from decimal import Decimal
from importlib import metadata

import pytest
from catalogue.price_lists import ON, SMALL
from genai_prices.types import (
    ClauseEquals,
    ConditionalPrice,
    ModelInfo,
    ModelPrice,
    PriceVariant,
    Provider,
    StartDateConstraint,
    Tier,
    TieredPrices,
    TimeOfDateConstraint,
)

from framework.catalogue import compare_genai
from framework.catalogue.compare_cells import HOURS, THRESHOLD, Cell, Sheet
from framework.catalogue.compare_genai import GenaiPrices, genai_source
from framework.catalogue.compare_pins import DeviationsFile, Pins
from framework.catalogue.load import load_catalogue
from framework.errors import SourceError

PINS = Pins(DeviationsFile(deviations=()), {}, {})
BOLT = load_catalogue(SMALL).offer("beta/bolt")
INPUT = Cell("standard", "base", "input")


def prices(usd: float, **more: object) -> ModelPrice:
    return ModelPrice(input_mtok=Decimal(str(usd)), output_mtok=Decimal(str(usd * 4)), **more)


def source(prices: object, variants: list[PriceVariant] | None = None, *, owner: str = "beta") -> GenaiPrices:
    model = ModelInfo(id="bolt", match=ClauseEquals("bolt"), prices=prices, price_variants=variants)
    providers = {name: Provider(id=name, name=name, api_pattern="", models=[]) for name in ("beta", "other")}
    providers["beta"].fallback_model_providers = ["other"]
    providers[owner].models.append(model)
    return GenaiPrices(PINS, "genai-prices", False, providers)


def sheet(found: GenaiPrices, on: dt.date = ON, default_write: str = "write_30m") -> Sheet:
    got = found.sheet(BOLT, on, default_write)
    assert got is not None
    return got


def test_a_price_without_tiers_holds_for_long_prompts_too() -> None:
    assert sheet(source(prices(2))).cells == {
        INPUT: 2,
        Cell("standard", "long", "input"): 2,
        Cell("standard", "base", "output"): 8,
        Cell("standard", "long", "output"): 8,
    }


def test_a_tier_is_the_long_price_and_its_start_the_threshold() -> None:
    tiered = TieredPrices(base=Decimal(2), tiers=[Tier(start=272_000, price=Decimal(4))])
    cells = sheet(source(ModelPrice(input_mtok=tiered, output_mtok=Decimal(10)))).cells
    assert (cells[INPUT], cells[Cell("standard", "long", "input")], cells[THRESHOLD]) == (2, 4, 272_000)
    assert cells[Cell("standard", "long", "output")] == 10


def test_a_write_without_a_lifetime_stands_for_the_shortest_that_we_sell() -> None:
    cells = sheet(source(prices(2, cache_write_mtok=Decimal("2.5"), cache_write_1h_mtok=Decimal(4)))).cells
    assert (cells[Cell("standard", "base", "write_30m")], cells[Cell("standard", "base", "write_1h")]) == (2.5, 4)


def test_a_dated_price_holds_from_its_day_and_says_so() -> None:
    rows = [ConditionalPrice(prices=prices(2)), ConditionalPrice(StartDateConstraint(dt.date(2026, 12, 1)), prices=prices(4))]
    found = source(rows)
    assert found.days(BOLT) == [dt.date(2026, 12, 1)]
    assert sheet(found, dt.date(2026, 11, 30)).cells[INPUT] == 2
    after = sheet(found, dt.date(2026, 12, 1))
    assert (after.cells[INPUT], after.since["standard"]) == (4, dt.date(2026, 12, 1))


def test_hours_become_a_peak_and_the_usual_hours_the_base() -> None:
    rows = [ConditionalPrice(prices=prices(1)), ConditionalPrice(TimeOfDateConstraint(dt.time(1), dt.time(4)), prices=prices(2))]
    cells = sheet(source(rows)).cells
    assert (cells[INPUT], cells[Cell("standard", "peak", "input")], cells[HOURS]) == (1, 2, "Mon-Sun 01-04")


def test_a_day_in_the_middle_of_the_week_is_no_peak() -> None:
    rows = [ConditionalPrice(prices=prices(1)), ConditionalPrice(StartDateConstraint(dt.date(2026, 11, 26)), prices=prices(2))]
    assert HOURS not in sheet(source(rows), dt.date(2026, 11, 26)).cells


def test_services_come_from_variants_that_have_begun() -> None:
    batch = PriceVariant(when={"processing": "batch"}, prices=prices(1), constraint=StartDateConstraint(dt.date(2026, 10, 14)))
    fast = PriceVariant(when={"speed": "fast"}, prices=prices(6))
    empty = PriceVariant(when={"service_tier": "flex"}, prices=ModelPrice())
    found = source(prices(2), [batch, fast, empty])
    services = {cell.service for cell in sheet(found).cells}
    assert services == {"standard", "batch", "priority"}
    assert sheet(found).since["batch"] == dt.date(2026, 10, 14)
    assert {cell.service for cell in sheet(found, dt.date(2026, 10, 1)).cells} == {"standard", "priority"}


def test_a_fallback_provider_gives_the_standard_price_only() -> None:
    fast = PriceVariant(when={"speed": "fast"}, prices=prices(6))
    found = sheet(source(prices(2), [fast], owner="other"))
    assert {cell.service for cell in found.cells} == {"standard"} and found.borrowed
    assert not sheet(source(prices(2), [fast])).borrowed


def test_an_offer_or_provider_they_do_not_know_is_none() -> None:
    catalogue = load_catalogue(SMALL)
    assert source(prices(2)).sheet(catalogue.offer("beta/bolt-mini"), ON, "write") is None
    assert source(prices(2)).sheet(catalogue.offer("gamma/reed"), ON, "write") is None


@pytest.mark.parametrize("wrong", [2.0, "2", Decimal("NaN"), Decimal(-1), Decimal(100_000)])
def test_a_price_of_another_kind_is_a_changed_layout(wrong: object) -> None:
    with pytest.raises(SourceError, match="the layout is not the one known"):
        sheet(source(ModelPrice(input_mtok=wrong, output_mtok=Decimal(1))))


@pytest.mark.parametrize("wrong", [[], [object()], None, {"input_mtok": 2}])
def test_prices_of_another_form_are_a_changed_layout(wrong: object) -> None:
    with pytest.raises(SourceError, match="the layout is not the one known"):
        sheet(source(wrong))


def test_the_installed_package_names_its_version() -> None:
    found = genai_source(PINS)
    assert found.title == f"genai-prices {metadata.version('genai-prices')}" and not found.fresh


def test_without_the_package_the_message_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(compare_genai, "import_module", absent)
    with pytest.raises(SourceError, match="pip install genai-prices"):
        genai_source(PINS)


def published(monkeypatch: pytest.MonkeyPatch, raw: bytes) -> GenaiPrices:
    monkeypatch.setattr(compare_genai, "download", lambda url: raw)
    return genai_source(PINS, update=True)


def test_published_data_is_read_and_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    model = {"id": "bolt", "match": {"equals": "bolt"}, "prices": {"input_mtok": 2, "output_mtok": 10}}
    raw = [{"id": "beta", "name": "Beta", "api_pattern": "beta", "models": [model]}]
    found = published(monkeypatch, json.dumps(raw).encode())
    assert found.fresh and sheet(found).cells[INPUT] == 2


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b"5", b'[{"id": "beta"}]', b'[{"id": 5, "models": "x"}]', b"<html>"])
def test_published_data_of_another_form_is_loud(monkeypatch: pytest.MonkeyPatch, raw: bytes) -> None:
    with pytest.raises(SourceError):
        published(monkeypatch, raw)
