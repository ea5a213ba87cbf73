"""Count a prompt of your own: pasted text in every model's tokens, and the count as a figure of the workload."""

from __future__ import annotations

import hashlib

import streamlit as st

from framework import wording
from framework.errors import CountError
from framework.report import listing, token_rows
from pages.ui import cached, session, show
from pages.ui.frame import Page

TEXT = "prompt_text"
USES = {
    "tokens.input_mean": "Use as the mean prompt",
    "tokens.output_mean": "Use as the mean reply",
    "caching.prefix_tokens": "Use as the reusable prefix",
}


def count_your_own(page: Page) -> None:
    """A box to paste into, the count at once, and what it may be used as."""
    folder = show.unfolding("Count a prompt of your own", "count_prompt")
    if not folder.open:
        return
    with folder:
        st.caption("It is counted by this dashboard itself: the text is sent to no provider, is not stored and is not in the link.")
        text = st.text_area(
            "Paste a prompt, a reply or a system prompt", key=TEXT, height=160, help="Counted when you click elsewhere or press Ctrl+Enter."
        )
        try:
            tokens = _tokens(text)
        except CountError as problem:
            st.error(show.plain(str(problem)))
            return
        _told(page, tokens)
        _buttons(tokens)


def _tokens(text: str | None) -> int:
    pasted = text or ""
    return cached.counted(hashlib.sha256(pasted.encode("utf-8", "surrogatepass")).digest(), pasted)


def _told(page: Page, tokens: int) -> None:
    with st.container(key="prompt_count"):
        st.markdown(f"**{wording.count(tokens)}** o200k tokens, exactly" if tokens else "Nothing to count yet.")
    if tokens and page.study is not None:
        columns = page.study.columns
        models = [columns.models[columns.index(offer)] for offer in listing.compared_ids(page.study)]
        show.axis_table(token_rows.COLUMNS, token_rows.by_tokenizer(models, tokens, page.catalogue), key="prompt_table")
        st.caption("The offers in the running, and the text alone: each API adds a few tokens for roles and tools.")


def _buttons(tokens: int) -> None:
    with st.container(horizontal=True, gap="small", key="prompt_uses"):
        for path, label in USES.items():
            taken = tokens > 0 and session.value(path) == tokens and session.value("tokens.tokenizer") == "o200k"
            icon = ":material/check:" if taken else None
            st.button(label, key=f"use-{path}", on_click=_use_as, args=(path,), disabled=not tokens, icon=icon)
    st.caption(
        "A button enters the count, and sets “Tokens are counted in” to o200k, so that every other length is read as o200k tokens too. "
        "A 95th percentile moves with its mean."
    )


def _use_as(path: str) -> None:
    """Enter the count of what is in the box now: it may be newer than what the button was drawn with."""
    try:
        tokens = _tokens(session.held(TEXT))
    except CountError:
        return  # said beside the box
    if tokens:
        session.take_count(path, float(tokens))
