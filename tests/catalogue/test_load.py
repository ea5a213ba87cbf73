"""Loading `pricing/`: what is right loads, what is wrong is named with file, line, entry, key and cure."""

import os
import random
import shutil
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from framework.catalogue import Catalogue, load_catalogue
from framework.catalogue.files import pricing_directory
from framework.catalogue.schema import schema_text
from framework.errors import CatalogueError, FourAxesError

SMALL = Path(__file__).parent / "fixtures" / "small"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(SMALL, tmp_path / "pricing")
    return tmp_path / "pricing"


def refusal(directory: Path) -> str:
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(directory)
    return str(caught.value)


def change(directory: Path, file: str, old: str, new: str) -> None:
    path = directory / file
    text = path.read_text()
    assert old in text, f"{old!r} is not in {file}"
    path.write_text(text.replace(old, new, 1))


def line_of(directory: Path, file: str, words: str, *, nth: int = 1) -> int:
    found = [number for number, line in enumerate((directory / file).read_text().splitlines(), start=1) if words in line]
    return found[nth - 1]


def test_the_small_catalogue_loads() -> None:
    catalogue = load_catalogue(SMALL)
    assert [offer.id for offer in catalogue.offers] == [
        "alpha/sage-1",
        "alpha/sage-2",
        "beta/bolt",
        "beta/bolt-mini",
        "gamma/reed",
        "gamma/sage-2",
    ]


def test_the_shipped_catalogue_loads_and_is_wide_enough() -> None:
    start = time.perf_counter()
    catalogue = load_catalogue()
    assert time.perf_counter() - start < 5
    assert len(catalogue.offers) >= 60
    assert len(catalogue.providers) >= 10


def test_the_shipped_schema_is_what_the_records_say() -> None:
    assert (pricing_directory() / "schema.json").read_text(encoding="utf-8") == schema_text(), "run python -m framework.catalogue.schema"


def test_every_shipped_window_price_and_tier_names_its_source() -> None:
    catalogue = load_catalogue()
    for offer in catalogue.offers:
        groups = catalogue.sources_of(offer)
        assert all(groups[name] for name in ("price", "window", "class", "features", "tokenizer", "enforcement")), offer.id


