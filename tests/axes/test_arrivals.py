"""Hit rates in closed form against simulated arrivals: days with nights between them, several prefixes, minutes to half a day."""

import numpy as np
import pytest
from axes.builders import make_columns, make_load
from axes.rich import CACHED, CLIFF, PLAIN
from hypothesis import given
from hypothesis import strategies as st

from framework.axes.arrivals import share_found
from framework.axes.caching import hit_rates

HOUR, DAY = 3_600.0, 86_400.0
CALLS = 200_000
NAN = float("nan")


def simulated(calls_per_hour: float, life_s: float, *, renews: bool, active_hours: float, prefixes: int = 1, seed: int = 1) -> float:
    """Share of about 200,000 calls that find their prefix; every day the traffic begins anew, what outlives the night is still there."""
    rng = np.random.default_rng(seed)
    days = max(5, round(CALLS / (calls_per_hour * active_hours * prefixes)))
    found = calls = 0
    for _ in range(prefixes):
        expires = -1.0
        for day in range(days):
            times = np.sort(rng.uniform(0, active_hours * HOUR, rng.poisson(calls_per_hour * active_hours))) + day * DAY
            calls += times.size
            for time in times.tolist():
                hit = time < expires
                found += hit
                if renews or not hit:
                    expires = time + life_s
    return found / calls


def closed(calls_per_hour: float, life_s: float, *, renews: bool, active_hours: float) -> float:
    return float(share_found(calls_per_hour / HOUR, life_s, renews=renews, active_s=active_hours * HOUR))


@pytest.mark.parametrize("life_s", [300, 1_800, 3_600, 43_200])
@pytest.mark.parametrize(("calls_per_hour", "active_hours"), [(0.4, 24), (3, 24), (3, 8), (12, 10), (40, 1)])
@pytest.mark.parametrize("renews", [True, False])
def test_the_share_found_is_that_of_simulated_arrivals(life_s: float, calls_per_hour: float, active_hours: float, renews: bool) -> None:
    # Sampling: sqrt(1/4 / 200,000) = 0.0011 at most; the first calls of the very first day find nothing.
    expected = simulated(calls_per_hour, life_s, renews=renews, active_hours=active_hours)
    assert closed(calls_per_hour, life_s, renews=renews, active_hours=active_hours) == pytest.approx(expected, abs=0.0045)


@pytest.mark.parametrize("active_hours", [14, 18, 22])
def test_an_entry_that_outlives_the_night_is_found_in_the_morning(active_hours: float) -> None:
    # Twelve hours and a night of less than that.
    expected = simulated(0.5, 43_200, renews=True, active_hours=active_hours)
    assert closed(0.5, 43_200, renews=True, active_hours=active_hours) == pytest.approx(expected, abs=0.0045)


def test_without_renewal_what_outlives_the_night_is_not_counted_on() -> None:
    found = closed(0.5, 43_200, renews=False, active_hours=20)
    assert 0 < simulated(0.5, 43_200, renews=False, active_hours=20) - found < 0.05


def test_a_cold_morning_by_hand() -> None:
    # One call an hour for eight hours, entries of an hour that hits renew. The calls of the first hour look back on less than an hour, so
    # that of 8 calls (1 - e^-1) + 7 e^-1 miss: 0.6321 + 2.5752 = 3.2073. Around the clock e^-1 = 36.8 % miss, here 40.1 %.
    assert closed(1, 3_600, renews=True, active_hours=8) == pytest.approx(1 - (1 - np.exp(-1) + 7 * np.exp(-1)) / 8)
    assert closed(1, 3_600, renews=True, active_hours=24) == pytest.approx(1 - np.exp(-1))


def test_a_lifetime_longer_than_the_day_is_written_once_a_day() -> None:
    # Ten calls a day within an hour, entries of twelve hours: one write on the days with a call at all, (1 - e^-10) of 10.
    for renews in (True, False):
        assert closed(10, 43_200, renews=renews, active_hours=1) == pytest.approx(1 - (1 - np.exp(-10)) / 10)


def test_no_traffic_finds_nothing() -> None:
    for renews in (True, False):
        assert closed(0, 3_600, renews=renews, active_hours=8) == closed(5, 0, renews=renews, active_hours=8) == 0


@given(st.floats(1e-4, 1e5), st.sampled_from([300.0, 1_800.0, 3_600.0, 43_200.0]), st.floats(0.25, 24))
def test_shares_are_shares_and_renewal_never_finds_less(calls_per_hour: float, life_s: float, active_hours: float) -> None:
    renewed, plain = (closed(calls_per_hour, life_s, renews=renews, active_hours=active_hours) for renews in (True, False))
    assert 0 <= plain <= renewed <= 1
    assert renewed <= 1 - np.exp(-calls_per_hour * life_s / HOUR) + 1e-12  # nights never help


@pytest.mark.parametrize("lifetime", ["5m", "1h"])
def test_an_offers_rate_is_that_of_the_calls_on_each_of_its_prefixes(lifetime: str) -> None:
    # 2,400 calls a day in 10 hours, half of them in batch, on 20 prefixes: six an hour on each.
    load = make_load(requests_per_day=2_400.0, active_hours=10.0, batch_share=0.5, prefixes=20.0, hit_rate=NAN, lifetime=lifetime)
    expected = simulated(6, {"5m": 300, "1h": 3_600}[lifetime], renews=True, active_hours=10, prefixes=20)
    assert hit_rates(load, make_columns()).prefix[CACHED] == pytest.approx(expected, abs=0.0045)


def test_calls_meant_for_a_batch_that_is_not_sold_keep_the_prefix_warm() -> None:
    # Acme Cached without its batch service: all calls are interactive, whatever share was meant for batch.
    mtok = make_columns().price.mtok.copy()
    mtok[1, :, :, CACHED] = NAN
    load = make_load(requests_per_day=24 * 12.0, hit_rate=NAN, lifetime="5m", batch_share=0.75)
    rates = hit_rates(load, make_columns(mtok=mtok)).prefix
    assert rates[CACHED] == pytest.approx(1 - np.exp(-1))
    assert hit_rates(load, make_columns()).prefix[CACHED] == pytest.approx(1 - np.exp(-0.25))
    assert rates[PLAIN] == 0 and rates[CLIFF] == pytest.approx(1.5 / 2.5)


@pytest.mark.parametrize(("pause_s", "lifetime", "life_s"), [(60, "5m", 300), (600, "5m", 300), (600, "1h", 3_600), (7_200, "1h", 3_600)])
def test_turns_are_found_as_often_as_simulated_pauses_are_short_enough(pause_s: float, lifetime: str, life_s: float) -> None:
    pauses = np.random.default_rng(3).exponential(pause_s, CALLS)
    load = make_load(converses=True, conversation_turns=10, pause_s=pause_s, hit_rate=NAN, lifetime=lifetime)
    assert hit_rates(load, make_columns()).turns[CACHED] == pytest.approx((pauses < life_s).mean(), abs=0.0045)
