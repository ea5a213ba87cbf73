import streamlit as st

from framework.report import charts, headlines, listing, own_latency, tables
from pages.ui import controls, downloads, robust, show
from pages.ui.frame import finish, frame
from pages.ui.outage import outage_sentence
from pages.ui.own_evals import own_evals
from pages.ui.pair import pair
from pages.ui.trade_offs import trade_offs

COLUMNS = {
    "rank": ">#",
    "name": "Offer",
    "mark": "Role",
    "score": ">Score",
    "cost": ">Cost",
    "latency": ">Latency",
    "limits": ">Rate limits",
    "context": ">Context",
    "success": ">Own evaluation",
    "usd": ">USD a month",
    "wins": ">First in",
    "topsis": ">TOPSIS",
}
SOURCES = {
    "price": "Prices",
    "latency": "Latency reading",
    "limits": "Limits and tiers",
    "window": "Window",
    "class": "Capability class",
    "retirement": "Retirement",
}

page = frame("Recommendation")
with st.sidebar:
    st.subheader("What matters", help="Weights of the four axes; only their proportions count.")
    controls.controls(*(f"priorities.weights.{criterion}" for criterion in page.criteria))
    controls.targets(page.anchors, page.criteria)
    controls.providers(page.provider_names)
    controls.controls("needs.class", "needs.fallback", "budget.monthly_usd")

if page.study is not None:
    study = page.deepened()
    show.headline(headlines.recommendation(study))
    show.answer(study)
    outage_sentence(page)
    downloads.row(page, study)
    rows = tables.ranking_rows(study)
    note, lines = (listing.drawn(study), listing.drawn(study, 6)) if rows else ("", "")
    parts, against, firm = st.tabs(["Score by axis", "Against one weight", robust.TAB], on_change="rerun", key="score_charts")
    if parts.open:
        with parts:
            alt = "Score of each offer as weight times value of the four axes"
            show.chart(charts.score_parts(study), key="chart_score", alt=alt, note=note)
    if against.open:
        with against:
            names = headlines.AXIS_NAMES.get
            axis = st.segmented_control("Weight of", page.criteria, default="cost", format_func=names, key="weight_axis", required=True)
            alt = "Score of each offer against the weight of one axis"
            show.chart(charts.ranking_against_weight(study, axis), key="chart_weight", alt=alt, note=lines)
    robust.tab(firm, page, study)
    show.axis_table({key: head for key, head in COLUMNS.items() if key != "success" or key in page.criteria}, rows, key="ranking_table")
    if rows:
        st.caption(
            "Values from 0 (unacceptable) to 1 (good), anchored at your own targets; an unknown axis counts as 0 to 1, and the "
            "lower end ranks. *First in*: share of the variations of weights and figures in which the offer comes first. "
            "*Dominated*: another one is at least as good on every axis. *TOPSIS*: a second ranking method, to compare."
        )
    pair(page)
    trade_offs(page)
    own_evals(page)
    show.flip_points(study)
    show.could_win(study)
    show.exclusions(study)
    show.sources(page.catalogue, listing.compared_ids(study), SOURCES, own=own_latency.own_sources(study))
finish()
