"""One of several calls, which stands for the others, against the same day call by call."""

import dataclasses

import numpy as np
import pytest
from axes.test_day import asked
from axes.test_day_merged import CALLS_A_DAY, NAN, PARTS_OF_THE_PEAK, limits_about
from axes.test_rate_limits import a_load, an_offer

from framework.axes.day import planned_day
from framework.axes.day_charges import Charges, rules_of
from framework.axes.day_replay import client_of, replay_day
from framework.axes.day_story import story
from framework.clients import Clients
from framework.simulation.arrivals import longest_draws
from framework.simulation.limiter import BOTH, CALLS, INPUT, KINDS, LONG_BOTH, LONG_CALLS, OUTPUT, THIN_S, lanes_of
from framework.simulation.replay import Client, refuse_all, replay
from framework.workload import Traffic

HARSH, KIND = 0, 1
TIERS = tuple("abcde")


def days(one_in, *, burstiness=1.0, **changes):
    """The day call by call, one of so many of its calls, and as many merged into one."""
    traffic = Traffic(requests_per_day=float(CALLS_A_DAY), shape="working_day", burstiness=burstiness, peak_factor=3.0)
    load = a_load(per_minute=CALLS_A_DAY / 1_440, burstiness=burstiness, input_sigma=0.9, **changes)
    rows = CALLS_A_DAY // one_in
    every = planned_day(traffic, load, most_rows=CALLS_A_DAY)
    return every, planned_day(traffic, load, most_rows=rows, thinned=True), planned_day(traffic, load, most_rows=rows), load


def answers(day, load, meter, limits, **offer):
    return replay_day(asked(an_offer({meter: limits}, subminute=1, tiers=TIERS, **offer), load), lambda _: day)


@pytest.mark.parametrize(("meter", "each"), [("rpm", 1.0), ("itpm", 1_000.0)])
@pytest.mark.parametrize("burstiness", [1.0, 4.0])
def test_thinned_calls_are_refused_as_all_of_them_are_and_merged_ones_are_not(meter, each, burstiness):
    every, thinned, merged, load = days(12, burstiness=burstiness)
    limits = limits_about(every, each)
    truth, found, other = (answers(day, load, meter, limits).refused_share[..., 0] for day in (every, thinned, merged))
    assert every.merged == 1 and thinned.merged == merged.merged == 12 and thinned.calls == CALLS_A_DAY
    assert truth[HARSH, 0] < 0.05 and truth[KIND, -1] > 0.2
    np.testing.assert_allclose(found[HARSH], truth[HARSH], atol=0.015)
    np.testing.assert_allclose(found[KIND], truth[KIND], atol=0.025)
    if meter == "itpm":
        # The short calls that still go in: rows of merged ones know nothing of them.
        assert np.abs(other - truth).max() > 3 * np.abs(found - truth).max()


def test_those_that_try_again_come_back_after_as_many_calls_as_they_do():
    trying = Clients(policy="retry", retry_after=True)
    every, thinned, _, load = days(12, client=trying)
    limits = limits_about(every, 1_000.0)
    truth, found = (answers(day, load, "itpm", limits) for day in (every, thinned))
    assert truth.attempts[HARSH, -1, 0] > 1.3
    for name, within in (("refused_share", 0.025), ("delayed_share", 0.025), ("attempts", 0.06)):
        np.testing.assert_allclose(getattr(found, name), getattr(truth, name), atol=within)
    np.testing.assert_allclose(found.p95_s[HARSH, 4:], truth.p95_s[HARSH, 4:], rtol=0.1)
    assert found.max_s[HARSH, -1, 0] <= truth.max_s[HARSH, -1, 0] < 20


