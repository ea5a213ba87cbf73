"""How often each offer is in time, and how long a prompt makes the first token wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from framework import wording
from framework.axes.latency_curves import first_token_s
from framework.axes.tokens import ratio_of
from framework.report import headlines
from framework.report.chart_rows import rows_of, whiskers
from framework.report.escaping import markup
from framework.report.figure import (
    Figure,
    Trace,
    above,
    axis,
    categories,
    colour,
    dots,
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

POINTS = 61


def in_time(study: Study, count: int = 8) -> Figure:
    """P(inside the budget) per offer with its band and the share asked for; figures in steps of 5 points, as fine as the model is."""
    rows, speed, percentile = rows_of(study, count), study.assessments.latency, study.workload.budget.percentile
    likely = speed.attainment[rows.at]
    fills = [colour(study.columns.providers[offer]) for offer in rows.at]
    bars = rows.bar(likely, "In time", marker={"color": fills}, words=wording.probability)
    line, note = upright(percentile / 100, f"asked for: {percentile:g} %")
    subject = headlines.subject(study)
    beyond = ", above 95 % extrapolated" if percentile > headlines.LAST_READ_PERCENT else ""
    return figure(
        [
            bars | {"error_x": whiskers(speed.attainment_low[rows.at], likely, speed.attainment_high[rows.at])},
            rows.words(np.where(np.isnan(likely), 0.0, 1.02), [wording.probability(float(share)) for share in likely]),
        ],
        headline="No offer to show." if subject is None else headlines.latency(study, subject),
        key="in_time",
        height=130 + 34 * len(rows.at),
        showlegend=False,
        xaxis=axis(f"Estimated share of requests in time{beyond}", ticks(1.0, wording.share, count=2), (0.0, 1.3)),
        yaxis=categories(rows.names),
        shapes=[line],
        annotations=[note],
    )


def first_token_by_length(study: Study, count: int = 6) -> Figure:
    """Median time to first token against the uncached prompt, each offer up to its largest; budget and the user's prompt marked."""
    at = [offer for offer in shown(study, count) if not np.isnan(study.assessments.latency.ttft_p50_s[offer])]
    top = float(np.nanmax([*_largest(study, at), 4 * study.load.input_mean]))
    values = np.geomspace(min(200.0, study.load.input_mean / 2), top, POINTS)
    curve = first_token_s(study.load, study.columns, column(values))[:, at] if at else np.empty((POINTS, 0))
    beyond = values[:, None] > np.array(_largest(study, at))[None, :] if at else np.empty((POINTS, 0), dtype=bool)
    curve = np.where(beyond, np.nan, curve)
    budget = study.workload.budget
    asked = [budget.ttft_s] if budget.streaming else []
    known = [*curve[np.isfinite(curve)].tolist(), *asked] or [1.0]
    span, wide = (min(known) / 1.5, max(known) * 1.5), (float(values[0]), float(values[-1]))
    traces = [_curve(study, offer, at, values=values, seconds=curve[:, row]) for row, offer in enumerate(at)]
    traces += [marker_line(wide, (seconds,) * 2, "") for seconds in asked]
    traces.append(marker_line((study.load.input_mean,) * 2, span, f"your mean prompt, {wording.tokens(study.load.input_mean)}"))
    traces += _edge_dot(study, at, values=values, curve=curve) if asked else []
    return figure(
        traces,
        headline=_finding(study, at, values=values, curve=curve),
        key="first_token_by_length",
        annotations=[above(seconds, f"budget {wording.seconds(seconds)}", log=True) for seconds in asked],
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
    if not np.any(seconds <= budget.ttft_s):
        return f"Half of the first tokens of {who} take longer than {wording.seconds(budget.ttft_s)} at any prompt length."
    crossing = _edge(values, seconds, budget.ttft_s)
    edge = "up to its largest prompt" if crossing is None else f"up to about {wording.tokens(float(f'{crossing:.2g}'))} uncached tokens"
    return (
        f"The median first token of {who} comes within {wording.seconds(budget.ttft_s)} {edge}; your mean prompt has {wording.tokens(own)}."
    )


def _edge(values: Array, seconds: Array, limit: float) -> float | None:
    """The longest prompt within the limit, straight between two steps on logarithmic scales; None where all are, or none."""
    inside = np.flatnonzero(seconds <= limit)
    last = int(inside[-1]) if inside.size else -1
    if last < 0 or last + 1 >= len(seconds) or not np.isfinite(seconds[last + 1]):
        return None
    share = np.log(limit / seconds[last]) / np.log(seconds[last + 1] / seconds[last])
    return float(values[last] * (values[last + 1] / values[last]) ** share)


def _edge_dot(study: Study, at: list[int], *, values: Array, curve: Array) -> list[Trace]:
    """Where the median of the choice leaves the budget."""
    subject, limit = headlines.subject(study), study.workload.budget.ttft_s
    crossing = _edge(values, curve[:, at.index(subject)], limit) if subject in at else None
    if crossing is None or subject is None:
        return []
    told = f"{labels(study)[study.columns.ids[subject]]} leaves the budget at about {wording.tokens(float(f'{crossing:.2g}'))}"
    return [dots([crossing], [limit], name="Leaves the budget", symbol="diamond", told=[told])]
