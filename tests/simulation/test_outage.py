"""Which calls an outage takes, what became of them, and a year's arithmetic."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framework.simulation.limiter import lanes_of
from framework.simulation.outage import HOUR_US, failing_a_year, failing_rows, held, hours_a_year, unserved_share, worst_window
from framework.simulation.replay import Client, replay

times = st.lists(st.integers(0, 20 * HOUR_US), min_size=1, max_size=60).map(lambda found: np.array(sorted(found), dtype=np.int64))


def at(*hours: float) -> np.ndarray:
    return np.array([round(hour * HOUR_US) for hour in hours], dtype=np.int64)


def test_the_worst_window_holds_the_most_calls_and_its_end_is_not_within():
    # From 3.0 on: 3.0, 3.5 and 4.9; the call at 5.0 comes when two hours are over. From 0 on only two, from 3.5 on four.
    window = worst_window(at(0, 1, 3.0, 3.5, 4.9, 5.0, 5.2), 2)
    assert (window.start_us, window.end_us, window.rows) == (3.5 * HOUR_US, 5.5 * HOUR_US, slice(3, 7))


def test_of_two_windows_alike_the_first_is_taken():
    assert worst_window(at(0, 0.5, 7, 7.5), 1).rows == slice(0, 2)


def test_traffic_without_calls_has_an_empty_window():
    assert len(worst_window(at(), 2)) == 0


@given(times, st.floats(0.01, 10), st.floats(1, 3))
def test_a_longer_outage_never_takes_fewer_calls(time_us, hours, longer):
    assert len(worst_window(time_us, hours * longer)) >= len(worst_window(time_us, hours))


@given(times, st.floats(0.01, 24))
def test_no_other_start_has_more_calls(time_us, hours):
    most = len(worst_window(time_us, hours))
    starts = np.concatenate([time_us, time_us - round(hours * HOUR_US) + 1, time_us - 1])
    assert all(np.count_nonzero((time_us >= start) & (time_us < start + round(hours * HOUR_US))) <= most for start in starts)


@given(times, st.floats(0.01, 1), st.floats(0.01, 1), st.integers(0, 99))
def test_a_larger_share_fails_the_same_calls_and_more(time_us, first, second, seed):
    window, luck = worst_window(time_us, 24), np.random.default_rng(seed).random(len(time_us))
    few, many = (failing_rows(window, luck, share) for share in sorted((first, second)))
    assert set(few.tolist()) <= set(many.tolist())
    assert list(few) == sorted(few) and len(many) == round(max(first, second) * len(window))


def taken(moved: list[bool], rpm: float, client: Client, max_wait_s: float = 10.0):
    """Calls at 0, 1, 2 ... seconds against so many a minute; buckets a second deep, so that one call fits."""
    n = len(moved)
    charge = np.ones((5, n), dtype=np.int64)
    lanes = lanes_of({"rpm": rpm}, charge.max(axis=1), window_s=1)
    one = replay(np.arange(n, dtype=np.int64) * 1_000_000, charge, lanes, client)
    return held(one, np.array(moved), max_wait_s=max_wait_s)


def test_calls_that_a_fallback_refuses_are_counted_among_the_moved_ones():
    # 30 a minute are one every two seconds: those at 1, 3 and 5 s are refused. Of them 3 and 5 moved, as did the one at 4 s.
    found = taken([False, False, False, True, True, True], 30, Client())
    assert (found.refused_share, found.late_share, found.delayed_share) == (2 / 3, 2 / 3, 0)
    assert found.first_s == 3 and found.binding == "rpm"
    assert found.in_time.tolist() == [False, True, False]


def test_a_call_that_waits_too_long_is_late_though_it_is_served():
    # Every second a call and every two seconds a place: they wait 0, 1, 2 ... 5 seconds; more than three is too long for the last two.
    found = taken([True] * 6, 30, Client(policy="wait"), max_wait_s=3)
    assert (found.refused_share, found.delayed_share, found.late_share) == (0, 5 / 6, 2 / 6)
    assert found.first_s == 4


def test_where_all_is_served_nothing_binds():
    found = taken([True] * 6, 60, Client())
    assert found.late_share == 0 and found.binding is None and math.isnan(found.first_s)


def test_a_year_of_incidents_in_hours():
    # 3 in 30 days of two hours each: a tenth of an incident a day, 365 * 0.1 * 2.
    assert hours_a_year(3, 2) == pytest.approx(73)
    assert hours_a_year(1_000, 24) == 8_760  # not more than a year has


def test_a_year_of_failing_calls_in_proportion_to_the_hours():
    # 87.6 hours are a hundredth of a year: of 1,000,000 calls 10,000 meet an incident, 3,000 fail at 0.3.
    assert failing_a_year(1_000_000, 87.6, 0.3) == pytest.approx(3_000)
    # A fallback that is down 1 % of the time, 30 % of the calls then, and refuses a tenth: 0.003 + 0.997 * 0.1.
    assert unserved_share(0.1, 87.6, 0.3) == pytest.approx(0.1027)
    assert failing_a_year(1_000_000, 87.6, 0.3, unserved_share(0.1, 87.6, 0.3)) == pytest.approx(308.1)


def test_what_is_not_known_stays_unknown():
    assert math.isnan(failing_a_year(1_000_000, math.nan, 0.3))
    assert math.isnan(unserved_share(0.0, math.nan, 1.0)) and math.isnan(unserved_share(math.nan, 10.0, 1.0))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 3_000_000), min_size=1, max_size=60), st.integers(1, 200), st.integers(1, 5), st.sampled_from([1, 60]))
def test_more_capacity_never_serves_fewer_of_equal_calls(gaps, rpm, more, window_s):
    time_us = np.cumsum(np.array(gaps, dtype=np.int64))
    charge = np.ones((5, len(gaps)), dtype=np.int64)
    moved = np.ones(len(gaps), dtype=bool)
    late = [
        held(
            replay(time_us, charge, lanes_of({"rpm": figure}, charge.max(axis=1), window_s=window_s), Client()), moved, max_wait_s=1
        ).late_share
        for figure in (rpm, rpm * more)
    ]
    assert late[1] <= late[0]
