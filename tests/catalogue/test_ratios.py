"""Prices in proportion: a column that slipped by one row is noticed, an honest exception is pinned with its value."""

from itertools import groupby
from pathlib import Path

import pytest
from catalogue.price_lists import ON, SMALL, catalogue_folder

from framework.catalogue.catalogue import Catalogue
from framework.catalogue.compare_cells import THRESHOLD, Cell, Value
from framework.catalogue.compare_ours import our_sheet
from framework.catalogue.compare_pins import Pins, load_pins, parse_pins
from framework.catalogue.files import pricing_directory
from framework.catalogue.load import load_catalogue
from framework.catalogue.ratios import in_words, odd, odd_prices, ratios, stale_ratios
from framework.documents import parse
from framework.errors import CatalogueError

PINS = load_pins(SMALL)
INPUT, OUTPUT, READ = (Cell("standard", "base", meter) for meter in ("input", "output", "cache_read"))


@pytest.fixture(scope="module")
def real() -> Catalogue:
    return load_catalogue()


def said(cells: dict[Cell, Value]) -> list[str]:
    return [in_words(ratio) for ratio in odd("a/one", cells, PINS)]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({INPUT: 2.0, OUTPUT: 20.0, READ: 0.04}, []),
        ({INPUT: 2.0, OUTPUT: 20.1}, ["standard base output is 10.1 times its input price, usual are 1 to 10"]),
        ({INPUT: 2.0, OUTPUT: 1.9}, ["standard base output is 0.95 times its input price, usual are 1 to 10"]),
        ({INPUT: 2.0, OUTPUT: 0.0}, ["standard base output is 0 times its input price, usual are 1 to 10"]),
        ({INPUT: 2.0, READ: 0.039}, ["standard base cache_read is 0.0195 times its input price, usual are 0.02 to 1"]),
        ({INPUT: 2.0, READ: 2.1}, ["standard base cache_read is 1.05 times its input price, usual are 0.02 to 1"]),
        (
            {INPUT: 2.0, Cell("standard", "base", "write_1h"): 5.2},
            ["standard base write_1h is 2.6 times its input price, usual are 1 to 2.5"],
        ),
        ({INPUT: 2.0, INPUT._replace(service="batch"): 2.2}, ["batch base input is 1.1 times the standard price, usual are 0.25 to 1"]),
        ({INPUT: 2.0, INPUT._replace(service="priority"): 1.0}, ["priority base input is 0.5 times the standard price, usual are 1 to 3"]),
        (
            {INPUT: 2.0, INPUT._replace(band="long"): 12.0, THRESHOLD: 200_000.0},
            ["standard long input is 6 times the price of a short prompt, usual are 1 to 5"],
        ),
        ({INPUT: 2.0, INPUT._replace(band="long"): 12.0}, []),  # no threshold: there are no long prompts
        ({INPUT: 2.0, INPUT._replace(band="peak"): 40.0}, []),
        ({INPUT: 0.0, OUTPUT: 5.0}, []),  # nothing is a multiple of zero
        ({OUTPUT: 5.0, READ: 0.2}, []),  # nor of what is not known
    ],
)
def test_prices_out_of_proportion_are_told(cells: dict[Cell, Value], expected: list[str]) -> None:
    assert said(cells) == expected


def test_the_shipped_prices_are_in_proportion_or_pinned(real: Catalogue) -> None:
    pins = load_pins(pricing_directory())
    assert odd_prices(real, pins, ON) == []
    assert stale_ratios(real, pins, ON) == []


def slipped(real: Catalogue, meter: str) -> dict[str, int]:
    """By provider with three prices or more: how many offers would alarm if that column of the vendor's table slipped by one row."""
    cell = Cell("standard", "base", meter)
    found = {}
    for provider, offers in groupby(real.offers, key=lambda offer: offer.id.partition("/")[0]):
        sheets = [(offer.id, our_sheet(real, offer.id, ON).cells) for offer in offers]
        sheets = [(name, cells) for name, cells in sheets if cell in cells]
        column = [cells[cell] for _, cells in sheets]
        if len(set(column)) >= 3:
            moved = zip(sheets, [column[-1], *column[:-1]], strict=True)
            found[provider] = sum(bool(odd(name, cells | {cell: usd}, PINS)) for (name, cells), usd in moved)
    return found


