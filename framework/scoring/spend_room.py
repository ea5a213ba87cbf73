"""What another bill leaves under the limits on money, monthly cap and spend rate: the one way in which a price moves another axis."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from framework.axes.assessment import Verdict
from framework.axes.demand import DIMENSIONS
from framework.scoring.chain import Case, limits_again

MONEY = [DIMENSIONS.index("spend_10min"), DIMENSIONS.index("monthly_cap")]


@dataclass(frozen=True)
class SpendRoom:
    """Room of one offer, how many times the peak, at another monthly bill: what money leaves, and what all else does.

    `unknown`: where money no longer fails, it is not known whether another limit does.
    """

    by_money_usd: float
    by_else: float
    unknown: bool = False

    def at(self, usd: float) -> float:
        """Where the bill would be `usd`; under 1 the traffic is not served."""
        return min(self.by_else, self.by_money_usd / usd if usd > 0 else math.inf)


def spend_room(case: Case, at: int) -> SpendRoom | None:
    """None where no limit on money is known, or the room is not."""
    limits, now_usd = case.assessments.rate_limits, float(case.assessments.cost.expected_usd[at])
    use, room = float(np.nan_to_num(np.asarray(limits.use)[MONEY, at]).max()), float(limits.room[at])
    if not use > 0 or math.isnan(room) or limits.verdicts[at] == Verdict.UNKNOWN:
        return None
    # Of more room than is good nothing is gained, and a replay is dear.
    gains = room < case.anchors["rate_limits"].good and room >= 1 / use * (1 - 1e-9)
    return SpendRoom(now_usd / use, *(_without_money(case, at) if gains else (room, False)))


def _without_money(case: Case, at: int) -> tuple[float, bool]:
    """The room that is left where nothing has to be paid, and whether it is not known."""
    free = limits_again(case, np.array([at]), usd=np.zeros(1))
    return float(free.room[0]), bool(free.verdicts[0] == Verdict.UNKNOWN)
