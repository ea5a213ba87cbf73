"""The ways in which other tools' bills were wrong, one test each, with the sum worked out by hand."""

import datetime as dt

import numpy as np
import pytest
from recorded.bills import CLIFF, TWO_LIFETIMES, billed, columns_of, price, usage_of

from framework.recorded.counts import Counts
from framework.recorded.forms import anthropic
from framework.recorded.sheets import sheets_of
from framework.recorded.table import usd_table
from framework.recorded.totals import totals
from framework.recorded.usage import NOT_LISTED, recorded_usage
from framework.recorded.writes import dearest_sold, nearest_sold


def chat(prompt: int, reply: int = 0, cached: int = 0, written: int = 0) -> dict:
    return {
        "prompt_tokens": prompt,
        "completion_tokens": reply,
        "prompt_tokens_details": {"cached_tokens": cached, "cache_write_tokens": written},
    }


def message(fresh: int, reply: int = 0, read: int = 0, **more: object) -> dict:
    return {"input_tokens": fresh, "output_tokens": reply, "cache_read_input_tokens": read, **more}


def utc(text: str) -> float:
    return dt.datetime.fromisoformat(text + "+00:00").timestamp()


def test_563_of_1527_requests_above_the_cliff_are_billed_long_each_by_itself() -> None:
    # 563 x (300k x 10 + 1k x 45) = 563 x 3.045 = 1,714.335; 964 x (100k x 5 + 1k x 30) = 964 x 0.53 = 510.92
    usage = usage_of([Counts(input=300_000, output=1_000)] * 563 + [Counts(input=100_000, output=1_000)] * 964)
    found = totals(usage, sheets_of(usage, [columns_of(cliff=CLIFF)]))
    assert found.long_requests[0] == 563 and len(usage) == 1_527
    assert found.usd[0] == pytest.approx(2_225.255, abs=1e-9)
    # At base prices each long request would look 300k x 5 + 1k x 15 = 1.515 cheaper: 563 x 1.515 = 852.945 too little.
    assert found.usd[0] - found.short_usd[0] == pytest.approx(852.945, abs=1e-9)


def test_the_threshold_looks_at_the_whole_prompt_cached_tokens_included() -> None:
    # 270,540 fresh and 7,936 cached are 278,476: 270,540 x 10 + 7,936 x 1
    assert billed(CLIFF, "openai", chat(278_476, cached=7_936)) == pytest.approx(2.713336)
    assert billed(CLIFF, "openai", chat(270_540)) == pytest.approx(1.3527)


def test_2600_prompt_tokens_are_2000_read_400_written_and_200_plain() -> None:
    # 2,000 x 0.5 + 400 x 6.25 + 200 x 5 = 1,000 + 2,500 + 1,000 millionths
    assert billed(CLIFF, "openai", chat(2_600, cached=2_000, written=400)) == pytest.approx(0.0045)


def test_exactly_272000_tokens_are_short_and_one_more_is_long() -> None:
    assert billed(CLIFF, "openai", chat(272_000, 1_000)) == pytest.approx(1.39)  # 1.36 + 0.03
    assert billed(CLIFF, "openai", chat(272_001, 1_000)) == pytest.approx(2.76501)  # 2.72001 + 0.045


def test_written_tokens_too_can_carry_a_prompt_over_the_threshold() -> None:
    # 1 fresh, 172,000 read, 100,000 written: 10 + 172,000 x 1 + 100,000 x 12.5
    assert billed(CLIFF, "openai", chat(272_001, cached=172_000, written=100_000)) == pytest.approx(0.00001 + 0.172 + 1.25)


def test_an_inclusive_threshold_makes_exactly_200000_tokens_long() -> None:
    entry = price(2, 10, long_context={"threshold_tokens": 200_000, "inclusive": True, "input_mtok": 4, "output_mtok": 20})
    assert billed(entry, "openai", chat(199_999)) == pytest.approx(0.399998)
    assert billed(entry, "openai", chat(200_000)) == pytest.approx(0.8)


