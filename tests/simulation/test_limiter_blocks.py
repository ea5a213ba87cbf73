"""What is skipped: whole stretches of a traffic, and sets of limits wider than others. Every set fares as in rationals and call by call."""

import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulation.limiter_cases import arrays, some_limits, some_trace
from simulation.test_limiter_lanes import Sets

from framework.simulation.block_kernel import LARGE, MIDDLE, SMALL, block_sums
from framework.simulation.limiter import BOTH, Lanes, lanes_of
from framework.simulation.replay import MANY_CALLS, refuse_all, refuse_side_by_side
from framework.simulation.skipping import refuse_skipping

NAN = float("nan")


def sets_of_buckets(rng: random.Random, *, calls: int) -> Sets:
    """Some sets without fixed windows and limits of calls in flight."""
    limits = []
    while len(limits) < 5:
        one = some_limits(rng)
        if not one.fixed_s:
            limits.append(one)
    trace = some_trace(rng, limits[0], calls=calls)
    return Sets(trace, [type(one)(one.figures, depth_s=one.depth_s) for one in limits])


def test_with_nasty_numbers_every_set_fares_as_in_rationals() -> None:
    rng = random.Random(11)
    for number in range(150):
        sets = sets_of_buckets(rng, calls=rng.choice((0, 1, SMALL - 1, SMALL, SMALL + 1, 30, 3 * MIDDLE + 5)))
        lanes, expected = sets.lanes(), sets.fates()
        time_us, charge, _ = arrays(sets.trace)
        marks = np.zeros((len(time_us), len(lanes)), np.uint8)
        refusals, short, first = refuse_skipping(time_us, charge, lanes, marks)
        for at, fates in enumerate(expected):
            refused = [fate.admitted_us < 0 for fate in fates]
            assert refusals[at] == sum(refused) and first[at] == [*refused, True].index(True), number
            assert short[:, at].tolist() == [sum(meter in fate.short for fate in fates) for meter in lanes.meters], number
            found = [tuple(m for k, m in enumerate(lanes.meters) if mark >> k & 1) for mark in marks[:, at].tolist()]
            assert [set(short) for short in found] == [set(fate.short) for fate in fates], number


