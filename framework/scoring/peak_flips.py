"""The peak at which the answer changes, held against the replay itself.

A sweep bends the room of averages as the replay of today's peak bends it; a higher peak is smoother and bends it less, so that the change
was found one to three per cent too early.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from framework.axes import rate_limits
from framework.axes.assessment import Verdict
from framework.scoring.chain import Case, only
from framework.scoring.open_offers import candidates
from framework.scoring.rank import shares_of, weighted, winners
from framework.scoring.results import FlipPoint
from framework.scoring.screen import all_gates, passing
from framework.scoring.value import LIMITS, quantities, unknown_criteria, valued

Ints = NDArray[np.intp]

PEAK = "traffic.peak_factor"
CONTENDERS = 6
STEP = 1.01
MOST_STEPS = 5


def as_replayed(case: Case, flip: FlipPoint, *, choice: int) -> FlipPoint:
    """The same change moved on, a per cent at a time, to where the replay agrees; as it is where that is not near, or no peak is meant."""
    if flip.what != PEAK:
        return flip
    named = {case.columns.index(flip.new_winner)} if flip.new_winner else set()
    places = np.array(sorted({*candidates(case, choice=choice, most=CONTENDERS).tolist(), *named}), dtype=np.intp)
    way = STEP if flip.to > flip.from_ else 1 / STEP
    for step in range(MOST_STEPS + 1):
        won = _winner(case, places, flip.to * way**step)
        if won != choice:
            return dataclasses.replace(flip, to=flip.to * way**step, new_winner=case.columns.ids[won] if won >= 0 else None)
    return flip


def _winner(case: Case, places: Ints, peak_factor: float) -> int:
    """The position of the best of some offers at another peak, -1 where none passes: only the rate limits move with it."""
    parts, columns = case.assessments, only(case.columns, places)
    bill, offers = parts.cost, len(case.columns)
    hit_rate, hit_rate_high = (np.broadcast_to(np.asarray(each), offers)[places] for each in (bill.hit_rate, bill.hit_rate_high))
    usd = bill.expected_usd[places]
    limits = rate_limits.assess(
        case.load.with_(peak_factor=peak_factor),
        columns,
        tiers=case.workload.tiers,
        forecast_usd=usd,
        hit_rate=hit_rate,
        hit_rate_high=hit_rate_high,
        duration_s=parts.rate_limits.duration_s[places],
    )
    given = [figures[places] for figures in quantities(case)]
    given[LIMITS] = limits.room
    unknown = unknown_criteria(case)[:, places]
    unknown[LIMITS] = limits.verdicts == Verdict.UNKNOWN
    low, high = (weighted(shares_of(case.priorities.weights, case.criteria), value) for value in valued(case.anchors, given, unknown))
    gates = all_gates(case.workload, case.columns, parts)
    open_ = passing({name: shut for name, shut in gates.items() if name != "rate_limits"})[places] & (limits.verdicts != Verdict.FAILS)
    won = int(winners(low[None], high[None], cost_usd=usd, eligible=open_[None])[0])
    return int(places[won]) if won >= 0 else -1
