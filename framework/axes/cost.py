"""What a month costs at each offer: one formula on columns, billed per class of request, never on averages.

Prompts are log-normal, so the share beyond a price cliff and the tokens in it are closed forms. Everything is computed in the user's
tokens; an offer's own tokenizer enters as a factor on its prices and a divisor of its thresholds. Where something is not known there are
three readings, cheap, likely and dear, and the bill is a range. Growth is not applied: it is the bill of the first month.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np

from framework.axes.assessment import Assessment, Verdict
from framework.axes.bill import Bill, Hits, bill_of
from framework.axes.caching import NO_LIFETIME, HitRates, highest_rates, hit_rates
from framework.axes.cost_findings import findings_of
from framework.axes.reading import CHEAP, DEAR, EXPECTED, Case, Reading
from framework.axes.tariff import BASE, INPUT, OUTPUT, STANDARD
from framework.axes.tokens import ratio_of, thinking_tokens
from framework.catalogue.columns import Array, Bools, Columns, Ints
from framework.catalogue.records import LIFETIMES
from framework.load import Load

# Anthropic on its batches: cache hits are best effort, 30 to 98 % by traffic pattern (batch processing page).
BATCH_HITS_AT_WORST = 0.30
BLOCK_CELLS = 128_000


@dataclass(frozen=True, eq=False)
class CostAssessment(Assessment):
    """USD a month, arrays `(..., offers)`; `low_usd <= expected_usd <= high_usd`, NaN where a price is not known.

    `lines` sums to `expected_usd` (keys `LINES`; reasoning is inside output). `sticker_usd`: mean tokens times base prices, nothing else.
    `hit_rate` is 0 where the prefix is not `cached`; `cached_tokens`: read from the cache per request, in the offer's own tokens.
    `lifetime` (of the first load) is None where none is sold or nothing is cached; `stored`: an explicit cache is kept for a fee instead.
    `long_share`: requests above the price cliff.
    """

    low_usd: Array
    expected_usd: Array
    high_usd: Array
    lines: dict[str, Array]
    sticker_usd: Array
    hit_rate: Array
    hit_rate_low: Array
    hit_rate_high: Array
    lifetime: tuple[str | None, ...]
    stored: Bools
    cached: Bools
    cached_tokens: Array
    long_share: Array
    usd_per_request: Array


def monthly_usd(load: Load, columns: Columns) -> Array:
    """Expected USD a month, `(..., offers)`, NaN where a price is not known: `assess(...).expected_usd` without the rest."""
    blocks = [_expected(part, columns, hit_rates(part, columns)).usd for part in _blocks(load, len(columns))]
    return blocks[0] if len(blocks) == 1 else np.concatenate(blocks)


def _expected(load: Load, columns: Columns, rates: HitRates) -> Bill:
    return bill_of(load, Reading.of(load, columns, EXPECTED), _expected_hits(load, rates))


def _expected_hits(load: Load, rates: HitRates) -> Hits:
    return Hits(rates.lifetime, rates.prefix, rates.prefix, rates.turns, _batch_turns(load, rates))


def _batch_turns(load: Load, rates: HitRates) -> Array:
    """Share of turns in batch that find the turn before: nobody promises any, as each waits for the batch with the reply before it."""
    return np.where(np.isnan(load.hit_rate), 0.0, rates.turns)


def drawn_usd(load: Load, columns: Columns, ratio: Array | None) -> Array:
    """`monthly_usd` with a tokenizer ratio of its own in every row, `(n, offers)`; None: the likely ones."""
    if ratio is None:
        return monthly_usd(load, columns)
    reading = dataclasses.replace(Reading.of(load, columns, EXPECTED), ratio=ratio, minimum_ratio=ratio)
    rates = hit_rates(load, columns)
    return bill_of(load, reading, _expected_hits(load, rates)).usd


def _blocks(load: Load, offers: int) -> Iterator[Load]:
    """The load in pieces whose intermediate arrays stay in the processor's cache."""
    values = {field.name: getattr(load, field.name) for field in fields(load)}
    columns = {name: value for name, value in values.items() if isinstance(value, np.ndarray) and value.ndim == 2}
    rows, size = max((len(value) for value in columns.values()), default=1), max(1, BLOCK_CELLS // max(1, offers))
    if rows <= size:
        yield load
        return
    for start in range(0, rows, size):
        yield load.with_(**{name: value[start : start + size] for name, value in columns.items() if len(value) == rows})


@dataclass(frozen=True, eq=False)
class Ranges:
    """`CostAssessment` without what only a reader of the bill wants."""

    low_usd: Array
    expected_usd: Array
    high_usd: Array
    hit_rate: Array
    cached_tokens: Array

    @classmethod
    def of(cls, assessed: CostAssessment) -> Ranges:
        """Those of a whole assessment."""
        return cls(**{field.name: getattr(assessed, field.name) for field in fields(cls)})

    @property
    def arrays(self) -> tuple[Array, ...]:
        """All of them, in order."""
        return (self.low_usd, self.expected_usd, self.high_usd, self.hit_rate, self.cached_tokens)

    def of_offers(self, places: Ints) -> Ranges:
        """The same for some of the offers."""
        return Ranges(*(value[..., places] for value in self.arrays))

    def of_rows(self, rows: Ints) -> Ranges:
        """The same for some of the loads; what is alike in all of them stays `(offers,)`."""
        return Ranges(*(value[rows] if value.ndim > 1 else value for value in self.arrays))


def ranges(load: Load, columns: Columns) -> Ranges:
    """The arrays of `assess` that the other axes and the scoring take, for sweeps."""
    rates = hit_rates(load, columns)
    bill, (low, expected, high) = three_bills(load, columns, rates)
    hit, read = _reads(load, columns, bill)
    return Ranges(low, expected, high, hit, read)


def _reads(load: Load, columns: Columns, bill: Bill) -> tuple[Array, Array]:
    """Share of what could be in a cache that is found there, and tokens read per request in the offer's own."""
    offers = len(columns)
    read = bill.read_tokens[..., :offers]
    if not load.converses:
        return bill.interactive.hit[..., :offers] * (bill.parts.of(offers).cacheable > 0), read * ratio_of(load, columns)
    return read / np.maximum(load.reusable_mean, 1e-9), read * ratio_of(load, columns)


def three_bills(
    load: Load, columns: Columns, rates: HitRates, cases: tuple[Case, ...] = (EXPECTED, CHEAP, DEAR)
) -> tuple[Bill, tuple[Array, Array, Array]]:
    """The expected, the cheap and the dear bill side by side, and the total with its range."""
    most = highest_rates(load, columns, rates)
    three = Reading.of(load, columns, *cases)
    low, high, now, later, queued = np.broadcast_arrays(rates.prefix, most.prefix, rates.turns, most.turns, _batch_turns(load, rates))
    hits = Hits(
        np.concatenate([rates.lifetime] * 3, axis=-1),
        np.concatenate([low, high, low], axis=-1),
        np.concatenate([low, high, np.minimum(low, BATCH_HITS_AT_WORST)], axis=-1),
        np.concatenate([now, later, now], axis=-1),
        np.concatenate([queued, later, np.minimum(queued, BATCH_HITS_AT_WORST)], axis=-1),
    )
    bill = bill_of(load, three, hits)
    usd = bill.usd
    expected, cheap, dear = (usd[..., place * len(columns) : (place + 1) * len(columns)] for place in range(3))
    return bill, (np.minimum(np.minimum(cheap, dear), expected), expected, np.maximum(np.maximum(cheap, dear), expected))


def assess(load: Load, columns: Columns) -> CostAssessment:
    """The bill of every offer with its range, held against `load.budget_usd`; findings for a single load, none for arrays of loads."""
    rates, offers = hit_rates(load, columns), len(columns)
    bill, (low, expected, high) = three_bills(load, columns, rates)
    parts, stored = bill.parts.of(offers), np.broadcast_to(bill.stored[..., :offers], expected.shape)
    cached = np.broadcast_to(parts.cacheable > 0, expected.shape)
    hit, read = _reads(load, columns, bill)
    most = highest_rates(load, columns, rates)
    best = np.broadcast_to(hit if load.converses else np.where(stored, 1.0, most.prefix) * cached, expected.shape)
    return CostAssessment(
        axis="cost",
        verdicts=verdicts(low, high, load.budget_usd),
        say=functools.partial(findings_of, load, columns, rates, parts, stored) if expected.ndim == 1 else tuple,
        low_usd=low,
        expected_usd=expected,
        high_usd=high,
        lines={name: usd[..., :offers] for name, usd in bill.lines().items()},
        sticker_usd=np.broadcast_to(_sticker(load, columns), expected.shape),
        hit_rate=hit,
        hit_rate_low=hit,
        hit_rate_high=best,
        lifetime=_lifetimes(rates, cached),
        stored=stored,
        cached=cached,
        cached_tokens=read,
        long_share=np.broadcast_to(parts.long_share, expected.shape),
        usd_per_request=expected / load.requests_per_month,
    )


def _lifetimes(rates: HitRates, cached: Bools) -> tuple[str | None, ...]:
    offers = cached.shape[-1]
    named = np.where(cached, rates.lifetime, NO_LIFETIME).reshape(-1, offers)[0]
    return tuple(LIFETIMES[k] if k != NO_LIFETIME else None for k in named.tolist())


def _sticker(load: Load, columns: Columns) -> Array:
    """What the price list alone suggests: the user's own counts at base prices, each turn of a conversation as if it stood alone."""
    base = columns.price.mtok[STANDARD, BASE]
    prompt = load.opening_tokens + load.user_tokens if load.converses else load.input_mean
    usd = prompt * base[INPUT] + (load.output_mean + thinking_tokens(load, columns)) * base[OUTPUT]
    return np.asarray(load.requests_per_month * usd / 1e6)


def verdicts(low_usd: Array, high_usd: Array, budget_usd: float | Array) -> Ints:
    """MEETS where even the high bill is inside the budget, FAILS where even the low one is not."""
    settled = np.where(high_usd <= budget_usd, Verdict.MEETS, np.where(low_usd > budget_usd, Verdict.FAILS, Verdict.UNRESOLVED))
    return np.where(np.isnan(low_usd) | np.isnan(high_usd), Verdict.UNKNOWN, settled).astype(np.int64)