@pytest.mark.parametrize(
    ("file", "old", "new", "words", "message"),
    [
        # form
        (
            "providers/beta.yaml",
            "input_mtok: 5\n",
            "input_mtok: 5\n        input_mtok: 6\n",
            "input_mtok: 6",
            "'input_mtok' is already given",
        ),
        ("providers/beta.yaml", "aliases: [beta/bolt-2026-09-01]", "aliases: &a [x]", "aliases: &a", "an anchor (&a)"),
        ("providers/beta.yaml", "input_mtok: 5\n", "<<: {}\n", "<<", "a merge key"),
        # keys and types
        ("providers/beta.yaml", "input_mtok: 5\n", "inputs_mtok: 5\n", "inputs_mtok", "unknown key; did you mean 'input_mtok'?"),
        ("providers/beta.yaml", "        input_mtok: 5\n", "", "effective: null", "beta/bolt: input_mtok: is missing; add it"),
        ("providers/beta.yaml", "input_mtok: 5\n", "input_mtok: '5'\n", "input_mtok: '5'", "must be a number, not '5'"),
        ("providers/beta.yaml", "input_mtok: 5\n", "input_mtok: true\n", "input_mtok: true", "must be a number, not true"),
        ("providers/beta.yaml", "input_mtok: 5\n", "input_mtok: -5\n", "input_mtok: -5", "must be at least 0, not -5"),
        ("providers/beta.yaml", "input_mtok: 5\n", "input_mtok: .nan\n", "input_mtok: .nan", "write null where a value is not known"),
        ("providers/beta.yaml", "input_mtok: 5\n", "input_mtok: 20000\n", "input_mtok: 20000", "must be at most 10,000, not 20000"),
        (
            "providers/beta.yaml",
            "cache_write_mtok: {}",
            "cache_write_mtok: {6m: 1}",
            "{6m: 1}",
            "must be one of '5m', '30m', '1h' or '12h', not '6m'",
        ),
        ("providers/beta.yaml", "threshold_tokens: 272000", "threshold_tokens: 272000.5", "272000.5", "must be a whole number"),
        (
            "providers/beta.yaml",
            "effective: 2026-09-01",
            "effective: September",
            "September",
            "must be a day such as 2026-10-08, not 'September'",
        ),
        ("providers/beta.yaml", "effective: 2026-09-01", "effective: 2026-09-31", "2026-09-31", "is not a day of the calendar"),
        ("providers/beta.yaml", "  prices: {url", "  prices: {uri", "uri", "unknown key; did you mean 'url'?"),
        (
            "providers/beta.yaml",
            "seen: 2026-11-12",
            "seen: yesterday",
            "yesterday",
            "must be a day (2026-10-08), a month (2026-10) or null",
        ),
        ("providers/beta.yaml", "seen: 2026-11-12", "seen: '2026-11-31'", "2026-11-31", "2026-11-31 is not a day of the calendar"),
        ("providers/beta.yaml", "kind: package", "kind: pakage", "pakage", "did you mean 'package'?"),
        ("models/beta.yaml", "class: frontier", "class: best", "class: best", "must be one of 'fast', 'balanced' or 'frontier'"),
        (
            "models/beta.yaml",
            "context_tokens: 1000000",
            "context_tokens: big",
            "big",
            "bolt: window.context_tokens: must be a whole number, not 'big'",
        ),
        ("models/beta.yaml", "low: 1.0, likely: 1.0", "low: 1.5, likely: 1.0", "low: 1.5", "in rising order, or all be null"),
        ("latency/alpha.yaml", "p05: 0.6", "p05: 6", "p05: 6", "percentiles must rise"),
        ("latency/alpha.yaml", "p50: 20", "p50: 0", "p50: 0", "must be more than 0, not 0"),
        ("latency/alpha.yaml", "measured: 2026-10\n", "measured: 2026-10-32\n", "2026-10-32", "is not a day of the calendar"),
        # sources
        ("providers/beta.yaml", "        source: prices", "        source: price", "source: price", "no such source 'price'"),
        ("models/beta.yaml", "100000, source: docs}", "100000}", "context_tokens: 1000000", "bolt: window.source: is missing; add it"),
        # ids
        ("models/beta.yaml", "id: bolt-mini", "id: bolt", "id: bolt", "is taken by the model on models/beta.yaml:6"),
        ("models/beta.yaml", "id: bolt-mini", "id: sage-2", "id: sage-2", "is taken by the model on models/alpha.yaml:7"),
        ("models/beta.yaml", "id: bolt-mini", "id: sage-2-latest", "id: sage-2-latest", "is taken by the model on models/alpha.yaml:9"),
        ("models/beta.yaml", "id: bolt-mini", "id: Bolt Mini", "id: Bolt Mini", "is not of the form"),
        ("models/beta.yaml", "vendor: beta", "vendor: gamma", "vendor: gamma", "call the file gamma.yaml"),
        ("providers/beta.yaml", "provider: beta", "provider: gamma", "provider: gamma", "call the file gamma.yaml"),
        ("providers/beta.yaml", "id: beta/bolt-mini", "id: beta/bolt", "id: beta/bolt", "is taken by the offer on providers/beta.yaml:23"),
        ("providers/beta.yaml", "id: beta/bolt-mini", "id: beta/bolt-2026-09-01", "id: beta/bolt-2026", "is taken by the offer"),
        ("providers/beta.yaml", "id: beta/bolt-mini", "id: bolt-mini", "id: bolt-mini", "must start with beta/"),
        ("providers/beta.yaml", "id: mini", "id: bolt", "- id: bolt", "is taken by the pool"),
        ("providers/beta.yaml", "id: two,", "id: one,", "id: one, name: Tier 2", "is taken by the tier"),
        (
            "providers/beta.yaml",
            "model: bolt-mini",
            "model: bolt-mimi",
            "model: bolt-mimi",
            "no such model 'bolt-mimi'; did you mean 'bolt-mini'?",
        ),
        ("providers/gamma.yaml", "model: sage-2", "model: sage-2-latest", "model: sage-2-latest", "is an alias; write sage-2"),
        ("providers/beta.yaml", "pool: mini", "pool: maxi", "pool: maxi", "no such pool 'maxi'"),
        (
            "providers/beta.yaml",
            "model: bolt\n",
            "model: bolt\n    latency_model: x\n",
            "latency_model",
            "no such latency profile of this provider 'x'",
        ),
        ("providers/beta.yaml", "default_tier: one", "default_tier: ten", "default_tier", "no such tier 'ten'"),
        ("providers/beta.yaml", "tier: two,", "tier: twoo,", "tier: twoo", "no such tier 'twoo'; did you mean 'two'?"),
        ("providers/beta.yaml", "tier: two, rpm: 5000", "tier: one, rpm: 5000", "rpm: 5000", "is taken by the limit of this pool"),
        ("latency/alpha.yaml", "model: sage-2", "model: sage-9", "model: sage-9", "no such model 'sage-9'; did you mean 'sage-"),
        ("latency/alpha.yaml", "provider: alpha", "provider: beta", "provider: beta", "call the file beta.yaml"),
        # prices
        ("providers/beta.yaml", "effective: 2026-09-01", "effective: null", "effective: null", "only the first price may have no date"),
        (
            "providers/alpha.yaml",
            "effective: 2027-01-01",
            "effective: 2026-04-30",
            "2026-04-30",
            "does not come after 2026-05-01; sort the prices",
        ),
        (
            "providers/alpha.yaml",
            "effective: 2027-01-01",
            "effective: 2026-05-01",
            "effective: 2026-05-01",
            "does not come after 2026-05-01",
        ),
        ("providers/alpha.yaml", "        revocable: true\n", "", "effective: 2027-01-01", "is an announcement; write revocable: true"),
        ("providers/beta.yaml", "{threshold_tokens: 272000", "{threshold_tokens: 0", "threshold_tokens: 0", "must be more than 0"),
        (
            "providers/beta.yaml",
            "flex: {",
            "flex: {long_context: {threshold_tokens: 128000, input_mtok: 1, output_mtok: 1}, ",
            "flex:",
            "differs in its threshold",
        ),
        ("providers/beta.yaml", "        long_context: {", "        # {", "batch:", "no service gives the threshold in long_context"),
        ("providers/gamma.yaml", "[22, 24]", "[22, 4]", "[22, 4]", "split hours that pass midnight in two"),
        ("providers/gamma.yaml", "weekdays: [1, 7]", "weekdays: [0]", "weekdays: [0]", "ISO weekdays"),
        ("providers/alpha.yaml", "monthly_cap_usd: 500", "monthly_cap_usd: 500, uncapped: true", "uncapped: true", "is not uncapped"),
        # fees of tools
        ("providers/alpha.yaml", "tool: file_search", "tool: image_search", "image_search", "did you mean 'file_search'?"),
        ("providers/alpha.yaml", "usd_per_1000: 14, ", "", "2026-10-01, free", "web_search: usd_per_1000: is missing; add it"),
        ("providers/alpha.yaml", "usd_per_1000: 14", "usd_per_1000: 1400", "1400", "usd_per_1000: must be at most 1,000, not 1400"),
        ("providers/alpha.yaml", "free_per_month: 1000", "free_per_month: -1", "free_per_month: -1", "must be at least 0, not -1"),
        ("providers/alpha.yaml", "free_per_month: 1000", "free_per_day: 30", "free_per_day", "unknown key; did you mean 'free_per_month'?"),
        (
            "providers/alpha.yaml",
            "models: [sage-1], usd",
            "models: [bolt], usd",
            "models: [bolt]",
            "web_search: models: no such model among this provider's offers 'bolt'; add it or correct the name",
        ),
        ("providers/alpha.yaml", "models: [sage-1], usd", "models: [sage-3], usd", "sage-3", "did you mean 'sage-"),
        ("providers/alpha.yaml", "models: [sage-1], usd", "models: [sage-2-latest], usd", "sage-2-latest", "is an alias; write sage-2"),
        ("providers/alpha.yaml", "models: [sage-1], usd", "models: [sage-1, sage-1], usd", "sage-1, sage-1", "is named twice; delete one"),
        (
            "providers/alpha.yaml",
            "effective: 2026-10-01, usd",
            "usd",
            "usd_per_1000: 14",
            "web_search of all other models has a price of that day or a later one on line",
        ),
        ("providers/beta.yaml", "models: [bolt], usd_per_1000: 12", "usd_per_1000: 12", "usd_per_1000: 12", "sort by day"),
        (
            "providers/alpha.yaml",
            "effective: 2026-10-01",
            "effective: 2026-11-11",
            "2026-11-11",
            "a price from 2026-11-11 that was read on 2026-11-10 is an announcement; write revocable: true",
        ),
        # reserved capacity
        ("providers/beta.yaml", "models: [bolt], price", "models: [sage-1], price", "sage-1", "reserved: models: no such model among this"),
        ("providers/beta.yaml", "covers: [standard, priority]", "covers: []", "covers: []", "must have at least 1 entries"),
        ("providers/beta.yaml", "covers: [standard, priority]", "covers: [fast]", "covers: [fast]", "must be one of 'standard', 'batch'"),
        (
            "providers/beta.yaml",
            "price_published: true",
            "price_published: false",
            "reserved:",
            "a price that is on quotation has no usd_per_unit_hour: write null, or price_published: true",
        ),
        # days off and reasoning by effort
        ("providers/gamma.yaml", "multiplier: 2}", "multiplier: 2, off_days: [2026-02-30]}", "off_days", "is not a day of the calendar"),
        ("providers/gamma.yaml", "multiplier: 2}", "multiplier: 2, off_days: [Easter]}", "Easter", "must be a day such as 2026-10-08"),
        ("models/alpha.yaml", "high: {output", "hihg: {output", "hihg", "must be one of 'none', 'low', 'medium', 'high', 'xhigh' or 'max'"),
        ("models/beta.yaml", "        medium: {output_tokens: 2000, reasoning_tokens: null}\n", "", "reasoning_by", "medium is missing"),
        ("models/alpha.yaml", "reasoning_tokens: 3500", "reasoning_tokens: 5001", "5001", "are a part of output_tokens and cannot be more"),
        ("models/beta.yaml", "output_tokens: 9000", "output_tokens: 0", "output_tokens: 0", "must be more than 0, not 0"),
        # gateways
        ("gateways.yaml", "fee_share: 0.05", "fee_share: 5", "fee_share: 5", "passage: fee_share: must be at most 0.5, not 5"),
        ("gateways.yaml", "minimum_usd", "minimal_usd", "minimal_usd", "unknown key; did you mean 'minimum_usd'?"),
        ("gateways.yaml", "minimum_usd: 0.5, source: fees", "source: fee", "source: fee}", "passage: source: no such source 'fee'"),
        ("gateways.yaml", "id: passage-own-keys", "id: passage", "own keys", "passage: id: 'passage' is taken by the gateway on line 4"),
        ("gateways.yaml", "seen: 2026-11-01", "seen: '2026-11-31'", "2026-11-31", "2026-11-31 is not a day of the calendar"),
        # defaults
        ("latency/defaults.yaml", "  fast/ALL: {s: 0.2, floor: 0, eps: 0.08}\n", "", "shapes:", "fast/ALL is missing"),
        ("latency/defaults.yaml", ", ALL: 0.24", "", "tps_log_sigma", "ALL is missing"),
    ],
)
def test_what_is_wrong_is_named_with_file_line_and_cure(copy: Path, file: str, old: str, new: str, words: str, message: str) -> None:
    change(copy, file, old, new)
    text = refusal(copy)
    lines = [number for number, line in enumerate((copy / file).read_text().splitlines(), start=1) if words in line]
    assert message in text
    told = next(line for line in text.splitlines() if message in line)
    name = file if "/" in file else f"{copy.name}/{file}"
    assert any(told.startswith(f"{name}:{number}: ") for number in lines), (told, lines)


