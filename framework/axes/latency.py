"""The latency axis: how many replies come in time, from published or own readings, their age, and the workload's own lengths."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np

from framework.axes.assessment import Assessment, Verdict
from framework.axes.latency_findings import BEYOND_READINGS_SHARE, findings
from framework.axes.reply_time import DRIFT, Requests, Times, lattice, percentiles, share_below, times_at
from framework.axes.tokens import ratio_of
from framework.axes.ttft import has_five, median_s, spread_of
from framework.catalogue.columns import Array, Columns, Ints, LatencyColumns
from framework.load import Load
from framework.quantities import normal_quantile

NODES = 127
FIRST_NODES = 61
SWEEP_NODES = 31
_TINY = 1e-9


@dataclass(frozen=True, eq=False)
class LatencyAssessment(Assessment):
    """Arrays `(..., offers)`, NaN where there is no reading (or no speed, for the whole reply).

    Seconds are percentiles over the workload's requests by the reading as it stands. Shares average over the drift since the reading;
    `_low` and `_high` are those at a median one log-sigma of drift slower and quicker, widened to hold the average. `attainment` is the
    share that the budget asks about: the smaller of first token and whole reply where the reply streams, else that of the whole reply.
    """

    ttft_p50_s: Array
    ttft_p95_s: Array
    reply_p50_s: Array
    reply_p95_s: Array
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


_COMPUTED = (
    *("ttft_p50_s", "ttft_p95_s", "reply_p50_s", "reply_p95_s"),
    *(f"{what}{end}" for what in ("first_in_time", "reply_in_time", "attainment") for end in ("", "_low", "_high")),
)


def _with_reading(latency: LatencyColumns) -> Ints:
    """Positions of the offers that have a reading, those with five percentiles first."""
    read = np.flatnonzero(np.isfinite(latency.m_at_s))
    return read[np.argsort(~has_five(latency)[read], kind="stable")]


def _picked(latency: LatencyColumns, offers: Ints) -> LatencyColumns:
    """The same columns for these offers."""
    arrays = {field.name: getattr(latency, field.name) for field in dataclasses.fields(latency) if field.name != "effort"}
    return LatencyColumns(**{name: values[..., offers] for name, values in arrays.items()}, effort=tuple(latency.effort[k] for k in offers))


def _hits(load: Load, cached: Array) -> tuple[Array, Any]:
    """Share of requests that read the prefix from the cache, and the prefix; `cached` is the expected read in the user's tokens.

    Tokens read without a prefix in the load, or beyond it, are taken to be read by every request.
    """
    prefix = load.prefix_tokens
    if np.any(cached > prefix * (1 + _TINY)):
        prefix = np.maximum(prefix, cached)
    cacheable = load.input_length.mean_of_min_above(prefix, 0.0)
    return np.clip(cached / np.maximum(cacheable, _TINY), 0.0, 1.0), prefix


_READ_FIELDS = (
    "input_mean", "input_sigma", "output_mean", "output_sigma", "reasoning_mean", "prefix_tokens", "ttft_budget_s", "response_budget_s"
)  # fmt: skip


def _varies(load: Load, cached_tokens: Any) -> bool:
    """Whether anything that the times depend on has a row per case."""
    return max(np.ndim(cached_tokens), *(np.ndim(getattr(load, name)) for name in _READ_FIELDS)) > 1


def _requests(load: Load, columns: Columns, cached_tokens: Any) -> tuple[Requests, Ints]:
    """The workload as the offers with a reading see it, and their positions; an unknown number of cached tokens counts as none.

    A field of the load may also be `(offers,)`, one value per offer.
    """
    known = _with_reading(columns.latency)
    load = load.with_(**{name: value[known] for name, value in vars(load).items() if np.ndim(value) == 1})
    latency, ratio = _picked(columns.latency, known), ratio_of(load, columns)[known]
    cached = np.broadcast_to(np.nan_to_num(cached_tokens), (*np.shape(cached_tokens)[:-1], len(columns)))[..., known]
    hits, prefix = _hits(load, cached / ratio)
    requests = Requests(
        latency=latency,
        spread=spread_of(latency),
        length=load.input_length,
        ratio=ratio,
        prefix_tokens=prefix,
        hits=hits,
        output=load.output_length.scaled(ratio),
        thinking_tokens=np.where(latency.thinks | (columns.reasoning[known] == 0), 0.0, load.reasoning_mean * ratio),
        ttft_budget_s=load.ttft_budget_s,
        response_budget_s=load.response_budget_s,
        rank=2 if _varies(load, cached_tokens) else 1,
    )
    return requests, known


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
    return times_at(requests, points.reshape(*points.shape, *(1,) * requests.rank))


def _drift(requests: Requests, z: Any) -> Array:
    return np.asarray(np.exp(requests.latency.stale_sigma * z))


def _band(requests: Requests, times: Times, left_s: Any) -> tuple[Array, Array, Array]:
    """Share in time averaged over the drift, and its low and high at one log-sigma of drift."""
    expected = share_below(requests, times, left_s, _drift(requests, normal_quantile(times.points[DRIFT])))
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
    requests, known = _requests(load, columns, cached_tokens)
    to_first, to_last = _times(requests, FIRST_NODES), _times(requests, NODES)
    first = _band(requests, to_first, requests.ttft_budget_s - to_first.thinking_s)
    reply = _band(requests, to_last, requests.response_budget_s - to_last.reply_s)
    asked = tuple(np.minimum(*pair) for pair in zip(first, reply, strict=True)) if load.streaming else reply
    found = (*percentiles(requests, to_first, to_last), *first, *reply, *asked)
    unknown = _everywhere(load, columns, cached_tokens)
    values = {name: _put(unknown, known, value) for name, value in zip(_COMPUTED, found, strict=True)}
    age_days = columns.on.toordinal() - columns.latency.measured_ordinal
    return LatencyAssessment(
        "latency",
        _verdicts(load, values["first_in_time_high"], values["attainment_low"], values["attainment_high"]),
        **values,
        age_days=age_days,
        findings=findings(load, columns, cached_tokens=cached_tokens, age_days=age_days),
    )


def attainment(load: Load, columns: Columns, *, cached_tokens: Any = 0.0, nodes: int = SWEEP_NODES) -> Array:
    """`LatencyAssessment.attainment` alone and with fewer nodes, for sweeps and draws: off by 0.005 on average, 0.02 in 95 of 100."""
    requests, known = _requests(load, columns, cached_tokens)
    points = lattice(nodes)
    if requests.rank == 1:
        shares = _shares_asked(requests, load.streaming, points[:, :, None])
    else:
        shares = np.asarray(sum(_shares_asked(requests, load.streaming, point[:, None, None, None]) for point in points.T) / len(points.T))
    return _put(_everywhere(load, columns, cached_tokens), known, shares.min(axis=0))


def _shares_asked(requests: Requests, streaming: bool, points: Array) -> Array:
    """Shares in time of all that the budget asks about, along a new first axis."""
    times = times_at(requests, points)
    drift = _drift(requests, normal_quantile(points[DRIFT]))
    reply = share_below(requests, times, requests.response_budget_s - times.reply_s, drift)
    if not streaming:
        return reply[None]
    first = share_below(requests, times, requests.ttft_budget_s - times.thinking_s, drift)
    return np.stack(np.broadcast_arrays(first, reply))


def ttft_curve(columns: Columns, input_tokens: Any) -> Array:
    """Median seconds to the first token at `input_tokens` `(n, 1)` uncached own tokens: `(n, offers)`; no thinking added."""
    return median_s(columns.latency, input_tokens)
