"""An outage at the invented offers: counted, cached and priced by hand."""

import numpy as np
import pytest
from axes.builders import make_columns, make_load

from framework.axes.charging import Texts
from framework.axes.day import Day
from framework.axes.day_charges import Question
from framework.axes.day_hits import cache_rules
from framework.axes.demand import Expected
from framework.axes.outage_cost import costs_of
from framework.axes.outage_drill import Pair, calls_a_minute, every_tier, held_at, luck_of, share_buckets, stream_of

NAN = float("nan")
PLAIN, CACHED, CLIFF, IMPLICIT, PEAK = range(5)
BUILD, SCALE = 0, 1


def question(load=None, **columns) -> Question:
    load, columns = load or make_load(), make_columns(**columns)
    nothing = np.full(len(columns), NAN)
    caches = cache_rules(load, columns, hit_rate=np.zeros(5), lifetimes=(None, "5m", "30m", None, None), ttft_s=nothing)
    return Question(load, columns, Expected(nothing, np.zeros(5), nothing), caches)


def day(times_s, *, prompt=100.0, reusable=0.0, reply=10.0, merged=1) -> Day:
    n = len(times_s)
    rng = np.random.default_rng(7)
    return Day(
        time_us=np.round(np.asarray(times_s, dtype=float) * 1e6).astype(np.int64),
        texts=Texts(np.full(n, prompt), np.full(n, reusable), np.full(n, reply)),
        chance=rng.random(n),
        prefix=np.zeros(n, dtype=np.int64),
        user=None,
        merged=merged,
        starts_s=None,
        days=1.0,
    )


def late(asked: Question, calls: Day, pair: Pair, failing, tier=BUILD):
    """Shares not in time with buckets of a second and of a minute."""
    stream = stream_of(asked, calls, pair, rows=slice(0, len(calls)), failing=np.asarray(failing))
    return [held_at(asked, stream, pair.fallback, tier=tier, window_s=window).late_share for window in (1, 60)]


def test_a_fallback_s_tier_holds_as_far_as_its_own_limits_reach():
    # 1,200 calls at once against 1,000 a minute: a full minute's bucket serves 1,000, a second's 16 (1,000 / 60 = 16.7).
    everything = np.arange(1_200)
    assert late(question(), day(np.zeros(1_200)), Pair(CLIFF, PLAIN), everything) == [1_184 / 1_200, 200 / 1_200]
    # At the next tier 10,000 a minute serve them all, in a second 166.
    assert late(question(), day(np.zeros(1_200)), Pair(CLIFF, PLAIN), everything, SCALE) == [1_034 / 1_200, 0]


def test_the_calls_are_counted_by_the_fallback_s_own_rules():
    # bravo takes max_tokens at admission: 100 + 1,024 tokens a call, 200,000 a minute serve 177 of them; acme would count 110 each.
    load = make_load(max_tokens=1_024)
    assert late(question(load), day(np.zeros(200)), Pair(PLAIN, CLIFF), np.arange(200))[1] == 23 / 200
    assert late(question(load), day(np.zeros(200)), Pair(CLIFF, PLAIN), np.arange(200))[1] == 0


def test_calls_that_still_reach_the_primary_matter_only_in_a_shared_pool():
    calls, failing = day(np.zeros(1_200)), np.arange(1, 1_200, 2)
    asked, pair = question(), Pair(PLAIN, CACHED)
    assert not share_buckets(asked.columns, pair)
    assert late(asked, calls, pair, failing)[1] == 0  # 600 of 1,000
    shared = question(pool=("acme/one", "acme/one", "bravo", None, "delta"))
    assert share_buckets(shared.columns, pair)
    # All 1,200 draw on the 1,000 of one minute; the last 200 find nothing left, every second of them had moved.
    assert late(shared, calls, pair, failing)[1] == 100 / 600


def test_offers_of_which_no_pool_is_known_share_none():
    asked = question(pool=(None, None, None, None, None))
    assert not share_buckets(asked.columns, Pair(PLAIN, CACHED))


