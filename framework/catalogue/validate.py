"""A document held against its record: each fault is named with file, line, entry, key and the cure."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, NoReturn, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from framework import documents
from framework.catalogue.records import Record, Source
from framework.documents import Document
from framework.errors import CatalogueError

MAX_PROBLEMS = 20

R = TypeVar("R", bound=Record)
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Parsed(Generic[R]):
    """A file as a record, with the document that knows its lines; `stem` is the file's name without `.yaml`."""

    record: R
    document: Document
    stem: str


class _Head(BaseModel):
    """The sources alone: they are checked before the figures that refer to them by key."""

    model_config = ConfigDict(extra="ignore")

    sources: dict[str, Source]


def validated(document: Document, model: type[R]) -> Parsed[R]:
    """The document as a frozen record with its sources filled in."""
    head = _validate(document, _Head, {})
    record = _validate(document, model, {"sources": head.sources})
    return Parsed(record, document, document.name.rpartition("/")[2].removesuffix(".yaml"))


def _validate(document: Document, model: type[M], context: Mapping[str, Any]) -> M:
    # As JSON a list is a tuple and a day is text, so that strictness can forbid the rest: true is no number and "5" is none either.
    text = json.dumps(document.data, default=dt.date.isoformat)
    try:
        return model.model_validate_json(text, strict=True, context=dict(context))
    except ValidationError as error:
        refuse(documents.explain(error, document, entry=lambda path: entry_at(document, path), model=model))


def refuse(problems: list[str]) -> NoReturn:
    """One error for all that is wrong in a file, the first twenty lines of it."""
    more = len(problems) - MAX_PROBLEMS
    raise CatalogueError("\n".join([*problems[:MAX_PROBLEMS], *([f"... and {more} more"] if more > 0 else [])]))


def entry_at(document: Document, path: documents.Path) -> str:
    """What a person calls the thing around `path`: the ids on the way to it, or the name of the section."""
    names: list[str] = []
    at: Any = document.data
    for part in path:
        at = at[part] if _holds(at, part) else None
        own = _own_name(at) if isinstance(at, dict) else None
        if own and own not in names:
            names.append(own)
    return " ".join(names) or str(path[0] if path else "file")


def _own_name(at: dict[str, Any]) -> str | None:
    for key in ("id", "model", "tier", "tool"):
        if isinstance(at.get(key), str):
            return str(at[key])[:120]
    return f"price of {at['effective']}" if isinstance(at.get("effective"), dt.date) else None


def _holds(at: Any, part: str | int) -> bool:
    return part in at if isinstance(at, dict) else isinstance(at, list) and isinstance(part, int) and part < len(at)
