"""The traffic of the busiest minute, held up for an hour, against every offer's limits at its tier: the share that is served in time.

A replay instead of an average: bursts find short buckets, long prompts find shallow ones. Read three ways, as `rate_limits` does: as
shown and at best with a bucket of a minute's depth, at worst with one of a second's where the provider enforces below the minute or does
not say. Calls are merged where there are more than a thousand in the hour; their sums keep mean and variance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from framework.axes.charging import Texts, charged, charging_of, texts_of
from framework.axes.demand import AS_SHOWN, LEAST, MOST, Expected, Rules, peak_calls
from framework.catalogue.columns import Array, Columns, Ints
from framework.catalogue.records import METERS
from framework.draws import standard_calls
from framework.load import Load
from framework.simulation.limiter import METERED, Lanes, lanes_of
from framework.simulation.replay import SDK_HEADER_CAP_S, Client, refuse_all, replay

CALLS = 1_024
REPLAYED: tuple[str, ...] = ("rpm", "tpm", "itpm", "otpm")
"""Meters of a minute. What is per day, per month, in flight or in money is held against its sum."""
ROWS = [METERS.index(meter) for meter in REPLAYED]
LADDER = np.array([1.05, 1.02, 0.99, 0.95, 0.89, 0.8, 0.65, 0.45, 0.2])
"""Multiples of the traffic that would just use the limits up on average."""
FARTHEST = 32.0
"""Traffic so many times over is far enough: beyond, averages are as good."""
NEAREST = 1 / 512
HOUR_S, MINUTE_S = 3_600, 60
PARTS = 64


@dataclass(frozen=True, eq=False)
class PeakReplay:
    """Shares `(offers,)` of the calls at the peak that are served in time: as shown, at best and at worst.

    Of the limits of a minute that are known; 1 without any. `headroom`, `headroom_best`: how many times that traffic would still be served
    as `Load.target_share` asks, inf without any.
    """

    served: Array
    served_best: Array
    served_worst: Array
    headroom: Array
    headroom_best: Array


@dataclass(frozen=True, eq=False)
class _Traffic:
    """Arrivals at one rate, `span_s` long or longer: `merged` calls at a time."""

    time_us: Ints
    texts: Texts
    chance: Array
    merged: int


def _traffic(load: Load, per_minute: float, *, span_s: float) -> _Traffic:
    merged = max(1, math.ceil(per_minute * span_s / 60 / CALLS))
    calls = standard_calls(CALLS, max(load.burstiness / math.sqrt(merged), 0.01))
    gaps_us = calls.gap * (60e6 * merged / per_minute)
    time_us = np.rint(np.cumsum(gaps_us)).astype(np.int64)
    return _Traffic(time_us - time_us[0], texts_of(load, calls), calls.chance, merged)


def peak_replay(load: Load, columns: Columns, expected: Expected, *, best: Expected, limit: Array) -> PeakReplay:
    """For one load (scalars). `limit` `(dimensions, offers)` at each offer's tier; `best`: what the other axes expect at best."""
    per_minute = np.broadcast_to(peak_calls(load, columns), (len(columns),))
    window_s = np.where(columns.limits.subminute != 0, 1, 60)
    shown = _Reading.of(load, columns, expected, rules=AS_SHOWN, limit=limit[ROWS], window_s=60)
    kind = _Reading.of(load, columns, best, rules=LEAST, limit=limit[ROWS], window_s=60)
    harsh = _Reading.of(load, columns, expected, rules=MOST, limit=limit[ROWS], window_s=window_s)
    served, headroom = shown.replayed(load, per_minute, span_s=HOUR_S)
    same = np.array_equal(shown.table, kind.table, equal_nan=True)
    served_best, headroom_best = (served, headroom) if same else kind.replayed(load, per_minute, span_s=HOUR_S)
    served_worst, _ = harsh.replayed(load, per_minute, span_s=MINUTE_S, ladder=np.zeros(0))
    return PeakReplay(served, served_best, np.minimum(served_worst, served), headroom, headroom_best)


@dataclass(frozen=True, eq=False)
class _Reading:
    """`table` `(charging, limits and depth, offers)`: offers with equal columns share one replay."""

    table: Array

    @classmethod
    def of(cls, load: Load, columns: Columns, expected: Expected, *, rules: Rules, limit: Array, window_s: object) -> _Reading:
        """Everything that tells one offer's replay from another's."""
        table = charging_of(load, columns, expected, rules).table
        # Of a text whose tokens are not known only the calls can be counted.
        uncounted = np.isnan(table).any(axis=0)
        figures = np.where(uncounted & (np.array(REPLAYED) != "rpm")[:, None], np.nan, limit)
        depth_s = np.broadcast_to(np.asarray(window_s, dtype=float), (1, len(columns)))
        return cls(np.vstack([np.where(uncounted, 0.0, table), figures, depth_s]))

    def replayed(self, load: Load, per_minute: Array, *, span_s: float, ladder: Array = LADDER) -> tuple[Array, Array]:
        """`(served in time, headroom)`, both `(offers,)`."""
        served, headroom = np.full((2, len(per_minute)), np.nan)
        free = np.isnan(self.table[5:-1]).all(axis=0) | (per_minute <= 0)
        served[free], headroom[free] = 1.0, math.inf
        for rate in np.unique(per_minute[~free]):
            places = np.flatnonzero(~free & (per_minute == rate))
            classes, where = _distinct(self.table[:, places])
            shares, times = _of_classes(load, _traffic(load, float(rate), span_s=span_s), classes, ladder=ladder)
            served[places] = shares[:, 0][where]
            if ladder.size:
                reached = [_reached(each, share, load.target_share) for each, share in zip(times, shares, strict=True)]
                headroom[places] = np.array(reached)[where]
        return served, headroom


