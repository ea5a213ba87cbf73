"""Random lengths and times, and what is known of them in closed form.

Everything takes floats or arrays and broadcasts; a spread of 0 is a point.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import exprel, gammaincinv, ive, ndtr, ndtri, pdtrc

Z95 = 1.6448536269514722
MAX_P95_OVER_MEAN = 3.868

Array = NDArray[np.float64]


def normal_cdf(z: Any) -> Array:
    """P(Z <= z) of the standard normal."""
    return np.asarray(ndtr(z))


def normal_quantile(q: Any) -> Array:
    """The z with P(Z <= z) = q."""
    return np.asarray(ndtri(q))


def poisson_above(count: Any, mean: Any) -> Array:
    """P(N > count) of a Poisson number with that mean."""
    return np.asarray(pdtrc(count, mean))


def mean_decay(extent: Any) -> Array:
    """The mean of `exp(-x)` for x from 0 to `extent`: `(1 - exp(-extent)) / extent`, 1 at 0."""
    return np.asarray(exprel(-np.asarray(extent)))


def gamma_quantile(q: Any, variation: Any) -> Array:
    """The q-quantile of the gamma law with mean 1 and that coefficient of variation (1: exponential)."""
    shape = 1 / np.square(variation)
    return np.asarray(gammaincinv(shape, q) / shape)


def concentration_of_peak(peak: Any) -> Array:
    """The k of the von Mises density `exp(k (cos t - 1))` whose highest value is `peak` times its mean over the circle; 0 at a peak of 1.

    Peak over mean is `e^k / I0(k)`. Its square is close to linear in k, from `1 + 2k` to `2 pi k`, so that Newton's steps on the square are
    few. Good for peaks from 1 to 1,000 and somewhat beyond.
    """
    square = np.square(np.maximum(np.asarray(peak, dtype=float), 1.0))
    k = (square - 1) / 2
    for _ in range(8):
        level = ive(0, k)
        slope = 2 * (1 - ive(1, k) / level) / np.square(level)
        k = np.maximum(k - (1 / np.square(level) - square) / slope, 0.0)
    return np.asarray(k)


@dataclass(frozen=True)
class LogNormal:
    """Log-normal by its mean and log-sigma (either may be an array); sigma 0 is the constant `mean`."""

    mean: Any
    sigma: Any

    @property
    def mu(self) -> Any:
        """Mean of the logarithm."""
        return np.log(self.mean) - np.square(self.sigma) / 2

    def _z(self, threshold: Any, shift: Any) -> Array:
        """Standardised distance of the log-threshold from `mu + shift`; infinite where there is no spread."""
        sigma = np.asarray(self.sigma, dtype=float)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            distance = self.mu + shift - np.log(threshold)
            scaled = distance / sigma
        point = np.where(np.log(self.mean) > np.log(np.maximum(threshold, 1e-300)), np.inf, -np.inf)
        return np.where(sigma > 0, scaled, point)

    def share_above(self, threshold: Any) -> Array:
        """P(L > t): `Phi((mu - ln t)/s)`; t = 0 gives 1, t = inf gives 0."""
        return np.asarray(ndtr(self._z(threshold, 0.0)))

    def mean_above(self, threshold: Any) -> Array:
        """E[L; L > t] (not conditional): `E[L] * Phi((mu + s^2 - ln t)/s)`."""
        return np.asarray(self.mean * ndtr(self._z(threshold, np.square(self.sigma))))

    def mean_of_min_above(self, cap: Any, threshold: Any) -> Array:
        """E[min(L, c); L > t]: the cacheable part of prompts above a threshold."""
        edge = np.maximum(cap, threshold)
        between = self.mean_above(threshold) - self.mean_above(edge)
        return np.asarray(np.maximum(between, 0.0) + cap * self.share_above(edge))

    def quantile(self, q: Any) -> Array:
        """The q-quantile."""
        return np.asarray(np.exp(self.mu + np.asarray(self.sigma) * ndtri(q)))

    def scaled(self, factor: Any) -> LogNormal:
        """The distribution of `factor * L`."""
        return LogNormal(np.asarray(self.mean) * factor, self.sigma)


def sigma_from_mean(mean: float, p95: float | None) -> float:
    """log-sigma of the log-normal with that mean and 95th percentile: `z - sqrt(z^2 - 2 ln(p95/mean))`, 0 without a p95.

    `ValueError` where p95 is below the mean or above 3.868 times it.
    """
    if p95 is None or p95 == mean:
        return 0.0
    inside = Z95**2 - 2 * math.log(p95 / mean)
    if p95 < mean or inside < 0:
        raise ValueError(f"no log-normal has mean {mean:g} and 95th percentile {p95:g}: give the median and the 95th percentile")
    return Z95 - math.sqrt(inside)


def log_normal_from_p50(p50: float, p95: float) -> LogNormal:
    """The log-normal with that median and 95th percentile."""
    sigma = math.log(p95 / p50) / Z95
    return LogNormal(p50 * math.exp(sigma**2 / 2), sigma)