def test_calls_in_flight_meet_as_many_others_as_they_do():
    every, thinned, _, load = days(12)
    busy = float(np.quantile(np.bincount(every.time_us // 60_000_000), 0.99)) / 60  # a second; each call lasts 10
    places = [round(part * 10 * busy) for part in PARTS_OF_THE_PEAK]
    offer = an_offer({"concurrency": places}, tiers=TIERS)
    truth, found = (replay_day(asked(offer, load, duration_s=10.0), lambda _, day=day: day) for day in (every, thinned))
    assert truth.refused_share[HARSH, -1, 0] > 0.3
    np.testing.assert_allclose(found.refused_share, truth.refused_share, atol=0.02)


def test_a_bucket_of_one_call_in_ten_refills_a_tenth_and_is_as_deep_for_two_minutes_at_most():
    largest = np.ones(len(KINDS), dtype=np.int64)
    seen = {}
    for one_in in (1, 4, 10, 1_000):
        lanes = lanes_of({"rpm": [6_000.0, 6_000.0], "rpd": [NAN, 86_400.0]}, largest, window_s=[1, 60], thinned=(one_in, THIN_S))
        unit = np.maximum(lanes.unit, 1)
        seen[one_in] = (lanes.cap / unit)[[0, 0, 1], [0, 1, 1]].tolist(), (1e6 * lanes.rate / unit)[[0, 0, 1], [0, 1, 1]].tolist()
    # 100 a second: a second holds 100, a minute 6,000, a day 86,400 at 1 a second.
    assert seen[1] == ([100, 6_000, 86_400], [100, 100, 1])
    assert seen[4] == ([100, 3_000, 21_600], [25, 25, 0.25])
    assert seen[10] == ([100, 1_200, 8_640], [10, 10, 0.1])
    assert seen[1_000] == (pytest.approx([12, 12, 86.4]), pytest.approx([0.1, 0.1, 0.001]))
    assert THIN_S == 120


def test_a_thinned_bucket_still_holds_the_largest_call():
    largest = np.full(len(KINDS), 700, dtype=np.int64)
    lanes = lanes_of({"itpm": [600.0, 6_000.0]}, largest, window_s=1, thinned=(1_000, THIN_S))
    assert (lanes.cap // lanes.unit).tolist() == [[600, 700]]


@pytest.mark.parametrize("policy", ["refuse", "retry"])
def test_a_thinned_clock_is_the_true_one_slowed_down(policy):
    """The same calls ten times as far apart, at a tenth of the limit and with pauses ten times as long: the same call by call."""
    rng = np.random.default_rng(5)
    time_us = np.cumsum(rng.integers(0, 400_000, 3_000))
    charge = np.ones((len(KINDS), len(time_us)), dtype=np.int64)
    charge[INPUT] = rng.integers(1, 3_000, len(time_us))
    largest = charge.max(axis=1)
    for header_s in (0.0, 120.0):
        client = Client(policy=policy, header_cap_s=header_s)
        quick, slow = (
            replay(time_us * times, charge, lanes_of({"itpm": 200_000}, largest, window_s=1, thinned=(times, THIN_S)), each)
            for times, each in ((1, client), (10, dataclasses.replace(client, stretch=10)))
        )
        assert 0.1 < quick.refused.mean() < 0.7
        np.testing.assert_array_equal(slow.refused, quick.refused)
        np.testing.assert_array_equal(slow.attempts, quick.attempts)
        # Pauses and refills are whole microseconds of either clock.
        np.testing.assert_allclose(slow.delay_us, quick.delay_us, atol=3)


def sizes(offer, day, load):
    question = asked(offer, load)
    charges = Charges(question, day)
    charges.at(rules_of(question)[:, 0])
    return charges.sizes(range(len(KINDS)))


def test_the_depth_knows_of_the_longest_of_all_calls():
    every, thinned, _, load = days(12)
    (found, rows), (truth, _) = (sizes(an_offer({"itpm": [1e9]}), day, load) for day in (thinned, every))
    assert rows is None and thinned.texts.prompt.max() < 0.9 * every.texts.prompt.max()
    assert found[CALLS] == truth[CALLS] == 1
    for kind, within in ((INPUT, 1), (OUTPUT, 1), (BOTH, 0.05 * truth[BOTH])):
        assert found[kind] == pytest.approx(truth[kind], abs=within)


def test_prompts_with_a_pool_of_their_own_are_the_longest_there_and_not_beside_it():
    every, thinned, _, load = days(12)
    offer = an_offer({"rpm": [10_000], "tpm": [1e8]}, long_above=4_000.0)
    (found, _), (truth, _) = (sizes(offer, day, load) for day in (thinned, every))
    assert truth[INPUT] <= 4_000 < truth[LONG_BOTH]
    for kind in (CALLS, INPUT, LONG_CALLS, LONG_BOTH):
        assert found[kind] == pytest.approx(truth[kind], rel=0.02)


def test_of_more_calls_than_are_looked_at_the_longest_is_the_likely_one():
    # The normal that ten million draws stay below in half of all cases: 1 - 0.5 ** 1e-7 = 6.93e-8 above it, which is 5.27.
    assert longest_draws(10_000_000, seed=1) == pytest.approx((5.27, 5.27), abs=0.005)
    prompt, reply = longest_draws(10_000, seed=1)
    assert prompt != reply and min(prompt, reply) > 3 and longest_draws(20_000, seed=1)[0] >= prompt


@pytest.mark.parametrize(("rows_a_day", "lasts_s"), [(100_000, 120), (34_560, 300), (10_000, 1_037)])
def test_buckets_of_sparse_rows_last_as_long_as_it_takes_to_tell(rows_a_day, lasts_s):
    # 120 of 10,000 rows a day come in 1,036.8 s.
    _, thinned, _, _ = days(1)
    assert dataclasses.replace(thinned, time_us=np.zeros(rows_a_day, np.int64), days=1.0).thin_s == lasts_s


def test_what_is_drawn_is_shown_by_all_calls_and_who_is_refused_by_the_thinned():
    every, thinned, merged, load = days(12)
    limit = limits_about(every, 1_000.0)[3]
    question = asked(an_offer({"itpm": [limit]}, subminute=1), load)
    truth = story(question, every, 0, tier=0, window_s=1)
    told = story(question, merged, 0, tier=0, window_s=1, met=thinned)
    assert told.calls.sum() == told.result.requests * 12 == CALLS_A_DAY
    assert told.refused.sum() == 12 * told.result.refused
    assert told.refused.sum() / CALLS_A_DAY == pytest.approx(truth.result.refused_share, abs=0.015)
    assert told.drawn["itpm"].max() == pytest.approx(truth.drawn["itpm"].max(), rel=0.05)


def test_a_day_that_is_small_enough_is_not_thinned():
    traffic, load = Traffic(requests_per_day=5_000.0), a_load(per_minute=5_000 / 1_440)
    one, other = (planned_day(traffic, load, thinned=thinned) for thinned in (False, True))
    assert not other.thinned and other.stretch == 1 and other.merged == 1
    np.testing.assert_array_equal(one.time_us, other.time_us)


def test_totals_of_thinned_lanes_are_those_of_their_replays():
    rng = np.random.default_rng(9)
    time_us = np.cumsum(rng.integers(0, 900_000, 5_000))
    charge = np.ones((len(KINDS), len(time_us)), dtype=np.int64)
    charge[INPUT] = rng.integers(0, 9_000, len(time_us))
    lanes = lanes_of({"rpm": [900.0, 1_000.0], "itpm": [3e6, 3.2e6]}, charge.max(axis=1), window_s=[1, 60], thinned=(7, THIN_S))
    totals = refuse_all(time_us, charge, lanes)
    ones = [replay(time_us, charge, lanes, Client(), at=at) for at in range(2)]
    assert totals.refused.tolist() == [int(one.refused.sum()) for one in ones]
    assert 0 < totals.refused[1] < totals.refused[0] < len(time_us)
    assert client_of(a_load(per_minute=1.0), "openai").stretch == 1


@pytest.mark.parametrize("thinned", [True, False])
def test_an_offer_with_a_pool_for_long_prompts_is_charged_alike_whichever_was_charged_before_it(thinned):
    _, one, other, load = days(12)
    day = one if thinned else other
    plain, apart = (
        (question, rules_of(question)[:, 0])
        for question in (asked(an_offer({"tpm": [1e8]}, long_above=above), load) for above in (NAN, 4_000.0))
    )
    for first, second in ((plain, apart), (apart, plain)):
        after, alone = Charges(first[0], day), Charges(second[0], day)
        after.at(first[1])
        np.testing.assert_array_equal(after.at(second[1]), alone.at(second[1]))
        np.testing.assert_array_equal(after.sizes(range(len(KINDS)))[0], alone.sizes(range(len(KINDS)))[0])
