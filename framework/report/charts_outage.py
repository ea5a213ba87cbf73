"""The hours of an outage minute by minute: what the fallback serves, what it does not, and what its tightest limit lets through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from framework import wording
from framework.report.escaping import markup
from framework.report.figure import MARK, Figure, Trace, above, axis, figure, ticks
from framework.report.outage_words import name_of, sentence
from framework.vocabulary import LIMIT_WORDS

if TYPE_CHECKING:
    from framework.axes.outage_drill import Stream
    from framework.catalogue.columns import Array
    from framework.outage import Drill, StandIn
    from framework.study import Study

MOST_BARS = 120
SERVED, DEPENDS, LATE, UNKNOWN = "#0072B2", "#E69F00", "#B4430B", "#9a9a9a"


def outage_minutes(study: Study, drill: Drill) -> Figure | None:
    """Calls a minute that moved, as bars of some minutes each; None without a fallback or without calls."""
    stand_in = drill.stand_in
    if stand_in is None or not drill.moved:
        return None
    step = -(-round(60 * drill.hours) // MOST_BARS) or 1
    bars = _bars(stand_in, step, drill.hours)
    top = max(float(sum(bars.values()).max()), 1e-9)  # type: ignore[union-attr]
    limit = stand_in.fits_a_minute
    near = bool(np.isfinite(limit)) and limit <= 2.5 * top
    high = 1.12 * max(top, limit if near else 0.0)
    minutes = (np.arange(len(next(iter(bars.values())))) + 0.5) * step
    end = float(len(minutes) * step)
    return figure(
        [_bar(name, np.asarray(minutes), calls, step) for name, calls in bars.items() if calls.any()],
        headline=sentence(study, drill),
        key="outage_minutes",
        height=360,
        barmode="stack",
        bargap=0,
        xaxis=_across(end),
        yaxis=axis(f"Calls a minute moved to {name_of(study, stand_in.offer)}", ticks(high, wording.count), (0.0, high)),
        **_limit(stand_in, limit, near),
    )


def _bars(stand_in: StandIn, step: int, hours: float) -> dict[str, Array]:
    """Calls a minute by what becomes of them."""
    stream, both = stand_in.stream, stand_in.at(stand_in.tier)
    everything = _per_minute(stream, np.ones(int(stream.moved.sum()), dtype=bool), step, hours)
    if both is None:
        return {"not known whether served": everything}
    late = [_per_minute(stream, ~one.in_time, step, hours) for one in both]
    least, most = np.minimum(*late), np.maximum(*late)
    return {"served in time": everything - most, "hangs on the depth of the buckets": most - least, "not served in time": least}


def _per_minute(stream: Stream, which: Any, step: int, hours: float) -> Array:
    count = -(-round(60 * hours) // step) or 1
    at = stream.day.time_us[stream.moved][which] // (60_000_000 * step)
    return np.bincount(np.minimum(at, count - 1), minlength=count).astype(float) * stream.day.merged / step


def _bar(name: str, minutes: Array, calls: Array, step: int) -> Trace:
    ink = {"served in time": SERVED, "hangs on the depth of the buckets": DEPENDS, "not served in time": LATE}.get(name, UNKNOWN)
    return {
        "type": "bar",
        "name": name,
        "x": minutes.tolist(),
        "y": calls.tolist(),
        "width": [step] * len(minutes),
        "marker": {"color": ink, "line": {"width": 0}},
        "hovertemplate": f"%{{y:,.0f}} calls a minute {name}<extra></extra>",
    }


def _across(end: float) -> dict[str, Any]:
    """In minutes up to two hours."""
    if end <= 120:
        return axis("Minutes since the outage began", ticks(end, wording.count, count=6), (0.0, end))
    hours = ticks(end / 60, wording.count, count=6)
    return axis("Hours since the outage began", [(60 * hour, words) for hour, words in hours], (0.0, end))


def _limit(stand_in: StandIn, limit: float, near: bool) -> dict[str, Any]:
    """A dashed line where the tightest limit stands, in calls like these; words alone where it is far above."""
    if not near or stand_in.tightest is None:
        return {}
    words = f"{LIMIT_WORDS[stand_in.tightest]}: about {wording.count(float(round(limit)))} such calls"
    line = {"type": "line", "xref": "paper", "yref": "y", "x0": 0, "x1": 1, "y0": limit, "y1": limit}
    return {
        "shapes": [{**line, "line": {"color": MARK, "width": 1.5, "dash": "dash"}}],
        "annotations": [above(limit, markup(words), log=False)],
    }
