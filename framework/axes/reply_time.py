"""Seconds to the first token and to the last over a whole workload: how many replies are in time, and the percentiles.

    first token = (TTFT(uncached prompt) + thinking / speed) * (1 + round trips)        whole reply = first token + visible output / speed

Prompt length, visible output, speed, the drift of an old reading and cache hits all vary from request to request. They are averaged over
one fixed rank-1 lattice (Korobov), the same for every offer, so that neither noise nor a seed enters a comparison. Thinking counts only
where the reading does not hold it. Round trips are model calls that must be back before the answer starts, each with a TTFT of its own,
alike in length and cache hits, independent in their spread; what the tools between them take is not known. Drift of the median, drift of
the speed and the lengths are taken as independent.

Against 4,096 Sobol points, 2,880 pairs of offer and workload with log-sigmas up to 1.1: shares of whole replies err by 0.0016 on average
with 127 nodes (0.005 in 95 of 100, 0.013 at worst), those of first tokens by 0.0007 with 61 (0.0035, 0.010), either by 0.005 with 31 (0.02,
0.06); a printed p95 errs by 0.8 % on average, 3.5 % in 95 of 100.
"""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import dataclass
from typing import Any

import numpy as np

from framework.axes.ttft import Spread, median_s, relative_cdf, relative_draw, relative_sums
from framework.catalogue.columns import Array, Bools, Ints, LatencyColumns
from framework.quantities import LogNormal, normal_quantile

DRIFT, LENGTH, DURATION, SPEED, TRIPS = range(5)
_NEAR = 0.6
# The generator of a Korobov lattice, and a step of its own for the fifth coordinate that lies best beside the others.
_GENERATORS = {31: (22, 14), 61: (48, 43), 127: (56, 72)}
_WORTH_SPLITTING = 0.05
_LEAST_S = 1e-9


@functools.cache
def lattice(nodes: int) -> Array:
    """The fixed nodes, `(5, nodes)` in the unit cube; the nearest of 31, 61 and 127 to the number asked for."""
    count = min(_GENERATORS, key=lambda size: abs(size - nodes))
    generator, last = _GENERATORS[count]
    steps = np.array([*(pow(generator, power, count) for power in range(TRIPS)), last])
    points = (steps[:, None] * np.arange(count) % count + 0.5) / count
    points.setflags(write=False)
    return points


@dataclass(frozen=True, eq=False)
class Requests:
    """What the workload asks of the offers that have a reading; fields are floats or `(n, 1)`, per-offer ones `(..., offers)`.

    `length` is the prompt in the user's tokens, `output` the visible reply and `thinking_tokens` what precedes it in all calls where the
    reading does not hold it, both in own tokens. `round_trips` calls come before the one that answers. A share `hits` of the requests reads
    `min(length, prefix_tokens)` from the cache. `rank` is 2 where anything has a row per case.
    """

    latency: LatencyColumns
    spread: Spread
    length: LogNormal
    ratio: Array
    prefix_tokens: Any
    hits: Array
    output: LogNormal
    thinking_tokens: Array
    ttft_budget_s: Any
    response_budget_s: Any
    round_trips: int
    rank: int

    def before(self, points: Array) -> Any:
        """TTFT of the calls before the answer, in medians, at nodes `(5, nodes)`: `(nodes, offers)`, the number 0 where there are none."""
        return relative_sums(self.spread, self.round_trips, points[TRIPS]) if self.round_trips else 0.0

    @functools.cached_property
    def apart(self) -> Bools:
        """Where a hit is so much quicker than a miss that the two are told apart; elsewhere their mean length does, to about 0.001 in P."""
        miss, hit, _ = uncached_medians(self, self.length.mean)
        return np.asarray((miss - hit > _WORTH_SPLITTING * miss) & (self.hits > 0) & (self.hits < 1))


@dataclass(frozen=True, eq=False)
class Misses:
    """The requests that miss the cache, of the offers at which a hit is much quicker: `share`, `median` run over those `offers`."""

    offers: Ints
    share: Any
    median: Array

    def of(self, offers: Ints) -> Misses | None:
        """What concerns some of all offers, renumbered."""
        places = np.flatnonzero(np.isin(offers, self.offers))
        if not places.size:
            return None
        kept = np.searchsorted(self.offers, offers[places])
        return Misses(places, _of(self.share, kept), _of(self.median, kept))


