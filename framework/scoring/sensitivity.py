"""How sure the choice is: the share of seeded draws that it wins, and what it is then expected to cost too much."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framework import draws
from framework.axes.bill_range import Groups, drawn_bills, drawn_load
from framework.draws import DRAWS, Draws
from framework.scoring.certainty import Drawn, certainty_of
from framework.scoring.chain import REQUIRED_SHARE, Case
from framework.scoring.outcome import Reach, candidates
from framework.scoring.rank import weighted
from framework.scoring.results import Certainty, FlipPoint, Scores
from framework.scoring.sweeps import workload_flips
from framework.scoring.value import valued
from framework.scoring.weights import weight_flips

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.intp]

LIKELY_WINNERS = 24
"""Offers that take part in the draws."""


@dataclass(frozen=True, eq=False)
class Stability:
    """What `deepen` fills into the recommendation, under the same names; `choice` is its offer."""

    confidence: float | None
    win_share: dict[str, float]
    regret_usd: float | None
    flip_points: tuple[FlipPoint, ...]
    certainty: Certainty | None = None
    choice: str | None = None


def stability_of(case: Case, scores: Scores, *, choice: int) -> Stability:
    """Draws, exact weight flips and swept flips; `choice` -1 (none fits) leaves only the sweeps, which say from where on something fits."""
    swept = workload_flips(case, choice=choice)
    if choice < 0:
        return Stability(None, {}, None, swept)
    flips = weight_flips(scores, choice=choice, cost_usd=case.assessments.cost.expected_usd, ids=case.columns.ids) + swept
    drawn = draw(case, scores, candidates(case, choice=choice, most=LIKELY_WINNERS))
    held = int(np.searchsorted(drawn.positions, choice))
    found = certainty_of(case, drawn, held=held)
    confidence = float((drawn.won == held).mean())
    return Stability(
        confidence, _win_share(case, drawn), _regret(drawn.won, drawn.quantities[0], held), flips, found, case.columns.ids[choice]
    )


def draw(case: Case, scores: Scores, positions: Ints, *, normals: Draws | None = None, weights: Array | None = None) -> Drawn:
    """The chain in every draw for the offers at `positions` (rising); other `normals` of all groups, or `weights` `(n, axes)`, if given."""
    reach, groups = Reach.of(case, positions), Groups.of(case.columns)
    normals = groups.draws(DRAWS) if normals is None else normals
    quantities, eligible = _drawn_quantities(reach, normals, groups.of_offers(positions))
    low, high = valued(case.anchors, quantities, reach.unknown)
    weights = draws.weight_draws(tuple(scores.weights.tolist())) if weights is None else weights
    return Drawn(positions, quantities, (low, high), (weighted(weights, low), weighted(weights, high)), eligible, weights)


def _drawn_quantities(reach: Reach, drawn: Draws, groups: Groups) -> tuple[tuple[Array, ...], Bools]:
    """One number per criterion `(n, offers)` and whether every gate is open; the estimates' own ranges are drawn from too."""
    parts, here, case = reach.case.assessments, reach.positions, reach.case
    spreads = case.workload.spreads
    load = drawn_load(case.load, drawn, spreads)
    usd = drawn_bills(case.load, reach.columns, drawn, spreads, groups)
    text, reading = spreads.tokenizer * drawn.tokenizer[:, groups.texts], drawn.latency[:, here]
    speed = parts.latency
    attained = _slower(speed.attainment_low[here], speed.attainment[here], speed.attainment_high[here], reading)
    context = parts.context_window
    fits = draws.between(context.fits_share_high[here], context.fits_share[here], context.fits_share_low[here], z=text)
    room, over_limits = reach.room(load, dataclasses.replace(reach.bill, expected_usd=usd))
    eligible = ~((usd > load.budget_usd) | over_limits | (fits < REQUIRED_SHARE))
    if "success" not in case.criteria:
        return (usd, attained, room, fits), eligible
    rate = case.success.drawn(drawn.success, here)
    least = case.workload.needs.least_success
    return (usd, attained, room, fits, rate), eligible if least is None else eligible & ~(rate < least)


def _slower(low: Array, expected: Array, high: Array, z: Array) -> Array:
    """Attainment where the reading has drifted by z log-sigma: `low` at 1, `high` at -1, straight in between and beyond."""
    return np.clip(expected + np.where(z > 0, (low - expected) * z, (expected - high) * z), 0.0, 1.0)


def _win_share(case: Case, drawn: Drawn) -> dict[str, float]:
    share = drawn.first_share
    order = [int(place) for place in np.argsort(-share, kind="stable") if share[place] > 0]
    return {case.columns.ids[drawn.positions[place]]: float(share[place]) for place in order}


def _regret(won: Ints, cost_usd: Array, held: int) -> float | None:
    some = won >= 0
    if not some.any():
        return None
    above = cost_usd[some, held] - cost_usd[some, won[some]]
    known = above[~np.isnan(above)]
    return float(np.maximum(known, 0.0).mean()) if known.size else None
