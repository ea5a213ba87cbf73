import datetime as dt

import numpy as np
import pytest
from axes.builders import IDS, NAN, ON, make_prices
from scoring.fakes import array, make_case, verdicts

from framework.axes.assessment import Verdict
from framework.scoring.exclusions import must_live_until
from framework.scoring.screen import all_gates, first_shut, flags, passing, screen, smallest_change

FAILS = Verdict.FAILS


def excluded(case):
    return {exclusion.offer: exclusion for exclusion in screen(case.workload, case.columns, case.assessments)}


def only(case):
    """The one exclusion there is."""
    (exclusion,) = excluded(case).values()
    return exclusion


def unsold():
    prices = make_prices()
    prices.mtok[0, 0, -1, 3] = NAN
    return {"price": prices}


def test_nothing_is_out_when_nothing_is_asked_for():
    assert excluded(make_case()) == {}


def test_an_offer_is_out_from_the_day_on_which_it_is_switched_off():
    days = np.array([ON.toordinal(), ON.toordinal() + 91, NAN, NAN, NAN])
    case = make_case(columns={"retires_ordinal": days})
    assert (only(case).offer, only(case).gate, only(case).reason) == (IDS[0], "retired", "Switched off on 2026-11-23.")


def test_an_offer_without_an_output_price_is_not_sold():
    case = make_case(columns=unsold())
    assert (only(case).offer, only(case).gate) == (IDS[3], "not sold")
    assert "2026-11-23" in only(case).reason


def test_a_less_capable_class_is_out_and_a_more_capable_one_stays():
    found = excluded(make_case({"needs": {"class": "balanced"}}))
    assert set(found) == {"acme/plain", "delta/peak"}
    assert found["acme/plain"].reason == "A fast model by its vendor's own positioning; the workload needs balanced or better."


def test_a_class_that_is_not_known_stays_and_is_flagged():
    case = make_case({"needs": {"class": "frontier"}}, columns={"capability": np.array([2, 2, 2, 2, -1])})
    assert excluded(case) == {}
    (finding,) = flags(case.workload, case.columns, np.ones(5, dtype=bool))
    assert finding.offer == "delta/peak"
    assert "class of Delta Peak is not known" in finding.text


def test_a_feature_that_is_missing_or_not_known_is_a_reason():
    features = {"tools": np.ones(5), "pdf": array(0, 1, 1, 1, NAN)}
    case = make_case({"needs": {"features": ["tools", "pdf"]}}, columns={"features": features})
    found = excluded(case)
    assert {exclusion.gate for exclusion in found.values()} == {"features"} and set(found) == {"acme/plain", "delta/peak"}
    assert found["acme/plain"].cure == "Take pdf out of needs.features."
    assert found["delta/peak"].reason == "It is not known whether it supports PDF input, which the workload needs."


def test_only_the_providers_asked_for_stay():
    found = excluded(make_case({"needs": {"providers": ["acme"]}}))
    assert {exclusion.gate for exclusion in found.values()} == {"providers"}
    assert set(found) == {"bravo/cliff", "carol/implicit", "delta/peak"}


def test_every_region_asked_for_must_be_known_to_be_served():
    found = excluded(make_case({"needs": {"regions": ["us", "eu"]}}))
    assert set(found) == {"acme/plain", "carol/implicit", "delta/peak"}
    assert found["acme/plain"].reason == "Not served in eu; it is served in us."
    assert found["delta/peak"].reason == "It is not known whether it is served in us and eu."


def test_a_bill_above_the_budget_is_out_with_its_figures():
    case = make_case(
        {"budget": {"monthly_usd": 5_000}},
        cost_usd=array(7_000, 1, 1, 1, 1),
        low_usd=array(6_250, 1, 1, 1, 1),
        high_usd=array(8_000, 1, 1, 1, 1),
        cost=verdicts(o0=FAILS),
    )
    assert only(case).reason == "Costs $6,250 to $8,000 a month, 1.2x the budget of $5,000."
    assert only(case).cure == "Raise budget.monthly_usd to $6,300, or send at least 20 % less."


