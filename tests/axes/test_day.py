"""A day's calls against offers built one at a time, so that every sum can be done by hand."""

import dataclasses
import math

import numpy as np
import pytest
from axes.test_rate_limits import a_load, an_offer

from framework.axes.charging import Texts, charged
from framework.axes.day import Day, planned_day, trace_day
from framework.axes.day_charges import Charges, Question, largest
from framework.axes.day_figures import LIMITED, figures_of
from framework.axes.day_hits import CacheRules, found
from framework.axes.day_replay import countable, replay_day
from framework.axes.day_story import cold_cache, limits_at, story, too_steep
from framework.axes.demand import Expected
from framework.clients import Clients
from framework.simulation.arrivals import Arrivals
from framework.simulation.limiter import BOTH, CALLS, INPUT, KINDS, OUTPUT, lanes_of
from framework.simulation.replay import Client, outcome, replay
from framework.workload import Traffic

NAN, S = math.nan, 1_000_000


def a_day(seconds, *, prompts=1_000.0, reply=200.0, prefix=0.0, user=None, merged=1, prefixes=None):
    """Calls at these seconds, all alike unless told."""
    n = len(seconds)
    prompt = np.broadcast_to(np.asarray(prompts, dtype=float), (n,)).copy()
    texts = Texts(prompt, np.minimum(prompt, prefix), np.full(n, reply))
    which = np.zeros(n, dtype=np.int64) if prefixes is None else np.asarray(prefixes, dtype=np.int64)
    who = None if user is None else np.asarray(user, dtype=np.int64)
    time_us = (np.asarray(seconds, dtype=float) * S).astype(np.int64)
    return Day(time_us, texts, np.linspace(0, 1, n, endpoint=False), which, who, merged, None, 1.0)


def asked(columns, load, *, hit_rate=0.0, duration_s=2.0, usd=100.0, caches=None):
    rules = caches or CacheRules(np.array([math.inf]), np.array([False]), np.array([0.0]), np.array([hit_rate]))
    return Question(load, columns, Expected(np.array([usd]), np.array([hit_rate]), np.array([duration_s])), rules)


def test_sixty_calls_in_a_second_find_a_bucket_of_a_minute_full_and_one_of_a_second_with_room_for_one():
    # 60 a minute: a minute's bucket holds 60, a second's holds 1. The 61st call of the same second finds either empty.
    answers = replay_day(asked(an_offer({"rpm": [60]}, subminute=1), a_load()), lambda share: a_day([0.0] * 61))
    np.testing.assert_allclose(answers.refused_share[:, 0, 0], [60 / 61, 1 / 61])
    assert [LIMITED[row] for row in answers.binding[:, 0, 0]] == ["rpm", "rpm"]
    np.testing.assert_allclose(answers.first_s[:, 0, 0], [0.0, 0.0])
    assert answers.calls[0] == 61


def test_where_the_provider_counts_whole_minutes_both_readings_are_the_minutes():
    answers = replay_day(asked(an_offer({"rpm": [60]}, subminute=0), a_load()), lambda share: a_day([0.0] * 61))
    np.testing.assert_allclose(answers.refused_share[:, 0, 0], [1 / 61, 1 / 61])


def test_each_tier_has_an_answer_and_one_without_a_known_limit_has_none():
    columns = an_offer({"rpm": [60, 600, NAN]}, tiers=("build", "launch", "custom"))
    answers = replay_day(asked(columns, a_load()), lambda share: a_day([0.0] * 120))
    assert answers.refused_share[1, 0, 0] == pytest.approx(0.5)
    assert answers.refused_share[1, 1, 0] == 0
    assert math.isnan(answers.refused_share[1, 2, 0])
    assert answers.binding[1, 1, 0] == -1 and math.isnan(answers.first_s[1, 1, 0])


