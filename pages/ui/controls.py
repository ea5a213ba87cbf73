"""Drawing the controls that `fields.py` declares, and the few that need more than a declaration. Pages place them by path."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import streamlit as st

from framework.catalogue.catalogue import Catalogue
from framework.catalogue.records import ProviderFile
from framework.priorities import Target
from pages.ui import session
from pages.ui.declared import Control, Kind, percent
from pages.ui.fields import CONTROLS
from pages.ui.help import HELP

__all__ = [
    "ANCHORS",
    "CONTROLS",
    "at_a_limit",
    "baseline",
    "control",
    "controls",
    "discounts",
    "exact",
    "prompt_length",
    "providers",
    "regions",
    "success_rates",
    "targets",
    "tiers",
]


FEW = 3


def control(path: str) -> None:
    """Draw the control of a field, showing the session's value and reporting changes to it."""
    declared = CONTROLS[path]
    _DRAW[declared.kind](declared)


def controls(*paths: str) -> None:
    """Several, one under the other."""
    for path in paths:
        control(path)


def prompt_length() -> None:
    """What makes prompts long: their mean, or in a conversation what a user adds a turn."""
    control("tokens.input_mean" if session.value("conversation.turns") is None else "conversation.user_tokens")


def at_a_limit() -> None:
    """What a call does at a limit and what counts as served; pauses only where calls are tried again."""
    controls("clients.policy", "clients.target_share")
    policy = session.value("clients.policy")
    if policy != "refuse":
        control("clients.max_wait_s")
    if policy == "retry":
        with st.expander("How it is tried again"):
            controls("clients.retries", "clients.first_backoff_s", "clients.backoff_cap_s", "clients.retry_after")


def exact(*paths: str) -> None:
    """The same fields as typed numbers, for a value that no slider stop has."""
    for path in paths:
        declared = CONTROLS[path]
        key = session.place(path, "exact", session.value(path), None)
        share = declared.show is percent or declared.is_share
        step = 0.01 if share else 1.0
        label = f"{declared.label} (0 to 1)" if share else declared.label
        st.number_input(
            label,
            key=key,
            value=None,
            min_value=0.0,
            max_value=1e9,
            step=step,
            format="%g",
            placeholder="off" if declared.optional else None,
        )


def _log(declared: Control) -> None:
    value = session.value(declared.path)
    options = session.stops(declared.path, declared.grid, value)
    key = session.place(declared.path, "", value, options[0])
    st.select_slider(declared.label, options=options, key=key, format_func=declared.show, help=declared.help)


def _linear(declared: Control) -> None:
    value = min(max(float(session.value(declared.path)), declared.low), declared.high)
    key = session.place(declared.path, "", value, float(declared.low))
    st.slider(
        declared.label,
        float(declared.low),
        float(declared.high),
        step=float(declared.step),
        format=declared.shown_as,
        key=key,
        help=declared.help,
    )


def _choice(declared: Control) -> None:
    key = session.place(declared.path, "", session.value(declared.path), declared.grid[0])
    st.selectbox(
        declared.label,
        declared.grid,
        key=key,
        format_func=declared.show,
        placeholder=declared.show(None) if None in declared.grid else None,
        help=declared.help,
    )


def _many(declared: Control) -> None:
    key = session.place(declared.path, "", list(session.value(declared.path)), [])
    st.multiselect(
        declared.label, declared.grid, key=key, format_func=declared.show, help=declared.help, placeholder="nothing in particular"
    )


def _toggle(declared: Control) -> None:
    key = session.place(declared.path, "", bool(session.value(declared.path)), False)
    st.toggle(declared.label, key=key, help=declared.help)


def _text(declared: Control) -> None:
    key = session.place(declared.path, "", session.value(declared.path), "")
    st.text_input(declared.label, key=key, help=declared.help, max_chars=200)


def _day(declared: Control) -> None:
    key = session.place(declared.path, "", session.value(declared.path), None)
    st.date_input(declared.label, value=None, key=key, help=declared.help, min_value=dt.date(2024, 1, 1), max_value=dt.date(2040, 12, 31))


def providers(names: dict[str, str]) -> None:
    """Which providers take part; none chosen means all."""
    told = "OpenAI against Anthropic is preselected. Empty it to compare every provider in the catalogue."
    some_of(names, "needs.providers", "Providers compared", nobody="all of the catalogue", told=told)


