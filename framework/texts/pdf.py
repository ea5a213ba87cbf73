"""The text of a PDF, read by `pdf_pages.py` in a process of its own: what a hostile file does ends there, in bounded time and memory."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

from framework.errors import CountError
from framework.texts.pdf_pages import MAX_MEMORY, MAX_PAGES, MAX_SIGNS, OUT_OF_MEMORY

SECONDS = 60.0
"""Longer than 2,000 ordinary pages take."""

_READER = Path(__file__).with_name("pdf_pages.py")
_CURE = "save its text as .txt (for example with pdftotext), or split it"
_REASONS = {
    "encrypted": "it is encrypted and does not open without its password: save a copy without protection, then count that",
    "cipher": (
        "it is encrypted with AES, which cannot be opened here even where it asks for no password: save a copy without protection, "
        "then count that"
    ),
    "limit": f"it unpacks to far more than a text needs, and was left: {_CURE}",
    "memory": f"it takes more than {MAX_MEMORY // 2**20} MB of memory to read: {_CURE}",
    "signs": f"it holds more than {MAX_SIGNS:,} signs: {_CURE}",
    "time": "it takes longer than {seconds:.0f} s to read: " + _CURE,
    "pages": f"it has {{pages:,}} pages, and at most {MAX_PAGES:,} are read: split it",
    "broken": f"it cannot be read as a PDF ({{detail}}): open it and save it again, or {_CURE}",
    "blank": "no text can be read from its {pages}: if it is a scan, run text recognition (OCR) on it first",
}
_NO_SIGN = "\0"
"""What stands for a sign that the font does not have."""

_AT_ONCE = threading.BoundedSemaphore(2)


def pdf_text(content: bytes, told: str, *, seconds: float = SECONDS, tell: Callable[[float], None] | None = None) -> tuple[str, str]:
    """The pages one after the other, and how it was read; `tell` gets the share of the pages. `CountError` says why not, and the cure."""
    pages: list[str] = []
    with _AT_ONCE, contextlib.closing(_pages(content, told, seconds)) as read:
        for share, text in read:
            pages.append(text.replace(_NO_SIGN, "").strip())
            if tell:
                tell(share)
    blank = sum(not page for page in pages)
    if blank == len(pages):
        raise _refused(told, "blank", pages=_of(len(pages)))
    note = f"{_of(len(pages))}, in the order in which the PDF draws them"
    return "\n\n".join(pages), f"{note}; {blank:,} without text (pictures are not read)" if blank else note


def _of(pages: int) -> str:
    return f"{pages:,} page{'s' if pages != 1 else ''}"


def _refused(told: str, why: str, **figures: Any) -> CountError:
    return CountError(f"{told}: {_REASONS[why].format(**figures)}")


def _pages(content: bytes, told: str, seconds: float) -> Generator[tuple[float, str], None, None]:
    """The share of the pages that are read, with each one's text."""
    pages, read, late = 0, 0, threading.Event()
    with _reader(content, seconds, late) as process:
        for line in process.stdout or ():
            said = json.loads(line) if line.endswith(b"\n") else {}
            if why := said.get("refused"):
                raise _refused(told, why, detail=said.get("detail", ""))
            if said.get("done"):
                return
            if "text" in said:
                read += 1
                yield read / max(pages, 1), said["text"]
            elif (pages := said.get("pages", pages)) > MAX_PAGES:
                raise _refused(told, "pages", pages=pages)
        process.wait()
        if late.is_set():
            raise _refused(told, "time", seconds=seconds)
        why = "memory" if process.returncode == OUT_OF_MEMORY else "broken"
        raise _refused(told, why, detail=f"its reader ended with {process.returncode}")


@contextlib.contextmanager
def _reader(content: bytes, seconds: float, late: threading.Event) -> Iterator[subprocess.Popen[bytes]]:
    """The process with the PDF handed in; it is ended when the time is up, and when nobody reads on."""
    command = [sys.executable, "-P", str(_READER)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as process:  # noqa: S603 - our own file
        clock = threading.Timer(seconds, _end, (process, late))
        clock.start()
        try:
            with contextlib.suppress(BrokenPipeError):
                assert process.stdin is not None  # noqa: S101 - it was asked for
                process.stdin.write(content)
                process.stdin.close()
            yield process
        finally:
            clock.cancel()
            process.kill()


def _end(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()
