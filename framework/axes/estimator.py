"""The published one-line estimator: mean tokens, flat prices, misses at the input price."""

from __future__ import annotations

from framework.workload import DAYS_PER_MONTH


def estimate_monthly_cost(
    requests_per_day: float,
    avg_input_tokens: float,
    avg_output_tokens: float,
    input_price_per_1m: float,
    output_price_per_1m: float,
    cache_hit_rate: float = 0.0,
    cached_tokens: float = 0,
    cached_price_per_1m: float = 0.30,
) -> float:
    """USD for 30 days. `cached_tokens` of each prompt are read at `cached_price_per_1m` in `cache_hit_rate` of the requests.

    The signature is public and stays as it is. `ValueError` where a share lies outside 0..1 or more tokens are cached than sent.
    """
    if not 0 <= cache_hit_rate <= 1:
        raise ValueError(f"cache_hit_rate {cache_hit_rate:g} is not a share: give a number from 0 to 1")
    if cached_tokens > avg_input_tokens:
        raise ValueError(f"cached_tokens ({cached_tokens:g}) are part of avg_input_tokens ({avg_input_tokens:g}): they cannot be more")
    read = cached_tokens * cache_hit_rate
    millionths = (avg_input_tokens - read) * input_price_per_1m + read * cached_price_per_1m + avg_output_tokens * output_price_per_1m
    return requests_per_day * DAYS_PER_MONTH * millionths / 1e6
