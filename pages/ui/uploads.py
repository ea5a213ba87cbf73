"""Files that the user hands in: taken whole or not at all, and what is wrong with one is kept to be shown."""

from __future__ import annotations

from framework.errors import FourAxesError
from framework.workload_file import parse_workload
from pages.ui import session

_REFUSED = "fouraxes.refused"


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
