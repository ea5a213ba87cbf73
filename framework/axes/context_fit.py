"""How well the prompts fit, in five words that a table, a reason and the command line share.

Beside the verdict, which holds the share that fits against the share asked for: it says how much room is left, and how many overflow.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Protocol

import numpy as np

from framework import wording
from framework.catalogue.columns import Array, Ints

LONGER = 1.25
"""Prompts fit with room where they still would if all were a quarter longer."""


class Fit(IntEnum):
    """From bad to good; UNKNOWN where nothing can be told."""

    NONE = 0
    OVERFLOWS = 1
    UNKNOWN = 2
    TIGHT = 3
    ROOM = 4


class Fitted(Protocol):
    """What the words are made of, all `(offers,)`: `ContextAssessment`."""

    @property
    def fit(self) -> Ints:
        """Of `Fit`."""

    @property
    def fits_share_low(self) -> Array:
        """Share of the prompts that fit, at the dear end of the tokenizer's range."""

    @property
    def fits_share_high(self) -> Array:
        """The same at the other end."""


def fit_of(*, required: float, low: Array, high: Array, longer: Array) -> Ints:
    """`(offers,)` of `Fit`, from three shares of the prompts that fit.

    `low`, `high`: at the dear and the other end of the tokenizer's range; `longer`: at the dear end if all were `LONGER`. NONE where even
    at the other end no more fit than may overflow where they are said to fit, OVERFLOWS where fewer than `required` fit, TIGHT where fewer
    would if they were longer.
    """
    fit = np.where(longer >= required, Fit.ROOM, np.where(low >= required, Fit.TIGHT, Fit.OVERFLOWS))
    fit = np.where(high <= 1 - required, Fit.NONE, fit)
    return np.where(np.isnan(low), Fit.UNKNOWN, fit).astype(np.int64)


def fit_words(context: Fitted, at: int) -> str:
    """`fits with room`, `overflows for 4 % of requests`; with a range where the tokenizer leaves one."""
    fit = Fit(int(context.fit[at]))
    if fit is not Fit.OVERFLOWS:
        return _WORDS[fit]
    least, most = (wording.share(1.0 - float(share[at])) for share in (context.fits_share_high, context.fits_share_low))
    return f"overflows for {least if least == most else f'{least} to {most}'} of requests"


_WORDS = {
    Fit.NONE: "does not fit",
    Fit.UNKNOWN: "not known",
    Fit.TIGHT: "fits tightly",
    Fit.ROOM: "fits with room",
}
