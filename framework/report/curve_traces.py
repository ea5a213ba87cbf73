"""Lines of shares in time: solid as far as readings reach, dotted beyond, with the band of the choice behind them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from framework import wording
from framework.axes.latency_curves import Curves
from framework.axes.latency_findings import LAST_PERCENTILE_SHARE
from framework.report.escaping import markup
from framework.report.figure import Trace, axis, colour, plain, shade, ticks, upright
from framework.report.selection import labels

if TYPE_CHECKING:
    from framework.catalogue.columns import Array, Bools
    from framework.study import Study

BEYOND = "above 95 %: extrapolated"
TOP = (0.0, 1.09)
"""Of the axis of shares: words stand above its highest line."""
_CROWDED = 0.06
DASHES = ("solid", "dash", "dashdot", "longdash", "longdashdot")
"""Of one provider's offers; dots are kept for what is extrapolated."""


def lines(study: Study, at: list[int], curves: Curves, *, bold: int | None, where: Callable[[float], str]) -> list[Trace]:
    """Two traces per offer `at`, the columns of `curves`; `where` says a value of the other axis, `bold` is drawn thicker."""
    found: list[Trace] = []
    names, providers = labels(study), study.columns.providers
    for row, offer in enumerate(at):
        share = curves.share[:, row]
        beyond = share > LAST_PERCENTILE_SHARE
        number = [other for other in at if providers[other] == providers[offer]].index(offer)
        look = {"color": shade(providers[offer], number), "width": 3.5 if offer == bold else 2, "dash": DASHES[number % len(DASHES)]}
        name = markup(names[study.columns.ids[offer]])
        told = [
            f"{name}: {wording.probability(float(one))} {where(float(value))}{', extrapolated' if past else ''}"
            for value, one, past in zip(curves.values, share, beyond, strict=True)
        ]
        common = {"type": "scatter", "mode": "lines", "name": name, "legendgroup": name, "hoverinfo": "text"}
        read = _stretch(curves.values, np.where(beyond, np.nan, share), told)
        past = _stretch(curves.values, np.where(_touching(beyond), share, np.nan), told)
        found += [{**common, **read, "line": look}] if read["x"] else []
        found += [{**common, **past, "line": {**look, "dash": "dot", "width": 1.5}, "showlegend": not read["x"]}] if past["x"] else []
    return found


def _stretch(values: Array, share: Array, told: list[str]) -> Trace:
    """The line from its first known point to its last; empty where none is known."""
    known = np.flatnonzero(np.isfinite(share))
    part = slice(int(known[0]), int(known[-1]) + 1) if known.size else slice(0)
    return {"x": values[part].tolist(), "y": [plain(value) for value in share[part]], "hovertext": told[part]}


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


@dataclass(frozen=True)
class Levels:
    """The lines of the share asked for and of where readings end, the words above the upper one, and the ticks of the axis of shares."""

    shapes: list[dict[str, Any]]
    notes: list[dict[str, Any]]
    axis: dict[str, Any]


def levels(asked: float, *, right: bool = False) -> Levels:
    """The share asked for is named on the axis, where no curve runs through its words; a tick too near to it gives way."""
    line, note = upright(asked, BEYOND)
    across = {"xref": "paper", "yref": "y", "x0": 0, "x1": 1}
    side = {"x": 1, "xanchor": "right"} if right else {"x": 0, "xanchor": "left"}
    at = dict.fromkeys((asked, LAST_PERCENTILE_SHARE))
    plain_ticks = [(value, words) for value, words in ticks(1.0, wording.share, count=5) if abs(value - asked) > _CROWDED]
    named = sorted([*plain_ticks, (asked, f"asked {100 * asked:g} %")])
    return Levels(
        shapes=[{**line, **across, "y0": value, "y1": value} for value in at],
        notes=[{**note, **side, "xref": "paper", "yref": "y", "y": max(at)}],
        axis=axis("Estimated share in time", named, TOP),
    )
