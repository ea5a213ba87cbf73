"""Fees of paid tools: per call, beyond what a month has free."""

from __future__ import annotations

import numpy as np

from framework.catalogue.columns import Array, Columns
from framework.load import Load


def tools_usd(load: Load, columns: Columns) -> Array:
    """USD a month `(..., offers)` for all tool calls, NaN where a tool is used whose price is not known.

    Attempts that fail and are billed have called their tools, and use up what is free, too.
    """
    usd, attempts = np.zeros(len(columns)), load.requests_per_month / (1 - load.billed_failures)
    for calls, price, free in zip(load.tool_calls, columns.tool_usd, columns.tool_free, strict=True):
        if np.any(calls):
            usd = usd + np.maximum(attempts * calls - free, 0.0) * price
    return np.asarray(usd)