def test_the_binding_limit_is_the_one_that_refuses_most():
    # 10 calls of 1,000 tokens in: 5,000 a minute lets five through, 600 calls a minute all.
    answers = replay_day(asked(an_offer({"rpm": [600], "itpm": [5_000]}), a_load()), lambda share: a_day([0.0] * 10))
    assert LIMITED[answers.binding[1, 0, 0]] == "itpm"
    assert answers.refused_share[1, 0, 0] == pytest.approx(0.5)


def test_calls_that_wait_are_delayed_by_what_sums_say():
    # 60 a minute in a second's bucket is one a second: three at once wait 0, 1 and 2 seconds.
    load = a_load(client=Clients(policy="wait"))
    answers = replay_day(asked(an_offer({"rpm": [60]}, subminute=1), load), lambda share: a_day([0.0, 0.0, 0.0]))
    assert answers.refused_share[0, 0, 0] == 0
    assert answers.delayed_share[0, 0, 0] == pytest.approx(2 / 3)
    assert answers.p50_s[0, 0, 0] == pytest.approx(1.0)
    assert answers.p95_s[0, 0, 0] == pytest.approx(1.9)  # between 1 and 2, at 0.95 * 2 = 1.9
    assert answers.max_s[0, 0, 0] == pytest.approx(2.0)


def test_calls_that_try_again_are_counted_and_given_up_after_the_last_retry():
    # Two at once, one a minute: the second comes again after about half a second and after about one more, and gives up.
    load = a_load(client=Clients(policy="retry", retry_after=False))
    answers = replay_day(asked(an_offer({"rpm": [1]}), load), lambda share: a_day([0.0, 0.0]))
    assert answers.refused_share[1, 0, 0] == pytest.approx(0.5)
    assert answers.attempts[1, 0, 0] == pytest.approx((1 + 3) / 2)


def test_users_with_a_refused_call_are_counted_once():
    # Users 0, 0, 1, 2: of four calls at once two pass, so users 1 and 2 are refused.
    day = a_day([0.0] * 4, user=[0, 0, 1, 2])
    answers = replay_day(asked(an_offer({"rpm": [2]}), a_load()), lambda share: day)
    assert answers.users_share[1, 0, 0] == pytest.approx(2 / 3)
    assert math.isnan(replay_day(asked(an_offer({"rpm": [2]}), a_load()), lambda share: a_day([0.0] * 4)).users_share[1, 0, 0])


def test_calls_in_flight_are_refused_above_their_number_until_one_ends():
    # Two at most, two seconds each: of calls at 0, 0.5, 1 and 2.5 s the third is refused.
    answers = replay_day(asked(an_offer({"concurrency": [2]}), a_load()), lambda share: a_day([0.0, 0.5, 1.0, 2.5]))
    assert answers.refused_share[1, 0, 0] == pytest.approx(0.25)
    assert LIMITED[answers.binding[1, 0, 0]] == "concurrency"
    assert answers.first_s[1, 0, 0] == pytest.approx(1.0)


def test_a_days_limit_counts_the_day():
    answers = replay_day(asked(an_offer({"rpd": [3]}), a_load()), lambda share: a_day([0.0, 1_000.0, 2_000.0, 3_000.0]))
    # 3 a day is one in eight hours: 3,000 seconds bring 0.1.
    assert answers.refused_share[1, 0, 0] == pytest.approx(0.25)


def test_where_the_tokens_of_a_text_are_not_known_only_limits_of_calls_have_an_answer():
    columns = an_offer({"rpm": [60, 60, NAN], "itpm": [NAN, 9e9, NAN], "concurrency": [NAN, NAN, 9]}, tiers=("calls", "tokens", "flight"))
    columns = dataclasses.replace(columns, ratio=np.full_like(columns.ratio, NAN))
    known = replay_day(asked(columns, a_load()), lambda share: a_day([0.0] * 90))
    np.testing.assert_allclose(known.refused_share[1, :, 0], [1 / 3, 1 / 3, 0.9])  # in its own tokens all are known
    question = asked(columns, a_load(converts=True))
    told = replay_day(question, lambda share: a_day([0.0] * 90))
    np.testing.assert_allclose(told.refused_share[1, :, 0], [1 / 3, NAN, 0.9])
    assert [countable(question, 0, tier) for tier in range(3)] == [True, False, True]


