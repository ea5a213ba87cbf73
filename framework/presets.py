"""Six workloads that a team recognises, each figure reasoned or taken from a public trace."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

from framework.priorities import Priorities
from framework.workload import Workload

AZURE_2023 = "Azure LLM inference trace 2023, conversation, one hour of 2023-11-16 (CC-BY-4.0, github.com/Azure/AzurePublicDataset)"
AZURE_2024 = "Azure LLM inference trace 2024, one week, hourly peak over mean (CC-BY-4.0, github.com/Azure/AzurePublicDataset)"
MOONCAKE = "Mooncake trace, synthetic set, 17 minutes (Apache-2.0, FAST'25, github.com/kvcache-ai/Mooncake)"
SERVEGEN = "ServeGen, fourteen days of production traffic (Apache-2.0, github.com/alibaba/ServeGen)"


@dataclass(frozen=True)
class Preset:
    """A workload to start from; `why` gives the reason or the trace behind each group of figures."""

    id: str
    title: str
    workload: Workload
    priorities: Priorities
    why: tuple[tuple[str, str], ...]


def _preset(preset_id: str, title: str, parts: dict[str, Any], why: dict[str, str]) -> Preset:
    parts = dict(parts)
    weights = parts.pop("weights", None)
    tiers = {"openai": "launch", "anthropic": "scale"}
    workload = Workload.model_validate({"name": title, "tiers": tiers} | parts)
    priorities = Priorities.model_validate({"weights": weights} if weights else {})
    return Preset(preset_id, title, workload, priorities, tuple(why.items()))


_BOTH = ["openai", "anthropic"]
_FIGURES: tuple[tuple[str, str, dict[str, Any], dict[str, str]], ...] = (
    (
        "support-chatbot",
        "Support chatbot",
        {
            "traffic": {"requests_per_day": 10_000, "active_hours": 24, "peak_factor": 2.5},
            "tokens": {"input_mean": 1_155, "input_p95": 4_083, "output_mean": 211, "output_p95": 451},
            "caching": {"prefix_tokens": 700, "prefixes": 1},
            "context": {"system_tokens": 700, "turns": 3, "turn_tokens": 152, "output_reserve_tokens": 1_024},
            "budget": {"monthly_usd": 2_500, "ttft_s": 2, "response_s": 10, "percentile": 90},
            "needs": {"class": "balanced", "features": ["tools"], "providers": _BOTH},
            "weights": {"cost": 0.35, "latency": 0.4, "rate_limits": 0.15, "context_window": 0.1},
        },
        {
            "Tokens": f"{AZURE_2023}: input mean 1,155 and p95 4,083, output 211 and 451.",
            "Peak": f"Hourly 1.67 ({AZURE_2024}) times 1.52 within the hour ({AZURE_2023}).",
            "Caching": "One system prompt of about 700 tokens with the rules and tools; the hit rate follows from the traffic.",
            "Budget": "A person is waiting: the first words within 2 s, the whole answer within 10 s, for nine replies in ten.",
        },
    ),
    (
        "rag",
        "RAG over documents",
        {
            "traffic": {"requests_per_day": 6_000, "active_hours": 10, "peak_factor": 3},
            "tokens": {"input_mean": 5_500, "input_p95": 9_000, "output_mean": 350, "output_p95": 800},
            "caching": {"prefix_tokens": 1_200, "prefixes": 1},
            "context": {
                "system_tokens": 1_200,
                "chunks": 8,
                "chunk_tokens": 500,
                "turns": 1,
                "turn_tokens": 300,
                "output_reserve_tokens": 2_048,
            },
            "budget": {"monthly_usd": 2_500, "ttft_s": 2.5, "response_s": 12, "percentile": 90},
            "needs": {"class": "balanced", "providers": _BOTH},
        },
        {
            "Tokens": "Reasoned: 1,200 system + 8 chunks of 500 + a question of 300 tokens; answers of a few paragraphs.",
            "Peak": f"Working day of ten hours; the hourly peak of weekday traffic is about three times the mean ({AZURE_2024}).",
            "Caching": "Only the instructions repeat; retrieved chunks differ with each question.",
            "Budget": "Readers of an internal tool accept two to three seconds before the first words.",
        },
    ),
    (
        "classification",
        "Classification pipeline",
        {
            "traffic": {"requests_per_day": 400_000, "active_hours": 24, "peak_factor": 3.3, "batch_share": 0.5},
            "tokens": {"input_mean": 920, "input_p95": 1_730, "output_mean": 14, "output_p95": 40},
            "caching": {"prefix_tokens": 600, "prefixes": 1},
            "context": {"system_tokens": 600, "turns": 1, "turn_tokens": 320, "output_reserve_tokens": 64},
            "budget": {"monthly_usd": 4_000, "ttft_s": 3, "response_s": 4, "percentile": 90, "streaming": False},
            "needs": {"class": "fast", "features": ["structured_output"], "providers": _BOTH},
            "weights": {"cost": 0.55, "latency": 0.1, "rate_limits": 0.3, "context_window": 0.05},
        },
        {
            "Tokens": "600 tokens of labels and examples, then a text of 313 mean and 1,121 p95; output 14 mean "
            f"({SERVEGEN}: m-mid input, m-small output).",
            "Peak": f"3.3 over fourteen days in 10-minute bins ({SERVEGEN}, m-small).",
            "Caching": "The same labels and examples in every call; below 1,024 tokens several vendors do not cache at all.",
            "Budget": "Half of it can wait for a batch; the rest must answer within four seconds.",
        },
    ),
    (
        "code-assistant",
        "Code assistant",
        {
            "traffic": {"requests_per_day": 12_000, "active_hours": 10, "peak_factor": 3},
            "tokens": {"input_mean": 14_000, "input_p95": 42_000, "output_mean": 450, "output_p95": 1_500, "reasoning_mean": 300},
            "caching": {"prefix_tokens": 10_000, "prefixes": 60},
            "context": {
                "system_tokens": 3_000,
                "chunks": 10,
                "chunk_tokens": 800,
                "turns": 3,
                "turn_tokens": 1_000,
                "output_reserve_tokens": 8_192,
            },
            "budget": {"monthly_usd": 12_000, "ttft_s": 4, "response_s": 25, "percentile": 80},
            "needs": {"class": "balanced", "features": ["tools"], "providers": _BOTH},
            "tiers": {"openai": "grow", "anthropic": "scale"},
            "weights": {"cost": 0.3, "latency": 0.35, "rate_limits": 0.2, "context_window": 0.15},
        },
        {
            "Tokens": "Reasoned: 3,000 tokens of tools and rules, ten files of 800, three turns of 1,000; edits of some 40 lines.",
            "Peak": f"Hourly peak 3.0 times the mean on working days ({AZURE_2024}, code).",
            "Caching": "Sixty developers, each with their own repository as prefix: the hit rate follows from that.",
            "Budget": "An edit is worth waiting a few seconds for, not a minute.",
        },
    ),
    (
        "document-analysis",
        "Document analysis in the background",
        {
            "traffic": {"requests_per_day": 3_000, "active_hours": 24, "peak_factor": 1.5, "batch_share": 0.9},
            "tokens": {"input_mean": 15_325, "input_p95": 48_905, "output_mean": 149, "output_p95": 519},
            "caching": {"prefix_tokens": 1_500, "prefixes": 1},
            "context": {
                "system_tokens": 1_500,
                "chunks": 1,
                "chunk_tokens": 13_525,
                "turns": 1,
                "turn_tokens": 300,
                "output_reserve_tokens": 2_048,
            },
            "budget": {"monthly_usd": 3_000, "ttft_s": 30, "response_s": 60, "percentile": 90, "streaming": False},
            "needs": {"class": "balanced", "features": ["pdf"], "providers": _BOTH},
            "weights": {"cost": 0.5, "latency": 0.05, "rate_limits": 0.2, "context_window": 0.25},
        },
        {
            "Tokens": f"{MOONCAKE}: input mean 15,325 and p95 48,905, output 149 and 519.",
            "Peak": f"Machines send it: 1.2 to 1.5 within the hour ({MOONCAKE}).",
            "Caching": "Only the instructions repeat; each document is read once.",
            "Budget": "Nine in ten documents can wait for a batch; nobody looks at a clock.",
        },
    ),
    (
        "agent",
        "Long-running agent",
        {
            "traffic": {"requests_per_day": 8_000, "active_hours": 12, "peak_factor": 2.5},
            "tokens": {"input_mean": 48_000, "input_p95": 130_000, "output_mean": 600, "output_p95": 1_800, "reasoning_mean": 900},
            "caching": {"prefix_tokens": 44_000, "hit_rate": 0.9},
            "context": {"system_tokens": 6_000, "turns": 30, "turn_tokens": 1_400, "output_reserve_tokens": 16_384},
            "budget": {"monthly_usd": 25_000, "ttft_s": 15, "response_s": 60, "percentile": 80},
            "needs": {"class": "balanced", "features": ["tools"], "providers": _BOTH},
            "tiers": {"openai": "grow", "anthropic": "scale"},
            "weights": {"cost": 0.4, "latency": 0.15, "rate_limits": 0.2, "context_window": 0.25},
        },
        {
            "Tokens": "Reasoned: 6,000 tokens of tools, thirty steps of 1,400 tokens; every step sends the whole history again.",
            "Peak": "Runs are started by people in working hours and go on for minutes.",
            "Caching": "All but the newest step is already cached: nine calls in ten hit while a run is under way.",
            "Budget": "A step may take seconds; the run takes minutes anyway.",
        },
    ),
)


@functools.cache
def presets() -> dict[str, Preset]:
    """All presets by id, in the order of the menu."""
    return {figures[0]: _preset(*figures) for figures in _FIGURES}
