"""Teams choose a provider: the best offer of each, or what keeps its nearest one out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from framework.catalogue.columns import Columns
from framework.scoring.results import Exclusion, Gate, Recommendation

_ASKED_LAST = {gate: place for place, gate in enumerate(get_args(Gate))}


@dataclass(frozen=True)
class ProviderBest:
    """`offers` on sale in the catalogue, `passing` of them; `best`: position of the best ranked, None where none passes.

    `nearest`: then, of the exclusions, that of the offer which came furthest through the must-haves, the better score first.
    """

    provider: str
    offers: int
    passing: int
    best: int | None
    nearest: Exclusion | None


def roll_up(columns: Columns, answer: Recommendation) -> tuple[ProviderBest, ...]:
    """Providers by the rank of their best offer, those without one last, those that came further first."""
    places: dict[str, list[int]] = {}
    for at, provider in enumerate(columns.providers):
        places.setdefault(provider, []).append(at)
    out = {item.offer: item for item in answer.exclusions}
    found = [_best(columns, answer, provider, offers, out) for provider, offers in places.items()]
    return tuple(sorted(found, key=lambda one: _order(answer, one)))


def _best(columns: Columns, answer: Recommendation, provider: str, offers: list[int], out: dict[str, Exclusion]) -> ProviderBest:
    rank, low = answer.scores.rank, answer.scores.low
    passing = [at for at in offers if answer.scores.eligible[at]]
    if passing:
        return ProviderBest(provider, len(offers), len(passing), min(passing, key=lambda at: int(rank[at])), None)
    excluded = [(at, out[columns.ids[at]]) for at in offers if columns.ids[at] in out]
    first = min(excluded, key=lambda item: (-_ASKED_LAST[item[1].gate], -float(low[item[0]]), item[1].offer), default=None)
    return ProviderBest(provider, len(offers), 0, None, None if first is None else first[1])


def _order(answer: Recommendation, one: ProviderBest) -> tuple[int, int, str]:
    if one.best is not None:
        return (0, int(answer.scores.rank[one.best]), one.provider)
    return (1, -_ASKED_LAST[one.nearest.gate] if one.nearest else 0, one.provider)
