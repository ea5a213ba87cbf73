"""What limits leave for a prompt: own tokens, and how many whole pieces of it that is.

Shared by the assessment of the context window and the plans, so that every count of chunks or turns on a page means the same.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from framework.axes.tokens import HIGH, LIKELY, ratio_of, thinking_tokens
from framework.catalogue.columns import Array, Bools, Columns
from framework.load import Load
from framework.quantities import normal_quantile

ROUNDING_TOKENS = 1e-6
"""Tokens are whole: what is this near to a limit is at it, as 650 tokens at 1.3 each may come out a hair above 845."""
# The same of a quotient that is a number of pieces.
_ROUNDING = 1e-9


def dear(load: Load) -> int:
    """The end of the tokenizer's range that is to be counted on: the dear one, where there is a range."""
    return HIGH if load.converts else LIKELY


def refused(load: Load, columns: Columns, k: int = LIKELY) -> Bools:
    """Where the output reserve is above the largest output, so that a call is refused whatever its prompt; `k` as in `usable`."""
    return np.asarray(load.max_tokens * ratio_of(load, columns, k) > columns.max_output_tokens + ROUNDING_TOKENS)


def usable(load: Load, columns: Columns, k: int = LIKELY) -> Array:
    """Own tokens left for the prompt: `min(max input, window - reserve - reasoning)`, whichever of the two is known.

    0 where the call is `refused`. `k` is the end of the tokenizer's range.
    """
    ratio = ratio_of(load, columns, k)
    room = np.fmin(columns.max_input_tokens, columns.window_tokens - (load.max_tokens + thinking_tokens(load, columns)) * ratio)
    room = np.where(refused(load, columns, k), 0.0, np.maximum(room, 0.0))
    return np.where(np.isnan(ratio), np.nan, room)


def room_tokens(load: Load, columns: Columns) -> Array:
    """The same in the user's tokens, to be counted on."""
    return np.asarray(usable(load, columns, dear(load)) / ratio_of(load, columns, dear(load)))


def cliff_tokens(load: Load, columns: Columns) -> Array:
    """The longest prompt at the base price in the user's tokens, to be counted on; inf where there is no cliff."""
    threshold = columns.price.threshold_tokens
    return np.where(np.isinf(threshold), np.inf, threshold / ratio_of(load, columns, dear(load)))


def largest_mean(limit: Any, sigma: Any, share: float) -> Any:
    """The longest mean prompt of which that share stays within a limit: `limit * exp(sigma^2 / 2 - sigma z)`."""
    return limit * np.exp(np.square(sigma) / 2 - np.asarray(sigma) * normal_quantile(share))


def whole(room: Any, each: Any) -> Array:
    """How many whole pieces of so many tokens go into the room, never negative; NaN where a piece has none or the room is not known."""
    with np.errstate(divide="ignore", invalid="ignore"):
        pieces = np.floor(np.asarray(room) / each + _ROUNDING)
    return np.where(np.asarray(each) > 0, np.maximum(pieces, 0.0), np.nan)
