"""What an assessment is worth to the user: 0..1 per axis, anchored at the user's own targets and at nothing else.

Because no other offer enters a value, an offer that is added or taken away never changes the order of the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from framework.axes.assessment import AXES, Verdict
from framework.scoring.chain import Assessments

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


def quantities(assessments: Assessments) -> tuple[Array, ...]:
    """The one number per axis that is valued, in the order of `AXES`: USD a month, attainment, room, share that fits."""
    return (
        assessments.cost.expected_usd,
        assessments.latency.attainment,
        assessments.rate_limits.room,
        assessments.context_window.fits_share,
    )


def unknown_axes(assessments: Assessments) -> Bools:
    """`(axes, offers)`: True where the verdict is that nobody knows."""
    return np.stack([getattr(assessments, axis).verdicts == Verdict.UNKNOWN for axis in AXES])


def valued(anchors: Mapping[Any, Anchors], given: Sequence[Array], unknown: Bools) -> tuple[Array, Array]:
    """`(low, high)`, each `(axes, ..., offers)`, from one quantity per axis; equal where the axis is known, 0 and 1 where it is not.

    Where some limit is unpublished but another is known, headroom can only be smaller than the known one: `high` is worth that much.
    """
    worths = [worth(each, good=anchors[axis].good, unacceptable=anchors[axis].unacceptable) for axis, each in zip(AXES, given, strict=True)]
    value = np.stack(np.broadcast_arrays(*worths))
    unsure = np.isnan(value) | unknown.reshape(len(AXES), *(1,) * (value.ndim - 2), -1)
    low, high = np.where(unsure, 0.0, value), np.where(unsure, 1.0, value)
    high[LIMITS] = np.where(np.isnan(value[LIMITS]), 1.0, value[LIMITS])
    return low, high


def values(anchors: Mapping[Any, Anchors], assessments: Assessments) -> tuple[Array, Array]:
    """`(low, high)` of whole assessments."""
    return valued(anchors, quantities(assessments), unknown_axes(assessments))
