"""The last whole number for which something holds, at every offer at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from framework.catalogue.columns import Array, Columns
from framework.scoring.chain import only

SECTIONS = 16
Holds = Callable[[Array, NDArray[np.intp], Columns], Array]
"""1, 0 or NaN (not known) for each of `(m,)` numbers, at the offers whose positions and columns stand beside them."""


def last_where(holds: Holds, columns: Columns, most: int) -> Array:
    """The last of 0 to `most` for which it holds, `(offers,)`; it must hold up to some number and never after.

    -1 where it holds for none, inf where it does for `most`, NaN where it is not known. Fifteen numbers are asked about at a time, as if
    there were so many times the offers: few wide steps take a fraction of the time of many narrow ones.
    """
    offers = len(columns)
    places = np.tile(np.arange(offers), SECTIONS - 1)
    wide: Columns = only(columns, places)
    low, high = np.full(offers, -1.0), np.full(offers, float(most + 1))
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
