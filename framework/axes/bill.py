"""One reading of a month at every offer: what is charged, service by service and band by band.

Everything is computed in the user's tokens; an offer's own tokenizer enters as a factor on its prices and a divisor of its thresholds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from framework.axes.prompt import PromptParts, Reusable, parts_of
from framework.axes.reading import Reading
from framework.axes.stored import Stored, stored_of
from framework.axes.tariff import BASE, BATCH, LONG, Offers, Tariff, Terms, service_sold, tariff_of, terms_factor
from framework.axes.tokens import thinking_tokens
from framework.axes.tools import tools_usd
from framework.catalogue.columns import Array, Bools, Columns, Ints, at_offers
from framework.catalogue.records import SERVICES
from framework.load import Load

INTERACTIVE_LINES = ("input", "cache_read", "cache_write", "output")
BATCH_LINES = ("batch_input", "batch_cache_read", "batch_cache_write", "batch_output")
LINES = (*INTERACTIVE_LINES, *BATCH_LINES, "storage", "tools")
NEGLIGIBLE_SHARE = 1e-6


@dataclass(frozen=True, eq=False)
class Hits:
    """Hit rates of interactive and of batch calls `(..., offers)`, of turns in either, and their lifetime (as in `HitRates`)."""

    lifetime: Ints
    calls: Array
    batch: Array
    turns: Array
    batch_turns: Array


@dataclass(frozen=True, eq=False)
class Rates:
    """Hit rates in the end, `(..., offers)`: of shared prefixes and of turns."""

    hit: Array
    turns: Array


@dataclass(frozen=True, eq=False)
class Charge:
    """USD a month at the offers it concerns, by name of line."""

    offers: Offers
    usd: dict[str, Array]


def _shape(parts: Sequence[tuple[Offers, Any]]) -> tuple[int, ...]:
    """`(..., offers)` of parts that concern all offers (the first one) or some."""
    offers = np.shape(parts[0][1])[-1]
    return np.broadcast_shapes(*((*np.shape(part)[:-1], offers) for _, part in parts))


def _added(parts: Sequence[tuple[Offers, Any]]) -> Array:
    """The sum `(..., offers)` of parts as in `_shape`."""
    total = np.broadcast_to(parts[0][1], _shape(parts)).copy()
    for offers, part in parts[1:]:
        total[..., offers] += part
    return total


@dataclass(frozen=True, eq=False)
class _Calls:
    """The calls of one service and band at the offers it concerns: mean tokens per request that fall into it, and what they pay.

    `rare`: where practically no prompt is long, None in the base band.
    """

    batch: bool
    offers: Offers
    rare: Bools | None
    requests: Any
    uncached: Array
    reusable: Reusable
    output: Array
    tariff: Tariff

    def _read(self, rates: Rates) -> Array:
        return np.asarray(self.reusable.read(rates.hit[..., self.offers], rates.turns[..., self.offers]))

    def lines(self, rates: Rates) -> dict[str, Array]:
        """USD of input, cache read, cache write and output."""
        read, tariff = self._read(rates), self.tariff
        missed = self.requests * (self.reusable.tokens - read) * tariff.miss
        usd = (
            self.requests * self.uncached * tariff.input + np.where(tariff.write_is_input, missed, 0.0),
            self.requests * read * tariff.read,
            np.where(tariff.write_is_input, 0.0, missed),
            self.requests * self.output * tariff.output,
        )
        priced = self._priced(sum(usd))
        names = BATCH_LINES if self.batch else INTERACTIVE_LINES
        return {name: amount if priced is None else np.where(priced, amount, 0.0) for name, amount in zip(names, usd, strict=True)}

    def _priced(self, usd: Any) -> Bools | None:
        """Where the sum counts, None for everywhere: a long price that is not known spoils a bill only where long prompts occur at all."""
        if self.rare is None or not np.isnan(usd).any():
            return None
        return np.asarray(~(np.isnan(usd) & self.rare))

    def usd(self, rates: Rates) -> Array:
        """The sum of the lines, in fewer steps: many loads wait for memory, not for arithmetic."""
        read, tariff = self._read(rates), self.tariff
        each = self.uncached * tariff.input
        each = _plus(each, self.output * tariff.output)
        each = _plus(each, read * tariff.read)
        each = _plus(each, (self.reusable.tokens - read) * tariff.miss)
        total = np.asarray(each * self.requests)
        priced = self._priced(total)
        return total if priced is None else np.where(priced, total, 0.0)

    def saved_by_storing(self, hit: Array, offers: Ints) -> tuple[Ints, Array]:
        """USD a month less if every prefix is found: at which of the `offers` (places in them), and how much."""
        here, there = (offers, np.arange(offers.size)) if isinstance(self.offers, slice) else _shared(self.offers, offers)
        missed = at_offers(self.requests, here) * self.reusable.prefix[..., here] * (1 - hit[..., offers[there]])
        return there, np.asarray(missed * (self.tariff.miss[..., here] - self.tariff.read[..., here]))


@dataclass(frozen=True, eq=False)
class Bill:
    """One reading of a month: the calls (first the interactive ones at all offers), other charges, and what the prompts look like.

    `interactive`, `batch`: hit rates in the end, 1 where a cache is `stored`.
    """

    calls: tuple[_Calls, ...]
    charges: tuple[Charge, ...]
    parts: PromptParts
    interactive: Rates
    batch: Rates
    stored: Bools

    def _rates(self, calls: _Calls) -> Rates:
        return self.batch if calls.batch else self.interactive

    @property
    def read_tokens(self) -> Array:
        """Tokens read from the cache per interactive request, in the user's tokens."""
        return np.asarray(self.parts.all.read(self.interactive.hit, self.interactive.turns))

    @property
    def usd(self) -> Array:
        """The sum of everything charged, `(..., offers)`."""
        parts = [(calls.offers, calls.usd(self._rates(calls))) for calls in self.calls]
        return _added(parts + [(charge.offers, sum(charge.usd.values())) for charge in self.charges])

    def lines(self) -> dict[str, Array]:
        """The charges by name, all of `LINES`."""
        charged = [*(Charge(calls.offers, calls.lines(self._rates(calls))) for calls in self.calls), *self.charges]
        shape = _shape([(charge.offers, usd) for charge in charged for usd in charge.usd.values()])
        lines = {name: np.zeros(shape) for name in LINES}
        for charge in charged:
            for name, usd in charge.usd.items():
                lines[name][..., charge.offers] += usd
        return lines


