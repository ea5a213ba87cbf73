"""A promotional price says until when, and the price of the day after stands below it."""

import datetime as dt
from pathlib import Path

import pytest
from catalogue.price_lists import catalogue_folder

from framework.catalogue.announced import announced
from framework.catalogue.load import load_catalogue
from framework.errors import CatalogueError
from framework.forecast import twelve_months
from framework.workload import Workload

PROMOTION = """\
      - effective: 2026-11-13
        revocable: true
        input_mtok: 0.1
        output_mtok: 0.4
        note: Promotion until 2027-01-15.
        source: prices
"""
AFTER = """\
      - effective: 2027-01-16
        input_mtok: 0.2
        output_mtok: 0.8
        source: prices
"""


def promoted(tmp_path: Path, entries: str) -> Path:
    """The small catalogue with more entries of its last offer at beta."""
    folder = catalogue_folder(tmp_path)
    path = folder / "providers" / "beta.yaml"
    text = path.read_text()
    offers, tools, rest = text.partition("tools:\n")
    assert tools and "id: beta/bolt-mini" in offers[offers.rindex("  - id:") :]
    path.write_text(offers + entries + tools + rest)
    return folder


def test_a_promotion_with_its_end_and_the_next_price_is_right(tmp_path: Path) -> None:
    prices = load_catalogue(promoted(tmp_path, PROMOTION + AFTER)).offer("beta/bolt-mini").prices
    assert [(price.input_mtok, price.revocable) for price in prices[-2:]] == [(0.1, True), (0.2, False)]


def test_what_follows_may_be_unknown(tmp_path: Path) -> None:
    unknown = AFTER.replace("0.2", "null").replace("0.8", "null")
    assert load_catalogue(promoted(tmp_path, PROMOTION + unknown)).offer("beta/bolt-mini").prices[-1].input_mtok is None


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        (PROMOTION, "a promotion until 2027-01-15 needs the price that follows it: append the entry of the next day"),
        (PROMOTION.replace("Promotion until 2027-01-15", "A promo price") + AFTER, "speaks of a promotion and not of its end; write"),
        (PROMOTION.replace("Promotion until 2027-01-15", "Introductory") + AFTER, "speaks of a promotion and not of its end"),
        (PROMOTION.replace("2027-01-15", "2027-02-30") + AFTER, "2027-02-30 is not a day of the calendar"),
        (PROMOTION.replace("2027-01-15", "2026-11-12") + AFTER, "would end on 2026-11-12, before it begins on 2026-11-13"),
        (PROMOTION + AFTER.replace("2027-01-16", "2027-01-20"), "ends on 2027-01-15, and the next entry begins on 2027-01-20"),
    ],
)
def test_a_promotion_without_a_clear_end_stops_the_load(tmp_path: Path, entries: str, says: str) -> None:
    with pytest.raises(CatalogueError, match=r"^providers/beta.yaml:\d+: beta/bolt-mini") as caught:
        load_catalogue(promoted(tmp_path, entries))
    assert says in str(caught.value)


def test_the_end_of_a_promotion_is_told_and_counts_without_the_revocable_changes(tmp_path: Path) -> None:
    catalogue = load_catalogue(promoted(tmp_path, PROMOTION + AFTER))
    names = {offer.id: offer.id for offer in catalogue.offers}
    days = (dt.date(2026, 12, 1), dt.date(2027, 12, 1))
    (told,) = [event for event in announced(catalogue, names, first=days[0], last=days[1]) if event.offer == "beta/bolt-mini"]
    changes = "the promotion ends, input $0.10 to $0.20, output $0.40 to $0.80 per million tokens"
    assert told.sentence == f"beta/bolt-mini from 2027-01-16 on: {changes}."
    workload = Workload.model_validate({"traffic": {"requests_per_day": 1e6 / 30}, "tokens": {"input_mean": 3_000, "output_mean": 500}})
    for scheduled in (True, False):
        forecast = twelve_months(workload, catalogue, days[0], months=3, scheduled=scheduled)
        usd = forecast.usd[:, forecast.offers.index("beta/bolt-mini")]
        # 3,000 x 0.10 + 500 x 0.40 = 500 a month up to 15 January, 1,000 for the 16 days from the 16th on.
        assert usd == pytest.approx([500, (15 * 500 + 16 * 1_000) / 31, 1_000])
