"""Replays against SimPy on the same model, against what the machine can do at all, and against themselves ten times as long."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bench.simpy_limiter import by_one_server, by_processes
from bench.timing import best_s

from framework.memory import keep_freed_memory
from framework.simulation.limiter import Lanes, lanes_of
from framework.simulation.replay import Client, refuse_all, replay

pytestmark = pytest.mark.bench
FEW, MANY = 20_000, 1_000_000
ONE_BUCKET = {"rpm": 90_000}
THREE_BUCKETS = {"rpm": 90_000, "itpm": 225_000_000, "otpm": 40_000_000}


@pytest.fixture(scope="module", autouse=True)
def _as_the_dashboard_does() -> None:
    keep_freed_memory()


def traffic(calls: int) -> tuple[Any, Any]:
    """`(time, charge)`: a thousand calls a second, 2,000 in one stretch and 667 in the next: limits of 1.5 times the mean bind."""
    rng = np.random.default_rng(1)
    pace = np.repeat(rng.choice((0.5, 1.5), -(-calls // 2_000)), 2_000)[:calls]
    time_us = np.cumsum(rng.integers(0, 2_000, calls) * pace).astype(np.int64)
    tokens, output = rng.integers(1, 5_000, calls), rng.integers(1, 900, calls)
    charge = np.stack([np.ones_like(tokens), tokens, output, tokens + output, np.zeros_like(tokens)])
    return time_us - time_us[0], charge


def lanes_for(limits: dict[str, Any]) -> Lanes:
    return lanes_of(limits, [1, 5_000, 900, 5_900, 0], window_s=1)


def as_lists(charge: Any, lanes: Lanes) -> tuple[list[list[int]], list[list[int]]]:
    """`(charges, buckets)` as the SimPy models take them."""
    buckets = np.stack([lanes.rate[:, 0], lanes.unit[:, 0], lanes.cap[:, 0]], axis=1)
    return charge[lanes.source].T.tolist(), buckets.tolist()


@pytest.mark.parametrize("limits", [ONE_BUCKET, THREE_BUCKETS], ids=["one bucket", "three buckets"])
@pytest.mark.parametrize("policy", ["wait", "refuse"])
def test_calls_are_replayed_a_thousand_times_as_fast_as_by_simpy(benchmark, limits: dict[str, Any], policy: Any) -> None:
    lanes, client = lanes_for(limits), Client(policy)
    time_us, charge = traffic(FEW)
    charges, buckets = as_lists(charge, lanes)
    times = time_us.tolist()
    admitted = replay(time_us, charge, lanes, client).admitted_us.tolist()
    assert by_processes(times, charges, buckets, policy) == admitted
    assert policy == "refuse" or by_one_server(times, charges, buckets) == admitted
    theirs = best_s(lambda: by_processes(times, charges, buckets, policy), 3) / FEW
    leanest = best_s(lambda: by_one_server(times, charges, buckets), 3) / FEW
    time_us, charge = traffic(MANY)
    # A round takes ten milliseconds: enough of them to outlast a slow phase of a shared machine.
    ours = best_s(lambda: replay(time_us, charge, lanes, client), 60) / MANY
    benchmark.extra_info.update(calls_per_s=round(1 / ours), ratio=round(theirs / ours), ratio_to_one_process=round(leanest / ours))
    print(f"\n{policy}, {len(buckets)} buckets: {benchmark.extra_info}")
    benchmark.pedantic(replay, args=(time_us, charge, lanes, client), rounds=1)
    assert theirs / ours >= 1_000
    assert leanest / ours >= 300


def a_hundred_sets() -> Lanes:
    """From far too little to plenty."""
    return lanes_for({meter: np.linspace(limit / 100, 2 * limit, 100).round() for meter, limit in THREE_BUCKETS.items()})


def additions() -> None:
    """A hundred million additions of int64 in numpy, in pieces that stay in the cache."""
    one, other = np.arange(10_000), np.arange(10_000)
    for _ in range(MANY * 100 // one.size):
        np.add(one, other, out=other)


def test_a_hundred_sets_of_three_limits_take_a_million_calls_in_the_time_of_a_few_additions_each(benchmark) -> None:
    time_us, charge = traffic(MANY)
    lanes = a_hundred_sets()
    totals = benchmark.pedantic(refuse_all, args=(time_us, charge, lanes), rounds=1)
    assert totals.refused[0] > 0.9 * MANY and totals.refused[-1] < 0.1 * MANY
    ours, bare = best_s(lambda: refuse_all(time_us, charge, lanes), 5), best_s(additions, 5)
    benchmark.extra_info.update(seconds=round(ours, 3), additions=round(ours / bare, 1))
    print(f"\nhundred sets, a million calls: {benchmark.extra_info}")
    # Three buckets refilled, compared and charged: some twenty operations a call and set.
    assert ours / bare <= 40


# In a process of its own that takes fresh memory for every array, long or short, as ten million calls have to. The peak is read from /proc:
# that which `getrusage` gives begins with the peak of the process that started this one.
GROWTH = """
import json
from pathlib import Path
from bench.test_limiter_speed import MANY, THREE_BUCKETS, lanes_for, traffic
from bench.timing import best_s
from framework.simulation.replay import Client, outcome, replay
lanes, (time_us, charge) = lanes_for(THREE_BUCKETS), traffic(10 * MANY)
few = time_us[:MANY].copy(), charge[:, :MANY].copy()
growth, served = {}, []
for policy in ("refuse", "wait", "retry"):
    served.append(outcome(replay(time_us, charge, lanes, Client(policy))).served)
    once, tenfold = (best_s(lambda: replay(*calls, lanes, Client(policy)), 4) for calls in (few, (time_us, charge)))
    growth[policy] = round(tenfold / once, 1)
(peak,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
print(json.dumps([served, growth, int(peak.split()[1]) * 1024]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_ten_million_calls_take_ten_times_as_long_as_one_and_a_gigabyte_and_a_half_at_most() -> None:
    root = Path(__file__).resolve().parents[2]
    paths = {"PYTHONPATH": f"{root}:{root / 'tests'}", "MALLOC_MMAP_THRESHOLD_": "1000000"}
    done = subprocess.run([sys.executable, "-c", GROWTH], check=True, capture_output=True, text=True, cwd=root, env=paths)
    served, growth, peak_bytes = json.loads(done.stdout)
    print(f"\nten million calls: {growth} times the time of a million, {peak_bytes / 1e9:.2f} GB at most")
    assert min(served) > 5 * MANY
    assert max(growth.values()) <= 12
    assert peak_bytes < 1.5e9
