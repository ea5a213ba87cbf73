"""`pricing/deviations.yaml`: strict like every other file, and naming only what there is."""

import datetime as dt
from pathlib import Path

import pytest
from catalogue.price_lists import ON

from framework.catalogue.compare_cells import Cell
from framework.catalogue.compare_pins import PeerName, load_pins, parse_pins
from framework.catalogue.files import pricing_directory
from framework.catalogue.load import load_catalogue
from framework.documents import parse
from framework.errors import CatalogueError, DocumentError

GOOD = """\
names:
  beta: {litellm: {prefixes: [beta_ai/, '']}, genai-prices: {provider: b}}
deviations:
  - source: litellm
    offer: beta/bolt
    service: flex
    band: long
    theirs: {input: 2, output: 5.5, threshold_tokens: 128000}
    reason: they have it wrong
    date: 2026-11-23
"""


def test_every_meter_of_an_entry_is_a_pin() -> None:
    pins = parse_pins(parse(GOOD, "pricing/deviations.yaml"))
    key = ("litellm", "beta/bolt", Cell("flex", "long", "output"))
    assert pins.known[key] == 5.5 and pins.reasons[key] == "they have it wrong"
    assert len(pins.known) == 3
    assert pins.file.deviations[0].date == dt.date(2026, 11, 23)


def test_names_are_own_name_and_aliases_behind_each_prefix() -> None:
    pins = parse_pins(parse(GOOD, "pricing/deviations.yaml"))
    offer = load_catalogue(Path(__file__).parent / "fixtures" / "small").offer("beta/bolt")
    assert pins.names(offer, "litellm", PeerName(prefixes=("beta/",))) == (
        "beta",
        ["beta_ai/bolt", "bolt", "beta_ai/bolt-2026-09-01", "bolt-2026-09-01"],
    )
    assert pins.names(offer, "genai-prices", PeerName())[0] == "b"


def test_a_folder_without_the_file_has_no_pins(tmp_path: Path) -> None:
    assert load_pins(tmp_path).known == {}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("source: litellm", "source: someone", "source"),
        ("service: flex", "service: fast", "service"),
        ("band: long", "band: wide", "band"),
        ("input: 2", "input: -2", "input"),
        ("input: 2", "input: 20000", "input"),
        ("input: 2", "input: 'cheap'", "'input' is no meter, or its value is none for it"),
        ("input: 2", "hours: 5", "'hours' is no meter, or its value is none for it"),
        ("input: 2", "inputs: 2", "'inputs' is no meter"),
        ("input: 2", "input: true", "input"),
        ("{input: 2, output: 5.5, threshold_tokens: 128000}", "{}", "theirs"),
        ("reason: they have it wrong", "reason: x", "at least 10"),
        ("date: 2026-11-23", "date: yesterday", "day such as"),
        ("    reason: they have it wrong\n", "", "reason"),
        ("offer: beta/bolt", "offer: 'beta bolt'", "offer"),
        ("prefixes:", "prefix:", "prefix"),
        ("  beta: {", "  beta: {someone: {}, ", "someone"),
    ],
)
def test_a_fault_is_named_with_file_and_line(old: str, new: str, says: str) -> None:
    assert old in GOOD
    with pytest.raises(CatalogueError, match=r"^pricing/deviations.yaml:\d+: ") as caught:
        parse_pins(parse(GOOD.replace(old, new), "pricing/deviations.yaml"))
    assert says in str(caught.value)


def test_a_cell_pinned_twice_is_refused() -> None:
    twice = GOOD + GOOD[GOOD.index("  - source") :]
    with pytest.raises(CatalogueError, match="input is pinned twice"):
        parse_pins(parse(twice, "pricing/deviations.yaml"))


@pytest.mark.parametrize("text", ["", "- 1", "deviations: &a []", "deviations: 5", "x: 1", "deviations: [5]", "deviations: [[[]]]"])
def test_a_hostile_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "deviations.yaml").write_text(text)
    with pytest.raises((CatalogueError, DocumentError)):
        load_pins(tmp_path)


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "deviations.yaml").mkdir()
    with pytest.raises(CatalogueError, match="not an ordinary file"):
        load_pins(tmp_path)


def test_every_shipped_pin_names_an_offer_that_there_is() -> None:
    catalogue, pins = load_catalogue(), load_pins(pricing_directory())
    assert {entry.offer for entry in pins.file.deviations} <= {offer.id for offer in catalogue.offers}
    assert set(pins.file.names) <= set(catalogue.providers)
    assert all(entry.date <= ON for entry in pins.file.deviations)
