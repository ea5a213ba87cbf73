"""`st.cache_*` around framework functions, nothing else. Streamlit keys by the arguments without an underscore, used or not."""
# ruff: noqa: ARG001

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from framework.axes.limit_fixes import Fixes
from framework.catalogue.catalogue import Catalogue
from framework.catalogue.compare_pins import load_pins
from framework.catalogue.conflicts import Disagreement, disagreements
from framework.catalogue.files import pricing_directory
from framework.catalogue.load import load_catalogue
from framework.counting.tokenizers import o200k_tokens
from framework.latency_fixes import Fixes as LatencyFixes
from framework.latency_fixes import latency_fixes
from framework.outage import Drill, drill
from framework.planning.conversation_plan import ConversationPlan, conversation_plan
from framework.planning.retrieval_plan import RetrievalPlan, retrieval_plan
from framework.priorities import Priorities
from framework.queued import Queued, queued
from framework.replayed import Replayed
from framework.replayed import replayed as replay_of
from framework.report import charts_robust
from framework.report.fix_rows import fixes_of
from framework.report.pdf import render
from framework.report.price_lines import Line, price_lines
from framework.report.selection import shown
from framework.scoring.holding import Held
from framework.simulation.arrivals import Arrivals
from framework.simulation.warm import warm
from framework.study import Spend, Study, deepen, spend, study
from framework.workload import Workload


@st.cache_resource(show_spinner="Reading the catalogue ...")
def catalogue() -> Catalogue:
    """The bundled catalogue, read once per process."""
    return load_catalogue()


@st.cache_resource(max_entries=16, show_spinner=False)
def price_list(digest: str, on: dt.date) -> tuple[tuple[Line, ...], tuple[Disagreement, ...]]:
    """Every offer on a day, and where other lists differ; `CatalogueError` where the file of the differences cannot be read."""
    differences = disagreements(catalogue(), load_pins(pricing_directory()), on)
    return price_lines(catalogue(), differences, on), differences


@st.cache_resource(max_entries=128, show_spinner=False)
def studied(token: str, digest: str, _workload: Workload, _priorities: Priorities, on: dt.date) -> Study:
    """The chain for one set of inputs; the token holds them all."""
    return study(_workload, _priorities, catalogue(), on)


@st.cache_resource(max_entries=64, show_spinner=False)
def deepened(token: str, digest: str, _study: Study, on: dt.date) -> Study:
    """The same with confidence and flip points."""
    return deepen(_study)


@st.cache_resource(max_entries=64, show_spinner=False)
def held(token: str | None, digest: str, _study: Study, on: dt.date) -> tuple[Held, ...]:
    """How the choice holds over the range of each input."""
    return charts_robust.held(_study)


@st.cache_resource(max_entries=64, show_spinner=False)
def spent(token: str, digest: str, _study: Study, on: dt.date) -> Spend:
    """The bills over seeded draws."""
    return spend(_study)


@st.cache_resource(show_spinner="Preparing the replay for this machine: a few seconds, once after an installation ...")
def kernels() -> None:
    """What is compiled on first use."""
    warm()


@st.cache_resource(max_entries=8, show_spinner=False)
def _shelf(token: str, digest: str, on: dt.date, traced: str) -> list[Replayed]:
    """Where one replay is kept. It is filled from outside: what is drawn within a cached function would be drawn again from the cache."""
    return []


@dataclass(frozen=True)
class Ask:
    """What a day is replayed for: the inputs of a study by their `token`, and another traffic than theirs, if any."""

    token: str
    digest: str
    study: Study
    trace: Arrivals | None = None
    traced: str = ""
    as_recorded: bool = False


def replayed(ask: Ask, begun: Callable[[], Callable[[float], None] | None]) -> Replayed:
    """The day of a study; `begun` is called where it is not at hand yet, and gives who is to be told of the progress."""
    shelf = _shelf(ask.token, ask.digest, ask.study.on, f"{ask.traced}{ask.as_recorded}")
    if not shelf:
        shelf.append(replay_of(ask.study, trace=ask.trace, as_recorded=ask.as_recorded, tell=begun()))
    return shelf[0]


@st.cache_resource(max_entries=64, show_spinner=False)
def fixes(token: str, digest: str, _study: Study, on: dt.date, at: int) -> Fixes:
    """What would change who is served by one offer."""
    return fixes_of(_study, at)


@st.cache_resource(max_entries=64, show_spinner=False)
def latency_remedies(token: str, digest: str, _study: Study, on: dt.date, at: int) -> LatencyFixes:
    """What would bring one offer inside the time budget."""
    return latency_fixes(_study, at)


@st.cache_resource(max_entries=16, show_spinner="Replaying the day at your limits ...")
def queues(token: str, digest: str, _study: Study, on: dt.date) -> Queued:
    """Replies in time with the wait at the limits counted, of the offers that charts show; `TraceError` where its trace has no rate."""
    kernels()
    return queued(_study, shown(_study))


@st.cache_resource(max_entries=32, show_spinner=False)
def drilled(token: str, digest: str, _study: Study, on: dt.date, asked: tuple[str | None, str | None, float, float]) -> Drill:
    """The outage drill; `asked`: who fails, who steps in, for how many hours, and which share of the calls fails."""
    primary, fallback, hours, failing_share = asked
    return drill(_study, primary=primary, fallback=fallback, hours=hours, failing_share=failing_share)


@st.cache_resource(max_entries=32, show_spinner=False)
def retrieval(token: str, digest: str, _study: Study, on: dt.date, places: tuple[int, ...]) -> RetrievalPlan:
    """The plan of retrieval for some of the offers."""
    return retrieval_plan(_study, list(places))


@st.cache_resource(max_entries=32, show_spinner=False)
def conversation(token: str, digest: str, _study: Study, on: dt.date, places: tuple[int, ...]) -> ConversationPlan:
    """The plan of conversations for some of the offers."""
    return conversation_plan(_study, list(places))


@st.cache_data(max_entries=16, show_spinner="Writing the PDF ...")
def pdf(token: str, digest: str, _study: Study, on: dt.date) -> bytes:
    """The report; made when asked for."""
    return render(_study)


@st.cache_data(max_entries=64, show_spinner=False)
def counted(digest: bytes, _text: str) -> int:
    """o200k tokens of a text, by its digest: the number is kept, the text is not."""
    return o200k_tokens(_text)
