"""What came of the calls to one provider: counts, latency, tokens and cost, in memory that does not grow with the calls."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter

from .base import LLMResponse
from .errors import ProviderError, Refused

GROWTH = 1.02
"""Each bucket of a `Latencies` is two per cent wider than the one before, so a quantile is off by one per cent at most."""


@dataclass(frozen=True)
class Prices:
    """USD per million tokens. A cache price that is None is not known, and a reply with such tokens cannot be priced."""

    input_mtok: float
    output_mtok: float
    cache_read_mtok: float | None = None
    cache_write_mtok: float | None = None

    def usd(self, response: LLMResponse) -> float | None:
        """What the reply cost; None where a price or a count is not known. Cached tokens not told of count as not cached."""
        if response.input_tokens is None or response.output_tokens is None:
            return None
        read, written = response.cached_tokens or 0, response.cache_write_tokens or 0
        if (read and self.cache_read_mtok is None) or (written and self.cache_write_mtok is None):
            return None
        uncached_usd = (response.input_tokens - read - written) * self.input_mtok
        cache_usd = read * (self.cache_read_mtok or 0.0) + written * (self.cache_write_mtok or 0.0)
        return (uncached_usd + cache_usd + response.output_tokens * self.output_mtok) / 1e6


@dataclass
class Latencies:
    """Durations in logarithmic buckets: mean exact, quantiles within one per cent."""

    count: int = 0
    sum_s: float = 0.0
    _buckets: Counter[int] = field(default_factory=Counter)

    def add(self, duration_s: float) -> None:
        """Take note of one duration above 0."""
        self.count += 1
        self.sum_s += duration_s
        self._buckets[math.ceil(math.log(max(duration_s, 1e-9), GROWTH))] += 1

    @property
    def mean_s(self) -> float | None:
        """None before the first."""
        return self.sum_s / self.count if self.count else None

    def quantile_s(self, share: float) -> float | None:
        """The duration that this share (0..1) did not exceed; None before the first."""
        rank, below = max(1, math.ceil(share * self.count)), 0
        for bucket in sorted(self._buckets):
            below += self._buckets[bucket]
            if below >= rank:
                return float(2 * GROWTH**bucket / (GROWTH + 1))
        return None


@dataclass
class Tally:
    """The calls of one provider: `answered`, `errors` by kind, and `cancelled` ones, which are neither success nor failure.

    `usd` sums the priced replies, refused ones included, since they are billed; `unpriced` counts the replies that are not in it,
    `uncounted` those whose provider did not say the tokens. What a failed call cost nobody says.
    """

    calls: int = 0
    answered: int = 0
    cancelled: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    response: Latencies = field(default_factory=Latencies)
    ttft: Latencies = field(default_factory=Latencies)
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    usd: float = 0.0
    unpriced: int = 0
    uncounted: int = 0

    @property
    def failed(self) -> int:
        """Calls that ended in an error."""
        return self.errors.total()

    @contextmanager
    def watch(self, prices: dict[str, Prices] | None = None) -> Iterator[list[LLMResponse]]:
        """Count one call; put its reply into the list."""
        began, replies = perf_counter(), list[LLMResponse]()
        self.calls += 1
        try:
            yield replies
        except ProviderError as error:
            self.errors[type(error).__name__] += 1
            if isinstance(error, Refused) and error.response is not None:
                self._bill(error.response, prices or {})
            raise
        except BaseException:
            self.cancelled += 1
            raise
        for reply in replies:
            self.answered += 1
            self.response.add(perf_counter() - began)
            self._bill(reply, prices or {})

    def _bill(self, reply: LLMResponse, prices: dict[str, Prices]) -> None:
        if reply.ttft_s is not None:
            self.ttft.add(reply.ttft_s)
        self.input_tokens += reply.input_tokens or 0
        self.output_tokens += reply.output_tokens or 0
        self.cached_tokens += reply.cached_tokens or 0
        self.uncounted += reply.input_tokens is None or reply.output_tokens is None
        usd = prices[reply.provider].usd(reply) if reply.provider in prices else None
        self.usd += usd or 0.0
        self.unpriced += usd is None
