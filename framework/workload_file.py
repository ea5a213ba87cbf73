"""Workload files: the `Workload` model plus `priorities`, as strict YAML."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from framework.documents import dump, parse
from framework.errors import DocumentError, WorkloadError
from framework.explain import explain
from framework.flat import problems
from framework.priorities import Priorities
from framework.workload import Workload

MAX_BYTES = 1_000_000


class WorkloadFile(Workload):
    """The file as a whole."""

    priorities: Priorities = Priorities()


def read_workload(path: Path) -> tuple[Workload, Priorities]:
    """Read a workload file; `WorkloadError` names file, line, field and cure."""
    try:
        if not path.is_file():
            raise WorkloadError(f"{path}: no such file (or not a regular file)")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise WorkloadError(f"{path}: cannot be read: {error.strerror}") from None
    return parse_workload(content, str(path))


def parse_workload(content: bytes | str, name: str) -> tuple[Workload, Priorities]:
    """The same from bytes, as uploaded; `name` is only used in messages."""
    try:
        document = parse(content, name)
    except DocumentError as error:
        raise WorkloadError(str(error)) from None
    if not isinstance(document.data, dict):
        raise WorkloadError(f"{name}:1: a workload file is a mapping such as `traffic: {{requests_per_day: 10000}}`")
    try:
        whole = WorkloadFile.model_validate(document.data)
    except ValidationError as error:
        raise WorkloadError("\n".join(explain(error, document, model=WorkloadFile)), problems(error)) from None
    # What the file leaves out stays left out: only what was given is warned of.
    return Workload.model_validate(whole.model_dump(exclude={"priorities"}, exclude_unset=True)), whole.priorities


def write_workload(workload: Workload, priorities: Priorities) -> str:
    """The file that `parse_workload` reads back to the same pair; fields at null are left out."""
    content = _plain(workload.model_dump()) | {"priorities": _plain(priorities.model_dump())}
    return dump(content)


def _plain(value: Any) -> Any:
    """Whole floats as integers, tuples as lists, nulls dropped: what a person would have typed."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if item is not None and item != {}}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if not isinstance(value, dt.datetime) else value.isoformat()
