import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framework.catalogue.records import Price, Source
from framework.catalogue.request_price import Request, request_usd
from framework.errors import FourAxesError, NotSold

MONDAY = dt.date(2026, 11, 23)
SATURDAY = dt.date(2026, 11, 28)
SOURCE = (Source(url="https://example.com/prices", seen="2026-11-23", kind="vendor page"),)
COUNTS = st.integers(0, 2_000_000)


def price(**parts: Any) -> Price:
    known = {"effective": None, "input_mtok": 2.0, "output_mtok": 10.0, "source": SOURCE}
    return Price.model_validate(known | parts, context={"sources": {}})


# gpt-6 sol's shape: writes for 30 minutes, everything doubles above 272,000 tokens but output, which costs half as much again.
CLIFF = price(
    cache_read_mtok=0.2,
    cache_write_mtok={"30m": 2.5},
    long_context={"threshold_tokens": 272_000, "input_mtok": 4, "output_mtok": 15, "cache_read_mtok": 0.4, "cache_write_mtok": {"30m": 5}},
    batch={"input_mtok": 1, "output_mtok": 5, "cache_read_mtok": 0.1, "cache_write_mtok": {"30m": 1.25}},
    priority={"input_mtok": 4, "output_mtok": 20, "long_context_excluded": True},
    region_multipliers={"us": 1.1},
)
TWO_LIFETIMES = price(cache_read_mtok=0.2, cache_write_mtok={"5m": 2.5, "1h": 4.0})
PEAK = price(peak={"hours_utc": [(1, 4), (6, 10)], "weekdays": [1, 2, 3, 4, 5], "multiplier": 2})


def usd(entry: Price, on: dt.date = MONDAY, **request: Any) -> float:
    return request_usd(entry, Request(**{"input": 0, "output": 0} | request), on=on).usd


def test_classes_are_disjoint_and_each_has_its_own_price() -> None:
    priced = request_usd(CLIFF, Request(input=10_000, cache_read=100_000, cache_write=4_000, output=1_000), on=MONDAY)
    # 10k x 2 + 100k x 0.2 + 4k x 2.5 + 1k x 10, over a million
    assert priced.lines == pytest.approx({"input": 0.02, "cache_read": 0.02, "cache_write": 0.01, "output": 0.01})
    assert priced.usd == pytest.approx(0.06)


def test_the_whole_prompt_decides_about_the_long_price_of_every_token() -> None:
    short = request_usd(CLIFF, Request(input=72_000, cache_read=150_000, cache_write=50_000, output=1_000), on=MONDAY)
    long = request_usd(CLIFF, Request(input=72_001, cache_read=150_000, cache_write=50_000, output=1_000), on=MONDAY)
    assert short.usd == pytest.approx(0.144 + 0.03 + 0.125 + 0.01)
    assert long.usd == pytest.approx(72_001 * 4e-6 + 0.06 + 0.25 + 0.015)
    assert short.notes == ()
    assert "above 272,000 tokens" in long.notes[0]


def test_an_inclusive_threshold_begins_at_the_threshold_itself() -> None:
    entry = price(long_context={"threshold_tokens": 200_000, "inclusive": True, "input_mtok": 4, "output_mtok": 20})
    assert usd(entry, input=199_999) == pytest.approx(199_999 * 2e-6)
    assert usd(entry, input=200_000) == pytest.approx(200_000 * 4e-6)


def test_reasoning_is_billed_as_output() -> None:
    # 3,000 in, 800 visible and 3,000 thinking tokens at 4/20: $0.088, not the $0.028 of the visible reply alone.
    entry = price(input_mtok=4.0, output_mtok=20.0)
    assert usd(entry, input=3_000, output=3_800) == pytest.approx(0.088)
    assert usd(entry, input=3_000, output=800) == pytest.approx(0.028)


def test_a_cached_prompt_read_wrongly_as_uncached_costs_nearly_five_times_as_much() -> None:
    # 50k prompt with 45k cached on a 2 / 0.2 model with 500 tokens of output: 5k x 2 + 45k x 0.2 + 500 x 10
    assert usd(TWO_LIFETIMES, input=5_000, cache_read=45_000, output=500) == pytest.approx(0.024)
    assert usd(TWO_LIFETIMES, input=50_000, cache_read=45_000, output=500) == pytest.approx(0.114)


def test_a_write_is_for_the_shortest_lifetime_unless_another_is_named() -> None:
    assert usd(TWO_LIFETIMES, cache_write=1_000_000) == pytest.approx(2.5)
    assert usd(TWO_LIFETIMES, cache_write=1_000_000, lifetime="1h") == pytest.approx(4.0)


