"""Page 1, Workload: the answer, then presets, traffic, tokens, budgets and needs."""

import streamlit as st

from framework.report import headlines, listing, own_latency, tables
from pages.ui import form, show
from pages.ui.frame import finish, frame

SOURCES = {
    "price": "Prices",
    "latency": "Latency reading",
    "limits": "Limits and tiers",
    "enforcement": "Counting rules",
    "window": "Window and maximum lengths",
    "tokenizer": "Tokens per o200k token",
}

page = frame("Workload")
study = page.study
with st.container(key="answer"):
    if study is not None:
        at = headlines.subject(study)
        show.headline(headlines.recommendation(study))
        if study.recommendation.choice is None:
            show.reasons(study.recommendation.reasons)
        if at is not None:
            if study.recommendation.choice is None:
                st.caption(f"The nearest to fitting, {show.plain(study.columns.names[at])}:")
            show.cards(tables.cards(study, at))
        st.caption(listing.passing(study))

form.preset_buttons(page)
form.inputs(page)
form.files(page)
form.preset_reasons()
if study is not None:
    show.sources(page.catalogue, listing.named_ids(study), SOURCES, own=own_latency.own_sources(study))
finish()
