"""What a probe of the small catalogue's offers costs at most, by prompt length."""

import datetime as dt

import pytest
from report.studies import ON, catalogue

from framework.catalogue.probe_prices import probe_prices


def mtok(offer: str, *lengths: int, service: str | None = None, on: dt.date = ON) -> dict[int, tuple[float | None, ...]]:
    found = probe_prices(catalogue(), offer, lengths, service=service, on=on)
    each = {length: (price.input_mtok, price.output_mtok, price.cache_read_mtok, price.cache_write_mtok) for length, price in found.items()}
    return {length: tuple(figure if figure is None else pytest.approx(figure) for figure in figures) for length, figures in each.items()}


def test_the_four_prices_are_those_in_force_and_a_write_is_the_shortest_lived():
    assert mtok("alpha/sage-2", 1_000) == {1_000: (3, 15, 0.3, 3.75)}
    assert mtok("beta/bolt", 1_000, on=dt.date(2026, 8, 31)) == {1_000: (5, 20, 0.5, 5)}


def test_a_prompt_that_may_be_billed_beyond_the_threshold_has_the_prices_of_long_ones():
    # 170,000 * 1.6 + 80 is 272,080, above 272,000; 169,000 * 1.6 + 80 is 270,480.
    assert mtok("beta/bolt", 169_000, 170_000) == {169_000: (2, 10, 0.2, 2), 170_000: (4, 15, 0.4, 4)}


def test_a_service_tier_has_its_own_prices_and_one_that_is_not_known_or_not_sold_none():
    assert mtok("beta/bolt", 1_000, service="priority") == {1_000: (4, 20, 0.4, 4)}
    assert mtok("beta/bolt", 1_000, service="auto") == mtok("beta/bolt", 1_000)
    assert mtok("beta/bolt", 1_000, service="scale") == mtok("alpha/sage-2", 1_000, service="flex") == {}


def test_dear_hours_count_as_if_the_probe_ran_in_them():
    plain = catalogue().price_in_force(catalogue().offer("gamma/reed"), ON)
    assert plain.peak is not None and plain.peak.multiplier == 2
    assert mtok("gamma/reed", 1_000)[1_000][:2] == (2 * plain.input_mtok, 2 * plain.output_mtok)


def test_an_offer_that_is_not_sold_yet_has_no_price():
    assert mtok("alpha/sage-2", 1_000, on=dt.date(2026, 1, 1)) == {}