@pytest.mark.parametrize(("meter", "blind"), [("output", set()), ("input", {"xai"})])  # xAI's prices lie too close to each other
def test_a_column_that_slips_by_one_row_is_noticed_at_nearly_every_provider(real: Catalogue, meter: str, blind: set[str]) -> None:
    found = slipped(real, meter)
    assert len(found) >= 9
    assert {provider for provider, alarms in found.items() if not alarms} == blind


PIN = """\
deviations: []
ratios:
  - {offer: beta/bolt-mini, are: {output/input: 12}, reason: the vendor says so itself, date: 2026-11-24}
"""


def dear_output(tmp_path: Path, usd: float) -> Path:
    folder = catalogue_folder(tmp_path, PIN)
    path = folder / "providers" / "beta.yaml"
    text = path.read_text()
    start = text.index("id: beta/bolt-mini")
    path.write_text(text[:start] + text[start:].replace("output_mtok: 0.8", f"output_mtok: {usd}", 1))
    return folder


def test_a_pinned_proportion_is_quiet_and_another_value_alarms(tmp_path: Path) -> None:
    # bolt-mini costs 0.2 in: 2.4 out is 12 times that, 2.6 is 13 times.
    folder = dear_output(tmp_path, 2.4)
    catalogue, pins = load_catalogue(folder), load_pins(folder)
    assert odd_prices(catalogue, pins, ON) == [] and stale_ratios(catalogue, pins, ON) == []
    (tmp_path / "other").mkdir()
    folder = dear_output(tmp_path / "other", 2.6)
    catalogue, pins = load_catalogue(folder), load_pins(folder)
    (line,) = odd_prices(catalogue, pins, ON)
    assert "beta/bolt-mini on 20" in line and "output is 13 times its input price" in line
    assert stale_ratios(catalogue, pins, ON) == [
        "beta/bolt-mini: standard base output is pinned at 12 times its input price, which no entry needs; delete the pin"
    ]


def test_entries_of_the_past_and_of_days_to_come_are_held_too(tmp_path: Path) -> None:
    folder = catalogue_folder(tmp_path)
    path = folder / "providers" / "alpha.yaml"
    # sage-2 will cost 2 in and 10 out from 2027-01-01.
    path.write_text(path.read_text().replace("output_mtok: 10", "output_mtok: 30", 1))
    (line,) = odd_prices(load_catalogue(folder), PINS, ON)
    assert line.startswith("alpha/sage-2 on 2027-01-01: standard base output is 15 times its input price")


@pytest.mark.parametrize(
    "are", ["{output: 12}", "{input/outputs: 12}", "{output/input: -1}", "{output/input: many}", "{}", "{hours/input: 1}"]
)
def test_a_pin_that_names_no_proportion_is_refused(are: str) -> None:
    with pytest.raises(CatalogueError, match=r"^pricing/deviations.yaml:\d+: "):
        parse_pins(parse(PIN.replace("{output/input: 12}", are), "pricing/deviations.yaml"))


def test_pins_are_kept_by_offer_cell_and_value() -> None:
    pins: Pins = parse_pins(parse(PIN, "x"))
    assert pins.ratios == {("beta/bolt-mini", OUTPUT, "input", 12.0)}


def test_every_bound_is_met_by_something_sold(real: Catalogue) -> None:
    kinds = {(ratio.against, ratio.low, ratio.high) for offer in real.offers for ratio in ratios(our_sheet(real, offer.id, ON).cells)}
    assert len(kinds) == 6  # batch and flex share theirs
