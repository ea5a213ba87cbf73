"""The vectorised bill against one that prices a month request by request, over any workload and over the real catalogue."""

import datetime as dt
from typing import Any

import numpy as np
import pytest
from axes.bill_oracle import month_of_all, month_usd
from axes.builders import make_columns, make_load
from axes.rich import FIELDS, load_from, rich_columns
from hypothesis import given, settings
from hypothesis import strategies as st

from framework.axes.cost import assess, monthly_usd
from framework.catalogue.build_columns import build
from framework.catalogue.columns import Columns
from framework.catalogue.load import load_catalogue
from framework.load import Load

PLAIN, RICH = make_columns(), rich_columns()
EXACT = 1e-9


@settings(max_examples=150)
@given(FIELDS)
def test_the_bill_of_any_workload_is_the_sum_over_its_requests(fields: dict[str, Any]) -> None:
    load = load_from(fields)
    for columns in (PLAIN, RICH):
        np.testing.assert_allclose(monthly_usd(load, columns), month_of_all(load, columns), rtol=EXACT)


@settings(max_examples=60)
@given(FIELDS)
def test_the_expected_bill_of_an_assessment_is_the_same_bill_inside_its_range(fields: dict[str, Any]) -> None:
    load = load_from(fields)
    bill = assess(load, RICH)
    np.testing.assert_allclose(bill.expected_usd, month_of_all(load, RICH), rtol=EXACT)
    known = ~np.isnan(bill.expected_usd)
    assert np.all((bill.low_usd <= bill.expected_usd)[known] & (bill.expected_usd <= bill.high_usd)[known])
    np.testing.assert_allclose(sum(bill.lines.values()), bill.expected_usd, rtol=EXACT)


@pytest.fixture(scope="module")
def sold() -> Columns:
    return build(load_catalogue(), dt.date(2026, 11, 23), region="us")


@settings(max_examples=25)
@given(FIELDS, st.data())
def test_offers_of_the_catalogue_cost_what_their_requests_cost(sold: Columns, fields: dict[str, Any], data: st.DataObject) -> None:
    load = load_from(fields)
    usd = monthly_usd(load, sold)
    for offer in data.draw(st.lists(st.integers(0, len(sold) - 1), min_size=8, max_size=8, unique=True)):
        np.testing.assert_allclose(usd[offer], month_usd(load, sold, offer), rtol=EXACT, err_msg=sold.ids[offer])


def both_ways(load: Load, columns: Columns) -> None:
    np.testing.assert_allclose(monthly_usd(load, columns), month_of_all(load, columns), rtol=EXACT)


@pytest.mark.parametrize("turns", [1, 2, 1_000])
@pytest.mark.parametrize("edge", [1_024, 272_000])
@pytest.mark.parametrize("beside", [-1, 0, 1])
def test_turns_at_the_very_edges_are_counted_like_the_oracle_counts_them(turns: int, edge: int, beside: int) -> None:
    # Every turn adds 500 tokens; the third prompt (the first at the low edge) has the tokens of the edge, one less or one more.
    system = edge + beside - 3 * 150 - 2 * 350
    if system < 0:
        system = edge + beside - 150
    for cached in (True, False):
        load = make_load(converses=True, conversation_turns=turns, system_tokens=float(system), user_tokens=150.0, output_mean=350.0)
        both_ways(load.with_(caches_history=cached, prefix_tokens=float(system), hit_rate=0.8), RICH)
