"""Rate limits: what of the traffic at its peak is served in time at the user's tier, under the provider's own counting rules.

The limits of a minute are replayed call by call (`peak_replay`); those of a day and a month, of calls in flight and of spend are held
against what is drawn. No provider publishes how deep its buckets are, so the answer is a range, from a minute's depth to a second's; one
that straddles the target is UNRESOLVED. `use` is the plain arithmetic beside it: the busiest minute against the published figure.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framework.axes.assessment import Assessment, Verdict
from framework.axes.average_room import enforced_by, room_for, share_of
from framework.axes.demand import AS_SHOWN, DIMENSIONS, LEAST, MOST, Expected, Rules, busy_moment, demand_of
from framework.axes.limit_findings import Limits, findings, next_steps
from framework.axes.peak_classes import REPLAYED
from framework.axes.peak_replay import PeakReplay, peak_replay
from framework.axes.tiers import TierChoice, at_tier, choose, ladder, rungs
from framework.catalogue.columns import Array, Bools, Columns, Ints
from framework.catalogue.records import METERS
from framework.load import Load


@dataclass(frozen=True, eq=False)
class RateLimitAssessment(Assessment):
    """Rows of the two-dimensional arrays are `DIMENSIONS`; a share of 1 uses a limit up; NaN is not limited or not known.

    `tier`: the user's or the default one, `tier_index` its row on the ladder (-1: none). `duration_s`: of a call, as given. `use`,
    `use_pessimistic` `(dimensions, offers)`. `peak_use`, `headroom` (1/peak_use, how many times the traffic would fit on average) and
    `binding` over the known uses: where some limit is not known, headroom can only be smaller. `served`, `served_worst` `(offers,)`:
    share of the calls at the peak that are served in time. `room`: how many times that traffic would still be served as the target asks,
    `room_best` at best; `bend` `(2, offers)`: what part of a limit each of the two is on average. `peak_load` `(meters, offers)`: the
    demand (calls in flight where `duration_s` is known), or the longest call where no bucket could hold it. `use_by_tier`
    `(tiers, dimensions, offers)`. `lowest_tier` that is known to serve.
    """

    tier: tuple[str | None, ...]
    tier_index: Ints
    duration_s: Array
    use: Array
    use_pessimistic: Array
    peak_use: Array
    binding: tuple[str | None, ...]
    headroom: Array
    peak_load: Array
    use_by_tier: Array
    lowest_tier: tuple[str | None, ...]
    served: Array
    served_worst: Array
    room: Array
    room_best: Array
    bend: Array
    say_steps: Callable[[], tuple[str, ...]]

    @functools.cached_property
    def next_step(self) -> tuple[str, ...]:
        """What to do about it, in words, per offer."""
        return self.say_steps()


def replays(found: RateLimitAssessment, columns: Columns) -> Bools:
    """`(offers,)`: `served` tells something: a limit of a minute is known, or the provider has none."""
    rows = [DIMENSIONS.index(meter) for meter in REPLAYED]
    known = np.isfinite(found.use[rows]).any(axis=0)
    return np.asarray(known | ~columns.limits.enforced[rows].any(axis=0) & ~np.isnan(found.room))


def limits_calls_in_flight(columns: Columns) -> Bools:
    """`(offers,)`: a limit on calls in flight is enforced or published."""
    row = METERS.index("concurrency")
    return np.asarray(columns.limits.enforced[row] | np.isfinite(columns.limits.limit[:, row]).any(axis=0))


def _drawn(load: Load, columns: Columns, expected: Expected, rules: Rules) -> tuple[Array, Array]:
    """`(demand, one call in a hundred)`, both `(dimensions, offers)`."""
    demand, shape = demand_of(load, columns, expected, rules), (len(columns),)
    drawn = np.array([np.broadcast_to(demand.of(dimension), shape) for dimension in DIMENSIONS], dtype=float)
    return drawn, np.array([np.broadcast_to(demand.at_once(dimension), shape) for dimension in DIMENSIONS], dtype=float)


def _pessimistic(load: Load, columns: Columns, expected: Expected, limit: Array) -> Array:
    """Unknown counting rules read against the user; calls in flight at a busy moment."""
    use = share_of(*_drawn(load, columns, expected, MOST), limit, enforced_by(columns))
    row = METERS.index("concurrency")
    use[row] = np.fmax(use[row], busy_moment(load, columns, expected) / limit[row])
    return use


def _peak(use: Array) -> Array:
    """Largest known share over the dimensions, NaN where none is known."""
    return np.asarray(np.fmax.reduce(use, axis=-2))


def _binding(use: Array) -> tuple[str | None, ...]:
    rows = np.argmax(np.nan_to_num(use, nan=-1.0), axis=0)
    return tuple(DIMENSIONS[row] if use[row, offer] > 0 else None for offer, row in enumerate(rows))


BESIDE = np.array([dimension not in REPLAYED for dimension in DIMENSIONS])
"""Dimensions that are not replayed."""


def _beside(use: Array, demand: Array, single: Array, limit: Array) -> Array:
    """`(offers,)`: the largest use of what no replay tells: of the other dimensions, and of buckets too small for one call in a hundred."""
    told = ~BESIDE[:, None] & ~((single > limit) & (demand > 0))
    return _peak(np.where(told, np.nan, use))


def _verdicts(replayed: PeakReplay, least: Array, pessimistic: Array, unknown: Bools, target: float) -> NDArray[np.int64]:
    """FAILS where the kindest reading misses the target; then UNKNOWN where a limit or its use is not known; then the harshest reading.

    `least`, `pessimistic` `(offers,)`: the uses beside the replay, read kindly and harshly.
    """
    verdicts = np.where((replayed.served_worst < target) | (pessimistic > 1), Verdict.UNRESOLVED, Verdict.MEETS)
    verdicts = np.where(unknown, Verdict.UNKNOWN, verdicts)
    return np.where((replayed.served_best < target) | (least > 1), Verdict.FAILS, verdicts).astype(np.int64)


def _lowest(use: Array, unknown: Bools, columns: Columns, bend: Array) -> Ints:
    """First rung where every known use is within its limit and none that is needed is unknown; -1 where there is none.

    `bend` `(offers,)`: what part of a limit, on average, the traffic can use before it is refused.
    """
    serves = rungs(columns.limits) & (_peak(use) <= bend) & ~unknown.any(axis=1)
    return np.where(serves.any(axis=0), serves.argmax(axis=0), -1)


def _named(rows: Ints, columns: Columns) -> tuple[str | None, ...]:
    return tuple(names[row] if row >= 0 else None for row, names in zip(rows, columns.limits.tier_names, strict=True))


def _measured(load: Load, columns: Columns, expectations: tuple[Expected, Expected], tier: TierChoice) -> Limits:
    """Every reading of every limit for one load, as expected and at best."""
    expected, best = expectations
    table, enforced = ladder(columns.limits), enforced_by(columns)
    demand, single = _drawn(load, columns, expected, AS_SHOWN)
    by_tier = share_of(demand, single, table, enforced)
    unknown_by_tier = (enforced | np.isfinite(table)) & np.isnan(by_tier)
    limit, use = at_tier(table, tier.index), at_tier(by_tier, tier.index)
    unknown = (enforced | np.isfinite(limit)) & np.isnan(use)
    kind_demand, kind_single = _drawn(load, columns, best, LEAST)
    least = share_of(kind_demand, kind_single, limit, enforced)
    pessimistic = _pessimistic(load, columns, expected, limit)
    replayed = peak_replay(load, columns, expected, best=best, limit=limit)
    kind_beside = _beside(least, kind_demand, kind_single, limit)
    rooms = (
        _room_of(replayed.headroom, replayed.served, _beside(use, demand, single, limit), use, load.target_share),
        _room_of(replayed.headroom_best, replayed.served_best, kind_beside, least, load.target_share),
    )
    bend = np.stack([_bend(room, _peak(each)) for room, each in zip(rooms, (use, least), strict=True)])
    harsh = _beside(pessimistic, demand, single, limit)
    return Limits(
        load=load,
        columns=columns,
        tier=tier,
        limit=limit,
        demand=demand,
        single=single,
        use=use,
        pessimistic=pessimistic,
        unknown=unknown,
        by_tier=by_tier,
        replayed=replayed,
        rooms=rooms,
        bend=bend,
        verdicts=_verdicts(
            replayed,
            kind_beside,
            harsh,
            unknown.any(axis=0) | np.isnan(_peak(use)),
            load.target_share,
        ),
        lowest=_lowest(by_tier, unknown_by_tier, columns, bend[0]),
    )


def _room_of(headroom: Array, served: Array, beside: Array, use: Array, target: float) -> Array:
    """How many times the traffic is served as the target asks: the replay's answer, or what else leaves less; NaN: nothing is known."""
    sided = np.where(served >= target, np.fmax(headroom, 1.0), np.fmin(headroom, np.nextafter(1.0, 0.0)))
    with np.errstate(divide="ignore"):
        return np.where(np.isnan(_peak(use)), np.nan, np.fmin(sided, 1 / beside))


