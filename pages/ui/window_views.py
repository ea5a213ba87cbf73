"""The views of the context-window page: what fills a prompt, plans of retrieval and of conversations, and calls that are too long."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from framework import wording
from framework.planning.retrieval_plan import RetrievalPlan
from framework.plans import counted_corpus
from framework.report import charts, charts_plans, headlines, listing, svg, tables, window_tables, window_words
from framework.report.selection import shown
from framework.study import Study
from framework.texts.spread import spread_of
from pages.ui import cached, controls, pictures, session, show, texts, window_cells
from pages.ui.frame import Page

ROWS = 8
BILL, FIRST_TOKEN = "USD a month", "First token"
COLUMNS = {
    "rank": ">#",
    "name": "Offer",
    "fit": "Fits",
    "fits": ">Requests that fit",
    "prompt": ">Mean prompt",
    "usable": ">Usable for it",
    "window": ">Window",
    "input": ">Max. input",
    "output": ">Max. output",
    "chunks": ">Chunks that fit",
    "turns": ">Turns that fit",
    "cliff": ">Price cliff at",
}
RETRIEVAL = ("retrieval.documents", "retrieval.document_tokens", "retrieval.document_p95_tokens", "retrieval.overlap_share")
PLAN = ("retrieval.top_k", "retrieval.whole_documents", "budget.ttft_s")
TALK = ("conversation.turns", "conversation.user_tokens", "conversation.pause_s")
CUT = ("history.kept_turns", "history.summary_tokens", "conversation.cached")
COMPARED = {
    "name": "Offer",
    "whole_share": ">Documents that fit whole",
    "usd_chunked": ">Chunks: USD a month",
    "usd_whole": ">Whole: USD a month",
    "ttft_chunked": ">Chunks: first token",
    "ttft_whole": ">Whole: first token",
    "use_chunked": ">Chunks: input limit used",
    "use_whole": ">Whole: input limit used",
    "fit_chunked": "Chunks",
    "fit_whole": "Whole",
}
BUDGET = {
    "name": "Offer",
    "best": ">Chunks at most",
    "binds": "What binds",
    "window": ">By window",
    "cliff": ">By price cliff",
    "latency": ">By latency",
    "unhurried": ">Latency left aside",
    "advised_usd": ">USD a month at most",
    "full_usd": ">USD a month, window full",
    "full_ttft": ">First token, window full",
}
TURNS = {
    "name": "Offer",
    "overflow": ">Turns that fit",
    "cliff": ">Turns at the base price",
    "latency": ">Turns in time",
    "uncut": ">Uncut, a month",
    "trimmed_k": "Trimmed",
    "trimmed_usd": ">A month",
    "trimmed_saved": "",
    "summarised_k": "Summarised",
    "summarised_usd": ">A month ",
    "summarised_saved": " ",
}
TOO_LONG = {
    "name": "Provider",
    "worst": "Tightest of its offers",
    "prompt": "Prompt too long",
    "output": "Prompt fits, reply does not",
    "how": "What comes back",
    "source": "Read",
}


def views(page: Page) -> DeltaGenerator | None:
    """Four tabs, of which only the open one is worked out; inputs stay where there is no answer, so that they can be put right.

    Gives the place for `own_documents`, which are counted further down the page; None where it is not shown.
    """
    place = None
    budget, retrieval, talk, overflow = st.tabs(
        ["Budget of a prompt", "Retrieval planner", "Conversation planner", "Too long a call"], on_change="rerun", key="window_views"
    )
    study = page.study
    if budget.open and study is not None:
        with budget:
            prompt_budget(study)
    if retrieval.open:
        with retrieval:
            _inputs(RETRIEVAL, PLAN)
            place = st.container(key="own_documents")
            if study is not None:
                retrieval_planner(page, study)
    if talk.open:
        with talk:
            _inputs(TALK, CUT)
            if study is not None:
                conversation_planner(page, study)
    if overflow.open and study is not None:
        with overflow:
            too_long(study)
    return place


def prompt_budget(study: Study) -> None:
    """What a mean request is made of, and how much of each limit it uses."""
    said = headlines.headline(study, "context_window")
    alt = "What fills the context window of each offer"
    show.chart(charts.window_fill(study), key="chart_window", alt=alt, said=said, note=listing.drawn(study))
    limits = charts.window_limits(study)
    show.finding(limits["layout"]["meta"]["headline"])
    pictures.picture(svg.render(limits, width=420), alt="Share of window, largest input and largest output that a request uses")
    st.caption(
        "Three limits apply apart from one another: the whole request against the window, the prompt against the largest input, the output "
        "reserve against the largest output. How well a model reads a very long prompt is not among the figures of this answer: try "
        "it with prompts of your own."
    )
    show.axis_table(COLUMNS, window_cells.of_two_lines(tables.context_rows(study)), key="context_table")
    st.caption(
        "Lengths in tokens of the model's own. Window, maximum input and maximum output are three limits: the output reserve "
        "and the reasoning are taken out first, then the prompt must fit; under *Usable for it* stands which of them leaves no more. "
        "*With room*: all prompts could be a quarter longer. *Does not fit*: at most one prompt of 100 would. "
        "*Chunks* and *turns that fit*: with all else as it is, 99 prompts of 100 stay within, at the dear end of the tokenizer's range. "
        "*Price cliff at*: the turn from which a whole prompt costs more."
    )


def _inputs(*groups: tuple[str, ...]) -> None:
    for column, paths in zip(st.columns(len(groups), gap="medium"), groups, strict=True):
        with column:
            controls.controls(*paths)


def own_documents(place: DeltaGenerator | None) -> None:
    """Documents that were counted on this page, as the corpus of the plan."""
    counts = texts.corpus_counts()
    if counts is None or place is None:
        return
    spread = spread_of(counts)
    fields = counted_corpus(counts.documents, spread.mean, spread.p95) | {"tokens.tokenizer": "o200k"}
    used = all(session.value(path) == value for path, value in fields.items())
    label = f"Plan with your {wording.count(counts.documents)} counted documents: {spread.words}"
    place.button(label, key="plan_documents", on_click=session.amend, args=(fields,), icon=":material/check:" if used else None)


def retrieval_planner(page: Page, study: Study) -> None:
    """Whole documents against chunks, and how many chunks a prompt should hold at most."""
    places = shown(study, ROWS)
    if not places:
        st.caption("No offer to plan with.")
        return
    plan = cached.retrieval(str(page.token), page.catalogue.digest, study, study.on, tuple(places))
    show.finding(show.in_words(window_words.corpus(study, plan)))
    if not study.workload.context.chunk_tokens:
        return
    show.finding(window_words.whole_against_chunks(study, plan, 0))
    rows = window_cells.unbroken(window_tables.retrieval_rows(study, plan), "fit_chunked", "fit_whole")
    show.axis_table(COMPARED, rows, key="retrieval_table")
    st.caption(
        "Both fill the same workload's prompt, and all four axes are asked again. *Input limit used*: at the peak, of the tokens a minute "
        "at your tier. The question that selects a document or a chunk, and the search itself, are not in the bill."
    )
    st.subheader("How many chunks at most")
    for sentence in (window_words.advice(study, plan, 0), *window_words.larger_window(study, plan)):
        show.finding(sentence)
    _by_chunks(study, plan)
    show.axis_table(BUDGET, window_tables.budget_rows(study, plan), key="budget_table")
    st.caption(
        f"*By window* and *by price cliff*: 99 prompts of 100 stay within, at the dear end of the tokenizer's range. *By latency*: "
        f"{study.workload.budget.percentile:g} % of the replies in time, as the budget asks. The smallest of them binds. {_best(study)}"
    )


def _by_chunks(study: Study, plan: RetrievalPlan) -> None:
    """One of the two charts over the number of chunks."""
    view = st.segmented_control("Against the chunks in a prompt", (BILL, FIRST_TOKEN), default=BILL, required=True, key="plan_chart")
    drawn, alt = (
        (charts_plans.first_token_by_chunks(study, plan), "Median seconds to the first token against the chunks in a prompt")
        if view == FIRST_TOKEN
        else (charts_plans.usd_by_chunks(study, plan), "Monthly bill against the chunks in a prompt")
    )
    show.chart(drawn, key="chart_chunks", alt=alt, said=window_words.advice(study, plan, 0))


def _best(study: Study) -> str:
    return f"The best ranked {ROWS} offers at most, with choice, fallback and baseline." if len(study.columns) > ROWS else ""


def conversation_planner(page: Page, study: Study) -> None:
    """How far conversations go, and what cutting their history is worth."""
    places = shown(study, ROWS)
    if not places:
        st.caption("No offer to plan with.")
        return
    plan = cached.conversation(str(page.token), page.catalogue.digest, study, study.on, tuple(places))
    show.finding(window_words.reach(study, plan, 0))
    if plan.turns is None:
        st.info("The calls of this workload stand alone. Give *Turns of a conversation* above to plan where its history is cut.")
    reached = charts_plans.turns_in_reach(study, plan)
    show.chart(reached, key="chart_turns", alt="Turns by window, price cliff and latency", said=window_words.reach(study, plan, 0))
    by_cut = charts_plans.by_cut(study, plan)
    if by_cut is not None:
        show.chart(by_cut, key="chart_cut", alt="Monthly bill against the turns between two summaries")
    show.axis_table(TURNS, window_tables.conversation_rows(study, plan), key="turns_table")
    st.caption(
        "*Turns that fit* and *at the base price*: at the dear end of the tokenizer's range. *Turns in time*: the last turn of which "
        f"{study.workload.budget.percentile:g} % of the replies are in time. After every cut the "
        "history in the cache is lost: what was kept and what follows is written to the cache again, and the call that writes a summary is "
        "paid; all of that is in the sums. What a cut forgets is not."
    )


def too_long(study: Study) -> None:
    """What each provider does with a call that does not fit."""
    show.axis_table(TOO_LONG, window_tables.overflow_rows(study, listing.listed(study)), key="overflow_table")
    st.caption(
        "What the providers' pages, SDKs and refused calls say, with the day they were read; the addresses are under *Sources* below. "
        "*Not found* is not a promise: send one call that is too long before you rely on it."
    )
