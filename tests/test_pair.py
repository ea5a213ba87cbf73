"""What a pair is worth: availability and fail-over cost, worked out by hand."""

import dataclasses
import math

import pytest
from report.studies import PLAIN, made

from framework.outage import drill
from framework.outage_year import Range
from framework.pair import worth_of
from framework.report import pair_words
from framework.scoring.results import OTHER_OPERATOR, SAME_HOST, SAME_PROVIDER, ChosenPair

# A million calls a day, all hours alike, 1,000 tokens in and 200 out, nothing cached, no spread.
STEADY = {
    "traffic": {"requests_per_day": 1_000_000, "active_hours": 24, "shape": "steady"},
    "tokens": {"input_mean": 1_000, "output_mean": 200},
    "budget": {**PLAIN["budget"], "monthly_usd": 1_000_000},
}
OPENAI_HOURS = 8.9 / 30 * 365 * math.exp(0.23 + 1.168**2 / 2)  # 269.6
ANTHROPIC_HOURS = 22.6 / 30 * 365 * math.exp(-0.018 + 0.889**2 / 2)  # 400.9


def busy(**changes):
    return made(real=True, deep=False, **{**STEADY, **changes})


def worth(study, primary, fallback, *, independence=OTHER_OPERATOR):
    """Of any two offers as if they were the pair."""
    at = study.columns.index
    pair = ChosenPair(at(primary), at(fallback), (), independence, False, "yes", 1.0, 1.0, 0.0, 1.0)
    study = dataclasses.replace(
        study, recommendation=dataclasses.replace(study.recommendation, pair=pair, fallback=fallback, choice=primary)
    )
    return study, worth_of(study, pair, drill(study, primary=primary, fallback=fallback))


def test_both_are_down_in_the_product_of_their_shares_of_the_year():
    study, found = worth(busy(), "openai/gpt-6-sol", "anthropic/claude-sonnet-5-5")
    assert (found.alone.low, found.alone.high) == pytest.approx((0.3 * OPENAI_HOURS, OPENAI_HOURS))
    # 269.6 h x 400.9 / 8,760 = 12.3 h where all incidents are major; 0.3 x 0.3 of it = 1.11 h where all are partial.
    assert found.together.high == pytest.approx(269.58 * 400.94 / 8_760, rel=1e-3)
    assert found.together.low == pytest.approx(0.09 * 269.58 * 400.94 / 8_760, rel=1e-3)
    # 1 - 12.34 / 8,760 = 99.859 %; 1 - 269.58 / 8,760 = 96.92 %.
    assert found.availability_together.low == pytest.approx(0.99859, abs=1e-5)
    assert found.availability_alone.low == pytest.approx(0.96923, abs=1e-5)
    said = pair_words.availability(study, found)
    assert "96.92 to 99.08 %" in said and "99.86 to 99.99 %" in said and "81 to 270 hours" in said and "independently" in said


def test_which_of_two_is_the_primary_does_not_change_how_often_both_are_down():
    study = busy()
    one, other = (
        worth(study, *names)[1].together
        for names in (("openai/gpt-6-sol", "anthropic/claude-sonnet-5-5"), ("anthropic/claude-sonnet-5-5", "openai/gpt-6-sol"))
    )
    assert (one.low, one.high) == pytest.approx((other.low, other.high))


def test_where_the_incidents_of_either_are_not_known_the_pair_is_unknown_and_not_always_up():
    study, found = worth(busy(), "openai/gpt-6-sol", "xai/grok-4.3")
    assert found.alone.high > 0 and math.isnan(found.together.high) and math.isnan(found.availability_together.low)
    assert "it is unknown, as how often xAI API fails is not known" in pair_words.availability(study, found)
    study, found = worth(busy(), "xai/grok-4.3", "openai/gpt-6-sol")
    assert math.isnan(found.alone.low) and math.isnan(found.together.low) and math.isnan(found.extra_usd.high)
    assert "unknown" in pair_words.availability(study, found) and "100" not in pair_words.availability(study, found)


def test_one_provider_goes_down_with_itself_and_one_operator_is_not_independent():
    study, found = worth(busy(), "anthropic/claude-opus-5-5", "anthropic/claude-sonnet-5-5", independence=SAME_PROVIDER)
    assert found.together == found.alone and math.isnan(found.extra_usd.high)
    assert "changes nothing in its outages" in pair_words.availability(study, found)
    _, found = worth(busy(), "openai/gpt-6-sol", "anthropic/claude-sonnet-5-5", independence=SAME_HOST)
    assert math.isnan(found.together.high)


def test_an_hour_of_fail_over_costs_its_calls_at_the_prices_of_the_fallback():
    _, found = worth(busy(), "openai/gpt-6-sol", "anthropic/claude-sonnet-5-5")
    study = busy()
    # A month of 30 days is 720 even hours; nothing is cached, so that cold and warm are one.
    bills = study.assessments.cost.expected_usd
    ours, theirs = (float(bills[study.columns.index(offer)]) / 720 for offer in ("openai/gpt-6-sol", "anthropic/claude-sonnet-5-5"))
    assert found.hour.primary_usd == pytest.approx(ours, rel=0.01)
    assert found.hour.cold_usd == pytest.approx(theirs, rel=0.01)
    assert found.hour.warm_usd == pytest.approx(found.hour.cold_usd)
    # Calls of 0.3 to all of 269.6 hours move, each at the difference of the two prices.
    assert found.extra_usd.high == pytest.approx(OPENAI_HOURS * (theirs - ours), rel=0.03)
    assert found.extra_usd.low == pytest.approx(0.3 * found.extra_usd.high)


def test_a_cold_cache_costs_more_than_a_warm_one():
    # 200,000 calls a day share 2,000 prefixes: each misses once in the outage, where a fallback in use since morning has them all.
    traffic = {**STEADY["traffic"], "requests_per_day": 200_000}
    tokens = {"input_mean": 4_000, "output_mean": 200}
    study = busy(caching={"prefix_tokens": 3_000, "prefixes": 2_000}, traffic=traffic, tokens=tokens)
    _, found = worth(study, "openai/gpt-6-sol", "anthropic/claude-sonnet-5-5")
    assert found.hour.cold_usd > 1.01 * found.hour.warm_usd
    assert "with a warm one" in pair_words.fail_over(found)


def test_a_cheaper_fallback_saves_and_that_is_said_as_less():
    _, found = worth(busy(), "anthropic/claude-opus-5-5", "openai/gpt-6-luna")
    assert found.extra_usd.high < found.extra_usd.low < 0
    said = pair_words.fail_over(found)
    assert "less than the same calls at the primary" in said and "-" not in said.partition(";")[2].replace("fail-over", "")


def test_without_a_fallback_there_is_nothing_to_weigh():
    study = busy()
    pair = dataclasses.replace(worth(study, "openai/gpt-6-sol", "anthropic/claude-sonnet-5-5")[0].recommendation.pair, fallback=None)
    assert worth_of(study, pair, drill(study, primary="openai/gpt-6-sol", fallback="none")) is None


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Range(80.9, 269.6), "81 to 270 hours"),
        (Range(1.11, 12.3), "1.1 to 12 hours"),
        (Range(0.02, 0.5), "1.2 to 30 minutes"),
        (Range(2, 2), "2 hours"),
    ],
)
def test_hours_are_told_in_two_figures(found, words):
    assert pair_words.hours(found) == words


def test_what_is_nearly_always_up_is_never_said_to_be_always():
    assert pair_words.percent(Range(0.9986, 0.999999)) == "99.86 to > 99.99 %"
