"""Terms as markup: a head or label with what the glossary says of it."""

from __future__ import annotations

from html import escape

import streamlit as st

from framework.report import glossary


def explained(label: str, table: str = "") -> str:
    """A head or a label as HTML, with its meaning on hover, and on focus for keyboard and touch; `table`: the key of its table."""
    text, said = escape(label.removeprefix(">")), glossary.meaning(label, table)
    return f"<abbr class='fa-term' tabindex='0' title='{escape(said)}'>{text}</abbr>" if said else text


def all_terms() -> None:
    """Every term with its meaning, by chapter."""
    st.caption("What stands on the screens with a dotted line under it, by page. Hover over a term, or tap it, to read the same there.")
    for chapter in glossary.CHAPTERS:
        st.subheader(chapter)
        body = "".join(f"<dt>{escape(row['name'])}</dt><dd>{escape(row['what'])}</dd>" for row in glossary.rows(chapter))
        st.html(f"<dl class='fa-terms'>{body}</dl>")
