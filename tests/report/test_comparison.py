import csv
import io
import json
import math

import pytest
from report.studies import chatbot, made, nothing_fits, plain

from framework.axes.assessment import AXES
from framework.report import comparison, comparison_words


def offer(answer: dict, offer_id: str) -> dict:
    return next(item for item in answer["offers"] if item["id"] == offer_id)


def test_the_json_has_exactly_the_keys_of_the_published_answer() -> None:
    answer = comparison.as_json(plain())
    assert set(answer) >= {"prices_as_of", "catalogue_digest", "offers", "recommendation"}
    assert set(answer["recommendation"]) == {"choice", "fallback", "confidence", "reasons", "flip_points"}
    for item in answer["offers"]:
        assert set(item) == {"id", "provider", "model", "excluded", "rank", "score", "success", *AXES}
        assert set(item["cost"]) == {"monthly_usd", "lines", "verdict"}
        assert set(item["cost"]["monthly_usd"]) == {"low", "expected", "high"}
        assert set(item["latency"]) == {"ttft_s", "attainment", "verdict"}
        assert set(item["latency"]["ttft_s"]) == {"p50", "p95"}
        assert set(item["rate_limits"]) == {"tier", "binding", "peak_use", "headroom", "verdict"}
        assert set(item["context_window"]) == {"fits_share", "chunks_that_fit", "turns_that_fit", "verdict"}


def test_the_figures_of_one_offer_are_those_worked_out_by_hand() -> None:
    answer = comparison.as_json(plain())
    mini = offer(answer, "beta/bolt-mini")
    # 30,000 calls x 1,000 tokens at $0.20 a million = $6.00; x 100 tokens at $0.80 = $2.40.
    assert mini["cost"]["lines"]["input"] == pytest.approx(6.0)
    assert mini["cost"]["lines"]["output"] == pytest.approx(2.4)
    assert mini["cost"]["monthly_usd"] == pytest.approx({"low": 8.4, "expected": 8.4, "high": 8.4})
    # 1,000 a day = 0.694 a minute, twice that at peak = 1.389 of 30,000 a minute: 21,600 times as much would fit.
    assert mini["rate_limits"]["binding"] == "rpm"
    assert mini["rate_limits"]["headroom"] == pytest.approx(21_600)
    assert mini["rate_limits"]["tier"] == "three"
    # 400,000 window less 500 reserve less 600 system = 398,900; turns of 400: 997.
    assert mini["context_window"]["turns_that_fit"] == 997
    assert mini["context_window"]["fits_share"] == 1.0
    assert (mini["rank"], mini["excluded"]) == (1, None)
    assert answer["recommendation"]["choice"] == "beta/bolt-mini"
    assert answer["prices_as_of"] == "2026-11-12"
    assert answer["on"] == "2026-11-23"


def test_every_offer_of_the_catalogue_is_listed_and_the_excluded_have_a_reason_and_no_rank() -> None:
    answer = comparison.as_json(plain())
    assert [item["id"] for item in answer["offers"]] == list(plain().columns.ids)
    gone = offer(answer, "alpha/sage-1")
    assert gone["excluded"] == "Switched off on 2026-06-01."
    assert gone["rank"] is None
    assert gone["score"] is None
    assert gone["cost"]["monthly_usd"]["expected"] == pytest.approx(180.0)


def test_unknown_is_null_and_never_a_number() -> None:
    reed = offer(comparison.as_json(plain()), "gamma/reed")
    assert reed["latency"] == {"ttft_s": {"p50": None, "p95": None}, "attainment": None, "verdict": "UNKNOWN"}
    assert reed["rate_limits"] == {"tier": None, "binding": None, "peak_use": None, "headroom": None, "verdict": "UNKNOWN"}


@pytest.mark.parametrize("study", [plain, nothing_fits, chatbot])
def test_the_json_is_strict_json(study) -> None:
    text = json.dumps(comparison.as_json(study()), allow_nan=False)
    assert json.loads(text)["offers"]


def test_the_lines_sum_to_the_expected_bill() -> None:
    for item in comparison.as_json(chatbot())["offers"]:
        expected = item["cost"]["monthly_usd"]["expected"]
        if expected is not None:
            assert math.isclose(sum(item["cost"]["lines"].values()), expected, rel_tol=1e-9)


def test_ranks_run_from_one_without_gaps() -> None:
    ranks = sorted(item["rank"] for item in comparison.as_json(chatbot())["offers"] if item["rank"] is not None)
    assert ranks == list(range(1, len(ranks) + 1))
    assert len(ranks) > 3


def test_scores_stay_between_nothing_and_one() -> None:
    scores = [item["score"] for item in comparison.as_json(plain())["offers"] if item["score"] is not None]
    assert all(0 <= score <= 1 for score in scores)


def test_without_a_fitting_offer_the_answer_is_null_and_says_why() -> None:
    answer = comparison.as_json(nothing_fits())
    assert answer["recommendation"]["choice"] is None
    assert answer["recommendation"]["fallback"] is None
    assert answer["recommendation"]["reasons"]
    assert all(item["excluded"] for item in answer["offers"])


