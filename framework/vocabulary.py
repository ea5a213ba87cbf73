"""The closed lists of words that workload, catalogue and screens share."""

from __future__ import annotations

from typing import Literal, get_args

Lifetime = Literal["5m", "30m", "1h", "12h"]
Service = Literal["standard", "batch", "flex", "priority"]
InteractiveService = Literal["standard", "flex", "priority"]
CapabilityClass = Literal["fast", "balanced", "frontier"]
Feature = Literal["tools", "structured_output", "vision", "pdf"]
Tool = Literal["web_search", "file_search", "code_session"]
Effort = Literal["none", "low", "medium", "high", "xhigh", "max"]
Meter = Literal["rpm", "rpd", "tpm", "tpd", "itpm", "otpm", "concurrency"]
Shape = Literal["working_day", "steady", "day_and_night", "weekly", "launch_spike", "batch_window", "idle_then_burst"]
Series = Literal["azure_code_week", "azure_conversation_week", "servegen_large", "servegen_mid", "servegen_small", "servegen_deepseek_r1"]
Trace = Literal["azure_2023_conversation", "mooncake_synthetic"]
Policy = Literal["refuse", "wait", "retry"]
Alignment = Literal["first", "clock"]
LimitOrigin = Literal["console", "headers", "api"]

LIFETIMES: tuple[Lifetime, ...] = get_args(Lifetime)
LIFETIME_S: dict[str, int] = {"5m": 300, "30m": 1_800, "1h": 3_600, "12h": 43_200}
SERVICES: tuple[Service, ...] = get_args(Service)
CLASSES: tuple[CapabilityClass, ...] = get_args(CapabilityClass)
"""From the least to the most capable."""
FEATURES: tuple[Feature, ...] = get_args(Feature)
TOOLS: tuple[Tool, ...] = get_args(Tool)
"""What a provider runs for the model and bills by the call: a search of the web, of own files, a session in a container."""
EFFORTS: tuple[Effort, ...] = get_args(Effort)
"""How hard a model is told to think, from not at all."""
METERS: tuple[Meter, ...] = get_args(Meter)
SHAPES: tuple[Shape, ...] = get_args(Shape)
"""How the traffic of a day or a week is spread over its minutes."""
SERIES: tuple[Series, ...] = get_args(Series)
"""Measured rates of real services, bundled to be used as shapes."""
TRACES: tuple[Trace, ...] = get_args(Trace)
"""Real traffic request by request, bundled."""
POLICIES: tuple[Policy, ...] = get_args(Policy)
"""What a call does when a limit refuses it."""
HOSTS: dict[str, str] = {"google": "Google", "vertex": "Google"}
"""Providers that run on one operator's machines under two names; the others are their own."""
LIMIT_WORDS: dict[str, str] = {
    "rpm": "requests per minute",
    "rpd": "requests per day",
    "tpm": "tokens per minute",
    "tpd": "tokens per day",
    "itpm": "input tokens per minute",
    "otpm": "output tokens per minute",
    "concurrency": "requests in flight",
    "spend_10min": "spend per 10 minutes",
    "long_rpm": "requests with long prompts per minute",
    "long_tpm": "tokens of requests with long prompts per minute",
    "monthly_cap": "monthly spend cap",
}
"""What each limit is called in a sentence: the meters, the two caps on spend, and the pool that some models have for long prompts."""
