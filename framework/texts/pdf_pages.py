"""The text of a PDF's pages, in a process of its own: PDF on standard input, one JSON object a line on standard output.

`{"pages": n}`, then `{"text": ...}` for each page, then `{"done": true}`; or `{"refused": why, "detail": ...}`. Whoever starts it sets the
time; memory, pages and signs end here. It imports nothing of ours: it is run by its path, so that it does what it does wherever it is.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import threading
import time
from typing import Any

MAX_PAGES = 2_000
MAX_SIGNS = 10_000_000
MAX_MEMORY = 700 * 2**20
OUT_OF_MEMORY = 77
"""Exit code where the watch ended it."""


# The library's errors that have a cure of their own.
_NAMED = {"LimitReachedError": "limit", "DependencyError": "cipher"}


def main() -> None:
    """Read, extract, write; everything that a PDF can do wrong becomes one refusal."""
    threading.Thread(target=_watch, daemon=True).start()
    try:
        _extract(sys.stdin.buffer.read())
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except Exception as error:  # whatever a hostile file sets off in the library
        _say(refused=_NAMED.get(type(error).__name__, "broken"), detail=f"{type(error).__name__}: {error}"[:200])


def _say(**what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def _extract(content: bytes) -> None:
    import pypdf

    reader = pypdf.PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not _opened(reader):
        _say(refused="encrypted")
        return
    pages = len(reader.pages)
    _say(pages=pages)
    if pages > MAX_PAGES:
        return
    signs = 0
    for page in reader.pages:
        text = page.extract_text()
        signs += len(text)
        if signs > MAX_SIGNS:
            _say(refused="signs")
            return
        _say(text=text)
    _say(done=True)


def _opened(reader: Any) -> bool:
    """Many a PDF is locked against printing only and opens without a password."""
    try:
        return bool(reader.decrypt(""))
    except Exception as error:
        if _NAMED.get(type(error).__name__) == "cipher":
            raise
        return False  # a broken dictionary


def _watch() -> None:
    """End the process where it has taken too much: macOS has no limit that the system would keep."""
    try:
        import resource
    except ImportError:  # not a Unix
        return
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (2 * MAX_MEMORY, 2 * MAX_MEMORY))
    start = _held(resource)
    while _held(resource) - start < MAX_MEMORY:
        time.sleep(0.05)
    os._exit(OUT_OF_MEMORY)


def _held(resource: Any) -> int:
    """Bytes of memory in use; the most there were where the system does not say (on Linux that begins with what the parent had)."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - read every 50 ms
            return int(file.read().split()[1]) * int(resource.getpagesize())
    except OSError:
        return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()