def test_what_to_send_less_is_rounded_up_so_that_it_does():
    # 1 - 5,000 / 7,700 is 35.06 %: with 35 % less the bill is $5,005.
    case = make_case({"budget": {"monthly_usd": 5_000}}, cost_usd=array(7_700, 1, 1, 1, 1), cost=verdicts(o0=FAILS))
    assert only(case).cure == "Raise budget.monthly_usd to $7,700, or send at least 36 % less."


def test_a_bill_that_may_be_inside_the_budget_stays():
    assert excluded(make_case(cost_usd=np.full(5, 6_000.0), cost=verdicts(o0=Verdict.UNRESOLVED, o1=Verdict.UNKNOWN))) == {}


def test_a_window_that_is_too_small_says_how_many_chunks_would_fit():
    case = make_case({"context": {"chunks": 20, "chunk_tokens": 5_000}}, fits=array(0.6, 1, 1, 1, 1), context_window=verdicts(o0=FAILS))
    assert only(case).gate == "context_window"
    assert only(case).reason == "Only 60 % of the requests fit: a mean prompt of 100k tokens, room for 120k."
    assert only(case).cure == "Send at most 12 chunks instead of 20."


def test_a_limit_that_is_exceeded_names_the_dimension_the_figures_the_tier_and_the_next_one():
    case = make_case(
        headroom=array(0.5, 2, 2, 2, 2),
        rate_limits=verdicts(o0=FAILS),
        lowest_tier=("scale", None, None, None, None),
        next_step=("reach Scale: $400 paid in total", "", "", "", ""),
    )
    assert only(case).gate == "rate_limits"
    assert only(case).reason == "At the peak it needs 2.0x its output tokens per minute at tier Build: 160k against 80k."
    assert only(case).cure == "Tier Scale would serve it: reach Scale: $400 paid in total."


def test_a_call_that_no_bucket_holds_and_a_bill_above_the_cap_are_told_as_such():
    # 80,000 output tokens per minute are allowed, five times that is needed, but the peak minute draws only 160,000: it is one long call.
    case = make_case(headroom=array(0.2, 2, 2, 2, 2), rate_limits=verdicts(o0=FAILS))
    assert only(case).reason == (
        "One call in a hundred needs 5.0x its output tokens per minute at tier Build at once, so it is never admitted: 400k against 80k."
    )
    case.assessments.rate_limits.binding = ("monthly_cap",) * 5
    assert only(case).reason == "The bill is 5.0x its monthly spend cap at tier Build: $1,000 against $200.00."


def test_a_slow_offer_is_not_out():
    assert excluded(make_case(attainment=np.zeros(5), latency=np.full(5, FAILS))) == {}


def test_the_first_gate_that_is_shut_is_the_reason():
    case = make_case({"needs": {"class": "frontier"}}, cost=np.full(5, FAILS), columns={"retires_ordinal": array(1, NAN, NAN, NAN, NAN)})
    reasons = first_shut(all_gates(case.workload, case.columns, case.assessments))
    assert reasons == ("retired", "class", "budget", "class", "class")
    assert not passing(all_gates(case.workload, case.columns, case.assessments)).any()


@pytest.mark.parametrize(
    ("gone", "reason"),
    [
        (ON + dt.timedelta(days=1), "in 1 day: too soon to build on"),
        (ON + dt.timedelta(days=90), "in 90 days: too soon to build on"),
        (dt.date(2027, 3, 1), "on 2027-03-01, before the review on 2027-05-01"),
        (dt.date(2027, 5, 1), "on 2027-05-01, before the review"),
    ],
)
def test_an_offer_that_ends_within_ninety_days_or_before_the_review_is_out(gone, reason):
    case = make_case(
        {"needs": {"review_by": dt.date(2027, 5, 1)}}, columns={"retires_ordinal": array(gone.toordinal(), NAN, NAN, NAN, NAN)}
    )
    assert (only(case).offer, only(case).gate) == (IDS[0], "retired") and reason in only(case).reason


def test_on_the_last_days_of_the_calendar_nothing_can_live_longer():
    assert must_live_until(make_case().workload.needs, dt.date.max - dt.timedelta(days=3)) == dt.date.max


