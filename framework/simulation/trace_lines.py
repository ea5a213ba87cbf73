"""The lines of a trace, packed or not, of a file or an upload: never more of it in memory than a block, never more read than allowed."""

from __future__ import annotations

import contextlib
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import IO, NoReturn

from framework.errors import TraceError

BLOCK_BYTES = 2**20
MAX_LINE_BYTES = 2**20
LINES_PER_ROW = 4
_GZIP = b"\x1f\x8b"
_PARQUET = b"PAR1"
_FOREIGN = {
    b"PK\x03\x04": "a zip file or a workbook; unpack it, or save the sheet as CSV",
    b"\x28\xb5\x2f\xfd": "packed with zstd; unpack it, or pack it with gzip",
    b"BZh": "packed with bzip2; unpack it, or pack it with gzip",
    b"\xfd7zXZ": "packed with xz; unpack it, or pack it with gzip",
}


@dataclass(frozen=True)
class Bounds:
    """What is read at most, unpacked; `cure` ends the message where there is more."""

    bytes: int
    rows: int
    cure: str


def is_parquet(file: IO[bytes]) -> bool:
    """Told by the first bytes, which are put back."""
    return _head(file).startswith(_PARQUET)


@contextlib.contextmanager
def lines(file: IO[bytes], name: str, bounds: Bounds) -> Iterator[Iterator[str]]:
    """Lines without their ends, blank ones too, so that they can be counted; `TraceError` where they are no text or too many.

    What goes wrong while they are read comes out of the `with` block.
    """
    try:
        packed = _head(file).startswith(_GZIP)
        whole: IO[bytes] = gzip.GzipFile(fileobj=file) if packed else file  # type: ignore[assignment]
        if packed and _head(whole).startswith(_GZIP):
            raise TraceError(f"{name}: packed twice with gzip; unpack it once")
        yield chain.from_iterable(_blocks(whole, name, bounds))
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise TraceError(f"{name}: not a whole gzip file; pack or copy it again") from None


def _head(file: IO[bytes]) -> bytes:
    head = file.read(8)
    file.seek(0)
    return head


def _blocks(file: IO[bytes], name: str, bounds: Bounds) -> Iterator[list[str]]:
    read, number, rest = 0, 1, b""
    while block := file.read(BLOCK_BYTES):
        if not read:
            _recognised(block, name)
            block = block.removeprefix(b"\xef\xbb\xbf")
        read += len(block)
        _bounded(rest, block, f"{name}:{number}")
        whole, newline, rest = (rest + block).rpartition(b"\n")
        if newline:
            found = _text(whole, name, number)
            number += len(found)
            yield found
        if read > bounds.bytes:
            raise TraceError(f"{name}:{number}: more than {_size(bounds.bytes)} of text; {bounds.cure}")
        if number > LINES_PER_ROW * bounds.rows:
            raise TraceError(f"{name}:{number}: more than {LINES_PER_ROW * bounds.rows:,} lines; delete the blank ones, or {bounds.cure}")
    if rest:
        yield _text(rest, name, number)


def _recognised(head: bytes, name: str) -> None:
    for magic, what in _FOREIGN.items():
        if head.startswith(magic):
            raise TraceError(f"{name}: {what}")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        _refuse_text(name, 1)


def _bounded(rest: bytes, block: bytes, place: str) -> None:
    """Only the line that is already under way can be longer than a block."""
    end = block.find(b"\n")
    if len(rest) + (end if end >= 0 else len(block)) > MAX_LINE_BYTES:
        raise TraceError(f"{place}: a line of more than {_size(MAX_LINE_BYTES)}; write one request per line, without its text")


def _text(block: bytes, name: str, number: int) -> list[str]:
    try:
        text = block.decode()
    except UnicodeDecodeError as error:
        _refuse_text(name, number + block.count(b"\n", 0, error.start))
    zero = text.find("\0")
    if zero >= 0:
        _refuse_text(name, number + text.count("\n", 0, zero))
    return text.split("\n")


def _refuse_text(name: str, number: int) -> NoReturn:
    raise TraceError(f"{name}:{number}: not UTF-8 text; save the trace as CSV or JSONL in UTF-8")


def _size(count: int) -> str:
    return f"{count // 2**30:,} GB" if count >= 2**30 else f"{count // 2**20:,} MB"
