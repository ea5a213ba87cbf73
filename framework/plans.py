"""The parts of a workload that only the plans of the context window read: documents to retrieve from, and how a history is cut.

They change no answer, so links and files may leave them out where they are as they come.
"""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import Field, model_validator

from framework.part import Part, whole
from framework.quantities import MAX_P95_OVER_MEAN

PLANS = ("retrieval", "history")
"""The fields of `Workload` that hold these parts."""

DocumentTokens = Annotated[float, Field(ge=1, le=10_000_000, allow_inf_nan=False, strict=True)]


class Retrieval(Part):
    """A corpus, for the plan of its retrieval; the answer itself rests on `context` alone.

    Chunks are `context.chunk_tokens` long, `overlap_share` of each repeating the one before. `top_k`: chunks that a prompt of the plan
    holds; null: `context.chunks`. `whole_documents`: how many documents a prompt holds where they are not cut up.
    `document_p95_tokens` null: all documents are equally long.
    """

    documents: Annotated[float, Field(ge=1, le=1e9, allow_inf_nan=False, strict=True)] = 1_000
    document_tokens: DocumentTokens = 6_000
    document_p95_tokens: DocumentTokens | None = 18_000
    overlap_share: Annotated[float, Field(ge=0, le=0.9, allow_inf_nan=False, strict=True)] = 0.1
    top_k: Annotated[float, Field(ge=1, le=10_000, allow_inf_nan=False, strict=True)] | None = None
    whole_documents: Annotated[float, Field(ge=1, le=1_000, allow_inf_nan=False, strict=True)] = 1

    @model_validator(mode="before")
    @classmethod
    def _spread_of_the_default(cls, data: object) -> object:
        """A file that gives only the mean has documents of one length: the default spread belongs to the default mean."""
        if isinstance(data, dict) and "document_tokens" in data and "document_p95_tokens" not in data:
            return {**data, "document_p95_tokens": None}
        return data

    @model_validator(mode="after")
    def _has_a_spread(self) -> Retrieval:
        mean, p95 = self.document_tokens, self.document_p95_tokens
        if p95 is not None and p95 < mean:
            raise ValueError(f"document_p95_tokens ({p95:,.0f}) is below document_tokens ({mean:,.0f}): raise it to {mean:,.0f} or more")
        if p95 is not None and p95 > MAX_P95_OVER_MEAN * mean:
            most = math.floor(MAX_P95_OVER_MEAN * mean)
            raise ValueError(
                f"document_p95_tokens ({p95:,.0f}) is more than {MAX_P95_OVER_MEAN} times document_tokens ({mean:,.0f}), which no "
                f"log-normal has: lower it to {most:,.0f} or raise document_tokens"
            )
        return self


class History(Part):
    """How the history of a conversation is cut, for the plan of it: to the newest `kept_turns`, or to a summary of `summary_tokens`."""

    kept_turns: Annotated[float, Field(ge=0, le=1_000, allow_inf_nan=False, strict=True), whole("turns")] = 2
    summary_tokens: Annotated[float, Field(ge=1, le=1_000_000, allow_inf_nan=False, strict=True)] = 400


def counted_corpus(documents: int, mean_tokens: float, p95_tokens: float | None) -> dict[str, float | None]:
    """The fields of a workload that hold documents as they were counted; a spread that no log-normal has is the widest there is."""
    widest = float(math.floor(MAX_P95_OVER_MEAN * mean_tokens))
    return {
        "retrieval.documents": float(documents),
        "retrieval.document_tokens": float(mean_tokens),
        "retrieval.document_p95_tokens": None if p95_tokens is None else min(max(float(p95_tokens), float(mean_tokens)), widest),
    }
