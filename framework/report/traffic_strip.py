"""The traffic of a day or a week as a small drawing: rates as an area, hours or days below, the busiest minute marked and in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

from framework import wording
from framework.load import Load
from framework.report.svg import FONT
from framework.report.svg_scale import text_width
from framework.simulation.minutes import DAY_MINUTES, WEEK_MINUTES
from framework.simulation.shapes import Profile, profile_of
from framework.workload import Traffic

Array = NDArray[np.float64]

WIDTH, HEIGHT = 420, 112
LEFT, RIGHT, TOP, BOTTOM = 6, 414, 22, 90
POINTS = 360
FILL = "#0072B2"
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, eq=False)
class _View:
    """`rates` of the period as it is drawn: from midnight UTC where `clock`, from a Monday where `named`; `at` its busiest minute."""

    rates: Array
    at: int
    clock: bool
    named: bool

    @property
    def days(self) -> int:
        return len(self.rates) // DAY_MINUTES

    def x(self, minute: float) -> float:
        return LEFT + (RIGHT - LEFT) * minute / len(self.rates)


@dataclass(frozen=True)
class Drawing:
    """An `<svg>` in the colour of its surroundings, and what it shows in a sentence for those who do not see it."""

    svg: str
    words: str


def traffic_strip(traffic: Traffic, load: Load, *, measured: tuple[float, Array] | None = None) -> Drawing:
    """The shape of the calls that do not go in batch, and how many of them the busiest minute has, and when.

    `measured`: seconds a step and the rates, where the shape is a measured series.
    """
    profile = profile_of(
        traffic.shape,
        active_hours=traffic.active_hours,
        peak_factor=traffic.peak_factor,
        ramp_minutes=traffic.ramp_minutes,
        starts_utc=traffic.starts_utc,
        measured=measured,
    )
    view, calls = _view(profile, named=measured is None), float(load.interactive_per_minute) * profile.peak
    if profile.peak <= 1 + 1e-9 and np.count_nonzero(profile.minute_rate) <= traffic.active_hours * 60 + 1:
        words, mark = f"All minutes of the active hours are alike: {_calls(calls)} each", _label(view, f"{_calls(calls)} a minute")
    else:
        words = f"Busiest minute: {_calls(calls)}, {wording.factor(profile.peak)} the mean minute of the active hours, {_when(view)}"
        mark = _dot(view) + _label(view, f"{_calls(calls)} a minute, {_when(view)}")
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" font-family="{FONT}" '
        f'font-size="12" fill="currentColor" role="img" aria-label="{escape(words)}">{_area(view)}{mark}{_ticks(view)}</svg>'
    )
    return Drawing(svg, words)


def _view(profile: Profile, *, named: bool) -> _View:
    """From midnight where it is known when the period begins."""
    shift = 0 if profile.starts_s is None else round(profile.starts_s / 60)
    at = (profile.busiest_minute + shift) % profile.minutes
    return _View(np.roll(profile.minute_rate, shift), at, profile.starts_s is not None, named)


def _calls(a_minute: float) -> str:
    told = f"{a_minute:.2g}" if 0 < a_minute < 1 else wording.count(a_minute)
    return f"{told} {'call' if told == '1' else 'calls'}"


def _when(view: _View) -> str:
    day, minute = divmod(view.at, DAY_MINUTES)
    name = "" if view.days == 1 else f"{DAYS[day] if view.named else f'day {day + 1}'} "
    if view.clock:
        return f"{name}at {minute // 60:02d}:{minute % 60:02d} UTC"
    after = f"{minute / 60:.1f} h".replace(".0 h", " h")
    return f"{name}{after} after {'the active hours begin' if view.named else 'the recording begins'}"


def _area(view: _View) -> str:
    """The highest rate of each piece of the period, so that no peak is lost; points on a level line are left out."""
    tops = view.rates.reshape(POINTS, -1).max(axis=1)
    y = np.round(BOTTOM - (BOTTOM - TOP) * tops / tops.max(), 1)
    x = LEFT + (RIGHT - LEFT) * (np.arange(POINTS) + 0.5) / POINTS
    x[[0, -1]] = LEFT, RIGHT
    bent = np.concatenate([[True], (y[1:-1] != y[:-2]) | (y[1:-1] != y[2:]), [True]])
    line = "L".join(f"{across:.1f} {level:.1f}" for across, level in zip(x[bent].tolist(), y[bent].tolist(), strict=True))
    return (
        f'<path d="M{LEFT} {BOTTOM}L{line}L{RIGHT} {BOTTOM}Z" fill="{FILL}" fill-opacity="0.3"/>'
        f'<path d="M{line}" fill="none" stroke="{FILL}" stroke-width="1.5"/>'
        f'<path d="M{LEFT} {BOTTOM}H{RIGHT}" stroke="currentColor" stroke-opacity="0.4"/>'
    )


def _dot(view: _View) -> str:
    return f'<circle cx="{view.x(view.at + 0.5):.1f}" cy="{TOP}" r="3" fill="{FILL}"/>'


def _label(view: _View, words: str) -> str:
    """Above the busiest minute, moved inwards where it would not fit."""
    half = min(text_width(words) / 2 + 8, (RIGHT - LEFT) / 2)
    middle = min(max(view.x(view.at + 0.5), LEFT + half), RIGHT - half)
    return f'<text x="{middle:.1f}" y="{TOP - 9}" text-anchor="middle">{escape(words)}</text>'


def _ticks(view: _View) -> str:
    """Every six hours of a day, else the days, every second one of two weeks."""
    if view.days == 1:
        ticks = [(60.0 * hour, f"{hour:02d}:00" if view.clock else f"{hour} h") for hour in range(0, 25, 6)]
    else:
        step = math.ceil(view.days * DAY_MINUTES / WEEK_MINUTES)
        days = range(0, view.days, step)
        ticks = [((day + 0.5) * DAY_MINUTES, DAYS[day % 7] if view.named else f"day {day + 1}") for day in days]
    drawn = []
    for minute, words in ticks:
        across = view.x(minute)
        anchor = "start" if minute == 0 else "end" if minute == len(view.rates) else "middle"
        drawn.append(f'<text x="{across:.1f}" y="{BOTTOM + 16}" text-anchor="{anchor}" fill-opacity="0.8">{words}</text>')
    return "".join(drawn)
