"""The latency axis: how many replies come in time, from published or own readings, their age, and the workload's own lengths."""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import dataclass
from typing import Any

import numpy as np

from framework.axes.assessment import Assessment, Verdict
from framework.axes.latency_findings import BEYOND_READINGS_SHARE, findings
from framework.axes.readings import requests_of
from framework.axes.reply_time import DRIFT, Requests, Times, lattice, percentiles, quantiles, share_below, times_at
from framework.axes.ttft import median_s
from framework.catalogue.columns import Array, Bools, Columns, Ints
from framework.load import Load
from framework.quantities import normal_quantile

NODES = 127
FIRST_NODES = 61
SWEEP_NODES = 31
_TINY = 1e-9


@dataclass(frozen=True, eq=False)
class Seconds:
    """The nodes worked out for the offers `known` to have a reading, from which percentiles follow when they are first read: they are dear.

    `unknown`: NaN in the shape of the answer.
    """

    requests: Requests
    to_first: Times
    to_last: Times
    known: Ints
    unknown: Array

    @functools.cached_property
    def percentiles(self) -> tuple[Array, ...]:
        """p50 and p95 of the first token, then of the whole reply."""
        return tuple(_put(self.unknown, self.known, seconds) for seconds in percentiles(self.requests, self.to_first, self.to_last))

    def at(self, share: float) -> tuple[Array, Array]:
        """Seconds within which this share of the requests, 0.5 to 0.95, has its first token and its whole reply."""
        first, reply = quantiles(self.requests, self.to_first, self.to_last, q=share)
        return _put(self.unknown, self.known, first), _put(self.unknown, self.known, reply)

    @functools.cached_property
    def of_one_call(self) -> Seconds:
        """The same for the call that answers alone, without those that come before it."""
        if not self.requests.round_trips:
            return self
        thinking = self.requests.thinking_tokens / (1 + self.requests.round_trips)
        alone = dataclasses.replace(self.requests, round_trips=0, thinking_tokens=thinking)
        return Seconds(alone, _to_first(alone), _times(alone, NODES), self.known, self.unknown)

    def reply_p50_s(self, among: Bools) -> Array:
        """Median seconds of the whole reply of some offers, NaN for the others."""
        places = np.flatnonzero(among[self.known])
        if not places.size:
            return self.unknown
        requests = dataclasses.replace(self.requests, spread=self.requests.spread.of(places))
        seconds = percentiles(requests, self.to_first.of(places), self.to_last.of(places))[2]
        return _put(self.unknown, self.known[places], seconds)


@dataclass(frozen=True, eq=False)
class LatencyAssessment(Assessment):
    """Arrays `(..., offers)`, NaN where there is no reading (or no speed, for the whole reply).

    First token and whole reply are those that the user waits for, round trips included. Seconds are percentiles over the workload's
    requests by the reading as it stands. Shares average over the drift since the reading; `_low` and `_high` are those at a median one
    log-sigma of drift slower and quicker, widened to hold the average. `attainment` is the share that the budget asks about: the smaller of
    first token and whole reply where the reply streams, else that of the whole reply.
    """

    spread: Seconds
    first_in_time: Array
    first_in_time_low: Array
    first_in_time_high: Array
    reply_in_time: Array
    reply_in_time_low: Array
    reply_in_time_high: Array
    attainment: Array
    attainment_low: Array
    attainment_high: Array
    age_days: Array

    @property
    def ttft_p50_s(self) -> Array:
        """Median seconds to the first token."""
        return self.spread.percentiles[0]

    @property
    def ttft_p95_s(self) -> Array:
        """Its 95th percentile."""
        return self.spread.percentiles[1]

    @property
    def reply_p50_s(self) -> Array:
        """Median seconds to the end of the reply."""
        return self.spread.percentiles[2]

    @property
    def reply_p95_s(self) -> Array:
        """Its 95th percentile."""
        return self.spread.percentiles[3]


_COMPUTED = tuple(f"{what}{end}" for what in ("first_in_time", "reply_in_time", "attainment") for end in ("", "_low", "_high"))


def _everywhere(load: Load, columns: Columns, cached_tokens: Any) -> Array:
    """NaN `(..., offers)`: one row per case of the load, whether or not it matters here."""
    varied = [np.shape(value)[:-1] for value in (cached_tokens, *vars(load).values()) if np.ndim(value)]
    return np.full((*np.broadcast_shapes(*varied), len(columns)), np.nan)


def _put(everywhere: Array, known: Ints, values: Array) -> Array:
    """A copy that holds the values of the known offers."""
    everywhere = everywhere.copy()
    everywhere[..., known] = values
    return everywhere


def _times(requests: Requests, nodes: int) -> Times:
    points = lattice(nodes)
    before = requests.before(points)
    before = before[:, None] if np.ndim(before) and requests.rank == 2 else before
    return times_at(requests, points.reshape(*points.shape, *(1,) * requests.rank), before)


def _to_first(requests: Requests) -> Times:
    """Calls before the answer are one thing more that varies, and take more nodes."""
    return _times(requests, NODES if requests.round_trips else FIRST_NODES)


def _drift(requests: Requests, z: Any) -> Array:
    return np.asarray(np.exp(requests.latency.stale_sigma * z))


