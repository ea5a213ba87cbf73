"""The traffic of the busiest minute, held up for an hour, against every offer's limits at its tier: the share that is served in time.

A replay instead of an average: bursts find short buckets, long prompts find shallow ones. Read three ways, as `rate_limits` does: as
shown and at best with a bucket of a minute's depth, at worst with one of a second's where the provider enforces below the minute or does
not say. Calls are merged where there are more than a thousand in the hour; their sums keep mean and variance.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from framework.axes.charging import Texts, charged, charging_of, texts_of
from framework.axes.demand import AS_SHOWN, LEAST, MOST, Expected, Rules, peak_calls
from framework.catalogue.columns import Array, Bools, Columns, Ints
from framework.catalogue.records import METERS
from framework.draws import standard_calls
from framework.load import Load
from framework.simulation.limiter import METERED, Lanes, lanes_of
from framework.simulation.replay import SDK_HEADER_CAP_S, Client, refuse_all, replay

CALLS = 1_024
REPLAYED: tuple[str, ...] = ("rpm", "tpm", "itpm", "otpm")
"""Meters of a minute. What is per day, per month, in flight or in money is held against its sum."""
ROWS = [METERS.index(meter) for meter in REPLAYED]
KINDS_REPLAYED = [METERED[meter][0] for meter in REPLAYED]
LADDER = np.array([1.05, 1.02, 0.99, 0.95, 0.89, 0.8, 0.65, 0.45, 0.2])
"""Multiples of the traffic that would just use the limits up on average."""
HOUR_S, MINUTE_S = 3_600, 60
PARTS = 4_096


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


def _merged(per_minute: Array, *, span_s: float) -> Ints:
    """How many calls come as one, so that they last at least so long; in few steps, so that a moved control finds draws that were made."""
    return np.asarray(8 ** np.ceil(np.log2(np.maximum(per_minute * span_s / 60 / CALLS, 1.0)) / 3)).astype(np.int64)


def _traffic(load: Load, *, merged: int, gap_us: float) -> _Traffic:
    calls = standard_calls(CALLS, max(load.burstiness / math.sqrt(merged), 0.01))
    time_us = np.rint(np.cumsum(calls.gap) * gap_us).astype(np.int64)
    return _Traffic(time_us - time_us[0], texts_of(load, calls), calls.chance, merged)


def peak_replay(load: Load, columns: Columns, expected: Expected, *, best: Expected, limit: Array) -> PeakReplay:
    """For one load (scalars). `limit` `(dimensions, offers)` at each offer's tier; `best`: what the other axes expect at best."""
    per_minute = np.broadcast_to(peak_calls(load, columns), (len(columns),))
    window_s = np.where(columns.limits.subminute != 0, 1, 60)
    shown = _Reading.of(load, columns, expected, rules=AS_SHOWN, limit=limit[ROWS], window_s=60)
    kind = _Reading.of(load, columns, best, rules=LEAST, limit=limit[ROWS], window_s=60)
    harsh = _Reading.of(load, columns, expected, rules=MOST, limit=limit[ROWS], window_s=window_s)
    both = _Reading(np.hstack([shown.table, kind.table]))
    served, served_best = np.split(both.served(load, np.tile(per_minute, 2), span_s=HOUR_S), 2)
    sustained, sustained_best = np.split(both.calls_per_minute(load), 2)
    with np.errstate(divide="ignore"):
        headroom, headroom_best = sustained / per_minute, sustained_best / per_minute
    served_worst = np.minimum(harsh.served(load, per_minute, span_s=MINUTE_S), served)
    return PeakReplay(served, served_best, served_worst, headroom, headroom_best)


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

    @property
    def _free(self) -> Bools:
        """Offers without a known limit of a minute."""
        return np.asarray(np.isnan(self.table[5:-1]).all(axis=0))

    def served(self, load: Load, per_minute: Array, *, span_s: float) -> Array:
        """Share of the calls served in time at so many a minute, `(offers,)`."""
        served = np.ones(len(per_minute))
        for rate in np.unique(per_minute[~self._free & (per_minute > 0)]):
            places = np.flatnonzero(~self._free & (per_minute == rate))
            classes, where = distinct(self.table[:, places])
            merged = int(_merged(rate, span_s=span_s))
            traffic = _traffic(load, merged=merged, gap_us=60e6 * merged / float(rate))
            shares = np.ones(classes.shape[1])
            charges = _Charges.of(traffic, classes)
            open_ = np.flatnonzero(~_never_short(traffic, classes, charges))
            if open_.size:
                shares[open_] = _shares(load, traffic, classes[:, open_], charges.some(open_), np.ones((open_.size, 1)))[:, 0]
            served[places] = shares[where]
        return served

    def calls_per_minute(self, load: Load) -> Array:
        """The traffic that is still served as the target asks, `(offers,)`: it hangs on limits and texts, not on today's traffic."""
        found = np.full(self.table.shape[1], math.inf)
        places = np.flatnonzero(~self._free)
        if places.size:
            classes, where = distinct(self.table[:, places])
            found[places] = _kept(_what_counts(load), classes.tobytes(), _Asked(load, classes))[where]
        return found


