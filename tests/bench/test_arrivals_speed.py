"""Arrivals lie in a slider's path: what they cost once their luck is drawn, beside what drawing it anew would cost."""

import time

import numpy as np
import pytest

from framework.simulation.arrivals import Lengths, arrivals_of
from framework.simulation.shapes import profile_of


def cpu_ms(action):
    best = float("inf")
    for turn in range(15):
        start = time.process_time()
        action(turn)
        best = min(best, time.process_time() - start)
    return 1000 * best


@pytest.mark.bench
@pytest.mark.parametrize(("requests", "at_most_ms"), [(4_000, 1.0), (100_000, 15.0)])
def test_a_moved_length_makes_new_arrivals_in_less_than_their_draws_take(requests, at_most_ms):
    def moved(turn):
        profile = profile_of("weekly", active_hours=10.0, peak_factor=3.0, ramp_minutes=5.0, starts_utc=8.0)
        lengths = Lengths(1_200.0 + turn, 0.5, 300.0, 0.6, 50.0)
        arrivals_of(profile, requests=requests, burstiness=1.5, lengths=lengths, users=100, seed=1)

    def drawn(turn):
        rng = np.random.default_rng(turn)
        rng.standard_gamma(1 / 2.25, requests), rng.standard_normal((2, requests)), rng.random((2, requests))

    moved(0)
    spent, peer = cpu_ms(moved), cpu_ms(drawn)
    print(f"\n{requests:,} arrivals: {spent:.2f} ms CPU, their draws alone {peer:.2f} ms")
    assert spent < at_most_ms
    if requests > 10_000:
        assert spent < peer
