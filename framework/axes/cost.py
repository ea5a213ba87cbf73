"""What a month costs at each offer: one formula on columns, billed per class of request, never on averages.

Prompts are log-normal, so the share beyond a price cliff and the tokens in it are closed forms. Everything is computed in the user's
tokens; an offer's own tokenizer enters as a factor on its prices and a divisor of its thresholds. Where something is not known there are
three readings, cheap, likely and dear, and the bill is a range. Growth is not applied: it is the bill of the first month.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np

from framework.axes.assessment import Assessment, Verdict
from framework.axes.caching import HitRates, PromptParts, hit_rates, prompt_parts
from framework.axes.cost_findings import findings_of
from framework.axes.tariff import (
    BASE,
    BATCH,
    INPUT,
    LONG,
    OUTPUT,
    STANDARD,
    Offers,
    Tariff,
    Terms,
    batch_sold,
    peak_factors,
    tariff_of,
)
from framework.axes.tokens import HIGH, LIKELY, LOW, ratio_of
from framework.catalogue.columns import Array, Bools, Columns, Ints
from framework.catalogue.records import LIFETIMES
from framework.load import Load

STANDARD_LINES = ("input", "cache_read", "cache_write", "output")
BATCH_LINES = ("batch_input", "batch_cache_read", "batch_cache_write", "batch_output")
LINES = STANDARD_LINES + BATCH_LINES
# Anthropic on its batches: cache hits are best effort, 30 to 98 % by traffic pattern (batch processing page).
BATCH_HITS_AT_WORST = 0.30
# The largest minimum that any vendor publishes (6,144: Gemini 3.1 Pro and 4 Argon on Vertex): the dear reading of an unpublished one.
MINIMUM_AT_WORST_TOKENS = 6_144.0
NEGLIGIBLE_SHARE = 1e-6
BLOCK_CELLS = 15_000


@dataclass(frozen=True, eq=False)
class CostAssessment(Assessment):
    """USD a month, arrays `(..., offers)`; `low_usd <= expected_usd <= high_usd`, NaN where a price is not known.

    `lines` sums to `expected_usd` (keys `LINES`; reasoning is inside output). `sticker_usd`: mean tokens times base prices, nothing else.
    `hit_rate` is 0 where the prefix is not `cached`; `cached_tokens`: read from the cache per request, in the offer's own tokens.
    `lifetime` per offer is that of the first load. `long_share`: requests above the price cliff.
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
    cached: Bools
    cached_tokens: Array
    long_share: Array
    usd_per_request: Array


@dataclass(frozen=True)
class Case:
    """One reading of what is not known.

    `ratio`, `minimum_ratio`: rows of `Columns.ratio` for token counts and for the test against the minimum prefix; `minimum_tokens`: what
    stands in for a minimum that is not published; `free_writes`: an unknown write costs no more than input.
    """

    reading: int
    ratio: int
    minimum_ratio: int
    minimum_tokens: float
    free_writes: bool = False


# A denser tokenizer makes a prefix longer, hence cacheable: the cheap reading takes the long count for that, the dear one the short count.
CASES = (
    Case(0, LOW, HIGH, 0.0, free_writes=True),
    Case(1, LIKELY, LIKELY, 0.0),
    Case(2, HIGH, LOW, MINIMUM_AT_WORST_TOKENS),
)
CHEAP, EXPECTED, DEAR = CASES


@dataclass(frozen=True, eq=False)
class Bill:
    """One reading of a month: lines in USD, and what the prompts look like to each offer (in the user's tokens)."""

    lines: dict[str, Array]
    parts: PromptParts

    @property
    def usd(self) -> Array:
        """The sum of the lines."""
        return np.asarray(sum(self.lines.values()))


@dataclass(frozen=True, eq=False)
class _Volume:
    """Mean tokens per request that fall into one band, user's tokens: not cacheable, cacheable, output."""

    uncached: Array
    cacheable: Array
    output: Array


def _parts(load: Load, columns: Columns, case: Case) -> PromptParts:
    price = columns.price
    minimum = np.where(np.isnan(price.min_cache_tokens), case.minimum_tokens, price.min_cache_tokens)
    minimum = np.where(price.caches, minimum / ratio_of(load, columns, case.minimum_ratio), np.inf)
    return prompt_parts(load, price.threshold_tokens / ratio_of(load, columns, case.ratio), minimum)


def _volume(load: Load, parts: PromptParts, band: int, offers: Offers) -> _Volume:
    output = np.asarray(load.output_mean + load.reasoning_mean, dtype=float)
    if band == LONG:
        cacheable = parts.long_cacheable[..., offers]
        return _Volume(parts.long_tokens[..., offers] - cacheable, cacheable, output * parts.long_share[..., offers])
    cacheable = parts.cacheable - parts.long_cacheable
    return _Volume(load.input_mean - parts.long_tokens - cacheable, cacheable, output * (1 - parts.long_share))


def _lines(requests: Array, volume: _Volume, tariff: Tariff, hit: Array) -> tuple[Array, ...]:
    """USD of input, cache read, cache write and output in one service and band."""
    cacheable = requests * volume.cacheable
    found = cacheable * hit
    missed = cacheable - found
    return (
        requests * volume.uncached * tariff.input + missed * tariff.miss_as_input,
        found * tariff.read,
        missed * tariff.miss_as_write,
        requests * volume.output * tariff.output,
    )


