"""A budget of seconds for a provider that nobody takes over from, its retries and the pauses between them included."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager

from .base import LLMProvider, LLMResponse, Prompt, Stream
from .errors import TimedOut


class Budgeted(LLMProvider):
    """The same provider under the same name; a call that has no answer (a stream: no visible text) after `budget_s` is `TimedOut`."""

    def __init__(self, provider: LLMProvider, budget_s: float) -> None:
        if not budget_s > 0:
            raise ValueError(f"budget_s is {budget_s}; give a number of seconds above 0")
        self.name = provider.name
        self.provider = provider
        self.budget_s = budget_s

    async def complete(self, system_prompt: str, user_message: str, max_tokens: int = 1024) -> LLMResponse:
        """The provider's reply, or its error."""
        with self._ending():
            async with asyncio.timeout(self.budget_s):
                return await self.provider.complete(system_prompt, user_message, max_tokens)

    def stream(self, system_prompt: str, user_message: str, max_tokens: int = 1024) -> Stream:
        """The provider's pieces; once one was visible the budget no longer counts."""
        return Stream(self._stream(Prompt(system_prompt, user_message, max_tokens)))

    async def _stream(self, prompt: Prompt) -> AsyncGenerator[str | LLMResponse]:
        async with self.provider.stream(*prompt) as pieces:
            with self._ending():
                async with asyncio.timeout(self.budget_s):
                    piece = await anext(pieces, None)
            while piece is not None:
                yield piece
                piece = await anext(pieces, None)
            yield pieces.response

    async def aclose(self) -> None:
        """Close its connections."""
        await self.provider.aclose()

    @contextmanager
    def _ending(self) -> Iterator[None]:
        try:
            yield
        except TimeoutError as error:
            cure = TimedOut.cure.replace("timeout_s", "budget_s")
            raise TimedOut(f"{self.name}: no answer within the budget of {self.budget_s:g} s; {cure}", provider=self.name) from error
