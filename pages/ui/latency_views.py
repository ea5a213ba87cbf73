"""The looks at the latency axis: charts of which the open one is made, what would help, and what the readings are worth."""

from __future__ import annotations

import streamlit as st

from framework.errors import TraceError
from framework.latency_fixes import Fixes
from framework.queued import Queued
from framework.report import charts, latency_evidence, latency_fix_rows, latency_lengths, listing, queue_rows
from framework.study import Study
from pages.ui import cached, show, source_rows
from pages.ui import remedies as remedy
from pages.ui.frame import Page
from pages.ui.remedies import Section, Tried

VIEWS = ("Inside the budget", "Where the time goes", "Against the budget", "Against prompt length", "Seconds by length")
OFFER = "latency_fix_offer"
REMEDIES = Section(
    "What would bring an offer inside the budget",
    "latency_fixes",
    {"what": "What is changed", "in_time": ">Replies in time", "enough": "Enough", "takes": "What it takes"},
    "latency_fix_table",
    latency_fix_rows.HOW,
)
LENGTHS = {
    "rank": ">#",
    "name": "Offer",
    "p50": ">Your median prompt",
    "p95": ">Your longest (p95)",
    "largest": ">Its largest prompt",
    "edge": ">Leaves the budget at",
    "known": "Rests on",
}
EVIDENCE = {
    "rank": ">#",
    "name": "Offer",
    "grade": "Evidence",
    "read": "Read",
    "n": ">n",
    "conditions": "Conditions",
    "where": "Source",
}


def views(study: Study, said: str) -> None:
    """Five charts, of which the open one is made."""
    odds, parts, budget, prompt, seconds = st.tabs(VIEWS, on_change="rerun", key="latency_charts")
    note, drawn = listing.drawn(study), listing.drawn(study, 6)
    if odds.open:
        with odds:
            alt = "Estimated share of replies inside the time budget, with band"
            show.chart(charts.in_time(study), key="chart_in_time", alt=alt, said=said, note=note)
    if parts.open:
        with parts:
            told = "Medians of the readings at your lengths. Where a reading holds the thinking it cannot be told from the wait: hatched."
            alt = "Seconds of the median reply by what they go to, against the budget"
            show.chart(charts.budget_strip(study), key="chart_parts", alt=alt, note=f"{told} {note}".strip())
    if budget.open:
        with budget:
            alt = "Estimated share in time against the budget"
            told = "Dotted: above 95 %, where readings end. An area around a line is how far its median may have moved since."
            show.chart(charts.in_time_by_budget(study), key="chart_budget", alt=alt, note=f"{told} {drawn}".strip())
    if prompt.open:
        with prompt:
            _prompt(study, drawn)
    if seconds.open:
        with seconds:
            alt = "Median time to first token against prompt length"
            show.chart(charts.first_token_by_length(study), key="chart_lengths", alt=alt, said=said, note=drawn)
            _lengths(study)


def _prompt(study: Study, drawn: str) -> None:
    alt = "Estimated share in time against the length of the prompt"
    told = "Of prompts of just that length with nothing cached; what is found in the cache moves a prompt to the left."
    show.chart(charts.in_time_by_prompt(study), key="chart_prompt", alt=alt, note=f"{told} {drawn}".strip())


def _lengths(study: Study) -> None:
    """What long prompts do to each offer, in a table."""
    show.axis_table(LENGTHS, latency_lengths.length_rows(study), key="length_table")
    st.caption(latency_lengths.OPTIMISTIC)


def queue(page: Page) -> None:
    """Who is in time once the wait at the rate limits is counted; replayed only while it is looked at."""
    study = page.study
    if study is None or page.token is None:
        return
    folder = show.unfolding("With the wait at your rate limits counted", "latency_queue")
    if not folder.open:
        return
    with folder:
        try:
            found: Queued = cached.queues(page.token, page.catalogue.digest, study, study.on)
        except TraceError as problem:
            st.error(show.plain(str(problem)))
            return
        st.markdown(show.plain(queue_rows.said(study, found)))
        show.axis_table(queue_rows.COLUMNS, queue_rows.queue_rows(study, found), key="queue_table")
        st.caption(queue_rows.HOW)


def evidence(study: Study) -> None:
    """What every reading is worth, and by which rules."""
    folder = show.unfolding("How good the readings are", "latency_evidence")
    if not folder.open:
        return
    with folder:
        offers = listing.listed(study)
        st.markdown(show.plain(f"Readings of the {len(offers)} offers listed: {latency_evidence.tally(study, offers)}."))
        rows = [{**row, "where": _where(row)} for row in latency_evidence.evidence_rows(study)]
        if better := latency_evidence.why_not_better(study, offers):
            st.markdown(show.plain(better))
        show.axis_table(EVIDENCE, rows, key="evidence_table")
        st.caption(latency_evidence.RULES)


def _where(row: dict[str, object]) -> str:
    linked = source_rows.link(str(row["url"] or row["source"]), str(row["source"]))
    return source_rows.Html(f"{linked}<br><span class='fa-muted'>{row['kind']}</span>") if row["kind"] else ""


def remedies(page: Page, at: int) -> None:
    """What would bring an offer inside the budget; open of itself where the subject misses it."""

    def work(study: Study, token: str) -> Tried:
        # The excluded ones too: a remedy may let them in.
        chosen = remedy.offer(study, at, listing.shown_ids(study), key=OFFER)
        found: Fixes = cached.latency_remedies(token, page.catalogue.digest, study, study.on, chosen)
        rows = latency_fix_rows.fix_rows(found) if found.helps or found.unknown else []
        tried = latency_fix_rows.idle(found)
        return Tried(latency_fix_rows.best(study, chosen, found), rows, [tried] if tried else [])

    remedy.remedies(page, REMEDIES, wanted=page.study is not None and latency_fix_rows.wanted(page.study, at), work=work)
