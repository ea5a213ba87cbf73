"""How many chunks a prompt should hold at most: what fits, what stays below the price cliff, what is in time, and all there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from framework.axes.latency import fine_attainment
from framework.axes.prompt_room import cliff_tokens, largest_mean, room_tokens, whole
from framework.axes.tokens import ratio_of
from framework.catalogue.columns import Array, Columns, Ints
from framework.load import Load
from framework.planning.searching import last_where, up_to_window
from framework.scoring.chain import REQUIRED_SHARE

BOUNDS = ("window", "price cliff", "latency", "corpus")
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


@dataclass(frozen=True, eq=False)
class ChunkBudget:
    """Most chunks by each bound, all `(offers,)` and whole: NaN not known, inf no such bound.

    `window` and `cliff`: for 99 prompts of 100, at the dear end of the tokenizer's range. `latency`: as many replies in time as the budget
    asks for, inf where they are however full the window is. `corpus`: all chunks there are. `best`: the smallest that is known; `binds`:
    whose it is, None where nothing is known.
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
    latency = by_latency(load, columns, hit_rate=hit_rate, most=window)
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


def by_window(load: Load, columns: Columns) -> Array:
    """Most chunks that fit beside everything else."""
    most = largest_mean(room_tokens(load, columns), load.prompt_sigma, REQUIRED_SHARE)
    return whole(most - (load.prompt_tokens - load.chunks * load.chunk_tokens), load.chunk_tokens)


def by_cliff(load: Load, columns: Columns) -> Array:
    """Most chunks with which prompts stay at the base price; inf where there is no cliff."""
    most = largest_mean(cliff_tokens(load, columns), load.prompt_sigma, REQUIRED_SHARE)
    prompt = load.prompt_tokens if load.converses else load.input_mean
    return np.where(np.isinf(most), np.inf, whole(most - (prompt - load.chunks * load.chunk_tokens), load.chunk_tokens))


def by_latency(load: Load, columns: Columns, *, hit_rate: Array, most: Array) -> Array:
    """Most chunks with which as many replies are in time as asked for; NaN without a reading, inf where they are with the `most` that fit.

    Longer prompts are read in no faster, so the share in time falls with the chunks. 0 where it is missed even without any.
    """
    if load.chunk_tokens <= 0:
        return np.full(len(columns), np.nan)

    def in_time(chunks: Array, places: Ints, wide: Columns) -> Array:
        changed = with_chunks(load, chunks)
        share = fine_attainment(changed, wide, cached_tokens=cached_of(changed, wide, hit_rate[places]))
        return np.where(np.isnan(share), np.nan, share >= load.percentile_share - _SURE)

    return np.maximum(last_where(in_time, columns, up_to_window(most, float(load.chunk_tokens))), 0.0)
