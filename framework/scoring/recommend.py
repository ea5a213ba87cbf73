"""The answer itself: who passes, who ranks first, who stands in, and why."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
from numpy.typing import NDArray

from framework.axes.assessment import AXES
from framework.scoring import reasons, screen
from framework.scoring.chain import Case
from framework.scoring.missing import could_win
from framework.scoring.open_offers import open_offers
from framework.scoring.pair import pair_of
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
    chosen = None if choice is None or not case.workload.needs.fallback else pair_of(case, scores, choice)
    stand_in = None if chosen is None else chosen.fallback
    findings = screen.flags(case.workload, case.columns, eligible)
    told = reasons.Answer(case, scores, exclusions, findings, choice, chosen)
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
        pair=chosen,
    )


def score(case: Case, eligible: Bools) -> Scores:
    """Values, weighted sums, ranks and the second opinions over all offers."""
    value_low, value_high = values(case)
    weights = shares_of(case.priorities.weights, case.criteria)
    low, high = (np.round(weighted(weights, value), DECIMALS) for value in (value_low, value_high))
    cost_usd = case.assessments.cost.expected_usd
    counted = len(weights) if weights[-1] > 0 else len(AXES)
    return Scores(
        weights=weights,
        value_low=value_low,
        value_high=value_high,
        low=low,
        high=high,
        eligible=eligible,
        rank=ranks(low, high, cost_usd=cost_usd, eligible=eligible, ids=case.columns.ids),
        topsis=topsis(weights, value_low, eligible),
        # An evaluation that weighs nothing keeps nobody from being dominated.
        dominated=dominated(value_low[:counted], value_high[:counted], eligible),
    )


def in_order(scores: Scores) -> list[int]:
    """Positions of the eligible offers, best first."""
    return sorted((int(position) for position in np.flatnonzero(scores.eligible)), key=lambda position: int(scores.rank[position]))


def deepen(case: Case, recommendation: Recommendation) -> Recommendation:
    """The same answer with confidence, win shares, regret, flip points and a sentence on them; as it is where demands shut all out."""
    if not open_offers(case).size:
        return dataclasses.replace(recommendation, deepened=True)
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
