"""The share of the calls at the peak that is served in time, in words: a range, or unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from framework import wording
from framework.axes.rate_limits import replays

if TYPE_CHECKING:
    from framework.study import Study


def spread(low: float, high: float) -> str:
    """`0.2 to 3.1 %`, one figure where both read alike."""
    first, last = (wording.share(end) for end in sorted((low, high)))
    return first if first == last else f"{first.removesuffix(' %')} to {last}"


def share_served(study: Study, at: int) -> tuple[float, float] | None:
    """From buckets a second deep to a minute; None where the provider limits minutes and publishes no figure for the tier."""
    limits = study.assessments.rate_limits
    if not replays(limits, study.columns)[at]:
        return None
    return float(limits.served_worst[at]), float(limits.served[at])


def served(study: Study, at: int) -> str:
    """The same in words."""
    found = share_served(study, at)
    return wording.UNKNOWN if found is None else spread(*found)
