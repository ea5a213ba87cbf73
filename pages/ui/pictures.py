"""Drawings of our own on a page, in the colours of its ground."""

from __future__ import annotations

from base64 import b64encode
from html import escape

import streamlit as st


def ink() -> str:
    """The colour of words in a drawing: what is drawn as an image does not inherit the page's."""
    return "#c6cdd8" if st.context.theme.type == "dark" else "#3b4452"


def picture(svg: str, *, alt: str) -> None:
    """A small drawing of our own. As an image: Streamlit takes `<svg>` out of what a page writes itself."""
    data = b64encode(svg.replace("currentColor", ink()).encode()).decode()
    st.html(f"<img class='fa-picture' alt='{escape(alt)}' src='data:image/svg+xml;base64,{data}'>")
