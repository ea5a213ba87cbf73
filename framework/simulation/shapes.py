"""How the calls of a day or a week are spread over its minutes, as rates: no randomness here, `arrivals` makes single calls of them.

Every shape holds the calls of its days exactly. Its busiest minute is `peak_factor` times the mean minute of the active hours wherever the
shape allows it:

- `steady` has no busier minute than its mean one, so that the factor is not used.
- No minute can hold more than all calls of a day: with `n` active minutes the factor ends at `n`.
- `weekly`: its working days are busier than its mean day, so that the factor is at least 21/17.
- A measured series has a busiest minute of its own, and spreads over day and night: neither the factor nor the active hours shape it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framework.quantities import concentration_of_peak
from framework.simulation.minutes import DAY_MINUTES, WEEK_DAYS, by_minute
from framework.vocabulary import Series, Shape

Array = NDArray[np.float64]

WEEKEND = 1 / 3
"""Calls of a weekend day over those of a working day: 0.33 in the code trace of Azure/AzurePublicDataset (AzureLLMInferenceDataset2024,
commit b469a11, read off its plot on 2026-11-23)."""
NIGHT = 0.02
"""Of the mean rate, which goes on through the whole night: around the clock never means not at all."""
LAUNCH_DECAY = 1 / 8
"""Of the active hours, after which a launch has fallen to 1/e, unless so many calls came with it that it has to fall sooner."""
LAUNCH_MOST = 0.75
"""Of the day's calls that may come with a launch."""
BURSTS_A_DAY = 4


@dataclass(frozen=True, eq=False)
class Profile:
    """Rates over one period, a day or whole weeks; the period repeats.

    `minute_rate`: `(minutes,)` calls per minute over the mean minute of the active hours, read-only. `starts_s`: second of the day at which
    the first minute begins, None: not known. A week begins on a Monday.
    """

    minute_rate: Array
    starts_s: float | None = None

    @property
    def minutes(self) -> int:
        """Length of the period."""
        return len(self.minute_rate)

    @property
    def days(self) -> int:
        """The same in days."""
        return self.minutes // DAY_MINUTES

    @property
    def busiest_minute(self) -> int:
        """The first of the minutes with the highest rate."""
        return int(np.argmax(self.minute_rate))

    @property
    def peak(self) -> float:
        """Its rate."""
        return float(self.minute_rate[self.busiest_minute])


@dataclass(frozen=True)
class _Day:
    """`calls`: active minutes, and so the calls of a day in mean minutes; `peak` at most that; `ramp` in whole minutes."""

    calls: float
    peak: float
    ramp: int

    @property
    def minutes(self) -> int:
        return math.ceil(self.calls - 1e-9)

    @property
    def width(self) -> float:
        """Minutes that would hold all calls at the peak rate, at least 1."""
        return self.calls / self.peak


def profile_of(
    shape: Shape | Series,
    *,
    active_hours: float,
    peak_factor: float,
    ramp_minutes: float,
    starts_utc: float | None,
    measured: tuple[float, Array] | None = None,
) -> Profile:
    """The rates of a shape; `measured` holds those of a series: seconds a step and `(n,)` rates of any unit, a day or more of them.

    The period begins where the active hours begin, at `starts_utc` where that is known; at which hour a series began is not.
    """
    calls = active_hours * 60
    if measured is not None:
        return _profile(by_minute(*measured) * (calls / DAY_MINUTES), None)
    if shape not in _RATES:
        raise ValueError(f"{shape} is a measured series: give its rates as `measured`")
    day = _Day(calls, min(peak_factor, calls), round(ramp_minutes))
    return _profile(_RATES[shape](day), None if starts_utc is None else starts_utc * 3_600)


def _profile(rates: Array, starts_s: float | None) -> Profile:
    rates.setflags(write=False)
    return Profile(rates, starts_s)


def _placed(rates: Array, start: int = 0) -> Array:
    """A day with these rates from a minute on, and nothing before and after."""
    day = np.zeros(DAY_MINUTES)
    day[start : start + len(rates)] = rates
    return day


def _narrowed(log_rate: Array, width: float, start: float) -> Array:
    """`exp(k * log_rate)` with the k, sought from `start`, at which it sums to `width`; `log_rate` is 0 at its top, less elsewhere.

    The logarithm of the sum is convex and falls in k, so that Newton's steps cannot miss.
    """
    if width >= len(log_rate):
        return np.ones(len(log_rate))
    if width <= 1:
        return np.where(log_rate == 0, 1.0, 0.0)
    k, rate = start, np.exp(start * log_rate)
    for _ in range(60):
        total = rate.sum()
        step = total * math.log(total / width) / -(rate @ log_rate)
        k, rate = max(k + step, 0.0), np.exp(max(k + step, 0.0) * log_rate)
        if abs(step) <= 1e-12 * k:
            break
    return np.asarray(rate)


