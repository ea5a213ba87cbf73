import streamlit as st

from framework.report import charts, headlines, tables
from pages.ui import controls, show
from pages.ui.frame import frame

COLUMNS = {
    "rank": ">#",
    "name": "Offer",
    "first": ">P(first token in time)",
    "reply": ">P(whole reply in time)",
    "verdict": "Asked share",
    "p50": ">First token, median",
    "p95": ">95th percentile",
    "reply_p50": ">Whole reply, median",
    "reading": "Reading",
    "baseline": ">Median against today",
}

page = frame("Latency")
with st.sidebar:
    controls.providers(page.provider_names)
    controls.controls(
        "budget.ttft_s", "budget.response_s", "budget.percentile", "budget.streaming",
        "tokens.input_mean", "tokens.output_mean", "tokens.reasoning_mean", "caching.prefix_tokens", "caching.hit_rate",
    )  # fmt: skip

if page.study is not None:
    study = page.study
    said = headlines.headline(study, "latency")
    show.headline(said)
    odds, lengths = st.tabs(["Inside the budget", "Against prompt length"], on_change="rerun", key="latency_charts")
    if odds.open:
        with odds:
            show.chart(charts.in_time(study), key="chart_in_time", alt="Estimated share of replies inside the time budget, with band", said=said)
    if lengths.open:
        with lengths:
            show.chart(charts.first_token_by_length(study), key="chart_lengths", alt="Median time to first token against prompt length", said=said)
    show.axis_table(COLUMNS, tables.latency_rows(study), key="latency_table")
    st.caption(
        "Shares are modelled from published readings and shown in steps of 5 points; the band is how far a median may have moved since. "
        "Published data ends at the 95th percentile, so a 99 % requirement stays unresolved. Nothing here knows your region or hour of day."
    )
    show.findings(study.assessments.latency.findings, tables.shown_ids(study))
    show.sources(page.catalogue, tables.shown_ids(study), {"latency": "Latency reading"})
