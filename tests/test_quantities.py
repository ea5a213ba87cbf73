import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from framework.quantities import LogNormal, concentration_of_peak, log_normal_from_p50, sigma_from_mean

MEANS = st.floats(1, 1e6)
SIGMAS = st.floats(0.01, 1.6)


def test_sigma_from_mean_and_p95_is_the_smaller_root():
    # z = 1.64485, ln(2400/1200) = 0.693147; s = z - sqrt(z^2 - 2*0.693147) = 1.64485 - sqrt(2.705543 - 1.386294) = 1.64485 - 1.148586
    assert sigma_from_mean(1200, 2400) == pytest.approx(0.496268, abs=1e-6)
    assert LogNormal(1200.0, sigma_from_mean(1200, 2400)).quantile(0.95) == pytest.approx(2400)


def test_a_p95_above_3868_thousandths_of_the_mean_has_no_log_normal():
    assert sigma_from_mean(1000, 3868) > 1.6
    with pytest.raises(ValueError, match="median"):
        sigma_from_mean(1000, 3869)


def test_the_median_and_p95_give_back_both():
    made = log_normal_from_p50(1020, 4083)
    assert made.quantile(0.5) == pytest.approx(1020)
    assert made.quantile(0.95) == pytest.approx(4083)


def test_no_spread_is_a_point():
    point = LogNormal(1000.0, 0.0)
    assert point.share_above(999) == 1 and point.share_above(1000) == 0 and point.share_above(1001) == 0
    assert point.mean_above(999) == 1000 and point.mean_above(1000) == 0
    assert point.mean_of_min_above(800, 0.0) == 800
    assert point.mean_of_min_above(1500, 0.0) == 1000


def test_edges_of_the_threshold():
    made = LogNormal(1000.0, 0.5)
    assert made.share_above(0.0) == 1 and made.mean_above(0.0) == pytest.approx(1000)
    assert made.share_above(np.inf) == 0 and made.mean_above(np.inf) == 0


@given(MEANS, SIGMAS, st.floats(0.1, 10))
def test_partial_mean_lies_between_threshold_and_whole(mean, sigma, times):
    made, threshold = LogNormal(mean, sigma), mean * times
    assert made.mean_above(threshold) <= mean * (1 + 1e-12)
    assert made.mean_above(threshold) >= threshold * made.share_above(threshold) * (1 - 1e-9)


@given(MEANS, SIGMAS, st.floats(0.1, 5), st.floats(0.1, 5))
def test_the_capped_mean_never_exceeds_cap_or_mean(mean, sigma, cap_times, threshold_times):
    made, cap, threshold = LogNormal(mean, sigma), mean * cap_times, mean * threshold_times
    part = made.mean_of_min_above(cap, threshold)
    assert part <= cap * made.share_above(threshold) * (1 + 1e-9) + 1e-9
    assert part <= made.mean_above(threshold) * (1 + 1e-9) + 1e-9


def test_closed_forms_agree_with_a_million_draws():
    made = LogNormal(15_325.0, sigma_from_mean(15_325, 48_905))
    lengths = made.quantile((np.arange(1_000_000) + 0.5) / 1_000_000)
    assert made.share_above(20_000) == pytest.approx(np.mean(lengths > 20_000), abs=2e-6)
    assert made.mean_above(20_000) == pytest.approx(np.mean(np.where(lengths > 20_000, lengths, 0)), rel=1e-4)
    assert made.mean_of_min_above(30_000, 20_000) == pytest.approx(
        np.mean(np.where(lengths > 20_000, np.minimum(lengths, 30_000), 0)), rel=1e-4
    )


def test_arrays_broadcast_like_scalars():
    means = np.array([[500.0], [1000.0]])
    made = LogNormal(means, np.array([0.0, 0.5, 1.0]))
    assert made.share_above(800.0).shape == (2, 3)
    assert made.share_above(800.0)[1, 1] == LogNormal(1000.0, 0.5).share_above(800.0)
    assert math.isclose(float(made.mean_of_min_above(900.0, 100.0)[0, 2]), float(LogNormal(500.0, 1.0).mean_of_min_above(900.0, 100.0)))


def test_the_concentration_of_a_peak_by_hand():
    # I0(1) = 1.2660659, so that at k = 1 the peak is e / 1.2660659 = 2.7182818 / 1.2660659 = 2.1470300 times the mean.
    assert concentration_of_peak(2.14703) == pytest.approx(1.0, abs=1e-5)
    # I0(2) = 2.2795853: 7.3890561 / 2.2795853 = 3.2413999.
    assert concentration_of_peak(3.2414) == pytest.approx(2.0, abs=1e-5)
    # For large k, I0(k) is close to e^k / sqrt(2 pi k) (1 + 1 / (8 k)): a peak of 1,000 has k = 1e6 / (2 pi) + 1/4 = 159,155.19.
    assert concentration_of_peak(1_000) == pytest.approx(159_155.19, abs=0.01)


def test_a_peak_that_is_the_mean_has_no_concentration():
    assert concentration_of_peak(1.0) == 0
    # Near 1 the peak is 1 + k.
    assert concentration_of_peak(1.0001) == pytest.approx(0.0001, rel=1e-3)


@given(st.floats(1, 1_000))
def test_a_density_of_that_concentration_has_its_peak(peak):
    angle = np.linspace(-np.pi, np.pi, 20_000, endpoint=False)
    assert 1 / np.exp(float(concentration_of_peak(peak)) * (np.cos(angle) - 1)).mean() == pytest.approx(peak, rel=1e-9)


def test_concentrations_of_an_array_are_those_of_its_entries():
    peaks = np.array([[1.0, 2.5], [30.0, 999.0]])
    assert concentration_of_peak(peaks).tolist() == [[float(concentration_of_peak(peak)) for peak in row] for row in peaks.tolist()]
