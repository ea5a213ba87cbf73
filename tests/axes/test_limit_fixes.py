"""Remedies for one offer at its peak, on traffic whose served share can be worked out by hand."""

import dataclasses
import math

import numpy as np
import pytest
from axes.test_rate_limits import a_load, an_offer

from framework.axes import rate_limits
from framework.axes.limit_fixes import Fix, Fixes, Reading, fixes

TIERS = ("start", "scale")


def answered(columns):
    """The limits of one offer for a changed load; the bill is $100 and half of that with the half in batch."""

    def answer(load, tiers):
        hits = np.nan_to_num(np.atleast_1d(np.asarray(load.hit_rate, dtype=float)))
        usd = np.array([100.0 * (1 - 0.5 * load.batch_share)])
        return rate_limits.assess(load, columns, tiers=tiers, forecast_usd=usd, hit_rate=hits, duration_s=np.array([2.0]))

    return answer


def tried(columns, load, **tiers):
    return fixes(load, columns, tiers=tiers, answer=answered(columns))


def of(found: Fixes, kind: str) -> Fix | None:
    return next((fix for fix in (*found.helps, *found.idle, *found.unknown) if fix.kind == kind), None)


def test_moving_half_of_the_calls_to_batch_halves_what_meets_the_limit():
    # 60 calls a minute against 40: two thirds are served; 30 a minute all are.
    columns = an_offer({"rpm": [40]})
    found = tried(columns, a_load(burstiness=0.1))
    batch = of(found, "batch")
    assert found.before.high == pytest.approx(40 / 60, abs=0.02)
    assert batch in found.helps and batch.after.low == 1 and batch.after.room == pytest.approx(40 / 30, rel=0.05)


def test_batch_is_not_tried_where_none_is_sold():
    columns = an_offer({"rpm": [40]})
    price = dataclasses.replace(columns.price, mtok=columns.price.mtok.copy())
    price.mtok[1] = math.nan  # the batch service
    assert of(tried(dataclasses.replace(columns, price=price), a_load()), "batch") is None


def test_caching_helps_where_cached_input_does_not_count_and_is_not_tried_where_it_does():
    # 60,000 input tokens a minute against 40,000; nine in ten find their 1,000 in the cache, so 6,000 are charged.
    load = a_load(burstiness=0.1, prefix_tokens=1_000.0)
    prices = {"min_cache_tokens": np.array([0.0])}
    found = tried(an_offer({"itpm": [40_000]}, prices=prices), load)
    caching = of(found, "caching")
    assert caching in found.helps and caching.after.high == 1
    assert caching.after.room > 4 * found.before.room
    assert of(tried(an_offer({"itpm": [40_000]}, prices=prices, cached_counts=1.0), load), "caching") is None


def test_a_system_prompt_is_what_could_be_cached_where_no_prefix_is_named():
    found = tried(an_offer({"itpm": [40_000]}, prices={"min_cache_tokens": np.array([0.0])}), a_load())
    assert of(found, "caching").takes == "nine calls in ten find your system prompt of 1,000 tokens in the cache"


def test_a_lower_max_tokens_helps_where_it_is_reserved():
    # 60 calls reserve 500 each: 30,000 against 15,000 a minute. Replies have no spread: 200 are enough, 12,000 a minute.
    found = tried(an_offer({"otpm": [15_000]}, max_tokens_reserved=1.0), a_load(burstiness=0.1))
    fix = of(found, "max_tokens")
    assert fix.what == "max_tokens 200 instead of 500"
    assert found.before.high == pytest.approx(0.5, abs=0.02) and fix.after.high == 1
    assert of(tried(an_offer({"otpm": [15_000]}), a_load()), "max_tokens") is None


def test_waiting_serves_what_bursts_would_lose():
    # 30 calls a minute against 60: on average it fits, but of a burst a bucket a second deep admits one call.
    found = tried(an_offer({"rpm": [60]}, subminute=1.0), a_load(per_minute=30, max_wait_s=30.0))
    smooth = of(found, "smoothing")
    assert found.before.low < 0.99 and smooth in found.helps and smooth.after.low > found.before.low
    waits = a_load().client.model_copy(update={"policy": "wait"})
    assert of(tried(an_offer({"rpm": [60]}), a_load(client=waits)), "smoothing") is None


def test_a_lower_peak_is_a_third_lower_and_never_below_the_mean():
    found = tried(an_offer({"rpm": [150]}), a_load(peak_factor=3.0, burstiness=0.1))
    spread = of(found, "spreading")
    # 180 a minute become 120.
    assert spread in found.helps and spread.after.low == 1 and spread.takes == "a peak factor of 2 instead of 3"
    assert of(tried(an_offer({"rpm": [150]}), a_load(peak_factor=1.0)), "spreading") is None


def test_higher_tiers_are_told_with_what_reaching_them_takes():
    columns = an_offer({"rpm": [40, 120]}, tiers=TIERS, qualifies_spend_usd=[0.0, 500.0], qualifies_days=[0.0, 7.0])
    found = tried(columns, a_load(burstiness=0.1))
    tier = of(found, "tier")
    assert (tier.what, tier.takes) == ("Scale", "$500 paid in total, 7 days of waiting")
    assert tier.after.low == 1 and tier.after.room == pytest.approx(2, rel=0.05)
    assert of(tried(columns, a_load(), acme="scale"), "tier") is None


def test_a_tier_whose_limits_are_not_published_is_unknown_and_not_in_vain():
    found = tried(an_offer({"rpm": [40, math.nan]}, tiers=TIERS), a_load())
    assert [fix.what for fix in found.unknown] == ["Scale"] and not any(fix.kind == "tier" for fix in (*found.helps, *found.idle))


def test_remedies_stand_by_effect_and_those_in_vain_apart():
    # What is not limited by output gains nothing by a smaller reserve.
    columns = an_offer({"rpm": [40, 240], "otpm": [1e6, 1e6]}, tiers=TIERS, max_tokens_reserved=1.0)
    found = tried(columns, a_load(burstiness=0.1))
    assert [fix.after.low for fix in found.helps] == sorted((fix.after.low for fix in found.helps), reverse=True)
    assert found.helps[0].kind == "tier"
    assert of(found, "max_tokens") in found.idle


def test_a_reading_is_better_by_the_first_figure_that_differs():
    now = Reading(0.9, 0.95, 2.0)
    assert Reading(0.95, 0.95, 2.0).more_than(now) and Reading(0.9, 0.95, 2.2).more_than(now)
    # Served at worst goes before the room: who is served now counts more than who could be.
    assert Reading(0.95, 0.95, 1.9).more_than(now) and not Reading(0.8, 1, 9.0).more_than(now) and not now.more_than(now)
    assert not Reading(1, 1, math.inf).more_than(Reading(1, 1, math.inf))
