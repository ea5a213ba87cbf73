"""Logs as providers' responses leave them, and what is refused: the message names file, line, field and cure."""

import datetime as dt
import gzip
import json
import math
from pathlib import Path

import pytest
from recorded.bills import billed, price

from framework.catalogue import load_catalogue
from framework.catalogue.records import SERVICES
from framework.errors import UsageError
from framework.recorded import read
from framework.recorded.assumptions import usage_notes
from framework.recorded.models import offer_named
from framework.recorded.read import read_log
from framework.recorded.usage import NOT_LISTED, USAGE_METERS


def log(tmp_path: Path, *lines: object, name: str = "log.jsonl") -> Path:
    path = tmp_path / name
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


def used(tmp_path: Path, line: object, form: str | None = None) -> dict[str, float]:
    """The meters of one line that are not 0."""
    usage = read_log(log(tmp_path, line), form).usage
    return {name: float(count) for name, count in zip(USAGE_METERS, usage.tokens[:, 0], strict=True) if count}


def service(tmp_path: Path, line: object, form: str | None = None) -> str | None:
    """The service of one line, None where it is not covered by list prices."""
    index = int(read_log(log(tmp_path, line), form).usage.service[0])
    return None if index == NOT_LISTED else SERVICES[index]


ANTHROPIC = {
    "input_tokens": 50,
    "cache_read_input_tokens": 4_000,
    "cache_creation_input_tokens": 300,
    "cache_creation": {"ephemeral_5m_input_tokens": 100, "ephemeral_1h_input_tokens": 200},
    "output_tokens": 20,
    "service_tier": "standard",
}
RESPONSES = {
    "input_tokens": 2_600,
    "input_tokens_details": {"cached_tokens": 2_000, "cache_write_tokens": 400},
    "output_tokens": 70,
    "output_tokens_details": {"reasoning_tokens": 60},
    "total_tokens": 2_670,
}
CHAT = {"prompt_tokens": 2_600, "prompt_tokens_details": {"cached_tokens": 2_000}, "completion_tokens": 70, "total_tokens": 2_670}
GEMINI = {
    "promptTokenCount": 900,
    "cachedContentTokenCount": 600,
    "toolUsePromptTokenCount": 40,
    "candidatesTokenCount": 10,
    "thoughtsTokenCount": 25,
    "totalTokenCount": 975,
}
CONVERSE = {"inputTokens": 15, "outputTokens": 40, "totalTokens": 1_655, "cacheReadInputTokens": 1_000, "cacheWriteInputTokens": 600}
CONVERSE_SPLIT = {**CONVERSE, "cacheDetails": [{"ttl": "1h", "inputTokens": 400}, {"ttl": "5m", "inputTokens": 200}]}
COHERE = {"billed_units": {"input_tokens": 7.0, "output_tokens": 8.0}, "tokens": {"input_tokens": 73.0, "output_tokens": 10.0}}
DEEPSEEK = {"prompt_tokens": 900, "prompt_cache_hit_tokens": 640, "prompt_cache_miss_tokens": 260, "completion_tokens": 35}


