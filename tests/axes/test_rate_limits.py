"""Rate limits under each provider's own counting rules; offers are built one at a time so that every sum can be done by hand."""

import dataclasses
import math

import numpy as np
import pytest
from axes.builders import NAN, make_columns, only
from hypothesis import given, settings
from hypothesis import strategies as st

from framework.axes import average_room, rate_limits
from framework.axes.assessment import Verdict
from framework.axes.demand import DIMENSIONS
from framework.axes.tiers import choose
from framework.catalogue.records import METERS
from framework.errors import WorkloadError
from framework.load import load_of
from framework.workload import Workload

MINUTES_A_DAY = 1_440


def an_offer(figures, *, tiers=("start",), enforced=(), prices=None, **rules):
    """One offer whose `figures` are `{meter: limit per tier}`; rules not given: caches, nothing reserved, whole minutes, no cap."""
    table = np.full((len(tiers), len(METERS), 1), NAN)
    for meter, values in figures.items():
        table[:, METERS.index(meter), 0] = values
    named = {"limit": table, "enforced": np.array([[meter in figures or meter in enforced] for meter in METERS])}
    named |= {"tier_names": (tiers,), "default_tier": (tiers[0],), "pool": (None,)}
    per_tier = {"monthly_cap_usd": math.inf, "spend_usd_per_10min": NAN, "qualifies_spend_usd": NAN, "qualifies_days": NAN}
    for name, default in per_tier.items():
        named[name] = np.broadcast_to(np.asarray(rules.pop(name, default), dtype=float).reshape(-1, 1), (len(tiers), 1))
    single = {"cached_counts": 0.0, "max_tokens_reserved": 0.0, "subminute": 0.0, "burndown": 1.0, "ramp_above_itpm": NAN} | rules
    named |= {name: np.array([float(value)]) for name, value in single.items()}
    base = only(make_columns(), "acme/cached")
    columns = dataclasses.replace(base, limits=dataclasses.replace(base.limits, **named))
    return dataclasses.replace(columns, price=dataclasses.replace(columns.price, **(prices or {})))


def a_load(per_minute=60, **changes):
    """`per_minute` calls in every minute of the day, 1,000 tokens in and 200 out, no spread, no batch."""
    workload = Workload.model_validate(
        {
            "traffic": {"requests_per_day": per_minute * MINUTES_A_DAY, "active_hours": 24, "peak_factor": 1},
            "tokens": {"input_mean": 1_000, "output_mean": 200},
            "context": {"system_tokens": 1_000, "turn_tokens": 0, "output_reserve_tokens": 500},
        }
    )
    return load_of(workload).with_(**changes)


def assessed(columns, load, **known):
    given_ = {"tiers": {}, "forecast_usd": np.array([100.0]), "hit_rate": np.array([0.0]), "duration_s": np.array([2.0])} | known
    return rate_limits.assess(load, columns, **given_)


def use(columns, load, dimension, **known):
    return float(assessed(columns, load, **known).use[DIMENSIONS.index(dimension), 0])


def said(assessment):
    return " ".join(finding.text for finding in assessment.findings)


def test_the_peak_minute_is_the_mean_active_minute_times_the_peak_factor():
    # 72,000 calls in 12 hours are 100 a minute; three times that at peak, against 1,000.
    load = a_load(requests_per_day=72_000, active_hours=12, peak_factor=3)
    assert use(an_offer({"rpm": [1_000]}), load, "rpm") == pytest.approx(0.3)


def test_a_limit_a_day_is_held_against_the_day_without_its_batch_calls():
    # 86,400 calls a day, a quarter in batch: 64,800 against 100,000; tokens 64,800 * 1,200 against 200 million.
    columns = an_offer({"rpd": [100_000], "tpd": [200_000_000]})
    load = a_load(batch_share=0.25)
    assert use(columns, load, "rpd") == pytest.approx(0.648)
    assert use(columns, load, "tpd") == pytest.approx(64_800 * 1_200 / 200e6)


def test_anthropics_example_two_million_a_minute_serve_ten_million_at_80_percent_hits():
    # "With a 2,000,000 ITPM limit and an 80 % cache hit rate, you could process 10,000,000 total input tokens per minute."
    columns = an_offer({"itpm": [2_000_000]})
    load = a_load(per_minute=1_000, input_mean=10_000, prefix_tokens=10_000)
    assert use(columns, load, "itpm", hit_rate=np.array([0.8])) == pytest.approx(1.0)


