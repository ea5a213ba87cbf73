"""One reading of a month at every offer: what is charged, service by service and band by band.

Everything is computed in the user's tokens; an offer's own tokenizer enters as a factor on its prices and a divisor of its thresholds.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from framework.axes.caching import PromptParts, prompt_parts
from framework.axes.tariff import BASE, BATCH, LONG, STANDARD, Offers, Tariff, Terms, batch_sold, peak_factors, tariff_of
from framework.axes.tokens import HIGH, LIKELY, LOW, ratio_of, thinking_tokens
from framework.catalogue.columns import Array, Bools, Columns, Ints, PriceColumns
from framework.load import Load

STANDARD_LINES = ("input", "cache_read", "cache_write", "output")
BATCH_LINES = ("batch_input", "batch_cache_read", "batch_cache_write", "batch_output")
LINES = STANDARD_LINES + BATCH_LINES
# The largest minimum that any vendor publishes (6,144: Gemini 3.1 Pro and 4 Argon on Vertex): the dear reading of an unpublished one.
MINIMUM_AT_WORST_TOKENS = 6_144.0
NEGLIGIBLE_SHARE = 1e-6


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
class Reading:
    """A case as figures per offer `(..., offers)`; several stand side by side as if they were so many more offers of `columns`.

    One pass over three times the offers takes a third of the steps of three passes.
    """

    columns: Columns
    ratio: Array
    minimum_ratio: Array
    minimum_tokens: Array
    free_writes: Bools
    peak: Array

    @classmethod
    def of(cls, load: Load, columns: Columns, *cases: Case) -> Reading:
        """One reading after the other of all offers."""
        offers, peaks = len(columns), peak_factors(load, columns)
        rows = max((np.shape(peak)[:-1] for peak in peaks), key=len)
        return cls(
            columns=columns if len(cases) == 1 else _repeated(columns, len(cases)),
            ratio=np.concatenate([ratio_of(load, columns, case.ratio) for case in cases]),
            minimum_ratio=np.concatenate([ratio_of(load, columns, case.minimum_ratio) for case in cases]),
            minimum_tokens=np.repeat([case.minimum_tokens for case in cases], offers),
            free_writes=np.repeat([case.free_writes for case in cases], offers),
            peak=np.concatenate([np.broadcast_to(peaks[case.reading], (*rows, offers)) for case in cases], axis=-1),
        )


def _repeated(columns: Columns, times: int) -> Columns:
    """What a bill needs of the columns, several times over."""
    price = {name: np.concatenate([value] * times, axis=-1) for name, value in vars(columns.price).items()}
    reasoning = np.concatenate([columns.reasoning] * times)
    return dataclasses.replace(columns, ids=columns.ids * times, reasoning=reasoning, price=PriceColumns(**price))


@dataclass(frozen=True, eq=False)
class Hits:
    """Hit rates of interactive and of batch calls `(..., offers)`, and the lifetime they belong to (an index of `LIFETIMES`, -1: none)."""

    lifetime: Ints
    calls: Array
    batch: Array


@dataclass(frozen=True, eq=False)
class Charge:
    """USD a month of one service and band, at the offers it concerns, in the order input, cache read, cache write, output."""

    service: int
    offers: Offers
    usd: tuple[Array, ...]


@dataclass(frozen=True, eq=False)
class Bill:
    """One reading of a month: what is charged (first the standard service to all offers), and what the prompts look like to each offer."""

    charges: tuple[Charge, ...]
    parts: PromptParts

    @property
    def usd(self) -> Array:
        """The sum of all charges, `(..., offers)`."""
        first, *others = self.charges
        total = sum(first.usd[1:], first.usd[0])
        for charge in others:
            total[..., charge.offers] += sum(charge.usd[1:], charge.usd[0])
        return total

    def lines(self) -> dict[str, Array]:
        """The charges by name, all of `LINES`."""
        named = {STANDARD: STANDARD_LINES, BATCH: BATCH_LINES}
        lines = {name: np.zeros(self.usd.shape) for name in LINES}
        for charge in self.charges:
            for name, usd in zip(named[charge.service], charge.usd, strict=True):
                lines[name][..., charge.offers] += usd
        return lines


@dataclass(frozen=True, eq=False)
class _Volume:
    """Mean tokens per request that fall into one band, user's tokens: not cacheable, cacheable, output."""

    uncached: Array
    cacheable: Array
    output: Array


def _parts(load: Load, reading: Reading) -> PromptParts:
    price = reading.columns.price
    minimum = np.where(np.isnan(price.min_cache_tokens), reading.minimum_tokens, price.min_cache_tokens)
    minimum = np.where(price.caches, minimum / reading.minimum_ratio, np.inf)
    return prompt_parts(load, price.threshold_tokens / reading.ratio, minimum)


def _volume(load: Load, output: Array, parts: PromptParts, *, band: int, offers: Offers) -> _Volume:
    if band == LONG:
        cacheable = parts.long_cacheable[..., offers]
        return _Volume(parts.long_tokens[..., offers] - cacheable, cacheable, output[..., offers] * parts.long_share[..., offers])
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


def bill_of(load: Load, reading: Reading, hits: Hits) -> Bill:
    """The month in one reading, or in several side by side."""
    columns, price, parts = reading.columns, reading.columns.price, _parts(load, reading)
    terms = Terms(reading.ratio * price.region_multiplier * reading.peak, hits.lifetime, reading.free_writes)
    output = np.asarray(load.output_mean + thinking_tokens(load, columns), dtype=float)
    batched, charges = batch_sold(price), []
    for band, offers in _bands(columns):
        volume = _volume(load, output, parts, band=band, offers=offers)
        batch_share = load.batch_share * batched[band, offers]
        for service, share, hit in zip((STANDARD, BATCH), (1 - batch_share, batch_share), (hits.calls, hits.batch), strict=True):
            if service == STANDARD or np.any(share):
                tariff = tariff_of(price, service, band, terms=terms, offers=offers)
                usd = _lines(load.requests_per_month * share, volume, tariff, hit[..., offers])
                charges.append(Charge(service, offers, _settled(usd, parts, offers) if band == LONG else usd))
    return Bill(tuple(charges), parts)


def _bands(columns: Columns) -> Iterator[tuple[int, Offers]]:
    """The base band of all offers, and the long one of those that have a price cliff."""
    yield BASE, slice(None)
    cliff = np.flatnonzero(np.isfinite(columns.price.threshold_tokens))
    if cliff.size:
        yield LONG, cliff


def _settled(usd: tuple[Array, ...], parts: PromptParts, offers: Offers) -> tuple[Array, ...]:
    # A long price that is not known spoils a bill only where long prompts occur at all.
    rare = parts.long_share[..., offers] <= NEGLIGIBLE_SHARE
    return tuple(np.where(np.isnan(amount) & rare, 0.0, amount) if np.isnan(amount).any() else amount for amount in usd)
