"""The shipped fees beside the tokens, against figures worked out by hand: tools, storage, reserved capacity, gateways, effort."""

import datetime as dt

import numpy as np
import pytest

from framework.catalogue import Catalogue, load_catalogue
from framework.catalogue.columns import Columns
from framework.catalogue.request_price import Request, request_usd
from framework.recorded.elsewhere import elsewhere
from framework.recorded.sheets import price_sheets
from framework.recorded.table import usd_table
from framework.recorded.usage import recorded_usage
from framework.vocabulary import EFFORTS, TOOLS, Effort, Tool

TODAY = dt.date(2026, 11, 24)
TENTH_OF_A_CENT = 1e-3


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def columns(catalogue: Catalogue) -> Columns:
    return catalogue.columns(TODAY)


def fee(columns: Columns, offer: str, tool: Tool) -> tuple[float, float]:
    """USD per call and free calls a month."""
    row, at = TOOLS.index(tool), columns.index(offer)
    return float(columns.tool_usd[row, at]), float(columns.tool_free[row, at])


@pytest.mark.parametrize(
    ("offer", "tool", "usd", "free"),
    [
        # $10, $5, $14 and $35 a thousand searches; Gemini 2.5: 1,500 free a day, 30 days a month
        ("anthropic/claude-opus-5-5", "web_search", 0.010, 0),
        ("anthropic/claude-haiku-4-5", "web_search", 0.010, 0),
        ("openai/gpt-6-luna", "web_search", 0.010, 0),
        ("openai/gpt-4o-mini", "web_search", 0.010, 0),
        ("xai/grok-4.7", "web_search", 0.005, 0),
        ("google/gemini-4-argon", "web_search", 0.014, 5_000),
        ("google/gemini-3.1-flash-lite", "web_search", 0.014, 5_000),
        ("google/gemini-2.5-pro", "web_search", 0.035, 1_500 * 30),
        ("google/gemini-2.5-flash-lite", "web_search", 0.035, 1_500 * 30),
        ("vertex/gemini-3.8-flash", "web_search", 0.014, 5_000),
        # $2.50 a thousand file searches; $0.03 a session in a container
        ("openai/gpt-6.1-sol", "file_search", 0.0025, 0),
        ("openai/gpt-6.1-sol", "code_session", 0.03, 0),
        ("azure/gpt-6.1-sol", "code_session", 0.033, 0),
    ],
)
def test_a_call_of_a_tool_costs_what_its_price_list_says(columns: Columns, offer: str, tool: Tool, usd: float, free: float) -> None:
    assert fee(columns, offer, tool) == pytest.approx((usd, free))


@pytest.mark.parametrize(
    ("offer", "tool"),
    [
        ("anthropic/claude-opus-5-5", "code_session"),  # billed by the hour
        ("anthropic/claude-opus-5-5", "file_search"),
        ("openai/gpt-4.1-nano", "web_search"),
        ("bedrock/claude-opus-5-5", "web_search"),
        ("azure/gpt-6-luna", "web_search"),
        ("vertex/claude-haiku-4-5", "web_search"),
        ("mistral/mistral-large-4", "web_search"),
        ("google/gemini-4-argon", "code_session"),
    ],
)
def test_a_fee_that_no_source_states_is_unknown_and_not_nothing(columns: Columns, offer: str, tool: Tool) -> None:
    assert np.isnan(fee(columns, offer, tool)[0])


def test_no_shipped_tool_is_free_of_charge(columns: Columns) -> None:
    known = columns.tool_usd[~np.isnan(columns.tool_usd)]
    assert known.size > 80
    assert known.min() > TENTH_OF_A_CENT


def test_every_gemini_has_its_price_of_a_search(columns: Columns) -> None:
    gemini = [at for at, offer in enumerate(columns.ids) if offer.startswith("google/")]
    assert len(gemini) == 11
    assert not np.isnan(columns.tool_usd[TOOLS.index("web_search"), gemini]).any()


def test_cache_storage_of_the_gemini_flash_models_doubles_with_the_new_year(catalogue: Catalogue) -> None:
    for model in ("gemini-3.6-flash", "gemini-3.7-flash", "gemini-3.8-flash"):
        for day, usd in ((dt.date(2026, 12, 31), 0.5), (dt.date(2027, 1, 1), 1.0)):
            columns = catalogue.columns(day)
            assert columns.price.storage_mtok_hour[columns.index(f"google/{model}")] == usd


def test_cache_storage_is_sold_by_google_alone(columns: Columns) -> None:
    sold = {columns.ids[at]: float(columns.price.storage_mtok_hour[at]) for at in np.flatnonzero(columns.price.storage_mtok_hour >= 0)}
    assert sold == {
        "google/gemini-2.5-pro": 4.5,
        "google/gemini-3.1-pro-preview": 4.5,
        "google/gemini-3.6-flash": 0.5,
        "google/gemini-3.7-flash": 0.5,
        "google/gemini-3.8-flash": 0.5,
    }


