"""A pass rate with its interval, held against published figures and against the definition."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framework.evals import Z_95, EvalResult, cases_needed, wilson


@pytest.mark.parametrize(
    ("passed", "n", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998), table I, method 3 (score without continuity correction).
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_the_published_one(passed, n, low, high):
    assert wilson(passed / n, n) == pytest.approx((low, high), abs=5e-5)


@given(st.floats(0, 1), st.integers(1, 10_000_000))
def test_the_interval_holds_the_rate_and_ends_where_a_test_of_it_would_just_reject(rate, n):
    low, high = wilson(rate, n)
    assert 0 <= low <= rate <= high <= 1
    for end in (low, high):
        if 1e-9 < end < 1 - 1e-9:
            assert abs(rate - end) == pytest.approx(Z_95 * math.sqrt(end * (1 - end) / n), rel=1e-4, abs=1e-9)


@given(st.floats(0, 1), st.integers(1, 100_000), st.integers(1, 100_000))
def test_more_cases_never_widen_it(rate, one, other):
    few, many = sorted((one, other))
    (low, high), (inner_low, inner_high) = wilson(rate, few), wilson(rate, many)
    assert inner_high - inner_low <= high - low + 1e-12


@given(st.floats(0.05, 0.95), st.floats(0.05, 0.95))
def test_so_many_cases_decide_and_a_few_less_do_not(rate, target):
    cases = cases_needed(rate, target)
    if 10 < cases < 1e9:
        for n, decided in ((1.001 * cases + 1, True), (0.999 * cases - 1, False)):
            low, high = wilson(rate, n)
            assert (low > target or high < target) == decided


def test_a_rate_on_the_target_is_never_decided():
    assert cases_needed(0.8, 0.8) == math.inf


def test_whole_cases_only():
    assert EvalResult.model_validate({"pass_rate": 0.5, "n": 20.0}).n == 20
    for wrong in (0, -1, 2.5, "20", True, None):
        with pytest.raises(ValueError):
            EvalResult.model_validate({"pass_rate": 0.5, "n": wrong})