@pytest.mark.parametrize("unknown", [{"usd": NAN}, {"duration_s": NAN}])
def test_neither_money_nor_calls_in_flight_have_an_answer_where_price_or_seconds_are_not_known(unknown):
    limits = {"rpm": [60, 60]} | ({"concurrency": [NAN, 1]} if "duration_s" in unknown else {})
    columns = an_offer(limits, tiers=("calls", "more"), spend_usd_per_10min=(NAN, 5.0) if "usd" in unknown else NAN)
    told = replay_day(asked(columns, a_load(), **unknown), lambda share: a_day([0.0, 0.0]))
    np.testing.assert_array_equal(told.refused_share[1, :, 0], [0.0, NAN])
    assert told.binding[1, :, 0].tolist() == [-1, -1]


def test_spend_in_ten_minutes_is_a_bucket_of_money():
    # $100 a month over 30 * 86,400 calls of the load is $0.0000386 a call; ten minutes hold two of them.
    load = a_load()
    per_call = 100.0 / (load.requests_per_day * 30)
    columns = an_offer({"rpm": [6_000]}, spend_usd_per_10min=2.5 * per_call)
    answers = replay_day(asked(columns, load), lambda share: a_day([0.0] * 4))
    assert LIMITED[answers.binding[1, 0, 0]] == "spend_10min"
    assert answers.refused_share[1, 0, 0] == pytest.approx(0.5)


def test_offers_that_sell_no_batch_see_all_calls():
    shares = []
    load = a_load(batch_share=0.25)
    sold = an_offer({"rpm": [60]})
    mtok = sold.price.mtok.copy()
    mtok[1] = NAN
    for columns in (sold, an_offer({"rpm": [60]}, prices={"mtok": mtok})):
        replay_day(asked(columns, load), lambda share: shares.append(share) or a_day([0.0]))
    assert shares == [0.75, 1.0]


def test_what_a_call_is_charged():
    # Ratio 1.5, prefix 400 found by the first call only, thinking 100, burndown 2, reserve 900 own tokens.
    table = np.array([[1.5], [0.5], [100.0], [2.0], [900.0]])
    texts = Texts(np.array([1_000.0, 1_000.0]), np.array([400.0, 400.0]), np.array([150.0, 250.0]))
    charge = charged(table, texts, np.array([0.0, 1.0]))[0]
    assert charge[CALLS].tolist() == [1, 1]
    assert charge[INPUT].tolist() == [900, 1_500]  # 1.5 * 600, 1.5 * 1,000
    assert charge[OUTPUT].tolist() == [900, 1_050]  # 1.5 * 2 * 250 = 750 is below the reserve; 1.5 * 2 * 350
    assert charge[BOTH].tolist() == [1_800, 2_550]


def test_merged_calls_add_up_and_vary_less():
    table = np.array([[1.0], [0.0], [0.0], [1.0], [0.0]])
    texts = Texts(np.array([100.0, 300.0]), np.zeros(2), np.array([10.0, 10.0]))
    charge = charged(table, texts, np.ones(2), merged=4)[0]
    assert charge[CALLS].tolist() == [4, 4]
    assert charge[INPUT].tolist() == [600, 1_000]  # 4 * 200 less and more sqrt(4) * 100
    assert charge[OUTPUT].tolist() == [40, 40]


# --- caches


def hits(day, *, life_s=300.0, renews=True, warm_s=0.0, hit_rate=NAN, emptied_us=-1):
    return found(day, np.array([life_s, renews, warm_s, hit_rate]), emptied_us=emptied_us).tolist()


