"""Twelve months ahead: every sum worked out here, from the price sheets named."""

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framework.axes.cost import assess, monthly_usd
from framework.catalogue.catalogue import Catalogue
from framework.catalogue.load import load_catalogue
from framework.errors import WorkloadError
from framework.forecast import Forecast, _regimes, next_month, twelve_months
from framework.load import load_of
from framework.study import columns_for
from framework.vocabulary import TOOLS
from framework.workload import Caching, Workload

DECEMBER = dt.date(2026, 12, 1)
SMALL = Path(__file__).parent / "catalogue" / "fixtures" / "small"


@pytest.fixture(scope="module")
def real() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def small() -> Catalogue:
    return load_catalogue(SMALL)


def million_calls(**traffic: Any) -> Workload:
    """A million calls a month of 3,000 tokens in and 500 out, nothing cached."""
    return Workload.model_validate(
        {"traffic": {"requests_per_day": 1e6 / 30} | traffic, "tokens": {"input_mean": 3_000, "output_mean": 500}}
    )


def of(forecast: Forecast, offer: str, what: str = "usd") -> Any:
    return getattr(forecast, what)[..., forecast.offers.index(offer)]


def with_price(catalogue: Catalogue, offer: str, **entry: Any) -> Catalogue:
    """The catalogue with one more dated price of that offer; fields that are not named are those of the last one."""
    found = catalogue.offer(offer)
    price = found.prices[-1].model_copy(update={"revocable": False} | entry)
    changed = found.model_copy(update={"prices": (*found.prices, price)})
    return dataclasses.replace(catalogue, offers=tuple(changed if one.id == offer else one for one in catalogue.offers))


def test_gemini_4_argon_costs_twice_what_the_prices_of_november_suggest(real: Catalogue) -> None:
    forecast = twelve_months(million_calls(), real, DECEMBER)
    # November: 3,000 M tokens at $2 and 500 M at $10 = 6,000 + 5,000 a month; from December on $4 and $20: 12,000 + 10,000.
    assert of(forecast, "google/gemini-4-argon", "naive_total_usd") == pytest.approx(12 * 11_000) == pytest.approx(132_000)
    assert of(forecast, "google/gemini-4-argon") == pytest.approx([22_000] * 12)
    assert of(forecast, "google/gemini-4-argon", "total_usd") == pytest.approx(264_000)


def test_gemini_3_6_flash_costs_one_cheap_month_and_eleven_dear_ones(real: Catalogue) -> None:
    forecast = twelve_months(million_calls(), real, DECEMBER)
    # 3,000 x 0.75 + 500 x 3.75 = 2,250 + 1,875 = 4,125 until the end of December, then twice that.
    assert of(forecast, "google/gemini-3.6-flash", "naive_total_usd") == pytest.approx(49_500)
    assert of(forecast, "google/gemini-3.6-flash") == pytest.approx([4_125] + [8_250] * 11)
    assert of(forecast, "google/gemini-3.6-flash", "total_usd") == pytest.approx(4_125 + 11 * 8_250) == pytest.approx(94_875)


def test_without_revocable_changes_the_bill_is_the_naive_one(real: Catalogue) -> None:
    forecast = twelve_months(million_calls(), real, DECEMBER, scheduled=False)
    for offer, usd in (("google/gemini-4-argon", 132_000), ("google/gemini-3.6-flash", 49_500)):
        assert of(forecast, offer, "total_usd") == pytest.approx(usd)
    told = [event for event in forecast.events if event.offer == "google/gemini-4-argon"]
    assert [(event.date, event.kind, event.revocable) for event in told] == [(DECEMBER, "price", True)]
    assert "input $2.00 to $4.00, output $10.00 to $20.00" in told[0].sentence
    assert "may be called off" in told[0].sentence


def test_growth_is_compound_and_begins_with_the_second_month(small: Catalogue) -> None:
    forecast = twelve_months(million_calls(growth_per_month=0.1), small, DECEMBER, months=3)
    # bolt: 3,000 x 2 + 500 x 10 = 11,000
    assert of(forecast, "beta/bolt") == pytest.approx([11_000, 12_100, 13_310])
    assert of(forecast, "beta/bolt", "naive_total_usd") == pytest.approx(33_000)
    assert forecast.months == (dt.date(2026, 12, 1), dt.date(2027, 1, 1), dt.date(2027, 2, 1))


