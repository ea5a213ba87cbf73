"""What each single call is charged on each meter, under a provider's own counting rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from framework.axes.demand import Expected, Rules, read_share
from framework.axes.tokens import ratio_of, thinking_tokens
from framework.catalogue.columns import Array, Columns, Ints
from framework.draws import Calls
from framework.load import Load
from framework.simulation.limiter import KINDS

MAX_CHARGE = 2 * 10**9
"""Tokens: more than any limit is, so that a larger call is refused either way."""


@dataclass(frozen=True, eq=False)
class Charging:
    """How an offer counts, each `(offers,)`: own `ratio` per token, `reads` (share of calls whose cached tokens do not count), `thinking`
    tokens a reply has before it, `burndown` of its output, and `reserve`, own output tokens taken at admission (0: counted as produced).
    """

    ratio: Array
    reads: Array
    thinking: Array
    burndown: Array
    reserve: Array

    @property
    def table(self) -> Array:
        """`(5, offers)`: offers with equal columns charge alike."""
        return np.array(np.broadcast_arrays(self.ratio, self.reads, self.thinking, self.burndown, self.reserve), dtype=float)


def charging_of(load: Load, columns: Columns, expected: Expected, rules: Rules) -> Charging:
    """The rules of every offer, what is not published read as `rules` say."""
    limits, ratio = columns.limits, ratio_of(load, columns, rules.ratio)
    reserved = np.where(np.isnan(limits.max_tokens_reserved), rules.reserved_if_unknown, limits.max_tokens_reserved) > 0
    shape = ratio.shape
    return Charging(
        ratio=ratio,
        reads=np.broadcast_to(read_share(load, columns, expected, rules), shape),
        thinking=np.broadcast_to(thinking_tokens(load, columns), shape),
        burndown=limits.burndown,
        reserve=np.where(reserved, ratio * load.max_tokens, 0.0),
    )


@dataclass(frozen=True, eq=False)
class Texts:
    """Calls in the user's tokens, each `(n,)`: the prompt, the part of it that a cache may hold, the visible reply."""

    prompt: Array
    reusable: Array
    reply: Array


def texts_of(load: Load, calls: Calls) -> Texts:
    """Lengths drawn from the load's distributions."""
    prompt = _lengths(load.input_mean, load.input_sigma, calls.input_z)
    shared = load.reusable_mean / load.input_mean if load.converses else 1.0
    reusable = prompt * shared if load.converses else np.minimum(prompt, load.prefix_tokens)
    return Texts(prompt, reusable, _lengths(load.output_mean, load.output_sigma, calls.output_z))


def _lengths(mean: Any, sigma: Any, z: Array) -> Array:
    return np.asarray(mean * np.exp(sigma * z - np.square(sigma) / 2))


def charged(table: Array, texts: Texts, found: Array, *, merged: int = 1, charge: Ints | None = None) -> Ints:
    """`(classes, kinds, n)` of whole tokens for the columns of `Charging.table` `(5, classes)`; `found` as `Calls.chance`, or 0 and 1.

    `merged` calls come as one: their charges add up, and differ from one group to the next as sums do, by a root less than single calls.
    `charge`, where given, is filled and comes back; what is not tokens or calls is left as it is.
    """
    from framework.simulation import charge_kernel

    parts = (np.require(part, float, ("C", "W")) for part in (table, texts.prompt, texts.reusable, texts.reply, found))
    own = charge_kernel.own_tokens(*parts)
    if charge is None:
        charge = np.zeros((table.shape[1], len(KINDS), len(found)), dtype=np.int64)
    charge_kernel.whole_tokens(_together(own, merged), merged, MAX_CHARGE, charge)
    return charge


def _together(single: Array, merged: int) -> Array:
    if merged == 1:
        return single
    mean = single.mean(axis=-1, keepdims=True)
    single -= mean
    single *= np.sqrt(merged)
    single += merged * mean
    return np.asarray(np.maximum(single, 0.0, out=single))
