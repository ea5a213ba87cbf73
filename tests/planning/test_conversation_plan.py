"""Cutting a history: what is paid is worked out turn by turn from the price sheet, the loss of the cache included."""

import dataclasses
import math

import numpy as np
import pytest
from axes.builders import NAN, make_columns, make_load
from axes.rich import CACHED, CLIFF, IMPLICIT
from axes.test_context_window import an_offer
from hypothesis import given, settings
from hypothesis import strategies as st
from report.studies import made

from framework.axes.caching import hit_rates
from framework.axes.cost import monthly_usd
from framework.axes.latency import fine_attainment
from framework.axes.turns import turn_prompt, turns_until_overflow
from framework.planning.conversation_plan import conversation_plan, expected_read, steps, summarised, trimmed, turns_in_time
from framework.plans import History
from framework.workload import Workload

MONTH = 30
COLUMNS = make_columns()
HISTORY = History(kept_turns=2, summary_tokens=400)


def talk(turns, **fields):
    """One conversation a day of S = 3,000, U = 150, O = 350, of which every turn finds the one before."""
    common = {"system_tokens": 3_000.0, "user_tokens": 150.0, "output_mean": 350.0, "hit_rate": 1.0, "requests_per_day": float(turns)}
    return make_load(converses=True, conversation_turns=turns, **common | fields)


def micro(cut, load, every, history=HISTORY, offer=CACHED):
    """Millionths of a dollar that one conversation costs when it is cut every so many turns."""
    uncut = monthly_usd(load, COLUMNS)
    found = cut(load, COLUMNS, np.array([float(every)]), history, uncut)
    return float(found.usd[0, offer]) / MONTH * 1e6


def test_a_summary_after_two_of_four_turns_by_hand():
    # Acme Cached: 2 in, 0.20 read, 2.50 written, 10 out. Prompts 3,150 and 3,650, then 3,550 and 4,050 after a summary of 400.
    written = (3_150 + 500) + (3_550 + 500)  # after the summary the history is written anew
    read = 3_150 + 3_550
    # The call for the summary sends 4,150: it reads 3,650 and pays input for the reply and the request of 500.
    summary = 3_650 * 0.20 + 500 * 2 + 400 * 10
    assert micro(summarised, talk(4), 2) == pytest.approx(written * 2.50 + read * 0.20 + 4 * 350 * 10 + summary)


def test_the_pieces_in_the_middle_and_the_turns_left_over_are_paid_too():
    # Five turns, cut after two and after four: a last prompt of 3,550, and a second summary of a history that begins with the first.
    turns = (3_650 + 4_050 + 3_550) * 2.50 + (3_150 + 3_550) * 0.20 + 5 * 350 * 10
    summaries = (3_650 * 0.20 + 500 * 2 + 400 * 10) + (4_050 * 0.20 + 500 * 2 + 400 * 10)
    assert micro(summarised, talk(5), 2) == pytest.approx(turns + summaries)


def test_trimming_to_the_newest_two_turns_by_hand():
    # Prompts 3,150, 3,650, 4,150; then the newest two turns of 500 each stay: 4,150, all of it written anew.
    assert micro(trimmed, talk(4), 3) == pytest.approx((4_150 + 4_150) * 2.50 + (3_150 + 3_650) * 0.20 + 4 * 350 * 10)


def test_what_was_shared_before_is_found_after_a_cut():
    # The system prompt of 3,000 is shared by all conversations and found: only what follows it is written.
    written = (150 + 500) + (550 + 500)
    read = (3_000 + 3_150) + (3_000 + 3_550)
    summary = 3_650 * 0.20 + 500 * 2 + 400 * 10
    expected = written * 2.50 + read * 0.20 + 4 * 350 * 10 + summary
    assert micro(summarised, talk(4, prefix_tokens=3_000.0), 2) == pytest.approx(expected)


