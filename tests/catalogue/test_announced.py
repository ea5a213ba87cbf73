"""What an entry changes, in words that stand without name and day."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from framework.catalogue.announced import announced, changes
from framework.catalogue.load import load_catalogue
from framework.catalogue.records import Price, Source

SMALL = Path(__file__).parent / "fixtures" / "small"
SOURCE = Source(url="https://alpha.example/pricing", seen="2026-11-10", kind="vendor page")
BASE: dict[str, Any] = {"effective": None, "input_mtok": 1.0, "output_mtok": 4.0, "cache_write_mtok": {}, "source": (SOURCE,)}
HALF = {"input_mtok": 0.5, "output_mtok": 2.0, "cache_write_mtok": {}}


def entry(**changed: Any) -> Price:
    return Price.model_validate({**BASE, **changed})


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"input_mtok": 1.875}, "input $1.00 to $1.875 per million tokens"),
        ({"output_mtok": 0.0}, "output $4.00 to free per million tokens"),
        ({"cache_read_mtok": 0.1}, "cache reads unknown to $0.10 per million tokens"),
        ({"peak": {"hours_utc": ((1, 4),), "weekdays": (1,), "multiplier": 2.0}}, "peak hours change"),
        ({"region_multipliers": {"us": 1.1}}, "region surcharges change"),
        ({"storage_mtok_hour": 1.0, "min_cache_tokens": 64}, "cache storage unknown to $1.00 an hour, the smallest cached prefix changes"),
        ({"flex": HALF}, "the flex service begins"),
        ({"input_mtok": 2.0, "flex": HALF}, "input $1.00 to $2.00 per million tokens, flex prices are known from then on"),
        ({"region_multipliers": {"us": 1.1}, "flex": HALF}, "region surcharges change, flex prices are known from then on"),
        ({"note": "as before"}, "other terms of the price change"),
    ],
)
def test_a_change_is_told_with_exact_figures_or_by_what_it_touches(changed: dict[str, Any], words: str) -> None:
    assert changes(entry(), entry(**changed))[1] == words


@pytest.mark.parametrize(
    ("changed", "words"),
    [({}, "the flex service ends"), ({"input_mtok": 2.0}, "input $1.00 to $2.00 per million tokens, no flex price is known from then on")],
)
def test_only_an_entry_that_was_made_for_it_says_that_a_service_ends(changed: dict[str, Any], words: str) -> None:
    assert changes(entry(flex=HALF), entry(**changed))[1] == words


def test_an_event_says_what_happens_with_and_without_name_and_day() -> None:
    catalogue = load_catalogue(SMALL)
    names = {offer.id: offer.id for offer in catalogue.offers}
    (gone,) = announced(catalogue, names, first=dt.date(2027, 3, 1), last=dt.date(2027, 12, 31))
    assert (gone.what, gone.sentence) == ("switched off", "gamma/sage-2 is switched off on 2027-03-31.")
