import streamlit as st

from framework.axes.assessment import AXES
from framework.report import charts, headlines, tables
from pages.ui import controls, downloads, show
from pages.ui.frame import frame

COLUMNS = {
    "rank": ">#",
    "name": "Offer",
    "score": ">Score",
    "cost": ">Cost",
    "latency": ">Latency",
    "limits": ">Limits",
    "context": ">Context",
    "usd": ">USD a month",
    "wins": ">Wins draws",
    "topsis": ">TOPSIS",
    "mark": "",
}

page = frame("Recommendation")
with st.sidebar:
    st.subheader("What matters", help="Weights of the four axes; only their proportions count.")
    controls.controls(*(f"priorities.weights.{axis}" for axis in AXES))
    controls.targets(page.anchors)
    controls.providers(page.provider_names)
    controls.controls("needs.class", "needs.fallback", "budget.monthly_usd")

if page.study is not None:
    study = page.deepened()
    answer = study.recommendation
    show.headline(headlines.recommendation(study))
    st.markdown("\n".join(f"- {show.plain(reason)}" for reason in answer.reasons))
    downloads.row(page, study)
    parts, against = st.tabs(["Score by axis", "Against one weight"], on_change="rerun", key="score_charts")
    if parts.open:
        with parts:
            show.chart(charts.score_parts(study), key="chart_score", alt="Score of each offer as weight times value of the four axes")
    if against.open:
        with against:
            axis = st.segmented_control("Weight of", AXES, default="cost", format_func=headlines.AXIS_NAMES.get, key="weight_axis", required=True)
            show.chart(charts.ranking_against_weight(study, axis), key="chart_weight", alt="Score of each offer against the weight of one axis")
    show.axis_table(COLUMNS, tables.ranking_rows(study), key="ranking_table")
    st.caption("Values run from 0 (unacceptable) to 1 (good), anchored at your own targets. An unknown axis counts 0 to 1; offers are ranked by the lower bound.")
    show.flip_points(study)
    show.could_win(study)
    show.exclusions(study)
    every = {"price": "Prices", "latency": "Latency reading", "limits": "Limits and tiers", "window": "Window", "class": "Capability class", "retirement": "Retirement"}
    show.sources(page.catalogue, [study.columns.ids[at] for at in tables.listed(study) if study.recommendation.scores.eligible[at]], every)