def test_every_day_s_prices_are_those_of_the_catalogue_on_that_day(real: Catalogue) -> None:
    workload = million_calls(batch_share=0.3).model_copy(update={"caching": Caching(prefix_tokens=2_000, hit_rate=0.6)})
    forecast = twelve_months(workload, real, DECEMBER, months=3)
    for month, day in enumerate(forecast.months):
        whole = forecast.sold_share[month] == 1
        bill = monthly_usd(load_of(workload), columns_for(workload, real, day))
        assert forecast.usd[month, whole] == pytest.approx(bill[whole], rel=1e-12, nan_ok=True)


def test_growth_raises_the_hit_rate_that_follows_from_the_traffic(small: Catalogue) -> None:
    cached = {"traffic": {"requests_per_day": 100, "growth_per_month": 1.0}, "tokens": {"input_mean": 3_000, "output_mean": 500}}
    workload = Workload.model_validate(cached | {"caching": {"prefix_tokens": 2_000, "prefixes": 10}})
    forecast = twelve_months(workload, small, DECEMBER, months=3, scheduled=False)
    columns = columns_for(workload, small, dt.date(2026, 11, 30))
    for month in range(3):
        bill = assess(load_of(workload).with_(requests_per_day=100 * 2.0**month), columns).expected_usd
        sold = forecast.sold_share[month] == 1
        assert sold.sum() == 5  # all but sage-1, which ended in June
        assert forecast.usd[month, sold] == pytest.approx(bill[sold])


def test_a_month_in_which_a_price_changes_is_split_by_its_days(small: Catalogue) -> None:
    dearer = with_price(small, "beta/bolt", effective=dt.date(2026, 12, 11), input_mtok=4.0, output_mtok=20.0)
    forecast = twelve_months(million_calls(), dearer, DECEMBER, months=2, scheduled=False)
    # Ten days of December at 11,000 a month, 21 at 22,000; a firm change counts without the revocable ones too.
    assert of(forecast, "beta/bolt") == pytest.approx([11_000 * 10 / 31 + 22_000 * 21 / 31, 22_000])


def test_a_promotion_ends_and_the_next_price_follows(small: Catalogue) -> None:
    promoted = with_price(small, "beta/bolt", effective=dt.date(2026, 12, 1), input_mtok=1.0, output_mtok=5.0)
    ended = with_price(promoted, "beta/bolt", effective=dt.date(2027, 2, 1), input_mtok=2.0, output_mtok=10.0)
    forecast = twelve_months(million_calls(), ended, DECEMBER, months=4)
    assert of(forecast, "beta/bolt") == pytest.approx([5_500, 5_500, 11_000, 11_000])
    assert of(forecast, "beta/bolt", "naive_usd") == pytest.approx(11_000)


def test_a_firm_price_after_a_revocable_one_counts_alone(small: Catalogue) -> None:
    # sage-2: 3/15 today, 2/10 from January (revocable), 6/30 from February (firm).
    firm = with_price(small, "alpha/sage-2", effective=dt.date(2027, 2, 1), input_mtok=6.0, output_mtok=30.0)
    both = twelve_months(million_calls(), firm, DECEMBER, months=3)
    alone = twelve_months(million_calls(), firm, DECEMBER, months=3, scheduled=False)
    assert of(both, "alpha/sage-2") == pytest.approx([16_500, 11_000, 33_000])
    assert of(alone, "alpha/sage-2") == pytest.approx([16_500, 16_500, 33_000])


def test_an_offer_is_billed_until_the_day_it_is_switched_off(small: Catalogue) -> None:
    forecast = twelve_months(million_calls(), small, DECEMBER)
    # sage-2 at gamma: 3,000 x 3.30 + 500 x 16.50 = 18,150 a month; it ends on 2027-03-31, after 30 of March's 31 days.
    usd = of(forecast, "gamma/sage-2")
    assert usd[:4] == pytest.approx([18_150, 18_150, 18_150, 18_150 * 30 / 31])
    assert np.isnan(usd[4:]).all()
    assert of(forecast, "gamma/sage-2", "partial").tolist() == [month == 3 for month in range(12)]
    assert of(forecast, "gamma/sage-2", "sold_share")[3:5] == pytest.approx([30 / 31, 0])
    assert np.isnan(of(forecast, "gamma/sage-2", "total_usd"))
    assert of(forecast, "gamma/sage-2", "naive_total_usd") == pytest.approx(12 * 18_150)
    assert [(event.date, event.kind) for event in forecast.events if event.offer == "gamma/sage-2"] == [
        (dt.date(2027, 3, 31), "retirement")
    ]


