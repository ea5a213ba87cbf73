"""Providers that speak OpenAI's Chat Completions interface, one row each.

A row holds what differs: the address, the variable of the key, what the server calls the most output tokens, and whether it knows
`stream_options`. Mistral refuses fields that it does not know, so it gets neither of OpenAI's newer ones; it sends the usage of a
stream unasked. The usage of Groq, xAI, Google and DeepSeek is read by the adapter wherever they put it.
"""

from __future__ import annotations

from typing import Any

from .openai import Dialect, OpenAIProvider

# Pages "read 2026-11" were copies without a date of their own.
_ROWS = (
    # https://ai.google.dev/gemini-api/docs/openai and https://ai.google.dev/api/compatibility (knows both fields and streamOptions),
    # read 2026-11
    Dialect("gemini", "https://generativelanguage.googleapis.com/v1beta/openai/", "GEMINI_API_KEY", "max_tokens"),
    # https://docs.x.ai/docs/api-reference, as docs.pipecat.ai/server/services/llm/grok has it, read 2026-11
    Dialect("xai", "https://api.x.ai/v1", "XAI_API_KEY"),
    # https://docs.mistral.ai/resources/migration-guides, read 2026-11; max_completion_tokens is refused with 422
    # (github.com/editor-code-assistant/eca/issues/315, 2026-02-18)
    Dialect("mistral", "https://api.mistral.ai/v1", "MISTRAL_API_KEY", "max_tokens", stream_usage=False),
    # https://api-docs.deepseek.com/api/create-chat-completion, as copied by others, read 2026-11
    Dialect("deepseek", "https://api.deepseek.com", "DEEPSEEK_API_KEY", "max_tokens"),
    # https://console.groq.com/docs/openai, read 2026-11; the field from github.com/groq/groq-python/pull/175
    Dialect("groq", "https://api.groq.com/openai/v1", "GROQ_API_KEY"),
    # https://inference-docs.cerebras.ai/api-reference/chat-completions, read 2026-11
    Dialect("cerebras", "https://api.cerebras.ai/v1", "CEREBRAS_API_KEY"),
    # https://docs.together.ai/docs/inference/openai-compatibility, read 2026-11
    Dialect("together", "https://api.together.ai/v1", "TOGETHER_API_KEY", "max_tokens"),
    # https://docs.vllm.ai/en/v0.18.0/cli/complete/, read 2026-11: your own address, and a key only where the server was given one
    Dialect("vllm", None, "VLLM_API_KEY", "max_tokens", placeholder="none"),
)
COMPATIBLE = {row.name: row for row in _ROWS}


def compatible(provider: str, *, model: str, **settings: Any) -> OpenAIProvider:
    """A model of one of these providers; `settings` are those of `OpenAIProvider`.

    For another server of the same interface give `OpenAIProvider` a `Dialect` of your own.
    """
    if provider not in COMPATIBLE:
        raise ValueError(f"{provider!r} is not among the compatible providers: {', '.join(COMPATIBLE)}")
    return OpenAIProvider(model, dialect=COMPATIBLE[provider], **settings)
