"""Rows that stand for several calls against the same day call by call."""

import math

import numpy as np
import pytest
from axes.test_day import asked
from axes.test_rate_limits import a_load, an_offer

from framework.axes.charging import together
from framework.axes.day import planned_day
from framework.axes.day_charges import charges_at, drawn_at
from framework.axes.day_hits import CacheRules
from framework.axes.day_merged import rows_of
from framework.axes.day_replay import replay_day, replay_one
from framework.axes.day_story import cold_cache, limits_at
from framework.clients import Clients
from framework.simulation.limiter import CALLS, INPUT, KINDS, Rows, lanes_of
from framework.simulation.replay import refuse_all
from framework.workload import Traffic

NAN, CALLS_A_DAY = math.nan, 240_000
ALL = 10**9
PARTS_OF_THE_PEAK = (2.0, 1.25, 1.0, 0.67, 0.33)
"""Limits over the calls of a busy minute."""


def a_busy_day(most_rows, *, burstiness=1.0, **changes):
    traffic = Traffic(requests_per_day=float(CALLS_A_DAY), shape="working_day", burstiness=burstiness, peak_factor=3.0)
    load = a_load(per_minute=CALLS_A_DAY / 1_440, burstiness=burstiness, **changes)
    return planned_day(traffic, load, most_rows=most_rows), load


