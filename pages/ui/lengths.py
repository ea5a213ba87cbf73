"""Mean, median and 95th percentile of a length, kept consistent while they are moved one at a time."""

from __future__ import annotations

import math
from typing import Any

from framework.quantities import log_normal_from_p50


def consistent(draft: dict[str, Any], moved: str) -> dict[str, Any]:
    """The draft after `moved` was set: a median gives way to a mean that was set after it, else the mean follows from median and p95."""
    what, _, part = moved.rpartition("_")
    p50, p95 = draft.get(f"{what}_p50"), draft.get(f"{what}_p95")
    if part == "mean" and p50 is not None:
        return draft | {f"{what}_p50": None}
    if part in ("p50", "p95") and p50 and p95 and p50 <= p95:
        return draft | {f"{what}_mean": float(log_normal_from_p50(p50, p95).mean)}
    return draft


def scaled(draft: dict[str, Any], what: str, mean: float) -> dict[str, float]:
    """The fields that give a length (`tokens.input`) another mean; median and 95th percentile keep their distance to it."""
    p50, p95 = draft.get(f"{what}_p50"), draft.get(f"{what}_p95")
    times = mean / (draft.get(f"{what}_mean") or mean)
    if p50 and p95:
        return {f"{what}_mean": mean, f"{what}_p50": p50 * times, f"{what}_p95": p95 * times}
    if p95:
        # Rounded down, so that the spread never grows past the widest that a mean and a 95th percentile allow.
        return {f"{what}_mean": mean, f"{what}_p95": max(mean, float(math.floor(p95 * times + 1e-9)))}
    return {f"{what}_mean": mean}
