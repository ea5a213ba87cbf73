import streamlit as st

from framework import wording
from framework.report import rollout as rollouts
from framework.report.rollout_config import llm_yaml
from framework.report.rollout_differences import difference_rows
from framework.report.rollout_watch import probing, tally_words, watch_rows
from pages.ui import controls, downloads, show
from pages.ui.frame import finish, frame

WATCH = {"name": "Metric", "expected": "Expected", "act": "Act", "where": "Where the layer counts it", "why": "Why this figure"}
SOURCES = {
    "price": "Prices, batch, shortest prefix",
    "enforcement": "Counting rules",
    "failures": "What a refused call looks like",
    "caching": "How caches live",
    "window": "Window and longest reply",
    "tokenizer": "Tokens per o200k token",
}

page = frame("Rollout")
with st.sidebar:
    controls.providers(page.provider_names)
    controls.controls("needs.fallback", "budget.ttft_s", "budget.response_s", "budget.percentile", "budget.streaming", "budget.monthly_usd")

if page.study is not None:
    answer = page.study.recommendation
    able = rollouts.rollout(page.study).fallback is not None
    share = 0.0
    head = st.container()
    if able:
        share = st.select_slider(
            "A/B test: share of the calls that the fallback answers first",
            rollouts.SPLITS,
            format_func=wording.share,
            key="split_share",
            width=460,
            help="Sticky by the key of a call, counted apart in calls, errors, latency, tokens and USD.",
        )
    plan = rollouts.rollout(page.study, share)
    with head:
        show.headline(rollouts.headline(plan))
        if plan.notes:
            show.reasons([*plan.notes, *(answer.reasons if answer.choice is None else ())])
    if plan.primary is not None:
        downloads.starter(plan)
        st.code(llm_yaml(plan), language="yaml", wrap_lines=True)
        st.subheader("Measure first")
        st.markdown(f"{probing(plan)} What it writes is better evidence than any published reading: upload it on the latency page.")
        st.subheader("What to watch")
        show.axis_table(WATCH, watch_rows(plan), key="watch_table")
        st.caption(tally_words(plan))
        rows = difference_rows(plan)
        if plan.fallback is not None:
            st.subheader("What changes when the fallback answers")
            heads = {"name": "What", "primary": plan.primary.label, "fallback": plan.fallback.label, "differs": "Differs"}
            show.axis_table({**heads, "care": "What follows"}, rows, key="difference_table")
            st.caption("*Unknown* means that no source says so. Fields and stop reasons are those of the layer and of the official SDKs.")
        show.sources(page.catalogue, [one.offer for one in plan.callees], SOURCES)
finish()
