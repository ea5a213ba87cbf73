"""The price list: what each offer costs on the day, what comes next, how old it is; searching and ordering it."""

import datetime as dt
from pathlib import Path

import pytest
from report.price_list import by_id, edited, small_lines
from report.studies import ON, catalogue

from framework.catalogue.compare_pins import parse_pins
from framework.catalogue.conflicts import disagreements
from framework.documents import parse
from framework.report import price_tables
from framework.report.price_lines import price_lines, summary
from framework.report.price_search import LONGEST, ONLY, Asked, matching, nothing_found, ordered


def test_the_summary_counts_what_is_announced_and_what_is_old() -> None:
    # Sage 1 is off since June; of the others Gamma's two prices were read in August, 114 days before.
    assert summary(small_lines(), ON) == (
        "6 offers of 3 providers; 1 price change announced, the next on 2027-01-01 (Sage 2); "
        "1 offer to be switched off, the next on 2027-03-31 (Sage 2); 2 prices not read for 60 days."
    )


def test_free_unknown_and_not_sold_are_three_things(tmp_path: Path) -> None:
    changed = edited(tmp_path, "gamma", ("input_mtok: 1\n", "input_mtok: 0\n"), ("output_mtok: 4\n", "output_mtok: null\n"))
    reed = [line for line in price_lines(changed, (), ON) if line.offer == "gamma/reed"]
    (standard,), (batch,) = price_tables.price_rows(reed, "standard"), price_tables.price_rows(reed, "batch")
    assert (standard["input"], standard["output"], standard["read"]) == ("free", "unknown", "$0.25")
    assert (batch["input"], batch["output"], batch["write"]) == ("not sold", "not sold", ["not sold"])


def test_an_offer_before_its_first_price_is_not_sold_yet_and_says_from_when() -> None:
    early = dt.date(2026, 5, 31)
    line = by_id(price_lines(catalogue(), (), early))["gamma/sage-2"]
    (row,) = price_tables.price_rows([line], "standard")
    assert row["input"] == "not sold yet"
    day, what, sure = price_tables.next_change(line)
    assert (day, sure) == ("2026-06-01", "firm")
    assert what.startswith("$3.30 input and $16.50 output per million tokens, its first known price, and 1 more")


def test_a_row_has_every_meter_and_the_prices_of_long_prompts() -> None:
    lines = by_id(small_lines())
    (bolt,) = price_tables.price_rows([lines["beta/bolt"]], "standard")
    assert (bolt["input"], bolt["read"], bolt["write"], bolt["output"]) == ("$2.00", "$0.20", ["as input"], "$10.00")
    assert (bolt["long"], bolt["edge"]) == ("$4.00 in, $15.00 out", "above 272,000 tokens")
    (sage,) = price_tables.price_rows([lines["alpha/sage-2"]], "batch")
    assert (sage["input"], sage["write"], sage["long"]) == ("$1.50", ["$1.875 (5 min)", "$3.00 (1 h)"], "same price")
    assert [price_tables.price_rows([lines["beta/bolt"]], name)[0]["long"] for name in ("batch", "flex", "priority")] == [
        "not sold",
        "same price",
        "not sold",
    ]
    (reed,) = price_tables.price_rows([lines["gamma/reed"]], "standard")
    assert (reed["edge"], reed["peak"]) == ("from 128,000 tokens", "×2 at peak hours")


def test_the_terms_name_services_regions_and_peak_hours() -> None:
    rows = {row["id"]: row for row in price_tables.term_rows(list(small_lines()))}
    assert rows["beta/bolt"]["priority"] == "$4.00 in, $20.00 out"
    assert rows["alpha/sage-2"]["flex"] == "not sold"
    assert rows["alpha/sage-2"]["regions"] == "US ×1.1"
    assert rows["gamma/reed"]["peak"] == "×2 Mon 01-04 22-24, Sun 01-04 22-24 UTC"
    assert (rows["gamma/reed"]["prefix"], rows["beta/bolt"]["prefix"]) == ("unknown", "1,024")


def test_the_next_change_says_day_content_and_how_sure_it_is() -> None:
    lines = by_id(small_lines())
    day, what, sure = price_tables.next_change(lines["alpha/sage-2"])
    assert (day, sure) == ("2027-01-01", "may be called off")
    assert what.startswith("input $3.00 to $2.00, output $15.00 to $10.00")
    assert price_tables.next_change(lines["gamma/sage-2"]) == ("2027-03-31", "switched off", "firm")
    assert price_tables.next_change(lines["alpha/sage-1"]) == ("2026-06-01", "switched off", "")
    assert price_tables.next_change(lines["beta/bolt"]) == ("", "", "")


def test_on_the_day_of_a_change_it_is_in_force_and_no_longer_ahead() -> None:
    line = by_id(price_lines(catalogue(), (), dt.date(2027, 1, 1)))["alpha/sage-2"]
    assert line.price is not None and line.price.input_mtok == 2
    assert line.coming == ()


def test_on_the_day_of_a_switch_off_the_offer_is_gone() -> None:
    line = by_id(price_lines(catalogue(), (), dt.date(2027, 3, 31)))["gamma/sage-2"]
    assert line.gone and line.coming == ()
    assert not by_id(price_lines(catalogue(), (), dt.date(2027, 3, 30)))["gamma/sage-2"].gone


def test_changes_ahead_are_listed_with_the_days_that_are_left() -> None:
    # From 23 November to 1 January: 7 + 31 + 1 days.
    (row,) = price_tables.ahead_rows(small_lines(), ON)
    assert (row["date"], row["left"], row["id"], row["sure"]) == ("2027-01-01", "in 39 days", "alpha/sage-2", "may be called off")


