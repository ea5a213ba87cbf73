"""Where caching, a longer lifetime and batch begin to pay, held against the published figures and against the bill itself."""

from typing import Any

import numpy as np
import pytest
from axes.builders import NAN, make_columns, make_load, make_prices
from hypothesis import given, settings
from hypothesis import strategies as st

from framework import wording
from framework.axes.break_even import (
    LIFETIME_PAIRS,
    batch_share_that_saves,
    calls_per_hour_for_longer,
    calls_per_hour_that_pay,
    hit_rate_that_pays,
    sentences,
)
from framework.axes.cost import monthly_usd
from framework.catalogue.columns import PRICE_METERS
from framework.catalogue.records import LIFETIMES

PLAIN, CACHED, CLIFF, IMPLICIT, PEAK = range(5)
FIVE, THIRTY, HOUR, HALF_DAY = range(4)


def priced(offer: int, **meters: float) -> Any:
    """The five offers with some standard prices of one replaced, by the names of `PRICE_METERS`."""
    mtok = make_prices().mtok.copy()
    for name, usd in meters.items():
        mtok[0, :, PRICE_METERS.index(name), offer] = usd
    return make_columns(mtok=mtok)


def test_the_published_break_even_hit_rates() -> None:
    # Anthropic: writes at 1.25 (5 minutes) and 2 times the input price, reads at a tenth: 0.25 / 1.15 and 1 / 1.9.
    share = hit_rate_that_pays(make_columns())
    assert share[FIVE, CACHED] == pytest.approx(0.2174, abs=5e-5)
    assert share[HOUR, CACHED] == pytest.approx(0.5263, abs=5e-5)
    # Reads at a twentieth, and a twelve-hour write at 2.5: 1.5 / 2.45.
    cheaper = hit_rate_that_pays(priced(CACHED, cache_read=0.1, write_12h=5.0))
    assert cheaper[FIVE, CACHED] == pytest.approx(0.2083, abs=5e-5)
    assert cheaper[HALF_DAY, CACHED] == pytest.approx(0.612, abs=5e-4)


def test_a_lifetime_that_is_not_sold_has_no_break_even() -> None:
    share = hit_rate_that_pays(make_columns())
    assert np.isnan(share[:, [PLAIN, IMPLICIT, PEAK]]).all()
    assert np.isnan(share[[THIRTY, HALF_DAY], CACHED]).all()


def test_a_write_at_the_input_price_pays_from_the_first_hit_and_a_read_at_that_price_never() -> None:
    assert hit_rate_that_pays(priced(CACHED, write_5m=2.0))[FIVE, CACHED] == 0
    never = priced(CACHED, cache_read=2.0)
    assert np.isinf(hit_rate_that_pays(never)[FIVE, CACHED])
    assert np.isinf(calls_per_hour_that_pay(never)[FIVE, CACHED])


def test_the_published_calls_per_hour() -> None:
    calls = calls_per_hour_that_pay(make_columns())
    assert calls[FIVE, CACHED] == pytest.approx(2.94, abs=0.005)
    assert calls[HOUR, CACHED] == pytest.approx(0.75, abs=0.005)
    # 30 minutes, renewal on a hit not known: h / (1 - h) in half an hour, 0.25 / 0.9 x 2; 0.49 if hits renewed.
    assert calls[THIRTY, CLIFF] == pytest.approx(0.25 / 0.9 * 2)
    renewed = calls_per_hour_that_pay(make_columns(refresh_on_hit=np.ones(5)))
    assert renewed[THIRTY, CLIFF] == pytest.approx(0.49, abs=0.005)


def test_an_hour_is_the_better_lifetime_above_0_55_calls() -> None:
    level = calls_per_hour_for_longer(make_columns())
    assert level[LIFETIME_PAIRS.index(("5m", "1h")), CACHED] == pytest.approx(0.55, abs=0.005)
    assert np.isnan(level[LIFETIME_PAIRS.index(("5m", "30m")), CACHED])
    equal = calls_per_hour_for_longer(priced(CACHED, write_1h=2.5))
    assert equal[LIFETIME_PAIRS.index(("5m", "1h")), CACHED] == 0


def test_at_the_break_even_traffic_the_bill_with_a_cache_is_that_without() -> None:
    for renews in (1.0, 0.0):
        columns = make_columns(refresh_on_hit=np.full(5, renews))
        calls = calls_per_hour_that_pay(columns)
        for offer, k in ((CACHED, FIVE), (CACHED, HOUR), (CLIFF, THIRTY)):
            load = make_load(requests_per_day=float(calls[k, offer]) * 24, active_hours=24, input_mean=4_000, lifetime=LIFETIMES[k])
            cached = monthly_usd(load.with_(prefix_tokens=2_000.0), columns)[offer]
            assert cached == pytest.approx(monthly_usd(load, columns)[offer], rel=1e-9)


