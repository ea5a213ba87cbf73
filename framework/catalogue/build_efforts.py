"""How much more or less a model thinks at another effort, as an array over offers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from framework.catalogue.columns import Array
from framework.catalogue.records import EFFORTS, EffortTokens, Model


def effort_factors(models: Sequence[Model]) -> Array:
    """`(efforts, models)`: reasoning there over reasoning at medium; all output where the reasoning in it is not known; else NaN."""
    factors = np.full((len(EFFORTS), len(models)), np.nan)
    for column, model in enumerate(models):
        known = model.reasoning_by_effort.efforts if model.reasoning_by_effort else {}
        for row, effort in enumerate(EFFORTS):
            if effort in known:
                factors[row, column] = _factor(known[effort], known["medium"])
    return factors


def _factor(tokens: EffortTokens, medium: EffortTokens) -> float:
    if tokens.reasoning_tokens is None or medium.reasoning_tokens is None:
        return tokens.output_tokens / medium.output_tokens
    return tokens.reasoning_tokens / medium.reasoning_tokens if medium.reasoning_tokens else np.nan