def _shared(some: Ints, others: Ints) -> tuple[Ints, Ints]:
    """Where those that stand in both stand in each."""
    _, here, there = np.intersect1d(some, others, assume_unique=True, return_indices=True)
    return here, there


def _plus(total: Array, part: Array) -> Array:
    """The sum, in the place of the first where it has room for it."""
    return np.add(total, part, out=total) if total.shape == np.broadcast_shapes(total.shape, part.shape) else total + part


def bill_of(load: Load, reading: Reading, hits: Hits) -> Bill:
    """The month in one reading, or in several side by side."""
    columns, parts = reading.columns, _parts(load, reading)
    factor = terms_factor(load, columns)
    scale = reading.ratio * columns.price.region_multiplier * reading.peak * factor / (1 - load.billed_failures)
    terms = Terms(np.asarray(scale), hits.lifetime, reading.free_writes)
    calls = tuple(_calls(load, columns, parts, terms))
    stored = _stored(load, columns, terms, calls=calls, hits=hits)
    hit, batch_hit, kept = hits.calls, hits.batch, np.zeros(hits.calls.shape, dtype=bool)
    if stored is not None and stored.pays.any():
        hit, batch_hit, kept = stored.found(hit), stored.found(batch_hit), stored.found(np.zeros(hit.shape)) > 0
    charges = [] if stored is None else [Charge(stored.offers, stored.lines())]
    if any(map(np.any, load.tool_calls)):
        charges.append(Charge(slice(None), {"tools": tools_usd(load, columns) * factor}))
    return Bill(calls, tuple(charges), parts, Rates(hit, hits.turns), Rates(batch_hit, hits.batch_turns), kept)


