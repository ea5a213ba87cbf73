"""The outage drill of a study: who fails, who steps in, and what a year comes to."""

import math

import pytest
from report.studies import PLAIN, chatbot, made, nothing_fits

from framework.errors import UnknownOffer, WorkloadError
from framework.outage import NO_FALLBACK, drill
from framework.outage_year import Range
from framework.report.outage_tables import basis, rows, tier_rows
from framework.report.outage_words import beside_fallback, cautions, counts, sentence, shares

# A million calls a day, all hours alike: 83,333 in two hours; 1,000 tokens in, 200 out, at most 500.
STEADY = {
    "traffic": {"requests_per_day": 1_000_000, "active_hours": 24, "shape": "steady"},
    "tokens": {"input_mean": 1_000, "output_mean": 200},
    "budget": {**PLAIN["budget"], "monthly_usd": 1_000_000},
}


def busy(**changes):
    return made(real=True, deep=False, **{**STEADY, **changes})


def figures(study, found):
    return {what: figure for what, figure, _ in rows(study, found)}


def test_choice_and_fallback_are_drilled_for_two_hours_where_nothing_is_said():
    study = chatbot()
    found = drill(study)
    assert study.columns.ids[found.primary] == study.recommendation.choice
    assert study.columns.ids[found.stand_in.offer] == study.recommendation.fallback
    assert (found.hours, found.failing_share) == (2, 1)


def test_where_the_recommended_fallback_fails_the_choice_steps_in():
    study = chatbot()
    found = drill(study, primary=study.recommendation.fallback)
    assert study.columns.ids[found.stand_in.offer] == study.recommendation.choice


def test_without_a_fallback_the_share_that_fails_is_that_of_the_outage():
    study = busy()
    whole, partial = (drill(study, primary="openai/gpt-6-sol", fallback=NO_FALLBACK, failing_share=share) for share in (1.0, 0.3))
    assert whole.fails_without == 1 and whole.fails_with == Range(1, 1) and whole.moved == whole.calls
    # Two of 24 even hours.
    assert whole.moved == pytest.approx(1_000_000 / 12, rel=0.02) and whole.calls_of_day == 1_000_000
    assert partial.moved == pytest.approx(0.3 * whole.calls, abs=10) and partial.fails_without == pytest.approx(0.3, abs=1e-3)
    assert "there is no fallback" in sentence(study, whole)


def test_a_trace_of_less_than_a_day_is_no_mean_day():
    # The trace lasts 58 minutes: at 1,000,000 calls in 24 hours that are some 40,500 of them, 4 % of a day's.
    study = busy(traffic={**STEADY["traffic"], "trace": "azure_2023_conversation"})
    found = drill(study, primary="openai/gpt-6-sol", fallback=NO_FALLBACK)
    assert found.calls_of_day == 1_000_000 and 0.038 < found.moved / found.calls_of_day < 0.043
    assert "4 % of those of a mean day" in sentence(study, found)


def test_a_tier_that_is_too_small_serves_what_its_limit_lets_through():
    # 694 calls a minute; OpenAI counts 1,000 in and the 500 reserved: 694 x 1,500 = 1.04M a minute, Build lets 1M through.
    study = busy(traffic={**STEADY["traffic"], "requests_per_day": 2_000_000}, tiers={"openai": "build", "anthropic": "scale"})
    found = drill(study, primary="anthropic/claude-sonnet-5-5", fallback="openai/gpt-6-sol")
    # Twice as many calls draw 2.08M: 48 % are served, and what the full bucket of a minute holds besides.
    assert found.stand_in.fits_a_minute == pytest.approx(1_000_000 / 1_500) and found.stand_in.tightest == "tpm"
    assert 0.5 < found.stand_in.fails.low <= found.stand_in.fails.high < 0.54
    launch = study.columns.limits.tier_names[found.stand_in.offer].index("launch")
    assert found.stand_in.lowest == (launch, launch)  # 4M a minute
    assert "would refuse 5" in sentence(study, found) and "tier Build" in sentence(study, found)
    assert figures(study, found)["Does tier Build hold?"] == "no"


@pytest.mark.parametrize("share", [0.3, 1.0])
def test_a_longer_outage_never_fails_fewer_calls(share):
    study = made(real=True, deep=False, traffic={"requests_per_day": 20_000, "active_hours": 8, "peak_factor": 4})
    moved = [drill(study, primary="openai/gpt-6-sol", hours=hours, failing_share=share).moved for hours in (0.25, 1, 2, 8, 24)]
    assert moved == sorted(moved)


