"""The outage drill: the primary down at the worst time, and what becomes of its calls."""

from __future__ import annotations

import streamlit as st

from framework import wording
from framework.errors import FourAxesError
from framework.outage import FAILING_SHARE, HOURS, NO_FALLBACK, Drill
from framework.report import charts_outage, listing, outage_tables, outage_words
from framework.study import Study
from pages.ui import cached, session, show
from pages.ui.frame import Page

LENGTHS_H = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 12.0, 24.0)
SHARES = (0.1, 0.2, 0.3, 0.5, 0.75, 1.0)
TIERS = {
    "name": "Tier of the fallback",
    "harsh": ">Not in time, 1 s buckets",
    "kind": ">60 s buckets",
    "binding": "By which limit",
    "first": ">First after",
}
ROWS = {"what": "What", "figure": ">Figure", "note": "Of what, and why"}


def outage_drill(page: Page) -> None:
    """Behind an unfolding: four controls of its own, the finding, the minutes, the figures, each tier, and what the year rests on."""
    if page.study is None:
        return
    folder = show.unfolding("Outage drill: what if the provider is down?", "outage_drill")
    if not folder.open:
        return
    with folder:
        primary, fallback = _offers(page.study)
        left, right = st.columns(2)
        hours = left.select_slider("Down for", LENGTHS_H, value=HOURS, key="outage_hours", format_func=outage_words.duration)
        failing = right.select_slider("Calls that fail", SHARES, value=FAILING_SHARE, key="outage_failing", format_func=wording.share)
        drilled = _drilled(page, (primary, fallback, hours, failing))
        if drilled is not None:
            _told(page.study, drilled)


def outage_sentence(page: Page) -> None:
    """The result for choice and fallback in one sentence; nothing where there are not both."""
    study = page.study
    if study is None or study.recommendation.fallback is None:
        return
    drilled = _drilled(page, (None, None, HOURS, FAILING_SHARE))
    if drilled is not None:
        st.caption(show.plain(outage_words.sentence(study, drilled)))


def _offers(study: Study) -> tuple[str, str]:
    """Who fails and who steps in, those in the running first."""
    ids = list(dict.fromkeys([*listing.compared_ids(study), *study.columns.ids]))
    answer = study.recommendation
    left, right = st.columns(2)
    primary = _chosen(left, "Fails", "outage_primary", ids, answer.choice or ids[0])
    stand_ins = [NO_FALLBACK, *(offer for offer in ids if offer != primary)]
    default = next((offer for offer in (answer.fallback, answer.choice) if offer is not None and offer != primary), NO_FALLBACK)
    fallback = _chosen(right, "Steps in", "outage_fallback", stand_ins, default)
    return primary, fallback


def _chosen(place: st.delta_generator.DeltaGenerator, label: str, key: str, options: list[str], default: str) -> str:
    kept = session.held(key)
    # Assigned on every run: the order follows the ranking, and a list in another order would else begin at its first offer again.
    session.put({key: kept if kept in options else default})
    chosen: str = place.selectbox(label, options, key=key)
    return chosen


def _drilled(page: Page, asked: tuple[str | None, str | None, float, float]) -> Drill | None:
    if page.study is None or page.token is None:
        return None
    try:
        return cached.drilled(page.token, page.catalogue.digest, page.study, page.study.on, asked)
    except FourAxesError as error:
        st.info(show.plain(str(error)))
        return None


def _told(study: Study, drilled: Drill) -> None:
    said = outage_words.sentence(study, drilled)
    st.markdown(f"**{show.plain(said)}**")
    for _, text in outage_words.cautions(study, drilled):
        st.warning(show.plain(text))
    figure = charts_outage.outage_minutes(study, drilled)
    if figure is not None:
        show.chart(figure, key="chart_outage", alt="Calls a minute during the outage, served by the fallback and not", said=said)
    rows = [{"what": what, "figure": amount, "note": note} for what, amount, note in outage_tables.rows(study, drilled)]
    show.table(ROWS, rows, key="outage_figures")
    show.axis_table(TIERS, outage_tables.tier_rows(study, drilled), key="outage_tiers")
    for text in outage_tables.basis(drilled):
        st.caption(show.plain(text))
