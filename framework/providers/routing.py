"""Several providers behind the interface of one: the next one answers where one fails."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from time import perf_counter

from .base import LLMProvider, LLMResponse, Prompt, Stream, close_all, distinct_names
from .breaker import Breaker, BreakerRule, Pass
from .errors import (
    AuthenticationFailed,
    BadRequest,
    NoProviderLeft,
    ProviderError,
    Refused,
    SpendCapReached,
    TimedOut,
    UnknownModel,
)
from .tally import Tally

log = logging.getLogger(__name__)

NEEDS_A_PERSON = (AuthenticationFailed, SpendCapReached, UnknownModel)


class Fallback(LLMProvider):
    """Asks the first provider, and the next ones in order where one fails; each call is answered once, by the first that can.

    `attempts` is how many providers one call may ask, `budget_s` how long they may take together (of a stream: until the first visible
    text; after that nobody else can take over). Errors of the kinds in `stay_on` are raised at once, because the request is at fault
    and not the provider. A provider that keeps failing is left out for a while as `breaker` says. Where none is left, `NoProviderLeft`.

    `on_failure(provider, error)` hears of every failure that was fallen back from, and what it raises itself is logged; failures that a
    person has to cure are logged as well. `tallies` counts per provider, each with its own time; a reply says the caller's whole wait,
    failed providers included.
    """

    def __init__(
        self,
        providers: Sequence[LLMProvider],
        *,
        attempts: int | None = None,
        budget_s: float | None = None,
        breaker: BreakerRule | None = None,
        stay_on: tuple[type[ProviderError], ...] = (BadRequest, Refused),
        on_failure: Callable[[LLMProvider, ProviderError], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        names = distinct_names(providers)
        if attempts is not None and attempts < 1:
            raise ValueError(f"attempts is {attempts}; give 1 or more")
        if budget_s is not None and not budget_s > 0:
            raise ValueError(f"budget_s is {budget_s}; give a number of seconds above 0")
        self.name = f"fallback({', '.join(names)})"
        self.providers = tuple(providers)
        self.breakers = {name: Breaker(breaker, clock) for name in names}
        self.tallies = {name: Tally() for name in names}
        self._attempts = attempts or len(names)
        self._budget_s = budget_s
        self._stay_on = stay_on
        self._on_failure = on_failure

    async def complete(self, system_prompt: str, user_message: str, max_tokens: int = 1024) -> LLMResponse:
        """The reply of the first provider that gives one."""
        call = _Call(self._budget_s)
        for provider, leave in self._candidates(call):
            try:
                with self._watched(provider, leave, call) as replies:
                    call.asked()
                    async with asyncio.timeout(call.left_s()):
                        replies.append(await provider.complete(system_prompt, user_message, max_tokens))
                return call.whole(replies[0])
            except ProviderError as error:
                self._next_or_raise(provider, error, call)
        raise self._none_left(call)

    def stream(self, system_prompt: str, user_message: str, max_tokens: int = 1024) -> Stream:
        """The pieces of the first provider that gives one; once something was visible its errors are raised."""
        return Stream(self._stream(Prompt(system_prompt, user_message, max_tokens)))

    async def _stream(self, prompt: Prompt) -> AsyncGenerator[str | LLMResponse]:
        call = _Call(self._budget_s)
        for provider, leave in self._candidates(call):
            visible = False
            try:
                with self._watched(provider, leave, call) as replies:
                    call.asked()
                    async with provider.stream(*prompt) as pieces:
                        async with asyncio.timeout(call.left_s()):
                            piece = await anext(pieces, None)
                        while piece is not None:
                            visible = True
                            yield piece
                            piece = await anext(pieces, None)
                        replies.append(pieces.response)
                yield call.whole(replies[0])
                return
            except ProviderError as error:
                if visible:
                    raise
                self._next_or_raise(provider, error, call)
        raise self._none_left(call)

    async def aclose(self) -> None:
        """Close all of them."""
        await close_all(self.providers)

    def _candidates(self, call: _Call) -> Iterator[tuple[LLMProvider, Pass]]:
        """The providers that may be asked now, each with its leave; ends with the attempts or the time."""
        asked = 0
        for provider in self.providers:
            if asked == self._attempts or call.is_over():
                return
            leave = self.breakers[provider.name].admit()
            if leave is not None:
                asked += 1
                yield provider, leave

    @contextmanager
    def _watched(self, provider: LLMProvider, leave: Pass, call: _Call) -> Iterator[list[LLMResponse]]:
        """Counts the call and tells the breaker; the budget's end becomes a `TimedOut` of the provider that was being asked."""
        breaker = self.breakers[provider.name]
        began = perf_counter()
        try:
            with self.tallies[provider.name].watch() as replies, call.ending(provider):
                yield replies
        except ProviderError as error:
            # A provider that was given only the rest of the budget cannot be blamed for needing more.
            short = isinstance(error, TimedOut) and call.is_over() and perf_counter() - began < (self._budget_s or 0.0) / 2
            if short:
                breaker.released(leave)
            elif error.blames_provider:
                breaker.failed(leave, error.retry_after_s)
            else:
                breaker.succeeded(leave)
            raise
        except BaseException:
            breaker.released(leave)
            raise
        breaker.succeeded(leave)

    def _next_or_raise(self, provider: LLMProvider, error: ProviderError, call: _Call) -> None:
        if isinstance(error, self._stay_on):
            raise error
        call.failures.append(error)
        if isinstance(error, NEEDS_A_PERSON):
            log.warning("%s is passed over until somebody acts: %s", provider.name, type(error).__name__)
        if self._on_failure is not None:
            try:
                self._on_failure(provider, error)
            except Exception:
                log.exception("on_failure itself failed; the next provider is asked all the same")

    def _none_left(self, call: _Call) -> NoProviderLeft:
        waiting = [f"{name} is left out for {b.closed_for_s:.0f} s more" for name, b in self.breakers.items() if b.state != "closed"]
        spent = [f"the budget of {self._budget_s:g} s is spent"] if self._budget_s is not None and call.is_over() else []
        said = "; ".join([*map(str, call.failures), *spent, *waiting])
        error = NoProviderLeft(f"no provider is left to ask: {said}", provider=self.name, failures=call.failures)
        error.__cause__ = call.failures[-1] if call.failures else None
        return error


