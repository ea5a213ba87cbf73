"""The least change that is enough, on an offer whose times hardly spread, so that the answer is a division."""

import numpy as np
import pytest
from axes.test_latency import load, one

from framework.axes.latency_search import InTime, Search, down, shares, up

# 1 s to the first token whatever the prompt, then 100 tokens a second, with next to no spread.
SHARP = {"s": 1e-3, "tps_sigma": 1e-6}


def search(asked: float = 0.9, **fields: float) -> Search:
    base = load(streaming=False, **fields)
    return Search(lambda tokens: base.with_(output_mean=tokens), one(**SHARP), asked)


def test_replies_may_take_what_the_first_token_leaves() -> None:
    found = search(response_budget_s=3.0).least(1_000.0, 10.0)
    assert found == pytest.approx(200, rel=0.03) and found <= 200
    assert search(response_budget_s=3.0).at(found).low >= 0.9 > search(response_budget_s=3.0).at(found * 1.03).low


def test_no_length_is_enough_where_the_first_token_alone_is_late() -> None:
    assert search(response_budget_s=0.9).least(1_000.0, 10.0) is None


def test_what_is_enough_already_needs_no_change() -> None:
    assert search(response_budget_s=30.0).least(1_000.0, 10.0) == pytest.approx(1_000)


def test_where_the_low_end_of_the_band_cannot_make_it_the_likely_figure_is_taken() -> None:
    base = load(streaming=False, response_budget_s=3.0)
    # The median may have moved by a factor e: the low end alone takes 2.72 s of the 3 for the first token, at a share of 0.9 none is left.
    wide = Search(lambda tokens: base.with_(output_mean=tokens), one(**{**SHARP, "stale_sigma": 1.2}), 0.6)
    found = wide.least(1_000.0, 10.0)
    assert found is not None
    assert wide.at(found).low < 0.6 <= wide.at(found).likely


def test_one_row_per_load_with_band() -> None:
    found = shares(load(response_budget_s=np.array([[1.0], [5.0]]), streaming=False), one(**SHARP, stale_sigma=0.1))
    assert [row.likely for row in found] == pytest.approx([0.0, 1.0], abs=0.02)
    assert all(row.low <= row.likely <= row.high for row in found)


def test_better_means_by_more_than_rounding_at_the_low_end_first() -> None:
    assert InTime(0.5, 0.6, 0.7).more_than(InTime(0.4, 0.9, 0.9))
    assert InTime(0.5, 0.7, 0.7).more_than(InTime(0.5, 0.6, 0.9))
    assert not InTime(0.5, 0.602, 0.7).more_than(InTime(0.5, 0.6, 0.7))


@pytest.mark.parametrize(("tokens", "lower", "upper"), [(187.4, 180, 190), (27_001, 27_000, 28_000), (42.5, 42, 43), (0.4, 0, 1)])
def test_amounts_are_told_in_two_figures_on_the_side_that_is_enough(tokens: float, lower: float, upper: float) -> None:
    assert (down(tokens), up(tokens)) == (lower, upper)
