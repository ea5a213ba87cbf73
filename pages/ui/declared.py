"""What a control declares, and the grids and words that several of them share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from pages.ui.help import HELP

Kind = Literal["log", "linear", "choice", "many", "toggle", "text", "day"]

SHARES = tuple(round(0.05 * step, 2) for step in range(21))


@dataclass(frozen=True)
class Control:
    """`grid` for log sliders and choices; `low`, `high`, `step` for linear ones. `shown_as` is how a linear slider writes its value.

    `is_share`: from 0 to 1 although it is not shown as bare per cents.
    """

    path: str
    label: str
    kind: Kind
    grid: tuple[Any, ...] = ()
    low: float = 0
    high: float = 1
    step: float = 1
    show: Callable[[Any], str] = str
    optional: bool = False
    shown_as: str = "%g"
    is_share: bool = False

    @property
    def help(self) -> str:
        """What it means, for somebody who does not know."""
        return HELP[self.path]


def decades(low: float, high: float, steps: Iterable[float] = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)) -> tuple[float, ...]:
    """Round figures from `low` to `high`, ten to a decade."""
    marks = sorted({step * 10.0**power for power in range(-2, 10) for step in steps})
    return tuple(round(mark, 4) for mark in marks if low <= mark <= high)


def whole(low: float, high: float) -> tuple[float, ...]:
    """The same as whole numbers."""
    return tuple(dict.fromkeys(float(round(mark)) for mark in decades(low, high)))


def off(text: Callable[[Any], str], none: str) -> Callable[[Any], str]:
    """How an optional field writes its value, and what it says where it has none."""
    return lambda value: none if value is None else text(value)


def percent(value: float) -> str:
    """A share as whole per cents."""
    return f"{100 * value:.0f} %"
