"""A whole reply through the real SDKs, from a real server."""

from __future__ import annotations

import asyncio
import gc
from time import perf_counter

import pytest
from providers.loops import finished
from providers.makers import BOTH, KEY, ask, provider, read
from providers.wire import ANSWER, PIECES, Wire

from framework.providers import (
    AnthropicProvider,
    ConnectionLost,
    LLMResponse,
    MalformedReply,
    OpenAIProvider,
    Refused,
    TimedOut,
    compatible,
)

NAMES = {"openai": "openai/gpt-test", "anthropic": "anthropic/claude-test"}


@BOTH
def test_a_reply_has_one_shape_whoever_gives_it(kind: str, wire: Wire) -> None:
    response = ask(provider(kind, wire), "plain")
    model = NAMES[kind].partition("/")[2]
    assert (response.content, response.input_tokens, response.output_tokens) == (ANSWER, 20, 7)
    assert (response.provider, response.model, response.id) == (NAMES[kind], f"{model}-2026", "wire-1")
    assert (response.finish_reason, response.attempts, response.ttft_s) == ("stop", 1, None)
    assert response.response_s is not None and 0 < response.response_s < 5


@BOTH
def test_all_input_tokens_are_counted_whether_the_provider_includes_cached_ones_or_not(kind: str, wire: Wire) -> None:
    # OpenAI: 2,600 in all, of them 2,000 read and 400 written. Anthropic: 200 uncached, and 2,000 read and 400 written beside them.
    response = ask(provider(kind, wire), "cached")
    assert (response.input_tokens, response.cached_tokens, response.cache_write_tokens) == (2600, 2000, 400)


@BOTH
def test_what_the_provider_does_not_say_is_unknown_and_not_zero(kind: str, wire: Wire) -> None:
    response = ask(provider(kind, wire), "plain")
    assert response.cached_tokens is None and response.cache_write_tokens is None


def test_a_reply_without_usage_has_no_counts(wire: Wire) -> None:
    response = ask(provider("openai", wire), "no usage")
    assert (response.content, response.input_tokens, response.output_tokens) == (ANSWER, None, None)


def test_cached_tokens_are_found_where_deepseek_puts_them(wire: Wire) -> None:
    response = ask(provider("openai", wire), "deepseek")
    assert (response.input_tokens, response.cached_tokens) == (100, 64)


def test_of_a_content_in_parts_only_the_visible_text_is_taken(wire: Wire) -> None:
    assert ask(provider("openai", wire), "parts").content == ANSWER
    assert read(provider("openai", wire), "parts")[0] == list(PIECES)


def test_reasoning_that_stands_beside_the_output_is_counted_as_output(wire: Wire) -> None:
    # As xAI reports it: 32 prompt + 9 visible + 94 reasoning = 135 in all; billed as output are 135 - 32 = 103.
    assert ask(provider("openai", wire), "reasoning beside").output_tokens == 103


@BOTH
@pytest.mark.parametrize(("word", "finish"), [("plain", "stop"), ("length", "length"), ("tool", "tool")])
def test_the_reason_of_the_end_is_one_of_a_few_words(kind: str, word: str, finish: str, wire: Wire) -> None:
    assert ask(provider(kind, wire), word).finish_reason == finish


def test_a_reason_without_a_word_of_its_own_is_other(wire: Wire) -> None:
    assert ask(provider("anthropic", wire), "pause").finish_reason == "other"


@BOTH
def test_a_refusal_is_an_error_that_holds_the_billed_reply(kind: str, wire: Wire) -> None:
    with pytest.raises(Refused) as caught:
        ask(provider(kind, wire), "refusal")
    response = caught.value.response
    assert response is not None
    assert (response.finish_reason, response.input_tokens, response.output_tokens) == ("refused", 20, 7)


def test_a_reply_that_a_filter_cut_is_a_refusal(wire: Wire) -> None:
    with pytest.raises(Refused, match="declined to answer"):
        ask(provider("openai", wire), "filter")


@BOTH
@pytest.mark.parametrize("word", ["malformed", "page", "empty object"])
def test_a_reply_of_another_form_is_said_to_be_so(kind: str, word: str, wire: Wire) -> None:
    with pytest.raises(MalformedReply, match=f"{NAMES[kind]}: .*check that base_url") as caught:
        ask(provider(kind, wire), word)
    assert caught.value.__cause__ is not None


@BOTH
def test_a_reply_that_breaks_off_is_a_lost_connection(kind: str, wire: Wire) -> None:
    with pytest.raises(ConnectionLost, match="peer closed connection"):
        ask(provider(kind, wire), "torn")


@BOTH
def test_no_server_is_a_lost_connection(kind: str) -> None:
    nowhere = Wire()
    nowhere.base = "http://127.0.0.1:9"
    with pytest.raises(ConnectionLost):
        ask(provider(kind, nowhere), "plain")


@BOTH
def test_the_timeout_is_of_the_whole_reply(kind: str, wire: Wire) -> None:
    began = perf_counter()
    with pytest.raises(TimedOut, match=r"no answer within 0\.2 s; raise timeout_s"):
        ask(provider(kind, wire, timeout_s=0.2), "hang")
    assert 0.2 <= perf_counter() - began < 2


@BOTH
def test_a_redirect_is_not_followed_because_it_would_carry_the_key_elsewhere(kind: str, wire: Wire) -> None:
    with pytest.raises(MalformedReply, match="307"):
        ask(provider(kind, wire), "redirect")


