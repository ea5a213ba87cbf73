"""A trace at another volume: the clock stays, requests are left out or whole copies laid over it, the same way every time."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from framework.errors import TraceError
from framework.simulation import scaling
from framework.simulation.arrivals import Arrivals
from framework.simulation.bundled import bundled_trace
from framework.simulation.scaling import per_minute, scaled

MASK = 2**64 - 1


def trace(times: list[int], user: list[int] | None = None, starts_s: float | None = None) -> Arrivals:
    """Request i has 100 + i tokens of input and 1,000 + i of output, so that it can be told again."""
    count = np.arange(len(times), dtype=np.int64)
    return Arrivals(np.array(times), 100 + count, 1_000 + count, None if user is None else np.array(user), starts_s)


def regular(count: int, gap_us: int = 1_000_000) -> Arrivals:
    return trace([gap_us * row for row in range(count)])


def rows(arrivals: Arrivals) -> list[tuple[int, ...]]:
    return list(zip(arrivals.time_us.tolist(), arrivals.input_tokens.tolist(), arrivals.output_tokens.tolist(), strict=True))


def test_the_mean_rate_is_that_of_the_gaps():
    assert per_minute(regular(61)) == 60
    assert math.isnan(per_minute(trace([0])))
    assert math.isnan(per_minute(trace([0, 0])))


def test_its_own_rate_leaves_a_trace_as_it_is():
    own = trace([0, 5, 5, 90_000_000], user=[1, 0, 1, 1], starts_s=30.0)
    found = scaled(own, to_per_minute=per_minute(own), seed=3)
    assert rows(found) == rows(own)
    assert (found.user.tolist(), found.starts_s) == ([1, 0, 1, 1], 30.0)


def mixed(word: int) -> int:
    """SplitMix64's finishing steps after one step of its counter, in plain whole numbers."""
    word = (word + 0x9E3779B97F4A7C15) & MASK
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & MASK
    return word ^ (word >> 31)


def word(seed: int, copy: int, number: int) -> int:
    start = mixed((mixed(seed) + copy) & MASK)
    return mixed((start + number * 0x9E3779B97F4A7C15) & MASK)


def test_the_mixing_is_splitmix64():
    # The first output of the published generator from state 0.
    assert mixed(0) == 0xE220A8397B1DCDAF
    assert scaling._mixed(np.array([0], dtype=np.uint64)).tolist() == [0xE220A8397B1DCDAF]


def test_a_lower_rate_keeps_each_request_by_a_chance_of_its_own():
    own = regular(2_000)
    kept = [row for row in range(2_000) if (word(7, 0, row + 1) >> 11) / 2**53 < 0.25]
    found = scaled(own, to_per_minute=15, seed=7)
    first = kept[0] * 1_000_000
    assert rows(found) == [(row * 1_000_000 - first, 100 + row, 1_000 + row) for row in kept]
    # 500 are expected with a standard deviation of sqrt(2,000 * 0.25 * 0.75) = 19.4.
    assert abs(len(kept) - 500) < 5 * 19.4


def test_the_second_of_the_day_moves_with_the_first_request_that_is_kept():
    own = trace([0, 60_000_000, 120_000_000], starts_s=86_390.0)
    for seed in range(40):
        try:
            found = scaled(own, to_per_minute=0.5, seed=seed)
        except TraceError:
            continue
        assert found.time_us[0] == 0
        assert found.starts_s == {100: 86_390.0, 101: 50.0, 102: 110.0}[int(found.input_tokens[0])]


def test_a_higher_rate_lays_whole_copies_over_each_other_each_led_around_the_end():
    own = trace([0, 10, 25, 30, 100])
    # From the first to one mean gap of 25 behind the last: 125.
    found = scaled(own, to_per_minute=3 * per_minute(own), seed=11)
    expected = [(at, 100 + row) for row, at in enumerate(own.time_us.tolist())]
    for copy in (1, 2):
        offset = word(11, copy, 0) % 125
        expected += [((at + offset) % 125, 100 + row) for row, at in enumerate(own.time_us.tolist())]
    assert sorted(zip(found.time_us.tolist(), found.input_tokens.tolist(), strict=True)) == sorted(expected)
    assert found.time_us.tolist() == sorted(found.time_us.tolist())


