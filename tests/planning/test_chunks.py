"""How many chunks at most: every bound at its edge, worked out by hand."""

import itertools
import math

import numpy as np
import pytest
from axes.builders import NAN, make_columns
from axes.test_context_window import a_load, an_offer
from hypothesis import given, settings
from hypothesis import strategies as st

from framework.axes.context_window import fits_share
from framework.axes.latency import fine_attainment
from framework.axes.prompt_room import largest_mean
from framework.planning.chunks import by_cliff, by_latency, by_window, cached_of, chunk_budget, with_chunks
from framework.quantities import LogNormal

NO_HITS = np.zeros(1)


def test_the_window_holds_chunks_up_to_its_last_token():
    # 2,000 in reserve, 2,000 beside the chunks of 500: 30,000 of room are 56 chunks.
    assert by_window(a_load(), an_offer(32_000))[0] == 56
    assert by_window(a_load(), an_offer(31_999))[0] == 55
    assert by_window(a_load(tools_tokens=1), an_offer(32_000))[0] == 55
    assert by_window(a_load(), an_offer(3_000))[0] == 0
    assert math.isnan(by_window(a_load(), an_offer(NAN))[0])
    assert math.isnan(by_window(a_load(chunk_tokens=0.0), an_offer(32_000))[0])


def test_the_dear_end_of_the_tokenizers_range_counts():
    # 1.6 tokens each: 2,000 in reserve are 3,200, of 32,000 there are 28,800 left, 18,000 of the user's; 16,000 beside the rest.
    assert by_window(a_load(converts=True), an_offer(32_000))[0] == 32


def test_prompts_of_exactly_the_threshold_stay_at_the_base_price():
    assert by_cliff(a_load(), an_offer(1e6, threshold_tokens=10_000.0))[0] == 16
    assert by_cliff(a_load(), an_offer(1e6, threshold_tokens=9_999.0))[0] == 15
    assert by_cliff(a_load(), an_offer(1e6))[0] == math.inf


@given(st.floats(0.01, 1.2), st.floats(1_000, 1e6))
def test_of_the_longest_mean_prompt_one_in_a_hundred_is_longer_than_the_limit(sigma, limit):
    mean = float(largest_mean(limit, sigma, 0.99))
    assert float(LogNormal(mean, sigma).share_above(limit)) == pytest.approx(0.01, abs=1e-6)
    assert float(largest_mean(limit, 0.0, 0.99)) == limit


@settings(max_examples=50, deadline=None)
@given(st.floats(0.05, 1.0), st.floats(20_000, 1e6))
def test_one_chunk_more_than_advised_overflows_for_more_than_one_prompt_in_a_hundred(sigma, window):
    load, offer = a_load(input_sigma=sigma), an_offer(window)
    count = by_window(load, offer)
    if count[0] > 0:
        assert fits_share(with_chunks(load, count), offer)[0] >= 0.99 - 1e-9
    assert fits_share(with_chunks(load, count + 1), offer)[0] < 0.99


def test_chunks_lengthen_the_prompt_that_is_billed_as_they_lengthen_the_one_that_must_fit():
    load = with_chunks(a_load(), 12.0)
    assert (load.prompt_tokens, load.input_mean) == (8_000, 8_000)
    talking = with_chunks(a_load(converses=True, conversation_turns=2), 12.0)
    assert talking.opening_tokens == 7_000 and talking.input_mean > 7_000


def test_the_last_chunk_in_time_is_in_time_and_the_next_is_not():
    columns = make_columns()
    load = a_load(ttft_budget_s=2.0, response_budget_s=60.0, percentile_share=0.8)
    hits = np.zeros(len(columns))
    most = by_latency(load, columns, hit_rate=hits, most=by_window(load, columns))
    assert math.isnan(most[4])  # no reading
    for offer in np.flatnonzero(np.isfinite(most) & (most > 0)):
        for chunks, fine in ((most[offer], True), (most[offer] + 1, False)):
            changed = with_chunks(load, chunks)
            share = fine_attainment(changed, columns, cached_tokens=cached_of(changed, columns, hits))[offer]
            assert (share >= 0.8 - 1e-9) == fine
    assert np.isfinite(most[:3]).any()


