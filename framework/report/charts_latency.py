"""How often each offer is in time, and how long a prompt makes the first token wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from framework import wording
from framework.axes import latency as latency_axis
from framework.axes.tokens import ratio_of
from framework.report import headlines
from framework.report.chart_rows import rows_of, whiskers
from framework.report.escaping import markup
from framework.report.figure import (
    Figure,
    Trace,
    axis,
    categories,
    colour,
    figure,
    log_ticks,
    marker_line,
    plain,
    stroke,
    ticks,
    upright,
)
from framework.report.selection import labels, shown
from framework.report.sweep import Array, column

if TYPE_CHECKING:
    from framework.study import Study

POINTS = 81


def in_time(study: Study, count: int = 8) -> Figure:
    """P(inside the budget) per offer with its band and the share asked for; figures in steps of 5 points, as fine as the model is."""
    rows, speed, percentile = rows_of(study, count), study.assessments.latency, study.workload.budget.percentile
    likely = speed.attainment[rows.at]
    fills = [colour(study.columns.providers[offer]) for offer in rows.at]
    bars = rows.bar(likely, "In time", marker={"color": fills}, words=wording.probability)
    line, note = upright(percentile / 100, f"asked for: {percentile:g} %")
    subject = headlines.subject(study)
    return figure(
        [
            bars | {"error_x": whiskers(speed.attainment_low[rows.at], likely, speed.attainment_high[rows.at])},
            rows.words(np.where(np.isnan(likely), 0.0, 1.02), [wording.probability(float(share)) for share in likely]),
        ],
        headline="No offer to show." if subject is None else headlines.latency(study, subject),
        key="in_time",
        height=130 + 34 * len(rows.at),
        showlegend=False,
        xaxis=axis("Estimated share of requests in time", ticks(1.0, wording.share, count=2), (0.0, 1.3)),
        yaxis=categories(rows.names),
        shapes=[line],
        annotations=[note],
    )


def first_token_by_length(study: Study, count: int = 6) -> Figure:
    """Median time to first token against the uncached prompt, each offer up to its largest; budget and the user's prompt marked."""
    at = [offer for offer in shown(study, count) if not np.isnan(study.assessments.latency.ttft_p50_s[offer])]
    top = float(np.nanmax([*_largest(study, at), 4 * study.load.input_mean]))
    values = np.geomspace(min(200.0, study.load.input_mean / 2), top, POINTS)
    curve = np.asarray(latency_axis.ttft_curve(study.columns, column(values)))[:, at] if at else np.empty((POINTS, 0))
    beyond = values[:, None] > np.array(_largest(study, at))[None, :] if at else np.empty((POINTS, 0), dtype=bool)
    curve = np.where(beyond, np.nan, curve)
    budget = study.workload.budget
    asked = [budget.ttft_s] if budget.streaming else []
    known = [*curve[np.isfinite(curve)].tolist(), *asked] or [1.0]
    span, wide = (min(known) / 1.5, max(known) * 1.5), (float(values[0]), float(values[-1]))
    traces = [_curve(study, offer, at, values=values, seconds=curve[:, row]) for row, offer in enumerate(at)]
    traces += [marker_line(wide, (seconds,) * 2, f"budget {wording.seconds(seconds)}") for seconds in asked]
    traces.append(marker_line((study.load.input_mean,) * 2, span, f"your mean prompt, {wording.tokens(study.load.input_mean)}"))
    return figure(
        traces,
        headline=_finding(study, at, values=values, curve=curve),
        key="first_token_by_length",
        height=400,
        xaxis=axis("Uncached prompt tokens of the model's own", log_ticks(*wide, wording.tokens), wide, log=True),
        yaxis=axis("Median seconds to first token", log_ticks(*span, wording.seconds), span, log=True),
    )


def _largest(study: Study, at: list[int]) -> list[float]:
    """The longest prompt each offer takes; 1M where neither limit is known."""
    limit = np.fmin(study.columns.max_input_tokens, study.columns.window_tokens)
    return [float(limit[offer]) if np.isfinite(limit[offer]) else 1e6 for offer in at]


def _curve(study: Study, offer: int, at: list[int], *, values: Array, seconds: Array) -> Trace:
    provider = study.columns.providers[offer]
    siblings = [other for other in at if study.columns.providers[other] == provider]
    name = markup(labels(study)[study.columns.ids[offer]])
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": [float(value) for value in values],
        "y": [plain(second) for second in seconds],
        "line": stroke(provider, siblings.index(offer)),
        "hovertext": [
            f"{name}: {wording.seconds(float(second))} at {wording.tokens(float(value))}"
            for value, second in zip(values, seconds, strict=True)
        ],
        "hoverinfo": "text",
    }


def _finding(study: Study, at: list[int], *, values: Array, curve: Array) -> str:
    subject, budget = headlines.subject(study), study.workload.budget
    if subject is None or subject not in at:
        return "No reading of the choice is published: its time to first token is unknown."
    who, seconds = labels(study)[study.columns.ids[subject]], curve[:, at.index(subject)]
    own = study.load.input_mean * float(ratio_of(study.load, study.columns)[subject])
    if not budget.streaming:
        half = wording.seconds(float(study.assessments.latency.ttft_p50_s[subject]))
        return f"Half of the first tokens of {who} come within {half} at your prompts; longer prompts wait longer."
    inside = np.flatnonzero(seconds <= budget.ttft_s)
    if not inside.size:
        return f"Half of the first tokens of {who} take longer than {wording.seconds(budget.ttft_s)} at any prompt length."
    tail = f"your mean prompt has {wording.tokens(own)}"
    edge = f"up to {wording.tokens(float(values[inside[-1]]))} uncached tokens"
    if inside[-1] == np.flatnonzero(np.isfinite(seconds))[-1]:
        edge = "up to its largest prompt"
    return f"The median first token of {who} comes within {wording.seconds(budget.ttft_s)} {edge}; {tail}."
