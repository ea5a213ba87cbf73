"""Terms of the bill, worked out by hand: regions, discounts, gateways, failures, services, dear hours, tools, efforts, stored caches."""

import datetime as dt
from typing import Any

import numpy as np
import pytest
from axes.builders import IDS, NAN, make_columns, make_load
from axes.rich import BATCH, CACHED, CLIFF, FLEX, IMPLICIT, PEAK, PLAIN, PRIORITY, STANDARD, rich_columns

from framework.axes.cost import CostAssessment, assess, monthly_usd
from framework.catalogue.build_columns import build
from framework.catalogue.load import load_catalogue
from framework.load import Load

CALLS = 30_000


def thousand(**fields: Any) -> Load:
    """A thousand calls a day of 1,000 tokens in and 100 out."""
    return make_load(**{"requests_per_day": 1_000.0, "input_mean": 1_000.0, "output_mean": 100.0} | fields)


def texts(bill: CostAssessment, offer: int) -> str:
    return " ".join(finding.text for finding in bill.findings if finding.offer == IDS[offer])


def test_region_batch_discount_gateway_and_failures_stack() -> None:
    columns = make_columns(region_multiplier=np.array([1, 1.1, 1, 1, 1]), discount_share=np.array([0, 0.2, 0, 0, 0]))
    load = thousand(batch_share=1.0, gateway_fee=0.055, billed_failures=0.1)
    # Acme's batch: 1 in, 5 out: 30,000 x 1,500 = $45; a tenth more, a fifth off, 5.5 % on top, ten attempts for nine requests.
    assert monthly_usd(load, columns)[CACHED] == pytest.approx(45 * 1.1 * 0.8 * 1.055 / 0.9)
    # The others know neither region nor discount.
    assert monthly_usd(load, columns)[IMPLICIT] == pytest.approx(CALLS * (500 + 250) / 1e6 * 1.055 / 0.9)


@pytest.mark.parametrize(("failures", "attempts"), [(0.0, 1.0), (0.2, 1.25), (0.5, 2.0), (0.9, 10.0)])
def test_billed_failures_are_attempts_made_again(failures: float, attempts: float) -> None:
    assert monthly_usd(thousand(billed_failures=failures), make_columns())[PLAIN] == pytest.approx(CALLS * 1_400 / 1e6 * attempts)


# --- services -------------------------------------------------------------------------------------------------------------------------


def test_a_service_that_is_sold_is_billed_at_its_prices() -> None:
    columns = rich_columns(discount_share=np.zeros(5), region_multiplier=np.ones(5))
    priority, flex = (assess(thousand(service=name), columns) for name in ("priority", "flex"))
    assert priority.expected_usd[PLAIN] == pytest.approx(2 * CALLS * 1_400 / 1e6)
    assert priority.expected_usd[CLIFF] == pytest.approx(CALLS * (8_000 + 4_000) / 1e6)
    assert flex.expected_usd[IMPLICIT] == pytest.approx(CALLS * 1_500 / 1e6 / 2)
    assert "Sells no" not in texts(priority, PLAIN) + texts(flex, IMPLICIT)


def test_a_service_that_is_not_sold_falls_back_to_standard_prices_and_says_so() -> None:
    bill = assess(thousand(service="flex"), make_columns())
    assert bill.expected_usd[PLAIN] == pytest.approx(CALLS * 1_400 / 1e6)
    assert "Sells no flex service: billed at standard prices" in texts(bill, PLAIN)


def test_priority_that_excludes_long_prompts_bills_those_at_the_standard_long_price() -> None:
    # Bravo's priority: 8 in, 40 out, nothing above 272,000 tokens; there standard asks 8 in and 30 out.
    bill = assess(thousand(service="priority", input_mean=300_000.0), make_columns())
    assert bill.expected_usd[CLIFF] == pytest.approx(CALLS * (300_000 * 8 + 100 * 30) / 1e6)
    assert "The priority service takes no prompts above 272,000 tokens: those pay standard prices." in texts(bill, CLIFF)
    short = assess(thousand(service="priority", input_mean=200_000.0), make_columns())
    assert short.expected_usd[CLIFF] == pytest.approx(CALLS * (200_000 * 8 + 100 * 40) / 1e6)
    assert "takes no prompts" not in texts(short, CLIFF)