def test_an_offer_switched_off_before_the_first_day_has_no_bill(small: Catalogue) -> None:
    # sage-1 ended on 2026-06-01
    forecast = twelve_months(million_calls(), small, DECEMBER)
    assert np.isnan(of(forecast, "alpha/sage-1")).all()
    assert not of(forecast, "alpha/sage-1", "partial").any()


def test_an_offer_not_yet_sold_is_unknown_and_not_free(small: Catalogue) -> None:
    found = small.offer("beta/bolt-mini")
    later = found.model_copy(update={"prices": (found.prices[0].model_copy(update={"effective": dt.date(2027, 1, 16)}),)})
    catalogue = dataclasses.replace(small, offers=tuple(later if one.id == found.id else one for one in small.offers))
    forecast = twelve_months(million_calls(), catalogue, DECEMBER, months=3)
    # 3,000 x 0.20 + 500 x 0.80 = 1,000; January is half unknown, hence unknown.
    assert of(forecast, "beta/bolt-mini") == pytest.approx([np.nan, np.nan, 1_000], nan_ok=True)
    assert np.isnan(of(forecast, "beta/bolt-mini", "total_usd"))
    assert [event.kind for event in forecast.events if event.offer == "beta/bolt-mini"] == ["sold"]


def test_a_forecast_may_begin_on_any_day_and_knows_short_months(small: Catalogue) -> None:
    forecast = twelve_months(million_calls(), small, dt.date(2026, 10, 31), months=5)
    assert [str(day) for day in forecast.months] == ["2026-10-31", "2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28"]
    # sage-2 falls to 11,000 a month on 1 January: one of the 31 days from 31 December to 30 January is at 16,500.
    assert of(forecast, "alpha/sage-2")[1:4] == pytest.approx([16_500, (16_500 + 30 * 11_000) / 31, 11_000])


def test_the_region_s_surcharge_follows_the_price_entry(small: Catalogue) -> None:
    workload = million_calls().model_copy(update={"needs": Workload.model_validate({"needs": {"regions": ["us"]}}).needs})
    # 3/15 with a tenth on top in December; the entry from January on knows no surcharge.
    assert of(twelve_months(workload, small, DECEMBER, months=2), "alpha/sage-2") == pytest.approx([16_500 * 1.1, 11_000])


def test_services_without_a_price_in_a_new_entry_are_told_and_not_said_to_end(small: Catalogue) -> None:
    told = [event for event in twelve_months(million_calls(), small, DECEMBER).events if event.offer == "alpha/sage-2"]
    assert [event.kind for event in told] == ["price"]
    assert (
        "cache reads $0.30 to $0.20 per million tokens, cache writes too, no batch price is known from then on; announced"
        in told[0].sentence
    )


def test_events_outside_the_months_are_not_told(small: Catalogue) -> None:
    assert not [event for event in twelve_months(million_calls(), small, DECEMBER, months=1).events if event.date > dt.date(2026, 12, 31)]


def test_a_service_that_ends_is_no_price_change(real: Catalogue) -> None:
    forecast = twelve_months(million_calls(), real, dt.date(2026, 11, 24))
    told = [event for event in forecast.events if event.offer == "anthropic/claude-opus-4-8"]
    assert [(event.date, event.kind) for event in told] == [(dt.date(2026, 11, 30), "terms")]
    assert "the priority service ends" in told[0].sentence
    # 3,000 x 5 + 500 x 25
    assert of(forecast, "anthropic/claude-opus-4-8") == pytest.approx([27_500] * 12)


