"""What would change who is served at the peak: each remedy tried on the load itself and replayed, none of it an estimate of an estimate."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from framework.axes.rate_limits import RateLimitAssessment, replays
from framework.axes.tiers import reaching, rungs, title
from framework.axes.tokens import thinking_tokens
from framework.catalogue.columns import Columns
from framework.load import Load

Kind = Literal["batch", "caching", "max_tokens", "smoothing", "spreading", "tier"]
Answer = Callable[[Load, Mapping[str, str]], RateLimitAssessment]
"""The rate limits of one offer for a changed load and other tiers, the other axes worked out anew."""

MOVED_TO_BATCH = 0.5
CACHED_HITS = 0.9
P95 = 0.95
FLATTER = 2 / 3
ROUNDING = 5e-4


@dataclass(frozen=True)
class Reading:
    """Shares served at the peak, at worst and as shown, and how many times the traffic would still be served; NaN: not known."""

    low: float
    high: float
    room: float

    @classmethod
    def of(cls, limits: RateLimitAssessment, columns: Columns) -> Reading:
        """That of an assessment of one offer."""
        known = bool(replays(limits, columns)[0])
        served = (float(limits.served_worst[0]), float(limits.served[0])) if known else (np.nan, np.nan)
        return cls(*served, float(limits.room[0]))

    def more_than(self, other: Reading) -> bool:
        """Better in the first figure in which they differ beyond what rounding shows: served at worst, served, then the room."""
        pairs = ((self.low, other.low), (self.high, other.high), (self.room / max(other.room, 1e-12), 1.0))
        return next((mine > theirs for mine, theirs in pairs if abs(mine - theirs) > ROUNDING), False)


@dataclass(frozen=True)
class Fix:
    """`what` is changed, in words; `takes`: what that asks of the team, empty where nothing but doing it."""

    kind: Kind
    what: str
    takes: str
    after: Reading


@dataclass(frozen=True)
class Fixes:
    """`before`: as it is. `helps` by effect, the most first; `idle` change nothing; `unknown`: tiers whose limits are not published."""

    before: Reading
    helps: tuple[Fix, ...]
    idle: tuple[Fix, ...]
    unknown: tuple[Fix, ...]


@dataclass(frozen=True)
class _Try:
    kind: Kind
    what: str
    takes: str
    load: Load
    tiers: Mapping[str, str]


def fixes(load: Load, columns: Columns, *, tiers: Mapping[str, str], answer: Answer) -> Fixes:
    """Every remedy that one offer (`columns` of one) knows, each by itself; `answer` is asked once for each and once for now."""
    now = answer(load, tiers)
    before = Reading.of(now, columns)
    tried = [
        Fix(each.kind, each.what, each.takes, Reading.of(answer(each.load, each.tiers), columns))
        for each in _tries(load, columns, tiers, now)
    ]
    unknown = tuple(fix for fix in tried if np.isnan(fix.after.room))
    known = [fix for fix in tried if fix not in unknown]
    helps = [fix for fix in known if np.isnan(before.room) or fix.after.more_than(before)]
    return Fixes(
        before,
        tuple(sorted(helps, key=lambda fix: (-np.nan_to_num(fix.after.low), -np.nan_to_num(fix.after.high), -fix.after.room))),
        tuple(fix for fix in known if fix not in helps),
        unknown,
    )


def _tries(load: Load, columns: Columns, tiers: Mapping[str, str], now: RateLimitAssessment) -> Iterator[_Try]:
    for part in (_batch, _caching, _max_tokens, _smoothing, _spreading):
        yield from (_Try(kind, what, takes, changed, tiers) for kind, what, takes, changed in part(load, columns))
    yield from _tiers(load, columns, tiers, int(now.tier_index[0]))


_Found = Iterator[tuple[Kind, str, str, Load]]


def _batch(load: Load, columns: Columns) -> _Found:
    """Half of what does not go in batch now."""
    if columns.price.sells_batch[0] and load.batch_share < 1:
        share = load.batch_share + (1 - load.batch_share) * MOVED_TO_BATCH
        yield "batch", "Half of the calls go in batch", "half of the calls can wait for hours", load.with_(batch_share=share)


def _caching(load: Load, columns: Columns) -> _Found:
    """Only where cached input is known not to count; a system prompt is a prefix that could be cached, even if none is named."""
    if columns.limits.cached_counts[0] != 0 or not columns.price.caches[0] or load.converses:
        return
    prefix = float(load.prefix_tokens) or float(load.system_tokens + load.tools_tokens)
    given = float(np.nan_to_num(load.hit_rate))
    if prefix <= 0 or given >= CACHED_HITS:
        return
    whose = "your prefix" if load.prefix_tokens else "your system prompt"
    takes = f"nine calls in ten find {whose} of {prefix:,.0f} tokens in the cache"
    yield "caching", "A cache hit rate of 90 %", takes, load.with_(prefix_tokens=prefix, hit_rate=CACHED_HITS)


def _max_tokens(load: Load, columns: Columns) -> _Found:
    """Only where it is known to be reserved, and only down."""
    thinking = float(np.broadcast_to(thinking_tokens(load, columns), (1,))[0])
    enough = float(np.ceil(load.output_length.quantile(P95) + thinking))
    if columns.limits.max_tokens_reserved[0] == 1 and enough < load.max_tokens:
        takes = f"one reply in twenty is cut off at {enough:,.0f} tokens"
        yield "max_tokens", f"max_tokens {enough:,.0f} instead of {load.max_tokens:,.0f}", takes, load.with_(max_tokens=enough)


def _smoothing(load: Load, columns: Columns) -> _Found:  # noqa: ARG001
    if load.client.policy != "wait":
        client = load.client.model_copy(update={"policy": "wait"})
        takes = f"a queue in front of the limit, in which a call may spend {load.max_wait_s:g} s"
        yield "smoothing", "Calls wait their turn instead of failing", takes, load.with_(client=client)


def _spreading(load: Load, columns: Columns) -> _Found:  # noqa: ARG001
    factor = max(1.0, float(load.peak_factor) * FLATTER)
    if factor < load.peak_factor:
        takes = f"a peak factor of {factor:.3g} instead of {load.peak_factor:.3g}"
        yield "spreading", "The peak is a third lower", takes, load.with_(peak_factor=factor)


def _tiers(load: Load, columns: Columns, tiers: Mapping[str, str], now: int) -> Iterator[_Try]:
    """Every higher rung of the ladder, with what reaching it takes."""
    names, provider = columns.limits.tier_names[0], columns.providers[0]
    for rung in range(now + 1, int(rungs(columns.limits)[:, 0].sum())):
        takes = reaching(columns.limits, rung, 0).partition(": ")[2]
        yield _Try("tier", title(names[rung]), takes, load, {**tiers, provider: names[rung]})
