"""What a reader of a latency figure must know about it, as sentences per offer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from framework import wording
from framework.axes.assessment import Finding, Gravity
from framework.axes.tokens import ratio_of
from framework.catalogue.columns import Array, Bools, Columns
from framework.load import Load

OLD_DAYS = 60
FAR_TIMES = 10
BEYOND_READINGS_SHARE = 0.99
LAST_PERCENTILE_SHARE = 0.95

Say = str | Callable[[int], str]
Said = Iterator[tuple[Bools, Gravity, Say]]


def findings(load: Load, columns: Columns, *, cached_tokens: Any, age_days: Array) -> tuple[Finding, ...]:
    """All findings, one about all offers first, then grouped by subject; of a sweep, what holds for any of its rows."""
    uncached = np.maximum(_any_row(load.input_mean * ratio_of(load, columns) - np.nan_to_num(cached_tokens)), 0.0)
    said = [
        *_readings(load, columns),
        *_ages(columns, age_days),
        *_moved(load, columns),
        *_lengths(columns, uncached),
        *_thinking(load, columns),
    ]
    about_offers = (
        Finding(say if isinstance(say, str) else say(k), gravity, columns.ids[k])
        for mask, gravity, say in said
        for k in np.flatnonzero(mask).tolist()
    )
    return (*_about_all(load), *about_offers)


def _any_row(values: Any) -> Array:
    """The largest over the rows of a sweep."""
    return np.asarray(np.reshape(values, (-1, np.shape(values)[-1])).max(axis=0))


def _about_all(load: Load) -> Iterator[Finding]:
    if load.round_trips:
        calls = "call is" if load.round_trips == 1 else "calls are"
        yield Finding(
            f"{load.round_trips} {calls} waited for before the answer starts, each with a prompt like the last; what your tools take comes "
            "on top.",
            "info",
        )
    share = float(np.max(load.percentile_share))
    asked = wording.share(share)
    if LAST_PERCENTILE_SHARE < share < BEYOND_READINGS_SHARE - 1e-9:
        yield Finding(f"Readings end at the 95th percentile: whether {asked} of the replies are in time is extrapolated.", "info")
    if share >= BEYOND_READINGS_SHARE - 1e-9:
        yield Finding(
            f"Readings end at the 95th percentile: they can rule out that {asked} of the replies are in time, but not show it. "
            "Measure with your own prompts.",
            "warning",
        )


def _readings(load: Load, columns: Columns) -> Said:
    latency = columns.latency
    read = np.isfinite(latency.m_at_s)
    yield (
        ~read,
        "warning",
        lambda k: (
            "No latency reading was found: unknown, not slow. Measure your own with fouraxes probe and upload the profile on the latency "
            f"page, or enter p50 and p95 in pricing/latency/{columns.providers[k]}.yaml."
        ),
    )
    yield (
        read & ~np.isfinite(latency.tps),
        "warning",
        "The output speed is not known, so neither is the time of the whole reply: measure tokens per second over your own replies.",
    )
    if load.converts:
        yield (
            read & np.isnan(ratio_of(load, columns)),
            "warning",
            "How many tokens this model makes of your text is not known: give your counts in its own tokens to get its times.",
        )


def _moved(load: Load, columns: Columns) -> Said:
    """Readings that were not taken as they are."""
    latency = columns.latency
    yield (
        latency.scale != 1,
        "warning",
        lambda k: (
            f"No time at effort {load.effort} was found: the one at effort {latency.effort[k]} is multiplied by {latency.scale[k]:.2g}, as "
            "efforts typically differ, and the range is that much wider. Measure at your effort."
        ),
    )
    yield (
        latency.early,
        "info",
        "Read in the first two weeks of the model: in the month after, such first tokens came a tenth later and such speeds fell by a "
        "tenth. That is added, and the range is half as wide again.",
    )


def _ages(columns: Columns, age_days: Array) -> Said:
    latency = columns.latency
    yield (
        age_days > OLD_DAYS,
        "warning",
        lambda k: (
            f"The latency reading is {age_days[k]:.0f} days old; since then the median may well have moved by "
            f"{wording.share(float(np.expm1(latency.stale_sigma[k])))}, which the range holds."
        ),
    )
    yield np.isfinite(latency.m_at_s) & np.isnan(age_days), "warning", "The latency reading bears no date: it may be long out of date."


def _lengths(columns: Columns, uncached: Array) -> Said:
    latency = columns.latency
    yield (
        np.isfinite(latency.m_at_s) & np.isnan(latency.beta) & (uncached != latency.at_tokens),
        "warning",
        "How the first token slows with the length of the prompt is not known, so neither are its times at yours: measure at your length.",
    )
    far = (uncached > FAR_TIMES * latency.at_tokens) & (latency.gamma == 0)
    yield (
        far,
        "warning",
        lambda k: (
            f"Read at {wording.tokens(float(latency.at_tokens[k]))} tokens; your {wording.tokens(float(uncached[k]))} uncached tokens "
            "a prompt are reached by a straight line, and long prompts are often slower than that. Measure at your length."
        ),
    )


def _thinking(load: Load, columns: Columns) -> Said:
    silent = (columns.always_thinks == 1) & np.isfinite(columns.latency.m_at_s) & bool(np.any(np.equal(load.reasoning_mean, 0)))
    yield (
        silent & columns.latency.thinks,
        "info",
        lambda k: (
            f"Always thinks: the times hold its thinking (effort {columns.latency.effort[k]}), the bill does not while "
            "tokens.reasoning_mean is 0."
        ),
    )
    yield (
        silent & ~columns.latency.thinks,
        "warning",
        "Always thinks, but this reading holds no thinking time and tokens.reasoning_mean is 0: real replies start later than "
        "shown. Give the thinking tokens a reply takes.",
    )
