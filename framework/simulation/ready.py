"""Everything that is compiled, used once: a first use compiles for the machine, which takes seconds, every later one reads the result."""

from __future__ import annotations

import numpy as np

from framework.simulation.limiter import KINDS, lanes_of
from framework.simulation.replay import Client, refuse_all, replay
from framework.vocabulary import POLICIES


def make_ready() -> None:
    """Replay two calls in every way there is."""
    from framework.simulation.cache_kernel import found_in_cache

    time_us, charge = np.array([0, 1_000_000], dtype=np.int64), np.ones((len(KINDS), 2), dtype=np.int64)
    lanes = lanes_of({"rpm": 60.0, "concurrency": 1.0}, charge.max(axis=1))
    for policy in POLICIES:
        replay(time_us, charge, lanes, Client(policy=policy))
    refuse_all(time_us, charge, lanes)
    found_in_cache(time_us, np.zeros(2, dtype=np.int64), 1, 1_000_000, True, 0, -1, False)