def test_the_entry_and_the_key_are_named(copy: Path) -> None:
    change(copy, "providers/beta.yaml", "batch: {input_mtok: 1,", "batch: {input_mtok: cheap,")
    number = line_of(copy, "providers/beta.yaml", "cheap")
    assert refusal(copy) == f"providers/beta.yaml:{number}: beta/bolt price of 2026-09-01: batch.input_mtok: must be a number, not 'cheap'"


def test_a_fault_in_an_offers_only_price_is_the_one_problem_told(copy: Path) -> None:
    change(copy, "providers/beta.yaml", "input_mtok: 0.2\n", "input_mtok: cheap\n")
    number = line_of(copy, "providers/beta.yaml", "cheap")
    (told,) = refusal(copy).splitlines()
    assert told == f"providers/beta.yaml:{number}: beta/bolt-mini price of 2026-01-15: input_mtok: must be a number, not 'cheap'"


def test_an_offer_without_a_price_is_still_refused(copy: Path) -> None:
    path = copy / "providers" / "beta.yaml"
    head, _, _ = path.read_text().partition("      - effective: 2026-01-15")
    path.write_text(head.rstrip().removesuffix("prices:") + "prices: []\n")
    assert "prices: must have at least 1 entries" in refusal(copy)


def test_all_that_is_wrong_in_one_file_is_told_at_once_in_its_order(copy: Path) -> None:
    change(copy, "providers/beta.yaml", "model: bolt-mini", "model: nothing")
    change(copy, "providers/beta.yaml", "pool: bolt\n", "pool: nowhere\n")
    told = refusal(copy).splitlines()
    assert [line.split(": ")[1:3] for line in told] == [["beta/bolt", "pool"], ["beta/bolt-mini", "model"]]