@dataclass(frozen=True, eq=False)
class Times:
    """The nodes worked out: `median` seconds to the first token of a `share` of the requests, all of them or those that hit the cache.

    `misses`: the others, where the two are told apart. `before`: TTFT of earlier calls, in medians. `thinking_s` delays the first token,
    `reply_s` is everything after TTFT; arrays `(nodes, ..., offers)`, `points` `(5, nodes, ...)`.
    """

    points: Array
    share: Any
    median: Array
    misses: Misses | None
    before: Any
    thinking_s: Any
    reply_s: Array

    def of(self, offers: Ints) -> Times:
        """The same for some of the offers."""
        share, median, *rest = (_of(value, offers) for value in (self.share, self.median, self.before, self.thinking_s, self.reply_s))
        return Times(self.points, share, median, self.misses and self.misses.of(offers), *rest)


def _of(value: Any, offers: Ints) -> Any:
    """A value that is the same for all offers stays as it is."""
    return value if np.ndim(value) == 0 or value.shape[-1] == 1 else value.take(offers, axis=-1)


def uncached_medians(requests: Requests, length: Any) -> tuple[Array, Array, Array]:
    """Median seconds of a miss, of a hit, and at the expected uncached length."""
    latency, ratio, cached = requests.latency, requests.ratio, np.minimum(length, requests.prefix_tokens)
    expected = median_s(latency, ratio * (length - requests.hits * cached))
    return median_s(latency, ratio * length), median_s(latency, ratio * (length - cached)), expected


def times_at(requests: Requests, points: Array, before: Any) -> Times:
    """Medians and delays at nodes `(5, nodes, ...)` of the unit cube; `before` as `Requests.before` gives it there."""
    z = normal_quantile(points)
    length = np.exp(requests.length.mu + requests.length.sigma * z[LENGTH])
    miss, hit, expected = uncached_medians(requests, length)
    apart = requests.apart
    offers = np.flatnonzero(np.atleast_2d(apart).any(axis=0))
    if not offers.size:
        return Times(points, 1.0, expected, None, before, *_durations(requests, z))
    told = apart[..., offers]
    misses = Misses(offers, np.where(told, 1 - requests.hits[..., offers], 0.0), np.where(told, miss[..., offers], np.inf))
    return Times(points, np.where(apart, requests.hits, 1.0), np.where(apart, hit, expected), misses, before, *_durations(requests, z))


def _durations(requests: Requests, z: Array) -> tuple[Any, Array]:
    """Seconds of thinking, and of thinking plus visible reply.

    ln(output / speed) is normal with both variances added: one node coordinate. Where thinking at the same speed comes on top, that
    coordinate runs along the steepest way of the sum and a second one at right angles to it.
    """
    latency, output, thinking = requests.latency, requests.output, requests.thinking_tokens
    median = np.exp(output.mu)
    visible = output.sigma * median / (median + thinking)
    sigma = np.maximum(np.hypot(visible, latency.tps_sigma), _LEAST_S)
    if not np.any(thinking > 0):
        return 0.0, median * np.exp(sigma * z[DURATION]) / latency.tps
    speed = np.exp((visible * z[SPEED] - latency.tps_sigma * z[DURATION]) / sigma * latency.tps_sigma) * latency.tps
    tokens = thinking + median * np.exp((visible * z[DURATION] + latency.tps_sigma * z[SPEED]) / sigma * output.sigma)
    alone = np.where(thinking > 0, thinking / latency.tps * np.exp(latency.tps_sigma * z[DURATION]), 0.0)
    return alone, tokens / speed


def share_below(requests: Requests, times: Times, left_s: Any, drift: Any = 1.0) -> Array:
    """P(TTFT <= seconds left), averaged over the nodes; `drift` multiplies every median."""
    total = times.share * relative_cdf(requests.spread, left_s / (times.median * drift) - times.before)
    misses = times.misses
    if misses is not None:
        ratio = _of(left_s, misses.offers) / (misses.median * _of(drift, misses.offers)) - _of(times.before, misses.offers)
        total[..., misses.offers] += misses.share * relative_cdf(requests.spread.of(misses.offers), ratio)
    return np.asarray(total.mean(axis=0))


