"""One interface to the providers of language models, in a folder that can be copied on its own.

    from framework.providers import load_provider

    async with load_provider("llm.yaml") as llm:
        response = await llm.complete("You answer in one sentence.", "What is a token?")

The folder imports nothing from outside itself but the standard library; the SDK of a provider is imported when a provider of its
kind is made, PyYAML when a file is read. Its modules import each other relatively, so that it works under any name.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .anthropic import AnthropicProvider
    from .base import FinishReason, LLMProvider, LLMResponse, Stream
    from .breaker import BreakerRule
    from .config import load_provider, load_target
    from .dialects import COMPATIBLE, compatible
    from .errors import (
        AuthenticationFailed,
        BadRequest,
        ConfigError,
        ConnectionLost,
        ContextTooLong,
        MalformedReply,
        MissingPackage,
        NoProviderLeft,
        Overloaded,
        ProviderError,
        RateLimited,
        Refused,
        SpendCapReached,
        TimedOut,
        UnknownModel,
    )
    from .measure import Probe
    from .openai import Dialect, OpenAIProvider
    from .plan import ProbeCaps, ProbePlan
    from .routing import Fallback
    from .split import Split
    from .tally import Prices, Tally
    from .target import Target

__all__ = [
    "COMPATIBLE",
    "AnthropicProvider",
    "AuthenticationFailed",
    "BadRequest",
    "BreakerRule",
    "ConfigError",
    "ConnectionLost",
    "ContextTooLong",
    "Dialect",
    "Fallback",
    "FinishReason",
    "LLMProvider",
    "LLMResponse",
    "MalformedReply",
    "MissingPackage",
    "NoProviderLeft",
    "OpenAIProvider",
    "Overloaded",
    "Prices",
    "Probe",
    "ProbeCaps",
    "ProbePlan",
    "ProviderError",
    "RateLimited",
    "Refused",
    "SpendCapReached",
    "Split",
    "Stream",
    "Tally",
    "Target",
    "TimedOut",
    "UnknownModel",
    "compatible",
    "load_provider",
    "load_target",
]

_HOMES = {
    "anthropic": ("AnthropicProvider",),
    "base": ("FinishReason", "LLMProvider", "LLMResponse", "Stream"),
    "breaker": ("BreakerRule",),
    "dialects": ("COMPATIBLE", "compatible"),
    "config": ("load_provider", "load_target"),
    "measure": ("Probe",),
    "openai": ("Dialect", "OpenAIProvider"),
    "plan": ("ProbeCaps", "ProbePlan"),
    "routing": ("Fallback",),
    "split": ("Split",),
    "tally": ("Prices", "Tally"),
    "target": ("Target",),
}


def __getattr__(name: str) -> Any:
    """A public name from the module it lives in; what stands in no other is an error."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = next((home for home, names in _HOMES.items() if name in names), "errors")
    return getattr(import_module(f".{home}", __name__), name)


def __dir__() -> list[str]:
    return __all__
