"""CSV and JSONL as batches of the cells that matter, each with its line; everything else in a row is dropped at once."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from operator import itemgetter
from typing import Any, NoReturn

from framework.errors import TraceError
from framework.explain import shown
from framework.simulation.trace_layout import Layout, layout_of, said

BATCH_ROWS = 4_096
MAX_CELLS_LENGTH = 400
_DELIMITERS = ",;\t"

Cells = tuple[str, ...]
Placed = tuple[int, Cells]
"""The line of a row and its cells: time, input, output, user where there is one."""


@dataclass(frozen=True)
class Batch:
    """Some rows in the order of the file, every tuple as long as the others; `place` is what a message says before a row's number."""

    layout: Layout
    numbers: tuple[int, ...]
    time: Cells
    input: Cells
    output: Cells
    user: Cells | None
    place: str

    def __len__(self) -> int:
        return len(self.numbers)

    def at(self, row: int) -> str:
        """Where a row of the batch stands: file and line."""
        return f"{self.place}{self.numbers[row]}"

    def refuse(self, row: int, column: str, what: str) -> NoReturn:
        """`file:line: column: what`."""
        raise TraceError(f"{self.at(row)}: {said(column)}: {what}")


def text_batches(lines: Iterator[str], name: str) -> Iterator[Batch]:
    """What the first line that is not blank looks like decides; `TraceError` names the line and the cure."""
    first = next(((number, line) for number, line in enumerate(lines, 1) if line.strip()), None)
    if first is None:
        raise TraceError(f"{name}: is empty; it needs a header such as time_s,input_tokens,output_tokens and a line per request")
    number, line = first
    if line.lstrip().startswith("["):
        raise TraceError(f"{name}:{number}: a JSON array; write one object per line, without brackets around them and commas between them")
    read = _jsonl if line.lstrip().startswith("{") else _csv
    layout, rows = read(chain([line], lines), name, number)
    return batches(layout, rows, place=f"{name}:")


def batches(layout: Layout, rows: Iterator[Placed], *, place: str) -> Iterator[Batch]:
    """Rows in pieces that stay in the cache: half as long again in the pieces of 65,536 that suit whole columns."""
    while found := list(islice(rows, BATCH_ROWS)):
        numbers, cells = zip(*found, strict=True)
        time, given, produced, *user = zip(*cells, strict=True)
        yield Batch(layout, numbers, time, given, produced, user[0] if user else None, place)


def _csv(lines: Iterator[str], name: str, first: int) -> tuple[Layout, Iterator[Placed]]:
    head = next(lines)
    reader = csv.reader(chain([head], lines), delimiter=max(_DELIMITERS, key=head.count), skipinitialspace=True, strict=True)
    try:
        header = next(reader)
    except csv.Error as error:
        _refuse_csv(error, f"{name}:{first}")
    layout = layout_of(header, f"{name}:{first}")
    pick = itemgetter(*(header.index(column) for column in layout.columns))
    return layout, _csv_rows(reader, name, pick, (first - 1, len(header)))


def _csv_rows(reader: Any, name: str, pick: Callable[[list[str]], Cells], shape: tuple[int, int]) -> Iterator[Placed]:
    before, width = shape
    end = before + reader.line_num
    try:
        for row in reader:
            if len(row) == width:
                yield end + 1, _short(pick(row), f"{name}:{end + 1}")
            elif row:
                _refuse_width(len(row), width, f"{name}:{end + 1}")
            end = before + reader.line_num
    except csv.Error as error:
        _refuse_csv(error, f"{name}:{end + 1}")


def _short(cells: Cells, place: str) -> Cells:
    if sum(map(len, cells)) > MAX_CELLS_LENGTH:
        raise TraceError(f"{place}: time, tokens and user take more than {MAX_CELLS_LENGTH} characters; shorten them")
    return cells


def _refuse_width(found: int, width: int, place: str) -> NoReturn:
    raise TraceError(f"{place}: {found} columns where the header has {width}; complete the row, or put values with separators in quotes")


def _refuse_csv(error: csv.Error, place: str) -> NoReturn:
    if "limit" in str(error):
        what = f"a value of more than {csv.field_size_limit():,} characters, or a quote that is never closed"
        raise TraceError(f"{place}: {what}; leave out the text of prompts and replies, and close the quote") from None
    raise TraceError(f"{place}: not CSV ({error}); close the quotes, and end the lines with a line feed") from None


def _jsonl(lines: Iterator[str], name: str, first: int) -> tuple[Layout, Iterator[Placed]]:
    head = next(lines)
    layout = layout_of(list(_record(head, f"{name}:{first}")), f"{name}:{first}")
    return layout, _jsonl_rows(chain([head], lines), name, first, layout)


def _jsonl_rows(lines: Iterator[str], name: str, first: int, layout: Layout) -> Iterator[Placed]:
    for number, line in enumerate(lines, first):
        if line and not line.isspace():
            place = f"{name}:{number}"
            record = _record(line, place)
            yield number, _short(tuple(_cell(record.get(column), column, place) for column in layout.columns), place)


def _record(line: str, place: str) -> dict[str, Any]:
    try:
        found = _DECODE(line)
    except (ValueError, RecursionError):
        raise TraceError(f"{place}: not JSON; write one whole object per line") from None
    except TraceError as error:
        raise TraceError(f"{place}: {error}") from None
    if not isinstance(found, dict):
        raise TraceError(f"{place}: must be a JSON object, not {shown(found)}; write one object per line")
    return found


def _cell(value: Any, column: str, place: str) -> str:
    """The text of a number or of a text; nothing where the value is null or absent."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    raise TraceError(f"{place}: {said(column)}: must be a number or a text, not {shown(value)}; correct it")


def _unambiguous(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
        raise TraceError(f"{said(twice)}: is given twice; keep one of the two")
    return found


# Numbers stay the text they are, so that no digit is lost; made once, because a decoder is dear to make.
_DECODE = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_unambiguous).decode
