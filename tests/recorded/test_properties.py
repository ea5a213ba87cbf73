"""What holds for any usage at any offer of the catalogue, and agreement with the price of a single request."""

import dataclasses
import datetime as dt
import math

import numpy as np
import pytest
from axes.builders import only
from hypothesis import given
from hypothesis import strategies as st

from framework.catalogue.load import load_catalogue
from framework.catalogue.records import LIFETIMES, SERVICES
from framework.catalogue.request_price import Request, request_usd
from framework.errors import NotSold
from framework.recorded.sheets import price_sheets, sheets_of
from framework.recorded.table import usd_table
from framework.recorded.totals import totals
from framework.recorded.usage import USAGE_METERS, RecordedUsage, recorded_usage

CATALOGUE = load_catalogue()
ON = dt.date(2026, 11, 23)
COLUMNS = CATALOGUE.columns(ON)
# From before the last price changes to after the announced ones.
FIRST, LAST = (int(dt.datetime(*day, tzinfo=dt.UTC).timestamp()) for day in ((2026, 7, 1), (2027, 1, 20)))
LENGTHS = st.one_of(st.integers(1, 3_000), st.integers(99_990, 100_010), st.integers(199_990, 200_010), st.integers(271_990, 500_000))
PARTS = st.one_of(st.just(0), st.integers(0, 150_000))


@st.composite
def requests(draw: st.DrawFn) -> tuple[Request, float]:
    """A request and its Unix time; the fresh part never is nothing, so that an unsold service always shows."""
    written = draw(PARTS)
    at_s = draw(st.integers(FIRST, LAST))
    return Request(
        input=draw(LENGTHS),
        output=draw(st.integers(0, 100_000)),
        cache_read=draw(PARTS),
        cache_write=written,
        lifetime=draw(st.sampled_from((None, *LIFETIMES))) if written else None,
        service=draw(st.sampled_from(SERVICES)),
        region=draw(st.sampled_from((None, None, "us", "eu"))),
        at=f"{dt.datetime.fromtimestamp(at_s, dt.UTC):%H:%M}",
    ), float(at_s)


LOGS = st.lists(requests(), min_size=1, max_size=6)
STANDARD_LOGS = LOGS.map(lambda log: [(dataclasses.replace(one, service="standard", region=None, lifetime=None), at) for one, at in log])


def recorded(log: list[tuple[Request, float]]) -> RecordedUsage:
    tokens = {name: [0.0] * len(log) for name in USAGE_METERS}
    for row, (request, _) in enumerate(log):
        for meter in ("input", "cache_read", "output"):
            tokens[meter][row] = getattr(request, meter)
        tokens[f"write_{request.lifetime}" if request.lifetime else "write"][row] = request.cache_write
    return recorded_usage(
        tokens,
        service=[request.service for request, _ in log],
        at_s=[at_s for _, at_s in log],
        region=[request.region for request, _ in log],
    )


def alone(offer: str, request: Request, at_s: float) -> float:
    day = dt.datetime.fromtimestamp(at_s, dt.UTC).date()
    try:
        return request_usd(CATALOGUE.price_in_force(CATALOGUE.offer(offer), day), request, on=day).usd
    except NotSold:
        return math.nan


def bill(usage: RecordedUsage, columns=COLUMNS) -> np.ndarray:
    return totals(usage, sheets_of(usage, [columns])).usd


@given(LOGS)
def test_every_request_costs_at_every_offer_what_it_costs_by_itself(log: list[tuple[Request, float]]) -> None:
    usage = recorded(log)
    table = usd_table(usage, price_sheets(usage, CATALOGUE, ON))
    expected = np.array([[alone(offer, *entry) for offer in COLUMNS.ids] for entry in log])
    np.testing.assert_allclose(table, expected, rtol=1e-12, atol=0)


@given(LOGS)
def test_the_total_of_a_log_is_the_sum_of_its_requests(log: list[tuple[Request, float]]) -> None:
    usage = recorded(log)
    sheets = price_sheets(usage, CATALOGUE, ON)
    np.testing.assert_allclose(totals(usage, sheets).usd, usd_table(usage, sheets).sum(axis=0), rtol=1e-12, atol=0)


@given(LOGS, LOGS)
def test_the_bill_of_two_logs_is_the_sum_of_their_bills(one: list[tuple[Request, float]], other: list[tuple[Request, float]]) -> None:
    np.testing.assert_allclose(bill(recorded(one + other)), bill(recorded(one)) + bill(recorded(other)), rtol=1e-12, atol=0)


