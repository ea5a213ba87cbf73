import math

import pytest

from framework.axes.tier_reach import Stop, stopped, weeks_until


def test_a_spend_is_reached_within_a_month_in_proportion():
    # $500 of $1,000 a month: 15 days.
    assert weeks_until(500, month_usd=1_000, growth=0) == pytest.approx(15 / 7)


def test_growth_brings_it_nearer():
    # $1,000, then $2,000: of 2,000 the second month pays half, 45 days; without growth it takes 60.
    assert weeks_until(2_000, month_usd=1_000, growth=1) == pytest.approx(45 / 7)
    assert weeks_until(2_000, month_usd=1_000, growth=0) == pytest.approx(60 / 7)


def test_what_is_not_reached_in_five_years_is_never_and_what_is_not_known_is_not_known():
    # 60 months of $10.
    assert weeks_until(600, month_usd=10, growth=0) == pytest.approx(1_800 / 7)
    assert weeks_until(601, month_usd=10, growth=0) == math.inf
    assert math.isnan(weeks_until(math.nan, month_usd=10, growth=0))
    assert math.isnan(weeks_until(5, month_usd=math.nan, growth=0))
    assert weeks_until(0, month_usd=0, growth=0) == 0


def test_a_cap_stops_everything_on_the_day_on_which_it_is_spent():
    # $100 a day: $1,000 are spent with the end of the tenth day, the eleventh finds nothing.
    assert stopped(1_000, month_usd=3_000, growth=0) == Stop(1, 11, 3_000)


def test_a_cap_that_growth_breaks_names_the_month():
    # 1,000, 1,500, 2,250: the third month is above 2,000, at 2,000/75 days.
    assert stopped(2_000, month_usd=1_000, growth=0.5) == Stop(3, 27, 2_250)


def test_a_cap_that_holds_or_is_not_known_stops_nothing():
    assert stopped(1_000, month_usd=1_000, growth=0) is None
    assert stopped(math.nan, month_usd=1_000, growth=0) is None
    assert stopped(math.inf, month_usd=1_000, growth=0) is None
    assert stopped(1_000, month_usd=math.nan, growth=0) is None
