"""How much of each limit the peak uses at every tier, and what fills the context window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from framework import wording
from framework.axes.demand import DIMENSIONS
from framework.report import headlines
from framework.report.escaping import markup
from framework.report.figure import GRID, Figure, Trace, categories, figure, plain, row_name
from framework.report.selection import labels, named, shown

if TYPE_CHECKING:
    from framework.study import Study

SHORT = {
    "rpm": "requests<br>/min",
    "rpd": "requests<br>/day",
    "tpm": "tokens<br>/min",
    "tpd": "tokens<br>/day",
    "itpm": "input<br>tok/min",
    "otpm": "output<br>tok/min",
    "concurrency": "in<br>flight",
    "spend_10min": "USD<br>/10 min",
    "monthly_cap": "USD<br>/month",
}
# Blue below the limit, orange beyond: told apart by colour-blind readers and by lightness at the 100 % step.
SCALE = [[0.0, "#E3EEF7"], [0.4, "#9CC5E3"], [0.6666, "#3C86BC"], [0.6667, "#B4430B"], [1.0, "#7F2704"]]
FULL = 1.5


def limit_use(study: Study, offers: tuple[str, ...] = ()) -> Figure:
    """Heat map: share of each limit used at peak, a row per tier of each offer (choice, fallback, baseline by default), yours outlined."""
    at = [study.columns.index(offer) for offer in offers] or named(study) or shown(study, 2)
    rows = [(offer, tier) for offer in at for tier in range(len(study.columns.limits.tier_names[offer]))]
    use = study.assessments.rate_limits.use_by_tier
    rows = [(offer, tier) for offer, tier in rows if np.isfinite(use[tier, :, offer]).any() or _is_own(study, offer, tier)]
    kept = [row for row in range(len(DIMENSIONS)) if any(_says(study, offer, tier, row) for offer, tier in rows)]
    names = [_row_name(study, offer, tier) for offer, tier in rows]
    cells = [[float(use[tier, row, offer]) for row in kept] for offer, tier in rows]
    words = [[_cell(study, offer, tier, row) for row in kept] for offer, tier in rows]
    subject = headlines.subject(study)
    return figure(
        [
            _heat(cells, words, names=names, dimensions=[DIMENSIONS[row] for row in kept]),
            _blanks(cells, words, names=names, dimensions=[DIMENSIONS[row] for row in kept]),
        ],
        headline="No offer to show." if subject is None else headlines.rate_limits(study, subject),
        key="limit_use",
        height=170 + 27 * len(rows),
        xaxis=_across([DIMENSIONS[row] for row in kept]),
        yaxis=categories(names),
        shapes=[outline(number, len(kept)) for number, (offer, tier) in enumerate(rows) if _is_own(study, offer, tier)],
    )


def _says(study: Study, offer: int, tier: int, row: int) -> bool:
    return bool(np.isfinite(study.assessments.rate_limits.use_by_tier[tier, row, offer])) or _enforced(study, offer, row)


def _enforced(study: Study, offer: int, row: int) -> bool:
    return row < len(study.columns.limits.enforced) and bool(study.columns.limits.enforced[row, offer])


def _cell(study: Study, offer: int, tier: int, row: int) -> str:
    use = float(study.assessments.rate_limits.use_by_tier[tier, row, offer])
    if np.isfinite(use):
        # A cell is 30 pixels wide on a phone.
        return wording.share(use).replace(" ", "") if use <= 1 else f"{100 * use:.0f}%" if use < 9.995 else f"{use:,.0f}x"
    return "?" if _enforced(study, offer, row) else "–"


def _is_own(study: Study, offer: int, tier: int) -> bool:
    return study.columns.limits.tier_names[offer][tier] == study.assessments.rate_limits.tier[offer]


def _row_name(study: Study, offer: int, tier: int) -> str:
    rung = headlines.tier_name(study, offer, study.columns.limits.tier_names[offer][tier]).removeprefix("tier ")
    return f"{labels(study)[study.columns.ids[offer]]} · {rung}"


def _heat(cells: list[list[float]], words: list[list[str]], *, names: list[str], dimensions: list[str]) -> Trace:
    return {
        "type": "heatmap",
        "x": [SHORT[dimension] for dimension in dimensions],
        "y": [row_name(name) for name in names],
        "z": [[plain(value) for value in row] for row in cells],
        "text": [
            [markup(word) if np.isfinite(value) else "" for value, word in zip(*row, strict=True)] for row in zip(cells, words, strict=True)
        ],
        "texttemplate": "%{text}",
        # Without a size of its own the browser shrinks the words of all cells to the narrowest.
        "textfont": {"size": 10},
        "hovertemplate": "%{y}: %{x} %{text}<extra></extra>",
        "colorscale": SCALE,
        "zmin": 0,
        "zmax": FULL,
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
    }


def _blanks(cells: list[list[float]], words: list[list[str]], *, names: list[str], dimensions: list[str]) -> Trace:
    """Words of the cells without a figure, which a heat map leaves out."""
    found = [
        (SHORT[dimension], row_name(name), word)
        for name, row, told in zip(names, cells, words, strict=True)
        for dimension, value, word in zip(dimensions, row, told, strict=True)
        if not np.isfinite(value)
    ]
    return {
        "type": "scatter",
        "mode": "text",
        "x": [item[0] for item in found],
        "y": [item[1] for item in found],
        "text": [markup(item[2]) for item in found],
        "textposition": "middle center",
        "showlegend": False,
        "hoverinfo": "skip",
    }


def _across(dimensions: list[str]) -> dict[str, Any]:
    return {
        "type": "category",
        "categoryorder": "array",
        "categoryarray": [SHORT[dimension] for dimension in dimensions],
        "title": {
            "text": "Share of the limit used at peak<br>your tier outlined; – no such limit<br>? limit not published",
            "standoff": 8,
            "font": {"size": 11},
        },
        "automargin": True,
        "gridcolor": GRID,
        "tickfont": {"size": 10},
    }


def outline(row: int, width: int) -> dict[str, Any]:
    """A frame around the first `width` cells of a row."""
    return {
        "type": "rect",
        "xref": "x",
        "yref": "y",
        "x0": -0.5,
        "x1": width - 0.5,
        "y0": row - 0.5,
        "y1": row + 0.5,
        "line": {"color": "#D55E00", "width": 2.5},
    }
