"""The user's own figures in the place of published ones: the badge that says so, and the way back; the same for limits and latency."""

from __future__ import annotations

import streamlit as st

from pages.ui import session, show


def banner(field: str, *, badge: str, icon: str, said: str) -> None:
    """That figures of the user's own are in force; nothing where `said` is empty."""
    if said:
        with st.container(key=f"{field}_banner"):
            st.markdown(f":blue-badge[:material/{icon}: {badge}] {show.plain(said)}")


def removals(field: str, *, key: str) -> None:
    """A button for each entry of the workload's `field` that takes it out again."""
    with st.container(horizontal=True, gap="small", key=f"{key}_removals"):
        for name in session.value(field):
            st.button(
                f"Remove {show.plain(name)}", key=f"{key}-remove-{name}", on_click=_remove, args=(field, name), icon=":material/undo:"
            )


def _remove(field: str, name: str) -> None:
    session.amend({field: {key: item for key, item in session.value(field).items() if key != name}})
