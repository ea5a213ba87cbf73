import streamlit as st

from framework.report import charts, headlines, tables
from pages.ui import controls, show
from pages.ui.frame import frame

COLUMNS = {
    "rank": ">#",
    "name": "Offer",
    "tier": "Tier",
    "use": ">Peak use",
    "binding": "Binding limit",
    "headroom": ">Headroom",
    "verdict": "Served",
    "second": ">In a busy second",
    "lowest": "Lowest tier that serves",
    "step": "Next step",
}

page = frame("Rate limits")
with st.sidebar:
    controls.providers(page.provider_names)
    controls.tiers(page.catalogue)
    controls.controls(
        "traffic.requests_per_day", "traffic.active_hours", "traffic.peak_factor", "traffic.batch_share",
        "tokens.input_mean", "tokens.output_mean", "context.output_reserve_tokens", "caching.prefix_tokens", "caching.hit_rate",
    )  # fmt: skip

if page.study is not None:
    study = page.study
    said = headlines.headline(study, "rate_limits")
    show.headline(said)
    show.chart(charts.limit_use(study), key="chart_limits", alt="Use of each limit at peak, per tier", said=said)
    at = headlines.subject(study)
    if at is not None:
        st.markdown(f"**{show.plain(study.columns.ids[at])}** at its busiest minute")
        show.table({"name": "Limit", "load": ">At peak", "limit": ">Limit", "use": ">Use"}, tables.limit_figures(study, at), key="limit_figures")
    show.axis_table(COLUMNS, tables.limit_rows(study), key="limit_table")
    st.caption(
        "Peak use is that of the busiest minute. No provider publishes how deep its buckets are: *in a busy second* is the pessimistic reading for "
        "those that enforce below the minute. Where a limit is not published it is unknown, never free."
    )
    show.findings(study.assessments.rate_limits.findings, tables.shown_ids(study))
    show.sources(page.catalogue, tables.shown_ids(study), {"limits": "Limits and tiers", "enforcement": "Counting rules"})