def test_falling_back_inside_a_shared_pool_is_caught():
    study = busy()
    found = drill(study, primary="anthropic/claude-opus-4-8", fallback="anthropic/claude-opus-4-7")
    assert {"shared pool", "same provider"} <= set(found.cautions)
    assert "same rate limits" in sentence(study, found)
    fresh = drill(study, primary="anthropic/claude-opus-5-5", fallback="anthropic/claude-sonnet-5-5")
    assert "shared pool" not in fresh.cautions and "own outage takes both" in sentence(study, fresh)


def test_one_model_under_two_names_of_one_operator_is_cautioned():
    study = busy()
    found = drill(study, primary="google/gemini-4-argon", fallback="vertex/gemini-4-argon")
    assert {"same host", "same model"} <= set(found.cautions)
    assert all(text for _, text in cautions(study, found))


def test_limits_that_are_not_published_leave_the_result_unknown():
    study = busy()
    found = drill(study, primary="openai/gpt-6-sol", fallback="vertex/gemini-4-argon")
    assert math.isnan(found.stand_in.fails.high) and math.isnan(found.fails_with.low)
    assert "is unknown" in sentence(study, found) and "unpublished limits" in found.cautions
    assert tier_rows(study, found)[0]["kind"] == "unknown"


def test_prompts_that_fit_the_primary_alone_fail_as_well():
    # Prompts of 150,000 tokens and no spread fit a window of a million and not one of 128,000.
    study = busy(
        tokens={"input_mean": 150_000, "output_mean": 200},
        context={**PLAIN["context"], "system_tokens": 150_000, "turns": 1},
        traffic={"requests_per_day": 100, "active_hours": 24},
    )
    found = drill(study, primary="anthropic/claude-sonnet-5-5", fallback="openai/gpt-4o")
    assert found.stand_in.lost_share == pytest.approx(1) and found.stand_in.fails == Range(1, 1)
    assert "because they do not fit" in sentence(study, found)


def test_a_year_is_a_range_from_partial_to_major_incidents():
    study = busy()
    year = drill(study, primary="openai/gpt-6-sol", fallback="anthropic/claude-sonnet-5-5").yearly
    # 8.9 incidents in 30 days of exp(0.23 + 1.168^2 / 2) = 2.49 hours: 269.6 of 8,760 hours; 365M calls.
    assert year.hours == pytest.approx(269.6, abs=0.1) and year.calls == 365_000_000
    assert year.without.low == pytest.approx(365e6 * 269.58 / 8_760 * 0.3, rel=1e-3)
    assert year.without.high == pytest.approx(365e6 * 269.58 / 8_760, rel=1e-3)
    # At Anthropic's 22.6 a month of 1.458 hours, 400.9 hours: down as well 4.58 % of the time, a third of the calls in a partial one.
    least = year.without.low * 400.94 / 8_760 * 0.3
    assert year.with_fallback.low >= least * 0.999 and year.with_fallback.high < year.without.high


def test_a_provider_of_which_nothing_is_known_leaves_the_year_unknown():
    study = busy()
    unknown = drill(study, primary="google/gemini-4-argon", fallback="openai/gpt-6-sol").yearly
    assert math.isnan(unknown.hours) and math.isnan(unknown.without.low) and unknown.primary is None
    half = drill(study, primary="openai/gpt-6-sol", fallback="xai/grok-4.3")
    assert half.yearly.without.low > 0 and math.isnan(half.yearly.with_fallback.low)
    told = {what: (figure, note) for what, figure, note in rows(study, half)}
    assert told["A year with it"] == ("unknown", "how often xai fails is not known")
    assert figures(study, drill(study, primary="google/gemini-4-argon"))["A year"] == "unknown"


def test_a_fallback_at_the_same_provider_changes_nothing_in_a_year():
    year = drill(busy(), primary="anthropic/claude-opus-5-5", fallback="anthropic/claude-sonnet-5-5").yearly
    assert year.with_fallback == year.without


