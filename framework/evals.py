"""What a team has found in its own evaluation: how often a model's replies pass. Public benchmark scores have no place here."""

from __future__ import annotations

import math
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, Field

from framework.part import Part, Share

Array = NDArray[np.float64]

Z_95 = 1.959963984540054
"""Normal quantile of a two-sided interval of 95 %."""


def _counted(value: Any) -> Any:
    """Number boxes know no whole numbers: 200.0 counts as 200."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


class EvalResult(Part):
    """Share of `n` cases of the team's own that passed; graded cases may make it a mean between 0 and 1."""

    pass_rate: Share
    n: Annotated[int, BeforeValidator(_counted), Field(ge=1, le=10_000_000, strict=True)]

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's, 95 %."""
        return wilson(self.pass_rate, self.n)


def wilson(share: float, n: float, z: float = Z_95) -> tuple[float, float]:
    """Score interval of a share of `n` (Wilson 1927): inside 0..1, and of some width even where none or all passed."""
    shrunk = 1 + z * z / n
    middle = (share + z * z / (2 * n)) / shrunk
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / shrunk
    # At the ends the sum is exact in reals and not in floats.
    low = 0.0 if share == 0 else min(share, max(0.0, middle - half))
    high = 1.0 if share == 1 else max(share, min(1.0, middle + half))
    return low, high


def wilson_at(share: Array, n: Array, z: Array) -> Array:
    """The share that the interval of |z| standard deviations ends at, below for z under 0; arrays that broadcast, NaN stays NaN.

    With z drawn from a standard normal, 95 of 100 lie inside the interval of 95 % that `wilson` tells.
    """
    half = z * np.sqrt(share * (1 - share) / n + np.square(z) / (4 * np.square(n)))
    return np.asarray(np.clip((share + np.square(z) / (2 * n) + half) / (1 + np.square(z) / n), 0.0, 1.0))


def cases_needed(share: float, target: float) -> float:
    """How many cases, if `share` of them passes, put the interval wholly to one side of `target`; infinite where the two are equal.

    The interval of score excludes `target` from `n = z^2 target (1 - target) / (share - target)^2` on.
    """
    apart = (share - target) ** 2
    return math.inf if apart == 0 else math.ceil(Z_95 * Z_95 * target * (1 - target) / apart)
