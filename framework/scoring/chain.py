"""The four axes in the order in which one feeds the next, and what the scoring is asked about."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framework.axes import context_window, cost, latency, rate_limits
from framework.axes.assessment import AXES, CRITERIA, Criterion
from framework.axes.context_window import ContextAssessment
from framework.axes.cost import CostAssessment
from framework.axes.latency import LatencyAssessment
from framework.axes.rate_limits import RateLimitAssessment
from framework.axes.success import Success
from framework.catalogue.columns import Array, Columns
from framework.load import Load
from framework.priorities import Priorities, Target
from framework.scoring.evaluated import own_success
from framework.workload import Workload

REQUIRED_SHARE = 0.99
"""Of the prompts that must fit: one in a hundred may be refused or cut."""


@dataclass(frozen=True, eq=False)
class Assessments:
    """The four axes over all offers of `columns`, for one load."""

    cost: CostAssessment
    latency: LatencyAssessment
    rate_limits: RateLimitAssessment
    context_window: ContextAssessment


@dataclass(frozen=True, eq=False)
class Case:
    """One question: this workload, these priorities, these offers, and what the axes say about them."""

    workload: Workload
    priorities: Priorities
    columns: Columns
    load: Load
    assessments: Assessments

    @functools.cached_property
    def success(self) -> Success:
        """What the team's own evaluation has found of each offer."""
        return own_success(self.workload, self.columns)

    @functools.cached_property
    def criteria(self) -> tuple[Criterion, ...]:
        """What is weighed: the axes, and success where the team has evaluated any offer."""
        return CRITERIA if np.isfinite(self.success.rate).any() else AXES

    @functools.cached_property
    def anchors(self) -> dict[str, Target]:
        """Where each criterion is worth 1 and where 0."""
        return self.priorities.anchors(self.workload.budget, self.workload.needs.least_success)


def assess_all(load: Load, columns: Columns, tiers: Mapping[str, str]) -> Assessments:
    """Cost first: its cache hits shorten the prefill and the metered input; the reply time then sets how many calls are open at once.

    It is dear, so it is asked for only where calls in flight are limited.
    """
    bill = cost.assess(load, columns)
    speed = latency.assess(load, columns, cached_tokens=bill.cached_tokens)
    limits = rate_limits.assess(
        load,
        columns,
        tiers=tiers,
        forecast_usd=bill.expected_usd,
        hit_rate=bill.hit_rate,
        hit_rate_high=bill.hit_rate_high,
        duration_s=speed.spread.of_one_call.reply_p50_s(rate_limits.limits_calls_in_flight(columns)),
    )
    return Assessments(bill, speed, limits, context_window.assess(load, columns, required_share=REQUIRED_SHARE))


def limits_again(case: Case, places: NDArray[np.intp], *, load: Load | None = None, usd: Array | None = None) -> RateLimitAssessment:
    """The rate limits of some offers with other calls or another monthly bill, `(places,)`, and all else as it is."""
    bill, offers = case.assessments.cost, len(case.columns)
    known = (bill.expected_usd, bill.hit_rate, bill.hit_rate_high, case.assessments.rate_limits.duration_s)
    expected_usd, hit_rate, hit_rate_high, duration_s = (np.broadcast_to(np.asarray(each, dtype=float), offers)[places] for each in known)
    return rate_limits.assess(
        case.load if load is None else load,
        only(case.columns, places),
        tiers=case.workload.tiers,
        forecast_usd=expected_usd if usd is None else usd,
        hit_rate=hit_rate,
        hit_rate_high=hit_rate_high,
        duration_s=duration_s,
    )


def only(columns: Any, positions: NDArray[np.intp]) -> Any:
    """The same columns for some of the offers: every array's last axis and every tuple runs over offers."""
    if isinstance(columns, np.ndarray):
        return columns[..., positions]
    if isinstance(columns, tuple):
        return tuple(columns[position] for position in positions)
    if isinstance(columns, dict):
        return {name: only(value, positions) for name, value in columns.items()}
    if dataclasses.is_dataclass(columns) and not isinstance(columns, type):
        return dataclasses.replace(columns, **{name: only(value, positions) for name, value in vars(columns).items()})
    return columns
