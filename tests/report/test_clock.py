import math

import pytest

from framework.report import clock


@pytest.mark.parametrize(
    ("after_s", "starts_s", "days", "said"),
    [
        (0, 21_600.0, 1, "06:00 UTC"),
        (27_720, 21_600.0, 1, "13:42 UTC"),
        (64_800, 21_600.0, 1, "00:00 UTC"),
        (64_800, 21_600.0, 7, "00:00 UTC on day 2"),
        (11_520, None, 1, "3 h 12 min in"),
        (math.nan, 0.0, 1, ""),
    ],
)
def test_a_moment_is_told_by_the_clock_where_it_is_known(after_s, starts_s, days, said):
    assert clock.moment(after_s, starts_s, days=days) == said


@pytest.mark.parametrize(
    ("seconds", "said"), [(40, "40 s"), (60, "1 min"), (3_600, "1 h"), (11_520, "3 h 12 min"), (86_400, "1 day"), (190_800, "2 days 5 h")]
)
def test_a_span_has_two_units_at_most(seconds, said):
    assert clock.lasting(seconds) == said


def test_waiting_is_exact_below_two_minutes():
    assert [clock.waiting(seconds) for seconds in (0.85, 119, 7_199)] == ["850 ms", "119 s", "1 h 59 min"]


def test_ticks_are_full_hours_of_the_clock():
    # From 06:30 on: the first multiple of four hours is 08:00, 90 minutes in.
    assert clock.ticks(1_440, 23_400.0)[:2] == [(90, "08:00"), (330, "12:00")]
    assert [words for _, words in clock.ticks(1_440, None)] == ["0 h", "4 h", "8 h", "12 h", "16 h", "20 h", "24 h"]
    assert [words for _, words in clock.ticks(17, None)] == ["0 min", "5 min", "10 min", "15 min"]


def test_ticks_of_a_week_are_its_days():
    assert [words for _, words in clock.ticks(7 * 1_440, 0.0)][:3] == ["day 1", "day 2", "day 3"]


def test_minutes_are_counted_in_words():
    assert (clock.minutes(1), clock.minutes(12)) == ("1 minute", "12 minutes")
