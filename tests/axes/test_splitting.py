"""One long prompt or several short ones: both are priced by hand, and the reply at which they are level."""

import numpy as np
import pytest
from axes.builders import make_columns, make_load, make_prices
from axes.rich import CLIFF, PLAIN

from framework.axes.splitting import splitting

COLUMNS = make_columns()


def long_prompt(**fields: float) -> object:
    """A prompt of 400,000 tokens of which 20,000 are shared, with 1,000 of reply: bravo, cliff at 272,000."""
    return make_load(**{"input_mean": 400_000.0, "output_mean": 1_000.0, "system_tokens": 20_000.0} | fields)


def test_a_prompt_above_the_cliff_by_hand() -> None:
    found = splitting(long_prompt(), COLUMNS, CLIFF)
    # Two pieces of (400,000 - 20,000) / 2 + 20,000 = 210,000 tokens. Whole: 8 in, 30 out. Split: 4 in, 20 out, two replies.
    assert found is not None and (found.prompt_tokens, found.pieces) == pytest.approx((400_000, 2))
    assert found.whole_usd == pytest.approx((400_000 * 8 + 1_000 * 30) / 1e6)
    assert found.split_usd == pytest.approx((420_000 * 4 + 2 * 1_000 * 20) / 1e6)
    # 3.2 - 1.68 = 1.52 saved on the prompt; each token of reply costs 2 x 20 - 30 = 10 more.
    assert found.reply_tokens == pytest.approx(152_000)


def test_at_the_break_even_reply_both_cost_the_same() -> None:
    found = splitting(long_prompt(output_mean=152_000.0), COLUMNS, CLIFF)
    assert found is not None and found.whole_usd == pytest.approx(found.split_usd)


def test_thinking_is_reply_that_every_piece_pays() -> None:
    found = splitting(long_prompt(reasoning_mean=500.0), COLUMNS, CLIFF)
    assert found is not None and found.whole_usd == pytest.approx((400_000 * 8 + 1_500 * 30) / 1e6)
    assert found.split_usd == pytest.approx((420_000 * 4 + 2 * 1_500 * 20) / 1e6)


@pytest.mark.parametrize(("prompt", "pieces"), [(272_001, 2), (523_999, 2), (524_000, 2), (524_001, 3), (776_000, 3), (776_001, 4)])
def test_a_piece_holds_up_to_the_threshold(prompt: int, pieces: int) -> None:
    # 252,000 new tokens a piece beside the 20,000 that are shared.
    found = splitting(long_prompt(input_mean=float(prompt)), COLUMNS, CLIFF)
    assert found is not None and found.pieces == pieces


@pytest.mark.parametrize(
    "fields", [{"input_mean": 272_000.0}, {"input_mean": 1_000.0}, {"system_tokens": 272_000.0}, {"prefix_tokens": 3e5}]
)
def test_there_is_nothing_to_split_below_the_cliff_or_where_what_is_shared_fills_it(fields: dict[str, float]) -> None:
    assert splitting(long_prompt(**fields), COLUMNS, CLIFF) is None
    assert splitting(long_prompt(), COLUMNS, PLAIN) is None


def test_where_a_long_reply_costs_more_than_two_short_ones_splitting_always_pays() -> None:
    mtok = make_prices().mtok.copy()
    mtok[0, 1, 6, CLIFF] = 40.0
    found = splitting(long_prompt(), make_columns(mtok=mtok), CLIFF)
    assert found is not None and found.reply_tokens == np.inf


def test_where_sharing_costs_more_than_the_surcharge_splitting_never_pays() -> None:
    # Long prompts at 4.10: 1.64 for the whole, 4 x 420,000 = 1.68 for the pieces.
    mtok = make_prices().mtok.copy()
    mtok[0, 1, 0, CLIFF] = 4.1
    found = splitting(long_prompt(), make_columns(mtok=mtok), CLIFF)
    assert found is not None and found.reply_tokens < 0


def test_lengths_are_the_models_own_tokens_and_those_of_the_prompts_above_the_cliff() -> None:
    ratio = np.full((3, 5), 1.25)
    found = splitting(long_prompt(input_mean=320_000.0, converts=True), make_columns(ratio=ratio), CLIFF)
    assert found is not None and found.prompt_tokens == pytest.approx(400_000)
    assert found.whole_usd == pytest.approx((400_000 * 8 + 1_250 * 30) / 1e6)
    spread = splitting(long_prompt(input_mean=200_000.0, input_sigma=0.5), COLUMNS, CLIFF)
    assert spread is not None and spread.prompt_tokens > 272_000
