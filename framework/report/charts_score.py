"""Where each score comes from: weight times value per axis, and in the team's own evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from framework import wording
from framework.axes.assessment import CRITERIA, Criterion
from framework.report import headlines
from framework.report.chart_rows import Rows, rows_of
from framework.report.figure import SERIES, UNKNOWN_FILL, Figure, axis, categories, figure, ticks

if TYPE_CHECKING:
    from framework.study import Study

FILLS: dict[Criterion, str] = dict(zip(CRITERIA, (SERIES[0], SERIES[2], SERIES[4], SERIES[5], SERIES[6]), strict=True))


def points(value: float) -> str:
    """A score of 0 to 1 with two decimals at most."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value else "0"


def score_parts(study: Study, count: int = 8) -> Figure:
    """Weight times value per criterion, stacked to the score; what is unknown is hatched grey: the score lies somewhere inside it."""
    rows, scores = rows_of(study, count), study.recommendation.scores
    weights = scores.weights / scores.weights.sum()
    traces = []
    for row, name in enumerate(scores.criteria):
        if weights[row] > 0:
            told = f"{headlines.AXIS_NAMES[name]} × {wording.share(float(weights[row]))}"
            traces.append(rows.bar(weights[row] * scores.value_low[row][rows.at], told, marker={"color": FILLS[name]}, words=points))
    unknown = np.clip(scores.high[rows.at] - scores.low[rows.at], 0, None)
    if unknown.sum() > 1e-9:
        traces.append(rows.bar(unknown, "Unknown", marker={"color": UNKNOWN_FILL, "pattern": {"shape": "/"}}, words=points))
    return figure(
        [*traces, rows.words(scores.high[rows.at], _totals(study, rows))],
        headline=headlines.score(study),
        key="score_parts",
        barmode="stack",
        height=150 + 34 * len(rows.at),
        xaxis=axis("Score: weight times value, 0 to 1", ticks(1.0, points, count=4), (0.0, 1.45)),
        yaxis=categories(rows.names),
    )


def _totals(study: Study, rows: Rows) -> list[str]:
    scores = study.recommendation.scores
    told = []
    for offer in rows.at:
        low, high = float(scores.low[offer]), float(scores.high[offer])
        words = f"{low:.2f}" if high - low < 0.005 else f"{low:.2f} to {high:.2f}"
        told.append(words if scores.eligible[offer] else f"{words} (out)")
    return told