@pytest.mark.parametrize(("day", "words"), [(24, "in 1 day"), (23, "today"), (22, "1 day ago"), (13, "10 days ago")])
def test_days_are_counted_in_both_directions(day: int, words: str) -> None:
    assert price_tables.days_left(dt.date(2026, 11, day), ON) == words


def test_another_list_s_value_stands_beside_ours_and_leaves_a_missing_service_unknown() -> None:
    pins = parse_pins(
        parse(
            "deviations:\n"
            "  - {source: litellm, offer: beta/bolt-mini, service: flex, theirs: {input: 0.1}, reason: theirs alone, date: 2026-11-20}\n"
            "  - {source: litellm, offer: beta/bolt, theirs: {input: 5}, reason: they have the old one, date: 2026-11-20}\n",
            "pricing/deviations.yaml",
        )
    )
    differences = disagreements(catalogue(), pins, ON)
    lines = small_lines(differences)
    rows = price_tables.difference_rows(lines, differences)
    assert [(row["id"], row["figure"], row["ours"], row["theirs"], row["list"]) for row in rows] == [
        ("beta/bolt", ["input"], ["$2.00"], ["$5.00"], "LiteLLM"),
        ("beta/bolt-mini", ["flex, input"], ["unknown"], ["$0.10"], "LiteLLM"),
    ]
    mini = by_id(lines)["beta/bolt-mini"]
    assert price_tables.price_rows([mini], "flex")[0]["input"] == "unknown"
    assert price_tables.price_rows([mini], "priority")[0]["input"] == "not sold"
    assert [line.offer for line in matching(lines, Asked(only=("Lists differ",)))] == ["beta/bolt", "beta/bolt-mini"]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", 6),
        ("BOLT", ["beta/bolt", "beta/bolt-mini"]),
        ("sage gamma", ["gamma/sage-2"]),
        ("gamma cloud", ["gamma/reed", "gamma/sage-2"]),
        ("sage2", ["alpha/sage-2", "gamma/sage-2"]),
        ("sage-2-latest", ["alpha/sage-2", "gamma/sage-2"]),
        ("2026-09-01", ["beta/bolt"]),
        ("bolt | sage", []),
        (".*", []),
        ("(", []),
        ("<script>alert(1)</script>", []),
        ("x" * 10_000, []),
        ("  ", 6),
        ("\u202e\x00\ud800", 6),
    ],
)
def test_every_word_must_occur_and_nothing_is_a_pattern(text: str, ids: list[str] | int) -> None:
    found = [line.offer for line in matching(small_lines(), Asked(text))]
    assert found == ids if isinstance(ids, list) else len(found) == ids


def test_a_search_beyond_its_longest_text_is_cut_not_refused() -> None:
    assert len(matching(small_lines(), Asked("bolt " + " " * LONGEST + "nothing"))) == 2


@pytest.mark.parametrize(
    ("only", "ids"),
    [
        (("Price change ahead",), ["alpha/sage-2"]),
        (("Retirement ahead",), ["gamma/sage-2"]),
        (("Old reading",), ["alpha/sage-1", "gamma/reed", "gamma/sage-2"]),
        (("Unknown figure",), ["alpha/sage-1", "gamma/sage-2"]),
        (("Old reading", "Retirement ahead"), ["gamma/sage-2"]),
        (("no such button",), ["alpha/sage-1", "alpha/sage-2", "beta/bolt", "beta/bolt-mini", "gamma/reed", "gamma/sage-2"]),
    ],
)
def test_the_buttons_narrow_the_list_together(only: tuple[str, ...], ids: list[str]) -> None:
    assert [line.offer for line in matching(small_lines(), Asked(only=only))] == ids
    assert set(ONLY) >= set(only) - {"no such button"}


def test_providers_narrow_the_list() -> None:
    assert {line.provider for line in matching(small_lines(), Asked(providers=("beta", "gamma")))} == {"beta", "gamma"}


def test_where_nothing_is_found_the_text_or_the_filters_are_named() -> None:
    lines = small_lines()
    assert nothing_found(lines, Asked("beta/bold")).startswith(
        "No offer, model or provider is called “beta/bold”. The closest are beta/bolt"
    )
    assert nothing_found(lines, Asked("bolt", providers=("alpha",))) == "No offer has all of what you chose. Take a filter back."
    assert len(nothing_found(lines, Asked("x" * 10_000))) < 150


def test_unknown_prices_come_last_in_an_order_and_what_is_switched_off_after_all(tmp_path: Path) -> None:
    lines = price_lines(edited(tmp_path, "beta", ("input_mtok: 0.2\n", "input_mtok: null\n")), (), ON)
    cheapest = [line.offer for line in ordered(lines, "Input price", "standard")]
    assert cheapest == ["gamma/reed", "beta/bolt", "alpha/sage-2", "gamma/sage-2", "beta/bolt-mini", "alpha/sage-1"]
    assert [line.offer for line in ordered(lines, "Oldest reading", "standard")][:2] == ["gamma/reed", "gamma/sage-2"]
    assert [line.offer for line in ordered(lines, "Next change", "standard")][:2] == ["alpha/sage-2", "gamma/sage-2"]


def test_a_day_promised_that_has_gone_by_is_a_retirement_that_may_come_any_day(tmp_path: Path) -> None:
    changed = edited(tmp_path, "gamma", ("{date: 2027-03-31, source: prices}", "{date: null, not_before: 2026-11-01, source: prices}"))
    line = by_id(price_lines(changed, (), ON))["gamma/sage-2"]
    assert price_tables.next_change(line) == ("any day", "may be switched off: promised until 2026-11-01", "")
    assert matching([line], Asked(only=("Retirement ahead",))) == [line]
    assert not line.gone
