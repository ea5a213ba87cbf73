"""What is wrong with a file, in plain English: one line per problem with file, line, entry, key and the cure."""

from __future__ import annotations

import difflib
import types
import typing
from collections.abc import Callable
from typing import Any, Protocol

from pydantic import BaseModel, ValidationError

Path = tuple[str | int, ...]


class Placed(Protocol):
    """Something whose paths have lines: a `documents.Document`."""

    @property
    def name(self) -> str:
        """What the file is called."""

    def line(self, path: Path) -> int:
        """The 1-based line of a path."""


_TYPES = {
    "int": "must be a whole number",
    "float": "must be a number",
    "finite": "must be a usable number",
    "string": "must be text: put it in quotes",
    "bool": "must be true or false",
    "date": "must be a day such as 2026-10-08",
    "tuple": "must be a list",
    "list": "must be a list",
    "dict": "must be a mapping of keys to values",
    "model": "must be a mapping of keys to values",
}
_LIMITS = {
    "greater_than_equal": ("at least", "ge"),
    "greater_than": ("more than", "gt"),
    "less_than_equal": ("at most", "le"),
    "less_than": ("less than", "lt"),
}
_LENGTHS = {
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "too_short": "must have at least {min_length} entries",
    "too_long": "must have at most {max_length} entries",
}


def explain(
    error: ValidationError, document: Placed, *, entry: str | Callable[[Path], str] = "", model: type[BaseModel] | None = None
) -> list[str]:
    """One line per problem, in the order of the file: `file:line: entry: key: what, and the cure`.

    `entry` names the thing that holds the key, or finds the name from the path. `model` is what the document was validated
    against; with it an unknown key is answered with the closest known one.
    """
    found: list[tuple[int, str]] = []
    for problem in _telling(error):
        path = tuple(part for part in problem["loc"] if part != "[key]")
        line = document.line(path)
        holder = entry if isinstance(entry, str) else entry(path)
        key = _key(path) if path else ""
        known = _keys_at(model, path[:-1]) if model else ()
        parts = (f"{document.name}:{line}", holder, key, what(dict(problem), known))
        found.append((line, ": ".join(part for part in parts if part)))
    return [text for _, text in sorted(found, key=lambda item: item[0])]


def _telling(error: ValidationError) -> list[Any]:
    """The problems without "too few entries" where the entries are there and one of them is faulty: that fault is the news."""
    problems = error.errors(include_url=False)
    paths = [problem["loc"] for problem in problems]
    return [
        problem
        for problem, path in zip(problems, paths, strict=True)
        if problem["type"] != "too_short" or not any(other[: len(path)] == path and len(other) > len(path) for other in paths)
    ]


def shown(value: Any) -> str:
    """A value as an error message quotes it: on one line and short."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, (dict, list, tuple)):
        return "a mapping" if isinstance(value, dict) else "a list"
    text = repr(value[:80]) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def suggestion(text: str, known: typing.Iterable[str]) -> str:
    """`; did you mean ...?` where something known is close, else nothing."""
    close = difflib.get_close_matches(text[:120], list(known), n=1, cutoff=0.6)
    return f"; did you mean {shown(close[0])}?" if close else ""


def what(problem: dict[str, Any], known: tuple[str, ...] = ()) -> str:
    """The problem and its cure, from one of pydantic's error records."""
    kind, value, context = problem["type"], problem["input"], problem.get("ctx", {})
    if kind == "extra_forbidden":
        return f"unknown key{suggestion(str(problem['loc'][-1]), known) or '; delete it'}"
    if kind == "missing":
        return "is missing; add it"
    if kind == "literal_error":
        return f"must be one of {context['expected']}, not {shown(value)}{suggestion(str(value), _quoted(context['expected']))}"
    if kind in _LIMITS:
        words, limit = _LIMITS[kind]
        return f"must be {words} {_limit(context[limit])}, not {shown(value)}"
    if kind in _LENGTHS:
        return _LENGTHS[kind].format(**context)
    if kind == "string_pattern_mismatch":
        return f"{shown(value)} is not of the form {context['pattern']}"
    if kind in ("value_error", "assertion_error"):
        return str(context["error"])
    expected = _TYPES.get(kind.split("_")[0])
    return f"{expected}, not {shown(value)}" if expected else f"{problem['msg']}, not {shown(value)}"


def _limit(value: Any) -> str:
    return f"{value:,.12g}" if isinstance(value, (int, float)) else str(value)


def _quoted(expected: str) -> list[str]:
    return expected.split("'")[1::2]


def _key(path: Path) -> str:
    """The part of a path after its last list position: `prices.batch.input_mtok` rather than the whole way down."""
    names: list[str] = []
    for part in reversed(path):
        if isinstance(part, int):
            return ".".join(reversed(names)) or f"item {part + 1}"
        names.append(part)
    return ".".join(reversed(names))


def _keys_at(model: type[BaseModel], path: Path) -> tuple[str, ...]:
    """The keys that the record at `path` may hold; empty where the path leads to no record."""
    at: Any = model
    for part in path:
        at = _record_in(at)
        field = next((f for name, f in at.model_fields.items() if part in (name, f.alias)), None) if at and isinstance(part, str) else None
        at = field.annotation if field else at
    record = _record_in(at)
    return tuple(field.alias or name for name, field in record.model_fields.items()) if record else ()


def _record_in(annotation: Any) -> type[BaseModel] | None:
    """The record type inside `Record`, `Record | None`, `tuple[Record, ...]` or `dict[str, Record]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel) and not isinstance(annotation, types.GenericAlias):
        return annotation
    found = (_record_in(part) for part in typing.get_args(annotation))
    return next((record for record in found if record), None)
