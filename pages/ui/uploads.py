"""Files that the user hands in: taken whole or not at all, and what is wrong with one is kept to be shown."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import DeletedFile, UploadedFile

from framework.errors import FourAxesError
from framework.report.escaping import shortened
from framework.simulation.traces import Trace, parse_trace
from framework.texts.corpus import Corpus, Tell, add, digest_of, without
from framework.workload_file import parse_workload
from pages.ui import session

_REFUSED, _TRACE, _TRACE_REFUSED, _TRACE_TRIED, _CORPUS, _LISTED, _FORGOTTEN = (
    f"fouraxes.{name}" for name in ("refused", "trace", "trace_refused", "trace_tried", "corpus", "listed", "forgotten")
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
        session.put({_TRACE_REFUSED: str(error), _TRACE_TRIED: True})


def trace_tried() -> bool:
    """Whether a trace was refused before: where it is handed in stays open from then on, for the next one."""
    return bool(session.held(_TRACE_TRIED))


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
    """The key of the uploader of documents; another one, and so an empty uploader, after the counts were forgotten."""
    return f"documents-{session.held(_FORGOTTEN) or 0}"


def corpus() -> Corpus:
    """The counts of the documents that were handed in; their texts are not kept."""
    return session.held(_CORPUS) or Corpus()


def take_out_documents(key: str) -> None:
    """Forget the counts of what the user took out of the uploader."""
    listed, known = _listed(key), session.held(_LISTED) or {}
    kept = {digest for file_id, digest in known.items() if file_id in listed}
    session.put({_CORPUS: without(corpus(), {digest for digest in known.values() if digest not in kept})})


def count_documents(key: str, files: Sequence[UploadedFile], tell: Tell) -> None:
    """Count what is new in the uploader and drop it; the uploader goes on to list it by name."""
    known, listed = session.held(_LISTED) or {}, _listed(key)
    fresh = [(file.file_id, shortened(file.name, 80) or "your file", file.getvalue()) for file in files if file.file_id not in known]
    if fresh:
        session.put({_CORPUS: add(corpus(), [(name, content) for _, name, content in fresh], tell=tell)})
        _drop(session.held(key))
    known = known | {file_id: digest_of(content) for file_id, _, content in fresh}
    session.put({_LISTED: {file_id: digest for file_id, digest in known.items() if file_id in listed}})


def _listed(key: str) -> set[str]:
    """Ids of what the uploader lists: what was dropped is still named there."""
    return {file.file_id for file in session.held(key) or ()}


def _drop(listed: Sequence[UploadedFile | DeletedFile]) -> None:
    """Streamlit itself would keep what was uploaded until the session ends, and what it handed out until the next run."""
    context = get_script_run_ctx()
    for file in listed:
        if isinstance(file, UploadedFile):
            file.truncate(0)
        if context is not None:
            context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)


def forget_documents() -> None:
    """Drop the counts, and with them what the uploader lists."""
    session.put({_CORPUS: None, _LISTED: None, _FORGOTTEN: (session.held(_FORGOTTEN) or 0) + 1})
