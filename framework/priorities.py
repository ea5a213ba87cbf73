"""What matters to the team: weights of the four axes and of its own evaluation, and the anchors that turn a figure into a value."""

from __future__ import annotations

from collections.abc import Container
from typing import Annotated

from pydantic import Field, model_validator

from framework.part import Part
from framework.workload import Budget

Weight = Annotated[float, Field(ge=0, le=1_000, allow_inf_nan=False, strict=True)]


MOST_ASKED = 0.999
"""Of the tasks: where every one must succeed, the anchors would be one."""


class Weights(Part):
    """How much each axis counts, and `success` in the team's own evaluation; only their proportions matter."""

    cost: Weight = 0.4
    latency: Weight = 0.3
    rate_limits: Weight = 0.2
    context_window: Weight = 0.1
    success: Weight = 0.0

    @model_validator(mode="after")
    def _not_all_zero(self) -> Weights:
        if self.cost + self.latency + self.rate_limits + self.context_window <= 0:
            raise ValueError("the weights of all four axes are 0: give at least one axis some weight")
        return self

    def of(self, criteria: Container[str]) -> Weights:
        """Those in force where only these criteria take part."""
        return self if "success" in criteria else self.model_copy(update={"success": 0.0})


class Target(Part):
    """Two anchors: at `good` an axis is worth 1, at `unacceptable` 0, straight in between, no extra credit beyond."""

    good: Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False, strict=True)]
    unacceptable: Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False, strict=True)]


class Targets(Part):
    """`cost` in USD a month (good below unacceptable); `latency`, `context_window` and `success` as shares, `rate_limits` as room,
    how many times the peak (good above)."""

    cost: Target | None = None
    latency: Target | None = None
    rate_limits: Target | None = None
    context_window: Target | None = None
    success: Target | None = None

    @model_validator(mode="after")
    def _directions(self) -> Targets:
        if self.cost is not None and not self.cost.good < self.cost.unacceptable:
            raise ValueError("cost.good must be below cost.unacceptable (USD a month)")
        for axis in ("latency", "rate_limits", "context_window", "success"):
            target = getattr(self, axis)
            if target is not None and not target.good > target.unacceptable:
                raise ValueError(f"{axis}.good must be above {axis}.unacceptable")
            if target is not None and axis != "rate_limits" and target.good > 1:
                raise ValueError(f"{axis} targets are shares of {'tasks' if axis == 'success' else 'requests'} between 0 and 1")
        return self


class Priorities(Part):
    """Weights and the user's own anchors; a target left out is derived from the budget, that of success from the least that is asked."""

    weights: Weights = Weights()
    targets: Targets = Targets()

    def anchors(self, budget: Budget, least_success: float | None = None) -> dict[str, Target]:
        """Those in force: cost 30 % of the budget to all of it, latency the percentile to half of it, room 2 to 1, fits 1 to 0.9.

        Success from every task down to the least share that must succeed, or to none.
        """
        defaults = {
            "cost": Target(good=0.3 * budget.monthly_usd, unacceptable=budget.monthly_usd),
            "latency": Target(good=budget.percentile / 100, unacceptable=min(0.5, budget.percentile / 200)),
            "rate_limits": Target(good=2.0, unacceptable=1.0),
            "context_window": Target(good=1.0, unacceptable=0.9),
            "success": Target(good=1.0, unacceptable=min(least_success or 0.0, MOST_ASKED)),
        }
        return {axis: getattr(self.targets, axis) or default for axis, default in defaults.items()}
