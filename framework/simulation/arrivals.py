"""Requests as they come: one row each, in whole microseconds and tokens.

The only place of the simulation where numbers are drawn. The draws of request i depend on the seed, and its gap on the burstiness, and on
nothing else: a moved volume or length is applied to the same luck, so that what changes in the answer is what was moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from framework.load import Load
from framework.quantities import normal_quantile
from framework.simulation.minutes import DAY_MINUTES
from framework.simulation.shapes import Profile

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

MINUTE_US = 60_000_000
FEWEST_DRAWN = 4_096
MOST_LOOKED_AT = 1 << 22


@dataclass(frozen=True, eq=False)
class Arrivals:
    """Requests in the order in which they come; every array is `(n,)` of int64.

    `time_us`: microseconds since the first one, never falling. `input_tokens`, `output_tokens`: of each call, output with its reasoning.
    `user`: who sent it, small whole numbers; None: not known. `starts_s`: second of the day at which the first one comes, None: not known.
    """

    time_us: Ints
    input_tokens: Ints
    output_tokens: Ints
    user: Ints | None = None
    starts_s: float | None = None

    def __len__(self) -> int:
        return len(self.time_us)


@dataclass(frozen=True)
class Lengths:
    """How long prompts and replies are: means and log-sigmas; reasoning is added to each reply at its mean, as in the closed forms."""

    input_mean: float
    input_sigma: float
    output_mean: float
    output_sigma: float
    reasoning_mean: float = 0.0


def lengths_of(load: Load) -> Lengths:
    """Those of one workload, in its own tokens."""
    return Lengths(
        float(load.input_mean), float(load.input_sigma), float(load.output_mean), float(load.output_sigma), float(load.reasoning_mean)
    )


def arrivals_of(profile: Profile, *, requests: int, burstiness: float, lengths: Lengths, users: int | None, seed: int) -> Arrivals:
    """Exactly so many requests over the profile's period, denser where its rate is higher.

    Gaps are gamma with mean 1 and `burstiness` as coefficient of variation in operational time, which runs as fast as the rate is high. A
    user is one of `users` that are all as busy.
    """
    share = _places(requests, burstiness, seed)
    calls = np.concatenate([[0.0], np.cumsum(profile.minute_rate)])
    minutes = np.interp(share * calls[-1], calls, np.arange(profile.minutes + 1.0))
    first = minutes[0] if requests else 0.0
    starts_s = None if profile.starts_s is None else float((profile.starts_s + 60 * first) % (60 * DAY_MINUTES))
    return _arrivals(minutes, lengths, seed, users=users, starts_s=starts_s)


def peak_arrivals(*, calls_per_minute: float, requests: int, burstiness: float, lengths: Lengths, seed: int) -> Arrivals:
    """The same requests in traffic that stays at one rate (above 0): their mean gap is that of the rate, not merely about it."""
    return _arrivals(_places(requests, burstiness, seed) * ((requests + 1) / calls_per_minute), lengths, seed)


def _arrivals(minutes: Array, lengths: Lengths, seed: int, *, users: int | None = None, starts_s: float | None = None) -> Arrivals:
    requests = len(minutes)
    # Whole minutes are exact in both, so that rounding down cannot put a later request before an earlier one.
    time_us = (minutes * MINUTE_US).astype(np.int64)
    luck = _luck(_drawn(requests), seed)
    return Arrivals(
        time_us=time_us - time_us[:1],
        input_tokens=_tokens(lengths.input_mean, lengths.input_sigma, luck.input_normal[:requests], luck.rounding[:requests]),
        output_tokens=_tokens(
            lengths.output_mean, lengths.output_sigma, luck.output_normal[:requests], luck.rounding[:requests], more=lengths.reasoning_mean
        ),
        user=None if users is None else (luck.user[:requests] * users).astype(np.int64),
        starts_s=starts_s,
    )


def _tokens(mean: float, sigma: float, normal: Array, rounding: Array, *, more: float = 0.0) -> Ints:
    """Log-normal lengths, `more` added to each, as whole numbers of at least 1, rounded up or down by chance so that the mean is kept."""
    length = np.full(len(normal), mean) if sigma == 0 else mean * np.exp(sigma * normal - sigma**2 / 2)
    return np.maximum((length + more + rounding).astype(np.int64), 1)


@dataclass(frozen=True, eq=False)
class _Luck:
    """Standard draws of each request, read-only: normals for its lengths, uniforms from 0 to below 1 for their rounding and its user."""

    input_normal: Array
    output_normal: Array
    rounding: Array
    user: Array


def longest_draws(requests: int, *, seed: int) -> tuple[float, float]:
    """The largest normal among those that the prompts of so many requests are made of, and among those of their replies.

    Of more than `MOST_LOOKED_AT` the one that is as likely to be exceeded as not.
    """
    if requests > MOST_LOOKED_AT:
        likely = float(normal_quantile(0.5 ** (1 / requests)))
        return likely, likely
    prompt, reply = (_largest(_drawn(requests), seed, number) for number in (1, 2))
    return float(prompt[requests - 1]), float(reply[requests - 1])


def _drawn(requests: int) -> int:
    """How many draws are kept for so many requests: a power of two, so that a moved volume finds them."""
    return max(FEWEST_DRAWN, 1 << (requests - 1).bit_length() if requests > 1 else 1)


def _stream(seed: int, number: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64([seed, number]))


@lru_cache(maxsize=2)
def _largest(draws: int, seed: int, number: int) -> Array:
    """`(draws,)`: the largest normal of a stream up to each place."""
    return np.asarray(np.maximum.accumulate(_stream(seed, number).standard_normal(draws)))


@lru_cache(maxsize=4)
def _luck(draws: int, seed: int) -> _Luck:
    normals = [_stream(seed, number).standard_normal(draws) for number in (1, 2)]
    uniforms = [_stream(seed, number).random(draws) for number in (3, 4)]
    for part in (*normals, *uniforms):
        part.setflags(write=False)
    return _Luck(*normals, *uniforms)


@lru_cache(maxsize=8)
def _clock(draws: int, seed: int, burstiness: float) -> Array:
    """`(draws,)` sums of gamma gaps with mean 1; a draw does not depend on how many follow it."""
    shape = burstiness**-2
    clock = np.cumsum(_stream(seed, 0).standard_gamma(shape, draws) / shape)
    clock.setflags(write=False)
    return clock


def _places(requests: int, burstiness: float, seed: int) -> Array:
    """`(requests,)` from 0 to 1 and rising: each sum of gaps over the sum with the gap after the last, so that all are alike."""
    clock = _clock(_drawn(requests + 1), seed, burstiness)
    # The gaps of a few very bursty requests can all be too small to be told from 0.
    return np.asarray(clock[:requests] / (clock[requests] or 1.0))
