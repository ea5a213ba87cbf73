"""Pasted response headers: what each is read as, in every form they come in, and what hostile text gets."""

import time

import pytest

from framework.catalogue.limit_headers import MAX_BYTES, OwnHeaders, limits_from_headers
from framework.errors import WorkloadError

# The layout of OpenAI's guide to rate limits, with the figures of the Launch tier.
OPENAI = """HTTP/2 200
date: Fri, 20 Nov 2026 10:00:00 GMT
x-ratelimit-limit-requests: 10000
x-ratelimit-limit-tokens: 4000000
x-ratelimit-remaining-requests: 9999
x-ratelimit-remaining-tokens: 3999984
x-ratelimit-reset-requests: 6ms
x-ratelimit-reset-tokens: 0s
"""
ANTHROPIC = """anthropic-ratelimit-requests-limit: 4000
anthropic-ratelimit-requests-remaining: 3999
anthropic-ratelimit-requests-reset: 2026-11-20T10:00:00Z
anthropic-ratelimit-tokens-limit: 480000
anthropic-ratelimit-input-tokens-limit: 400000
anthropic-ratelimit-output-tokens-limit: 80000
retry-after: 12
"""
# As Groq's documentation prints them: 14,400 requests a day, 18,000 tokens a minute.
GROQ = """x-ratelimit-limit-requests: 14400
x-ratelimit-limit-tokens: 18000
x-ratelimit-remaining-requests: 14370
x-ratelimit-reset-requests: 2m59.56s
x-ratelimit-reset-tokens: 7.66s
"""


def taken(text: str, provider: str = "openai") -> dict[str, float]:
    found = limits_from_headers(text, provider).limits
    return found.model_dump(exclude_none=True, exclude={"origin"}) if found else {}


def note(found: OwnHeaders, name: str) -> str:
    return next(item.note for item in found.readings if item.name == name)


def test_openai_s_headers_are_the_limits_of_the_minute():
    found = limits_from_headers(OPENAI, "openai")
    assert taken(OPENAI) == {"rpm": 10_000, "tpm": 4_000_000}
    assert found.limits.origin == "headers" and found.limits.seen is None
    assert note(found, "x-ratelimit-limit-requests") == "requests per minute"
    assert [(item.line, item.value) for item in found.readings][:2] == [(3, "10,000"), (4, "4,000,000")]


def test_what_is_left_and_when_it_is_full_again_is_shown_and_no_limit():
    found = limits_from_headers(OPENAI, "openai")
    shown = {item.name: (item.value, item.meter) for item in found.readings}
    assert shown["x-ratelimit-remaining-tokens"] == ("3999984", None)
    assert shown["x-ratelimit-reset-requests"] == ("6ms", None)
    assert note(found, "x-ratelimit-remaining-tokens").endswith("no limit")


def test_anthropic_s_tokens_header_is_the_tighter_of_two_and_not_taken():
    found = limits_from_headers(ANTHROPIC, "anthropic")
    assert taken(ANTHROPIC, "anthropic") == {"rpm": 4_000, "itpm": 400_000, "otpm": 80_000}
    assert "no meter of its own" in note(found, "anthropic-ratelimit-tokens-limit")
    only = limits_from_headers("anthropic-ratelimit-tokens-limit: 480000", "anthropic")
    assert only.limits is None and len(only.readings) == 1


def test_at_groq_the_requests_header_is_the_bucket_of_the_day():
    assert taken(GROQ, "groq") == {"rpd": 14_400, "tpm": 18_000}
    assert note(limits_from_headers(GROQ, "groq"), "x-ratelimit-limit-requests") == "requests per day (at Groq the bucket of the day)"
    # The same text as a reply of OpenAI: a bucket that takes three minutes to fill is none of the minute.
    assert taken(GROQ, "openai") == {"tpm": 18_000}
    assert "2m59.56s to fill" in note(limits_from_headers(GROQ, "openai"), "x-ratelimit-limit-requests")


def test_of_the_project_s_and_the_organisation_s_tokens_the_smaller_binds():
    text = "x-ratelimit-limit-tokens: 4000000\nx-ratelimit-limit-project-tokens: 60000"
    found = limits_from_headers(text, "openai")
    assert taken(text) == {"tpm": 60_000}
    assert note(found, "x-ratelimit-limit-tokens") == "not taken: x-ratelimit-limit-project-tokens is smaller and binds first"
    assert taken("x-ratelimit-limit-tokens: 50\nx-ratelimit-limit-project-tokens: 60") == {"tpm": 50}


@pytest.mark.parametrize(
    "text",
    [
        "x-ratelimit-limit-requests: 5000",
        "X-RateLimit-Limit-Requests:5000\r\n",
        "< x-ratelimit-limit-requests: 5000",
        "{'x-ratelimit-limit-requests': '5000', 'set-cookie': 'a=b'}",
        "Headers([('x-ratelimit-limit-requests', '5000'), ('x', 'y')])",
        "[(b'x-ratelimit-limit-requests', b'5000')]",
        '{"x-ratelimit-limit-requests":5000,"x":1}',
        '{"headers": {"x-ratelimit-limit-requests": ["5000"]}}',
        '[{"name": "x-ratelimit-limit-requests",\n     "value": "5000"}]',
        r"{\"x-ratelimit-limit-requests\": \"5000\"}",
        r"b'HTTP/1.1 200 OK\r\nx-ratelimit-limit-requests: 5000\r\n'",
        "map[X-Ratelimit-Limit-Requests:[5000] Server:[x]]",
        "x-ratelimit-limit-requests\n5000\n",
        "x-ratelimit-limit-requests => 5000",
        "I saw x-ratelimit-limit-requests in the log; it was\n\nx-ratelimit-limit-requests: 5,000\nthanks!",
    ],
)
def test_every_usual_form_is_read(text):
    assert taken(text) == {"rpm": 5_000}


