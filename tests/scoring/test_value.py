import numpy as np
import pytest
from axes.builders import NAN
from hypothesis import given
from hypothesis import strategies as st
from scoring.fakes import array, make_case, verdicts

from framework.axes.assessment import Verdict
from framework.priorities import Priorities
from framework.scoring.value import valued, values, worth
from framework.workload import Budget

BUDGET = {"monthly_usd": 1_000, "percentile": 90}
ANCHORS = Priorities().anchors(Budget(**BUDGET))


def valued_of(**parts):
    return values(make_case({"budget": BUDGET}, **parts))


@pytest.mark.parametrize(("usd", "value"), [(0, 1), (300, 1), (650, 0.5), (1_000, 0), (2_000, 0), (NAN, NAN)])
def test_cost_falls_in_a_straight_line_from_good_to_unacceptable(usd, value):
    assert worth(usd, good=300.0, unacceptable=1_000.0) == pytest.approx(value, nan_ok=True)


@pytest.mark.parametrize(("headroom", "value"), [(0.5, 0), (1, 0), (1.5, 0.5), (2, 1), (np.inf, 1)])
def test_headroom_rises_and_no_limit_at_all_is_worth_no_more_than_good(headroom, value):
    assert worth(headroom, good=2.0, unacceptable=1.0) == value


def test_each_axis_is_valued_by_its_own_quantity():
    # Cost 650 of 300..1,000 is 0.5; attainment 0.675 of 0.45..0.9 is 0.5; headroom 1.25 of 1..2 is 0.25; 0.99 of 0.9..1 is 0.9.
    low, high = valued_of(cost_usd=np.full(5, 650.0), attainment=np.full(5, 0.675), headroom=np.full(5, 1.25), fits=np.full(5, 0.99))
    assert low[:, 0] == pytest.approx([0.5, 0.5, 0.25, 0.9])
    assert np.array_equal(low, high)


def test_an_unknown_axis_is_worth_anything_between_nothing_and_all():
    low, high = valued_of(attainment=array(NAN, 0.9, 0.9, 0.9, 0.9), latency=verdicts(o0=Verdict.UNKNOWN, o1=Verdict.UNKNOWN))
    assert low[1].tolist() == [0, 0, 1, 1, 1]
    assert high[1].tolist() == [1, 1, 1, 1, 1]


def test_an_unpublished_limit_can_only_lower_the_headroom_that_is_known():
    low, high = valued_of(headroom=array(1.5, NAN, 2, 2, 2), rate_limits=verdicts(o0=Verdict.UNKNOWN, o1=Verdict.UNKNOWN))
    assert low[2].tolist() == [0, 0, 1, 1, 1]
    assert high[2].tolist() == [0.5, 1, 1, 1, 1]


def test_an_estimate_that_straddles_is_valued_at_what_is_expected():
    low, high = valued_of(
        cost_usd=np.full(5, 650.0), low_usd=np.full(5, 200.0), high_usd=np.full(5, 2_000.0), cost=verdicts(o0=Verdict.UNRESOLVED)
    )
    assert low[0] == pytest.approx([0.5] * 5)
    assert high[0] == pytest.approx([0.5] * 5)


def test_a_sweep_is_valued_row_by_row():
    usd = np.array([[300.0, 1_000.0], [650.0, 650.0], [2_000.0, 0.0]])
    low, _ = valued(ANCHORS, (usd, array(0.9, 0.9), array(2, 2), array(1, 1)), np.zeros((4, 2), dtype=bool))
    assert low.shape == (4, 3, 2)
    assert low[0].tolist() == [[1, 0], [0.5, 0.5], [0, 1]]


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_what_is_cheaper_is_never_worth_less(one, other):
    assert (worth(min(one, other), good=300.0, unacceptable=1_000.0)) >= worth(max(one, other), good=300.0, unacceptable=1_000.0)