def test_openai_counts_cached_input_so_that_hits_change_nothing():
    columns = an_offer({"tpm": [4_000_000]}, cached_counts=1, max_tokens_reserved=1)
    load = a_load(prefix_tokens=1_000, input_mean=2_000)
    # 60 * (2,000 + 500 reserved) = 150,000 of 4 million.
    for hits in (0.0, 0.5, 1.0):
        assert use(columns, load, "tpm", hit_rate=np.array([hits])) == pytest.approx(150_000 / 4e6)


def test_only_the_cacheable_part_of_a_prompt_is_spared():
    # 60 calls * (2,000 - 0.5 * min(2,000, 1,500)) = 75,000 of 100,000.
    load = a_load(input_mean=2_000, prefix_tokens=1_500)
    assert use(an_offer({"itpm": [100_000]}), load, "itpm", hit_rate=np.array([0.5])) == pytest.approx(0.75)


def test_a_prefix_below_the_minimum_is_not_cached_and_spares_nothing():
    columns = an_offer({"itpm": [100_000]}, prices={"min_cache_tokens": np.array([1_024.0])})
    assert use(columns, a_load(prefix_tokens=1_000), "itpm", hit_rate=np.array([0.9])) == pytest.approx(0.6)
    assert use(columns, a_load(input_mean=1_024, prefix_tokens=1_024), "itpm", hit_rate=np.array([1.0])) == 0.0


def test_output_is_counted_as_produced_with_its_reasoning_where_nothing_is_reserved():
    # 60 * (200 + 300) = 30,000 of 60,000; a reserve of a million changes nothing.
    load = a_load(reasoning_mean=300, max_tokens=1_000_000)
    assert use(an_offer({"otpm": [60_000]}), load, "otpm") == pytest.approx(0.5)


def test_a_reserved_max_tokens_is_charged_whole():
    # 60 * (1,000 + 4,000) = 300,000 of a million.
    columns = an_offer({"tpm": [1_000_000]}, max_tokens_reserved=1, cached_counts=1)
    assert use(columns, a_load(max_tokens=4_000), "tpm") == pytest.approx(0.3)


def test_bedrock_burns_ten_tokens_per_output_token_of_sonnet_5():
    # 6 million tokens a minute are at most 600,000 output tokens: 600 calls of 1,000, with next to no input.
    columns = an_offer({"tpm": [6_000_000]}, max_tokens_reserved=1, burndown=10)
    load = a_load(per_minute=600, input_mean=1, output_mean=1_000, max_tokens=1_000)
    assert use(columns, load, "tpm") == pytest.approx(1.0, abs=2e-4)


def test_the_reserve_is_charged_where_it_is_above_the_burned_output():
    columns = an_offer({"tpm": [6_000_000]}, max_tokens_reserved=1, burndown=10)
    # max(30,000, 10 * 200) = 30,000; 60 * 31,000 = 1.86 million.
    assert use(columns, a_load(max_tokens=30_000), "tpm") == pytest.approx(0.31)


def test_deepseek_concurrency_follows_littles_law():
    # 6,000 calls a minute are 100 a second; at 4 s each, 400 are in flight, of 500.
    columns = an_offer({"concurrency": [500]})
    assessment = assessed(columns, a_load(per_minute=6_000), duration_s=np.array([4.0]))
    assert assessment.peak_load[METERS.index("concurrency"), 0] == pytest.approx(400)
    assert assessment.headroom[0] == pytest.approx(1.25)
    # 400 + 3 * sqrt(400) = 460 still fit.
    assert assessment.verdicts[0] == Verdict.MEETS
    assert assessed(columns, a_load(per_minute=6_900), duration_s=np.array([4.0])).verdicts[0] == Verdict.UNRESOLVED  # 460 + 3 * 21.4 = 524
    assert assessed(columns, a_load(per_minute=7_600), duration_s=np.array([4.0])).verdicts[0] == Verdict.FAILS  # 506.7


