"""One control per workload field, declared once: label, unit, bounds, step; what it says about itself stands in `help.py`."""

from __future__ import annotations

from framework import wording
from framework.vocabulary import EFFORTS
from pages.ui.declared import SHARES, Control, decades, off, percent, whole
from pages.ui.fields_plans import PLANS
from pages.ui.fields_traffic import AT_A_LIMIT, TRAFFIC

_CLASS_TEXT = {"fast": "any (fast and up)", "balanced": "balanced and up", "frontier": "frontier only"}
_FEATURE_TEXT = {"tools": "tools", "structured_output": "structured output", "vision": "images", "pdf": "PDF"}
_TOKENIZER_TEXT = {"own": "each model's own tokens", "o200k": "o200k tokens, converted"}
_LIFETIME_TEXT = {None: "the shortest sold", "5m": "5 minutes", "30m": "30 minutes", "1h": "1 hour", "12h": "12 hours"}
_SERVICE_TEXT = {"standard": "standard", "flex": "flex: cheaper, slow", "priority": "priority (fast mode)"}
_FEE_TEXT = {0.0: "none", 0.05: "5 % (OpenRouter, own keys)", 0.055: "5.5 % (OpenRouter, credits)"}

_SPREADS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7, 1.0)
_FEW = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0)
_TURNS = (None, *(float(n) for n in (2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 300, 500)))


def _about(value: float) -> str:
    """A log-sigma as people say it."""
    return f"±{100 * value:.0f} %" if value else "exact"


BILLING = (
    Control("conversation.turns", "Turns of a conversation", "log", _TURNS, show=off(wording.count, "calls stand alone"), optional=True),
    Control("conversation.user_tokens", "What a user adds a turn, tokens", "log", whole(10, 100000.0), show=wording.count),
    Control("conversation.pause_s", "Pause between turns", "log", decades(1, 86400), show=wording.seconds),
    Control("conversation.cached", "Each turn leaves its prompt in the cache", "toggle"),
    Control("billing.service", "Service", "choice", ("standard", "flex", "priority"), show=lambda v: _SERVICE_TEXT[v]),
    Control(
        "billing.gateway_fee",
        "Gateway fee",
        "log",
        (0.0, 0.01, 0.02, 0.03, 0.05, 0.055, 0.1),
        show=lambda v: _FEE_TEXT.get(v, f"{100 * v:g} %"),
        is_share=True,
    ),
    Control(
        "billing.billed_failures",
        "Attempts that fail and are billed",
        "log",
        (0.0, 0.01, 0.02, 0.03, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5),
        show=percent,
    ),
    Control("tools.web_searches", "Web searches a request", "log", _FEW, show=lambda v: f"{v:g}"),
    Control("tools.file_searches", "File searches a request", "log", _FEW, show=lambda v: f"{v:g}"),
    Control("tools.code_sessions", "Code sessions a request", "log", _FEW, show=lambda v: f"{v:g}"),
    Control(
        "task.calls",
        "Requests a task takes",
        "log",
        tuple(float(n) for n in (1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50, 100)),
        show=wording.count,
    ),
    Control("task.round_trips", "Calls before the answer starts", "log", tuple(float(n) for n in range(21)), show=wording.count),
    Control(
        "task.success_rate", "Tasks that succeed", "log", (None, *SHARES[1:]), show=off(percent, "not said"), optional=True, is_share=True
    ),
    Control("spreads.volume", "Requests", "log", _SPREADS, show=_about),
    Control("spreads.input_tokens", "Length of prompts", "log", _SPREADS, show=_about),
    Control("spreads.output_tokens", "Length of replies", "log", _SPREADS, show=_about),
    Control("spreads.reasoning", "Reasoning, per model", "log", _SPREADS, show=_about),
    Control("spreads.hit_rate", "Cache hit rate (logit)", "log", _SPREADS, show=lambda v: f"±{v:g}" if v else "exact"),
    Control("spreads.prefixes", "Prefixes, and pauses of a conversation", "log", _SPREADS, show=_about),
    Control("spreads.tokenizer", "Of each tokenizer's range", "log", SHARES, show=percent),
)