@pytest.mark.parametrize(
    ("usage", "meters"),
    [
        (ANTHROPIC, {"input": 50, "cache_read": 4_000, "write_5m": 100, "write_1h": 200, "output": 20}),
        ({**ANTHROPIC, "cache_creation": None}, {"input": 50, "cache_read": 4_000, "write": 300, "output": 20}),
        (RESPONSES, {"input": 200, "cache_read": 2_000, "write": 400, "output": 70}),
        (CHAT, {"input": 600, "cache_read": 2_000, "output": 70}),
        (GEMINI, {"input": 340, "cache_read": 600, "output": 35}),
        (DEEPSEEK, {"input": 260, "cache_read": 640, "output": 35}),
        (CONVERSE, {"input": 15, "cache_read": 1_000, "write": 600, "output": 40}),
        (CONVERSE_SPLIT, {"input": 15, "cache_read": 1_000, "write_5m": 200, "write_1h": 400, "output": 40}),
        (COHERE, {"input": 7, "output": 8}),
        ({"input_tokens": 7, "output_tokens": 8}, {"input": 7, "output": 8}),
        ({"input": 7, "cache_write_12h": 9, "cache_write": 1, "output": 8}, {"input": 7, "write_12h": 9, "write": 1, "output": 8}),
        ({"input": 7.0, "output": 8}, {"input": 7, "output": 8}),
    ],
    ids=[
        "anthropic",
        "anthropic without split",
        "responses",
        "chat",
        "google",
        "deepseek",
        "converse",
        "converse split",
        "cohere",
        "bare",
        "plain",
        "whole number as a float",
    ],
)
def test_each_form_is_told_by_its_fields_and_read_as_disjoint_classes(tmp_path, usage, meters):
    assert used(tmp_path, usage) == meters
    assert used(tmp_path, {"model": "some", "usage": usage}) == meters


@pytest.mark.parametrize(
    ("line", "model"),
    [
        ({"model": "claude-opus-5-5", "stopReason": "end_turn", "usage": CONVERSE}, "bedrock|claude-opus-5-5"),
        ({"model": "claude-opus-5-5", "provider": "house", "usage": CONVERSE}, "house|claude-opus-5-5"),
        ({"model": "command-a-03-2025", "usage": COHERE}, "cohere|command-a-03-2025"),
        ({"model": "claude-opus-5-5", "usage": ANTHROPIC}, "|claude-opus-5-5"),
    ],
)
def test_a_form_that_only_one_provider_uses_names_the_provider(tmp_path, line, model):
    assert read_log(log(tmp_path, line)).usage.models == (model,)


def test_a_model_that_names_its_provider_a_second_time_is_found():
    catalogue = load_catalogue()
    for name, provider in (("anthropic/claude-sonnet-5", "anthropic"), ("claude-sonnet-5", "anthropic"), ("anthropic/claude-sonnet-5", "")):
        found = offer_named(catalogue, name, provider)
        assert found is not None and found.id == "anthropic/claude-sonnet-5"
    assert offer_named(catalogue, "anthropic/claude-sonnet-5", "bedrock") is None


def test_googles_fields_are_read_in_the_python_packages_spelling_too(tmp_path):
    snake = {"prompt_token_count": 900, "cached_content_token_count": 600, "candidates_token_count": 10, "thoughts_token_count": None}
    assert used(tmp_path, {"model_version": "gemini-x", "usage_metadata": snake}) == {"input": 300, "cache_read": 600, "output": 10}


def test_reasoning_that_a_provider_counts_beside_the_reply_is_output(tmp_path):
    # A response of xAI's as reported publicly: 10,120 + 1,499 + 2,809 = 14,428. At 1.25 / 0.20 / 2.50 it was billed 0.0232856 USD.
    usage = {
        "prompt_tokens": 10_120,
        "completion_tokens": 1_499,
        "total_tokens": 14_428,
        "prompt_tokens_details": {"cached_tokens": 128},
        "completion_tokens_details": {"reasoning_tokens": 2_809},
    }
    assert used(tmp_path, usage) == {"input": 9_992, "cache_read": 128, "output": 4_308}
    assert billed(price(1.25, 2.5, cache_read_mtok=0.2), "openai", usage) == pytest.approx(0.0232856, abs=1e-12)


