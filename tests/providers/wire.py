"""A server on loopback that speaks both wire formats: OpenAI's Chat Completions and Anthropic's Messages.

What it does is said by the user message of the request: `plain`, or one of the words in `ERRORS` and in the two `_special`s. In a
thread of the test it keeps what it was sent; `python wire.py PORT NAME KIND` is a process of its own, to be killed.
"""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

ANSWER = "Hello, world"
PIECES = ("Hel", "lo, ", "world")


@dataclass(frozen=True)
class Error:
    """An error answer: as OpenAI words it, and as Anthropic does."""

    status: int
    openai: Any
    anthropic: Any
    headers: dict[str, str] = field(default_factory=dict)


def _error(status, openai_code, anthropic_type, message, *, anthropic_code=None, headers=None, openai_type="invalid_request_error"):
    details = {"details": {"error_code": anthropic_code}} if anthropic_code else {}
    return Error(
        status,
        {"error": {"message": message, "type": openai_type, "param": None, "code": openai_code}},
        {"type": "error", "error": {"type": anthropic_type, "message": message, **details}, "request_id": "req_1"},
        headers or {},
    )


ERRORS = {
    "401": _error(401, "invalid_api_key", "authentication_error", "invalid x-api-key"),
    "403": _error(403, None, "permission_error", "not allowed to use this model"),
    "404": _error(404, "model_not_found", "not_found_error", "model: no-such-model"),
    "400": _error(400, "unknown_parameter", "invalid_request_error", "temperature: unknown"),
    "429": _error(429, "rate_limit_exceeded", "rate_limit_error", "too many tokens"),
    "429 after": _error(429, "rate_limit_exceeded", "rate_limit_error", "too many tokens", headers={"retry-after": "17"}),
    "429 after ms": _error(429, "rate_limit_exceeded", "rate_limit_error", "too many tokens", headers={"retry-after-ms": "40"}),
    "429 ramp": _error(
        429, "rate_limit_exceeded", "rate_limit_error", "ramp", anthropic_code="ramp_limit_exceeded", headers={"retry-after": "3"}
    ),
    "429 spend": _error(
        429,
        "organization_spend_limit_exceeded",
        "rate_limit_error",
        "spend limit reached",
        anthropic_code="enforced_spend_limit_reached",
        openai_type="insufficient_quota",
    ),
    "400 control": _error(400, "unknown_parameter", "invalid_request_error", "line\nError: none \x1b[2J\u202e done"),
    "400 spend": _error(
        400,
        "billing_hard_limit_reached",
        "invalid_request_error",
        "You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.",
    ),
    "402": _error(402, None, "billing_error", "Insufficient Balance"),
    "500": _error(500, None, "api_error", "internal server error", openai_type="server_error"),
    "500 stop": _error(500, None, "api_error", "internal", headers={"x-should-retry": "false"}, openai_type="server_error"),
    "503": _error(503, "slow_down", "overloaded_error", "slow down", openai_type="service_unavailable_error"),
    "503 after": _error(
        503, "server_is_overloaded", "overloaded_error", "busy", headers={"retry-after": "9"}, openai_type="service_unavailable_error"
    ),
    "529": _error(529, None, "overloaded_error", "Overloaded", openai_type="server_error"),
    "context": _error(400, "context_length_exceeded", "invalid_request_error", "prompt is too long: 202609 tokens > 200000 maximum"),
    "context untold": _error(400, None, "invalid_request_error", "This model's maximum context length is 4097 tokens."),
    "google key": Error(400, [{"error": {"code": 400, "message": "API key not valid.", "status": "INVALID_ARGUMENT"}}], {}),
    "google context": Error(
        400, [{"error": {"code": 400, "message": "The input token count (1200293) exceeds the maximum number of tokens allowed."}}], {}
    ),
    "xai key": Error(400, {"code": "invalid argument", "error": "Incorrect API key provided: xa***k."}, {}),
    "mistral field": Error(422, {"object": "error", "message": {"detail": [{"msg": "Extra inputs are not permitted"}]}, "code": None}, {}),
    "proxy": Error(502, "<html>Bad Gateway</html>", {}),
    "filtered": _error(400, "content_filter", "invalid_request_error", "the prompt was filtered"),
}