def test_an_offer_that_ends_within_a_year_stays_and_is_flagged():
    gone = dt.date(2027, 5, 2).toordinal()
    case = make_case({"needs": {"review_by": dt.date(2027, 5, 1)}}, columns={"retires_ordinal": array(gone, NAN, NAN, NAN, NAN)})
    assert excluded(case) == {}
    (finding,) = flags(case.workload, case.columns, np.ones(5, dtype=bool))
    assert finding.text == "Acme Plain is switched off on 2027-05-02: plan its successor now."


def test_the_smallest_change_is_the_nearest_of_those_that_fail_one_demand_alone():
    case = make_case(
        {"needs": {"class": "frontier"}, "budget": {"monthly_usd": 500}},
        cost_usd=array(510, 700, 900, 1_000, 1_000),
        cost=np.full(5, FAILS),
    )
    nearest = smallest_change(case.workload, case.columns, case.assessments)
    assert nearest is not None
    assert (nearest.offer, nearest.gate) == ("bravo/cliff", "budget")


def test_there_is_no_single_change_where_everything_fails_twice():
    case = make_case({"needs": {"providers": ["nobody"]}}, cost=np.full(5, FAILS))
    assert smallest_change(case.workload, case.columns, case.assessments) is None


@pytest.mark.parametrize("position", range(5))
def test_sweeps_see_the_same_gates_row_by_row(position):
    case = make_case(cost=np.stack([verdicts(), verdicts(**{f"o{position}": FAILS})]))
    shut = passing(all_gates(case.workload, case.columns, case.assessments))
    assert shut[0].all()
    assert np.flatnonzero(~shut[1]).tolist() == [position]


def test_an_offer_is_out_only_where_its_whole_interval_is_below_the_success_needed():
    # 95 % intervals by Wilson: 60 of 100 is 50.2 to 69.1 %, 75 of 100 is 65.7 to 82.5 %, 95 of 100 is 88.8 to 97.8 %.
    evals = {"plain": {"pass_rate": 0.6, "n": 100}, "cached": {"pass_rate": 0.75, "n": 100}, "cliff": {"pass_rate": 0.95, "n": 100}}
    case = make_case({"evals": evals, "needs": {"least_success": 0.8}})
    assert (only(case).offer, only(case).gate) == ("acme/plain", "success")
    assert only(case).reason == ("60 % of 100 cases of your own pass (95 % interval 50 % to 69 %); the workload needs at least 80 %.")
    assert only(case).cure == "Improve the prompt and evaluate it again, or lower needs.least_success to 69 %."
    found = {finding.offer: finding.text for finding in flags(case.workload, case.columns, np.ones(5, dtype=bool))}
    # 1.96^2 * 0.8 * 0.2 / 0.05^2 = 245.9 cases would put 80 % outside the interval of 75 %.
    assert "leaves open whether it reaches 80 %; about 246 cases would tell" in found["acme/cached"]
    assert "has not been evaluated, so it was not held against 80 %" in found["carol/implicit"]
    assert "bravo/cliff" not in found


def test_a_rate_given_without_cases_is_taken_as_it_is_and_the_common_one_shuts_nobody_out():
    task = {"success_rate": 0.5, "success_rates": {"plain": 0.7}}
    found = excluded(make_case({"task": task, "needs": {"least_success": 0.8}}))
    assert set(found) == {"acme/plain"} and found["acme/plain"].reason.startswith("70 % of its tasks succeed by the rate you gave")


@pytest.mark.parametrize("least", [None, 0.0])
def test_no_success_asked_for_shuts_nobody_out_and_flags_nobody(least):
    case = make_case({"evals": {"plain": {"pass_rate": 0.0, "n": 1000}}, "needs": {"least_success": least}})
    assert excluded(case) == {}


def test_zero_retention_is_met_by_the_providers_that_the_user_has_agreed_it_with_and_by_nobody_else():
    assert set(excluded(make_case({"needs": {"zero_retention": True}}))) == set(IDS)
    case = make_case({"needs": {"zero_retention": True, "retention_agreed": ["acme"]}})
    found = excluded(case)
    assert {exclusion.gate for exclusion in found.values()} == {"retention"}
    assert set(found) == {"bravo/cliff", "carol/implicit", "delta/peak"}
    assert found["bravo/cliff"].cure == "Agree zero retention with bravo, then list bravo as agreed (needs.retention_agreed)."
    assert excluded(make_case({"needs": {"retention_agreed": ["acme"]}})) == {}, "not asked for"
