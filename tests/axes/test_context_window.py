"""What fits into a window; the sums are done by hand on one offer at a time."""

import dataclasses
import math

import numpy as np
import pytest
from axes.builders import NAN, make_columns, only
from hypothesis import given, settings
from hypothesis import strategies as st

from framework.axes import context_window
from framework.axes.assessment import Verdict
from framework.axes.context_fit import Fit
from framework.load import load_of
from framework.quantities import sigma_from_mean
from framework.workload import Workload


def an_offer(window=200_000.0, largest_input=NAN, largest_output=NAN, **changes):
    """One offer with these three limits; NaN is not published."""
    columns = only(make_columns(), "acme/cached")
    limits = {"window_tokens": window, "max_input_tokens": largest_input, "max_output_tokens": largest_output}
    columns = dataclasses.replace(columns, **{name: np.array([float(value)]) for name, value in limits.items()})
    price = dataclasses.replace(columns.price, **{name: np.array([value]) for name, value in changes.items()})
    return dataclasses.replace(columns, price=price)


def a_load(**changes):
    """System 1,000, 10 chunks of 500, 4 turns of 250: a prompt of 7,000; 2,000 in reserve; no spread."""
    context = {"system_tokens": 1_000, "chunks": 10, "chunk_tokens": 500, "turns": 4, "turn_tokens": 250, "output_reserve_tokens": 2_000}
    return load_of(Workload.model_validate({"context": context})).with_(**changes)


def said(assessment):
    return " ".join(finding.text for finding in assessment.findings)


def test_the_reserve_and_the_reasoning_are_taken_off_the_window_first():
    assessment = context_window.assess(a_load(reasoning_mean=8_000), an_offer(200_000))
    assert assessment.usable_tokens[0] == 190_000
    assert assessment.prompt_tokens[0] == 7_000
    assert assessment.verdicts[0] == Verdict.MEETS


def test_a_prompt_that_fills_the_window_does_not_fit_once_the_output_is_reserved():
    prompt = a_load(chunks=250, turns=0, max_tokens=1)  # 126,000 tokens
    assert context_window.assess(prompt, an_offer(128_000)).fits_share[0] == 1
    assert context_window.assess(prompt.with_(max_tokens=2_000), an_offer(128_000)).fits_share[0] == 1
    assert context_window.assess(prompt.with_(max_tokens=2_001), an_offer(128_000)).fits_share[0] == 0


def test_gpt_5_takes_272k_of_its_400k_as_prompt():
    gpt_5 = an_offer(400_000, 272_000, 128_000)
    assessment = context_window.assess(a_load(max_tokens=128_000), gpt_5)
    assert assessment.usable_tokens[0] == 272_000
    # A small reserve does not make the prompt longer.
    small = context_window.assess(a_load(max_tokens=1_000), gpt_5)
    assert small.usable_tokens[0] == 272_000
    assert "a prompt may have at most 272k: the rest is for output only" in said(small)
    # (272,000 - 1,000 - 1,000) / 500 chunks; (272,000 - 1,000 - 5,000) / 250 turns.
    assert small.chunks_that_fit[0] == 540
    assert small.turns_that_fit[0] == 1_064


def test_separate_input_and_output_limits_leave_the_whole_input():
    # Gemini states a largest input and a largest output and no window over both.
    assessment = context_window.assess(a_load(max_tokens=60_000), an_offer(NAN, 1_048_576, 65_536))
    assert assessment.usable_tokens[0] == 1_048_576


def test_with_neither_window_nor_input_limit_nothing_is_known():
    assessment = context_window.assess(a_load(), an_offer(NAN, NAN, 64_000))
    assert math.isnan(assessment.fits_share[0])
    assert math.isnan(assessment.chunks_that_fit[0])
    assert assessment.verdicts[0] == Verdict.UNKNOWN
    assert "Neither window nor largest input is published" in said(assessment)


