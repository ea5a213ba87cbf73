"""Arrivals are exact in number, follow their profile, and share their luck: what is not moved stays as it was."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framework.load import load_of
from framework.quantities import sigma_from_mean
from framework.simulation.arrivals import Lengths, arrivals_of, lengths_of, peak_arrivals
from framework.simulation.shapes import profile_of
from framework.vocabulary import SHAPES
from framework.workload import Workload

LENGTHS = Lengths(input_mean=1_200, input_sigma=0.5, output_mean=300, output_sigma=0.6, reasoning_mean=0)
DAY_S = 86_400
MANY = 100_000


def shaped(shape="working_day", **changes):
    return profile_of(shape, **({"active_hours": 10.0, "peak_factor": 3.0, "ramp_minutes": 5.0, "starts_utc": 8.0} | changes))


def made(profile=None, **changes):
    asked = {"requests": 4_000, "burstiness": 1.0, "lengths": LENGTHS, "users": None, "seed": 7} | changes
    return arrivals_of(profile or shaped(), **asked)


def minutes(arrivals, profile):
    """Minute of the profile in which each request comes."""
    return (((arrivals.starts_s - profile.starts_s) % DAY_S + arrivals.time_us / 1e6) / 60).astype(int)


@settings(max_examples=60)
@given(st.sampled_from(SHAPES), st.floats(0.25, 24), st.floats(1, 1_000), st.floats(0.1, 20), st.integers(0, 9_000), st.integers(0, 2**32))
def test_there_are_exactly_as_many_as_asked_for_and_they_never_go_back(shape, active_hours, peak_factor, burstiness, requests, seed):
    profile = shaped(shape, active_hours=active_hours, peak_factor=peak_factor)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        arrivals = made(profile, requests=requests, burstiness=burstiness, seed=seed, users=9)
    assert len(arrivals) == len(arrivals.input_tokens) == len(arrivals.output_tokens) == len(arrivals.user) == requests
    assert all(part.dtype == np.int64 for part in (arrivals.time_us, arrivals.input_tokens, arrivals.output_tokens, arrivals.user))
    assert (np.diff(arrivals.time_us) >= 0).all()
    assert requests == 0 or 0 == arrivals.time_us[0] <= arrivals.time_us[-1] <= profile.minutes * 60e6
    assert min(arrivals.input_tokens.min(initial=1), arrivals.output_tokens.min(initial=1)) >= 1
    assert set(arrivals.user.tolist()) <= set(range(9))


@pytest.mark.parametrize("shape", ["working_day", "launch_spike", "batch_window", "idle_then_burst"])
def test_nothing_comes_where_the_rate_is_nothing(shape):
    profile = shaped(shape)
    assert (profile.minute_rate[minutes(made(profile, requests=20_000), profile)] > 0).all()


def test_the_same_seed_gives_the_same_and_another_seed_gives_another():
    one, same, other = made(users=5), made(users=5), made(users=5, seed=8)
    for part in ("time_us", "input_tokens", "output_tokens", "user"):
        assert (getattr(one, part) == getattr(same, part)).all()
        assert (getattr(one, part) != getattr(other, part)).any()


@pytest.mark.parametrize("shape", ["working_day", "day_and_night", "launch_spike", "idle_then_burst"])
def test_hourly_counts_follow_the_profile(shape):
    profile = shaped(shape)
    expected = MANY * profile.minute_rate.reshape(24, 60).sum(axis=1) / profile.minute_rate.sum()
    counted = np.bincount(minutes(made(profile, requests=MANY), profile) // 60, minlength=24)
    kept = expected > 5
    # Chi-square of at most 23 degrees of freedom: mean 23, standard deviation sqrt(46) = 6.8; five of them above.
    assert (np.square(counted - expected)[kept] / expected[kept]).sum() < 23 + 5 * 6.8
    assert counted[~kept].sum() <= expected[~kept].sum() + 30


def test_a_doubled_volume_keeps_the_shape():
    profile = shaped()
    few, many = (np.sort(minutes(made(profile, requests=requests), profile)) for requests in (20_000, 40_000))
    grid = np.arange(profile.minutes)
    apart = np.abs(np.searchsorted(few, grid) / 20_000 - np.searchsorted(many, grid) / 40_000).max()
    # Kolmogorov and Smirnov: 1.95 sqrt(1/20,000 + 1/40,000) = 0.0169 is passed once in a thousand times.
    assert apart < 0.0169


@pytest.mark.parametrize("burstiness", [0.2, 1.0, 2.0, 3.0])
def test_the_gaps_of_steady_traffic_vary_as_asked(burstiness):
    profile = shaped("steady", active_hours=24.0)
    gaps = np.diff(made(profile, requests=MANY, burstiness=burstiness).time_us)
    # The excess kurtosis of a gamma is 6 c^2: its variance is known to sqrt((6 c^2 + 2) / n), its standard deviation to half of that.
    error = np.sqrt((6 * burstiness**2 + 2) / MANY) / 2
    assert gaps.std() / gaps.mean() == pytest.approx(burstiness, rel=5 * error)


@pytest.mark.parametrize(("requests", "more"), [(3_000, 4_000), (4_000, 20_000)])
def test_request_i_keeps_its_luck_whatever_the_volume(requests, more):
    few, many = made(requests=requests, users=50), made(requests=more, users=50)
    for part in ("input_tokens", "output_tokens", "user"):
        assert (getattr(few, part) == getattr(many, part)[:requests]).all()
    at_peak, longer = (peak_arrivals(calls_per_minute=9, requests=n, burstiness=3, lengths=LENGTHS, seed=7) for n in (requests, more))
    assert (at_peak.input_tokens == few.input_tokens).all()
    # The gaps are the same up to the common factor that makes their mean that of the rate.
    ratio = np.diff(at_peak.time_us)[:200] / np.maximum(np.diff(longer.time_us)[:200], 1)
    big = np.diff(longer.time_us)[:200] > 1e6
    assert ratio[big] == pytest.approx(np.median(ratio[big]), rel=1e-5)


def test_a_moved_length_stretches_every_prompt_and_moves_nothing_else():
    short, long = made(), made(lengths=Lengths(2_400, 0.5, 300, 0.6))
    assert (short.time_us == long.time_us).all() and (short.output_tokens == long.output_tokens).all()
    # Twice as long, but for the rounding of both to whole tokens.
    assert np.abs(long.input_tokens - 2 * short.input_tokens).max() <= 2


def test_a_moved_burstiness_or_shape_moves_no_length():
    one, other = made(), made(shaped("idle_then_burst"), burstiness=4.0)
    assert (one.input_tokens == other.input_tokens).all() and (one.time_us != other.time_us).any()


def test_mean_lengths_are_kept():
    arrivals = made(requests=MANY)
    # The standard error of a log-normal's mean is sqrt((e^(s^2) - 1) / n) of it: 0.00169 for 0.5, 0.00208 for 0.6; four of them.
    assert arrivals.input_tokens.mean() == pytest.approx(1_200, rel=4 * 0.00169)
    assert arrivals.output_tokens.mean() == pytest.approx(300, rel=4 * 0.00208)


def test_lengths_without_a_spread_are_all_alike_and_a_fraction_of_a_token_is_kept_by_chance():
    arrivals = made(requests=MANY, lengths=Lengths(1_200, 0.0, 2.4, 0.0))
    assert set(arrivals.input_tokens.tolist()) == {1_200}
    assert set(arrivals.output_tokens.tolist()) == {2, 3}
    # Three with a chance of 0.4: standard error sqrt(0.24 / 100,000) = 0.0015.
    assert arrivals.output_tokens.mean() == pytest.approx(2.4, abs=4 * 0.0015)


def test_one_prompt_in_twenty_is_above_the_95th_percentile():
    lengths = Lengths(1_200, sigma_from_mean(1_200, 2_400), 300, sigma_from_mean(300, 900))
    arrivals = made(requests=MANY, lengths=lengths)
    # sqrt(0.05 * 0.95 / 100,000) = 0.00069.
    assert (arrivals.input_tokens > 2_400).mean() == pytest.approx(0.05, abs=4 * 0.00069)
    assert (arrivals.output_tokens > 900).mean() == pytest.approx(0.05, abs=4 * 0.00069)


def test_no_length_is_below_one_token():
    arrivals = made(lengths=Lengths(1, 1.6, 1, 1.6))
    assert arrivals.input_tokens.min() == arrivals.output_tokens.min() == 1


def test_reasoning_is_added_to_every_reply():
    plain, thinking = made(), made(lengths=Lengths(1_200, 0.5, 300, 0.6, reasoning_mean=250))
    assert (thinking.output_tokens - plain.output_tokens == 250).all()
    assert (thinking.input_tokens == plain.input_tokens).all()


def test_lengths_of_a_workload_are_those_of_its_load():
    workload = Workload.model_validate({"tokens": {"input_mean": 1_200, "input_p95": 2_400, "output_mean": 300, "reasoning_mean": 80}})
    made_of = lengths_of(load_of(workload))
    assert (made_of.input_mean, made_of.output_mean, made_of.output_sigma, made_of.reasoning_mean) == (1_200, 300, 0, 80)
    assert made_of.input_sigma == pytest.approx(0.496268, abs=1e-6)


def test_users_are_as_busy_as_each_other_and_not_known_where_not_said():
    calls = np.bincount(made(requests=MANY, users=10).user, minlength=10)
    # 10,000 each, standard deviation sqrt(9,000) = 95.
    assert np.abs(calls - 10_000).max() < 4.5 * 95
    assert made().user is None


def test_the_first_request_says_when_it_comes():
    # A batch at 22:00 whose calls all come within minutes of it; the ramp begins at once.
    late = made(shaped("batch_window", starts_utc=22.0, peak_factor=100.0))
    assert 22 * 3_600 <= late.starts_s < 22 * 3_600 + 120
    # The first of four bursts ends after a quarter of ten hours, at 00:30 on the next day, and is 50 minutes long.
    night = made(shaped("idle_then_burst", starts_utc=22.0, ramp_minutes=0.0))
    assert (23 * 60 + 40) * 60 <= night.starts_s < (23 * 60 + 42) * 60
    assert made(shaped(starts_utc=None)).starts_s is None


@pytest.mark.parametrize("burstiness", [0.5, 1.0, 8.0])
def test_traffic_at_a_constant_rate_has_the_mean_gap_of_the_rate(burstiness):
    arrivals = peak_arrivals(calls_per_minute=30, requests=MANY, burstiness=burstiness, lengths=LENGTHS, seed=3)
    # Two seconds a gap, but for the gaps before the first request and after the last, each of which may be hundreds of others long.
    assert np.diff(arrivals.time_us).mean() == pytest.approx(2e6, rel=0.01)
    assert arrivals.starts_s is None and arrivals.user is None


def test_a_doubled_rate_halves_every_time():
    slow, fast = (
        peak_arrivals(calls_per_minute=rate, requests=5_000, burstiness=2.0, lengths=LENGTHS, seed=3).time_us for rate in (10, 20)
    )
    assert np.abs(slow - 2 * fast).max() <= 3
