"""The same buckets as SimPy models, the way its textbook examples are built: a source, one process per call, a queue as a resource.

Integers throughout, so that the admitted times can be held against the engine's one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import simpy


@dataclass
class Buckets:
    """`rate`, `unit`, `level` per bucket, in ticks."""

    env: simpy.Environment
    rate: Sequence[int]
    unit: Sequence[int]
    cap: Sequence[int]
    level: list[int] = field(default_factory=list)
    last: int = 0

    def refill(self) -> None:
        gap, self.last = self.env.now - self.last, self.env.now
        self.level = [min(level + gap * rate, cap) for level, rate, cap in zip(self.level, self.rate, self.cap, strict=True)]

    def wait_us(self, charge: Sequence[int]) -> int:
        """Until all of them hold the charge."""
        lacking = [c * unit - level for c, unit, level in zip(charge, self.unit, self.level, strict=True)]
        return max([0, *(-(-lack // rate) for lack, rate in zip(lacking, self.rate, strict=True))])

    def take(self, charge: Sequence[int]) -> None:
        self.level = [level - c * unit for c, unit, level in zip(charge, self.unit, self.level, strict=True)]


Event = Iterator[Any]


def waits(env: simpy.Environment, buckets: Buckets, queue: simpy.Resource, charge: Sequence[int], admitted: list[int]) -> Event:
    """A call that queues."""
    with queue.request() as turn:
        yield turn
        buckets.refill()
        lacking_us = buckets.wait_us(charge)
        if lacking_us:
            yield env.timeout(lacking_us)
            buckets.refill()
        buckets.take(charge)
        admitted.append(env.now)


def is_refused(env: simpy.Environment, buckets: Buckets, charge: Sequence[int], admitted: list[int]) -> Event:
    """A call that is refused where a bucket is short."""
    buckets.refill()
    short = buckets.wait_us(charge)
    if not short:
        buckets.take(charge)
    admitted.append(-1 if short else env.now)
    yield env.timeout(0)


def by_processes(time_us: Sequence[int], charges: Sequence[Sequence[int]], lane: Sequence[Sequence[int]], policy: str) -> list[int]:
    """Admitted times, -1 where refused. `lane`: `(rate, unit, cap)` of each bucket."""
    env = simpy.Environment()
    buckets, queue, admitted = _buckets(env, lane), simpy.Resource(env), []

    def source() -> Event:
        for arrival, charge in zip(time_us, charges, strict=True):
            yield env.timeout(arrival - env.now)
            env.process(
                waits(env, buckets, queue, charge, admitted) if policy == "wait" else is_refused(env, buckets, charge, admitted),
            )

    env.process(source())
    env.run()
    return admitted


def by_one_server(time_us: Sequence[int], charges: Sequence[Sequence[int]], lane: Sequence[Sequence[int]]) -> list[int]:
    """The leanest that still runs on SimPy's clock: one process that lets the calls in, in order, with next to no events."""
    env = simpy.Environment()
    buckets, admitted = _buckets(env, lane), []

    def server() -> Event:
        for arrival, charge in zip(time_us, charges, strict=True):
            if arrival > env.now:
                yield env.timeout(arrival - env.now)
            buckets.refill()
            lacking_us = buckets.wait_us(charge)
            if lacking_us:
                yield env.timeout(lacking_us)
                buckets.refill()
            buckets.take(charge)
            admitted.append(env.now)

    env.process(server())
    env.run()
    return admitted


def _buckets(env: simpy.Environment, lane: Sequence[Sequence[int]]) -> Buckets:
    rate, unit, cap = zip(*lane, strict=True)
    return Buckets(env, rate, unit, cap, list(cap))