@BOTH
def test_a_cancelled_call_closes_the_connection(kind: str, wire: Wire) -> None:
    async def run() -> None:
        async with provider(kind, wire, timeout_s=30) as llm:
            call = asyncio.create_task(llm.complete("", "hang"))
            await until(lambda: wire.asked["hang"] == 1)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            await until(lambda: wire.gone == 1)

    finished(run())


async def until(holds) -> None:
    for _ in range(500):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come about within 5 s")


def test_what_goes_out_to_openai(wire: Wire) -> None:
    ask(provider("openai", wire, options={"temperature": 0.2}), "plain", max_tokens=64)
    assert wire.requests == [
        {
            "model": "gpt-test",
            "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "plain"}],
            "max_completion_tokens": 64,
            "temperature": 0.2,
        }
    ]
    assert wire.headers[0]["authorization"] == f"Bearer {KEY}"


def test_what_goes_out_to_anthropic(wire: Wire) -> None:
    ask(provider("anthropic", wire, options={"thinking": {"type": "disabled"}}), "plain", max_tokens=64)
    assert wire.requests == [
        {
            "model": "claude-test",
            "system": "Be brief.",
            "messages": [{"role": "user", "content": "plain"}],
            "max_tokens": 64,
            "thinking": {"type": "disabled"},
        }
    ]
    assert KEY in str(wire.headers[0])


def test_the_system_prompt_is_marked_for_the_cache_where_asked_for(wire: Wire) -> None:
    ask(provider("anthropic", wire, cache_system=True), "plain")
    assert wire.requests[0]["system"] == [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}]


@BOTH
def test_an_empty_system_prompt_is_left_out(kind: str, wire: Wire) -> None:
    ask(provider(kind, wire, **({"cache_system": True} if kind == "anthropic" else {})), "plain", system_prompt="")
    assert "system" not in wire.requests[0]
    assert len(wire.requests[0]["messages"]) == 1


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("gemini", "max_tokens"),
        ("xai", "max_completion_tokens"),
        ("mistral", "max_tokens"),
        ("deepseek", "max_tokens"),
        ("groq", "max_completion_tokens"),
        ("cerebras", "max_completion_tokens"),
        ("together", "max_tokens"),
        ("vllm", "max_tokens"),
    ],
)
def test_each_compatible_provider_gets_the_field_that_it_knows(row: str, field: str, wire: Wire) -> None:
    response = ask(compatible(row, model="m", base_url=f"{wire.base}/v1", api_key=KEY), "plain", max_tokens=64)
    assert response.provider == f"{row}/m"
    assert {name: value for name, value in wire.requests[0].items() if "tokens" in name} == {field: 64}


def test_a_compatible_provider_that_is_not_known_is_named_with_those_that_are() -> None:
    with pytest.raises(ValueError, match=r"'grok' is not among .*gemini, xai"):
        compatible("grok", model="m")


def test_a_server_of_ones_own_needs_an_address_and_no_key(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VLLM_API_KEY", raising=False)
    with pytest.raises(ValueError, match="give base_url"):
        compatible("vllm", model="m")
    assert ask(compatible("vllm", model="m", base_url=f"{wire.base}/v1"), "plain").content == ANSWER


def test_what_the_environment_sets_for_openai_does_not_reach_another_provider(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-secret")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-secret")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Gateway: gateway-secret\nAuthorization: Bearer other-secret")
    ask(compatible("groq", model="m", base_url=f"{wire.base}/v1", api_key=KEY), "plain")
    assert "secret" not in str(wire.headers[0])
    assert wire.headers[0]["authorization"] == f"Bearer {KEY}"


def test_the_environment_cannot_change_the_address(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
    assert str(OpenAIProvider("m", api_key=KEY)._client.base_url) == "https://api.openai.com/v1/"
    assert str(AnthropicProvider("m", api_key=KEY)._client.base_url).rstrip("/") == "https://api.anthropic.com"


def test_a_long_reply_is_not_refused_before_it_is_asked_for(wire: Wire) -> None:
    # Anthropic's SDK wants streams for what may take ten minutes, unless the caller has set a timeout; 600 s are its own default.
    assert ask(provider("anthropic", wire, timeout_s=600.0), "plain", max_tokens=64_000).content == ANSWER


@BOTH
@pytest.mark.parametrize("settings", [{"timeout_s": 0}, {"timeout_s": float("nan")}, {"max_retries": -1, "retry": None}])
def test_settings_that_cannot_be_meant_are_refused(kind: str, settings: dict[str, float], wire: Wire) -> None:
    made = OpenAIProvider if kind == "openai" else AnthropicProvider
    with pytest.raises(ValueError, match="give"):
        made("m", api_key=KEY, **settings)


def test_a_response_cannot_be_changed() -> None:
    response = LLMResponse("yes", 1, 1, "m")
    with pytest.raises(AttributeError):
        response.content = "no"  # type: ignore[misc]


@BOTH
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_script_may_run_one_loop_after_another(kind: str, wire: Wire) -> None:
    llm = provider(kind, wire)

    async def streamed() -> str:
        async with llm.stream("Be brief.", "plain") as pieces:
            return "".join([piece async for piece in pieces])

    async def closed() -> str:
        async with llm:
            return (await llm.complete("Be brief.", "plain")).content

    async def whole() -> str:
        return (await llm.complete("Be brief.", "plain")).content

    assert [finished(run()) for run in (whole, whole, streamed, streamed, closed, closed, whole)] == [ANSWER] * 7
    finished(llm.aclose())
    gc.collect()  # what the loops left open complains here and not in another test
