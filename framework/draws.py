"""Seeded draws of what a team does not know exactly: its traffic, its texts, the latency of next month, and its own weights.

How far each figure may stray is the user's to say (`billing.Spreads`). The same seed gives the same draws on every machine, and offer k
gets the same draws whichever others are asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from framework.quantities import gamma_quantile, normal_cdf, normal_quantile

Array = NDArray[np.float64]

SEED = 20_261_101
DRAWS = 256


WEIGHT_CONCENTRATION = 50.0
"""Of the Dirichlet around the user's weights: lets a weight of 40 % wander by 7 points."""


@dataclass(frozen=True, eq=False)
class Draws:
    """Standard normals: `(n, 1)` per workload field, `(n, offers)` for the readings of latency and the team's own
    evaluations, and per tokenizer, model and provider."""

    volume: Array
    input_tokens: Array
    output_tokens: Array
    hit_rate: Array
    prefixes: Array
    latency: Array
    tokenizer: Array
    reasoning: Array
    terms: Array
    success: Array


@lru_cache(maxsize=8)
def standard_normals(*, offers: int, tokenizers: int, models: int, providers: int, n: int = DRAWS, seed: int = SEED) -> Draws:
    """The draws behind one question, read-only and kept: moving a control changes what they are applied to, not the draws."""

    fields = _stratified(5, n, seed=seed, stream=0)
    streams = ((1, offers), (2, tokenizers), (4, models), (5, providers), (8, offers))
    others = (_stratified(rows, n, seed=seed, stream=number).T for number, rows in streams)
    parts = (*fields[:, :, None], *others)
    for part in parts:
        part.setflags(write=False)
    return Draws(*parts)


@dataclass(frozen=True, eq=False)
class Calls:
    """What makes one call differ from the next, each `(n,)`: `gap` before it (mean 1), the length of prompt and reply as standard normals.

    `chance`: evenly between 0 and 1; below the hit rate the call finds its prefix in the cache.
    """

    gap: Array
    input_z: Array
    output_z: Array
    chance: Array


@lru_cache(maxsize=32)
def standard_calls(n: int, burstiness: float, *, seed: int = SEED) -> Calls:
    """`n` calls, read-only and kept; `burstiness` is the coefficient of variation of the gaps."""
    z = _stratified(4, n, seed=seed, stream=6)
    gap = gamma_quantile(normal_cdf(z[0]), burstiness)
    parts = (gap / gap.mean(), z[1], z[2], normal_cdf(z[3]))
    for part in parts:
        part.setflags(write=False)
    return Calls(*parts)


def _stratified(rows: int, n: int, *, seed: int, stream: int) -> Array:
    """Standard normals `(rows, n)`, one from each of `n` equally likely slices, in random order.

    The median and the tails of a row are then those of the normal, not of the luck of a few hundred draws. A row does not depend on how
    many follow it.
    """
    order, place = (np.random.Generator(np.random.PCG64([seed, stream, part])) for part in range(2))
    slices = order.permuted(np.tile(np.arange(n, dtype=float), (rows, 1)), axis=1)
    return np.asarray(normal_quantile((slices + place.random((rows, n))) / n))


@lru_cache(maxsize=128)
def orders(count: int, n: int, *, seed: int = SEED) -> NDArray[np.intp]:
    """`(count, n)` orders of n things, read-only; the first ones do not depend on how many follow."""
    rng = np.random.Generator(np.random.PCG64([seed, 7]))
    drawn = rng.permuted(np.tile(np.arange(n), (count, 1)), axis=1)
    drawn.setflags(write=False)
    return drawn


@lru_cache(maxsize=64)
def weight_draws(shares: tuple[float, ...], *, n: int = DRAWS, seed: int = SEED, concentration: float = WEIGHT_CONCENTRATION) -> Array:
    """`(n, axes)` Dirichlet around the user's shares, which sum to 1; a share of 0 stays 0."""
    given = np.array(shares)
    drawn = np.zeros((n, len(shares)))
    counted = given > 0
    rng = np.random.Generator(np.random.PCG64([seed, 3]))
    drawn[:, counted] = rng.dirichlet(concentration * given[counted], size=n)
    drawn.setflags(write=False)
    return drawn


def shifted_share(share: Array | float, shift: Array) -> Array:
    """A share moved by `shift` on the logit scale; 0, 1 and NaN stay what they are."""
    with np.errstate(divide="ignore", over="ignore"):
        logit = np.log(share) - np.log1p(-np.asarray(share, dtype=float))
        return np.asarray(1 / (1 + np.exp(-(logit + shift))))


def between(low: Array, likely: Array, high: Array, *, z: Array) -> Array:
    """`likely` at z = 0, `low` and `high` at the 5th and 95th percentile (z = 1.645) and no further, straight in between."""
    reach = np.clip(z / 1.6448536269514722, -1.0, 1.0)
    return np.asarray(likely + np.where(reach < 0, likely - low, high - likely) * reach)