def test_a_flood_of_problems_is_cut_off(copy: Path) -> None:
    text = "vendor: flood\nname: Flood\nsources: {}\nmodels:\n" + "  - {id: 1}\n" * 50
    (copy / "models" / "flood.yaml").write_text(text)
    told = refusal(copy).splitlines()
    assert len(told) == 21
    assert told[-1].startswith("... and ")


def test_a_price_read_within_its_month_is_no_announcement(copy: Path) -> None:
    # beta's limits were read in "2026-10"; a price of the 20th may well have been read on the 25th.
    change(copy, "providers/beta.yaml", "seen: 2026-11-12", "seen: 2026-09")
    change(copy, "providers/beta.yaml", "effective: 2026-09-01", "effective: 2026-09-20")
    assert load_catalogue(copy).offer("beta/bolt").prices[1].revocable is False


def test_a_day_in_quotes_is_a_day(copy: Path) -> None:
    change(copy, "providers/beta.yaml", "effective: 2026-09-01", "effective: '2026-09-01'")
    assert load_catalogue(copy).digest == load_catalogue(SMALL).digest


def test_crlf_byte_order_mark_and_hidden_files_do_not_matter(copy: Path) -> None:
    path = copy / "providers" / "beta.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    (copy / "providers" / ".beta.yaml.swp").write_bytes(b"\x00")
    (copy / ".DS_Store").write_bytes(b"\x00")
    assert load_catalogue(copy).digest == load_catalogue(SMALL).digest


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "providers/beta.yaml:1: the file is empty; fill it in or delete it"),
        (b"- a\n", "providers/beta.yaml:1: must be a mapping of keys to values, not a list"),
        (b"---\n", "providers/beta.yaml:1: must be a mapping of keys to values, not null"),
        (b"hello", "providers/beta.yaml:1: must be a mapping of keys to values, not 'hello'"),
        (b"\xff\xfe\x00", "providers/beta.yaml:1: not UTF-8 text; save the file as UTF-8"),
        (b"\x89PNG\r\n\x1a\n", "providers/beta.yaml:1: not UTF-8 text; save the file as UTF-8"),
        (b"a: x" + b"x" * 1_000_000, "providers/beta.yaml:1: more than 1,000,000 bytes; split the file"),
        (b"provider: beta\nsources: 5\n", "providers/beta.yaml:2: sources: sources: must be a mapping of keys to values, not 5"),
        (b"provider: beta\n", "providers/beta.yaml:1: sources: sources: is missing; add it"),
    ],
)
def test_a_file_that_is_none_is_refused_in_one_line(copy: Path, content: bytes, message: str) -> None:
    (copy / "providers" / "beta.yaml").write_bytes(content)
    assert refusal(copy) == message


