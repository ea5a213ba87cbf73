"""The user's tokens in each model's own: the same text has another length for every tokenizer."""

from __future__ import annotations

from typing import Any

import numpy as np

from framework.catalogue.columns import Array, Columns
from framework.load import Load
from framework.vocabulary import EFFORTS

LOW, LIKELY, HIGH = 0, 1, 2
# Medians over the five models of which thinking per effort was published (Artificial Analysis, 2026-10-06: GPT-6 Luna, GPT-6.1 Sol, GPT-6
# Astra, Claude Opus 5.5 and Sonnet 5.5); for all other models.
TYPICAL_FACTORS = {"none": 0.0, "low": 0.40, "medium": 1.0, "high": 1.8, "xhigh": 3.0, "max": 6.2}


def ratio_of(load: Load, columns: Columns, k: int = LIKELY) -> Array:
    """Own tokens per token of the workload, `(offers,)`: 1 where counts are already each model's, else the model's ratio.

    `k` is `LOW`, `LIKELY` or `HIGH`; NaN where the model's ratio is not known.
    """
    return columns.ratio[k] if load.converts else np.ones(len(columns))


def effort_factors(load: Load, columns: Columns) -> Any:
    """How much more or less each model thinks at the load's effort than at medium, `(offers,)`; typical factors where it is not known."""
    if load.effort == "medium":
        return 1.0
    known = columns.effort_factor[EFFORTS.index(load.effort)]
    typical = np.where((load.effort == "none") & (columns.always_thinks == 1), TYPICAL_FACTORS["low"], TYPICAL_FACTORS[load.effort])
    return np.where(np.isnan(known), typical, known)


def thinking_tokens(load: Load, columns: Columns) -> Any:
    """Reasoning tokens per request in the user's tokens: none where the model is known not to reason, `(..., offers)`."""
    return np.where(columns.reasoning == 0, 0.0, load.reasoning_mean * effort_factors(load, columns))
