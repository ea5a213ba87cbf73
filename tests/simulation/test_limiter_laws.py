"""What must hold of any limiter, whatever the numbers: between two runs of the engine, without an oracle."""

import random
from dataclasses import replace

import numpy as np
import pytest
from simulation.limiter_cases import METER_SETS, NASTY_LIMITS, arrays, client_of, engine, lanes_for, some_limits, some_trace
from simulation.limiter_oracle import Fate, Habits, Limits, Trace

from framework.simulation.limiter import lanes_of
from framework.simulation.replay import Client, refuse_all, replay

POLICIES = ("refuse", "wait", "retry")
ROUNDS = 150
IDLE_US = 20 * 86_400_000_000


def admitted(trace: Trace, limits: Limits, policy: str) -> list[int]:
    return [fate.admitted_us for fate in engine(trace, limits, policy)]


def larger(rng: random.Random, limits: Limits) -> Limits:
    """More of everything: higher limits, deeper buckets, more calls in flight."""
    figures = {meter: figure + rng.choice((0, 1, figure // 3, 10 * figure)) for meter, figure in limits.figures.items()}
    return replace(limits, figures=figures, depth_s=60, flight=limits.flight and limits.flight + rng.choice((0, 1)))


def buckets_only(rng: random.Random) -> Limits:
    return replace(some_limits(rng), fixed_s=0)


def with_equal_charges(trace: Trace) -> Trace:
    return replace(trace, charges=[trace.charges[0]] * len(trace))


def no_larger_than(limits: Limits, trace: Trace) -> Trace:
    """The trace with every charge cut to what all limits hold, so that nobody is too large under one set and admitted under the other."""
    most = min((figure for meter, figure in limits.figures.items() if meter != "spend_10min"), default=10**9)
    cents = limits.figures.get("spend_10min", 1) * 10_000_000
    return replace(
        trace, charges=[[1, min(a, most // 2), min(b, most // 2), min(a + b, most), min(c, cents)] for _, a, b, _, c in trace.charges]
    )


def test_more_capacity_never_refuses_more_when_all_charges_are_equal() -> None:
    rng = random.Random(1)
    for number in range(ROUNDS):
        limits = replace(buckets_only(rng), flight=0)
        trace = with_equal_charges(some_trace(rng, limits, calls=40))
        few, many = (np.cumsum(np.array(admitted(trace, one, "refuse")) < 0) for one in (limits, larger(rng, limits)))
        assert (many <= few).all(), number


def test_more_capacity_never_delays_any_call_more_when_calls_wait() -> None:
    rng = random.Random(2)
    for number in range(ROUNDS):
        limits = buckets_only(rng)
        trace = no_larger_than(limits, some_trace(rng, limits, calls=40))
        small, large = (np.array(admitted(trace, one, "wait")) for one in (limits, larger(rng, limits)))
        assert (small >= 0).all() and (large <= small).all(), number


@pytest.mark.parametrize("policy", POLICIES)
def test_a_longer_idle_gap_after_the_buckets_are_full_changes_nothing(policy: str) -> None:
    rng = random.Random(3)
    for number in range(ROUNDS):
        limits = buckets_only(rng)
        early, late = (some_trace(rng, limits, calls=20) for _ in range(2))
        gap = early.time_us[-1] + IDLE_US * 20
        played = []
        for longer in (0, 1, 86_400_000_000 * 30):
            times = early.time_us + [now - late.time_us[0] + gap + longer for now in late.time_us]
            both = Trace(times, early.charges + late.charges, early.duration_us + late.duration_us)
            played.append([moved(fate, -longer if at >= 20 else 0) for at, fate in enumerate(engine(both, limits, policy))])
        assert played[0] == played[1] == played[2], number


def moved(fate: Fate, by_us: int) -> Fate:
    return replace(fate, admitted_us=fate.admitted_us + by_us if fate.admitted_us >= 0 else -1)


@pytest.mark.parametrize("policy", POLICIES)
def test_the_hour_does_not_matter_to_buckets(policy: str) -> None:
    rng = random.Random(4)
    for number in range(ROUNDS):
        limits = buckets_only(rng)
        trace, by_us = some_trace(rng, limits, calls=30), rng.choice((1, 59_999_999, 10**15))
        later = replace(trace, time_us=[now + by_us for now in trace.time_us])
        assert engine(later, limits, policy) == [moved(fate, by_us) for fate in engine(trace, limits, policy)], number


def test_the_same_seed_gives_the_same_retries_and_another_one_others() -> None:
    # 200 calls at once against one a second: nearly all come again after a jittered half second.
    trace = Trace([0] * 200, [[1, 0, 0, 0, 0]] * 200, [0] * 200)
    limits = Limits({"rpm": 60}, depth_s=1)
    habits = Habits(seed=5, retries=3, first_us=500_000, cap_us=8_000_000)
    first, again, other = (engine(trace, limits, "retry", one) for one in (habits, habits, replace(habits, seed=6)))
    assert first == again != other


@pytest.mark.parametrize("policy", ["refuse", "retry"])
def test_calls_that_are_refused_for_good_leave_no_trace_on_the_others(policy) -> None:
    rng = random.Random(5)
    for number in range(ROUNDS):
        limits = some_limits(rng)
        trace = some_trace(rng, limits, calls=40)
        time_us, charge, duration_us = arrays(trace)
        lanes = lanes_for(trace, limits)
        served = replay(time_us, charge, lanes, client_of(policy, Habits(1, 2, 500_000, 8_000_000)), duration_us=duration_us)
        kept = np.flatnonzero(~served.refused)
        kept = kept[np.argsort(served.admitted_us[kept], kind="stable")]
        if kept.size and served.admitted_us[kept[0]] == time_us[0]:
            alone = replay(served.admitted_us[kept], charge[:, kept].copy(), lanes, Client(), duration_us=duration_us[kept])
            assert not alone.refused.any(), number


def test_calls_sent_when_waiting_would_let_them_in_are_never_refused() -> None:
    rng = random.Random(6)
    for number in range(ROUNDS):
        limits = replace(some_limits(rng), starts_us=0)
        trace = some_trace(rng, limits, calls=40)
        time_us, charge, duration_us = arrays(trace)
        lanes = lanes_for(trace, limits)
        waited = replay(time_us, charge, lanes, Client("wait"), duration_us=duration_us)
        kept = np.flatnonzero(~waited.refused)
        assert (np.diff(waited.admitted_us[kept]) >= 0).all()
        if kept.size and waited.admitted_us[kept[0]] == time_us[0]:
            calm = replay(waited.admitted_us[kept], charge[:, kept].copy(), lanes, Client(), duration_us=duration_us[kept])
            assert not calm.refused.any(), number


@pytest.mark.parametrize("policy", POLICIES)
def test_no_span_of_time_lets_more_through_than_a_full_bucket_and_its_refill(policy) -> None:
    rng = random.Random(7)
    for number in range(ROUNDS):
        limits = buckets_only(rng)
        trace = some_trace(rng, limits, calls=40)
        time_us, charge, duration_us = arrays(trace)
        lanes = lanes_for(trace, limits)
        played = replay(time_us, charge, lanes, Client(policy), duration_us=duration_us)
        kept = np.flatnonzero(~played.refused)
        kept = kept[np.argsort(played.admitted_us[kept], kind="stable")].tolist()
        for row, rate, unit, cap in zip(
            lanes.source, lanes.rate[:, 0].tolist(), lanes.unit[:, 0].tolist(), lanes.cap[:, 0].tolist(), strict=True
        ):
            at = [(int(played.admitted_us[call]), int(charge[row, call]) * unit) for call in kept]
            for i, (begin, _) in enumerate(at):
                taken = 0
                for end, ticks in at[i:]:
                    taken += ticks
                    assert taken <= cap + rate * (end - begin), number


def test_traffic_three_times_as_fast_is_the_trace_with_a_third_of_its_times() -> None:
    rng = random.Random(8)
    for number in range(ROUNDS):
        limits = replace(buckets_only(rng), flight=0)
        fast = some_trace(rng, limits, calls=40)
        slow = replace(fast, time_us=[3 * now for now in fast.time_us])
        time_us, charge, _ = arrays(slow)
        sped = replay(time_us, charge, lanes_of(limits.figures, slow.largest(), window_s=limits.depth_s, speed=(3, 1)), Client())
        assert (sped.admitted_us // np.where(sped.refused, 1, 3)).tolist() == admitted(fast, limits, "refuse"), number


@pytest.mark.parametrize("policy", POLICIES)
def test_a_meter_that_is_never_short_changes_nothing(policy: str) -> None:
    rng = random.Random(9)
    for number in range(ROUNDS):
        limits = some_limits(rng)
        trace = some_trace(rng, replace(limits, figures={"itpm": 1, **limits.figures}), calls=30)
        spare = {meter: 10**15 for meter in ("rpd", "tpd", "rpm") if meter not in limits.figures}
        assert engine(trace, replace(limits, figures={**limits.figures, **spare}), policy) == engine(trace, limits, policy), number


def test_nobody_tries_more_often_than_allowed_and_whoever_gives_up_has_used_every_attempt() -> None:
    rng = random.Random(10)
    for number in range(ROUNDS):
        limits, retries = some_limits(rng), rng.choice((0, 1, 2, 6))
        fates = engine(some_trace(rng, limits, calls=40), limits, "retry", Habits(number, retries, 500_000, 8_000_000))
        assert all(1 <= fate.attempts <= retries + 1 for fate in fates)
        assert all(fate.attempts == retries + 1 for fate in fates if fate.admitted_us < 0), number


def test_a_pass_over_many_sets_is_the_same_in_any_order_of_the_sets() -> None:
    rng = random.Random(11)
    meters = METER_SETS[3]
    figures = {meter: np.array([rng.choice(NASTY_LIMITS) for _ in range(50)], dtype=float) for meter in meters}
    trace = some_trace(rng, Limits({"rpm": 60, "itpm": 40_000, "otpm": 997}), calls=200)
    time_us, charge, _ = arrays(trace)
    order = np.random.default_rng(1).permutation(50)
    one = refuse_all(time_us, charge, lanes_of(figures, trace.largest()))
    other = refuse_all(time_us, charge, lanes_of({meter: row[order] for meter, row in figures.items()}, trace.largest()))
    assert (one.refused[order] == other.refused).all() and (one.short[:, order] == other.short).all()