def test_an_unknown_reply_time_leaves_concurrency_unknown_and_not_zero():
    assessment = assessed(an_offer({"concurrency": [500]}), a_load(), duration_s=np.array([NAN]))
    assert math.isnan(assessment.use[METERS.index("concurrency"), 0])
    assert math.isnan(assessment.headroom[0])
    assert assessment.verdicts[0] == Verdict.UNKNOWN
    assert assessment.next_step == ("find out its reply time",)
    assert "reply time is not known" in said(assessment)


def test_tokens_are_counted_in_the_models_own():
    # Half as many again: 60 * 1,500 = 90,000 of 100,000, and up to 1.6 times, 96,000.
    columns = an_offer({"itpm": [100_000]})
    assessment = assessed(columns, a_load(converts=True))
    assert assessment.use[METERS.index("itpm"), 0] == pytest.approx(0.9)
    assert assessment.use_pessimistic[METERS.index("itpm"), 0] == pytest.approx(0.96)


def test_an_unknown_tokenizer_makes_token_limits_unknown_but_not_requests():
    columns = dataclasses.replace(an_offer({"rpm": [100], "itpm": [100_000]}), ratio=np.full((3, 1), NAN))
    assessment = assessed(columns, a_load(converts=True))
    assert assessment.use[METERS.index("rpm"), 0] == pytest.approx(0.6)
    assert math.isnan(assessment.use[METERS.index("itpm"), 0])
    assert assessment.verdicts[0] == Verdict.UNKNOWN
    assert assessed(columns, a_load(per_minute=110, converts=True)).verdicts[0] == Verdict.FAILS


def test_a_range_of_the_tokenizer_that_straddles_the_limit_is_unresolved():
    # 60 * 1,000 * (1.2, 1.5, 1.6) = 72,000 to 96,000.
    assert assessed(an_offer({"itpm": [80_000]}), a_load(converts=True)).verdicts[0] == Verdict.UNRESOLVED
    assert assessed(an_offer({"itpm": [68_000]}), a_load(converts=True)).verdicts[0] == Verdict.FAILS
    assert assessed(an_offer({"itpm": [140_000]}), a_load(converts=True)).verdicts[0] == Verdict.MEETS


def test_openais_build_tier_stops_at_500_dollars_a_month_whatever_the_token_limits():
    columns = an_offer({"rpm": [5_000], "tpm": [1_000_000]}, tiers=("build",), monthly_cap_usd=500)
    assessment = assessed(columns, a_load(), forecast_usd=np.array([750.0]))
    assert assessment.peak_use[0] == pytest.approx(1.5)
    assert assessment.binding == ("monthly_cap",)
    assert assessment.verdicts[0] == Verdict.FAILS
    assert "$750.00 forecast against $500.00 at Build, 1.5 times the limit" in said(assessment)


def test_an_unknown_bill_against_a_known_cap_is_unknown():
    columns = an_offer({"rpm": [5_000]}, monthly_cap_usd=500)
    assert assessed(columns, a_load(), forecast_usd=np.array([NAN])).verdicts[0] == Verdict.UNKNOWN


def test_no_cap_is_no_limit():
    assessment = assessed(an_offer({"rpm": [600]}), a_load(), forecast_usd=np.array([1e9]))
    assert math.isnan(assessment.use[DIMENSIONS.index("monthly_cap"), 0])
    assert assessment.verdicts[0] == Verdict.MEETS


def test_googles_spend_in_ten_minutes_is_the_cost_of_ten_peak_minutes():
    # 86,400 calls a day cost $0.001 each: 30 days are $2,592; ten peak minutes at three times the mean are 1,800 calls, $1.80 of $10.
    columns = an_offer({}, spend_usd_per_10min=10)
    assert use(columns, a_load(peak_factor=3), "spend_10min", forecast_usd=np.array([2_592.0])) == pytest.approx(0.18)


def test_the_largest_use_binds_and_headroom_is_its_inverse():
    columns = an_offer({"rpm": [600], "itpm": [75_000], "otpm": [120_000]})
    assessment = assessed(columns, a_load())
    # 0.1, 0.8 and 0.1.
    assert assessment.binding == ("itpm",)
    assert assessment.peak_use[0] == pytest.approx(0.8)
    assert assessment.headroom[0] == pytest.approx(1.25)