def test_every_token_of_a_long_request_is_repriced_not_only_the_excess() -> None:
    # 300k x 10 = 3.00; with the excess alone at the long price it would be 272k x 5 + 28k x 10 = 1.64
    assert billed(CLIFF, "openai", chat(300_000)) == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("form", "usage"),
    [
        ("anthropic", message(5_000, 500, read=45_000)),
        ("openai", chat(50_000, 500, cached=45_000)),
        ("openai", {"input_tokens": 50_000, "input_tokens_details": {"cached_tokens": 45_000}, "output_tokens": 500}),
        ("google", {"promptTokenCount": 50_000, "cachedContentTokenCount": 45_000, "candidatesTokenCount": 200, "thoughtsTokenCount": 300}),
        ("deepseek", {"prompt_cache_hit_tokens": 45_000, "prompt_cache_miss_tokens": 5_000, "completion_tokens": 500}),
        ("plain", {"input": 5_000, "cache_read": 45_000, "output": 500}),
    ],
)
def test_cached_tokens_are_billed_once_whether_the_prompt_count_includes_them_or_not(form: str, usage: dict) -> None:
    # 5k x 2 + 45k x 0.2 + 500 x 10 = 0.010 + 0.009 + 0.005; billed twice it would be 0.114
    assert billed(TWO_LIFETIMES, form, usage) == pytest.approx(0.024)


def test_a_one_hour_write_is_not_priced_as_a_five_minute_one() -> None:
    hour = message(0, cache_creation_input_tokens=1_000_000, cache_creation={"ephemeral_1h_input_tokens": 1_000_000})
    assert billed(TWO_LIFETIMES, "anthropic", hour) == pytest.approx(4.0)  # 2.50 would be 37.5 % too little


def test_writes_split_by_lifetime_are_priced_apart() -> None:
    split = {"ephemeral_5m_input_tokens": 600_000, "ephemeral_1h_input_tokens": 400_000}
    usage = message(0, cache_creation_input_tokens=1_000_000, cache_creation=split)
    assert billed(TWO_LIFETIMES, "anthropic", usage) == pytest.approx(600_000 * 2.5e-6 + 400_000 * 4e-6)  # 3.10


def test_a_write_without_its_lifetime_has_a_range_from_the_shortest_to_the_dearest_sold() -> None:
    usage = usage_of([anthropic(message(0, cache_creation_input_tokens=1_000_000), {})])
    columns = [columns_of(only=TWO_LIFETIMES)]
    assert totals(usage, sheets_of(usage, columns)).usd[0] == pytest.approx(2.5)
    assert totals(usage, sheets_of(usage, columns, writes=dearest_sold)).usd[0] == pytest.approx(4.0)


def test_a_write_price_that_is_missing_is_unknown_and_not_free() -> None:
    entry = price(2, 10, cache_read_mtok=0.2)
    usage = usage_of([Counts(input=1_000, output=100, write_5m=500), Counts(input=1_000, output=100, cache_read=500)])
    sheets = sheets_of(usage, [columns_of(only=entry)])
    # The request without a write needs no write price: 1,000 x 2 + 500 x 0.2 + 100 x 10
    assert usd_table(usage, sheets)[:, 0] == pytest.approx([np.nan, 0.0031], nan_ok=True)
    assert np.isnan(totals(usage, sheets).usd[0])


def test_writes_without_a_price_of_their_own_cost_what_input_costs() -> None:
    assert billed(price(2, 10, cache_write_mtok={}), "openai", chat(1_000, written=400)) == pytest.approx(0.002)


def test_fast_mode_is_paid_only_by_the_requests_that_used_it() -> None:
    usages = [message(1_000_000, speed="fast"), message(1_000_000, speed="standard"), message(1_000_000)]
    assert billed(TWO_LIFETIMES, "anthropic", *usages) == pytest.approx(4 + 2 + 2)


def test_batch_has_its_own_price_of_each_meter() -> None:
    usage = message(100_000, 10_000, read=200_000, service_tier="batch")
    assert billed(TWO_LIFETIMES, "anthropic", usage) == pytest.approx(0.1 + 0.05 + 0.02)