def _finished(main: Any) -> Any:
    """As `loops.finished`, which a server run as a script cannot import."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, main).result()


class Wire:
    """The application; `requests` and `headers` keep what came, `open` the streams under way, `gone` the clients that went away."""

    def __init__(self, name: str = "wire") -> None:
        self.name = name
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.asked: Counter[str] = Counter()
        self.gone = 0
        self.base = ""
        self.app = Starlette(
            routes=[
                Route("/v1/chat/completions", self.openai, methods=["POST"]),
                Route("/v1/messages", self.anthropic, methods=["POST"]),
                Route("/health", lambda _: PlainTextResponse("ok")),
            ]
        )

    async def openai(self, request: Request) -> Response:
        return await self._answer(request, "openai", _openai_reply, _openai_events)

    async def anthropic(self, request: Request) -> Response:
        return await self._answer(request, "anthropic", _anthropic_reply, _anthropic_events)

    async def _answer(self, request: Request, kind: str, reply: Any, events: Any) -> Response:
        try:
            body = await request.json()
        except ClientDisconnect:
            return Response()
        self.requests.append(body)
        self.headers.append(dict(request.headers))
        word = body["messages"][-1]["content"]
        self.asked[word] += 1
        if word.startswith("flaky"):  # "flaky 2 503": the first two times 503, then plain
            _, times, error = word.split(maxsplit=2)
            word = error if self.asked[word] <= int(times) else "plain"
        if word == "echo key":
            word = f"401 {request.headers['authorization']}"
        failure = self._failure(word, kind)
        if failure is not None:
            return failure
        if word == "hang":
            return await self._hang(request)
        if word.startswith("wait"):  # "wait 0.2": that many seconds first
            await asyncio.sleep(float(word.split()[1]))
            word = "plain"
        if body.get("stream"):
            return StreamingResponse(events(word, body, self.name), media_type="text/event-stream")
        return JSONResponse(reply(word, body, self.name))

    def _failure(self, word: str, kind: str) -> Response | None:
        if word in ERRORS:
            error = ERRORS[word]
            return JSONResponse(getattr(error, kind), status_code=error.status, headers=error.headers)
        if word.startswith("401 "):
            told = {"message": f"wrong key: {word[4:]}", "type": "authentication_error", "code": "invalid_api_key"}
            return JSONResponse({"type": "error", "error": told}, status_code=401)
        if word == "malformed":
            return Response('{"id": "x", "choices": [', media_type="application/json")
        if word == "page":
            return Response("<html>welcome</html>", media_type="text/html")
        if word == "empty object":
            return JSONResponse({})
        if word == "redirect":
            return Response(status_code=307, headers={"location": f"{self.base}/health"})
        if word == "torn":
            return StreamingResponse(_torn(), media_type="application/json", headers={"content-length": "500"})
        return None

    async def _hang(self, request: Request) -> Response:
        while not await request.is_disconnected():
            await asyncio.sleep(0.01)
        self.gone += 1
        return Response()


async def _torn() -> AsyncIterator[bytes]:
    yield b'{"id": "x", "cho'
    raise ConnectionResetError


OPENAI_USAGE = {
    "plain": {"prompt_tokens": 20, "completion_tokens": 7, "total_tokens": 27},
    "cached": {
        "prompt_tokens": 2600,
        "completion_tokens": 7,
        "total_tokens": 2607,
        "prompt_tokens_details": {"cached_tokens": 2000, "cache_write_tokens": 400},
    },
    "deepseek": {
        "prompt_tokens": 100,
        "completion_tokens": 7,
        "total_tokens": 107,
        "prompt_cache_hit_tokens": 64,
        "prompt_cache_miss_tokens": 36,
    },
    "reasoning beside": {
        "prompt_tokens": 32,
        "completion_tokens": 9,
        "total_tokens": 135,
        "completion_tokens_details": {"reasoning_tokens": 94},
    },
}
ANTHROPIC_USAGE = {
    "plain": {"input_tokens": 20, "output_tokens": 7},
    "cached": {"input_tokens": 200, "cache_read_input_tokens": 2000, "cache_creation_input_tokens": 400, "output_tokens": 7},
}
OPENAI_FINISH = {
    "length": "length",
    "tool": "tool_calls",
    "silent tool": "tool_calls",
    "filter": "content_filter",
    "exhausted": "insufficient_system_resource",
    "aborted": "abort",
    "google filter": "content_filter: PROHIBITED_CONTENT",
    "google safety": "SAFETY",
    "google length": "MAX_TOKENS",
    "google call": "function_call_filter: MALFORMED_FUNCTION_CALL",
    "end of sequence": "eos",
}
ANTHROPIC_STOP = {"length": "max_tokens", "tool": "tool_use", "silent tool": "tool_use", "refusal": "refusal", "pause": "pause_turn"}
SILENT = ("refusal", "silent tool")
CALL = {"id": "call_1", "type": "function", "function": {"name": "look_up", "arguments": "{}"}}


def _openai_reply(word: str, body: dict[str, Any], name: str) -> dict[str, Any]:
    refusal = "I cannot help with that" if word == "refusal" else None
    message: dict[str, Any] = {"role": "assistant", "content": None if word in SILENT else ANSWER, "refusal": refusal}
    if word == "silent tool":
        message["tool_calls"] = [CALL]
    if word == "parts":
        message["content"] = [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"type": "text", "text": ANSWER}]
    choice = {"index": 0, "finish_reason": OPENAI_FINISH.get(word, "stop"), "message": message}
    reply = {"id": f"{name}-1", "object": "chat.completion", "created": 1, "model": f"{body['model']}-2026", "choices": [choice]}
    return reply if word == "no usage" else {**reply, "usage": OPENAI_USAGE.get(word, OPENAI_USAGE["plain"])}


def _anthropic_reply(word: str, body: dict[str, Any], name: str) -> dict[str, Any]:
    thinking = {"type": "thinking", "thinking": "hm", "signature": "s"}
    content = [] if word == "refusal" else [thinking, *({"type": "text", "text": piece} for piece in PIECES)]
    if word == "silent tool":
        content = [thinking, {"type": "tool_use", "id": "toolu_1", "name": "look_up", "input": {}}]
    return {
        "id": f"{name}-1",
        "type": "message",
        "role": "assistant",
        "model": f"{body['model']}-2026",
        "content": content,
        "stop_reason": ANTHROPIC_STOP.get(word, "end_turn"),
        "usage": ANTHROPIC_USAGE.get(word, ANTHROPIC_USAGE["plain"]),
    }


async def _openai_events(word: str, body: dict[str, Any], name: str) -> AsyncIterator[str]:
    def event(delta: dict[str, Any] | None, finish: str | None = None, **extra: Any) -> str:
        choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
        chunk = {"id": f"{name}-1", "object": "chat.completion.chunk", "created": 1, "model": f"{body['model']}-2026", "choices": choices}
        return f"data: {json.dumps({**chunk, **extra})}\n\n"

    yield event({"role": "assistant", "content": ""})
    yield event({"reasoning_content": "hm"})
    if word == "thinks":
        await asyncio.sleep(0.2)
    if word == "overload":
        yield f"data: {json.dumps({'error': {'message': 'overloaded', 'type': 'server_error', 'code': None}})}\n\n"
        return
    if word == "refusal":
        yield event({"refusal": "I cannot"})
    if word == "silent tool":
        yield event({"tool_calls": [{"index": 0, **CALL}]})
    for number, piece in enumerate(() if word in SILENT else PIECES):
        if word == "stalls" and number == 1:
            await asyncio.sleep(5)
        if word == "cut" and number == 2:
            raise ConnectionResetError
        if word == "ends early" and number == 2:
            return
        yield event({"content": [{"type": "text", "text": piece}] if word == "parts" else piece})
    usage = OPENAI_USAGE.get(word, OPENAI_USAGE["plain"])
    yield event({}, OPENAI_FINISH.get(word, "stop"), **({"x_groq": {"usage": usage}} if word == "groq" else {}))
    if (body.get("stream_options") or {}).get("include_usage") and word not in ("groq", "no usage"):
        yield event(None, usage=usage)
    yield "data: [DONE]\n\n"


async def _anthropic_events(word: str, body: dict[str, Any], name: str) -> AsyncIterator[str]:
    def event(kind: str, **fields: Any) -> str:
        return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n"

    usage = ANTHROPIC_USAGE.get(word, ANTHROPIC_USAGE["plain"])
    message = {**_anthropic_reply("refusal", body, name), "stop_reason": None, "usage": {**usage, "output_tokens": 1}}
    yield event("message_start", message=message)
    yield event("ping")
    yield event("content_block_start", index=0, content_block={"type": "thinking", "thinking": "", "signature": ""})
    yield event("content_block_delta", index=0, delta={"type": "thinking_delta", "thinking": "hm"})
    if word == "thinks":
        await asyncio.sleep(0.2)
    if word == "overload":
        yield event("error", error={"type": "overloaded_error", "message": "Overloaded"})
        return
    if word == "silent tool":
        yield event("content_block_start", index=1, content_block={"type": "tool_use", "id": "toolu_1", "name": "look_up", "input": {}})
        yield event("content_block_delta", index=1, delta={"type": "input_json_delta", "partial_json": "{}"})
    if word == "begun block":
        yield event("content_block_start", index=1, content_block={"type": "text", "text": "So: "})
    for number, piece in enumerate(() if word in SILENT else PIECES):
        if word == "stalls" and number == 1:
            await asyncio.sleep(5)
        if word == "cut" and number == 2:
            raise ConnectionResetError
        if word == "ends early" and number == 2:
            return
        yield event("content_block_delta", index=1, delta={"type": "text_delta", "text": piece})
    stop = ANTHROPIC_STOP.get(word, "end_turn")
    yield event("message_delta", delta={"stop_reason": stop, "stop_sequence": None}, usage={"output_tokens": usage["output_tokens"]})
    yield event("message_stop")


class Canned:
    """The plain answers and nothing else, prepared before the first request: a server that costs a benchmark little."""

    def __init__(self, name: str) -> None:
        body = {"model": "m", "stream_options": {"include_usage": True}}
        self._whole = {
            "openai": json.dumps(_openai_reply("plain", body, name)),
            "anthropic": json.dumps(_anthropic_reply("plain", body, name)),
        }
        self._events = {kind: _finished(_all(events("plain", body, name))) for kind, events in EVENTS.items()}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        sent = b""
        while (message := await receive()).get("more_body"):
            sent += message["body"]
        sent += message.get("body", b"")
        kind = "anthropic" if scope["path"] == "/v1/messages" else "openai"
        streamed = b'"stream":true' in sent
        media = b"text/event-stream" if streamed else b"application/json"
        parts = self._events[kind] if streamed else [self._whole[kind]]
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", media)]})
        for part in ["ok"] if scope["path"] == "/health" else parts:
            await send({"type": "http.response.body", "body": part.encode(), "more_body": True})
        await send({"type": "http.response.body"})


EVENTS: Any = {"openai": _openai_events, "anthropic": _anthropic_events}


async def _all(events: AsyncIterator[str]) -> list[str]:
    return [event async for event in events]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(wire: Wire) -> Iterator[Wire]:
    """The wire in a thread of this process."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(wire.app, port=port, log_level="critical", lifespan="off", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wire.base = f"http://127.0.0.1:{port}"
    _await_health(wire.base)
    try:
        yield wire
    finally:
        server.should_exit = True
        thread.join(10)


@contextmanager
def process(name: str, kind: str = "wire") -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address of a wire (or of `canned` answers) in a process of its own, and the process."""
    port = free_port()
    server = subprocess.Popen([sys.executable, __file__, str(port), name, kind])
    try:
        _await_health(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}", server
    finally:
        server.kill()
        server.wait(10)


def _await_health(base: str) -> None:
    for _ in range(400):
        try:
            if urllib.request.urlopen(f"{base}/health", timeout=2).read() == b"ok":
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"{base} did not come up")


if __name__ == "__main__":
    app = Canned(sys.argv[2]) if sys.argv[3] == "canned" else Wire(sys.argv[2]).app
    uvicorn.run(app, port=int(sys.argv[1]), log_level="critical", lifespan="off", timeout_keep_alive=120)