def test_a_prefix_is_found_within_its_lifetime_of_the_call_before_where_a_hit_renews_it():
    assert hits(a_day([0, 200, 450, 800])) == [False, True, True, False]
    assert hits(a_day([0, 200, 450, 800]), renews=False) == [False, True, False, False]  # 450: written at 450, gone by 800
    assert hits(a_day([0, 300, 300.5]), renews=False) == [False, True, False]


def test_each_prefix_is_looked_up_for_itself():
    assert hits(a_day([0, 1, 2, 3], prefixes=[0, 1, 0, 1])) == [False, False, True, True]


def test_an_entry_is_found_only_once_the_reply_that_writes_it_has_begun():
    assert hits(a_day([0, 1, 1.9, 2, 3]), warm_s=2.0) == [False, False, False, True, True]


def test_a_deploy_takes_every_entry_away():
    assert hits(a_day([0, 10, 20, 30]), emptied_us=15 * S) == [False, True, False, True]


def test_a_given_hit_rate_is_that_of_a_warm_cache_and_an_idle_gap_makes_it_cold():
    # The chances of four calls are 0, 1/4, 1/2, 3/4: at 60 % three would be found, but the first and the one after the gap are not.
    assert hits(a_day([0, 10, 20, 30]), hit_rate=0.6) == [False, True, True, False]
    assert hits(a_day([0, 10, 1_000, 1_010]), hit_rate=1.0) == [False, True, False, True]
    assert hits(a_day([0, 10, 1_000, 1_010]), hit_rate=1.0, life_s=math.inf) == [False, True, True, True]


def test_a_deploy_at_the_busiest_minute_breaks_a_limit_that_the_warm_cache_kept():
    # 10 calls in minute 1, each 1,000 tokens, 900 of them cached: warm 100 each but the first of all; cold after the deploy, once more.
    seconds = [0.0, *(60 + 0.1 * k for k in range(10))]
    day = a_day(seconds, prefix=900.0, prefixes=[0, *range(10)])
    day = dataclasses.replace(day, prefix=np.array([0] * 11))
    load = a_load(prefix_tokens=900.0)
    columns = an_offer({"itpm": [1_500]}, cached_counts=0, prices={"min_cache_tokens": np.array([0.0])})
    caches = CacheRules(np.array([300.0]), np.array([True]), np.array([0.5]), np.array([NAN]))
    question = asked(columns, load, hit_rate=0.9, caches=caches)
    told = cold_cache(question, day, 0, limits_at(question, 0, 0))
    # Warm, minute 1 draws 10 * 100. Cold, the five calls before the first reply begins (half a second) draw 1,000 each: 5,500.
    assert told.begins == 1
    assert told.warm.tolist() == [1_000, 1_000] and told.cold.tolist() == [1_000, 5_500]
    assert told.broken.tolist() == [False, True]


def test_no_cold_cache_where_cached_input_counts_anyway():
    columns = an_offer({"itpm": [1_500]}, cached_counts=1)
    question = asked(columns, a_load(prefix_tokens=900.0), hit_rate=0.9)
    assert cold_cache(question, a_day([0.0, 1.0], prefix=900.0), 0, {"itpm": 1_500.0}) is None


def test_the_story_of_a_day_counts_by_the_minute():
    columns = an_offer({"rpm": [2], "itpm": [100_000]})
    told = story(asked(columns, a_load()), a_day([0, 1, 2, 61, 62]), 0, tier=0, window_s=60)
    # Two a minute: the third is refused; by 61 s two more have flowed in, of which the bucket holds two.
    assert told.calls.tolist() == [3, 2] and told.refused.tolist() == [1, 0]
    assert told.drawn["itpm"].tolist() == [3_000, 2_000] and told.drawn["rpm"].tolist() == [3, 2]
    assert told.result.refused == 1 and told.limits == {"rpm": 2.0, "itpm": 100_000.0}


def test_growth_is_too_steep_above_the_threshold_only():
    grown = np.array([10.0, 100, 1_000, 1_400, 1_600, 2_500])
    # From 1,000 on half as much again is allowed over the busiest of the two minutes before.
    assert too_steep(grown, above=1_000, growth_share=0.5, per_minutes=2).tolist() == [False, False, False, False, False, True]


