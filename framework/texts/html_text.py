"""The visible text of an HTML page: no scripts, styles, comments, attributes or what is hidden; lines as a browser breaks them.

One pass over the markup that no page can slow down: an element, a comment or a quotation that is never closed reaches to the end, as in a
browser. What style sheets hide or scripts write is not known here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

_ATTRIBUTES = r"""(?>[^>=]++|=\s*+(?>"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))?+)*+(?:>|\Z)"""
_UNREAD = "script|style|noscript|iframe|noembed|noframes|title"
_MARKUP = re.compile(
    rf"(<(?:(?P<unread>{_UNREAD})(?=[\s/>]){_ATTRIBUTES}(?s:.*?)(?:</(?P=unread)(?=[\s/>])[^>]*+(?:>|\Z)|\Z)"
    rf"|/?+[a-z][^\s/>]*+{_ATTRIBUTES}"
    rf"|!--(?:-?>|(?s:.*?)(?:--!?>|\Z))"
    rf"|[!?/][^>]*+(?:>|\Z)))",
    re.IGNORECASE,
)
_BATCH = 20_000
"""Tags that are looked for at a time: about 20 ms."""

_TAG = re.compile(r"<(/?)([a-z][^\s/>]*)(.*)", re.IGNORECASE | re.DOTALL)
_ATTRIBUTE = re.compile(r"""([^\s=/"'>]+)(?:\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?""")
_DISPLAY_NONE = re.compile(r"display\s*:\s*none", re.IGNORECASE)

# Signs that no text holds stand for the breaks until the blanks are collapsed.
_LINE, _PARAGRAPH, _BREAK, _CELL, _KEPT_SPACE, _KEPT_TAB, _KEPT_LINE = (chr(sign) for sign in range(1, 8))
_OUR_SIGNS = dict.fromkeys(range(1, 8))
_ANY_OF_OURS = re.compile("[\x01-\x07]")
# Elements that begin on a line of their own.
_LINES = re.compile(
    "address|article|aside|blockquote|body|caption|center|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|header|h[1-6]|hr|html|"
    "legend|li|main|menu|nav|[ou]l|option|pre|search|section|summary|table|tbody|tfoot|thead|tr"
)
_WITHOUT_CONTENT = re.compile(f"{_UNREAD}|area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr")
# Elements whose end may be left out: what begins after them, what ends around them, and what may stand within them and hold its like.
_CELLS = ("t[dhr]|tbody|tfoot", "table|thead|tbody|tfoot|tr", "table")
_TERMS = ("d[dt]", "dl", "dl")
_ENDED_BY = {
    name: tuple(re.compile(pattern) for pattern in patterns)
    for name, patterns in {
        "p": (f"p|{_LINES.pattern}", _LINES.pattern, "-"),
        "li": ("li", "[ou]l|menu", "[ou]l|menu"),
        "dt": _TERMS,
        "dd": _TERMS,
        "option": ("option|optgroup", "select|datalist|optgroup", "-"),
        "tr": ("tr|tbody|tfoot", "table|thead|tbody|tfoot", "table"),
        "td": _CELLS,
        "th": _CELLS,
    }.items()
}
_NEVER_SHOWN = frozenset({"template", "audio", "video", "canvas", "datalist"})
_BLANKS = re.compile(r"[ \t\n\r\f]++")
_SEAM = re.compile(" {2,}+")
_BREAKS = re.compile(rf" ?[{_LINE}-{_CELL}][ {_LINE}-{_CELL}]*+")
_KEEP = str.maketrans({" ": _KEPT_SPACE, "\t": _KEPT_TAB, "\n": _KEPT_LINE, "\r": None})
_RELEASE = str.maketrans({_KEPT_SPACE: " ", _KEPT_TAB: "\t", _KEPT_LINE: "\n"})


def visible_text(page: str) -> str:
    """What a reader of the page sees, blanks collapsed but in `<pre>`; empty where the page shows nothing without its scripts."""
    clean = page.translate(_OUR_SIGNS) if _ANY_OF_OURS.search(page) else page
    flowing = "".join(_BLANKS.sub(" ", "".join(pieces)) for pieces in _Reading().batches(clean))
    # Blanks at the end of one batch and at the beginning of the next are one.
    return _BREAKS.sub(_broken, _SEAM.sub(" ", flowing)).translate(_RELEASE).strip(" \n\t")


def _broken(found: re.Match[str]) -> str:
    run = found[0]
    if _PARAGRAPH in run:
        return "\n\n"
    lines = run.count(_BREAK)
    return "\n" * max(1, lines) if lines or _LINE in run else "\t"


class _Reading:
    """What is open while a page is read: elements that hide their content, and `<pre>`; the line end right after that is no line."""

    def __init__(self) -> None:
        self.hider, self.depth, self.pre, self.begun = "", 0, 0, False
        self.known: dict[str, str] = {}

    def batches(self, page: str) -> Iterator[list[str]]:
        """Text and marks in the order of the page; between batches the other threads of the process have their turn."""
        while page:
            parts = _MARKUP.split(page, maxsplit=_BATCH)  # text, tag, name of what is not read, text ...
            yield self._pieces(parts)
            page = parts[-1] if len(parts) > 3 * _BATCH else ""

    def _pieces(self, parts: list[str]) -> list[str]:
        found: list[str] = []
        for text, tag in zip(parts[:-1:3], parts[1::3], strict=True):
            hidden = self.depth > 0
            if hidden and self._stays_hidden(tag):
                continue
            if text and not hidden:
                found.append(self._text(text))
            mark = self.known.get(tag)
            found.append(self._opened(tag) if mark is None else mark)
        if len(parts) <= 3 * _BATCH and not self.depth:
            found.append(self._text(parts[-1]))
        return found

    def _text(self, text: str) -> str:
        if "&" in text:
            text = html.unescape(text)
        if not self.pre:
            return text
        begun, self.begun = self.begun, False
        return (text.removeprefix("\n") if begun else text).translate(_KEEP)

    def _opened(self, tag: str) -> str:
        """The mark that a tag leaves in the text; most tags leave the same wherever they stand, and are known from then on."""
        read = _TAG.match(tag)
        name = read[2].lower() if read else ""
        mark = _mark(name)
        if _WITHOUT_CONTENT.fullmatch(name):  # one that is not read stands here whole: nothing in it is an attribute
            return mark
        if read and not read[1] and (name in _NEVER_SHOWN or _hidden(read[3])):
            self.hider, self.depth = name, 1
            return ""
        if read and name == "pre":
            self.pre = max(0, self.pre + (-1 if read[1] else 1))
            self.begun = not read[1]
        else:
            self.known[tag] = mark
        return mark

    def _stays_hidden(self, tag: str) -> bool:
        """Whether a tag within what is hidden is a part of it, or its end; another tag may end it where its own end was left out."""
        read = _TAG.match(tag)
        name, ends = (read[2].lower(), bool(read[1])) if read else ("", False)
        if self.hider not in _ENDED_BY:
            if name == self.hider:
                self.depth += -1 if ends else 1
            return True
        after, around, within = _ENDED_BY[self.hider]
        if self.depth == 1:
            own = ends and name == self.hider
            implied = not own and bool((around if ends else after).fullmatch(name))
            self.depth = 0 if own or implied else 1
            if own or implied:
                return own
        if within.fullmatch(name):
            self.depth += -1 if ends else 1
        return True


def _mark(name: str) -> str:
    """How an element parts the text before it, and that after it."""
    if name in ("td", "th"):
        return _CELL
    if name == "br":
        return _BREAK
    if name == "p":
        return _PARAGRAPH
    return _LINE if _LINES.fullmatch(name) else ""


def _hidden(attributes: str) -> bool:
    """By its own `hidden` or `style="display: none"`."""
    written = attributes.lower()
    if "hidden" not in written and "display" not in written:
        return False
    for name, *values in _ATTRIBUTE.findall(attributes):
        if name.lower() == "hidden" or (name.lower() == "style" and _DISPLAY_NONE.search("".join(values))):
            return True
    return False