def limits_about(day, each):
    peak = float(np.quantile(np.bincount(day.time_us // 60_000_000), 0.99)) * each
    return [round(part * peak) for part in PARTS_OF_THE_PEAK]


def refused(day, load, meter, limits):
    """Share of the calls refused with buckets a second deep, by limit."""
    columns = an_offer({meter: limits}, subminute=1, tiers=tuple(f"t{at}" for at in range(len(limits))))
    return replay_day(asked(columns, load), lambda _: day).refused_share[0, :, 0]


def refused_at_once(day, limits):
    """The same by rows that are taken whole, as if their calls came in the same microsecond."""
    charge = np.zeros((len(KINDS), len(day)), dtype=np.int64)
    charge[CALLS] = day.merged
    return refuse_all(day.time_us, charge, lanes_of({"rpm": np.array(limits, dtype=float)}, charge.max(axis=1), window_s=1)).served_share


@pytest.mark.parametrize(("most_rows", "within"), [(120_000, 0.004), (60_000, 0.012), (20_000, 0.06)])
def test_rows_are_refused_as_their_calls_are_and_not_as_if_these_came_at_once(most_rows, within):
    single, load = a_busy_day(ALL)
    merged, _ = a_busy_day(most_rows)
    limits = limits_about(single, 1)
    truth, found = refused(single, load, "rpm", limits), refused(merged, load, "rpm", limits)
    at_once = 1 - refused_at_once(merged, limits)
    assert merged.merged == CALLS_A_DAY // most_rows and single.merged == 1
    assert truth[0] == found[0] == 0 and truth[-1] > 0.4
    np.testing.assert_allclose(found, truth, atol=within)
    assert np.abs(at_once - truth).max() > 2 * np.abs(found - truth).max()


def test_bursts_between_the_rows_are_seen_within_them_they_are_not():
    single, load = a_busy_day(ALL, burstiness=4.0)
    merged, _ = a_busy_day(60_000, burstiness=4.0)
    limits = limits_about(single, 1)
    truth, found = refused(single, load, "rpm", limits), refused(merged, load, "rpm", limits)
    assert (found <= truth + 0.005).all()
    np.testing.assert_allclose(found, truth, rtol=0.15)


@pytest.mark.parametrize("most_rows", [120_000, 30_000])
def test_of_tokens_a_row_is_refused_the_share_that_its_calls_are(most_rows):
    # A bucket that is nearly empty lets short calls in and keeps long ones out, which rows cannot tell: what they lose is tokens.
    single, load = a_busy_day(ALL, input_sigma=0.8)
    merged, _ = a_busy_day(most_rows, input_sigma=0.8)
    limits = limits_about(single, 1_000)
    question = asked(an_offer({"itpm": limits}, subminute=1, tiers=tuple("abcde")), load)
    found = refused(merged, load, "itpm", limits)
    for at, limit in enumerate(limits):
        one, charge = replay_one(question, single, 0, limits={"itpm": float(limit)}, window_s=1)
        of_tokens = charge[INPUT][one.refused].sum() / charge[INPUT].sum()
        assert one.refused.mean() - 0.002 <= found[at] <= of_tokens + 0.008


def test_rows_wait_as_long_as_their_calls_do():
    waiting = Clients(policy="wait")
    single, load = a_busy_day(ALL, client=waiting)
    merged, _ = a_busy_day(24_000)
    columns = an_offer({"rpm": [450, 500]}, subminute=1, tiers=("a", "b"))
    truth, found = (replay_day(asked(columns, load), lambda _, day=day: day) for day in (single, merged))
    assert truth.delayed_share[0, 0, 0] > 0.1
    np.testing.assert_allclose(found.delayed_share[0], truth.delayed_share[0], atol=0.01)
    np.testing.assert_allclose(found.max_s[0], truth.max_s[0], rtol=0.05, atol=8.0)


def by_prefix(prefixes, day, load, emptied=False):
    """Input a call is charged in the mean where hits follow from the prefixes; or the minute of a deploy, warm and cold."""
    caches = CacheRules(np.array([300.0]), np.array([True]), np.array([2.0]), np.array([NAN]))
    columns = an_offer({"itpm": [500_000]}, cached_counts=0, prices={"min_cache_tokens": np.array([0.0])})
    question = asked(columns, load, hit_rate=0.5, caches=caches)
    if not emptied:
        return charges_at(question, day, 0)[INPUT].sum() / day.calls
    told = cold_cache(question, day, 0, limits_at(question, 0, 0))
    minute = slice(told.begins, told.begins + 3)
    return told.warm[minute].sum(), told.cold[minute].sum()


@pytest.mark.parametrize("prefixes", [1, 500, 5_000])
def test_rows_find_their_prefixes_in_the_cache_as_often_as_their_calls_do(prefixes):
    texts = {"prefix_tokens": 800.0, "prefixes": prefixes}
    single, load = a_busy_day(ALL, **texts)
    merged, _ = a_busy_day(24_000, **texts)
    assert merged.merged == 10
    assert by_prefix(prefixes, merged, load) == pytest.approx(by_prefix(prefixes, single, load), rel=0.02)


def test_a_deploy_empties_the_cache_of_all_calls_of_a_row():
    texts = {"prefix_tokens": 800.0, "prefixes": 500}
    single, load = a_busy_day(ALL, **texts)
    merged, _ = a_busy_day(24_000, **texts)
    warm, cold = by_prefix(500, single, load, emptied=True)
    assert cold > 1.5 * warm
    mine, emptied = by_prefix(500, merged, load, emptied=True)
    assert emptied / mine == pytest.approx(cold / warm, rel=0.15)


def test_a_row_of_four_leaves_a_bucket_as_its_last_call_does():
    # 240 a minute are 4 a second: rows of 4 every second are just let through, as their calls every quarter of a second are.
    charge = np.zeros((len(KINDS), 10), dtype=np.int64)
    charge[CALLS] = 4
    single = np.ones(len(KINDS), dtype=np.int64)
    every_second = np.arange(10) * 1_000_000
    for limit, admitted in ((240, 10), (60, 3), (6, 1)):
        lanes = lanes_of({"rpm": limit}, single, window_s=1, rows=rows_of(charge, 4))
        # A bucket of 4 and 3 more; of 1 and 3 (again full for a row after 4 s: at 0, 4, 8); of 1 and 3 (after 40 s).
        assert lanes.cap[0, 0] // lanes.unit[0, 0] == max(limit // 60, 1) + 3
        assert 10 - refuse_all(every_second, charge, lanes).refused[0] == admitted


def test_a_row_with_longer_calls_than_most_still_fits_unless_no_bucket_holds_such_a_call():
    largest, before = np.zeros((2, len(KINDS)), dtype=np.int64)
    largest[INPUT], before[INPUT] = 9_000, 3_000
    single = np.zeros(len(KINDS), dtype=np.int64)
    single[INPUT] = 2_000
    held = [
        int(lanes.cap[0, 0] // lanes.unit[0, 0])
        for limit in (600_000, 60_000, 1_000)
        for lanes in [lanes_of({"itpm": limit}, single, window_s=1, rows=Rows(largest, before))]
    ]
    # 10,000 a second and 3,000; the largest row; a call of 2,000 is above 1,000 a minute, so no row is helped in.
    assert held == [13_000, 9_000, 4_000]


def test_sums_keep_the_mean_and_their_spread_falls_as_that_of_independent_calls():
    rng = np.random.default_rng(8)
    single = rng.lognormal(0.0, 1.0, 60_000)
    for merged in (2, 7, 32, 300):
        rows = together(single, merged)
        assert rows.mean() == pytest.approx(merged * single.mean(), rel=1e-9)
        assert rows.std() == pytest.approx(math.sqrt(merged) * single.std(), rel=0.05)
        # The skew of a sum of m is that of one over the root of m; of more than 32, that of 32.
        skew = float((((rows - rows.mean()) / rows.std()) ** 3).mean() / (((single - single.mean()) / single.std()) ** 3).mean())
        assert skew == pytest.approx(1 / math.sqrt(min(merged, 32)), rel=0.35)


def test_a_pool_for_long_prompts_is_met_by_rows_of_nothing_but_long_ones():
    single, load = a_busy_day(ALL, input_sigma=0.8)
    merged, _ = a_busy_day(24_000, input_sigma=0.8)
    long = an_offer({"rpm": [10_000], "tpm": [1e8]}, long_above=4_000.0)
    drawn, truth = (drawn_at(asked(long, load), day, 0) for day in (merged, single))
    row = KINDS.index("long_both")
    assert drawn.charge[row].sum() == pytest.approx(truth.charge[row].sum(), rel=0.15)
    assert drawn.single[row] == pytest.approx(drawn.charge[row].max() / merged.merged, abs=1)


@pytest.mark.parametrize("each", [6_000, 3_000])
def test_who_waits_is_refused_for_good_only_where_the_call_itself_is_too_large_for_the_limit(each):
    """Several calls of a row may be more than a minute has, where each of them is not: they wait."""
    waiting = Clients(policy="wait")
    single, load = a_busy_day(ALL, input_sigma=0.8, client=waiting)
    merged, _ = a_busy_day(20_000, input_sigma=0.8, client=waiting)
    columns = an_offer({"itpm": [each, 40_000_000]}, subminute=1, tiers=("small", "large"))
    question = asked(columns, load)
    truth, found = (replay_day(question, lambda _, day=day: day) for day in (single, merged))
    own = charges_at(question, single, 0)[INPUT]
    np.testing.assert_array_equal(truth.refused_share[:, 0, 0], [np.mean(own > each)] * 2)
    assert 0.002 < truth.refused_share[0, 0, 0] < 0.2 and merged.merged == 12
    np.testing.assert_allclose(found.refused_share[..., 0], truth.refused_share[..., 0], atol=0.004)
    np.testing.assert_allclose(found.p95_s[:, 0, 0], truth.p95_s[:, 0, 0], rtol=0.02)
    one, charge = replay_one(question, merged, 0, limits=limits_at(question, 0, 0), window_s=1)
    assert one.refused.mean() == found.refused_share[0, 0, 0] and one.meters == ("itpm",)
    # What is shown as drawn is what all calls ask for.
    assert charge[INPUT].sum() == pytest.approx(own.sum(), rel=0.02)


def test_where_no_call_fits_all_that_wait_are_refused():
    merged, load = a_busy_day(20_000, client=Clients(policy="wait"))
    answers = replay_day(asked(an_offer({"itpm": [500], "rpm": [100]}, subminute=1), load), lambda _: merged)
    assert answers.refused_share[:, 0, 0].tolist() == [1.0, 1.0] and np.isnan(answers.p95_s[:, 0, 0]).all()
