"""Replays small enough to be worked out on paper, and the figures drawn from them."""

import math

import numpy as np
import pytest

from framework.simulation.limiter import fixed_windows, lanes_of
from framework.simulation.replay import Client, Replay, outcome, refuse_all, replay

SECOND = 1_000_000


def charges(tokens, output=None, money=0):
    """One call, so many input and output tokens, both, and money, per call."""
    tokens = np.asarray(tokens, dtype=np.int64)
    out = np.zeros_like(tokens) if output is None else np.asarray(output, dtype=np.int64)
    return np.stack([np.ones_like(tokens), tokens, out, tokens + out, np.full_like(tokens, money)])


def play(times_s, charge, limits, client=None, *, window_s=60, durations_s=None, fixed=None):
    time_us = np.rint(np.asarray(times_s, dtype=float) * SECOND).astype(np.int64)
    lanes = lanes_of(limits, charge.max(axis=1, initial=0), window_s=window_s)
    if fixed is not None:
        lanes = fixed_windows(lanes, window_s=window_s, starts_us=round(fixed * SECOND))
    lasts = None if durations_s is None else np.rint(np.asarray(durations_s) * SECOND).astype(np.int64)
    return replay(time_us, charge, lanes, client or Client(), duration_us=lasts)


def admitted_s(*args, **options):
    """Seconds, None where refused."""
    return [None if now < 0 else now / SECOND for now in play(*args, **options).admitted_us.tolist()]


def test_sixty_calls_a_minute_enforced_by_the_second_are_one_a_second() -> None:
    # Depth 60 * 1/60 = 1 call. At 0.4 s the bucket holds 0.4, at 1.0 s one whole call.
    three = charges([0, 0, 0])
    assert admitted_s([0, 0.4, 1.0], three, {"rpm": 60}, window_s=1) == [0, None, 1.0]
    # Waiting, the second goes at 1 s and takes that call; the third, come at that moment, goes at 2 s.
    assert admitted_s([0, 0.4, 1.0], three, {"rpm": 60}, Client("wait"), window_s=1) == [0, 1.0, 2.0]
    # A whole minute's worth at once is what the kind reading allows.
    assert admitted_s([0, 0.4, 1.0], three, {"rpm": 60}, window_s=60) == [0, 0.4, 1.0]


def test_tokens_that_lack_are_waited_for_at_the_rate_of_the_limit() -> None:
    # 600 a minute are 10 a second. The first takes 400 of 600; the second lacks 200: 20 s; the third finds nothing: 100 / 10 = 10 s more.
    three = charges([400, 400, 100])
    assert admitted_s([0, 0, 0], three, {"itpm": 600}, Client("wait")) == [0, 20, 30]
    # Refused at once instead, the second leaves 200 for the third.
    assert admitted_s([0, 0, 0], three, {"itpm": 600}) == [0, None, 0]


def test_a_call_goes_at_the_first_whole_microsecond_and_what_is_left_over_stays() -> None:
    # 7 a minute: one takes 60/7 = 8.571428571... s. The depth is 7: the eighth goes at 8,571,429 us with 3 ticks to spare (7 * 8,571,429 -
    # 60,000,000), the ninth at ceil(2 * 60/7) = 17,142,858, the tenth at ceil(3 * 60/7) = 25,714,286, not at 3 * 8,571,429 = 25,714,287.
    ten = charges([0] * 10)
    assert play([0] * 10, ten, {"rpm": 7}, Client("wait")).admitted_us.tolist() == [0] * 7 + [8_571_429, 17_142_858, 25_714_286]


def test_a_bucket_holds_the_largest_call_and_no_call_above_the_limit() -> None:
    # By the second 600 a minute are 10 tokens, but the largest call has 500: so deep is the bucket. 500 come again in 50 s.
    assert admitted_s([0, 49.999999, 50], charges([500, 500, 500]), {"itpm": 600}, window_s=1) == [0, None, 50]
    # 601 fit in no bucket of 600: refused whatever the client does, and nobody behind is held up.
    for client in (Client(), Client("wait"), Client("retry")):
        played = play([0, 0], charges([601, 600]), {"itpm": 600}, client)
        assert played.admitted_us.tolist() == [-1, 0]
        assert outcome(played).binding == "itpm"


def test_limits_of_a_day_and_of_ten_minutes_are_as_deep_as_themselves() -> None:
    # Two a day: the third waits for half a day whatever the window.
    assert admitted_s([0, 0, 0], charges([0] * 3), {"rpd": 2}, Client("wait"), window_s=1) == [0, 0, 43_200]
    # 1 USD in 600 s; calls of 0.40 USD: the third lacks 0.20 USD, which is 120 s.
    assert admitted_s([0] * 3, charges([0] * 3, money=4_000_000), {"spend_10min": 1.0}, Client("wait"), window_s=1) == [0, 0, 120]


