"""Zero retention as a must-have: with whom it is agreed is for the user to say."""

from __future__ import annotations

import streamlit as st

from pages.ui import controls, session


def retention(names: dict[str, str]) -> None:
    """The must-have and, where it is asked for, the providers that have agreed to it."""
    controls.control("needs.zero_retention")
    if not session.value("needs.zero_retention"):
        return
    key = session.place("needs.retention_agreed", "", [item for item in session.value("needs.retention_agreed") if item in names])
    st.multiselect(
        "Zero retention is agreed with",
        list(names),
        key=key,
        format_func=lambda item: names.get(item, item),
        placeholder="nobody yet: every offer is out",
        help="Enter a provider once its contract says so for the service that you use; keep the date and the clause with your decision.",
    )
