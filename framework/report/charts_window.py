"""What fills the context window of each offer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from framework import wording
from framework.report import headlines
from framework.report.chart_rows import Rows, rows_of
from framework.report.figure import SERIES, UNKNOWN_FILL, Figure, Trace, axis, categories, figure, ticks

if TYPE_CHECKING:
    from framework.study import Study

PARTS = {
    "system": ("System prompt", SERIES[0]),
    "chunks": ("Chunks", SERIES[1]),
    "turns": ("Turns", SERIES[4]),
    "history": ("Turns", SERIES[4]),
    "reserve": ("Reserve for the reply", SERIES[2]),
    "reasoning": ("Reasoning", SERIES[3]),
    "free": ("Free", UNKNOWN_FILL),
}


def window_fill(study: Study, count: int = 8) -> Figure:
    """Stacked bars of what fills each window; the free part is drawn only where the used part would still be seen beside it."""
    rows, parts = rows_of(study, count), study.assessments.context_window.parts
    used = np.array(sum(values[rows.at] for key, values in parts.items() if key != "free"))
    window = study.columns.window_tokens[rows.at]
    longest, widest = float(np.nanmax([*used, 1.0])), float(np.nanmax([*window, 1.0]))
    whole = widest <= 12 * longest
    span = (0.0, 2.0 * (max(widest, longest) if whole else longest))
    keys = [key for key in parts if (key != "free" or whole) and np.nansum(parts[key][rows.at]) > 0]
    traces = [_part(study, key, rows) for key in keys]
    subject = headlines.subject(study)
    return figure(
        [*traces, rows.words(used + parts["free"][rows.at] if whole else used, [_told(*pair) for pair in zip(used, window, strict=True)])],
        headline="No offer to show." if subject is None else headlines.context_window(study, subject),
        key="window_fill",
        barmode="stack",
        height=150 + 34 * len(rows.at),
        xaxis=axis("Tokens of a mean request", ticks(span[1], wording.tokens, count=4), span),
        yaxis=categories(rows.names),
    )


def _part(study: Study, key: str, rows: Rows) -> Trace:
    name, fill = PARTS.get(key, (key, UNKNOWN_FILL))
    return rows.bar(study.assessments.context_window.parts[key][rows.at], name, marker={"color": fill}, words=wording.tokens)


def _told(used: float, window: float) -> str:
    if np.isnan(used):
        return wording.UNKNOWN
    if np.isnan(window):
        return f"{wording.tokens(used)} of an unknown window"
    return f"{wording.share(used / window)} of {wording.tokens(window)}"
