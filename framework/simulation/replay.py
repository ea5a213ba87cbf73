"""Traffic against limits: who is admitted, who waits, who is refused, and by what.

One rule, three clients: *refuse* counts the 429, *wait* queues first come, first served, *retry* tries again as the official SDKs do (two
retries after half a second and a second, less up to a quarter; openai 3.54 and anthropic 2.12, seen 2026-11-24).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framework.simulation.limiter import Lanes
from framework.simulation.skipping import refuse_skipping
from framework.vocabulary import Policy

Ints = NDArray[np.int64]
Array = NDArray[np.float64]
Bytes = NDArray[np.uint8]

IN_FLIGHT = "concurrency"
SDK_HEADER_CAP_S = 120
"""The longest `retry-after` that the OpenAI SDK obeys; above it, it gives up. Anthropic's obeys any."""
_FLIGHT, _NONE = 62, 63


@dataclass(frozen=True)
class Client:
    """What a call does when it is refused; seconds, pauses of up to an hour.

    `header_cap_s`: the longest `retry-after` obeyed, 0 where the provider sends none. `stretch`: on the clock of the calls a second lasts
    so many, as where thinned ones are as many times as rare; a `Replay` has the delays without it.
    """

    policy: Policy = "refuse"
    retries: int = 2
    first_backoff_s: float = 0.5
    backoff_cap_s: float = 8.0
    header_cap_s: float = 0.0
    seed: int = 0
    stretch: int = 1


@dataclass(frozen=True, eq=False)
class Replay:
    """One set of limits, call by call, `(n,)`: arrival `time_us`, `admitted_us` (-1: refused for good), `attempts`.

    `cause`: row of `meters` that refused or delayed it, 62 for the calls in flight, 63 for none; in `marks` all buckets that were short,
    as bits, where known. `meters` are those of this set.
    """

    time_us: Ints
    admitted_us: Ints
    attempts: Ints
    cause: Bytes
    meters: tuple[str, ...]

    @property
    def refused(self) -> NDArray[np.bool_]:
        """Calls that were never admitted."""
        return self.admitted_us < 0

    @property
    def delay_us(self) -> Ints:
        """Of the admitted ones, in their order."""
        served = ~self.refused
        return self.admitted_us[served] - self.time_us[served]


@dataclass(frozen=True)
class Outcome:
    """A replay in figures. Quantiles over the served, NaN where none is; `binding`: what refused or delayed most, None where nothing did.

    `first_refusal_s`: arrival of the first call refused for good, NaN where none is.
    """

    requests: int
    served: int
    refused: int
    delayed: int
    p50_s: float
    p95_s: float
    max_s: float
    attempts: int
    binding: str | None
    first_refusal_s: float

    @property
    def refused_share(self) -> float:
        """Of all calls; NaN without any."""
        return self.refused / self.requests if self.requests else float("nan")