def _distinct(table: Array) -> tuple[Array, Ints]:
    """Its distinct columns, and where each offer finds its own."""
    columns = np.ascontiguousarray(table.T)
    whole = columns.view(np.dtype((np.void, columns.shape[1] * columns.itemsize))).ravel()
    _, first, where = np.unique(whole, return_index=True, return_inverse=True)
    return table[:, first], where


def _of_classes(load: Load, traffic: _Traffic, classes: Array, *, ladder: Array) -> tuple[Array, Array]:
    """Served shares `(classes, 1 + steps)` at once the traffic and at the steps of the ladder, and the multiples that those are."""
    charging, which = _distinct(classes[:5])
    charge = charged(charging, traffic.texts, traffic.chance, merged=traffic.merged)
    order = np.argsort(which, kind="stable")
    limit, window_s = classes[5:-1, order], classes[-1, order].astype(np.int64)
    multiples = np.ones((len(order), 1 + ladder.size))
    just = _just_used_up(limit, charge.mean(axis=2)[which[order]], traffic)
    multiples[:, 1:] = np.clip(ladder * np.minimum(just, FARTHEST)[:, None], NEAREST, None)
    speed, times = _speeds(multiples)
    times *= np.maximum(just / FARTHEST, 1.0)[:, None]
    width = multiples.shape[1]
    lanes = lanes_of(
        {meter: np.repeat(row, width) for meter, row in zip(REPLAYED, limit, strict=True)},
        np.repeat(charge.max(axis=2)[which[order]].T, width, axis=1),
        window_s=np.repeat(window_s, width),
        speed=(speed[0].ravel(), speed[1].ravel()),
    )
    blocks = lanes.blocks((width * np.bincount(which, minlength=len(charge))).tolist())
    found = [_served(load, traffic.time_us, each, block) for each, block in zip(charge, blocks, strict=True)]
    back = np.argsort(order)
    return np.concatenate(found).reshape(-1, width)[back], times[back]


def _just_used_up(limit: Array, mean: Array, traffic: _Traffic) -> Array:
    """How many times the traffic would use a limit up on average, `(classes,)`; `mean` `(classes, kinds)` charges."""
    groups_per_minute = len(traffic.time_us) / max(float(traffic.time_us[-1]), 1.0) * 60e6
    drawn = groups_per_minute * mean[:, [METERED[meter][0] for meter in REPLAYED]]
    return np.asarray(1 / np.maximum(np.fmax.reduce(drawn / limit.T, axis=1), 1e-9))


def _speeds(multiples: Array) -> tuple[tuple[Ints, Ints], Array]:
    """As fractions with small whole numbers, and what they come to."""
    p = np.where(multiples >= 1, np.rint(PARTS * multiples), PARTS).astype(np.int64)
    q = np.where(multiples >= 1, PARTS, np.rint(PARTS / multiples)).astype(np.int64)
    return (p, q), p / q


def _served(load: Load, time_us: Ints, charge: Ints, lanes: Lanes) -> Array:
    client = load.client
    if client.policy == "refuse":
        return refuse_all(time_us, charge, lanes).served_share
    habits = Client(
        policy=client.policy,
        retries=client.retries,
        first_backoff_s=client.first_backoff_s,
        backoff_cap_s=client.backoff_cap_s,
        header_cap_s=SDK_HEADER_CAP_S if client.retry_after else 0.0,
    )
    shares = np.empty(len(lanes))
    for at in range(len(lanes)):
        delay_us = replay(time_us, charge, lanes, habits, at=at).delay_us
        shares[at] = np.count_nonzero(delay_us <= 1e6 * load.max_wait_s) / len(time_us)
    return shares


def _reached(multiples: Array, shares: Array, target: float) -> float:
    """The largest multiple at which the target is met, straight between the steps; the first entry is the traffic as it is."""
    times, share = multiples[1:], shares[1:]
    meets = share >= target
    if not meets.any():
        return float(times[-1] * share[-1] / target)
    at = int(meets.argmax())
    if at == 0:
        return float(times[0])
    above, below = share[at - 1], share[at]
    return float(times[at] + (times[at - 1] - times[at]) * (below - target) / max(below - above, 1e-12))