def test_a_limit_that_is_enforced_but_not_published_makes_the_verdict_unknown():
    columns = an_offer({"rpm": [600]}, enforced=("tpm",))
    assessment = assessed(columns, a_load())
    assert assessment.verdicts[0] == Verdict.UNKNOWN
    assert math.isnan(assessment.use[METERS.index("tpm"), 0])
    assert assessment.lowest_tier == (None,)
    assert assessment.next_step == ("read tokens per minute in the provider's console",)
    assert "no figure is published at Start: tokens per minute" in said(assessment)


def test_a_known_limit_that_is_exceeded_fails_even_where_another_is_not_published():
    assert assessed(an_offer({"rpm": [50]}, enforced=("tpm",)), a_load()).verdicts[0] == Verdict.FAILS


def test_a_provider_of_which_nothing_is_known_is_unknown():
    assessment = assessed(an_offer({}), a_load())
    assert assessment.verdicts[0] == Verdict.UNKNOWN
    assert math.isnan(assessment.peak_use[0])
    assert math.isnan(assessment.headroom[0])
    assert assessment.binding == (None,)


def test_batch_calls_draw_on_no_minute_limit_and_a_finding_says_so():
    columns = an_offer({"rpm": [600], "itpm": [600_000]}, enforced=("otpm",))
    assessment = assessed(columns, a_load(batch_share=1.0))
    assert np.nanmax(assessment.use) == 0
    assert assessment.verdicts[0] == Verdict.MEETS
    assert assessment.binding == (None,)
    assert "100 % of the calls go through the batch queue" in said(assessment)


def test_an_unknown_cache_rule_is_counted_but_cannot_fail_an_offer():
    # Counted 60,000 of 50,000; not counted, with every token read from cache, nothing.
    columns = an_offer({"itpm": [50_000]}, cached_counts=NAN, prices={"min_cache_tokens": np.array([0.0])})
    assessment = assessed(columns, a_load(prefix_tokens=1_000), hit_rate=np.array([1.0]))
    assert assessment.use[METERS.index("itpm"), 0] == pytest.approx(1.2)
    assert assessment.verdicts[0] == Verdict.UNRESOLVED
    assert "Whether cached input counts is not published" in said(assessment)


def test_an_unknown_reserve_rule_runs_from_the_produced_to_the_reserved():
    # 60 * (1,000 + 200) = 72,000 or 60 * (1,000 + 500) = 90,000.
    assessment = assessed(an_offer({"tpm": [80_000]}, max_tokens_reserved=NAN), a_load())
    row = METERS.index("tpm")
    assert assessment.use[row, 0] == pytest.approx(0.9)
    assert assessment.use_pessimistic[row, 0] == pytest.approx(1.125)
    assert assessment.verdicts[0] == Verdict.UNRESOLVED


def test_hits_that_nobody_promised_can_keep_an_offer_from_failing():
    columns = an_offer({"itpm": [50_000]}, prices={"min_cache_tokens": np.array([0.0])})
    load = a_load(prefix_tokens=1_000)
    assert assessed(columns, load).verdicts[0] == Verdict.FAILS
    assert assessed(columns, load, hit_rate_high=np.array([1.0])).verdicts[0] == Verdict.UNRESOLVED


def test_a_call_larger_than_the_bucket_is_never_admitted_and_is_named():
    # 150,000 tokens in a call against 100,000 a minute, at one call in a hundred minutes.
    columns = an_offer({"itpm": [100_000, 400_000]}, tiers=("start", "build"))
    assessment = assessed(columns, a_load(per_minute=0.01, input_mean=150_000))
    assert assessment.verdicts[0] == Verdict.FAILS
    assert assessment.use[METERS.index("itpm"), 0] == pytest.approx(1.5)
    assert assessment.lowest_tier == ("build",)
    assert assessment.peak_load[METERS.index("itpm"), 0] == pytest.approx(150_000)
    assert "draws 150k tokens at once, Start allows 100k input tokens per minute: it is never admitted" in said(assessment)


def test_a_reserve_counts_into_the_largest_call():
    columns = an_offer({"tpm": [100_000]}, max_tokens_reserved=1)
    load = a_load(per_minute=0.01, input_mean=60_000, max_tokens=50_000)
    assert assessed(columns, load).verdicts[0] == Verdict.FAILS
    assert assessed(an_offer({"tpm": [100_000]}), load).verdicts[0] == Verdict.MEETS


