"""The limiter against an exact one in rationals, call by call: thousands of random traces, limits and clients."""

import random
from fractions import Fraction

import numpy as np
import pytest
from simulation.limiter_cases import engine, oracle, some_limits, some_trace
from simulation.limiter_oracle import Habits

TRACES = 700
POLICIES = ("refuse", "wait", "retry")


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("block", range(3))
def test_every_call_fares_as_in_rationals(policy: str, block: int) -> None:
    rng = random.Random(f"{policy} {block}")
    for number in range(TRACES):
        limits = some_limits(rng)
        trace = some_trace(rng, limits, calls=rng.choice((0, 1, 2, 20, 40)))
        habits = Habits(
            seed=rng.choice((0, 1, rng.getrandbits(63))),
            retries=rng.choice((0, 1, 2, 2, 5)),
            first_us=rng.choice((0, 1, 500_000, 7_000_000)),
            cap_us=rng.choice((1, 8_000_000, 60_000_000)),
            header_cap_us=rng.choice((0, 0, 1_000_000, 120_000_000, 10**15)),
        )
        assert engine(trace, limits, policy, habits) == oracle(trace, limits, policy, habits), (number, limits, habits, trace)
