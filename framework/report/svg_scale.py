"""Where things go in a drawing: margins from the text that must fit, values to user units, rows of the legend."""

from __future__ import annotations

import html
import math
import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import Any

from framework.report.escaping import markup, shortened

FONT_SIZE = 11
LEGEND_ROW = 17
ROW, LOW_PLOT, ROOMY = 16.5, 142, 500
ROOMY_NAME, NARROW_NAME = 46, 25


def text_width(words: str, size: float = FONT_SIZE) -> float:
    """Width of the longest line of marked-up words, a little on the safe side; East Asian characters are square."""
    lines = (html.unescape(line) for line in re.split("<br>", words))
    return max(sum(size * (1.05 if unicodedata.east_asian_width(char) in "WF" else 0.55) for char in line) for line in lines)


@dataclass(frozen=True)
class Scale:
    """One axis from `start` to `end` in user units. `names` for an axis of categories, else numbers from `low` to `high`."""

    start: float
    end: float
    low: float = 0.0
    high: float = 1.0
    log: bool = False
    names: tuple[str, ...] = ()
    ticks: tuple[tuple[float, str], ...] = ()
    longest_name: int = 200

    @property
    def step(self) -> float:
        """Room of one category."""
        return abs(self.end - self.start) / max(len(self.names), 1)

    def nth(self, row: float) -> float:
        """Middle of a category by its number."""
        return self.start + (row + 0.5) * (self.end - self.start) / max(len(self.names), 1)

    def place(self, value: Any) -> float:
        """A value or the name of a category in user units, kept inside the plot."""
        if self.names:
            return self.nth(self.names.index(value))
        number, low, high = (math.log10(max(part, 1e-300)) if self.log else part for part in (float(value), self.low, self.high))
        share = (number - low) / (high - low) if high > low else 0.0
        return self.start + min(max(share, 0.0), 1.0) * (self.end - self.start)

    @property
    def labels(self) -> list[tuple[Any, str]]:
        """What is written along the axis."""
        if self.names:
            return [(name, _on_one_line(name, self.longest_name)) for name in self.names]
        return list(self.ticks)


@dataclass(frozen=True)
class Frame:
    """The plot's two scales and the legend, `(x, y, trace)` each."""

    width: int
    height: float
    x: Scale
    y: Scale
    legend: list[tuple[float, float, dict[str, Any]]] = field(default_factory=list)

    @property
    def top(self) -> float:
        """Upper edge of the plot."""
        return min(self.y.start, self.y.end)

    @property
    def bottom(self) -> float:
        """Lower edge of the plot."""
        return max(self.y.start, self.y.end)


def frame_of(figure: dict[str, Any], width: int, *, title: bool, compact: bool) -> Frame:
    """Margins, scales and legend of a figure drawn `width` user units wide."""
    layout = figure["layout"]
    longest = ROOMY_NAME if width >= ROOMY else NARROW_NAME
    names = [_on_one_line(words, longest) for _, words in _words(layout["yaxis"])]
    left = max((text_width(words) for words in names), default=0.0) + 10 + (18 if layout["yaxis"].get("title") else 0)
    top = 8 + (8 + 18 * layout["title"]["text"].count("<br>") + 18 if title else 0) + (14 if layout.get("annotations") else 0)
    rows = max((words.count("<br>") for _, words in _words(layout["xaxis"])), default=0)
    below = 36 + 13 * rows + 13 * layout["xaxis"].get("title", {}).get("text", "").count("<br>")
    entries, legend_rows = _legend(figure, width)
    plot = _plot_height(layout, names) if compact else float(layout["height"] - 130)
    bottom = top + plot
    legend = [(x, bottom + below + 12 + LEGEND_ROW * row, trace) for x, row, trace in entries]
    return Frame(
        width=width,
        height=bottom + below + LEGEND_ROW * legend_rows + 6,
        x=_scale(layout["xaxis"], left, width - 14),
        y=replace(_scale(layout["yaxis"], bottom, top), longest_name=longest),
        legend=legend,
    )


def _plot_height(layout: dict[str, Any], names: list[str]) -> float:
    return max(len(names) * ROW, 40) if layout["yaxis"]["type"] == "category" else LOW_PLOT


def _on_one_line(words: str, longest: int) -> str:
    plain = html.unescape(words.replace("<br>", " "))
    return markup(shortened(plain, longest))


def _words(axis: dict[str, Any]) -> list[tuple[Any, str]]:
    if axis["type"] == "category":
        return [(name, name) for name in axis["categoryarray"]]
    return list(zip(axis["tickvals"], axis["ticktext"], strict=True))


def _scale(axis: dict[str, Any], start: float, end: float) -> Scale:
    if axis["type"] == "category":
        names = tuple(axis["categoryarray"])
        # User units grow downwards, so a reversed vertical axis is one that runs from the top.
        return Scale(end, start, names=names) if axis.get("autorange") == "reversed" else Scale(start, end, names=names)
    log = axis["type"] == "log"
    low, high = (10.0**value if log else float(value) for value in axis["range"])
    return Scale(start, end, low, high, log, ticks=tuple(_words(axis)))


def _legend(figure: dict[str, Any], width: int) -> tuple[list[tuple[float, int, dict[str, Any]]], int]:
    """Entries as `(x, row, trace)` and how many rows they take; a single bar series explains itself."""
    shown = [trace for trace in figure["data"] if trace.get("showlegend", True) and trace.get("name") and trace["type"] != "heatmap"]
    if not figure["layout"].get("showlegend", True) or not shown:
        return [], 0
    placed, x, row = [], 8.0, 0
    for trace in shown:
        room = 18 + text_width(trace["name"]) + 16
        if x > 8 and x + room > width:
            x, row = 8.0, row + 1
        placed.append((x, row, trace))
        x += room
    return placed, row + 1
