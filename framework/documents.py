"""Strict YAML: plain data with the line of every key, or one error that says where and what to do about it.

A price sheet is read by machines and edited by people, so the parts of YAML that make a file mean something other than what it
seems to say are refused: anchors, aliases, merge keys, tags, directives, several documents, doubled keys, keys that are not text.
`no`, `yes` and `on` are text; only `true` and `false` are truth values.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

import yaml

from framework.errors import DocumentError
from framework.explain import explain, shown

__all__ = ["Document", "Path", "dump", "explain", "parse", "shown"]

MAX_BYTES = 1_000_000
MAX_EVENTS = 400_000
MAX_DEPTH = 20
MAX_DIGITS = 30

Path = tuple[str | int, ...]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF|nan|NaN|NAN)\Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True)
class Document:
    """`data` as plain dicts, lists, texts, numbers, truth values, days and None; `lines` holds the 1-based line of every path in it."""

    data: Any
    lines: dict[Path, int]
    name: str

    def line(self, path: Path) -> int:
        """The line of `path`, or of the nearest thing around it that the file holds."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def parse(text: str | bytes, name: str) -> Document:
    """Read one YAML document of at most 1 MB; `DocumentError` says `name:line: what, and the cure`."""
    decoded = _decoded(text, name)
    reader = _Reader(decoded, name)
    try:
        data = reader.document()
    except yaml.YAMLError as error:
        _refuse_syntax(error, decoded, name)
    return Document(data, reader.lines, name)


def _decoded(text: str | bytes, name: str) -> str:
    try:
        raw = text.encode() if isinstance(text, str) else bytes(text)
    except UnicodeEncodeError as error:
        _refuse(name, str(text).count("\n", 0, error.start) + 1, "half of a two-part character (a lone surrogate); delete it")
    if len(raw) > MAX_BYTES:
        _refuse(name, 1, f"more than {MAX_BYTES:,} bytes; split the file")
    try:
        decoded = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse(name, raw.count(b"\n", 0, error.start) + 1, "not UTF-8 text; save the file as UTF-8")
    bad = _UNPRINTABLE.search(decoded)
    if bad:
        line = decoded.count("\n", 0, bad.start()) + 1
        _refuse(name, line, f"an invisible control character (U+{ord(bad[0]):04X}); delete it, or save the file as plain UTF-8 text")
    return decoded


def _refuse(name: str, line: int, what: str) -> NoReturn:
    raise DocumentError(f"{name}:{line}: {what}")


def _refuse_syntax(error: yaml.YAMLError, text: str, name: str) -> NoReturn:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or "it cannot be read"
    lines = text.splitlines() or [""]
    if mark and mark.line >= len(lines):
        mark = getattr(error, "context_mark", None)  # something is never closed: say where it was opened
    row = min(mark.line if mark else len(lines) - 1, len(lines) - 1)
    line = lines[row]
    tab = "\t" in line[: len(line) - len(line.lstrip())]
    cure = "indent with spaces, not tabs" if tab else "check the indentation, colons, brackets and quotes here"
    _refuse(name, row + 1, f"not valid YAML ({problem}); {cure}")


