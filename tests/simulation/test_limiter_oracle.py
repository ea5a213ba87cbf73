"""The limiter against an exact one in rationals, call by call: thousands of random traces, limits and clients."""

import random
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulation.limiter_cases import HABITS, engine, lanes_for, oracle, some_limits, some_trace
from simulation.limiter_oracle import COUNTS, Habits, Limits, Trace

POLICIES = ("refuse", "wait", "retry")
BLOCKS, TRACES = 4, 500
LENGTHS = (0, 1, 2, 20, 40, 40)


def some_habits(rng: random.Random) -> Habits:
    return Habits(
        seed=rng.choice((0, 1, rng.getrandbits(63))),
        retries=rng.choice((0, 1, 2, 2, 5, 40)),
        first_us=rng.choice((0, 1, 500_000, 7_000_000)),
        cap_us=rng.choice((1, 8_000_000, 60_000_000)),
        header_cap_us=rng.choice((0, 0, 1_000_000, 120_000_000, 10**15)),
    )


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("block", range(BLOCKS))
def test_every_call_fares_as_in_rationals(policy: str, block: int) -> None:
    rng = random.Random(f"{policy} {block}")
    for number in range(TRACES):
        limits = some_limits(rng)
        trace, habits = some_trace(rng, limits, calls=rng.choice(LENGTHS)), some_habits(rng)
        assert engine(trace, limits, policy, habits) == oracle(trace, limits, policy, habits), (number, limits, habits, trace)


def test_the_random_traces_have_calls_that_go_wait_and_are_refused() -> None:
    rng = random.Random(1)
    causes, delayed, refused, calls = set(), 0, 0, 0
    for _ in range(200):
        limits = some_limits(rng)
        fates = engine(trace := some_trace(rng, limits, calls=30), limits, "wait")
        causes |= {fate.cause for fate in fates}
        delayed += sum(fate.admitted_us > arrival for fate, arrival in zip(fates, trace.time_us, strict=True))
        refused += sum(fate.admitted_us < 0 for fate in fates)
        calls += 30
    assert causes == {None, "concurrency", *COUNTS}
    assert 0.1 < delayed / calls < 0.7 and 0.01 < refused / calls < 0.3


@pytest.mark.parametrize("policy", POLICIES)
def test_traffic_at_any_multiple_of_its_speed_fares_as_under_limits_divided_by_it(policy: str) -> None:
    rng = random.Random(policy)
    for number in range(250):
        speed = Fraction(rng.choice((1, 2, 3, 7, 1_000, 1_237, 4_096)), rng.choice((1, 2, 5, 997, 1_000, 1_024)))
        limits = replace(some_limits(rng), fixed_s=0, speed=speed)
        trace, habits = some_trace(rng, limits, calls=30), some_habits(rng)
        assert engine(trace, limits, policy, habits) == oracle(trace, limits, policy, habits), (number, limits, habits, trace)


def test_without_a_second_attempt_retrying_is_refusing() -> None:
    rng = random.Random(2)
    for number in range(200):
        limits = some_limits(rng)
        trace = some_trace(rng, limits, calls=30)
        assert engine(trace, limits, "retry", replace(HABITS, retries=0)) == engine(trace, limits, "refuse"), number


SMALL = st.integers(0, 12)
CALLS = st.lists(st.tuples(SMALL, SMALL, SMALL, st.sampled_from((0, 1, 500_000, 1_000_000, 30_000_000))), max_size=12)


@settings(max_examples=300, deadline=None)
@given(
    calls=CALLS,
    figures=st.dictionaries(st.sampled_from(sorted(COUNTS)), st.integers(0, 12), max_size=4),
    depth_s=st.sampled_from((1, 60)),
    fixed_s=st.sampled_from((0, 1, 60)),
    flight=st.integers(0, 2),
    policy=st.sampled_from(POLICIES),
)
def test_small_traces_at_small_limits_fare_as_in_rationals(calls, figures, depth_s, fixed_s, flight, policy) -> None:
    # Every gap, charge and limit is so small that most calls stand at the very edge of a bucket; a limit of 0 lets nothing through.
    times = np.cumsum([0, *(gap for *_, gap in calls)]).tolist()[: len(calls)]
    trace = Trace(times, [[1, a, b, a + b, c] for a, b, c, _ in calls], [gap for *_, gap in calls])
    limits = Limits(figures, depth_s=depth_s, fixed_s=fixed_s, flight=flight)
    assert engine(trace, limits, policy) == oracle(trace, limits, policy)


