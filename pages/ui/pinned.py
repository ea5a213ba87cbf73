"""The what-if strip: the answer that was pinned beside the one of now. Held in the session: no link and no file knows of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import streamlit as st

from framework.catalogue.catalogue import Catalogue
from framework.priorities import Priorities
from framework.report import differences, side_by_side, what_if
from framework.study import Study
from framework.workload import Workload
from pages.ui import cached, field_words, session, show

_PINNED, _LEFT = "fouraxes.pinned", "fouraxes.left"
HELP = (
    "Keeps this answer in sight while you change inputs: a strip on every page then shows it beside the answer of now. "
    "It stays in this browser tab's session; the link does not carry it."
)


@dataclass(frozen=True)
class Pin:
    """What was pinned: the inputs as typed, and what its study is kept under."""

    inputs: dict[str, Any]
    token: str
    workload: Workload
    priorities: Priorities
    on: dt.date

    def study(self, catalogue: Catalogue) -> Study:
        """From the cache: its token is the one that it was worked out under."""
        return cached.studied(self.token, catalogue.digest, self.workload, self.priorities, self.on)


def pin() -> Pin | None:
    """What is pinned, None where nothing is."""
    found: Pin | None = session.held(_PINNED)
    return found


def strip(token: str | None, study: Study | None, catalogue: Catalogue) -> None:
    """The control to pin with, or the pinned answer beside the one of now."""
    with st.container(key="what_if"):
        kept = pin()
        if kept is not None:
            _strip(kept, study, catalogue)
        elif study is not None and token is not None:
            st.button("Pin this answer", key="pin", type="tertiary", icon=":material/keep:", on_click=_pin, args=(token, study), help=HELP)


def _pin(token: str, study: Study) -> None:
    session.put({_PINNED: Pin(session.kept(), token, study.workload, study.priorities, study.on), _LEFT: None})


def _unpin() -> None:
    session.put({_PINNED: None, _LEFT: None})


def _back(inputs: dict[str, Any]) -> None:
    """To the pinned inputs; those of now are kept, to be returned to."""
    session.put({_LEFT: session.kept()})
    session.restore(inputs)


def _again(inputs: dict[str, Any]) -> None:
    session.put({_LEFT: None})
    session.restore(inputs)


def _strip(kept: Pin, study: Study | None, catalogue: Catalogue) -> None:
    """Nothing is held against anything while the inputs of now cannot be used, or are the pinned ones."""
    changed = () if study is None else differences.differences((kept.workload, kept.priorities), (study.workload, study.priorities))
    rows = field_words.rows(changed, catalogue)
    if study is not None and study.on != kept.on:
        rows.append({"name": "Answered for", "was": kept.on.isoformat(), "now": study.on.isoformat()})
    if study is not None and rows:
        before = kept.study(catalogue)
        show.finding(what_if.sentence(before, study))
        show.table(what_if.columns(before, study), what_if.rows(before, study), key="what_if_table")
        show.note(side_by_side.score_note(before, study))
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="what_if_foot"):
        st.markdown(_told(rows) if rows else show.plain(what_if.UNUSABLE if study is None else what_if.UNCHANGED))
        _buttons(kept, apart=study is None or bool(rows))
    if len(rows) > field_words.SHOWN:
        _all(rows)


def _told(rows: list[dict[str, str]]) -> str:
    """What was changed, from and to; the first few where there are many."""
    words = [f"{show.plain(row['name'])} {show.plain(row['was'])} → **{show.plain(row['now'])}**" for row in rows[: field_words.SHOWN]]
    return f"Changed: {' · '.join(words)}{' · and more' if len(rows) > field_words.SHOWN else ''}"


def _all(rows: list[dict[str, str]]) -> None:
    folder = show.unfolding("All changed inputs", "what_if_inputs")
    if folder.open:
        with folder:
            show.table({"name": "Input", "was": "Pinned", "now": "Now"}, rows, key="changed_inputs")


def _buttons(kept: Pin, *, apart: bool) -> None:
    left: dict[str, Any] | None = session.held(_LEFT)
    if apart:
        st.button("Back to the pinned inputs", key="pin_back", icon=":material/undo:", on_click=_back, args=(kept.inputs,))
    if left is not None:
        st.button("To the changed inputs again", key="pin_again", icon=":material/redo:", on_click=_again, args=(left,))
    st.button("Unpin", key="unpin", icon=":material/keep_off:", on_click=_unpin)