def a_traffic(rng: np.random.Generator, calls: int) -> tuple[np.ndarray, np.ndarray]:
    """Quiet and busy stretches, many calls in the same microsecond, and a few very large ones."""
    pace = np.repeat(rng.choice([0.0, 0.2, 1.0, 30.0], -(-calls // 40), p=[0.1, 0.3, 0.5, 0.1]), 40)[:calls]
    time_us = np.cumsum(rng.exponential(1e6, calls) * pace).astype(np.int64)
    tokens = np.where(rng.random(calls) < 0.01, 100_000, rng.integers(0, 3_000, calls))
    output = rng.integers(1, 900, calls)
    return time_us - time_us[0], np.stack([np.ones_like(tokens), tokens, output, tokens + output, np.zeros_like(tokens)])


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([1, 100, LARGE, 3 * LARGE + 1, 2_000]))
def test_stretches_are_skipped_without_a_trace_in_the_answer(seed: int, calls: int) -> None:
    rng = np.random.default_rng(seed)
    time_us, charge = a_traffic(rng, calls)
    lanes = some_lanes(rng, charge)
    marks, plainly = np.zeros((calls, len(lanes)), np.uint8), np.zeros((calls, len(lanes)), np.uint8)
    ours, plain = refuse_skipping(time_us, charge, lanes, marks), refuse_side_by_side(time_us, charge, lanes, plainly)
    for one, other in zip(ours, plain, strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(marks, plainly)


def some_lanes(rng: np.random.Generator, charge: np.ndarray, *, count: int = 12) -> Lanes:
    """From far too little to plenty, each meter lacking at times."""
    per_minute = {"rpm": 60.0, "itpm": 90_000.0, "otpm": 27_000.0, "tpm": 117_000.0, "rpd": 40_000.0}
    names = rng.choice(list(per_minute), rng.integers(1, 4), replace=False).tolist()
    limits = {
        name: np.where(rng.random(count) < 0.15, NAN, np.rint(per_minute[name] * rng.choice([0.3, 1.0, 1.3, 2, 5, 30, 1e4], count)))
        for name in names
    }
    return lanes_of(limits, charge.max(axis=1), window_s=rng.choice([1, 60], count))


def test_the_cases_above_have_sets_that_refuse_nobody_some_and_nearly_all() -> None:
    shares = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        time_us, charge = a_traffic(rng, 2_000)
        shares.extend((refuse_skipping(time_us, charge, some_lanes(rng, charge), None)[0] / 2_000).tolist())
    assert sum(share == 0 for share in shares) > 40
    assert sum(0 < share < 0.02 for share in shares) > 20
    assert sum(share > 0.5 for share in shares) > 20


def test_charges_of_any_size_are_refused_and_not_wrapped_around() -> None:
    charge = np.ones((5, MANY_CALLS), dtype=np.int64)
    charge[BOTH, ::3] = 2**60
    time_us = np.arange(MANY_CALLS) * 1_000_000
    lanes = lanes_of({"tpm": 10**10, "rpm": np.array([6_000.0, NAN])}, charge.max(axis=1))
    assert refuse_all(time_us, charge, lanes).refused.tolist() == [-(-MANY_CALLS // 3)] * 2


@pytest.mark.parametrize("size", [SMALL, LARGE // MIDDLE])
def test_a_block_is_charged_what_its_calls_are(size: int) -> None:
    charge = np.arange(60).reshape(3, 20)
    sums = block_sums(charge, np.array([0, 2]), size)
    expected = [[sum(row[at : at + size]) for at in range(0, 20, size)] for row in charge.tolist()]
    assert sums[0].tolist() == expected[0] and sums[2].tolist() == expected[2] and not sums[1].any()


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32))
def test_a_wider_bucket_is_wider_in_rationals_and_refuses_nobody_whom_the_narrower_one_admits(seed: int) -> None:
    rng = np.random.default_rng(seed)
    time_us, charge = a_traffic(rng, 300)
    lanes = some_lanes(rng, charge)
    for row, meter in enumerate(lanes.meters):
        alone = Lanes((meter,), *(getattr(lanes, name)[row : row + 1] for name in PARTS), flight=lanes.flight)
        refused, _, _ = refuse_side_by_side(time_us, charge, alone, None)
        for one, other in np.argwhere(lanes.wider[row]):
            assert lanes.unit[row, one] > 0 and lanes.unit[row, other] > 0
            assert refused[one] <= refused[other] or refused[other] > 0
            for part in (lanes.cap, lanes.rate):
                ours, theirs = (Fraction(int(part[row, at]), int(lanes.unit[row, at])) for at in (one, other))
                assert ours >= theirs


PARTS = ("source", "rate", "unit", "cap", "fill", "most", "window", "offset")


def test_of_two_buckets_the_wider_one_is_known_whatever_the_depth_and_the_ticks() -> None:
    # The largest call decides the depth of the first three, whose ticks differ; the last set has no such bucket.
    lanes = lanes_of({"tpm": np.array([7_000.0, 60_000.0, 90_000.0, 90_000.0, NAN])}, [1, 0, 0, 5_000], window_s=np.array([1, 1, 1, 60, 1]))
    assert lanes.wider[0].astype(int).tolist() == [[1, 0, 0, 0, 0], [1, 1, 0, 0, 0], [1, 1, 1, 0, 0], [1, 1, 1, 1, 0], [0, 0, 0, 0, 0]]
    # 70/60 against 90/60 of a call deep; 95 a minute against 100 a minute.
    assert lanes_of({"rpm": np.array([70.0, 45.0])}, [1], window_s=np.array([1, 2])).wider[0].tolist() == [[True, False], [False, True]]
    assert lanes_of({"rpm": np.array([95.0, 100.0])}, [1], window_s=np.array([60, 1])).wider[0].tolist() == [[True, False], [False, True]]


def test_long_traffic_goes_by_blocks_and_short_traffic_does_not_with_the_same_answer() -> None:
    rng = np.random.default_rng(5)
    time_us, charge = a_traffic(rng, MANY_CALLS)
    lanes = some_lanes(rng, charge)
    long, short = refuse_all(time_us, charge, lanes), refuse_all(time_us[1:], charge[:, 1:].copy(), lanes)
    plain = (refuse_side_by_side(time_us, charge, lanes, None), refuse_side_by_side(time_us[1:], charge[:, 1:].copy(), lanes, None))
    for ours, (refused, counts, first) in zip((long, short), plain, strict=True):
        assert ours.refused.tolist() == refused.tolist() and ours.first.tolist() == first.tolist()
        assert ours.short.tolist() == counts.tolist()
