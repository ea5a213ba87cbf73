"""`fouraxes replay` as a command: traces whose answer can be worked out by hand, both windows, every client, and what is refused."""

import csv
import errno
import io
import json
import os
import subprocess
import sys
from fractions import Fraction
from math import ceil
from pathlib import Path

import numpy as np
import pytest

from framework.cli import main
from framework.simulation.traces import read_trace

ROOT = Path(__file__).resolve().parents[1]
FIXTURES = ROOT / "tests" / "simulation" / "fixtures"
LAYOUTS = ("azure_2023_conversation_head.csv", "mooncake_synthetic_head.jsonl")
# Against one request a second: the second comes half a second too early, the fourth finds a fifth of its place.
FOUR = "time_s,input_tokens,output_tokens\n0,100,50\n0.5,100,50\n1.0,100,50\n1.2,100,50\n"
ROW = ["offer", "tier", "window", "requests", "served", "refused", "delayed", "delay_s", "attempts", "binding", "first_refusal_s"]


@pytest.fixture
def replay(monkeypatch, capfd):
    """Exit code, standard output and standard error of one command."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["fouraxes", "replay", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capfd.readouterr()
        return ended.value.code, told.out, told.err

    return run


@pytest.fixture
def rows(replay):
    """The rows of an answer in JSON."""

    def run(*arguments):
        code, out, err = replay(*arguments, "--format", "json")
        assert code == 0, err
        return json.loads(out)["rows"]

    return run


@pytest.fixture
def four(tmp_path):
    path = tmp_path / "four.csv"
    path.write_text(FOUR)
    return path


def table_of(text):
    """The words of each row below the heads."""
    lines = text.splitlines()
    head = next(at for at, line in enumerate(lines) if line.startswith("window"))
    return [line.split() for line in lines[head + 1 :] if line[:8].strip().endswith(" s")]


def a_trace(tmp_path, *times, tokens="100,50"):
    """Requests at these seconds or moments."""
    path = tmp_path / "t.csv"
    column = "time" if isinstance(times[0], str) else "time_s"
    path.write_text("".join(f"{line}\n" for line in (f"{column},input_tokens,output_tokens", *(f"{time},{tokens}" for time in times))))
    return path


def test_without_a_window_both_are_told_and_each_row_says_which(rows, four):
    harsh, kind = rows("--trace", four, "--limits", "rpm=60")
    assert list(harsh) == list(kind) == ROW
    # A bucket of a second holds one request: those at 0 and 1 s find it full.
    assert harsh == {
        "offer": None,
        "tier": None,
        "window": 1,
        "requests": 4,
        "served": 2,
        "refused": 2,
        "delayed": 0,
        "delay_s": {"p50": 0.0, "p95": 0.0, "max": 0.0},
        "attempts": 4,
        "binding": "rpm",
        "first_refusal_s": 0.5,
    }
    # One of a minute holds sixty.
    assert (kind["window"], kind["served"], kind["refused"], kind["binding"], kind["first_refusal_s"]) == (60, 4, 0, None, None)


def test_those_who_wait_are_delayed_as_the_queue_says_with_quantiles_between_them(rows, four):
    # One a second: served at 0, 1, 2 and 3 s, so delayed by 0, 0.5, 1 and 1.8 s. p50 lies halfway between 0.5 and 1; p95 lies
    # 0.95 x 3 = 2.85 places up, so at 1 + 0.85 x 0.8 = 1.68.
    (row,) = rows("--trace", four, "--limits", "rpm=60", "--policy", "wait", "--window", 1)
    assert (row["served"], row["refused"], row["delayed"], row["attempts"], row["binding"]) == (4, 0, 3, 4, "rpm")
    assert row["delay_s"] == {"p50": pytest.approx(0.75), "p95": pytest.approx(1.68), "max": 1.8}


@pytest.mark.parametrize(
    ("limits", "served", "binding"),
    [
        ("itpm=100", 1, "itpm"),
        ("otpm=50", 1, "otpm"),
        ("tpm=150", 1, "tpm"),
        ("itpm=99", 0, "itpm"),
        ("otpm=49", 0, "otpm"),
        ("tpm=149", 0, "tpm"),
        ("itpm=392,otpm=200,rpm=4", 3, "itpm"),
        ("itpm=400,otpm=200,rpm=4,tpm=600", 4, None),
    ],
)
def test_input_output_and_both_are_charged_as_the_trace_has_them(rows, four, limits, served, binding):
    # 100 in and 50 out each. In 1.2 s 392 tokens a minute refill 7.84, so that the fourth request finds 99.84.
    (row,) = rows("--trace", four, "--limits", limits, "--window", 60)
    assert (row["served"], row["binding"]) == (served, binding)


def test_a_request_that_no_bucket_holds_is_named_and_nobody_waits_for_it(replay, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("time_s,input_tokens,output_tokens\n0,10,1\n1,1001,1\n2,1000,1\n")
    code, out, _ = replay("--trace", path, "--limits", "itpm=1000", "--policy", "wait", "--window", 60, "--format", "json")
    answer = json.loads(out)
    (row,) = answer["rows"]
    # 10 are gone from 1,000 at 0 s; 16.67 refill a second, so the bucket is full again at 0.6 s and the third request waits for nobody.
    assert (code, row["served"], row["refused"], row["delayed"], row["first_refusal_s"]) == (0, 2, 1, 0, 1.0)
    assert answer["notes"][0] == "1 request is larger than the 1,000 input tokens per minute: no waiting lets it through"


def test_where_nothing_is_served_there_is_no_delay_to_tell(rows, replay, four):
    (row,) = rows("--trace", four, "--limits", "tpm=1", "--policy", "wait", "--window", 1)
    assert (row["served"], row["refused"], row["binding"], row["first_refusal_s"]) == (0, 4, "tpm", 0.0)
    assert row["delay_s"] == {"p50": None, "p95": None, "max": None}
    _, out, _ = replay("--trace", four, "--limits", "tpm=1", "--policy", "wait", "--window", 1)
    assert table_of(out)[0] == ["1", "s", "4", "0", "4", "0", "-", "-", "-", "4", "tpm", "0", "ms"]


def test_the_limits_of_a_day_are_as_deep_as_a_day_whatever_the_window(rows, four):
    for row in rows("--trace", four, "--limits", "rpd=2"):
        assert (row["served"], row["binding"], row["first_refusal_s"]) == (2, "rpd", 1.0)
    # 150 tokens each: 450 hold three.
    assert [row["served"] for row in rows("--trace", four, "--limits", "tpd=450")] == [3, 3]


def test_a_retry_comes_after_the_sdks_pauses(rows, tmp_path):
    path = a_trace(tmp_path, 0, 0.5)
    asked = ("--trace", path, "--limits", "rpm=60", "--window", 1, "--policy", "retry")
    (row,) = rows(*asked)
    # Refused at 0.5 s; again within 0.375 to 0.5 s of that, which is before a second is over; then after 0.75 to 1 s more it is served.
    assert (row["served"], row["delayed"], row["attempts"], row["binding"]) == (2, 1, 4, "rpm")
    assert 1.125 <= row["delay_s"]["max"] <= 1.5
    # A first pause of 1.5 to 2 s is long enough.
    (row,) = rows(*asked, "--first-backoff", 2)
    assert row["attempts"] == 3 and 1.5 <= row["delay_s"]["max"] <= 2
    # Capped at 0.1 s each, two pauses end before the bucket has refilled.
    (row,) = rows(*asked, "--backoff-cap", 0.1)
    assert (row["served"], row["refused"], row["attempts"], row["first_refusal_s"]) == (1, 1, 4, 0.5)
    (row,) = rows(*asked, "--retries", 0)
    assert (row["refused"], row["attempts"]) == (1, 2)
    # The bucket holds it half a second later; `retry-after` says so in whole seconds.
    (row,) = rows(*asked, "--retry-after")
    assert (row["served"], row["attempts"], row["delay_s"]["max"]) == (2, 3, 1.0)


def test_the_seed_moves_the_jitter_and_nothing_else(rows, tmp_path):
    path = a_trace(tmp_path, 0, 0.5)
    asked = ("--trace", path, "--limits", "rpm=60", "--window", 1, "--policy", "retry")
    delays = [rows(*asked, "--seed", seed)[0]["delay_s"]["max"] for seed in (0, 0, 1)]
    assert delays[0] == delays[1] != delays[2]


def test_fixed_windows_begin_with_the_first_request_or_with_the_clock(rows, tmp_path):
    times = [f"2026-11-23T12:00:{second}Z" for second in (30, 40, 50)] + ["2026-11-23T12:01:00Z", "2026-11-23T12:01:30Z"]
    asked = ("--trace", a_trace(tmp_path, *times), "--limits", "rpm=2", "--window", 60, "--fixed-windows")
    # From 12:00:30: three, of which two pass, and 12:01:00 is still in it; the last begins a new one.
    (first,) = rows(*asked, "first")
    assert (first["served"], first["first_refusal_s"]) == (3, 20.0)
    # By the clock: two of three up to 12:01:00, and both after it.
    (clock,) = rows(*asked, "clock")
    assert (clock["served"], clock["first_refusal_s"]) == (4, 20.0)
    # Who waits gets into the next window, in order: 30 s from the first request on.
    (patient,) = rows(*asked, "clock", "--policy", "wait")
    assert (patient["served"], patient["delayed"], patient["delay_s"]["max"]) == (5, 2, 30.0)


def test_fixed_windows_of_a_second_let_no_more_than_the_limit_in(replay, rows, tmp_path):
    # 30 a minute are one in two seconds: of one a second for a minute every other one.
    asked = ("--trace", a_trace(tmp_path, *range(60)), "--limits", "rpm=30", "--window", 1, "--fixed-windows", "first")
    (row,) = rows(*asked)
    assert (row["served"], row["first_refusal_s"]) == (30, 1.0)
    assert "the window is as long as that takes" in " ".join(replay(*asked)[1].split())


def test_windows_cannot_follow_a_clock_that_the_trace_does_not_tell(replay, four):
    code, out, err = replay("--trace", four, "--limits", "rpm=2", "--fixed-windows", "clock")
    assert (code, out) == (2, "") and "does not tell the time of day" in err and "--fixed-windows first" in err


def test_calls_in_flight_count_where_their_duration_is_given(rows, tmp_path):
    path = a_trace(tmp_path, 0, 1, 2, 2.5)
    asked = ("--trace", path, "--limits", "concurrency=1", "--seconds-per-call", 2, "--window", 1)
    # The first is under way until 2 s, when the third comes; it holds the place until 4 s.
    (row,) = rows(*asked)
    assert (row["served"], row["refused"], row["binding"], row["first_refusal_s"]) == (2, 2, "concurrency", 1.0)
    # In a queue they begin at 0, 2, 4 and 6 s: 0, 1, 2 and 3.5 s late.
    (row,) = rows(*asked, "--policy", "wait")
    assert (row["served"], row["delayed"], row["delay_s"]["max"]) == (4, 3, 3.5)
    # More places than requests are never all taken, however many are asked for.
    (row,) = rows("--trace", path, "--limits", "concurrency=10B", "--seconds-per-call", 2, "--window", 1)
    assert (row["served"], row["binding"]) == (4, None)


def fifo(path, limits, window_s):
    """A queue before exact buckets in plain Python: admitted microseconds, None where larger than a bucket."""
    arrivals = read_trace(path).arrivals
    calls = list(zip(arrivals.time_us.tolist(), arrivals.input_tokens.tolist(), arrivals.output_tokens.tolist(), strict=True))
    sizes = {"rpm": lambda i, o: 1, "itpm": lambda i, o: i, "otpm": lambda i, o: o, "tpm": lambda i, o: i + o}
    largest = {meter: max(sizes[meter](i, o) for _, i, o in calls) for meter in limits}
    cap = {meter: max(Fraction(limit * window_s, 60), min(limit, largest[meter])) for meter, limit in limits.items()}
    level, last, admitted = dict(cap), 0, []
    for time, i, o in calls:
        need, start = {meter: sizes[meter](i, o) for meter in limits}, max(time, last)
        if any(need[meter] > cap[meter] for meter in limits):
            admitted.append(None)
            continue
        rate = {meter: Fraction(limit, 60_000_000) for meter, limit in limits.items()}
        held = {meter: min(cap[meter], level[meter] + rate[meter] * (start - last)) for meter in limits}
        start += max(max(ceil((need[meter] - held[meter]) / rate[meter]), 0) for meter in limits)
        level = {meter: min(cap[meter], level[meter] + rate[meter] * (start - last)) - need[meter] for meter in limits}
        last = start
        admitted.append(start)
    return arrivals.time_us.tolist(), admitted


@pytest.mark.parametrize("window_s", [1, 60])
@pytest.mark.parametrize(
    ("layout", "limits"),
    [
        (LAYOUTS[0], {"rpm": 70}),
        (LAYOUTS[0], {"rpm": 97, "itpm": 31_337, "otpm": 3_001}),
        (LAYOUTS[0], {"tpm": 4_000}),
        (LAYOUTS[1], {"rpm": 150, "tpm": 1_234_567}),
        (LAYOUTS[1], {"itpm": 40_000, "otpm": 50_000}),
    ],
)
def test_both_shared_layouts_wait_as_a_plain_queue_does_to_the_microsecond(rows, tmp_path, layout, limits, window_s):
    time_us, admitted_us = fifo(FIXTURES / layout, limits, window_s)
    delay_s = [(at - time) / 1e6 for time, at in zip(time_us, admitted_us, strict=True) if at is not None]
    given = ",".join(f"{meter}={limit}" for meter, limit in limits.items())
    target = tmp_path / "admitted.csv"
    (row,) = rows("--trace", FIXTURES / layout, "--limits", given, "--policy", "wait", "--window", window_s, "--arrivals", target)
    assert (row["served"], row["refused"]) == (len(delay_s), 40 - len(delay_s))
    assert row["delayed"] == sum(delay > 0 for delay in delay_s)
    p50, p95 = (float(np.interp(share * (len(delay_s) - 1), range(len(delay_s)), sorted(delay_s))) for share in (0.5, 0.95))
    assert row["delay_s"] == {"p50": pytest.approx(p50), "p95": pytest.approx(p95), "max": max(delay_s)}
    written = [line["admitted_s"] for line in csv.DictReader(io.StringIO(target.read_text()))]
    assert written == ["" if at is None else f"{at // 10**6}.{at % 10**6:06d}" for at in admitted_us]


def test_admitted_times_are_written_exactly_in_the_order_of_the_trace(rows, four, tmp_path):
    target = tmp_path / "admitted.csv"
    asked = ("--trace", four, "--window", 1, "--arrivals", target)
    rows(*asked, "--limits", "rpm=60", "--policy", "wait")
    assert target.read_text().splitlines() == [
        "time_s,admitted_s,attempts,cause",
        "0.000000,0.000000,1,",
        "0.500000,1.000000,1,rpm",
        "1.000000,2.000000,1,rpm",
        "1.200000,3.000000,1,rpm",
    ]
    # 45 a minute are one in 4/3 s, which is no whole number of microseconds: served at the first one at which the bucket is full, so that
    # what runs over in the rest of that microsecond is lost.
    rows(*asked, "--limits", "rpm=45", "--policy", "wait", "--force")
    assert [line.split(",")[1] for line in target.read_text().splitlines()[1:]] == ["0.000000", "1.333334", "2.666668", "4.000002"]
    rows(*asked, "--limits", "rpm=60", "--force")
    assert target.read_text().splitlines()[1:3] == ["0.000000,0.000000,1,", "0.500000,,1,rpm"]


def test_admitted_times_replace_no_file_unless_told_to_and_never_the_trace(replay, four, tmp_path):
    kept = tmp_path / "kept.csv"
    kept.write_text("mine")
    asked = ("--trace", four, "--limits", "rpm=60", "--window", 1, "--arrivals")
    code, out, err = replay(*asked, kept)
    assert (code, out, kept.read_text()) == (2, "", "mine") and "add --force" in err
    code, _, err = replay(*asked, four, "--force")
    assert (code, four.read_text()) == (2, FOUR) and "is the traffic that is replayed" in err
    code, _, err = replay(*asked, tmp_path / "none" / "there.csv")
    assert code == 2 and "cannot be written" in err


def test_a_long_trace_is_written_in_pieces_without_a_gap_between_them(rows, tmp_path):
    path, target = tmp_path / "long.csv", tmp_path / "admitted.csv"
    path.write_text("time_s,input_tokens,output_tokens\n" + "".join(f"{second},1,1\n" for second in range(100_002)))
    (row,) = rows("--trace", path, "--limits", "rpm=60", "--window", 1, "--arrivals", target)
    assert row["served"] == 100_002
    lines = target.read_text().splitlines()
    assert lines[1:] == [f"{second}.000000,{second}.000000,1," for second in range(100_002)]


def test_the_json_says_what_was_replayed_and_what_the_trace_left_open(replay):
    code, out, err = replay("--trace", FIXTURES / LAYOUTS[0], "--limits", "rpm=1k,tpm=1M", "--policy", "retry", "--format", "json")
    answer = json.loads(out)
    assert (code, err.replace("Compiling the replay once, a few seconds ...\n", "")) == (0, "")
    assert list(answer) == ["trace", "policy", "rows", "limits", "fixed_windows", "retry", "notes"]
    assert (answer["trace"], answer["policy"], answer["fixed_windows"]) == (str(FIXTURES / LAYOUTS[0]), "retry", None)
    assert answer["limits"] == {"rpm": 1_000, "tpm": 1_000_000}
    assert answer["retry"] == {"retries": 2, "first_backoff_s": 0.5, "backoff_cap_s": 8.0, "seed": 0, "retry_after_cap_s": 0.0}
    assert answer["notes"] == ["the times name no zone: the hour of the day is the one written"]


def test_a_bundled_trace_goes_by_its_name_and_is_credited(replay):
    code, out, _ = replay("--trace", "mooncake_synthetic", "--limits", "rpm=1k", "--format", "json")
    answer = json.loads(out)
    assert code == 0 and [row["requests"] for row in answer["rows"]] == [3_993, 3_993]
    assert any("Apache-2.0" in note for note in answer["notes"])


def test_the_table_has_a_row_per_window_and_says_why_there_are_two(replay, four):
    code, out, _ = replay("--trace", four, "--limits", "rpm=60,tpm=40M")
    lines = out.splitlines()
    assert code == 0 and "60 requests per minute, 40,000,000 tokens per minute" in " ".join(lines[:2])
    assert table_of(out) == [
        ["1", "s", "4", "2", "2", "0", "0", "ms", "0", "ms", "0", "ms", "4", "rpm", "500", "ms"],
        ["60", "s", "4", "4", "0", "0", "0", "ms", "0", "ms", "0", "ms", "4", "-", "-"],
    ]
    assert "No provider publishes how deep a bucket is" in out
    assert "No provider publishes" not in replay("--trace", four, "--limits", "rpm=60", "--window", 1)[1]
    assert max(map(len, lines)) <= 110


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("--max-tokens", 500), "--max-tokens is ignored: with --limits each request is charged the output tokens that it has"),
        (("--on", "2026-11-23"), "--on and --pricing are ignored"),
        (("--seconds-per-call", 3), "--seconds-per-call is ignored: --limits names no concurrency"),
        (("--retries", 3, "--seed", 1), "ignored without --policy retry: --retries, --seed"),
        (("--policy", "wait", "--no-retry-after", "--first-backoff", 1), "ignored without --policy retry: --first-backoff, --retry-after"),
    ],
)
def test_what_does_not_count_is_said_beside_the_answer_and_not_in_it(replay, four, given, says):
    code, out, err = replay("--trace", four, "--limits", "rpm=60", "--format", "json", *given)
    assert code == 0 and says in err and "ignored" not in out
    assert len(json.loads(out)["rows"]) == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "give a workload file, or a trace with --trace FILE"),
        (("w.yaml", "--trace", "FOUR"), "give one of them"),
        (("--trace", "FOUR", "--limits", "rpm=60", "--offer", "openai/gpt-6-sol"), "--offer and --limits both say which limits hold"),
        (("--trace", "FOUR", "--limits", "rpm=60", "--tier", "launch"), "--tier and --limits both say which limits hold"),
        (("--trace", "FOUR", "--limits", "rpm=-1"), "--limits: rpm must be a whole number from 1 to 10,000,000,000"),
        (("--trace", "FOUR", "--limits", "rpm=5,rpm=5"), "--limits: rpm is given twice"),
        (("--trace", "FOUR", "--limits", ""), "--limits: nothing is not a limit"),
        (("--trace", "FOUR", "--limits", "concurrency=5"), "add --seconds-per-call N"),
        (("--trace", "FOUR", "--limits", "concurrency=5", "--seconds-per-call", "nan"), "--seconds-per-call: must be more than 0"),
        (("--trace", "FOUR", "--limits", "concurrency=5", "--seconds-per-call", "-1"), "--seconds-per-call: must be more than 0"),
        (("--trace", "FOUR", "--limits", "rpm=5", "--first-backoff", "inf"), "--first-backoff: must be more than 0 and at most 600 s"),
        (("--trace", "FOUR", "--limits", "rpm=5", "--backoff-cap", "0"), "--backoff-cap: must be more than 0 and at most 3,600 s"),
        (("--trace", "FOUR", "--limits", "rpm=5", "--retries", "11"), "--retries"),
        (("--trace", "FOUR", "--limits", "rpm=5", "--window", "5"), "--window"),
        (("--trace", "FOUR", "--limits", "rpm=5", "--policy", "hope"), "--policy"),
        (("--trace", "FOUR", "--limits", "rpm=5", "--max-tokens", "0"), "--max-tokens"),
        (("--trace", "FOUR", "--limits", "rpm=5", "--on", "tomorrow"), "--on: 'tomorrow' is not a day"),
        (("--trace", "FOUR", "--limits", "rpm=5", "--arrivals", "a.csv"), "choose --window 1 or --window 60"),
        (("--trace", "FOUR", "--window", "1", "--arrivals", "a.csv"), "choose one with --offer ID"),
        (("--trace", "no such file", "--limits", "rpm=5"), "no such file: no such file"),
        (("--trace", ".", "--limits", "rpm=5"), "not a regular file"),
        (("--trace", "", "--limits", "rpm=5"), "not a regular file"),
        (("--trace", "FOUR", "--offer", "openai/gpt-7"), "no offer 'openai/gpt-7'"),
        (("--trace", "FOUR", "--offer", "openai/gpt-6-sol", "--tier", "tier9"), "--tier: openai has no tier 'tier9': take one of "),
        (("--trace", "FOUR", "--tier", "tier9"), "--tier: no provider has a tier 'tier9': take one of "),
        (("no such workload.yaml",), "no such file"),
    ],
)
def test_wrong_input_is_exit_code_2_and_one_message(replay, four, arguments, says):
    code, out, err = replay(*(four if argument == "FOUR" else argument for argument in arguments))
    assert (code, out) == (2, "")
    assert says in err and "Traceback" not in err


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("time_s,input_tokens,output_tokens\n1,5,5\n0,5,5\n", "t.csv:3: time_s: is earlier than the row before it"),
        ("time_s,input_tokens,output_tokens\n0,-5,5\n", "t.csv:2: input_tokens"),
        ("time_s,input_tokens,output_tokens\n0,1000000000000,5\n", "t.csv:2: input_tokens: must be at most 1,000,000,000 tokens"),
        ("time_s,input_tokens,output_tokens\n", "no requests"),
        ("", "t.csv"),
    ],
)
def test_a_hostile_trace_is_answered_with_its_line_and_column(replay, tmp_path, content, says):
    path = tmp_path / "t.csv"
    path.write_text(content)
    code, out, err = replay("--trace", path, "--limits", "rpm=5")
    assert (code, out) == (2, "") and says in err and "Traceback" not in err


def test_figures_at_the_edge_of_what_is_accepted_neither_overflow_nor_fail(rows, tmp_path):
    # A thousand million tokens, ten years apart, against the largest and the smallest limits there are.
    path = a_trace(tmp_path, 0, 315_360_000, 315_360_001, tokens="1000000000,1000000000")
    wide = "rpm=10B,itpm=10B,otpm=10B,tpm=10B,rpd=10B,tpd=10B"
    # A bucket of a second holds the 2,000 million of one request, which take 12 s of 10,000 million a minute to come back.
    for policy, harsh in (("refuse", 2), ("wait", 3), ("retry", 2)):
        assert [row["served"] for row in rows("--trace", path, "--limits", wide, "--policy", policy)] == [harsh, 3]
        # tpm of 1 holds none of them.
        assert [row["served"] for row in rows("--trace", path, "--limits", "tpm=1", "--policy", policy)] == [0, 0]
    # One request a day: the third comes a second after the second, and waits for the rest of the day.
    kind = rows("--trace", path, "--limits", "rpd=1", "--policy", "wait", "--window", 60)[0]
    assert (kind["served"], kind["delay_s"]["max"]) == (3, 86_399.0)


def test_a_full_disk_under_the_compiled_loops_is_said_with_the_cure(replay, four, monkeypatch):
    def full(*given):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("framework.simulation.trace_replay.replays", full)
    code, out, err = replay("--trace", four, "--limits", "rpm=60")
    assert (code, out) == (2, "") and "(No space left on device): set NUMBA_CACHE_DIR to another folder" in err


def command(path, **environment):
    return subprocess.run(
        [sys.executable, "-m", "framework", "replay", "--trace", str(path), "--limits", "rpm=60", "--policy", "wait", "--format", "json"],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=ROOT,
        env={**os.environ, **environment},
    )


def test_the_first_replay_says_that_it_compiles_and_the_next_one_does_not(four, tmp_path):
    done = [command(four, NUMBA_CACHE_DIR=str(tmp_path / "kept")) for _ in range(2)]
    assert [one.returncode for one in done] == [0, 0]
    assert [one.stderr for one in done] == ["Compiling the replay once, a few seconds ...\n", ""]
    assert json.loads(done[0].stdout) == json.loads(done[1].stdout)


@pytest.mark.parametrize("only", [True, False])
def test_a_cache_folder_that_cannot_be_written_changes_no_answer(four, only):
    # No folder can stand below a file. The first time it is the only place that is tried, the second time one place of several.
    where = {"NUMBA_CACHE_DIR": os.devnull + "/cache"} | ({"NUMBA_CACHE_LOCATOR_CLASSES": "UserProvidedCacheLocator"} if only else {})
    done = command(four, **where)
    assert done.returncode == 0 and "Traceback" not in done.stderr
    assert [row["delay_s"]["max"] for row in json.loads(done.stdout)["rows"]] == [1.8, 0.0]


# --- at the catalogue's limits

SUPPORT = """\
name: Support
traffic: {requests_per_day: 20000, active_hours: 10, peak_factor: 3}
tokens: {input_mean: 3000, input_p95: 8000, output_mean: 300, output_p95: 700}
caching: {prefix_tokens: 800, hit_rate: 0.7}
needs: {providers: [openai, anthropic]}
tiers: {openai: build, anthropic: start}
"""


@pytest.fixture
def catalogue_rows(rows):
    """Rows by offer, tier and window."""
    return lambda *arguments: {(row["offer"], row["tier"], row["window"]): row for row in rows(*arguments)}


def test_a_workload_is_replayed_at_every_offer_that_it_asks_for(tmp_path, catalogue_rows):
    file = tmp_path / "w.yaml"
    file.write_text(SUPPORT)
    rows = catalogue_rows(str(file))
    assert {offer.split("/")[0] for offer, _, _ in rows} == {"openai", "anthropic"}
    assert {window for _, _, window in rows} == {1, 60}
    assert {row["requests"] for row in rows.values()} == {20_000}
    assert all(row["served"] + row["refused"] == row["requests"] for row in rows.values())
    harsh, kind = rows["openai/gpt-4o", "build", 1], rows["openai/gpt-4o", "build", 60]
    assert harsh["refused"] > kind["refused"] == 0 and harsh["binding"] == "tpm" and kind["binding"] is None


def test_a_higher_tier_and_the_policy_go_before_those_of_the_file(tmp_path, catalogue_rows):
    file = tmp_path / "w.yaml"
    file.write_text(SUPPORT)
    asked = (str(file), "--offer", "openai/gpt-4o", "--window", "1")
    (low,) = catalogue_rows(*asked).values()
    (high,) = catalogue_rows(*asked, "--tier", "Grow").values()  # as the screen has it
    (patient,) = catalogue_rows(*asked, "--policy", "wait").values()
    assert (high["tier"], high["refused"]) == ("grow", 0) and low["refused"] > 0
    assert patient["refused"] == 0 and patient["delayed"] > 0 and patient["delay_s"]["max"] > 0


def test_reserved_output_eats_the_limit_where_the_provider_reserves_it(tmp_path, catalogue_rows):
    file = tmp_path / "w.yaml"
    file.write_text(SUPPORT)
    refused = {}
    for offer in ("openai/gpt-4o", "anthropic/claude-fable-5"):
        for tokens in ("100", "20000"):
            (row,) = catalogue_rows(str(file), "--offer", offer, "--window", "60", "--max-tokens", tokens).values()
            refused[offer, tokens] = row["refused"]
    assert refused["openai/gpt-4o", "20000"] > refused["openai/gpt-4o", "100"]
    assert refused["anthropic/claude-fable-5", "20000"] == refused["anthropic/claude-fable-5", "100"]


def test_a_trace_at_an_offers_limits_is_counted_by_its_providers_rules_as_it_was_recorded(catalogue_rows):
    (row,) = catalogue_rows("--trace", "azure_2023_conversation", "--offer", "openai/gpt-6-sol", "--window", "60").values()
    assert row["requests"] == 19_366 and row["served"] + row["refused"] == 19_366


def test_a_workload_at_limits_by_hand_needs_no_catalogue(tmp_path, rows):
    file = tmp_path / "w.yaml"
    file.write_text(SUPPORT)
    found = rows(str(file), "--limits", "rpm=1", "--window", "60", "--pricing", str(tmp_path / "none"))
    # One a minute for about ten hours and a full bucket at the start.
    assert found[0]["offer"] is None and 400 < found[0]["served"] < 602


def test_the_table_of_offers_stays_within_a_hundred_columns(tmp_path, replay):
    file = tmp_path / "w.yaml"
    file.write_text(SUPPORT)
    _, told, _ = replay(str(file))
    assert "anthropic/claude-fable-5-1" in told
    assert max(len(line) for line in told.splitlines()) <= 100


def test_a_limit_of_which_no_figure_is_published_is_said_to_be_missing(tmp_path, replay):
    file = tmp_path / "w.yaml"
    file.write_text(SUPPORT.replace("[openai, anthropic]", "[]"))
    _, told, _ = replay(str(file), "--offer", "google/gemini-2.5-flash-lite", "--offer", "openai/gpt-4o", "--window", "60")
    assert "openai/gpt-4o" in told and "google/gemini-2.5-flash-lite: also limited, but no figure is published" in " ".join(told.split())


def test_an_offer_without_any_known_limit_is_not_replayed(tmp_path, replay):
    file = tmp_path / "w.yaml"
    file.write_text(SUPPORT.replace("[openai, anthropic]", "[]"))
    code, _, err = replay(str(file), "--offer", "openai/gpt-5.2")
    assert code == 2 and "none of these offers has a limit that is known" in err
