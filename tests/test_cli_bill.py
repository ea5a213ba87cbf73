"""`fouraxes bill` as a command: the bill to the cent, what was assumed, other offers, exit codes."""

import csv
import io
import json
import subprocess
from pathlib import Path

import pytest
from command import fouraxes

ON = ("--on", "2026-11-23")
LONG = {
    "model": "gpt-5.5-2026-04-23",
    "created": 1_795_392_000,
    "service_tier": "default",
    "usage": {"prompt_tokens": 272_001, "completion_tokens": 1_000},
}
SHORT = {**LONG, "usage": {"prompt_tokens": 272_000, "completion_tokens": 1_000}}
WRITTEN = {
    "model": "claude-sonnet-5",
    "usage": {
        "input_tokens": 0,
        "cache_creation_input_tokens": 1_000_000,
        "output_tokens": 0,
        "server_tool_use": {"web_search_requests": 3},
    },
}


def bill(tmp_path: Path, lines: list[object], *arguments: object) -> subprocess.CompletedProcess[str]:
    path = tmp_path / "log.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return fouraxes("bill", path, *arguments)


def test_the_bill_is_printed_by_model_and_meter_with_the_share_above_the_cliff(tmp_path):
    # GPT-5.5 at 5 / 30: 272,000 x 5 + 1,000 x 30 = 1.39; above 272,000 tokens at 10 / 45: 2.76501. Together 4.15501.
    done = bill(tmp_path, [LONG, SHORT], *ON)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "2 requests, 2026-11-23 to 2026-11-23 UTC"
    assert lines[2] == "openai/gpt-5.5: 2 requests, 1 (50 %) above 272,000 tokens"
    assert ["total", "USD", "4.16"] in [line.split() for line in lines]
    # Base prices would be 272,001 x 5 + 1,000 x 15 = 1.375005 less.
    assert "  of it for long prompts: 1.38 more than at base prices" in lines
    assert max(map(len, lines)) <= 100


def test_json_holds_the_same_and_the_range_of_a_write_without_a_lifetime(tmp_path):
    # Claude Sonnet 5 at 2 / 10: five minutes 2.50, an hour 4.00 per million written tokens.
    done = bill(tmp_path, [WRITTEN], "--format", "json", *ON)
    content = json.loads(done.stdout)
    assert (content["usd"], content["high_usd"]) == (pytest.approx(2.5), pytest.approx(4.0))
    (model,) = content["models"]
    assert model["tokens"]["write"] == 1_000_000 and model["lines"]["write"] == pytest.approx(2.5)
    assert "without a lifetime: billed as 5m, up to that of 1h" in model["notes"][0]
    notes = " ".join(content["notes"])
    assert "every request at the prices of 2026-11-23" in notes
    assert "the request without a service tier: billed as standard" in notes
    assert "3 web searches are billed by the call" in notes


def test_every_line_is_priced_on_its_own_day_unless_a_day_is_named(tmp_path):
    # GPT-5.6 Sol went from 5 / 30 to 4 / 20 on 2026-08-21; 1787184000 is 2026-08-20 00:00 UTC, and a day has 86,400 seconds.
    usage = {"prompt_tokens": 100_000, "completion_tokens": 0}
    lines = [{"model": "gpt-5.6-sol", "created": created, "usage": usage} for created in (1_787_184_000, 1_787_270_400)]
    own = json.loads(bill(tmp_path, lines, "--format", "json").stdout)
    assert own["usd"] == pytest.approx(0.5 + 0.4)
    assert (own["first_day"], own["last_day"]) == ("2026-08-20", "2026-08-21")
    assert json.loads(bill(tmp_path, lines, "--format", "json", *ON).stdout)["usd"] == pytest.approx(0.8)