def test_a_change_between_today_and_the_first_month_is_in_the_months_and_not_in_today_s_bill(small: Catalogue) -> None:
    workload, on = million_calls(), dt.date(2026, 12, 10)
    found = [twelve_months(workload, small, dt.date(2027, 2, 1), months=2, today=on, scheduled=counts) for counts in (True, False)]
    # sage-2: 3/15 in December, 2/10 from 1 January on, which may still be called off.
    assert [of(forecast, "alpha/sage-2", "naive_usd") for forecast in found] == pytest.approx([16_500, 16_500])
    assert of(found[0], "alpha/sage-2") == pytest.approx([11_000, 11_000])
    assert of(found[1], "alpha/sage-2") == pytest.approx([16_500, 16_500])
    assert [event.date for event in found[0].events if event.offer == "alpha/sage-2"] == [dt.date(2027, 1, 1)]


def test_a_forecast_from_today_on_needs_no_day_before(small: Catalogue) -> None:
    forecast = twelve_months(million_calls(), small, dt.date(2027, 1, 1), months=2, today=dt.date(2027, 1, 1))
    assert of(forecast, "alpha/sage-2", "naive_usd") == pytest.approx(11_000)
    assert of(forecast, "alpha/sage-2") == pytest.approx([11_000, 11_000])


def test_months_before_today_are_refused(small: Catalogue) -> None:
    with pytest.raises(WorkloadError, match="later one"):
        twelve_months(million_calls(), small, DECEMBER, today=dt.date(2026, 12, 2))


@settings(max_examples=25, deadline=None)
@given(st.floats(-0.9, 5), st.integers(1, 60), st.floats(1, 1e9))
def test_without_price_changes_each_month_grows_by_the_same_factor(small: Catalogue, growth: float, months: int, calls: float) -> None:
    workload = million_calls(growth_per_month=growth, requests_per_day=calls)
    forecast = twelve_months(workload, small, DECEMBER, months=months)
    assert of(forecast, "beta/bolt") == pytest.approx(0.011 * 30 * calls * (1 + growth) ** np.arange(months), rel=1e-9)


@pytest.mark.parametrize(("months", "start"), [(0, DECEMBER), (61, DECEMBER), (12, dt.date.max), (12, dt.date.min)])
def test_months_that_cannot_be_looked_ahead_are_refused_with_the_cure(small: Catalogue, months: int, start: dt.date) -> None:
    with pytest.raises(WorkloadError, match="choose"):
        twelve_months(million_calls(), small, start, months=months)


def test_there_is_no_month_after_the_last_one() -> None:
    with pytest.raises(WorkloadError, match="no calendar holds a month after 9999-12-01"):
        next_month(dt.date(9999, 12, 1))


def test_a_leap_day_is_a_day_of_its_month(small: Catalogue) -> None:
    dearer = with_price(small, "beta/bolt", effective=dt.date(2028, 2, 29), input_mtok=4.0, output_mtok=20.0)
    forecast = twelve_months(million_calls(), dearer, dt.date(2028, 1, 1), months=3, scheduled=False)
    # 28 days of February 2028 at 11,000 a month, the 29th at 22,000.
    assert of(forecast, "beta/bolt") == pytest.approx([11_000, (28 * 11_000 + 22_000) / 29, 22_000])


def test_the_last_month_is_counted_to_its_last_day(small: Catalogue) -> None:
    dearer = with_price(small, "beta/bolt", effective=dt.date(2027, 11, 30), input_mtok=4.0, output_mtok=20.0)
    forecast = twelve_months(million_calls(), dearer, DECEMBER, scheduled=False)
    # One of November's 30 days.
    assert of(forecast, "beta/bolt")[-2:] == pytest.approx([11_000, (29 * 11_000 + 22_000) / 30])
    assert [event.date for event in forecast.events if event.offer == "beta/bolt"] == [dt.date(2027, 11, 30)]
    # A day later it is none of the twelve months' business.
    after = with_price(small, "beta/bolt", effective=dt.date(2027, 12, 1), input_mtok=4.0, output_mtok=20.0)
    forecast = twelve_months(million_calls(), after, DECEMBER, scheduled=False)
    assert of(forecast, "beta/bolt")[-1] == pytest.approx(11_000)
    assert not [event for event in forecast.events if event.offer == "beta/bolt"]


def test_a_price_change_and_an_end_in_one_month_are_both_counted_by_days(small: Catalogue) -> None:
    # sage-2 at gamma costs 18,150 a month and ends on 31 March; from the 11th on it costs 6.60 and 33.00, twice that.
    dearer = with_price(small, "gamma/sage-2", effective=dt.date(2027, 3, 11), input_mtok=6.6, output_mtok=33.0)
    forecast = twelve_months(million_calls(), dearer, DECEMBER, scheduled=False)
    assert of(forecast, "gamma/sage-2")[3] == pytest.approx((10 * 18_150 + 20 * 36_300) / 31)


