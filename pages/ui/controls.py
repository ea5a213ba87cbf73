"""One control per workload field, declared once: label, unit, bounds, step, help. Pages place them by path."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from framework import wording
from framework.catalogue.catalogue import Catalogue
from framework.catalogue.records import ProviderFile
from framework.priorities import Target
from pages.ui import session

Kind = Literal["log", "linear", "choice", "many", "toggle", "text", "day"]


@dataclass(frozen=True)
class Control:
    """`grid` for log sliders and choices; `low`, `high`, `step` for linear ones. `scale` multiplies the stored value for display."""

    path: str
    label: str
    kind: Kind
    help: str
    grid: tuple[Any, ...] = ()
    low: float = 0
    high: float = 1
    step: float = 1
    show: Callable[[Any], str] = str
    optional: bool = False
    scale: float = 1


def _decades(low: float, high: float, steps: Iterable[float] = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)) -> tuple[float, ...]:
    """Round figures from `low` to `high`, ten to a decade."""
    marks = sorted({step * 10.0**power for power in range(-2, 10) for step in steps})
    return tuple(round(mark, 4) for mark in marks if low <= mark <= high)


def _whole(low: float, high: float) -> tuple[float, ...]:
    return tuple(dict.fromkeys(float(round(mark)) for mark in _decades(low, high)))


def _off(text: Callable[[Any], str], none: str) -> Callable[[Any], str]:
    return lambda value: none if value is None else text(value)


def _percent(value: float) -> str:
    return f"{100 * value:.0f} %"


def _usd(value: float) -> str:
    return wording.usd(value)


_CLASS_TEXT = {"fast": "any (fast and up)", "balanced": "balanced and up", "frontier": "frontier only"}
_FEATURE_TEXT = {"tools": "tools", "structured_output": "structured output", "vision": "images", "pdf": "PDF"}
_TOKENIZER_TEXT = {"own": "already each model's own tokens", "o200k": "o200k tokens: convert by each model's ratio"}
_LIFETIME_TEXT = {None: "the shortest sold", "5m": "5 minutes", "30m": "30 minutes", "1h": "1 hour", "12h": "12 hours"}
SHARES = tuple(round(0.05 * step, 2) for step in range(21))

CONTROLS: dict[str, Control] = {
    control.path: control
    for control in (
        Control("name", "Name of this workload", "text", "Shown on the report and in the link."),
        Control("traffic.requests_per_day", "Requests a day", "log", "API calls a day, not users: a conversation of five turns is five calls.", _whole(10, 1e8), show=wording.count),
        Control("traffic.active_hours", "Active hours a day", "linear", "The hours in which the traffic comes; all limits are per minute, so fewer hours mean denser minutes.", low=1, high=24, step=1, show=lambda v: f"{v:g} h"),
        Control("traffic.peak_factor", "Peak factor", "log", "Busiest minute over the mean minute of the active hours. Public traces: 1.2 for machines, 2.5 to 3.5 for people.", (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 8.0, 10.0, 15.0, 20.0, 30.0, 50.0, 100.0), show=lambda v: f"{v:g}x"),
        Control("traffic.batch_share", "Share that can wait (batch)", "log", "Calls that may take up to 24 hours go to the batch price and leave the per-minute limits alone.", SHARES, show=_percent),
        Control("tokens.input_mean", "Prompt, mean tokens", "log", "Everything that is sent: system prompt, history, documents, question.", _whole(10, 1e6), show=wording.count),
        Control("tokens.input_p95", "Prompt, 95th percentile", "log", "One prompt in twenty is longer. It decides price cliffs and what fits. Off means: all prompts are equally long.", (None, *_whole(10, 4e6)), show=_off(wording.count, "off"), optional=True),
        Control("tokens.output_mean", "Reply, mean tokens", "log", "The visible reply.", _whole(1, 1e5), show=wording.count),
        Control("tokens.output_p95", "Reply, 95th percentile", "log", "One reply in twenty is longer. Off means: all replies are equally long.", (None, *_whole(1, 4e5)), show=_off(wording.count, "off"), optional=True),
        Control("tokens.reasoning_mean", "Reasoning, mean tokens", "log", "Hidden thinking: billed as output and waited for. 0 asks for the lowest effort a model has.", (0.0, *_whole(50, 1e5)), show=wording.count),
        Control("tokens.tokenizer", "Tokens are counted in", "choice", "The same text is more tokens in some models. If you measured with an OpenAI tokenizer, let each model's ratio apply.", ("own", "o200k"), show=lambda v: _TOKENIZER_TEXT[v]),
        Control("caching.prefix_tokens", "Reusable prefix, tokens", "log", "The part at the beginning that many calls share. Below a model's minimum it is silently not cached.", (0.0, *_whole(50, 1e6)), show=wording.count),
        Control("caching.hit_rate", "Cache hit rate", "log", "Share of calls that find the prefix cached. Derived: from the traffic, the number of distinct prefixes and each lifetime.", (None, *SHARES), show=_off(_percent, "derived"), optional=True),
        Control("caching.prefixes", "Distinct prefixes", "log", "Tenants, repositories, users: each needs its own cache entry. Used when the hit rate is derived.", _whole(1, 1e6), show=wording.count),
        Control("caching.lifetime", "Cache lifetime", "choice", "Which lifetime a given hit rate belongs to.", (None, "5m", "30m", "1h", "12h"), show=lambda v: _LIFETIME_TEXT[v]),
        Control("context.system_tokens", "System prompt, tokens", "log", "Instructions and tool definitions in every call.", (0.0, *_whole(50, 1e6)), show=wording.count),
        Control("context.chunks", "Retrieved chunks", "log", "Documents or passages put into a prompt.", tuple(float(n) for n in (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 300, 500, 1000)), show=wording.count),
        Control("context.chunk_tokens", "Tokens a chunk", "log", "Mean length of one chunk.", _whole(50, 1e6), show=wording.count),
        Control("context.turns", "Turns in the prompt", "log", "The current message and the turns of history sent with it.", tuple(float(n) for n in (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 300, 500, 1000)), show=wording.count),
        Control("context.turn_tokens", "Tokens a turn", "log", "A user message with the reply to it, as it stands in the history.", (0.0, *_whole(50, 1e6)), show=wording.count),
        Control("context.output_reserve_tokens", "Output reserve (max_tokens)", "log", "What a call may produce at most. It is taken out of the window first, and several providers charge it against your limit at once.", _whole(1, 4e5), show=wording.count),
        Control("budget.monthly_usd", "Budget a month", "log", "A gate: an offer that costs more is out. The cost axis is worth 1 up to 30 % of it and 0 at the whole.", _whole(10, 1e7), show=_usd),
        Control("budget.ttft_s", "First token within", "log", "Seconds until the first token of the answer appears.", _decades(0.2, 600), show=wording.seconds),
        Control("budget.response_s", "Whole reply within", "log", "Seconds until the last token.", _decades(0.5, 3_600), show=wording.seconds),
        Control("budget.percentile", "For this share of replies", "log", "How many replies must be inside the budget. Published data says nothing beyond the 95th percentile.", (50.0, 75.0, 80.0, 90.0, 95.0, 98.0, 99.0, 99.9), show=lambda v: f"{v:g} %"),
        Control("budget.streaming", "Streamed to a person", "toggle", "On: both the first token and the whole reply count. Off: only the whole reply."),
        Control("needs.class", "Capability, at least", "choice", "By the vendors' own positioning, not by benchmark scores.", ("fast", "balanced", "frontier"), show=lambda v: _CLASS_TEXT[v]),
        Control("needs.features", "Must be able to take", "many", "A gate: an offer without it is out, one of which it is unknown stays and is marked.", ("tools", "structured_output", "vision", "pdf"), show=lambda v: _FEATURE_TEXT[v]),
        Control("needs.fallback", "Name a fallback", "toggle", "A second offer at another provider for when the first is down."),
        Control("needs.review_by", "Review by", "day", "The decision's own expiry; it goes into the ADR.", optional=True),
        Control("priorities.weights.cost", "Cost", "linear", "Only proportions matter.", low=0, high=1, step=0.05, show=lambda v: f"{v:g}"),
        Control("priorities.weights.latency", "Latency", "linear", "Only proportions matter.", low=0, high=1, step=0.05, show=lambda v: f"{v:g}"),
        Control("priorities.weights.rate_limits", "Rate limits", "linear", "Only proportions matter.", low=0, high=1, step=0.05, show=lambda v: f"{v:g}"),
        Control("priorities.weights.context_window", "Context window", "linear", "Only proportions matter.", low=0, high=1, step=0.05, show=lambda v: f"{v:g}"),
    )
}


def control(path: str) -> None:
    """Draw the control of a field, showing the session's value and reporting changes to it."""
    declared = CONTROLS[path]
    _DRAW[declared.kind](declared)


