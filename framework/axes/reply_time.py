"""Seconds to the first token and to the last over a whole workload: how many replies are in time, and the percentiles.

    first token = TTFT(uncached prompt) + thinking / speed        whole reply = first token + visible output / speed

Prompt length, visible output, speed, the drift of an old reading and cache hits all vary from request to request. They are averaged over
one fixed rank-1 lattice (Korobov), the same for every offer, so that neither noise nor a seed enters a comparison. Thinking counts only
where the reading does not hold it. Drift of the median, drift of the speed and the lengths are taken as independent.
"""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import dataclass
from typing import Any

import numpy as np

from framework.axes.ttft import Spread, median_s, relative_cdf, relative_draw
from framework.catalogue.columns import Array, Bools, LatencyColumns
from framework.quantities import LogNormal, normal_quantile

DRIFT, LENGTH, DURATION, SPEED, HIT = range(5)
_STEPS = 1
_NEAR = 0.6
_GENERATORS = {31: 22, 61: 17, 127: 56}
_WORTH_SPLITTING = 0.05
_LEAST_S = 1e-9


@functools.cache
def lattice(nodes: int) -> Array:
    """The fixed nodes, `(5, nodes)` in the unit cube; the nearest of 31, 61 and 127 to the number asked for."""
    count = min(_GENERATORS, key=lambda size: abs(size - nodes))
    steps = np.array([pow(_GENERATORS[count], power, count) for power in range(HIT + 1)])
    points = (steps[:, None] * np.arange(count) % count + 0.5) / count
    points.setflags(write=False)
    return points


@dataclass(frozen=True, eq=False)
class Requests:
    """What the workload asks of the offers that have a reading; fields are floats or `(n, 1)`, per-offer ones `(..., offers)`.

    `length` is the prompt in the user's tokens, `output` the visible reply and `thinking_tokens` what precedes it where the reading does
    not hold it, both in own tokens. A share `hits` of the requests reads `min(length, prefix_tokens)` from the cache. `rank` is 2 where
    anything has a row per case.
    """

    latency: LatencyColumns
    spread: Spread
    length: LogNormal
    ratio: Array
    prefix_tokens: Any
    hits: Array
    output: LogNormal
    thinking_tokens: Array
    rank: int

    @functools.cached_property
    def apart(self) -> Bools:
        """Where a hit is so much quicker than a miss that the two are told apart; elsewhere their mean length does, to about 0.001 in P."""
        miss, hit, _ = uncached_medians(self, self.length.mean)
        return np.asarray((miss - hit > _WORTH_SPLITTING * miss) & (self.hits > 0) & (self.hits < 1))


@dataclass(frozen=True, eq=False)
class Times:
    """The nodes worked out: `medians` are `(share of requests, median seconds to the first token)` per way of hitting the cache.

    `thinking_s` delays the first token, `reply_s` is everything after TTFT; arrays `(nodes, ..., offers)`, `points` `(5, nodes, ...)`.
    """

    points: Array
    medians: tuple[tuple[Any, Array], ...]
    thinking_s: Any
    reply_s: Array


def uncached_medians(requests: Requests, length: Any) -> tuple[Array, Array, Array]:
    """Median seconds of a miss, of a hit, and at the expected uncached length."""
    latency, ratio, cached = requests.latency, requests.ratio, np.minimum(length, requests.prefix_tokens)
    expected = median_s(latency, ratio * (length - requests.hits * cached))
    return median_s(latency, ratio * length), median_s(latency, ratio * (length - cached)), expected


def times_at(requests: Requests, points: Array) -> Times:
    """Medians and delays at nodes `(5, nodes, ...)` of the unit cube."""
    z = normal_quantile(points[: SPEED + 1])
    length = np.exp(requests.length.mu + requests.length.sigma * z[LENGTH])
    miss, hit, expected = uncached_medians(requests, length)
    medians: tuple[tuple[Any, Array], ...] = ((1.0, expected),)
    if np.any(requests.apart):
        medians = ((requests.hits, np.where(requests.apart, hit, expected)), (1 - requests.hits, np.where(requests.apart, miss, expected)))
    return Times(points, medians, *_durations(requests, z))


