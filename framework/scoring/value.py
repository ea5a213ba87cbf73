"""What an assessment is worth to the user: 0..1 per criterion, anchored at the user's own targets and at nothing else.

Because no other offer enters a value, an offer that is added or taken away never changes the order of the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from framework.axes.assessment import AXES, CRITERIA, Criterion, Verdict
from framework.scoring.chain import Assessments, Case

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

LIMITS = AXES.index("rate_limits")


class Anchors(Protocol):
    """Where an axis is worth 1 and where 0; arrays in a sweep of the budget."""

    @property
    def good(self) -> Any:
        """Worth 1 here and beyond."""

    @property
    def unacceptable(self) -> Any:
        """Worth 0 here and beyond."""


def worth(quantity: Any, *, good: Any, unacceptable: Any) -> Array:
    """1 at `good` and beyond, 0 at `unacceptable` and beyond, straight in between; NaN stays NaN, infinite headroom is 1."""
    return np.asarray(np.clip((np.asarray(quantity, dtype=float) - unacceptable) / (good - unacceptable), 0.0, 1.0))


def quantities(case: Case) -> tuple[Array, ...]:
    """The one number per criterion that is valued: USD a month, attainment, room, share that fits, share that succeeds."""
    return (*axis_quantities(case.assessments), case.success.rate)[: len(case.criteria)]


def axis_quantities(parts: Assessments) -> tuple[Array, ...]:
    """The same of the four axes alone."""
    return parts.cost.expected_usd, parts.latency.attainment, parts.rate_limits.room, parts.context_window.fits_share


def unknown_criteria(case: Case) -> Bools:
    """`(criteria, offers)`: True where the verdict is that nobody knows, or the team has not evaluated the offer."""
    return np.stack([_unknown(case, criterion) for criterion in case.criteria])


def _unknown(case: Case, criterion: Criterion) -> Bools:
    if criterion == "success":
        return np.isnan(case.success.rate)
    return np.asarray(getattr(case.assessments, criterion).verdicts == Verdict.UNKNOWN)


def valued(anchors: Mapping[Any, Anchors], given: Sequence[Array], unknown: Bools) -> tuple[Array, Array]:
    """`(low, high)`, each `(criteria, ..., offers)`, from one quantity per criterion; equal where known, 0 and 1 where not.

    Where some limit is unpublished but another is known, headroom can only be smaller than the known one: `high` is worth that much.
    """
    worths = [
        worth(each, good=anchors[axis].good, unacceptable=anchors[axis].unacceptable) for axis, each in zip(CRITERIA, given, strict=False)
    ]
    value = np.stack(np.broadcast_arrays(*worths))
    unsure = np.isnan(value) | unknown.reshape(len(given), *(1,) * (value.ndim - 2), -1)
    low, high = np.where(unsure, 0.0, value), np.where(unsure, 1.0, value)
    high[LIMITS] = np.where(np.isnan(value[LIMITS]), 1.0, value[LIMITS])
    return low, high


def values(case: Case) -> tuple[Array, Array]:
    """`(low, high)` of a whole case."""
    return valued(case.anchors, quantities(case), unknown_criteria(case))