def test_all_tiers_are_held_against_the_peak_at_once_and_the_lowest_that_serves_is_named():
    columns = an_offer({"rpm": [50, 500, NAN], "itpm": [NAN, 100_000, 100_000]}, tiers=("free", "build", "grow"))
    assessment = assessed(columns, a_load())
    np.testing.assert_allclose(assessment.use_by_tier[:, METERS.index("rpm"), 0], [1.2, 0.12, NAN])
    np.testing.assert_allclose(assessment.use_by_tier[:, METERS.index("itpm"), 0], [NAN, 0.6, 0.6])
    assert assessment.tier == ("free",)
    assert assessment.lowest_tier == ("build",)


def test_a_tier_of_which_a_needed_limit_is_not_published_is_not_known_to_serve():
    columns = an_offer({"rpm": [50, NAN]}, tiers=("free", "build"))
    assessment = assessed(columns, a_load())
    assert assessment.lowest_tier == (None,)
    assert assessment.next_step == ("ask the provider for the limits at Build: they are not all published",)


@pytest.mark.parametrize(
    ("spend", "days", "words"),
    [
        ([5, 100], [0, 0], "reach Launch: $100 paid in total, no waiting"),
        ([5, 1_000], [0, 30], "reach Launch: $1,000 paid in total, 30 days of waiting"),
        ([0, 50], [NAN, NAN], "reach Launch: $50 paid in total"),
        ([0, 0], [0, 0], "reach Launch: no payment asked, no waiting"),
        ([NAN, NAN], [NAN, NAN], "reach Launch: its threshold is not published, ask in the provider's console"),
    ],
)
def test_the_next_step_says_what_the_tier_that_serves_takes(spend, days, words):
    columns = an_offer({"rpm": [50, 500]}, tiers=("build", "launch"), qualifies_spend_usd=spend, qualifies_days=days)
    assert assessed(columns, a_load()).next_step == (words,)


def test_no_step_is_needed_where_the_tier_serves_and_none_helps_where_no_tier_does():
    two = {"rpm": [50, 500]}
    assert assessed(an_offer(two, tiers=("build", "launch")), a_load(per_minute=5)).next_step == ("none needed",)
    at_the_top = assessed(an_offer(two, tiers=("build", "launch")), a_load(per_minute=5), tiers={"acme": "launch"})
    assert at_the_top.next_step == ("none needed, Build would serve too",)
    none = assessed(an_offer(two, tiers=("build", "launch")), a_load(per_minute=520))
    assert none.next_step == ("no tier on the ladder serves this: ask the provider for a higher limit",)


def test_the_users_tier_rules_and_an_assumed_one_is_said_to_be_assumed():
    columns = an_offer({"rpm": [50, 500]}, tiers=("build", "launch"))
    assert assessed(columns, a_load(), tiers={"acme": "launch"}).tier == ("launch",)
    assert "assumed" not in said(assessed(columns, a_load(), tiers={"acme": "launch"}))
    assert "Your tier is not given: Build is assumed." in said(assessed(columns, a_load()))
    assert "assumed" not in said(assessed(an_offer({"rpm": [50]}), a_load()))


def test_a_tier_that_is_not_on_the_ladder_is_refused_by_name_and_place():
    with pytest.raises(WorkloadError, match=r"tiers\.acme: acme has no tier 'platinum'; it has build, launch") as caught:
        assessed(an_offer({"rpm": [50, 500]}, tiers=("build", "launch")), a_load(), tiers={"acme": "platinum"})
    assert [field for field, _ in caught.value.problems] == ["tiers.acme"]


def test_without_any_tier_nothing_is_known():
    columns = an_offer({"rpm": [50, 500]}, tiers=("build", "launch"))
    columns = dataclasses.replace(columns, limits=dataclasses.replace(columns.limits, default_tier=(None,)))
    assessment = assessed(columns, a_load())
    assert assessment.tier == (None,)
    assert assessment.verdicts[0] == Verdict.UNKNOWN
    assert "none can be assumed" in said(assessment)


