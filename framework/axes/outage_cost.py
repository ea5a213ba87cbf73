"""What the calls of an outage cost, call by call at the prices of the bill: at the offer that failed, and at the one that steps in.

The bill works with means; here each call has its own hit or miss, as a cache that nobody wrote to yet is what an outage meets.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from framework.axes.caching import hit_rates
from framework.axes.charging import Texts
from framework.axes.day import Day
from framework.axes.day_charges import Question
from framework.axes.day_hits import found
from framework.axes.outage_drill import Pair, luck_of, part_of
from framework.axes.reading import EXPECTED, Reading
from framework.axes.tariff import BASE, LONG, Tariff, Terms, tariff_of, terms_factor
from framework.axes.tokens import thinking_tokens
from framework.catalogue.columns import Array, Bools, Ints
from framework.catalogue.records import SERVICES


@dataclass(frozen=True)
class Costs:
    """USD for the tokens of the moved calls: at the failing offer with its warm cache, at the fallback with a warm and with a cold one."""

    primary_usd: float
    warm_usd: float
    cold_usd: float


def costs_of(question: Question, day: Day, pair: Pair, *, failing: Ints, from_us: int) -> Costs:
    """Of the rows that fail; warm is a fallback that had carried such calls since the day began. NaN where a price is not known."""
    moved = part_of(day, failing, from_us=from_us)
    rules = question.caches.table
    luck = luck_of(day)
    always = np.flatnonzero(luck <= luck[failing].max(initial=-1.0))
    used = found(part_of(day, always, from_us=0), rules[:, pair.fallback])[np.searchsorted(always, failing)]
    prices = _Prices.of(question)
    return Costs(
        primary_usd=prices.usd(question, moved, found(day, rules[:, pair.primary])[failing], pair.primary),
        warm_usd=prices.usd(question, moved, used, pair.fallback),
        cold_usd=prices.usd(question, moved, found(moved, rules[:, pair.fallback]), pair.fallback),
    )


@dataclass(frozen=True, eq=False)
class _Prices:
    """USD per token of the workload below and above the price cliff, `threshold` and `minimum` in its tokens, `(offers,)`."""

    bands: tuple[Tariff, Tariff]
    threshold: Array
    minimum: Array

    @classmethod
    def of(cls, question: Question) -> _Prices:
        """As `bill.bill_of` takes them."""
        load, columns = question.load, question.columns
        reading, price = Reading.of(load, columns, EXPECTED), columns.price
        scale = reading.ratio * price.region_multiplier * reading.peak * terms_factor(load, columns) / (1 - load.billed_failures)
        terms = Terms(np.asarray(scale), hit_rates(load, columns).lifetime, reading.free_writes)
        service, every = SERVICES.index(load.service), np.arange(len(columns))
        base, long = (tariff_of(price, service, band, terms=terms, offers=every) for band in (BASE, LONG))
        minimum = np.where(price.caches, np.nan_to_num(price.min_cache_tokens) / reading.ratio, np.inf)
        return cls((base, long), price.threshold_tokens / reading.ratio, minimum)

    def usd(self, question: Question, day: Day, hits: Bools, offer: int) -> float:
        """All calls of a day together."""
        texts, thinking = day.texts, thinking_tokens(question.load, question.columns)
        reply = texts.reply + float(np.broadcast_to(thinking, (len(question.columns),))[offer])
        reusable = self._reusable(question, texts, offer)
        long = texts.prompt > self.threshold[offer]
        usd = np.zeros(len(day))
        for tariff, here in zip(self.bands, (~long, long), strict=True):
            again = np.where(hits, tariff.read[offer], tariff.miss[offer])
            each = (texts.prompt - reusable) * tariff.input[offer] + reusable * again + reply * tariff.output[offer]
            usd[here] = each[here]
        return float(usd.sum()) * day.merged

    def _reusable(self, question: Question, texts: Texts, offer: int) -> Array:
        """Tokens that are read or written: none of a prompt, or of a prefix, that is too short to be cached."""
        minimum, load = self.minimum[offer], question.load
        long_enough = load.converses or float(load.prefix_tokens) >= minimum
        return np.where((texts.prompt >= minimum) & long_enough, texts.reusable, 0.0)
