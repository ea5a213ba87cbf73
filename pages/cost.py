import streamlit as st

from framework.report import charts, headlines, tables
from pages.ui import controls, show
from pages.ui.frame import frame

COLUMNS = {
    "rank": ">#",
    "name": "Offer",
    "usd": ">USD a month",
    "range": ">Range",
    "verdict": "Budget",
    "each": ">Per request",
    "sticker": ">Sticker price",
    "cache": "Prefix",
    "long": ">Above the price cliff",
    "baseline": ">Against today",
}

page = frame("Cost")
with st.sidebar:
    controls.providers(page.provider_names)
    controls.controls(
        "traffic.requests_per_day", "traffic.batch_share", "tokens.input_mean", "tokens.output_mean", "tokens.reasoning_mean",
        "caching.prefix_tokens", "caching.hit_rate", "caching.prefixes", "budget.monthly_usd",
    )  # fmt: skip
    controls.control("tokens.tokenizer")

if page.study is not None:
    study = page.study
    said = headlines.headline(study, "cost")
    show.headline(said)
    bars, ratio, hits = st.tabs(["By line", "Against output/input ratio", "Against cache hit rate"], on_change="rerun", key="cost_charts")
    if bars.open:
        with bars:
            show.chart(charts.monthly_cost(study), key="chart_cost", alt="Monthly cost by line for each offer", said=said)
    if ratio.open:
        with ratio:
            show.chart(charts.cost_against_ratio(study), key="chart_ratio", alt="Monthly cost against the output to input ratio", said=said)
    if hits.open:
        with hits:
            show.chart(charts.cost_against_hit_rate(study), key="chart_hits", alt="Monthly cost against the cache hit rate", said=said)
    show.axis_table(COLUMNS, tables.cost_rows(study), key="cost_table")
    st.caption("Sticker price: mean tokens times the base prices, no cache, no cliff, no batch. The month has 30 days; growth is not applied.")
    show.findings(study.assessments.cost.findings, tables.shown_ids(study))
    show.sources(page.catalogue, tables.shown_ids(study), {"price": "Prices", "tokenizer": "Tokens per o200k token"})
