"""Measure a provider's latency: a plan of requests sent one after the other, inside hard limits, timed to the first visible text.

    probe = Probe(llm, ProbePlan(prompt_tokens=(1_000, 10_000), requests=40), caps=ProbeCaps(usd=1.0), prices=...)
    await probe.run()                # may be cancelled: what was measured until then is kept
    probe.ended, probe.groups        # None where the plan was sent whole, else why not, the provider's own words included

Cold prompts begin with a salt of their own, so that no cache can hold them; a warm one is the cold one before it, sent again. The first
request opens the connection and is not timed, as a service keeps its connections open. A reply that fails is counted and not timed.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from time import perf_counter

from .base import LLMProvider, LLMResponse
from .errors import (
    AuthenticationFailed,
    BadRequest,
    ContextTooLong,
    MissingPackage,
    Overloaded,
    ProviderError,
    RateLimited,
    Refused,
    SpendCapReached,
    UnknownModel,
)
from .plan import ProbeCaps, ProbePlan, Step, most_usd
from .prompts import prompt, task
from .samples import Cache, Group, Sample, timed
from .tally import Prices

NOT_VISIBLE = "NothingVisible"
LONGEST_WAIT_S = 60.0
FAILURES_IN_A_ROW = 5
HOPELESS = (AuthenticationFailed, SpendCapReached, UnknownModel, BadRequest, ContextTooLong, MissingPackage)
"""Errors that the next request would meet again."""

NOT_BILLED = (*HOPELESS, RateLimited, Overloaded)


@dataclass
class Spent:
    """What a run has used up. Where a reply or a failure does not say, it counts with the most that it can have been."""

    requests: int = 0
    tokens: int = 0
    usd: float = 0.0


@dataclass
class Probe:
    """One run of a plan at one provider. `prices` by prompt length: long prompts may have prices of their own.

    The provider must not retry (`load_target` sees to that), else waits would pass for latency. `progress` is called after every request.
    """

    llm: LLMProvider
    plan: ProbePlan
    caps: ProbeCaps = field(default_factory=ProbeCaps)
    prices: Mapping[int, Prices] = field(default_factory=dict)
    progress: Callable[[Probe], object] = lambda _: None
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    groups: dict[tuple[int, str], Group] = field(default_factory=dict)
    spent: Spent = field(default_factory=Spent)
    ended: str | None = "interrupted"
    stopped_by: ProviderError | None = None
    seconds: float = 0.0
    done: int = 0
    _asked: str = ""
    _in_a_row: list[ProviderError | None] = field(default_factory=list)
    _billed: dict[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def failures(self) -> int:
        """Requests that were answered by an error or by nothing to see."""
        return sum(group.failures.total() for group in self.groups.values())

    @property
    def timed(self) -> int:
        """Replies that the figures rest on."""
        return sum(len(group.samples) for group in self.groups.values())

    async def run(self) -> None:
        """Send the plan until it is done or has to stop; `ended` says why."""
        began = perf_counter()
        try:
            async with asyncio.timeout(self.caps.seconds):
                self.ended = await self._all()
        except TimeoutError:
            self.ended = f"the limit of {self.caps.seconds:g} seconds was reached"
        finally:
            self.seconds = perf_counter() - began

    async def _all(self) -> str | None:
        for step in self.plan.steps():
            stop = self._over(step)
            if stop is None and (step.cache != "warm" or self._asked):
                stop = await self._one(step)
            if stop is not None:
                return stop
            self.done += 1
            self.progress(self)
        return None

    def _most(self, step: Step) -> tuple[int, int]:
        """Input and output tokens that a request may be billed: what the plan says, or more where more was billed before."""
        planned, billed = self.plan.most_tokens(step), self._billed.get(step.prompt_tokens, (0, 0))
        return max(planned[0], billed[0]), max(planned[1], billed[1])

    def _over(self, step: Step) -> str | None:
        """Which limit the next request could exceed."""
        caps, spent, most = self.caps, self.spent, self._most(step)
        if caps.requests is not None and spent.requests >= caps.requests:
            return f"the limit of {caps.requests:,} requests was reached"
        if caps.tokens is not None and spent.tokens + sum(most) > caps.tokens:
            return f"the next request could exceed the limit of {caps.tokens:,} tokens"
        if caps.usd is not None and spent.usd + most_usd(self.prices.get(step.prompt_tokens), *most) > caps.usd:
            return f"the next request could exceed the limit of ${caps.usd:,.2f}"
        return None

    async def _one(self, step: Step) -> str | None:
        """Send one request; why to stop after it, None where to go on."""
        if step.cache != "warm":
            self._asked = prompt(step.prompt_tokens, secrets.token_hex(8))
        group = self._group(step)
        try:
            sample = await self._send(step)
        except ProviderError as error:
            self._asked = ""  # nobody knows whether a cache holds it, so there is nothing to be warm
            group.failures[type(error).__name__] += 1
            return await self._after(error)
        if sample.first_s is None:
            group.failures[NOT_VISIBLE] += 1
            return await self._after(None)
        self._in_a_row.clear()
        if step.cache != "connect":
            group.samples.append(sample)
        return None

    def _group(self, step: Step) -> Group:
        cache: Cache = "warm" if step.cache == "warm" else "cold"
        return self.groups.setdefault((step.prompt_tokens, cache), Group(step.prompt_tokens, cache))

    async def _send(self, step: Step) -> Sample:
        """The reply, paid for: what a request may cost is reserved before it goes out and put right when the reply says what it did."""
        spent, most = self.spent, self._most(step)
        usd = most_usd(self.prices.get(step.prompt_tokens), *most)
        spent.requests, spent.tokens, spent.usd = spent.requests + 1, spent.tokens + sum(most), spent.usd + usd
        try:
            sample = await timed(self.llm, (self._asked, task(self.plan.output_tokens), self.plan.output_tokens))
        except ProviderError as error:
            if isinstance(error, NOT_BILLED):
                spent.tokens, spent.usd = spent.tokens - sum(most), spent.usd - usd
            elif isinstance(error, Refused) and error.response is not None:
                self._settle(step, error.response, sum(most), usd)
            raise
        self._settle(step, sample.response, sum(most), usd)
        return sample

    def _settle(self, step: Step, reply: LLMResponse, tokens: int, usd: float) -> None:
        """Put the bill of a reply in the place of what was reserved for it."""
        prices = self.prices.get(step.prompt_tokens)
        billed_usd = prices.usd(reply) if prices is not None else None
        self.spent.usd += 0.0 if billed_usd is None else billed_usd - usd
        if reply.input_tokens is not None and reply.output_tokens is not None:
            self.spent.tokens += reply.input_tokens + reply.output_tokens - tokens
            before = self._billed.get(step.prompt_tokens, (0, 0))
            self._billed[step.prompt_tokens] = max(before[0], reply.input_tokens), max(before[1], reply.output_tokens)

    async def _after(self, error: ProviderError | None) -> str | None:
        """Why to stop after an error (None: a reply with nothing to see); a first rate limit or overload is waited for as asked."""
        again = bool(self._in_a_row) and isinstance(self._in_a_row[-1], RateLimited) and isinstance(error, RateLimited)
        self._in_a_row.append(error)
        self.stopped_by = error
        if isinstance(error, HOPELESS):
            return str(error)
        if again:
            return f"the rate limit was met twice in a row: {error}"
        if len(self._in_a_row) >= FAILURES_IN_A_ROW:
            why = error or "no visible text in a reply; allow more output tokens, as thinking uses them up"
            return f"{FAILURES_IN_A_ROW} requests in a row failed: {why}"
        wait_s = error.retry_after_s if error is not None else None
        if wait_s or isinstance(error, RateLimited):
            await self.sleep(min(wait_s or 1.0, LONGEST_WAIT_S))
        return None