def test_a_write_price_that_a_service_does_not_tell_keeps_the_standard_multiple() -> None:
    # Acme's priority: 4 in, 0.40 read, writes not published: 4 x 2.50 / 2.
    mtok = make_columns().price.mtok.copy()
    mtok[PRIORITY, :, :, CACHED] = 2 * mtok[STANDARD, :, :, CACHED]
    mtok[PRIORITY, :, 2:6, CACHED] = NAN
    load = thousand(service="priority", input_mean=2_000.0, prefix_tokens=2_000.0, hit_rate=0.5)
    assert monthly_usd(load, make_columns(mtok=mtok))[CACHED] == pytest.approx(CALLS * (1_000 * 0.40 + 1_000 * 5 + 100 * 20) / 1e6)


def test_the_batch_share_goes_to_batch_and_the_rest_to_the_service() -> None:
    mtok = make_columns().price.mtok.copy()
    mtok[FLEX, :, :, CACHED] = 0.75 * mtok[STANDARD, :, :, CACHED]
    load = thousand(service="flex", batch_share=0.4)
    # 3,000 a call at standard prices: 0.6 at 75 %, 0.4 at 50 %.
    assert monthly_usd(load, make_columns(mtok=mtok))[CACHED] == pytest.approx(CALLS * 3_000 / 1e6 * (0.6 * 0.75 + 0.4 * 0.5))


def test_without_a_batch_service_the_batch_share_is_billed_like_the_other_calls() -> None:
    mtok = make_columns().price.mtok.copy()
    mtok[PRIORITY, :, :, PLAIN] = 2 * mtok[STANDARD, :, :, PLAIN]
    bill = assess(thousand(service="priority", batch_share=0.4), make_columns(mtok=mtok))
    assert bill.expected_usd[PLAIN] == pytest.approx(2 * CALLS * 1_400 / 1e6)
    assert "the batch share is billed like the other calls" in texts(bill, PLAIN)


def test_batch_that_takes_no_long_prompts_bills_those_like_the_other_calls() -> None:
    mtok = make_columns().price.mtok.copy()
    mtok[BATCH, 1, :, CLIFF] = NAN
    bill = assess(thousand(batch_share=1.0, input_mean=300_000.0), make_columns(mtok=mtok))
    assert bill.expected_usd[CLIFF] == pytest.approx(CALLS * (300_000 * 8 + 100 * 30) / 1e6)
    assert "Batch takes no prompts above 272,000 tokens" in texts(bill, CLIFF)


# --- thinking -------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("effort", "factor"), [("none", 0.0), ("low", 0.40), ("medium", 1.0), ("high", 1.8), ("xhigh", 3.0), ("max", 6.2)])
def test_where_thinking_at_an_effort_is_not_published_it_is_that_of_the_typical_model(effort: str, factor: float) -> None:
    bill = assess(thousand(reasoning_mean=500.0, effort=effort), make_columns())
    assert bill.expected_usd[PLAIN] == pytest.approx(CALLS * (1_000 + (100 + 500 * factor) * 4) / 1e6)
    assert ("is not published" in texts(bill, PLAIN)) == (effort != "medium")


def test_published_thinking_at_an_effort_is_taken_and_models_that_do_not_think_do_not() -> None:
    columns = rich_columns(reasoning=np.array([0.0, 1, 1, 1, NAN]), discount_share=np.zeros(5), region_multiplier=np.ones(5))
    bill = assess(thousand(reasoning_mean=500.0, effort="high"), columns)
    assert bill.expected_usd[PLAIN] == pytest.approx(CALLS * 1_400 / 1e6)
    assert bill.expected_usd[CACHED] == pytest.approx(CALLS * (2_000 + 1_100 * 10) / 1e6)
    assert bill.expected_usd[CLIFF] == pytest.approx(CALLS * (4_000 + 1_600 * 20) / 1e6)


def test_a_model_that_always_thinks_is_read_at_low_effort_where_none_is_asked_for() -> None:
    # Carol always thinks: 0.4 x 500.
    assert monthly_usd(thousand(reasoning_mean=500.0, effort="none"), make_columns())[IMPLICIT] == pytest.approx(
        CALLS * (1_000 + 1_500) / 1e6
    )


# --- dear hours -----------------------------------------------------------------------------------------------------------------------


def deepseek_week() -> np.ndarray:
    """01-04 and 06-10 UTC from Monday to Friday, at Delta Peak alone."""
    hours = np.zeros((168, 5), dtype=bool)
    for day in range(5):
        for hour in (1, 2, 3, 6, 7, 8, 9):
            hours[24 * day + hour, PEAK] = True
    return hours


