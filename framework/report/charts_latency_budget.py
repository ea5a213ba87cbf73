"""How the share in time grows with the budget, and where the seconds of a reply go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from framework import wording
from framework.axes.latency_curves import REACH, Curves, against_budget, thinking_beside_s
from framework.axes.latency_findings import LAST_PERCENTILE_SHARE
from framework.report import headlines
from framework.report.chart_rows import Rows, rows_of
from framework.report.curve_traces import band, levels, lines, mark
from framework.report.figure import SERIES, Figure, Trace, axis, categories, figure, log_ticks, ticks, upright
from framework.report.selection import labels, shown
from framework.scoring.chain import only

if TYPE_CHECKING:
    from framework.catalogue.columns import Array
    from framework.study import Study

BEFORE, WAIT, THOUGHT = "Calls before the answer", "Waiting for the first token", "Waiting, thinking inside the reading"
THINKING, REPLY = "Thinking", "Writing the reply"
FILLS = {BEFORE: SERIES[5], WAIT: SERIES[0], THOUGHT: SERIES[0], THINKING: SERIES[2], REPLY: SERIES[1]}
MOST_BUDGETS = 2.5


def budget_curves(study: Study, at: list[int]) -> Curves:
    """Shares in time against the budget, of some offers."""
    places = np.array(at, dtype=np.intp)
    cached = np.asarray(study.assessments.cost.cached_tokens)[..., places]
    return against_budget(study.load, only(study.columns, places), cached_tokens=cached)


def in_time_by_budget(study: Study, count: int = 6) -> Figure:
    """P(inside the budget) while the budget moves; the user's budget and share marked, what no reading shows dotted."""
    at = [offer for offer in shown(study, count) if np.isfinite(study.assessments.latency.first_in_time[offer])]
    budget, subject = study.workload.budget, headlines.subject(study)
    here, what = (budget.ttft_s, "first token") if budget.streaming else (budget.response_s, "whole reply")
    curves = budget_curves(study, at)
    drawn = levels(budget.percentile / 100)
    line, note = mark(here, f"your budget: {wording.seconds(here)}")
    span = (here / REACH, here * REACH)
    return figure(
        [
            *band(study, at, curves, subject),
            *lines(study, at, curves, bold=subject, where=lambda seconds: f"within {wording.seconds(seconds)}"),
        ],
        headline=_finding(study, at, curves, what),
        key="in_time_by_budget",
        height=420,
        xaxis=axis(f"Budget for the {what}", log_ticks(*span, wording.seconds), span, log=True),
        yaxis=drawn.axis,
        shapes=[*drawn.shapes, line],
        annotations=[*drawn.notes, note],
    )


def _finding(study: Study, at: list[int], curves: Curves, what: str) -> str:
    subject, asked = headlines.subject(study), study.workload.budget.percentile / 100
    if subject is None or subject not in at:
        return "No reading of the choice is known, so neither is how its share in time grows with the budget."
    who, row = labels(study)[study.columns.ids[subject]], at.index(subject)
    if asked > LAST_PERCENTILE_SHARE:
        need = needed_budget(curves.values, curves.share[:, row], LAST_PERCENTILE_SHARE)
        tail = f"; {100 * asked:g} % lie beyond what readings show, extrapolated"
        return f"{who} gives its {what} in time for 95 % {_within(need, curves)}{tail}."
    need = needed_budget(curves.values, curves.share[:, row], asked)
    ends = [needed_budget(curves.values, values[:, row], asked) for values in (curves.high, curves.low)]
    span = f" ({_seconds(ends[0], curves)} to {_seconds(ends[1], curves)})" if np.isfinite(need) and ends[0] != ends[1] else ""
    return f"{who} gives its {what} in time for the {100 * asked:g} % asked for {_within(need, curves)}{span}."


def needed_budget(values: Array, share: Array, asked: float) -> float:
    """The smallest budget that attains a share, straight between two steps; 0: less than the first, inf: more than the last."""
    enough = np.flatnonzero(share >= asked)
    first = int(enough[0]) if enough.size else len(values)
    if first in (0, len(values)):
        return 0.0 if first == 0 else float("inf")
    part = (asked - share[first - 1]) / (share[first] - share[first - 1])
    return float(values[first - 1] * (values[first] / values[first - 1]) ** part)


def _within(need: float, curves: Curves) -> str:
    if np.isinf(need):
        return f"not even within {wording.seconds(float(curves.values[-1]))}"
    return f"within {'less than ' if need == 0 else 'about '}{_seconds(need, curves)}"