def test_what_does_not_belong_there_is_named(copy: Path) -> None:
    (copy / "prices.yaml").write_text("a: 1")
    assert refusal(copy).startswith("prices.yaml: not a part of the catalogue")
    (copy / "prices.yaml").unlink()
    (copy / "providers" / "beta.yml").write_text("a: 1")
    assert refusal(copy) == "providers/beta.yml: only .yaml files belong here; rename, move or delete it"
    (copy / "providers" / "beta.yml").unlink()
    (copy / "providers" / "delta.yaml").mkdir()
    assert refusal(copy) == "providers/delta.yaml: not an ordinary file; replace or delete it"
    (copy / "providers" / "delta.yaml").rmdir()
    (copy / "gateways.yaml").unlink()
    (copy / "gateways.yaml").symlink_to(copy / "gone.yaml")
    assert refusal(copy) == "pricing/gateways.yaml: cannot be read (No such file or directory); repair or delete it"


def test_what_is_missing_is_named(copy: Path) -> None:
    assert "this folder cannot be read (No such file or directory)" in refusal(copy / "nowhere")
    assert "this folder cannot be read (Not a directory)" in refusal(copy / "models" / "beta.yaml")
    (copy / "latency" / "defaults.yaml").unlink()
    assert refusal(copy) == "latency/: defaults.yaml is missing; add it"
    shutil.rmtree(copy / "latency")
    assert "latency: this folder cannot be read" in refusal(copy)


