"""Which offers a report shows, and what it calls them."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from framework.errors import UnknownOffer
from framework.scoring.screen import smallest_change

if TYPE_CHECKING:
    from framework.scoring.results import Exclusion
    from framework.study import Study

_NEVER = frozenset({"retired", "not sold", "providers"})
_BY_FIGURES = frozenset({"budget", "context_window", "rate_limits"})


def eligible(study: Study) -> list[int]:
    """Offers that pass every gate, best first."""
    scores = study.recommendation.scores
    return sorted(np.flatnonzero(scores.eligible).tolist(), key=lambda at: (scores.rank[at], study.columns.ids[at]))


def baseline(study: Study) -> int | None:
    """Position of what the team is on today, by id or alias; None where nothing known is named."""
    if study.workload.baseline is None:
        return None
    try:
        return study.columns.index(study.catalogue.offer(study.workload.baseline).id)
    except UnknownOffer:
        return None


def named(study: Study) -> list[int]:
    """Choice, fallback and baseline, as far as there are any."""
    answer, today = study.recommendation, baseline(study)
    found = [study.columns.index(offer) for offer in (answer.choice, answer.fallback) if offer is not None]
    return list(dict.fromkeys(found + ([] if today is None else [today])))


def shown(study: Study, count: int = 8) -> list[int]:
    """The best `count` offers, choice, fallback and baseline always among them; where nothing is eligible, those closest to it."""
    ranked = eligible(study) or nearest(study)
    must = named(study)
    rest = [at for at in ranked if at not in must][: max(0, count - len(must))]
    return [at for at in ranked if at in must or at in rest] + [at for at in must if at not in ranked]


def nearest(study: Study) -> list[int]:
    """The offers that come near to fitting, the nearest first; worked out once per study, as several parts of a page ask."""
    return list(_nearest(study))


@lru_cache(maxsize=16)
def _nearest(study: Study) -> tuple[int, ...]:
    """Offers still sold by a provider asked for: the one that the smallest change lets in, then those whose figures miss a target,
    then those that lack something, by cost.
    """
    providers, cost = study.workload.needs.providers, study.assessments.cost.expected_usd
    gates = {offer: {item.gate for item in items} for offer, items in exclusions_by_offer(study).items()}
    asked = [at for at, provider in enumerate(study.columns.providers) if not providers or provider in providers]
    possible = [at for at in asked if not gates.get(study.columns.ids[at], set()) & _NEVER]

    change = smallest_change(study.workload, study.columns, study.assessments)
    first = None if change is None else change.offer

    def distance(at: int) -> tuple[bool, int, int, float, str]:
        failed = gates.get(study.columns.ids[at], set())
        return (
            study.columns.ids[at] != first,
            len(failed - _BY_FIGURES),
            len(failed),
            float(np.nan_to_num(cost[at], nan=np.inf)),
            study.columns.ids[at],
        )

    return tuple(sorted(possible, key=distance))


def exclusions_by_offer(study: Study) -> dict[str, list[Exclusion]]:
    """The gates that each excluded offer failed."""
    found: dict[str, list[Exclusion]] = {}
    for item in study.recommendation.exclusions:
        found.setdefault(item.offer, []).append(item)
    return found


def labels(study: Study) -> dict[str, str]:
    """Name for people per offer id; two offers of one name are told apart by their ids."""
    used = Counter(study.columns.names)
    return {
        offer: name if used[name] == 1 else f"{name} ({offer})" for offer, name in zip(study.columns.ids, study.columns.names, strict=True)
    }