def test_reasoning_that_is_part_of_the_reply_is_not_counted_twice(tmp_path):
    assert used(tmp_path, RESPONSES)["output"] == 70


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"service_tier": "default", "usage": CHAT}, "standard"),
        ({"service_tier": "flex", "usage": CHAT}, "flex"),
        ({"service_tier": "priority", "usage": RESPONSES}, "priority"),
        ({"service_tier": "scale", "usage": CHAT}, None),
        ({"service_tier": "ultrafast", "usage": CHAT}, None),
        ({"usage": {**ANTHROPIC, "speed": "fast"}}, "priority"),
        ({"usage": {**ANTHROPIC, "service_tier": "batch"}}, "batch"),
        ({"usage": {**ANTHROPIC, "service_tier": "priority"}}, None),
        ({"usageMetadata": {**GEMINI, "serviceTier": "FLEX"}}, "flex"),
        ({"usageMetadata": {**GEMINI, "promptTokensDetails": [{"modality": "AUDIO", "tokenCount": 9}]}}, None),
        ({"usageMetadata": {**GEMINI, "promptTokensDetails": [{"modality": "IMAGE", "tokenCount": 9}]}}, "standard"),
        ({"usage": {**CHAT, "prompt_tokens_details": {"audio_tokens": 3}}}, None),
        ({"custom_id": "1", "response": {"status_code": 200, "body": {"model": "m", "usage": CHAT}}}, "batch"),
        ({"custom_id": "1", "response": {"status_code": 200, "body": {"service_tier": "default", "usage": CHAT}}, "error": None}, "batch"),
        ({"custom_id": "1", "response": {"status_code": 200, "body": {"service_tier": "default", "usage": RESPONSES}}}, "batch"),
        ({"response": {"status_code": 200, "body": {"service_tier": "default", "usage": CHAT}}}, "standard"),
        ({"custom_id": "1", "response": {"status_code": 200, "body": {"service_tier": "flex", "usage": CHAT}}}, "flex"),
        ({"custom_id": "1", "result": {"type": "succeeded", "message": {"usage": ANTHROPIC}}}, "standard"),
        ({"input": 1, "output": 1, "service": "batch"}, "batch"),
    ],
)
def test_the_service_is_the_one_the_response_reports(tmp_path, line, expected):
    assert service(tmp_path, line) == expected


UNBILLED = [
    {"custom_id": "2", "result": {"type": "errored", "error": {"type": "error", "error": {"type": "invalid_request_error"}}}},
    {"custom_id": "3", "result": {"type": "expired"}},
    {"custom_id": "4", "result": {"type": "canceled"}},
    {"custom_id": "5", "response": {"status_code": 429, "body": {"error": {"code": "insufficient_quota"}}}, "error": None},
    {"custom_id": "6", "response": None, "error": {"code": "batch_expired", "message": "too late"}},
]


def test_batch_requests_without_a_reply_are_not_billed_and_said_to_be_left_out(tmp_path):
    replied = {"custom_id": "1", "response": {"status_code": 200, "body": {"model": "m", "usage": CHAT}}, "error": None}
    found = read_log(log(tmp_path, UNBILLED[0], replied, *UNBILLED[1:]))
    assert len(found.usage) == 1
    assert any(
        "5 lines of batch results have no reply" in note for note in usage_notes(found, always=False, on=dt.date(2026, 11, 29), offer=None)
    )


def test_a_file_of_nothing_but_failed_batch_requests_says_so(tmp_path):
    with pytest.raises(UsageError, match="only batch requests without a reply"):
        read_log(log(tmp_path, *UNBILLED))


def test_an_error_outside_a_batch_is_no_line_to_pass_over(tmp_path):
    with pytest.raises(UsageError, match="no token counts"):
        read_log(log(tmp_path, {"error": {"code": "insufficient_quota"}}))


def test_a_tier_that_is_not_reported_is_standard_and_marked_as_assumed(tmp_path):
    usage = read_log(
        log(tmp_path, {"usage": CHAT}, {"service_tier": "auto", "usage": CHAT}, {"service_tier": "default", "usage": CHAT})
    ).usage
    assert usage.service.tolist() == [0, 0, 0]
    assert usage.tier_known.tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("fields", "at_s"),
    [
        ({"created": 1_795_392_000}, 1_795_392_000),
        ({"created_at": 1_795_392_000.5}, 1_795_392_000.5),
        ({"timestamp": 1_795_392_000_000}, 1_795_392_000),
        ({"timestamp": "2026-11-23T00:00:00Z"}, 1_795_392_000),
        ({"timestamp": "2026-11-23T01:00:00+01:00"}, 1_795_392_000),
        ({"createTime": "2026-11-23T00:00:00"}, 1_795_392_000),
        ({"created": None}, math.nan),
        ({}, math.nan),
    ],
)
def test_times_are_unix_seconds_or_iso_8601(tmp_path, fields, at_s):
    assert read_log(log(tmp_path, {**fields, "usage": CHAT})).usage.at_s[0] == pytest.approx(at_s, nan_ok=True)


