"""What each offer costs a month, and what for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from framework import wording
from framework.report import headlines
from framework.report.chart_rows import Rows, rows_of, whiskers
from framework.report.figure import MARK, SERIES, Figure, Trace, axis, categories, dollars, figure, plain, row_name, ticks, upright
from framework.report.selection import baseline

if TYPE_CHECKING:
    from framework.axes.cost import CostAssessment
    from framework.study import Study

LINES = {
    "input": ("Input", SERIES[0]),
    "cache_read": ("Cache reads", SERIES[1]),
    "cache_write": ("Cache writes", SERIES[2]),
    "output": ("Output and reasoning", SERIES[3]),
    "batch_input": ("Batch input", "#7FB8D8"),
    "batch_cache_read": ("Batch cache reads", "#AADAF4"),
    "batch_cache_write": ("Batch cache writes", "#F2CF80"),
    "batch_output": ("Batch output", "#EAAE80"),
    "storage": ("Cache storage", SERIES[4]),
    "tools": ("Paid tools", SERIES[5]),
}


def monthly_cost(study: Study, count: int = 8) -> Figure:
    """Stacked bars of the monthly bill by line, with the range, the total in words and the budget."""
    rows, bill, budget = rows_of(study, count), study.assessments.cost, study.workload.budget.monthly_usd
    top = float(np.nanmax([*bill.high_usd[rows.at], *bill.expected_usd[rows.at], 0.01]))
    near = budget <= 1.6 * top
    span = (0.0, 1.28 * max(top, budget if near else 0.0))
    traces = [_line(bill, key, rows) for key in bill.lines if np.nansum(bill.lines[key][rows.at]) > 0]
    line, note = upright(budget, f"budget {wording.usd(budget)}")
    subject = headlines.subject(study)
    return figure(
        [*traces, _range(bill, rows), rows.words(bill.high_usd[rows.at], _totals(study, rows))],
        headline="No offer to show." if subject is None else headlines.cost(study, subject),
        key="monthly_cost",
        barmode="stack",
        height=150 + 36 * len(rows.at),
        xaxis=axis(f"USD a month (30 days){'' if near else ', budget beyond the edge'}", ticks(span[1], dollars, count=4), span),
        yaxis=categories(rows.names),
        **({"shapes": [line], "annotations": [note]} if near else {}),
    )


def _line(bill: CostAssessment, key: str, rows: Rows) -> Trace:
    name, fill = LINES.get(key, (key.replace("_", " "), MARK))
    hatched = {"pattern": {"shape": "/"}} if key.startswith("batch") else {}
    return rows.bar(bill.lines[key][rows.at], name, marker={"color": fill, **hatched}, words=wording.usd)


def _range(bill: CostAssessment, rows: Rows) -> Trace:
    ranged = [(offer, name) for offer, name in zip(rows.at, rows.names, strict=True) if bill.high_usd[offer] > bill.low_usd[offer]]
    at = [offer for offer, _ in ranged]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "Range",
        "showlegend": bool(ranged),
        "y": [row_name(name) for _, name in ranged],
        "x": [plain(bill.expected_usd[offer]) for offer in at],
        "error_x": whiskers(bill.low_usd[at], bill.expected_usd[at], bill.high_usd[at]),
        "marker": {"color": MARK, "size": 4},
        "hoverinfo": "skip",
    }


def _totals(study: Study, rows: Rows) -> list[str]:
    today, usd = baseline(study), study.assessments.cost.expected_usd
    return [wording.usd(float(usd[offer])) + (" (today)" if offer == today else "") for offer in rows.at]
