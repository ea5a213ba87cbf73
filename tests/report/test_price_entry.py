"""One offer in full: every figure of an entry, its terms, and all dated entries."""

import datetime as dt
from pathlib import Path

from report.price_list import edited
from report.studies import ON, catalogue

from framework.report import price_entry


def offer(name: str):
    return catalogue().offer(name)


def test_every_service_and_band_is_a_row_and_every_lifetime_a_column() -> None:
    entry = offer("alpha/sage-2").prices[0]
    assert list(price_entry.columns(entry).values()) == [
        "Service",
        ">Input",
        ">Cache read",
        ">Cache write, 5 min",
        ">Cache write, 1 h",
        ">Output",
    ]
    rows = price_entry.figures(entry, frozenset({"flex"}))
    assert rows[1] == {
        "name": "Batch",
        "input": "$1.50",
        "read": "$0.15",
        "write_5m": "$1.875",
        "write_1h": "$3.00",
        "output": "$7.50",
    }
    assert [(row["name"], row["input"]) for row in rows[2:]] == [("Flex", "unknown"), ("Priority", "not sold")]


def test_long_prompts_have_their_own_price_the_same_price_or_none() -> None:
    rows = {row["name"]: row["input"] for row in price_entry.figures(offer("beta/bolt").prices[1], frozenset())}
    assert rows == {
        "Standard": "$2.00",
        "Standard, above 272,000 tokens": "$4.00",
        "Batch": "$1.00",
        "Batch, above 272,000 tokens": "not sold",
        "Flex": "$1.00",
        "Flex, above 272,000 tokens": "$1.00",
        "Priority": "$4.00",
        "Priority, above 272,000 tokens": "not sold",
    }


def test_a_lifetime_that_a_service_does_not_name_is_unknown(tmp_path: Path) -> None:
    changed = edited(tmp_path, "alpha", ("{5m: 1.875, 1h: 3}", "{5m: 1.875}"))
    batch = price_entry.figures(changed.offer("alpha/sage-2").prices[0], frozenset())[1]
    assert (batch["write_5m"], batch["write_1h"]) == ("$1.875", "unknown")


def test_the_terms_tell_what_is_on_no_record() -> None:
    told = {row["name"]: row["what"] for row in price_entry.terms(offer("gamma/reed").prices[0])}
    assert told["Long prompts"] == "from 128,000 tokens, for every token of the request"
    assert told["Smallest prefix that is cached"] == "unknown"
    assert told["Storage of an explicit cache"] == "no price on record"
    assert told["Peak hours"].startswith("×2 Mon 01-04 22-24, Sun 01-04 22-24 UTC")


def test_storage_for_nothing_is_free_not_unknown(tmp_path: Path) -> None:
    changed = edited(tmp_path, "gamma", ("        cache_write_mtok: {}\n", "        cache_write_mtok: {}\n        storage_mtok_hour: 0\n"))
    told = {row["name"]: row["what"] for row in price_entry.terms(changed.offer("gamma/reed").prices[0])}
    assert told["Storage of an explicit cache"] == "free"


def test_entries_stand_latest_first_with_their_days_and_what_they_change() -> None:
    coming, current = price_entry.entries(offer("alpha/sage-2"), ON)
    assert (coming["name"], coming["status"], coming["input"]) == ("from 2027-01-01 on", "announced, may be called off", "$2.00")
    assert (current["name"], current["status"], current["_class"]) == ("2026-05-01 to 2026-12-31", "in force", "on")
    assert coming["what"].startswith("input $3.00 to $2.00")
    current, old = price_entry.entries(offer("beta/bolt"), ON)
    assert (old["name"], old["status"], old["_class"]) == ("to 2026-08-31", "replaced", "out")
    assert old["what"] == "the first known price"


def test_an_announced_price_whose_day_came_unread_is_marked() -> None:
    # Read on 2026-11-10, in force since 2027-01-01.
    assert price_entry.standing(offer("alpha/sage-2"), 1, dt.date(2027, 1, 2)) == "in force as announced, not read since"


def test_before_the_first_entry_nothing_is_in_force() -> None:
    assert price_entry.in_force(offer("gamma/reed"), dt.date(2026, 6, 30)) is None
    assert price_entry.standing(offer("gamma/reed"), 0, dt.date(2026, 6, 30)) == "announced"


def test_each_source_is_numbered_once_in_the_order_of_the_latest_entry() -> None:
    real = catalogue(True).offer("deepseek/deepseek-v4-flash")
    numbers = price_entry.numbered(real)
    assert list(numbers.values()) == list(range(1, len(numbers) + 1))
    assert [numbers[source] for source in real.prices[-1].source] == list(range(1, len(real.prices[-1].source) + 1))