@dataclass(frozen=True, eq=False)
class _Draws:
    """Seconds in rising order along the first axis, `(ways * nodes, ..., offers)`, and the share of requests below the middle of each.

    Without shares all draws count alike.
    """

    seconds: Array
    shares: Array | None

    def quantile(self, q: float) -> Array:
        """Straight between the two draws around q."""
        if self.shares is None:
            place = q * len(self.seconds) - 0.5
            lower, upper = self.seconds[int(place) : int(place) + 2]
            return np.asarray(lower + (place - int(place)) * (upper - lower))
        above = np.clip((self.shares < q).sum(axis=0, keepdims=True), 1, len(self.shares) - 1)
        (lower, upper), (below, beyond) = (
            [np.take_along_axis(values, at, axis=0)[0] for at in (above - 1, above)] for values in (self.seconds, self.shares)
        )
        return np.asarray(lower + (upper - lower) * np.clip((q - below) / (beyond - below), 0, 1))


def _draws(requests: Requests, times: Times, delay_s: Any) -> _Draws:
    """One TTFT per node and way of hitting the cache, plus the delay; the drift coordinate is the quantile of the reading."""
    relative = relative_draw(requests.spread, times.points[DRIFT]) + times.before
    if times.misses is None:
        return _Draws(np.sort(times.median * relative + delay_s, axis=0), None)
    medians = [(times.share, times.median), (np.zeros(times.share.shape), np.full(times.median.shape, np.inf))]
    for either, told in zip(medians[1], (times.misses.share, times.misses.median), strict=True):
        either[..., times.misses.offers] = told
    seconds = np.concatenate([median * relative + delay_s for _, median in medians])
    weights = np.concatenate([np.broadcast_to(share / len(median), median.shape) for share, median in medians])
    order = np.argsort(seconds, axis=0)
    weights = np.take_along_axis(weights, order, axis=0)
    return _Draws(np.take_along_axis(seconds, order, axis=0), np.cumsum(weights, axis=0) - weights / 2)


def percentiles(requests: Requests, first: Times, reply: Times) -> tuple[Array, Array, Array, Array]:
    """p50 and p95 of the first token, then of the whole reply, `(..., offers)` in seconds; no drift: they are those of the reading."""
    (p50, whole_p50), (p95, whole_p95) = (quantiles(requests, first, reply, q=q) for q in (0.5, 0.95))
    return p50, np.maximum(p95, p50), whole_p50, np.maximum(np.maximum(whole_p95, whole_p50), p95)


def quantiles(requests: Requests, first: Times, reply: Times, *, q: float) -> tuple[Array, Array]:
    """The q-quantile of the first token and of the whole reply, `(..., offers)` in seconds, no drift; q from 0.5 to 0.95.

    Order statistics over the nodes of `reply`, corrected once by the exact share below them over the nodes of `first` and of `reply`.
    """
    first_s, reply_s = (_draws(requests, reply, delay_s) for delay_s in (reply.thinking_s, reply.reply_s))
    to_first = _refined(requests, first, first_s, q=q)
    to_last = _refined(requests, dataclasses.replace(reply, thinking_s=reply.reply_s), reply_s, q=q)
    # Where hardly anything spreads the corrections may cross by a hair.
    return to_first, np.maximum(to_last, to_first)


def _refined(requests: Requests, times: Times, draws: _Draws, *, q: float) -> Array:
    """The q-quantile of `TTFT + thinking_s`: the draws guess it and how seconds go with shares, the exact share says how far to go."""
    near = _NEAR * (1 - q)
    lower, guess, upper = (draws.quantile(at) for at in (q - near, q, q + near))
    from_z, z, to_z = normal_quantile(np.array([q - near, q, q + near]))
    share = np.clip(share_below(requests, times, guess - times.thinking_s), q - near, q + near)
    return np.asarray(guess * (upper / lower) ** ((z - normal_quantile(share)) / (to_z - from_z)))
