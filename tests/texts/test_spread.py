"""Counted lengths as fields of the workload."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from framework.texts.corpus import _counts
from framework.texts.spread import spread_of
from framework.token_counts import Tokens
from framework.workload import Workload


def of(*lengths: int):
    return spread_of(_counts(np.array(lengths)))


def test_lengths_that_lie_close_are_entered_by_mean_and_95th_percentile():
    # 1 to 20: mean 10.5, rounded to even, and the 19th of them.
    spread = of(*range(1, 21))
    assert spread.fields("tokens.input") == {"tokens.input_mean": 10, "tokens.input_p50": None, "tokens.input_p95": 19}
    assert spread.words == "mean 10, p95 19" and not spread.told


def test_one_document_is_a_mean_without_a_spread():
    assert of(7).fields("tokens.output") == {"tokens.output_mean": 7, "tokens.output_p50": None, "tokens.output_p95": None}
    assert of(7).words == "mean 7"


def test_lengths_wider_than_a_mean_allows_are_entered_by_median_and_95th_percentile():
    # Mean (70 x 100 + 20 x 150 + 10 x 1,000) / 100 = 200 and p95 1,000, five times it. From 100 and 1,000: sigma = ln 10 / 1.6449 = 1.3999,
    # and the mean that follows is 100 exp(1.3999^2 / 2) = 266.4.
    spread = of(*[100] * 70, *[150] * 20, *[1_000] * 10)
    assert (spread.p50, spread.p95) == (100, 1_000) and spread.mean == pytest.approx(266.4, abs=0.1)
    assert spread.words == "median 100, p95 1,000"
    assert "their mean (200) and 95th percentile (1,000)" in spread.told and "the mean that follows is 266" in spread.told


def test_a_median_from_which_another_mean_follows_gives_way_to_the_mean():
    # Mean (90 + 10 x 1,000) / 100 = 100.9; from 1 and 1,000 the mean that follows is 6,770. The widest p95 of a mean of 101 is 390.67.
    spread = of(*[1] * 90, *[1_000] * 10)
    assert (spread.mean, spread.p50, spread.p95) == (101, None, 390) and "the widest spread that it allows" in spread.told


def test_a_few_giants_are_entered_by_the_mean_alone():
    spread = of(*[1] * 99, 1_000)
    assert (spread.mean, spread.p50, spread.p95) == (11, None, None) and "95 % of them are shorter than the mean" in spread.told


@given(st.lists(st.integers(0, 1_000_000), min_size=2, max_size=60).filter(any))
def test_whatever_was_counted_makes_a_workload(lengths):
    spread = of(*lengths)
    fields = {name.removeprefix("tokens."): value for name, value in spread.fields("tokens.input").items()}
    workload = Workload(tokens=Tokens(**fields))
    assert workload.tokens.input_mean == pytest.approx(spread.mean)
    if len(lengths) > 1:
        assert spread.mean <= 1.5 * max(1, np.mean(lengths) + 1) and spread.mean >= np.mean(lengths) / 1.5 - 1
