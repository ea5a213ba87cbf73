"""How the ranking moves with the weight of one axis: straight lines, so that every change of place is exact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from framework import wording
from framework.axes.assessment import CRITERIA, Criterion
from framework.report import headlines
from framework.report.charts_score import points
from framework.report.escaping import markup
from framework.report.figure import Figure, Trace, axis, dots, figure, stroke, ticks, upright
from framework.report.selection import eligible, labels, shown
from framework.scoring.weights import LEVEL

if TYPE_CHECKING:
    from framework.study import Study

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Fan:
    """Scores at weight 0 and 1 of one axis, `(offers,)`; straight in between, the other weights keeping their proportions."""

    at_zero: Array
    at_one: Array

    def at(self, weight: float) -> Array:
        return np.asarray((1 - weight) * self.at_zero + weight * self.at_one)


def _fan(study: Study, axis_name: Criterion) -> _Fan:
    scores, row = study.recommendation.scores, CRITERIA.index(axis_name)
    others = np.delete(scores.weights, row)
    # With no weight on the other axes they have no proportions to keep: they then count alike.
    shares = others / others.sum() if others.sum() > 0 else np.full(len(others), 1 / len(others))
    return _Fan(shares @ np.delete(scores.value_low, row, axis=0), scores.value_low[row])


def ranking_against_weight(study: Study, axis_name: Criterion, count: int = 6) -> Figure:
    """Score of each eligible offer while one weight goes from 0 to 1; diamonds where the first place changes, exact."""
    fan, fit = _fan(study, axis_name), eligible(study)
    flips = _flips(fan, fit)
    leaders = {_leader(fan, fit, (start + end) / 2) for start, end in zip([0.0, *flips], [*flips, 1.0], strict=True)} if fit else set()
    drawn = [offer for offer in fit if offer in leaders or offer in shown(study, count)][: max(count, len(leaders))]
    now = float(study.recommendation.scores.weights[CRITERIA.index(axis_name)] / study.recommendation.scores.weights.sum())
    line, note = upright(now, "your weight")
    tops = [float(fan.at(flip)[fit].max()) for flip in flips]
    traces = [_line(study, fan, offer, drawn=drawn) for offer in drawn]
    if flips:
        told = [f"first place changes at a weight of {wording.share(flip)}" for flip in flips]
        traces.append(dots(flips, tops, name="First place changes", symbol="diamond", told=told))
    return figure(
        traces,
        headline=_finding(study, axis_name, fan=fan, flips=flips, now=now),
        key=f"ranking_against_{axis_name}",
        height=400,
        xaxis=axis(
            f"Weight of {headlines.AXIS_NAMES[axis_name].lower()}, the others in proportion", ticks(1.0, wording.share, count=4), (0.0, 1.0)
        ),
        yaxis=axis("Score, 0 to 1", ticks(1.0, points, count=4), (0.0, 1.05)),
        shapes=[line],
        annotations=[note],
    )


def _leader(fan: _Fan, fit: list[int], weight: float) -> int:
    """Ties go to the better ranked, as `fit` is in that order."""
    return max(fit, key=lambda offer: (round(float(fan.at(weight)[offer]), 9), -fit.index(offer)))


def _flips(fan: _Fan, fit: list[int]) -> list[float]:
    """Weights at which the first place changes hands: a walk along the upper envelope of straight lines."""
    found: list[float] = []
    weight, holder = 0.0, _leader(fan, fit, 1e-9) if fit else -1
    while fit:
        ahead = [
            (_meeting(fan, holder, rival), -float(fan.at_one[rival] - fan.at_zero[rival]), rival)
            for rival in fit
            # Who is level with the holder where nothing else counts never comes to be ahead of it.
            if fan.at_one[rival] - fan.at_zero[rival] > fan.at_one[holder] - fan.at_zero[holder] + 1e-12
            and fan.at_one[rival] > fan.at_one[holder] + LEVEL
        ]
        ahead = [item for item in ahead if weight <= item[0] < 1]
        if not ahead:
            break
        weight, _, holder = min(ahead)
        found.append(weight)
    return found


def _meeting(fan: _Fan, holder: int, rival: int) -> float:
    gap = float(fan.at_zero[holder] - fan.at_zero[rival])
    return gap / (gap + float(fan.at_one[rival] - fan.at_one[holder]))


def _line(study: Study, fan: _Fan, offer: int, *, drawn: list[int]) -> Trace:
    provider = study.columns.providers[offer]
    siblings = [other for other in drawn if study.columns.providers[other] == provider]
    name = markup(labels(study)[study.columns.ids[offer]])
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": [0.0, 1.0],
        "y": [float(fan.at_zero[offer]), float(fan.at_one[offer])],
        "line": stroke(provider, siblings.index(offer)),
        "hovertext": [f"{name}: {points(float(fan.at_zero[offer]))}", f"{name}: {points(float(fan.at_one[offer]))}"],
        "hoverinfo": "text",
    }


def _finding(study: Study, axis_name: Criterion, *, fan: _Fan, flips: list[float], now: float) -> str:
    fit, names = eligible(study), labels(study)
    if not fit:
        return "No offer passes every must-have, so no weight changes the answer."
    what = headlines.AXIS_NAMES[axis_name].lower()
    leader = names[study.columns.ids[_leader(fan, fit, now)]]
    below = max((flip for flip in flips if flip <= now), default=None)
    above = min((flip for flip in flips if flip > now), default=None)
    if below is None and above is None:
        if any(flip.what == f"weights.{axis_name}" and flip.to == 0 for flip in study.recommendation.flip_points):
            return f"{leader} stays first unless {what} weighs nothing."
        return f"{leader} stays first whatever the weight of {what}."
    if below is None or above is None:
        edge = f"below {_inwards(above, up=False)}" if above is not None else f"above {_inwards(below or 0.0, up=True)}"
        return f"{leader} is first while {what} weighs {edge}."
    return f"{leader} is first while {what} weighs between {_inwards(below, up=True)} and {_inwards(above, up=False)}."


def _inwards(share: float, *, up: bool) -> str:
    """Rounded so that it holds at what is read."""
    return wording.share(wording.not_short_of(wording.share, share, up=up))