def _seconds(need: float, curves: Curves) -> str:
    if np.isinf(need):
        return f"more than {wording.seconds(float(curves.values[-1]))}"
    return wording.seconds(need if need > 0 else float(curves.values[0]))


def budget_strip(study: Study, count: int = 8) -> Figure:
    """Seconds of the median reply by what they go to, against the budgets; thinking that a reading holds is not told apart."""
    rows, budget, speed = rows_of(study, count), study.workload.budget, study.assessments.latency
    first, reply = speed.ttft_p50_s[rows.at], speed.reply_p50_s[rows.at]
    asked = [("whole reply", budget.response_s)] + ([("first token", budget.ttft_s)] if budget.streaming else [])
    longest = float(np.nanmax([*np.fmax(first, reply), 0.0])) if len(rows.at) else 0.0
    top = max(1.05 * budget.response_s, min(1.05 * longest, MOST_BUDGETS * budget.response_s))
    marks = [upright(seconds, f"{what} {wording.seconds(seconds)}") for what, seconds in asked]
    if len(marks) > 1:
        # The words of two lines stand on either side of them, so that they never meet on a narrow screen.
        marks[0][1].update(xanchor="left" if budget.response_s >= budget.ttft_s else "right")
        marks[1][1].update(xanchor="right" if budget.response_s >= budget.ttft_s else "left")
    return figure(
        [*_parts(study, rows), rows.words([1.02 * top] * len(rows.at), _told(study, rows))],
        headline=_spent(study),
        key="budget_strip",
        barmode="stack",
        height=150 + 36 * len(rows.at),
        xaxis=axis("Seconds of the median reply", ticks(top, _tick, count=4), (0.0, 1.42 * top)),
        yaxis=categories(rows.names),
        shapes=[line for line, _ in marks],
        annotations=[note for _, note in marks],
    )


def _parts(study: Study, rows: Rows) -> list[Trace]:
    """Bars that add up to the median first token and the median whole reply; a part that is nowhere is left out."""
    speed, at = study.assessments.latency, rows.at
    first, reply = speed.ttft_p50_s[at], speed.reply_p50_s[at]
    alone, calls = speed.spread.of_one_call.percentiles[0][at], 1 + study.load.round_trips
    thinking = np.minimum(np.nan_to_num(thinking_beside_s(study.load, study.columns)[at]) / calls, np.nan_to_num(alone))
    inside = study.columns.latency.thinks[at]
    seconds = {
        BEFORE: np.where(first > alone, first - alone, np.nan),
        WAIT: np.where(inside, np.nan, alone - thinking),
        THOUGHT: np.where(inside, alone, np.nan),
        THINKING: np.where(thinking > 0, thinking, np.nan),
        REPLY: reply - first,
    }
    looks = {name: {"color": FILLS[name]} | ({"pattern": {"shape": "/"}} if name == THOUGHT else {}) for name in seconds}
    drawn = [name for name in seconds if np.isfinite(seconds[name]).any()]
    return [rows.bar(seconds[name], name, marker=looks[name], words=wording.seconds) for name in drawn]


def _tick(seconds: float) -> str:
    return wording.seconds(seconds) if seconds else "0"


def _told(study: Study, rows: Rows) -> list[str]:
    speed = study.assessments.latency
    pairs = [(float(speed.ttft_p50_s[at]), float(speed.reply_p50_s[at])) for at in rows.at]
    return [
        wording.UNKNOWN if np.isnan(first) else f"{wording.seconds(first)}, then unknown" if np.isnan(reply) else wording.seconds(reply)
        for first, reply in pairs
    ]


def _spent(study: Study) -> str:
    subject, budget, speed = headlines.subject(study), study.workload.budget, study.assessments.latency
    if subject is None:
        return "No offer to show."
    who, first, reply = labels(study)[study.columns.ids[subject]], float(speed.ttft_p50_s[subject]), float(speed.reply_p50_s[subject])
    if np.isnan(first):
        return f"Where the seconds of {who} go is unknown: it has no reading."
    waits = f"the first {wording.seconds(first)} pass before the first token"
    if budget.streaming:
        waits = f"{wording.share(first / budget.ttft_s)} of the {wording.seconds(budget.ttft_s)} for the first token are used up"
    if np.isnan(reply):
        return f"At the median reply of {who}, {waits}; how long the writing takes is unknown."
    rest = f"{wording.share(reply / budget.response_s)} of the {wording.seconds(budget.response_s)} for the whole"
    thought = " Its thinking is part of the wait." if study.columns.latency.thinks[subject] else ""
    return f"At the median reply of {who}, {waits}, and {rest}.{thought}"