def test_a_service_that_is_not_sold_is_unknown_for_its_requests_alone() -> None:
    usage = recorded_usage({"input": [1_000_000] * 3, "output": [0] * 3}, service=["standard", "flex", "standard"])
    sheets = sheets_of(usage, [columns_of(only=TWO_LIFETIMES)])
    assert usd_table(usage, sheets)[:, 0] == pytest.approx([2.0, np.nan, 2.0], nan_ok=True)


def test_a_request_that_list_prices_do_not_cover_is_unknown() -> None:
    usage = recorded_usage({"input": [1_000_000], "output": [0]})
    usage.service[0] = NOT_LISTED
    assert np.isnan(totals(usage, sheets_of(usage, [columns_of(only=TWO_LIFETIMES)])).usd[0])


def test_a_region_multiplies_every_meter_and_one_without_a_price_is_unknown() -> None:
    assert billed(TWO_LIFETIMES, "anthropic", message(100_000, 1_000, inference_geo="us")) == pytest.approx(1.1 * 0.21)
    assert np.isnan(billed(TWO_LIFETIMES, "anthropic", message(100_000, inference_geo="eu")))
    assert billed(TWO_LIFETIMES, "anthropic", message(100_000, inference_geo="global")) == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("at", "factor"),
    [
        ("2026-11-23T00:59:59", 1),  # a Monday
        ("2026-11-23T01:00:00", 2),
        ("2026-11-23T03:59:59", 2),
        ("2026-11-23T04:00:00", 1),
        ("2026-11-27T09:30:00", 2),  # a Friday
        ("2026-11-28T02:00:00", 1),  # a Saturday
    ],
)
def test_peak_hours_follow_the_clock_and_the_weekday_of_the_request(at: str, factor: int) -> None:
    entry = price(2, 10, peak={"hours_utc": [(1, 4), (6, 10)], "weekdays": [1, 2, 3, 4, 5], "multiplier": 2})
    assert billed(entry, "openai", chat(1_000_000), at_s=utc(at)) == pytest.approx(2.0 * factor)


def test_each_request_pays_the_price_of_its_own_day() -> None:
    usage = recorded_usage({"input": [1_000_000] * 3, "output": [0] * 3})
    before, after = columns_of(only=price(5, 30)), columns_of(only=price(4, 20))
    sheets = sheets_of(usage, [before, after], np.array([0, 1, 1]))
    assert usd_table(usage, sheets)[:, 0] == pytest.approx([5, 4, 4])
    assert totals(usage, sheets).usd[0] == pytest.approx(13)


def test_a_cliff_that_comes_with_a_new_price_holds_from_that_day_on() -> None:
    usage = recorded_usage({"input": [300_000] * 2, "output": [0] * 2})
    sheets = sheets_of(usage, [columns_of(only=price(5, 30)), columns_of(only=CLIFF)], np.array([0, 1]))
    assert usd_table(usage, sheets)[:, 0] == pytest.approx([1.5, 3.0])
    assert (totals(usage, sheets).usd[0], totals(usage, sheets).long_requests[0]) == (pytest.approx(4.5), 1)


def test_a_comparison_prices_a_lifetime_that_is_not_sold_at_the_next_longer_one() -> None:
    usage = usage_of([Counts(input=0, output=0, write_5m=1_000_000), Counts(input=0, output=0, write_1h=1_000_000)])
    columns = columns_of(half=CLIFF, two=TWO_LIFETIMES, free=price(3, 9, cache_write_mtok={}), unknown=price(3, 9))
    table = usd_table(usage, sheets_of(usage, [columns], writes=nearest_sold))
    # 1,000,000 tokens are above the first offer's 272,000: its 30-minute write costs 12.50 there, the longest it sells.
    assert table[0] == pytest.approx([12.5, 2.5, 3.0, np.nan], nan_ok=True)
    assert table[1] == pytest.approx([12.5, 4.0, 3.0, np.nan], nan_ok=True)


def test_no_requests_cost_nothing() -> None:
    usage = recorded_usage({"input": [], "output": []})
    sheets = sheets_of(usage, [columns_of(a=CLIFF, b=TWO_LIFETIMES)])
    assert usd_table(usage, sheets).shape == (0, 2)
    assert totals(usage, sheets).usd == pytest.approx([0, 0])
