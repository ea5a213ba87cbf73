"""Refused or delayed over the replayed day, for every compared offer at every rung of its ladder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from framework import wording
from framework.axes.tiers import rungs
from framework.report.charts_limits import FULL, SCALE, outline
from framework.report.escaping import markup
from framework.report.figure import GRID, Figure, Trace, categories, figure, row_name
from framework.report.replay_words import HARSH, KIND, troubled
from framework.report.selection import labels, shown

if TYPE_CHECKING:
    from framework.replayed import Replayed
    from framework.study import Study

ROWS = 10
LEAST_MISS = 1e-4


@dataclass(frozen=True)
class _Grid:
    """A row per offer, a column per rung; `cells` hold `(kind, harsh)` shares, NaN where there is no rung or no limit of it is known."""

    study: Study
    offers: list[int]
    columns: list[str]
    cells: list[list[tuple[float, float]]]

    @classmethod
    def of(cls, study: Study, replayed: Replayed) -> _Grid:
        offers = [at for at in shown(study, ROWS) if study.columns.limits.tier_names[at]]
        width = max((len(study.columns.limits.tier_names[at]) for at in offers), default=1)
        cells = [[_shares(study, replayed, at, rung) for rung in range(width)] for at in offers]
        return cls(study, offers, [f"Rung {number + 1}" for number in range(width)], cells)

    @property
    def names(self) -> list[str]:
        """One per row."""
        return [labels(self.study)[self.study.columns.ids[at]] for at in self.offers]

    @property
    def miss(self) -> float:
        """The share that the target leaves."""
        return max(1 - self.study.load.target_share, LEAST_MISS)


def _shares(study: Study, replayed: Replayed, at: int, rung: int) -> tuple[float, float]:
    if rung >= len(study.columns.limits.tier_names[at]):
        return (float("nan"), float("nan"))
    return troubled(replayed, KIND, (rung, at)), troubled(replayed, HARSH, (rung, at))


def refused_by_tier(study: Study, replayed: Replayed) -> Figure:
    """Heat map: blue within what the target allows, orange beyond, the user's rung outlined."""
    grid = _Grid.of(study, replayed)
    return figure(
        [_heat(grid), _blanks(grid)],
        headline=_finding(study, replayed, grid.offers),
        key="refused_by_tier",
        height=190 + 30 * len(grid.offers),
        xaxis=_across(grid),
        yaxis=categories(grid.names),
        shapes=[box for number, at in enumerate(grid.offers) for box in _own(study, number, at)],
    )


def _own(study: Study, number: int, at: int) -> list[dict[str, Any]]:
    rung = int(study.assessments.rate_limits.tier_index[at])
    return [] if rung < 0 else [outline(number, 1) | {"x0": rung - 0.5, "x1": rung + 0.5}]


def _words(low: float, high: float) -> str:
    """A cell is 40 pixels wide on a phone."""
    ends = ["<0.1" if 0 < end < 0.001 else f"{100 * end:.0f}" if end >= 0.0995 or end == 0 else f"{100 * end:.1f}" for end in (low, high)]
    return ("<0.1" if ends[-1] == "<0.1" else "–".join(dict.fromkeys(ends))) + "%"


def _heat(grid: _Grid) -> Trace:
    return {
        "type": "heatmap",
        "x": grid.columns,
        "y": [row_name(name) for name in grid.names],
        "z": [[None if np.isnan(high) else min(high / grid.miss, FULL) for _, high in row] for row in grid.cells],
        "text": [["" if np.isnan(high) else markup(_words(low, high)) for low, high in row] for row in grid.cells],
        "customdata": [[_tier(grid.study, at, rung) for rung in range(len(grid.columns))] for at in grid.offers],
        "texttemplate": "%{text}",
        "textfont": {"size": 10},
        "hovertemplate": "%{y} at %{customdata}: %{text} refused or delayed<extra></extra>",
        "colorscale": SCALE,
        "zmin": 0,
        "zmax": FULL,
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
    }


def _tier(study: Study, at: int, rung: int) -> str:
    names = study.columns.limits.tier_names[at]
    if rung >= len(names):
        return ""
    ladder = study.catalogue.provider_of(study.catalogue.offer(study.columns.ids[at])).tiers
    return next((item.name for item in ladder if item.id == names[rung]), names[rung])


def _blanks(grid: _Grid) -> Trace:
    """A question mark where the limits of a rung are not known; nothing where there is no rung."""
    there = rungs(grid.study.columns.limits)
    found = [
        (grid.columns[rung], row_name(name))
        for name, at, row in zip(grid.names, grid.offers, grid.cells, strict=True)
        for rung, (_, high) in enumerate(row)
        if np.isnan(high) and there[rung, at]
    ]
    return {
        "type": "scatter",
        "mode": "text",
        "x": [item[0] for item in found],
        "y": [item[1] for item in found],
        "text": ["?"] * len(found),
        "textposition": "middle center",
        "showlegend": False,
        "hoverinfo": "skip",
    }


def _across(grid: _Grid) -> dict[str, Any]:
    lines = (
        "Refused or delayed over the day, kind to harsh",
        f"blue: within the {wording.share(grid.miss)} that your target leaves",
        "your tier outlined; ? limits not known",
    )
    return {
        "type": "category",
        "categoryorder": "array",
        "categoryarray": grid.columns,
        "title": {"text": "<br>".join(markup(line) for line in lines), "standoff": 8, "font": {"size": 11}},
        "automargin": True,
        "gridcolor": GRID,
        "tickfont": {"size": 10},
    }


def _finding(study: Study, replayed: Replayed, offers: list[int]) -> str:
    """How many of the offers let the day through at the user's tier."""
    tier, miss = study.assessments.rate_limits.tier_index, 1 - study.load.target_share
    shares = [troubled(replayed, HARSH, (int(tier[at]), at)) for at in offers if tier[at] >= 0]
    known = [share for share in shares if not np.isnan(share)]
    if not known:
        return "What the limits refuse over the day is not known for these offers."
    through = sum(share <= miss + 1e-12 for share in known)
    return (
        f"{through} of {len(known)} offers with known limits refuse or delay at most {wording.share(miss)} of the day's calls at your "
        "tier, even if buckets are a second deep."
    )


def ladders(study: Study) -> str:
    """Which rungs the providers of the chart call what."""
    found: dict[str, tuple[str, ...]] = {}
    for at in shown(study, ROWS):
        names = study.columns.limits.tier_names[at]
        if names:
            record = study.catalogue.provider_of(study.catalogue.offer(study.columns.ids[at]))
            found.setdefault(record.name, tuple(_tier(study, at, rung) for rung in range(len(names))))
    return "Rungs from the lowest: " + "; ".join(f"{name}: {', '.join(rungs_)}" for name, rungs_ in found.items()) + "."
