"""A plan of retrieval: whole documents against chunks, each on all four axes, and what filling a window buys and costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from framework.axes import latency
from framework.axes.corpus import Corpus, chunks_per_document, corpus_of, indexed_tokens, whole_share
from framework.axes.cost import monthly_usd
from framework.axes.demand import DIMENSIONS
from framework.axes.prompt_room import room_tokens
from framework.catalogue.columns import Array, Columns
from framework.load import Load
from framework.planning.chunks import ChunkBudget, cached_of, chunk_budget, with_chunks
from framework.scoring.chain import Assessments, assess_all, only
from framework.study import Study

_INPUT_LIMITS = [DIMENSIONS.index(name) for name in ("tpm", "itpm")]


@dataclass(frozen=True, eq=False)
class Variant:
    """One way to fill the prompt, on all four axes; arrays `(offers,)` in the order of `RetrievalPlan.places`.

    `input_use`: share of the input-token limit (or the one for all tokens) that the peak uses. `prompt_tokens`: mean, the workload's.
    """

    load: Load
    assessments: Assessments
    input_use: Array

    @property
    def usd(self) -> Array:
        """USD a month."""
        return self.assessments.cost.expected_usd

    @property
    def ttft_s(self) -> Array:
        """Median seconds to the first token."""
        return self.assessments.latency.ttft_p50_s


@dataclass(frozen=True, eq=False)
class Filled:
    """Prompts filled with as many chunks as a bound allows: how many, what that costs a month, and the median first token; `(offers,)`."""

    chunks: Array
    usd: Array
    ttft_s: Array


@dataclass(frozen=True, eq=False)
class RetrievalPlan:
    """`places`: positions of the offers in the study's columns. `whole_share` `(offers,)`: documents that need no cutting up.

    `chunks_each`: mean chunks of a document; `corpus_chunks`, `indexed_tokens`: of the corpus. `full`: prompts that fill the window;
    `advised`: those at the recommended number of chunks.
    """

    places: tuple[int, ...]
    columns: Columns
    corpus: Corpus
    chunks_each: float
    corpus_chunks: float
    indexed_tokens: float
    whole_share: Array
    chunked: Variant
    whole: Variant
    budget: ChunkBudget
    full: Filled
    advised: Filled


def retrieval_plan(study: Study, places: list[int]) -> RetrievalPlan:
    """The plan for some of the offers, all of the same workload."""
    retrieval, load = study.workload.retrieval, study.load
    columns: Columns = only(study.columns, np.array(places, dtype=np.intp))
    corpus = corpus_of(
        retrieval.documents,
        retrieval.document_tokens,
        retrieval.document_p95_tokens,
        chunk_tokens=float(load.chunk_tokens),
        overlap_share=retrieval.overlap_share,
    )
    each = chunks_per_document(corpus)
    top_k = retrieval.top_k if retrieval.top_k is not None else max(float(load.chunks), 1.0)
    chunked = _variant(study, columns, with_chunks(load, top_k))
    whole = _variant(study, columns, with_documents(load, corpus, retrieval.whole_documents))
    hits = chunked.assessments.cost.hit_rate
    budget = chunk_budget(load, columns, hit_rate=hits, corpus_chunks=each * corpus.documents)
    full, advised = _filled(load, columns, (budget.window, budget.best), hits)
    return RetrievalPlan(
        places=tuple(places),
        columns=columns,
        corpus=corpus,
        chunks_each=each,
        corpus_chunks=each * corpus.documents,
        indexed_tokens=indexed_tokens(corpus),
        whole_share=_whole_share(load, columns, corpus),
        chunked=chunked,
        whole=whole,
        budget=budget,
        full=full,
        advised=advised,
    )


def _variant(study: Study, columns: Columns, load: Load) -> Variant:
    found = assess_all(load, columns, study.workload.tiers)
    return Variant(load, found, np.fmax.reduce(found.rate_limits.use[_INPUT_LIMITS], axis=0))


def with_documents(load: Load, corpus: Corpus, count: float) -> Load:
    """The same workload with so many whole documents in the place of its chunks.

    Their lengths vary independently of one another and of the rest: the prompt is log-normal with the mean and the variance of the sum.
    """
    length = corpus.length
    changed = load.with_(chunks=count, chunk_tokens=float(length.mean))
    if load.converses:
        return changed
    mean = max(float(load.input_mean - load.chunks * load.chunk_tokens + count * length.mean), 1.0)
    variance = np.square(load.input_mean) * np.expm1(np.square(load.input_sigma))
    variance += count * np.square(length.mean) * np.expm1(np.square(length.sigma))
    return changed.with_(input_mean=mean, input_sigma=float(np.sqrt(np.log1p(variance / mean**2))))


def _whole_share(load: Load, columns: Columns, corpus: Corpus) -> Array:
    """Documents that fit whole beside everything but the chunks, at the dear end of the tokenizer's range."""
    return whole_share(corpus, room_tokens(load, columns) - (load.prompt_tokens - load.chunks * load.chunk_tokens))


def _filled(load: Load, columns: Columns, counts: tuple[Array, ...], hit_rate: Array) -> Iterator[Filled]:
    """For several numbers of chunks per offer, worked out side by side as if they were so many more offers."""
    offers, times = len(columns), len(counts)
    wide: Columns = only(columns, np.tile(np.arange(offers), times))
    chunks, hits = np.concatenate(counts), np.tile(hit_rate, times)
    known = np.isfinite(chunks)
    distinct, where = np.unique(np.where(known, chunks, 0.0), return_inverse=True)
    usd = np.broadcast_to(monthly_usd(with_chunks(load, distinct[:, None]), columns), (len(distinct), offers))
    usd = usd[where, np.tile(np.arange(offers), times)]
    changed = with_chunks(load, np.where(known, chunks, 0.0))
    ttft_s = latency.assess(changed, wide, cached_tokens=cached_of(changed, wide, hits)).ttft_p50_s
    for part in range(times):
        here = slice(part * offers, (part + 1) * offers)
        yield Filled(*(np.where(known[here], values[here], np.nan) for values in (chunks, usd, ttft_s)))


def swept_usd(study: Study, plan: RetrievalPlan, chunks: Array, offers: list[int]) -> Array:
    """USD a month at `(n, offers)` numbers of chunks, for some of the plan's offers."""
    columns: Columns = only(plan.columns, np.array(offers, dtype=np.intp))
    counts, own = chunks.reshape(-1), np.tile(np.arange(len(offers)), len(chunks))
    usd = np.broadcast_to(monthly_usd(with_chunks(study.load, counts[:, None]), columns), (len(counts), len(offers)))
    return usd[np.arange(len(counts)), own].reshape(chunks.shape)


def swept_ttft_s(study: Study, plan: RetrievalPlan, chunks: Array, offers: list[int]) -> Array:
    """Median seconds to the first token at `(n, offers)` numbers of chunks, for some of the plan's offers."""
    places = np.tile(np.array(offers, dtype=np.intp), len(chunks))
    wide: Columns = only(plan.columns, places)
    changed, hits = with_chunks(study.load, chunks.reshape(-1)), plan.chunked.assessments.cost.hit_rate[places]
    return latency.assess(changed, wide, cached_tokens=cached_of(changed, wide, hits)).ttft_p50_s.reshape(chunks.shape)
