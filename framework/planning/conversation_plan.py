"""A plan of conversations: how many turns they can have, and what cutting their history every k turns saves or costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from framework.axes.caching import HitRates, hit_rates
from framework.axes.cost import monthly_usd
from framework.axes.latency import fine_attainment
from framework.axes.prompt_room import ROUNDING_TOKENS, room_tokens
from framework.axes.tokens import ratio_of
from framework.axes.turns import turn_prompt, turns_until_cliff, turns_until_overflow
from framework.catalogue.columns import Array, Bools, Columns, Ints
from framework.load import Load
from framework.planning.searching import last_where, up_to_window
from framework.plans import History
from framework.scoring.chain import only
from framework.study import Study

_SURE = 1e-9


@dataclass(frozen=True, eq=False)
class Reach:
    """Turns `(offers,)`, NaN not known: how many fit the window, stay below the price cliff, and are in time as the budget asks.

    `overflow` and `cliff` are at the dear end of the tokenizer's range. `latency` is the last turn of which the share of replies asked for
    is in time; inf where that is so for every turn that fits, 0 where not even the first is.
    """

    overflow: Array
    cliff: Array
    latency: Array


@dataclass(frozen=True, eq=False)
class Cut:
    """The history cut every `every` `(k,)` turns: USD a month `(k, offers)`, NaN where the cut conversation does not fit either, or where
    whether it does is not known.

    `best`, `best_usd`, `saved_usd` `(offers,)`: the cheapest k that fits, and what it saves a month against no cut; negative: it costs.
    """

    every: Array
    usd: Array
    best: Array
    best_usd: Array
    saved_usd: Array


@dataclass(frozen=True, eq=False)
class ConversationPlan:
    """`places`: positions of the offers in the study's columns. `uncut_usd` `(offers,)` a month; `uncut_fits`: the last turn fits.

    `trimmed`, `summarised` None where a conversation has no two turns to cut between.
    """

    places: tuple[int, ...]
    columns: Columns
    reach: Reach
    turns: int | None
    uncut_usd: Array
    uncut_fits: Bools
    trimmed: Cut | None
    summarised: Cut | None


def conversation_plan(study: Study, places: list[int]) -> ConversationPlan:
    """The plan for some of the offers; without turns in the workload only their reach."""
    columns: Columns = only(study.columns, np.array(places, dtype=np.intp))
    turns = study.workload.conversation.turns
    load = study.load.with_(converses=True)
    rates = hit_rates(load, columns)
    fit = turns_until_overflow(load, columns)
    reach = Reach(fit, turns_until_cliff(load, columns), turns_in_time(load, columns, rates, most=fit))
    uncut = monthly_usd(load, columns) if turns else np.full(len(columns), np.nan)
    cuts: tuple[Cut | None, Cut | None] = (None, None)
    if turns and turns >= 2:
        every, history = steps(int(turns)), study.workload.history
        cuts = (trimmed(load, columns, every, history, uncut), summarised(load, columns, every, history, uncut))
    return ConversationPlan(
        places=tuple(places),
        columns=columns,
        reach=reach,
        turns=int(turns) if turns else None,
        uncut_usd=uncut,
        uncut_fits=np.asarray(reach.overflow >= (turns or 1)),
        trimmed=cuts[0],
        summarised=cuts[1],
    )


def steps(turns: int) -> Array:
    """The k that are tried: every one below the turns of a conversation."""
    return np.arange(1.0, turns)


def expected_read(load: Load, columns: Columns, rates: HitRates, turn: Any) -> Array:
    """Tokens of a turn's prompt that are read from the cache on average: of the turn before, else of the shared prefix."""
    minimum = np.nan_to_num(columns.price.min_cache_tokens) / ratio_of(load, columns)
    first, turn = turn_prompt(load, 1), np.asarray(turn)
    shared = np.where(np.minimum(load.prefix_tokens, first) >= minimum, np.minimum(load.prefix_tokens, first), 0.0)
    before = turn_prompt(load, turn - 1)
    followed = (turn > 1) & (before >= minimum) & load.caches_history
    read = np.where(followed, rates.turns * before + (1 - rates.turns) * rates.prefix * shared, rates.prefix * shared)
    return np.where(columns.price.caches, read, 0.0)


def turns_in_time(load: Load, columns: Columns, rates: HitRates, *, most: Array) -> Array:
    """The last turn of the `most` that fit of which the share of replies asked for is in time; see `Reach`."""

    def in_time(before: Array, places: Ints, wide: Columns) -> Array:
        turn, theirs = before + 1, HitRates(rates.prefix[places], rates.turns[places], rates.lifetime[places])
        alone = load.with_(converses=False, input_mean=turn_prompt(load, turn), input_sigma=0.0)
        share = fine_attainment(alone, wide, cached_tokens=expected_read(load, wide, theirs, turn) * ratio_of(load, wide))
        return np.where(np.isnan(share), np.nan, share >= load.percentile_share - _SURE)

    return last_where(in_time, columns, np.maximum(up_to_window(most, float(load.turn_growth_tokens)) - 1, 0.0)) + 1