@pytest.mark.parametrize(
    ("value", "cure"),
    [
        ("5.000", "line 2: x-ratelimit-limit-requests must be a whole number from 1 to 10,000,000,000: correct the line or delete it"),
        ("1e6", "must be a whole number"),
        ("many", "must be a whole number"),
        ("-5", "must be a whole number"),
        ("NaN", "must be a whole number"),
        ("10000000001", "must be a whole number"),
        ("9" * 200, "must be a whole number"),
        ("٥٠", "must be a whole number"),
        ("30,00", "stands with several figures"),
        ("5000, 6000", "stands with several figures"),
        ("100;w=60", "stands with several figures"),
    ],
)
def test_what_is_no_whole_number_is_refused_with_line_and_cure(value, cure):
    with pytest.raises(WorkloadError) as caught:
        limits_from_headers(f"HTTP/2 200\nx-ratelimit-limit-requests: {value}", "openai")
    assert cure in str(caught.value) and str(caught.value).startswith("line 2: ")


@pytest.mark.parametrize("value", ["0", "-1"])
def test_zero_and_minus_one_say_nothing_and_are_not_taken(value):
    found = limits_from_headers(f"x-ratelimit-limit-requests: {value}\nx-ratelimit-limit-tokens: 9", "openai")
    assert found.limits.rpm is None and found.limits.tpm == 9
    assert "not taken" in note(found, "x-ratelimit-limit-requests")


def test_a_bucket_that_no_meter_counts_is_named_and_not_taken():
    found = limits_from_headers("x-ratelimit-limit-images: 50\nx-ratelimit-limit-tokens: 9", "openai")
    assert found.limits.tpm == 9 and "not taken" in note(found, "x-ratelimit-limit-images")


def test_headers_of_another_provider_are_refused_and_so_is_a_provider_whose_headers_are_not_known():
    with pytest.raises(WorkloadError, match="line 1: anthropic-ratelimit-requests-limit is of Anthropic's layout: choose the offer"):
        limits_from_headers(ANTHROPIC, "openai")
    with pytest.raises(WorkloadError, match="line 3: x-ratelimit-limit-requests is of OpenAI's layout: choose the offer"):
        limits_from_headers(OPENAI, "anthropic")
    with pytest.raises(WorkloadError, match=r"the headers of mistral .* by hand"):
        limits_from_headers(OPENAI, "mistral")


def test_headers_of_two_replies_are_refused_with_both_lines_and_the_same_one_twice_is_fine():
    assert taken("x-ratelimit-limit-tokens: 5\nx-ratelimit-limit-tokens: 5") == {"tpm": 5}
    with pytest.raises(WorkloadError, match="line 3: x-ratelimit-limit-tokens already stands on line 1 with another figure"):
        limits_from_headers("x-ratelimit-limit-tokens: 5\n\nx-ratelimit-limit-tokens: 6", "openai")


@pytest.mark.parametrize("text", ["", "hello", "HTTP/2 200\ncontent-type: text/html", "x-ratelimit-limit-requests", "\ud800", "\0" * 100])
def test_a_text_without_any_such_header_says_which_lines_to_paste(text):
    with pytest.raises(WorkloadError, match="no rate-limit header is in the text: paste the lines such as x-ratelimit-limit-requests"):
        limits_from_headers(text, "openai")


SECRET = "sk-ant-api03-topsecret"


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {SECRET}\nx-ratelimit-limit-requests: 5000",
        f"x-api-key: {SECRET}\nx-ratelimit-limit-requests: 5000\nx-ratelimit-reset-requests: {SECRET}",
        f"{{'api-key': '{SECRET}', 'x-ratelimit-limit-requests': '5000'}}",
    ],
)
def test_a_key_is_never_given_back_but_its_line_is_named(text):
    found = limits_from_headers(text, "openai")
    assert found.limits.rpm == 5_000 and 1 in found.key_lines
    assert "secret" not in repr(found)


@pytest.mark.parametrize(
    "text",
    [f"x-api-key: {SECRET}", f"x-ratelimit-limit-requests: {SECRET}", f"x-ratelimit-limit-tokens: 5\nx-ratelimit-limit-tokens: {SECRET}"],
)
def test_a_key_is_in_no_message_either(text):
    with pytest.raises(WorkloadError) as caught:
        limits_from_headers(text, "openai")
    assert "secret" not in str(caught.value) and "sk-" not in str(caught.value)


def test_a_text_without_keys_names_no_line():
    assert limits_from_headers("task-1 risk-9\nx-ratelimit-limit-tokens: 5", "openai").key_lines == ()


@pytest.mark.parametrize(
    "text",
    [
        "x-ratelimit-" * 5_400,
        ("x-ratelimit-limit-requests" + " " * 38) * 1_000,
        "x-ratelimit-limit-requests:" + " " * 65_000,
        "x-ratelimit-limit-requests:((((((" * 1_900,
        "x-ratelimit-limit-requests: " + "9," * 30_000,
        "".join(f"x-ratelimit-limit-a{number}: 1\n" for number in range(2_400)),
    ],
)
def test_hostile_text_is_refused_at_once(text):
    before = time.process_time()
    with pytest.raises(WorkloadError):
        limits_from_headers(text[:MAX_BYTES], "openai")
    assert time.process_time() - before < 0.5


def test_a_text_of_more_than_64_kb_is_refused_with_the_cure():
    with pytest.raises(WorkloadError, match="longer than 65,536 bytes: paste only the headers"):
        limits_from_headers("x-ratelimit-limit-tokens: 5\n" + "é" * 33_000, "openai")
