"""`st.cache_*` around framework functions, nothing else. Streamlit keys by the arguments without an underscore, used or not."""
# ruff: noqa: ARG001

from __future__ import annotations

import datetime as dt

import streamlit as st

from framework.catalogue.catalogue import Catalogue
from framework.catalogue.compare_pins import load_pins
from framework.catalogue.conflicts import Disagreement, disagreements
from framework.catalogue.files import pricing_directory
from framework.catalogue.load import load_catalogue
from framework.counting.tokenizers import o200k_tokens
from framework.outage import Drill, drill
from framework.priorities import Priorities
from framework.report.pdf import render
from framework.report.price_lines import Line, price_lines
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
def spent(token: str, digest: str, _study: Study, on: dt.date) -> Spend:
    """The bills over seeded draws."""
    return spend(_study)


@st.cache_resource(max_entries=32, show_spinner=False)
def drilled(token: str, digest: str, _study: Study, on: dt.date, asked: tuple[str | None, str | None, float, float]) -> Drill:
    """The outage drill; `asked`: who fails, who steps in, for how many hours, and which share of the calls fails."""
    primary, fallback, hours, failing_share = asked
    return drill(_study, primary=primary, fallback=fallback, hours=hours, failing_share=failing_share)


@st.cache_data(max_entries=16, show_spinner="Writing the PDF ...")
def pdf(token: str, digest: str, _study: Study, on: dt.date) -> bytes:
    """The report; made when asked for."""
    return render(_study)


@st.cache_data(max_entries=64, show_spinner=False)
def counted(digest: bytes, _text: str) -> int:
    """o200k tokens of a text, by its digest: the number is kept, the text is not."""
    return o200k_tokens(_text)
