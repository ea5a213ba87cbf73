"""What each offer costs a month, and what for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from framework import wording
from framework.report import headlines
from framework.report.escaping import markup
from framework.report.figure import MARK, SERIES, Figure, Trace, axis, categories, figure, plain, row_name, ticks, upright
from framework.report.selection import baseline, labels, shown

if TYPE_CHECKING:
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
}


def monthly_cost(study: Study, count: int = 8) -> Figure:
    """Stacked bars of the monthly bill by line, with the range, the total in words and the budget."""
    at = shown(study, count)
    names = [labels(study)[study.columns.ids[offer]] for offer in at]
    bill = study.assessments.cost
    top = float(np.nanmax([*bill.high_usd[at], *bill.expected_usd[at], 0.01]))
    budget = study.workload.budget.monthly_usd
    near = budget <= 1.6 * top
    span = (0.0, 1.28 * max(top, budget if near else 0.0))
    traces = [_line(bill, key, at, names) for key in bill.lines if np.nansum(bill.lines[key][at]) > 0]
    traces += [_range(bill, at, names), _totals(study, at, names)]
    line, note = upright(budget, f"budget {wording.usd(budget)}")
    subject = headlines.subject(study)
    return figure(
        traces,
        headline="No offer to show." if subject is None else headlines.cost(study, subject),
        key="monthly_cost",
        barmode="stack",
        height=150 + 36 * len(at),
        xaxis=axis(f"USD a month (30 days){'' if near else ', budget beyond the edge'}", ticks(span[1], wording.usd, count=4), span),
        yaxis=categories(names),
        **({"shapes": [line], "annotations": [note]} if near else {}),
    )


def _line(bill: Any, key: str, at: list[int], names: list[str]) -> Trace:
    words, fill = LINES.get(key, (key.replace("_", " "), MARK))
    amounts = [plain(bill.lines[key][offer]) for offer in at]
    return {
        "type": "bar",
        "orientation": "h",
        "name": words,
        "y": [row_name(name) for name in names],
        "x": amounts,
        "marker": {"color": fill, **({"pattern": {"shape": "/"}} if key.startswith("batch") else {})},
        "hovertext": [f"{markup(name)}: {words} {wording.usd(amount)}" for name, amount in zip(names, amounts, strict=True)],
        "hoverinfo": "text",
        "textposition": "none",
    }


def _range(bill: Any, at: list[int], names: list[str]) -> Trace:
    ranged = [offer for offer in at if bill.high_usd[offer] > bill.low_usd[offer]]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "Range",
        "showlegend": bool(ranged),
        "y": [row_name(names[at.index(offer)]) for offer in ranged],
        "x": [plain(bill.expected_usd[offer]) for offer in ranged],
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [plain(bill.high_usd[offer] - bill.expected_usd[offer]) for offer in ranged],
            "arrayminus": [plain(bill.expected_usd[offer] - bill.low_usd[offer]) for offer in ranged],
            "color": MARK,
            "thickness": 1.5,
            "width": 5,
        },
        "marker": {"color": MARK, "size": 4},
        "hoverinfo": "skip",
    }


def _totals(study: Study, at: list[int], names: list[str]) -> Trace:
    bill = study.assessments.cost
    ends = [plain(bill.high_usd[offer]) or 0.0 for offer in at]
    today = baseline(study)
    words = [
        ("unknown" if np.isnan(bill.expected_usd[offer]) else wording.usd(float(bill.expected_usd[offer])))
        + (" (today)" if offer == today else "")
        for offer in at
    ]
    return {
        "type": "scatter",
        "mode": "text",
        "y": [row_name(name) for name in names],
        "x": ends,
        "text": [f"\u00a0\u00a0{markup(word)}" for word in words],
        "textposition": "middle right",
        "showlegend": False,
        "hoverinfo": "skip",
    }
