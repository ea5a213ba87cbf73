"""Many sets of limits in one pass: every one of them fares as alone, and as in rationals."""

import random
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pytest
from simulation.limiter_cases import METER_SETS, NASTY_LIMITS, arrays, fates_of, lanes_for, oracle, some_limits, some_trace
from simulation.limiter_oracle import Fate, Limits, Trace
from simulation.limiter_oracle import refuse as oracle_refuse

from framework.simulation.limiter import Lanes, fixed_windows, lanes_of
from framework.simulation.replay import Client, refuse_all, replay

NAN = float("nan")


@dataclass(frozen=True)
class Sets:
    """The same trace against several limits at once."""

    trace: Trace
    limits: list[Limits]

    def lanes(self) -> Lanes:
        meters = sorted({meter for limits in self.limits for meter in limits.figures})
        figures = {meter: np.array([limits.figures.get(meter, NAN) for limits in self.limits]) for meter in meters}
        figures["concurrency"] = np.array([limits.flight or NAN for limits in self.limits])
        depths_s = np.array([limits.depth_s for limits in self.limits])
        speeds = tuple(np.array([getattr(limits.speed, part) for limits in self.limits]) for part in ("numerator", "denominator"))
        lanes = lanes_of(figures, self.trace.largest(), window_s=depths_s, speed=speeds)
        one = self.limits[0]
        return fixed_windows(lanes, window_s=one.fixed_s, starts_us=one.starts_us) if one.fixed_s else lanes

    def fates(self) -> list[list[Fate]]:
        return [oracle_refuse(self.trace, limits) for limits in self.limits]


def some_sets(rng: random.Random) -> Sets:
    """One kind of window for all, as `refuse_all` demands; the rest differs from set to set."""
    first = some_limits(rng)
    speeds = (Fraction(1), Fraction(3, 2), Fraction(1_237, 1_000)) if not first.fixed_s else (Fraction(1),)
    others = [replace(some_limits(rng), fixed_s=first.fixed_s, starts_us=first.starts_us, speed=rng.choice(speeds)) for _ in range(6)]
    return Sets(some_trace(rng, first, calls=rng.choice((0, 1, 30))), [first, *others])


def test_every_set_refuses_the_calls_that_it_refuses_alone_and_in_rationals() -> None:
    rng = random.Random(4)
    for number in range(250):
        sets = some_sets(rng)
        lanes, expected = sets.lanes(), sets.fates()
        time_us, charge, duration_us = arrays(sets.trace)
        totals = refuse_all(time_us, charge, lanes, duration_us=duration_us)
        refused = [[fate.admitted_us < 0 for fate in fates] for fates in expected]
        assert totals.refused.tolist() == [sum(calls) for calls in refused], number
        assert totals.first.tolist() == [(*calls, True).index(True) for calls in refused], number
        for at, fates in enumerate(expected):
            alone = replay(time_us, charge, lanes, Client(), at=at, duration_us=duration_us)
            assert [fate.admitted_us for fate in fates] == alone.admitted_us.tolist(), number


def test_the_buckets_that_were_short_are_counted_and_marked_call_by_call() -> None:
    rng = random.Random(5)
    for number in range(150):
        sets = some_sets(rng)
        sets = Sets(sets.trace, [replace(limits, flight=0) for limits in sets.limits])
        lanes, expected = sets.lanes(), sets.fates()
        time_us, charge, _ = arrays(sets.trace)
        marks = np.zeros((len(time_us), len(lanes)), np.uint8)
        totals = refuse_all(time_us, charge, lanes, marks=marks)
        for at, fates in enumerate(expected):
            found = [tuple(m for k, m in enumerate(lanes.meters) if mark >> k & 1) for mark in marks[:, at].tolist()]
            assert [set(short) for short in found] == [set(fate.short) for fate in fates], number
            assert totals.short[:, at].tolist() == [sum(meter in fate.short for fate in fates) for meter in lanes.meters], number


