"""The page that holds two answers side by side: two workloads, or two providers."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

import streamlit as st

from framework.errors import FourAxesError
from framework.link import Shared, encode
from framework.presets import presets
from framework.priorities import Priorities
from framework.report import compared, differences, listing, side_by_side
from framework.report.escaping import shortened
from framework.study import Study
from framework.workload import Workload
from framework.workload_file import parse_workload
from pages.ui import cached, field_words, pinned, session, show
from pages.ui.frame import Page
from pages.ui.show import Html

WORKLOADS, PROVIDERS, GLOSSARY = VIEWS = ("Two workloads", "Two providers", "Glossary")
PINNED, UPLOADED = "pinned", "uploaded"
SOURCES = {
    "price": "Prices",
    "latency": "Latency reading",
    "limits": "Limits and tiers",
    "window": "Window and maximum lengths",
}
_SECOND, _REFUSED, FILE, WITH = ("fouraxes.second", "fouraxes.second_refused", "compare_file", "compare_with")


@dataclass(frozen=True)
class Second:
    """A workload that was handed in to be compared; the inputs of the pages are not touched by it."""

    name: str
    workload: Workload
    priorities: Priorities


def two_workloads(page: Page) -> None:
    """The workload of the form beside another one: pinned, a preset, or a file."""
    other = _other(page)
    if page.study is None or other is None:
        return
    study = page.study
    names = compared.workload_names(study, other, pinned=session.held(WITH) == PINNED)
    show.headline(compared.workloads(study, other, names))
    _pair(study, other, names)
    for place, (offer, rows) in enumerate(compared.same_offers(study, other)):
        st.subheader(f"{show.plain(offer)} in both")
        _lines(rows, names, key=f"side_offer_{place}")
    changed = differences.differences((study.workload, study.priorities), (other.workload, other.priorities))
    folder = show.unfolding("Inputs that differ", "compare_inputs")
    if folder.open:
        with folder:
            rows = field_words.rows(changed, page.catalogue)
            show.table({"name": "Input", "was": names[0], "now": names[1]}, rows, key="compare_inputs_table")
    show.sources(page.catalogue, dict.fromkeys([*listing.named_ids(study), *listing.named_ids(other)]), SOURCES)


def _pair(study: Study, other: Study, names: tuple[str, str]) -> None:
    """What each comes out at, with its own figures."""
    sides = side_by_side.answer(study), side_by_side.answer(other)
    if sides[0] is None or sides[1] is None:
        return
    st.subheader("Each with its own answer")
    _lines([*side_by_side.named(study, other), *side_by_side.lines(sides[0], sides[1])], names, key="side_answers")
    show.note(side_by_side.score_note(study, other))


def _lines(rows: list[dict[str, Any]], names: tuple[str, str], *, key: str) -> None:
    heads = {"name": "Axis", "left": names[0], "right": names[1], "change": "Difference"}
    show.axis_table(heads, [_badged(row) for row in rows], key=key)


def _badged(row: dict[str, Any]) -> dict[str, Any]:
    """Figures with their verdicts."""
    return {**row, **{end: _cell(row[end], row.get(f"{end}_verdict")) for end in ("left", "right")}}


def _cell(figure: str, verdict: int | None) -> Html | str:
    return figure if verdict is None else Html(f"{show.badge(verdict)} {escape(figure)}")


def _other(page: Page) -> Study | None:
    """The second study; None where there is none yet, and the page says what to do or what is wrong."""
    kept = pinned.pin()
    names = ({PINNED: "The pinned answer"} if kept else {}) | {key: preset.title for key, preset in presets().items()}
    names |= {UPLOADED: "A workload file"}
    mine = None if page.study is None else page.study.workload.name
    options = [key for key in names if names[key] != mine]
    chosen = st.selectbox("Compare your workload with", options, key=WITH, format_func=lambda item: names[item], persist_state="session")
    if chosen == PINNED and kept is not None:
        return kept.study(page.catalogue)
    if chosen == UPLOADED:
        second = _handed_in()
        return None if second is None else _studied(page, second.workload, second.priorities)
    preset = presets()[chosen]
    return _studied(page, preset.workload, preset.priorities)


def _studied(page: Page, workload: Workload, priorities: Priorities) -> Study | None:
    token = encode(Shared(workload, priorities, page.on, page.catalogue.digest))
    try:
        return cached.studied(token, page.catalogue.digest, workload, priorities, page.on)
    except FourAxesError as error:
        st.error("The second workload cannot be answered for; yours is as it was.")
        st.code(str(error), language=None, wrap_lines=True)
        return None


def _handed_in() -> Second | None:
    """The uploader, what is wrong with a file, and the last file that could be used."""
    st.file_uploader("A second workload file (YAML)", type=["yaml", "yml"], key=FILE, on_change=_take, max_upload_size=1)
    refused: str | None = session.held(_REFUSED)
    second: Second | None = session.held(_SECOND)
    if refused:
        st.error("The second file was not taken; your own workload is as it was.")
        st.code(refused, language=None, wrap_lines=True)
    if second is None:
        st.caption("The first page downloads a workload as such a file. Yours stays as it is; the second one is only compared.")
    else:
        show.note(f"Compared with “{second.workload.name}” from {second.name}.")
    return second


def _take() -> None:
    """Take in the second file whole, or keep what is wrong with it."""
    upload = session.held(FILE)
    session.put({_REFUSED: None})
    if upload is None:
        session.put({_SECOND: None})
        return
    name = shortened(upload.name, 80) or "your file"
    try:
        session.put({_SECOND: Second(name, *parse_workload(upload.getvalue(), name))})
    except FourAxesError as error:
        session.put({_REFUSED: str(error)})


def two_providers(page: Page) -> None:
    """The best offer of each of two providers, on every axis."""
    names = page.compared_providers
    if page.study is None:
        return
    if len(names) < 2:
        st.info("Your workload compares one provider. Add another under “Providers compared”.")
        return
    left, right = st.columns(2)
    one = left.selectbox("One provider", list(names), key="one_provider", format_func=names.__getitem__)
    others = [name for name in names if name != one]
    other = right.selectbox("The other", others, key="other_provider", format_func=names.__getitem__)
    _against(page, page.study, one, other)


def _against(page: Page, study: Study, one: str, other: str) -> None:
    sides = compared.best_of(study, one), compared.best_of(study, other)
    if sides[0] is None or sides[1] is None:
        missing = one if sides[0] is None else other
        st.info(f"{show.plain(page.provider_names[missing])} sells nothing on this day that could be compared.")
        return
    ours, theirs = sides
    show.headline(compared.provider_headline(ours, theirs))
    show.reasons(compared.providers(ours, theirs))
    heads = {"name": "Axis", "left": ours.name, "right": theirs.name, "better": "Better", "worth": ">Worth, 0 to 1"}
    show.axis_table(heads, [_badged(row) for row in compared.provider_rows(ours, theirs)], key="side_providers")
    show.sources(page.catalogue, [side.study.columns.ids[side.at] for side in sides], SOURCES)
