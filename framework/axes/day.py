"""The calls of a day or a week that meet the limits, one row each: drawn from the workload's shape, or those of a trace."""

from __future__ import annotations

import dataclasses
import functools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framework.axes.charging import Texts
from framework.catalogue.columns import Array, Ints
from framework.load import Load
from framework.simulation.arrivals import Arrivals, Lengths, arrivals_of, longest_draws
from framework.simulation.bundled import bundled_trace
from framework.simulation.limiter import DAY_S, THIN_S
from framework.simulation.minutes import DAY_MINUTES
from framework.simulation.scaling import numbered, scaled
from framework.simulation.series import rate_series
from framework.simulation.shapes import Profile, profile_of
from framework.vocabulary import SERIES
from framework.workload import Traffic

MOST_ROWS = 100_000
"""Above it several calls are merged into one row: a slider's move has to stay quick."""
SEED = 20_261_101
THIN_ROWS = 120


@dataclass(frozen=True, eq=False)
class Day:
    """Calls in the order in which they come, each array `(n,)`.

    `merged` calls make a row; texts, `chance` and `user` are then those of one of them. `thinned`: it is that one alone, which stands for
    as many like it, and they come one by one as all do, only as many times as slowly. `longest`: prompt and reply of the longest of all
    calls, which may be none of the rows. `chance`: evenly between 0 and 1, below a given hit rate the call finds its prefix; `prefix`:
    which one. `user`: who sends it, None not known. `starts_s`: second of the (UTC) day of the first one, None not known. `days` they last.
    """

    time_us: Ints
    texts: Texts
    chance: Array
    prefix: Ints
    user: Ints | None
    merged: int
    starts_s: float | None
    days: float
    thinned: bool = False
    longest: tuple[float, float] = (0.0, 0.0)
    lasts_s: int | None = None

    def __len__(self) -> int:
        return len(self.time_us)

    @functools.cached_property
    def users(self) -> int:
        """How many of them call; 0 where they are not known."""
        return 0 if self.user is None else int(np.unique(self.user).size)

    @property
    def together(self) -> int:
        """Calls that are charged as one."""
        return 1 if self.thinned else self.merged

    @property
    def stretch(self) -> int:
        """How many times as slowly the rows come as the calls do."""
        return self.merged if self.thinned else 1

    @property
    def thin_s(self) -> int:
        """How long its buckets last at most: `lasts_s`, else `THIN_S`, or as long as `THIN_ROWS` rows take, which is enough to tell."""
        return self.lasting(THIN_S) if self.lasts_s is None else self.lasts_s

    def lasting(self, least_s: int) -> int:
        """So long, or as long as `THIN_ROWS` of its rows take."""
        return max(least_s, math.ceil(THIN_ROWS * DAY_S * self.days / max(len(self), 1)))

    def some(self, rows: Ints | slice | NDArray[np.bool_]) -> Day:
        """Those rows alone, on the same clock."""
        texts = Texts(self.texts.prompt[rows], self.texts.reusable[rows], self.texts.reply[rows])
        user = None if self.user is None else self.user[rows]
        return dataclasses.replace(
            self, time_us=self.time_us[rows], texts=texts, chance=self.chance[rows], prefix=self.prefix[rows], user=user
        )

    @property
    def calls(self) -> int:
        """Calls in all rows."""
        return len(self) * self.merged


def profile(traffic: Traffic) -> Profile:
    """The rate over the minutes of a day or a week."""
    measured = None
    if traffic.shape in SERIES:
        series = rate_series(traffic.shape)
        measured = (series.step_s, series.rate)
    return profile_of(
        traffic.shape,
        active_hours=traffic.active_hours,
        peak_factor=traffic.peak_factor,
        ramp_minutes=traffic.ramp_minutes,
        starts_utc=traffic.starts_utc,
        measured=measured,
    )