def test_a_reserve_above_the_largest_output_is_refused_whatever_the_prompt():
    assessment = context_window.assess(a_load(max_tokens=64_001), an_offer(1_000_000, NAN, 64_000))
    assert assessment.fits_share[0] == 0
    assert assessment.chunks_that_fit[0] == 0
    assert assessment.verdicts[0] == Verdict.FAILS
    assert [finding.gravity for finding in assessment.findings][:1] == ["blocking"]
    assert "above the largest output, 64k" in said(assessment)
    assert context_window.assess(a_load(max_tokens=64_000), an_offer(1_000_000, NAN, 64_000)).verdicts[0] == Verdict.MEETS


def test_an_unpublished_largest_output_is_only_a_remark():
    assessment = context_window.assess(a_load(), an_offer(200_000, NAN, NAN))
    assert assessment.verdicts[0] == Verdict.MEETS
    assert "The largest output is not published: test whether 2k tokens may be asked for." in said(assessment)


def test_the_share_that_fits_is_the_share_of_log_normal_prompts_below_the_room():
    # Mean 7,000 and 95th percentile 14,000: with exactly 14,000 of room, 95 % fit.
    load = a_load(input_sigma=sigma_from_mean(7_000, 14_000))
    assessment = context_window.assess(load, an_offer(16_000))
    assert assessment.fits_share[0] == pytest.approx(0.95)
    assert assessment.verdicts[0] == Verdict.FAILS
    assert "95 % of the prompts fit: 14k tokens are left" in said(assessment)
    assert context_window.assess(load, an_offer(16_000), required_share=0.94).verdicts[0] == Verdict.MEETS


def test_the_tokenizers_range_becomes_a_range_of_the_share():
    # 1.2, 1.5 and 1.6 tokens each: prompts of 8,400, 10,500 and 11,200, reserves of 2,400, 3,000 and 3,200.
    load = a_load(converts=True)
    assessment = context_window.assess(load, an_offer(14_000))
    assert (assessment.fits_share_low[0], assessment.fits_share[0], assessment.fits_share_high[0]) == (0, 1, 1)
    assert assessment.usable_tokens[0] == 11_000
    assert assessment.prompt_tokens[0] == 10_500
    assert assessment.verdicts[0] == Verdict.UNRESOLVED
    assert context_window.assess(load, an_offer(14_400)).verdicts[0] == Verdict.MEETS
    assert context_window.assess(load, an_offer(10_700)).verdicts[0] == Verdict.FAILS


def test_own_counts_have_no_range():
    assessment = context_window.assess(a_load(input_sigma=0.8), an_offer(12_000))
    assert 0 < assessment.fits_share_low[0] == assessment.fits_share[0] == assessment.fits_share_high[0] < 1


def test_an_unknown_tokenizer_is_unknown_only_where_counts_must_be_converted():
    columns = dataclasses.replace(an_offer(200_000), ratio=np.full((3, 1), NAN))
    assert context_window.assess(a_load(), columns).verdicts[0] == Verdict.MEETS
    unknown = context_window.assess(a_load(converts=True), columns)
    assert unknown.verdicts[0] == Verdict.UNKNOWN
    assert math.isnan(unknown.usable_tokens[0])
    assert "How many of its tokens your text becomes is not known" in said(unknown)


def test_chunks_and_turns_that_fit_are_totals_with_all_else_as_given():
    assessment = context_window.assess(a_load(), an_offer(32_000))
    # 30,000 of room: (30,000 - 1,000 - 1,000) / 500 = 56; (30,000 - 1,000 - 5,000) / 250 = 96.
    assert assessment.chunks_that_fit[0] == 56
    assert assessment.turns_that_fit[0] == 96


def test_at_the_chunks_and_turns_that_fit_as_many_prompts_fit_as_are_required():
    # A 99th percentile of exp(0.5 z - 0.125) = 2.8239 means at z = 2.3263: of 30,000 tokens 10,623.6 on average.
    load, columns = a_load(input_sigma=0.5), an_offer(32_000)
    assessment = context_window.assess(load, columns)
    assert (assessment.chunks_that_fit[0], assessment.turns_that_fit[0]) == (17, 18)  # 8,623 / 500 and 4,623 / 250
    for field in ("chunks", "turns"):
        count = getattr(assessment, f"{field}_that_fit")[0]
        assert context_window.fits_share(load.with_(**{field: count}), columns)[0] >= 0.99
        assert context_window.fits_share(load.with_(**{field: count + 1}), columns)[0] < 0.99


