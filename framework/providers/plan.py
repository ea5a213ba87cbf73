"""What a probe sends, what that may cost, and the limits that it keeps to."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from .prompts import TASK_TOKENS, likely_output_tokens, most_input_tokens
from .tally import Prices

LONGEST_PROMPT_TOKENS = 2_000_000
MOST_REQUESTS = 1_000


class Step(NamedTuple):
    """One request; `connect` only opens the connection."""

    prompt_tokens: int
    cache: Literal["connect", "cold", "warm"]


class Estimate(NamedTuple):
    """What a plan comes to, likely and at most; `usd` None where the prices are not known."""

    requests: int
    tokens: int
    most_tokens: int
    usd: float | None
    most_usd: float | None


@dataclass(frozen=True)
class ProbePlan:
    """Per prompt length `requests` cold prompts, the first `warm_requests` of them sent twice; `output_tokens` bounds each reply."""

    prompt_tokens: tuple[int, ...] = (1_000, 10_000)
    requests: int = 40
    warm_requests: int = 10
    output_tokens: int = 256

    def __post_init__(self) -> None:
        lengths = self.prompt_tokens
        if not 1 <= len(lengths) <= 6 or len(set(lengths)) < len(lengths) or not all(10 <= one <= LONGEST_PROMPT_TOKENS for one in lengths):
            raise ValueError(f"the prompt lengths must be one to six different whole numbers from 10 to {LONGEST_PROMPT_TOKENS:,} tokens")
        if not 1 <= self.requests <= MOST_REQUESTS or not 0 <= self.warm_requests <= self.requests:
            raise ValueError(f"there must be 1 to {MOST_REQUESTS:,} requests per prompt length, and no more warm ones than that")
        if not 1 <= self.output_tokens <= 100_000:
            raise ValueError("the most output tokens must be from 1 to 100,000")

    def steps(self) -> Iterator[Step]:
        """The requests in order, the lengths in turn, so that all of them see the same minutes."""
        yield Step(min(self.prompt_tokens), "connect")
        for place in range(self.requests):
            for length in self.prompt_tokens:
                yield Step(length, "cold")
                if place < self.warm_requests:
                    yield Step(length, "warm")

    @property
    def size(self) -> int:
        """How many requests that is."""
        return 1 + len(self.prompt_tokens) * (self.requests + self.warm_requests)

    def most_tokens(self, step: Step) -> tuple[int, int]:
        """Input and output tokens that a request can be expected to be billed at most."""
        return most_input_tokens(step.prompt_tokens), self.output_tokens

    def estimate(self, prices: Mapping[int, Prices]) -> Estimate:
        """Tokens and money of the whole plan; the likely figure takes a model without thinking whose tokens are about o200k's."""
        output = likely_output_tokens(self.output_tokens)
        likely = [(step, step.prompt_tokens + TASK_TOKENS, output) for step in self.steps()]
        most = [(step, *self.most_tokens(step)) for step in self.steps()]
        tokens, most_tokens = (sum(entering + leaving for _, entering, leaving in sent) for sent in (likely, most))
        if not all(length in prices for length in self.prompt_tokens):
            return Estimate(self.size, tokens, most_tokens, None, None)
        usd = sum(likely_usd(prices[step.prompt_tokens], entering, leaving) for step, entering, leaving in likely)
        dearest = sum(most_usd(prices[step.prompt_tokens], entering, leaving) for step, entering, leaving in most)
        return Estimate(self.size, tokens, most_tokens, usd, dearest)


@dataclass(frozen=True)
class ProbeCaps:
    """Limits that no run exceeds; None is none. A request that could exceed one is not sent, one under way at the last second is cut."""

    requests: int | None = None
    tokens: int | None = None
    usd: float | None = None
    seconds: float | None = None

    def __post_init__(self) -> None:
        told = {"requests": self.requests, "tokens": self.tokens, "usd": self.usd, "seconds": self.seconds}
        wrong = [name for name, cap in told.items() if cap is not None and not 0 <= cap < math.inf]
        if wrong:
            raise ValueError(f"the limit of {' and '.join(wrong)} must be a number of 0 or more; NaN and infinity limit nothing")


def likely_usd(prices: Prices, input_tokens: int, output_tokens: int) -> float:
    """What so many tokens cost without any cache."""
    return (input_tokens * prices.input_mtok + output_tokens * prices.output_mtok) / 1e6


def most_usd(prices: Prices | None, input_tokens: int, output_tokens: int) -> float:
    """What so many tokens cost at most, written to a cache or not; 0 where the prices are not known."""
    if prices is None:
        return 0.0
    return (input_tokens * max(prices.input_mtok, prices.cache_write_mtok or 0.0) + output_tokens * prices.output_mtok) / 1e6
