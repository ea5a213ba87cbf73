"""Many sets of limits under *refuse* through a long traffic, without the stretches and the buckets that can keep nobody out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from framework.simulation.limiter import Lanes

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Bytes = NDArray[np.uint8]


def refuse_skipping(time_us: Ints, charge: Ints, lanes: Lanes, marks: Bytes | None) -> tuple[Ints, Ints, Ints]:
    """Refused `(lanes,)`, short `(K, lanes)` and first `(lanes,)` as `lane_kernel.refuse_lanes` gives them; no set has fixed windows.

    First bucket by bucket: one that is never short when every call is let in never is when others keep calls out, and is left out.
    """
    from framework.simulation import block_kernel as kernel

    n, kinds = len(time_us), np.unique(lanes.source)
    small = kernel.block_sums(charge, kinds, kernel.SMALL)
    middle = kernel.block_sums(small, kinds, kernel.MIDDLE // kernel.SMALL)
    calls = (time_us, charge, small, middle, kernel.block_sums(middle, kinds, kernel.LARGE // kernel.MIDDLE))
    unmarked = np.zeros(0, np.uint8)

    def runs_short(row: int, at: int) -> bool:
        return bool(kernel.refuse_by_blocks(*calls, lanes.table[[row], at], np.array([row]), unmarked, True)[0])

    refused, short, first = np.zeros(len(lanes), np.int64), np.zeros(lanes.rate.shape, np.int64), np.full(len(lanes), n)
    binds = np.array([_short_alone(lanes, row, runs_short) for row in range(len(lanes.meters))]).reshape(lanes.rate.shape)
    known: dict[bytes, tuple[int, int, Ints, Bytes]] = {}
    for at in np.flatnonzero(binds.any(axis=0)).tolist():
        own = np.flatnonzero(binds[:, at])
        buckets = lanes.table[own, at]
        key = own.tobytes() + buckets.tobytes()
        if key not in known:
            mine = unmarked if marks is None else np.zeros(n, np.uint8)
            known[key] = (*kernel.refuse_by_blocks(*calls, buckets, own, mine, False), mine)
        refused[at], first[at], short[own, at], mine = known[key]
        if marks is not None:
            marks[:, at] |= mine
    return refused, short, first


def _short_alone(lanes: Lanes, row: int, runs_short: Callable[[int, int], bool]) -> Bools:
    """`(lanes,)`: whether one meter's bucket, by itself, ever holds too little."""
    table, wider = lanes.table[row], lanes.wider[row]
    binds, quiet = (np.zeros(len(lanes), np.bool_) for _ in range(2))
    known: dict[bytes, bool] = {}
    for at in np.argsort(wider.sum(axis=1), kind="stable").tolist():
        if not lanes.unit[row, at]:
            continue
        bucket = table[at].tobytes()
        if bucket not in known:
            # One that is wider than another that never is short never is either.
            known[bucket] = not (wider[at] & quiet).any() and runs_short(row, at)
        binds[at], quiet[at] = known[bucket], not known[bucket]
    return binds