def planned_day(traffic: Traffic, load: Load, *, share: float = 1.0, most_rows: int = MOST_ROWS, thinned: bool = False) -> Day:
    """The workload's own traffic; `share` of its calls meet the limits. At least one does.

    Where they are more than `most_rows`, rows stand for several: for what is drawn, and where calls queue, merged ones do; where each call
    goes in or not by itself, `thinned` ones, of which the short go in and the long do not, as they do.
    """
    if traffic.trace is not None:
        return trace_day(bundled_trace(traffic.trace).arrivals, load, share=share)
    shape = profile(traffic)
    calls = max(1, round(float(load.requests_per_day) * share * shape.minutes / DAY_MINUTES))
    merged = math.ceil(calls / most_rows)
    arrivals = arrivals_of(
        shape,
        requests=max(1, round(calls / merged)),
        burstiness=traffic.burstiness if thinned else max(traffic.burstiness / math.sqrt(merged), 0.05),
        lengths=Lengths(float(load.input_mean), float(load.input_sigma), float(load.output_mean), float(load.output_sigma)),
        users=None if traffic.users is None else round(traffic.users),
        seed=SEED,
    )
    day = _day(arrivals, load, days=shape.minutes / DAY_MINUTES, merged=merged)
    return dataclasses.replace(day, thinned=True, longest=_longest(load, calls)) if thinned and merged > 1 else day


def _longest(load: Load, calls: int) -> tuple[float, float]:
    """Prompt and reply of the longest of so many, as they would be drawn."""
    means, sigmas = (load.input_mean, load.output_mean), (load.input_sigma, load.output_sigma)
    draws = longest_draws(calls, seed=SEED)
    prompt, reply = (float(m) * math.exp(float(s) * z - float(s) ** 2 / 2) for m, s, z in zip(means, sigmas, draws, strict=True))
    return prompt, reply


def trace_day(arrivals: Arrivals, load: Load, *, share: float = 1.0, as_recorded: bool = False) -> Day:
    """The requests of a trace, at the workload's mean minute and mean lengths; `as_recorded` leaves it as it is. `TraceError`: no rate."""
    if not as_recorded:
        per_minute = float(load.requests_per_day) * share / (float(load.active_hours) * 60)
        arrivals = _at_means(scaled(arrivals, to_per_minute=per_minute, seed=SEED), load)
    span_us = int(arrivals.time_us[-1]) if len(arrivals) else 0
    return _day(arrivals, load, days=span_us / (DAY_MINUTES * 60e6))


def _at_means(arrivals: Arrivals, load: Load) -> Arrivals:
    prompt, reply = (
        np.maximum(np.rint(tokens * (float(mean) / max(float(tokens.mean()), 1e-9))), 1).astype(np.int64)
        for tokens, mean in ((arrivals.input_tokens, load.input_mean), (arrivals.output_tokens, load.output_mean))
    )
    return dataclasses.replace(arrivals, input_tokens=prompt, output_tokens=reply)


def _day(arrivals: Arrivals, load: Load, *, days: float, merged: int = 1) -> Day:
    prompt = arrivals.input_tokens.astype(float)
    shared = float(load.reusable_mean / load.input_mean) if load.converses else 1.0
    reusable = prompt * shared if load.converses else np.minimum(prompt, float(load.prefix_tokens))
    bits = numbered(np.uint64(0), len(arrivals))  # the same call has the same luck whatever else is moved
    # A row stands for as many prefixes as calls, so that each of them is called as often as it is.
    prefixes = max(1, round(float(load.prefixes) / merged)) if merged > 1 else max(1, int(float(load.prefixes)))
    return Day(
        time_us=arrivals.time_us,
        texts=Texts(prompt, reusable, arrivals.output_tokens.astype(float)),
        chance=(bits >> np.uint64(11)).astype(float) / float(1 << 53),
        prefix=_prefixes(bits, prefixes),
        user=arrivals.user,
        merged=merged,
        starts_s=arrivals.starts_s,
        days=days,
    )


def _prefixes(bits: NDArray[np.uint64], prefixes: int) -> Ints:
    """Which one each call has; numbered through where there are more than calls, as a cache is looked up by number."""
    drawn = ((bits & np.uint64(0xFFFFFFFF)) * np.uint64(min(prefixes, 0xFFFFFFFF)) >> np.uint64(32)).astype(np.int64)
    return drawn if prefixes <= len(bits) else np.unique(drawn, return_inverse=True)[1].astype(np.int64)
