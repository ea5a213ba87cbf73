import math

import pytest

from framework import wording
from framework.axes.day_figures import LIMITED
from framework.axes.demand import DIMENSIONS
from framework.vocabulary import LIMIT_WORDS


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "$0.00"),
        (0.0031, "$0.0031"),
        (0.00001234, "$1.23e-05"),
        (0.5, "$0.5"),
        (12.4, "$12.40"),
        (999.4, "$999.40"),
        (999.6, "$1,000"),
        (1976.4, "$1,976"),
        (-3.5, "-$3.50"),
        (math.nan, "unknown"),
        (None, "unknown"),
        (math.inf, "no cap"),
    ],
)
def test_money(value, text):
    assert wording.usd(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (950, "950"), (12_400, "12.4k"), (999_999, "1M"), (1_050_000, "1.05M"), (math.nan, "unknown")]
)
def test_tokens(value, text):
    assert wording.tokens(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.05, "50 ms"),
        (0.85, "850 ms"),
        (0.9999, "1.0 s"),
        (1.94, "1.9 s"),
        (130, "2 min 10 s"),
        (119.6, "2 min 0 s"),
        (math.nan, "unknown"),
    ],
)
def test_times(value, text):
    assert wording.seconds(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0 %"),
        (1, "100 %"),
        (0.73, "73 %"),
        (0.994, "99.4 %"),
        (0.0005, "< 0.1 %"),
        (0.9999, "> 99.9 %"),
        (0.02, "2 %"),
        (math.nan, "unknown"),
    ],
)
def test_shares_are_rounded_but_never_to_certainty(value, text):
    assert wording.share(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.01, "< 5 %"), (0.07, "5 %"), (0.88, "90 %"), (0.95, "95 %"), (0.951, "> 95 %"), (math.nan, "unknown")]
)
def test_modelled_probabilities_come_in_steps_of_five_points(value, text):
    assert wording.probability(value) == text


def test_a_range_that_is_a_point_is_shown_as_a_point():
    assert wording.between("$5.00", "$5.00", "$5.00") == "$5.00"
    assert wording.between("$4.00", "$5.00", "$9.00") == "$5.00 ($4.00 to $9.00)"
    assert wording.between("95 %", "> 95 %", "> 95 %") == "> 95 % (at least 95 %)"
    assert wording.between("$5.00", "$5.00", "$9.00") == "$5.00 (up to $9.00)"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5.0, "$5.00"),
        (0.3, "$0.30"),
        (1.875, "$1.875"),
        (0.003625, "$0.003625"),
        (0.00001, "$0.00001"),
        (1234.5, "$1,234.50"),
        (0.0, "free"),
        (None, "unknown"),
        (math.nan, "unknown"),
    ],
)
def test_a_listed_price_is_exact_and_zero_is_free_while_none_is_unknown(value, text):
    assert wording.price(value) == text


def test_every_limit_has_words() -> None:
    assert set(LIMIT_WORDS) == {*DIMENSIONS, *LIMITED}


@pytest.mark.parametrize(
    ("told", "value", "above", "below"),
    [
        (wording.usd, 1_129.66, "$1,130", "$1,129"),
        (wording.usd, 999.499, "$1,000", "$999.49"),
        (wording.tokens, 15_915.6, "16k", "15.9k"),
        (wording.tokens, 452.9, "453", "452"),
        (wording.seconds, 1.754, "1.8 s", "1.7 s"),
        (wording.seconds, 0.6289, "629 ms", "628 ms"),
        (wording.count, 3.0041, "3.1", "3"),
        (wording.count, 11.4, "12", "11"),
        (wording.share, 0.35, "35 %", "35 %"),
        (wording.share, 0.4006, "41 %", "40 %"),
        (wording.share, 0.0166, "1.7 %", "1.6 %"),
        (wording.share, 0.99939, "> 99.9 %", "> 99.9 %"),
        (wording.share, 0.0, "0 %", "0 %"),
    ],
)
def test_a_threshold_is_told_by_a_figure_that_is_not_short_of_it(told, value, above, below):
    assert told(wording.not_short_of(told, value, up=True)) == above
    assert told(wording.not_short_of(told, value, up=False)) == below
