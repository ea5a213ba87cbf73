"""How firm the answer is: the chart of a manager, what makes each rival win, ranks over the draws, weights, what is worth knowing."""

from __future__ import annotations

from typing import Any

import streamlit as st

from framework.report import charts, robust_rows, robust_words
from framework.study import Study
from pages.ui import cached, show
from pages.ui.frame import Page

TAB = "How firm it is"
RIVALS = {
    "name": "Offer",
    "mark": "Role",
    "cut": ">Its bill would have to fall by",
    "weights": ">Weight that would have to move",
    "figure": "Nearest single figure",
}
RANKS = {"name": "Offer", **{f"rank_{place}": f">{word}" for place, word in enumerate(("1st", "2nd", "3rd", "4th", "5th"), 1)}}
WEIGHTS = {"name": "Axis", "low": ">Stays from", "now": ">Yours", "high": ">To", "below": "First below", "above": "First above"}
KNOWING = {
    "name": "Input",
    "changes": ">Would change the answer in",
    "turned": ">Draws that turn on it",
    "gain": ">Gain of score",
    "usd": ">A month",
    "how": "How to know it",
}


def tab(place: Any, page: Page, study: Study) -> None:
    """The tab, drawn only while it is open."""
    if not place.open:
        return
    with place:
        if study.recommendation.choice is None:
            st.caption("No offer passes every must-have, so there is no choice to hold.")
            return
        held = cached.held(page.token, page.catalogue.digest, study, study.on)
        figure = charts.robustness(study, held)
        if figure["data"]:
            alt = "Share of the draws in which the choice stays first, with each input at its low and its high end"
            show.chart(figure, key="chart_robust", alt=alt)
        else:
            show.finding(figure["layout"]["meta"]["headline"])
        show.reasons(robust_words.how_firm(study))
        _rivals(study)
        _knowing(study, held)
        _weights(study)
        _ranks(study)


def _rivals(study: Study) -> None:
    rows = robust_rows.rival_rows(study)
    if rows:
        st.subheader("What would make each rival win")
        show.axis_table(RIVALS, rows, key="rivals_table")
        st.caption(
            "Each column by itself, all else as it is. Price cuts and weights are exact: below that bill it is first, with those weights "
            "it draws level with the choice. Single figures are the nearest found within a twentieth to twenty times yours."
        )


def _knowing(study: Study, held: tuple[Any, ...]) -> None:
    rows = robust_rows.knowing_rows(study, held)
    if rows:
        st.subheader("What is worth finding out")
        show.axis_table(KNOWING, [{**row, "how": show.in_words(row["how"])} for row in rows], key="knowing_table")
        st.caption(
            "What knowing one input exactly before choosing would gain on average over the draws (expected value of partial perfect "
            "information, by regression), where it stands out of their noise. *Turn on it*: draws that another offer wins once that "
            "input is held at its middle."
        )


def _weights(study: Study) -> None:
    rows = robust_rows.weight_rows(study)
    if rows:
        st.subheader("Weights between which it stays first")
        show.axis_table(WEIGHTS, rows, key="weights_table")
        st.caption("Exact: one weight moves, the others keep their proportions.")


def _ranks(study: Study) -> None:
    st.subheader("Ranks over the draws")
    show.axis_table({**RANKS, "mean": ">Mean score"}, robust_rows.rank_rows(study), key="ranks_table")
    st.caption(
        "Share of the draws in which an offer takes each rank. A draw in which it fails a must-have gives it none, and a score of 0."
    )
