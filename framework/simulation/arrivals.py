"""Requests as they come: one row each, in whole microseconds and tokens."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Arrivals:
    """Requests in the order in which they come; every array is `(n,)` of int64.

    `time_us`: microseconds since the first one, never falling. `input_tokens`, `output_tokens`: of each call, output with its reasoning.
    `user`: who sent it, small whole numbers; None: not known. `starts_s`: second of the day at which the first one comes, None: not known.
    """

    time_us: Ints
    input_tokens: Ints
    output_tokens: Ints
    user: Ints | None = None
    starts_s: float | None = None

    def __len__(self) -> int:
        return len(self.time_us)
