"""OpenAI, and every server that speaks its Chat Completions interface.

Chat Completions and not Responses, because it is the interface that the compatible servers speak: one adapter then serves all of
them, and the differences between them are a row of data, a `Dialect`. What Responses adds (server-side conversations and tools) has
no place in an interface that all providers share.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Literal

from .base import FinishReason, LLMResponse, Prompt, failed
from .endpoint import CONNECT_S, Endpoint, count_of, missing
from .errors import Overloaded
from .keys import find_key
from .retry import Retry
from .surroundings import at_home, mounts, own_headers

if TYPE_CHECKING:
    from openai import AsyncOpenAI

FINISHES: dict[str, FinishReason] = {
    "stop": "stop",
    "length": "length",
    "content_filter": "refused",
    "tool_calls": "tool",
    "function_call": "tool",
}
ALIASES: dict[str, dict[str, FinishReason]] = {
    "mistral": {"model_length": "length"},  # where the context window ended the reply
    # github.com/vibrantlabsai/ragas/issues/1548 (2024-10): the end of the sequence, which is an answer's own end
    "together": {"eos": "stop"},
    # Google's own words come through its compatible interface as they are (github.com/HKUDS/Vibe-Trading/pull/308, 2026-06).
    "gemini": {
        "max_tokens": "length",
        **dict.fromkeys(("safety", "recitation", "blocklist", "prohibited_content", "spii"), "refused"),
        **dict.fromkeys(("image_safety", "image_prohibited_content", "image_recitation"), "refused"),
    },
}
"""What single providers say beside those, in small letters."""

# DeepSeek's word (api-docs.deepseek.com), OpenRouter's and vLLM's for a reply that the server broke off: no answer, whatever has come.
BROKEN_OFF = ("insufficient_system_resource", "error", "abort")


@dataclass(frozen=True)
class Dialect:
    """How one server of this interface differs from another.

    `tokens_field` is what it calls the most output tokens; `stream_usage` whether it has to be asked for the usage of a stream (and
    knows the question); `placeholder` the key to send where a server may run without keys, None where it may not.
    """

    name: str
    base_url: str | None
    key_variable: str
    tokens_field: Literal["max_completion_tokens", "max_tokens"] = "max_completion_tokens"
    stream_usage: bool = True
    placeholder: str | None = None


# max_completion_tokens is taken by all of OpenAI's chat models, max_tokens no longer by those that reason (openai 3.54.0,
# types/chat/completion_create_params.py).
OPENAI = Dialect("openai", "https://api.openai.com/v1", "OPENAI_API_KEY")


class OpenAIProvider(Endpoint):
    """A chat model behind OpenAI's official SDK.

    `options` are further fields of the request, sent as they are: `{"temperature": 0.2, "reasoning_effort": "low"}`. The address is
    `base_url` or the provider's own; the environment cannot change it. `MissingPackage` without the SDK, `AuthenticationFailed`
    without a key.
    """

    def __init__(
        self,
        model: str,
        *,
        api_key: str | None = None,
        base_url: str | None = None,
        timeout_s: float = 60.0,
        max_retries: int = 2,
        options: Mapping[str, Any] | None = None,
        dialect: Dialect = OPENAI,
        retry: Retry | None = None,
    ) -> None:
        name = f"{dialect.name}/{model}"
        key = find_key(api_key, provider=name, variable=dialect.key_variable, placeholder=dialect.placeholder)
        super().__init__(name, key, timeout_s=timeout_s, retry=retry or Retry(max_retries))
        self._model, self._dialect, self._options = model, dialect, dict(options or {})
        self._base_url = base_url or dialect.base_url
        self._open()

    def _open(self) -> None:
        self._client, self._timeout = self._connect(self._base_url, self._dialect)
        self._create = self._client.chat.completions.create

    def _connect(self, base_url: str | None, dialect: Dialect) -> tuple[AsyncOpenAI, Any]:
        try:
            import openai
        except ModuleNotFoundError as error:
            raise missing("openai", self.name) from error
        if base_url is None:
            raise ValueError(f"{self.name}: {dialect.name} has no address of its own; give base_url")
        timeout = openai.Timeout(self.timeout_s, connect=min(CONNECT_S, self.timeout_s))
        home = at_home(base_url, OPENAI.base_url)
        client = openai.AsyncOpenAI(
            api_key=self._key.value,
            base_url=base_url,
            timeout=timeout,
            max_retries=0,
            default_headers=None if home else own_headers("OPENAI_CUSTOM_HEADERS", self._key.value, openai.omit),
            http_client=openai.DefaultAsyncHttpxClient(follow_redirects=False, mounts=mounts(base_url)),
        )
        if not home:
            client.organization = client.project = client.admin_api_key = None
        return client, timeout

    async def aclose(self) -> None:
        """Close the connections."""
        self._come_to(asyncio.get_running_loop())
        await self._client.close()

    async def _send(self, prompt: Prompt) -> LLMResponse:
        reply: Any = await self._create(**self._request(prompt))
        return self._read(self._whole, reply)

    def _whole(self, reply: Any) -> LLMResponse:
        choice = reply.choices[0]
        refused = bool(getattr(choice.message, "refusal", None))
        finish = self._finish(choice.finish_reason, refused)
        return self._response(reply, _text(choice.message.content), finish, getattr(reply, "usage", None))

    async def _pieces(self, prompt: Prompt) -> AsyncGenerator[str | LLMResponse]:
        request = self._request(prompt)
        if self._dialect.stream_usage:
            request["stream_options"] = {"include_usage": True}
        stream: Any = await self._create(**request, stream=True)
        said, seen = [], _Seen()
        async with stream:
            async for chunk in stream:
                text = self._read(seen.read, chunk)
                if text:
                    said.append(text)
                    yield text
        if seen.finish is not None:
            yield self._response(seen.chunk, "".join(said), self._finish(seen.finish, seen.refused), seen.usage)

    def _finish(self, reason: str | None, refused: bool) -> FinishReason:
        # Google adds its own reason to OpenAI's word: "content_filter: PROHIBITED_CONTENT".
        word = (reason or "").partition(":")[0].strip().lower()
        if word in BROKEN_OFF:
            raise failed(Overloaded, self.name, f"the provider broke the reply off ({word})")
        return "refused" if refused else {**FINISHES, **ALIASES.get(self._dialect.name, {})}.get(word, "other")

    def _request(self, prompt: Prompt) -> dict[str, Any]:
        messages = [{"role": "user", "content": prompt.user_message}]
        if prompt.system_prompt:
            messages.insert(0, {"role": "system", "content": prompt.system_prompt})
        return {
            "model": self._model,
            "messages": messages,
            self._dialect.tokens_field: prompt.max_tokens,
            "timeout": self._timeout,
            "extra_body": self._options or None,
        }

    def _response(self, reply: Any, content: str, finish: FinishReason, usage: Any) -> LLMResponse:
        details = getattr(usage, "prompt_tokens_details", None)
        cached, output = count_of(details, "cached_tokens"), _output_tokens(usage)
        return LLMResponse(
            content=content,
            input_tokens=count_of(usage, "prompt_tokens"),
            output_tokens=output,
            model=getattr(reply, "model", None) or self._model,
            # DeepSeek says it beside the details, and the two add up to the prompt.
            cached_tokens=count_of(usage, "prompt_cache_hit_tokens") if cached is None else cached,
            cache_write_tokens=count_of(details, "cache_write_tokens"),
            finish_reason=finish,
            provider=self.name,
            id=getattr(reply, "id", None) or "",
            reasoning_tokens=_reasoning_tokens(usage, output),
        )


class _Seen:
    """What the chunks of a stream have said so far, apart from the text."""

    def __init__(self) -> None:
        self.chunk: Any = None
        self.finish: str | None = None
        self.refused = False
        self.usage: Any = None

    def read(self, chunk: Any) -> str:
        """Take note of one chunk; its visible text, "" where it has none, as when a model is reasoning."""
        self.chunk = chunk
        # The usage has a chunk of its own at OpenAI, and stands in the last one of others.
        self.usage = chunk.usage or self.usage
        if not chunk.choices:
            return ""
        choice = chunk.choices[0]
        if choice.finish_reason:
            self.finish = choice.finish_reason
            self.usage = self.usage or _groq_usage(chunk)
        delta = choice.delta
        self.refused = self.refused or bool(getattr(delta, "refusal", None))
        return _text(getattr(delta, "content", None))


def _groq_usage(chunk: Any) -> Any:
    """Groq may put the usage into a field of its own on the last chunk. (Not looked for on each: a missing field is slow to ask for.)"""
    groq = getattr(chunk, "x_groq", None)
    told = groq.get("usage") if isinstance(groq, Mapping) else None
    return SimpleNamespace(**told) if isinstance(told, Mapping) else None


def _text(content: Any) -> str:
    """The visible text of a content, which Mistral's reasoning models give as parts, thinking among them."""
    if isinstance(content, list):
        return "".join(part["text"] for part in content if part["type"] == "text")
    if content is not None and not isinstance(content, str):
        raise TypeError(f"a content that is {type(content).__name__}")
    return content or ""


def _output_tokens(usage: Any) -> int | None:
    """Output with reasoning. xAI and Google count the reasoning in the total alone, and bill it; elsewhere the two readings agree.

    xAI: vercel/ai pull request 12425 (2026-02-11), quoting docs.x.ai; measured again 2026-08-12 (LiveBench pull request 503).
    """
    output, total, prompt = (count_of(usage, field) for field in ("completion_tokens", "total_tokens", "prompt_tokens"))
    if output is None or total is None or prompt is None:
        return output
    return max(output, total - prompt)


def _reasoning_tokens(usage: Any, output: int | None) -> int | None:
    """The part of the output that is reasoning: as told, else what the total has beyond the visible; None where neither says."""
    told = count_of(getattr(usage, "completion_tokens_details", None), "reasoning_tokens")
    if told is not None or output is None:
        return told
    return output - (count_of(usage, "completion_tokens") or 0) or None
