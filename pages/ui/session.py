"""The only file that touches `st.session_state` and `st.query_params`.

One draft (a flat table of fields) is the truth. A control shows the draft's value and is remembered with what it showed; at the next run a
control whose value differs from what it showed was moved by the user, and its field takes the new value. So several controls may show one
field, and a field keeps its value on pages that do not show it.

The URL: an address that is none of this session's, or an older one that Back or Forward went to, is read into the draft; otherwise the
draft is written to it, as the last thing of a run: a browser that has the address has the whole answer. A request with an older address
was made without the last answer.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from framework.axes.assessment import CRITERIA
from framework.errors import LinkError, WorkloadError
from framework.flat import MAPPINGS, flat, from_flat
from framework.link import Shared, decode, encode
from framework.presets import presets
from framework.priorities import Priorities
from framework.workload import Workload
from pages.ui.fields import CONTROLS
from pages.ui.lengths import consistent, scaled
from pages.ui.placed import Placed

DEFAULT_PRESET = "support-chatbot"
PARAMETER = "s"
_TARGETS = "priorities.targets."

REMEMBERED = 40
"""Addresses of this session that a late request may still carry."""

_DRAFT, _ON, _DIGEST, _LAST, _OURS, _NEXT, _DONE, _PLACED, _PROBLEM, _STOPS, _LINKED, _PAGE = (
    f"fouraxes.{name}"
    for name in ("draft", "on", "digest", "last_url", "ours", "next_url", "done", "placed", "problem", "stops", "linked", "page")
)


@dataclass(frozen=True)
class Opened:
    """What this run starts from. `workload` None: the draft cannot be used, `problems` say why, field by field.

    `linked`: the inputs came from a link and have not been touched since. `link_problem`: a link that was refused.
    """

    workload: Workload | None
    priorities: Priorities | None
    on: dt.date
    digest: str
    token: str | None
    linked: bool
    link_problem: str | None
    problems: tuple[tuple[str, str], ...]


def open_session(today: dt.date, digest: str, page: str) -> Opened:
    """Bring URL, draft and controls together; to be called once on each run of a page, before any control is drawn."""
    state = st.session_state
    url = st.query_params.get(PARAMETER)
    if _DRAFT not in state:
        _start(today, digest)
    state[_PLACED].begin(behind=url != state[_LAST] or not state[_DONE])
    state[_DONE] = False
    navigated = url != state[_LAST] and (url not in state[_OURS] or _went_back())
    if navigated:
        _read(url, today, digest)
    else:
        _absorb()
    _turn_to(page)
    return _close(url, navigated)


def finish() -> None:
    """Write the address; to be called last on each run of a page."""
    state = st.session_state
    if state[_NEXT] is not None:
        st.query_params[PARAMETER] = state[_NEXT]
        state[_LAST] = state[_NEXT]
    state[_DONE] = True


def _went_back() -> bool:
    run = get_script_run_ctx()
    return run is not None and run.is_history_navigation


def _table(workload: Workload, priorities: Priorities) -> dict[str, Any]:
    """The flat table with every number a float: number boxes refuse to mix the two kinds."""
    return {path: float(item) if type(item) is int else item for path, item in flat(workload, priorities).items()}


def _start(today: dt.date, digest: str) -> None:
    preset = presets()[DEFAULT_PRESET]
    answer = {_DRAFT: _table(preset.workload, preset.priorities), _ON: today, _DIGEST: digest[:12]}
    st.session_state.update(answer | {_LAST: None, _OURS: [None], _DONE: False, _PROBLEM: None, _STOPS: {}, _LINKED: False})
    st.session_state.setdefault(_PLACED, Placed())


def _read(url: str | None, today: dt.date, digest: str) -> None:
    state = st.session_state
    state[_LAST], state[_PROBLEM] = url, None
    state[_PLACED].forget()
    if url is None:
        _start(today, digest)
        return
    try:
        shared = decode(url)
    except LinkError as problem:
        state[_PROBLEM] = str(problem)
        return
    state.update({_DRAFT: _table(shared.workload, shared.priorities), _ON: shared.on, _DIGEST: shared.digest, _LINKED: True})


def _absorb() -> None:
    """Fields whose control was moved take the control's value."""
    for path, moved in list(st.session_state[_PLACED].moved(st.session_state)):
        set_value(path, moved)
        st.session_state[_LINKED] = False


def _turn_to(page: str) -> None:
    """Forget the controls of another page: Streamlit gives one of the same key a fresh start, which must not pass for the user's choice."""
    state = st.session_state
    if state.get(_PAGE) != page:
        state[_PLACED].leave(state)
        state[_PAGE] = page


def _close(url: str | None, navigated: bool) -> Opened:
    state = st.session_state
    workload, priorities, found, token = None, None, (), None
    try:
        workload, priorities = from_flat(state[_DRAFT])
        token = encode(Shared(workload, priorities, state[_ON], state[_DIGEST]))
    except WorkloadError as error:
        found = error.problems or (("", str(error)),)
    state[_NEXT] = token if not navigated and token != url else None
    if token:
        state[_OURS] = [*state[_OURS], token][-REMEMBERED:]
    problem = state[_PROBLEM] if url == state[_LAST] and not state[_NEXT] else None
    return Opened(workload, priorities, state[_ON], state[_DIGEST], token, state[_LINKED], problem, found)


