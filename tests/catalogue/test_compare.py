"""Cell by cell against another price list: verdicts, pins, and a layout that changed."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest
from catalogue.price_lists import MAP, ON, SMALL, alarm, changed, compared

from framework.catalogue.compare import Report, Row, Verdict, compare
from framework.catalogue.compare_cells import Cell, hours_in_words, same
from framework.catalogue.compare_genai import genai_source
from framework.catalogue.compare_layout import check_layout
from framework.catalogue.compare_litellm import LiteLLM
from framework.catalogue.compare_pins import load_pins
from framework.catalogue.files import pricing_directory
from framework.catalogue.load import load_catalogue
from framework.errors import SourceError

PIN = """
deviations:
  - source: litellm
    offer: beta/bolt-mini
    theirs: {input: 0.19}
    reason: they have the price of last year
    date: 2026-11-23
"""


def test_a_list_that_says_the_same_agrees_in_every_cell(tmp_path: Path) -> None:
    comparison = compared(tmp_path, MAP)
    assert comparison.alarms == [] and comparison.stale == ()
    (report,) = comparison.reports
    assert report.unknown == ()
    assert report.counts["conflict"] == report.counts["missing here"] == 0
    # sage-2 9, sage-1 2, bolt 3 + 3 + 3 services of 2 + the threshold, mini 3, reed 3 + 3 at peak + hours, gamma/sage-2 2
    assert report.counts["agreement"] == 9 + 2 + (3 + 3 + 6 + 1) + 3 + (3 + 3 + 1) + 2


def test_another_price_is_a_conflict_with_both_values_and_the_change(tmp_path: Path) -> None:
    row = alarm(compared(tmp_path, changed(beta_bolt__mini={"input_cost_per_token": 2.2e-07})))
    assert (row.offer, row.cell, row.ours, row.theirs) == ("beta/bolt-mini", Cell("standard", "base", "input"), 0.2, 0.22)
    assert row.verdict is Verdict.CONFLICT and row.change_share == pytest.approx(0.1) and not row.jumps


@pytest.mark.parametrize(("theirs", "jumps"), [(2.6e-07, False), (2.61e-07, True), (1.4e-07, False), (1.39e-07, True), (0.0, True)])
def test_more_than_thirty_percent_is_a_jump(tmp_path: Path, theirs: float, jumps: bool) -> None:
    assert alarm(compared(tmp_path, changed(beta_bolt__mini={"input_cost_per_token": theirs}))).jumps is jumps


def test_a_cell_that_only_they_have_is_missing_here_and_alarms(tmp_path: Path) -> None:
    row = alarm(compared(tmp_path, changed(alpha_sage__1={"cache_read_input_token_cost": 4e-07})))
    assert (row.verdict, row.ours, row.theirs) == (Verdict.MISSING_HERE, None, 0.4)


def test_a_cell_that_only_we_have_is_missing_there_and_does_not_alarm(tmp_path: Path) -> None:
    comparison = compared(tmp_path, changed(beta_bolt={"cache_read_input_token_cost": None}))
    assert comparison.alarms == []
    missing = [row.cell for row in comparison.reports[0].rows if row.verdict is Verdict.MISSING_THERE and row.offer == "beta/bolt"]
    assert Cell("standard", "base", "cache_read") in missing


def test_an_offer_they_do_not_list_is_named(tmp_path: Path) -> None:
    rows = {name: row for name, row in MAP.items() if name != "alpha/sage-1"}
    assert compared(tmp_path, rows).reports[0].unknown == ("alpha/sage-1",)


def test_a_service_that_takes_no_long_prompts_here_and_has_a_price_there_alarms(tmp_path: Path) -> None:
    row = alarm(compared(tmp_path, changed(beta_bolt={"input_cost_per_token_above_272k_tokens_priority": 8e-06})))
    assert (row.cell, row.verdict) == (Cell("priority", "long", "input"), Verdict.MISSING_HERE)


def test_another_threshold_is_a_conflict(tmp_path: Path) -> None:
    long = {key: value for key, value in MAP["beta/bolt"].items() if "272k" in key}
    rows = changed(beta_bolt={**dict.fromkeys(long), **{key.replace("272k", "200k"): value for key, value in long.items()}})
    row = alarm(compared(tmp_path, rows))
    assert (row.cell.meter, row.ours, row.theirs) == ("threshold_tokens", 272_000, 200_000)


def test_the_side_of_a_threshold_is_compared_too(tmp_path: Path) -> None:
    # gamma/reed is long from 128,000 on, so 127,999 is the longest short prompt; "above 128k" makes it 128,000.
    rows = changed(gamma_reed={"input_cost_per_token_above_128k_tokens": 2e-06, "off_peak_pricing": None, "input_cost_per_token": 1e-06})
    found = {row.cell: (row.ours, row.theirs) for row in compared(tmp_path, rows).alarms}
    assert found[Cell("standard", "long", "threshold_tokens")] == (127_999, 128_000)
    assert Cell("standard", "long", "input") not in found


def test_other_peak_hours_are_a_conflict(tmp_path: Path) -> None:
    quiet = {**MAP["gamma/reed"]["off_peak_pricing"], "windows": [{"hours_utc": ["00:00-01:00", "04:00-22:00"]}]}
    row = alarm(compared(tmp_path, changed(gamma_reed={"off_peak_pricing": quiet})))
    assert (row.ours, row.theirs) == ("Mon 01-04 22-24, Sun 01-04 22-24", "Mon-Sun 01-04 22-24")


def test_a_pinned_deviation_is_quiet_while_they_still_say_so(tmp_path: Path) -> None:
    comparison = compared(tmp_path, changed(beta_bolt__mini={"input_cost_per_token": 1.9e-07}), PIN)
    assert comparison.alarms == [] and comparison.stale == ()
    assert comparison.reports[0].counts["pinned"] == 1


def test_a_third_value_alarms_again(tmp_path: Path) -> None:
    comparison = compared(tmp_path, changed(beta_bolt__mini={"input_cost_per_token": 1.8e-07}), PIN)
    row = alarm(comparison)
    assert (row.verdict, row.ours, row.theirs, row.pinned) == (Verdict.THIRD_VALUE, 0.2, 0.18, 0.19)
    assert comparison.stale == ()


@pytest.mark.parametrize("rows", [MAP, {name: row for name, row in MAP.items() if name != "beta/bolt-mini"}])
def test_a_pin_that_is_no_longer_needed_is_stale(tmp_path: Path, rows: dict[str, object]) -> None:
    comparison = compared(tmp_path, rows, PIN)
    assert comparison.stale == (("litellm", "beta/bolt-mini", Cell("standard", "base", "input")),)
    assert comparison.alarms == []


def test_a_pin_of_a_source_that_is_not_compared_is_not_stale(tmp_path: Path) -> None:
    assert compared(tmp_path, MAP, PIN.replace("litellm", "genai-prices")).stale == ()


def test_a_list_without_any_offer_of_a_provider_is_refused(tmp_path: Path) -> None:
    rows = {name.replace("gamma/", "gamma_ai/"): row for name, row in MAP.items()}
    with pytest.raises(SourceError, match="lists none of the offers of gamma"):
        compared(tmp_path, rows)


def test_a_list_that_lost_a_column_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("framework.catalogue.compare_layout.COLUMN_OFFERS", 4)
    rows = json.dumps(MAP).replace("cache_read_input", "cache_hit")
    with pytest.raises(SourceError, match="has no meter cache_read, which 4 offers here have"):
        compared(tmp_path, rows)


def offers(count: int, meter: str, *, theirs: int) -> Report:
    """Offers with a price of a meter here, of which the first `theirs` have one there too; their other columns agree."""
    cells = [Cell("standard", "base", meter), Cell("batch", "base", meter), Cell("standard", "base", "input")]
    agreed = [Row(f"beta/{number}", cell, ON, 1.0, 1.0, Verdict.AGREEMENT) for number in range(count) for cell in cells]
    lost = [replace(row, theirs=None, verdict=Verdict.MISSING_THERE) for row in agreed if row.cell == cells[0]][theirs:]
    kept = [row for row in agreed if (row.offer, row.cell) not in {(one.offer, one.cell) for one in lost}]
    return Report(LiteLLM(load_pins(SMALL), "a list", False, {}), (*kept, *lost), ())


@pytest.mark.parametrize(
    ("count", "theirs", "says"),
    [
        (4, 0, None),
        (5, 0, "has no cell standard base write_5m, which 5 offers here have"),
        (8, 1, "has cell standard base write_5m for 1 of the 8 offers that have it here"),
        (8, 2, None),  # a quarter is enough
    ],
)
def test_one_column_renamed_is_noticed_although_the_batch_column_of_that_meter_is_there(count: int, theirs: int, says: str | None) -> None:
    report = offers(count, "write_5m", theirs=theirs)
    if says is None:
        check_layout(report)
        return
    with pytest.raises(SourceError, match=f"a list: {says}; its layout must have changed"):
        check_layout(report)


def test_a_cell_that_the_list_can_never_state_is_not_missed() -> None:
    report = offers(9, "write_12h", theirs=0)
    check_layout(report)


def test_an_announced_price_is_not_held_against_an_undated_list(tmp_path: Path) -> None:
    assert compared(tmp_path, MAP, on=dt.date(2026, 12, 31)).alarms == []
    (tmp_path / "later").mkdir()
    assert {row.offer for row in compared(tmp_path / "later", MAP, on=dt.date(2027, 1, 1)).alarms} == {"alpha/sage-2"}


def test_zero_agrees_only_with_zero() -> None:
    assert same(0.0, 0.0) and not same(1e-12, 0.0) and not same(0.0, 1e-12)
    assert same(2.0000000001, 2.0) and not same(2.00000001, 2.0) and not same("2", 2.0)


def test_hours_read_as_words() -> None:
    week = [False] * 168
    assert hours_in_words(week) == ""
    week[24:48] = [True] * 24
    week[72] = True
    assert hours_in_words(week) == "Tue 00-24, Thu 00-01"


def test_the_shipped_catalogue_differs_from_genai_prices_only_where_it_is_pinned() -> None:
    pins = load_pins(pricing_directory())
    comparison = compare(load_catalogue(), [genai_source(pins)], pins, ON)
    assert [(row.offer, row.cell, row.ours, row.theirs) for row in comparison.alarms] == []
    assert comparison.stale == ()
    assert comparison.reports[0].counts["agreement"] > 1_000
    assert comparison.reports[0].counts["pinned"] == 14
