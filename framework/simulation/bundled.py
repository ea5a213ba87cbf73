"""`pricing/traces/`: measured traffic that stands in the package, each file with its source, licence and caveats."""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from framework.catalogue.files import pricing_directory, read
from framework.catalogue.record import Record, Source, Sources
from framework.catalogue.validate import validated
from framework.errors import TraceError
from framework.simulation.traces import Trace, read_trace
from framework.vocabulary import Series
from framework.vocabulary import Trace as TraceName

FILE = "traces.yaml"

_Words = Annotated[str, Field(min_length=1, max_length=400)]
_Rows = Annotated[int, Field(ge=1, le=20_000_000, strict=True)]
_DayS = Annotated[float, Field(ge=0, lt=86_400, allow_inf_nan=False, strict=True)]


class Bundled(Record):
    """What stands in one file and whose it is; `attribution` is the line that the licence asks to be shown with the data.

    `repository` and `commit` are what it was copied or derived from.
    """

    title: Annotated[str, Field(min_length=1, max_length=80)]
    rows: _Rows
    what: _Words
    caveats: tuple[_Words, ...] = ()
    licence: Annotated[str, Field(pattern=r"^(CC-BY-4\.0|Apache-2\.0|MIT|CC0-1\.0)$")]
    attribution: _Words
    repository: Annotated[str, Field(pattern=r"^[\w.-]+/[\w.-]+$", max_length=120)]
    commit: Annotated[str, Field(pattern=r"^[0-9a-f]{7,40}$")]
    source: Sources


class BundledTrace(Bundled):
    """Requests one by one. `starts_s`: second of the day at which the first one came, null: not known."""

    id: TraceName
    file: Annotated[str, Field(pattern=r"^[a-z0-9_]+\.csv\.gz$", max_length=80)]
    starts_s: _DayS | None


class BundledSeries(Bundled):
    """Rates over `period_s`, in `rows` bins of one width."""

    id: Series
    file: Annotated[str, Field(pattern=r"^[a-z0-9_]+\.csv$", max_length=80)]
    period_s: Annotated[float, Field(gt=0, le=366 * 86_400, allow_inf_nan=False, strict=True)]


class TracesFile(Record):
    """`pricing/traces/traces.yaml`."""

    sources: dict[str, Source]
    traces: tuple[BundledTrace, ...]
    series: tuple[BundledSeries, ...]


def traces_directory() -> Path:
    """The folder in the package."""
    return pricing_directory() / "traces"


@lru_cache
def bundled() -> TracesFile:
    """What there is; `CatalogueError` where the list cannot be read."""
    return validated(read(traces_directory() / FILE), TracesFile).record


def about(name: TraceName | Series) -> BundledTrace | BundledSeries:
    """Title, licence, attribution, source and caveats of one of them; `TraceError` where there is no such one."""
    every: tuple[BundledTrace | BundledSeries, ...] = (*bundled().traces, *bundled().series)
    for entry in every:
        if entry.id == name:
            return entry
    raise TraceError(f"traces/{FILE}: has no {name}; take one of {', '.join(entry.id for entry in every)}, or add it")


@lru_cache
def bundled_trace(name: TraceName) -> Trace:
    """The requests, with the caveats as notes; read once, so its arrays are not to be written to. `TraceError` where it is damaged."""
    entry = about(name)
    if not isinstance(entry, BundledTrace):
        raise TraceError(f"traces/{FILE}: {name} is a series of rates, not a trace of requests; take one of the traces")
    found = read_trace(traces_directory() / entry.file)
    if len(found.arrivals) != entry.rows:
        raise TraceError(f"traces/{entry.file}: {len(found.arrivals):,} requests where {FILE} says {entry.rows:,}; restore the file")
    return Trace(dataclasses.replace(found.arrivals, starts_s=entry.starts_s), found.layout, entry.caveats)
