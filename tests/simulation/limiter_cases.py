"""Random traces and limits with nasty numbers, and both ways to play them: the engine and the oracle."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import numpy as np
from simulation.limiter_oracle import COUNTS, Fate, Habits, Limits, Trace
from simulation.limiter_oracle import refuse as oracle_refuse
from simulation.limiter_oracle import retry as oracle_retry
from simulation.limiter_oracle import wait as oracle_wait

from framework.simulation.limiter import Lanes, fixed_windows, lanes_of
from framework.simulation.replay import Client, Replay, replay

HABITS = Habits(seed=0, retries=2, first_us=500_000, cap_us=8_000_000)
NASTY_LIMITS = (1, 2, 3, 7, 59, 60, 61, 997, 40_000, 1_000_003, 40_000_000, 10**9 + 7, 9_999_999_967, 10**10)
NASTY_GAPS_US = (0, 0, 0, 1, 2, 999_999, 1_000_000, 59_999_999, 60_000_000, 60_000_001, 1_000_003, 3 * 86_400_000_000 + 1)
METER_SETS = (
    ("rpm",),
    ("itpm",),
    ("tpm", "rpm"),
    ("rpm", "itpm", "otpm"),
    ("rpm", "tpm", "rpd"),
    ("rpd",),
    ("tpd", "rpm"),
    tuple(COUNTS),
    (),
)


def arrays(trace: Trace) -> tuple[Any, Any, Any]:
    """`(time, charge, duration)` as the engine takes them."""
    charge = np.array(trace.charges, dtype=np.int64).reshape(len(trace), 5).T.copy()
    return np.array(trace.time_us, dtype=np.int64), charge, np.array(trace.duration_us, dtype=np.int64)


def lanes_for(trace: Trace, limits: Limits) -> Lanes:
    figures = {**limits.figures, **({"concurrency": limits.flight} if limits.flight else {})}
    speed = (limits.speed.numerator, limits.speed.denominator)
    lanes = lanes_of(figures, trace.largest(), window_s=limits.depth_s, speed=speed)
    return fixed_windows(lanes, window_s=limits.fixed_s, starts_us=limits.starts_us) if limits.fixed_s else lanes


def client_of(policy: Any, habits: Habits) -> Client:
    return Client(policy, habits.retries, habits.first_us / 1e6, habits.cap_us / 1e6, habits.header_cap_us / 1e6, habits.seed)


def engine(trace: Trace, limits: Limits, policy: Any, habits: Habits = HABITS) -> list[Fate]:
    """What the engine says of every call, in the oracle's words."""
    time_us, charge, duration_us = arrays(trace)
    played = replay(time_us, charge, lanes_for(trace, limits), client_of(policy, habits), duration_us=duration_us)
    return fates_of(played)


def fates_of(played: Replay) -> list[Fate]:
    names = {62: "concurrency", 63: None, **dict(enumerate(played.meters))}
    columns = (played.admitted_us.tolist(), played.attempts.tolist(), played.cause.tolist())
    return [Fate(admitted, attempts, names[cause]) for admitted, attempts, cause in zip(*columns, strict=True)]


def oracle(trace: Trace, limits: Limits, policy: str, habits: Habits = HABITS) -> list[Fate]:
    if policy == "retry":
        return oracle_retry(trace, limits, habits)
    return [replace(fate, short=()) for fate in (oracle_wait if policy == "wait" else oracle_refuse)(trace, limits)]


def some_limits(rng: random.Random) -> Limits:
    scale = rng.choice((1, 1, 1_000))
    figures = {meter: rng.choice(NASTY_LIMITS) if rng.random() < 0.5 else rng.randint(1, 200) * scale for meter in rng.choice(METER_SETS)}
    if "spend_10min" in figures:
        figures["spend_10min"] = rng.choice((1, 2, 25, 200))
    return Limits(
        figures,
        depth_s=rng.choice((1, 60)),
        fixed_s=rng.choice((0, 0, 1, 60)),
        starts_us=rng.choice((0, 1, 30_000_000, 86_399_999_999, rng.randrange(86_400_000_000))),
        flight=rng.choice((0, 0, 0, 1, 2, 5)),
    )


def some_trace(rng: random.Random, limits: Limits, *, calls: int) -> Trace:
    """Calls that come about as fast as the limits let them, so that some go, some wait and some are refused."""
    charges = [_charges(rng, limits) for _ in range(calls)]
    pace = rng.choice((0.3, 1, 3))
    now, times = rng.choice((0, 0, 5, 10**12)), []
    for each in charges:
        times.append(now)
        now += _gap_us(rng, limits, each, pace)
    longest = rng.choice((0, 1, 1_000_000, 60_000_000))
    return Trace(times, charges, [rng.randint(0, longest) for _ in charges])


def _charges(rng: random.Random, limits: Limits) -> list[int]:
    tokens_in, tokens_out = (_tokens(rng, limits, meters) for meters in (("itpm", "tpm", "tpd"), ("otpm", "tpm")))
    usd = limits.figures.get("spend_10min", 1)
    return [1, tokens_in, tokens_out, tokens_in + tokens_out, rng.choice((0, 1, 997, usd * 10_000_000 // 7, usd * 10_000_000))]


def _tokens(rng: random.Random, limits: Limits, meters: tuple[str, ...]) -> int:
    limit = min((limits.figures[meter] for meter in meters if meter in limits.figures), default=100)
    fractions = (0, 1, limit // 60, limit // 10, limit // 3, limit, limit + 1, 2 * limit)
    weights = (3, 5, 10, 10, 10, 1, 0.3, 0.3)
    return rng.choice((997, 10**9)) if rng.random() < 0.01 else rng.choices(fractions, weights)[0]


def _gap_us(rng: random.Random, limits: Limits, charges: list[int], pace: float) -> int:
    if rng.random() < 0.25:
        return rng.choice(NASTY_GAPS_US)
    takes_s = [charges[COUNTS[meter][0]] * COUNTS[meter][1] / limit for meter, limit in limits.figures.items() if meter != "spend_10min"]
    return int(min(max(takes_s, default=1) * 1e6, 10**12) * pace * rng.random())
