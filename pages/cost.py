import streamlit as st

from framework.report import charts, headlines, listing, tables
from pages.ui import controls, outlook, show
from pages.ui.frame import finish, frame

COLUMNS = {
    "rank": ">#",
    "name": "Offer",
    "usd": ">USD a month",
    "verdict": "Budget",
    "range": ">8 of 10 draws",
    "cheapest": ">Cheapest in",
    "baseline": ">Against today",
    "each": ">Per 1,000 requests",
    "success": ">Per success",
    "sticker": ">Sticker price",
    "cache": "Prefix",
    "long": ">Above the price cliff",
}

page = frame("Cost")
with st.sidebar:
    controls.providers(page.provider_names)
    controls.controls("traffic.requests_per_day", "traffic.batch_share")
    controls.prompt_length()
    controls.controls(
        "tokens.output_mean",
        "tokens.reasoning_mean",
        "caching.prefix_tokens",
        "caching.hit_rate",
        "caching.prefixes",
        "budget.monthly_usd",
        "tokens.tokenizer",
        "conversation.turns",
        "billing.service",
    )

if page.study is not None:
    study = page.study
    said, note, lines = headlines.headline(study, "cost"), listing.drawn(study), listing.drawn(study, 6)
    show.headline(said)
    spent = page.spent()
    names = ["By line", "Range", "Why this bill", "Twelve months", "Output/input ratio", "Cache hit rate", "Volume"]
    bars, ranges, reasons, months, ratio, hits, volume = st.tabs(names, on_change="rerun", key="cost_charts")
    if bars.open:
        with bars:
            show.chart(charts.monthly_cost(study), key="chart_cost", alt="Monthly cost by line for each offer", said=said, note=note)
    if ranges.open:
        with ranges:
            alt = "Monthly bill of each offer with its tenth, fiftieth and ninetieth percentile"
            show.chart(charts.cost_range(study, spent), key="chart_range", alt=alt, note=note)
    if reasons.open:
        with reasons:
            outlook.why(study)
    if months.open:
        with months:
            outlook.twelve_months(study)
    if ratio.open:
        with ratio:
            show.chart(
                charts.cost_against_ratio(study), key="chart_ratio", alt="Monthly cost against output per input", said=said, note=lines
            )
    if hits.open:
        with hits:
            show.chart(
                charts.cost_against_hit_rate(study), key="chart_hits", alt="Monthly cost against cache hit rate", said=said, note=lines
            )
    if volume.open:
        with volume:
            show.chart(
                charts.cost_against_volume(study), key="chart_volume", alt="Monthly cost against requests a day", said=said, note=lines
            )
    show.axis_table(COLUMNS, tables.cost_rows(study, spent), key="cost_table")
    st.caption(
        "A month has 30 days; the table is the first month, before any growth. "
        "*8 of 10 draws*: from the tenth to the ninetieth percentile, if each figure strays as the workload's *How sure* says; "
        "*Cheapest in*: the share of the draws in which it is the cheapest of those that fit. "
        "*Sticker price*: mean tokens times the base prices, without cache, cliff and batch. *Above the price cliff*: share of "
        "requests billed at the long-prompt price."
    )
    show.findings(study.assessments.cost.findings, listing.compared_ids(study))
    show.sources(page.catalogue, listing.shown_ids(study), listing.billed_groups(study))
finish()