@pytest.mark.parametrize("policy", ["refuse", "wait", "retry"])
def test_a_set_that_lacks_a_meter_is_the_set_without_it(policy) -> None:
    rng = random.Random(6)
    for _ in range(60):
        limits = [replace(some_limits(rng), fixed_s=0) for _ in range(3)]
        sets = Sets(some_trace(rng, limits[0], calls=30), limits)
        time_us, charge, duration_us = arrays(sets.trace)
        for at, one in enumerate(limits):
            together = replay(time_us, charge, sets.lanes(), Client(policy), at=at, duration_us=duration_us)
            alone = replay(time_us, charge, lanes_for(sets.trace, one), Client(policy), duration_us=duration_us)
            assert fates_of(together) == fates_of(alone)


def test_limits_without_a_meter_let_everything_through() -> None:
    time_us, charge = np.arange(5), np.full((5, 5), 10**12)
    lanes = lanes_of({"rpm": NAN, "itpm": np.array([NAN, NAN])}, charge.max(axis=1))
    assert len(lanes) == 2 and lanes.meters == ()
    assert refuse_all(time_us, charge, lanes).refused.tolist() == [0, 0]
    assert replay(time_us, charge, lanes, Client("wait"), at=1).admitted_us.tolist() == time_us.tolist()


def test_a_fraction_where_whole_numbers_are_asked_for_is_an_error_not_a_rounding() -> None:
    with pytest.raises(TypeError):
        lanes_of({"rpm": 60}, [1] * 5, speed=(1.5, 1))
    with pytest.raises(TypeError):
        lanes_of({"rpm": 60}, [1] * 5, window_s=0.5)


def test_single_figures_and_columns_may_be_mixed() -> None:
    lanes = lanes_of({"rpm": 60, "itpm": np.array([600.0, NAN])}, [1, 600, 0, 600, 0], window_s=np.array([1, 60]))
    # One call a second: 10^-6 a microsecond; depth 1 s or 60 s: one call or sixty.
    assert (lanes.cap[0] / lanes.unit[0]).tolist() == [1, 60] and (lanes.rate[0] * 10**6 / lanes.unit[0]).tolist() == [1, 1]
    # 600 tokens a minute are 10 in a second, but the largest call has 600.
    assert lanes.cap[1, 0] / lanes.unit[1, 0] == 600 and lanes.unit[1, 1] == 0
    assert lanes.own_meters(0) == ("rpm", "itpm") and lanes.own_meters(1) == ("rpm",)


def test_every_level_stays_far_inside_int64_whatever_the_limits() -> None:
    rng = random.Random(8)
    for _ in range(300):
        figures = {meter: rng.choice(NASTY_LIMITS) for meter in rng.choice(METER_SETS)}
        speed = (rng.choice((1, 999_983, 10**9)), rng.choice((1, 999_979, 10**9)))
        lanes = lanes_of(figures, [1, 10**12, 10**12, 2 * 10**12, 10**12], window_s=rng.choice((1, 60)), speed=speed)
        room = [int(c) + int(f) * int(r) for c, f, r in zip(lanes.cap.flat, lanes.fill.flat, lanes.rate.flat, strict=True)]
        asked = [int(m) * int(u) for m, u in zip(lanes.most.flat, lanes.unit.flat, strict=True)]
        assert max(room + asked, default=0) < 2**63 and lanes.cap.min(initial=1) >= 0 and lanes.unit.min(initial=1) >= 1


def test_an_empty_trace_has_nothing_to_refuse() -> None:
    none = Trace([], [], [])
    time_us, charge, _ = arrays(none)
    totals = refuse_all(time_us, charge, lanes_for(none, Limits({"rpm": 60})))
    assert totals.refused.tolist() == [0] and totals.first.tolist() == [0] and totals.served_share.tolist() == [1]
    assert oracle(none, Limits({"rpm": 60}), "wait") == []