@pytest.mark.parametrize(
    ("starts", "active", "dear"),
    [
        (6, 8, 4 / 8 * 5 / 7),  # 06 to 14: four dear hours of eight
        (10, 8, 0),
        (0, 24, 7 / 24 * 5 / 7),
        (5.5, 1, 0.5 * 5 / 7),  # half of an hour
        (3.5, 4, (0.5 + 1.5) / 4 * 5 / 7),  # 03:30 to 07:30
        (22, 8, 3 / 8 * 5 / 7),  # into the next morning: Sunday's hours reach Monday, Friday's a Saturday that is not dear
    ],
)
def test_a_known_start_hour_says_how_much_of_the_traffic_is_dear(starts: float, active: float, dear: float) -> None:
    bill = assess(thousand(starts_utc=starts, active_hours=float(active)), make_columns(peak_hours=deepseek_week()))
    factors = [usd[PEAK] / bill.sticker_usd[PEAK] for usd in (bill.low_usd, bill.expected_usd, bill.high_usd)]
    assert factors == pytest.approx([1 + dear] * 3)


def test_what_is_said_of_dear_hours_tells_whether_the_start_is_known() -> None:
    known, unknown = (texts(assess(thousand(starts_utc=starts, active_hours=8.0), make_columns()), PEAK) for starts in (6.5, NAN))
    assert "counts those among your active hours, which begin at 6.5" in known and "evenly" not in known
    assert "spreads the traffic evenly over the week" in unknown


def test_an_unknown_start_hour_is_a_range_around_the_known_ones() -> None:
    columns = make_columns(peak_hours=deepseek_week())
    bill = assess(thousand(active_hours=8.0), columns)
    for starts in np.arange(0, 24, 0.5):
        usd = monthly_usd(thousand(active_hours=8.0, starts_utc=float(starts)), columns)[PEAK]
        assert bill.low_usd[PEAK] - 1e-9 <= usd <= bill.high_usd[PEAK] + 1e-9


def test_deepseek_in_the_catalogue_costs_a_third_more_from_six_on() -> None:
    catalogue = load_catalogue()
    columns = build(catalogue, dt.date(2026, 11, 23))
    dear = [k for k, multiplier in enumerate(columns.price.peak_multiplier) if multiplier == 2]
    load = make_load(active_hours=8.0, input_mean=1_000.0)
    at_night, by_day = (monthly_usd(load.with_(starts_utc=starts), columns) for starts in (10.0, 6.0))
    assert dear
    for k in dear:
        days = columns.price.peak_hours[:, k].reshape(7, 24).any(axis=1).sum()
        assert by_day[k] / at_night[k] == pytest.approx(1 + 4 / 8 * days / 7), columns.ids[k]


# --- tools ----------------------------------------------------------------------------------------------------------------------------


def with_fees(**overrides: Any) -> Any:
    usd, free = np.full((3, 5), NAN), np.zeros((3, 5))
    usd[0, [PLAIN, CACHED]], free[0, CACHED] = (0.010, 0.014), 5_000
    usd[1, PLAIN] = 0.0
    usd[2, PLAIN] = 0.03
    return make_columns(tool_usd=usd, tool_free=free, **overrides)


def test_tool_fees_are_paid_beyond_what_a_month_has_free() -> None:
    bill = assess(thousand(web_searches=0.5), with_fees())
    assert bill.lines["tools"][PLAIN] == pytest.approx(15_000 * 0.010)
    assert bill.lines["tools"][CACHED] == pytest.approx(10_000 * 0.014)
    assert assess(thousand(web_searches=0.1), with_fees()).lines["tools"][CACHED] == 0  # 3,000 of the 5,000


def test_several_tools_add_up_and_a_free_one_costs_nothing() -> None:
    load = thousand(web_searches=0.5, file_searches=2.0, code_sessions=0.1)
    assert assess(load, with_fees()).lines["tools"][PLAIN] == pytest.approx(150 + 0 + 3_000 * 0.03)


def test_a_fee_that_is_not_known_spoils_the_bill_only_where_the_tool_is_used() -> None:
    used, unused = (assess(thousand(file_searches=calls), with_fees()) for calls in (1.0, 0.0))
    assert np.isnan(used.expected_usd[CACHED]) and "What a file search costs is not known" in texts(used, CACHED)
    assert np.isfinite(unused.expected_usd[CACHED])
    assert np.isfinite(used.expected_usd[PLAIN])


def test_failed_attempts_have_called_their_tools_and_discounts_and_gateway_apply_to_fees() -> None:
    columns = with_fees(discount_share=np.array([0.1, 0.1, 0, 0, 0]))
    lines = assess(thousand(web_searches=0.5, billed_failures=0.25, gateway_fee=0.05), columns).lines["tools"]
    # 15,000 searches of requests are 20,000 of attempts; 5,000 of them are free once.
    assert lines[PLAIN] == pytest.approx(20_000 * 0.010 * 0.9 * 1.05)
    assert lines[CACHED] == pytest.approx(15_000 * 0.014 * 0.9 * 1.05)


