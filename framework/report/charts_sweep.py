"""How the order of cost depends on the traffic: one figure of the workload moves, everything else stays as given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from framework import wording
from framework.axes import cost as cost_axis
from framework.report.escaping import markup
from framework.report.figure import Figure, Trace, axis, dollars, dots, figure, log_ticks, marker_line, stroke, ticks
from framework.report.selection import eligible, labels, named, nearest
from framework.report.sweep import TIE, Array, Stretch, column, spoken, stretches
from framework.scoring.chain import only

if TYPE_CHECKING:
    from framework.load import Load
    from framework.study import Study

POINTS = 81


@dataclass(frozen=True, eq=False)
class _Sweep:
    """`values` `(n,)`, `costs` `(n, candidates)` in USD a month, `candidates` as positions in the columns, best ranked
    first, `found` in positions of candidates.
    """

    study: Study
    values: Array
    costs: Array
    candidates: list[int]
    found: list[Stretch]

    def name(self, candidate: int) -> str:
        """What the report calls a candidate."""
        return labels(self.study)[self.study.columns.ids[self.candidates[candidate]]]


def cost_against_ratio(study: Study, count: int = 6) -> Figure:
    """Monthly cost while the reply grows from a fraction of the prompt to a multiple of it; the prompt stays as long as it is."""
    load = study.load
    here = float(load.output_mean / load.input_mean)
    values = np.geomspace(min(0.02, here / 3), max(4.0, here * 3), POINTS)
    swept = _swept(study, values, lambda ratios: load.with_(output_mean=column(ratios) * load.input_mean))
    span = (float(swept.values[0]), float(swept.values[-1]))
    return _drawn(
        swept,
        count=count,
        headline=f"{_finding(swept, 'output per input token', _ratio)} (your traffic: {_ratio(here)}).{_level_words(swept, _ratio)}",
        key="cost_against_ratio",
        here=here,
        xaxis=axis(
            f"Output tokens per input token{' of your mean prompt' if load.converses else ''}", log_ticks(*span, _ratio), span, log=True
        ),
    )


def cost_against_volume(study: Study, count: int = 6) -> Figure:
    """Monthly cost from a hundredth to a hundred times the requests: hits that follow from the traffic, and free allowances, move."""
    here = float(study.load.requests_per_day)
    values = np.geomspace(max(here / 100, 1.0), min(here * 100, 1e9), POINTS)
    swept = _swept(study, values, lambda requests: study.load.with_(requests_per_day=column(requests)))
    span = (float(swept.values[0]), float(swept.values[-1]))
    return _drawn(
        swept,
        count=count,
        headline=f"{_finding(swept, 'requests a day', _requests)} (your traffic: {wording.count(here)}).{_level_words(swept, _requests)}",
        key="cost_against_volume",
        here=here,
        xaxis=axis("Requests a day", log_ticks(*span, wording.tokens), span, log=True),
    )


# Three figures: a crossing is found in steps, not solved for.
_requests = wording.tokens


def _finding(swept: _Sweep, what: str, words: Callable[[float], str]) -> str:
    """Who is the cheapest where, along one figure."""
    if not swept.found:
        return "No cost is known"
    by = f"{_among(swept.study)}, by {what}" if len(eligible(swept.study)) == 1 else f"{_among(swept.study)} by {what}"
    return f"{by}: {spoken(swept.found, swept.name, words)}"


def cost_against_hit_rate(study: Study, count: int = 6) -> Figure:
    """Monthly cost while the share of requests that find their prefix in the cache goes from none to all."""
    swept = _swept(study, np.linspace(0.0, 1.0, POINTS), lambda rates: study.load.with_(hit_rate=column(rates)))
    return _drawn(
        swept,
        count=count,
        headline=_hit_rate_finding(swept),
        key="cost_against_hit_rate",
        here=study.workload.caching.hit_rate,
        xaxis=axis("Share of requests that find the prefix cached", ticks(1.0, wording.share, count=4), (0.0, 1.0)),
    )


def _hit_rate_finding(swept: _Sweep) -> str:
    if swept.study.workload.caching.prefix_tokens == 0:
        return "No reusable prefix is given, so the cache hit rate changes nothing."
    if not swept.found:
        return "No cost is known."
    if not np.any(np.ptp(np.nan_to_num(swept.costs), axis=0) > 1e-9):
        return "The cache hit rate changes nothing: none of these offers caches a prefix as short as yours."
    return f"{_finding(swept, 'cache hit rate', wording.share)}.{_level_words(swept, wording.share)}"


def _among(study: Study) -> str:
    fit = eligible(study)
    if len(fit) == 1:
        return "The only one that fits"
    return f"Cheapest of the {len(fit)} that fit" if fit else "Cheapest of the nearest offers"


def _ratio(value: float) -> str:
    return f"{value:.2g}"


def _swept(study: Study, values: Array, loads: Callable[[Array], Load]) -> _Sweep:
    """The bill of every offer that fits along `values`; `loads` puts `(n,)` values into a load. An excluded baseline is only drawn."""
    fit = eligible(study) or nearest(study)
    candidates = [*fit, *(at for at in named(study) if at not in fit)]
    if not candidates:
        return _Sweep(study, values, np.empty((len(values), 0)), [], [])
    columns = only(study.columns, np.array(candidates))

    def costs_at(points: Array) -> Array:
        return np.asarray(cost_axis.monthly_usd(loads(points), columns))

    costs = costs_at(values)
    return _Sweep(study, values, costs, candidates, stretches(values, costs[:, : len(fit)], lambda points: costs_at(points)[:, : len(fit)]))


def _drawn(swept: _Sweep, *, count: int, headline: str, key: str, here: float | None, xaxis: dict[str, object]) -> Figure:
    drawn = _kept(swept, count)
    traces = [_line(swept, candidate, drawn) for candidate in drawn if not np.isnan(swept.costs[:, candidate]).all()]
    known = swept.costs[:, drawn]
    positive = known[np.isfinite(known) & (known > 0)]
    low, high = (float(positive.min()), float(positive.max())) if positive.size else (1.0, 10.0)
    log = high > 8 * low
    span = (low / 1.3, high * 1.6) if log else (0.0, high * 1.12)
    marks = log_ticks(*span, dollars) if log else ticks(span[1], dollars)
    traces += _crossings(swept)
    if here is not None:
        traces.append(marker_line((here, here), span, "your traffic", left=_is_late(swept.values, here, log=xaxis["type"] == "log")))
    traces += _own(swept, drawn, here if here is not None else swept.study.assessments.cost.hit_rate)
    return figure(traces, headline=headline, key=key, height=400, xaxis=xaxis, yaxis=axis("USD a month (30 days)", marks, span, log=log))


def _is_late(values: Array, here: float, *, log: bool) -> bool:
    """Whether a value stands in the last third of the axis."""
    start, end, at = np.log([values[0], values[-1], here]) if log else (values[0], values[-1], here)
    return bool(at - start > 0.66 * (end - start))


def _kept(swept: _Sweep, count: int) -> list[int]:
    """Choice, fallback, baseline, whatever is cheapest somewhere, then the best ranked, up to `count`."""
    must = [swept.candidates.index(at) for at in named(swept.study)] + [part.offer for part in swept.found]
    ranked = range(len(swept.candidates))
    return list(dict.fromkeys([*must, *ranked]))[: max(count, len(set(must)))]


def _line(swept: _Sweep, candidate: int, drawn: list[int]) -> Trace:
    at = swept.candidates[candidate]
    provider = swept.study.columns.providers[at]
    siblings = [other for other in drawn if swept.study.columns.providers[swept.candidates[other]] == provider]
    amounts = swept.costs[:, candidate]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": markup(swept.name(candidate)),
        "x": [float(value) for value in swept.values],
        "y": [float(amount) if np.isfinite(amount) else None for amount in amounts],
        "line": stroke(provider, siblings.index(candidate)),
        "hovertext": [f"{markup(swept.name(candidate))}: {wording.usd(float(amount))}" for amount in amounts],
        "hoverinfo": "text",
    }


def _crossings(swept: _Sweep) -> list[Trace]:
    """Where the cheapest changes, and where the choice costs the same as fallback or baseline."""
    turns, level = swept.found[:-1], _level(swept)
    traces = []
    if turns:
        told = [f"{swept.name(part.offer)} is the cheapest until here: {wording.usd(part.usd)} a month" for part in turns]
        traces.append(
            dots([part.end for part in turns], [part.usd for part in turns], name="Cheapest changes", symbol="diamond", told=told)
        )
    if level:
        told = [f"{names} cost the same here: {wording.usd(usd)} a month" for _, usd, names in level]
        traces.append(
            dots([at for at, _, _ in level], [usd for _, usd, _ in level], name="Same cost as the choice", symbol="diamond-open", told=told)
        )
    return traces


def _level(swept: _Sweep) -> list[tuple[float, float, str]]:
    """`(value, USD, names)` where the bill of the choice crosses that of fallback or baseline; straight between two steps."""
    pair = [swept.candidates.index(at) for at in named(swept.study)]
    if swept.study.recommendation.choice is None:
        return []
    found = []
    for rival in pair[1:]:
        ours, gap = swept.costs[:, pair[0]], swept.costs[:, rival] - swept.costs[:, pair[0]]
        sign = np.where(np.abs(gap) > TIE * ours, np.sign(gap), 0.0)
        for step in np.flatnonzero(sign[:-1] * sign[1:] < 0):
            share = gap[step] / (gap[step] - gap[step + 1])
            at, usd = (float(line[step] + share * (line[step + 1] - line[step])) for line in (swept.values, ours))
            if not any(abs(part.end - at) <= 0.01 * at for part in swept.found[:-1]):
                found.append((at, usd, f"{swept.name(pair[0])} and {swept.name(rival)}"))
    return found


def _level_words(swept: _Sweep, words: Callable[[float], str]) -> str:
    return "".join(f" {names} cost the same at {words(at)}." for at, _, names in _level(swept))


def _own(swept: _Sweep, drawn: list[int], rates: Array | float) -> list[Trace]:
    """The workload's own point on each line: its bill at its own value of the figure that moves."""
    usd = swept.study.assessments.cost.expected_usd
    at = [swept.candidates[candidate] for candidate in drawn]
    values = np.broadcast_to(rates, usd.shape)
    points = [(float(values[offer]), float(usd[offer]), labels(swept.study)[swept.study.columns.ids[offer]]) for offer in at]
    points = [point for point in points if np.isfinite(point[0]) and np.isfinite(point[1])]
    told = [f"{name} at your traffic: {wording.usd(amount)} a month" for _, amount, name in points]
    return (
        [dots([at for at, _, _ in points], [amount for _, amount, _ in points], name="Your traffic", symbol="circle", told=told)]
        if points
        else []
    )
