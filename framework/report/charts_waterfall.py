"""Why the bill of one offer is what it is: from the price list to what is paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from framework import wording
from framework.axes.waterfall import LABELS, STEPS
from framework.axes.waterfall import waterfall as steps_of
from framework.catalogue.columns import figures_of
from framework.report import headlines
from framework.report.chart_rows import Rows
from framework.report.figure import SERIES, Figure, Trace, axis, categories, dollars, figure, ticks
from framework.report.selection import labels

if TYPE_CHECKING:
    from framework.catalogue.columns import Array
    from framework.study import Study

TOTAL, ADDS, SAVES = SERIES[0], SERIES[3], SERIES[4]
BILL = "Your bill"
LISTED = STEPS.index("reasoning")
"""The last step that the price list alone gives."""
UNSEEN_SHARE = 5e-4
"""Of the sticker price: less is no step that a reader would see."""


def waterfall(study: Study, offer: str | None = None) -> Figure:
    """The steps of one offer (an id; the choice where none is named), those that change nothing left out."""
    at = study.columns.index(offer) if offer is not None else headlines.subject(study)
    usd = np.full(len(STEPS), np.nan) if at is None else steps_of(study.load, figures_of(study.columns, np.array([at]))).usd[:, 0]
    known = bool(np.isfinite(usd).all())
    kept = [step for step in range(len(STEPS)) if step == 0 or abs(usd[step]) > UNSEEN_SHARE * usd[0]] if known else []
    rows = Rows(list(range(len(kept) + 1)) if known else [], [*(LABELS[STEPS[step]] for step in kept), BILL] if known else [])
    reached = np.cumsum(usd)
    high = float(np.max(reached)) if known else 1.0
    span = (0.0, 1.28 * max(high, 0.01))
    return figure(
        _bars(usd[kept], rows) if known else [],
        headline=_finding(study, at, usd),
        key="waterfall",
        barmode="stack",
        height=150 + 36 * max(len(rows.names), 1),
        xaxis=axis("USD a month (30 days)", ticks(span[1], dollars, count=4), span),
        yaxis=categories(rows.names),
    )


def _bars(usd: Array, rows: Rows) -> list[Trace]:
    """An unseen bar up to where each step begins, then the step; the first row and the last are whole amounts."""
    after = np.cumsum(usd)
    before = np.concatenate([[0.0], after[:-1]])
    start = np.append(np.minimum(before, after), 0.0)
    start[0] = 0.0
    whole = np.full(len(usd) + 1, np.nan)
    whole[[0, -1]] = usd[0], after[-1]
    moved = np.append(usd, np.nan)
    moved[0] = np.nan
    hidden = rows.bar(start, "", marker={"color": "rgba(0,0,0,0)"}, words=wording.usd) | {"showlegend": False, "hoverinfo": "skip"}
    del hidden["hovertext"]
    drawn = (
        (whole, "Bill", TOTAL),
        (np.where(moved > 0, moved, np.nan), "Adds", ADDS),
        (np.where(moved < 0, -moved, np.nan), "Saves", SAVES),
    )
    shown = [rows.bar(part, name, marker={"color": ink}, words=wording.usd) for part, name, ink in drawn if np.isfinite(part).any()]
    ends = np.append(np.maximum(before, after), after[-1])
    return [hidden, *shown, rows.words(ends, _told(usd, float(after[-1])))]


def _told(usd: Array, bill: float) -> list[str]:
    moves = [f"{'+' if amount > 0 else ''}{wording.usd(float(amount))}" for amount in usd[1:]]
    return [wording.usd(float(usd[0])), *moves, wording.usd(bill)]


def _finding(study: Study, at: int | None, usd: Array) -> str:
    if at is None:
        return "No offer to show."
    who = labels(study)[study.columns.ids[at]]
    if not np.isfinite(usd).all():
        return f"What {who} costs a month is unknown, so there is nothing to take apart."
    listed, bill = float(usd[: LISTED + 1].sum()), float(usd.sum())
    moved = usd[LISTED + 1 :]
    most = LISTED + 1 + int(np.abs(moved).argmax())
    if not abs(usd[most]) > UNSEEN_SHARE * usd[0]:
        return f"{who} costs what its price list says: {wording.usd(bill)} a month."
    what = f"{LABELS[STEPS[most]][:1].lower()}{LABELS[STEPS[most]][1:]}"
    why = f"most is {'saved' if usd[most] < 0 else 'added'} by {what}, {wording.usd(abs(float(usd[most])))}"
    return f"{who} costs {wording.usd(bill)} a month where its price list says {wording.usd(listed)}: {why}."
