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

from framework.axes.charging import charged, charging_of, texts_of
from framework.axes.demand import AS_SHOWN, LEAST, MOST, Expected, Rules, peak_calls
from framework.axes.peak_classes import (
    KINDS_REPLAYED,
    LADDER,
    REPLAYED,
    ROWS,
    Charges,
    PeakTraffic,
    distinct,
    never_short,
    reached,
    shares_of,
)
from framework.catalogue.columns import Array, Bools, Columns, Ints
from framework.draws import standard_calls
from framework.load import Load

CALLS = 1_024
HOUR_S, MINUTE_S = 3_600, 60


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


def _merged(per_minute: Array, *, span_s: float) -> Ints:
    """How many calls come as one, so that they last at least so long; in few steps, so that a moved control finds draws that were made."""
    return np.asarray(8 ** np.ceil(np.log2(np.maximum(per_minute * span_s / 60 / CALLS, 1.0)) / 3)).astype(np.int64)


def _traffic(load: Load, *, merged: int, gap_us: float) -> PeakTraffic:
    calls = standard_calls(CALLS, max(load.burstiness / math.sqrt(merged), 0.01))
    time_us = np.rint(np.cumsum(calls.gap) * gap_us).astype(np.int64)
    return PeakTraffic(time_us - time_us[0], texts_of(load, calls), calls.chance, merged)


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
        """Share of the calls served in time at so many a minute, `(offers,)`; not to be written to."""
        asked = _AskedServed(self, load, per_minute)
        return _kept_served((*_what_counts(load), span_s), self.table.tobytes() + per_minute.tobytes(), asked, span_s)

    def replay_served(self, load: Load, per_minute: Array, *, span_s: float) -> Array:
        """The same, worked out."""
        served = np.ones(len(per_minute))
        for rate in np.unique(per_minute[~self._free & (per_minute > 0)]):
            places = np.flatnonzero(~self._free & (per_minute == rate))
            classes, where = distinct(self.table[:, places])
            merged = int(_merged(rate, span_s=span_s))
            traffic = _traffic(load, merged=merged, gap_us=60e6 * merged / float(rate))
            shares = np.ones(classes.shape[1])
            charges = Charges.of(traffic, classes)
            open_ = np.flatnonzero(~never_short(traffic, classes, charges))
            if open_.size:
                shares[open_] = shares_of(load, traffic, classes[:, open_], charges.some(open_), np.ones((open_.size, 1)))[:, 0]
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


@dataclass(frozen=True, eq=False)
class _AskedServed:
    """As `_Asked`: equal to any other."""

    reading: _Reading
    load: Load
    per_minute: Array

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _AskedServed)

    def __hash__(self) -> int:
        return 0


@functools.lru_cache(maxsize=64)
def _kept_served(key: tuple[Hashable, ...], figures: bytes, asked: _AskedServed, span_s: float) -> Array:  # noqa: ARG001
    """Controls that move neither limits, texts nor traffic find the answer again: those of budgets, weights and latency."""
    return asked.reading.replay_served(asked.load, asked.per_minute, span_s=span_s)


def _what_counts(load: Load) -> tuple[Hashable, ...]:
    """The fields of a load that a replay of its peak reads, beside the rate."""
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
        shares = shares_of(load, traffic, classes[:, places], Charges.of(traffic, classes[:, places]), multiples)
        found[places] = used_up[places] * [reached(share, load.target_share) for share in shares]
    return found
