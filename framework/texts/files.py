"""Files and standard input as bytes, no more than can be counted."""

from __future__ import annotations

import sys
from pathlib import Path

from framework.errors import CountError

FILE_BYTES = 20_000_000
"""A whole bookshelf; the worst text there is takes about 20 s."""

STANDARD_INPUT = "-"


def content_of(name: str) -> bytes:
    """What a file holds, or standard input where it is named `-`; `CountError` for what is missing or too long."""
    told = told_as(name)
    try:
        content = _content(name)
    except (OSError, ValueError) as error:
        raise CountError(f"{told}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(content) > FILE_BYTES:
        raise CountError(f"{told}: longer than {FILE_BYTES:,} bytes: count it in parts and add them up")
    return content


def told_as(name: str) -> str:
    """What a file is called in messages."""
    return "standard input" if name == STANDARD_INPUT else name


def _content(name: str) -> bytes:
    if name == STANDARD_INPUT:
        if sys.stdin is None:
            raise ValueError("it is closed")
        return sys.stdin.buffer.read(FILE_BYTES + 1)
    with Path(name).open("rb") as file:
        return file.read(FILE_BYTES + 1)
