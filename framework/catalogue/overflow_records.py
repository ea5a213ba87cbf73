"""What becomes of a call that is too long, as a record of `pricing/providers/<provider>.yaml`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from framework.catalogue.record import Record, Sources


class Overflow(Record):
    """A call that is longer than it may be; null = not found.

    `prompt`: what happens where the prompt alone is too long; `output`: where the prompt fits, but not with all that the call may write.
    `error`: status and code as the provider words them. `stop_reason`: what a reply says that was stopped at the end of the window.
    """

    prompt: Literal["error", "truncated"] | None
    output: Literal["error", "stopped"] | None
    error: str | None = Field(max_length=200)
    stop_reason: str | None = Field(max_length=80)
    note: str | None = Field(default=None, max_length=400)
    source: Sources
