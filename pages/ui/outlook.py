"""Two deeper looks at the bill: why it is what it is, and what the next twelve months bring."""

from __future__ import annotations

import streamlit as st

from framework import forecast
from framework.errors import WorkloadError
from framework.report import break_evens, charts, charts_forecast, forecast_tables, headlines, listing
from framework.study import Study
from pages.ui import controls, show


def why(study: Study) -> None:
    """From the sticker price to the bill of one offer, step by step, and where its break-evens lie."""
    ids = listing.shown_ids(study)
    at = headlines.subject(study)
    if at is None or not ids:
        st.caption("No offer to explain.")
        return
    start = ids.index(study.columns.ids[at])
    chosen = st.selectbox("Offer", ids, index=start, key="why_offer")
    show.chart(charts.waterfall(study, chosen), key="chart_why", alt=f"From sticker price to bill of {chosen}, step by step")
    for sentence in break_evens.break_evens(study, chosen):
        st.markdown(f"- {show.plain(sentence)}")


def twelve_months(study: Study) -> None:
    """The bill month by month with growth and what is announced, today's bill beside it."""
    controls.control("traffic.growth_per_month")
    help_text = "Announced is not certain: vendors have called changes off."
    counted = st.toggle("Count announced price changes", value=True, key="scheduled", help=help_text)
    try:
        start = forecast.next_month(study.on)
        coming = forecast.twelve_months(study.workload, study.catalogue, start, scheduled=counted, today=study.on)
    except WorkloadError as error:
        st.info(show.plain(str(error)))
        return
    figure = charts_forecast.twelve_months(study, coming)
    show.chart(figure, key="chart_months", alt="Monthly bill over the next twelve months", note=listing.drawn(study, 6))
    show.table(
        {"name": "Offer", "total": ">Twelve months", "naive": ">Today's bill × 12", "change": ">Difference"},
        forecast_tables.forecast_rows(study, coming),
        key="forecast_table",
    )
    rows = forecast_tables.event_rows(study, coming)
    if rows:
        st.caption("What is announced for these offers; *may be called off* marks what the vendor can still take back.")
        show.table({"date": "Day", "name": "Offer", "what": "What happens", "sure": ""}, rows, key="event_table")
