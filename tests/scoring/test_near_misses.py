import numpy as np
import pytest
from axes.builders import IDS
from scoring.fakes import array, make_case, verdicts

from framework.axes.assessment import Verdict
from framework.scoring.screen import screen

FAILS = Verdict.FAILS


def missed(case):
    return {item.offer: item.missed_by for item in screen(case.workload, case.columns, case.assessments)}


def test_a_little_over_the_budget_is_a_near_miss_and_a_lot_is_not():
    case = make_case(
        {"budget": {"monthly_usd": 1_000}}, cost_usd=array(1_040, 1_100, 500, 500, 1_099), cost=verdicts(o0=FAILS, o1=FAILS, o4=FAILS)
    )
    found = missed(case)
    assert found[IDS[0]] == pytest.approx(0.04) and found[IDS[4]] == pytest.approx(0.099)
    assert found[IDS[1]] is None, "ten per cent is not less than ten"


def test_who_fails_two_must_haves_is_no_near_miss():
    case = make_case(
        {"budget": {"monthly_usd": 1_000}, "needs": {"providers": ["acme"]}},
        cost_usd=np.full(5, 1_040.0),
        cost=np.full(5, FAILS),
    )
    found = missed(case)
    assert found["acme/plain"] == pytest.approx(0.04) and found["bravo/cliff"] is None


def test_what_is_no_matter_of_degree_is_no_near_miss():
    assert set(missed(make_case({"needs": {"providers": ["acme"], "class": "balanced"}})).values()) == {None}


def test_prompts_that_nearly_fit():
    # 99 % must fit: 95 % is 4 % short of it, 88 % is 11 %.
    case = make_case(fits=array(0.95, 0.88, 1, 1, 1), context_window=verdicts(o0=FAILS, o1=FAILS))
    found = missed(case)
    assert found[IDS[0]] == pytest.approx(1 - 0.95 / 0.99) and found[IDS[1]] is None


def test_limits_are_nearly_enough_by_traffic_or_by_the_share_that_is_served():
    # Room for 0.95 of the peak; room for half of it, but 95 % of the calls served of the 99 % asked for; neither.
    fails = verdicts(o0=FAILS, o1=FAILS, o2=FAILS)
    room, served = array(0.95, 0.5, 0.5, 2, 2), array(0.5, 0.95, 0.5, 1, 1)
    case = make_case(headroom=np.full(5, 2.0), room_best=room, served=served, rate_limits=fails)
    found = missed(case)
    assert found[IDS[0]] == pytest.approx(0.05) and found[IDS[1]] == pytest.approx(1 - 0.95 / 0.99) and found[IDS[2]] is None


def test_a_bill_beyond_the_monthly_cap_is_no_near_miss_however_many_calls_the_buckets_serve():
    case = make_case(headroom=array(0.5, 2, 2, 2, 2), served=array(0.98, 1, 1, 1, 1), rate_limits=verdicts(o0=FAILS))
    assert missed(case) == {IDS[0]: None}


def test_an_evaluation_that_is_nearly_good_enough():
    # 60 of 100 ends at 69.1 %: 3.7 % below 71.8 %.
    case = make_case({"evals": {"plain": {"pass_rate": 0.6, "n": 100}}, "needs": {"least_success": 0.718}})
    assert missed(case) == {"acme/plain": pytest.approx(1 - 0.691 / 0.718, abs=1e-3)}


def test_an_offer_that_is_in_is_not_listed():
    assert missed(make_case()) == {}
