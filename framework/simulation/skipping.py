"""Many sets of limits under *refuse* through a long traffic, without the stretches and the buckets that can keep nobody out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from framework.simulation.limiter import Lanes

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]
Run = tuple[int, int, Ints, Bytes]
"""Refused, the first call refused, calls that found each bucket short, and which ones they were of every call."""


def refuse_skipping(time_us: Ints, charge: Ints, lanes: Lanes, marks: Bytes | None) -> tuple[Ints, Ints, Ints]:
    """Refused `(lanes,)`, short `(K, lanes)` and first `(lanes,)` as `lane_kernel.refuse_lanes` gives them; no set has fixed windows.

    First bucket by bucket: one that is never short when every call is let in never is when others keep calls out, and is left out.
    """
    from framework.simulation import block_kernel as kernel

    n, kinds = len(time_us), np.unique(lanes.source)
    small = kernel.block_sums(charge, kinds, kernel.SMALL)
    middle = kernel.block_sums(small, kinds, kernel.MIDDLE // kernel.SMALL)
    large = kernel.block_sums(middle, kinds, kernel.LARGE // kernel.MIDDLE)

    def run(own: Ints, at: int) -> Run:
        mine = np.zeros(0 if marks is None else n, np.uint8)
        return (*kernel.refuse_by_blocks(time_us, charge, small, middle, large, lanes.table[own, at], own, mine), mine)

    refused, short, first = np.zeros(len(lanes), np.int64), np.zeros(lanes.rate.shape, np.int64), np.full(len(lanes), n)
    alone = [_alone(lanes, row, run) for row in range(len(lanes.meters))]
    for at in range(len(lanes)):
        own = np.array([row for row, found in enumerate(alone) if found[at] is not None], np.int64)
        if own.size:
            told = alone[own[0]][at] if own.size == 1 else None
            refused[at], first[at], short[own, at], mine = told or run(own, at)
            if marks is not None:
                marks[:, at] |= mine
    return refused, short, first


def _alone(lanes: Lanes, row: int, run: Callable[[Ints, int], Run]) -> list[Run | None]:
    """Of one meter's buckets, each by itself: what comes of it, None where it refuses nobody."""
    table, wider = lanes.table[row], lanes.wider[row]
    quiet = np.zeros(len(lanes), np.bool_)
    known: dict[bytes, Run | None] = {}
    found: list[Run | None] = [None] * len(lanes)
    for at in np.argsort(wider.sum(axis=1), kind="stable").tolist():
        if not lanes.unit[row, at]:
            continue
        bucket = table[at].tobytes()
        if bucket not in known:
            # One that is wider than another that refuses nobody refuses nobody either.
            one = None if (wider[at] & quiet).any() else run(np.array([row]), at)
            known[bucket] = one if one is not None and one[0] else None
        found[at] = known[bucket]
        quiet[at] = found[at] is None
    return found
