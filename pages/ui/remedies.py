"""What would help an offer: a section of its own that is worked out only while it is open, and the choice of the offer it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import streamlit as st

from framework.study import Study
from pages.ui import session, show
from pages.ui.frame import Page


class Section(NamedTuple):
    """How one axis words its remedies: `heads` of the table `table_key`, and `how` they were worked out."""

    title: str
    key: str
    heads: Mapping[str, str]
    table_key: str
    how: str


class Tried(NamedTuple):
    """What was found: the best remedy in a sentence, all that were worked out as rows, and what else there is to say."""

    best: str
    rows: Sequence[Mapping[str, Any]]
    notes: Sequence[str]


def remedies(page: Page, section: Section, *, wanted: bool, work: Callable[[Study, str], Tried]) -> None:
    """The section, open of itself where something is `wanted`; `work` gets the study and the page's token, and may draw a control first."""
    if page.study is None or page.token is None:
        return
    folder = show.unfolding(section.title, section.key, expanded=wanted)
    if not folder.open:
        return
    with folder:
        told = work(page.study, page.token)
        st.markdown(show.plain(told.best))
        show.axis_table(section.heads, told.rows, key=section.table_key)
        if told.notes:
            show.reasons(told.notes)
        st.caption(section.how)


def offer(study: Study, first: int | None, others: Iterable[str], *, key: str) -> int:
    """Which offer is looked at: `first` until another is chosen, which then stays for as long as it is among them."""
    ids = list(dict.fromkeys([*([study.columns.ids[first]] if first is not None else []), *others]))
    kept = session.held(key)
    session.put({key: kept if kept in ids else ids[0]})
    chosen: str = st.selectbox("Offer", ids, key=key, persist_state="session")
    return study.columns.index(chosen)
