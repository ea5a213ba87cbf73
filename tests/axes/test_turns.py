"""How far a conversation goes; the turn at each limit is worked out by hand."""

import math

import numpy as np
from axes.builders import NAN, make_load
from axes.test_context_window import an_offer
from hypothesis import given
from hypothesis import strategies as st

from framework.axes.turns import turn_prompt, turns_until_cliff, turns_until_overflow, turns_within


def talk(**fields):
    """S = 3,000, U = 150, O = 350: prompts of 3,150, 3,650, 4,150, ..."""
    common = {"system_tokens": 3_000.0, "user_tokens": 150.0, "output_mean": 350.0, "max_tokens": 1_000.0}
    return make_load(converses=True, conversation_turns=2, **common | fields)


def test_every_turn_sends_all_before_it_again():
    assert turn_prompt(talk(), np.array([1, 2, 3])).tolist() == [3_150, 3_650, 4_150]
    assert turn_prompt(talk(tools_tokens=200.0), 1) == 3_350


def test_the_last_turn_that_fits_fills_the_window_to_the_token():
    # 4,150 of prompt and 1,000 in reserve make 5,150.
    assert turns_until_overflow(talk(), an_offer(5_150))[0] == 3
    assert turns_until_overflow(talk(), an_offer(5_149))[0] == 2
    assert turns_until_overflow(talk(), an_offer(4_149))[0] == 0
    assert math.isnan(turns_until_overflow(talk(), an_offer(NAN))[0])


def test_the_largest_input_ends_a_conversation_before_the_window_does():
    assert turns_until_overflow(talk(), an_offer(1_000_000, 3_650))[0] == 2


def test_a_prompt_of_exactly_the_threshold_is_still_at_the_base_price():
    assert turns_until_cliff(talk(), an_offer(1_000_000, threshold_tokens=3_650.0))[0] == 2
    assert turns_until_cliff(talk(), an_offer(1_000_000, threshold_tokens=3_649.0))[0] == 1
    assert turns_until_cliff(talk(), an_offer(1_000_000))[0] == math.inf


def test_limits_are_the_models_own_and_turns_the_users():
    # 1.6 tokens each at the dear end: prompts of 5,040 and 5,840, a reserve of 1,600.
    load = talk(converts=True)
    assert turns_until_overflow(load, an_offer(7_440))[0] == 2
    assert turns_until_overflow(load, an_offer(7_439))[0] == 1
    assert turns_until_cliff(load, an_offer(1e6, threshold_tokens=5_840.0))[0] == 2
    assert turns_until_cliff(load, an_offer(1e6, threshold_tokens=5_839.0))[0] == 1


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_more_room_never_holds_fewer_turns_and_the_next_turn_does_not_fit(tokens, more):
    load = talk()
    turns = float(turns_within(load, tokens))
    assert float(turns_within(load, tokens + more)) >= turns
    assert turns == 0 or turn_prompt(load, turns) <= tokens + 1e-3
    assert turn_prompt(load, turns + 1) > tokens - 1e-3
