"""Offer evaluations a second against genai-prices' `calc_price`, in the same run and process; ratios, because machines differ."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable

import numpy as np
import pytest
from genai_prices import Usage, data

from framework.axes.cost import assess, monthly_usd
from framework.catalogue.columns import Columns
from framework.catalogue.load import load_catalogue
from framework.load import Load, load_of
from framework.memory import keep_freed_memory
from framework.workload import Workload

ON = dt.date(2026, 11, 23)
MODELS = {
    "openai": ("gpt-6-sol", "gpt-5.4", "gpt-5-mini", "gpt-4.1"),
    "anthropic": ("claude-opus-5-5", "claude-haiku-5-5", "claude-sonnet-4-6"),
}
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


def best_s(work: Callable[[], object], rounds: int) -> float:
    """CPU seconds of the fastest round, so that other work on the machine does not count."""
    spent = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return min(spent)


def peer_s_per_request() -> float:
    """Seconds that genai-prices takes for one request, over models with and without tiers."""
    found = [(p, m) for p in data.providers if p.id in MODELS for m in p.models if m.id in MODELS[p.id]]
    usage = Usage(input_tokens=60_000, cache_read_tokens=7_000, cache_write_tokens=1_000, output_tokens=900)
    when = dt.datetime(ON.year, ON.month, ON.day, 12, tzinfo=dt.UTC)
    assert len(found) == sum(map(len, MODELS.values()))
    return best_s(lambda: [m.calc_price(usage, p, genai_request_timestamp=when) for p, m in found * 10], 5) / (10 * len(found))


def test_offers_are_evaluated_a_thousand_times_as_fast_as_by_genai_prices(benchmark, columns: Columns) -> None:
    load = draws(workload(), 2_000)
    benchmark.pedantic(monthly_usd, args=(load, columns), rounds=3)
    ours = best_s(lambda: monthly_usd(load, columns), 5) / (2_000 * len(columns))
    theirs = peer_s_per_request()
    benchmark.extra_info.update(evaluations_per_s=round(1 / ours), peer_requests_per_s=round(1 / theirs), ratio=round(theirs / ours))
    assert theirs / ours >= 1_000


def test_a_sweep_of_four_hundred_points_costs_less_than_two_hundred_requests_of_genai_prices(benchmark, columns: Columns) -> None:
    load = draws(workload(), 400)
    benchmark.pedantic(monthly_usd, args=(load, columns), rounds=5)
    assert best_s(lambda: [monthly_usd(load, columns) for _ in range(5)], 5) / 5 < 200 * peer_s_per_request()


def test_a_whole_assessment_costs_less_than_a_hundred_requests_of_genai_prices(benchmark, columns: Columns) -> None:
    load = workload()
    benchmark.pedantic(assess, args=(load, columns), rounds=10)
    assert best_s(lambda: [assess(load, columns) for _ in range(10)], 5) / 10 < 100 * peer_s_per_request()


def test_cost_grows_in_proportion_to_the_draws(benchmark, columns: Columns) -> None:
    few, many = draws(workload(), 500), draws(workload(), 4_000)
    benchmark.pedantic(monthly_usd, args=(many, columns), rounds=2)
    ratio = best_s(lambda: monthly_usd(many, columns), 4) / best_s(lambda: monthly_usd(few, columns), 4)
    assert ratio <= 8**1.2