def test_a_summary_is_not_shared_however_long_the_prefix_was_said_to_be():
    assert micro(summarised, talk(4, prefix_tokens=9_000.0), 2) == pytest.approx(
        # The first prompts of 3,150 are shared whole; after the cut only the 3,000 that were shared before it.
        (0 + 500 + 550 + 500) * 2.50 + (3_150 + 3_150 + 3_000 + 3_550) * 0.20 + 4 * 350 * 10 + 3_650 * 0.20 + 500 * 2 + 400 * 10
    )


def test_without_a_cached_history_every_token_pays_the_input_price():
    sent = 3_150 + 3_650 + 3_550 + 4_050
    assert micro(summarised, talk(4, caches_history=False), 2) == pytest.approx(sent * 2 + 4 * 350 * 10 + 4_150 * 2 + 400 * 10)


def test_a_summary_of_a_history_beyond_the_cliff_pays_the_long_price():
    # Bravo: 4/20, above 272,000 tokens 8/30. The request for the summary has 272,150 tokens, the last prompt 272,050.
    load = talk(4, system_tokens=271_000.0, caches_history=False)
    turns = (271_150 + 271_650 + 271_550) * 4 + 3 * 350 * 20 + 272_050 * 8 + 350 * 30
    assert micro(summarised, load, 2, offer=CLIFF) == pytest.approx(turns + 272_150 * 8 + 400 * 30)


def test_tools_are_paid_by_the_turn_and_not_by_the_summary():
    columns = make_columns(tool_usd=np.full((3, 5), 0.01))
    load = talk(4, web_searches=1.0)
    found, without = (
        summarised(each, columns, np.array([2.0]), HISTORY, monthly_usd(each, columns)).usd[0, CACHED] for each in (load, talk(4))
    )
    assert (found - without) / MONTH == pytest.approx(4 * 0.01)


@settings(max_examples=25, deadline=None)
@given(st.integers(3, 60), st.floats(0, 1), st.integers(1, 3_000), st.sampled_from([True, False]))
def test_the_cheapest_cut_is_named_with_what_it_saves(turns, hit_rate, length, cached):
    load = talk(turns, hit_rate=hit_rate, caches_history=cached)
    uncut, history = monthly_usd(load, COLUMNS), History(kept_turns=1, summary_tokens=length)
    for cut in (trimmed, summarised):
        found = cut(load, COLUMNS, steps(turns), history, uncut)
        for offer in range(3):
            known = ~np.isnan(found.usd[:, offer])
            assert found.best_usd[offer] == pytest.approx(found.usd[known, offer].min())
            assert found.saved_usd[offer] == pytest.approx(uncut[offer] - found.best_usd[offer])
            assert found.usd[list(found.every).index(found.best[offer]), offer] == found.best_usd[offer]


def test_trimming_needs_more_turns_than_it_keeps():
    found = trimmed(talk(6), COLUMNS, steps(6), History(kept_turns=2), monthly_usd(talk(6), COLUMNS))
    assert np.isnan(found.usd[:2, CACHED]).all() and not np.isnan(found.usd[2:, CACHED]).any()


def test_a_long_uncached_conversation_is_cheaper_with_summaries_and_a_short_cached_one_is_not():
    for turns, cached, saves in ((60, False, True), (3, True, False)):
        load = talk(turns, caches_history=cached)
        found = summarised(load, COLUMNS, steps(turns), HISTORY, monthly_usd(load, COLUMNS))
        assert (found.saved_usd[CACHED] > 0) == saves


def test_cuts_that_do_not_fit_either_are_not_offered():
    # After a summary of 400 the k-th prompt is 3,400 + 150 + (k - 1) x 500, and the request for the next has 500 more.
    load = talk(10, max_tokens=1_000.0)
    offer = dataclasses.replace(an_offer(6_050), ids=("acme/cached",))
    found = summarised(load, offer, steps(10), HISTORY, monthly_usd(load, offer))
    assert [bool(np.isnan(usd)) for usd in found.usd[:4, 0]] == [False, False, False, True]  # 3 turns: 4,550 + 500 + 1,000
    tight = dataclasses.replace(offer, window_tokens=np.array([4_000.0]), max_input_tokens=np.array([NAN]))
    nothing = summarised(load, tight, steps(10), HISTORY, monthly_usd(load, tight))
    assert math.isnan(nothing.best[0]) and math.isnan(nothing.saved_usd[0])


