"""The clock of the benchmarks, and the peer that the bills are held against."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable

from genai_prices import Usage, data

MODELS = {
    "openai": ("gpt-6-sol", "gpt-5.4", "gpt-5-mini", "gpt-4.1"),
    "anthropic": ("claude-opus-5-5", "claude-haiku-5-5", "claude-sonnet-4-6"),
}


def best_s(work: Callable[[], object], rounds: int = 5) -> float:
    """CPU seconds of the fastest round, so that other work on the machine does not count."""
    spent = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return min(spent)


def peer_s_per_request(on: dt.date) -> float:
    """Seconds that genai-prices takes for one request, over models with and without tiers."""
    found = [(p, m) for p in data.providers if p.id in MODELS for m in p.models if m.id in MODELS[p.id]]
    usage = Usage(input_tokens=60_000, cache_read_tokens=7_000, cache_write_tokens=1_000, output_tokens=900)
    when = dt.datetime(on.year, on.month, on.day, 12, tzinfo=dt.UTC)
    assert len(found) == sum(map(len, MODELS.values()))
    return best_s(lambda: [m.calc_price(usage, p, genai_request_timestamp=when) for p, m in found * 10], 5) / (10 * len(found))
