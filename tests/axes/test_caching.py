from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from axes.builders import NAN, make_columns, make_load
from hypothesis import given, settings
from hypothesis import strategies as st

from framework.axes.caching import HitRates, highest_rates, hit_rates
from framework.axes.cost import assess
from framework.axes.prompt import prompt_parts
from framework.catalogue.columns import Columns
from framework.catalogue.records import LIFETIMES
from framework.load import Load
from framework.quantities import sigma_from_mean

PLAIN, CACHED, CLIFF, IMPLICIT, PEAK = range(5)


def traffic(calls_per_hour: float, **fields: Any) -> Load:
    """Each prefix sees that many calls an hour around the clock."""
    return make_load(requests_per_day=24 * calls_per_hour, active_hours=24, hit_rate=NAN, **fields)


def rates_at(calls_per_hour: float, columns: Columns | None = None, **fields: Any) -> HitRates:
    return hit_rates(traffic(calls_per_hour, **fields), columns or make_columns())


def highest_at(calls_per_hour: float, columns: Columns | None = None, **fields: Any) -> np.ndarray:
    load, offers = traffic(calls_per_hour, **fields), columns or make_columns()
    return highest_rates(load, offers, hit_rates(load, offers)).prefix


def lifetime(rates: HitRates, offer: int) -> str | None:
    k = int(rates.lifetime[..., offer])
    return LIFETIMES[k] if k >= 0 else None


@pytest.mark.parametrize(
    ("calls_per_hour", "five_minutes", "an_hour"),
    [(1, 1.158, 0.799), (3, 0.996, 0.195), (6, 0.798, 0.105), (12, 0.523, 0.100), (60, 0.108, 0.100)],
)
def test_the_prefix_price_follows_the_published_table(calls_per_hour: float, five_minutes: float, an_hour: float) -> None:
    # R + (W - R) exp(-rate T) over the base price, with R = 0.1 and W = 1.25 (5 minutes) or 2 (1 hour)
    for named, write, expected in (("5m", 1.25, five_minutes), ("1h", 2.0, an_hour)):
        hit = rates_at(calls_per_hour, lifetime=named).prefix[CACHED]
        assert 0.1 * hit + write * (1 - hit) == pytest.approx(expected, abs=0.0006)


def test_hits_that_renew_nothing_find_less() -> None:
    columns = make_columns(refresh_on_hit=np.zeros(5))
    # 12 calls an hour and 5 minutes: one call per lifetime, of which 1 / (1 + 1) finds the prefix
    assert rates_at(12, columns, lifetime="5m").prefix[CACHED] == pytest.approx(0.5)
    assert highest_at(12, columns, lifetime="5m")[CACHED] == pytest.approx(0.5)


def test_where_renewal_is_not_known_the_rate_is_a_range_and_the_bill_takes_the_lower() -> None:
    # bravo's 30 minutes: one call per lifetime
    assert rates_at(2).prefix[CLIFF] == pytest.approx(0.5)
    assert highest_at(2)[CLIFF] == pytest.approx(1 - np.exp(-1))


def test_a_lifetime_known_as_a_range_gives_a_range() -> None:
    # delta: 300 to 3,600 s, renewed
    assert rates_at(12).prefix[PEAK] == pytest.approx(1 - np.exp(-1))
    assert highest_at(12)[PEAK] == pytest.approx(1 - np.exp(-12))


def test_where_no_lifetime_is_promised_nothing_is_known() -> None:
    assert (rates_at(60).prefix[IMPLICIT], highest_at(60)[IMPLICIT]) == (0.0, 1.0)


def test_many_prefixes_share_the_traffic() -> None:
    assert rates_at(1_200, prefixes=100).prefix[CACHED] == pytest.approx(rates_at(12).prefix[CACHED])


def test_batch_calls_do_not_keep_a_prefix_warm() -> None:
    assert rates_at(24, batch_share=0.5).prefix[CACHED] == pytest.approx(rates_at(12).prefix[CACHED])


@pytest.mark.parametrize(("calls_per_hour", "cheapest"), [(0.5, "5m"), (0.6, "1h"), (30, "1h")])
def test_an_hour_beats_five_minutes_from_about_one_call_in_two_hours_on(calls_per_hour: float, cheapest: str) -> None:
    # Poisson arrivals with renewal: 0.1 + 1.15 exp(-x/12) against 0.1 + 1.9 exp(-x) cross at x = 0.548 calls an hour
    assert lifetime(rates_at(calls_per_hour), CACHED) == cheapest


def test_a_longer_lifetime_is_not_named_where_the_shorter_one_finds_as_much() -> None:
    # 240 calls an hour: 20 per 5 minutes, of which exp(-20) miss
    assert lifetime(rates_at(240), CACHED) == "5m"


