"""Rows that stand for several calls of a day each: what they are charged together, and how deep a bucket must be to take them so.

What a call hangs on by chance alone, its lengths, is added up over calls drawn for it; what hangs on the moment, whether the cache is
warm, is the same for all calls of a row and those about it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from framework.axes.charging import MAX_CHARGE, Texts, together
from framework.axes.day import Day
from framework.catalogue.columns import Array, Ints
from framework.simulation.limiter import BOTH, INPUT, KINDS, OUTPUT, Rows

MOST_ALIKE = 32
"""Rows at most that find the cache alike: half a minute of a steady day."""


class Merging:
    """The rows of one day, asked for by one kind of offer after the other."""

    def __init__(self, day: Day) -> None:
        self.day = day
        self._single: Ints | None = None

    @functools.cached_property
    def means(self) -> Texts:
        """The mean call of each row, `(n,)` each."""
        texts = self.day.texts
        return Texts(*(together(np.stack([texts.prompt, texts.reusable, texts.reply]), self.day.merged) / self.day.merged))

    def tokens(self, own: Array, *, ratio: float, found: NDArray[np.bool_], apart: bool) -> Array:
        """`(2, 1, n)` that all calls of each row are charged, from the `own` of single ones.

        `found` `(n,)`: a call finds its reusable part in the cache and is not charged for it. `apart`: long prompts draw on a pool of
        their own; the calls of a row then are all as long as the first.
        """
        self._single = None
        if apart:
            return own * self.day.merged
        given, made = own[:, 0]
        self._single = np.zeros(len(KINDS), dtype=np.int64)
        for kind, tokens in ((INPUT, given), (OUTPUT, made), (BOTH, given + made)):
            self._single[kind] = min(round(float(tokens.max(initial=0.0))), MAX_CHARGE)
        charged = ratio * self.day.merged * (self.means.prompt - _share(found, self.day.merged) * self.means.reusable)
        return np.stack([charged[None], together(made[None], self.day.merged)])

    def sizes(self, charge: Ints, kinds: Iterable[int]) -> tuple[Ints, Rows]:
        """The largest single call `(kinds,)`, and the rows, of what was charged last; 0 for the kinds that are not asked for."""
        rows = rows_of(charge, self.day.merged, kinds)
        alike = -(-rows.largest // self.day.merged)
        return alike if self._single is None else np.where(self._single > 0, self._single, alike), rows


def rows_of(charge: Ints, merged: int, kinds: Iterable[int] = range(len(KINDS))) -> Rows:
    """Of so many calls each; `charge` `(kinds, n)`."""
    largest, mean = np.zeros(len(charge), dtype=np.int64), np.zeros(len(charge))
    for kind in kinds:
        if charge.shape[1]:
            largest[kind], mean[kind] = charge[kind].max(), charge[kind].mean()
    return Rows(largest, before_last=(mean * (merged - 1) / merged).astype(np.int64))


def _share(found: NDArray[np.bool_], merged: int) -> Array:
    """Share of the calls about each row that find the cache, `(n,)`: over as many rows as it has calls, so that chance evens out."""
    about = min(merged, MOST_ALIKE)
    total = np.concatenate([[0.0], np.cumsum(found, dtype=float)])
    at = np.arange(len(found))
    first, behind = np.maximum(at - about // 2, 0), np.minimum(at + (about + 1) // 2, len(found))
    return np.asarray((total[behind] - total[first]) / (behind - first))