# --- what the day is made of


def test_a_planned_day_has_the_calls_of_the_day_and_merges_beyond_the_most():
    load = a_load(per_minute=10)
    day = planned_day(Traffic(requests_per_day=14_400.0), load)
    assert len(day) == day.calls == 14_400 and day.merged == 1
    merged = planned_day(Traffic(requests_per_day=14_400.0), load, most_rows=1_000)
    assert merged.merged == 15 and merged.calls == pytest.approx(14_400, abs=15)
    half = planned_day(Traffic(requests_per_day=14_400.0), load, share=0.5)
    assert half.calls == 7_200


def test_a_trace_is_brought_to_the_workloads_volume_and_lengths_or_left_as_it_is():
    recorded = Arrivals(np.arange(6_001) * S, np.full(6_001, 50), np.full(6_001, 7))
    load = a_load(per_minute=30)
    day = trace_day(recorded, load)
    assert len(day) == pytest.approx(3_000, rel=0.1)  # 60 a minute were recorded
    assert day.texts.prompt.mean() == pytest.approx(1_000, rel=0.01) and day.texts.reply.mean() == pytest.approx(200, rel=0.01)
    left = trace_day(recorded, load, as_recorded=True)
    assert len(left) == 6_001 and left.texts.prompt[0] == 50


# --- what needs no replay


def test_a_limit_that_no_call_runs_into_still_counts_once_another_makes_calls_wait():
    # Call k comes at 2k seconds, and 60 a minute in a second's bucket are one a second: of itself nobody waits for that limit. But the
    # first two calls fill a bucket of tokens that takes 12 s to fill again, so that call 1 goes at 12 s and not at 2. From then on one a
    # second goes, call k at 11 + k, until call 11, which comes at 22 s, finds nobody before it: calls 1 to 10 wait, the first 10 s.
    load = a_load(client=Clients(policy="wait"))
    day = a_day([2.0 * k for k in range(20)], prompts=[6_000, 6_000, *[1] * 18], reply=0.0)
    answers = replay_day(asked(an_offer({"rpm": [60], "tpm": [30_000]}, subminute=1), load), lambda share: day)
    assert answers.delayed_share[0, 0, 0] == pytest.approx(10 / 20)
    assert answers.max_s[0, 0, 0] == pytest.approx(10.0)


@pytest.mark.parametrize("policy", ["wait", "retry"])
@pytest.mark.parametrize("seed", range(15))
def test_who_waits_is_as_when_every_set_of_limits_is_replayed(seed, policy):
    rng = np.random.default_rng(seed)
    day = a_day(np.sort(rng.uniform(0, 600, 300)), user=rng.integers(0, 30, 300))
    charge = np.zeros((7, 300), dtype=np.int64)
    charge[CALLS], charge[INPUT] = 1, rng.integers(1, 1_000, 300)
    limits = {
        "rpm": rng.choice([20.0, 60.0, 600.0, 6_000.0], 12),
        "itpm": np.where(rng.random(12) < 0.3, NAN, rng.choice([3e4, 1e5, 1e6], 12)),
    }
    if seed % 3 == 0:
        limits["concurrency"] = np.where(rng.random(12) < 0.5, NAN, rng.choice([1.0, 3.0, 500.0], 12))
    lanes = lanes_of(limits, charge.max(axis=1), window_s=rng.choice([1, 60], 12))
    lasts, client = np.full(300, 2 * S, dtype=np.int64), Client(policy)
    figures = figures_of(day, charge, lanes, client, lasts)
    for at, told in enumerate(figures):
        alone = outcome(replay(day.time_us, charge, lanes, client, at=at, duration_us=lasts))
        assert told[0] == alone.refused / 300 and told[1] == alone.delayed / 300 and told[5] == alone.attempts / 300
        assert told[2:5] == (alone.p50_s, alone.p95_s, alone.max_s)
        assert (told[8] == -1) == (alone.binding is None)
    assert {told[0] + told[1] > 0 for told in figures} == {True, False}