def test_a_response_that_is_logged_twice_is_billed_once_as_it_was_logged_last(tmp_path):
    first, last = ({"id": "msg_1", "usage": {**ANTHROPIC, "output_tokens": tokens}} for tokens in (1, 500))
    found = read_log(log(tmp_path, first, {"id": "msg_2", "usage": ANTHROPIC}, last))
    assert found.usage.tokens[-1].tolist() == [500, 20]
    assert found.repeated == 1


def test_an_id_that_is_no_providers_does_not_merge_lines(tmp_path):
    assert len(read_log(log(tmp_path, {"id": "user-7", "usage": CHAT}, {"id": "user-7", "usage": CHAT})).usage) == 2


def test_a_compressed_log_reads_the_same_and_empty_lines_do_not_count(tmp_path):
    lines = ({"model": "a", "usage": CHAT}, "", {"model": "b", "usageMetadata": GEMINI})
    plain, packed = (read_log(log(tmp_path, *lines, name=name)) for name in ("log.jsonl", "log.jsonl.gz"))
    assert plain.usage.tokens.tolist() == packed.usage.tokens.tolist()
    assert plain.usage.models == ("|a", "|b")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ({"prompt_tokens": 10, "prompt_tokens_details": {"cached_tokens": 11}, "completion_tokens": 1}, "cached_tokens: 11 is more than"),
        ({**RESPONSES, "input_tokens": 2_399, "total_tokens": 2_469}, "cached_tokens + cache_write_tokens: 2,400 is more than"),
        ({**GEMINI, "cachedContentTokenCount": 901}, "cachedContentTokenCount: 901 is more than"),
        ({**GEMINI, "totalTokenCount": 910}, "totalTokenCount: 910 is not"),
        ({**CONVERSE, "totalTokens": 60}, "totalTokens: 60 is not input, cache and output together, which is 1,655"),
        ({**CONVERSE_SPLIT, "cacheWriteInputTokens": 500}, "cacheWriteInputTokens: 500 is not the sum of cacheDetails"),
        ({**CONVERSE, "cacheDetails": [{"ttl": "2h", "inputTokens": 600}]}, "cacheDetails: must hold objects with a ttl"),
        ({**CONVERSE, "cachedInputTokens": 5}, "usage: has no token counts of a known form"),
        ({"inputTokens": 5, "outputTokens": 6, "totalTokens": 11}, "usage: has no token counts of a known form"),
        ({"billed_units": {"output_tokens": 5}}, "input_tokens: is missing"),
        ({**CHAT, "total_tokens": 2_671}, "total_tokens: 2,671 is not"),
        ({**DEEPSEEK, "prompt_tokens": 901}, "prompt_tokens: 901 is not"),
        ({**ANTHROPIC, "cache_creation_input_tokens": 299}, "cache_creation_input_tokens: 299 is not the sum"),
        ({**ANTHROPIC, "service_tier": "batch", "speed": "fast"}, "speed: fast mode is not sold in batches"),
        ({**ANTHROPIC, "service_tier": "flex"}, "service_tier: must be"),
        ({**ANTHROPIC, "cache_creation": 3}, "cache_creation: must be an object"),
        ({**CHAT, "completion_tokens": -1}, "completion_tokens: must be from 0"),
        ({**CHAT, "completion_tokens": "70"}, "completion_tokens: must be a whole number of tokens, not '70'; write it without quotes"),
        ({**CHAT, "completion_tokens": True}, "completion_tokens: must be a whole number"),
        ({**CHAT, "completion_tokens": 1.5}, "completion_tokens: must be a whole number"),
        ({**CHAT, "completion_tokens": 10**10}, "completion_tokens: must be from 0"),
        ('{"prompt_tokens": 1, "completion_tokens": 1e999}', "completion_tokens: must be from 0"),
        ('{"prompt_tokens": 1, "completion_tokens": NaN}', "NaN is not a usable number"),
        ('{"prompt_tokens": 1, "prompt_tokens": 2, "completion_tokens": 1}', "prompt_tokens: is given twice"),
        ('{"prompt_tokens": ' + "9" * 400 + ', "completion_tokens": 1}', "prompt_tokens: must be from 0"),
        ('{"prompt_tokens": ' + "9" * 5_000 + ', "completion_tokens": 1}', "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("input,output", "not JSON"),
        ("7", "must be a JSON object"),
        ({"model": "gpt-6-sol"}, "usage: has no token counts of a known form"),
        ({"usage": 7}, "usage: must be an object"),
        ({**CHAT, "cache_read_input_tokens": 5}, "usage: has fields of OpenAI's form and of Anthropic's"),
        ({"input_tokens": 1, "output_tokens": 1, "service_tier": "priority"}, "service_tier: priority is sold by OpenAI"),
        ({"prompt_tokens": 1}, "completion_tokens: is missing"),
        ({"prompt_tokens": 1, "completion_tokens": 1, "completion_tokens_details": {"reasoning_tokens": 2}}, "reasoning_tokens: 2 is more"),
        ({"input": 1, "output": 1, "cache_writes": 3}, "cache_writes: unknown field; did you mean 'cache_write'?"),
        ({"input": 1, "output": 1, "service": "turbo"}, "service: must be standard"),
        ({"model": 7, "usage": CHAT}, "model: must be the name of a model"),
        ({"model": "a\x1b[2J", "usage": CHAT}, "model: must be the name of a model"),
        ({"created": "yesterday", "usage": CHAT}, "created: must be Unix seconds"),
        ({"created": 12, "usage": CHAT}, "created: must be Unix seconds"),
    ],
)
def test_what_cannot_be_billed_is_refused_with_file_line_field_and_cure(tmp_path, line, says):
    with pytest.raises(UsageError) as error:
        read_log(log(tmp_path, {"usage": CHAT}, line))
    assert str(error.value).startswith(f"{tmp_path / 'log.jsonl'}:2: {says}")