def controls(*paths: str) -> None:
    """Several, one under the other."""
    for path in paths:
        control(path)


def exact(*paths: str) -> None:
    """The same fields as typed numbers, for a value that no slider stop has."""
    for path in paths:
        declared = CONTROLS[path]
        key = session.place(path, "exact", session.value(path))
        step = 1.0 if declared.high > 1 and declared.show is not _percent else 0.01
        st.number_input(declared.label, key=key, value=None, min_value=0.0, max_value=1e9, step=step, format="%g", placeholder="off" if declared.optional else None)


def _log(declared: Control) -> None:
    value = session.value(declared.path)
    options = session.stops(declared.path, declared.grid, value)
    key = session.place(declared.path, "", value)
    st.select_slider(declared.label, options=options, key=key, format_func=declared.show, help=declared.help)


def _linear(declared: Control) -> None:
    value = min(max(float(session.value(declared.path)), declared.low), declared.high)
    key = session.place(declared.path, "", value)
    st.slider(declared.label, float(declared.low), float(declared.high), step=float(declared.step), key=key, help=declared.help)


def _choice(declared: Control) -> None:
    key = session.place(declared.path, "", session.value(declared.path))
    st.selectbox(declared.label, declared.grid, key=key, format_func=declared.show, help=declared.help)


