"""The workload as the offers that have a latency reading see it."""

from __future__ import annotations

from typing import Any

import numpy as np

from framework.axes.reply_time import Requests
from framework.axes.tokens import ratio_of, thinking_tokens
from framework.axes.ttft import has_five, spread_of
from framework.catalogue.columns import Array, Columns, Ints, LatencyColumns
from framework.load import Load

_TINY = 1e-9


def _with_reading(latency: LatencyColumns) -> Ints:
    """Positions of the offers that have a reading, those with five percentiles first."""
    read = np.flatnonzero(np.isfinite(latency.m_at_s))
    return read[np.argsort(~has_five(latency)[read], kind="stable")]


def _picked(latency: LatencyColumns, offers: Ints) -> LatencyColumns:
    """The figures of these offers; their efforts stay behind."""
    return LatencyColumns(**{name: values.take(offers, axis=-1) for name, values in vars(latency).items() if name != "effort"}, effort=())


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


def requests_of(load: Load, columns: Columns, cached_tokens: Any) -> tuple[Requests, Ints]:
    """The workload as the offers with a reading see it, and their positions; an unknown number of cached tokens counts as none.

    A field of the load may also be `(offers,)`, one value per offer.
    """
    known, thinking = _with_reading(columns.latency), thinking_tokens(load, columns)
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
        thinking_tokens=np.where(latency.thinks, 0.0, thinking[..., known] * ratio) * (1 + load.round_trips),
        ttft_budget_s=load.ttft_budget_s,
        response_budget_s=load.response_budget_s,
        round_trips=load.round_trips,
        rank=2 if _varies(load, cached_tokens) else 1,
    )
    return requests, known
