"""One offer's day against its limits, and how long calls wait: drawn from the replay, call by call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from framework import wording
from framework.axes.day_story import ColdCache, Story
from framework.report import clock
from framework.report.figure import SERIES, Figure, Trace, above, axis, figure, log_ticks, marker_line, ticks
from framework.report.replay_words import DONE, title_of
from framework.report.served import spread
from framework.vocabulary import LIMIT_WORDS

if TYPE_CHECKING:
    from framework.catalogue.columns import Array
    from framework.study import Study

POINTS = 480
TROUBLE = "#B4430B"
SHORTEST_S, CURVE_POINTS = 0.01, 120


@dataclass(frozen=True, eq=False)
class Told:
    """One offer `at` a `tier` (row of its ladder), its buckets `window_s` deep; `cold`: a deploy at the busiest minute, where it counts."""

    at: int
    tier: int
    window_s: int
    story: Story
    cold: ColdCache | None = None

    @property
    def meter(self) -> str | None:
        """The limit of a minute that is drawn: the one that binds, else the one that is used most; None without any."""
        drawn = self.story.drawn
        if self.story.result.binding in drawn:
            return self.story.result.binding
        return max(drawn, key=lambda name: float(drawn[name].max()) / self.story.limits[name]) if drawn else None


def load_against_limit(study: Study, told: Told) -> Figure | None:
    """What is drawn a minute on the limit that matters, the limit, refusals marked, and the line after a deploy; None without a limit."""
    meter = told.meter
    if meter is None:
        return None
    story, limit = told.story, told.story.limits[meter]
    bins = _bins(len(story.calls))
    drawn = _highest(story.drawn[meter], bins)
    cold = told.cold if told.cold is not None and told.cold.meter == meter else None
    top, near = _top(told, meter), _near(told, meter)
    span = (0.0, 1.12 * max(top, limit if near else 0.0))
    traces = [_line(bins, drawn, LIMIT_WORDS[meter].capitalize(), {"color": SERIES[0], "width": 1.5})]
    if cold is not None:
        after = np.where(np.arange(len(cold.cold)) >= cold.begins, cold.cold, np.nan)
        apart = _highest(np.where(after > cold.warm, after, np.nan), bins)
        # With a mark for each: a cache that is cold for a minute is a single point, which no line shows.
        dots = {"mode": "lines+markers", "marker": {"color": SERIES[2], "size": 5}}
        traces.append(_line(bins, apart, "After a deploy at the peak", {"color": SERIES[2], "width": 2, "dash": "dot"}) | dots)
    traces += _marks(story, bins, drawn)
    words = wording.count if meter in ("rpm", "rpd") else wording.tokens
    days = len(story.calls) / 1_440
    named = "Time (UTC)" if story.starts_s is not None else "Since the first call"
    return figure(
        traces,
        headline=finding(study, told),
        key="load_against_limit",
        height=360,
        xaxis=axis(
            named + (f", {days:.0f} days" if days > 1.5 else ""),
            clock.ticks(len(story.calls), story.starts_s),
            (0.0, float(len(story.calls))),
        ),
        yaxis=axis(LIMIT_WORDS[meter].capitalize(), ticks(span[1], words, count=4), span),
        **({"shapes": [_level(limit)], "annotations": [above(limit, f"limit {words(limit)}", log=False)]} if near else {}),
    )


def _bins(minutes: int) -> Array:
    """First minute of each point: none for every minute of a week."""
    return np.arange(0, minutes, max(1, -(-minutes // POINTS)), dtype=float)


def _pooled(values: Array, bins: Array, how: Any) -> Array:
    return np.asarray(how.reduceat(values, bins.astype(np.int64)), dtype=float)


def _highest(values: Array, bins: Array) -> Array:
    return _pooled(values, bins, np.fmax)


def _line(xs: Array, ys: Array, name: str, line: dict[str, Any]) -> Trace:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": xs.tolist(),
        "y": [None if np.isnan(y) else round(float(y), 2) for y in ys],
        "line": line,
        "hoverinfo": "skip",
    }


def _marks(story: Story, bins: Array, drawn: Array) -> list[Trace]:
    """A mark where calls are refused for good, an open one where they only wait."""
    refused, late = (_pooled(each, bins, np.add) for each in (story.refused, story.delayed))
    days = len(story.calls) / 1_440
    traces = []
    for name, count, symbol in (("Refused", refused, "circle"), ("Delayed", np.where(refused > 0, 0.0, late), "circle-open")):
        at = np.flatnonzero(count > 0)
        if at.size:
            told = [
                f"{clock.moment(60 * bins[row], story.starts_s, days=days)}: {wording.count(float(count[row]))} {name.lower()}"
                for row in at
            ]
            traces.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "name": name,
                    "x": bins[at].tolist(),
                    "y": drawn[at].tolist(),
                    "marker": {"color": TROUBLE, "size": 6, "symbol": symbol},
                    "hovertext": told,
                    "hoverinfo": "text",
                }
            )
    return traces


def _level(limit: float) -> dict[str, Any]:
    line = {"color": TROUBLE, "width": 1.5, "dash": "dash"}
    return {"type": "line", "xref": "paper", "yref": "y", "x0": 0, "x1": 1, "y0": limit, "y1": limit, "line": line}


def finding(study: Study, told: Told) -> str:
    """The busiest minute against the limit, and how many calls do not get through at once."""
    story, meter = told.story, told.meter
    who = title_of(study, told.at, told.tier)
    if meter is None:
        return f"{who} has no limit of a minute that is known."
    words = wording.count if meter in ("rpm", "rpd") else wording.tokens
    busiest = f"{words(float(story.drawn[meter].max()))} {LIMIT_WORDS[meter]} at most, {words(story.limits[meter])} allowed"
    count = float(story.refused.sum() + story.delayed.sum())
    if count == 0:
        return f"{who}: {busiest}; no call is refused or waits."
    done = DONE[study.load.client.policy]
    return f"{who}: {busiest}; {wording.count(count)} calls ({wording.share(count / float(story.calls.sum()))}) are {done}."


def below_the_line(told: Told) -> str:
    """Why calls are refused in minutes that keep within the limit; empty where none is."""
    meter, story = told.meter, told.story
    if told.window_s != 1 or meter is None:
        return ""
    kept = (story.refused + story.delayed > 0) & (story.drawn[meter] <= story.limits[meter])
    if not kept.any():
        return ""
    return "Marks below the line: a burst empties a bucket that is a second deep, though its minute as a whole keeps within the limit."


def deploy(told: Told) -> str:
    """What a deploy at the busiest minute does while the cache is cold, and for how long; empty where caching does not matter here."""
    cold = told.cold
    if cold is None:
        return ""
    begins = clock.moment(60.0 * cold.begins, told.story.starts_s, days=len(told.story.calls) / 1_440)
    at = int(np.where(cold.cold > cold.warm, cold.cold, -1.0).argmax())
    rise = f"from {wording.tokens(float(cold.warm[at]))} to {wording.tokens(float(cold.cold[at]))}"
    limit = f"{wording.tokens(cold.limit)} allowed"
    text = f"A deploy in the busiest minute ({begins}) empties the cache: {LIMIT_WORDS[cold.meter]} rise {rise}, {limit}"
    lasts = int(cold.broken.sum())
    if lasts:
        return f"{text}. It is over the limit for {clock.minutes(lasts)} only because of that: warm the cache before you let traffic in."
    return f"{text}; that breaks no limit that the warm cache keeps."


def notes(told: Told) -> str:
    """What stands below the chart."""
    return " ".join(text for text in (beyond(told), below_the_line(told), deploy(told)) if text)


def beyond(told: Told) -> str:
    """That the limit is too far above the load to be drawn; empty where it is drawn."""
    meter = told.meter
    words = wording.count if meter in ("rpm", "rpd") else wording.tokens
    return "" if meter is None or _near(told, meter) else f"The limit of {words(told.story.limits[meter])} is beyond the upper edge."


def _top(told: Told, meter: str) -> float:
    """The highest load that is drawn."""
    cold = 0.0 if told.cold is None or told.cold.meter != meter else float(told.cold.cold.max())
    return max(float(told.story.drawn[meter].max()), cold, 1.0)


def _near(told: Told, meter: str) -> bool:
    """Whether the load would still be seen beside its limit."""
    return told.story.limits[meter] <= 4 * _top(told, meter)


def delays(study: Study, told: tuple[Told, ...]) -> Figure | None:
    """Share of all calls that are admitted within so many seconds, a line per depth of the buckets; None where nothing waits."""
    longest = max((float(each.story.delay_s.max(initial=0.0)) for each in told), default=0.0)
    if longest <= 0:
        return None
    end = max(1.0, longest * 1.2)
    xs = np.geomspace(SHORTEST_S, end, CURVE_POINTS)
    traces = [_curve(each, xs, number) for number, each in enumerate(told)]
    allowed = float(study.load.max_wait_s)
    if SHORTEST_S < allowed < end:
        traces.append(
            marker_line((allowed, allowed), (0.0, 1.0), f"allowed {wording.seconds(allowed)}", left=allowed > np.sqrt(SHORTEST_S * end))
        )
    return figure(
        traces,
        headline=_delay_finding(study, told),
        key="delays",
        height=340,
        xaxis=axis("Admitted within", log_ticks(SHORTEST_S, end, wording.seconds), (SHORTEST_S, end), log=True),
        yaxis=axis("Share of all calls", ticks(1.0, wording.share), (0.0, 1.05)),
    )


def _within(told: Told, seconds: Array) -> Array:
    """Share of all calls admitted within `seconds`; the refused never are."""
    waits = np.sort(told.story.delay_s)
    return np.asarray(np.searchsorted(waits, seconds, side="right") / max(told.story.result.requests, 1))


def _curve(told: Told, xs: Array, number: int) -> Trace:
    line = {"color": SERIES[(3, 0)[number % 2]], "dash": ("solid", "dash")[number % 2], "width": 2}
    name = f"Buckets {'a second' if told.window_s == 1 else 'a minute'} deep"
    return _line(xs, _within(told, xs), name, line)


def _delay_finding(study: Study, told: tuple[Told, ...]) -> str:
    shares = [float(_within(each, np.array([study.load.max_wait_s]))[0]) for each in told]
    waits = [clock.waiting(each.story.result.p95_s) for each in told]
    last = [clock.waiting(each.story.result.max_s) for each in told]
    who, within = title_of(study, told[0].at, told[0].tier), wording.seconds(float(study.load.max_wait_s))
    p95, longest = (" to ".join(dict.fromkeys(reversed(each))) for each in (waits, last))
    return (
        f"{who}: {spread(min(shares), max(shares))} of all calls are admitted within {within}; 95 % of the served wait at most {p95}, the "
        f"last one {longest}."
    )
