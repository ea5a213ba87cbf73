"""LiteLLM's map as data: what it says, and every way in which it may not be what it was."""

import json
from pathlib import Path

import pytest
from catalogue.price_lists import MAP, changed, compared, map_file

from framework.catalogue.compare_litellm import litellm_source
from framework.catalogue.compare_pins import DeviationsFile, Pins
from framework.errors import SourceError

NO_PINS = Pins(DeviationsFile(deviations=()), {}, {})


def refusal(tmp_path: Path, rows: object) -> str:
    with pytest.raises(SourceError) as caught:
        compared(tmp_path, rows)
    return str(caught.value)


@pytest.mark.parametrize("value", ["2e-06", True, -1e-06, 2.0, float("1e308"), [2e-06], {"usd": 1}])
def test_a_price_of_another_kind_or_unit_is_a_changed_layout(tmp_path: Path, value: object) -> None:
    assert "beta/bolt: input_cost_per_token is" in refusal(tmp_path, changed(beta_bolt={"input_cost_per_token": value}))


@pytest.mark.parametrize("key", ["input_cost_per_token", "output_cost_per_token"])
def test_a_row_without_its_main_prices_is_a_changed_layout(tmp_path: Path, key: str) -> None:
    assert f"the row of beta/bolt has no {key}" in refusal(tmp_path, changed(beta_bolt={key: None}))


@pytest.mark.parametrize("rows", [[], {}, "text", 5, {"models": {}}, {"a": {"provider": "x"}}, {"a": 1}])
def test_something_else_than_the_map_is_refused(tmp_path: Path, rows: object) -> None:
    assert "the layout is not the one known" in refusal(tmp_path, json.dumps(rows))


def test_a_row_that_is_no_mapping_is_refused(tmp_path: Path) -> None:
    assert "the row of beta/bolt is no mapping" in refusal(tmp_path, {**MAP, "beta/bolt": [1, 2]})


@pytest.mark.parametrize(
    "windows",
    [
        None,
        "always",
        [{"hours_utc": "00:30-04:00"}],
        [{"hours_utc": "22:00-04:00"}],
        [{"hours_utc": "01:00-04:00", "weekdays": [0]}],
        [{"hours_utc": "01:00-04:00", "weekdays": "1-5"}],
        [{"hours_utc": []}],
        [{"hours_utc": [4]}],
        [{}],
        ["01:00-04:00"],
    ],
)
def test_off_peak_hours_in_another_form_are_refused(tmp_path: Path, windows: object) -> None:
    quiet = {**MAP["gamma/reed"]["off_peak_pricing"], "windows": windows}
    assert "off_peak_pricing of gamma/reed" in refusal(tmp_path, changed(gamma_reed={"off_peak_pricing": quiet}))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not a usable JSON file"),
        ("{", "not a usable JSON file"),
        ("[" * 100_000, "not a usable JSON file"),
        ('{"a": {"litellm_provider": "x", "input_cost_per_token": NaN}}', "NaN is no number"),
        ('{"a": 1, "a": 2}', "the key 'a' is given twice"),
        ('{"a": ' + "9" * 10_000 + "}", "not a usable JSON file"),
        ("\x00\x01", "not a usable JSON file"),
    ],
)
def test_a_file_that_is_no_json_is_refused(tmp_path: Path, text: str, says: str) -> None:
    assert says in refusal(tmp_path, text)


def test_two_thresholds_are_told_in_words_and_never_agree(tmp_path: Path) -> None:
    rows = changed(beta_bolt={"input_cost_per_token_above_500k_tokens": 8e-06})
    found = {row.cell.meter: (row.ours, row.theirs) for row in compared(tmp_path, rows).alarms}
    assert found == {"threshold_tokens": (272_000, "272000 and 500000")}


def test_a_write_price_of_zero_is_no_price(tmp_path: Path) -> None:
    assert compared(tmp_path, changed(beta_bolt={"cache_creation_input_token_cost": 0})).alarms == []


def test_a_write_price_where_we_say_writes_cost_what_input_costs_is_a_conflict(tmp_path: Path) -> None:
    (row,) = compared(tmp_path, changed(beta_bolt={"cache_creation_input_token_cost": 2.5e-06})).alarms
    assert (row.cell.meter, row.ours, row.theirs) == ("write", 2.0, 2.5)


def test_unknown_keys_and_null_prices_do_no_harm(tmp_path: Path) -> None:
    rows = changed(beta_bolt={"search_context_cost_per_query": {"a": "b"}, "input_cost_per_token_ultrafast": "soon"})
    rows["beta/bolt"]["cache_read_input_token_cost_flex"] = None
    assert compared(tmp_path, rows).alarms == []


def test_the_file_is_named_as_a_file_and_is_not_fresh(tmp_path: Path) -> None:
    source = litellm_source(map_file(tmp_path, MAP), NO_PINS)
    assert not source.fresh and source.title == "LiteLLM's map (file)"