def test_a_named_lifetime_is_kept_where_it_is_sold() -> None:
    rates = rates_at(30, lifetime="5m")
    assert (lifetime(rates, CACHED), lifetime(rates, CLIFF), lifetime(rates, PLAIN)) == ("5m", "30m", None)


def test_a_given_rate_is_taken_as_it_is_and_belongs_to_the_shortest_lifetime() -> None:
    load = make_load(hit_rate=0.7)
    rates = hit_rates(load, make_columns())
    assert rates.prefix.tolist() == highest_rates(load, make_columns(), rates).prefix.tolist() == [0.7] * 5
    assert [lifetime(rates, k) for k in range(5)] == [None, "5m", "30m", None, None]


def test_rows_may_mix_given_and_derived_rates() -> None:
    load = make_load(hit_rate=np.array([[0.7], [NAN]]), requests_per_day=24 * 30.0)
    both, derived = hit_rates(load, make_columns()), rates_at(30)
    assert both.prefix[0].tolist() == [0.7] * 5
    assert both.prefix[1] == pytest.approx(derived.prefix)
    assert lifetime(replace(both, lifetime=both.lifetime[0]), CACHED) == "5m"
    assert lifetime(replace(both, lifetime=both.lifetime[1]), CACHED) == "1h"


@given(st.floats(0.01, 1e5), st.floats(1, 1e4))
@settings(max_examples=50)
def test_rates_are_shares_that_rise_with_traffic(calls_per_hour: float, prefixes: float) -> None:
    fields = {"prefixes": prefixes, "lifetime": "5m"}
    low, more = (rates_at(calls * calls_per_hour, **fields).prefix for calls in (1, 2))
    high = highest_at(calls_per_hour, **fields)
    assert np.all((low >= 0) & (low <= high) & (high <= 1))
    assert np.all(more >= low)


def parts(prefix: float, minimum: float, threshold: float = np.inf, mean: float = 2_000, p95: float | None = None) -> list[float]:
    load = make_load(input_mean=mean, input_sigma=sigma_from_mean(mean, p95), prefix_tokens=prefix)
    found = prompt_parts(load, np.array([threshold]), np.array([minimum]))
    return [float(part[..., 0]) for part in (found.long_share, found.long_tokens, found.cacheable, np.asarray(found.long.tokens))]


@pytest.mark.parametrize(
    ("prefix", "minimum", "cacheable"),
    [(1_024, 1_024, 1_024), (1_023, 1_024, 0), (3_000, 1_024, 2_000), (3_000, 2_001, 0), (3_000, 2_000, 2_000), (0, 0, 0)],
)
def test_without_a_spread_the_prefix_is_cached_from_the_minimum_on(prefix: float, minimum: float, cacheable: float) -> None:
    assert parts(prefix, minimum)[2] == pytest.approx(cacheable)


def test_a_prompt_of_exactly_the_threshold_is_short_and_one_token_more_is_long() -> None:
    assert parts(500, 0, threshold=2_000) == pytest.approx([0, 0, 500, 0])
    assert parts(500, 0, threshold=1_999) == pytest.approx([1, 2_000, 500, 500])


@pytest.mark.parametrize("prefix", [500, 1_500, 4_000, 20_000])
@pytest.mark.parametrize("threshold", [1_000, 5_000])
def test_closed_forms_agree_with_a_simulation(prefix: float, threshold: float) -> None:
    minimum, sigma = 1_024, sigma_from_mean(3_000, 9_000)
    lengths = np.random.default_rng(7).lognormal(np.log(3_000) - sigma**2 / 2, sigma, 1_000_000)
    cached = np.where((lengths >= minimum) & (prefix >= minimum), np.minimum(lengths, prefix), 0)
    long = lengths > threshold
    simulated = [long.mean(), (lengths * long).mean(), cached.mean(), (cached * long).mean()]
    assert parts(prefix, minimum, threshold, mean=3_000, p95=9_000) == pytest.approx(simulated, rel=0.005)


def test_a_prefix_below_the_minimum_is_not_cached_and_the_bill_says_so() -> None:
    bill = assess(make_load(prefix_tokens=800.0, hit_rate=0.7), make_columns())
    assert not bill.cached[CACHED]
    assert bill.hit_rate[CACHED] == 0
    assert bill.lines["cache_read"][CACHED] == bill.lines["cache_write"][CACHED] == 0
    assert "The prefix is not cached: 800 < 1,024 tokens." in [finding.text for finding in bill.findings if finding.offer == "acme/cached"]
