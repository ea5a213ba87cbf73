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
    if charge is None:
        charge = np.zeros((table.shape[1], len(KINDS), len(found)), dtype=np.int64)
    return filled(charge, together(own_tokens(table, texts, found), merged), merged)


def own_tokens(table: Array, texts: Texts, found: Array) -> Array:
    """`(2, classes, n)` of prompt and reply that single calls are charged, in each class's own tokens, not rounded."""
    from framework.simulation import charge_kernel

    parts = (np.require(part, float, ("C", "W")) for part in (table, texts.prompt, texts.reusable, texts.reply, found))
    return np.asarray(charge_kernel.own_tokens(*parts))


def filled(charge: Ints, own: Array, merged: int) -> Ints:
    """`charge` with the tokens `own` of `merged` calls a row, in whole numbers."""
    from framework.simulation import charge_kernel

    charge_kernel.whole_tokens(own, merged, MAX_CHARGE, charge)
    return charge


TURNS = (0.38197, 0.14590, 0.05573, 0.62113, 0.27731)
"""By what part of all rows they are turned against themselves and added: no two sums of these are alike, so no call is drawn twice."""
FEWEST_APART = 32


def together(single: Array, merged: int) -> Array:
    """Sums of `merged` calls each, `(..., n)`, made of `n` drawn ones that hang on nothing but chance; their mean is kept exactly.

    Up to 32 of them are added up, for each row others; what is left of `merged` widens these sums about their mean as a root does, which
    by then is close: sums of so many are nearly normal.
    """
    if merged == 1:
        return single
    total, added, rows = single, 1, single.shape[-1]
    for turn in TURNS:
        if 2 * added > min(merged, rows / FEWEST_APART):
            break
        total = total + np.roll(total, round(turn * rows), axis=-1)
        added *= 2
    mean = total.mean(axis=-1, keepdims=True)
    return np.asarray(np.maximum((total - mean) * np.sqrt(merged / added) + mean * (merged / added), 0.0))
