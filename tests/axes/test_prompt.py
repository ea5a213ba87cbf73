"""How prompts fall apart at a price cliff, exactly at its edge."""

import numpy as np
import pytest
from axes.builders import make_load
from hypothesis import example, given
from hypothesis import strategies as st

from framework.axes.prompt import parts_of

NO_MINIMUM = np.zeros(1)


@example(81, 154)
@given(st.integers(80, 200), st.integers(1, 8_000))
def test_a_prompt_of_exactly_the_threshold_is_short_whatever_the_tokenizer(hundredths, prompt):
    """The threshold is the model's own; divided by a ratio such as 1.14 it may come out a hair below the prompt."""
    prompt *= 100
    threshold, ratio = float(prompt * hundredths // 100), hundredths / 100
    load = make_load(input_mean=float(prompt), input_sigma=0.0)
    assert parts_of(load, np.array([threshold / ratio]), NO_MINIMUM).long_share[0] == 0
    assert parts_of(load, np.array([(threshold - 1) / ratio]), NO_MINIMUM).long_share[0] == 1


@example(134, 20, 1)
@given(st.integers(80, 200), st.integers(20, 8_000), st.integers(1, 19))
def test_a_turn_of_exactly_the_threshold_is_short_whatever_the_tokenizer(hundredths, first, turn):
    # Prompts first, first + 500, ...: the turn's is exactly the threshold, so it and those before it are short.
    first *= 100
    load = make_load(converses=True, conversation_turns=20, system_tokens=first - 150.0, user_tokens=150.0, output_mean=350.0)
    threshold = float((first + (turn - 1) * 500) * hundredths // 100)
    found = parts_of(load, np.array([threshold / (hundredths / 100)]), NO_MINIMUM).long_share[0]
    assert found == pytest.approx((20 - turn) / 20)


@example(134, 20)
@given(st.integers(80, 200), st.integers(20, 8_000))
def test_a_first_turn_of_exactly_the_least_that_is_cached_is_cached(hundredths, first):
    first *= 100
    load = make_load(converses=True, conversation_turns=1, system_tokens=first - 150.0, user_tokens=150.0, output_mean=350.0)
    minimum, ratio, never = float(first * hundredths // 100), hundredths / 100, np.array([np.inf])
    assert parts_of(load, never, np.array([minimum / ratio])).cacheable[0] == pytest.approx(first)
    assert parts_of(load, never, np.array([(minimum + 1) / ratio])).cacheable[0] == 0