CONTROLS: dict[str, Control] = {
    control.path: control
    for control in (
        Control("name", "Name of this workload", "text"),
        *TRAFFIC,
        Control("tokens.input_mean", "Prompt, mean tokens", "log", whole(10, 1000000.0), show=wording.count),
        Control(
            "tokens.input_p50",
            "Prompt, median (very wide spread)",
            "log",
            (None, *whole(10, 4000000.0)),
            show=off(wording.count, "off"),
            optional=True,
        ),
        Control(
            "tokens.input_p95",
            "Prompt, 95th percentile",
            "log",
            (None, *whole(10, 4000000.0)),
            show=off(wording.count, "off"),
            optional=True,
        ),
        Control("tokens.output_mean", "Reply, mean tokens", "log", whole(1, 100000.0), show=wording.count),
        Control(
            "tokens.output_p50",
            "Reply, median (very wide spread)",
            "log",
            (None, *whole(1, 400000.0)),
            show=off(wording.count, "off"),
            optional=True,
        ),
        Control(
            "tokens.output_p95",
            "Reply, 95th percentile",
            "log",
            (None, *whole(1, 400000.0)),
            show=off(wording.count, "off"),
            optional=True,
        ),
        Control("tokens.reasoning_mean", "Reasoning, mean tokens", "log", (0.0, *whole(50, 100000.0)), show=wording.count),
        Control("tokens.effort", "Reasoning effort", "choice", EFFORTS),
        Control("tokens.tokenizer", "Tokens are counted in", "choice", ("own", "o200k"), show=lambda v: _TOKENIZER_TEXT[v]),
        Control("caching.prefix_tokens", "Reusable prefix, tokens", "log", (0.0, *whole(50, 1000000.0)), show=wording.count),
        Control("caching.hit_rate", "Cache hit rate", "log", (None, *SHARES), show=off(percent, "derived"), optional=True, is_share=True),
        Control("caching.prefixes", "Distinct prefixes", "log", whole(1, 1000000.0), show=wording.count),
        Control("caching.lifetime", "Cache lifetime", "choice", (None, "5m", "30m", "1h", "12h"), show=lambda v: _LIFETIME_TEXT[v]),
        Control("caching.explicit", "Keep explicit caches for a fee where cheaper", "toggle"),
        Control("context.tools_tokens", "Tool definitions, tokens", "log", (0.0, *whole(50, 100000.0)), show=wording.count),
        Control("context.system_tokens", "System prompt, tokens", "log", (0.0, *whole(50, 1000000.0)), show=wording.count),
        Control(
            "context.chunks",
            "Retrieved chunks",
            "log",
            tuple(float(n) for n in (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 300, 500, 1000)),
            show=wording.count,
        ),
        Control("context.chunk_tokens", "Tokens a chunk", "log", whole(50, 1000000.0), show=wording.count),
        Control(
            "context.turns",
            "Turns in the prompt",
            "log",
            tuple(float(n) for n in (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 300, 500, 1000)),
            show=wording.count,
        ),
        Control("context.turn_tokens", "Tokens a turn", "log", (0.0, *whole(50, 1000000.0)), show=wording.count),
        Control("context.output_reserve_tokens", "Output reserve (max_tokens)", "log", whole(1, 400000.0), show=wording.count),
        Control("budget.monthly_usd", "Budget a month", "log", whole(10, 10000000.0), show=wording.usd),
        Control("budget.ttft_s", "First token within", "log", decades(0.2, 600), show=wording.seconds),
        Control("budget.response_s", "Whole reply within", "log", decades(0.5, 3600), show=wording.seconds),
        Control(
            "budget.percentile",
            "For this share of replies",
            "log",
            (50.0, 75.0, 80.0, 90.0, 95.0, 98.0, 99.0, 99.9),
            show=lambda v: f"{v:g} %",
        ),
        Control("budget.streaming", "Streamed to a person", "toggle"),
        *AT_A_LIMIT,
        *BILLING,
        *PLANS,
        Control("needs.class", "Capability, at least", "choice", ("fast", "balanced", "frontier"), show=lambda v: _CLASS_TEXT[v]),
        Control(
            "needs.features",
            "Must be able to take",
            "many",
            ("tools", "structured_output", "vision", "pdf"),
            show=lambda v: _FEATURE_TEXT[v],
        ),
        Control(
            "needs.least_success",
            "Tasks that must succeed, at least",
            "log",
            (None, *SHARES[1:]),
            show=off(percent, "not asked"),
            optional=True,
            is_share=True,
        ),
        Control("needs.zero_retention", "Nothing sent may be kept (zero retention)", "toggle"),
        Control("needs.fallback", "Name a fallback", "toggle"),
        Control("needs.review_by", "Review by", "day", optional=True),
        Control("priorities.weights.cost", "Cost", "linear", step=0.05),
        Control("priorities.weights.latency", "Latency", "linear", step=0.05),
        Control("priorities.weights.rate_limits", "Rate limits", "linear", step=0.05),
        Control("priorities.weights.context_window", "Context window", "linear", step=0.05),
        Control("priorities.weights.success", "Own evaluation", "linear", step=0.05),
    )
}