@dataclass(frozen=True, eq=False)
class _Asked:
    """Equal to any other, so that the key beside it decides what is looked up."""

    load: Load
    classes: Array

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked)

    def __hash__(self) -> int:
        return 0


def _what_counts(load: Load) -> tuple[Hashable, ...]:
    """The fields of a load that `_sustained` reads."""
    texts = (load.input_mean, load.input_sigma, load.output_mean, load.output_sigma, load.prefix_tokens, load.converses)
    shared = float(load.reusable_mean) if load.converses else None
    return (*texts, shared, load.burstiness, load.target_share, load.max_wait_s, load.client)


@functools.lru_cache(maxsize=256)
def _kept(key: tuple[Hashable, ...], classes: bytes, asked: _Asked) -> Array:  # noqa: ARG001
    """Controls that move neither limits nor texts find the answer again."""
    return _sustained(asked.load, asked.classes)


def _sustained(load: Load, classes: Array) -> Array:
    single = _traffic(load, merged=1, gap_us=1e6)
    mean = charged(classes[:5], single.texts, single.chance).mean(axis=2)[:, KINDS_REPLAYED]
    with np.errstate(divide="ignore"):
        used_up = np.minimum(np.fmin.reduce(classes[5:-1].T / mean, axis=1), 1e9)
    found = np.empty(len(used_up))
    groups = _merged(used_up, span_s=HOUR_S)
    for merged in np.unique(groups):
        places = np.flatnonzero(groups == merged)
        multiples = LADDER * used_up[places, None] / (60 * merged)
        traffic = _traffic(load, merged=int(merged), gap_us=1e6)
        shares = _shares(load, traffic, classes[:, places], _Charges.of(traffic, classes[:, places]), multiples)
        found[places] = used_up[places] * [_reached(share, load.target_share) for share in shares]
    return found


def distinct(table: Array) -> tuple[Array, Ints]:
    """Its distinct columns, and where each offer finds its own."""
    columns = np.ascontiguousarray(table.T)
    whole = columns.view(np.dtype((np.void, columns.shape[1] * columns.itemsize))).ravel()
    _, first, where = np.unique(whole, return_index=True, return_inverse=True)
    return table[:, first], where


@dataclass(frozen=True, eq=False)
class _Charges:
    """`charge` `(kinds of charging, kinds, n)`, and which of them each class has."""

    charge: Ints
    which: Ints

    @classmethod
    def of(cls, traffic: _Traffic, classes: Array) -> _Charges:
        """Classes that differ in their limits alone are charged once."""
        charging, which = distinct(classes[:5])
        return cls(charged(charging, traffic.texts, traffic.chance, merged=traffic.merged), which)

    def some(self, classes: Ints) -> _Charges:
        """Those of some of the classes."""
        kinds, which = np.unique(self.which[classes], return_inverse=True)
        return _Charges(self.charge[kinds], which)