class _Reader:
    """Builds the data in one pass over the parser's events, refusing what is not allowed as soon as it is seen."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.lines: dict[Path, int] = {}
        self._events: Iterator[Any] = yaml.parse(text, _LOADER)
        self._count = 0

    def document(self) -> Any:
        self._next()
        start = self._next()
        if isinstance(start, yaml.StreamEndEvent):
            _refuse(self.name, 1, "the file is empty; fill it in or delete it")
        if start.version or start.tags:
            self._refuse(start, "a % directive; delete it")
        data = self._value(self._next(), ())
        self._next()
        end = self._next()
        if not isinstance(end, yaml.StreamEndEvent):
            self._refuse(end, "a second document starts here; keep one document per file and delete the `---`")
        return data

    def _next(self) -> Any:
        event = next(self._events)
        self._count += 1
        if self._count > MAX_EVENTS:
            self._refuse(event, f"more than {MAX_EVENTS:,} keys and values; split the file")
        return event

    def _refuse(self, event: Any, what: str) -> NoReturn:
        _refuse(self.name, event.start_mark.line + 1, what)

    def _value(self, event: Any, path: Path) -> Any:
        self.lines.setdefault(path, event.start_mark.line + 1)
        kind = type(event)
        if kind is yaml.AliasEvent:
            self._refuse(event, f"an alias (*{event.anchor}); write the value out here, or quote the text")
        if event.anchor is not None:
            self._refuse(event, f"an anchor (&{event.anchor}); delete it and write the values out where they are needed")
        if event.tag is not None:
            self._refuse(event, f"a tag ({event.tag}); delete it, or quote the text if it starts with an exclamation mark")
        if kind is yaml.ScalarEvent:
            return self._scalar(event)
        if len(path) >= MAX_DEPTH:
            self._refuse(event, f"nested more than {MAX_DEPTH} deep; flatten it")
        return self._mapping(path) if kind is yaml.MappingStartEvent else self._sequence(path)

    def _sequence(self, path: Path) -> list[Any]:
        items: list[Any] = []
        while type(event := self._next()) is not yaml.SequenceEndEvent:
            items.append(self._value(event, (*path, len(items))))
        return items

    def _mapping(self, path: Path) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        while type(event := self._next()) is not yaml.MappingEndEvent:
            key = self._key(event)
            here = (*path, key)
            if key in mapping:
                self._refuse(event, f"{shown(key)} is already given on line {self.lines[here]}; keep one of the two")
            self.lines[here] = event.start_mark.line + 1
            mapping[key] = self._value(self._next(), here)
        return mapping

    def _key(self, event: Any) -> str:
        if type(event) is yaml.ScalarEvent and event.implicit[0] and event.value == "<<":
            self._refuse(event, "a merge key (<<); write the keys out here")
        if type(event) not in (yaml.ScalarEvent, yaml.AliasEvent):
            self._refuse(event, "a key that is a list or a mapping; use a plain text key")
        key = self._value(event, ())
        if not isinstance(key, str):
            self._refuse(event, f"the key {shown(event.value)} is not text; put it in quotes")
        return key

    def _scalar(self, event: Any) -> Any:
        if event.implicit[0]:
            try:
                return _plain(event.value)
            except ValueError as error:
                self._refuse(event, str(error))
        bad = _CONTROL.search(event.value)
        if bad:
            self._refuse(event, f"the text holds an escaped control character (U+{ord(bad[0]):04X}); delete it")
        return event.value


def _plain(text: str) -> Any:
    """What an unquoted scalar stands for; `ValueError` says why it can stand for nothing."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0].isalpha():
        return text
    if _INTEGER.match(text):
        if len(text) > MAX_DIGITS:
            raise ValueError(f"a number of {len(text)} digits; shorten it, or quote it if it is text")
        return int(text)
    if _NUMBER.match(text):
        return _number(text)
    if _NOT_FINITE.match(text):
        raise ValueError(f"{text} is not a usable number; write null where a value is not known")
    return _day(text) if _DAY.match(text) else text


def _number(text: str) -> int | float:
    value = float(text)
    if math.isinf(value):
        raise ValueError(f"{text} is too large a number; write a smaller one, or null where a value is not known")
    # 1e6 tokens is a whole number, as it is in JSON Schema; 1.0e6 and 1e-6 are not.
    return int(value) if "." not in text and value.is_integer() and abs(value) < 1e15 else value


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text} is not a day of the calendar; write year-month-day") from None


class _Dumper(yaml.SafeDumper):
    """Plain block style; a text that would be read back as something else is quoted."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _represent_text(dumper: _Dumper, text: str) -> Any:
    try:
        ambiguous = not isinstance(_plain(text), str)
    except ValueError:
        ambiguous = True
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="'" if ambiguous else None)


_Dumper.add_representer(str, _represent_text)


def dump(data: Any) -> str:
    """Plain YAML in the order given, which `parse` reads back as the same data; `DocumentError` where it would not."""
    try:
        text = str(yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=False, width=10**6))
    except yaml.YAMLError as error:
        raise DocumentError(f"this cannot be written as plain YAML ({error})") from None
    parse(text, "what was to be written")
    return text
