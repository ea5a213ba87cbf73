"""How the prompts of a month fall apart for the bill: beyond the price cliff or not, and what of them a cache can hold.

Calls that stand alone have log-normal prompts and a shared prefix; turns of a conversation send everything before them again. Both are
closed forms. Thresholds and minima are in the user's tokens, `(offers,)` or `(n, offers)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from framework.catalogue.columns import Array, Ints
from framework.load import Load

# A prompt of exactly the minimum is cached, and `LogNormal` counts strictly above; the step survives the logarithm's rounding.
_AT_LEAST = 1 - 1e-9
# A prompt of exactly the threshold is short, though the threshold in the user's tokens may come out a hair below it.
_UP_TO = 1 + 1e-12


@dataclass(frozen=True, eq=False)
class Reusable:
    """Mean tokens per request that a cache can hold, user's tokens, `(..., offers)`; what is not found is written.

    `prefix`: found where another call left the shared prefix. `followed`: found where the turn before is still there; `restart` is the
    shared prefix inside it, found without that turn. `appended`: new to the conversation, always written.
    """

    prefix: Any
    followed: Any = 0.0
    restart: Any = 0.0
    appended: Any = 0.0

    @property
    def tokens(self) -> Any:
        """All of it."""
        return self.prefix if np.ndim(self.followed) == 0 else self.prefix + self.followed + self.appended

    def read(self, prefix_hits: Any, turn_hits: Any) -> Any:
        """What is found at these hit rates."""
        found = self.prefix * prefix_hits
        if np.ndim(self.followed) == 0:
            return found
        return found + self.followed * turn_hits + self.restart * (1 - turn_hits) * prefix_hits

    def of(self, offers: Ints | slice) -> Reusable:
        """The same for some of the offers."""
        return Reusable(*(part if np.ndim(part) == 0 else part[..., offers] for part in self._parts))

    def less(self, other: Reusable, offers: Ints) -> Reusable:
        """What remains without the other, which is that of some of the offers."""
        kept = [np.array(part) if np.ndim(part) else part for part in self._parts]
        for mine, theirs in zip(kept, other._parts, strict=True):
            if np.ndim(mine):
                mine[..., offers] -= theirs
        return Reusable(*kept)

    @property
    def _parts(self) -> tuple[Any, ...]:
        return (self.prefix, self.followed, self.restart, self.appended)


@dataclass(frozen=True, eq=False)
class PromptParts:
    """Means per request in the user's tokens: the share of prompts above the price cliff, their tokens, and what can be cached of all
    prompts and of those.
    """

    long_share: Array
    long_tokens: Array
    all: Reusable
    long: Reusable

    @property
    def cacheable(self) -> Array:
        """What of all prompts a cache can hold."""
        return np.asarray(self.all.tokens)

    def of(self, first: int) -> PromptParts:
        """The same for so many of the offers."""
        some = slice(first)
        return PromptParts(self.long_share[..., some], self.long_tokens[..., some], self.all.of(some), self.long.of(some))


def parts_of(load: Load, threshold_tokens: Array, minimum_tokens: Array) -> PromptParts:
    """The prompts of a load; a prompt of strictly more than the threshold is long."""
    known = _or_never(threshold_tokens), _or_never(minimum_tokens)
    return conversation_parts(load, *known) if load.converses else prompt_parts(load, *known)


def _or_never(tokens: Array) -> Array:
    # A model whose tokenizer ratio is not known has no bill anyway.
    return np.where(np.isnan(tokens), np.inf, tokens)


def _distinct(tokens: Array) -> tuple[Array, Ints]:
    """Few thresholds exist and closed forms are dear; those of draws are all different."""
    if tokens.ndim > 1:
        return tokens, np.arange(tokens.shape[-1])
    return np.unique(tokens, return_inverse=True)


def prompt_parts(load: Load, threshold_tokens: Array, minimum_tokens: Array) -> PromptParts:
    """Calls that stand alone: closed forms over the prompt length `L`, with threshold `t` and minimum `m`.

    A prompt of the minimum or more is cached up to the prefix `C`; a prefix below the minimum is never cached. So
    `E[min(L, C); L >= m] = E[L; L >= m] - E[L; L > C] + C P(L > C)`, and above a cliff beyond the prefix `C P(L > t)`.
    """
    length, prefix = load.input_length, np.asarray(load.prefix_tokens, dtype=float)
    minimum, at_minimum = _distinct(minimum_tokens * _AT_LEAST)
    threshold, at_threshold = _distinct(threshold_tokens * _UP_TO)
    beyond = length.mean_above(prefix) - prefix * length.share_above(prefix)
    cached, above_minimum = prefix >= minimum, length.mean_above(minimum)
    share, above_cliff = length.share_above(threshold), length.mean_above(threshold)
    cacheable = np.maximum(above_minimum - beyond, 0.0) * cached
    cliff = np.flatnonzero(np.isfinite(threshold_tokens.reshape(-1, threshold_tokens.shape[-1])).any(axis=0))
    t, m = at_threshold[cliff], at_minimum[cliff]
    inside = np.maximum(np.minimum(above_minimum[..., m], above_cliff[..., t]) - beyond, 0.0)
    long_cacheable = np.zeros((*np.broadcast_shapes(cacheable.shape[:-1], share.shape[:-1]), threshold_tokens.shape[-1]))
    long_cacheable[..., cliff] = np.where(threshold[..., t] < prefix, inside, prefix * share[..., t]) * cached[..., m]
    return PromptParts(
        share[..., at_threshold], above_cliff[..., at_threshold], Reusable(cacheable[..., at_minimum]), Reusable(long_cacheable)
    )


@dataclass(frozen=True, eq=False)
class _Series:
    """Prompts `first + (k - 1) * growth`, k from 1 to `turns`."""

    first: Any
    growth: Any
    turns: int

    def sum_of(self, count: Any) -> Any:
        """Tokens of the first `count` prompts together."""
        return count * self.first + self.growth * count * (count - 1) / 2

    def up_to(self, tokens: Array) -> Array:
        """How many prompts have at most so many tokens."""
        with np.errstate(invalid="ignore"):
            count = np.floor((tokens - self.first) / self.growth * (1 + 1e-12)) + 1
        return np.asarray(np.clip(np.where(tokens >= self.first, count, 0.0), 0.0, self.turns))

    def below(self, tokens: Array) -> Array:
        """How many prompts have fewer tokens."""
        with np.errstate(invalid="ignore"):
            count = np.ceil((tokens - self.first) / self.growth * (1 - 1e-12))
        return np.asarray(np.clip(count, 0.0, self.turns))


def conversation_parts(load: Load, threshold_tokens: Array, minimum_tokens: Array) -> PromptParts:
    """Turns of conversations: each prompt is the one before and what the turn added, so sums over turns are arithmetic series.

    The first prompt that reaches the minimum is written whole but for the shared prefix; each later one finds the prompt before it and
    writes what is new. With nothing shared and all found: writes `S + T U + (T - 1) O`, reads the rest.
    """
    turns, first = load.conversation_turns, load.opening_tokens + load.user_tokens
    series = _Series(np.asarray(first, dtype=float), np.asarray(load.turn_growth_tokens, dtype=float), turns)
    minimum_tokens = minimum_tokens * _AT_LEAST
    short = series.up_to(threshold_tokens * _UP_TO)
    cold = series.below(minimum_tokens)
    shared = np.minimum(load.prefix_tokens, series.first)
    shared = np.where(shared >= minimum_tokens, shared, 0.0)
    shape = np.broadcast_shapes(short.shape, cold.shape, np.shape(shared))
    nothing = np.zeros(shape)
    if load.caches_history:
        everything, long = (_between(series, low, cold, shared) for low in (nothing, short))
    else:
        reused = np.where(minimum_tokens <= series.first, shared, 0.0)
        everything, long = Reusable(np.broadcast_to(reused, shape)), Reusable(reused * (turns - short) / turns)
    return PromptParts(
        np.broadcast_to((turns - short) / turns, shape),
        np.broadcast_to((series.sum_of(turns) - series.sum_of(short)) / turns, shape),
        everything,
        long,
    )


def _between(series: _Series, low: Array, cold: Array, shared: Array) -> Reusable:
    """What can be cached of the turns after the first `low`, per turn of the conversation; the first `cold` are too short for any cache."""
    turns = series.turns
    opens = (cold >= low) & (cold < turns)  # the first cached turn is number cold + 1
    start = np.minimum(np.maximum(low, cold + 1), turns)
    later = turns - start
    opening = series.first + series.growth * cold
    followed = series.sum_of(np.maximum(turns - 1.0, 0.0)) - series.sum_of(np.maximum(start - 1, 0.0))
    followed = np.where(later > 0, followed, 0.0)
    appended = later * series.growth + np.where(opens, opening - shared, 0.0)
    return Reusable(np.where(opens, shared, 0.0) / turns, followed / turns, later * shared / turns, appended / turns)
