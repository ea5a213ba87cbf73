"""The report as PDF: two to four pages that a decision can be signed on, made by Typst from the same `Study` as the screen.

All values travel as one JSON text that the template only ever shows, so a hostile name stays a name. The document is set in a child process
with a time and a memory limit (about 0.1 s dearer than a thread, which could not be stopped), from a folder that holds nothing but the
template, with vendored fonts. Fonts of the system fill in what those lack (Chinese, Japanese, Korean, emoji).
"""

from __future__ import annotations

import calendar
import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from framework.errors import ReportError
from framework.report.pdf_content import content

if TYPE_CHECKING:
    import datetime as dt

    from framework.study import Study

MOST_SECONDS = 5
MOST_BYTES = 1 << 30
MOST_AT_ONCE = 4
STANDARD = "ua-1"
_REFUSED = 3
_TYPESETTER = Path(__file__).with_name("typesetter.py")
_places = threading.BoundedSemaphore(MOST_AT_ONCE)


def render(study: Study, compared: int = 8) -> bytes:
    """The PDF for up to `compared` offers, tagged (PDF/UA-1) where every glyph is at hand; the same study gives the same bytes.

    `study` should be a deepened one. `ReportError` if it takes longer than 5 s, too many are being made, or it cannot be set.
    """
    data = json.dumps(content(study, compared), ensure_ascii=False, allow_nan=False)
    if not _places.acquire(timeout=MOST_SECONDS):
        raise ReportError("too many reports are being made at this moment: try again in a few seconds")
    try:
        made, problem = _typeset(data, study.on, (STANDARD,))
        if made is None:
            # A glyph that no font has is refused by the standard, not by the typesetter.
            made, problem = _typeset(data, study.on, ())
    finally:
        _places.release()
    if made is None:
        raise ReportError(f"the PDF could not be made: {problem}")
    return made


def _typeset(data: str, on: dt.date, standards: tuple[str, ...]) -> tuple[bytes | None, str]:
    """The document, or None and why it was refused."""
    request = {
        "data": data,
        "timestamp": calendar.timegm(on.timetuple()),
        "standards": standards,
        "seconds": MOST_SECONDS,
        "bytes": MOST_BYTES,
    }
    try:
        # -I keeps the caller's folder and environment out of the child's imports.
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-I", str(_TYPESETTER)],
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=MOST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ReportError(f"the PDF took longer than {MOST_SECONDS} seconds: compare fewer offers") from None
    except OSError as error:
        raise ReportError(f"the PDF could not be made: {error.strerror}") from None
    told = done.stderr.decode(errors="replace").strip()[:300]
    if done.returncode == 0:
        return done.stdout, ""
    if done.returncode != _REFUSED:
        raise ReportError(f"the PDF could not be made: the typesetter stopped ({done.returncode}): {told or 'no message'}")
    return None, told
