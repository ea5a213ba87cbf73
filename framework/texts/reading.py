"""One file of any kind as documents: the kind is known by the content where that tells, else by the end of the name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from framework.errors import CountError
from framework.texts.html_text import visible_text
from framework.texts.json_lines import json_lines
from framework.texts.pdf import pdf_text
from framework.texts.plain import decoded

PLAIN, MARKDOWN, HTML, JSONL, PDF = "plain text", "Markdown", "HTML", "JSONL", "PDF"
KINDS = {
    ".txt": PLAIN,
    ".text": PLAIN,
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    ".html": HTML,
    ".htm": HTML,
    ".xhtml": HTML,
    ".jsonl": JSONL,
    ".ndjson": JSONL,
    ".pdf": PDF,
}
"""What the end of a name says; any other is plain text, counted as it is written."""

_PDF_STARTS_WITHIN = 1024


@dataclass(frozen=True)
class Text:
    """A file as text: its documents (one, but for JSONL), none of them empty, and how it was read."""

    kind: str
    documents: Sequence[str]
    note: str = ""


def read(content: bytes, name: str, *, tell: Callable[[float], None] | None = None) -> Text:
    """The documents of a file; `CountError` begins with the name and says what is wrong, where, and the cure."""
    if not content:
        raise CountError(f"{name}: it is empty: there is nothing to count")
    kind = kind_of(content, name)
    if kind == PDF:
        text, note = pdf_text(content, name, tell=tell)
        return Text(PDF, (text,), note)
    text = decoded(content, name)
    if kind == HTML:
        return _page(text, name)
    if kind == JSONL:
        return _lines(text, name)
    if not text:
        raise CountError(f"{name}: it is empty: there is nothing to count")
    return Text(kind, (text,), "as it is written")


def kind_of(content: bytes, name: str) -> str:
    """A PDF is one whatever its name says; what is called a PDF and is none is told so by its reader."""
    if content.startswith(b"%PDF-"):
        return PDF
    kind = KINDS.get(PurePath(name).suffix.lower(), PLAIN)
    if kind == PDF and b"%PDF-" not in content[:_PDF_STARTS_WITHIN]:
        raise CountError(f"{name}: it is called a PDF and is none: give it the end of its name that says what it is, such as .txt")
    return kind


def _page(text: str, name: str) -> Text:
    shown = visible_text(text)
    if not shown:
        raise CountError(
            f"{name}: the page shows no text without its scripts: open it, copy the text and save it as .txt, "
            "or name the file .txt to count its markup"
        )
    return Text(HTML, (shown,), "visible text only")


def _lines(text: str, name: str) -> Text:
    documents, note = json_lines(text, name)
    kept = [document for document in documents if document]
    if not kept:
        raise CountError(f"{name}: no line holds a text: there is nothing to count")
    empty = len(documents) - len(kept)
    return Text(JSONL, kept, f"{note}; {empty:,} of them empty and left out" if empty else note)
