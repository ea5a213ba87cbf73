"""Twelve months of every offer, and the way from price list to bill, inside the time that a slider move has."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable

import pytest

from framework.axes.waterfall import waterfall
from framework.catalogue.load import load_catalogue
from framework.forecast import twelve_months
from framework.load import load_of
from framework.study import columns_for
from framework.workload import Workload

pytestmark = pytest.mark.bench
START = dt.date(2026, 12, 1)
WORKLOAD = Workload.model_validate(
    {
        "tokens": {"input_mean": 60_000, "input_p95": 180_000, "output_mean": 900, "tokenizer": "o200k"},
        "caching": {"prefix_tokens": 8_000, "prefixes": 40},
        "traffic": {"requests_per_day": 20_000, "active_hours": 10, "growth_per_month": 0.05, "batch_share": 0.3},
    }
)


def best_ms(work: Callable[[], object]) -> float:
    """CPU time of the best of seven runs, the first one not counted."""
    work()
    found = []
    for _ in range(7):
        began = time.process_time()
        work()
        found.append(1e3 * (time.process_time() - began))
    return min(found)


def test_twelve_months_of_the_catalogue_take_less_than_15_ms() -> None:
    catalogue = load_catalogue()
    assert len(catalogue.offers) >= 100
    assert best_ms(lambda: twelve_months(WORKLOAD, catalogue, START)) < 15


def test_a_waterfall_of_the_catalogue_takes_less_than_15_ms() -> None:
    columns, load = columns_for(WORKLOAD, load_catalogue(), START), load_of(WORKLOAD)
    assert best_ms(lambda: waterfall(load, columns)) < 15