class _Call:
    """One call on its way through the providers: what has failed, how long that took, and how much time is left."""

    def __init__(self, budget_s: float | None) -> None:
        self.failures: list[ProviderError] = []
        self._began_s = self._asked_s = perf_counter()
        self._ends_s = None if budget_s is None else self._began_s + budget_s

    def asked(self) -> None:
        """A provider is asked now."""
        self._asked_s = perf_counter()

    def whole(self, reply: LLMResponse) -> LLMResponse:
        """The reply with the caller's whole wait in it, that for the providers which failed before included."""
        if not self.failures:
            return reply
        waited_s = self._asked_s - self._began_s
        ttft_s = None if reply.ttft_s is None else waited_s + reply.ttft_s
        response_s = None if reply.response_s is None else waited_s + reply.response_s
        return replace(reply, ttft_s=ttft_s, response_s=response_s, attempts=reply.attempts + len(self.failures))

    def left_s(self) -> float | None:
        """Seconds left of the budget, None where there is no budget."""
        return None if self._ends_s is None else max(0.0, self._ends_s - perf_counter())

    def is_over(self) -> bool:
        """Whether the budget is spent."""
        return self.left_s() == 0.0

    @contextmanager
    def ending(self, provider: LLMProvider) -> Iterator[None]:
        """The end of the budget as the provider's error."""
        try:
            yield
        except TimeoutError as error:
            cure = TimedOut.cure.replace("timeout_s", "budget_s")
            raise TimedOut(f"{provider.name}: no answer within the budget; {cure}", provider=provider.name) from error
