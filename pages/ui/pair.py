"""The pair: why this fallback, how often neither answers, what a fail-over costs; and the best offer of each provider."""

from __future__ import annotations

import streamlit as st

from framework.errors import FourAxesError
from framework.outage import FAILING_SHARE, HOURS, Drill
from framework.pair import PairWorth
from framework.report import pair_tables, pair_words
from framework.study import Study
from pages.ui import cached, show
from pages.ui.frame import Page

FIGURES = {"what": "What", "figure": ">Figure", "note": "Of what"}
PROVIDERS = {
    "name": "Provider",
    "passing": ">Pass",
    "best": "Best offer",
    "role": "Role",
    "rank": ">#",
    "score": ">Score",
    "usd": ">USD a month",
    "why": "What keeps it out",
}


def pair(page: Page) -> None:
    """Sentences at once, figures and what they rest on behind an unfolding, the providers below; no pair where none is asked for."""
    study = page.study
    if study is None:
        return
    drilled = _drilled(page)
    found = pair_words.worth(study, drilled) if drilled is not None else None
    told = pair_words.answer(study, found)
    if told:
        st.subheader("The pair")
        show.reasons(told)
    if found is not None:
        _in_figures(study, found)
    st.subheader("Best offer of each provider")
    show.axis_table(PROVIDERS, pair_tables.provider_rows(study), key="provider_table")
    show.note(pair_tables.not_asked(study))


def _in_figures(study: Study, found: PairWorth) -> None:
    show.note(pair_words.rests_on(study, found))
    folder = show.unfolding("The pair in figures, and what they rest on", "pair_figures")
    if not folder.open:
        return
    with folder:
        show.table(FIGURES, pair_tables.figures(found), key="pair_table")
        for text in (pair_words.in_step(study), *pair_words.basis(found)):
            st.caption(show.plain(text))


def _drilled(page: Page) -> Drill | None:
    """The drill of choice and fallback, which the sentence beside the fallback has asked for already."""
    if page.study is None or page.token is None or page.study.recommendation.fallback is None:
        return None
    try:
        return cached.drilled(page.token, page.catalogue.digest, page.study, page.study.on, (None, None, HOURS, FAILING_SHARE))
    except FourAxesError as error:
        st.info(show.plain(str(error)))
        return None