def test_a_limit_of_nothing_lets_only_what_needs_nothing_through() -> None:
    for client in (Client(), Client("wait"), Client("retry")):
        assert admitted_s([0, 0], charges([5, 0]), {"itpm": 0}, client) == [None, 0]


def test_the_scarcest_of_several_limits_decides_and_is_named() -> None:
    # 10 calls and 60 output tokens a minute; calls of 30: the third lacks 30 tokens, at 1 a second 30 s; calls are left.
    played = play([0, 0, 0], charges([1] * 3, output=[30] * 3), {"rpm": 10, "otpm": 60}, Client("wait"))
    assert played.admitted_us.tolist() == [0, 0, 30 * SECOND]
    assert outcome(played).binding == "otpm"


def test_whoever_is_held_up_by_the_queue_waits_for_what_its_head_waits_for() -> None:
    # 600 a minute: the second waits 40 s for 400 of input; the third needs none, but stands behind it.
    played = play([0, 0, 1], charges([600, 400, 0]), {"itpm": 600, "rpm": 1_000}, Client("wait"))
    assert played.admitted_us.tolist() == [0, 40 * SECOND, 40 * SECOND]
    assert [played.meters[cause] for cause in played.cause.tolist()[1:]] == ["itpm", "itpm"]


def test_fixed_windows_begin_full_on_the_clock_or_with_the_first_call() -> None:
    # One a minute; the first call comes half a second before the minute is full.
    one = {"rpm": 1}
    assert admitted_s([0, 0.4, 0.5], charges([0] * 3), one, fixed=59.5) == [0, None, 0.5]
    assert admitted_s([0, 0.4, 0.5], charges([0] * 3), one, fixed=0) == [0, None, None]
    # Waiting: at the next minute of the clock, then the one after.
    assert admitted_s([0, 0, 0], charges([0] * 3), one, Client("wait"), fixed=59.5) == [0, 0.5, 60.5]
    assert admitted_s([0, 0, 0], charges([0] * 3), one, Client("wait"), fixed=0) == [0, 60, 120]


def test_a_fixed_window_is_never_so_short_that_its_largest_call_would_pass_more_than_the_limit() -> None:
    # 30 a minute are half a call a second: one call every two seconds, not one in each window of a second.
    times = [0, 1, 1.5, 2, 3.9, 4]
    assert admitted_s(times, charges([0] * 6), {"rpm": 30}, window_s=1, fixed=0) == [0, None, None, 2, None, 4]
    # 6,000 tokens a minute and calls of 1,000: windows of ten seconds. Enough for a second's window of their own: of a second.
    times = [0, 1, 9.9, 10, 20]
    assert admitted_s(times, charges([1_000] * 5), {"itpm": 6_000}, window_s=1, fixed=0) == [0, None, None, 10, 20]
    assert admitted_s([0, 0.5, 1], charges([100] * 3), {"itpm": 6_000}, window_s=1, fixed=0) == [0, None, 1]
    # Waiting calls go in when the next window begins.
    assert admitted_s([0, 0, 0], charges([0] * 3), {"rpm": 30}, Client("wait"), window_s=1, fixed=0) == [0, 2, 4]


def test_sets_whose_fixed_windows_differ_are_replayed_each_by_its_own() -> None:
    times_us, charge = np.array([0, 1, 2, 3, 4], dtype=np.int64) * SECOND, charges([0] * 5)
    lanes = fixed_windows(lanes_of({"rpm": np.array([30.0, 60.0, 15.0])}, [1, 0, 0, 0, 0], window_s=1), window_s=1)
    assert refuse_all(times_us, charge, lanes).refused.tolist() == [2, 0, 3]


def test_calls_in_flight_are_counted_until_they_end() -> None:
    # One at a time, two seconds each: at 1 s the first is under way, at 2 s it has ended.
    options = {"durations_s": [2, 2, 2]}
    assert admitted_s([0, 1, 2], charges([0] * 3), {"concurrency": 1}, **options) == [0, None, 2]
    assert admitted_s([0, 1, 2], charges([0] * 3), {"concurrency": 1}, Client("wait"), **options) == [0, 2, 4]
    played = play([0, 1, 2], charges([0] * 3), {"concurrency": 1, "rpm": 60}, **options)
    assert outcome(played).binding == "concurrency"


def test_a_limit_on_calls_in_flight_may_be_higher_than_there_are_calls() -> None:
    assert admitted_s([0, 0], charges([0, 0]), {"concurrency": 10**9}, Client("wait"), durations_s=[9, 9]) == [0, 0]


