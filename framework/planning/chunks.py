"""How many chunks a prompt should hold at most: what fits, what stays below the price cliff, what is in time, and all there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from framework.axes.context_window import usable
from framework.axes.latency import fine_attainment
from framework.axes.tokens import HIGH, LIKELY, ratio_of
from framework.catalogue.columns import Array, Columns, Ints
from framework.load import Load
from framework.planning.searching import last_where
from framework.quantities import normal_quantile
from framework.scoring.chain import REQUIRED_SHARE

BOUNDS = ("window", "price cliff", "latency", "corpus")
MOST_CHUNKS = 4_000
# A quotient such as 650.0 / 1.3 may come out a hair below a whole number.
_ROUNDING = 1e-9
_SURE = 1e-9


def with_chunks(load: Load, chunks: Any) -> Load:
    """The same workload with so many chunks in each prompt, whose length follows; `chunks` may be `(offers,)` or `(n, 1)`."""
    if load.converses:
        return load.with_(chunks=chunks)
    longer = (np.asarray(chunks) - load.chunks) * load.chunk_tokens
    return load.with_(chunks=chunks, input_mean=np.maximum(load.input_mean + longer, 1.0))


def cached_of(load: Load, columns: Columns, hit_rate: Array) -> Array:
    """Own tokens that a call reads from the cache, at the share of what could be read that the bill found."""
    return np.asarray(hit_rate * load.reusable_mean * ratio_of(load, columns))


def largest_mean(limit: Any, sigma: Any, share: float = REQUIRED_SHARE) -> Any:
    """The longest mean prompt of which that share stays within a limit: `limit * exp(sigma^2 / 2 - sigma z)`."""
    return limit * np.exp(np.square(sigma) / 2 - np.asarray(sigma) * normal_quantile(share))


@dataclass(frozen=True, eq=False)
class ChunkBudget:
    """Most chunks by each bound, all `(offers,)` and whole: NaN not known, inf no such bound.

    `window` and `cliff`: for 99 prompts of 100, at the dear end of the tokenizer's range. `latency`: as many replies in time as the budget
    asks for. `corpus`: all chunks there are. `best`: the smallest that is known; `binds`: whose it is, None where nothing is known.
    `unhurried`, `unhurried_binds`: the same with latency left aside.
    """

    window: Array
    cliff: Array
    latency: Array
    corpus: Array
    best: Array
    binds: tuple[str | None, ...]
    unhurried: Array
    unhurried_binds: tuple[str | None, ...]


def chunk_budget(load: Load, columns: Columns, *, hit_rate: Array, corpus_chunks: float) -> ChunkBudget:
    """For one load of scalars; `hit_rate` as the bill found it."""
    window, cliff = by_window(load, columns), by_cliff(load, columns)
    corpus = np.full(len(columns), np.ceil(corpus_chunks) if np.isfinite(corpus_chunks) else np.nan)
    latency = by_latency(load, columns, hit_rate=hit_rate)
    best, binds = _smallest(window, cliff, latency, corpus)
    unhurried, without = _smallest(window, cliff, np.full(len(columns), np.nan), corpus)
    return ChunkBudget(window, cliff, latency, corpus, best, binds, unhurried, without)


def _smallest(*bounds: Array) -> tuple[Array, tuple[str | None, ...]]:
    """The smallest known of the bounds, in the order of `BOUNDS`, and its name; nothing is known where what fits is not."""
    stacked = np.stack(bounds)
    best = np.fmin.reduce(stacked, axis=0)
    first = np.where(np.isnan(stacked), np.inf, stacked).argmin(axis=0)
    known = np.isfinite(best) & ~np.isnan(bounds[0])
    names = tuple(BOUNDS[row] if sure else None for row, sure in zip(first.tolist(), known.tolist(), strict=True))
    return np.where(known, best, np.nan), names


def _dear(load: Load) -> int:
    return HIGH if load.converts else LIKELY


def _chunks(tokens: Any, rest: Any, each: float) -> Array:
    """Whole chunks in what the rest leaves; NaN where a chunk has no tokens or the limit is not known."""
    if each <= 0:
        return np.full(np.shape(tokens), np.nan)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.maximum(np.floor((np.asarray(tokens) - rest) / each + _ROUNDING), 0.0))


def by_window(load: Load, columns: Columns) -> Array:
    """Most chunks that fit beside everything else."""
    k = _dear(load)
    most = largest_mean(usable(load, columns, k) / ratio_of(load, columns, k), load.prompt_sigma)
    return _chunks(most, load.prompt_tokens - load.chunks * load.chunk_tokens, load.chunk_tokens)


def by_cliff(load: Load, columns: Columns) -> Array:
    """Most chunks with which prompts stay at the base price; inf where there is no cliff."""
    threshold = columns.price.threshold_tokens
    most = largest_mean(threshold / ratio_of(load, columns, _dear(load)), load.prompt_sigma)
    prompt = load.prompt_tokens if load.converses else load.input_mean
    return np.where(np.isinf(threshold), np.inf, _chunks(most, prompt - load.chunks * load.chunk_tokens, load.chunk_tokens))


def by_latency(load: Load, columns: Columns, *, hit_rate: Array) -> Array:
    """Most chunks with which as many replies are in time as asked for; NaN without a reading, inf beyond `MOST_CHUNKS`.

    Longer prompts are read in no faster, so the share in time falls with the chunks. 0 where it is missed even without any.
    """
    if load.chunk_tokens <= 0:
        return np.full(len(columns), np.nan)

    def in_time(chunks: Array, places: Ints, wide: Columns) -> Array:
        changed = with_chunks(load, chunks)
        share = fine_attainment(changed, wide, cached_tokens=cached_of(changed, wide, hit_rate[places]))
        return np.where(np.isnan(share), np.nan, share >= load.percentile_share - _SURE)

    return np.maximum(last_where(in_time, columns, MOST_CHUNKS), 0.0)
