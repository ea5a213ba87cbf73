"""What the environment of a process would do to a request, and may not: headers for another server, a proxy before our own machine."""

from __future__ import annotations

import pytest
from providers.loops import finished
from providers.makers import BOTH, KEY, ask, provider, read
from providers.wire import ANSWER, PIECES, Wire, free_port

from framework.providers import AnthropicProvider, BadRequest, Fallback, OpenAIProvider
from framework.providers.surroundings import mounts

VARIABLE = {"openai": "OPENAI_CUSTOM_HEADERS", "anthropic": "ANTHROPIC_CUSTOM_HEADERS"}
CUT = "half of a smile: \ud83d"


@BOTH
@pytest.mark.parametrize("name", ["Authorization", "authorization", "AUTHORIZATION"])
def test_headers_meant_for_the_providers_own_address_do_not_reach_another(
    kind: str, name: str, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE[kind], f"X-Gateway: gateway-secret\n{name}: Bearer other-secret")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-secret")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-secret")
    ask(provider(kind, wire), "plain")
    assert "secret" not in str(wire.headers[0])
    assert KEY in str(wire.headers[0]) and str(wire.headers[0]).count("Bearer ") <= 1


@pytest.mark.parametrize(("made", "variable"), [(OpenAIProvider, VARIABLE["openai"]), (AnthropicProvider, VARIABLE["anthropic"])])
def test_at_the_providers_own_address_they_hold(made, variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "X-Gateway: ours")
    assert made("m", api_key=KEY)._client.default_headers["X-Gateway"] == "ours"


@BOTH
@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_no_proxy_is_sent_the_key_on_its_way_to_this_machine(kind: str, variable: str, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, f"http://127.0.0.1:{free_port()}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert ask(provider(kind, wire), "plain").content == ANSWER
    assert read(provider(kind, wire), "plain")[0] == list(PIECES)


def test_other_addresses_keep_their_proxy() -> None:
    assert mounts("https://api.openai.com/v1") == {} and mounts("https://llm.example.com") == {}
    assert set(mounts("http://localhost:8000/v1")) == set(mounts("http://[::1]:8000")) == {"http://", "https://"}


@BOTH
@pytest.mark.parametrize("where", ["system prompt", "user message"])
def test_half_a_character_is_the_requests_fault_and_the_prompt_is_in_no_traceback(kind: str, where: str, wire: Wire) -> None:
    llm = provider(kind, wire)
    texts = ("plain", CUT) if where == "user message" else (CUT, "plain")

    async def streamed() -> None:
        async with Fallback([llm]).stream(*texts) as pieces:
            async for _ in pieces:
                pass

    async def whole() -> None:
        await Fallback([llm]).complete(*texts)

    for call in (whole, streamed):
        with pytest.raises(BadRequest, match=f"the {where} holds half of a character at position 17; take it out") as caught:
            finished(call())
        assert caught.value.__cause__ is caught.value.__context__ is None
    assert wire.requests == []


@BOTH
def test_every_other_character_arrives_as_it_is(kind: str, wire: Wire) -> None:
    odd = "\U0001f600 \x00 \u202e \ufeff \U000e0001 中文 e\u0301"
    ask(provider(kind, wire), "plain", system_prompt=odd)
    sent = wire.requests[0]
    assert (sent["system"] if kind == "anthropic" else sent["messages"][0]["content"]) == odd
