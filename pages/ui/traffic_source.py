"""Which traffic the limits page replays: the workload's shape, a bundled trace or one that is handed in, with a picture and its origin."""

from __future__ import annotations

import streamlit as st

from framework.report import trace_words
from framework.report.traffic_strip import traffic_strip
from framework.simulation.series import rate_series
from framework.simulation.traces import MAX_UPLOAD_BYTES
from framework.study import Study
from framework.vocabulary import SERIES
from pages.ui import controls, pictures, show, uploads

TRACE, AS_RECORDED = "trace_upload", "trace_as_recorded"
KINDS = ["csv", "jsonl", "json", "gz", "txt"]


def note(study: Study) -> None:
    """That a trace takes the place of the shape; nothing where none does."""
    uploaded = uploads.trace()
    with st.container(key="trace_note"):
        if uploaded is not None:
            st.info(show.plain(trace_words.in_use(uploaded.name, uploaded.trace)), icon=":material/upload_file:")
            st.button("Go back to the workload's own traffic", key="drop_trace", on_click=uploads.drop_trace)
        elif study.workload.traffic.trace is not None:
            st.caption(show.plain(trace_words.bundled(study.workload.traffic.trace)))


def traffic_source(study: Study | None) -> None:
    """Shape, burstiness, users and traces behind one unfolding; the controls work where the page has no answer too."""
    folder = show.unfolding("The traffic that is replayed", "replayed_traffic", expanded=uploads.trace_tried())
    if not folder.open:
        return
    with folder:
        left, right = st.columns(2, gap="medium")
        with left:
            controls.controls("traffic.shape", "traffic.burstiness", "traffic.ramp_minutes", "traffic.users")
        with right:
            _picture(study)
            controls.control("traffic.trace")
            _upload()
        st.caption(trace_words.SEEDED)


def _picture(study: Study | None) -> None:
    with st.container(key="traffic_picture"):
        if study is None or study.workload.traffic.trace is not None or uploads.trace() is not None:
            return
        traffic, measured = study.workload.traffic, None
        if traffic.shape in SERIES:
            series = rate_series(traffic.shape)
            measured = (series.step_s, series.rate)
        drawn = traffic_strip(traffic, study.load, measured=measured)
        pictures.picture(drawn.svg, alt=drawn.words)
        st.caption(f"{drawn.words}.")


def _upload() -> None:
    st.file_uploader(
        "Or a trace of your own (CSV or JSONL, may be gzipped)",
        type=KINDS,
        key=TRACE,
        on_change=uploads.take_trace,
        args=(TRACE,),
        help=trace_words.FORMATS,
        max_upload_size=MAX_UPLOAD_BYTES // 2**20,
    )
    if uploads.trace_refused():
        st.error("The trace was not taken; what was replayed before still is.")
        st.code(uploads.trace_refused(), language=None, wrap_lines=True)
    st.toggle("Traces as recorded", key=AS_RECORDED, help=trace_words.AS_RECORDED, persist_state="session")
    st.caption("An upload stays in this session: it is in no link, no file and no report, and is gone when you close the page.")
