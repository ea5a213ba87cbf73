"""Peak use of the limits as plain arithmetic: what is drawn on average over what is allowed, for one load or many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from framework.axes.demand import DIMENSIONS, Expected, demand_of
from framework.axes.tiers import at_tier, ladder
from framework.catalogue.columns import Array, Bools, Columns, Ints
from framework.catalogue.records import METERS
from framework.load import Load


def share_of(demand: Any, single: Any, limit: Array, enforced: Any) -> Array:
    """Share of a limit, NaN without one. A bucket smaller than the one call in a hundred never admits it: then that call is the demand."""
    use = np.asarray(np.where(single > limit, np.maximum(single, demand), demand) / limit)
    unpublished = enforced & np.isnan(limit)
    return np.where(unpublished & (np.asarray(demand) == 0), 0.0, use) if np.any(unpublished) else use


def enforced_by(columns: Columns) -> Bools:
    """`(dimensions, offers)`: the meters that the provider says it enforces; money is enforced where a figure is known."""
    return np.concatenate([columns.limits.enforced, np.zeros((len(DIMENSIONS) - len(METERS), len(columns)), dtype=bool)])


def room_for(peak_use: Array) -> Array:
    """How many times the traffic would still fit; inf where nothing is drawn."""
    with np.errstate(divide="ignore"):
        return np.asarray(1 / peak_use)


@dataclass(frozen=True, eq=False)
class Meters:
    """The limits in force, `(dimension, offers that it binds, its limit there, whether it is enforced)` for those that bind any offer."""

    columns: Columns
    binding: tuple[tuple[str, Ints, Array, Bools], ...]

    @classmethod
    def of(cls, columns: Columns, tier_index: Ints) -> Meters:
        """At each offer's tier; `tier_index` from `tiers.choose`."""
        limit, enforced = at_tier(ladder(columns.limits), tier_index), enforced_by(columns)
        bound = [np.flatnonzero(each) for each in enforced | np.isfinite(limit)]
        rows = enumerate(zip(DIMENSIONS, bound, strict=True))
        return cls(columns, tuple((name, at, limit[row, at], enforced[row, at]) for row, (name, at) in rows if at.size))


def headroom(load: Load, meters: Meters, *, forecast_usd: Any, hit_rate: Any, duration_s: Any) -> Array:
    """`RateLimitAssessment.headroom` alone, `(..., offers)`: for sweeps and draws with `(n, 1)` loads.

    Over the known uses only, as there: where a limit is not known the verdict of `assess` says so.
    """
    demand = demand_of(load, meters.columns, Expected(forecast_usd, hit_rate, duration_s))
    shape = np.broadcast_shapes(*(np.shape(part) for part in (demand.minute, demand.prompt, demand.in_flight, demand.month_usd)))
    peak = np.full(shape, np.nan)
    for dimension, at, limit, enforced in meters.binding:
        share = share_of(demand.of(dimension, at), demand.at_once(dimension, at), limit, enforced)
        peak[..., at] = np.fmax(peak[..., at], share)
    return room_for(peak)
