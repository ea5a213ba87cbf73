import streamlit as st

from framework.report import headlines, listing
from pages.ui import controls, show, texts, window_views
from pages.ui.frame import finish, frame

page = frame("Context window")
with st.sidebar:
    controls.providers(page.provider_names)
    controls.controls(
        "context.system_tokens",
        "context.tools_tokens",
        "context.chunks",
        "context.chunk_tokens",
        "context.turns",
        "context.turn_tokens",
        "context.output_reserve_tokens",
        "tokens.reasoning_mean",
        "tokens.tokenizer",
    )

if page.study is not None:
    show.headline(headlines.headline(page.study, "context_window"))
place = window_views.views(page)
if page.study is not None:
    study = page.study
    show.findings(study.assessments.context_window.findings, listing.compared_ids(study))
    groups = {"window": "Window and maximum lengths", "tokenizer": "Tokens per o200k token", "overflow": "What becomes of too long a call"}
    show.sources(page.catalogue, listing.shown_ids(study), groups)

texts.your_own_text(page)
window_views.own_documents(place)
finish()
