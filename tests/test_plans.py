"""The parts of a workload that only plans read: bounds, files, links."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from framework.errors import WorkloadError
from framework.flat import flat, from_flat
from framework.link import Shared, decode, encode
from framework.plans import PLANS, History, Retrieval, counted_corpus
from framework.priorities import Priorities
from framework.quantities import sigma_from_mean
from framework.workload import Context, Workload
from framework.workload_file import parse_workload, write_workload

ON = dt.date(2026, 11, 23)


def test_the_parts_are_where_the_workload_says():
    assert set(PLANS) <= set(Workload.model_fields)
    assert (Workload().retrieval, Workload().history) == (Retrieval(), History())


def test_a_file_without_them_stays_valid_and_one_with_a_mean_alone_has_documents_of_one_length():
    workload, _ = parse_workload("retrieval: {document_tokens: 9000}", "w.yaml")
    assert workload.retrieval.document_p95_tokens is None
    assert parse_workload("name: x", "w.yaml")[0].retrieval == Retrieval()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("retrieval: {document_tokens: 100, document_p95_tokens: 99}", "raise it to 100"),
        ("retrieval: {document_tokens: 100, document_p95_tokens: 387}", "lower it to 386"),
        ("retrieval: {overlap_share: 0.95}", "overlap_share"),
        ("retrieval: {documents: 0}", "documents"),
        ("retrieval: {top_k: 0}", "top_k"),
        ("retrieval: {top_k: .nan}", "not a usable number"),
        ("retrieval: {chunks: 5}", "chunks"),
        ("history: {kept_turns: 1.5}", "whole number of turns"),
        ("history: {summary_tokens: 0}", "summary_tokens"),
        ("context: {tools_tokens: -1}", "tools_tokens"),
    ],
)
def test_what_cannot_be_planned_with_is_refused_with_its_cure(text, words):
    with pytest.raises(WorkloadError, match=words):
        parse_workload(text, "w.yaml")


def test_the_widest_spread_that_is_accepted_has_a_log_normal():
    retrieval = Retrieval(document_tokens=1_000, document_p95_tokens=3_868)
    assert sigma_from_mean(retrieval.document_tokens, retrieval.document_p95_tokens) > 1.5
    with pytest.raises(ValidationError):
        Retrieval(document_tokens=1_000, document_p95_tokens=3_869)


@given(
    st.floats(1, 1e9),
    st.floats(1, 1e6),
    st.none() | st.floats(1, 3.8),
    st.none() | st.integers(1, 10_000),
    st.integers(0, 1_000),
)
def test_plans_survive_file_link_and_form(documents, mean, wide, top_k, kept):
    p95 = None if wide is None else mean * wide
    workload = Workload(
        retrieval=Retrieval(documents=documents, document_tokens=mean, document_p95_tokens=p95, top_k=top_k),
        history=History(kept_turns=kept),
        context=Context(tools_tokens=300),
    )
    shared = Shared(workload, Priorities(), ON, "0" * 12)
    assert decode(encode(shared)).workload == workload
    assert parse_workload(write_workload(workload, Priorities()), "w.yaml")[0] == workload
    assert from_flat(flat(workload, Priorities()))[0] == workload


def test_a_plan_that_was_touched_takes_room_in_a_link():
    plain, touched = (
        len(encode(Shared(workload, Priorities(), ON, "0" * 12))) for workload in (Workload(), Workload(retrieval=Retrieval(documents=5)))
    )
    assert plain < touched


def test_tool_definitions_are_part_of_the_prompt():
    context = Context(system_tokens=100, tools_tokens=50, chunks=2, chunk_tokens=10, turns=1, turn_tokens=30)
    assert (context.opening_tokens, context.prompt_tokens) == (170, 200)
    assert Workload.model_validate({"context": context.model_dump()}).tokens.input_mean == 200


@given(st.integers(1, 10**6), st.floats(1, 1e6), st.none() | st.floats(0, 5e6))
def test_documents_as_they_were_counted_are_a_corpus_that_can_be_planned_with(documents, mean, p95):
    fields = {path.removeprefix("retrieval."): value for path, value in counted_corpus(documents, mean, p95).items()}
    found = Retrieval.model_validate(fields)
    assert (found.documents, found.document_tokens) == (documents, mean)
    assert p95 is None or found.document_p95_tokens == min(max(p95, mean), int(3.868 * mean))