# --- stored caches --------------------------------------------------------------------------------------------------------------------


def storing(per_hour: float, **fields: Any) -> CostAssessment:
    """A prefix of 2,000 tokens at carol (1 in, 0.10 read) with storage at 0.50 an hour, that many calls an hour around the clock."""
    load = make_load(requests_per_day=24 * per_hour, input_mean=2_000.0, output_mean=1.0, prefix_tokens=2_000.0, **fields)
    return assess(load, make_columns(storage_mtok_hour=np.array([NAN, NAN, NAN, 0.5, NAN])))


def test_a_stored_cache_pays_from_the_storage_price_over_what_a_read_saves_on() -> None:
    # Per hour: 0.50 to keep and a 720th of 1 to create, against 0.9 a call: 0.5571 calls an hour.
    level = (0.5 + 1 / 720) / 0.9
    below, above = storing(level * 0.999), storing(level * 1.001)
    assert (bool(below.stored[IMPLICIT]), bool(above.stored[IMPLICIT])) == (False, True)
    assert "An explicit cache, kept through the 24 active hours of a day at $0.5 per million" in texts(above, IMPLICIT)
    assert below.expected_usd[IMPLICIT] == pytest.approx(level * 0.999 * 720 * (2_000 * 1 + 5) / 1e6)
    calls = level * 1.001 * 720
    assert above.lines["storage"][IMPLICIT] == pytest.approx(2_000 * 720 * 0.5 / 1e6)
    assert above.lines["cache_write"][IMPLICIT] == pytest.approx(2_000 * 1 / 1e6)
    assert above.lines["cache_read"][IMPLICIT] == pytest.approx(calls * 2_000 * 0.1 / 1e6)
    assert above.hit_rate[IMPLICIT] == 1


@pytest.mark.parametrize(
    ("offer", "on", "published"),
    [
        ("google/gemini-3.6-flash", "2026-11-23", 0.74),
        ("google/gemini-3.6-flash", "2027-01-02", 0.74),
        ("google/gemini-3.1-pro-preview", "2026-11-23", 2.5),
    ],
)
def test_the_published_rates_from_which_geminis_stored_caches_pay(offer: str, on: str, published: float) -> None:
    catalogue = load_catalogue()
    columns = build(catalogue, dt.date.fromisoformat(on))
    at = columns.index(catalogue.offer(offer).id)
    load = make_load(input_mean=10_000.0, prefix_tokens=10_000.0)
    stored = [bool(assess(load.with_(requests_per_day=24 * published * share), columns).stored[at]) for share in (0.98, 1.02)]
    assert stored == [False, True]


def test_a_stored_cache_is_made_anew_every_day_that_has_a_night() -> None:
    bill = storing(100, active_hours=8.0)
    assert bill.lines["cache_write"][IMPLICIT] == pytest.approx(30 * 2_000 * 1 / 1e6)
    assert bill.lines["storage"][IMPLICIT] == pytest.approx(2_000 * 8 * 30 * 0.5 / 1e6)


def test_every_prefix_is_stored_and_paid_for() -> None:
    one, many = storing(100), storing(100, prefixes=10.0)
    assert many.lines["storage"][IMPLICIT] == pytest.approx(10 * one.lines["storage"][IMPLICIT])
    assert not storing(100, prefixes=1_000.0).stored[IMPLICIT]


def test_failed_attempts_store_nothing() -> None:
    whole, failing = storing(100), storing(100, billed_failures=0.5)
    assert failing.lines["storage"][IMPLICIT] == pytest.approx(whole.lines["storage"][IMPLICIT])
    assert failing.lines["cache_write"][IMPLICIT] == pytest.approx(whole.lines["cache_write"][IMPLICIT])
    assert failing.lines["cache_read"][IMPLICIT] == pytest.approx(2 * whole.lines["cache_read"][IMPLICIT])


@pytest.mark.parametrize("fields", [{"explicit": False}, {"hit_rate": 0.5}, {"hit_rate": 0.0}])
def test_no_cache_is_stored_where_none_is_wanted_or_the_hit_rate_is_given(fields: dict[str, Any]) -> None:
    assert not storing(100, **fields).stored.any()


def test_a_prefix_below_the_minimum_is_not_stored() -> None:
    columns = make_columns(storage_mtok_hour=np.array([NAN, NAN, NAN, 0.5, NAN]), min_cache_tokens=np.full(5, 2_001.0))
    load = make_load(requests_per_day=24_000.0, input_mean=2_000.0, prefix_tokens=2_000.0)
    assert not assess(load, columns).stored.any()