def test_a_form_that_is_named_overrides_what_the_fields_say(tmp_path):
    usage = {"prompt_tokens": 100, "completion_tokens": 5, "cache_read_input_tokens": 40, "prompt_tokens_details": {"cached_tokens": 40}}
    assert used(tmp_path, usage, "openai") == {"input": 60, "cache_read": 40, "output": 5}


def test_files_that_are_no_logs_are_refused(tmp_path):
    broken = tmp_path / "half.jsonl.gz"
    broken.write_bytes(gzip.compress(json.dumps(CHAT).encode() * 1_000)[:40])
    plain = tmp_path / "plain.gz"
    plain.write_text(json.dumps(CHAT))
    for path, says in (
        (tmp_path, "no such file"),
        (tmp_path / "x", "no such file"),
        (broken, "gzip"),
        (plain, "gzip"),
        (log(tmp_path), "no usage"),
    ):
        with pytest.raises(UsageError, match=says):
            read_log(path)


@pytest.mark.parametrize(
    ("bound", "says"), [("MAX_LINE_BYTES", "a line of more"), ("MAX_BYTES", "split the file"), ("MAX_REQUESTS", "split")]
)
def test_a_log_beyond_the_bounds_is_refused_before_it_fills_the_memory(tmp_path, monkeypatch, bound, says):
    monkeypatch.setattr(read, bound, 2)
    with pytest.raises(UsageError, match=says):
        read_log(log(tmp_path, CHAT, CHAT, CHAT, name="log.jsonl.gz"))
