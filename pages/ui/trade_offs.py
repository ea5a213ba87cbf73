"""Weights by trade-off questions, behind an unfolding: nothing changes until the user takes them."""

from __future__ import annotations

import streamlit as st

from framework.report import trade_offs as words
from framework.scoring.rank import shares_of
from framework.scoring.trade_offs import STEPS, Question, fit, questions, ratio_of_amount
from framework.study import Study
from pages.ui import session, show
from pages.ui.frame import Page

SAID = {"name": "No.", "gain": "What you would gain", "said": "Worth to you", "implied": "By these weights", "mark": "Fit"}
WEIGHTS = {"name": "Axis", "now": ">Now", "fitted": ">From your answers"}


def trade_offs(page: Page) -> None:
    """Five questions, the weights that follow from the answers, how well they fit, and a button that takes them."""
    if page.study is None:
        return
    folder = show.unfolding("Find the weights by five trade-off questions", "trade_offs")
    if not folder.open:
        return
    with folder:
        st.caption(words.HOW)
        asked = questions(page.anchors)
        answers = {}
        for place, question in enumerate(asked, start=1):
            ratio = _answer(place, question)
            if ratio is not None:
                answers[question.key] = ratio
        _fitted(page.study, asked, answers)


def _answer(place: int, question: Question) -> float | None:
    """How many times the gain is worth what is given up; None where it is not said. Other amounts make another question."""
    key = f"trade_{question.key}_{question.gain.size:g}_{question.give.size:g}"
    with st.container(key=f"trade_off_{place}", gap="small"):
        st.markdown(f"**{place}.** {show.plain(words.asked(question))}")
        left, right = st.columns([3, 2], vertical_alignment="bottom")
        step = left.pills(
            f"Answer to question {place}", list(STEPS), key=key, format_func=lambda item: words.STEP_WORDS[item],
            label_visibility="collapsed", wrap=True, persist_state="session",
        )  # fmt: skip
        typed = right.number_input(
            words.most(question), key=f"{key}_most", value=None, min_value=0.0, max_value=1e9, format="%g", placeholder="not said",
            persist_state="session",
        )  # fmt: skip
    if typed is not None:
        return ratio_of_amount(question, words.from_box(question, typed))
    return None if step is None else STEPS[step]


def _fitted(study: Study, asked: tuple[Question, ...], answers: dict[str, float]) -> None:
    # A weight on what nobody has evaluated yet is not in force.
    weights = study.priorities.weights.of(study.case.criteria)
    found = fit(asked, answers, shares_of(weights))
    show.finding(words.finding(asked, answers, found))
    if not answers:
        return
    show.table(WEIGHTS, words.weight_rows(weights, found), key="trade_off_weights")
    settings = words.settings(weights, found)
    taken = all(session.value(path) == value for path, value in settings.items())
    st.button(
        "These weights are in use" if taken else "Use these weights", on_click=session.amend, args=(settings,), key="take_weights",
        disabled=taken, type="secondary" if taken else "primary",
    )  # fmt: skip
    show.note(words.faster(study, found))
    show.table(SAID, words.rows(asked, answers, found), key="trade_off_answers")
