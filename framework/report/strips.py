"""Drawings small enough for a table cell; the words beside them say the figure, so they are hidden from screen readers."""

from __future__ import annotations

import math
from collections.abc import Sequence


def bar_strip(share: float | None, *, low: float | None = None, high: float | None = None, fill: str = "#0072B2") -> str:
    """A bar 96 units long for a table cell, full at 1, with its range as a thin line; a dotted box where it is unknown."""
    if share is None or not math.isfinite(share):
        body = '<rect x="0.5" y="3.5" width="95" height="7" fill="none" stroke="currentColor" stroke-opacity="0.5" stroke-dasharray="2 2"/>'
    else:
        reach = 96 * min(max(share, 0.0), 1.0)
        body = '<rect y="3" width="96" height="8" fill="currentColor" fill-opacity="0.12"/>'
        body += f'<rect y="3" width="{reach:.1f}" height="8" fill="{fill}"/>'
        if low is not None and high is not None and math.isfinite(low) and math.isfinite(high) and high > low:
            ends = [96 * min(max(end, 0.0), 1.0) for end in (low, high)]
            body += f'<path d="M{ends[0]:.1f} 7H{ends[1]:.1f}" stroke="currentColor" stroke-width="2"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 14" width="96" height="14" aria-hidden="true">{body}</svg>'


def sparkline(values: Sequence[float | None], *, stroke: str = "#0072B2") -> str:
    """A line 96 units long through the values, lowest to highest; gaps where they are unknown."""
    known = [value for value in values if value is not None and math.isfinite(value)]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    runs: list[list[str]] = [[]]
    for row, value in enumerate(values):
        if value is None or not math.isfinite(value):
            runs.append([])
            continue
        x, y = 2 + 92 * row / max(len(values) - 1, 1), 17 - 14 * ((value - low) / (high - low) if high > low else 0.5)
        runs[-1].append(f"{x:.1f},{y:.1f}")
    body = "".join(f'<polyline points="{" ".join(run)}" fill="none" stroke="{stroke}" stroke-width="1.5"/>' for run in runs if len(run) > 1)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 20" width="96" height="20" aria-hidden="true">{body}</svg>'