def test_where_no_limit_or_no_tokenizer_is_known_the_result_is_unknown_and_not_served():
    asked = question(make_load(converts=True))
    for fallback in (IMPLICIT, PEAK):  # carol publishes no limit; delta's tokens are not known
        stream = stream_of(asked, day([0.0]), Pair(PLAIN, fallback), rows=slice(0, 1), failing=np.array([0]))
        assert held_at(asked, stream, fallback, tier=BUILD, window_s=60) is None


def test_every_tier_is_tried_at_both_readings_and_a_larger_one_never_refuses_more():
    stream = stream_of(question(), day(np.linspace(0, 10, 1_500)), Pair(CLIFF, PLAIN), rows=slice(0, 1_500), failing=np.arange(1_500))
    build, scale = every_tier(question(), stream, PLAIN)
    assert all(large.late_share <= small.late_share for small, large in zip(build, scale, strict=True))
    assert build[0].late_share > build[1].late_share > 0


def test_rows_of_several_calls_count_as_so_many():
    # 300 rows of four calls are 1,200 calls: 250 rows fit the 1,000 a minute.
    assert late(question(), day(np.zeros(300), merged=4), Pair(CLIFF, PLAIN), np.arange(300))[1] == 50 / 300


def test_the_tightest_limit_in_calls_a_minute():
    stream = stream_of(question(), day(np.zeros(10), prompt=2_000), Pair(CLIFF, PLAIN), rows=slice(0, 10), failing=np.arange(10))
    # 400,000 / 2,000 = 200 by input; 1,000 by calls; 80,000 / 10 by output.
    assert calls_a_minute(question(), stream, PLAIN, BUILD) == (200, "itpm")


def test_a_cold_cache_is_paid_for_once_per_prefix_and_a_dear_price_on_every_call():
    # A call every ten seconds; the outage takes the last ten of twenty. Prompts of 3,000 with a prefix of 2,000, replies of 200.
    load = make_load(prefix_tokens=2_000.0, prefixes=1.0, hit_rate=NAN)
    calls = day(np.arange(20) * 10.0, prompt=3_000, reusable=2_000, reply=200)
    found = costs_of(question(load), calls, Pair(PLAIN, CACHED), failing=np.arange(10, 20), from_us=100_000_000)
    # acme/plain caches nothing: 10 x (3,000 x 1 + 200 x 4).
    assert found.primary_usd == pytest.approx(0.038)
    # acme/cached, all found: 10 x (1,000 x 2 + 2,000 x 0.20 + 200 x 10); cold, the first writes: 2,000 x (2.50 - 0.20) more.
    assert found.warm_usd == pytest.approx(0.044)
    assert found.cold_usd == pytest.approx(0.044 + 0.0046)


def test_a_prefix_too_short_for_the_fallback_s_cache_is_never_cold():
    load = make_load(prefix_tokens=1_000.0, prefixes=1.0, hit_rate=NAN)
    calls = day(np.arange(4) * 10.0, prompt=3_000, reusable=1_000, reply=200)
    found = costs_of(question(load), calls, Pair(PLAIN, CACHED), failing=np.arange(2, 4), from_us=20_000_000)
    assert found.warm_usd == found.cold_usd == pytest.approx(2 * (3_000 * 2 + 200 * 10) / 1e6)


def test_prompts_beyond_the_price_cliff_pay_the_long_prices():
    calls = day([0.0, 10.0], prompt=300_000, reply=100)
    found = costs_of(question(), calls, Pair(PLAIN, CLIFF), failing=np.array([0, 1]), from_us=0)
    assert found.cold_usd == pytest.approx(2 * (300_000 * 8 + 100 * 30) / 1e6)


def test_luck_is_even_and_hangs_neither_on_the_hit_nor_on_the_prefix():
    calls = day(np.zeros(20_000))
    luck = luck_of(calls)
    assert luck.min() >= 0 and luck.max() < 1 and luck.mean() == pytest.approx(0.5, abs=0.01)
    assert abs(np.corrcoef(luck, calls.chance)[0, 1]) < 0.02
