"""Other lists' values beside ours: what differs, from when, and whether ours is unknown or not sold."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from framework.catalogue.compare_pins import load_pins, parse_pins
from framework.catalogue.conflicts import Disagreement, disagreements, unsettled_services
from framework.catalogue.files import pricing_directory
from framework.catalogue.load import load_catalogue
from framework.documents import parse

ON = dt.date(2026, 11, 23)
SMALL = Path(__file__).parent / "fixtures" / "small"


def found(*pins: str, on: dt.date = ON) -> tuple[Disagreement, ...]:
    lines = [f"  - {{source: litellm, {pin}, reason: they have it wrong, date: 2026-11-20}}\n" for pin in pins]
    return disagreements(load_catalogue(SMALL), parse_pins(parse("deviations:\n" + "".join(lines), "pricing/deviations.yaml")), on)


def test_both_values_stand_side_by_side_with_reason_and_day() -> None:
    (only,) = found("offer: beta/bolt, theirs: {input: 5, output: 10}")
    # The output of Bolt is 10 here too: nothing to show.
    (cell,) = only.cells
    assert (cell.cell.meter, cell.ours, cell.theirs, cell.since) == ("input", 2.0, 5.0, None)
    assert (only.offer, only.source, only.reason, only.read) == ("beta/bolt", "litellm", "they have it wrong", dt.date(2026, 11, 20))


def test_a_pin_that_nothing_differs_from_any_more_is_not_shown() -> None:
    assert found("offer: beta/bolt, theirs: {output: 10}") == ()


def test_a_difference_that_begins_with_an_announced_entry_has_its_day() -> None:
    # Sage 2 sells batch at 1.5 until 2026-12-31; the entry of 2027-01-01 has none.
    (cell,) = found("offer: alpha/sage-2, service: batch, theirs: {input: 1.5}")[0].cells
    assert (cell.ours, cell.since, cell.sold) == (None, dt.date(2027, 1, 1), False)


@pytest.mark.parametrize(
    ("pin", "sold"),
    [
        ("offer: beta/bolt, service: priority, band: long, theirs: {input: 8}", False),
        ("offer: beta/bolt-mini, service: priority, theirs: {input: 8}", True),
        ("offer: gamma/sage-2, theirs: {cache_read: 0.3}", True),
    ],
)
def test_without_a_price_here_refused_prompts_are_not_sold_and_the_rest_is_unknown(pin: str, sold: bool) -> None:
    (cell,) = found(pin)[0].cells
    assert cell.ours is None and cell.sold is sold


def test_before_its_first_price_an_offer_is_not_sold() -> None:
    (cell,) = found("offer: gamma/reed, theirs: {input: 1.5}", on=dt.date(2026, 6, 30))[0].cells
    assert cell.ours is None and not cell.sold


def test_only_a_service_that_the_catalogue_lacks_and_another_list_has_is_unsettled() -> None:
    pins = (
        "offer: beta/bolt-mini, service: priority, theirs: {input: 8}",
        "offer: beta/bolt, service: priority, band: long, theirs: {input: 8}",
        "offer: alpha/sage-2, service: batch, theirs: {input: 1.5}",
    )
    assert unsettled_services(found(*pins)) == {("beta/bolt-mini", "priority")}
    # After the day on which batch ended it is not sold, whatever the other list says.
    assert ("alpha/sage-2", "batch") not in unsettled_services(found(*pins, on=dt.date(2027, 1, 2)))


def test_an_offer_that_the_catalogue_does_not_hold_is_passed_over() -> None:
    assert found("offer: nobody/nothing, theirs: {input: 5}") == ()


def test_every_shipped_deviation_still_differs() -> None:
    pins: Any = load_pins(pricing_directory())
    shown = disagreements(load_catalogue(), pins, ON)
    assert sum(len(item.cells) for item in shown) == sum(len(pin.theirs) for pin in pins.file.deviations)