def replay(time_us: Ints, charge: Ints, lanes: Lanes, client: Client, *, at: int = 0, duration_us: Ints | None = None) -> Replay:
    """One set of `lanes`, call by call. `charge` `(kinds, n)` in the rows of `limiter.KINDS`; `duration_us` where calls in flight count."""
    from framework.simulation import kernels, refuse_kernel

    buckets, flight = lanes.lane(at), int(lanes.flight[at])
    lasts = duration_us if duration_us is not None else np.zeros_like(time_us)
    admitted, cause = np.empty_like(time_us), np.empty(len(time_us), np.uint8)
    attempts = np.broadcast_to(np.int64(1), time_us.shape)
    if client.policy == "wait":
        kernels.wait_lane(time_us, charge, buckets, flight, lasts, admitted, cause)
    elif client.policy == "retry":
        attempts = np.empty_like(time_us)
        kernels.retry_lane(time_us, charge, buckets, flight, lasts, admitted, cause, attempts, *_habits(client))
        if client.stretch > 1:
            admitted = np.where(admitted < 0, admitted, time_us + (admitted - time_us) // client.stretch)
    else:
        refuse_kernel.refuse_lane(time_us, charge, buckets, flight, lasts, admitted, cause)
    return Replay(time_us, admitted, attempts, cause, lanes.own_meters(at))


def _habits(client: Client) -> tuple[int, int, int, int, int, int]:
    spans_us = (round(1e6 * span) * client.stretch for span in (client.first_backoff_s, client.backoff_cap_s, client.header_cap_s, 1.0))
    return client.seed, client.retries, *spans_us  # type: ignore[return-value]


def outcome(replayed: Replay) -> Outcome:
    """The figures of one replay."""
    delay_s, refused = replayed.delay_us / 1e6, replayed.refused
    p50, p95, longest = np.quantile(delay_s, (0.5, 0.95, 1.0)) if delay_s.size else (np.nan,) * 3
    return Outcome(
        requests=len(replayed.time_us),
        served=len(delay_s),
        refused=int(refused.sum()),
        delayed=int((delay_s > 0).sum()),
        p50_s=float(p50),
        p95_s=float(p95),
        max_s=float(longest),
        attempts=int(replayed.attempts.sum()),
        binding=_binding(replayed),
        first_refusal_s=float(replayed.time_us[refused.argmax()] / 1e6) if refused.any() else float("nan"),
    )


def _binding(replayed: Replay) -> str | None:
    troubled = replayed.refused | (replayed.admitted_us > replayed.time_us)
    counts = np.bincount(replayed.cause[troubled], minlength=_NONE + 1)[:_NONE]
    if not counts.any():
        return None
    return caused_by(replayed, int(counts.argmax()))


def caused_by(replayed: Replay, cause: int) -> str | None:
    """The limit that a `cause` stands for, None for none."""
    if cause == _NONE:
        return None
    return IN_FLIGHT if cause == _FLIGHT else replayed.meters[cause]


@dataclass(frozen=True, eq=False)
class Totals:
    """Many sets under *refuse*: refused `(lanes,)`, calls that found a bucket short `(K, lanes)`, the first one refused (n: none)."""

    requests: int
    refused: Ints
    short: Ints
    first: Ints

    @property
    def served_share(self) -> Array:
        """`(lanes,)`; 1 where nothing comes."""
        return 1 - self.refused / max(self.requests, 1)


MANY_CALLS, FEW_SETS = 4_096, 50
"""From so many calls on, what is skipped makes up for looking at one set after the other, unless there are more sets than that."""


def refuse_all(time_us: Ints, charge: Ints, lanes: Lanes, *, duration_us: Ints | None = None, marks: Bytes | None = None) -> Totals:
    """All sets at once under *refuse*; sets with a limit on calls in flight one by one. `marks` `(n, lanes)` takes the buckets that were
    short as bits.

    `short` and `marks` of a set with a limit on calls in flight are those that it would have without, which is right unless it `fills_up`.
    """
    if len(time_us) >= MANY_CALLS and len(lanes) <= FEW_SETS and not lanes.window.any():
        refused, short, first = refuse_skipping(time_us, charge, lanes, marks)
    else:
        refused, short, first = refuse_side_by_side(time_us, charge, lanes, marks)
    for at in np.flatnonzero(fills_up(time_us, lanes.flight, duration_us)).tolist():
        one = replay(time_us, charge, lanes, Client(), at=at, duration_us=duration_us)
        refused[at], first[at] = one.refused.sum(), one.refused.argmax() if one.refused.any() else len(time_us)
    return Totals(len(time_us), refused, short, first)


def fills_up(time_us: Ints, flight: Ints, duration_us: Ints | None) -> NDArray[np.bool_]:
    """`(lanes,)`: so many calls under way at once could keep one out under *refuse*; not so where even all calls let in leave a place.

    For certain where all last alike; where they do not, none is taken to be shorter than the longest.
    """
    lasts_us = 0 if duration_us is None else int(duration_us.max(initial=0))
    fills = {places: bool((time_us[places:] - time_us[:-places] < lasts_us).any()) for places in set(flight.tolist()) if places}
    return np.array([fills.get(places, False) for places in flight.tolist()], dtype=bool)


def refuse_side_by_side(time_us: Ints, charge: Ints, lanes: Lanes, marks: Bytes | None) -> tuple[Ints, Ints, Ints]:
    """Call by call, every set at each: refused, short and first as in `Totals`, as without a limit on calls in flight."""
    from framework.simulation import lane_kernel

    alike = (lanes.window == lanes.window[:, :1]).all() and (lanes.offset == lanes.offset[:, :1]).all()
    if not alike:
        return _one_by_one(time_us, charge, lanes, marks)
    buckets = (lanes.source, lanes.rate, lanes.unit, lanes.cap, lanes.fill, lanes.most)
    kept = np.zeros((0, 0), np.uint8) if marks is None else marks
    found: tuple[Ints, Ints, Ints] = lane_kernel.refuse_lanes(
        time_us, charge, *buckets, _renewed(time_us, lanes), kept, _huge(charge, lanes)
    )
    return found


def _one_by_one(time_us: Ints, charge: Ints, lanes: Lanes, marks: Bytes | None) -> tuple[Ints, Ints, Ints]:
    """Sets whose fixed windows differ."""
    kept = [None if marks is None else marks[:, at : at + 1] for at in range(len(lanes))]
    each = [refuse_side_by_side(time_us, charge, lanes.alone(at), mine) for at, mine in enumerate(kept)]
    refused, short, first = (np.concatenate(part, axis=-1) for part in zip(*each, strict=True))
    return refused, short, first


def _huge(charge: Ints, lanes: Lanes) -> bool:
    """Whether some charge in ticks could leave int64: as floats, which do not."""
    if not len(lanes.source) or not charge.shape[1]:
        return False
    largest = charge[lanes.source].max(axis=1).astype(float)
    return bool((largest[:, None] * lanes.unit).max() > 2.0**62)


def _renewed(time_us: Ints, lanes: Lanes) -> Ints:
    """`(K, n)`: 1 where a fixed window begins between a call and the one before; all sets have the same windows."""
    if not lanes.window.any():
        return np.zeros((len(lanes.meters), 0), np.int64)
    number = (time_us - lanes.offset[:, :1]) // lanes.window[:, :1]
    return np.diff(number, axis=1, prepend=number[:, :1]).astype(bool).astype(np.int64)