def _durations(requests: Requests, z: Array) -> tuple[Any, Array]:
    """Seconds of thinking, and of thinking plus visible reply.

    ln(output / speed) is normal with both variances added: one node coordinate, and a second one at right angles to it where thinking at
    the same speed comes on top.
    """
    latency, output = requests.latency, requests.output
    sigma = np.maximum(np.hypot(output.sigma, latency.tps_sigma), _LEAST_S)
    visible = np.exp(output.mu + sigma * z[DURATION]) / latency.tps
    if not np.any(requests.thinking_tokens > 0):
        return 0.0, visible
    speed = (output.sigma * z[SPEED] - latency.tps_sigma * z[DURATION]) / sigma
    mean = requests.thinking_tokens / latency.tps
    alone = np.where(requests.thinking_tokens > 0, mean * np.exp(latency.tps_sigma * z[DURATION]), 0.0)
    return alone, visible + mean * np.exp(-latency.tps_sigma * speed)


def share_below(requests: Requests, times: Times, left_s: Any, drift: Any = 1.0) -> Array:
    """P(TTFT <= seconds left), averaged over the nodes; `drift` multiplies every median."""
    total = np.zeros(1)
    for share, median in times.medians:
        total = total + share * relative_cdf(requests.spread, left_s / (median * drift))
    return np.asarray(total.mean(axis=0))


def _draws(requests: Requests, times: Times) -> Array:
    """One TTFT per node; the hit coordinate picks the way, the drift coordinate the quantile of the reading."""
    median = times.medians[0][1]
    if len(times.medians) > 1:
        median = np.where(times.points[HIT] < requests.hits, median, times.medians[1][1])
    return median * relative_draw(requests.spread, times.points[DRIFT])


def percentiles(requests: Requests, first: Times, reply: Times) -> tuple[Array, Array, Array, Array]:
    """p50 and p95 of the first token, then of the whole reply, `(..., offers)` in seconds; no drift: they are those of the reading.

    Order statistics over the nodes of `reply`, corrected once by the exact share below them, averaged over the nodes of `first` and `reply`.
    """
    ttft = _draws(requests, reply)
    first_s, reply_s = (np.sort(ttft + delay_s, axis=0) for delay_s in (reply.thinking_s, reply.reply_s))
    p50, p95 = (_refined(requests, first, first_s, q=q) for q in (0.5, 0.95))
    whole = dataclasses.replace(reply, thinking_s=reply.reply_s)
    return p50, p95, *(_refined(requests, whole, reply_s, q=q) for q in (0.5, 0.95))  # type: ignore[return-value]


def _refined(requests: Requests, times: Times, ordered: Array, *, q: float) -> Array:
    """The q-quantile of `TTFT + thinking_s`: the draws guess it and how seconds go with shares, the exact share says how far to go."""
    near = _NEAR * (1 - q)
    lower, guess, upper = (_order_statistic(ordered, at) for at in (q - near, q, q + near))
    from_z, z, to_z = normal_quantile(np.array([q - near, q, q + near]))
    for _ in range(_STEPS):
        share = np.clip(share_below(requests, times, guess - times.thinking_s), 1e-6, 1 - 1e-6)
        guess = guess * (upper / lower) ** np.clip((z - normal_quantile(share)) / (to_z - from_z), -1, 1)
    return np.asarray(guess)


def _order_statistic(ordered: Array, q: float) -> Array:
    """The q-quantile of sorted nodes along the first axis, interpolated between the two nearest."""
    place = q * len(ordered) - 0.5
    below = int(place)
    return np.asarray(ordered[below] + (place - below) * (ordered[below + 1] - ordered[below]))