HUGE = (2**40 - 87, 10**12, 10**15 + 37, 2**62)


@pytest.mark.parametrize("policy", POLICIES)
def test_charges_beyond_all_reason_are_refused_and_touch_nothing_else(policy: str) -> None:
    rng = random.Random(policy)
    for number in range(150):
        limits = some_limits(rng)
        trace = some_trace(rng, limits, calls=25)
        for at in rng.sample(range(25), 3):
            trace.charges[at] = [1, *(rng.choice(HUGE) for _ in range(4))]
        assert engine(trace, limits, policy) == oracle(trace, limits, policy), (number, limits, trace)


# Primes: nothing cancels, so the ticks of a day (864 * 10^8 a token) or of an odd speed leave int64 by far.
WIDE = (
    Limits({"tpd": 9_999_999_967}),
    Limits({"tpd": 1_000_000_007, "rpm": 997}, depth_s=1),
    Limits({"tpm": 9_999_999_967}, speed=Fraction(999_983, 999_979)),
    Limits({"itpm": 999_999_937, "otpm": 99_999_989}, speed=Fraction(1_000_003, 999_983), depth_s=1),
    Limits({"spend_10min": 999_983}, speed=Fraction(1_000_003, 999_979)),
    Limits({"tpd": 9_999_999_967}, speed=Fraction(1_000_003, 7)),
)


def wide_trace(rng: random.Random, limits: Limits, pace: float) -> Trace:
    """Calls at about the pace at which the limits let them through, whatever the speed."""
    trace = some_trace(rng, limits, calls=60)
    pool, now, times = trace.begun(limits), 0, []
    for charges in trace.charges:
        times.append(now)
        now += int(max(charges[bucket.row] / bucket.per_us for bucket in pool.buckets) * Fraction(pace) * rng.randrange(1_000) / 1_000)
    return Trace(times, trace.charges, trace.duration_us)


@pytest.mark.parametrize("limits", WIDE, ids=str)
def test_ticks_too_fine_for_int64_are_off_by_less_than_a_part_in_a_hundred_million(limits: Limits) -> None:
    rng = random.Random(str(limits))
    delayed = 0
    for pace in (0.5, 1, 2) * 8:
        trace = wide_trace(rng, limits, pace)
        for fate, exact in zip(engine(trace, limits, "wait"), oracle(trace, limits, "wait"), strict=True):
            assert abs(fate.admitted_us - exact.admitted_us) <= 2 + exact.admitted_us * 1e-8
            delayed += exact.cause is not None
        served, exactly = (sum(fate.admitted_us >= 0 for fate in play(trace, limits, "refuse")) for play in (engine, oracle))
        assert abs(served - exactly) <= 1
    assert delayed > 100


@pytest.mark.parametrize("limits", WIDE, ids=str)
def test_the_flow_of_such_a_limit_is_within_a_part_in_a_hundred_million(limits: Limits) -> None:
    trace = some_trace(random.Random(1), limits, calls=20)
    lanes = lanes_for(trace, limits)
    true = {bucket.meter: bucket.per_us for bucket in trace.begun(limits).buckets}
    off = [abs(Fraction(int(r[0]), int(u[0])) / true[m] - 1) for m, r, u in zip(lanes.meters, lanes.rate, lanes.unit, strict=True)]
    assert 0 < max(off) < 1e-8


@pytest.mark.parametrize("speed", [Fraction(7, 2**61 - 1), Fraction(1, 10**15), Fraction(10**6), Fraction(2**40, 3)])
def test_no_speed_is_too_high_or_too_low(speed: Fraction) -> None:
    rng = random.Random(3)
    for meter, figure in (("rpm", 9_999_999_967), ("rpm", 1), ("tpd", 54), ("tpm", 40_000)):
        limits = Limits({meter: figure}, speed=speed)
        trace = some_trace(rng, limits, calls=40)
        assert engine(trace, limits, "refuse") == oracle(trace, limits, "refuse")