def _hits(rates: HitRates, case: Case) -> tuple[Array, Array]:
    """Hit rate of interactive and of batch calls: batches find their prefix by best effort."""
    if case is DEAR:
        return rates.low, np.minimum(rates.low, BATCH_HITS_AT_WORST)
    return (rates.high, rates.high) if case is CHEAP else (rates.low, rates.low)


def _bill(load: Load, columns: Columns, case: Case, rates: HitRates) -> Bill:
    """The month in one reading, band by band and service by service; lines that nothing is billed on are left out."""
    price, parts = columns.price, _parts(load, columns, case)
    peak = peak_factors(load, columns)[case.reading]
    terms = Terms(ratio_of(load, columns, case.ratio) * price.region_multiplier * peak, rates.lifetime, case.free_writes)
    batched = batch_sold(price)
    lines: dict[str, Array] = {}
    for band, offers in _bands(columns):
        volume = _volume(load, parts, band, offers)
        batch_share = load.batch_share * batched[band, offers]
        for service, share, hit in zip((STANDARD, BATCH), (1 - batch_share, batch_share), _hits(rates, case), strict=True):
            if not np.any(share):
                continue
            tariff = tariff_of(price, service, band, terms=terms, offers=offers)
            usd = _lines(load.requests_per_month * share, volume, tariff, hit[..., offers])
            for name, amount in zip(BATCH_LINES if service == BATCH else STANDARD_LINES, usd, strict=True):
                if band == BASE:
                    lines[name] = amount
                else:
                    line = lines.setdefault(name, np.zeros((*amount.shape[:-1], len(columns))))
                    line[..., offers] += _settled(amount, parts.long_share[..., offers])
    return Bill(lines, parts)


def _bands(columns: Columns) -> Iterator[tuple[int, Offers]]:
    """The base band of all offers, and the long one of those that have a price cliff."""
    yield BASE, slice(None)
    cliff = np.flatnonzero(np.isfinite(columns.price.threshold_tokens))
    if cliff.size:
        yield LONG, cliff


def _settled(amount: Array, long_share: Array) -> Array:
    # A long price that is not known spoils a bill only where long prompts occur at all.
    return np.where(np.isnan(amount) & (long_share <= NEGLIGIBLE_SHARE), 0.0, amount)


def monthly_usd(load: Load, columns: Columns) -> Array:
    """Expected USD a month, `(..., offers)`, NaN where a price is not known: `assess(...).expected_usd` without the rest."""
    blocks = [_bill(part, columns, EXPECTED, hit_rates(part, columns)).usd for part in _blocks(load, len(columns))]
    return blocks[0] if len(blocks) == 1 else np.concatenate(blocks)


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


def assess(load: Load, columns: Columns) -> CostAssessment:
    """The bill of every offer with its range, held against `load.budget_usd`; findings for a single load, none for arrays of loads."""
    rates = hit_rates(load, columns)
    bill = _bill(load, columns, EXPECTED, rates)
    expected = bill.usd
    readings = np.stack([_bill(load, columns, CHEAP, rates).usd, expected, _bill(load, columns, DEAR, rates).usd])
    low, high = readings.min(axis=0), readings.max(axis=0)
    cached = np.broadcast_to(bill.parts.cacheable > 0, expected.shape)
    nothing = np.zeros(expected.shape)
    return CostAssessment(
        axis="cost",
        verdicts=verdicts(low, high, load.budget_usd),
        findings=findings_of(load, columns, rates, bill.parts) if expected.ndim == 1 else (),
        low_usd=low,
        expected_usd=expected,
        high_usd=high,
        lines={name: np.broadcast_to(bill.lines.get(name, nothing), expected.shape) for name in LINES},
        sticker_usd=np.broadcast_to(_sticker(load, columns), expected.shape),
        hit_rate=rates.low * cached,
        hit_rate_low=rates.low * cached,
        hit_rate_high=rates.high * cached,
        lifetime=tuple(LIFETIMES[k] if k >= 0 else None for k in rates.lifetime.reshape(-1, len(columns))[0]),
        cached=cached,
        cached_tokens=bill.parts.cacheable * rates.low * ratio_of(load, columns),
        long_share=np.broadcast_to(bill.parts.long_share, expected.shape),
        usd_per_request=expected / load.requests_per_month,
    )


def _sticker(load: Load, columns: Columns) -> Array:
    """What the price list alone suggests: the user's own counts at base prices."""
    base = columns.price.mtok[STANDARD, BASE]
    usd = load.input_mean * base[INPUT] + (load.output_mean + load.reasoning_mean) * base[OUTPUT]
    return np.asarray(load.requests_per_month * usd / 1e6)


def verdicts(low_usd: Array, high_usd: Array, budget_usd: float | Array) -> Ints:
    """MEETS where even the high bill is inside the budget, FAILS where even the low one is not."""
    settled = np.where(high_usd <= budget_usd, Verdict.MEETS, np.where(low_usd > budget_usd, Verdict.FAILS, Verdict.UNRESOLVED))
    return np.where(np.isnan(low_usd) | np.isnan(high_usd), Verdict.UNKNOWN, settled).astype(np.int64)
