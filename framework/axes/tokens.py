"""The user's tokens in each model's own: the same text has another length for every tokenizer."""

from __future__ import annotations

from typing import Any

import numpy as np

from framework.catalogue.columns import Array, Columns
from framework.load import Load

LOW, LIKELY, HIGH = 0, 1, 2


def ratio_of(load: Load, columns: Columns, k: int = LIKELY) -> Array:
    """Own tokens per token of the workload, `(offers,)`: 1 where counts are already each model's, else the model's ratio.

    `k` is `LOW`, `LIKELY` or `HIGH`; NaN where the model's ratio is not known.
    """
    return columns.ratio[k] if load.converts else np.ones(len(columns))


def thinking_tokens(load: Load, columns: Columns) -> Any:
    """Reasoning tokens per request in the user's tokens: none where the model is known not to reason, `(..., offers)`."""
    return np.where(columns.reasoning == 0, 0.0, load.reasoning_mean)