@given(LOGS, st.randoms())
def test_the_order_of_the_requests_does_not_matter(log: list[tuple[Request, float]], random) -> None:
    usage = recorded(log)
    order = list(range(len(log)))
    random.shuffle(order)
    np.testing.assert_allclose(bill(usage.take(order)), bill(usage), rtol=1e-14, atol=0)
    sheets, shuffled = sheets_of(usage, [COLUMNS]), sheets_of(usage.take(order), [COLUMNS])
    np.testing.assert_allclose(usd_table(usage.take(order), shuffled), usd_table(usage, sheets)[order], rtol=1e-12, atol=0)


@given(LOGS, st.integers(0, len(COLUMNS) - 1))
def test_an_offers_bill_does_not_depend_on_which_others_there_are(log: list[tuple[Request, float]], at: int) -> None:
    usage = recorded(log)
    np.testing.assert_allclose(bill(usage, only(COLUMNS, COLUMNS.ids[at])), bill(usage)[at : at + 1], rtol=1e-14, atol=0)


@given(STANDARD_LOGS, st.sampled_from(("input", "cache_read", "output")), st.integers(1, 50_000))
def test_more_tokens_in_the_same_band_never_cost_less(log: list[tuple[Request, float]], meter: str, more: int) -> None:
    usage = recorded(log)
    grown = dataclasses.replace(usage, tokens=usage.tokens.copy())
    grown.tokens[USAGE_METERS.index(meter)] += more
    thresholds = COLUMNS.price.threshold_tokens
    same_band = ((usage.prompt_tokens[:, None] > thresholds) == (grown.prompt_tokens[:, None] > thresholds)).all(axis=0)
    before, after = bill(usage), bill(grown)
    known = same_band & ~np.isnan(before) & ~np.isnan(after)
    assert known.any()
    assert (after[known] >= before[known] * (1 - 1e-12)).all()


@given(LOGS, st.integers(0, len(SERVICES) - 1), st.integers(0, 1), st.integers(0, 6), st.floats(1, 10))
def test_a_price_rise_never_lowers_a_bill(log: list[tuple[Request, float]], service: int, band: int, meter: int, rise: float) -> None:
    usage = recorded(log)
    mtok = COLUMNS.price.mtok.copy()
    mtok[service, band, meter] *= rise
    dearer = dataclasses.replace(COLUMNS, price=dataclasses.replace(COLUMNS.price, mtok=mtok))
    before, after = bill(usage), bill(usage, dearer)
    np.testing.assert_array_equal(np.isnan(before), np.isnan(after))
    assert (after[~np.isnan(after)] >= before[~np.isnan(before)] * (1 - 1e-12)).all()


def test_long_logs_are_the_same_as_their_pieces() -> None:
    # More requests than are computed at a time, in several services, days and hours.
    rng = np.random.default_rng(1)
    rows = 40_000
    usage = recorded_usage(
        {"input": rng.integers(1, 400_000, rows), "cache_read": rng.integers(0, 9_000, rows), "write": rng.integers(0, 2, rows) * 700,
         "output": rng.integers(0, 5_000, rows)},
        service=rng.choice(SERVICES, rows).tolist(),
        at_s=rng.integers(FIRST, LAST, rows),
    )  # fmt: skip
    sheets = price_sheets(usage, CATALOGUE, ON)
    table = usd_table(usage, sheets)
    for row in (0, 8_191, 8_192, 20_000, rows - 1):
        piece = usage.take(slice(row, row + 1))
        np.testing.assert_allclose(table[row : row + 1], usd_table(piece, price_sheets(piece, CATALOGUE, ON)), rtol=1e-12, atol=0)
    assert len(sheets.usd) > 10
    np.testing.assert_allclose(totals(usage, sheets).usd, table.sum(axis=0), rtol=1e-9, atol=0)


def test_a_buffer_that_is_given_is_filled_and_returned() -> None:
    usage = recorded_usage({"input": [1_000, 2_000], "output": [10, 20]})
    sheets, buffer = sheets_of(usage, [COLUMNS]), np.full((2, len(COLUMNS)), -1.0)
    assert usd_table(usage, sheets, buffer) is buffer
    assert buffer[1] == pytest.approx(usd_table(usage, sheets)[1], nan_ok=True)
