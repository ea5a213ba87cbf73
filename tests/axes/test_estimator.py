import pytest

import framework
from framework.axes.estimator import estimate_monthly_cost


def test_the_published_example_is_exact() -> None:
    assert estimate_monthly_cost(10_000, 1_200, 300, 3.00, 15.00, 0.7, 800, 0.30) == 1976.40


def test_it_is_a_public_name_with_the_published_parameters() -> None:
    usd = framework.estimate_monthly_cost(
        requests_per_day=10_000,
        avg_input_tokens=1_200,
        avg_output_tokens=300,
        input_price_per_1m=3.00,
        output_price_per_1m=15.00,
        cache_hit_rate=0.7,
        cached_tokens=800,
        cached_price_per_1m=0.30,
    )
    assert usd == 1976.40


def test_without_a_cache_every_token_costs_the_list_price() -> None:
    # 1,000 calls a day for 30 days: 30,000 x (1,000 x 2 + 500 x 10) / 1,000,000
    assert estimate_monthly_cost(1_000, 1_000, 500, 2, 10) == 210.0


def test_cached_tokens_cost_thirty_cents_a_million_unless_told_otherwise() -> None:
    assert estimate_monthly_cost(1_000, 1_000, 0, 2, 10, cache_hit_rate=1, cached_tokens=1_000) == pytest.approx(9.0)


@pytest.mark.parametrize("wrong", [{"cache_hit_rate": 1.2}, {"cache_hit_rate": -0.1}, {"cached_tokens": 1_001}])
def test_what_cannot_be_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="cache"):
        estimate_monthly_cost(1_000, 1_000, 500, 2, 10, **wrong)
