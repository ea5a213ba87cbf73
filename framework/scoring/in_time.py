"""Attainment over many loads: worked out at a few points of each way and read off between them, and only for the offers that matter."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from framework.axes import latency
from framework.catalogue.columns import Columns, cut
from framework.load import Load
from framework.quantities import normal_cdf, normal_quantile
from framework.scoring.rows import Rows, Way, pick

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.intp]

SURE = 1e-6
"""Shares are read off on the probit scale, where they run almost straight; it has no ends."""


@dataclasses.dataclass(frozen=True, eq=False)
class Speed:
    """How attainment is worked out for these columns: as finely as `latency.assess` does or roughly, and what to add to it.

    `offset` `(offers,)` is what `latency.assess` gives beyond the rough figure at the case's own load.
    """

    columns: Columns
    fine: bool
    offset: Array


def exactly(speed: Speed, load: Load, cached_tokens: Array, *, wanted: Bools) -> Array:
    """Attainment `(n, offers)` of `(n, 1)` loads where `wanted`, NaN elsewhere and where there is no reading."""
    # All pairs of load and offer side by side take far fewer steps than load by load.
    row, offer = np.nonzero(wanted & np.isfinite(speed.columns.latency.m_at_s))
    everywhere = np.full(wanted.shape, np.nan)
    if row.size:
        cached = np.broadcast_to(cached_tokens, wanted.shape)[row, offer]
        attained = attainment(_of_pairs(load, row), _readings_of(speed.columns, offer), cached, fine=speed.fine)
        everywhere[row, offer] = np.clip(attained + speed.offset[offer], 0.0, 1.0)
    return everywhere


def median_seconds(columns: Columns, load: Load, cached_tokens: Array, *, offers: Ints) -> Array:
    """Median seconds of the whole reply of a call, `(n, all offers)`, of `(n, 1)` loads at some offers, as assessed; NaN elsewhere."""
    rows = max(len(value) for value in vars(load).values() if isinstance(value, np.ndarray))
    everywhere = np.full((rows, len(columns)), np.nan)
    row, offer = (pairs.ravel() for pairs in np.meshgrid(np.arange(rows), offers, indexing="ij"))
    if row.size:
        cached = np.broadcast_to(cached_tokens, everywhere.shape)[row, offer]
        everywhere[row, offer] = latency.reply_p50_s(
            _of_pairs(load, row).with_(round_trips=0), _readings_of(columns, offer), cached_tokens=cached
        )
    return everywhere


def attainment(load: Load, columns: Columns, cached_tokens: Array, *, fine: bool) -> Array:
    """`(offers,)`; `fine` averages over the nodes that `latency.assess` uses."""
    if fine:
        return latency.fine_attainment(load, columns, cached_tokens=cached_tokens)
    return latency.attainment(load, columns, cached_tokens=cached_tokens, nodes=latency.SWEEP_NODES)


def between_knots(speed: Speed, rows: Rows, cached_tokens: Array, *, knots: int, near: Bools) -> Array:
    """Attainment `(n, offers)`, straight on the probit scale between `knots + 1` points of each way; NaN where not `near`.

    `near` `(ways, offers)`: who takes part in each way.
    """
    places = [np.linspace(0, len(way.values) - 1, knots + 1).round().astype(np.intp) for way in rows.ways]
    at = np.concatenate([start + place for start, place in zip(rows.starts, places, strict=False)])
    cached = cached_tokens[at] if cached_tokens.ndim > 1 else cached_tokens
    share = exactly(speed, pick(rows.load, at), cached, wanted=np.repeat(near, knots + 1, axis=0))
    probit = normal_quantile(np.clip(share, SURE, 1 - SURE)).reshape(len(rows.ways), knots + 1, -1)
    parts = [_mixture(way, place) @ each for way, place, each in zip(rows.ways, places, probit, strict=True)]
    return normal_cdf(np.concatenate(parts))


def _mixture(way: Way, places: Ints) -> Array:
    """`(values, knots)`: how much of each knot goes into each value."""
    scale = way.scale(way.values) * (1 if way.values[0] <= way.values[-1] else -1)
    return np.stack([np.interp(scale, scale[places], each) for each in np.eye(len(places))], axis=1)


def _of_pairs(load: Load, row: Ints) -> Load:
    """One load per pair, side by side `(pairs,)`."""
    return load.with_(**{name: value[row, 0] for name, value in vars(load).items() if isinstance(value, np.ndarray)})


def _readings_of(columns: Columns, offers: Ints) -> Columns:
    """The same without prices and limits."""
    some: Columns = cut(columns, offers, ids=("",) * len(offers), latency=cut(columns.latency, offers))
    return some
