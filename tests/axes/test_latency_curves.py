"""Shares in time along the budget and the prompt, and the edge of the budget, against sums worked out by hand."""

from typing import Any

import numpy as np
import pytest
from axes.builders import NAN, make_columns, make_load, only
from axes.test_latency import load, one
from hypothesis import given
from hypothesis import strategies as st

from framework.axes.latency import assess
from framework.axes.latency_curves import (
    POINTS,
    REACH,
    against_budget,
    against_prompt,
    first_token_limit_s,
    first_token_s,
    largest_prompt,
    leaves_at_tokens,
    leaves_budget_at_tokens,
    thinking_beside_s,
)
from framework.axes.ttft import median_s


def edge(left_s: float, **reading: Any) -> float:
    return float(leaves_at_tokens(one(**reading).latency, np.array([left_s]))[0])


def test_the_budget_runs_from_a_fifth_to_five_times_the_user_s_and_passes_through_it() -> None:
    curves = against_budget(make_load(ttft_budget_s=2.0), make_columns(), cached_tokens=0.0)
    assert curves.values[0] == pytest.approx(2.0 / REACH) and curves.values[-1] == pytest.approx(2.0 * REACH)
    assert curves.values[POINTS // 2] == pytest.approx(2.0)
    assert curves.share.shape == (POINTS, 5)


def test_at_the_user_s_budget_the_curve_is_the_assessment_itself() -> None:
    columns, asked = make_columns(), make_load(ttft_budget_s=2.0, input_sigma=0.4)
    curves, speed = against_budget(asked, columns, cached_tokens=100.0), assess(asked, columns, cached_tokens=100.0)
    for name, curve in (("", curves.share), ("_low", curves.low), ("_high", curves.high)):
        np.testing.assert_allclose(curve[POINTS // 2], getattr(speed, f"first_in_time{name}"), atol=1e-9)


def test_without_streaming_the_whole_reply_s_budget_runs() -> None:
    columns, asked = make_columns(), make_load(streaming=False, response_budget_s=10.0)
    curves = against_budget(asked, columns, cached_tokens=0.0)
    assert curves.values[POINTS // 2] == pytest.approx(10.0)
    np.testing.assert_allclose(curves.share[POINTS // 2], assess(asked, columns).reply_in_time, atol=1e-9)


@given(st.floats(0.2, 20), st.floats(0, 1))
def test_more_time_never_lowers_the_share_and_the_band_holds_it(budget: float, sigma: float) -> None:
    curves = against_budget(make_load(ttft_budget_s=budget, input_sigma=sigma), make_columns(), cached_tokens=0.0)
    known = np.isfinite(curves.share)
    assert not known[:, 4].any() and known[:, :4].all()
    assert np.all(np.diff(curves.share[:, :4], axis=0) >= -1e-12)
    assert np.all((curves.low <= curves.share + 1e-12)[known]) and np.all((curves.share <= curves.high + 1e-12)[known])


def test_the_share_along_the_prompt_is_that_of_prompts_of_just_that_length() -> None:
    columns = make_columns()
    values = np.array([500.0, 20_000.0])
    curves = against_prompt(make_load(input_mean=3_000.0, input_sigma=0.7, prefix_tokens=1_500.0), columns, values)
    for row, tokens in enumerate(values):
        alone = assess(make_load(input_mean=tokens, input_sigma=0.0), columns).attainment
        np.testing.assert_allclose(curves.share[row], alone, atol=1e-9)


def test_no_share_is_told_of_a_prompt_that_is_not_taken() -> None:
    curves = against_prompt(make_load(), make_columns(), np.array([128_000.0, 128_001.0]))
    assert np.isfinite(curves.share[0, 0]) and np.isnan(curves.share[1, 0])
    assert np.isfinite(curves.share[1, 1])


def test_the_largest_prompt_is_the_smaller_of_its_two_limits_and_unlimited_where_neither_is_known() -> None:
    columns = make_columns(max_input_tokens=np.array([9.0, NAN, NAN, 5.0, 7.0]), window_tokens=np.array([8.0, 4.0, NAN, NAN, 7.0]))
    assert largest_prompt(columns).tolist() == [8.0, 4.0, np.inf, 5.0, 7.0]


def test_gpt_6_sol_without_thinking_leaves_9_61_seconds_at_550k_and_17_41_at_850k() -> None:
    fit = {"m_at_s": 0.89, "at_tokens": 10_000.0, "beta": 9.605, "gamma": 11.697}
    assert edge(9.61, **fit) == pytest.approx(550_000, rel=1e-3)
    assert edge(17.41, **fit) == pytest.approx(850_000, rel=1e-3)


def test_a_straight_line_is_left_where_the_slope_says() -> None:
    # 1 s at 10k and 30 ms more per 1,000 tokens: 1 s more takes 33.3k tokens more.
    assert edge(2.0, m_at_s=1.0, at_tokens=10_000.0, beta=30.0) == pytest.approx(10_000 + 1_000_000 / 30)


def test_the_ends_of_the_edge() -> None:
    assert edge(0.5, m_at_s=1.0, beta=30.0, at_tokens=10_000.0) == 0
    assert edge(5.0, m_at_s=1.0, beta=0.0) == np.inf
    assert edge(0.99, m_at_s=1.0, beta=0.0) == 0
    # It flattens out below 1 s more: -10 x^2 + 4 x has its top at 0.4 s.
    assert edge(1.5, m_at_s=1.0, at_tokens=0.0, beta=4.0, gamma=-10.0) == np.inf
    # Its lowest point is already above.
    assert edge(0.5, m_at_s=1.0, at_tokens=0.0, beta=1.0, gamma=5.0) == 0
    assert np.isnan(edge(2.0, m_at_s=NAN)) and np.isnan(edge(NAN)) and np.isnan(edge(2.0, beta=NAN))


@given(st.floats(0.1, 10), st.floats(0, 100), st.floats(0, 50), st.sampled_from([1_000.0, 10_000.0, 50_000.0]), st.floats(0.05, 100))
def test_at_the_edge_the_median_is_what_the_budget_leaves(m_at: float, beta: float, gamma: float, at: float, left: float) -> None:
    columns = one(m_at_s=m_at, beta=beta, gamma=gamma, at_tokens=at)
    tokens = float(leaves_at_tokens(columns.latency, np.array([left]))[0])
    if 0 < tokens < 1e12:
        assert median_s(columns.latency, tokens)[0] == pytest.approx(left, rel=1e-6)
        assert median_s(columns.latency, tokens * 0.99)[0] <= left + 1e-9


def test_thinking_counts_beside_a_reading_that_does_not_hold_it_and_never_twice() -> None:
    # 500 tokens at 100 a second; the fourth offer's reading holds them, the fifth has none.
    beside = thinking_beside_s(make_load(reasoning_mean=500.0), make_columns(reasoning=np.ones(5)))
    assert beside[0] == pytest.approx(5.0) and beside[3] == 0 and np.isnan(beside[4])
    assert first_token_s(make_load(reasoning_mean=500.0), make_columns(), 1_000.0)[0] == pytest.approx(5.5)
    assert thinking_beside_s(make_load(), make_columns())[:4].tolist() == [0, 0, 0, 0]


def test_the_first_token_has_its_own_budget_or_what_the_writing_leaves_of_the_whole() -> None:
    columns = only(make_columns(), "acme/plain")
    assert first_token_limit_s(load(ttft_budget_s=1.5), columns).tolist() == [1.5]
    # 300 tokens at 100 a second leave 5 of 8 seconds.
    assert first_token_limit_s(load(streaming=False, response_budget_s=8.0), columns)[0] == pytest.approx(5.0)


def test_every_call_before_the_answer_takes_a_first_token_as_long() -> None:
    columns = one(m_at_s=1.0, at_tokens=10_000.0, beta=30.0)
    # Three calls of 1 s each and 100 tokens of thinking at 100 a second in every one of them.
    asked = load(round_trips=2, reasoning_mean=100.0, ttft_budget_s=9.0)
    assert first_token_s(asked, columns, 10_000.0)[0] == pytest.approx(6.0)
    # 9 s less 3 of thinking are 2 s a call: 1 s more than at 10k.
    assert leaves_budget_at_tokens(asked, columns)[0] == pytest.approx(10_000 + 1_000_000 / 30)
