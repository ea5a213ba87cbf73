"""A corpus of documents with log-normal lengths: how many chunks it makes, and which documents need none. All in the user's tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from framework.catalogue.columns import Array
from framework.quantities import LogNormal, sigma_from_mean

# A document that ends with a chunk needs no further one, whatever the rounding of the steps.
_UP_TO = 1 + 1e-12
MOST_CHUNKS = 20_000
"""Of one document that are told apart; chunks further on are counted by their mean."""


@dataclass(frozen=True, eq=False)
class Corpus:
    """`documents` documents of `length`, cut into chunks of `chunk_tokens` that repeat `overlap_share` of the one before."""

    documents: float
    length: LogNormal
    chunk_tokens: float
    overlap_share: float

    @property
    def step_tokens(self) -> float:
        """How far the next chunk begins after the one before."""
        return self.chunk_tokens * (1 - self.overlap_share)


def corpus_of(documents: float, mean: float, p95: float | None, *, chunk_tokens: float, overlap_share: float) -> Corpus:
    """The corpus of a workload; no p95 means that all documents are equally long."""
    return Corpus(documents, LogNormal(mean, sigma_from_mean(mean, p95)), chunk_tokens, overlap_share)


def chunks_per_document(corpus: Corpus) -> float:
    """Mean number of chunks of a document, NaN where a chunk has no tokens.

    A document of L > c tokens takes `ceil((L - c) / step)` more than one, so the mean is `1 + sum over j >= 0 of P(L > c + j step)`.
    """
    if corpus.chunk_tokens <= 0:
        return float("nan")
    last = float(corpus.length.quantile(1 - 1e-12)) if np.any(corpus.length.sigma) else float(corpus.length.mean)
    count = int(min(max((last - corpus.chunk_tokens) / corpus.step_tokens, 0.0) + 2, MOST_CHUNKS))
    edges = (corpus.chunk_tokens + corpus.step_tokens * np.arange(count)) * _UP_TO
    beyond = corpus.length.mean_above(edges[-1]) - edges[-1] * corpus.length.share_above(edges[-1])
    return float(1 + corpus.length.share_above(edges).sum() + max(float(beyond), 0.0) / corpus.step_tokens)


def indexed_tokens(corpus: Corpus) -> float:
    """Tokens that go through the embedding once: those of the documents, and what chunks repeat; NaN where a chunk has no tokens."""
    repeated = (chunks_per_document(corpus) - 1) * corpus.chunk_tokens * corpus.overlap_share
    return float(corpus.documents * (corpus.length.mean + repeated))


def whole_share(corpus: Corpus, room_tokens: Any) -> Array:
    """Share of the documents that fit whole into so many tokens: `Phi((ln room - mu) / sigma)`; NaN where the room is not known."""
    room = np.asarray(room_tokens, dtype=float)
    return np.where(np.isnan(room), np.nan, 1.0 - corpus.length.share_above(np.maximum(room, 0.0)))
