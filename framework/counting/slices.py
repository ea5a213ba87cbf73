"""A long text in slices that together have the tokens of the whole, so that counting it can tell how far it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

SLICE = 500_000
"""Signs: about 30 ms of English."""

# No piece of o200k's pattern reaches over a line end before a letter or digit, nor over the border of a word and the blank that begins the
# next one: a blank is the first sign of a piece or stands among blanks.
_BORDER = re.compile(r"(?<=[\r\n])(?=\w)|(?<=\w)(?= \w)")


def slices(text: str, about: int = SLICE) -> Iterator[str]:
    """Parts of `about` so many signs or more, each counted by itself; a text without such a border is one part."""
    start = 0
    while len(text) - start > about:
        border = _BORDER.search(text, start + about)
        if border is None:
            break
        yield text[start : border.start()]
        start = border.start()
    yield text[start:]
