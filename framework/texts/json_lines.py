"""JSONL: each line is a document, a string or an object with `text`, `content` or `messages`."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from framework.errors import CountError

MAX_DOCUMENTS = 1_000_000
FIELDS = ("text", "content", "messages")
_WANTED = 'a string, or an object with "text", "content" or "messages"'
_CURE = f"mend or delete what is wrong: each line is {_WANTED}; to count the file as it is written, name it .txt"
_NAMED_LINES = 3


def json_lines(text: str, told: str) -> tuple[list[str], str]:
    """The documents, and what was read of the lines; blank lines are passed over. `CountError` names the first lines that are wrong."""
    documents: list[str] = []
    read: Counter[str] = Counter()
    wrong: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line or line.isspace():
            continue
        try:
            what, document = _document(line)
        except ValueError as problem:
            wrong.append(f"line {number:,}: {problem}" if len(wrong) < _NAMED_LINES else "")
            continue
        read[what] += 1
        documents.append(document)
        if len(documents) > MAX_DOCUMENTS:
            raise CountError(f"{told}: line {number:,}: more than {MAX_DOCUMENTS:,} documents: count it in parts")
    if wrong:
        more = f"; and {len(wrong) - _NAMED_LINES:,} more" if len(wrong) > _NAMED_LINES else ""
        raise CountError(f"{told}: {'; '.join(wrong[:_NAMED_LINES])}{more}: {_CURE}")
    return documents, _said(read)


def _said(read: Counter[str]) -> str:
    parts = [f"{what} of {lines:,} line{'s' if lines != 1 else ''}" for what, lines in read.items()]
    return f"each line a document: {', '.join(parts)}" if parts else ""


def _document(line: str) -> tuple[str, str]:
    """Which part of a line is its text, and that text; `ValueError` says what is wrong with the line."""
    try:
        entry = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"no JSON ({error.msg}, column {error.colno:,})") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except ValueError:
        raise ValueError("a number of too many digits") from None
    if isinstance(entry, str):
        return "the string", entry
    if not isinstance(entry, dict):
        raise ValueError(f"{_kind(entry)} instead of {_WANTED}")
    for field in FIELDS:
        if field in entry:
            told = f"“{field}”"
            return told, _messages(entry[field]) if field == "messages" else _text(entry[field], f'"{field}"')
    held = ", ".join(f'"{key[:40]}"' for key in list(entry)[:5])
    raise ValueError(f'none of "text", "content", "messages" (it has {held})' if held else "an empty object")


def _kind(entry: Any) -> str:
    kinds = {
        type(None): "null",
        bool: "true or false",
        int: "a number",
        float: "a number",
        list: "a list",
        dict: "an object",
        str: "a string",
    }
    return kinds[type(entry)]


def _messages(entry: Any) -> str:
    """The contents of a conversation, a line end between them; roles, names and tool calls are left out."""
    if not isinstance(entry, list):
        raise ValueError(f'"messages" is {_kind(entry)} and no list')
    contents = []
    for at, message in enumerate(entry, 1):
        if not isinstance(message, dict):
            raise ValueError(f'"messages", entry {at:,} is {_kind(message)} and no object with "content"')
        if (content := message.get("content")) is not None:
            contents.append(_text(content, f'"messages", entry {at:,}, "content"'))
    return "\n".join(contents)


def _text(entry: Any, where: str) -> str:
    """A string, or a list of parts of which those of text are taken."""
    if isinstance(entry, str):
        return entry
    if not isinstance(entry, list):
        raise ValueError(f"{where} is {_kind(entry)} and no text")
    parts = (part.get("text") if isinstance(part, dict) else part for part in entry)
    return "\n".join(part for part in parts if isinstance(part, str))
