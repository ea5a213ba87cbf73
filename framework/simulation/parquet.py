"""Traces in Parquet: the columns that matter as text, so that one reading of text holds for every format."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from framework.errors import TraceError
from framework.simulation.trace_layout import Layout, layout_of, said
from framework.simulation.trace_lines import Bounds
from framework.simulation.trace_rows import MAX_CELLS_LENGTH, Batch

PIECE_ROWS = 32_768


def parquet_batches(path: Path, bounds: Bounds) -> Iterator[Batch]:
    """Rows in pieces, numbered from 1; `TraceError` where it is no whole Parquet file, too large, or a column is of another kind."""
    import pyarrow
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(path, page_checksum_verification=True) as file:
            layout = layout_of(file.schema_arrow.names, str(path))
            if file.metadata.num_rows > bounds.rows:
                raise TraceError(f"{path}: row {bounds.rows + 1}: more than {bounds.rows:,} rows; {bounds.cure}")
            first, read = 1, 0
            for piece in file.iter_batches(batch_size=PIECE_ROWS, columns=list(layout.columns)):
                read += piece.nbytes
                if read > bounds.bytes:
                    raise TraceError(f"{path}: row {first}: more than {bounds.bytes:,} bytes in the columns that are read; {bounds.cure}")
                yield _batch(piece, layout, str(path), first)
                first += piece.num_rows
    except (pyarrow.ArrowException, OSError, KeyError, UnicodeDecodeError):
        raise TraceError(
            f"{path}: not a whole Parquet file, or one of a kind that cannot be read; write it again, or convert it to CSV"
        ) from None


def _batch(piece: Any, layout: Layout, name: str, first: int) -> Batch:
    time, given, produced, *user = (_text(piece.column(column), column, name) for column in layout.columns)
    numbers = tuple(range(first, first + piece.num_rows))
    return Batch(layout, numbers, time, given, produced, user[0] if user else None, f"{name}: row ")


def _text(array: Any, column: str, name: str) -> tuple[str, ...]:
    """A null is an empty text, a moment is written in UTC where it has a zone, a number with the fewest digits that mean it."""
    import pyarrow
    from pyarrow import compute, types

    kind = array.type
    if types.is_dictionary(kind):
        return _text(array.dictionary_decode(), column, name)
    if types.is_float16(kind) or types.is_float32(kind):
        _refuse(name, column, "numbers of 32 bits or less are too coarse; write them as whole numbers or with 64 bits")
    if types.is_timestamp(kind) and kind.tz is not None:
        array = array.cast(pyarrow.timestamp(kind.unit, "UTC"))
    elif not any(check(kind) for check in (types.is_integer, types.is_float64, types.is_decimal, types.is_timestamp, _is_text)):
        _refuse(name, column, f"must be numbers, moments or texts, not {kind}; convert it")
    texts = array.cast(pyarrow.string()).fill_null("")
    if (compute.max(compute.binary_length(texts)).as_py() or 0) > MAX_CELLS_LENGTH:
        _refuse(name, column, f"a text of more than {MAX_CELLS_LENGTH} characters; shorten it")
    return tuple(texts.to_pylist())


def _is_text(kind: Any) -> bool:
    from pyarrow import types

    return bool(types.is_string(kind) or types.is_large_string(kind))


def _refuse(name: str, column: str, what: str) -> NoReturn:
    raise TraceError(f"{name}: {said(column)}: {what}")
