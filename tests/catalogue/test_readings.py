"""How old a reading is on a day."""

import datetime as dt

import pytest

from framework.catalogue.readings import reading
from framework.catalogue.records import Source

ON = dt.date(2026, 11, 23)


def source(seen: str | None) -> Source:
    return Source(url="https://alpha.example/pricing", seen=seen, kind="vendor page")


@pytest.mark.parametrize(
    ("seen", "age_days", "stale", "words"),
    [
        ("2026-11-23", 0, False, "today"),
        ("2026-11-22", 1, False, "1 day old"),
        # 60 days before 23 November is 24 September.
        ("2026-09-24", 60, False, "60 days old"),
        ("2026-09-23", 61, True, "61 days old"),
        # A month counts from its first day: 31 + 22 days.
        ("2026-10", 53, False, "53 days old"),
        (None, None, True, "age unknown"),
        ("2026-11-30", -7, False, "read after this day"),
    ],
)
def test_the_age_is_counted_from_the_day_that_the_source_states(seen: str | None, age_days: int | None, stale: bool, words: str) -> None:
    found = reading([source(seen)], ON)
    assert (found.age_days, found.stale, found.age) == (age_days, stale, words)
    assert found.day == (seen or "undated")


def test_the_newest_source_counts_and_an_undated_one_only_where_none_is_dated() -> None:
    assert reading([source(None), source("2026-11-01"), source("2026-11-10")], ON).seen == "2026-11-10"
    assert reading([source(None)], ON).day == "undated"
    assert reading([], ON).stale
