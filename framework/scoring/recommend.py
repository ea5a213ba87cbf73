"""The answer itself: who passes, who ranks first, who stands in, and why."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
from numpy.typing import NDArray

from framework.scoring import reasons, screen
from framework.scoring.chain import Case
from framework.scoring.missing import could_win
from framework.scoring.rank import DECIMALS, dominated, ranks, shares_of, topsis, weighted
from framework.scoring.results import Recommendation, Scores
from framework.scoring.robustness import robustness
from framework.scoring.sensitivity import stability_of
from framework.scoring.value import values

Bools = NDArray[np.bool_]


def recommend(case: Case, *, prices_as_of: dt.date | None, catalogue_digest: str) -> Recommendation:
    """Screen, value, rank; confidence and flip points stay empty until `deepen`."""
    exclusions = screen.screen(case.workload, case.columns, case.assessments)
    out = {exclusion.offer for exclusion in exclusions}
    eligible = np.array([offer not in out for offer in case.columns.ids], dtype=bool)
    scores = score(case, eligible)
    order = in_order(scores)
    choice = order[0] if order else None
    stand_in = fallback_of(case, order) if case.workload.needs.fallback else None
    findings = screen.flags(case.workload, case.columns, eligible)
    told = reasons.Answer(case, scores, exclusions, findings, choice, stand_in)
    return Recommendation(
        choice=None if choice is None else case.columns.ids[choice],
        fallback=None if stand_in is None else case.columns.ids[stand_in],
        scores=scores,
        exclusions=exclusions,
        confidence=None,
        win_share={},
        regret_usd=None,
        flip_points=(),
        could_win=could_win(case, scores, choice),
        reasons=reasons.reasons(told),
        prices_as_of=prices_as_of,
        catalogue_digest=catalogue_digest,
        findings=findings,
    )


def score(case: Case, eligible: Bools) -> Scores:
    """Values, weighted sums, ranks and the second opinions over all offers."""
    value_low, value_high = values(case.priorities.anchors(case.workload.budget), case.assessments)
    weights = shares_of(case.priorities.weights)
    low, high = (np.round(weighted(weights, value), DECIMALS) for value in (value_low, value_high))
    cost_usd = case.assessments.cost.expected_usd
    return Scores(
        weights=weights,
        value_low=value_low,
        value_high=value_high,
        low=low,
        high=high,
        eligible=eligible,
        rank=ranks(low, high, cost_usd=cost_usd, eligible=eligible, ids=case.columns.ids),
        topsis=topsis(weights, value_low, eligible),
        dominated=dominated(value_low, value_high, eligible),
    )


def in_order(scores: Scores) -> list[int]:
    """Positions of the eligible offers, best first."""
    return sorted((int(position) for position in np.flatnonzero(scores.eligible)), key=lambda position: int(scores.rank[position]))


def fallback_of(case: Case, order: list[int]) -> int | None:
    """The best ranked offer of another provider and another model; failing that of another provider; else None."""
    if not order:
        return None
    providers, models = case.columns.providers, case.columns.models
    elsewhere = [position for position in order[1:] if providers[position] != providers[order[0]]]
    other_model = [position for position in elsewhere if models[position] != models[order[0]]]
    return next(iter(other_model + elsewhere), None)


def deepen(case: Case, recommendation: Recommendation) -> Recommendation:
    """The same answer with confidence, win shares, regret, flip points and a sentence on them."""
    choice = -1 if recommendation.choice is None else case.columns.index(recommendation.choice)
    stable = stability_of(case, recommendation.scores, choice=choice)
    return dataclasses.replace(
        recommendation,
        confidence=stable.confidence,
        win_share=stable.win_share,
        regret_usd=stable.regret_usd,
        flip_points=stable.flip_points,
        reasons=(*recommendation.reasons, *robustness(case, stable)),
        deepened=True,
        certainty=stable.certainty,
    )
