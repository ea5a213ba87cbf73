"""The breaker with a clock of its own: opens after failures in a row, lets one call through after the cool-down."""

from __future__ import annotations

import pytest

from framework.providers.breaker import Breaker, BreakerRule


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def breaker(failures: int = 3, cool_down_s: float = 30.0) -> tuple[Breaker, Clock]:
    clock = Clock()
    return Breaker(BreakerRule(failures, cool_down_s), clock), clock


def fail(breaker: Breaker, times: int, hold_s: float | None = None) -> None:
    for _ in range(times):
        leave = breaker.admit()
        assert leave is not None
        breaker.failed(leave, hold_s)


def test_it_opens_at_the_third_failure_and_lets_nothing_through() -> None:
    held, clock = breaker()
    fail(held, 2)
    assert held.state == "closed"
    fail(held, 1)
    assert held.state == "open" and held.admit() is None
    clock.now_s += 29.9
    assert held.admit() is None and held.closed_for_s == pytest.approx(0.1)


def test_a_success_in_between_starts_the_count_again() -> None:
    held, _ = breaker()
    fail(held, 2)
    held.succeeded(held.admit())
    fail(held, 2)
    assert held.state == "closed"


def test_after_the_cool_down_one_call_decides() -> None:
    held, clock = breaker()
    fail(held, 3)
    clock.now_s += 30
    assert held.state == "half-open"
    probe = held.admit()
    assert probe is not None and held.admit() is None
    held.succeeded(probe)
    assert held.state == "closed" and held.admit() is not None


def test_a_failed_probe_opens_it_again_for_a_whole_cool_down() -> None:
    held, clock = breaker()
    fail(held, 3)
    clock.now_s += 30
    fail(held, 1)
    assert held.state == "open" and held.closed_for_s == 30


def test_a_cancelled_probe_gives_its_turn_back() -> None:
    held, clock = breaker()
    fail(held, 3)
    clock.now_s += 30
    held.released(held.admit())
    assert held.state == "half-open" and held.admit() is not None


def test_a_probe_that_is_never_heard_of_again_gives_way_after_a_cool_down() -> None:
    # As a stream that is kept and not read on: the provider would be left out for as long as the process lives.
    held, clock = breaker()
    fail(held, 3)
    clock.now_s += 30
    lost = held.admit()
    clock.now_s += 29.9
    assert held.admit() is None
    clock.now_s += 0.1
    second = held.admit()
    assert second is not None
    held.succeeded(second)
    held.failed(lost)
    assert held.state == "closed", "what comes of the first afterwards is of another era"


def test_a_cancelled_call_is_neither_success_nor_failure() -> None:
    held, _ = breaker()
    fail(held, 2)
    held.released(held.admit())
    fail(held, 1)
    assert held.state == "open"


def test_calls_under_way_when_it_opened_neither_close_it_nor_prolong_it() -> None:
    held, clock = breaker()
    late = [held.admit() for _ in range(3)]
    fail(held, 3)
    clock.now_s += 10
    held.failed(late[0])
    assert held.closed_for_s == 20
    held.succeeded(late[1])
    assert held.state == "open"
    clock.now_s += 20
    probe = held.admit()
    held.released(late[2])
    assert held.admit() is None, "the probe is still under way"
    held.succeeded(probe)
    assert held.state == "closed"


def test_a_wait_that_the_provider_asks_for_lengthens_the_opening_but_never_shortens_it() -> None:
    held, _ = breaker()
    fail(held, 3, hold_s=75)
    assert held.closed_for_s == 75
    held, _ = breaker()
    fail(held, 3, hold_s=2)
    assert held.closed_for_s == 30


@pytest.mark.parametrize("hold_s", [86_400.0, 1e12])
def test_no_header_shuts_a_provider_out_for_more_than_an_hour(hold_s: float) -> None:
    held, _ = breaker()
    fail(held, 3, hold_s=hold_s)
    assert held.closed_for_s == 3600


@pytest.mark.parametrize(("failures", "cool_down_s"), [(0, 30), (3, 0), (3, float("nan"))])
def test_a_rule_that_cannot_work_is_refused(failures: int, cool_down_s: float) -> None:
    with pytest.raises(ValueError, match="at least 1 failure"):
        BreakerRule(failures, cool_down_s)
