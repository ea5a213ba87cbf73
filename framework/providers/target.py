"""One provider of a configuration on its own: what a probe measures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .base import LLMProvider
from .tally import Prices


@dataclass(frozen=True)
class Target:
    """`effort` and `service` (tier) as the options of its requests ask for them, None where they leave it to the provider; `prices`
    where the file gives them.

    `open` makes the provider, which asks once and does not retry: a wait before a retry is no latency. It needs the key.
    """

    name: str
    effort: str | None
    service: str | None
    prices: Prices | None
    open: Callable[[], LLMProvider]


def service_of(options: Mapping[str, Any]) -> str | None:
    """The service tier asked for, which has prices of its own; None where none is."""
    service = options.get("service_tier")
    return service if isinstance(service, str) else None


def effort_of(options: Mapping[str, Any]) -> str | None:
    """How hard the requests ask to think: OpenAI's field and those of servers like it, OpenRouter's, and Anthropic's two."""
    thinking = options.get("thinking")
    if isinstance(thinking, Mapping) and thinking.get("type") == "disabled":
        return "none"
    nested = [options.get(name) for name in ("output_config", "reasoning")]
    told = [options.get("reasoning_effort"), *(part.get("effort") for part in nested if isinstance(part, Mapping))]
    return next((effort for effort in told if isinstance(effort, str) and effort.isprintable() and 0 < len(effort) <= 40), None)