def test_traffic_above_the_ramp_threshold_is_warned_of():
    columns = an_offer({"tpm": [40_000_000]}, cached_counts=1, ramp_above_itpm=1_000_000)
    assert "how fast traffic may grow" in said(assessed(columns, a_load(per_minute=1_001)))
    assert "how fast traffic may grow" not in said(assessed(columns, a_load(per_minute=999)))


def fast(load, columns, **known):
    given_ = {"forecast_usd": np.full(5, 800.0), "hit_rate": np.full(5, 0.4), "duration_s": np.array([1.0, 2.0, 3.0, NAN, 5.0])} | known
    return average_room.headroom(load, average_room.Meters.of(columns, choose(columns, {}).index), **given_)


def test_a_sweep_equals_one_assessment_after_another():
    columns, rates = make_columns(), np.array([1.0, 50.0, 5_000.0])
    swept = fast(a_load(requests_per_day=rates[:, None] * MINUTES_A_DAY, prefix_tokens=np.array([[0.0], [900.0], [1_100.0]])), columns)
    for row, (rate, prefix) in enumerate(zip(rates, (0, 900, 1_100), strict=True)):
        load = a_load(per_minute=rate, prefix_tokens=prefix)
        alone = rate_limits.assess(
            load,
            columns,
            tiers={},
            forecast_usd=np.full(5, 800.0),
            hit_rate=np.full(5, 0.4),
            duration_s=np.array([1.0, 2.0, 3.0, NAN, 5.0]),
        )
        np.testing.assert_allclose(swept[row], alone.headroom, rtol=1e-12)


RATES, SHARES = st.floats(0.1, 1e6), st.floats(0, 1)


@settings(max_examples=60, deadline=None)
@given(RATES, st.floats(1, 100), SHARES, st.floats(0, 1.5), st.booleans())
def test_more_traffic_never_leaves_more_headroom(rate, more, hits, sigma, converts):
    columns, known = make_columns(), {"hit_rate": np.full(5, hits)}
    load = a_load(prefix_tokens=1_100, input_mean=1_300, input_sigma=sigma, converts=converts)
    few, many = (fast(load.with_(requests_per_day=calls), columns, **known) for calls in (rate * 10, rate * 10 * more))
    assert np.array_equal(np.isnan(few), np.isnan(many))
    assert np.all((many <= few * (1 + 1e-12)) | np.isnan(few))


@settings(max_examples=60, deadline=None)
@given(RATES, st.floats(1, 100), st.floats(0, 1.5), st.sampled_from(("rpm", "itpm", "otpm", "tpm", "rpd", "tpd")))
def test_a_higher_limit_is_never_used_more(rate, more, sigma, meter):
    load = a_load(per_minute=rate / 100, input_sigma=sigma)
    low, high = (assessed(an_offer({meter: [figure]}, subminute=1), load) for figure in (20_000, 20_000 * more))
    row = METERS.index(meter)
    assert high.use[row, 0] <= low.use[row, 0]
    assert high.use_pessimistic[row, 0] <= low.use_pessimistic[row, 0] * (1 + 1e-12)
    assert high.verdicts[0] >= low.verdicts[0]


@settings(max_examples=60, deadline=None)
@given(RATES, SHARES, st.floats(0, 1.5), st.sampled_from((0.0, 1.0, NAN)), st.sampled_from((0.0, 1.0, NAN)))
def test_the_pessimistic_reading_is_never_below_the_optimistic_one(rate, hits, sigma, cached, reserved):
    columns = an_offer({meter: [1e5] for meter in METERS}, cached_counts=cached, max_tokens_reserved=reserved, subminute=1)
    assessment = assessed(columns, a_load(per_minute=rate / 10, prefix_tokens=900, input_sigma=sigma), hit_rate=np.array([hits]))
    assert np.all((assessment.use_pessimistic >= assessment.use * (1 - 1e-12)) | np.isnan(assessment.use))


@settings(max_examples=40, deadline=None)
@given(st.sets(st.sampled_from(METERS), min_size=1))
def test_an_unknown_figure_is_never_a_use_of_zero(unpublished):
    columns = an_offer({meter: [1e9] for meter in METERS if meter not in unpublished}, enforced=tuple(unpublished))
    assessment = assessed(columns, a_load())
    assert all(math.isnan(assessment.use[METERS.index(meter), 0]) for meter in unpublished)
    assert assessment.verdicts[0] == Verdict.UNKNOWN