def test_a_catalogue_without_offers_is_refused(copy: Path) -> None:
    for path in (copy / "providers").iterdir():
        text = path.read_text()
        path.write_text(text[: text.index("offers:")] + "offers: []\n")
    assert refusal(copy) == "providers/: no file has an offer; add one under `offers:`"


def test_loops_pipes_and_dead_links_are_refused_without_waiting(copy: Path) -> None:
    (copy / "models" / "loop.yaml").symlink_to(copy / "models" / "loop.yaml")
    assert refusal(copy).startswith("models/loop.yaml: cannot be read (")
    (copy / "models" / "loop.yaml").unlink()
    os.mkfifo(copy / "models" / "pipe.yaml")
    assert refusal(copy) == "models/pipe.yaml: not an ordinary file; replace or delete it"
    (copy / "models" / "pipe.yaml").unlink()
    (copy / "models" / "dead.yaml").symlink_to(copy / "gone.yaml")
    assert refusal(copy) == "models/dead.yaml: cannot be read (No such file or directory); repair or delete it"


@pytest.mark.parametrize(
    "name", ["providers/beta.yaml", "models/alpha.yaml", "latency/alpha.yaml", "latency/defaults.yaml", "gateways.yaml"]
)
def test_a_file_with_random_damage_loads_or_is_refused_in_our_own_words(copy: Path, name: str) -> None:
    path = copy / name
    lines = path.read_text().splitlines(keepends=True)
    chance = random.Random(7)
    for _ in range(60):
        damaged = list(lines)
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(damaged))
            damaged[at] = chance.choice(
                [
                    "",
                    damaged[at] * 2,
                    damaged[at].replace(":", "", 1),
                    damaged[at].upper(),
                    damaged[at][: len(damaged[at]) // 2] + "\n",
                    "x: [\n",
                ]
            )
        path.write_text("".join(damaged))
        try:
            assert isinstance(load_catalogue(copy), Catalogue)
        except FourAxesError as error:
            assert str(error)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=60))
def test_any_bytes_in_a_file_are_refused_in_our_own_words(copy: Path, raw: bytes) -> None:
    (copy / "models" / "gamma.yaml").write_bytes(raw)
    with pytest.raises(CatalogueError):
        load_catalogue(copy)
