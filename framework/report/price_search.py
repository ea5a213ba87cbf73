"""Finding offers in the price list: words, providers, and what to look at only."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from framework.report.escaping import clean, shortened
from framework.report.price_lines import PRICE_KINDS
from framework.report.price_words import sold

if TYPE_CHECKING:
    from framework.report.price_lines import Line

LONGEST = 200
_SEPARATORS = re.compile(r"[-_./: ]")


def _unknown(line: Line) -> bool:
    price = line.price
    return price is not None and (None in (price.input_mtok, price.output_mtok, price.cache_read_mtok) or price.cache_write_mtok is None)


ONLY: dict[str, Callable[[Line], bool]] = {
    "Price change ahead": lambda line: any(event.kind in PRICE_KINDS for event in line.coming),
    "Retirement ahead": lambda line: line.unpromised is not None or any(event.kind not in PRICE_KINDS for event in line.coming),
    "Lists differ": lambda line: line.differs > 0,
    "Old reading": lambda line: line.reading.stale,
    "Unknown figure": _unknown,
}
"""What one may want to see alone, by the words of its button."""


@dataclass(frozen=True)
class Asked:
    """`text`: every word must occur in an offer's id, model, provider or aliases. `only`: keys of `ONLY`, all must hold."""

    text: str = ""
    providers: tuple[str, ...] = ()
    only: tuple[str, ...] = ()


def matching(lines: Sequence[Line], asked: Asked) -> list[Line]:
    """The lines asked for, in their order; `gpt6` finds `gpt-6` as well."""
    words = clean(asked.text[:LONGEST]).casefold().split()
    kept = [line for line in lines if not asked.providers or line.provider in asked.providers]
    kept = [line for line in kept if all(ONLY[name](line) for name in asked.only if name in ONLY)]
    return [line for line in kept if all(_holds(line.words, word) for word in words)]


def _holds(text: str, word: str) -> bool:
    if word in text:
        return True
    # Only a word with letters and figures: "5.1" without its dot would be found in a date.
    squeezed = _SEPARATORS.sub("", word)
    return squeezed.isalnum() and not squeezed.isnumeric() and squeezed in _SEPARATORS.sub("", text)


def nothing_found(lines: Sequence[Line], asked: Asked) -> str:
    """Why no line is left, and the closest ids where the words are at fault; any text the user typed stands in it as it is."""
    if matching(lines, Asked(asked.text)) or not clean(asked.text):
        return "No offer has all of what you chose. Take a filter back."
    close = difflib.get_close_matches(clean(asked.text[:LONGEST]).casefold(), [line.offer for line in lines], n=3, cutoff=0.3)
    hint = f" The closest are {', '.join(close)}." if close else ""
    return f"No offer, model or provider is called “{shortened(asked.text, 60)}”.{hint}"


def _usd(value: float | None) -> float:
    return math.inf if value is None else value


def _meter(name: str) -> Callable[[Line, str], tuple[float, str]]:
    def place(line: Line, service: str) -> tuple[float, str]:
        meters = sold(line.price, service) if line.price else None
        return (_usd(getattr(meters, name)) if meters else math.inf), line.offer

    return place


ORDERS: dict[str, Callable[[Line, str], tuple[float, str]]] = {
    "Name": lambda line, _: (0.0, line.offer),
    "Input price": _meter("input_mtok"),
    "Output price": _meter("output_mtok"),
    "Next change": lambda line, _: (float(line.next.date.toordinal()) if line.next else math.inf, line.offer),
    "Oldest reading": lambda line, _: (-_usd(line.reading.age_days), line.offer),
}


def ordered(lines: Sequence[Line], by: str, service: str) -> list[Line]:
    """The lines by one of `ORDERS` in a service, what is unknown or not sold last, what is switched off after everything."""
    return sorted(lines, key=lambda line: (line.gone, *ORDERS[by](line, service)))
