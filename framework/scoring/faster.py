"""What faster replies would be worth: seconds turned into replies in time, and by the weights into USD a month."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framework.axes import latency
from framework.axes.assessment import AXES
from framework.scoring.chain import Case, only
from framework.scoring.trade_offs import rounded
from framework.scoring.value import worth

PART = 0.2
"""Of the time allowed for the first token, or for the whole reply where nothing is streamed."""


@dataclass(frozen=True)
class Faster:
    """An offer whose replies all come `seconds` earlier: its share in time now and then, and what that is worth in USD a month."""

    seconds: float
    now: float
    then: float
    usd: float


def faster(case: Case, position: int, weights: NDArray[np.float64]) -> Faster | None:
    """By `weights` `(axes,)`; None where the share in time is not known or cost has no weight to be paid in.

    All replies that come a second earlier are in time exactly as often as now with a second more allowed.
    """
    load, budget = case.load, case.workload.budget
    seconds = rounded(PART * (budget.ttft_s if budget.streaming else budget.response_s))
    longer = dataclasses.replace(load, ttft_budget_s=load.ttft_budget_s + seconds, response_budget_s=load.response_budget_s + seconds)
    cached = np.broadcast_to(case.assessments.cost.cached_tokens, len(case.columns))[[position]]
    then = float(latency.assess(longer, only(case.columns, np.array([position])), cached_tokens=cached).attainment[0])
    now, paid = float(case.assessments.latency.attainment[position]), float(weights[AXES.index("cost")])
    if math.isnan(now) or math.isnan(then) or paid <= 0:
        return None
    anchors = case.anchors
    cost, target = anchors["cost"], anchors["latency"]
    before, after = (float(worth(share, good=target.good, unacceptable=target.unacceptable)) for share in (now, then))
    usd = (after - before) * float(weights[AXES.index("latency")]) / paid * (cost.unacceptable - cost.good)
    return Faster(seconds, now, then, usd)
