"""Documents and the chunks they make, counted by hand and one by one."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framework.axes.corpus import chunks_per_document, corpus_of, indexed_tokens, whole_share
from framework.quantities import normal_cdf


def alike(tokens, chunk=500.0, overlap=0.1, documents=10.0):
    return corpus_of(documents, tokens, None, chunk_tokens=chunk, overlap_share=overlap)


@pytest.mark.parametrize(
    ("tokens", "chunks"),
    [(1, 1), (500, 1), (501, 2), (950, 2), (951, 3), (1_400, 3), (1_401, 4)],
)
def test_a_chunk_begins_where_the_one_before_has_its_overlap(tokens, chunks):
    # Chunks of 500 that repeat 50: they reach 500, 950, 1,400 tokens.
    assert chunks_per_document(alike(float(tokens))) == chunks


def test_what_chunks_repeat_is_embedded_too():
    # 951 tokens make three chunks, two of which repeat 50: 1,051 tokens, ten times.
    assert indexed_tokens(alike(951.0)) == pytest.approx(10 * 1_051)
    assert indexed_tokens(alike(951.0, overlap=0.0)) == pytest.approx(9_510)


def test_a_chunk_without_tokens_makes_no_countable_chunks():
    assert math.isnan(chunks_per_document(alike(1_000.0, chunk=0.0)))
    assert math.isnan(indexed_tokens(alike(1_000.0, chunk=0.0)))


@settings(max_examples=40, deadline=None)
@given(st.integers(200, 20_000), st.floats(1.0, 3.8), st.integers(100, 3_000), st.sampled_from([0, 0.05, 0.1, 0.25, 0.5]))
def test_the_mean_number_of_chunks_is_that_of_documents_counted_one_by_one(mean, wide, chunk, overlap):
    corpus = corpus_of(1.0, float(mean), mean * wide, chunk_tokens=float(chunk), overlap_share=overlap)
    # The middle of each of 20,000 equally likely slices stands for it.
    lengths = corpus.length.quantile((np.arange(20_000) + 0.5) / 20_000) if corpus.length.sigma else np.array([mean])
    counted = 1 + np.ceil(np.maximum(lengths - chunk, 0.0) / corpus.step_tokens - 1e-9)
    assert chunks_per_document(corpus) == pytest.approx(float(counted.mean()), rel=0.01, abs=0.01)


def test_the_share_that_fits_whole_is_that_of_the_log_normal():
    # Mean 4,000, 95th percentile 12,000: with 12,000 of room, 95 % fit; with the median of room, half.
    corpus = corpus_of(1.0, 4_000.0, 12_000.0, chunk_tokens=500.0, overlap_share=0.1)
    assert float(whole_share(corpus, 12_000.0)) == pytest.approx(0.95)
    assert float(whole_share(corpus, math.exp(corpus.length.mu))) == pytest.approx(0.5)
    z = (math.log(8_000) - corpus.length.mu) / corpus.length.sigma
    assert float(whole_share(corpus, 8_000.0)) == pytest.approx(float(normal_cdf(z)))


def test_documents_of_one_length_fit_up_to_exactly_that_room():
    assert whole_share(alike(4_000.0), np.array([3_999.0, 4_000.0, 0.0, -1.0])).tolist() == [0, 1, 0, 0]
    assert np.isnan(whole_share(alike(4_000.0), np.nan))
