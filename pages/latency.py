import streamlit as st

from framework.report import headlines, latency_lengths, latency_rows, listing
from framework.report.own_latency import own_sources
from pages.ui import controls, latency_views, show
from pages.ui.frame import finish, frame
from pages.ui.own_latency import own_latency, own_latency_banner

COLUMNS = {
    "rank": ">#",
    "name": "Offer",
    "in_time": ">Replies in time",
    "verdict": "Asked share",
    "evidence": "Evidence",
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
        "tokens.effort",
        "task.round_trips",
        "caching.prefix_tokens",
        "caching.hit_rate",
    )

if page.study is not None:
    study = page.study
    said, at = headlines.headline(study, "latency"), headlines.subject(study)
    show.headline(said)
    if at is not None:
        show.finding(latency_lengths.long_prompts(study, at))
    own_latency_banner(page)
    latency_views.views(study, said)
    show.axis_table(COLUMNS, latency_rows.latency_rows(study), key="latency_table")
    st.caption(show.plain(latency_rows.caption(study)))
    if at is not None:
        latency_views.remedies(page, at)
    latency_views.queue(page)
    latency_views.evidence(study)
    show.findings(study.assessments.latency.findings, listing.compared_ids(study))
own_latency(page)
if page.study is not None:
    show.sources(page.catalogue, listing.shown_ids(page.study), {"latency": "Latency reading"}, own=own_sources(page.study))
finish()
