"""Moments of a replayed day in words: by the clock where it is known, else from the first call on."""

from __future__ import annotations

import math

from framework import wording
from framework.simulation.minutes import DAY_MINUTES

DAY_S = 60 * DAY_MINUTES


def moment(after_s: float, starts_s: float | None, *, days: float = 1.0) -> str:
    """`13:42 UTC`, `13:42 UTC on day 2` in a replay of several days, `3 h 12 min in` where the clock is not known."""
    if math.isnan(after_s):
        return ""
    if starts_s is None:
        return f"{lasting(after_s)} in"
    day, second = divmod(starts_s + after_s, DAY_S)
    clock = f"{int(second // 3_600):02d}:{int(second % 3_600 // 60):02d} UTC"
    return f"{clock} on day {int(day) + 1}" if days > 1.01 else clock


def lasting(seconds: float) -> str:
    """`40 s`, `12 min`, `3 h 12 min`, `2 days 5 h`."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = int(seconds // 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    told = f"{days} {'day' if days == 1 else 'days'}"
    return f"{told} {hours} h" if hours else told


def waiting(seconds: float) -> str:
    """`850 ms`, `1.9 s`; from two minutes on as `lasting` says it."""
    return wording.seconds(seconds) if math.isnan(seconds) or seconds < 119.5 else lasting(seconds)


def minutes(count: int) -> str:
    """`1 minute`, `12 minutes`."""
    return f"{wording.count(count)} {'minute' if count == 1 else 'minutes'}"


def ticks(count: int, starts_s: float | None) -> list[tuple[float, str]]:
    """`(minute, words)` along `count` minutes: full hours of the clock, days of longer replays, a few even minutes of short ones."""
    step = next((size for size in (1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1_440, 2_880, 10_080) if count / size <= 7), 20_160)
    first = 0.0 if starts_s is None else -(starts_s / 60) % step
    places = [first + number * step for number in range(int(max(count - first, 0) // step) + 1)]
    return [(place, _tick(place, starts_s, step)) for place in places if place <= count]


def _tick(minute: float, starts_s: float | None, step: int) -> str:
    if starts_s is None:
        return (
            f"{minute / 60:g} h"
            if step >= 60 and step < DAY_MINUTES
            else f"day {minute / DAY_MINUTES:g}"
            if step >= DAY_MINUTES
            else f"{minute:g} min"
        )
    clock = round(minute + starts_s / 60)
    if step >= DAY_MINUTES:
        return f"day {clock // DAY_MINUTES + 1}"
    return f"{clock % DAY_MINUTES // 60:02d}:{clock % 60:02d}"