def _many(declared: Control) -> None:
    key = session.place(declared.path, "", list(session.value(declared.path)))
    st.multiselect(declared.label, declared.grid, key=key, format_func=declared.show, help=declared.help, placeholder="nothing in particular")


def _toggle(declared: Control) -> None:
    key = session.place(declared.path, "", bool(session.value(declared.path)))
    st.toggle(declared.label, key=key, help=declared.help)


def _text(declared: Control) -> None:
    key = session.place(declared.path, "", session.value(declared.path))
    st.text_input(declared.label, key=key, help=declared.help, max_chars=200)


def _day(declared: Control) -> None:
    key = session.place(declared.path, "", session.value(declared.path))
    st.date_input(declared.label, value=None, key=key, help=declared.help, min_value=dt.date(2024, 1, 1), max_value=dt.date(2040, 12, 31))


def providers(names: dict[str, str]) -> None:
    """Which providers take part; none chosen means all."""
    key = session.place("needs.providers", "", [item for item in session.value("needs.providers") if item in names])
    st.multiselect("Providers compared", list(names), key=key, format_func=lambda item: names.get(item, item), placeholder="all of the catalogue", help="OpenAI against Anthropic is preselected. Empty it to compare every provider in the catalogue.")


def tiers(catalogue: Catalogue) -> None:
    """The user's rung at each provider that takes part."""
    asked = session.value("needs.providers") or tuple(catalogue.providers)
    for provider in asked:
        record = catalogue.providers.get(provider)
        if record is not None and record.tiers:
            _tier(record)


def _tier(record: ProviderFile) -> None:
    options = {item.id: item.name for item in record.tiers}
    current = session.value("tiers").get(record.provider, record.default_tier)
    key = session.place(f"tiers.{record.provider}", "", current if current in options else None)
    st.selectbox(
        f"Your tier at {record.name}", list(options), key=key, format_func=lambda item: options.get(item, item), placeholder="unknown",
        help="Limits and the monthly cap are those of this tier. Where you have not said, the lowest paid one is assumed.",
    )  # fmt: skip


def regions(known: tuple[str, ...]) -> None:
    """Where requests must stay; a surcharge applies where the vendor takes one."""
    key = session.place("needs.regions", "", [item for item in session.value("needs.regions") if item in known])
    st.multiselect("Must stay in", known, key=key, format_func=str.upper, placeholder="anywhere", help="A gate, and a surcharge of about 10 % at most vendors. An offer of which it is unknown stays and is marked.")


def targets(anchors: dict[str, Target]) -> None:
    """The two anchors of each axis: worth 1 at good, 0 at unacceptable."""
    with st.expander("What is good, what is unacceptable"):
        st.caption("At good an axis is worth 1, at unacceptable 0; beyond good there is no extra credit.")
        for axis, (label, step) in _ANCHORS.items():
            left, right = st.columns(2)
            for column, end in ((left, "good"), (right, "unacceptable")):
                path = f"priorities.targets.{axis}.{end}"
                key = session.place(path, "", float(getattr(anchors[axis], end)))
                column.number_input(f"{label}: {end}", key=key, min_value=0.0, max_value=1e9, step=step, format="%g")
        st.button("Derive them from the budget", on_click=session.derive_targets, key="derive_targets")


_ANCHORS = {
    "cost": ("USD a month", 50.0),
    "latency": ("Share in time", 0.05),
    "rate_limits": ("Headroom", 0.5),
    "context_window": ("Share that fits", 0.05),
}


def baseline(names: dict[str, str]) -> None:
    """What the team runs on today."""
    key = session.place("baseline", "", session.value("baseline"))
    st.selectbox("We are on this today", [None, *names], key=key, format_func=lambda item: "not said" if item is None else names.get(item, item), help="Every offer then shows its difference to this one.")


_DRAW: dict[Kind, Callable[[Control], None]] = {
    "log": _log,
    "linear": _linear,
    "choice": _choice,
    "many": _many,
    "toggle": _toggle,
    "text": _text,
    "day": _day,
}
