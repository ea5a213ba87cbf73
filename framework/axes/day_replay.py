"""A whole day against every offer at every tier, call by call: who is refused, who waits, and by what.

Offers that charge and limit alike share a replay. Both readings of a bucket's depth stand side by side, a second's first: no provider says.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framework.axes.charging import charged, charging_of
from framework.axes.day import Day
from framework.axes.day_hits import NOT_EMPTIED, CacheRules, found
from framework.axes.demand import AS_SHOWN, DIMENSIONS, Expected, interactive_share
from framework.axes.peak_replay import distinct
from framework.axes.tiers import ladder, rungs
from framework.catalogue.columns import Array, Bools, Columns, Ints
from framework.load import Load
from framework.simulation.busiest import Seconds, never_short
from framework.simulation.limiter import METERED, MONEY, MONEY_UNITS_PER_USD, WINDOWS_S, Lanes, lanes_of
from framework.simulation.replay import IN_FLIGHT, SDK_HEADER_CAP_S, Client, Outcome, Replay, outcome, refuse_all, replay
from framework.workload import DAYS_PER_MONTH

LIMITED: tuple[str, ...] = (*METERED, IN_FLIGHT)
"""What is replayed, in the order in which `binding` counts."""
_ROWS = [DIMENSIONS.index(name) for name in LIMITED]
SENDS_RETRY_AFTER = frozenset({"openai", "anthropic", "azure"})
"""Providers whose 429 is documented to say when to come back (their pages on rate limits, seen 2026-08 to 2026-09)."""


@dataclass(frozen=True, eq=False)
class Question:
    """What a day is replayed for: the load and the offers, what the other axes expect, and each offer's cache.

    `asked` `(offers,)`: the offers that `replay_day` answers for, None all of them; the others stay NaN.
    """

    load: Load
    columns: Columns
    expected: Expected
    caches: CacheRules
    asked: Bools | None = None


@dataclass(frozen=True, eq=False)
class Answers:
    """Arrays `(windows, tiers, offers)` in the order of `WINDOWS_S`; NaN where an offer has no such tier or no limit of it is known.

    Shares of all calls that are refused for good and that are delayed; quantiles of the delay of the served in seconds; `attempts` per
    call; share of the users with a call refused or delayed (NaN: users not known); `first_s` after the first call; `binding`: place in
    `LIMITED` of what refused or delayed most, -1 nothing. `calls` `(offers,)` that meet the limits.
    """

    refused_share: Array
    delayed_share: Array
    p50_s: Array
    p95_s: Array
    max_s: Array
    attempts: Array
    users_share: Array
    first_s: Array
    binding: Ints
    calls: Array


def limits_of(columns: Columns) -> Array:
    """`(tiers, LIMITED, offers)`, NaN where there is none or none is known."""
    return ladder(columns.limits)[:, _ROWS]


def client_of(load: Load, provider: str) -> Client:
    """How calls to a provider behave; the OpenAI SDK gives up where it is told to wait for more than two minutes."""
    client = load.client
    told = client.retry_after and provider in SENDS_RETRY_AFTER
    cap_s = math.inf if provider == "anthropic" else float(SDK_HEADER_CAP_S)
    return Client(
        policy=client.policy,
        retries=client.retries,
        first_backoff_s=client.first_backoff_s,
        backoff_cap_s=client.backoff_cap_s,
        header_cap_s=min(cap_s, 4_294_967.0) if told else 0.0,
    )


def charges_at(question: Question, day: Day, offer: int, *, emptied_us: int = NOT_EMPTIED) -> Ints:
    """`(kinds, n)` that each row of the day is charged by one offer."""
    table = _rules(question)[:, offer]
    return _charge(question, day, table, emptied_us=emptied_us)


def replay_one(
    question: Question, day: Day, offer: int, *, limits: Mapping[str, float], window_s: int, emptied_us: int = NOT_EMPTIED
) -> tuple[Replay, Ints]:
    """One offer at limits by dimension, call by call, and what each row is charged."""
    charge = charges_at(question, day, offer, emptied_us=emptied_us)
    lanes = lanes_of(_scaled(limits, day.merged), charge.max(axis=1), window_s=window_s)
    client = client_of(question.load, question.columns.providers[offer])
    return replay(day.time_us, charge, lanes, client, duration_us=_durations(question, day, offer)), charge


def _scaled(limits: Mapping[str, Any], merged: int) -> dict[str, Any]:
    """A row of so many calls takes one place of those in flight."""
    there = {name: figure for name, figure in limits.items() if not np.isnan(np.asarray(figure, dtype=float)).all()}
    if IN_FLIGHT in there:
        there[IN_FLIGHT] = np.ceil(np.asarray(there[IN_FLIGHT], dtype=float) / merged)
    return there


def _durations(question: Question, day: Day, offer: int) -> Ints:
    """Every call lasts as long as the median one; 0 where that is not known."""
    seconds = float(np.broadcast_to(question.expected.duration_s, (len(question.columns),))[offer])
    return np.full(len(day), round(1e6 * seconds) if math.isfinite(seconds) else 0, dtype=np.int64)


def _rules(question: Question) -> Array:
    """Everything that decides a charge, `(12, offers)`: the charging, the cache, and USD per prompt and reply token in the mean."""
    load, columns = question.load, question.columns
    charging = charging_of(load, columns, question.expected, AS_SHOWN).table
    spared = charging[1] > 0
    per_call = np.asarray(question.expected.forecast_usd) / (load.requests_per_day * DAYS_PER_MONTH)
    prices = columns.price.mtok[0, 0][[0, -1]]
    list_usd = load.input_mean * prices[0] + load.output_mean * prices[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        usd = np.nan_to_num(prices * per_call / list_usd)
    paid = np.isfinite(columns.limits.spend_usd_per_10min).any(axis=0)
    duration = np.where(np.isfinite(ladder(columns.limits)[:, DIMENSIONS.index(IN_FLIGHT)]).any(axis=0), question.expected.duration_s, 0.0)
    return np.vstack([charging, np.where(spared, question.caches.table, 0.0), np.where(paid, usd, 0.0), np.nan_to_num(duration)])


def _charge(question: Question, day: Day, rule: Array, *, emptied_us: int = NOT_EMPTIED) -> Ints:
    table = np.nan_to_num(rule[:5]).copy()
    hits = np.ones(len(day))
    if table[1] > 0 and (question.load.converses or float(question.load.prefix_tokens) > 0):
        hits = np.where(found(day, rule[5:9], emptied_us=emptied_us), 0.0, 1.0)
        table[1] = 0.5
    charge: Ints = charged(table[:, None], day.texts, hits, merged=day.merged)[0]
    if rule[9] > 0 or rule[10] > 0:
        usd = day.merged * (day.texts.prompt * rule[9] + day.texts.reply * rule[10])
        charge[MONEY] = np.rint(usd * MONEY_UNITS_PER_USD)
    return charge


def replay_day(
    question: Question, days: Callable[[float], Day], *, emptied_us: int = NOT_EMPTIED, tell: Callable[[float], None] | None = None
) -> Answers:
    """Every offer at every tier. `days` gives the calls for a share of them that meets the limits; `tell` hears how far it is, 0 to 1."""
    columns = question.columns
    table = limits_of(columns)
    blank = np.full((len(WINDOWS_S), *table.shape[::2]), np.nan)
    found_ = {name: blank.copy() for name in _FIGURES}
    binding = np.full(blank.shape, -1, dtype=np.int64)
    shares = np.broadcast_to(interactive_share(question.load, columns), (len(columns),))
    rules, calls, done = _rules(question), np.zeros(len(columns)), 0
    asked = np.ones(len(columns), dtype=bool) if question.asked is None else question.asked
    for share in np.unique(shares[asked]):
        day, offers = days(float(share)), np.flatnonzero((shares == share) & asked)
        calls[offers] = day.calls if share > 0 else 0
        if share <= 0:
            continue
        for block in _blocks(question, day, offers, rules, table, emptied_us):
            for at, figures in block:
                for name, value in zip(_FIGURES, figures[:-1], strict=True):
                    found_[name][at] = value
                binding[at] = figures[-1]
            done += len({offer for (_, _, offers_), _ in block for offer in offers_.tolist()})
            if tell is not None:
                tell(min(1.0, done / max(1, int(np.count_nonzero(asked)))))
    return Answers(**found_, binding=binding, calls=calls)


_FIGURES = ("refused_share", "delayed_share", "p50_s", "p95_s", "max_s", "attempts", "users_share", "first_s")
_Place = tuple[Ints, Ints, Ints]
_Block = list[tuple[_Place, tuple[float, ...]]]


def _blocks(question: Question, day: Day, offers: Ints, rules: Array, table: Array, emptied_us: int) -> Iterator[_Block]:
    """The figures of one kind of charge after the other, each with the places that they hold for."""
    habits = np.array([hash(client_of(question.load, question.columns.providers[offer])) % 2**31 for offer in offers], dtype=float)
    kinds, which = distinct(np.vstack([rules[:, offers], habits]))
    there = rungs(question.columns.limits)
    for kind in range(kinds.shape[1]):
        some = offers[which == kind]
        charge = _charge(question, day, kinds[:-1, kind], emptied_us=emptied_us)
        places = [(w, t, o) for w in range(len(WINDOWS_S)) for t in range(len(table)) for o in some.tolist() if there[t, o]]
        window, tier, offer = np.array(places, dtype=np.int64).reshape(-1, 3).T
        coarse = question.columns.limits.subminute[offer] == 0
        depth_s = np.where(coarse, 60, np.array(WINDOWS_S)[window])
        limits = table[tier, :, offer].T
        known = np.isfinite(limits).any(axis=0)
        window, tier, offer = (part[known] for part in (window, tier, offer))
        sets, same = distinct(np.vstack([limits[:, known], depth_s[known]]))
        if not sets.size:
            continue
        rows = _scaled(dict(zip(LIMITED, sets[:-1], strict=True)), day.merged)
        figures = _figures(question, day, charge, _Sets(rows, sets[-1].astype(np.int64)), int(some[0]))
        yield [((window[same == lane], tier[same == lane], offer[same == lane]), figures[lane]) for lane in range(len(figures))]


@dataclass(frozen=True, eq=False)
class _Sets:
    """Sets of limits: figures `(sets,)` by dimension, and the seconds that their buckets are deep."""

    limits: dict[str, Any]
    depth_s: Ints

    def lanes(self, charge: Ints) -> Lanes:
        return lanes_of(self.limits, charge.max(axis=1), window_s=self.depth_s)

    def without(self, meters: Iterable[str], charge: Ints, seconds: Seconds) -> _Sets:
        """The same less the limits that some traffic cannot run into: each row saved is a third of a replay."""
        kept = dict(self.limits)
        for meter in meters:
            if meter in kept:
                idle = never_short(charge[METERED[meter][0]], meter, kept[meter], self.depth_s, seconds)
                kept[meter] = np.where(idle, np.nan, kept[meter])
        return _Sets(kept, self.depth_s)


NO_TROUBLE = (0.0, 0.0, 0.0, 0.0, 0.0, 1.0)


def _figures(question: Question, day: Day, charge: Ints, sets: _Sets, offer: int) -> list[tuple[float, ...]]:
    """Of each set in turn: only what some second or minute could exceed is replayed."""
    client, duration_us = client_of(question.load, question.columns.providers[offer]), _durations(question, day, offer)
    # Under refuse a look at the calls pays, one at the tokens costs as much as it saves.
    sets = sets.without(("rpm",) if client.policy == "refuse" else METERED, charge, day.seconds)
    lanes = sets.lanes(charge)
    if client.policy == "refuse":
        return _refused(day, charge, lanes, duration_us)
    users = 0.0 if day.user is not None and day.merged == 1 else math.nan
    figures: list[tuple[float, ...]] = []
    for at in range(len(lanes)):
        if lanes.own_meters(at) or lanes.flight[at]:
            figures.append(_as_figures(day, replay(day.time_us, charge, lanes, client, at=at, duration_us=duration_us)))
        else:
            figures.append((*NO_TROUBLE, users, math.nan, -1))
    return figures


def _as_figures(day: Day, one: Replay) -> tuple[float, ...]:
    told: Outcome = outcome(one)
    n = max(told.requests, 1)
    troubled = one.refused | (one.admitted_us > one.time_us)
    binding = LIMITED.index(told.binding) if told.binding else -1
    return (
        told.refused / n,
        told.delayed / n,
        told.p50_s,
        told.p95_s,
        told.max_s,
        told.attempts / n,
        _users_share(day, troubled),
        told.first_refusal_s,
        binding,
    )


def _users_share(day: Day, troubled: Bools | NDArray[np.bool_]) -> float:
    if day.user is None or day.merged > 1:
        return math.nan
    return np.unique(day.user[troubled]).size / max(np.unique(day.user).size, 1)


def _refused(day: Day, charge: Ints, lanes: Lanes, duration_us: Ints) -> list[tuple[float, ...]]:
    marks = np.zeros((len(day), len(lanes)), np.uint8) if day.user is not None and day.merged == 1 else None
    totals = refuse_all(day.time_us, charge, lanes, duration_us=duration_us, marks=marks)
    rows = [LIMITED.index(meter) for meter in lanes.meters]
    figures: list[tuple[float, ...]] = []
    for lane in range(len(lanes)):
        refused, first = int(totals.refused[lane]), int(totals.first[lane])
        if refused and not totals.short[:, lane].any():
            binding = LIMITED.index(IN_FLIGHT)
        else:
            binding = rows[int(totals.short[:, lane].argmax())] if refused else -1
        users = _users_share(day, marks[:, lane] > 0) if marks is not None else math.nan
        first_s = float(day.time_us[first] / 1e6) if refused else math.nan
        figures.append((refused / max(totals.requests, 1), 0.0, 0.0, 0.0, 0.0, 1.0, users, first_s, binding))
    return figures
