"""`fouraxes probe` against a server on loopback: dry run, exit codes, interruption, keys, and the profile's way into a decision."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import command as cli
import pytest
import yaml
from providers.timed import KEY, Timed, timed

from framework.providers import load_target

ROOT = Path(__file__).resolve().parents[1]
SMALL = ("--prompt-tokens", "50", "--requests", "6", "--warm", "2", "--output-tokens", "60")


def config(folder: Path, wire: Timed, kind: str = "openai", model: str = "gpt-6-sol") -> Path:
    path = folder / "llm.yaml"
    base = f"{wire.base}/v1" if kind == "openai" else wire.base
    path.write_text(f"primary: {kind}/{model}\nproviders:\n  {kind}: {{base_url: '{base}', key_env: OUR_LLM_KEY}}\n")
    return path


def environment(**others: str) -> dict[str, str]:
    return {**os.environ, "OUR_LLM_KEY": KEY, **others}


def command(*arguments: object) -> list[str]:
    return cli.argv("probe", *arguments, "--allow-host", "127.0.0.1")


def fouraxes(*arguments: object, apart: bool = False, **others: str) -> subprocess.CompletedProcess[str]:
    return cli.fouraxes("probe", *arguments, "--allow-host", "127.0.0.1", env={"OUR_LLM_KEY": KEY, **others}, apart=apart)


def test_a_dry_run_says_what_it_would_cost_and_sends_nothing_and_needs_no_key(tmp_path):
    with timed() as wire:
        path = config(tmp_path, wire)
        done = fouraxes(path, "--prompt-tokens", "1000,10000", "--max-usd", "0.5", OUR_LLM_KEY="")
        assert wire.noted == []
    assert done.returncode == 0 and done.stderr == ""
    assert "101 requests one after the other" in done.stdout and "prices of the catalogue" in done.stdout
    assert "the limit of $0.5 may end it early" in done.stdout and "Nothing was sent. Add --yes to send it." in done.stdout


def test_a_dry_run_says_which_prompts_the_model_has_no_room_for(tmp_path):
    path = tmp_path / "llm.yaml"
    path.write_text("primary: openai/gpt-4o-mini\n")
    said = fouraxes(path, "--prompt-tokens", "1000,100000,128000").stdout
    assert "prompts of 128,000 tokens are above its limit of 127,744: they would be refused" in said
    assert "prompts of 100,000 tokens may be above its limit of 127,744" in said
    assert "its limit" not in fouraxes(path, "--prompt-tokens", "1000,79000").stdout


@pytest.mark.parametrize(
    ("model", "options", "tokens", "noted"),
    [
        ("gpt-6-sol", "{}", 256, False),
        ("gpt-6-sol", "{reasoning_effort: none}", 256, False),
        ("gpt-6-sol", "{reasoning_effort: low}", 256, True),
        ("gpt-6.1-sol", "{}", 256, True),  # always thinks
        ("gpt-6.1-sol", "{}", 4_000, False),
    ],
)
def test_a_model_that_thinks_is_said_to_need_room_for_it(model, options, tokens, noted, tmp_path):
    path = tmp_path / "llm.yaml"
    path.write_text(f"primary: openai/{model}\nproviders: {{openai: {{options: {options}}}}}\n")
    done = fouraxes(path, "--output-tokens", tokens)
    assert done.returncode == 0 and ("it thinks before it answers: where that uses up 256 tokens" in done.stdout) == noted


@pytest.mark.parametrize(("kind", "model"), [("openai", "gpt-6-sol"), ("anthropic", "claude-haiku-5-5")])
def test_a_whole_run_writes_a_profile_that_any_yaml_reader_reads(kind, model, tmp_path):
    with timed(ttft_s=0.02, piece_s=0.002) as wire:
        done = fouraxes(config(tmp_path, wire, kind, model), *SMALL, "--yes", "--region", "Büro, eu", "-o", tmp_path / "p.yaml")
        assert len(wire.noted) == 9
    assert done.returncode == 0, done.stderr
    assert done.stdout == "" and "9 of 9 requests, 0 failed" in done.stderr and "cold at 50 tokens: n = 6" in done.stderr
    content = yaml.safe_load((tmp_path / "p.yaml").read_text())
    assert (content["provider"], content["model"], content["offer"]) == (kind, model, f"{kind}/{model}")
    assert (content["region"], content["ended"], content["thinks"], content["effort"]) == ("Büro, eu", None, False, None)
    assert kind in content["client"] and "Python 3" in content["client"]
    assert content["conditions"]["requests_sent"] == 9 and content["conditions"]["usd_at_most"] > 0
    cold, warm = content["readings"]
    assert (cold["cache"], cold["n"], warm["cache"], warm["n"], warm["cached_share"]) == ("cold", 6, "warm", 2, 1.0)
    assert cold["ttft_s"]["p95"] is None and cold["p95_missing"] == "n = 6 is below 40"
    assert 0.02 <= cold["ttft_s"]["min"] <= cold["ttft_s"]["p50"] <= cold["ttft_s"]["max"] < 2


def test_without_an_output_file_the_profile_alone_is_on_standard_output(tmp_path):
    with timed() as wire:
        done = fouraxes(config(tmp_path, wire), *SMALL, "--yes")
    assert done.returncode == 0 and yaml.safe_load(done.stdout)["format"] == "fouraxes-latency-profile"


def test_a_stop_keeps_what_was_measured_and_exits_with_4(tmp_path):
    with timed(script=["ok"] * 4 + ["429", "429"]) as wire:
        done = fouraxes(config(tmp_path, wire), *SMALL, "--yes", "-o", tmp_path / "p.yaml")
    assert done.returncode == 4 and "Not all was sent: the rate limit was met twice in a row" in done.stderr
    content = yaml.safe_load((tmp_path / "p.yaml").read_text())
    assert content["ended"].startswith("the rate limit was met twice") and content["readings"][0]["n"] == 2


def test_a_refused_key_stops_at_once_and_leaves_no_file(tmp_path):
    with timed(script=["401"]) as wire:
        done = fouraxes(config(tmp_path, wire), *SMALL, "--yes", "-o", tmp_path / "p.yaml")
        assert len(wire.noted) == 1
    assert done.returncode == 4 and "No reply was timed, so there is no profile to write." in done.stderr
    assert "check the key in the environment" in done.stderr and not (tmp_path / "p.yaml").exists()


def test_an_unknown_price_limits_the_tokens_and_says_so(tmp_path):
    with timed() as wire:
        path = config(tmp_path, wire, model="gpt-of-our-own")
        dry = fouraxes(path, *SMALL)
        done = fouraxes(path, *SMALL, "--max-tokens", "300", "--yes")
    assert "cost      unknown: no price is known, so --max-usd cannot hold and the number of tokens is limited instead" in dry.stdout
    assert "1,000,000 tokens" in dry.stdout and "to import the profile, write the offer's id into it" in dry.stdout
    # 72 tokens are billed a reply and at most 160 + 60 could be: after the second 144 are used and 220 more would be too many.
    assert done.returncode == 4 and "could exceed the limit of 300 tokens" in done.stderr
    assert yaml.safe_load(done.stdout)["conditions"]["usd_at_most"] is None and len(wire.noted) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--prompt-tokens", "many"), "--prompt-tokens: 'many' must be whole numbers"),
        (("--prompt-tokens", "5"), "from 10 to 2,000,000 tokens"),
        (("--requests", "0"), "1 to 1,000 requests"),
        (("--region", "sk-proj-abcdefghijklmnop"), "--region: must be"),
        (("--region", "a\nb"), "--region: must be"),
        (("--max-usd", "nan"), "Invalid value for '--max-usd'"),
        (("--max-seconds", "nan"), "Invalid value for '--max-seconds'"),
        (("--target", "openai/other"), "names no 'openai/other'; it names openai/gpt-6-sol"),
    ],
)
def test_wrong_input_exits_with_2_and_sends_nothing(arguments, said, tmp_path):
    with timed() as wire:
        done = fouraxes(config(tmp_path, wire), *arguments, "--yes")
        assert wire.noted == []
    assert done.returncode == 2 and said in done.stderr and "Traceback" not in done.stderr and "abcdefghijklmnop" not in done.stderr


def test_a_file_that_is_there_is_not_overwritten_and_nothing_is_spent_on_it(tmp_path):
    (tmp_path / "p.yaml").write_text("mine")
    with timed() as wire:
        done = fouraxes(config(tmp_path, wire), *SMALL, "--yes", "-o", tmp_path / "p.yaml")
        assert wire.noted == []
    assert done.returncode == 2 and "--force" in done.stderr and (tmp_path / "p.yaml").read_text() == "mine"


def test_an_inner_address_is_refused_unless_its_host_is_named(tmp_path):
    with timed() as wire:
        path = config(tmp_path, wire)
        done = cli.fouraxes("probe", path, *SMALL, "--yes", env={"OUR_LLM_KEY": KEY})
        assert wire.noted == []
    assert done.returncode == 2 and "leads to an inner address (127.0.0.1" in done.stderr


def test_ctrl_c_keeps_what_was_measured(tmp_path):
    with timed(script=["ok"] * 3 + ["hang"]) as wire:
        running = subprocess.Popen(
            command(config(tmp_path, wire), *SMALL, "--yes", "-o", tmp_path / "p.yaml"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.DEVNULL,
        )
        for _ in range(400):
            if len(wire.noted) == 4:
                break
            time.sleep(0.05)
        arguments = Path(f"/proc/{running.pid}/cmdline")
        assert not arguments.exists() or KEY.encode() not in arguments.read_bytes()
        time.sleep(0.2)
        running.send_signal(signal.SIGINT)
        _, told = running.communicate(timeout=120)
    assert running.returncode == 130 and "Traceback" not in told and "Not all was sent: interrupted" in told
    content = yaml.safe_load((tmp_path / "p.yaml").read_text())
    # One to connect, a cold one, the same again; the second cold one was under way.
    assert content["ended"] == "interrupted" and [reading["n"] for reading in content["readings"]] == [1, 1]


@pytest.mark.parametrize("kind", ["openai", "anthropic"])
@pytest.mark.parametrize("script", [["ok"] * 9, ["ok", "ok", "echo key"], ["ok", "ok", "cut", "500", "ok"]])
def test_the_key_is_nowhere(kind, script, tmp_path):
    with timed(script=list(script)) as wire:
        path = config(tmp_path, wire, kind)
        done = fouraxes(path, *SMALL, "--yes", "-o", tmp_path / "p.yaml", OPENAI_LOG="debug", ANTHROPIC_LOG="debug", apart=True)
        assert any(KEY in note.key for note in wire.noted), "it was sent, so the test can fail"
    assert (tmp_path / "p.yaml").exists()
    written = "".join(each.read_text() for each in tmp_path.iterdir())
    assert KEY not in done.stdout + done.stderr + written
    assert script[-1] != "echo key" or ("wrong key: " in done.stderr and "wrong key" not in written), "said once, and not passed on"
    assert "Leave the words above aside" not in written and "hill" not in written, "neither prompt nor reply is kept"
    assert wire.base not in (tmp_path / "p.yaml").read_text(), "nor the address"


WORKLOAD = """
tokens: {input_mean: 1000, output_mean: 100}
context: {system_tokens: 600, turns: 1, turn_tokens: 400, output_reserve_tokens: 500}
budget: {monthly_usd: 5000, ttft_s: 5, response_s: 20, percentile: 80}
"""


def decided(workload: Path, *arguments: object) -> dict[str, dict]:
    done = cli.fouraxes("decide", workload, "--format", "json", *arguments)
    assert done.returncode in (0, 3), done.stderr
    return {offer["id"]: offer["latency"] for offer in json.loads(done.stdout)["offers"]}


def test_an_offer_without_a_published_reading_is_decided_on_by_the_profile(tmp_path):
    workload, profile = tmp_path / "workload.yaml", tmp_path / "p.yaml"
    workload.write_text(WORKLOAD)
    with timed(ttft_s=0.1, piece_s=0.002) as wire:
        done = fouraxes(config(tmp_path, wire, model="gpt-6.1-terra"), *SMALL, "--yes", "-o", profile)
    assert done.returncode == 0, done.stderr
    before, after = decided(workload), decided(workload, "--profile", profile)
    assert (before["openai/gpt-6.1-terra"]["verdict"], before["openai/gpt-6.1-terra"]["ttft_s"]["p50"]) == ("UNKNOWN", None)
    assert after["openai/gpt-6.1-terra"]["verdict"] == "MEETS" and 0.1 < after["openai/gpt-6.1-terra"]["ttft_s"]["p50"] < 1
    assert {name: each for name, each in before.items() if "terra" not in name} == {
        name: each for name, each in after.items() if "terra" not in name
    }


def test_a_profile_that_cannot_be_read_is_explained(tmp_path):
    (tmp_path / "workload.yaml").write_text(WORKLOAD)
    done = cli.fouraxes("decide", "workload.yaml", "--profile", "none.yaml", cwd=tmp_path)
    assert done.returncode == 2 and done.stderr == "fouraxes: none.yaml: cannot be read: No such file or directory; check the path\n"


def test_what_is_measured_is_one_provider_of_the_file_without_its_retries_and_fallbacks(tmp_path, monkeypatch):
    path = tmp_path / "llm.yaml"
    path.write_text(
        "primary: openai/a\nfallback: [anthropic/b]\nsplit: {groq/c: 0.1}\nmax_retries: 5\n"
        "prices: {openai/a: {input: 1, output: 2}}\n"
        "providers:\n  openai: {options: {reasoning_effort: low, service_tier: flex}}\n"
        "  anthropic: {options: {thinking: {type: disabled}}}\n"
    )
    for variable in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GROQ_API_KEY"):
        monkeypatch.setenv(variable, KEY)
    first = load_target(path)
    assert (first.name, first.effort, first.service, first.prices.output_mtok) == ("openai/a", "low", "flex", 2)
    assert first.open()._retry.max_retries == 0
    others = [load_target(path, name) for name in ("anthropic/b", "groq/c")]
    assert [(each.effort, each.prices, each.open().name) for each in others] == [("none", None, "anthropic/b"), (None, None, "groq/c")]
