"""User text made harmless for each place it is written to; the text itself stays readable everywhere."""

from __future__ import annotations

import re
import unicodedata
from xml.sax.saxutils import escape

# Bidirectional overrides and isolates can make a line read as another; zero-width and tag characters hide text.
_HIDDEN = re.compile("[\u200b\u2028\u2029\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")
# A sign that only means something at the start of a line is escaped there alone; `://` and `www.` would make a link of their own accord.
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|~&$]|^[-+#=]|(?<=:)/(?=/)|(?<=www)\.|(?<=^\d)[.)])", re.IGNORECASE)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def clean(text: str) -> str:
    """On one line, without control characters, lone surrogates, noncharacters, bidi overrides and hidden characters."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = "".join(" " if char in "\n\r\t" else char for char in text if char in "\n\r\t" or _visible(char))
    return " ".join(_HIDDEN.sub("", kept).split())


def _visible(char: str) -> bool:
    point = ord(char)
    return unicodedata.category(char) not in ("Cc", "Cs") and point & 0xFFFE != 0xFFFE and not 0xFDD0 <= point <= 0xFDEF


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters, cut at the end with an ellipsis."""
    tidy = clean(text)
    return tidy if len(tidy) <= limit else tidy[: limit - 1].rstrip() + "…"


def markdown(text: str, limit: int = 400) -> str:
    """Text that Markdown and HTML renderers show as it is."""
    return _MARKDOWN.sub(r"\\\1", shortened(text, limit)).replace("\\<", "&lt;").replace("\\>", "&gt;").replace("\\&", "&amp;")


def markup(text: str) -> str:
    """Text for Plotly, which reads `<b>`, `<a href>` and entities in every label, and for SVG."""
    return escape(clean(text), {'"': "&quot;"})


def csv_cell(text: str) -> str:
    """A text cell that no spreadsheet runs as a formula."""
    tidy = clean(text)
    return f"'{tidy}" if text.startswith(_FORMULA) or tidy.startswith(_FORMULA) else tidy


def web_address(url: str) -> str | None:
    """The address if it is plain http(s), else None: nothing else becomes a link."""
    tidy = clean(url)
    return tidy if re.fullmatch(r"https?://[^\s<>\"'`\\]+", tidy) else None
