"""Providers of both kinds on a wire, and fakes of the real port for what needs no server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest
from providers.loops import finished
from providers.wire import Wire

from framework.providers import AnthropicProvider, LLMProvider, LLMResponse, OpenAIProvider, Stream
from framework.providers.retry import Retry

KEY = "sk-canary-7Q2xV9tR4mB1nZ8c"
BOTH = pytest.mark.parametrize("kind", ["openai", "anthropic"])


class Waits:
    """Takes the place of sleeping between attempts, and keeps how long it would have been."""

    def __init__(self) -> None:
        self.waited_s: list[float] = []

    async def __call__(self, wait_s: float) -> None:
        self.waited_s.append(wait_s)


def provider(kind: str, wire: Wire, *, max_retries: int = 0, waits: Waits | None = None, **settings: Any) -> LLMProvider:
    """One of either kind on the wire; between attempts nobody sleeps and there is no jitter."""
    retry = Retry(max_retries, jitter=lambda: 0.0, sleep=waits or Waits())
    settings = {"api_key": KEY, "timeout_s": 5.0, "retry": retry, **settings}
    if kind == "openai":
        return OpenAIProvider("gpt-test", base_url=f"{wire.base}/v1", **settings)
    return AnthropicProvider("claude-test", base_url=wire.base, **settings)


def ask(llm: LLMProvider, word: str, system_prompt: str = "Be brief.", max_tokens: int = 64) -> LLMResponse:
    async def run() -> LLMResponse:
        async with llm:
            return await llm.complete(system_prompt, word, max_tokens)

    return finished(run())


def read(llm: LLMProvider, word: str) -> tuple[list[str], Stream, BaseException | None]:
    """The pieces that came, the stream, and the error that ended it if one did."""

    async def run() -> tuple[list[str], Stream, BaseException | None]:
        seen: list[str] = []
        async with llm, llm.stream("Be brief.", word, 64) as pieces:
            try:
                async for piece in pieces:
                    seen += [piece]  # what came before an error is wanted as well
            except Exception as error:
                return seen, pieces, error
        return seen, pieces, None

    return finished(run())


class Fake(LLMProvider):
    """Answers by a function of the user message that returns a text or raises, after `delay_s`; counts how often it was asked."""

    def __init__(self, name: str, answer: Callable[[str], str] = lambda _: "yes", delay_s: float = 0.0) -> None:
        self.name = name
        self._answer = answer
        self.delay_s = delay_s
        self.asked = 0
        self.closed = False

    async def complete(self, system_prompt: str, user_message: str, max_tokens: int = 1024) -> LLMResponse:
        self.asked += 1
        await asyncio.sleep(self.delay_s)
        return LLMResponse(self._answer(user_message), 1000, 100, "m", cached_tokens=400, response_s=0.5, provider=self.name)

    def stream(self, system_prompt: str, user_message: str, max_tokens: int = 1024) -> Stream:
        return Stream(self._pieces(system_prompt, user_message, max_tokens))

    async def _pieces(self, system_prompt: str, user_message: str, max_tokens: int) -> AsyncGenerator[str | LLMResponse]:
        response = await self.complete(system_prompt, user_message, max_tokens)
        for letter in response.content:
            yield letter
        yield response

    async def aclose(self) -> None:
        self.closed = True


def raising(error: BaseException) -> Callable[[str], str]:
    """An answer that is this error."""

    def answer(_: str) -> str:
        raise error

    return answer