def _bump(minutes: int, width: float) -> Array:
    """A von Mises density over so many minutes, 1 at the middle one; it sums to `width`."""
    angle = 2 * np.pi * (np.arange(minutes) - minutes // 2) / minutes
    return _narrowed(np.cos(angle) - 1, width, float(concentration_of_peak(minutes / width)))


def _working_day(day: _Day) -> Array:
    """Up from the first active minute to the middle one and down to the last, nothing outside; flat where the peak is the mean."""
    return _placed(day.peak * _bump(day.minutes, day.width))


def _steady(day: _Day) -> Array:
    """All active minutes alike, the last one in part where they are no whole number."""
    flat = np.ones(day.minutes)
    flat[-1] -= day.minutes - day.calls
    return _placed(flat)


def _day_and_night(day: _Day) -> Array:
    """The same bump around the clock, highest in the middle of the active hours, on a rate that no night falls below.

    The mean minute stays that of the active hours: with 8 of them and a peak factor of 3 the busiest minute is 9 times the day's own mean.
    The nights are those of public traces: 1/3.3 of the peak at a factor of 1.67, 1/33 at 3.07, where Azure's traces of 2024 (same source as
    `WEEKEND`) have 1/3.5 for conversations and 1/34.5 for code.
    """
    night = NIGHT * day.calls / DAY_MINUTES
    spread = day.calls * (1 - NIGHT)
    height = min(day.peak - night, spread)
    return np.asarray(np.roll(night + height * _bump(DAY_MINUTES, spread / height), day.minutes // 2 - DAY_MINUTES // 2))


def _weekly(day: _Day) -> Array:
    """Five working days and two at a third of them, together the calls of seven."""
    busy = WEEK_DAYS * day.calls / (5 + 2 * WEEKEND)
    peak = min(max(day.peak, busy / day.minutes), busy)
    working = _placed(peak * _bump(day.minutes, busy / peak))
    return np.concatenate([working] * 5 + [working * WEEKEND] * 2)


def _launch_spike(day: _Day) -> Array:
    """Flat for a quarter of the active hours, up to the peak within the ramp, then down by the same share every minute.

    Ramp and fall are shortened where more than `LAUNCH_MOST` of the day's calls would come with them.
    """
    most = max(LAUNCH_MOST * day.width, 1.0)
    start, ramp = day.minutes // 4, min(day.ramp, day.minutes // 4, int(most - 1))
    rise, after = _ramp(ramp), -np.arange(float(day.minutes - day.minutes // 4 - ramp))
    fall = np.exp(after / (LAUNCH_DECAY * day.minutes))
    left = most - rise.sum()
    if fall.sum() > left:
        fall = _narrowed(after, left, math.inf if left <= 1 else -math.log1p(-1 / left))
    spike = _placed(np.concatenate([rise, fall]), start)
    base = max((day.calls - day.peak * spike.sum()) / (day.calls - spike.sum()), 0.0)
    return np.asarray(base * _steady(day) + (day.peak - base) * spike)


def _ramp(minutes: int) -> Array:
    return np.arange(1, minutes + 1) / (minutes + 1)


def _block(width: float, ramp: int, room: int) -> Array:
    """Up within the ramp, on at 1, down again, in at most `room` minutes; it sums to `width`. What does not fit of the ramp is cut."""
    ramp = max(min(ramp, int(width - 1), room - math.ceil(width - 1e-9)), 0)
    rise, whole = _ramp(ramp), math.floor(width - ramp + 1e-9)
    fall = np.sort(np.append(rise, max(width - ramp - whole, 0.0)))[::-1]
    return np.concatenate([rise, np.ones(whole), fall[fall > 0]])


def _batch_window(day: _Day) -> Array:
    """All calls at the peak rate, in one block at the beginning of the active hours."""
    return _placed(day.peak * _block(day.width, day.ramp, day.minutes))


def _idle_then_burst(day: _Day) -> Array:
    """Nothing, then a block at the peak rate, four times in the active hours; fewer where the calls do not fill four minutes."""
    bursts = next(n for n in range(BURSTS_A_DAY, 0, -1) if n == 1 or n <= day.width <= n * (day.minutes // n) + 1e-9)
    room = day.minutes // bursts
    block = day.peak * _block(min(day.width / bursts, float(room)), day.ramp, room)
    return _placed(np.tile(np.concatenate([np.zeros(room - len(block)), block]), bursts))


_RATES: dict[str, Callable[[_Day], Array]] = {
    "working_day": _working_day,
    "steady": _steady,
    "day_and_night": _day_and_night,
    "weekly": _weekly,
    "launch_spike": _launch_spike,
    "batch_window": _batch_window,
    "idle_then_burst": _idle_then_burst,
}
