"""Looking things up: ids and aliases, prices in force, digests, readings that have grown old."""

import datetime as dt
import shutil
from pathlib import Path

import pytest
import yaml

from framework.catalogue import Catalogue, load_catalogue
from framework.errors import NotSold, UnknownOffer

SMALL = Path(__file__).parent / "fixtures" / "small"
TODAY = dt.date(2026, 11, 23)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(SMALL)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(SMALL, tmp_path / "pricing")
    return tmp_path / "pricing"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("beta/bolt", "beta/bolt"),
        ("beta/bolt-2026-09-01", "beta/bolt"),
        ("gamma/alpha.sage-2-v1", "gamma/sage-2"),
        ("alpha/sage-2-latest", "alpha/sage-2"),
        ("gamma/sage-2-latest", "gamma/sage-2"),
    ],
)
def test_an_offer_is_found_by_id_alias_or_alias_of_its_model(catalogue: Catalogue, name: str, found: str) -> None:
    assert catalogue.offer(name).id == found


def test_an_unknown_offer_is_answered_with_the_three_closest(catalogue: Catalogue) -> None:
    with pytest.raises(UnknownOffer) as caught:
        catalogue.offer("beta/bold")
    message = str(caught.value)
    assert message.startswith("no offer 'beta/bold'; the closest are beta/bolt, beta/bolt-mini, ")
    assert message.count("/") == 4
    with pytest.raises(UnknownOffer, match="no offer 'xxx"):
        catalogue.offer("x" * 100_000)


def test_an_offer_knows_its_model_provider_pool_and_readings(catalogue: Catalogue) -> None:
    offer = catalogue.offer("alpha/sage-2")
    assert catalogue.model_of(offer).name == "Sage 2"
    assert catalogue.provider_of(offer).name == "Alpha API"
    pool = catalogue.pool_of(offer)
    assert pool is not None
    assert pool.id == "sage"
    assert [profile.effort for profile in catalogue.profiles_of(offer)] == ["high", "thinking off", "low"]
    elsewhere = catalogue.offer("gamma/sage-2")
    assert catalogue.pool_of(elsewhere) is None
    assert catalogue.profiles_of(elsewhere) == ()
    assert catalogue.provider_names == {"alpha": "Alpha API", "beta": "Beta Platform", "gamma": "Gamma Cloud"}


@pytest.mark.parametrize(
    ("day", "input_mtok"),
    [("2000-01-01", 5), ("2026-08-31", 5), ("2026-09-01", 2), ("2030-01-01", 2)],
)
def test_a_price_is_in_force_from_its_day_on(catalogue: Catalogue, day: str, input_mtok: float) -> None:
    assert catalogue.price_in_force(catalogue.offer("beta/bolt"), dt.date.fromisoformat(day)).input_mtok == input_mtok


def test_before_the_first_price_nothing_is_sold(catalogue: Catalogue) -> None:
    with pytest.raises(NotSold, match="alpha/sage-2 is not sold on 2026-04-30: its first known price is from 2026-05-01"):
        catalogue.price_in_force(catalogue.offer("alpha/sage-2"), dt.date(2026, 4, 30))


def test_the_next_change_is_the_first_announced_one(catalogue: Catalogue) -> None:
    offer = catalogue.offer("alpha/sage-2")
    change = catalogue.next_change(offer, TODAY)
    assert change is not None
    assert (change.effective, change.input_mtok, change.revocable) == (dt.date(2027, 1, 1), 2, True)
    assert catalogue.next_change(offer, dt.date(2027, 1, 1)) is None


def test_prices_are_as_of_the_newest_reading_of_a_price(catalogue: Catalogue, copy: Path) -> None:
    assert catalogue.prices_as_of == dt.date(2026, 11, 12)
    for name, old in (("alpha", "2026-11-10"), ("beta", "2026-11-12")):
        path = copy / "providers" / f"{name}.yaml"
        path.write_text(path.read_text().replace(f"seen: {old}", "seen: null"))
    # What is left is alpha's 2025-03 and gamma's 2026-08, which counts as its first day.
    assert load_catalogue(copy).prices_as_of == dt.date(2026, 8, 1)


def test_the_digest_does_not_see_form_or_order(copy: Path) -> None:
    before = load_catalogue(SMALL).digest
    for path in copy.rglob("*.yaml"):
        data = yaml.safe_load(path.read_text())
        for key in ("offers", "pools", "models", "gateways"):
            if key in data:
                data[key].reverse()
        path.write_text("# another hand\n" + yaml.safe_dump(data, sort_keys=True))
    after = load_catalogue(copy).digest
    assert after == before
    assert len(after) == 64
    assert int(after, 16)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("providers/beta.yaml", "input_mtok: 5\n", "input_mtok: 5.000001\n"),
        ("providers/beta.yaml", "tpm: 500000", "tpm: 500001"),
        ("providers/beta.yaml", "seen: 2026-11-12", "seen: 2026-11-13"),
        ("models/beta.yaml", "context_tokens: 1000000", "context_tokens: null"),
        ("latency/beta.yaml", "p50: 5", "p50: 6"),
        ("latency/defaults.yaml", "cap: 0.4", "cap: 0.5"),
        ("providers/alpha.yaml", "usd_per_1000: 14", "usd_per_1000: 15"),
        ("providers/beta.yaml", "usd_per_unit_hour: 3", "usd_per_unit_hour: null"),
        ("models/beta.yaml", "output_tokens: 9000", "output_tokens: 9001"),
        ("gateways.yaml", "fee_share: 0.05", "fee_share: 0.055"),
    ],
)
def test_the_digest_sees_every_figure(copy: Path, file: str, old: str, new: str) -> None:
    path = copy / file
    path.write_text(path.read_text().replace(old, new, 1))
    assert load_catalogue(copy).digest != load_catalogue(SMALL).digest


