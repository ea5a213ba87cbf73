"""How well prompts fit, in words; every boundary once on either side."""

import numpy as np
import pytest
from axes.test_context_window import a_load, an_offer
from hypothesis import given
from hypothesis import strategies as st

from framework.axes import context_window
from framework.axes.assessment import Verdict
from framework.axes.context_fit import Fit, fit_words
from framework.axes.context_window import binding_limits, limit_shares
from framework.quantities import sigma_from_mean


def words(load, offer):
    return fit_words(context_window.assess(load, offer), 0)


def test_prompts_fit_with_room_where_a_quarter_more_would_still_fit():
    # A prompt of 7,000 with 2,000 in reserve: a quarter more is 8,750, and 10,750 with the reserve.
    assert words(a_load(), an_offer(10_750)) == "fits with room"
    assert words(a_load(), an_offer(10_749)) == "fits tightly"


def test_a_prompt_that_fills_what_is_usable_fits_tightly_and_one_token_more_does_not_fit():
    assert words(a_load(), an_offer(9_000)) == "fits tightly"
    assert words(a_load(), an_offer(8_999)) == "does not fit"


def test_the_share_that_overflows_is_named():
    # Mean 7,000 and 95th percentile 14,000: with exactly 14,000 of room one prompt in twenty overflows.
    load = a_load(input_sigma=sigma_from_mean(7_000, 14_000))
    assert words(load, an_offer(16_000)) == "overflows for 5 % of requests"
    # Room for 6,999, just below the mean: sigma is 0.4963, and Phi(0.4963 / 2) = 60 % of the prompts are shorter than their mean.
    assert words(load, an_offer(8_999)) == "overflows for 40 % of requests"


def test_prompts_do_not_fit_where_no_more_than_one_in_a_hundred_does():
    # Median 7,000 / exp(0.4963^2 / 2) = 6,189; one in a hundred is shorter than 6,189 * exp(-2.3263 * 0.4963) = 1,950.5.
    load = a_load(input_sigma=sigma_from_mean(7_000, 14_000))
    assert words(load, an_offer(2_000 + 1_950)) == "does not fit"
    assert words(load, an_offer(2_000 + 1_951)) == "overflows for 99 % of requests"


def test_what_fits_at_one_end_of_the_tokenizers_range_is_not_said_not_to_fit():
    # 1.2, 1.5 and 1.6 tokens each: prompts of 8,400, 10,500 and 11,200 against 10,600, 10,000 and 9,800.
    assert words(a_load(converts=True), an_offer(13_000)) == "overflows for 0 % to 100 % of requests"
    # 8,400 against 8,399 at the best.
    assert words(a_load(converts=True), an_offer(8_399 + 2_400)) == "does not fit"


def test_a_tokenizer_that_is_known_by_a_range_only_gives_a_range():
    # 1.2, 1.5 and 1.6 tokens each: prompts of 8,400, 10,500 and 11,200; usable 11,600, 11,000 and 10,800.
    assert words(a_load(converts=True), an_offer(14_000)) == "overflows for 0 % to 100 % of requests"


def test_nothing_is_said_where_nothing_is_known():
    assert words(a_load(), an_offer(np.nan)) == "not known"


def test_a_reserve_above_the_largest_output_does_not_fit():
    assert words(a_load(max_tokens=64_001), an_offer(1_000_000, np.nan, 64_000)) == "does not fit"


@given(st.floats(3_000, 200_000), st.floats(1, 3), st.floats(0, 1.2))
def test_more_window_never_fits_less(window, more, sigma):
    load = a_load(input_sigma=sigma)
    small, large = (context_window.assess(load, an_offer(size)) for size in (window, window * more))
    assert large.fit[0] >= small.fit[0]
    assert large.fits_share[0] >= small.fits_share[0]
    assert large.chunks_that_fit[0] >= small.chunks_that_fit[0]


@given(st.floats(3_000, 200_000), st.floats(0, 1.2))
def test_the_words_never_contradict_the_verdict(window, sigma):
    found = context_window.assess(a_load(input_sigma=sigma), an_offer(window))
    assert (found.fit[0] in (Fit.ROOM, Fit.TIGHT)) == (found.verdicts[0] == Verdict.MEETS)
    assert found.fit[0] != Fit.NONE or (found.fits_share_high[0] <= 0.01 and found.verdicts[0] == Verdict.FAILS)


def test_the_limit_that_leaves_the_prompt_no_more_is_named():
    # Window 400,000, largest input 272,000: with 128,000 for the reply the two leave the same, and the window is named.
    offer = an_offer(400_000, 272_000, 128_000)
    assert binding_limits(a_load(max_tokens=128_000), offer) == ("window",)
    assert binding_limits(a_load(max_tokens=127_999), offer) == ("largest input",)
    assert binding_limits(a_load(max_tokens=128_001), offer) == ("largest output",)
    assert binding_limits(a_load(), an_offer(np.nan)) == (None,)
    assert binding_limits(a_load(), an_offer(np.nan, 1_000)) == ("largest input",)


def test_how_much_of_each_limit_a_mean_request_uses():
    # 7,000 of prompt, 2,000 of reserve and 1,000 of reasoning.
    offer = an_offer(100_000, 70_000, 8_000, threshold_tokens=14_000.0)
    shares = limit_shares(a_load(reasoning_mean=1_000), offer)
    assert {name: float(share[0]) for name, share in shares.items()} == pytest.approx(
        {"window": 0.10, "input": 0.10, "output": 0.25, "cliff": 0.5}
    )
    assert np.isnan(limit_shares(a_load(), an_offer(100_000))["cliff"][0])
