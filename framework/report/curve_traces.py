"""Lines of shares in time: solid as far as readings reach, dotted beyond, with the band of the choice behind them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from framework import wording
from framework.axes.latency_curves import LAST_READ_SHARE, Curves
from framework.report.escaping import markup
from framework.report.figure import Trace, colour, plain, shade, upright
from framework.report.selection import labels

if TYPE_CHECKING:
    from framework.catalogue.columns import Array, Bools
    from framework.study import Study

BEYOND = "above 95 %: extrapolated"
TOP = (0.0, 1.09)
"""Of the axis of shares: words stand above its highest line."""
DASHES = ("solid", "dash", "dashdot", "longdash", "longdashdot")
"""Of one provider's offers; dots are kept for what is extrapolated."""


def lines(study: Study, at: list[int], curves: Curves, *, bold: int | None, where: Callable[[float], str]) -> list[Trace]:
    """Two traces per offer `at`, the columns of `curves`; `where` says a value of the other axis, `bold` is drawn thicker."""
    found: list[Trace] = []
    for row, offer in enumerate(at):
        share = curves.share[:, row]
        beyond = share > LAST_READ_SHARE
        provider = study.columns.providers[offer]
        number = [other for other in at if study.columns.providers[other] == provider].index(offer)
        look = {"color": shade(provider, number), "width": 3.5 if offer == bold else 2, "dash": DASHES[number % len(DASHES)]}
        name = markup(labels(study)[study.columns.ids[offer]])
        told = [f"{name}: {wording.probability(float(one))} {where(float(value))}" for value, one in zip(curves.values, share, strict=True)]
        common = {"type": "scatter", "mode": "lines", "name": name, "legendgroup": name, "hoverinfo": "text"}
        x = [float(value) for value in curves.values]
        read, joined = np.where(beyond, np.nan, share), np.where(_touching(beyond), share, np.nan)
        found.append({**common, "x": x, "y": _numbers(read), "line": look, "hovertext": told})
        if beyond.any():
            dotted = {**look, "dash": "dot", "width": 1.5}
            words = [f"{each}, extrapolated" for each in told]
            found.append({**common, "x": x, "y": _numbers(joined), "line": dotted, "hovertext": words, "showlegend": not (~beyond).any()})
    return found


def _numbers(values: Array) -> list[float | None]:
    return [plain(value) for value in values]


def _touching(mask: Bools) -> Bools:
    """The mask and the point on either side of it, so that a line is not torn."""
    wide = mask.copy()
    wide[1:] |= mask[:-1]
    wide[:-1] |= mask[1:]
    return np.asarray(wide)


def band(study: Study, at: list[int], curves: Curves, offer: int | None) -> list[Trace]:
    """From the low to the high end of one offer, as an area; none where it has no reading."""
    if offer is None or offer not in at:
        return []
    row = at.index(offer)
    known = np.isfinite(curves.low[:, row])
    if not known.any():
        return []
    x, low, high = curves.values[known], curves.low[known, row], curves.high[known, row]
    hue = colour(study.columns.providers[offer])
    red, green, blue = (int(hue[start : start + 2], 16) for start in (1, 3, 5))
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": f"Range of {markup(labels(study)[study.columns.ids[offer]])}",
            "x": [float(value) for value in (*x, *x[::-1])],
            "y": [float(value) for value in (*high, *low[::-1])],
            "fill": "toself",
            "fillcolor": f"rgba({red},{green},{blue},0.25)",
            "line": {"color": hue, "width": 0},
            "hoverinfo": "skip",
            "showlegend": True,
        }
    ]


def mark(value: float, words: str, *, anchor: str = "center") -> tuple[dict[str, Any], dict[str, Any]]:
    """`upright` on a logarithmic axis, where Plotly wants the logarithm of the place of a note but not of a line."""
    line, note = upright(value, words)
    return line, {**note, "x": math.log10(value), "xanchor": anchor}


def _level(value: float, words: str, *, right: bool, below: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """A dashed level line across the plot with words at its start or its end, above or below it."""
    line, note = upright(value, words)
    across = {"xref": "paper", "yref": "y", "x0": 0, "x1": 1, "y0": value, "y1": value}
    side = {"x": 1, "xanchor": "right"} if right else {"x": 0, "xanchor": "left"}
    return {**line, **across}, {**note, **side, "xref": "paper", "yref": "y", "y": value, "yanchor": "top" if below else "bottom"}


def asked_and_read(asked: float, *, right: bool = False) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The share asked for, and where readings end: the words of the upper line above it, of the lower one below; one where they agree."""
    words, higher = f"asked for: {100 * asked:g} %", asked > LAST_READ_SHARE
    if abs(asked - LAST_READ_SHARE) < 1e-9:
        pairs = [_level(asked, f"{words}; {BEYOND}", right=right, below=False)]
    else:
        pairs = [_level(asked, words, right=right, below=not higher), _level(LAST_READ_SHARE, BEYOND, right=right, below=higher)]
    return [line for line, _ in pairs], [note for _, note in pairs]
