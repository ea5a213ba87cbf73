"""What a team has measured of an offer's latency itself: it goes before the published readings.

Only cold replies enter the estimates. A warm median is kept to be shown: how fast a cached prefix is read depends on its length, and one
length says nothing of others.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field, model_validator

from framework.part import Flag, Name, Part

LEAST_REPLIES = 5
LEAST_REPLIES_FOR_P95 = 40

Seconds = Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False, strict=True)]
Replies = Annotated[int, Field(ge=LEAST_REPLIES, le=1_000_000, strict=True)]


class OwnReading(Part):
    """Seconds to the first visible text of `n` cold replies, at prompts of `at_input_tokens` uncached tokens as billed.

    `p95_s` is null below 40 replies. `warm_p50_s`: the median of the same prompts sent again at once.
    """

    at_input_tokens: Annotated[float, Field(ge=1, le=10_000_000, allow_inf_nan=False, strict=True)]
    n: Replies
    p50_s: Seconds
    p95_s: Seconds | None = None
    warm_p50_s: Seconds | None = None

    @model_validator(mode="after")
    def _consistent(self) -> OwnReading:
        if self.p95_s is not None and self.p95_s < self.p50_s:
            raise ValueError(f"p95_s ({self.p95_s:g}) is below p50_s ({self.p50_s:g}): take both from one measurement")
        if self.p95_s is not None and self.n < LEAST_REPLIES_FOR_P95:
            raise ValueError(f"p95_s of {self.n} replies says nothing: leave it out below {LEAST_REPLIES_FOR_P95}, or measure more")
        return self


class OwnLatency(Part):
    """Readings of one offer on one day, from the shortest prompt to the longest; `tps` null: the published speed stands.

    `thinks`: the seconds hold thinking, at `effort` (null: the provider's default). `region`: where it was measured from.
    """

    readings: Annotated[tuple[OwnReading, ...], Field(min_length=1, max_length=6)]
    tps: Annotated[float, Field(gt=0, le=100_000, allow_inf_nan=False, strict=True)] | None = None
    thinks: Flag = False
    effort: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9 ._-]*$", max_length=40)] | None = None
    region: Annotated[Name, Field(max_length=80)] | None = None
    seen: dt.date

    @model_validator(mode="after")
    def _rising(self) -> OwnLatency:
        lengths = [reading.at_input_tokens for reading in self.readings]
        if any(longer <= shorter for shorter, longer in itertools.pairwise(lengths)):
            raise ValueError("readings must be of different prompt lengths, the shortest first")
        return self


def thinking_warnings(own: Mapping[str, OwnLatency], reasoning_mean: float) -> Iterator[str]:
    """Where the time that was measured holds thinking of which the workload knows nothing."""
    thinking = [name for name, entry in own.items() if entry.thinks]
    if thinking and not reasoning_mean:
        yield (
            f"Your own latency of {', '.join(thinking)} was measured while the model was thinking, but tokens.reasoning_mean is 0: "
            "the times hold the thinking, the bill and the limits do not. Give the reasoning tokens of a reply, or measure without."
        )