def test_the_year_is_stated_with_its_days_and_its_weakness():
    told = " ".join(basis(drill(busy(), primary="openai/gpt-6-sol", fallback="anthropic/claude-sonnet-5-5")))
    for what in ("2024-01-01 to 2024-08-31", "2026-07-21 to 2026-09-12", "confidence low", "Assumed", "independent", "cluster", "https://"):
        assert what in told


def test_what_the_calls_of_a_day_cost_is_what_the_bill_says():
    # Hit rate 0.7 given, thirty days: the drill draws lengths, the bill works with their means.
    study = chatbot()
    for offer in ("openai/gpt-6-sol", "anthropic/claude-sonnet-5-5"):
        found = drill(study, primary=offer, hours=24)
        bill = float(study.assessments.cost.expected_usd[study.columns.index(offer)])
        assert 30 * found.stand_in.costs.primary_usd == pytest.approx(bill, rel=0.03)


@pytest.mark.parametrize(
    ("asked", "error", "says"),
    [
        ({"hours": 0}, WorkloadError, "hours"),
        ({"hours": 169}, WorkloadError, "168"),
        ({"hours": math.nan}, WorkloadError, "hours"),
        ({"failing_share": 0}, WorkloadError, "failing share"),
        ({"failing_share": 1.1}, WorkloadError, "failing share"),
        ({"primary": "openai/nothing"}, UnknownOffer, "openai/nothing"),
        ({"primary": "openai/gpt-6-sol", "fallback": "openai/gpt-6-sol"}, WorkloadError, "stand in for itself"),
    ],
)
def test_what_cannot_be_drilled_is_said_with_the_cure(asked, error, says):
    with pytest.raises(error, match=says):
        drill(chatbot(), **asked)


def test_where_no_offer_fits_the_one_that_fails_has_to_be_named():
    with pytest.raises(WorkloadError, match="name the offer that fails"):
        drill(nothing_fits())
    assert beside_fallback(nothing_fits()) is None


def test_ranges_read_as_people_write_them():
    assert shares(Range(0.12, 0.4)) == "12 to 40 %" and shares(Range(0.4, 0.4)) == "40 %"
    assert counts(Range(1_234, 45_678)) == "1,200 to 46,000" and counts(Range(math.nan, math.nan)) == "unknown"


def test_a_billion_prefixes_take_no_more_memory_than_there_are_calls():
    study = busy(caching={"prefix_tokens": 500, "prefixes": 1e9}, traffic={"requests_per_day": 1_000, "active_hours": 24})
    found = drill(study, primary="openai/gpt-6-sol", fallback="anthropic/claude-sonnet-5-5", hours=24)
    assert found.stand_in.stream.day.prefix.max() < 1_000
    # No call finds the prefix of another one, so that a cold cache costs nothing more.
    assert found.stand_in.costs.cold_usd == pytest.approx(found.stand_in.costs.warm_usd)


@pytest.mark.parametrize("hours", [0.25, 2.0])
def test_a_drill_of_one_call_in_four_holds_what_one_of_all_calls_holds(monkeypatch, hours):
    # 556 calls a minute of 3,000 tokens and 500 reserved draw 1.94M, of which Build lets 1M through.
    traffic, tokens = {**STEADY["traffic"], "requests_per_day": 800_000}, {"input_mean": 3_000, "output_mean": 200}
    study = busy(traffic=traffic, tokens=tokens, tiers={"openai": "build", "anthropic": "scale"})
    asked = {"primary": "anthropic/claude-sonnet-5-5", "fallback": "openai/gpt-6-sol", "hours": hours}
    monkeypatch.setattr("framework.outage.MOST_ROWS", 800_000)
    truth = drill(study, **asked)
    monkeypatch.setattr("framework.outage.MOST_ROWS", 200_000)
    found = drill(study, **asked)
    assert found.stand_in.stream.day.thinned and found.stand_in.stream.day.merged == 4 and not truth.stand_in.stream.day.thinned
    assert found.moved == pytest.approx(truth.moved, rel=0.03)
    assert found.stand_in.fits_a_minute == pytest.approx(truth.stand_in.fits_a_minute, rel=0.01)
    assert 0.4 < truth.stand_in.fails.low < 0.6
    # The worst of even quarters of an hour is told by 2,200 rows: chance makes it worse than that of all calls.
    for reading in ("low", "high"):
        assert getattr(found.stand_in.fails, reading) == pytest.approx(getattr(truth.stand_in.fails, reading), abs=0.016)
