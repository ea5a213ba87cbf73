"""Offer evaluations a second against genai-prices' `calc_price`, in the same run and process; ratios, because machines differ."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from bench.timing import best_s, peer_s_per_request

from framework.axes.cost import assess, monthly_usd
from framework.catalogue.columns import Columns
from framework.catalogue.load import load_catalogue
from framework.load import Load, load_of
from framework.memory import keep_freed_memory
from framework.workload import Workload

ON = dt.date(2026, 11, 23)
pytestmark = pytest.mark.bench


@pytest.fixture(scope="module")
def columns() -> Columns:
    # As the dashboard does at its start; the peer profits from it as well.
    keep_freed_memory()
    return load_catalogue().columns(ON)


def workload() -> Load:
    """Derived hit rates, converted tokens, prompts on both sides of every cliff."""
    return load_of(
        Workload.model_validate(
            {
                "tokens": {"input_mean": 60_000, "input_p95": 180_000, "output_mean": 900, "tokenizer": "o200k"},
                "caching": {"prefix_tokens": 8_000, "prefixes": 40},
                "traffic": {"requests_per_day": 20_000, "active_hours": 10},
            }
        )
    )


def draws(load: Load, rows: int) -> Load:
    rng = np.random.default_rng(1)
    return load.with_(
        requests_per_day=load.requests_per_day * rng.lognormal(0, 0.3, (rows, 1)),
        input_mean=load.input_mean * rng.lognormal(0, 0.3, (rows, 1)),
        output_mean=load.output_mean * rng.lognormal(0, 0.3, (rows, 1)),
        prefix_tokens=load.prefix_tokens * rng.lognormal(0, 0.3, (rows, 1)),
    )


def test_offers_are_evaluated_a_thousand_times_as_fast_as_by_genai_prices(benchmark, columns: Columns) -> None:
    load = draws(workload(), 2_000)
    benchmark.pedantic(monthly_usd, args=(load, columns), rounds=3)
    ours = best_s(lambda: monthly_usd(load, columns), 5) / (2_000 * len(columns))
    theirs = peer_s_per_request(ON)
    benchmark.extra_info.update(evaluations_per_s=round(1 / ours), peer_requests_per_s=round(1 / theirs), ratio=round(theirs / ours))
    assert theirs / ours >= 1_000


def test_a_sweep_of_four_hundred_points_costs_less_than_two_hundred_requests_of_genai_prices(benchmark, columns: Columns) -> None:
    load = draws(workload(), 400)
    benchmark.pedantic(monthly_usd, args=(load, columns), rounds=5)
    assert best_s(lambda: [monthly_usd(load, columns) for _ in range(5)], 5) / 5 < 200 * peer_s_per_request(ON)


def test_a_whole_assessment_costs_less_than_a_hundred_requests_of_genai_prices(benchmark, columns: Columns) -> None:
    load = workload()
    benchmark.pedantic(assess, args=(load, columns), rounds=10)
    assert best_s(lambda: [assess(load, columns) for _ in range(10)], 5) / 10 < 100 * peer_s_per_request(ON)


def test_cost_grows_in_proportion_to_the_draws(benchmark, columns: Columns) -> None:
    few, many = draws(workload(), 500), draws(workload(), 4_000)
    benchmark.pedantic(monthly_usd, args=(many, columns), rounds=2)
    ratio = best_s(lambda: monthly_usd(many, columns), 4) / best_s(lambda: monthly_usd(few, columns), 4)
    assert ratio <= 8**1.2
