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
from framework.catalogue.columns import Array, Bools, Columns, Ints
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
class Charge:
    """USD a month at the offers it concerns, by name of line."""

    offers: Offers
    usd: dict[str, Array]


@dataclass(frozen=True, eq=False)
class Bill:
    """One reading of a month: what is charged (first the interactive calls at all offers), and what the prompts look like to each offer.

    `hit` is the hit rate of interactive calls in the end: 1 where a cache is `stored`. `read_tokens`: read from the cache per interactive
    request, in the user's tokens.
    """

    charges: tuple[Charge, ...]
    parts: PromptParts
    hit: Array
    stored: Bools
    read_tokens: Array

    @property
    def usd(self) -> Array:
        """The sum of all charges, `(..., offers)`."""
        return _added([(charge.offers, sum(charge.usd.values())) for charge in self.charges])

    def lines(self) -> dict[str, Array]:
        """The charges by name, all of `LINES`."""
        lines = {name: np.zeros(self.usd.shape) for name in LINES}
        for charge in self.charges:
            for name, usd in charge.usd.items():
                lines[name][..., charge.offers] += usd
        return lines


def _added(parts: Sequence[tuple[Offers, Any]]) -> Array:
    """The sum `(..., offers)` of what concerns all offers (the first part) or some."""
    first = parts[0][1]
    shape = np.broadcast_shapes(first.shape, *((*np.shape(part)[:-1], first.shape[-1]) for _, part in parts))
    total = np.broadcast_to(first, shape).copy()
    for offers, part in parts[1:]:
        total[..., offers] += part
    return total


@dataclass(frozen=True, eq=False)
class _Calls:
    """The calls of one service and band at the offers it concerns: mean tokens per request that fall into it, and what they pay."""

    batch: bool
    band: int
    offers: Offers
    requests: Any
    uncached: Array
    reusable: Reusable
    output: Array
    tariff: Tariff

    def lines(self, hit: Array, turns: Array) -> dict[str, Array]:
        """USD of input, cache read, cache write and output."""
        read = self.reusable.read(hit[..., self.offers], turns[..., self.offers])
        missed = self.requests * (self.reusable.tokens - read)
        usd = (
            self.requests * self.uncached * self.tariff.input + missed * self.tariff.miss_as_input,
            self.requests * read * self.tariff.read,
            missed * self.tariff.miss_as_write,
            self.requests * self.output * self.tariff.output,
        )
        return dict(zip(BATCH_LINES if self.batch else INTERACTIVE_LINES, usd, strict=True))

    def saved_by_storing(self, hit: Array) -> Array:
        """USD a month less if every prefix is found."""
        missed = self.requests * self.reusable.prefix * (1 - hit[..., self.offers])
        return np.asarray(missed * (self.tariff.miss_as_input + self.tariff.miss_as_write - self.tariff.read))


def bill_of(load: Load, reading: Reading, hits: Hits) -> Bill:
    """The month in one reading, or in several side by side."""
    columns, parts = reading.columns, _parts(load, reading)
    factor = terms_factor(load, columns)
    scale = reading.ratio * columns.price.region_multiplier * reading.peak * factor / (1 - load.billed_failures)
    terms = Terms(np.asarray(scale), hits.lifetime, reading.free_writes)
    calls = tuple(_calls(load, columns, parts, terms))
    stored = _stored(load, columns, terms, calls=calls, hits=hits)
    hit, batch_hit = hits.calls, hits.batch
    if stored is not None:
        hit, batch_hit = np.where(stored.pays, 1.0, hit), np.where(stored.pays, 1.0, batch_hit)
    rates = ((hit, hits.turns), (batch_hit, hits.batch_turns))
    charges = [Charge(each.offers, _settled(each, parts, *rates[each.batch])) for each in calls]
    charges += [] if stored is None else [Charge(slice(None), stored.lines())]
    if any(map(np.any, load.tool_calls)):
        charges.append(Charge(slice(None), {"tools": tools_usd(load, columns) * factor}))
    kept = stored.pays if stored is not None else np.zeros(len(columns), dtype=bool)
    return Bill(tuple(charges), parts, hit, kept, np.asarray(parts.all.read(hit, hits.turns)))


def _parts(load: Load, reading: Reading) -> PromptParts:
    price = reading.columns.price
    minimum = np.where(np.isnan(price.min_cache_tokens), reading.minimum_tokens, price.min_cache_tokens)
    minimum = np.where(price.caches, minimum / reading.minimum_ratio, np.inf)
    return parts_of(load, price.threshold_tokens / reading.ratio, minimum)


def _calls(load: Load, columns: Columns, parts: PromptParts, terms: Terms) -> Iterator[_Calls]:
    price, interactive = columns.price, SERVICES.index(load.service)
    output = np.asarray(load.output_mean + thinking_tokens(load, columns), dtype=float)
    batched = service_sold(price, BATCH)
    for band, offers in _bands(columns):
        batch_share = load.batch_share * batched[band, offers]
        for service, share in ((interactive, 1 - batch_share), (BATCH, batch_share)):
            if service != BATCH or np.any(share):
                tariff = tariff_of(price, service, band, terms=terms, offers=offers)
                volume = _volume(load, output, parts, band=band, offers=offers)
                yield _Calls(service == BATCH, band, offers, load.requests_per_month * share, *volume, tariff)


def _bands(columns: Columns) -> Iterator[tuple[int, Offers]]:
    """The base band of all offers, and the long one of those that have a price cliff."""
    yield BASE, slice(None)
    cliff = np.flatnonzero(np.isfinite(columns.price.threshold_tokens))
    if cliff.size:
        yield LONG, cliff


def _volume(load: Load, output: Array, parts: PromptParts, *, band: int, offers: Offers) -> tuple[Array, Reusable, Array]:
    """Mean tokens per request in one band: not cacheable, cacheable, output."""
    if band == LONG:
        reusable = parts.long.of(offers)
        return parts.long_tokens[..., offers] - reusable.tokens, reusable, output[..., offers] * parts.long_share[..., offers]
    reusable = parts.all.less(parts.long)
    return load.input_mean - parts.long_tokens - reusable.tokens, reusable, output * (1 - parts.long_share)


def _settled(calls: _Calls, parts: PromptParts, hit: Array, turns: Array) -> dict[str, Array]:
    usd = calls.lines(hit, turns)
    if calls.band != LONG:
        return usd
    # A long price that is not known spoils a bill only where long prompts occur at all.
    rare = parts.long_share[..., calls.offers] <= NEGLIGIBLE_SHARE
    return {name: np.where(np.isnan(amount) & rare, 0.0, amount) if np.isnan(amount).any() else amount for name, amount in usd.items()}


def _stored(load: Load, columns: Columns, terms: Terms, *, calls: tuple[_Calls, ...], hits: Hits) -> Stored | None:
    """Caches kept for a fee, where that is sold and the hit rate is not given; None where it is nowhere a choice."""
    if not load.explicit or load.converses or not np.isnan(load.hit_rate).any() or not np.any(load.prefix_tokens):
        return None
    stored = stored_of(load, columns, terms.scale, tariff=calls[0].tariff)
    if stored is None:
        return None
    saved = _added([(each.offers, each.saved_by_storing(hits.batch if each.batch else hits.calls)) for each in calls])
    return stored.where(np.isnan(load.hit_rate) & (saved > stored.usd))