def test_a_price_that_becomes_unknown_is_unknown_from_that_month_on(small: Catalogue) -> None:
    lost = with_price(small, "beta/bolt", effective=dt.date(2027, 1, 11), input_mtok=None)
    forecast = twelve_months(million_calls(), lost, DECEMBER, months=3, scheduled=False)
    assert of(forecast, "beta/bolt") == pytest.approx([11_000, np.nan, np.nan], nan_ok=True)
    assert np.isnan(of(forecast, "beta/bolt", "total_usd")) and not of(forecast, "beta/bolt", "partial").any()


def test_today_may_be_a_day_before_anything_was_sold(small: Catalogue) -> None:
    forecast = twelve_months(million_calls(), small, dt.date(2020, 1, 1), months=2, today=dt.date(2019, 12, 1))
    # bolt-mini is sold from 2026-01-15 on; bolt's first price has no day, it holds as far back as is known: 3,000 x 5 + 500 x 20.
    assert np.isnan(of(forecast, "beta/bolt-mini")).all() and np.isnan(of(forecast, "beta/bolt-mini", "naive_usd"))
    assert of(forecast, "beta/bolt") == pytest.approx([25_000, 25_000])


def test_a_forecast_begins_with_the_next_month() -> None:
    assert next_month(dt.date(2026, 11, 23)) == DECEMBER
    assert next_month(dt.date(2026, 12, 31)) == dt.date(2027, 1, 1)


def search_usd(regime: Any, offer: str) -> float:
    """USD per web search, in the columns that hold for a part of the forecast."""
    return float(regime.columns.tool_usd[TOOLS.index("web_search"), regime.columns.index(offer)])


def with_fee(catalogue: Catalogue, provider: str, **entry: Any) -> Catalogue:
    """The catalogue with one more dated fee of that provider; fields that are not named are those of its first one."""
    record = catalogue.providers[provider]
    fees = (*record.tools, record.tools[0].model_copy(update=entry))
    return dataclasses.replace(catalogue, providers={**catalogue.providers, provider: record.model_copy(update={"tools": fees})})


def test_the_price_of_cache_storage_changes_within_the_forecast(real: Catalogue) -> None:
    regimes = _regimes(million_calls(), real, (dt.date(2026, 12, 31), dt.date(2027, 2, 1)), scheduled=True)
    at = regimes[0].columns.index("google/gemini-3.7-flash")
    assert [(dt.date.fromordinal(one.start), float(one.columns.price.storage_mtok_hour[at])) for one in regimes] == [
        (dt.date(2026, 12, 31), 0.5),
        (dt.date(2027, 1, 1), 1.0),
    ]
    told = [event for event in twelve_months(million_calls(), real, DECEMBER).events if event.offer == "google/gemini-3.7-flash"]
    assert "cache storage $0.50 to $1.00 an hour" in told[0].sentence


def test_a_tool_s_dated_fee_changes_within_the_forecast_and_is_told(small: Catalogue) -> None:
    dearer = with_fee(small, "alpha", effective=dt.date(2026, 12, 15), usd_per_1000=20.0, revocable=True)
    span = (dt.date(2026, 11, 30), dt.date(2026, 12, 31))
    assert [search_usd(one, "alpha/sage-2") for one in _regimes(million_calls(), dearer, span, scheduled=True)] == [0.014, 0.020]
    assert [search_usd(one, "alpha/sage-2") for one in _regimes(million_calls(), dearer, span, scheduled=False)] == [0.014]
    told = {event.offer: event for event in twelve_months(million_calls(), dearer, DECEMBER).events if "searches" in event.sentence}
    assert list(told) == ["alpha/sage-2"]  # sage-1 has an entry of its own
    assert told["alpha/sage-2"].sentence == (
        "Sage 2 from 2026-12-15 on: web searches $14.00 to $20.00 per thousand; announced, may be called off."
    )
    assert (told["alpha/sage-2"].kind, told["alpha/sage-2"].revocable) == ("terms", True)
