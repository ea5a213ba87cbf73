"""The team's own latency in the place of published readings: profiles that `fouraxes probe` wrote, uploaded and shown."""

from __future__ import annotations

import streamlit as st

from framework.catalogue.catalogue import Catalogue
from framework.catalogue.own_profile import MAX_BYTES, merged, parse_profile
from framework.errors import FourAxesError, ProfileError
from framework.report import own_latency as words
from pages.ui import own_figures, session, show
from pages.ui.frame import Page, today

FILE, _REFUSED = "own_profile", "fouraxes.profile_refused"
TABLE = {
    "name": "Offer",
    "prompt": ">Prompt, not cached",
    "own": ">First token, median",
    "n": ">n",
    "published": ">Published",
    "where": "Measured",
    "p95": ">95th percentile",
    "warm": ">Sent again",
    "tps": ">Output tokens",
}


def own_latency_banner(page: Page) -> None:
    """That measurements of the user's own are in force; nothing where there are none."""
    said = words.banner(page.study) if page.study is not None else ""
    own_figures.banner("own_latency", badge="own measurements", icon="speed", said=said)


def own_latency(page: Page) -> None:
    """Everything about them, behind one unfolding: what is replaced by what, the way back, and the upload of more."""
    folder = show.unfolding("Your own measurements", "own_latency")
    if not folder.open:
        return
    with folder:
        st.caption(
            "What you have measured goes before what is published: median, 95th percentile from 40 replies on, and speed. Two prompt "
            "lengths correct the published slope where they differ from it by more than chance; long prompts bend as published. Thinking "
            "at another effort than yours is scaled. *Sent again* is the same prompt, from a cache if there is one: shown, not used. It "
            "travels in the link and in the workload file."
        )
        rows = words.rows(page.study) if page.study is not None else []
        if rows:
            show.axis_table(TABLE, rows, key="own_latency_table")
        own_figures.removals("own_latency", key="own-latency")
        st.file_uploader("Upload a profile", type=["yaml", "yml"], key=FILE, on_change=_take, args=(page.catalogue,), max_upload_size=1)
        if session.held(_REFUSED):
            st.error(show.plain(session.held(_REFUSED)))
        st.markdown("Measure with `fouraxes probe llm.yaml -o profile.yaml`: it says what it may cost before it sends anything.")


def _take(catalogue: Catalogue) -> None:
    """Enter the profile just uploaded; what is wrong with it is kept to be shown, and nothing else changes."""
    upload = session.held(FILE)
    session.put({_REFUSED: None})
    if upload is None:
        return
    name = upload.name[:80]
    try:
        if upload.size > MAX_BYTES:
            raise ProfileError(f"{name}: more than {MAX_BYTES:,} bytes: give the file that the probe wrote")
        offer, latency = parse_profile(upload.getvalue(), name, catalogue, today())
        session.amend({"own_latency": merged(session.value("own_latency"), {offer: latency.model_dump()}, catalogue)})
    except FourAxesError as error:
        session.put({_REFUSED: str(error)})