def _parts(load: Load, reading: Reading) -> PromptParts:
    price = reading.columns.price
    minimum = np.where(np.isnan(price.min_cache_tokens), reading.minimum_tokens, price.min_cache_tokens)
    minimum = np.where(price.caches, minimum / reading.minimum_ratio, np.inf)
    return parts_of(load, price.threshold_tokens / reading.ratio, minimum)


def _calls(load: Load, columns: Columns, parts: PromptParts, terms: Terms) -> Iterator[_Calls]:
    price, interactive = columns.price, SERVICES.index(load.service)
    output = np.asarray(load.output_mean + thinking_tokens(load, columns) if np.any(load.reasoning_mean) else load.output_mean, dtype=float)
    batched = service_sold(price, BATCH)
    for band, offers in _bands(columns):
        rare = parts.long_share[..., offers] <= NEGLIGIBLE_SHARE if band == LONG else None
        # A share that is the same for all offers keeps what it is multiplied with small.
        batch_share = load.batch_share * batched[band, offers] if np.any(load.batch_share) else 0.0
        volume = _volume(load, output, parts, band=band, offers=offers)
        for service, share in ((interactive, 1 - batch_share), (BATCH, batch_share)):
            if service != BATCH or np.any(share):
                tariff = tariff_of(price, service, band, terms=terms, offers=offers)
                yield _Calls(service == BATCH, offers, rare, load.requests_per_month * share, *volume, tariff)


def _bands(columns: Columns) -> Iterator[tuple[int, Offers]]:
    """The base band of all offers, and the long one of those that have a price cliff."""
    yield BASE, slice(None)
    cliff = np.flatnonzero(np.isfinite(columns.price.threshold_tokens))
    if cliff.size:
        yield LONG, cliff


def _volume(load: Load, output: Array, parts: PromptParts, *, band: int, offers: Offers) -> tuple[Array, Reusable, Array]:
    """Mean tokens per request in one band: not cacheable, cacheable, output."""
    if band == LONG:
        reusable, share = parts.long.of(offers), parts.long_share[..., offers]
        return parts.long_tokens[..., offers] - reusable.tokens, reusable, at_offers(output, offers) * share
    cliff = np.flatnonzero(parts.long_share.reshape(-1, parts.long_share.shape[-1]).any(axis=0))
    uncached = np.asarray(load.input_mean - parts.all.tokens)
    if not cliff.size:
        return uncached, parts.all, output
    long = parts.long.of(cliff)
    short = np.broadcast_to(output, np.broadcast_shapes(output.shape, parts.long_share.shape)).copy()
    short[..., cliff] *= 1 - parts.long_share[..., cliff]
    uncached[..., cliff] -= parts.long_tokens[..., cliff] - long.tokens
    return uncached, parts.all.less(long, cliff), short


def _stored(load: Load, columns: Columns, terms: Terms, *, calls: tuple[_Calls, ...], hits: Hits) -> Stored | None:
    """Caches kept for a fee, where that is sold and the hit rate is not given; None where it is nowhere a choice."""
    if not load.explicit or load.converses or not np.isnan(load.hit_rate).any() or not np.any(load.prefix_tokens):
        return None
    stored = stored_of(load, columns, terms.scale, tariff=calls[0].tariff)
    if stored is None:
        return None
    saved = _added([each.saved_by_storing(hits.batch if each.batch else hits.calls, stored.offers) for each in calls])
    return stored.where(np.isnan(load.hit_rate) & (saved > stored.usd))
