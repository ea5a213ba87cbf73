"""Published prices stay: the figures of every entry that has come into force are pinned by digest; new entries are appended.

After appending entries: `python tests/catalogue/test_published.py`; with `--correct` for a correction that README.md allows.
"""

import datetime as dt
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from framework.catalogue.load import load_catalogue
from framework.catalogue.records import Price

FILE = Path(__file__).parent / "published.json"
WORDS = {"source", "note", "revocable"}  # a re-reading or a better note does not change what was charged


def digest(price: Price) -> str:
    figures = price.model_dump(mode="json", exclude=WORDS)
    if price.peak and not price.peak.off_days:
        del figures["peak"]["off_days"]  # a key that came later: empty, it says what its absence said before
    return hashlib.sha256(json.dumps(figures, sort_keys=True).encode()).hexdigest()[:32]


def in_force(until: dt.date) -> dict[str, dict[str, str]]:
    """By offer and first day: the digest of each entry that has begun."""
    return {
        offer.id: {str(price.effective): digest(price) for price in offer.prices if price.effective is None or price.effective <= until}
        for offer in load_catalogue().offers
    }


def changes(published: dict[str, Any], now: dict[str, dict[str, str]]) -> list[str]:
    """What is gone, changed or slipped in among the past; entries of later days are none of its business."""
    found = []
    for offer, entries in published["entries"].items():
        have = now.get(offer, {})
        found += [f"{offer} {day}: gone" for day in entries if day not in have]
        found += [f"{offer} {day}: changed" for day in entries if day in have and have[day] != entries[day]]
        last = max((day for day in entries if day != "None"), default="")
        found += [f"{offer} {day}: slipped in before {last}" for day in have if day not in entries and (day == "None" or day < last)]
    return found


PUBLISHED = json.loads(FILE.read_text()) if FILE.exists() else {"until": None, "entries": {}}


def test_no_published_entry_has_changed() -> None:
    now = in_force(dt.date.max)
    assert changes(PUBLISHED, now) == [], "past prices may not change; append a new entry instead (pricing/README.md)"


def test_every_offer_of_the_day_was_published() -> None:
    assert len(PUBLISHED["entries"]) >= 60 and PUBLISHED["until"] >= "2026-11-23"
    assert sum(len(entries) for entries in PUBLISHED["entries"].values()) >= len(PUBLISHED["entries"])


SAMPLE = {"until": "2026-11-23", "entries": {"a/one": {"None": "x", "2026-05-01": "y"}}}


@pytest.mark.parametrize(
    ("now", "found"),
    [
        ({"None": "x", "2026-05-01": "y"}, []),
        ({"None": "x", "2026-05-01": "y", "2026-11-20": "z"}, []),
        ({"None": "x", "2026-05-01": "z"}, ["a/one 2026-05-01: changed"]),
        ({"2026-05-01": "y"}, ["a/one None: gone"]),
        ({"None": "x", "2026-03-01": "z", "2026-05-01": "y"}, ["a/one 2026-03-01: slipped in before 2026-05-01"]),
    ],
)
def test_a_changed_gone_or_slipped_in_entry_is_named(now: dict[str, str], found: list[str]) -> None:
    assert changes(SAMPLE, {"a/one": now}) == found


def test_a_figure_changes_the_digest_and_a_note_does_not() -> None:
    price = load_catalogue().offers[0].prices[0]
    assert digest(price.model_copy(update={"note": "other", "revocable": True})) == digest(price)
    assert digest(price.model_copy(update={"input_mtok": (price.input_mtok or 0) + 0.000001})) != digest(price)


if __name__ == "__main__":
    days = [argument for argument in sys.argv[1:] if argument != "--correct"]
    today = dt.date.fromisoformat(days[0]) if days else dt.date.today()
    changed = changes(PUBLISHED, in_force(dt.date.max))
    if changed and "--correct" not in sys.argv:
        sys.exit("\n".join([*changed, "past prices may not change; a correction that README.md allows is pinned with --correct"]))
    FILE.write_text(json.dumps({"until": str(today), "entries": in_force(today)}, indent=1, sort_keys=True) + "\n")
