import json
import shutil
import subprocess
from pathlib import Path

import pytest
from command import ROOT, argv, fouraxes
from test_workload import EXAMPLE

ON = ("--on", "2026-11-23")


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    path = tmp_path_factory.mktemp("cli") / "workload.yaml"
    path.write_text(EXAMPLE)
    return path


@pytest.fixture(scope="module")
def decided(example):
    done = fouraxes("decide", example, "--format", "json", *ON, apart=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_json_has_the_stable_keys(decided):
    assert {"prices_as_of", "catalogue_digest", "offers", "recommendation"} <= decided.keys()
    offer = decided["offers"][0]
    assert {"id", "provider", "model", "excluded", "rank", "score", "cost", "latency", "rate_limits", "context_window"} <= offer.keys()
    assert offer["cost"].keys() >= {"monthly_usd", "lines", "verdict"} and offer["cost"]["monthly_usd"].keys() == {
        "low",
        "expected",
        "high",
    }
    assert offer["latency"].keys() >= {"ttft_s", "attainment", "verdict"} and offer["latency"]["ttft_s"].keys() >= {"p50", "p95"}
    assert offer["rate_limits"].keys() >= {"tier", "binding", "peak_use", "headroom", "verdict"}
    assert offer["context_window"].keys() >= {"fits_share", "chunks_that_fit", "turns_that_fit", "verdict"}
    assert {"choice", "fallback", "confidence", "reasons", "flip_points"} <= decided["recommendation"].keys()
    assert all(point.keys() >= {"what", "from", "to", "new_winner"} for point in decided["recommendation"]["flip_points"])


def test_json_lists_every_offer_and_its_lines_sum_up(decided):
    assert len(decided["offers"]) >= 60
    assert len({offer["provider"] for offer in decided["offers"]}) >= 10
    for offer in decided["offers"]:
        cost = offer["cost"]["monthly_usd"]
        if cost["expected"] is not None:
            assert sum(offer["cost"]["lines"].values()) == pytest.approx(cost["expected"], rel=1e-9)
            assert cost["low"] <= cost["expected"] * (1 + 1e-12) <= cost["high"] * (1 + 1e-9)
        assert (offer["rank"] is None) == (offer["excluded"] is not None)
    ranks = sorted(offer["rank"] for offer in decided["offers"] if offer["rank"])
    assert ranks == list(range(1, len(ranks) + 1))


def test_the_bill_of_one_offer_by_hand(decided):
    # claude-haiku-4-5: 1/5 USD per Mtok, read 0.10, 5-minute write 1.25, minimum prefix 4,096: the prefix of 800 is not cached.
    # 300,000 calls a month: 300,000 * 1,200 = 360 Mtok * 1 = 360; 300,000 * 300 = 90 Mtok * 5 = 450; together 810.
    haiku = next(offer for offer in decided["offers"] if offer["id"] == "anthropic/claude-haiku-4-5")
    assert haiku["cost"]["monthly_usd"]["expected"] == pytest.approx(810, rel=1e-9)
    assert haiku["cost"]["lines"]["cache_read"] == 0


def test_other_formats_print_an_answer(example):
    for name, holds in (("table", "openai/"), ("csv", "openai/"), ("md", "|")):
        done = fouraxes("decide", example, "--format", name, *ON)
        assert done.returncode == 0 and holds in done.stdout
        if name == "table":
            assert max(map(len, done.stdout.splitlines())) <= 100


def test_none_fits_is_exit_code_three_with_the_json_all_the_same(tmp_path):
    path = tmp_path / "poor.yaml"
    path.write_text("budget: {monthly_usd: 0.01}\n")
    done = fouraxes("decide", path, "--format", "json", *ON)
    assert done.returncode == 3
    answer = json.loads(done.stdout)
    assert answer["recommendation"]["choice"] is None and answer["recommendation"]["reasons"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("decide", "nowhere.yaml"),
        ("decide", "{wrong}"),
        ("decide", "{good}", "--on", "tomorrow"),
        ("decide", "{good}", "--on", "20261201"),
        ("decide", "{good}", "--on", "2026-02-30"),
        ("decide", "{good}", "--format", "xml"),
        ("decide", "{good}", "--pricing", "nowhere"),
        ("decide", "{dir}"),
        ("decide",),
        ("report", "{good}", "-o", "report.docx"),
        ("report", "{good}", "-o", "{dir}/no/such/folder/x.pdf"),
        ("report", "{good}", "-o", "{good}.exists.md"),
        ("price", "openai/gpt-7", "--input", "1", "--output", "1"),
        ("price", "openai/gpt-6-sol", "--input", "-1", "--output", "1"),
        ("price", "openai/gpt-6-sol", "--input", "1", "--output", "1", "--service", "overnight"),
        ("price", "openai/gpt-6-sol", "--input", "1", "--output", "1", "--cache-write", "5", "--lifetime", "12h"),
        ("price", "cerebras/gpt-oss-120b", "--input", "1", "--output", "1", "--service", "batch"),
        ("price", "openai/gpt-6-sol", "--input", "1", "--output", "1", "--at", "25:00"),
        ("check", "--pricing", "nowhere"),
        ("run", "--port", "0"),
        ("nonsense",),
    ],
    ids=" ".join,
)
def test_wrong_input_is_exit_code_two_and_a_message(arguments, example, tmp_path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("traffic: {requests_per_day: lots}\n")
    Path(f"{example}.exists.md").write_text("mine")
    filled = [text.format(wrong=wrong, good=example, dir=tmp_path) for text in arguments]
    done = fouraxes(*filled, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.strip() and "Traceback" not in done.stderr


def test_output_is_overwritten_only_with_force(example, tmp_path):
    target = tmp_path / "out.json"
    target.write_text("mine")
    refused = fouraxes("decide", example, "--format", "json", "-o", target)
    assert refused.returncode == 2 and "--force" in refused.stderr and target.read_text() == "mine"
    assert fouraxes("decide", example, "--format", "json", "-o", target, "--force").returncode == 0
    assert json.loads(target.read_text())["offers"]
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]


def test_a_link_is_written_through_and_a_dead_one_is_not_replaced_without_force(example, tmp_path):
    target, link = tmp_path / "out.json", tmp_path / "link.json"
    link.symlink_to("out.json")
    refused = fouraxes("decide", example, "--format", "json", "-o", link)
    assert refused.returncode == 2 and "--force" in refused.stderr and not target.exists()
    assert fouraxes("decide", example, "--format", "json", "-o", link, "--force").returncode == 0
    assert link.is_symlink() and json.loads(target.read_text())["offers"]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_are_days(example, day):
    done = fouraxes("decide", example, "--format", "json", "--on", day)
    assert done.returncode in (0, 3) and json.loads(done.stdout)["on"] == day


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("arguments", ["check", "price openai/gpt-6-sol --input 1 --output 1"])
def test_a_full_disk_behind_standard_output_is_told(arguments):
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(argv(*arguments.split()), stdout=full, stderr=subprocess.PIPE, text=True, timeout=120, cwd=ROOT)
    assert done.returncode == 2 and "standard output cannot be written" in done.stderr and "Traceback" not in done.stderr


def test_report_writes_pdf_and_adr(example, tmp_path):
    assert fouraxes("report", example, "-o", tmp_path / "a.pdf", *ON).returncode == 0
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    assert fouraxes("report", example, "-o", tmp_path / "a.md", *ON).returncode == 0
    assert "Revisit if" in (tmp_path / "a.md").read_text()


def test_price_of_one_request_by_hand():
    # gpt-6-sol on 2026-11-23: 2 in, 0.20 read, 2.50 write, 10 out.
    # 1,000 * 2 + 2,000 * 0.2 + 400 * 2.5 + 500 * 10 = 2,000 + 400 + 1,000 + 5,000 = 8,400 micro-dollars
    done = fouraxes(
        "price", "openai/gpt-6-sol", "--input", 1000, "--cache-read", 2000, "--cache-write", 400, "--output", 500, "--format", "json", *ON
    )
    priced = json.loads(done.stdout)
    assert priced["usd"] == pytest.approx(0.0084, rel=1e-12)
    assert priced["lines"] == pytest.approx({"input": 0.002, "cache_read": 0.0004, "cache_write": 0.001, "output": 0.005})


def test_the_price_of_an_offer_that_is_switched_off_says_so():
    told = [
        fouraxes("price", "openai/gpt-4.1-nano", "--input", 1, "--output", 1, "--on", day).stdout for day in ("2026-10-22", "2026-10-23")
    ]
    assert ["switched off on 2026-10-23: this is its last known price" in text for text in told] == [False, True]


def test_the_long_context_price_begins_one_token_above_the_threshold():
    # 272,000 * 2 = 0.544; 272,001 * 4 = 1.088004
    for tokens, usd in ((272_000, 0.544), (272_001, 1.088004)):
        done = fouraxes("price", "openai/gpt-6-sol", "--input", tokens, "--output", 0, "--format", "json", *ON)
        assert json.loads(done.stdout)["usd"] == pytest.approx(usd, rel=1e-12)


def test_check_alarms_at_prices_out_of_proportion(tmp_path):
    folder = tmp_path / "pricing"
    shutil.copytree(ROOT / "tests/catalogue/fixtures/small", folder)
    path = folder / "providers" / "beta.yaml"
    path.write_text(path.read_text().replace("output_mtok: 0.8", "output_mtok: 8"))
    done = fouraxes("check", "--pricing", folder, "--on", "2026-11-23")
    # 8 for 0.2
    assert done.returncode == 1 and done.stderr == ""
    assert "ALARM: beta/bolt-mini on 2026-01-15: standard base output is 40 times its input price, usual are 1 to 10" in done.stdout
    assert "no errors, 1 alarm," in done.stdout


def test_check_passes_the_bundled_catalogue_and_warns_of_old_figures():
    done = fouraxes("check", "--on", "2026-11-23")
    assert done.returncode == 0 and "no errors" in done.stdout
    later = fouraxes("check", "--on", "2027-11-23")
    assert later.returncode == 0 and later.stdout.count("warning:") > done.stdout.count("warning:")