@pytest.mark.parametrize("seed", range(15))
def test_whoever_is_refused_is_told_as_by_a_replay_of_its_own(seed):
    rng = np.random.default_rng(seed)
    count = 5_000
    day = a_day(np.sort(rng.uniform(0, 3_000, count)), user=rng.integers(0, 400, count))
    charge = np.zeros((7, count), dtype=np.int64)
    charge[CALLS], charge[INPUT] = 1, rng.integers(1, 1_000, count)
    limits = {
        "rpm": rng.choice([90.0, 120.0, 600.0, 6_000.0], 12),
        "itpm": np.where(rng.random(12) < 0.3, NAN, rng.choice([5e4, 1e5, 1e6], 12)),
    }
    limits["concurrency"] = np.where(rng.random(12) < 0.7, NAN, rng.choice([3.0, 500.0], 12))
    lanes = lanes_of(limits, charge.max(axis=1), window_s=rng.choice([1, 60], 12))
    lasts = np.full(count, 2 * S, dtype=np.int64)
    for at, told in enumerate(figures_of(day, charge, lanes, Client(), lasts)):
        alone = replay(day.time_us, charge, lanes, Client(), at=at, duration_us=lasts)
        who = np.unique(day.user[alone.refused]).size / np.unique(day.user).size
        np.testing.assert_equal(told[:8], (alone.refused.mean(), 0, 0, 0, 0, 1, who, outcome(alone).first_refusal_s))
        assert (told[8] == -1) == (not alone.refused.any())


def test_kinds_that_are_charged_one_after_the_other_in_one_array_are_charged_as_alone():
    rng = np.random.default_rng(3)
    day = a_day(np.cumsum(rng.exponential(2.0, 500)), prompts=rng.integers(10, 3_000, 500), prefix=400.0, prefixes=rng.integers(0, 5, 500))
    question = asked(an_offer({"rpm": [60]}), a_load(prefix_tokens=400.0))
    rows = np.array([[1.0, 1.3, 1.0, 1.0], [0.0, 1.0, 0.4, 0.4], [0.0, 50.0, 0.0, 0.0], [1.0, 2.0, 5.0, 5.0], [0.0, 900.0, 0.0, 0.0]])
    cache = np.array([[0.0, 300.0, 60.0, 60.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.5, 0.0, 0.0], [0.0, NAN, 0.4, 0.9]])
    token_rules = np.vstack([rows, cache])
    charges = Charges(question, day)
    for _ in range(60):
        rule = np.concatenate([token_rules[:, rng.integers(4)], rng.choice([0.0, 1e-6], 2), [0.0], [rng.choice([1_000.0, math.inf])]])
        kinds = rng.choice(len(KINDS), rng.integers(1, 4), replace=False).tolist()
        alone = Charges(question, day).at(rule)
        np.testing.assert_array_equal(charges.at(rule, kinds)[kinds], alone[kinds])
        assert largest(alone, kinds)[kinds].tolist() == alone[kinds].max(axis=1).tolist()


def test_long_prompts_draw_on_a_pool_of_their_own_and_on_nothing_else():
    # Two short calls against two a minute, two long ones against one a minute: only one long call is refused.
    columns = an_offer({"rpm": [2], "tpm": [1_000_000]})
    pool = {"long_limit": np.array([[[1.0], [1_000_000.0]]]), "long_above": np.array([128_000.0])}
    columns = dataclasses.replace(columns, limits=dataclasses.replace(columns.limits, **pool))
    day = a_day([0.0] * 4, prompts=[128_000, 128_001, 200_000, 1_000])
    answers = replay_day(asked(columns, a_load()), lambda share: day)
    assert answers.refused_share[1, 0, 0] == pytest.approx(0.25)
    assert LIMITED[answers.binding[1, 0, 0]] == "long_rpm"