def some_of(names: dict[str, str], path: str, label: str, *, nobody: str, told: str) -> None:
    """Some of the providers, by a field that lists their ids; `nobody`: what an empty list stands for."""
    key = session.place(path, "", [item for item in session.value(path) if item in names], [])
    st.multiselect(label, list(names), key=key, format_func=lambda item: names.get(item, item), placeholder=nobody, help=told)


def tiers(catalogue: Catalogue) -> None:
    """The user's rung at each provider that takes part."""
    asked = session.value("needs.providers") or tuple(catalogue.providers)
    found = [record for record in (catalogue.providers.get(provider) for provider in asked) if record is not None and record.tiers]
    with st.expander("Your tier at each provider") if len(found) > FEW else st.container():
        for record in found:
            _tier(record)


def _tier(record: ProviderFile) -> None:
    options = {item.id: item.name for item in record.tiers}
    current = session.value("tiers").get(record.provider, record.default_tier)
    key = session.place(f"tiers.{record.provider}", "", current if current in options else None, next(iter(options)))
    st.selectbox(
        f"Your tier at {record.name}", list(options), key=key, format_func=lambda item: options.get(item, item), placeholder="unknown",
        help="Limits and the monthly cap are those of this tier. Where you have not said, the lowest paid one is assumed.",
    )  # fmt: skip


def discounts(names: dict[str, str]) -> None:
    """What was negotiated off each provider's prices."""
    _shares("billing.discounts", names, "Off the prices of {}", 0.99)


def success_rates(names: dict[str, str]) -> None:
    """How often a task succeeds with each of the models compared."""
    _shares("task.success_rates", names, "{} succeeds in", 1.0)


def _shares(mapping: str, names: dict[str, str], label: str, most: float) -> None:
    """One box per entry of a mapping of shares; an empty one is not in it."""
    for name, told in names.items():
        key = session.place(f"{mapping}.{name}", "", session.value(mapping).get(name), None)
        st.number_input(
            label.format(told), key=key, value=None, min_value=0.0, max_value=most, step=0.01, format="%g", placeholder="not said",
            help=HELP[mapping],
        )  # fmt: skip


def regions(known: tuple[str, ...]) -> None:
    """Where requests must stay; a surcharge applies where the vendor takes one."""
    key = session.place("needs.regions", "", [item for item in session.value("needs.regions") if item in known], [])
    st.multiselect(
        "Must stay in",
        known,
        key=key,
        format_func=str.upper,
        placeholder="anywhere",
        help="A must-have, and a surcharge of about 10 % at most vendors. An offer of which it is unknown is out too.",
    )


def targets(anchors: dict[str, Target], shown: Sequence[str]) -> None:
    """The two anchors of each criterion: worth 1 at good, 0 at unacceptable."""
    with st.expander("What is good, what is unacceptable"):
        st.caption("At good an axis is worth 1, at unacceptable 0; beyond good there is no extra credit.")
        for axis in shown:
            label, step = ANCHORS[axis]
            left, right = st.columns(2)
            for column, end in ((left, "good"), (right, "unacceptable")):
                path = f"priorities.targets.{axis}.{end}"
                key = session.place(path, "", float(getattr(anchors[axis], end)), 0.0)
                column.number_input(f"{label}: {end}", key=key, min_value=0.0, max_value=1e9, step=step, format="%g")
        st.button("Derive them from the budget", on_click=session.derive_targets, key="derive_targets")


ANCHORS = {
    "cost": ("USD a month", 50.0),
    "latency": ("Share in time", 0.05),
    "rate_limits": ("Room at peak, times", 0.5),
    "context_window": ("Share that fits", 0.05),
    "success": ("Share that succeeds", 0.05),
}


def baseline(names: dict[str, str]) -> None:
    """What the team runs on today."""
    key = session.place("baseline", "", session.value("baseline"), None)
    st.selectbox(
        "We are on this today",
        [None, *names],
        key=key,
        format_func=lambda item: "not said" if item is None else names.get(item, item),
        placeholder="not said",
        help="Every offer then shows its difference to this one.",
    )


_DRAW: dict[Kind, Callable[[Control], None]] = {
    "log": _log,
    "linear": _linear,
    "choice": _choice,
    "many": _many,
    "toggle": _toggle,
    "text": _text,
    "day": _day,
}
