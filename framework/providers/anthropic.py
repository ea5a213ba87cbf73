"""Anthropic, on its official SDK.

What differs from the others is handled here: the system prompt is no message, a cache has to be asked for, the stream comes as typed
events, `input_tokens` leaves out what was read from or written to the cache, and a broken stream raises the HTTP library's own error.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from typing import TYPE_CHECKING, Any

from .base import FinishReason, LLMResponse, Prompt
from .endpoint import CONNECT_S, Endpoint, count_of, missing
from .keys import find_key
from .retry import Retry
from .surroundings import at_home, mounts, own_headers

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic

BASE_URL = "https://api.anthropic.com"
KEY_VARIABLE = "ANTHROPIC_API_KEY"
INPUT_FIELDS = ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
"""Disjoint: all input tokens are their sum."""

# The stop reasons of anthropic 2.12.0, types/stop_reason.py; pause_turn is "other".
FINISHES: dict[str, FinishReason] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool",
    "refusal": "refused",
}


class AnthropicProvider(Endpoint):
    """A Claude model.

    `cache_system` marks the end of the system prompt for the cache (five minutes; a prompt below the model's minimum is silently not
    cached). `options` are further fields of the request, sent as they are. The address is `base_url` or Anthropic's own; the
    environment cannot change it. `MissingPackage` without the SDK, `AuthenticationFailed` without a key.
    """

    def __init__(
        self,
        model: str,
        *,
        api_key: str | None = None,
        base_url: str | None = None,
        timeout_s: float = 60.0,
        max_retries: int = 2,
        cache_system: bool = False,
        options: Mapping[str, Any] | None = None,
        retry: Retry | None = None,
    ) -> None:
        name = f"anthropic/{model}"
        key = find_key(api_key, provider=name, variable=KEY_VARIABLE)
        super().__init__(name, key, timeout_s=timeout_s, retry=retry or Retry(max_retries))
        self._model, self._cache_system, self._options = model, cache_system, dict(options or {})
        self._base_url = base_url or BASE_URL
        self._open()

    def _open(self) -> None:
        self._client, self._timeout = self._connect(self._base_url)
        self._create = self._client.messages.create

    def _connect(self, base_url: str) -> tuple[AsyncAnthropic, Any]:
        try:
            import anthropic
        except ModuleNotFoundError as error:
            raise missing("anthropic", self.name) from error
        timeout = anthropic.Timeout(self.timeout_s, connect=min(CONNECT_S, self.timeout_s))
        headers = None if at_home(base_url, BASE_URL) else own_headers("ANTHROPIC_CUSTOM_HEADERS", self._key.value, anthropic.omit)
        client = anthropic.AsyncAnthropic(
            api_key=self._key.value,
            base_url=base_url,
            timeout=timeout,
            max_retries=0,
            default_headers=headers,
            http_client=anthropic.DefaultAsyncHttpxClient(follow_redirects=False, mounts=mounts(base_url)),
        )
        return client, timeout

    async def aclose(self) -> None:
        """Close the connections."""
        self._come_to(asyncio.get_running_loop())
        await self._client.close()

    async def _send(self, prompt: Prompt) -> LLMResponse:
        reply: Any = await self._create(**self._request(prompt))
        return self._read(self._whole, reply)

    def _whole(self, reply: Any) -> LLMResponse:
        texts = [block.text or "" for block in reply.content if block.type == "text"]
        return self._response(reply, "".join(texts), reply.stop_reason, getattr(reply, "usage", None))

    async def _pieces(self, prompt: Prompt) -> AsyncGenerator[str | LLMResponse]:
        stream: Any = await self._create(**self._request(prompt), stream=True)
        said, seen = [], _Seen()
        async with stream:
            async for event in stream:
                text = self._read(seen.read, event)
                if text:
                    said.append(text)
                    yield text
        if seen.ended:
            yield self._response(seen.message, "".join(said), seen.stop_reason, seen)

    def _request(self, prompt: Prompt) -> dict[str, Any]:
        request: dict[str, Any] = {
            "model": self._model,
            "messages": [{"role": "user", "content": prompt.user_message}],
            "max_tokens": prompt.max_tokens,
            "timeout": self._timeout,
            "extra_body": self._options or None,
        }
        if prompt.system_prompt:
            request["system"] = self._system(prompt.system_prompt)
        return request

    def _system(self, system_prompt: str) -> str | list[dict[str, Any]]:
        if not self._cache_system:
            return system_prompt
        return [{"type": "text", "text": system_prompt, "cache_control": {"type": "ephemeral"}}]

    def _response(self, message: Any, content: str, stop_reason: str | None, usage: Any) -> LLMResponse:
        uncached, read, written = (count_of(usage, field) for field in INPUT_FIELDS)
        return LLMResponse(
            content=content,
            input_tokens=None if uncached is None else uncached + (read or 0) + (written or 0),
            output_tokens=count_of(usage, "output_tokens"),
            model=getattr(message, "model", None) or self._model,
            cached_tokens=read,
            cache_write_tokens=written,
            finish_reason=FINISHES.get(stop_reason or "", "other"),
            provider=self.name,
            id=getattr(message, "id", None) or "",
            reasoning_tokens=count_of(getattr(usage, "output_tokens_details", None), "thinking_tokens"),
        )


class _Seen:
    """What the events of a stream have said so far, apart from the text; it holds the usage under the names that a message uses."""

    def __init__(self) -> None:
        self.message: Any = None
        self.stop_reason: str | None = None
        self.ended = False
        self.input_tokens: int | None = None
        self.cache_read_input_tokens: int | None = None
        self.cache_creation_input_tokens: int | None = None
        self.output_tokens: int | None = None
        self.output_tokens_details: Any = None

    def read(self, event: Any) -> str:
        """Take note of one event; its visible text, "" where it has none, as when a model is thinking."""
        kind = event.type
        if kind == "content_block_delta":
            return event.delta.text or "" if event.delta.type == "text_delta" else ""
        if kind == "content_block_start":  # empty with Anthropic itself; the interface lets a block begin with text
            return getattr(event.content_block, "text", None) or ""
        if kind == "message_start":
            self.message = event.message
            self._count(event.message.usage)
        elif kind == "message_delta":
            self.stop_reason = event.delta.stop_reason or self.stop_reason
            self._count(event.usage)
        elif kind == "message_stop":
            self.ended = True
        return ""

    def _count(self, usage: Any) -> None:
        """Counts are cumulative: the last one said holds."""
        for field in (*INPUT_FIELDS, "output_tokens"):
            count = count_of(usage, field)
            if count is not None:
                setattr(self, field, count)
        self.output_tokens_details = getattr(usage, "output_tokens_details", None) or self.output_tokens_details
