"""Plain text from a file or standard input, as it is: line ends are counted as they stand."""

from __future__ import annotations

import sys
from pathlib import Path

from framework.errors import CountError

FILE_BYTES = 20_000_000
"""A whole bookshelf; the worst text there is takes about 20 s."""

STANDARD_INPUT = "-"
# What begins like this is no text, though some of it would pass for it.
_BEGINNINGS = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a ZIP archive (which Word, Excel and EPUB files are)",
    b"\x1f\x8b": "a gzip archive",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read_text(name: str) -> str:
    """The text of a file, or of standard input where it is named `-`; `CountError` for what is missing, too long or no UTF-8 text.

    A byte order mark says how the file is written and is no part of the text.
    """
    told = "standard input" if name == STANDARD_INPUT else name
    content = _content(name, told).removeprefix(_BYTE_ORDER_MARK)
    for beginning, kind in _BEGINNINGS.items():
        if content.startswith(beginning):
            raise CountError(f"{told}: this is {kind}, and only plain text is counted: save it as plain text (UTF-8) first")
    if (at := content.find(0)) >= 0:
        raise CountError(f"{told}: no plain text (a NUL byte at offset {at:,}): save it as plain text (UTF-8) first")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CountError(f"{told}: no UTF-8 (line {line:,}, byte offset {error.start:,}): save it as plain text in UTF-8 first") from None


def _content(name: str, told: str) -> bytes:
    try:
        if name == STANDARD_INPUT:
            if sys.stdin is None:
                raise ValueError("it is closed")
            content = sys.stdin.buffer.read(FILE_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                content = file.read(FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        raise CountError(f"{told}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(content) > FILE_BYTES:
        raise CountError(f"{told}: longer than {FILE_BYTES:,} bytes: count it in parts and add them up")
    return content
