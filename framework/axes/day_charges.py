"""What each row of a day is charged on every meter, by one kind of offer after the other."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from framework.axes.charging import Texts, charging_of, filled, own_tokens
from framework.axes.day import Day
from framework.axes.day_figures import LIMITED
from framework.axes.day_hits import NOT_EMPTIED, CacheRules, found
from framework.axes.day_merged import Merging
from framework.axes.demand import AS_SHOWN, DIMENSIONS, Expected
from framework.axes.tiers import ladder
from framework.catalogue.columns import Array, Bools, Columns, Ints
from framework.load import Load
from framework.simulation.limiter import BOTH, CALLS, KINDS, LONG_BOTH, LONG_CALLS, METERED, MONEY, Rows
from framework.simulation.replay import IN_FLIGHT
from framework.workload import DAYS_PER_MONTH


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


TOKENS, USD, SECONDS, ABOVE = slice(9), slice(9, 11), 11, 12
"""Rows of the rules: what decides the tokens charged, USD per token, seconds in flight, and where long prompts begin."""


def rules_of(question: Question) -> Array:
    """Everything that decides a charge, `(13, offers)`.

    The charging (5), the cache (4), USD per prompt and reply token in the mean, seconds in flight, and from how many tokens on a prompt
    draws on a pool of its own. NaN: not known.
    """
    load, columns = question.load, question.columns
    charging = charging_of(load, columns, question.expected, AS_SHOWN).table
    spared = charging[1] > 0
    per_call = np.asarray(question.expected.forecast_usd) / (load.requests_per_day * DAYS_PER_MONTH)
    prices = columns.price.mtok[0, 0][[0, -1]]
    list_usd = load.input_mean * prices[0] + load.output_mean * prices[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        usd = np.where(list_usd == 0, 0.0, prices * per_call / list_usd)
    paid = np.isfinite(columns.limits.spend_usd_per_10min).any(axis=0)
    duration = np.where(np.isfinite(ladder(columns.limits)[:, DIMENSIONS.index(IN_FLIGHT)]).any(axis=0), question.expected.duration_s, 0.0)
    above = np.nan_to_num(columns.limits.long_above, nan=math.inf)
    return np.vstack([charging, np.where(spared, question.caches.table, 0.0), np.where(paid, usd, 0.0), duration, above])


@dataclass(eq=False)
class Charges:
    """The calls of a day as kinds of offers charge them, all in one array `(kinds, n)`: each answer holds until the next is asked for.

    Kinds that count tokens alike, one after the other, share them.
    """

    question: Question
    day: Day
    emptied_us: int = NOT_EMPTIED

    def __post_init__(self) -> None:
        self._charge = np.zeros((len(KINDS), len(self.day)), dtype=np.int64)
        self._tokens: tuple[bytes, bool] | None = None
        self._merging = Merging(self.day) if self.day.together > 1 else None
        self._longest: Ints | None = None

    def at(self, rule: Array, kinds: Iterable[int] = range(len(KINDS))) -> Ints:
        """For one column of the rules; right in the rows of the `kinds` that are asked for."""
        from framework.simulation import charge_kernel

        texts = self.day.texts
        apart = math.isfinite(rule[ABOVE])
        counts = (rule[TOKENS].tobytes(), apart and self._merging is not None)
        if not set(kinds) <= {MONEY} and self._tokens != counts:
            table = np.nan_to_num(rule[:5])
            table[1], hits = self._spared(rule)
            single = own_tokens(table[:, None], texts, hits)
            if self._merging is not None:
                single = self._merging.tokens(single, ratio=float(table[0]), found=hits < table[1], apart=apart)
            filled(self._charge[None], single, self.day.together)
            self._tokens = counts
        if self.day.thinned:
            self._longest = self._longest_call(np.nan_to_num(rule[:5]), float(rule[ABOVE]))
        if MONEY in kinds:
            paid = texts if self._merging is None else self._merging.means
            charge_kernel.money(paid.prompt, paid.reply, *np.nan_to_num(rule[USD]).tolist(), self.day.together, self._charge[MONEY])
        if apart:
            charge_kernel.long_apart(texts.prompt, float(np.nan_to_num(rule[0])), float(rule[ABOVE]), self._charge)
            self._tokens = None
        elif not {LONG_CALLS, LONG_BOTH}.isdisjoint(kinds):
            self._charge[[LONG_CALLS, LONG_BOTH]] = 0
        return self._charge

    def sizes(self, kinds: Iterable[int]) -> tuple[Ints, Rows | None]:
        """The largest single call of those that `at` was asked for last, `(kinds,)`, and its rows where they stand for several."""
        if self._merging is not None:
            return self._merging.sizes(self._charge, kinds)
        found = largest(self._charge, kinds)
        return (found if self._longest is None else np.maximum(found, np.where(found > 0, self._longest, 0))), None

    def _longest_call(self, table: Array, above: float) -> Ints:
        """`(kinds,)`: the charges of a mean call with the longest prompt of all, and of one with the longest reply, whichever are more.

        Of the prompts that draw on a pool of their own the longest counts there, and beside them the longest that does not.
        """
        (prompt, reply), texts = self.day.longest, self.day.texts
        least = min(prompt, above / max(float(table[0]), 1e-9))
        prompts, replies = (least, float(texts.prompt.mean()), prompt), (float(texts.reply.mean()), reply, float(texts.reply.mean()))
        charge = np.zeros((1, len(KINDS), 3), dtype=np.int64)
        own = own_tokens(table[:, None], Texts(np.array(prompts), np.zeros(3), np.array(replies)), np.ones(3))
        found = filled(charge, own, 1)[0]
        most = np.asarray(found[:, :2].max(axis=1))
        if prompt > least:
            most[[LONG_CALLS, LONG_BOTH]] = found[[CALLS, BOTH], 2]
        return most

    def _spared(self, rule: Array) -> tuple[float, Array]:
        """The share of calls whose cached tokens do not count, and the draws that it is held against."""
        load = self.question.load
        if rule[1] > 0 and (load.converses or float(load.prefix_tokens) > 0):
            return 0.5, np.where(found(self.day, rule[5:9], emptied_us=self.emptied_us), 0.0, 1.0)
        return float(np.nan_to_num(rule[1])), np.ones(len(self.day))


def counted(rules: Array, limits: Array) -> Bools:
    """`(tiers, offers)`: what calls draw on the limits there is known; `limits` `(tiers, LIMITED, offers)`.

    Not so where tokens are limited and the offer's tokenizer is not known, money and its price, or calls in flight and their seconds.
    """
    kinds = np.array([METERED[meter][0] if meter in METERED else CALLS for meter in LIMITED])
    by_calls, flying = np.isin(kinds, (CALLS, LONG_CALLS)), np.array([meter == IN_FLIGHT for meter in LIMITED])
    draws = ((~by_calls & (kinds != MONEY), slice(5)), (kinds == MONEY, USD), (flying, slice(SECONDS, SECONDS + 1)))
    unknown = [np.isfinite(limits)[:, meters].any(axis=1) & np.isnan(rules[rows]).any(axis=0) for meters, rows in draws]
    return np.asarray(~np.any(unknown, axis=0))


@dataclass(frozen=True, eq=False)
class Drawn:
    """What each row of a day is charged, `(kinds, n)`, with the largest single call `(kinds,)`, and its rows where they merge calls."""

    charge: Ints
    single: Ints
    rows: Rows | None


def drawn_at(question: Question, day: Day, offer: int, *, emptied_us: int = NOT_EMPTIED) -> Drawn:
    """By one offer."""
    charges = Charges(question, day, emptied_us)
    charge = charges.at(rules_of(question)[:, offer])
    return Drawn(charge, *charges.sizes(range(len(KINDS))))


def charges_at(question: Question, day: Day, offer: int, *, emptied_us: int = NOT_EMPTIED) -> Ints:
    """`(kinds, n)` that each row of the day is charged by one offer."""
    return drawn_at(question, day, offer, emptied_us=emptied_us).charge


def largest(charge: Ints, kinds: Iterable[int]) -> Ints:
    """`(kinds,)` of the largest call; 0 for the kinds that are not asked for."""
    most = np.zeros(len(charge), dtype=np.int64)
    for kind in kinds:
        most[kind] = charge[kind].max(initial=0)
    return most
