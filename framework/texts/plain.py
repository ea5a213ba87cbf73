"""Bytes as plain text: UTF-8, or UTF-16 and UTF-32 where a byte order mark says so; what is no text is refused by what it is."""

from __future__ import annotations

import codecs

from framework.errors import CountError

# What begins like this is no text, though some of it would pass for it.
_BEGINNINGS = {
    b"PK\x03\x04": "a ZIP archive (which Word, Excel and EPUB files are)",
    b"PK\x05\x06": "an empty ZIP archive",
    b"\x1f\x8b": "a gzip archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"SQLite format 3": "a database",
    b"PAR1": "a Parquet file",
    b"%PDF-": "a PDF",
}
# The longer mark first: that of UTF-32 begins with that of UTF-16.
_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_CURE = "save it as plain text in UTF-8 first"


def decoded(content: bytes, told: str) -> str:
    """The text as it is, line ends too; `CountError` begins with `told` and says what it is instead, or where it breaks off.

    A byte order mark says how the file is written and is no part of the text.
    """
    mark = next((mark for mark in _MARKS if content.startswith(mark)), b"")
    if not mark:
        refuse_what_is_no_text(content, told)
    encoding = _MARKS.get(mark, "utf-8")
    try:
        return content[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        at = len(mark) + error.start
        line = content[len(mark) : at].decode(encoding, "replace").count("\n") + 1
        name = encoding.upper().removesuffix("-LE").removesuffix("-BE")
        raise CountError(f"{told}: no {name} (line {line:,}, byte offset {at:,}): {_CURE}") from None


def refuse_what_is_no_text(content: bytes, told: str) -> None:
    """`CountError` for archives, pictures and whatever else holds a NUL byte."""
    for beginning, kind in _BEGINNINGS.items():
        if content.startswith(beginning):
            raise CountError(f"{told}: this is {kind}, and no text: save what is in it as plain text (UTF-8), HTML or PDF first")
    if (at := content.find(0)) >= 0:
        raise CountError(f"{told}: no plain text (a NUL byte at offset {at:,}): {_CURE}")
