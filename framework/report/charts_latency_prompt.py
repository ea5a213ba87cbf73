"""How the share in time falls as prompts grow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from framework import wording
from framework.axes.latency_curves import POINTS, Curves, against_prompt, largest_prompt
from framework.axes.latency_findings import LAST_PERCENTILE_SHARE
from framework.report import headlines
from framework.report.curve_traces import band, levels, lines, mark
from framework.report.figure import Figure, axis, figure, log_ticks
from framework.report.selection import labels, shown
from framework.scoring.chain import only

if TYPE_CHECKING:
    from framework.catalogue.columns import Array
    from framework.study import Study

LONGEST = 1e6


def prompt_quantiles(study: Study) -> tuple[float, float]:
    """The user's median and 95th percentile prompt, in the user's tokens."""
    length = study.load.input_length
    return float(length.quantile(0.5)), float(length.quantile(LAST_PERCENTILE_SHARE))


def lengths(study: Study, at: list[int]) -> Array:
    """Prompt lengths `(n,)` from well below the median prompt to the longest that any of the offers takes."""
    p50, p95 = prompt_quantiles(study)
    taken = [min(float(largest_prompt(study.columns)[offer]), LONGEST) for offer in at]
    return np.geomspace(max(1.0, min(200.0, p50 / 2)), max([*taken, 4 * p95]), POINTS)


def in_time_by_prompt(study: Study, count: int = 6) -> Figure:
    """P(inside the budget) of a prompt of just that length, nothing of it cached; the user's median and longest usual prompt marked."""
    at = [offer for offer in shown(study, count) if np.isfinite(study.assessments.latency.attainment[offer])]
    subject, asked = headlines.subject(study), study.workload.budget.percentile / 100
    curves = against_prompt(study.load, only(study.columns, np.array(at, dtype=np.intp)), lengths(study, at))
    drawn = levels(asked, right=True)
    p50, p95 = prompt_quantiles(study)
    marks = [mark(p95, f"p95 {wording.tokens(p95)}", anchor="left")] if p95 > p50 * 1.001 else []
    marks.insert(0, mark(p50, f"your p50 {wording.tokens(p50)}", anchor="right" if marks else "center"))
    span = (float(curves.values[0]), float(curves.values[-1]))
    return figure(
        [
            *band(study, at, curves, subject),
            *lines(study, at, curves, bold=subject, where=lambda tokens: f"at {wording.tokens(tokens)}"),
        ],
        headline=_finding(study, at, curves),
        key="in_time_by_prompt",
        height=400,
        xaxis=axis("Uncached prompt tokens, as you count them", log_ticks(*span, wording.tokens), span, log=True),
        yaxis=drawn.axis,
        shapes=[*drawn.shapes, *(line for line, _ in marks)],
        annotations=[*drawn.notes, *(note for _, note in marks)],
    )


def _finding(study: Study, at: list[int], curves: Curves) -> str:
    subject = headlines.subject(study)
    if subject is None or subject not in at:
        return "No reading of the choice tells how its share in time falls with longer prompts."
    asked = min(study.workload.budget.percentile / 100, LAST_PERCENTILE_SHARE)
    who, share = labels(study)[study.columns.ids[subject]], curves.share[:, at.index(subject)]
    p95 = wording.tokens(prompt_quantiles(study)[1])
    edge = longest_prompt(curves.values, share, asked)
    beyond = "; more than 95 % is extrapolated" if study.workload.budget.percentile / 100 > LAST_PERCENTILE_SHARE else ""
    if edge == 0:
        best = wording.probability(float(np.nanmax(share)))
        percentile = study.workload.budget.percentile
        return f"{who} has at best {best} in time, whatever the length of the prompt; {percentile:g} % are asked for{beyond}."
    every = "at every length it takes" if largest_prompt(study.columns)[subject] <= LONGEST else f"up to {wording.tokens(LONGEST)} tokens"
    upto = every if np.isinf(edge) else f"up to about {wording.tokens(float(f'{edge:.2g}'))} uncached tokens"
    return f"{who} keeps {100 * asked:g} % in time {upto}; 95 % of your prompts are below {p95}{beyond}."


def longest_prompt(values: Array, share: Array, asked: float) -> float:
    """The longest prompt that keeps a share, straight between two steps; 0: none, inf: all that were looked at and are taken."""
    enough = np.flatnonzero(share >= asked)
    last = int(enough[-1]) if enough.size else -1
    if last < 0:
        return 0.0
    if last + 1 >= len(values) or not np.isfinite(share[last + 1]):
        return float("inf")
    part = (share[last] - asked) / (share[last] - share[last + 1])
    return float(values[last] * (values[last + 1] / values[last]) ** part)
