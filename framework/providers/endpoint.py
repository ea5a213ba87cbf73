"""A provider behind HTTP: timeouts, retries, timing and errors, written once for both SDKs."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from time import perf_counter
from typing import TypeVar

from .base import LLMProvider, LLMResponse, Prompt, Stream, failed, raise_if_refused
from .diagnosis import diagnose
from .errors import ConnectionLost, MalformedReply, MissingPackage, ProviderError, TimedOut
from .keys import Key
from .retry import Retry

CONNECT_S = 5.0
T = TypeVar("T")


class Endpoint(LLMProvider):
    """One model of one provider, reached through its SDK.

    `timeout_s` bounds one attempt: the whole reply of `complete`, and in a stream the wait for the first visible text and every gap
    after it, since a long reply that keeps coming is no failure. A subclass sends a prompt and reads what comes back.
    """

    def __init__(self, name: str, key: Key, *, timeout_s: float, retry: Retry) -> None:
        if not timeout_s > 0:
            raise ValueError(f"{name}: timeout_s is {timeout_s}; give a number of seconds above 0")
        self.name = name
        self.timeout_s = timeout_s
        self._key = key
        self._retry = retry
        self._loop: asyncio.AbstractEventLoop | None = None

    @abstractmethod
    def _open(self) -> None:
        """Make the SDK's client, in the place of one that there may be."""

    @abstractmethod
    async def _send(self, prompt: Prompt) -> LLMResponse:
        """The whole reply of one request."""

    @abstractmethod
    def _pieces(self, prompt: Prompt) -> AsyncGenerator[str | LLMResponse]:
        """The visible text of one request as it arrives, then the reply. No reply at the end means that the stream was cut."""

    async def complete(self, system_prompt: str, user_message: str, max_tokens: int = 1024) -> LLMResponse:
        """The whole reply, after as many attempts as allowed."""
        prompt = Prompt(system_prompt, user_message, max_tokens)
        prompt.check(self.name)
        self._come_to(asyncio.get_running_loop())
        began, retries = perf_counter(), 0
        while True:
            try:
                reply = await self._attempt(prompt)
                break
            except ProviderError as error:
                await self._retry.pause(error, retries)
                retries += 1
        response = replace(reply, response_s=perf_counter() - began, attempts=retries + 1)
        raise_if_refused(response)
        return response

    def stream(self, system_prompt: str, user_message: str, max_tokens: int = 1024) -> Stream:
        """The reply piece by piece; attempted again only as long as nothing was visible."""
        return Stream(self._stream(Prompt(system_prompt, user_message, max_tokens)))

    def _come_to(self, loop: asyncio.AbstractEventLoop) -> None:
        """A script may call `asyncio.run` for each prompt: connections that were kept open died with the loop before."""
        if loop is not self._loop:
            if self._loop is not None and self._loop.is_closed():
                self._open()
            self._loop = loop

    async def _attempt(self, prompt: Prompt) -> LLMResponse:
        try:
            async with asyncio.timeout(self.timeout_s):
                return await self._send(prompt)
        except ProviderError:
            raise
        except Exception as error:
            raise self._ours(error) from error

    async def _stream(self, prompt: Prompt) -> AsyncGenerator[str | LLMResponse]:
        prompt.check(self.name)
        self._come_to(asyncio.get_running_loop())
        began, retries, ttft_s = perf_counter(), 0, None
        while True:
            try:
                async with aclosing(self._guarded(prompt)) as pieces:
                    async for piece in pieces:
                        now_s = perf_counter() - began
                        if not isinstance(piece, str):
                            yield replace(piece, ttft_s=ttft_s, response_s=now_s, attempts=retries + 1)
                            return
                        ttft_s = now_s if ttft_s is None else ttft_s
                        yield piece
            except ProviderError as error:
                if ttft_s is not None:
                    raise
                await self._retry.pause(error, retries)
                retries += 1

    async def _guarded(self, prompt: Prompt) -> AsyncGenerator[str | LLMResponse]:
        """The pieces with the timeout on each wait, and errors as ours."""
        async with aclosing(self._pieces(prompt)) as pieces:
            while True:
                piece = await self._next(pieces)
                yield piece
                if isinstance(piece, LLMResponse):
                    return

    async def _next(self, pieces: AsyncGenerator[str | LLMResponse]) -> str | LLMResponse:
        try:
            async with asyncio.timeout(self.timeout_s):
                return await anext(pieces)
        except StopAsyncIteration:
            raise failed(ConnectionLost, self.name, "the stream ended before the reply was complete") from None
        except ProviderError:
            raise
        except Exception as error:
            raise self._ours(error) from error

    def _ours(self, error: Exception) -> ProviderError:
        """Our error for it; what is neither the provider's nor the SDK's is a bug and is raised as it is."""
        if type(error) is TimeoutError:
            return failed(TimedOut, self.name, f"no answer within {self.timeout_s:g} s")
        found = diagnose(error, self.name, self._key)
        if found is None:
            raise error
        return found

    def _read(self, reading: Callable[..., T], *args: object) -> T:
        """What a reader makes of a reply. The SDKs do not check what they get, so a missing part shows itself only here."""
        try:
            return reading(*args)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise failed(MalformedReply, self.name, "the reply is not of the form that the interface promises") from error


def missing(package: str, provider: str) -> MissingPackage:
    """The error that says how to install a provider's SDK."""
    cure = f'pip install {package}, or pip install "fouraxes[providers]" for all of them'
    return MissingPackage(f"{provider}: the package {package} is not installed; {cure}", provider=provider)


def count_of(usage: object, field: str) -> int | None:
    """A count of tokens, None where the provider gives none or something that is none."""
    count = getattr(usage, field, None)
    return count if type(count) is int and count >= 0 else None
