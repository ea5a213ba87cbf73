"""`fouraxes outage` as a command."""

import json
import subprocess
from pathlib import Path

import pytest
from command import fouraxes

WORKLOAD = """
name: Busy
traffic: {requests_per_day: 1000000, active_hours: 24, shape: steady}
tokens: {input_mean: 1000, output_mean: 200}
budget: {monthly_usd: 1000000}
tiers: {openai: build, anthropic: scale}
"""
PAIR = ("--primary", "anthropic/claude-sonnet-5-5", "--fallback", "openai/gpt-6-sol")


@pytest.fixture(scope="module")
def workload(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("outage") / "workload.yaml"
    path.write_text(WORKLOAD)
    return path


def outage(*arguments: object) -> subprocess.CompletedProcess[str]:
    return fouraxes("outage", *arguments, "--on", "2026-11-30")


def test_the_text_answers_first_and_is_a_hundred_columns_wide(workload):
    done = outage(workload, *PAIR)
    assert done.returncode == 0 and done.stderr == ""
    assert done.stdout.startswith("If Claude Sonnet 5.5 is down for 2 hours at the worst time, GPT-6 Sol at tier Build would refuse")
    assert max(map(len, done.stdout.splitlines())) <= 100
    assert "Build (yours)" in done.stdout and "A year without a fallback" in done.stdout


def test_json_has_its_keys_and_its_shares_fit_together(workload):
    done = outage(workload, *PAIR, "--failing-share", 0.5, "--hours", 1, "--format", "json")
    found = json.loads(done.stdout)
    assert found["primary"] == "anthropic/claude-sonnet-5-5" and found["fallback"]["id"] == "openai/gpt-6-sol"
    assert (found["hours"], found["failing_share"]) == (1, 0.5)
    assert found["calls_failing"] == pytest.approx(found["calls_in_window"] / 2, abs=20)
    with_, moved = found["failing_share_with"], found["fallback"]["failing_share_of_moved"]
    assert with_["high"] == pytest.approx(found["failing_share_without"] * moved["high"])
    build = next(tier for tier in found["fallback"]["tiers"] if tier["tier"] == "build")
    assert set(build["60s"]) == {"refused_share", "delayed_share", "late_share", "first_s", "binding"}
    assert found["yearly"]["primary"]["provider"] == "anthropic" and found["yearly"]["failing_calls_without"]["low"] > 0


def test_without_a_fallback_the_key_is_null(workload):
    found = json.loads(outage(workload, "--primary", "google/gemini-4-argon", "--fallback", "none", "--format", "json").stdout)
    assert found["fallback"] is None and found["failing_share_with"] == {"low": 1, "high": 1}
    assert found["yearly"]["incident_hours"] is None and found["yearly"]["primary"] is None


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--hours", "0"), "hours: 0 is no length"),
        (("--failing-share", "2"), "failing share"),
        (("--primary", "openai/gpt-6-soll"), "gpt-6-sol"),
        (("--primary", "openai/gpt-6-sol", "--fallback", "openai/gpt-6-sol"), "stand in for itself"),
    ],
)
def test_wrong_input_is_exit_code_2_and_one_message(workload, arguments, says):
    done = outage(workload, *arguments)
    assert done.returncode == 2 and done.stdout == ""
    assert says in done.stderr and "Traceback" not in done.stderr