def _in_time(requests: Requests, times: Times, left_s: Any) -> Array:
    """Share in time averaged over the drift."""
    return share_below(requests, times, left_s, _drift(requests, normal_quantile(times.points[DRIFT])))


def _band(requests: Requests, times: Times, left_s: Any) -> tuple[Array, Array, Array]:
    """Share in time averaged over the drift, and its low and high at one log-sigma of drift."""
    expected = _in_time(requests, times, left_s)
    slower, quicker = (share_below(requests, times, left_s, _drift(requests, z)) for z in (1.0, -1.0))
    return expected, np.minimum(slower, expected), np.maximum(quicker, expected)


def _verdicts(load: Load, first_high: Array, low: Array, high: Array) -> np.ndarray[Any, np.dtype[np.int64]]:
    """By the band against the share asked for; a late first token alone fails a streamed reply whose speed is not known."""
    share = np.asarray(load.percentile_share)
    meets = (low >= share) & (share < BEYOND_READINGS_SHARE - _TINY)
    verdicts = np.where(meets, Verdict.MEETS, np.where(high < share, Verdict.FAILS, Verdict.UNRESOLVED))
    late = (first_high < share) & load.streaming
    return np.where(np.isnan(low), np.where(late, Verdict.FAILS, Verdict.UNKNOWN), verdicts).astype(np.int64)


def assess(load: Load, columns: Columns, *, cached_tokens: Any = 0.0) -> LatencyAssessment:
    """Shares in time, percentiles, verdicts and findings for every offer.

    `cached_tokens`: own tokens read from cache per request on average, `(offers,)`; they leave the prompt that has to be read in.
    """
    requests, known = requests_of(load, columns, cached_tokens)
    to_first, to_last = _to_first(requests), _times(requests, NODES)
    first = _band(requests, to_first, requests.ttft_budget_s - to_first.thinking_s)
    reply = _band(requests, to_last, requests.response_budget_s - to_last.reply_s)
    asked = tuple(np.minimum(*pair) for pair in zip(first, reply, strict=True)) if load.streaming else reply
    found = (*first, *reply, *asked)
    unknown = _everywhere(load, columns, cached_tokens)
    values = {name: _put(unknown, known, value) for name, value in zip(_COMPUTED, found, strict=True)}
    age_days = columns.on.toordinal() - columns.latency.measured_ordinal
    return LatencyAssessment(
        "latency",
        _verdicts(load, values["first_in_time_high"], values["attainment_low"], values["attainment_high"]),
        spread=Seconds(requests, to_first, to_last, known, unknown),
        **values,
        age_days=age_days,
        say=functools.partial(findings, load, columns, cached_tokens=cached_tokens, age_days=age_days),
    )


def attainment(load: Load, columns: Columns, *, cached_tokens: Any = 0.0, nodes: int = SWEEP_NODES) -> Array:
    """`LatencyAssessment.attainment` alone and with fewer nodes, for sweeps and draws: off by 0.005 on average, 0.02 in 95 of 100."""
    requests, known = requests_of(load, columns, cached_tokens)
    points = lattice(nodes)
    before = requests.before(points)
    if requests.rank == 1:
        shares = _shares_asked(requests, load.streaming, points[:, :, None], before)
    else:
        rows = (before[at, None, None] if np.ndim(before) else before for at in range(points.shape[-1]))
        told = (_shares_asked(requests, load.streaming, point[:, None, None, None], row) for point, row in zip(points.T, rows, strict=True))
        shares = np.asarray(sum(told) / points.shape[-1])
    return _put(_everywhere(load, columns, cached_tokens), known, shares.min(axis=0))


def fine_attainment(load: Load, columns: Columns, *, cached_tokens: Any = 0.0) -> Array:
    """`LatencyAssessment.attainment` alone, for loads `(offers,)` or scalars."""
    requests, known = requests_of(load, columns, cached_tokens)
    to_last = _times(requests, NODES)
    share = _in_time(requests, to_last, requests.response_budget_s - to_last.reply_s)
    if load.streaming:
        to_first = _to_first(requests)
        share = np.minimum(share, _in_time(requests, to_first, requests.ttft_budget_s - to_first.thinking_s))
    return _put(_everywhere(load, columns, cached_tokens), known, share)


def reply_p50_s(load: Load, columns: Columns, *, cached_tokens: Any = 0.0) -> Array:
    """`LatencyAssessment.reply_p50_s` alone."""
    requests, known = requests_of(load, columns, cached_tokens)
    everywhere = _everywhere(load, columns, cached_tokens)
    return Seconds(requests, _to_first(requests), _times(requests, NODES), known, everywhere).percentiles[2]


def _shares_asked(requests: Requests, streaming: bool, points: Array, before: Any) -> Array:
    """Shares in time of all that the budget asks about, along a new first axis."""
    times = times_at(requests, points, before)
    drift = _drift(requests, normal_quantile(points[DRIFT]))
    reply = share_below(requests, times, requests.response_budget_s - times.reply_s, drift)
    if not streaming:
        return reply[None]
    first = share_below(requests, times, requests.ttft_budget_s - times.thinking_s, drift)
    return np.stack(np.broadcast_arrays(first, reply))


def ttft_curve(columns: Columns, input_tokens: Any) -> Array:
    """Median seconds to the first token at `input_tokens` `(n, 1)` uncached own tokens: `(n, offers)`; no thinking added."""
    return median_s(columns.latency, input_tokens)
