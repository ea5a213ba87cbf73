"""Numbers of a trace from their text, exactly: whole columns at once where they are plain, one by one where they are not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Context, Decimal

import numpy as np
from numpy.typing import NDArray

from framework.explain import shown
from framework.simulation.arrivals import Ints
from framework.simulation.trace_rows import Batch

Bools = NDArray[np.bool_]
Bytes = NDArray[np.uint8]

MAX_TOKENS = 10**9
MAX_DIGITS = 18
_WIDEST = 48
_LARGEST = 40
_TENS = 10 ** np.arange(MAX_DIGITS + 1)
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,2})?", re.ASCII)
_NOT_FINITE = re.compile(r"[-+]?(nan|inf|infinity)|null|none|n/?a", re.IGNORECASE)
_EXACT = Context(prec=600)


def tokens(batch: Batch, cells: Sequence[str], column: str) -> Ints:
    """`(n,)`: whole numbers from 0 to a thousand million; `TraceError` names the first row where one is none."""
    rows = byte_rows(cells)
    if rows is None:
        value, ok = np.zeros(len(cells), dtype=np.int64), np.zeros(len(cells), dtype=bool)
    else:
        value, ok, cut = plain_numbers(rows, 0)
        ok &= ~cut & (value <= MAX_TOKENS)
    for row in np.flatnonzero(~ok).tolist():
        try:
            value[row] = _tokens(cells[row])
        except ValueError as error:
            batch.refuse(row, column, str(error))
    return value


def _tokens(text: str) -> int:
    count, cut = careful_number(text, 0)
    if cut:
        raise ValueError(f"must be a whole number of tokens, not {shown(text)}; correct it")
    if count > MAX_TOKENS:
        raise ValueError(f"must be at most {MAX_TOKENS:,} tokens, not {shown(text)}; correct it")
    return count


def byte_rows(cells: Sequence[str]) -> Bytes | None:
    """`(n, width)`, filled up with zeros behind each text; None where a text is not ASCII, holds a zero itself or is long."""
    try:
        packed = np.array(cells, dtype=np.bytes_)
    except UnicodeEncodeError:
        return None
    rows = packed.view(np.uint8).reshape(len(cells), -1)
    plain = rows.shape[1] <= _WIDEST and np.count_nonzero(rows) == sum(map(len, cells))
    return rows if plain else None


def plain_numbers(rows: Bytes, places: int) -> tuple[Ints, Bools, Bools]:
    """Value times `10 ** places`; whether it is digits with at most one point among them; whether decimals were cut off that are not 0.

    All `(n,)`. One pass over the characters' positions for all rows at once.
    """
    shape = len(rows)
    value, digits, decimals = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    dotted, cut, ok = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool), np.ones(shape, dtype=bool)
    for character in np.ascontiguousarray(rows.T):
        digit = character - np.uint8(ord("0"))
        is_digit, is_point = digit < 10, (character == ord(".")) & ~dotted
        ok &= is_digit | is_point | (character == 0)
        taken = is_digit & (~dotted | (decimals < places))
        cut |= is_digit & ~taken & (digit > 0)
        value = np.where(taken, value * 10 + digit, value)
        digits += taken
        decimals += taken & dotted
        dotted |= is_point
    wholes = digits - decimals
    ok &= (wholes > 0) & (wholes + places <= MAX_DIGITS)
    return value * _TENS[places - decimals], ok, cut


def careful_number(text: str, places: int) -> tuple[int, bool]:
    """One number times `10 ** places`, rounded down, and whether that cut something off; `ValueError` says what is wrong and the cure."""
    stripped = text.strip()
    if not stripped:
        raise ValueError("is missing; fill it in, or delete the row")
    if _NOT_FINITE.fullmatch(stripped):
        raise ValueError(f"{shown(text)} is not a usable number; fill it in, or delete the row")
    if not _NUMBER.fullmatch(stripped):
        raise ValueError(f"must be a number, not {shown(text)}; correct it: a point before decimals, nothing between thousands")
    exact = Decimal(stripped).scaleb(places, _EXACT)
    if exact < 0:
        raise ValueError(f"must not be negative, as {shown(text)} is; correct it, or delete the row")
    if exact.adjusted() > _LARGEST:
        raise ValueError(f"{shown(text)} is too large a number; correct it")
    return int(exact), exact != int(exact)