def address() -> str | None:
    """What a link within the dashboard carries: while the inputs cannot be used the last usable ones, so that the draft is kept."""
    last: str | None = st.session_state[_LAST]
    return last


def value(path: str) -> Any:
    """The draft's value of a field; a part that stands as a whole (`priorities.targets.cost`) is given as it is."""
    return st.session_state[_DRAFT].get(path)


def set_value(path: str, new: Any) -> None:
    """Set a field of the draft, or one entry of a mapping such as `tiers`; a cleared box of a field that needs a value is ignored."""
    draft = st.session_state[_DRAFT]
    if path.startswith(_TARGETS) and path.count(".") == 3:
        _set_target(path, new)
    elif mapping := next((name for name in MAPPINGS if path.startswith(f"{name}.")), None):
        entry = path.removeprefix(f"{mapping}.")
        others = {key: item for key, item in draft[mapping].items() if key != entry}
        st.session_state[_DRAFT] = draft | {mapping: others | ({entry: new} if new else {})}
    elif new is not None or path in _MAY_BE_EMPTY:
        st.session_state[_DRAFT] = consistent(draft | {path: tuple(new) if isinstance(new, list) else new}, path)


_MAY_BE_EMPTY = frozenset({"caching.lifetime", "baseline"} | {path for path, control in CONTROLS.items() if control.optional})


def _set_target(path: str, new: Any) -> None:
    """One anchor of an axis; the other one keeps the value that is shown beside it."""
    if new is None:
        return
    state = st.session_state
    axis = path.rpartition(".")[0]
    shown = {f"{axis}.{end}": state[_PLACED].shown(f"{axis}.{end}") for end in ("good", "unacceptable")}
    kept = {key: item for key, item in state[_DRAFT].items() if key != axis}
    state[_DRAFT] = {**shown, **kept, path: new}


def derive_targets() -> None:
    """Drop the user's own anchors: they follow from the budget again."""
    draft = {key: item for key, item in st.session_state[_DRAFT].items() if not key.startswith(_TARGETS)}
    none = {f"{_TARGETS}{axis}": None for axis in CRITERIA}
    _replace({_DRAFT: draft | none})


def place(path: str, variant: str, value: Any, blank: Any) -> str:
    """The widget key for a field, with the widget's state brought to `value`; `blank`: its own value, had it not been told any."""
    key = f"{path}~{variant}" if variant else path
    st.session_state[_PLACED].place(st.session_state, key, path, value, blank)
    return key


def stops(path: str, grid: tuple[Any, ...], current: Any) -> list[Any]:
    """The stops of a slider: its grid and every other value that the field has had in this session."""
    extra = st.session_state[_STOPS].setdefault(path, [])
    if current not in grid and current not in extra:
        extra.append(current)
    numbers = sorted({*(stop for stop in grid if stop is not None), *(stop for stop in extra if stop is not None)})
    return [None, *numbers] if None in grid else numbers


def _replace(inputs: dict[str, Any]) -> None:
    """Other inputs, from a callback: what the controls showed of the former ones is no longer compared with."""
    st.session_state.update(inputs)
    st.session_state[_PLACED].forget()


def load(workload: Workload, priorities: Priorities) -> None:
    """Replace every input: a preset or an uploaded file."""
    _replace({_DRAFT: _table(workload, priorities), _LINKED: False})


def take_count(path: str, tokens: float) -> None:
    """Enter counted o200k tokens in a field, a mean with its spread; all lengths are then read as o200k tokens."""
    draft = st.session_state[_DRAFT]
    fields = scaled(draft, path.removesuffix("_mean"), tokens) if path.endswith("_mean") else {path: tokens}
    amend(fields | {"tokens.tokenizer": "o200k"})


def amend(fields: dict[str, Any]) -> None:
    """Set fields of the draft as they are, from a callback; what a control of theirs shows follows."""
    st.session_state.update({_DRAFT: st.session_state[_DRAFT] | fields, _LINKED: False})


def kept() -> dict[str, Any]:
    """Every input as it stands, usable or not, with its day: what `restore` takes."""
    return {key: st.session_state[key] for key in (_DRAFT, _ON, _DIGEST)}


def restore(inputs: dict[str, Any]) -> None:
    """Replace every input by those that were kept, from a callback."""
    _replace(inputs | {_LINKED: False})


def held(key: str) -> Any:
    """What a control that is no part of the workload holds now, or a page has put; None where there is nothing."""
    return st.session_state.get(key)


def move_to(day: dt.date, digest: str) -> None:
    """Answer as of another day, with the catalogue at hand."""
    st.session_state.update({_ON: day, _DIGEST: digest[:12], _LINKED: False})


def put(values: dict[str, Any]) -> None:
    """Set controls that belong to one page and to no field of the workload."""
    st.session_state.update(values)