@pytest.mark.parametrize(
    ("offer", "effort", "factor"),
    [
        # thousands of reasoning tokens over those at medium
        ("openai/gpt-6-luna", "none", 0.0),
        ("openai/gpt-6-luna", "low", 0.5 / 6.3),
        ("openai/gpt-6-luna", "max", 38.9 / 6.3),
        ("openai/gpt-6.1-sol", "high", 5.7 / 2.9),
        ("openai/gpt-6-astra", "xhigh", 8.6 / 3.4),
        ("azure/gpt-6-astra", "xhigh", 8.6 / 3.4),
        # Claude's thinking is not told apart: all output over all output
        ("anthropic/claude-opus-5-5", "low", 10.2 / 25.7),
        ("bedrock/claude-opus-5-5", "max", 119 / 25.7),
        ("anthropic/claude-sonnet-5-5", "xhigh", 74.8 / 20.9),
    ],
)
def test_effort_is_measured_by_medium(columns: Columns, offer: str, effort: Effort, factor: float) -> None:
    assert columns.effort_factor[EFFORTS.index(effort), columns.index(offer)] == pytest.approx(factor)


def test_thinking_rises_with_effort_wherever_it_is_known(columns: Columns) -> None:
    known = columns.effort_factor[:, ~np.isnan(columns.effort_factor[EFFORTS.index("medium")])]
    assert known.shape[1] >= 5
    assert (known[EFFORTS.index("medium")] == 1).all()
    assert (np.diff(known[1:], axis=0) > 0).all()


def test_a_reservation_has_no_price_where_none_was_read(catalogue: Catalogue) -> None:
    reserved = {name: provider.reserved for name, provider in catalogue.providers.items() if provider.reserved}
    assert {name: (one.covers, one.price_published, one.usd_per_unit_hour) for name, one in reserved.items()} == {
        "openai": (("standard", "priority"), False, None),
        "azure": (("standard",), True, None),
    }
    # GPT-5.6 and later
    assert {offer.model for offer in catalogue.providers["openai"].offers if offer.model.startswith(("gpt-5.6", "gpt-6"))} == set(
        reserved["openai"].models
    )


def test_openrouter_takes_five_and_a_half_percent_of_credits_and_five_with_own_keys(catalogue: Catalogue) -> None:
    credits, own = catalogue.gateways["openrouter"], catalogue.gateways["openrouter-byok"]
    # $100 of credits cost $105.50, and $10 of credits $10.80: 5.5 % of it is less than the minimum.
    assert max(100 * credits.fee_share, credits.minimum_usd) == pytest.approx(5.5)
    assert max(10 * credits.fee_share, credits.minimum_usd) == pytest.approx(0.8)
    assert (own.fee_share, own.minimum_usd, own.free_requests_per_month) == (0.05, 0, 1_000_000)


@pytest.mark.parametrize(
    ("day", "usd"),
    [
        # V4.1 Flash at 02:00 UTC: a million tokens at $0.15, twice that at the peak
        ("2026-09-24", 0.30),  # a Thursday
        ("2026-09-25", 0.15),  # the mid-autumn festival, a Friday
        ("2026-09-28", 0.30),
        ("2026-10-01", 0.15),  # the national holiday, Thursday to Wednesday
        ("2026-10-07", 0.15),
        ("2026-10-08", 0.30),
        ("2026-11-24", 0.30),
    ],
)
def test_deepseek_is_off_peak_on_chinese_holidays(catalogue: Catalogue, day: str, usd: float) -> None:
    on = dt.date.fromisoformat(day)
    for offer in ("deepseek/deepseek-flash", "deepseek/deepseek-v4-flash"):
        price = catalogue.price_in_force(catalogue.offer(offer), on)
        assert request_usd(price, Request(input=1_000_000, output=0, at="02:00"), on=on).usd == pytest.approx(usd)


@pytest.mark.parametrize("always", [True, False])
def test_recorded_calls_of_chinese_holidays_are_billed_off_peak_too(catalogue: Catalogue, always: bool) -> None:
    days = [f"2026-{day}T02:00+00:00" for day in ("09-24", "09-25", "09-28", "10-01", "10-07", "10-08")]
    at_s = [dt.datetime.fromisoformat(day).timestamp() for day in days]
    usage = recorded_usage({"input": [1_000_000] * 6}, at_s=at_s)
    sheets = price_sheets(usage, catalogue, dt.date(2026, 10, 1), always=always)
    usd = usd_table(usage, sheets)[:, sheets.ids.index("deepseek/deepseek-flash")]
    assert usd == pytest.approx([0.15] * 6 if always else [0.30, 0.15, 0.30, 0.15, 0.15, 0.30])


@pytest.mark.parametrize(("day", "sold"), [("2026-12-10", True), ("2026-12-11", False)])
def test_a_comparison_of_recorded_usage_leaves_out_what_is_switched_off_that_day(catalogue: Catalogue, day: str, sold: bool) -> None:
    on, usage = dt.date.fromisoformat(day), recorded_usage({"input": [1_000], "output": [10]})
    found = elsewhere(usage, price_sheets(usage, catalogue, on), catalogue.columns(on))
    assert ("openai/gpt-5" in {row.offer for row in found}) == sold
    assert catalogue.switched_off(catalogue.offer("openai/gpt-5")) == dt.date(2026, 12, 11)
