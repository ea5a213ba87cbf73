"""`fouraxes forecast` as a command: the same sums as text, JSON and CSV."""

import csv
import io
import json
import subprocess
from pathlib import Path

import pytest
from command import fouraxes

# A million calls in 30 days of 3,000 tokens in and 500 out.
WORKLOAD = """
name: Million
traffic: {requests_per_day: 33333.333333333333}
tokens: {input_mean: 3000, output_mean: 500}
needs: {class: fast, providers: [google, openai]}
"""


@pytest.fixture(scope="module")
def workload(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("forecast") / "workload.yaml"
    path.write_text(WORKLOAD)
    return path


def forecast(*arguments: object, on: str = "2026-11-30") -> subprocess.CompletedProcess[str]:
    return fouraxes("forecast", *arguments, "--on", on)


def offers(done: subprocess.CompletedProcess[str]) -> dict[str, dict[str, object]]:
    assert done.returncode == 0, done.stderr
    return {offer["id"]: offer for offer in json.loads(done.stdout)["offers"]}


def line(done: subprocess.CompletedProcess[str], offer: str) -> list[str]:
    (found,) = [line for line in done.stdout.splitlines() if line.startswith(f"{offer} ")]
    return found.split()[1:]


def test_the_table_holds_the_months_against_today_s_bill(workload: Path) -> None:
    done = forecast(workload)
    assert done.returncode == 0 and done.stderr == ""
    # Argon: 12 x (3,000 x 4 + 500 x 20) against 12 x (3,000 x 2 + 500 x 10).
    assert line(done, "google/gemini-4-argon") == ["$264,000", "$132,000", "+$132,000"]
    # 3.6 Flash: 4,125 once and 8,250 eleven times against 12 x 4,125.
    assert line(done, "google/gemini-3.6-flash") == ["$94,875", "$49,500", "+$45,375"]
    assert line(done, "openai/gpt-5.1")[:5] == ["switched", "off", "before", "the", "end"]
    assert "- Gemini 4 Argon from 2026-12-01 on: input $2.00 to $4.00" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_firm_leaves_out_what_may_be_called_off_and_still_names_it(workload: Path) -> None:
    done = forecast(workload, "--firm")
    assert line(done, "google/gemini-4-argon") == ["$132,000", "$132,000", "none"]
    assert "announced changes left out where they may be called off" in " ".join(done.stdout.split())
    assert "- Gemini 4 Argon from 2026-12-01 on" in done.stdout


def test_json_holds_every_month_and_what_happens(workload: Path) -> None:
    done = forecast(workload, "--format", "json")
    found, content = offers(done), json.loads(done.stdout)
    assert (content["from"], content["on"], content["months"][-1], content["announced_counted"]) == (
        "2026-12-01",
        "2026-11-30",
        "2027-11-01",
        True,
    )
    assert found["google/gemini-3.6-flash"]["usd"] == pytest.approx([4_125] + [8_250] * 11)
    assert found["google/gemini-4-argon"]["naive_total_usd"] == pytest.approx(132_000)
    # GPT-5.1 ends on 1 April 2027: four whole months, then none; 3,000 x 1.25 + 500 x 10 = 8,750.
    assert found["openai/gpt-5.1"]["usd"] == [*[pytest.approx(8_750)] * 4, *[None] * 8]
    assert found["openai/gpt-5.1"]["sold_share"] == [1.0] * 4 + [0.0] * 8
    assert found["openai/gpt-5.1"]["total_usd"] is None
    assert all(offer.startswith(("google/", "openai/")) for offer in found)
    events = [(event["date"], event["kind"], event["revocable"], event["counted"]) for event in content["events"]]
    assert ("2026-12-01", "price", True, True) in events and ("2027-04-01", "retirement", False, True) in events
    left_out = json.loads(forecast(workload, "--firm", "--format", "json").stdout)["events"]
    assert {event["counted"] for event in left_out if event["offer"] == "google/gemini-4-argon"} == {False}


def test_csv_has_a_row_for_each_offer_and_month(workload: Path) -> None:
    done = forecast(workload, "--months", 5, "--from", "2027-01-01", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    argon = [row for row in rows if row["offer"] == "google/gemini-4-argon"]
    assert [row["month"] for row in argon] == ["2027-01-01", "2027-02-01", "2027-03-01", "2027-04-01", "2027-05-01"]
    assert {round(float(row["usd"])) for row in argon} == {22_000} and {round(float(row["naive_usd"])) for row in argon} == {11_000}
    ended = [row for row in rows if row["offer"] == "openai/gpt-5.1"]
    assert [(row["usd"] == "", row["sold_share"]) for row in ended] == [(False, "1.0")] * 3 + [(True, "0.0")] * 2


def test_it_goes_to_a_file_that_is_not_overwritten_unasked(workload: Path, tmp_path: Path) -> None:
    target = tmp_path / "forecast.csv"
    assert forecast(workload, "--format", "csv", "-o", target).returncode == 0
    assert target.read_text().startswith("offer,month,usd,")
    done = forecast(workload, "--format", "csv", "-o", target)
    assert done.returncode == 2 and "--force" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "on", "says"),
    [
        (("--from", "2026-11-01"), "2026-11-30", "is before 2026-11-30"),
        (("--from", "soon"), "2026-11-30", "--from: 'soon' is not a day"),
        (("--months", "0"), "2026-11-30", "--months"),
        (("--months", "61"), "2026-11-30", "--months"),
        ((), "9999-12-01", "no calendar holds a month after"),
        (("--from", "9999-01-01"), "2026-11-30", "no calendar holds"),
        (("--pricing", "absent"), "2026-11-30", "cannot be read"),
    ],
)
def test_wrong_input_is_exit_code_2_and_one_message(workload: Path, arguments: tuple[str, ...], on: str, says: str) -> None:
    done = forecast(workload, *arguments, on=on)
    assert done.returncode == 2 and done.stdout == ""
    assert says in done.stderr and "Traceback" not in done.stderr
