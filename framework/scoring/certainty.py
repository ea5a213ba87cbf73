"""What a set of draws says of the choice: ranks, regret on every axis, the runner-up, and whether it is too close to call."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framework.axes.bill_range import Groups
from framework.scoring.chain import Case
from framework.scoring.knowing import worth_knowing
from framework.scoring.rank import DECIMALS, winners
from framework.scoring.results import Certainty

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.intp]

RANKS = 5
"""Places that are told apart."""
SURE = 0.6
"""Below this share of the draws, the choice may be too close to call."""
EIGHT_OF_TEN = (10, 90)
FINALISTS = 6
"""Offers that are looked at more closely: who wins most draws, or scores best on average."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """The chain in every draw for the offers at `positions`: `quantities` and `values` (low, high) per axis, `scores` (low, high).

    Shapes `(n, offers)`, per axis `(axes, n, offers)`; `weights` `(n, axes)`.
    """

    positions: Ints
    quantities: tuple[Array, ...]
    values: tuple[Array, Array]
    scores: tuple[Array, Array]
    eligible: Bools
    weights: Array

    @functools.cached_property
    def won(self) -> Ints:
        """The place that wins each draw, -1 where none passes."""
        low, high = self.scores
        return winners(low, high, cost_usd=self.quantities[0], eligible=self.eligible)

    @property
    def first_share(self) -> Array:
        """Share of the draws that each offer wins."""
        counts = np.bincount(self.won[self.won >= 0], minlength=len(self.positions))
        return np.asarray(counts / len(self.won))

    @functools.cached_property
    def worth(self) -> Array:
        """`(n, offers)`: the score, and nothing where a must-have fails: it then serves for nothing."""
        return np.where(self.eligible, self.scores[0], 0.0)


def certainty_of(case: Case, drawn: Drawn, *, held: int) -> Certainty:
    """The draws summed up for the choice at place `held`."""
    first, mean = drawn.first_share, drawn.worth.mean(axis=0)
    places = finalists(drawn, held)
    others = [int(place) for place in np.argsort(-first, kind="stable") if place != held and first[place] > 0]
    rival = others[0] if others else None
    low, high = (0.0, 0.0) if rival is None else np.percentile(drawn.worth[:, held] - drawn.worth[:, rival], EIGHT_OF_TEN)
    listed = np.array([place for place in np.lexsort((-mean, -first)) if drawn.eligible[:, place].any()], dtype=np.intp)
    ids = case.columns.ids
    return Certainty(
        ids=tuple(ids[drawn.positions[place]] for place in listed),
        rank_share=rank_shares(drawn)[listed],
        mean_score=mean[listed],
        regret=_regret(case, drawn, held),
        runner_up=None if rival is None else ids[drawn.positions[rival]],
        lead_low=float(low),
        lead_high=float(high),
        fails_share=float(1 - drawn.eligible[:, held].mean()),
        too_close=bool(first[held] < SURE and low < 0 < high),
        knowing=worth_knowing(case, drawn.worth[:, places], drawn, places=places, groups=Groups.of(case.columns)),
    )


def finalists(drawn: Drawn, held: int) -> Ints:
    """Places of the choice, of the best on average and of those who win most draws; rising. Nobody else could be worth taking."""
    places = np.arange(len(drawn.positions))
    kept = (drawn.first_share > 0) | (places == held) | (places == drawn.worth.mean(axis=0).argmax())
    order = np.lexsort((-drawn.first_share, places != held, ~kept))
    return np.sort(order[: min(FINALISTS, int(kept.sum()))])


def rank_shares(drawn: Drawn) -> Array:
    """`(offers, RANKS)`: share of the draws in which an offer takes that rank; ties as in the ranking."""
    low, high = (np.round(score, DECIMALS) for score in drawn.scores)
    cost = np.nan_to_num(drawn.quantities[0], nan=np.inf)
    order = np.lexsort((cost, -high, -low, ~drawn.eligible), axis=-1)[:, :RANKS]
    passes = np.take_along_axis(drawn.eligible, order, axis=1)
    offers = len(drawn.positions)
    counts = [np.bincount(order[passes[:, rank], rank], minlength=offers) for rank in range(order.shape[1])]
    counts += [np.zeros(offers, dtype=np.intp)] * (RANKS - len(counts))
    return np.asarray(np.stack(counts, axis=1) / len(order))


def _regret(case: Case, drawn: Drawn, held: int) -> Array:
    """Per axis, in its own unit: how far the choice is behind each draw's winner, over all draws that have one."""
    some = np.flatnonzero(drawn.won >= 0)
    if not some.size:
        return np.full(len(case.criteria), np.nan)
    anchors, found = case.anchors, []
    for row, (axis, amounts) in enumerate(zip(case.criteria, drawn.quantities, strict=True)):
        figures = -amounts if row == 0 else np.minimum(amounts, anchors[axis].good)
        behind = figures[some, drawn.won[some]] - figures[some, held]
        known = behind[np.isfinite(behind)]
        found.append(float(np.maximum(known, 0.0).mean()) if known.size else np.nan)
    return np.array(found)
