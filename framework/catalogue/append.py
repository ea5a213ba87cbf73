"""A dated entry is added to a provider's file as text: comments, order and layout of what is there stay as they are."""

from __future__ import annotations

import copy
import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from framework import documents
from framework.documents import Document, Path
from framework.errors import CatalogueError

_DASH = re.compile(r"( *)- [^ ]")
_FLOW = frozenset({"cache_write_mtok", "long_context", "region_multipliers", "peak"})


def append_price(text: str, name: str, offer_id: str, entry: dict[str, Any]) -> str:
    """The file's text with `entry` after the offer's last price; `CatalogueError` where the layout does not allow it."""
    document = documents.parse(text, name)
    place = next((i for i, offer in enumerate(document.data["offers"]) if offer["id"] == offer_id), None)
    if place is None:
        raise CatalogueError(f"{name}: no offer {offer_id}; add it by hand")
    path: Path = ("offers", place, "prices", len(document.data["offers"][place]["prices"]) - 1)
    lines = text.splitlines(keepends=True)
    found = _DASH.match(lines[document.line(path) - 1])
    if found is None:
        raise CatalogueError(f"{name}:{document.line(path)}: {offer_id}: the prices are not written one key a line; append by hand")
    new = _insert(lines, _end(document, lines, path, len(found[1])), _block(entry, len(found[1])))
    return _checked(new, document, lambda data: data["offers"][place]["prices"].append(entry))


def append_source(text: str, name: str, key: str, source: dict[str, Any]) -> str:
    """The file's text with a source after the last one of its table; unchanged where the key is there with the same content."""
    document = documents.parse(text, name)
    table = document.data["sources"]
    if key in table:
        if table[key] != source:
            raise CatalogueError(f"{name}:{document.line(('sources', key))}: sources: {key} is already another source; rename it")
        return text
    path: Path = ("sources", next(reversed(table)))
    lines = text.splitlines(keepends=True)
    line = lines[document.line(path) - 1]
    indent = len(line) - len(line.lstrip(" "))
    if document.line(path) == document.line(("sources",)):
        raise CatalogueError(f"{name}:{document.line(path)}: sources: not written one key a line; add {key} by hand")
    new = _insert(lines, _end(document, lines, path, indent), [f"{' ' * indent}{key}: {_flow(source)}"])
    return _checked(new, document, lambda data: data["sources"].update({key: source}))


def _end(document: Document, lines: list[str], path: Path, indent: int) -> int:
    """How many lines of the file there are up to the end of what stands at `path`, its indented comments included."""
    end = max(line for at, line in document.lines.items() if at[: len(path)] == path)
    at = end
    while at < len(lines) and (not (bare := lines[at].strip()) or len(lines[at]) - len(lines[at].lstrip(" ")) > indent):
        at += 1
        end = at if bare else end
    return end


def _insert(lines: list[str], at: int, new: list[str]) -> str:
    newline = "\r\n" if lines[0].endswith("\r\n") else "\n"
    before = lines[:at]
    if not before[-1].endswith(("\n", "\r")):
        before[-1] += newline
    return "".join([*before, *(line + newline for line in new), *lines[at:]])


def _checked(text: str, before: Document, change: Callable[[Any], object]) -> str:
    """The new text, once it reads as the old data with nothing but the addition."""
    expected = copy.deepcopy(before.data)
    change(expected)
    if documents.parse(text, before.name).data != expected:
        raise CatalogueError(f"{before.name}: the entry cannot be appended without changing what is there; append it by hand")
    return text


def _block(entry: dict[str, Any], indent: int) -> list[str]:
    lines: list[str] = []
    for key, value in entry.items():
        if isinstance(value, dict) and value and key not in _FLOW:
            lines += [f"  {key}:", *(f"    {inner}: {_flow(one)}" for inner, one in value.items())]
        else:
            lines.append(f"  {key}: {_flow(value)}")
    lines[0] = f"- {lines[0].lstrip()}"
    return [" " * indent + line for line in lines]


def _flow(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(one) for one in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return "null"
    if isinstance(value, float):
        return _number(value)
    return str(value) if isinstance(value, int | dt.date) else _text(str(value))


def _number(value: float) -> str:
    text = f"{value:.12f}".rstrip("0").rstrip(".")
    return text if float(text) == value else repr(value)


def _text(text: str) -> str:
    return text if re.fullmatch(r"[a-z][a-z0-9_]*", text) and text not in ("true", "false", "null") else "'" + text.replace("'", "''") + "'"