def test_an_sdk_tries_again_after_half_a_second_and_a_second_less_up_to_a_quarter() -> None:
    # One a second. Again after 0.375 to 0.5 s: too early; then 0.75 to 1 s later, so at 1.125 to 1.5 s: a whole call is there.
    played = play([0, 0], charges([0, 0]), {"rpm": 60}, Client("retry"), window_s=1)
    assert played.attempts.tolist() == [1, 3] and 1.125 * SECOND <= played.admitted_us[1] <= 1.5 * SECOND
    # With one attempt more it gives up at 0.375 to 0.5 s.
    assert play([0, 0], charges([0, 0]), {"rpm": 60}, Client("retry", retries=1), window_s=1).admitted_us.tolist() == [0, -1]


def test_a_retry_after_is_obeyed_to_the_second_up_to_what_the_sdk_obeys() -> None:
    # One a minute: "retry-after: 60". Obeyed with a cap of 60 s, and then no second retry is needed; above 59 s the call ends.
    one, two = {"rpm": 1}, charges([0, 0])
    obeyed = play([0, 0], two, one, Client("retry", header_cap_s=60))
    assert obeyed.admitted_us.tolist() == [0, 60 * SECOND] and obeyed.attempts.tolist() == [1, 2]
    ended = play([0, 0], two, one, Client("retry", header_cap_s=59))
    assert ended.admitted_us.tolist() == [0, -1] and ended.attempts.tolist() == [1, 1]
    # 7 a minute are there after 8.571429 s; told in whole seconds: 9.
    assert admitted_s([0] * 8, charges([0] * 8), {"rpm": 7}, Client("retry", header_cap_s=120))[-1] == 9


def test_of_calls_that_try_again_at_one_moment_the_earlier_goes_first() -> None:
    # Second and third are told "1". At 1 s there is one call, for the second; the third is told "1" again, and so is the fourth, come just
    # then. At 2 s there is one for the third; the fourth has its second retry at 3 s.
    played = play([0, 0, 0, 1], charges([0] * 4), {"rpm": 60}, Client("retry", header_cap_s=120), window_s=1)
    assert played.admitted_us.tolist() == [0, SECOND, 2 * SECOND, 3 * SECOND]
    assert played.attempts.tolist() == [1, 2, 3, 3]


def test_the_figures_of_a_replay_are_those_of_its_calls() -> None:
    # Delays of 0, 1, 2, 3 s: the median lies between 1 and 2, the 95th percentile at 0.95 * 3 = 2.85.
    time_us = np.array([0, 0, 0, 0, 7]) * SECOND
    admitted_us = np.array([0, 1, 2, 3, -1e-6]) * SECOND
    causes = np.array([63, 1, 1, 62, 0], dtype=np.uint8)
    figures = outcome(Replay(time_us, admitted_us.astype(np.int64), np.array([1, 2, 2, 1, 3]), causes, ("rpm", "itpm")))
    assert (figures.requests, figures.served, figures.refused, figures.delayed, figures.attempts) == (5, 4, 1, 3, 9)
    assert (figures.p50_s, figures.p95_s, figures.max_s) == pytest.approx((1.5, 2.85, 3))
    assert figures.binding == "itpm" and figures.first_refusal_s == 7 and figures.refused_share == 0.2


def test_causes_of_calls_that_were_served_at_once_do_not_count() -> None:
    time_us = np.arange(3)
    figures = outcome(Replay(time_us, time_us, np.ones_like(time_us), np.array([0, 0, 63], dtype=np.uint8), ("rpm",)))
    assert figures.binding is None and math.isnan(figures.first_refusal_s) and figures.max_s == 0


@pytest.mark.parametrize("policy", ["refuse", "wait", "retry"])
def test_nothing_at_all_has_no_figures_but_no_error_either(policy) -> None:
    figures = outcome(play([], charges([]), {"rpm": 60, "concurrency": 2}, Client(policy)))
    assert (figures.requests, figures.served, figures.refused, figures.attempts, figures.binding) == (0, 0, 0, 0, None)
    assert all(math.isnan(value) for value in (figures.p50_s, figures.p95_s, figures.max_s, figures.first_refusal_s, figures.refused_share))


def test_a_replay_in_which_nobody_is_served_has_no_delays() -> None:
    figures = outcome(play([0, 5], charges([9, 9]), {"itpm": 8}))
    assert figures.refused == 2 and math.isnan(figures.p50_s) and figures.first_refusal_s == 0


def test_many_sets_at_once_say_who_is_served_and_when_trouble_begins() -> None:
    # 1, 2 and 60 a minute with three calls at once: 2, 1 and none are refused, the first of them the second, the third, none.
    time_us = np.zeros(3, np.int64)
    totals = refuse_all(time_us, charges([0, 0, 0]), lanes_of({"rpm": np.array([1, 2, 60])}, [1, 0, 0, 0, 0]))
    assert totals.refused.tolist() == [2, 1, 0] and totals.first.tolist() == [1, 2, 3] and totals.short.tolist() == [[2, 1, 0]]
    assert totals.served_share == pytest.approx([1 / 3, 2 / 3, 1])
