import streamlit as st

from framework.report import charts, headlines, listing, tables
from pages.ui import controls, show, texts
from pages.ui.frame import frame

COLUMNS = {
    "rank": ">#",
    "name": "Offer",
    "fits": ">Requests that fit",
    "verdict": "Fits",
    "prompt": ">Mean prompt",
    "usable": ">Usable for it",
    "window": ">Window",
    "input": ">Max. input",
    "output": ">Max. output",
    "chunks": ">Chunks that fit",
    "turns": ">Turns that fit",
    "cliff": ">Price cliff at",
}

page = frame("Context window")
with st.sidebar:
    controls.providers(page.provider_names)
    controls.controls(
        "context.system_tokens",
        "context.chunks",
        "context.chunk_tokens",
        "context.turns",
        "context.turn_tokens",
        "context.output_reserve_tokens",
        "tokens.reasoning_mean",
        "tokens.tokenizer",
    )

if page.study is not None:
    study = page.study
    said = headlines.headline(study, "context_window")
    show.headline(said)
    alt = "What fills the context window of each offer"
    show.chart(charts.window_fill(study), key="chart_window", alt=alt, said=said, note=listing.drawn(study))
    show.axis_table(COLUMNS, tables.context_rows(study), key="context_table")
    st.caption(
        "Lengths in tokens of the model's own. Window, maximum input and maximum output are three limits: the output reserve "
        "and the reasoning are taken out first, then the prompt must fit. *Price cliff at*: the turn from which a whole prompt "
        "costs more."
    )
    show.findings(study.assessments.context_window.findings, listing.compared_ids(study))
    groups = {"window": "Window and maximum lengths", "tokenizer": "Tokens per o200k token"}
    show.sources(page.catalogue, listing.shown_ids(study), groups)

texts.your_own_text(page)