def test_every_group_of_figures_names_its_sources(catalogue: Catalogue) -> None:
    found = {group: [source.url for source in sources] for group, sources in catalogue.sources_of(catalogue.offer("alpha/sage-1")).items()}
    assert found == {
        "price": ["https://alpha.example/pricing-2025"],
        "limits": ["https://alpha.example/limits"],
        "window": ["https://alpha.example/models"],
        "latency": [],
        "class": ["https://alpha.example/models"],
        "features": ["https://alpha.example/models"],
        "retirement": ["https://alpha.example/models"],
        "tokenizer": ["https://alpha.example/tokens"],
        "enforcement": ["https://alpha.example/limits"],
        "failures": [],
        "overflow": [],
        "caching": ["https://alpha.example/pricing"],
        "tools": ["https://alpha.example/pricing-2025", "https://alpha.example/pricing"],
        "reasoning": [],
    }


def test_fees_of_other_models_and_the_reasoning_of_the_model_itself_are_told_apart(catalogue: Catalogue) -> None:
    found = catalogue.sources_of(catalogue.offer("gamma/sage-2"))
    assert (found["tools"], [source.url for source in found["reasoning"]]) == ((), ["https://alpha.example/tokens"])


def test_gateways_are_found_by_id_and_a_folder_without_the_file_has_none(catalogue: Catalogue, copy: Path) -> None:
    assert list(catalogue.gateways) == ["passage", "passage-own-keys"]
    assert (catalogue.gateways["passage"].fee_share, catalogue.gateways["passage"].minimum_usd) == (0.05, 0.5)
    assert catalogue.gateways["passage-own-keys"].free_requests_per_month == 1000
    (copy / "gateways.yaml").unlink()
    assert load_catalogue(copy).gateways == {}


def test_readings_grow_stale_after_sixty_days(catalogue: Catalogue) -> None:
    # alpha's prices were read on 2026-11-10: 60 days later is 2027-01-09, 61 days later 2027-01-10.
    def of_alpha(on: dt.date) -> list[str]:
        stale = catalogue.stale_figures(on)
        return [entry for group in stale if group.url == "https://alpha.example/pricing" for entry in group.entries]

    assert of_alpha(dt.date(2027, 1, 9)) == []
    assert of_alpha(dt.date(2027, 1, 10)) == ["web_search fee", "file_search fee", "alpha/sage-2 price"]
    assert catalogue.stale_figures(dt.date(2027, 1, 9), days=59) != catalogue.stale_figures(dt.date(2027, 1, 9))


def test_stale_figures_are_told_by_file_and_place_and_undated_ones_as_such(catalogue: Catalogue) -> None:
    told = [str(stale) for stale in catalogue.stale_figures(TODAY)]
    assert (
        "providers/gamma.yaml: gamma/reed price, gamma/sage-2 price: last read 2026-08, 114 days ago"
        " (https://gamma.example/pricing); read again and enter the new source"
    ) in told  # a month counts as its first day: 30 (August) + 30 + 31 + 23 = 114
    assert any(text.startswith("providers/gamma.yaml: enforcement: read on no known day") for text in told)
    assert any(text.startswith("models/gamma.yaml: reed window, reed tokenizer, reed class and 1 more: ") for text in told)
    assert not any("beta.example/pricing" in text for text in told)


def test_a_replaced_fee_needs_no_second_reading(catalogue: Catalogue) -> None:
    # alpha's searches: "old" stands behind the fee until the end of September and behind sage-1, which is not replaced.
    def of_old(on: dt.date) -> list[str]:
        stale = [group for group in catalogue.stale_figures(on) if group.url == "https://alpha.example/pricing-2025"]
        return [entry for group in stale for entry in group.entries]

    assert of_old(dt.date(2026, 9, 30)) == ["web_search fee", "web_search fee of sage-1", "alpha/sage-1 price"]
    assert of_old(dt.date(2026, 10, 1)) == ["web_search fee of sage-1", "alpha/sage-1 price"]


def test_a_replaced_price_needs_no_second_reading(catalogue: Catalogue, copy: Path) -> None:
    path = copy / "providers" / "beta.yaml"
    text = path.read_text()
    text = text.replace("  limits: {", "  ancient: {url: 'https://beta.example/2024', seen: 2024-01-01, kind: historic}\n  limits: {", 1)
    path.write_text(text.replace("        source: prices", "        source: ancient", 1))
    urls = {stale.url for stale in load_catalogue(copy).stale_figures(TODAY)}
    assert "https://beta.example/2024" not in urls
    assert "https://beta.example/2024" in {stale.url for stale in load_catalogue(copy).stale_figures(dt.date(2026, 8, 1))}


def test_columns_are_kept_per_day_and_question(catalogue: Catalogue) -> None:
    assert catalogue.columns(TODAY) is catalogue.columns(TODAY)
    assert catalogue.columns(TODAY) is not catalogue.columns(TODAY, effort="low")
    assert catalogue.columns(TODAY) is not catalogue.columns(TODAY, region="us")
    assert catalogue.columns(TODAY) is not catalogue.columns(TODAY + dt.timedelta(1))