def test_the_baseline_shows_what_each_offer_would_change() -> None:
    study = made(baseline="beta/bolt-2026-09-01")
    baseline = comparison.as_json(study)["baseline"]
    # The alias is beta/bolt: 30 M tokens x $2 + 3 M x $10 = $90; bolt-mini costs $8.40.
    assert baseline["id"] == "beta/bolt"
    assert baseline["monthly_usd"] == pytest.approx(90.0)
    assert baseline["differences_usd"]["beta/bolt-mini"] == pytest.approx(8.4 - 90)
    row = next(row for row in comparison.rows(study) if row["id"] == "beta/bolt-mini")
    assert row["difference_usd"] == "-$81.60"
    assert comparison.as_json(plain())["baseline"] is None


def test_flip_points_name_field_way_and_new_winner() -> None:
    flips = comparison.as_json(chatbot())["recommendation"]["flip_points"]
    assert flips
    assert all(set(flip) == {"what", "from", "to", "new_winner", "p95"} for flip in flips)


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_csv_reads_back_with_raw_numbers_and_empty_unknowns() -> None:
    text = comparison.as_csv(plain())
    assert text.count("\r\n") == 7
    rows = {row["id"]: row for row in read_csv(text)}
    assert float(rows["beta/bolt-mini"]["monthly_usd_expected"]) == pytest.approx(8.4)
    assert rows["gamma/reed"]["attainment"] == ""
    assert rows["alpha/sage-1"]["rank"] == ""
    assert next(iter(rows)) == "beta/bolt-mini"
    assert list(rows)[-1] == "alpha/sage-1"


def test_a_formula_in_a_text_cell_is_defused() -> None:
    study = plain()
    names = tuple(
        "=HYPERLINK(1)" if offer == "beta/bolt-mini" else name for offer, name in zip(study.columns.ids, study.columns.names, strict=True)
    )
    hostile = _with_names(study, names)
    rows = {row["id"]: row for row in read_csv(comparison.as_csv(hostile))}
    assert rows["beta/bolt-mini"]["name"] == "'=HYPERLINK(1)"


def _with_names(study, names):
    import dataclasses

    return dataclasses.replace(study, columns=dataclasses.replace(study.columns, names=names))


@pytest.mark.parametrize("study", [plain, nothing_fits, chatbot])
def test_the_text_table_is_readable_at_a_hundred_columns(study) -> None:
    text = comparison.as_text_table(study(), width=100)
    assert max(len(line) for line in text.splitlines()) <= 100


def test_the_text_table_gives_the_answer_then_the_offers_then_who_is_out() -> None:
    text = comparison.as_text_table(plain())
    assert text.index("Build on Bolt Mini") < text.index("1  beta/bolt-mini") < text.index("Left out: 1 of 6")
    assert "$8.40" in text


def test_the_text_table_keeps_a_long_name_inside_the_width() -> None:
    # A Chinese character takes two columns of a terminal.
    text = comparison.as_text_table(made(name="客" * 199), width=100)
    assert "客客" in text and text.count("客") == 199
    assert max(len(line) + line.count("客") for line in text.splitlines()) <= 100


def test_an_id_that_is_too_long_keeps_its_ends() -> None:
    # 20 columns: a third of them for the start, one for the ellipsis, 13 for the end.
    assert comparison_words._padded("anthropic/claude-sonnet-5-5", 20) == "anthro…de-sonnet-5-5"
    assert comparison_words._padded("openai/o3", 12) == "openai/o3   "


@pytest.mark.parametrize(
    ("words", "short"),
    [
        ("90 % (85 % to > 95 %)", "90 % (85 %–> 95 %)"),
        ("90 % (up to > 95 %)", "90 % (up to > 95 %)"),
        ("> 95 % (at least 95 %)", "> 95 % (≥ 95 %)"),
        ("5 % (at least < 5 %)", "5 % (from < 5 %)"),
        ("90 % (up to 95 %)", "90 % (≤ 95 %)"),
    ],
)
def test_ranges_are_told_shortly_in_the_table(words, short) -> None:
    assert comparison_words._cell({"in_time": words, "verdicts": {"latency": "meets"}}, "in_time") == short


def test_where_there_is_no_room_the_ranges_give_way_to_the_ids() -> None:
    rows = [["1", "beta/bolt-mini-2026-09-01", "$12,345,678 (≥ $10,000,000) ~", "80 % (70 %–95 %)", "1.0x", "100 %", "0.50–0.90"]]
    (_, row), widths = comparison_words._fitted(list(comparison_words.HEADS.values()), rows, 80)
    assert row[2:4] == ["$12,345,678 ~", "80 %"] and row[6] == "0.50–0.90"
    assert widths[1] == len("beta/bolt-mini-2026-09-01") and sum(widths) + 2 * 6 <= 80


def test_the_markdown_table_has_a_row_for_each_offer() -> None:
    lines = comparison.as_markdown_table(plain()).splitlines()
    assert len(lines) == 2 + 6
    assert lines[2].startswith("| 1 | beta/bolt-mini | \\$8.40 |")
    assert lines[-1].endswith("| Switched off on 2026-06-01. |")
