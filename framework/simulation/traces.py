"""Traffic request by request, from a file or an upload: CSV, JSONL or Parquet, read strictly and bounded, exact to the microsecond."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from framework.errors import TraceError
from framework.simulation.arrivals import Arrivals, Ints
from framework.simulation.parquet import parquet_batches
from framework.simulation.trace_layout import Layout
from framework.simulation.trace_lines import Bounds, is_parquet, lines
from framework.simulation.trace_notes import notes_on
from framework.simulation.trace_numbers import tokens
from framework.simulation.trace_rows import Batch, text_batches
from framework.simulation.trace_times import Clock, starts_s
from framework.simulation.trace_users import Users

MAX_UPLOAD_BYTES = 50 * 2**20
UPLOAD = Bounds(200 * 2**20, 2_000_000, "cut out the hours that matter, or read the file from the command line")
FILE = Bounds(8 * 2**30, 20_000_000, "cut out the hours that matter")


@dataclass(frozen=True, eq=False)
class Trace:
    """`layout` is `azure`, `mooncake` or `general`; `notes` say what was assumed or left out, one sentence each."""

    arrivals: Arrivals
    layout: str
    notes: tuple[str, ...] = ()


@dataclass
class _Reading:
    """Columns under construction."""

    clock: Clock = field(default_factory=Clock)
    users: Users = field(default_factory=Users)
    time: list[Ints] = field(default_factory=list)
    input: list[Ints] = field(default_factory=list)
    output: list[Ints] = field(default_factory=list)
    user: list[Ints] = field(default_factory=list)
    rows: int = 0

    def add(self, batch: Batch) -> None:
        time = self.clock.read(batch)
        _in_order(batch, time, int(self.time[-1][-1]) if self.time else 0)
        self.time.append(time)
        self.input.append(tokens(batch, batch.input, batch.layout.input))
        self.output.append(tokens(batch, batch.output, batch.layout.output))
        self.user.append(self.users.read(batch))
        self.rows += len(batch)

    def arrivals(self) -> Arrivals:
        time = np.concatenate(self.time)
        first_us = int(time[0])
        user = np.concatenate(self.user) if self.users.told_apart else None
        time -= first_us
        return Arrivals(time, np.concatenate(self.input), np.concatenate(self.output), user, starts_s(self.clock.kind, first_us))


def read_trace(path: Path) -> Trace:
    """A CSV, JSONL (either may be packed with gzip) or Parquet file, told by its content; `TraceError` names file, line and cure.

    Read in pieces: at most 20 million rows and 8 GB unpacked.
    """
    try:
        if not path.is_file():
            raise TraceError(f"{path}: no such file (or not a regular file)")
        with path.open("rb") as file:
            if is_parquet(file):
                return _trace(parquet_batches(path, FILE), str(path), FILE)
            with lines(file, str(path), FILE) as found:
                return _trace(text_batches(found, str(path)), str(path), FILE)
    except OSError as error:
        raise TraceError(f"{path}: cannot be read: {error.strerror}") from None


def parse_trace(content: bytes, name: str) -> Trace:
    """The same from an upload of at most 50 MB, 200 MB unpacked and 2 million rows; `name` is only used in messages."""
    if len(content) > MAX_UPLOAD_BYTES:
        raise TraceError(f"{name}: more than {MAX_UPLOAD_BYTES // 2**20} MB; pack it with gzip, or {UPLOAD.cure}")
    file = io.BytesIO(content)
    if is_parquet(file):
        raise TraceError(f"{name}: a Parquet file; convert it to CSV, or read it from the command line")
    with lines(file, name, UPLOAD) as found:
        return _trace(text_batches(found, name), name, UPLOAD)


def _trace(batches: Iterator[Batch], name: str, bounds: Bounds) -> Trace:
    reading, layout = _Reading(), None
    for batch in batches:
        if reading.rows + len(batch) > bounds.rows:
            raise TraceError(f"{batch.at(bounds.rows - reading.rows)}: more than {bounds.rows:,} rows; {bounds.cure}")
        reading.add(batch)
        layout = batch.layout
    if layout is None:
        raise TraceError(f"{name}: has a header and no requests; write one line per request below it")
    return _noted(reading, layout)


def _noted(reading: _Reading, layout: Layout) -> Trace:
    arrivals = reading.arrivals()
    return Trace(arrivals, layout.name, notes_on(arrivals, layout, reading.clock, reading.users))


def _in_order(batch: Batch, time: Ints, last_us: int) -> None:
    """A clock that runs back may be two files in one or two zones in one: which of them is meant cannot be known."""
    back = np.diff(time, prepend=last_us) < 0
    if back.any():
        batch.refuse(int(np.argmax(back)), batch.layout.time, "is earlier than the row before it; sort the file by time")
