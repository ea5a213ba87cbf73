"""A trace against limits given by hand: each request is charged 1, its input tokens and its output tokens as the trace has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from framework.errors import TraceError
from framework.simulation.arrivals import Arrivals
from framework.simulation.limiter import BOTH, CALLS, INPUT, KINDS, METERED, OUTPUT, Ints, Lanes, fixed_windows, lanes_of
from framework.simulation.replay import IN_FLIGHT, Client, Replay, replay
from framework.vocabulary import Alignment


@dataclass(frozen=True)
class Enforced:
    """`limits` by meter, `concurrency` among them. `fixed`: as windows that begin with the first request or on the clock, not as buckets.

    `lasts_s`: how long each call is under way, which a trace does not tell.
    """

    limits: Mapping[str, int]
    fixed: Alignment | None = None
    lasts_s: float = 0.0


def charges(arrivals: Arrivals, meters: Mapping[str, int]) -> Ints:
    """`(kinds, n)`: what each request takes. Rows that no meter counts stay untouched, and so take no memory."""
    charge = np.zeros((len(KINDS), len(arrivals)), dtype=np.int64)
    counted = {METERED[meter][0] for meter in meters if meter in METERED}
    if CALLS in counted:
        charge[CALLS] = 1
    if INPUT in counted:
        charge[INPUT] = arrivals.input_tokens
    if OUTPUT in counted:
        charge[OUTPUT] = arrivals.output_tokens
    if BOTH in counted:
        np.add(arrivals.input_tokens, arrivals.output_tokens, out=charge[BOTH])
    return charge


def replays(arrivals: Arrivals, enforced: Enforced, client: Client, windows_s: tuple[int, ...]) -> Iterator[Replay]:
    """One replay per window in turn. `TraceError` where windows are to follow a clock that the trace does not tell."""
    charge = charges(arrivals, enforced.limits)
    lasts_us = np.full(len(arrivals), round(1e6 * enforced.lasts_s), dtype=np.int64) if IN_FLIGHT in enforced.limits else None
    for window_s in windows_s:
        yield replay(arrivals.time_us, charge, _lanes(arrivals, enforced, charge, window_s), client, duration_us=lasts_us)


def _lanes(arrivals: Arrivals, enforced: Enforced, charge: Ints, window_s: int) -> Lanes:
    limits = dict(enforced.limits)
    if IN_FLIGHT in limits:
        limits[IN_FLIGHT] = min(limits[IN_FLIGHT], len(arrivals))  # more places than requests are never all taken
    lanes = lanes_of(limits, charge.max(axis=1), window_s=window_s)
    return fixed_windows(lanes, window_s=window_s, starts_us=_starts_us(arrivals, enforced.fixed)) if enforced.fixed else lanes


def _starts_us(arrivals: Arrivals, fixed: Alignment) -> int:
    if fixed == "first":
        return 0
    if arrivals.starts_s is None:
        cure = "take a trace with dates, or let them begin with the first request (--fixed-windows first)"
        raise TraceError(f"the trace does not tell the time of day, so windows cannot follow the clock: {cure}")
    return round(1e6 * arrivals.starts_s)


def too_large(arrivals: Arrivals, limits: Mapping[str, int]) -> dict[str, int]:
    """By meter, how many requests are larger than all that it ever holds; meters without any are left out."""
    tokens = {INPUT: arrivals.input_tokens, OUTPUT: arrivals.output_tokens, BOTH: arrivals.input_tokens + arrivals.output_tokens}
    metered = ((meter, METERED[meter][0], limit) for meter, limit in limits.items() if meter in METERED)
    counts = {meter: int(np.count_nonzero(tokens[kind] > limit)) for meter, kind, limit in metered if kind in tokens}
    return {meter: count for meter, count in counts.items() if count}
