"""A whole day against every offer at every tier, call by call: who is refused, who waits, and by what.

Offers that charge and limit alike share a replay. Both readings of a bucket's depth stand side by side, a second's first: no provider says.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from framework.axes.day import Day
from framework.axes.day_charges import Charges, Drawn, Question, counted, drawn_at, rules_of
from framework.axes.day_figures import FIGURES, LIMITED, figures_of
from framework.axes.day_fitting import Fitting, exceeded, lumps
from framework.axes.day_hits import NOT_EMPTIED
from framework.axes.demand import DIMENSIONS, interactive_share
from framework.axes.peak_classes import distinct
from framework.axes.tiers import ladder, rungs
from framework.catalogue.columns import Array, Columns, Ints
from framework.load import Load
from framework.simulation.limiter import METERED, WINDOWS_S, fixed_windows, lanes_of
from framework.simulation.replay import IN_FLIGHT, SDK_HEADER_CAP_S, Client, Replay, replay

SENDS_RETRY_AFTER = frozenset({"openai", "anthropic", "azure"})
"""Providers whose 429 is documented to say when to come back (their pages on rate limits, seen 2026-08 to 2026-09)."""


@dataclass(frozen=True, eq=False)
class Answers:
    """Arrays `(windows, tiers, offers)` in the order of `WINDOWS_S`; NaN where an offer has no such tier, no limit of it is known, or what
    calls draw on it is not.

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
    table = ladder(columns.limits)
    apart = np.isfinite(columns.limits.long_above)
    rows = np.moveaxis(columns.limits.long_limit, 1, 0) if apart.any() else np.full((2, *table.shape[::2]), np.nan)
    beside = dict(zip(("long_rpm", "long_tpm"), rows, strict=True))
    return np.stack([beside[name] if name in beside else table[:, DIMENSIONS.index(name)] for name in LIMITED], axis=1)


def countable(question: Question, offer: int, tier: int) -> bool:
    """Whether it is known what calls draw on an offer's limits at a row of its ladder; without limits it is."""
    return bool(counted(rules_of(question), limits_of(question.columns))[tier, offer])


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


def replay_one(
    question: Question,
    day: Day,
    offer: int,
    *,
    limits: Mapping[str, float],
    window_s: int,
    emptied_us: int = NOT_EMPTIED,
    fixed_from_us: int | None = None,
    seed: int = 0,
) -> tuple[Replay, Ints]:
    """One offer at limits by dimension, call by call, and what each row is charged.

    `fixed_from_us`: windows instead of buckets, begun as on a clock that shows this at the first call. `seed` of the pauses of a retry.
    """
    drawn = drawn_at(question, day, offer, emptied_us=emptied_us)
    lasts_us, places = flights(question, day, offer)
    met = drawn
    if lumps(question, day) and exceeded(drawn.single, limits):
        met = Fitting(question, day, emptied_us).at(rules_of(question)[:, offer], limits)
    lanes = lanes_of(_there(limits, places), met.single, window_s=window_s, rows=met.rows, thinned=(day.stretch, day.thin_s))
    if fixed_from_us is not None:
        lanes = fixed_windows(lanes, window_s=window_s, starts_us=fixed_from_us)
    client = dataclasses.replace(client_at(question, day, offer), seed=seed)
    return replay(day.time_us, met.charge, lanes, client, duration_us=lasts_us), drawn.charge


def client_at(question: Question, day: Day, offer: int) -> Client:
    """The calls to one offer on the clock of the day: thinned ones come back as many times as late, within `Day.thin_s` a second."""
    client = client_of(question.load, question.columns.providers[offer])
    return dataclasses.replace(client, stretch=min(day.stretch, day.thin_s))


def _there(limits: Mapping[str, Any], places: float) -> dict[str, Any]:
    """Those that are known; of those in flight, `places` for one."""
    there = {name: figure for name, figure in limits.items() if not np.isnan(np.asarray(figure, dtype=float)).all()}
    if IN_FLIGHT in there:
        there[IN_FLIGHT] = np.ceil(np.asarray(there[IN_FLIGHT], dtype=float) * places)
    return there


def flights(question: Question, day: Day, offer: int) -> tuple[Ints, float]:
    """How long each row is under way, and how many of the places in flight are there for such rows, of one.

    Every call lasts as long as the median one, 0 where that is not known, and a row that stands for several takes one place for them.
    Thinned ones last as many times as long, so that as many meet as do, within `Day.thin_s`.
    """
    seconds = float(np.broadcast_to(question.expected.duration_s, (len(question.columns),))[offer])
    if not math.isfinite(seconds):
        return np.zeros(len(day), dtype=np.int64), 1.0
    longer = min(day.stretch, max(int(day.thin_s / seconds), 1)) if seconds > 0 else 1
    return np.full(len(day), round(1e6 * seconds) * longer, dtype=np.int64), longer / day.merged


