import streamlit as st

from framework.report import charts, headlines, listing, tables
from framework.report.own_latency import own_sources
from pages.ui import controls, show
from pages.ui.frame import frame
from pages.ui.own_latency import own_latency, own_latency_banner

COLUMNS = {
    "rank": ">#",
    "name": "Offer",
    "in_time": ">Replies in time",
    "verdict": "Asked share",
    "first": ">First token in time",
    "reply": ">Whole reply in time",
    "p50": ">First token, median",
    "p95": ">95th percentile",
    "reply_p50": ">Whole reply, median",
    "baseline": ">First token against today",
    "reading": "Reading",
}

page = frame("Latency")
with st.sidebar:
    controls.providers(page.provider_names)
    controls.controls(
        "budget.ttft_s",
        "budget.response_s",
        "budget.percentile",
        "budget.streaming",
        "tokens.input_mean",
        "tokens.output_mean",
        "tokens.reasoning_mean",
        "caching.prefix_tokens",
        "caching.hit_rate",
    )

if page.study is not None:
    study = page.study
    said, note, lines = headlines.headline(study, "latency"), listing.drawn(study), listing.drawn(study, 6)
    show.headline(said)
    own_latency_banner(page)
    odds, lengths = st.tabs(["Inside the budget", "Against prompt length"], on_change="rerun", key="latency_charts")
    if odds.open:
        with odds:
            alt = "Estimated share of replies inside the time budget, with band"
            show.chart(charts.in_time(study), key="chart_in_time", alt=alt, said=said, note=note)
    if lengths.open:
        with lengths:
            alt = "Median time to first token against prompt length"
            show.chart(charts.first_token_by_length(study), key="chart_lengths", alt=alt, said=said, note=lines)
    show.axis_table(COLUMNS, tables.latency_rows(study), key="latency_table")
    st.caption(
        "Shares are estimates from published readings, in steps of 5 points; the band is how far a median may have moved since."
        " Published data ends at the 95th percentile, so a 99 % requirement stays unresolved. Nothing here knows your region or"
        " hour of day."
    )
    show.findings(study.assessments.latency.findings, listing.compared_ids(study))
own_latency(page)
if page.study is not None:
    show.sources(page.catalogue, listing.shown_ids(page.study), {"latency": "Latency reading"}, own=own_sources(page.study))
