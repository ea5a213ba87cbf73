"""The last whole number for which something holds, at every offer at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from framework.catalogue.columns import Array, Columns
from framework.scoring.chain import only

SECTIONS = 16
BEYOND_TOKENS = 1e8
"""A prompt that no window holds: where a window is not known, the search ends there."""

Holds = Callable[[Array, NDArray[np.intp], Columns], Array]
"""1, 0 or NaN (not known) for each of `(m,)` numbers, at the offers whose positions and columns stand beside them."""


def last_where(holds: Holds, columns: Columns, most: Array) -> Array:
    """The last of 0 to `most` `(offers,)` for which it holds, `(offers,)`; it must hold up to some number and never after.

    -1 where it holds for none, inf where it does for `most`, NaN where it is not known. Fifteen numbers are asked about at a time, as if
    there were so many times the offers: few wide steps take a fraction of the time of many narrow ones.
    """
    offers = len(columns)
    places = np.tile(np.arange(offers), SECTIONS - 1)
    wide: Columns = only(columns, places)
    low, high = np.full(offers, -1.0), most + 1.0
    unknown = np.zeros(offers, dtype=bool)
    parts = np.arange(1, SECTIONS)[:, None] / SECTIONS
    while (high - low).max(initial=0.0) > 1:
        asked = np.clip(np.floor(low + (high - low) * parts), np.maximum(low, 0), np.minimum(high, most))
        answers = holds(asked.reshape(-1), places, wide).reshape(asked.shape)
        unknown |= np.isnan(answers).all(axis=0)
        fine = (answers == 1) | (asked <= low)
        low = np.maximum(low, np.where(fine, asked, low).max(axis=0))
        high = np.minimum(high, np.where(fine, high, asked).min(axis=0))
    return np.where(unknown, np.nan, np.where(low >= most, np.inf, low))


def up_to_window(fit: Array, each: float) -> Array:
    """Where to end the search: at what fits, or where that is not known at so many pieces as no window holds."""
    return np.where(np.isfinite(fit), np.maximum(fit, 0.0), np.ceil(BEYOND_TOKENS / each))
