"""Offers that charge and limit alike share a replay: what of one traffic each kind of them serves, at this pace and others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from framework.axes.charging import Texts, filled, own_tokens, together
from framework.catalogue.columns import Array, Bools, Ints
from framework.catalogue.records import METERS
from framework.load import Load
from framework.simulation.limiter import KINDS, METERED, MINUTE_S, Lanes, Rows, lanes_of
from framework.simulation.replay import SDK_HEADER_CAP_S, Client, refuse_all, replay

REPLAYED: tuple[str, ...] = ("rpm", "tpm", "itpm", "otpm")
"""Meters of a minute. What is per day, per month, in flight or in money is held against its sum."""
ROWS = [METERS.index(meter) for meter in REPLAYED]
KINDS_REPLAYED = [METERED[meter][0] for meter in REPLAYED]
LADDER = np.array([1.05, 1.02, 0.99, 0.95, 0.89, 0.8, 0.65, 0.45, 0.2])
"""Multiples of the traffic that would just use the limits up on average."""
PARTS = 4_096


@dataclass(frozen=True, eq=False)
class PeakTraffic:
    """Arrivals at one rate, `span_s` long or longer: `merged` calls at a time."""

    time_us: Ints
    texts: Texts
    chance: Array
    merged: int


def distinct(table: Array) -> tuple[Array, Ints]:
    """Its distinct columns, and where each offer finds its own."""
    columns = np.ascontiguousarray(table.T)
    whole = columns.view(np.dtype((np.void, columns.shape[1] * columns.itemsize))).ravel()
    _, first, where = np.unique(whole, return_index=True, return_inverse=True)
    return table[:, first], where


@dataclass(frozen=True, eq=False)
class Charges:
    """`charge` `(kinds of charging, kinds, n)` of `merged` calls each, the largest `single` call `(kinds of charging, kinds)`, and which of
    them each class has.
    """

    charge: Ints
    single: Ints
    merged: int
    which: Ints

    @classmethod
    def of(cls, traffic: PeakTraffic, classes: Array) -> Charges:
        """Classes that differ in their limits alone are charged once."""
        charging, which = distinct(classes[:5])
        own = own_tokens(charging, traffic.texts, traffic.chance)
        charge = np.zeros((charging.shape[1], len(KINDS), own.shape[-1]), dtype=np.int64)
        single = filled(charge, own, 1).max(axis=2)
        if traffic.merged > 1:
            filled(charge, together(own, traffic.merged), traffic.merged)
        return cls(charge, single, traffic.merged, which)

    def some(self, classes: Ints) -> Charges:
        """Those of some of the classes."""
        kinds, which = np.unique(self.which[classes], return_inverse=True)
        return Charges(self.charge[kinds], self.single[kinds], self.merged, which)

    def rows(self, order: Ints) -> Rows | None:
        """Those of some classes, `(kinds, classes)`, where they stand for several calls."""
        if self.merged == 1:
            return None
        before_last = (self.charge.mean(axis=2) * (self.merged - 1) / self.merged).astype(np.int64)
        which = self.which[order]
        return Rows(self.charge.max(axis=2)[which].T, before_last[which].T)


def never_short(traffic: PeakTraffic, classes: Array, charges: Charges) -> Bools:
    """Classes `(classes,)` whose buckets no stretch of this traffic can empty: they need no replay, whatever a refused call would do.

    A bucket of `w` seconds' depth holds `limit * w / 60`. If no window of `w` seconds draws more than that, then nothing between two
    moments draws more than the bucket holds and what flows in meanwhile. All buckets of a class must be so: one may make calls queue.
    """
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


def shares_of(load: Load, traffic: PeakTraffic, classes: Array, charges: Charges, multiples: Array) -> Array:
    """Served shares of classes that charge and limit alike, at `multiples` `(classes, steps)` of the traffic's own pace."""
    charge, which = charges.charge, charges.which
    order, width = np.argsort(which, kind="stable"), multiples.shape[1]
    paces, wide = multiples[order].ravel(), np.repeat(order, width)
    lanes = lanes_of(
        dict(zip(REPLAYED, classes[5:-1, wide], strict=True)),
        charges.single[which[wide]].T,
        window_s=classes[-1, wide].astype(np.int64),
        speed=_speeds(paces),
        rows=charges.rows(wide),
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


def reached(share: Array, target: float) -> float:
    """The largest step of the ladder at which the target is met, straight between the steps."""
    meets = share >= target
    if not meets.any():
        return float(LADDER[-1] * share[-1] / target)
    at = int(meets.argmax())
    if at == 0:
        return float(LADDER[0])
    above, below = share[at - 1], share[at]
    return float(LADDER[at] + (LADDER[at - 1] - LADDER[at]) * (below - target) / max(below - above, 1e-12))