def test_at_the_chunks_and_turns_that_fit_prompts_fit_at_the_dear_end_of_the_tokenizers_range():
    # 1.6 tokens each: 3,200 in reserve, 28,800 of 32,000 left, 18,000 of the user's.
    assessment = context_window.assess(a_load(converts=True), an_offer(32_000, threshold_tokens=14_400.0))
    assert (assessment.chunks_that_fit[0], assessment.turns_that_fit[0]) == (32, 48)
    assert assessment.turns_to_cliff[0] == 13  # 9,000 of the user's: 6,000 and 12 turns of 250


def test_the_turns_of_a_conversation_that_fit_are_those_of_its_own_growth():
    # Prompts of 6,150, 6,650, 7,150 ...: the system prompt and chunks of 6,000, 150 from the user, 350 in reply.
    load = a_load(converses=True, conversation_turns=40, user_tokens=150.0, output_mean=350.0)
    assessment = context_window.assess(load, an_offer(9_150, threshold_tokens=6_650.0))
    assert (assessment.turns_that_fit[0], assessment.turns_to_cliff[0]) == (3, 3)
    assert context_window.assess(load, an_offer(9_149)).turns_that_fit[0] == 2


@settings(max_examples=300, deadline=None)
@given(st.integers(80, 200), st.integers(1, 8_000), st.integers(1, 800))
def test_a_request_that_fills_a_limit_exactly_fits_whatever_the_tokenizer(hundredths, prompt, reserve):
    """Tokens are whole; their product with a ratio such as 1.53 may come out a hair above the limit in floats."""
    prompt, reserve = 100 * prompt, 100 * reserve
    limits = {"window": (prompt + reserve) * hundredths // 100, "largest_output": reserve * hundredths // 100}
    parts = {"system_tokens": float(prompt), "chunks": 0.0, "turns": 0.0, "max_tokens": float(reserve)}
    load = a_load(converts=True, **parts)
    for change, verdict in ((0, Verdict.MEETS), (-1, Verdict.FAILS)):
        for limit in limits:
            columns = an_offer(**limits | {limit: limits[limit] + change})
            columns = dataclasses.replace(columns, ratio=np.full((3, 1), hundredths / 100))
            assessment = context_window.assess(load, columns)
            assert assessment.verdicts[0] == verdict
            assert (assessment.fit[0] == Fit.NONE) == (verdict == Verdict.FAILS)


def test_chunks_and_turns_never_fit_a_negative_number_of_times():
    assessment = context_window.assess(a_load(system_tokens=50_000), an_offer(32_000))
    assert assessment.chunks_that_fit[0] == 0
    assert assessment.turns_that_fit[0] == 0


def test_a_chunk_without_tokens_fits_no_countable_number_of_times():
    assessment = context_window.assess(a_load(chunk_tokens=0, turn_tokens=0), an_offer(32_000))
    assert math.isnan(assessment.chunks_that_fit[0])
    assert math.isnan(assessment.turns_that_fit[0])
    assert assessment.fits_share[0] == 1


def test_an_empty_prompt_fits():
    assert context_window.assess(a_load(system_tokens=0, chunks=0, turn_tokens=0), an_offer(32_000)).fits_share[0] == 1


def test_the_cliff_comes_with_the_first_turn_above_the_threshold():
    # 6,000 before the turns: turn 1,064 makes 272,000, which is not above the threshold, 1,065 is.
    columns = an_offer(1_000_000, threshold_tokens=272_000.0)
    assessment = context_window.assess(a_load(), columns)
    assert assessment.turns_to_cliff[0] == 1_065
    assert "From turn 1,065 on the prompt is above 272k tokens and all of it costs more." in said(assessment)
    assert "From turn" in said(assessment) and "in 100" not in said(assessment)
    assert context_window.assess(a_load(system_tokens=300_000), columns).turns_to_cliff[0] == 1
    assert context_window.assess(a_load(), an_offer(1_000_000)).turns_to_cliff[0] == math.inf
    assert context_window.assess(a_load(turn_tokens=0), columns).turns_to_cliff[0] == math.inf


def test_of_prompts_that_differ_in_length_only_the_long_ones_are_said_to_be_above_the_cliff():
    columns = an_offer(1_000_000, threshold_tokens=272_000.0)
    assessment = context_window.assess(a_load(input_sigma=0.5), columns)
    turn = f"{assessment.turns_to_cliff[0]:,.0f}"
    assert f"From turn {turn} on more than 1 prompt in 100 is above 272k tokens and all of such a prompt costs more." in said(assessment)


def test_a_cliff_that_only_the_dear_end_of_the_tokenizers_range_reaches_is_said_as_possible():
    # 1.6 tokens each: 170,000 of the user's; 6,000 before the turns, so that turn 656 makes 170,000 and 657 more.
    columns = an_offer(1_000_000, threshold_tokens=272_000.0)
    assert "From turn 657 on the prompt may be above 272k tokens" in said(context_window.assess(a_load(converts=True), columns))


def test_the_parts_add_up_to_the_window():
    parts = context_window.assess(a_load(reasoning_mean=500, tools_tokens=300), an_offer(32_000)).parts
    assert {name: float(part[0]) for name, part in parts.items()} == {
        "system": 1_000,
        "tools": 300,
        "chunks": 5_000,
        "history": 750,
        "user": 250,
        "reserve": 2_000,
        "reasoning": 500,
        "free": 22_200,
    }
    assert sum(part[0] for part in parts.values()) == 32_000


def test_a_sweep_equals_one_assessment_after_another():
    columns, chunks = make_columns(), np.array([0.0, 200.0, 2_000.0])
    for converts in (False, True):
        load = a_load(input_sigma=0.5, converts=converts)
        swept = context_window.fits_share(load.with_(chunks=chunks[:, None]), columns)
        for row, count in enumerate(chunks):
            np.testing.assert_allclose(swept[row], context_window.assess(load.with_(chunks=count), columns).fits_share, rtol=1e-12)


LENGTHS = st.floats(1, 500_000)


@settings(max_examples=60, deadline=None)
@given(LENGTHS, st.floats(0, 500_000), st.sampled_from((0.0, 0.3, 1.5)), st.floats(1, 100_000), st.booleans())
def test_a_longer_prompt_or_reserve_never_fits_better(system, more, sigma, reserve, converts):
    columns, load = make_columns(), a_load(system_tokens=system, input_sigma=sigma, max_tokens=reserve, converts=converts)
    fits = context_window.fits_share(load, columns)
    for worse in (load.with_(system_tokens=system + more), load.with_(max_tokens=reserve + more)):
        after = context_window.fits_share(worse, columns)
        assert np.array_equal(np.isnan(after), np.isnan(fits))
        assert np.all((after <= fits + 1e-12) | np.isnan(fits))


@settings(max_examples=60, deadline=None)
@given(st.floats(5_000, 2_000_000), st.floats(1, 5_000), st.floats(0, 2_000))
def test_the_chunks_that_fit_do_fit_and_one_more_does_not(window, chunk, system):
    columns, load = an_offer(window), a_load(chunk_tokens=chunk, system_tokens=system)
    count = float(context_window.assess(load, columns).chunks_that_fit[0])
    assert context_window.fits_share(load.with_(chunks=max(count - 1e-6, 0)), columns)[0] == (1 if window >= 3_000 + system else 0)
    assert context_window.fits_share(load.with_(chunks=count + 1 + 1e-6), columns)[0] == 0


@settings(max_examples=60, deadline=None)
@given(LENGTHS, st.floats(0, 1.5))
def test_the_range_of_the_share_holds_the_likely_value(system, sigma):
    assessment = context_window.assess(a_load(system_tokens=system, input_sigma=sigma, converts=True), make_columns())
    known = ~np.isnan(assessment.fits_share)
    assert known.tolist() == [True, True, True, True, False]
    assert np.all(assessment.fits_share_low[known] <= assessment.fits_share[known])
    assert np.all(assessment.fits_share[known] <= assessment.fits_share_high[known])
