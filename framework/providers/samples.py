"""What a probe notes of each reply, and the figures that many replies add up to."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Literal

from .base import LLMProvider, LLMResponse

Cache = Literal["cold", "warm"]
LEAST_FOR_P95 = 40
"""Below this the 95th percentile is one of the two slowest replies and says nothing."""

LEAST_PIECES = 10
"""A reply that comes in fewer lumps has no speed: the first lump alone would be a tenth of it or more."""

LEAST_CHARACTERS_PER_TOKEN = 2.0
"""English has about four; a reply that was billed more tokens than its text can hold has hidden ones among them."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One reply: `first_s` and `last_s` from sending to its first and last visible text (None: nothing was visible), `end_s` to its end."""

    response: LLMResponse
    first_s: float | None
    last_s: float | None
    end_s: float
    pieces: int

    @property
    def visible_tokens(self) -> int | None:
        """Output without reasoning; None where the provider does not tell them apart and the text is too short for its tokens."""
        output, reasoning = self.response.output_tokens, self.response.reasoning_tokens
        if output is None:
            return None
        visible = output - (reasoning or 0)
        hidden = visible * LEAST_CHARACTERS_PER_TOKEN > len(self.response.content)
        return None if reasoning is None and hidden else visible

    @property
    def thought(self) -> bool | None:
        """Whether it reasoned before it answered; None where nothing says so."""
        if self.response.reasoning_tokens is not None:
            return self.response.reasoning_tokens > 0
        return None if self.response.output_tokens is None else self.visible_tokens is None

    @property
    def tps(self) -> float | None:
        """Tokens a second after the first visible one; None where the reply came in lumps or its visible tokens are not known."""
        tokens = self.visible_tokens
        if tokens is None or self.first_s is None or self.last_s is None or self.pieces < LEAST_PIECES:
            return None
        return (tokens - 1) / (self.last_s - self.first_s) if tokens > 1 and self.last_s > self.first_s else None


async def timed(llm: LLMProvider, prompt: tuple[str, str, int], clock: Callable[[], float] = perf_counter) -> Sample:
    """Send one prompt (system, user, most output tokens) and time its reply; blank pieces before the first word are not visible."""
    first = last = None
    pieces = 0
    began = clock()
    async with llm.stream(*prompt) as stream:
        async for piece in stream:
            if first is not None or piece.strip():
                last = clock() - began
                first = last if first is None else first
                pieces += 1
    return Sample(stream.response, first, last, clock() - began, pieces)


def quantile(values: Sequence[float], share: float) -> float:
    """Straight between the two order statistics around `share * (n - 1)`; 0.5 is the median."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def summary(values: Sequence[float]) -> dict[str, float | None] | None:
    """Median, p95 (None below 40 values), least and most; None without any value."""
    if not values:
        return None
    p95 = round(quantile(values, 0.95), 5) if len(values) >= LEAST_FOR_P95 else None
    return {"p50": round(quantile(values, 0.5), 5), "p95": p95, "min": round(min(values), 5), "max": round(max(values), 5)}


@dataclass
class Group:
    """The replies to prompts of one length, with or without a cache to read from; `failures` by kind of error."""

    prompt_tokens: int
    cache: Cache
    samples: list[Sample] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)

    def reading(self) -> dict[str, Any]:
        """Its figures as the profile holds them; a figure that nothing is known of is None."""
        count = len(self.samples)
        speeds = [tps for sample in self.samples if (tps := sample.tps) is not None]
        return {
            "prompt_tokens": self.prompt_tokens,
            "cache": self.cache,
            "n": count,
            "failures": dict(self.failures),
            "ttft_s": summary([sample.first_s for sample in self.samples if sample.first_s is not None]),
            "response_s": summary([sample.last_s for sample in self.samples if sample.last_s is not None]),
            "p95_missing": None if count >= LEAST_FOR_P95 else f"n = {count} is below {LEAST_FOR_P95}",
            "tps": {"p50": round(quantile(speeds, 0.5), 2), "n": len(speeds)} if speeds else None,
            "input_tokens": self._median("input_tokens"),
            "output_tokens": self._median("output_tokens"),
            "reasoning_tokens": self._median("reasoning_tokens"),
            "cached_share": self._cached_share(),
        }

    def _median(self, count: str) -> int | None:
        told = [getattr(sample.response, count) for sample in self.samples]
        known = [value for value in told if value is not None]
        return round(quantile(known, 0.5)) if known else None

    def _cached_share(self) -> float | None:
        """Part of all input tokens that was read from a cache; None where a provider says nothing of caches."""
        told = [(reply.cached_tokens, reply.input_tokens) for reply in (sample.response for sample in self.samples)]
        known = [(cached, total) for cached, total in told if cached is not None and total]
        return round(sum(cached for cached, _ in known) / sum(total for _, total in known), 4) if known else None
