import streamlit as st

from framework.report import charts, headlines, listing, own_limits, tables
from pages.ui import controls, show
from pages.ui.frame import frame
from pages.ui.outage import outage_drill
from pages.ui.own_limits import own_limits as own_section
from pages.ui.own_limits import own_limits_banner

COLUMNS = {
    "rank": ">#",
    "name": "Offer",
    "tier": "Your tier",
    "use": ">Peak use",
    "verdict": "Served",
    "headroom": ">Headroom",
    "binding": "Binding limit",
    "second": ">In a busy second",
    "lowest": "Lowest tier that serves",
    "step": "Next step",
}
LIMITS = {"name": "Limit", "load": ">At peak", "limit": ">Limit", "use": ">Use", "whose": "Figure from"}

page = frame("Rate limits")
with st.sidebar:
    controls.providers(page.provider_names)
    controls.tiers(page.catalogue)
    controls.controls(
        "traffic.requests_per_day",
        "traffic.active_hours",
        "traffic.peak_factor",
        "traffic.batch_share",
        "tokens.input_mean",
        "tokens.output_mean",
        "context.output_reserve_tokens",
        "caching.prefix_tokens",
        "caching.hit_rate",
    )

if page.study is not None:
    study = page.study
    said, at = headlines.headline(study, "rate_limits"), headlines.subject(study)
    show.headline(said)
    own_limits_banner(page)
    note = "Tiers of the choice, the fallback and what you are on today; the table below has every offer at your tier."
    show.chart(charts.limit_use(study), key="chart_limits", alt="Use of each limit at peak, per tier", said=said, note=note)
    show.axis_table(COLUMNS, tables.limit_rows(study), key="limit_table")
    st.caption(
        "Peak use is that of the busiest minute, of a spend cap that of the month. No provider publishes how deep its buckets "
        "are: *in a busy second* is the pessimistic reading for those that enforce below the minute. A limit that is not "
        "published is unknown, never free."
    )
    if at is not None:
        st.subheader(f"{show.plain(study.columns.names[at])} at its busiest minute")
        show.axis_table(LIMITS, tables.limit_figures(study, at), key="limit_figures")
    show.findings(study.assessments.rate_limits.findings, listing.compared_ids(study))
own_section(page)
outage_drill(page)
if page.study is not None:
    groups = {"limits": "Limits and tiers", "enforcement": "Counting rules"}
    show.sources(page.catalogue, listing.shown_ids(page.study), groups, own=own_limits.sources(page.study))