def test_chunks_in_time_are_counted_as_far_as_the_window_goes():
    columns = make_columns(window_tokens=np.full(5, 2_000_000.0), max_input_tokens=np.full(5, NAN))
    hits = np.zeros(len(columns))
    # Chunks of 20 tokens: tens of thousands fit, and the last that is in time is found among them.
    load = a_load(chunk_tokens=20.0, chunks=0.0, ttft_budget_s=20.0, response_budget_s=600.0, percentile_share=0.5)
    fit = by_window(load, columns)
    most = by_latency(load, columns, hit_rate=hits, most=fit)
    assert fit[0] == (2_000_000 - 2_000 - 2_000) / 20
    late = np.flatnonzero(np.isfinite(most) & (most > 4_000))
    assert late.size
    for offer in late:
        for chunks, fine in ((most[offer], True), (most[offer] + 1, False)):
            changed = with_chunks(load, chunks)
            assert (fine_attainment(changed, columns, cached_tokens=cached_of(changed, columns, hits))[offer] >= 0.5 - 1e-9) == fine
    # With patience every chunk that fits is in time: then latency bounds nothing.
    patient = load.with_(ttft_budget_s=3_600.0, response_budget_s=86_400.0)
    assert by_latency(patient, columns, hit_rate=hits, most=fit)[0] == np.inf
    found = chunk_budget(patient, columns, hit_rate=hits, corpus_chunks=1e9)
    assert (found.best[0], found.binds[0]) == (fit[0], "window")


def test_where_the_window_is_not_known_the_search_goes_further_than_any_window():
    columns = make_columns()
    load = a_load(ttft_budget_s=2.0, response_budget_s=60.0, percentile_share=0.8)
    known, unknown = (by_latency(load, columns, hit_rate=np.zeros(5), most=most) for most in (np.full(5, 1e5), np.full(5, NAN)))
    np.testing.assert_array_equal(known, unknown)
    assert np.isfinite(known[:3]).any()


def test_a_longer_budget_never_allows_fewer_chunks():
    columns = make_columns()
    hits = np.zeros(len(columns))
    loads = [a_load(ttft_budget_s=s, percentile_share=0.8) for s in (0.5, 1.0, 2.0, 5.0)]
    counts = [by_latency(load, columns, hit_rate=hits, most=by_window(load, columns)) for load in loads]
    for fewer, more in itertools.pairwise(counts):
        known = ~np.isnan(fewer)
        assert np.all(more[known] >= fewer[known])


@pytest.mark.parametrize(
    ("window", "threshold", "corpus", "best", "binds"),
    [
        (32_000, np.inf, 1_000.0, 56, "window"),
        (32_000, 10_000.0, 1_000.0, 16, "price cliff"),
        (32_000, 10_000.0, 15.5, 16, "price cliff"),  # a tie goes to the bound that cannot be moved
        (32_000, 10_000.0, 14.5, 15, "corpus"),
    ],
)
def test_the_smallest_bound_binds_and_is_named(window, threshold, corpus, best, binds):
    load = a_load(ttft_budget_s=3_600.0, response_budget_s=86_400.0, percentile_share=0.5)
    found = chunk_budget(load, an_offer(window, threshold_tokens=float(threshold)), hit_rate=NO_HITS, corpus_chunks=corpus)
    assert (found.best[0], found.binds[0]) == (best, binds)
    assert (found.unhurried[0], found.unhurried_binds[0]) == (best, binds)


def test_a_budget_missed_without_any_chunk_leaves_none_and_says_what_would_fit():
    found = chunk_budget(a_load(ttft_budget_s=0.001), an_offer(32_000), hit_rate=NO_HITS, corpus_chunks=1e6)
    assert (found.best[0], found.binds[0]) == (0, "latency")
    assert (found.unhurried[0], found.unhurried_binds[0]) == (56, "window")


def test_nothing_is_advised_where_the_window_is_not_known():
    found = chunk_budget(a_load(), an_offer(NAN), hit_rate=NO_HITS, corpus_chunks=5.0)
    assert math.isnan(found.best[0]) and found.binds == (None,)
