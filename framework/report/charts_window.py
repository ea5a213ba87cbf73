"""What fills the context window of each offer, and how much of each of its limits a request uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from framework import wording
from framework.axes.context_window import limit_shares
from framework.catalogue.columns import Array
from framework.report import headlines
from framework.report.chart_rows import Rows, rows_of
from framework.report.escaping import markup
from framework.report.figure import MARK, SERIES, UNKNOWN_FILL, Figure, Trace, axis, categories, figure, log_ticks, plain, row_name, ticks

if TYPE_CHECKING:
    from framework.study import Study

PARTS = {
    "system": ("System prompt", SERIES[0]),
    "tools": ("Tool definitions", SERIES[7]),
    "chunks": ("Chunks", SERIES[1]),
    "history": ("History", SERIES[4]),
    "user": ("User turn", SERIES[6]),
    "reserve": ("Reserve for the reply", SERIES[2]),
    "reasoning": ("Reasoning", SERIES[3]),
    "free": ("Free", UNKNOWN_FILL),
}
LIMITS = {
    "window": ("of the window", SERIES[0], "circle"),
    "input": ("of the largest input", SERIES[2], "diamond"),
    "output": ("of the largest output", SERIES[4], "circle-open"),
    "cliff": ("of the way to the price cliff", SERIES[3], "diamond-open"),
}
LEAST_SHARE = 1e-3
HALF_A_MARK = 0.01
"""Of the width of the picture, by which words keep clear of a mark."""


def window_fill(study: Study, count: int = 8) -> Figure:
    """Stacked bars of what fills each window; the free part is drawn only where the used part would still be seen beside it.

    Limits inside the picture are marked: the prompt must end before largest input and price cliff, the whole before the window.
    """
    rows, parts = rows_of(study, count), study.assessments.context_window.parts
    used = np.array(sum(values[rows.at] for key, values in parts.items() if key != "free"))
    window = study.columns.window_tokens[rows.at]
    longest, widest = float(np.nanmax([*used, 1.0])), float(np.nanmax([*window, 1.0]))
    whole = widest <= 12 * longest
    span = (0.0, 2.6 * (max(widest, longest) if whole else longest))
    keys = [key for key in parts if (key != "free" or whole) and np.nansum(parts[key][rows.at]) > 0]
    traces = [_part(study, key, rows) for key in keys]
    subject = headlines.subject(study)
    return figure(
        [
            *traces,
            *_marks(study, rows, span[1]),
            rows.words(
                _behind(study, rows, np.fmax(used, used + parts["free"][rows.at]) if whole else used, span[1]),
                [_told(*each) for each in zip(used, window, parts["free"][rows.at], strict=True)],
            ),
        ],
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


def _limits(study: Study) -> tuple[tuple[str, Array, str], ...]:
    """What a prompt, or all of a request, must end before, and its mark."""
    return (
        ("Price cliff", study.columns.price.threshold_tokens, "diamond"),
        ("Largest input", study.columns.max_input_tokens, "circle-open"),
        ("Window", study.columns.window_tokens, "circle"),
    )


def _behind(study: Study, rows: Rows, ends: Array, reach: float) -> Array:
    """Where words begin that no mark covers: at the end of the bar, or clear of the last limit inside the picture."""
    drawn = (np.where(tokens[rows.at] <= reach, tokens[rows.at] + HALF_A_MARK * reach, np.nan) for _, tokens, _ in _limits(study))
    return np.asarray(np.fmax.reduce([ends, *drawn]))


def _marks(study: Study, rows: Rows, reach: float) -> list[Trace]:
    """The limits inside the picture."""
    traces = []
    for name, tokens, symbol in _limits(study):
        there = [(row, float(tokens[at])) for row, at in zip(rows.names, rows.at, strict=True) if 0 < tokens[at] <= reach]
        if there:
            told = [f"{row}: {name.lower()} at {wording.tokens(value)}" for row, value in there]
            traces.append(_points(there, name=name, told=told, marker={"color": MARK, "symbol": symbol}))
    return traces


def _points(points: list[tuple[str, float]], *, name: str, told: list[str], marker: dict[str, Any]) -> Trace:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [plain(value) for _, value in points],
        "y": [row_name(row) for row, _ in points],
        "marker": {"size": 10, "line": {"width": 1.5}} | marker,
        "hovertext": [markup(words) for words in told],
        "hoverinfo": "text",
        "cliponaxis": False,
    }


def _told(used: float, window: float, free: float) -> str:
    if np.isnan(used):
        return wording.UNKNOWN
    if np.isnan(window):
        return f"{wording.tokens(used)} of an unknown window"
    return f"{wording.tokens(free)} free of {wording.tokens(window)}"


def window_limits(study: Study, count: int = 8) -> Figure:
    """How much of each of three limits and of the way to the price cliff a mean request uses, on a logarithmic axis."""
    rows, shares = rows_of(study, count), limit_shares(study.load, study.columns)
    known = [float(value) for each in shares.values() for value in each[rows.at] if np.isfinite(value) and value > 0]
    span = (max(min([*known, 0.5]) / 2, LEAST_SHARE), max([*known, 1.0]) * 2)
    traces = [_use(rows, shares[key][rows.at], key, span[0]) for key in LIMITS if np.isfinite(shares[key][rows.at]).any()]
    edge = {"type": "line", "xref": "x", "yref": "paper", "x0": 1, "x1": 1, "y0": 0, "y1": 1, "line": {"color": MARK, "dash": "dash"}}
    return figure(
        traces,
        headline=_tightest(rows, {key: shares[key][rows.at] for key in LIMITS}),
        key="window_limits",
        height=150 + 34 * len(rows.at),
        shapes=[edge],
        xaxis=axis("Used by a mean request; at 100 % a limit is used up", log_ticks(*span, wording.share, count=4), span, log=True),
        yaxis=categories(rows.names),
    )


def _use(rows: Rows, shares: Any, key: str, least: float) -> Trace:
    name, fill, symbol = LIMITS[key]
    there = [(row, float(share)) for row, share in zip(rows.names, shares, strict=True) if np.isfinite(share) and share > 0]
    told = [f"{row}: {wording.share(share)} {name}" for row, share in there]
    points = [(row, max(share, least)) for row, share in there]
    return _points(points, name=name[0].upper() + name[1:], told=told, marker={"color": fill, "symbol": symbol})


def _tightest(rows: Rows, shares: dict[str, Any]) -> str:
    """The limit nearest to being used up, of all offers shown."""
    near = [(float(share), row, key) for key, each in shares.items() for row, share in zip(rows.names, each, strict=True) if share > 0]
    if not near:
        return "None of these limits is known."
    share, row, key = max(near)
    told = "is above the price cliff" if key == "cliff" and share > 1 else f"uses {wording.share(share)} {LIMITS[key][0]}"
    return f"Closest to a limit: a mean request to {row} {told}."