def test_at_the_break_even_of_two_lifetimes_their_bills_are_level() -> None:
    for renews in (1.0, 0.0):
        columns = make_columns(refresh_on_hit=np.full(5, renews))
        level = calls_per_hour_for_longer(columns)[LIFETIME_PAIRS.index(("5m", "1h")), CACHED]
        assert np.isfinite(level)
        load = make_load(requests_per_day=float(level) * 24, active_hours=24, input_mean=4_000, prefix_tokens=2_000.0)
        short, long = (monthly_usd(load.with_(lifetime=name), columns)[CACHED] for name in ("5m", "1h"))
        assert short == pytest.approx(long, rel=1e-9)
        more = load.with_(requests_per_day=float(level) * 24 * 1.2)
        short, long = (monthly_usd(more.with_(lifetime=name), columns)[CACHED] for name in ("5m", "1h"))
        assert long < short


def test_the_batch_share_is_a_proportion_where_nothing_is_cached() -> None:
    # 30,000 calls of 1,000 in and 100 out at 2/10 are $90; batch halves that, so $9 is a fifth of the $45 to be had.
    load, columns = make_load(requests_per_day=1_000, input_mean=1_000, output_mean=100), make_columns()
    assert batch_share_that_saves(load, columns, CACHED, saved_usd=9) == pytest.approx(0.2)
    assert batch_share_that_saves(load, columns, CACHED, saved_usd=45) == pytest.approx(1.0)
    assert np.isnan(batch_share_that_saves(load, columns, CACHED, saved_usd=45.01))
    assert np.isnan(batch_share_that_saves(load, columns, PLAIN, saved_usd=1))
    assert batch_share_that_saves(load, columns, PLAIN, saved_usd=0) == 0


@settings(max_examples=40, deadline=None)
@given(st.floats(0.01, 0.99), st.sampled_from([NAN, 0.0, 0.6, 1.0]), st.floats(1, 5_000))
def test_the_bill_at_the_share_found_is_lower_by_what_was_asked(part: float, hit_rate: float, prefixes: float) -> None:
    load = make_load(requests_per_day=5_000, input_mean=4_000, prefix_tokens=2_000.0, prefixes=prefixes, hit_rate=hit_rate)
    columns = make_columns()
    alone, everything = (monthly_usd(load.with_(batch_share=share), columns)[CACHED] for share in (0.0, 1.0))
    if alone <= everything:
        return
    share = batch_share_that_saves(load, columns, CACHED, saved_usd=part * (alone - everything))
    saved = alone - monthly_usd(load.with_(batch_share=share), columns)[CACHED]
    assert saved == pytest.approx(part * (alone - everything), rel=1e-5)


def test_an_offer_says_when_its_cache_pays_and_what_batch_would_do() -> None:
    load = make_load(requests_per_day=24_000, input_mean=4_000, output_mean=100, prefix_tokens=2_000.0, prefixes=100.0, budget_usd=5_000.0)
    said = " ".join(sentences(load, make_columns(), CACHED))
    assert "22 % hits with 5m (2.9 calls an hour) or 53 % hits with 1h (0.75 calls an hour)" in said
    assert "1h is cheaper than 5m above 0.55 calls an hour" in said
    assert "Your traffic is 10 calls an hour on each prefix." in said
    assert "batches keep no prefix warm" in said
    assert "inside the budget" not in said


def test_batch_that_pays_in_part_is_not_said_to_save_nothing() -> None:
    # 24,000 calls a day on one prefix of 19,000 tokens: all in batch, nothing is ever found and every call writes the prefix.
    load = make_load(requests_per_day=24_000, input_mean=20_000, output_mean=100, prefix_tokens=19_000.0, prefixes=1.0, budget_usd=4_500.0)
    columns = make_columns()
    shares = np.linspace(0, 1, 101)
    usd = monthly_usd(load.with_(batch_share=shares[:, None]), columns)[:, CACHED]
    assert usd[-1] > usd[0] > usd.min()
    said = " ".join(sentences(load, columns, CACHED))
    assert "saves nothing" not in said
    assert f"{wording.share(shares[usd.argmin()])} of the calls in batch cost least" in said
    assert f"{wording.usd(usd.min())} a month instead of {wording.usd(usd[0])}" in said
    assert f"all of them would cost {wording.usd(usd[-1])}" in said
    assert usd.min() < 4_500 < usd[0]
    assert "inside the budget of $4,500" in said


def test_a_bill_above_the_budget_is_told_the_batch_share_that_brings_it_inside() -> None:
    # $90 a month without batch; the budget asks for $18 less, of the $45 to be had.
    load = make_load(requests_per_day=1_000, input_mean=1_000, output_mean=100, budget_usd=72.0)
    assert "40 % of the calls in batch brings it inside the budget of $72.00." in sentences(load, make_columns(), CACHED)


@pytest.mark.parametrize(
    ("offer", "words"),
    [
        (PLAIN, "no known price for cached tokens"),
        (PLAIN, "sells no batch service"),
        (IMPLICIT, "nothing extra for a cache write"),
        (CLIFF, "0.56 calls an hour"),
    ],
)
def test_every_kind_of_cache_has_its_sentence(offer: int, words: str) -> None:
    assert words in " ".join(sentences(make_load(), make_columns(), offer))


def test_an_unknown_write_price_is_said() -> None:
    said = sentences(make_load(), priced(CACHED, write_5m=NAN, write_1h=NAN), CACHED)
    assert said[0].startswith("What a cache write costs at Acme Cached is not known")
