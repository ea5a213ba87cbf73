"""Files that the user hands in: taken whole or not at all, and what is wrong with one is kept to be shown."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from framework.errors import FourAxesError
from framework.report.escaping import shortened
from framework.simulation.traces import Trace, parse_trace
from framework.texts.corpus import Corpus, Tell, add
from framework.workload_file import parse_workload
from pages.ui import session

_REFUSED, _TRACE, _TRACE_REFUSED, _CORPUS, _COUNTED_TIMES = (
    f"fouraxes.{name}" for name in ("refused", "trace", "trace_refused", "corpus", "counted_times")
)


def take_file(key: str) -> None:
    """Take in the workload file just uploaded under a widget key; what is wrong with it is kept for `refused`."""
    upload = session.held(key)
    session.put({_REFUSED: None})
    if upload is None:
        return
    try:
        session.load(*parse_workload(upload.getvalue(), "your file"))
    except FourAxesError as error:
        session.put({_REFUSED: str(error)})


def refused() -> str | None:
    """Why the last uploaded file was not taken."""
    found: str | None = session.held(_REFUSED)
    return found


@dataclass(frozen=True)
class Uploaded:
    """A trace that the user handed in: it stays in this session, no link and no file holds it."""

    name: str
    digest: str
    trace: Trace


def take_trace(key: str) -> None:
    """Take in the trace just uploaded under a widget key; what is wrong with it is kept for `trace_refused`, and the one before stays."""
    upload = session.held(key)
    session.put({_TRACE_REFUSED: None})
    if upload is None:
        session.put({_TRACE: None})
        return
    name, content = shortened(upload.name, 80) or "your file", upload.getvalue()
    try:
        session.put({_TRACE: Uploaded(name, hashlib.sha256(content).hexdigest(), parse_trace(content, name))})
    except FourAxesError as error:
        session.put({_TRACE_REFUSED: str(error)})


def drop_trace() -> None:
    """Go back to the workload's own traffic."""
    session.put({_TRACE: None, _TRACE_REFUSED: None})


def trace() -> Uploaded | None:
    """The trace in use."""
    found: Uploaded | None = session.held(_TRACE)
    return found


def trace_refused() -> str | None:
    """Why the last trace was not taken."""
    found: str | None = session.held(_TRACE_REFUSED)
    return found


def documents_key() -> str:
    """The key of the uploader of documents; another one after each count, so that it is empty again."""
    return f"documents-{session.held(_COUNTED_TIMES) or 0}"


def corpus() -> Corpus:
    """The counts of the documents that were handed in; their texts are not kept."""
    return session.held(_CORPUS) or Corpus()


def count_documents(files: Sequence[UploadedFile], *, tell: Tell) -> None:
    """Add the counts of files just uploaded, and drop the files."""
    named = [(shortened(file.name, 80) or "your file", file.getvalue()) for file in files]
    session.put({_CORPUS: add(corpus(), named, tell=tell), _COUNTED_TIMES: (session.held(_COUNTED_TIMES) or 0) + 1})
    _drop(files)


def _drop(files: Sequence[UploadedFile]) -> None:
    """Streamlit itself keeps what was uploaded until the session ends."""
    context = get_script_run_ctx()
    if context is not None:
        for file in files:
            context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)


def forget_documents() -> None:
    """Drop the counts."""
    session.put({_CORPUS: None})
