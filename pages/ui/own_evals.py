"""The team's own evaluation: pass rates uploaded or typed, shown with their intervals, and the must-have that rests on them."""

from __future__ import annotations

import streamlit as st

from framework.catalogue.catalogue import Catalogue
from framework.catalogue.own_evals import MAX_BYTES, MAX_CASES, counted, merged, parse_evals
from framework.errors import EvalError
from framework.evals import EvalResult
from framework.report import own_evals as words
from framework.report.escaping import shortened
from pages.ui import controls, own_figures, session, show
from pages.ui.frame import Page

FILE, _MODEL, _PASSED, _TOTAL, _REFUSED = (
    "own_evals_file",
    "own_evals_model",
    "own_evals_passed",
    "own_evals_total",
    "fouraxes.evals_refused",
)
TABLE = {"name": "Model or offer", "rate": ">Passes", "interval": ">95 % interval", "against": "Against the must-have"}


def own_evals(page: Page) -> None:
    """Behind an unfolding: results, the ways in and out, and the least share that must succeed."""
    folder = show.unfolding("Your own evaluation: pass rates by model", "own_evals")
    if not folder.open:
        return
    with folder:
        st.caption(words.ABOUT)
        controls.control("needs.least_success")
        evals = {name: EvalResult.model_validate(given) for name, given in session.value("evals").items()}
        show.axis_table(TABLE, words.rows(evals, session.value("needs.least_success")), key="own_evals_table")
        own_figures.removals("evals", key="own-evals")
        _typed(page)
        st.file_uploader(words.UPLOAD, type=["csv", "txt"], key=FILE, on_change=_take, args=(page.catalogue,), max_upload_size=1)
        st.caption(words.FORM)
        if session.held(_REFUSED):
            st.error(show.plain(session.held(_REFUSED)))


def _typed(page: Page) -> None:
    """One result by hand."""
    model, passed, total, enter = st.columns([3, 1, 1, 1], vertical_alignment="bottom")
    names = page.compared_models
    model.selectbox(
        "Model", list(names), index=None, placeholder="choose one", key=_MODEL, persist_state="session",
        format_func=lambda item: f"{names.get(item, item)} · {item}",  # found by typing either
    )  # fmt: skip
    for place, label, key, example, least in ((passed, "Passed", _PASSED, "184", 0), (total, "Of cases", _TOTAL, "200", 1)):
        place.number_input(
            label, key=key, value=None, min_value=least, max_value=MAX_CASES, step=1, placeholder=example, persist_state="session"
        )
    enter.button("Enter", key="own_evals_enter", on_click=_enter, width="stretch")


def _enter() -> None:
    session.put({_REFUSED: None})
    try:
        _add(counted(session.held(_MODEL), session.held(_PASSED), session.held(_TOTAL)), "your entry")
    except EvalError as error:
        session.put({_REFUSED: str(error)})


def _take(catalogue: Catalogue) -> None:
    """Enter the results just uploaded; what is wrong with the file is kept to be shown, and nothing else changes."""
    upload = session.held(FILE)
    session.put({_REFUSED: None})
    if upload is None:
        return
    name = shortened(upload.name, 80) or "your file"
    try:
        if upload.size > MAX_BYTES:
            raise EvalError(f"{name}: more than {MAX_BYTES:,} bytes; give one line per model, not one per case")
        _add(parse_evals(upload.getvalue(), name, catalogue), name)
    except EvalError as error:
        session.put({_REFUSED: str(error)})


def _add(found: dict[str, EvalResult], place: str) -> None:
    given = {name: EvalResult.model_validate(item) for name, item in session.value("evals").items()}
    session.amend({"evals": {name: own.model_dump() for name, own in merged(given, found, place).items()}})
