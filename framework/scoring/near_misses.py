"""Who is only just out: offers that fail one must-have alone, and that by less than a tenth of what it asks."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from framework.axes.rate_limits import BESIDE
from framework.catalogue.columns import Columns
from framework.scoring.chain import REQUIRED_SHARE, Assessments
from framework.scoring.evaluated import own_success
from framework.scoring.results import Gate
from framework.workload import Workload

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

NEAR = 0.1
"""Of what the must-have asks."""


def near_misses(workload: Workload, columns: Columns, assessments: Assessments, gates: Mapping[Gate, Bools]) -> Array:
    """`(offers,)`: by what part of its target the only shut gate is missed; NaN where it is not near or not alone."""
    alone = np.sum(list(gates.values()), axis=0) == 1
    short: dict[Gate, Array] = {
        "budget": assessments.cost.low_usd / workload.budget.monthly_usd - 1,
        "context_window": 1 - assessments.context_window.fits_share / REQUIRED_SHARE,
        "rate_limits": _too_much(workload, assessments),
    }
    if workload.needs.least_success:
        short["success"] = 1 - own_success(workload, columns).high / workload.needs.least_success
    found = np.full(len(columns), np.nan)
    for gate, missed in short.items():
        near = alone & gates[gate] & (missed < NEAR)
        found[near] = np.maximum(missed[near], 0.0)
    return found


def _too_much(workload: Workload, assessments: Assessments) -> Array:
    """The smaller of two ways to look at it: how much less traffic would be served, or how many more of the calls should be.

    The second only where no limit beside those of the replay, such as the monthly cap, is exceeded.
    """
    limits, target = assessments.rate_limits, workload.clients.target_share
    beside = np.nan_to_num(np.asarray(limits.use)[BESIDE]).max(axis=0) > 1
    unserved = np.where(beside | ~(limits.served < target), np.inf, 1 - limits.served / target)
    return np.asarray(np.fmin(1 - limits.room_best, unserved))