def trimmed(load: Load, columns: Columns, every: Array, history: History, uncut_usd: Array) -> Cut:
    """All but the newest turns dropped: what stays follows the opening directly, so that it is written to the cache again."""
    kept = float(history.kept_turns) * float(load.turn_growth_tokens)
    usd = _segments_usd(load, columns, every, kept)
    return _cut(every, np.where((every > history.kept_turns)[:, None] & _fit(load, columns, every, kept), usd, np.nan), uncut_usd)


def summarised(load: Load, columns: Columns, every: Array, history: History, uncut_usd: Array) -> Cut:
    """The model is asked, in one more user turn, for a summary that then stands in for the history; that call is paid too.

    It reads the turn before from the cache, and the turns after it find the shared prefix and no more: the history they held is written
    anew as it grows.
    """
    length = float(history.summary_tokens)
    turns, pieces = load.conversation_turns, np.ceil(load.conversation_turns / every)[:, None]
    calls = _summary_usd(load, columns, every, length)
    later = _summary_usd(_after_cut(load, length), columns, every, length)
    usd = _segments_usd(load, columns, every, length) + (calls + (pieces - 2) * later) / turns * load.requests_per_month
    return _cut(every, np.where(_fit(load, columns, every, length, asked=1), usd, np.nan), uncut_usd)


def _after_cut(load: Load, kept_tokens: float) -> Load:
    """A conversation that begins with what a cut has left; only what was shared before is shared still."""
    shared = np.minimum(load.prefix_tokens, load.opening_tokens)
    return load.with_(system_tokens=load.system_tokens + kept_tokens, prefix_tokens=shared)


def _fit(load: Load, columns: Columns, every: Array, kept_tokens: float, *, asked: int = 0) -> Bools:
    """The longest prompt of every piece fits, `(k, offers)`: the last turn before a cut, with `asked` turns more to ask for what is kept.

    After the last cut no further one is made, so that only the turns that are left need to fit.
    """
    after, turns, k = _after_cut(load, kept_tokens), load.conversation_turns, every[:, None]
    pieces = np.ceil(turns / k)
    first, last = turn_prompt(load, k + asked), turn_prompt(after, turns - (pieces - 1) * k)
    middle = np.where(pieces > 2, turn_prompt(after, k + asked), 0.0)
    return np.asarray(np.maximum(first, np.maximum(middle, last)) <= room_tokens(load, columns) + ROUNDING_TOKENS)


def _segments_usd(load: Load, columns: Columns, every: Array, kept_tokens: float) -> Array:
    """USD a month of the turns alone: a first piece of k turns, pieces of k after a cut, and what turns are left, each a conversation."""
    turns, k = load.conversation_turns, every[:, None]
    pieces = np.ceil(turns / k)
    rest = turns - (pieces - 1) * k
    after = _after_cut(load, kept_tokens)
    first, middle, last = (
        monthly_usd(each.with_(conversation_turns=count), columns) for each, count in ((load, k), (after, k), (after, rest))
    )
    return np.asarray((k * first + (pieces - 2) * k * middle + rest * last) / turns)


def _summary_usd(load: Load, columns: Columns, every: Array, length: float) -> Array:
    """USD of one call that asks for a summary after k turns, `(k, offers)`: a call whose prefix is the turn before."""
    rates = hit_rates(load, columns)
    asked = turn_prompt(load, every[:, None] + 1)
    before, found = (turn_prompt(load, every[:, None]), rates.turns) if load.caches_history else (load.prefix_tokens, rates.prefix)
    call = load.with_(
        converses=False,
        input_mean=asked,
        input_sigma=0.0,
        output_mean=length,
        prefix_tokens=before,
        hit_rate=found,
        web_searches=0.0,
        file_searches=0.0,
        code_sessions=0.0,
    )
    return np.asarray(monthly_usd(call, columns) / load.requests_per_month)


def _cut(every: Array, usd: Array, uncut_usd: Array) -> Cut:
    known = ~np.isnan(usd).all(axis=0)
    place = np.where(np.isnan(usd), np.inf, usd).argmin(axis=0)
    cheapest = usd[place, np.arange(usd.shape[1])]
    return Cut(every, usd, np.where(known, every[place], np.nan), cheapest, np.where(known, uncut_usd - cheapest, np.nan))