def test_users_of_a_copy_are_others_than_those_of_the_trace():
    own = trace([0, 10, 20, 30], user=[0, 1, 0, 1])
    found = scaled(own, to_per_minute=2 * per_minute(own), seed=1)
    assert Counter(found.user.tolist()) == {0: 2, 1: 2, 2: 2, 3: 2}
    assert {user % 2 for user, tokens in zip(found.user.tolist(), found.input_tokens.tolist(), strict=True) if tokens % 2} == {1}


@pytest.mark.parametrize("factor", [0.1, 0.9, 1.5, 3.25])
@pytest.mark.parametrize("name", ["azure_2023_conversation", "mooncake_synthetic"])
def test_the_rate_comes_out_near_the_one_asked_and_the_tokens_stay_as_they_are(name, factor):
    own = bundled_trace(name).arrivals
    found = scaled(own, to_per_minute=factor * per_minute(own), seed=5)
    drawn = factor % 1
    deviation = math.sqrt(len(own) * drawn * (1 - drawn))
    assert abs(len(found) - factor * len(own)) < 5 * deviation
    # The mean of a part of the requests differs from that of all by its standard error; whole copies have the same mean.
    error = own.input_tokens.std() / math.sqrt(len(found))
    assert abs(found.input_tokens.mean() - own.input_tokens.mean()) < 5 * error
    assert found.time_us[-1] <= own.time_us[-1] * 1.001


def test_bursts_stay_as_long_as_they_are():
    burst = [row * 1_000 for row in range(100)]  # a tenth of a second
    own = trace([*burst, *(at + 60_000_000 for at in burst)])
    found = scaled(own, to_per_minute=per_minute(own) / 2, seed=2)
    assert set((found.time_us + int(found.input_tokens[0] - 100) * 1_000).tolist()) <= set(own.time_us.tolist())


@given(
    times=st.lists(st.integers(0, 10**9), min_size=2, max_size=30).map(sorted),
    factor=st.floats(0.05, 4),
    seed=st.integers(-(2**70), 2**70),
)
def test_any_trace_at_any_rate_stays_one_in_order_that_starts_at_0_and_comes_out_the_same_again(times, factor, seed):
    own = trace([at - times[0] for at in times])
    if math.isnan(per_minute(own)):
        return
    try:
        found = scaled(own, to_per_minute=factor * per_minute(own), seed=seed)
    except TraceError as error:
        assert "no request of the trace is left" in str(error)
        return
    assert rows(found) == rows(scaled(own, to_per_minute=factor * per_minute(own), seed=seed))
    assert found.time_us[0] == 0 and (np.diff(found.time_us) >= 0).all()
    assert found.time_us.dtype == found.input_tokens.dtype == np.int64
    counted = Counter(found.input_tokens.tolist())
    assert set(counted) <= set(own.input_tokens.tolist())
    assert all(math.floor(factor - 1e-9) <= counted[tokens] <= math.ceil(factor + 1e-9) for tokens in own.input_tokens.tolist())


def test_another_seed_gives_other_requests():
    own = regular(200)
    assert rows(scaled(own, to_per_minute=30, seed=1)) != rows(scaled(own, to_per_minute=30, seed=2))


@pytest.mark.parametrize(
    ("arrivals", "rate", "says"),
    [
        (regular(1), 60, "requests all come at once has no rate and cannot be rescaled; take a longer one, or replay it as recorded"),
        (trace([0, 0, 0]), 60, "requests all come at once"),
        (regular(10), 0, "cannot be rescaled to 0 requests per minute; give a rate above 0"),
        (regular(10), -1, "cannot be rescaled to -1 requests per minute"),
        (regular(10), math.nan, "cannot be rescaled to nan requests per minute"),
        (regular(10), math.inf, "cannot be rescaled to inf requests per minute"),
        (regular(10), 1e12, "1,000,000,000,000 requests per minute are more than 20,000,000 over this trace; take a shorter one"),
        (regular(2), 1e-9, "no request of the trace is left at this rate; ask for a higher one, or take a longer trace"),
    ],
)
def test_a_rate_that_cannot_be_had_is_refused(arrivals, rate, says):
    with pytest.raises(TraceError, match=says):
        scaled(arrivals, to_per_minute=rate, seed=1)