def test_a_cut_near_the_end_needs_room_only_for_the_turns_that_are_left():
    # Uncut prompts: 3,150 to 7,650 in ten turns. Trimmed to two after eight: the eighth has 6,650, then two turns from 4,150 on: 4,650.
    load, history = talk(10, max_tokens=1_000.0), History(kept_turns=2, summary_tokens=400)
    for window, fits in ((7_650.0, True), (7_649.0, False)):
        offer = dataclasses.replace(an_offer(window), ids=("acme/cached",))
        found = trimmed(load, offer, np.array([8.0]), history, monthly_usd(load, offer))
        assert np.isfinite(found.usd[0, 0]) == fits
    # Cut after four, and so twice: the second piece runs its four turns from 4,150 to 5,650 before it is cut again.
    for window, fits in ((6_650.0, True), (6_649.0, False)):
        offer = dataclasses.replace(an_offer(window), ids=("acme/cached",))
        found = trimmed(load, offer, np.array([4.0]), history, monthly_usd(load, offer))
        assert np.isfinite(found.usd[0, 0]) == fits
    # A summary after eight is asked for with the ninth prompt of 7,150.
    for window, fits in ((8_150.0, True), (8_149.0, False)):
        offer = dataclasses.replace(an_offer(window), ids=("acme/cached",))
        found = summarised(load, offer, np.array([8.0]), history, monthly_usd(load, offer))
        assert np.isfinite(found.usd[0, 0]) == fits


def test_every_k_below_the_turns_is_tried():
    assert steps(2).tolist() == [1]
    assert steps(1_000).tolist() == list(range(1, 1_000))


def test_the_cheapest_of_hundreds_of_cuts_is_the_cheapest():
    load = talk(500, caches_history=False, system_tokens=60_000.0)
    found = trimmed(load, COLUMNS, steps(500), History(kept_turns=0), monthly_usd(load, COLUMNS))
    # Nothing is cached and nothing kept: the shorter the pieces, the less is sent.
    assert found.best[CACHED] == 1
    dear = summarised(load, COLUMNS, steps(500), HISTORY, monthly_usd(load, COLUMNS))
    by_hand = [_summarised_by_hand(load, k) for k in range(1, 500)]
    assert dear.best[CACHED] == 1 + int(np.argmin(by_hand))
    assert dear.best_usd[CACHED] / MONTH * 1e6 == pytest.approx(min(by_hand))


def _summarised_by_hand(load, k, length=400):
    """Turn by turn, nothing cached: 2 in and 10 out a million tokens."""
    turns, usd, kept, in_piece = int(load.conversation_turns), 0.0, 0.0, 0
    for _ in range(turns):
        if in_piece == k:
            usd += 2 * (load.system_tokens + kept + 150 + k * 500) + 10 * length
            kept, in_piece = length, 0
        usd += 2 * (load.system_tokens + kept + 150 + in_piece * 500) + 10 * 350
        in_piece += 1
    return usd


def test_a_turn_reads_the_turn_before_or_the_shared_prefix():
    load = talk(10, prefix_tokens=2_000.0, hit_rate=0.5)
    rates = hit_rates(load, COLUMNS)
    # Acme Cached: half find the 3,150 of the turn before, half of the others the 2,000 that are shared.
    assert expected_read(load, COLUMNS, rates, 2)[CACHED] == pytest.approx(0.5 * 3_150 + 0.25 * 2_000)
    assert expected_read(load, COLUMNS, rates, 1)[CACHED] == pytest.approx(0.5 * 2_000)
    # Too short for its cache: minimum 1,024 tokens of its own, 1.0 of the user's.
    short = talk(10, system_tokens=100.0, user_tokens=50.0, output_mean=50.0)
    assert expected_read(short, COLUMNS, hit_rates(short, COLUMNS), 2)[CACHED] == 0
    assert expected_read(load, COLUMNS, rates, 2)[0] == 0  # Acme Plain caches nothing
    assert expected_read(load, COLUMNS, rates, 2)[IMPLICIT] > 0


