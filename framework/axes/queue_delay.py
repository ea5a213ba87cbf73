"""The wait at the rate limits as part of the reply time: the budget that is left after it, averaged over the calls of a replay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from framework.axes.latency import fine_attainment
from framework.catalogue.columns import Array, Columns, Ints, figures_of
from framework.load import Load

DELAY_NODES = 24
"""Equally likely delays that stand for all of those that wait."""
_LEAST_BUDGET_S = 1e-9


@dataclass(frozen=True)
class Waits:
    """The calls of one offer: how many there are, how many are admitted at once, and the seconds that the other served ones wait."""

    offer: int
    calls: int
    at_once: int
    delay_s: Array

    @classmethod
    def of(cls, offer: int, delay_us: Ints, refused: int) -> Waits:
        """From a replay: the delays of the served, and how many were refused for good."""
        waited = delay_us[delay_us > 0]
        return cls(offer, len(delay_us) + refused, len(delay_us) - len(waited), waited / 1e6)

    @property
    def nodes(self) -> tuple[Array, Array]:
        """Seconds of delay, the first 0, and the share of all calls behind each; what is missing to 1 was refused."""
        if not self.calls:
            return np.zeros(1), np.ones(1)
        if not len(self.delay_s):
            return np.zeros(1), np.array([self.at_once / self.calls])
        delays = np.quantile(self.delay_s, (np.arange(DELAY_NODES) + 0.5) / DELAY_NODES)
        each = len(self.delay_s) / DELAY_NODES
        return np.append(0.0, delays), np.append(self.at_once, np.full(DELAY_NODES, each)) / self.calls


def in_time_with_waits(load: Load, columns: Columns, waits: list[Waits], *, cached_tokens: Any) -> Array:
    """`LatencyAssessment.attainment` with each wait taken off the budget, `(waits,)`; a refused call is never in time, NaN: no reading.

    The wait and the provider's own seconds are taken as independent. `cached_tokens` `(offers,)`.
    """
    if not waits:
        return np.empty(0)
    nodes = [wait.nodes for wait in waits]
    which = np.repeat(np.arange(len(waits)), [len(delays) for delays, _ in nodes])
    delay_s, share = (np.concatenate(parts) for parts in zip(*nodes, strict=True))
    offers = np.array([wait.offer for wait in waits])[which]
    left = load.with_(
        ttft_budget_s=np.maximum(load.ttft_budget_s - delay_s, _LEAST_BUDGET_S),
        response_budget_s=np.maximum(load.response_budget_s - delay_s, _LEAST_BUDGET_S),
    )
    cached = np.broadcast_to(cached_tokens, (len(columns),))[offers]
    reached = fine_attainment(left, figures_of(columns, offers), cached_tokens=cached)
    found = np.zeros(len(waits))
    np.add.at(found, which, share * reached)
    return found
