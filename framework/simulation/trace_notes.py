"""What the reading of a trace assumed or left out, one sentence each."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from framework.simulation.arrivals import Arrivals
from framework.simulation.trace_dates import SECOND_US
from framework.simulation.trace_layout import Layout, listed, said
from framework.simulation.trace_times import Clock
from framework.simulation.trace_users import Users

_UNITS = {6: "seconds", 3: "milliseconds", 0: "microseconds"}


def notes_on(arrivals: Arrivals, layout: Layout, clock: Clock, users: Users) -> tuple[str, ...]:
    """Nothing where a file says all that is needed."""
    return (*_on_times(arrivals, layout, clock), *users.notes(), *_on_columns(layout))


def _on_times(arrivals: Arrivals, layout: Layout, clock: Clock) -> Iterator[str]:
    if clock.kind == "number" and layout.places is not None and layout.name == "general":
        yield f"the numbers under {said(layout.time)} are read as {_UNITS[layout.places]}"
    if clock.kind == "local":
        yield "the times name no zone: the hour of the day is the one written"
    if clock.cut:
        yield "decimals of the time beyond the microsecond are cut off"
    step_s = _step_s(arrivals)
    if step_s >= 1:
        yield f"the times step by {step_s:,g} s: bursts shorter than that cannot be seen in this file"


def _step_s(arrivals: Arrivals) -> float:
    """The step on whose multiples all times lie, 0 where it is below a second or cannot be told."""
    if (arrivals.time_us % SECOND_US).any():
        return 0
    return int(np.gcd.reduce(arrivals.time_us)) / SECOND_US


def _on_columns(layout: Layout) -> Iterator[str]:
    if layout.others:
        yield f"not read: {listed(layout.others)}"