def test_writes_without_a_price_of_their_own_cost_what_input_costs() -> None:
    entry = price(cache_read_mtok=0.2, cache_write_mtok={})
    assert usd(entry, cache_write=1_000_000) == pytest.approx(2.0)


def test_batch_has_its_own_price_for_each_meter_and_a_missing_surcharge_means_none() -> None:
    assert usd(CLIFF, input=300_000, output=1_000, service="batch") == pytest.approx(0.3 + 0.005)


def test_a_region_multiplies_every_meter() -> None:
    assert usd(CLIFF, input=1_000_000 // 10, output=1_000, region="us") == pytest.approx(1.1 * 0.21)


@pytest.mark.parametrize(
    ("on", "at", "factor"),
    [(MONDAY, "00:59", 1), (MONDAY, "01:00", 2), (MONDAY, "03:59", 2), (MONDAY, "04:00", 1), (MONDAY, "09:59", 2), (SATURDAY, "02:00", 1)],
)
def test_peak_hours_begin_inclusively_end_exclusively_and_know_the_weekday(on: dt.date, at: str, factor: int) -> None:
    assert usd(PEAK, on=on, input=1_000_000, at=at) == pytest.approx(2.0 * factor)


def test_a_day_off_is_off_peak_at_every_hour_and_the_next_one_is_not() -> None:
    # PEAK with Monday 2026-11-23 off.
    peak = {"hours_utc": [(1, 4)], "weekdays": [1, 2, 3, 4, 5], "multiplier": 2, "off_days": [MONDAY]}
    entry = price(peak=peak)
    assert usd(entry, on=MONDAY, input=1_000_000, at="02:00") == pytest.approx(2.0)
    assert usd(entry, on=MONDAY + dt.timedelta(days=1), input=1_000_000, at="02:00") == pytest.approx(4.0)
    assert request_usd(entry, Request(input=1_000_000, output=0), on=MONDAY).notes == ()


def test_without_a_time_the_price_is_off_peak_and_a_note_says_so() -> None:
    priced = request_usd(PEAK, Request(input=1_000_000, output=0), on=MONDAY)
    assert priced.usd == pytest.approx(2.0)
    assert "01-04, 06-10 UTC" in priced.notes[0]
    assert request_usd(PEAK, Request(input=1_000_000, output=0), on=SATURDAY).notes == ()


@pytest.mark.parametrize(
    ("entry", "request_parts", "names"),
    [
        (CLIFF, {"service": "flex"}, "standard, batch, priority"),
        (CLIFF, {"lifetime": "5m"}, "30m"),
        (price(), {"lifetime": "5m"}, "none"),
        (CLIFF, {"region": "eu"}, "us"),
        (CLIFF, {"service": "priority", "input": 272_001}, "272,000"),
        (CLIFF, {"service": "priority", "cache_read": 1}, "price unknown: cache read"),
        (price(), {"cache_read": 1}, "price unknown: cache read"),
        (price(), {"cache_write": 1}, "price unknown: cache write"),
        (price(input_mtok=None), {"input": 1}, "price unknown: input"),
        (price(output_mtok=None), {"output": 1}, "price unknown: output"),
    ],
)
def test_what_is_not_sold_or_not_known_is_an_error_that_names_what_is(entry: Price, request_parts: dict[str, Any], names: str) -> None:
    with pytest.raises(NotSold, match=names):
        usd(entry, **request_parts)


@pytest.mark.parametrize(
    "request_parts", [{"at": "25:00"}, {"at": "noon"}, {"service": "turbo"}, {"lifetime": "2h"}, {"input": -1}, {"output": float("nan")}]
)
def test_a_request_that_makes_no_sense_is_refused(request_parts: dict[str, Any]) -> None:
    with pytest.raises(FourAxesError):
        usd(PEAK, **request_parts)


def test_an_unknown_price_does_no_harm_where_nothing_is_billed_on_it() -> None:
    assert usd(price(), input=1_000_000) == pytest.approx(2.0)


def test_storage_of_an_explicit_cache_is_left_out_and_a_note_says_so() -> None:
    entry = price(cache_read_mtok=0.2, cache_write_mtok={}, storage_mtok_hour=1.0)
    assert "storage" in request_usd(entry, Request(input=1, cache_read=1, output=1), on=MONDAY).notes[0]


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_lines_sum_to_the_bill_and_one_more_token_never_makes_it_cheaper(u: int, r: int, w: int, y: int) -> None:
    priced = request_usd(CLIFF, Request(input=u, cache_read=r, cache_write=w, output=y), on=MONDAY)
    assert sum(priced.lines.values()) == pytest.approx(priced.usd)
    assert usd(CLIFF, input=u + 1, cache_read=r, cache_write=w, output=y) > priced.usd
