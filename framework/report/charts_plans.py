"""Charts of the plans: bill and first token against the chunks of a prompt, the bill against how often a history is cut, and turns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from framework import wording
from framework.planning.retrieval_plan import swept_ttft_s, swept_usd
from framework.report import window_words
from framework.report.escaping import markup
from framework.report.figure import (
    Figure,
    Trace,
    above,
    axis,
    categories,
    dollars,
    dots,
    figure,
    log_ticks,
    marker_line,
    plain,
    row_name,
    stroke,
)
from framework.report.selection import labels

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from framework.planning.conversation_plan import ConversationPlan, Cut
    from framework.planning.retrieval_plan import RetrievalPlan
    from framework.study import Study

POINTS = 11
LINES = 6
SINGLE_STEPS = 60
FURTHER_STEPS = 40


def _line(study: Study, places: Sequence[int], row: int, *, xs: Any, ys: Any, words: Callable[[float], str]) -> Trace:
    at = places[row]
    provider = study.columns.providers[at]
    siblings = [other for other in places[:LINES] if study.columns.providers[other] == provider]
    name = labels(study)[study.columns.ids[at]]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": markup(name),
        "x": [float(x) for x in xs],
        "y": [plain(y) for y in ys],
        "line": stroke(provider, siblings.index(at)),
        "hovertext": [f"{markup(name)}: {words(float(y))} at {wording.count(float(x))}" for x, y in zip(xs, ys, strict=True)],
        "hoverinfo": "text",
    }


def _span(values: Any) -> tuple[float, float]:
    known = np.asarray(values)[np.isfinite(values) & (np.asarray(values) > 0)]
    return (float(known.min()) / 1.4, float(known.max()) * 1.4) if known.size else (1.0, 10.0)


def usd_by_chunks(study: Study, plan: RetrievalPlan) -> Figure:
    """The bill while the prompt holds more chunks, each offer up to what its window holds; the advice is marked."""
    chunks, rows = _chunks(plan)
    lines = _Lines(chunks, swept_usd(study, plan, chunks, rows), plan.advised.usd, wording.usd)
    return _against_chunks(study, plan, lines, key="plan_usd", level=(study.workload.budget.monthly_usd,))


def first_token_by_chunks(study: Study, plan: RetrievalPlan) -> Figure:
    """The median first token while the prompt holds more chunks; drawn as the bill is."""
    chunks, rows = _chunks(plan)
    lines = _Lines(chunks, swept_ttft_s(study, plan, chunks, rows), plan.advised.ttft_s, wording.seconds)
    budget = study.workload.budget
    return _against_chunks(study, plan, lines, key="plan_ttft", level=(budget.ttft_s,) if budget.streaming else ())


@dataclass(frozen=True, eq=False)
class _Lines:
    """`chunks` and `values` `(n, offers)`, the values at the advised number of chunks, and how such a value is said."""

    chunks: Any
    values: Any
    advised: Any
    words: Callable[[float], str]


def _chunks(plan: RetrievalPlan) -> tuple[Any, list[int]]:
    """Numbers of chunks `(n, offers)`, in equal ratios from one to what each window holds, and which rows of the plan are drawn."""
    rows = list(range(min(LINES, len(plan.places))))
    held = plan.budget.window[rows]
    top = float(np.nanmax([*held[np.isfinite(held)], 4 * float(plan.chunked.load.chunks), 8.0]))
    return np.geomspace(1.0, np.maximum(np.where(np.isfinite(held), held, top), 1.0), POINTS), rows


def _against_chunks(study: Study, plan: RetrievalPlan, drawn: _Lines, *, key: str, level: tuple[float, ...]) -> Figure:
    money, words, xs, ys = key == "plan_usd", drawn.words, drawn.chunks, drawn.values
    here = float(plan.chunked.load.chunks)
    wide = (1.0, float(max(xs.max(initial=2.0), here)))
    span = _span([*ys.reshape(-1), *level])
    shown = [row for row in range(ys.shape[1]) if np.isfinite(ys[:, row]).any()]
    lines = [_line(study, plan.places, row, xs=xs[:, row], ys=ys[:, row], words=words) for row in shown]
    marked = [
        (float(plan.budget.best[row]), float(drawn.advised[row]), labels(study)[study.columns.ids[plan.places[row]]])
        for row in shown
        if plan.budget.best[row] >= 1 and np.isfinite(drawn.advised[row])
    ]
    told = [f"{name}: {wording.count(x)} chunks at most, {words(y)}" for x, y, name in marked]
    points = dots([x for x, _, _ in marked], [y for _, y, _ in marked], name="At most", symbol="diamond", told=told)
    kept = f"your {wording.count(here)} {'chunk' if here == 1 else 'chunks'}"
    asked = "budget" if money else "first token within"
    return figure(
        [
            *lines,
            *(marker_line(wide, (value, value), "") for value in level),
            marker_line((here, here), span, kept, left=bool(np.log(here) > 0.66 * np.log(wide[1]))),
            *([points] if marked else []),
        ],
        headline=window_words.advice(study, plan, 0) if plan.places else "No offer to show.",
        key=key,
        height=380,
        annotations=[above(value, f"{asked} {words(value)}", log=True) for value in level],
        xaxis=axis("Chunks in a prompt", log_ticks(*wide, wording.count), wide, log=True),
        yaxis=axis(
            "USD a month (30 days)" if money else "Median seconds to first token",
            log_ticks(*span, dollars if money else words),
            span,
            log=True,
        ),
    )


def by_cut(study: Study, plan: ConversationPlan) -> Figure | None:
    """The bill against the turns between two cuts: lines with summaries, the cheapest cut marked; None where there is nothing to cut."""
    if plan.trimmed is None or plan.summarised is None:
        return None
    rows = list(range(min(LINES, len(plan.places))))
    cut = plan.summarised
    drawn = _drawn(cut, rows)
    xs = np.append(cut.every[drawn], float(plan.turns or 1))
    uncut = np.where(plan.uncut_fits, plan.uncut_usd, np.nan)
    ys = np.vstack([cut.usd[drawn], uncut[None, :]])[:, rows]
    trimmed = [
        (float(plan.trimmed.best[row]), float(plan.trimmed.best_usd[row]), row) for row in rows if np.isfinite(plan.trimmed.best[row])
    ]
    best = [(float(cut.best[row]), float(cut.best_usd[row]), row) for row in rows if np.isfinite(cut.best[row])]
    names = [labels(study)[study.columns.ids[plan.places[row]]] for row in rows]
    wide, span = (1.0, float(xs[-1]) * 1.05), _span([*ys.reshape(-1), *(usd for _, usd, _ in trimmed)])
    lines = [_line(study, plan.places, row, xs=xs, ys=ys[:, row], words=wording.usd) for row in rows if np.isfinite(ys[:, row]).any()]
    marks = [
        dots(
            [x for x, _, _ in found],
            [y for _, y, _ in found],
            name=name,
            symbol=symbol,
            told=[_told(names[row], x, y, name) for x, y, row in found],
        )
        for found, name, symbol in ((best, "Cheapest with summaries", "diamond"), (trimmed, "Cheapest trimmed", "circle-open"))
        if found
    ]
    return figure(
        [*lines, *marks],
        headline=window_words.cutting(study, plan, 0),
        key="plan_cut",
        height=380,
        xaxis=axis("Turns between two summaries; at the right end none", log_ticks(*wide, wording.count), wide, log=True),
        yaxis=axis("USD a month (30 days)", log_ticks(*span, dollars), span, log=True),
    )


def _drawn(cut: Cut, rows: list[int]) -> Any:
    """Which k are drawn: every one while they are few, then in equal ratios, and the cheapest of each offer."""
    count = len(cut.every)
    further = np.geomspace(SINGLE_STEPS, count, FURTHER_STEPS) if count > SINGLE_STEPS else np.empty(0)
    cheapest = cut.best[rows][np.isfinite(cut.best[rows])]
    return np.unique(np.concatenate([cut.every[:SINGLE_STEPS], np.round(further), cheapest])).astype(int) - 1


def _told(who: str, every: float, usd: float, name: str) -> str:
    return f"{who}: {name.lower()}, every {wording.count(every)} turns, {wording.usd(usd)} a month"


def turns_in_reach(study: Study, plan: ConversationPlan) -> Figure:
    """How many turns each offer allows by window, price cliff and latency, on a logarithmic axis."""
    rows, names = range(len(plan.places)), labels(study)
    called = [names[study.columns.ids[at]] for at in plan.places]
    late = np.where(np.isinf(plan.reach.latency), plan.reach.overflow, plan.reach.latency)
    bounds = (
        ("Fit the window", plan.reach.overflow, "circle", 9),
        ("At the base price", plan.reach.cliff, "diamond", 9),
        # A ring around the turn that fits where every turn that fits is in time.
        ("In time", late, "circle-open", 15),
    )
    traces = []
    for name, count, symbol, size in bounds:
        there = [row for row in rows if np.isfinite(count[row]) and count[row] >= 1]
        if there:
            told = [f"{called[row]}: {name.lower()}: {wording.count(float(count[row]))} turns" for row in there]
            points = dots([float(count[row]) for row in there], [0.0] * len(there), name=name, symbol=symbol, told=told)
            traces.append(points | {"y": [row_name(called[row]) for row in there], "marker": points["marker"] | {"size": size}})
    known = [float(x) for trace in traces for x in trace["x"]] or [10.0]
    span = (1.0, max(known) * 1.5)
    return figure(
        traces,
        headline=window_words.reach(study, plan, 0) if called else "No offer to show.",
        key="plan_reach",
        height=150 + 30 * len(called),
        xaxis=axis("Turns of a conversation", log_ticks(*span, wording.count), span, log=True),
        yaxis=categories(called),
    )
