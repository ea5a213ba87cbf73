"""The limiter in rationals, call by call: slow, and written from what a limit is, not from the engine.

Nothing here is rounded except that an admitted call goes at a whole microsecond, the first one at which every bucket holds its charge.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

# What a call is charged, in the order of the engine's rows, and what each meter counts: row, and the seconds its limit is for.
COUNTS = {
    "rpm": (0, 60),
    "itpm": (1, 60),
    "otpm": (2, 60),
    "tpm": (3, 60),
    "rpd": (0, 86_400),
    "tpd": (3, 86_400),
    "spend_10min": (4, 600),
}
UNITS_PER_USD = 10_000_000
IN_FLIGHT, NOTHING = "concurrency", None
MASK = 2**64 - 1


@dataclass
class Bucket:
    """`level` and `capacity` in tokens (calls, 1e-7 USD); `per_us` flows in each microsecond, or all of it every `window_us`."""

    meter: str
    row: int
    capacity: Fraction
    per_us: Fraction
    window_us: int = 0
    starts_us: int = 0
    level: Fraction = Fraction(0)

    def pass_time(self, before: int, now: int) -> None:
        if self.window_us:
            begun = (now + self.starts_us) // self.window_us - (before + self.starts_us) // self.window_us
            self.level = self.capacity if begun else self.level
        else:
            self.level = min(self.capacity, self.level + (now - before) * self.per_us)

    def ready(self, now: int, charge: int) -> float | int:
        """The first whole microsecond at which it holds the charge, if nobody else comes."""
        if self.level >= charge:
            return now
        if charge > self.capacity:
            return math.inf
        if self.window_us:
            return ((now + self.starts_us) // self.window_us + 1) * self.window_us - self.starts_us
        return now + math.ceil((charge - self.level) / self.per_us)


@dataclass
class Pool:
    """Buckets side by side, full at the first arrival, and the ends of the calls under way."""

    buckets: list[Bucket]
    flight: int = 0
    now: int = 0
    ends: list[int] = field(default_factory=list)

    def pass_time(self, now: int) -> None:
        for bucket in self.buckets:
            bucket.pass_time(self.now, now)
        self.now = now
        self.ends = [end for end in self.ends if end > now]

    def obstacle(self, charges: Sequence[int]) -> tuple[str | None, float | int]:
        """What keeps a call out now, and until when: of short buckets the one that takes longest, a place in flight where none is short."""
        name, until = NOTHING, self.now
        for bucket in self.buckets:
            ready = bucket.ready(self.now, charges[bucket.row])
            if ready > until:
                name, until = bucket.meter, ready
        if name is NOTHING and self.flight and len(self.ends) >= self.flight:
            return IN_FLIGHT, min(self.ends)
        return name, until

    def short(self, charges: Sequence[int]) -> list[str]:
        return [bucket.meter for bucket in self.buckets if bucket.level < charges[bucket.row]]

    def take(self, charges: Sequence[int], duration: int) -> None:
        for bucket in self.buckets:
            bucket.level -= charges[bucket.row]
        if self.flight:
            self.ends.append(self.now + duration)


@dataclass(frozen=True)
class Limits:
    """`figures` by meter, money in USD; `depth_s` of refill; `speed`: times as fast; `fixed_s`: windows of that length, else buckets."""

    figures: dict[str, int]
    depth_s: int = 60
    speed: Fraction = Fraction(1)
    fixed_s: int = 0
    starts_us: int = 0
    flight: int = 0

    def pool(self, largest: Sequence[int], first_us: int) -> Pool:
        return Pool([self._bucket(meter, largest) for meter in COUNTS if meter in self.figures], self.flight, first_us)

    def _bucket(self, meter: str, largest: Sequence[int]) -> Bucket:
        row, per_s = COUNTS[meter]
        limit = Fraction(self.figures[meter]) * (UNITS_PER_USD if row == 4 else 1)
        depth_s, window_s = (self.depth_s, self.fixed_s) if per_s == 60 else (per_s, per_s)
        capacity = max(limit * depth_s / per_s, min(limit, Fraction(largest[row])))
        per_us = limit / (per_s * 1_000_000) / self.speed
        # No shorter than the limit takes to come to what it holds.
        window_us = max(window_s * 1_000_000, math.ceil(capacity / per_us) if per_us else 0) if self.fixed_s else 0
        return Bucket(meter, row, capacity, per_us, window_us, self.starts_us, capacity)


@dataclass(frozen=True)
class Trace:
    """Calls in order: arrival, charges `(kinds,)` of each, how long each takes once admitted."""

    time_us: list[int]
    charges: list[list[int]]
    duration_us: list[int]

    def __len__(self) -> int:
        return len(self.time_us)

    def largest(self) -> list[int]:
        return [max((charges[row] for charges in self.charges), default=0) for row in range(5)]

    def begun(self, limits: Limits) -> Pool:
        return limits.pool(self.largest(), self.time_us[0] if self.time_us else 0)


@dataclass(frozen=True)
class Fate:
    """What became of a call; `short`: every bucket that lacked its charge at its first attempt."""

    admitted_us: int = -1
    attempts: int = 1
    cause: str | None = NOTHING
    short: tuple[str, ...] = ()


def refuse(trace: Trace, limits: Limits) -> list[Fate]:
    pool, fates = trace.begun(limits), []
    for now, charges, duration in zip(trace.time_us, trace.charges, trace.duration_us, strict=True):
        pool.pass_time(now)
        cause, short = pool.obstacle(charges)[0], tuple(pool.short(charges))
        if cause is NOTHING:
            pool.take(charges, duration)
        fates.append(Fate(now if cause is NOTHING else -1, 1, cause, short))
    return fates


def wait(trace: Trace, limits: Limits) -> list[Fate]:
    pool, fates, queue = trace.begun(limits), [], NOTHING
    for arrival, charges, duration in zip(trace.time_us, trace.charges, trace.duration_us, strict=True):
        pool.pass_time(max(arrival, pool.now))
        cause = NOTHING
        while True:
            obstacle, until = pool.obstacle(charges)
            if obstacle is NOTHING or until == math.inf:
                break
            cause = obstacle
            pool.pass_time(int(until))
        if obstacle is not NOTHING:
            fates.append(Fate(cause=obstacle))
            continue
        pool.take(charges, duration)
        queue = cause or (queue if pool.now > arrival else NOTHING)
        fates.append(Fate(pool.now, 1, queue))
    return fates


@dataclass(frozen=True)
class Habits:
    """How an SDK tries again; microseconds. `header_cap_us` 0: the provider does not say when to come back."""

    seed: int
    retries: int
    first_us: int
    cap_us: int
    header_cap_us: int = 0

    def pause_us(self, call: int, attempt: int, told_us: float) -> float:
        """Until the next attempt, infinity for giving up."""
        if attempt >= self.retries:
            return math.inf
        if self.header_cap_us:
            seconds = math.inf if told_us == math.inf else math.ceil(Fraction(int(told_us), 1_000_000))
            return seconds * 1_000_000 if seconds * 1_000_000 <= self.header_cap_us else math.inf
        base = min(self.first_us * 2**attempt, self.cap_us)
        return base - base * (random_32_bits(self.seed, call, attempt) // 2) // 2**33


def random_32_bits(seed: int, call: int, attempt: int) -> int:
    x = (seed * 0x9E3779B97F4A7C15 + call * 0xD1B54A32D192ED03 + attempt + 1) & MASK
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return (x ^ (x >> 31)) >> 32


def retry(trace: Trace, limits: Limits, habits: Habits) -> list[Fate]:
    pool, fates = trace.begun(limits), [Fate(attempts=0)] * len(trace)
    coming = [(arrival, call, 0) for call, arrival in enumerate(trace.time_us)]
    while coming:
        now, call, attempt = heapq.heappop(coming)
        charges = trace.charges[call]
        pool.pass_time(now)
        cause, until = pool.obstacle(charges)
        if cause is NOTHING:
            pool.take(charges, trace.duration_us[call])
            fates[call] = Fate(now, attempt + 1, fates[call].cause)
            continue
        fates[call] = Fate(-1, attempt + 1, cause)
        pause = habits.pause_us(call, attempt, until - now)
        if pause < math.inf:
            heapq.heappush(coming, (now + int(pause), call, attempt + 1))
    return fates


Client = Callable[[Trace, Limits], list[Fate]]
