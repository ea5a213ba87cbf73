"""What every axis answers with: arrays over offers, verdicts, a headline and findings."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Axis = Literal["cost", "latency", "rate_limits", "context_window"]
AXES: tuple[Axis, ...] = ("cost", "latency", "rate_limits", "context_window")
Criterion = Literal["cost", "latency", "rate_limits", "context_window", "success"]
CRITERIA: tuple[Criterion, ...] = (*AXES, "success")
"""What can be weighed: the axes, and last the team's own evaluation, which takes part where it has looked at any offer."""
Gravity = Literal["info", "warning", "blocking"]


class Verdict(IntEnum):
    """Passing and being sure are separate: a range that straddles the target is UNRESOLVED, no data is UNKNOWN."""

    FAILS = 0
    UNRESOLVED = 1
    UNKNOWN = 2
    MEETS = 3


@dataclass(frozen=True)
class Finding:
    """One sentence about one offer (`offer` an id) or about all (`offer` None)."""

    text: str
    gravity: Gravity = "info"
    offer: str | None = None


@dataclass(frozen=True, eq=False)
class Assessment:
    """`verdicts` `(offers,)` of `Verdict`; the axis adds its own arrays in a subclass. `say` words the findings when first read."""

    axis: Axis
    verdicts: NDArray[np.int64]
    say: Callable[[], tuple[Finding, ...]] = field(default=tuple, kw_only=True, repr=False)

    @functools.cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What a reader must know about the figures: a page shows those of its own axis, a ranking none."""
        return self.say()
