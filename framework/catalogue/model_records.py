"""Records of `pricing/models/<vendor>.yaml`: facts about models wherever they are served."""

from __future__ import annotations

import datetime as dt

from pydantic import Field, model_validator

from framework.catalogue.record import Id, Ratio, Record, Source, Sources, TokenCount
from framework.vocabulary import CapabilityClass, Effort


class Window(Record):
    """Three limits, not one: all tokens of a request, the largest prompt, the longest reply (tokens of the model's own)."""

    context_tokens: TokenCount | None
    max_input_tokens: TokenCount | None
    max_output_tokens: TokenCount | None
    source: Sources


class Tokenizer(Record):
    """How many of the model's tokens one o200k token becomes: low, likely, high; `name` only where it is published."""

    name: str | None = None
    low: Ratio | None
    likely: Ratio | None
    high: Ratio | None
    source: Sources

    @model_validator(mode="after")
    def _ordered(self) -> Tokenizer:
        known = [ratio for ratio in (self.low, self.likely, self.high) if ratio is not None]
        if known and (len(known) < 3 or known != sorted(known)):
            raise ValueError("low, likely and high must all be given, in rising order, or all be null")
        return self


class Capability(Record):
    """The vendor's own positioning of the model, never a benchmark score."""

    capability_class: CapabilityClass = Field(alias="class")
    source: Sources


class Features(Record):
    """What the model takes and does; null is unknown and fails no gate silently: it is reported."""

    reasoning: bool | None
    always_thinks: bool | None = None
    tools: bool | None
    structured_output: bool | None
    vision: bool | None
    pdf: bool | None
    source: Sources


class Retirement(Record):
    """When the vendor switches the model off; `date` null with a note where only "not sooner than" is said."""

    date: dt.date | None
    not_before: dt.date | None = None
    note: str | None = Field(default=None, max_length=400)
    source: Sources


class EffortTokens(Record):
    """Mean tokens of one task at one effort: the whole output, and the reasoning in it (null = not known)."""

    output_tokens: TokenCount = Field(gt=0)
    reasoning_tokens: TokenCount | None

    @model_validator(mode="after")
    def _part_of_the_output(self) -> EffortTokens:
        if self.reasoning_tokens is not None and self.reasoning_tokens > self.output_tokens:
            raise ValueError("reasoning_tokens are a part of output_tokens and cannot be more; correct one of the two")
        return self


class ReasoningByEffort(Record):
    """How much a model writes per task at each effort, measured by others on tasks of theirs: good for ratios, an upper guide for sizes."""

    efforts: dict[Effort, EffortTokens]
    note: str | None = Field(default=None, max_length=400)
    source: Sources

    @model_validator(mode="after")
    def _measured_by_medium(self) -> ReasoningByEffort:
        if "medium" not in self.efforts:
            raise ValueError("medium is missing, by which the other efforts are measured; add it")
        return self


class Model(Record):
    """Facts about a model wherever it is served."""

    id: Id
    name: str = Field(min_length=1, max_length=80)
    aliases: tuple[str, ...] = ()
    released: dt.date | None = None
    window: Window
    tokenizer: Tokenizer
    capability: Capability
    features: Features
    reasoning_by_effort: ReasoningByEffort | None = None
    retirement: Retirement | None = None


class ModelsFile(Record):
    """`pricing/models/<vendor>.yaml`."""

    vendor: Id
    name: str
    sources: dict[str, Source]
    models: tuple[Model, ...]
