"""How far each bill may stray: the tenth, the middle and the ninetieth of a hundred draws, and how often each offer is the cheapest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from framework import wording
from framework.report.chart_rows import Rows, rows_of, whiskers
from framework.report.figure import MARK, SERIES, Figure, Trace, axis, categories, dollars, figure, plain, row_name, ticks, upright
from framework.report.selection import eligible, labels
from framework.study import spend

if TYPE_CHECKING:
    from framework.axes.bill_range import BillRange
    from framework.study import Spend, Study


def cost_range(study: Study, spent: Spend | None = None, count: int = 8) -> Figure:
    """One row per offer: P50 as a point, P10 to P90 as its range, how often it is the cheapest in words, and the budget."""
    spent = spent or spend(study)
    rows, drawn, budget = rows_of(study, count), spent.range, study.workload.budget.monthly_usd
    top = float(np.nanmax([*drawn.p90_usd[rows.at], 0.01]))
    near = budget <= 1.6 * top
    span = (0.0, 1.42 * max(top, budget if near else 0.0))
    line, note = upright(budget, f"budget {wording.usd(budget)}")
    return figure(
        [*_points(drawn, rows), rows.words(drawn.p90_usd[rows.at], [_told(drawn, at) for at in rows.at])],
        headline=finding(study, spent),
        key="cost_range",
        height=150 + 36 * len(rows.at),
        xaxis=axis(f"USD a month (30 days){'' if near else ', budget beyond the edge'}", ticks(span[1], dollars, count=4), span),
        yaxis=categories(rows.names),
        **({"shapes": [line], "annotations": [note]} if near else {}),
    )


def _points(drawn: BillRange, rows: Rows) -> list[Trace]:
    known = [(at, name) for at, name in zip(rows.at, rows.names, strict=True) if np.isfinite(drawn.p50_usd[at])]
    at = [offer for offer, _ in known]
    if not at:
        return []
    told = [f"{name}: {between(drawn, offer)}" for offer, name in known]
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": "P50, with P10 to P90",
            "y": [row_name(name) for _, name in known],
            "x": [plain(drawn.p50_usd[offer]) for offer in at],
            "error_x": {**whiskers(drawn.p10_usd[at], drawn.p50_usd[at], drawn.p90_usd[at]), "color": MARK},
            "marker": {"color": SERIES[0], "size": 9},
            "hovertext": told,
            "hoverinfo": "text",
        }
    ]


def between(drawn: BillRange, at: int) -> str:
    """`$900 to $1,400`; unknown where the bill is."""
    low, high = float(drawn.p10_usd[at]), float(drawn.p90_usd[at])
    return wording.UNKNOWN if np.isnan(low) else f"{wording.about_usd(low)} to {wording.about_usd(high)}"


def _told(drawn: BillRange, at: int) -> str:
    share = float(drawn.cheapest_share[at])
    won = f", cheapest in {wording.share(share)}" if share > 0 else ""
    return f"{wording.about_usd(float(drawn.p50_usd[at]))}{won}" if np.isfinite(drawn.p50_usd[at]) else wording.UNKNOWN


def finding(study: Study, spent: Spend) -> str:
    """Who is the cheapest how often, in one sentence."""
    fit, drawn = eligible(study), spent.range
    shares = drawn.cheapest_share
    if not fit:
        return "No offer fits, so none is named the cheapest."
    if np.isnan(shares[fit]).all():
        known = [at for at in fit if np.isfinite(drawn.p50_usd[at])]
        if not known:
            return "What the offers that fit cost is not known."
        only = labels(study)[study.columns.ids[known[0]]]
        return f"Only {only} fits with a known bill: {between(drawn, known[0])} a month in 8 of 10 draws."
    best = max(fit, key=lambda at: float(np.nan_to_num(shares[at])))
    name = labels(study)[study.columns.ids[best]]
    tail = "" if shares[best] >= 0.8 else " Too close to call by cost alone."
    return (
        f"{name} is the cheapest of the {len(fit)} that fit in {wording.share(float(shares[best]))} of the draws; "
        f"its bill is {between(drawn, best)} a month in 8 of 10.{tail}"
    )
