"""The retirement calendar of the small catalogue and the real one."""

import datetime as dt
from pathlib import Path

from report.price_list import edited
from report.studies import ON, catalogue

from framework.report.price_lines import price_lines
from framework.report.retirements import calendar_summary, retirement_rows


def test_what_comes_stands_first_with_its_days_and_what_is_over_last() -> None:
    rows = retirement_rows(catalogue(), price_lines(catalogue(), (), ON), ON)
    # To 31 March: 7 days of November, 31, 31, 28 and 31.
    assert [(row["id"], row["date"], row["left"], row["what"], row["scope"]) for row in rows] == [
        ("gamma/sage-2", "2027-03-31", "in 128 days", "will be switched off", "this offer"),
        ("alpha/sage-1", "2026-06-01", "175 days ago", "switched off", "the model"),
    ]
    assert rows[1]["note"] == "replaced by Sage 2" and rows[1]["_class"] == "out"
    assert [source.url for source in rows[0]["sources"]] == ["https://gamma.example/pricing"]
    told = calendar_summary(rows, ON)
    assert told.startswith("To be switched off on a named day: 1, within 90 days: 0.") and told.endswith("Off already: 1.")


def test_an_earliest_day_is_no_switch_off_before_and_after_it_has_come(tmp_path: Path) -> None:
    changed = edited(tmp_path, "gamma", ("{date: 2027-03-31,", "{date: null, not_before: 2027-03-31,"))
    words = [
        next(row["what"] for row in retirement_rows(changed, price_lines(changed, (), day), day) if row["id"] == "gamma/sage-2")
        for day in (ON, dt.date(2027, 3, 31), dt.date(2028, 1, 1))
    ]
    assert words == ["not before this day", "may end any day", "may end any day"]


def test_a_retirement_without_a_day_stands_between_what_comes_and_what_is_over(tmp_path: Path) -> None:
    changed = edited(tmp_path, "gamma", ("{date: 2027-03-31,", "{date: null, note: to go one day,"))
    first, second = retirement_rows(changed, price_lines(changed, (), ON), ON)
    assert (first["id"], first["date"], first["left"], first["what"]) == ("gamma/sage-2", "no day named", "", "deprecated")
    assert second["over"]


def test_the_real_calendar_is_in_order_of_day_and_every_row_has_a_source() -> None:
    rows = retirement_rows(catalogue(True), price_lines(catalogue(True), (), ON), ON)
    ahead = [row["day"] for row in rows if row["day"] and not row["over"]]
    assert ahead == sorted(ahead) and len(ahead) > 20
    assert all(row["sources"] for row in rows)