def test_a_model_that_is_not_in_the_catalogue_is_unknown_and_so_is_the_total(tmp_path):
    done = bill(tmp_path, [LONG, {**LONG, "model": "house-model"}], *ON)
    assert done.returncode == 0
    words = [line.split() for line in done.stdout.splitlines()]
    assert ["total", "USD", "unknown"] in words and ["of", "it", "known", "2.77"] in words
    assert "'house-model' is no offer of the catalogue: say what it was billed as with" in done.stdout


def test_a_part_whose_price_is_not_known_says_what_is_missing(tmp_path):
    # Fast mode leaves Opus 4.8 on 2026-11-30.
    usage = {"input_tokens": 1_000, "output_tokens": 10, "cache_read_input_tokens": 0, "speed": "fast"}
    done = bill(tmp_path, [{"model": "claude-opus-4-8", "timestamp": f"2026-11-{day}T12:00:00Z", "usage": usage} for day in (29, 30)])
    assert "note: not sold on the day of the request, or of unknown price: priority service" in done.stdout
    assert done.stdout.count("not sold") == 1


def test_a_comparison_prices_the_same_tokens_elsewhere_and_says_what_that_leaves_out(tmp_path):
    done = bill(tmp_path, [SHORT], "--compare", *ON)
    assert done.returncode == 0
    assert "tokens as recorded: another model's tokenizer counts" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100
    rows = {row["offer"]: row for row in json.loads(bill(tmp_path, [SHORT], "--compare", "--format", "json", *ON).stdout)["compared"]}
    assert rows["openai/gpt-5.5"]["usd"] == pytest.approx(1.39)
    # Claude Sonnet 5 at 2 / 10: 272,000 x 2 + 1,000 x 10
    assert rows["anthropic/claude-sonnet-5"]["usd"] == pytest.approx(0.554)
    assert rows["openai/gpt-4o"]["usd"] is None and rows["openai/gpt-4o"]["missing"] == ["room for 1 of the requests"]


def test_csv_has_one_row_per_meter_and_offer(tmp_path):
    rows = list(csv.DictReader(io.StringIO(bill(tmp_path, [SHORT], "--compare", "--format", "csv", *ON).stdout)))
    billed = [(row["offer"], row["meter"], row["tokens"]) for row in rows if row["part"] == "bill"]
    assert billed == [("openai/gpt-5.5", "input", "272000"), ("openai/gpt-5.5", "output", "1000"), ("openai/gpt-5.5", "all", "273000")]
    assert float(rows[0]["usd"]) == pytest.approx(1.36)
    assert any(row["part"] == "compared" and row["usd"] == "" and row["meter"].startswith("unknown") for row in rows)


def test_an_offer_that_is_named_prices_bare_usage(tmp_path):
    done = bill(
        tmp_path, [{"input": 1_000, "cache_read": 2_000, "output": 10}], "--offer", "anthropic/claude-sonnet-5", "--format", "json", *ON
    )
    assert json.loads(done.stdout)["usd"] == pytest.approx(0.002 + 0.0004 + 0.0001)


@pytest.mark.parametrize(
    ("lines", "arguments", "says"),
    [
        ([{"input": 1, "output": 1}], (), "say at which offer it was billed with --offer ID"),
        ([LONG], ("--offer", "openai/gpt-7"), "no offer 'openai/gpt-7'"),
        ([LONG], ("--as", "mistral"), "mistral"),
        ([LONG], ("--on", "tomorrow"), "--on"),
        ([LONG], ("--format", "xml"), "xml"),
        ([{**LONG, "usage": {"prompt_tokens": "1", "completion_tokens": 1}}], (), "log.jsonl:1: prompt_tokens: must be a whole number"),
        ([], (), "holds no usage"),
    ],
)
def test_wrong_input_is_exit_code_2_and_one_message(tmp_path, lines, arguments, says):
    done = bill(tmp_path, lines, *arguments)
    assert done.returncode == 2 and done.stdout == ""
    assert says in done.stderr and "Traceback" not in done.stderr