def replay_day(
    question: Question, days: Callable[[float], Day], *, emptied_us: int = NOT_EMPTIED, tell: Callable[[float], None] | None = None
) -> Answers:
    """Every offer at every tier. `days` gives the calls for a share of them that meets the limits; `tell` hears how far it is, 0 to 1."""
    columns = question.columns
    table = limits_of(columns)
    blank = np.full((len(WINDOWS_S), *table.shape[::2]), np.nan)
    found_ = {name: blank.copy() for name in FIGURES}
    binding = np.full(blank.shape, -1, dtype=np.int64)
    shares = np.broadcast_to(interactive_share(question.load, columns), (len(columns),))
    rules, calls, done = rules_of(question), np.zeros(len(columns)), 0
    asked = np.ones(len(columns), dtype=bool) if question.asked is None else question.asked
    for share in np.unique(shares[asked]):
        day, offers = days(float(share)), np.flatnonzero((shares == share) & asked)
        calls[offers] = day.calls if share > 0 else 0
        if share <= 0:
            continue
        for block in _blocks(question, day, offers, rules, table, emptied_us):
            for at, figures in block:
                for name, value in zip(FIGURES, figures[:-1], strict=True):
                    found_[name][at] = value
                binding[at] = figures[-1]
            done += len({offer for (_, _, offers_), _ in block for offer in offers_.tolist()})
            if tell is not None:
                tell(min(1.0, done / max(1, int(np.count_nonzero(asked)))))
    return Answers(**found_, binding=binding, calls=calls)


_Place = tuple[Ints, Ints, Ints]
_Block = list[tuple[_Place, tuple[float, ...]]]


def _blocks(question: Question, day: Day, offers: Ints, rules: Array, table: Array, emptied_us: int) -> Iterator[_Block]:
    """The figures of one kind of charge after the other, each with the places that they hold for."""
    names = [question.columns.providers[offer] for offer in offers]
    clients = {name: client_of(question.load, name) for name in dict.fromkeys(names)}
    numbers = {client: float(number) for number, client in enumerate(dict.fromkeys(clients.values()))}
    habits = np.array([numbers[clients[name]] for name in names])
    kinds, which = distinct(np.vstack([rules[:, offers], habits]))
    charges = Charges(question, day, emptied_us)
    fitting = Fitting(question, day, emptied_us) if lumps(question, day) else None
    there = rungs(question.columns.limits) & counted(rules, table)
    for kind in range(kinds.shape[1]):
        some = offers[which == kind]
        at = [(w, t, o) for w in range(len(WINDOWS_S)) for t in range(len(table)) for o in some.tolist() if there[t, o]]
        window, tier, offer = np.array(at, dtype=np.int64).reshape(-1, 3).T
        coarse = question.columns.limits.subminute[offer] == 0
        depth_s = np.where(coarse, 60, np.array(WINDOWS_S)[window])
        limits = table[tier, :, offer].T
        known = np.isfinite(limits).any(axis=0)
        window, tier, offer = (part[known] for part in (window, tier, offer))
        sets, same = distinct(np.vstack([limits[:, known], depth_s[known]]))
        if not sets.size:
            continue
        lasts_us, places = flights(question, day, int(some[0]))
        metered = {METERED[meter][0] for meter in _there(dict(zip(LIMITED, sets[:-1], strict=True)), places) if meter in METERED}
        charge = charges.at(kinds[:-1, kind], metered)
        drawn, client = Drawn(charge, *charges.sizes(metered)), client_at(question, day, int(some[0]))
        figures: list[tuple[float, ...]] = [()] * sets.shape[1]
        for those, met in _drawn(drawn, sets, fitting, kinds[:-1, kind]):
            rows = _there(dict(zip(LIMITED, sets[:-1, those], strict=True)), places)
            depth_s = sets[-1, those].astype(np.int64)
            lanes = lanes_of(rows, met.single, window_s=depth_s, rows=met.rows, thinned=(day.stretch, day.thin_s))
            for lane, told in zip(those, figures_of(day, met.charge, lanes, client, lasts_us), strict=True):
                figures[lane] = told
        yield [((window[same == lane], tier[same == lane], offer[same == lane]), figures[lane]) for lane in range(len(figures))]


def _drawn(drawn: Drawn, sets: Array, fitting: Fitting | None, rule: Array) -> Iterator[tuple[list[int], Drawn]]:
    """Which sets are met by what: those that can hold every call by all calls, each of the others by what fits it."""
    limits = [
        {meter: float(figure) for meter, figure in zip(LIMITED, figures, strict=True) if np.isfinite(figure)} for figures in sets[:-1].T
    ]
    if fitting is None:
        yield list(range(len(limits))), drawn
        return
    tight = [lane for lane, own in enumerate(limits) if exceeded(drawn.single, own)]
    if len(tight) < len(limits):
        yield [lane for lane in range(len(limits)) if lane not in tight], drawn
    for lane in tight:
        yield [lane], fitting.at(rule, limits[lane])
