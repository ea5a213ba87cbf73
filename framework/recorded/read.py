"""A log of usage objects, one JSON object per line, as `RecordedUsage`; strict, bounded, and with what had to be assumed."""

from __future__ import annotations

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from framework.catalogue.records import SERVICES
from framework.errors import UsageError
from framework.explain import shown
from framework.recorded.counts import Counts, Wrong
from framework.recorded.entry import Entry, entry_of, is_unbilled
from framework.recorded.usage import NONE, NOT_LISTED, USAGE_METERS, RecordedUsage

MAX_LINE_BYTES = 16 * 2**20
MAX_BYTES = 4 * 2**30
MAX_REQUESTS = 2_000_000


@dataclass(frozen=True, eq=False)
class Log:
    """What a log holds. `models` of the usage are `provider|name`, the provider empty where the line does not say it.

    `searches`: web searches, which no price per token covers. `repeated`: lines that repeat the id of a response. `not_listed`: how
    often each reason keeps a request from being priced. `unbilled`: lines of batch results without a reply.
    """

    usage: RecordedUsage
    searches: int
    repeated: int
    not_listed: Counter[str]
    unbilled: int = 0


@dataclass
class _Rows:
    """Columns under construction."""

    counts: list[Counts] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    repeated: int = 0
    unbilled: int = 0

    def add(self, found: tuple[Entry, Counts] | None) -> None:
        """A response that is logged twice, as streams are, counts once, as it stood last; None is a line that nobody bills."""
        if found is None:
            self.unbilled += 1
            return
        entry, counts = found
        place = self.places.get(entry.id) if entry.id else None
        if place is not None:
            self.counts[place], self.entries[place] = counts, entry
            self.repeated += 1
            return
        if entry.id:
            self.places[entry.id] = len(self.counts)
        self.counts.append(counts)
        self.entries.append(entry)


def read_log(path: Path, form: str | None = None) -> Log:
    """Read a JSONL file, compressed if its name ends in .gz; `UsageError` names file, line, field and cure."""
    rows = _Rows()
    try:
        if not path.is_file():
            raise UsageError(f"{path}: no such file (or not a regular file)")
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
            for number, line in _lines(file, str(path)):
                rows.add(_entry(line, f"{path}:{number}", form))
                if len(rows.counts) > MAX_REQUESTS:
                    raise UsageError(f"{path}:{number}: more than {MAX_REQUESTS:,} requests; split the file by day and add up the bills")
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise UsageError(f"{path}: not a whole gzip file; compress it again, or drop the .gz from its name") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
    if not rows.counts and rows.unbilled:
        raise UsageError(f"{path}: holds only batch requests without a reply, which are not billed; give it the results that have one")
    if not rows.counts:
        raise UsageError(f"{path}: holds no usage; write one JSON object per line")
    return _log(rows)


def _lines(file: gzip.GzipFile | BufferedReader, name: str) -> Iterator[tuple[int, bytes]]:
    read, number = 0, 0
    while line := file.readline(MAX_LINE_BYTES + 1):
        number, read = number + 1, read + len(line)
        if len(line) > MAX_LINE_BYTES:
            raise UsageError(f"{name}:{number}: a line of more than {MAX_LINE_BYTES // 2**20} MB; log the usage without the content")
        if read > MAX_BYTES:
            raise UsageError(f"{name}:{number}: more than {MAX_BYTES // 2**30} GB; split the file by day and add up the bills")
        if line.strip():
            yield number, line


def _entry(line: bytes, place: str, form: str | None) -> tuple[Entry, Counts] | None:
    try:
        record = json.loads(line, parse_constant=_refuse_constant, object_pairs_hook=_unambiguous)
        if not isinstance(record, dict):
            raise UsageError(f"must be a JSON object with a usage object, not {shown(record)}")
        return None if is_unbilled(record) else entry_of(record, form)
    except (ValueError, RecursionError):
        raise UsageError(f"{place}: not JSON; write one whole object per line") from None
    except UsageError as error:
        raise UsageError(f"{place}: {error}") from None


def _refuse_constant(text: str) -> NoReturn:
    raise UsageError(f"{text} is not a usable number; leave the field out where a count is not known")


def _unambiguous(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        raise Wrong(twice[:60], "is given twice; keep one of the two")
    return found


def _log(rows: _Rows) -> Log:
    counts, entries = rows.counts, rows.entries
    regions = tuple(sorted({one.region for one in counts if one.region}))
    models = tuple(sorted({one.model for one in entries if one.model}))
    usage = RecordedUsage(
        tokens=np.array([[getattr(one, meter) for one in counts] for meter in USAGE_METERS], dtype=np.float64),
        service=np.array([_service(one) for one in counts], dtype=np.int64),
        tier_known=np.array([one.service is not None or one.not_listed is not None for one in counts]),
        at_s=np.array([np.nan if one.at_s is None else one.at_s for one in entries]),
        region=_index([one.region for one in counts], regions),
        model=_index([one.model for one in entries], models),
        regions=regions,
        models=models,
    )
    reasons = Counter(one.not_listed for one in counts if one.not_listed)
    return Log(usage, sum(one.searches for one in counts), rows.repeated, reasons, rows.unbilled)


def _service(counts: Counts) -> int:
    return NOT_LISTED if counts.not_listed else SERVICES.index(counts.service or "standard")


def _index(names: list[str | None], known: tuple[str, ...]) -> Any:
    place = {name: index for index, name in enumerate(known)}
    return np.array([place.get(name, NONE) if name else NONE for name in names], dtype=np.int64)
