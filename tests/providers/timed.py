"""A server of both wire formats whose delays are known: it waits as it is told and notes by its own clock when it said what."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from providers.wire import ERRORS, serving
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from framework.providers import AnthropicProvider, LLMProvider, OpenAIProvider
from framework.providers.retry import Retry

KEY = "sk-canary-7Q2xV9tR4mB1nZ8c"
PIECE = "hill "


@dataclass
class Noted:
    """One request as the server saw it: seconds from its arrival to the first and to the last visible piece."""

    system: str
    key: str
    first_s: float = 0.0
    last_s: float = 0.0


@dataclass
class Timed:
    """`script`: what the next requests get, "ok" once it is empty: "ok", a word of `ERRORS`, "hang", "silent" (it thinks and says
    nothing), "cut" or "echo key".

    Prompts seen before are told as cached, as far as `caches`; every reply thinks `reasoning_tokens` at once and without a delay.
    """

    ttft_s: float = 0.0
    piece_s: float = 0.0
    pieces: int = 20
    reasoning_tokens: int | None = 0
    caches: bool = True
    usage: bool = True
    script: list[str] = field(default_factory=list)
    noted: list[Noted] = field(default_factory=list)
    base: str = ""

    @property
    def app(self) -> Starlette:
        routes = [
            Route("/v1/chat/completions", self.openai, methods=["POST"]),
            Route("/v1/messages", self.anthropic, methods=["POST"]),
            Route("/health", lambda _: PlainTextResponse("ok")),
        ]
        return Starlette(routes=routes)

    async def openai(self, request: Request) -> Response:
        return await self._answer(request, "openai")

    async def anthropic(self, request: Request) -> Response:
        return await self._answer(request, "anthropic")

    async def _answer(self, request: Request, kind: str) -> Response:
        began = perf_counter()
        body = await request.json()
        system = body["system"] if kind == "anthropic" else body["messages"][0]["content"]
        before = {each.system for each in self.noted}
        noted = Noted(system, request.headers.get("authorization") or request.headers.get("x-api-key") or "")
        self.noted.append(noted)
        word = self.script.pop(0) if self.script else "ok"
        if word in ERRORS:
            error = ERRORS[word]
            return JSONResponse(getattr(error, kind), status_code=error.status, headers=error.headers)
        if word == "echo key":
            told = {"message": f"wrong key: {noted.key}", "type": "authentication_error", "code": "invalid_api_key"}
            return JSONResponse({"type": "error", "error": told}, status_code=401)
        if word == "hang":
            await asyncio.sleep(30)
        entering = len(system.split())
        cached = entering if self.caches and system in before else 0
        events = _openai if kind == "openai" else _anthropic
        return StreamingResponse(events(self._said(noted, began, word), self, entering, cached), media_type="text/event-stream")

    async def _said(self, noted: Noted, began: float, word: str) -> AsyncIterator[str]:
        yield ""  # the first chunk, with nothing to see
        await asyncio.sleep(self.ttft_s)
        for place in range(0 if word == "silent" else self.pieces):
            if place:
                await asyncio.sleep(self.piece_s)
            if word == "cut" and place == 2:
                raise ConnectionResetError
            noted.last_s = perf_counter() - began
            noted.first_s = noted.first_s or noted.last_s
            yield PIECE


async def _openai(said: AsyncIterator[str], wire: Timed, entering: int, cached: int) -> AsyncIterator[str]:
    def event(choices: list[Any], **extra: Any) -> str:
        chunk = {"id": "t-1", "object": "chat.completion.chunk", "created": 1, "model": "t", "choices": choices, **extra}
        return f"data: {json.dumps(chunk)}\n\n"

    async for text in said:
        yield event([{"index": 0, "delta": {"content": text} if text else {"reasoning_content": "hm"}, "finish_reason": None}])
    yield event([{"index": 0, "delta": {}, "finish_reason": "stop"}])
    leaving = wire.pieces + (wire.reasoning_tokens or 0)
    usage = {"prompt_tokens": entering, "completion_tokens": leaving, "total_tokens": entering + leaving}
    usage["prompt_tokens_details"] = {"cached_tokens": cached}
    if wire.reasoning_tokens is not None:
        usage["completion_tokens_details"] = {"reasoning_tokens": wire.reasoning_tokens}
    if wire.usage:
        yield event([], usage=usage)
    yield "data: [DONE]\n\n"


async def _anthropic(said: AsyncIterator[str], wire: Timed, entering: int, cached: int) -> AsyncIterator[str]:
    def event(kind: str, **fields: Any) -> str:
        return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n"

    usage = {"input_tokens": entering - cached, "cache_read_input_tokens": cached, "output_tokens": 1}
    message = {"id": "t-1", "type": "message", "role": "assistant", "model": "t", "content": [], "stop_reason": None, "usage": usage}
    yield event("message_start", message=message)
    async for text in said:
        delta = {"type": "text_delta", "text": text} if text else {"type": "thinking_delta", "thinking": "hm"}
        yield event("content_block_delta", index=0, delta=delta)
    leaving: dict[str, Any] = {"output_tokens": wire.pieces + (wire.reasoning_tokens or 0)}
    if wire.reasoning_tokens is not None:
        leaving["output_tokens_details"] = {"thinking_tokens": wire.reasoning_tokens}
    yield event("message_delta", delta={"stop_reason": "end_turn", "stop_sequence": None}, usage=leaving)
    yield event("message_stop")


@contextmanager
def timed(**settings: Any) -> Iterator[Timed]:
    """Such a server, while the block lasts."""
    with serving(Timed(**settings)) as wire:  # type: ignore[arg-type]
        yield wire  # type: ignore[misc]


def provider(kind: str, wire: Timed, timeout_s: float = 10.0) -> LLMProvider:
    settings = {"api_key": KEY, "timeout_s": timeout_s, "retry": Retry(0)}
    if kind == "openai":
        return OpenAIProvider("gpt-test", base_url=f"{wire.base}/v1", **settings)
    return AnthropicProvider("claude-test", base_url=wire.base, **settings)
