"""Every shape holds the calls of its days and has the peak it was asked for; what each looks like is worked out by hand."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from framework.simulation.minutes import DAY_MINUTES
from framework.simulation.shapes import profile_of
from framework.vocabulary import SHAPES

HOURS = st.one_of(st.floats(0.25, 24), st.sampled_from([0.25, 8.0, 10.0, 24.0]))
PEAKS = st.one_of(st.floats(1, 1_000), st.sampled_from([1.0, 1.5, 3.0, 1_000.0]))
RAMPS = st.floats(0, 720)


def made(shape, **changes):
    given_ = {"active_hours": 10.0, "peak_factor": 3.0, "ramp_minutes": 5.0, "starts_utc": None} | changes
    return profile_of(shape, **given_)


@given(st.sampled_from(SHAPES), HOURS, PEAKS, RAMPS)
def test_every_shape_holds_the_calls_of_its_days_and_no_minute_is_negative(shape, active_hours, peak_factor, ramp_minutes):
    profile = made(shape, active_hours=active_hours, peak_factor=peak_factor, ramp_minutes=ramp_minutes)
    assert profile.minutes == (7 if shape == "weekly" else 1) * DAY_MINUTES
    assert profile.minute_rate.sum() == pytest.approx(profile.days * active_hours * 60, rel=1e-9)
    assert profile.minute_rate.min() >= 0


@example("idle_then_burst", 0.25000000000000006, 1.0, 0.0)
@given(st.sampled_from(["working_day", "launch_spike", "batch_window", "idle_then_burst"]), HOURS, PEAKS, RAMPS)
def test_the_busiest_minute_is_the_peak_factor_or_all_calls_of_the_day(shape, active_hours, peak_factor, ramp_minutes):
    profile = made(shape, active_hours=active_hours, peak_factor=peak_factor, ramp_minutes=ramp_minutes)
    assert profile.peak == pytest.approx(min(peak_factor, active_hours * 60), rel=1e-9)


@given(HOURS, PEAKS)
def test_around_the_clock_the_peak_is_kept_up_to_what_the_night_leaves_and_no_minute_is_empty(active_hours, peak_factor):
    profile = made("day_and_night", active_hours=active_hours, peak_factor=peak_factor)
    # A fiftieth of the calls is spread evenly over the day: that part of one minute, and the rest of the calls, are the most there can be.
    most = 0.98 * active_hours * 60 + 0.02 * active_hours * 60 / 1_440
    assert profile.peak == pytest.approx(min(peak_factor, most), rel=1e-9)
    assert profile.minute_rate.min() >= 0.02 * active_hours * 60 / 1_440 * (1 - 1e-9)


@given(st.floats(1, 24), st.floats(1.3, 60))
def test_a_week_has_the_peak_of_its_working_days(active_hours, peak_factor):
    assert made("weekly", active_hours=active_hours, peak_factor=peak_factor).peak == pytest.approx(peak_factor, rel=1e-9)


def test_a_steady_day_has_no_peak():
    profile = made("steady", active_hours=10.0, peak_factor=7.0)
    assert profile.minute_rate.tolist() == [1.0] * 600 + [0.0] * 840


def test_a_part_of_a_minute_is_the_last_active_one():
    # 0.26 h are 15.6 minutes.
    assert made("steady", active_hours=0.26).minute_rate[:17].tolist() == pytest.approx([1.0] * 15 + [0.6, 0.0])


def test_a_working_day_rises_to_its_middle_and_is_the_same_on_both_sides():
    rates = made("working_day").minute_rate
    assert (rates[600:] == 0).all() and rates[:600].min() > 0
    assert np.argmax(rates) == 300
    assert rates[1:300] == pytest.approx(rates[599:300:-1])
    assert (np.diff(rates[:301]) > 0).all()


def test_a_working_day_is_a_von_mises_density():
    # At a concentration of 1 the peak is e / I0(1) = 2.7182818 / 1.2660659 = 2.14703; a quarter of the day before, it is e^-1 of that.
    rates = made("working_day", active_hours=24.0, peak_factor=2.71828182846 / 1.26606587775).minute_rate
    assert rates[360] == pytest.approx(2.14703 / 2.71828, rel=1e-5)
    assert rates[0] == pytest.approx(2.14703 / 2.71828**2, rel=1e-5)


def test_a_peak_factor_of_one_makes_every_shape_flat_but_the_week():
    for shape in ("working_day", "launch_spike", "batch_window", "idle_then_burst"):
        assert made(shape, peak_factor=1.0).minute_rate[:600] == pytest.approx(np.ones(600)), shape


def test_the_weekend_is_a_third_and_the_week_keeps_its_volume():
    week = made("weekly").minute_rate.reshape(7, -1).sum(axis=1)
    # 7 * 600 = 4,200 mean minutes = 5 d + 2 d / 3, so that a working day holds d = 4,200 * 3 / 17 = 741.18 and a day of the weekend 247.06.
    assert week.tolist() == pytest.approx([12_600 / 17] * 5 + [4_200 / 17] * 2)


def test_a_week_of_flat_days_cannot_be_flatter_than_its_weekend_makes_it():
    # 741.18 calls in 600 minutes.
    profile = made("weekly", peak_factor=1.0)
    assert profile.peak == pytest.approx(21 / 17)
    assert profile.minute_rate[:600] == pytest.approx(np.full(600, 21 / 17))


def test_the_nights_are_those_of_the_public_traces():
    # Azure 2024, busiest hour over mean and over the quietest: conversations 1.67 and 3.5, code 3.07 and 34.5.
    for peak, over_valley in ((1.67, 3.5), (3.07, 34.5)):
        rates = made("day_and_night", active_hours=24.0, peak_factor=peak).minute_rate
        assert rates.max() / rates.min() == pytest.approx(over_valley, rel=0.1)


def test_the_day_around_the_clock_is_highest_in_the_middle_of_the_active_hours():
    assert made("day_and_night", active_hours=10.0).busiest_minute == 300
    assert made("day_and_night", active_hours=24.0).busiest_minute == 720


def test_a_launch_comes_after_a_quarter_of_the_day_within_its_ramp_and_wears_off():
    rates = made("launch_spike", active_hours=24.0, ramp_minutes=30.0).minute_rate
    assert rates[:360] == pytest.approx(np.full(360, rates[0])) and 0 < rates[0] < 1
    assert np.argmax(rates) == 390
    # The ramp is straight: halfway up after half of its 31 steps.
    rise = rates[359:391]
    assert np.diff(rise)[1:] == pytest.approx(np.full(30, (3 - rates[0]) / 31))
    # An eighth of the day's 1,440 minutes later what came with it is down to 1/e.
    assert rates[390 + 180] - rates[0] == pytest.approx((3 - rates[0]) / np.e)


def test_at_most_three_quarters_of_the_calls_come_with_a_launch():
    rates = made("launch_spike", active_hours=24.0, peak_factor=100.0, ramp_minutes=720.0).minute_rate
    assert rates[0] >= 0.25
    # Three quarters of 1,440 calls at 100 a minute are 10.8 minutes.
    assert (rates > 50).sum() < 11


def test_a_batch_is_one_block_with_its_ramps():
    # 600 calls at 3 a minute are 200 minutes: 190 at the top, and ten of ramp on either side which hold five.
    rates = made("batch_window", ramp_minutes=10.0).minute_rate
    ramp = [3 * step / 11 for step in range(1, 11)]
    assert rates.tolist() == pytest.approx([*ramp, *[3.0] * 190, *ramp[::-1], *[0.0] * 1_230])


def test_a_ramp_that_does_not_fit_is_cut():
    # 600 calls at 200 a minute are three minutes: two of ramp at most, so that one is left at the top.
    rates = made("batch_window", peak_factor=200.0, ramp_minutes=60.0).minute_rate
    assert rates[:6].tolist() == pytest.approx([200 / 3, 400 / 3, 200, 400 / 3, 200 / 3, 0])


def test_four_bursts_come_after_hours_of_nothing():
    # A day of 24 hours: every 360 minutes a burst of 1,440 / 3 / 4 = 120 minutes at the end, here without ramps.
    rates = made("idle_then_burst", active_hours=24.0, ramp_minutes=0.0).minute_rate
    assert rates.tolist() == ([0.0] * 240 + [3.0] * 120) * 4


def test_calls_that_do_not_fill_four_minutes_come_in_fewer_bursts():
    # 600 calls at 250 a minute are 2.4 minutes.
    rates = made("idle_then_burst", peak_factor=250.0, ramp_minutes=0.0).minute_rate
    assert (rates == 250).sum() == 2
    assert (rates > 0).sum() == 4 and rates.sum() == pytest.approx(600)


def test_the_start_of_the_active_hours_is_handed_on_in_seconds():
    assert made("working_day", starts_utc=8.5).starts_s == 30_600
    assert made("working_day").starts_s is None


def test_rates_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        made("steady").minute_rate[0] = 2.0


def test_a_measured_series_keeps_its_own_peak_and_spreads_over_the_day():
    # 144 steps of ten minutes, one of them three times as busy: mean (143 + 3) / 144.
    steps = np.ones(144)
    steps[50] = 3.0
    profile = made("servegen_deepseek_r1", active_hours=24.0, peak_factor=9.0, starts_utc=8.0, measured=(600.0, steps))
    assert profile.minutes == 1_440 and profile.busiest_minute == 500
    assert profile.peak == pytest.approx(3 * 144 / 146)
    assert profile.starts_s is None
    # Eight active hours hold the same calls in a third of the minutes: relative to those the series is a third as high.
    assert made("servegen_deepseek_r1", active_hours=8.0, measured=(600.0, steps)).peak == pytest.approx(144 / 146)


def test_steps_that_are_no_whole_minutes_are_shared_by_the_minutes_they_touch():
    # Two steps of 90 s, 2 and 4 a minute: minutes of 2, of 2 and 4 half each, and of 4; then again.
    steps = np.tile([2.0, 4.0], 480)
    rates = made("azure_code_week", active_hours=24.0, measured=(90.0, steps)).minute_rate
    assert rates[:6].tolist() == pytest.approx([2 / 3, 1, 4 / 3, 2 / 3, 1, 4 / 3])


@pytest.mark.parametrize(("steps", "minutes"), [(1_396, 10_080), (200, 1_440), (2_800, 20_160), (1_500, 10_080), (1_300, 1_440)])
def test_a_series_is_cut_to_whole_weeks_or_to_a_day(steps, minutes):
    # Steps of 7.2 minutes: 1,400 make a week; the digitized weeks have 1,396 and hold their last rate for the half hour that is missing.
    rates = np.linspace(1.0, 2.0, steps)
    profile = made("azure_code_week", active_hours=24.0, measured=(432.0, rates))
    assert profile.minutes == minutes
    assert profile.minute_rate.mean() == pytest.approx(1.0)
    assert (np.diff(profile.minute_rate) >= 0).all()


def test_a_series_shorter_than_a_day_and_one_without_its_rates_are_refused():
    with pytest.raises(ValueError, match="shorter than a day"):
        made("azure_code_week", measured=(600.0, np.ones(100)))
    with pytest.raises(ValueError, match="give its rates"):
        made("azure_code_week")
