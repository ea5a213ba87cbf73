"""Whole documents against chunks: one changed workload on all four axes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report.studies import made

from framework.axes.cost import monthly_usd
from framework.planning.chunks import with_chunks
from framework.planning.retrieval_plan import retrieval_plan, swept_ttft_s, swept_usd, with_documents
from framework.scoring.chain import assess_all
from framework.study import study

RAG = {
    "tokens": {"input_mean": 3_000, "output_mean": 100},
    "context": {"system_tokens": 600, "chunks": 4, "chunk_tokens": 500, "turns": 1, "turn_tokens": 400, "output_reserve_tokens": 500},
    "retrieval": {"documents": 100, "document_tokens": 2_000, "document_p95_tokens": 5_000, "overlap_share": 0},
}


def a_study(**changes):
    return made(deep=False, **{**RAG, **changes})


def a_plan(**changes):
    found = a_study(**changes)
    return found, retrieval_plan(found, list(range(len(found.columns))))


def test_as_many_chunks_as_the_workload_has_give_the_studys_own_answer():
    found, plan = a_plan()
    np.testing.assert_allclose(plan.chunked.usd, found.assessments.cost.expected_usd, rtol=1e-12)
    np.testing.assert_allclose(plan.chunked.ttft_s, found.assessments.latency.ttft_p50_s, rtol=1e-12)
    np.testing.assert_array_equal(plan.chunked.assessments.context_window.fits_share, found.assessments.context_window.fits_share)


def test_a_plan_is_what_the_workload_changed_by_hand_would_give():
    # Top-k 10 instead of 4: 3,000 tokens more in the prompt, for bill, latency, limits and window alike.
    _, plan = a_plan(retrieval={**RAG["retrieval"], "top_k": 10})
    by_hand = a_study(tokens={"input_mean": 6_000, "output_mean": 100}, context={**RAG["context"], "chunks": 10})
    for axis, name in (
        ("cost", "expected_usd"),
        ("latency", "attainment"),
        ("rate_limits", "peak_use"),
        ("context_window", "prompt_tokens"),
    ):
        expected = getattr(getattr(by_hand.assessments, axis), name)
        np.testing.assert_allclose(getattr(getattr(plan.chunked.assessments, axis), name), expected, rtol=1e-9)


def test_whole_documents_replace_the_chunks_and_bring_their_own_spread():
    found = a_study(tokens={"input_mean": 3_000, "input_p95": 4_000, "output_mean": 100})
    _, plan = a_plan()
    load, length = found.load, plan.corpus.length
    changed = with_documents(load, plan.corpus, 2)
    # 1,000 beside the chunks and two documents of 2,000; the variances of prompt and documents add up.
    assert changed.prompt_tokens == 5_000 and changed.input_mean == pytest.approx(5_000)
    variance = 3_000**2 * np.expm1(load.input_sigma**2) + 2 * 2_000**2 * np.expm1(length.sigma**2)
    assert changed.input_mean**2 * np.expm1(changed.input_sigma**2) == pytest.approx(variance)


def test_the_share_of_documents_that_fit_whole_leaves_out_everything_but_the_chunks():
    found, plan = a_plan()
    # Sage 2 holds 200,000 less 500 for the reply, less 1,000 beside the chunks: 198,500 for a document.
    at = found.columns.index("alpha/sage-2")
    expected = 1 - plan.corpus.length.share_above(198_500.0)
    assert plan.whole_share[at] == pytest.approx(float(expected))


def test_chunks_of_the_corpus_and_what_is_embedded():
    _, plan = a_plan(retrieval={"documents": 100, "document_tokens": 2_001, "overlap_share": 0})
    assert (plan.chunks_each, plan.corpus_chunks) == (5, 500)
    assert plan.indexed_tokens == pytest.approx(200_100)


def test_a_full_window_costs_what_the_workload_with_so_many_chunks_costs():
    found, plan = a_plan()
    for at in np.flatnonzero(np.isfinite(plan.full.usd)):
        usd = monthly_usd(with_chunks(found.load, float(plan.budget.window[at])), found.columns)[at]
        assert plan.full.usd[at] == pytest.approx(float(usd))
        whole = assess_all(with_chunks(found.load, float(plan.budget.window[at])), found.columns, found.workload.tiers)
        assert plan.full.ttft_s[at] == pytest.approx(float(whole.latency.ttft_p50_s[at]), nan_ok=True)


def test_the_sweep_meets_the_plan_at_its_own_number_of_chunks():
    found, plan = a_plan()
    offers = list(range(len(plan.places)))
    chunks = np.array([2.0, 4.0, 8.0])[:, None] * np.ones(len(offers))
    usd, seconds = swept_usd(found, plan, chunks, offers), swept_ttft_s(found, plan, chunks, offers)
    np.testing.assert_allclose(usd[1], plan.chunked.usd, rtol=1e-9)
    np.testing.assert_allclose(seconds[1], plan.chunked.ttft_s, rtol=1e-6)
    known = ~np.isnan(usd[0])
    assert np.all(usd[0][known] < usd[2][known])


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40))
def test_more_chunks_never_cost_less(few, more):
    costs = [a_plan(retrieval={**RAG["retrieval"], "top_k": few + extra})[1].chunked.usd for extra in (0, more)]
    known = ~np.isnan(costs[0])
    assert np.all(costs[1][known] >= costs[0][known])


def test_plans_work_in_conversations_and_with_chunks_that_have_no_tokens():
    _, plan = a_plan(conversation={"turns": 6, "user_tokens": 100, "pause_s": 30})
    assert np.isfinite(plan.chunked.usd).any() and np.isfinite(plan.whole.usd).any()
    _, empty = a_plan(context={**RAG["context"], "chunk_tokens": 0}, tokens={"input_mean": 1_000, "output_mean": 100})
    assert np.isnan(empty.chunks_each) and not any(empty.budget.binds)


def test_some_of_the_offers_are_planned_as_all_are():
    found, plan = a_plan()
    one = retrieval_plan(found, [2])
    assert one.places == (2,)
    np.testing.assert_allclose(one.chunked.usd, plan.chunked.usd[[2]])
    np.testing.assert_allclose(one.budget.best, plan.budget.best[[2]])
    assert study(found.workload, found.priorities, found.catalogue, found.on).columns.ids == found.columns.ids
