"""How the choice holds: its share of the draws over the range of each input, the widest swing on top, and the finding in one sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from framework import draws, wording
from framework.evals import wilson_at
from framework.report.escaping import markup
from framework.report.figure import SERIES, Figure, Trace, axis, categories, figure, row_name, ticks, upright
from framework.report.headlines import AXIS_NAMES
from framework.report.selection import labels
from framework.scoring.holding import Held, holding

if TYPE_CHECKING:
    from framework.study import Study

MOST = 10
"""Rows of the chart."""
SEEN = 0.01
"""A swing below this is not drawn."""
STEADY = 0.05
"""A swing below this is no finding."""
NAMES = {
    "volume": "Requests per day",
    "input_tokens": "Length of prompts",
    "output_tokens": "Length of replies",
    "hit_rate": "Cache hit rate",
    "prefixes": "Prefixes and pauses",
    "latency": "Its own speed",
    "tokenizer": "Its own tokenizer",
    "reasoning": "How long it thinks",
    "terms": "Open terms of its bill",
    "success": "Its own success rate",
}
ENDS = {
    "latency": ("quicker", "slower"),
    "tokenizer": ("fewer tokens", "more tokens"),
    "terms": ("cheap", "dear"),
}
GAP = "\u00a0\u00a0\u00a0"
"""Between a point and its words; Plotly trims ordinary spaces."""
LOW_END, HIGH_END = SERIES[1], SERIES[3]


def held(study: Study) -> tuple[Held, ...]:
    """What the chart is made of; some 30 ms. `study` is a deepened one."""
    return holding(study.case, study.recommendation)


def robustness(study: Study, found: Sequence[Held] | None = None, count: int = MOST) -> Figure:
    """Share of the draws in which the choice stays first with one input at its low and its high end; `found` as `held` gives it.

    No traces where no input moves it: the headline then says all.
    """
    rows = [each for each in (held(study) if found is None else found) if each.swing >= SEEN][:count]
    names = [name_of(each) for each in rows]
    confidence = float(study.recommendation.confidence or 0.0)
    line, note = upright(confidence, f"all inputs open: {wording.share(confidence)}")
    least = _axis_from(min([confidence, *(min(each.low_share, each.high_share) for each in rows)]))
    # Room beside the points for what stands at them: words are longer than figures.
    beside = (0.6 if any(each.what in ENDS for each in rows) else 0.36) * (1 - least)
    return figure(
        [*(_span(each) for each in rows), *_ends(study, rows)] if rows else [],
        headline=finding(study, rows),
        key="robustness",
        height=190 + 32 * max(len(rows), 1),
        xaxis=axis(
            f"Share of the draws in which it stays first{'' if least == 0 else f', from {wording.share(least)}'}",
            ticks(1.0, wording.share, low=least, count=2),
            (least - beside, 1 + beside),
        ),
        yaxis=categories(names),
        shapes=[line],
        annotations=[note],
    )


def _axis_from(least: float) -> float:
    """Where the axis starts: at nothing, unless every share lies in its upper part."""
    return next((start for start in (0.8, 0.5) if least >= start + 0.02), 0.0)


def name_of(each: Held) -> str:
    """What a row is called."""
    field = each.what.removeprefix("weights.")
    return NAMES[each.what] if field == each.what else f"Weight of {next(v for k, v in AXIS_NAMES.items() if k == field).lower()}"


def finding(study: Study, found: Sequence[Held]) -> str:
    """The widest swing, or that there is none."""
    answer = study.recommendation
    if answer.choice is None or answer.confidence is None:
        return "No offer passes every must-have, so nothing can hold."
    who, sure = labels(study)[answer.choice], wording.share(answer.confidence)
    first = next((each for each in found if each.swing >= STEADY), None)
    if first is None:
        return f"{who} stays first in {sure} of the draws, whatever any single input turns out to be within its range."
    low, high = (_told(study, first, end) for end in (first.low, first.high))
    what = name_of(first)
    return (
        f"{who} stays first in {sure} of the draws. What matters most is {what[:1].lower()}{what[1:]}: "
        f"{wording.share(first.low_share)} at its low end ({low}), {wording.share(first.high_share)} at its high end ({high})."
    )


def _told(study: Study, each: Held, end: float) -> str:
    """An end of an input: a weight or a share as such, a quantity by how far it is off."""
    if each.what.startswith("weights."):
        return wording.share(end)
    if each.what in ENDS:
        return ENDS[each.what][end > 0]
    if each.what == "success":
        return wording.share(_rate(study, end))
    spread = float(getattr(study.workload.spreads, each.what))
    if each.what == "hit_rate":
        return wording.share(float(draws.shifted_share(float(study.load.hit_rate), np.asarray(spread * end))))
    change = float(np.expm1(spread * end))
    return f"{'+' if change > 0 else '−'}{wording.share(abs(change))}"


def _rate(study: Study, end: float) -> float:
    """How often the choice succeeds at an end of what its evaluation leaves open."""
    at, rated = study.columns.index(study.recommendation.choice or ""), study.case.success
    return float(wilson_at(rated.rate[at], rated.n[at], np.asarray(end)))


def _span(each: Held) -> Trace:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "",
        "x": [each.low_share, each.high_share],
        "y": [row_name(name_of(each))] * 2,
        "line": {"color": "#9AA5B4", "width": 6},
        "showlegend": False,
        "hoverinfo": "skip",
    }


def _ends(study: Study, rows: Sequence[Held]) -> list[Trace]:
    ends: tuple[tuple[str, str, Callable[[Held], tuple[float, float, bool]]], ...] = (
        ("Low end: one in ten lies below", LOW_END, lambda each: (each.low, each.low_share, each.low_share <= each.high_share)),
        ("High end: one in ten lies above", HIGH_END, lambda each: (each.high, each.high_share, each.high_share < each.low_share)),
    )
    return [trace for name, colour, read in ends for trace in (_dots(study, rows, name, colour, read), *_texts(study, rows, read))]


def _dots(study: Study, rows: Sequence[Held], name: str, colour: str, read: Callable[[Held], tuple[float, float, bool]]) -> Trace:
    told = [f"{name_of(each)} {_told(study, each, read(each)[0])}: first in {wording.share(read(each)[1])}" for each in rows]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [read(each)[1] for each in rows],
        "y": [row_name(name_of(each)) for each in rows],
        "marker": {"color": colour, "size": 10, "symbol": "circle" if colour == LOW_END else "diamond"},
        "hovertext": [markup(words) for words in told],
        "hoverinfo": "text",
        "cliponaxis": False,
    }


def _texts(study: Study, rows: Sequence[Held], read: Callable[[Held], tuple[float, float, bool]]) -> list[Trace]:
    """The value of each end outside of the span."""
    found = []
    for left in (True, False):
        mine = [each for each in rows if read(each)[2] is left]
        words = [markup(_told(study, each, read(each)[0])) for each in mine]
        found.append(
            {
                "type": "scatter",
                "mode": "text",
                "x": [read(each)[1] for each in mine],
                "y": [row_name(name_of(each)) for each in mine],
                "text": [f"{word}{GAP}" if left else f"{GAP}{word}" for word in words],
                "textposition": "middle left" if left else "middle right",
                "textfont": {"size": 11},
                "showlegend": False,
                "hoverinfo": "skip",
            }
        )
    return [trace for trace in found if trace["x"]]