def _never_short(traffic: _Traffic, classes: Array, charges: _Charges) -> Bools:
    """Classes `(classes,)` whose buckets no stretch of this traffic can empty, as `simulation.busiest` reasons: they need no replay."""
    charge, which = charges.charge[:, KINDS_REPLAYED], charges.which
    total = np.concatenate([np.zeros((*charge.shape[:2], 1), dtype=np.int64), np.cumsum(charge, axis=2)], axis=2)
    safe = np.zeros(classes.shape[1], dtype=bool)
    for depth_s in np.unique(classes[-1]):
        behind = np.searchsorted(traffic.time_us, traffic.time_us + int(depth_s * 1e6), side="right")
        most = (total[:, :, behind] - total[:, :, :-1]).max(axis=2)[which].T
        limit = classes[5:-1]
        within = (np.isnan(limit) | (most <= limit * depth_s / MINUTE_S)).all(axis=0)
        safe |= within & (classes[-1] == depth_s)
    return safe


def _shares(load: Load, traffic: _Traffic, classes: Array, charges: _Charges, multiples: Array) -> Array:
    """Served shares of classes that charge and limit alike, at `multiples` `(classes, steps)` of the traffic's own pace."""
    charge, which = charges.charge, charges.which
    order, width = np.argsort(which, kind="stable"), multiples.shape[1]
    paces = multiples[order].ravel()
    lanes = lanes_of(
        {meter: np.repeat(row, width) for meter, row in zip(REPLAYED, classes[5:-1, order], strict=True)},
        np.repeat(charge.max(axis=2)[which[order]].T, width, axis=1),
        window_s=np.repeat(classes[-1, order].astype(np.int64), width),
        speed=_speeds(paces),
    )
    widths = width * np.bincount(which, minlength=len(charge))
    runs = zip(charge, lanes.blocks(widths.tolist()), np.split(paces, np.cumsum(widths)[:-1]), strict=True)
    found = np.concatenate([_served(load, traffic.time_us, each, block, pace) for each, block, pace in runs])
    return found.reshape(-1, width)[np.argsort(order)]


def _speeds(multiples: Array) -> tuple[Ints, Ints]:
    """As fractions p / q of whole numbers."""
    faster = multiples >= 1
    p, q = np.where(faster, np.rint(PARTS * multiples), PARTS), np.where(faster, PARTS, np.rint(PARTS / multiples))
    return p.astype(np.int64), q.astype(np.int64)


def _served(load: Load, time_us: Ints, charge: Ints, lanes: Lanes, pace: Array) -> Array:
    """Share served in time by each set; at a `pace` of 2 a second of the clock is two of the arrivals' seconds."""
    client = load.client
    if client.policy == "refuse":
        return refuse_all(time_us, charge, lanes).served_share
    shares = np.empty(len(lanes))
    for at, faster in enumerate(pace.tolist()):
        habits = Client(
            policy=client.policy,
            retries=client.retries,
            first_backoff_s=client.first_backoff_s * faster,
            backoff_cap_s=client.backoff_cap_s * faster,
            header_cap_s=SDK_HEADER_CAP_S * faster if client.retry_after else 0.0,
        )
        delay_us = replay(time_us, charge, lanes, habits, at=at).delay_us
        shares[at] = np.count_nonzero(delay_us <= 1e6 * load.max_wait_s * faster) / len(time_us)
    return shares


def _reached(share: Array, target: float) -> float:
    """The largest step of the ladder at which the target is met, straight between the steps."""
    meets = share >= target
    if not meets.any():
        return float(LADDER[-1] * share[-1] / target)
    at = int(meets.argmax())
    if at == 0:
        return float(LADDER[0])
    above, below = share[at - 1], share[at]
    return float(LADDER[at] + (LADDER[at - 1] - LADDER[at]) * (below - target) / max(below - above, 1e-12))