def _bend(room: Array, peak_use: Array) -> Array:
    """What part of a limit the traffic can use on average before too much is refused; 1 where that cannot be told."""
    with np.errstate(invalid="ignore"):
        part = room * peak_use
    return np.where(np.isfinite(part) & (part > 0), part, 1.0)


def assess(
    load: Load,
    columns: Columns,
    *,
    tiers: Mapping[str, str],
    forecast_usd: Any,
    hit_rate: Any,
    duration_s: Any,
    hit_rate_high: Any = None,
) -> RateLimitAssessment:
    """Peak use of every limit for one load (scalars).

    `tiers`: tier per provider, `WorkloadError` if it is not on the ladder. `forecast_usd`: monthly bill; `hit_rate`: share of cacheable
    tokens read from cache, `hit_rate_high` at best; `duration_s`: seconds a call is in flight; each `(offers,)`, NaN unknown.
    """
    expected = Expected(forecast_usd, hit_rate, duration_s)
    best = expected if hit_rate_high is None else Expected(forecast_usd, hit_rate_high, duration_s)
    facts = _measured(load, columns, (expected, best), choose(columns, tiers))
    peak_use = _peak(facts.use)
    return RateLimitAssessment(
        axis="rate_limits",
        verdicts=facts.verdicts,
        say=functools.partial(findings, facts),
        tier=facts.tier.names,
        tier_index=facts.tier.index,
        duration_s=duration_s,
        use=facts.use,
        use_pessimistic=facts.pessimistic,
        peak_use=peak_use,
        binding=_binding(facts.use),
        headroom=room_for(peak_use),
        peak_load=np.where(facts.single > facts.limit, np.maximum(facts.single, facts.demand), facts.demand)[: len(METERS)],
        use_by_tier=facts.by_tier,
        lowest_tier=_named(facts.lowest, columns),
        served=facts.replayed.served,
        served_worst=facts.replayed.served_worst,
        room=facts.rooms[0],
        room_best=facts.rooms[1],
        bend=facts.bend,
        say_steps=functools.partial(next_steps, facts),
    )
