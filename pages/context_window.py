import streamlit as st

from framework.report import charts, headlines, tables
from pages.ui import controls, show
from pages.ui.frame import frame

COLUMNS = {
    "rank": ">#",
    "name": "Offer",
    "fits": ">Requests that fit",
    "verdict": "Fits",
    "prompt": ">Mean prompt",
    "usable": ">Usable for it",
    "window": ">Window",
    "input": ">Maximum input",
    "output": ">Maximum output",
    "chunks": ">Chunks that fit",
    "turns": ">Turns that fit",
    "cliff": ">Price cliff at",
}

page = frame("Context window")
with st.sidebar:
    controls.providers(page.provider_names)
    controls.controls(
        "context.system_tokens", "context.chunks", "context.chunk_tokens", "context.turns", "context.turn_tokens",
        "context.output_reserve_tokens", "tokens.reasoning_mean",
    )  # fmt: skip
    controls.control("tokens.tokenizer")

if page.study is not None:
    study = page.study
    said = headlines.headline(study, "context_window")
    show.headline(said)
    show.chart(charts.window_fill(study), key="chart_window", alt="What fills the context window of each offer", said=said)
    show.axis_table(COLUMNS, tables.context_rows(study), key="context_table")
    st.caption(
        "Window, maximum input and maximum output are three limits. The output reserve and the reasoning are taken out first, then the prompt must fit; "
        "all in the model's own tokens."
    )
    show.findings(study.assessments.context_window.findings, tables.shown_ids(study))
    show.sources(page.catalogue, tables.shown_ids(study), {"window": "Window and maximum lengths", "tokenizer": "Tokens per o200k token"})
