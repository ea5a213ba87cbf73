"""Mean, median and 95th percentile of a length, kept consistent while they are moved one at a time."""

from __future__ import annotations

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