def test_the_last_turn_in_time_is_in_time_and_the_next_is_not():
    load = talk(10, hit_rate=0.0, ttft_budget_s=2.0, response_budget_s=60.0, percentile_share=0.8)
    rates = hit_rates(load, COLUMNS)
    turns = turns_in_time(load, COLUMNS, rates, most=turns_until_overflow(load, COLUMNS))
    assert math.isnan(turns[4])
    reached = [offer for offer in range(4) if 0 < turns[offer] < np.inf]
    assert reached
    for offer in reached:
        for turn, fine in ((turns[offer], True), (turns[offer] + 1, False)):
            alone = load.with_(converses=False, input_mean=turn_prompt(load, turn), input_sigma=0.0)
            cached = expected_read(load, COLUMNS, rates, turn)
            assert (fine_attainment(alone, COLUMNS, cached_tokens=cached)[offer] >= 0.8 - 1e-9) == fine


def test_a_budget_missed_at_once_leaves_no_turn_and_one_never_missed_has_no_end():
    hurried, patient = (talk(10, ttft_budget_s=s, response_budget_s=s, percentile_share=0.5) for s in (0.001, 86_400.0))
    fit = turns_until_overflow(patient, COLUMNS)
    assert turns_in_time(hurried, COLUMNS, hit_rates(hurried, COLUMNS), most=fit)[0] == 0
    assert turns_in_time(patient, COLUMNS, hit_rates(patient, COLUMNS), most=fit)[0] == np.inf


def test_turns_in_time_are_counted_as_far_as_the_window_goes():
    # 20 tokens a turn: some 50,000 turns fit a million tokens.
    columns = make_columns(window_tokens=np.full(5, 1e6), max_input_tokens=np.full(5, NAN))
    load = talk(10, user_tokens=10.0, output_mean=10.0, hit_rate=0.0, ttft_budget_s=10.0, response_budget_s=600.0, percentile_share=0.5)
    rates, fit = hit_rates(load, columns), turns_until_overflow(load, columns)
    turns = turns_in_time(load, columns, rates, most=fit)
    assert np.all(fit > 49_000)
    late = np.flatnonzero(np.isfinite(turns) & (turns > 4_000))
    assert late.size
    for offer in late:
        for turn, fine in ((turns[offer], True), (turns[offer] + 1, False)):
            alone = load.with_(converses=False, input_mean=turn_prompt(load, turn), input_sigma=0.0)
            share = fine_attainment(alone, columns, cached_tokens=expected_read(load, columns, rates, turn))
            assert (share[offer] >= 0.5 - 1e-9) == fine


def test_calls_that_stand_alone_have_a_reach_and_nothing_to_cut():
    study = made(deep=False)
    plan = conversation_plan(study, [0, 1])
    assert plan.turns is None and plan.trimmed is None and plan.summarised is None
    assert np.isnan(plan.uncut_usd).all() and not np.isnan(plan.reach.overflow).all()


def test_the_uncut_bill_is_the_studys():
    study = made(deep=False, conversation={"turns": 8, "user_tokens": 100, "pause_s": 30})
    places = list(range(len(study.columns)))
    plan = conversation_plan(study, places)
    np.testing.assert_allclose(plan.uncut_usd, study.assessments.cost.expected_usd, rtol=1e-12)
    assert plan.turns == 8 and plan.summarised.every.tolist() == [1, 2, 3, 4, 5, 6, 7]


def test_the_parts_of_a_plan_change_no_answer():
    before, after = made(deep=False), made(deep=False, history={"kept_turns": 7, "summary_tokens": 9}, retrieval={"documents": 5})
    for axis in ("cost", "context_window"):
        name = "expected_usd" if axis == "cost" else "fits_share"
        np.testing.assert_array_equal(getattr(getattr(before.assessments, axis), name), getattr(getattr(after.assessments, axis), name))
    assert Workload().history == History()
