"""Charts with one row per offer: the offers, their names, and the traces that such charts are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from framework.report.escaping import markup
from framework.report.figure import MARK, Trace, plain, row_name
from framework.report.selection import labels, shown

if TYPE_CHECKING:
    from framework.study import Study


@dataclass(frozen=True)
class Rows:
    """Positions in the columns, best first, and what each row is called."""

    at: list[int]
    names: list[str]

    def bar(self, amounts: Any, name: str, *, marker: dict[str, Any], words: Callable[[float], str]) -> Trace:
        """Horizontal bars, one amount per row; NaN draws none."""
        known = [plain(amount) for amount in amounts]
        return {
            "type": "bar",
            "orientation": "h",
            "name": name,
            "y": [row_name(row) for row in self.names],
            "x": known,
            "marker": marker,
            "hovertext": [f"{markup(row)}: {name} {markup(words(float(amount)))}" for row, amount in zip(self.names, amounts, strict=True)],
            "hoverinfo": "text",
            "textposition": "none",
        }

    def words(self, ends: Iterable[Any], told: Iterable[str]) -> Trace:
        """Words behind the ends of the bars; an unknown end is the start of the row."""
        return {
            "type": "scatter",
            "mode": "text",
            "y": [row_name(row) for row in self.names],
            "x": [plain(end) or 0.0 for end in ends],
            # Plotly trims ordinary spaces.
            "text": [f"\u00a0\u00a0{markup(word)}" for word in told],
            "textposition": "middle right",
            "showlegend": False,
            "hoverinfo": "skip",
        }


def rows_of(study: Study, count: int) -> Rows:
    """The offers that a chart of `count` rows shows."""
    at, names = shown(study, count), labels(study)
    return Rows(at, [names[study.columns.ids[offer]] for offer in at])


def whiskers(low: Any, middle: Any, high: Any) -> dict[str, Any]:
    """Error bars from `low` to `high` around `middle`."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [plain(top - centre) for top, centre in zip(high, middle, strict=True)],
        "arrayminus": [plain(centre - bottom) for bottom, centre in zip(low, middle, strict=True)],
        "color": MARK,
        "thickness": 1.5,
        "width": 5,
    }
