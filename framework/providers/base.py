"""What a provider is: one answer at once, or piece by piece, in one shape for all of them."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Self

from .errors import BadRequest, ProviderError, Refused

FinishReason = Literal["stop", "length", "refused", "tool", "other"]


@dataclass(frozen=True, slots=True)
class LLMResponse:
    """One reply.

    `input_tokens` counts ALL input tokens, those read from and written to a cache included, whatever the provider's own field says;
    `cached_tokens` (read) and `cache_write_tokens` are disjoint parts of them. `output_tokens` includes reasoning, of which
    `reasoning_tokens` says how much. A count is None where the provider did not say: unknown is never zero.

    `response_s` is the caller's whole wait, with retries and with the providers of a `Fallback` that failed before, and `ttft_s` the
    part of it up to the first visible text, known only of streams; where `attempts` is 1 both are one request's own. `model` is the one
    that the provider says it used, `provider` the name of the `LLMProvider` that answered, `id` the provider's own.
    """

    content: str
    input_tokens: int | None
    output_tokens: int | None
    model: str
    cached_tokens: int | None = None
    cache_write_tokens: int | None = None
    ttft_s: float | None = None
    response_s: float | None = None
    finish_reason: FinishReason = "stop"
    provider: str = ""
    id: str = ""
    attempts: int = 1
    reasoning_tokens: int | None = None


class Prompt(NamedTuple):
    """One request, as the caller made it."""

    system_prompt: str
    user_message: str
    max_tokens: int

    def check(self, provider: str) -> None:
        """`BadRequest` for a text that cannot be sent: half of a pair of code units, as a cut JSON string leaves it."""
        for what, text in (("system prompt", self.system_prompt), ("user message", self.user_message)):
            at = _half_a_character(text)
            if at is not None:
                cure = "take it out, as text.encode(errors='replace').decode() does"
                raise BadRequest(f"{provider}: the {what} holds half of a character at position {at}; {cure}", provider=provider)


class Stream:
    """A reply as it arrives: an iterator of text pieces, and once it has ended the whole reply as `response`.

        async with llm.stream(system_prompt, user_message) as pieces:
            async for text in pieces:
                print(text, end="")
        print(pieces.response.output_tokens)

    `async with` closes the connection when the reading stops early. It is read once, by one task at a time.
    """

    def __init__(self, source: AsyncGenerator[str | LLMResponse]) -> None:
        # Pieces of text, and the reply as the last item: one generator can then wrap another without losing the end.
        self._source = source
        self._response: LLMResponse | None = None

    @property
    def response(self) -> LLMResponse:
        """The whole reply; `RuntimeError` before the end of the stream."""
        if self._response is None:
            raise RuntimeError("the stream has no response yet: read it to its end first")
        return self._response

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        try:
            piece = await anext(self._source)
        except Refused as error:
            self._response = error.response
            raise
        if isinstance(piece, str):
            return piece
        self._response = piece
        await self._source.aclose()
        raise_if_refused(piece)
        raise StopAsyncIteration

    async def aclose(self) -> None:
        """Stop reading and release the connection; harmless at any time."""
        await self._source.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


class LLMProvider(ABC):
    """Something that answers prompts. One object serves many calls at a time, all from one event loop; the next one after it has ended.

    `name` is what errors, counters and `LLMResponse.provider` call it, such as `openai/gpt-6-sol`.
    """

    name: str

    @abstractmethod
    async def complete(self, system_prompt: str, user_message: str, max_tokens: int = 1024) -> LLMResponse:
        """The whole reply, or a `ProviderError`. A cancelled task stops the request."""

    @abstractmethod
    def stream(self, system_prompt: str, user_message: str, max_tokens: int = 1024) -> Stream:
        """The reply piece by piece; nothing is sent before the first piece is asked for. Errors rise from the iteration."""

    async def aclose(self) -> None:
        """Close the connections; harmless when done twice."""
        return

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"


def _half_a_character(text: str) -> int | None:
    """Where; the error that says so holds the whole text and must not be chained to ours."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return error.start
    return None


def raise_if_refused(response: LLMResponse) -> None:
    """A refusal is an error, because a caller that expects an answer would show it as one."""
    if response.finish_reason == "refused":
        message = f"{response.provider}: the model or a filter declined to answer; {Refused.cure}"
        raise Refused(message, provider=response.provider, response=response)


def failed(kind: type[ProviderError], provider: str, what: str) -> ProviderError:
    """An error of that kind with the cure that belongs to it."""
    return kind(f"{provider}: {what}; {kind.cure}", provider=provider)


def distinct_names(providers: Sequence[LLMProvider]) -> list[str]:
    """Their names; `ValueError` where there is none or two share one, because counters and prices go by name."""
    names = [provider.name for provider in providers]
    if not names or len(set(names)) < len(names):
        raise ValueError(f"the providers are {', '.join(names) or 'none'}; give at least one, each under a name of its own")
    return names


async def close_all(providers: Iterable[LLMProvider]) -> None:
    """All of them, even where one fails to close."""
    outcomes = await asyncio.gather(*(provider.aclose() for provider in providers), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
