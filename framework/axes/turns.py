"""How far a conversation goes: the turn at which its prompt no longer fits, or begins to cost more. Closed forms.

The t-th prompt is `opening + user + (t - 1) * (user + reply)`: every turn sends all before it again. Arrays `(offers,)`, in the tokens of
the workload; limits are each model's own, divided by its ratio.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from framework.axes.prompt_room import cliff_tokens, room_tokens
from framework.catalogue.columns import Array, Columns
from framework.load import Load

# A quotient such as 650.0 / 1.3 may come out a hair below a whole number.
_ROUNDING = 1e-9


def turn_prompt(load: Load, turn: Any) -> Array:
    """Tokens of the prompt of a turn, counted from 1."""
    return np.asarray(load.opening_tokens + load.user_tokens + (np.asarray(turn) - 1) * load.turn_growth_tokens)


def turns_within(load: Load, tokens: Any) -> Array:
    """How many turns have a prompt of at most so many tokens: 0 where not even the first, NaN where the limit is not known."""
    limit = np.asarray(tokens, dtype=float)
    with np.errstate(invalid="ignore"):
        turns = np.floor((limit - turn_prompt(load, 1)) / load.turn_growth_tokens + _ROUNDING) + 1
    return np.where(np.isnan(limit), np.nan, np.maximum(turns, 0.0))


def turns_until_overflow(load: Load, columns: Columns) -> Array:
    """How many turns fit into what is usable of each window, at the dear end of the tokenizer's range; NaN unknown."""
    return turns_within(load, room_tokens(load, columns))


def turns_until_cliff(load: Load, columns: Columns) -> Array:
    """How many turns stay at or below the price cliff, at the dear end of the tokenizer's range; inf where there is none."""
    return turns_within(load, cliff_tokens(load, columns))
