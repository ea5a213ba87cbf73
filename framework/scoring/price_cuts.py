"""How far a bill would have to move for another offer to win: exact, from the anchored value of cost at the given weights.

All else stays as it stands, the prices of the others too, but for the room under a limit on money, which grows as the bill falls.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framework.axes.assessment import AXES, Verdict
from framework.axes.demand import DIMENSIONS
from framework.scoring.chain import Case
from framework.scoring.rank import DECIMALS, weighted
from framework.scoring.results import Scores
from framework.scoring.screen import all_gates
from framework.scoring.spend_room import MONEY, SpendRoom, spend_room
from framework.scoring.value import LIMITS, worth

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

COST = AXES.index("cost")
CAPS = frozenset(DIMENSIONS[row] for row in MONEY)
_TIE = 0.5 * 10.0**-DECIMALS
HALVINGS = 40
"""Of the range of a bill, to far below a cent."""


@dataclass(frozen=True)
class PriceCut:
    """`offer` wins as soon as its bill falls below `to_usd` a month, by `share` of what it is; None where no cut would do.

    `over_budget`: the budget alone keeps it out today; `over_cap`: a limit on money does.
    """

    offer: str
    share: float | None
    to_usd: float | None
    over_budget: bool = False
    over_cap: bool = False


@dataclass(frozen=True)
class PriceRise:
    """The choice stays first until its bill rises above `to_usd` a month, by `share`; None where no rise would do.

    `new_winner` comes first then, None where nothing else fits; `budget`: the bill then exceeds the budget, `cap`: a limit on money.
    """

    share: float | None
    to_usd: float | None
    new_winner: str | None
    budget: bool = False
    cap: bool = False


def price_cuts(case: Case, scores: Scores, *, choice: int) -> tuple[PriceCut, ...]:
    """Every rival whose bill is known, the smallest cut first; those that no cut would help come last, by rank."""
    alone, capped = _out_by_budget_alone(case), _out_by_cap_alone(case)
    known = ~np.isnan(case.assessments.cost.expected_usd) & (case.assessments.cost.verdicts != Verdict.UNKNOWN)
    rivals = np.flatnonzero((scores.eligible | alone | capped) & known & (np.arange(len(known)) != choice))
    found = [
        _cut(case, scores, int(rival), choice=choice, over_budget=bool(alone[rival]), over_cap=bool(capped[rival])) for rival in rivals
    ]
    place = {case.columns.ids[rival]: (int(scores.rank[rival]) or len(known), case.columns.ids[rival]) for rival in rivals}
    return tuple(sorted(found, key=lambda cut: (1.0 if cut.share is None else cut.share, place[cut.offer])))


def _out_by_budget_alone(case: Case) -> Bools:
    gates = all_gates(case.workload, case.columns, case.assessments)
    return np.asarray(gates["budget"] & (np.sum(list(gates.values()), axis=0) == 1))


def _out_by_cap_alone(case: Case) -> Bools:
    gates, limits = all_gates(case.workload, case.columns, case.assessments), case.assessments.rate_limits
    by_money = np.array([binding in CAPS for binding in limits.binding], dtype=bool)
    return np.asarray(gates["rate_limits"] & by_money & (np.sum(list(gates.values()), axis=0) == 1))


def _sums(scores: Scores) -> tuple[Array, Array]:
    return weighted(scores.weights, scores.value_low), weighted(scores.weights, scores.value_high)


def _cut(case: Case, scores: Scores, rival: int, *, choice: int, over_budget: bool, over_cap: bool) -> PriceCut:
    offer, now_usd = case.columns.ids[rival], float(case.assessments.cost.expected_usd[rival])
    to_usd = _level_usd(case, scores, rival, choice)
    room = spend_room(case, rival) if now_usd > 0 and (over_cap or to_usd != np.inf) else None
    if room is not None and over_cap:
        # Today it has no room, whatever it scores: what it has below the cap is all that counts.
        to_usd = _below_cap(_Bill(case, scores, rival, room), choice)
    elif room is not None and to_usd != np.inf:
        to_usd = _with_room(_Bill(case, scores, rival, room), choice, to_usd or 0.0) or to_usd
    # What another limit keeps out as well, no bill lets in.
    shut = over_cap and (room is None or room.by_else < 1)
    if to_usd is None or now_usd <= 0 or shut:
        return PriceCut(offer, None, None, over_budget, over_cap)
    if over_budget:
        to_usd = min(to_usd, now_usd * case.workload.budget.monthly_usd / float(case.assessments.cost.low_usd[rival]))
    to_usd = min(to_usd, now_usd)
    return PriceCut(offer, 1 - to_usd / now_usd, to_usd, over_budget, over_cap)


def _level_usd(case: Case, scores: Scores, rival: int, choice: int) -> float | None:
    """The bill below which the rival is first, infinite where it is at any; None where it is at none."""
    low, high = _sums(scores)
    lacking, weight, value = float(low[choice] - low[rival]), float(scores.weights[COST]), float(scores.value_low[COST, rival])
    if weight == 0 and lacking > _TIE:
        return None
    needed = value + lacking / weight if weight > 0 else 1.0
    if lacking < -_TIE and (needed < 0 or weight == 0):
        # Ahead even where its bill is worth nothing, and a bill cannot be worth less.
        return float("inf")
    anchor = case.anchors["cost"]
    level_usd = float(anchor.unacceptable + min(needed, 1.0) * (anchor.good - anchor.unacceptable))
    if weight > 0 and needed < 1 - _TIE / weight:
        return level_usd
    if weight * (needed - 1) > _TIE:
        return None
    # Level at the good mark and no further: the better best case decides, then the lower bill.
    lead = float(high[choice] - high[rival]) - lacking
    if abs(lead) > _TIE:
        return level_usd if lead < 0 else None
    return min(level_usd, _bill(case, choice)) if weight > 0 else _bill(case, choice)


@dataclass(frozen=True, eq=False)
class _Bill:
    """One offer at other bills, the room under its limits on money moving along."""

    case: Case
    scores: Scores
    at: int
    room: SpendRoom

    def score(self, usd: float) -> float:
        """The lower bound, which is what ranks."""
        anchors, weights, value = self.case.anchors, self.scores.weights, self.scores.value_low[:, self.at].copy()
        for row, axis, figure in ((COST, "cost", usd), (LIMITS, "rate_limits", self.room.at(usd))):
            value[row] = worth(figure, good=anchors[axis].good, unacceptable=anchors[axis].unacceptable)
        if self.room.unknown:
            value[LIMITS] = 0.0
        return float(weights @ value)


def _with_room(bill: _Bill, choice: int, least_usd: float) -> float | None:
    """The bill, from `least_usd` to that of today, below which it is first before the choice; None where it is not."""
    low, high = _sums(bill.scores)
    aim, now_usd, best = float(low[choice]), _bill(bill.case, bill.at), bill.score(least_usd)
    if bill.score(now_usd) > aim + _TIE or best < aim - _TIE:
        return None
    if best > aim + _TIE:
        return _until(bill, aim + _TIE, least_usd, now_usd)
    # Level at its best and no further: the better best case decides, then the lower bill.
    lead = float(high[choice] - low[choice]) - float(high[bill.at] - low[bill.at])
    level_usd = _until(bill, aim - _TIE, least_usd, now_usd)
    return (None if lead > 0 else level_usd) if abs(lead) > _TIE else min(level_usd, _bill(bill.case, choice))


def _below_cap(bill: _Bill, choice: int) -> float | None:
    """The bill below which an offer that its cap alone keeps out passes and is first; None where it is not."""
    most_usd, aim = bill.room.by_money_usd, float(_sums(bill.scores)[0][choice]) + _TIE
    if bill.score(most_usd) > aim:
        return most_usd
    found = _with_room(bill, choice, 0.0)
    return None if found is None else min(found, most_usd)


def _with_less_room(bill: _Bill, rival: int, most_usd: float) -> float:
    """The bill, from that of today to `most_usd`, above which it is behind the rival; infinite where it is not."""
    aim, now_usd = float(_sums(bill.scores)[0][rival]) - _TIE, _bill(bill.case, bill.at)
    if not np.isfinite(most_usd) or most_usd <= now_usd or bill.score(most_usd) >= aim:
        return float("inf")
    return _until(bill, aim, now_usd, most_usd)


def _until(bill: _Bill, aim: float, low_usd: float, high_usd: float) -> float:
    """Where its score, which falls with its bill, comes down to `aim`."""
    for _ in range(HALVINGS):
        usd = (low_usd + high_usd) / 2
        low_usd, high_usd = (usd, high_usd) if bill.score(usd) > aim else (low_usd, usd)
    return low_usd


def _bill(case: Case, at: int) -> float:
    return float(np.nan_to_num(case.assessments.cost.expected_usd[at], nan=np.inf))


def price_rise(case: Case, scores: Scores, *, choice: int) -> PriceRise | None:
    """How much dearer the choice may become; None where its bill is not known or nothing."""
    bill = case.assessments.cost
    now_usd, low_usd = float(bill.expected_usd[choice]), float(bill.low_usd[choice])
    if not now_usd > 0 or bill.verdicts[choice] == Verdict.UNKNOWN:
        return None
    second = np.flatnonzero(scores.rank == 2)
    rival = int(second[0]) if second.size else None
    new_winner = None if rival is None else case.columns.ids[rival]
    by_budget = now_usd * case.workload.budget.monthly_usd / low_usd if low_usd > 0 else np.inf
    by_score, by_cap = _overtaken_usd(case, scores, choice, rival), float("inf")
    if (room := spend_room(case, choice)) is not None:
        by_cap = room.by_money_usd
        if rival is not None:
            most_usd = min(by_budget, by_score, by_cap)
            by_score = min(by_score, _with_less_room(_Bill(case, scores, choice, room), rival, most_usd))
    to_usd = min(by_budget, by_score, by_cap)
    if not np.isfinite(to_usd):
        return PriceRise(None, None, None)
    share, budget, cap = max(to_usd / now_usd - 1, 0.0), by_budget < min(by_score, by_cap), by_cap < min(by_score, by_budget)
    return PriceRise(share, max(to_usd, now_usd), new_winner, budget=budget, cap=cap)


def _overtaken_usd(case: Case, scores: Scores, choice: int, rival: int | None) -> float:
    """The bill of the choice above which the second is first; infinite where it never is."""
    if rival is None:
        return float("inf")
    weight, (low, high) = float(scores.weights[COST]), _sums(scores)
    lead, bill_usd = float(low[choice] - low[rival]), float("inf")
    if lead <= _TIE and abs(high[choice] - high[rival]) <= _TIE:
        # Level in everything: the lower bill decides.
        bill_usd = _bill(case, rival)
    left = float(scores.value_low[COST, choice]) - lead / weight if weight > 0 else -1.0
    if left < 0:
        return bill_usd
    anchor = case.anchors["cost"]
    return min(bill_usd, float(anchor.unacceptable + left * (anchor.good - anchor.unacceptable)))
