"""Why a reply ended, in the words of each provider: a refusal or a broken reply never passes for an answer."""

from __future__ import annotations

import pytest
from providers.makers import BOTH, KEY, ask, provider, read
from providers.wire import ANSWER, Wire

from framework.providers import OpenAIProvider, Overloaded, Refused, compatible


def google(wire: Wire) -> OpenAIProvider:
    return compatible("gemini", model="m", base_url=f"{wire.base}/v1", api_key=KEY, max_retries=0)


@pytest.mark.parametrize("word", ["google filter", "google safety"])
def test_googles_own_words_for_a_filter_are_refusals(word: str, wire: Wire) -> None:
    with pytest.raises(Refused) as caught:
        ask(google(wire), word)
    assert caught.value.response is not None and caught.value.response.finish_reason == "refused"
    pieces, stream, error = read(google(wire), word)
    assert pieces and isinstance(error, Refused) and stream.response.finish_reason == "refused"


def test_googles_other_words(wire: Wire) -> None:
    assert ask(google(wire), "google length").finish_reason == "length"
    assert ask(google(wire), "google call").finish_reason == "other"


def test_together_ends_an_answer_with_the_end_of_the_sequence(wire: Wire) -> None:
    together = compatible("together", model="m", base_url=f"{wire.base}/v1", api_key=KEY)
    assert ask(together, "end of sequence").finish_reason == "stop"
    assert ask(provider("openai", wire), "end of sequence").finish_reason == "other"


@pytest.mark.parametrize("word", ["aborted", "exhausted"])
def test_what_the_server_broke_off_is_no_answer(word: str, wire: Wire) -> None:
    with pytest.raises(Overloaded, match="broke the reply off"):
        ask(provider("openai", wire), word)


@BOTH
def test_a_call_of_a_tool_without_a_word_is_an_empty_answer_that_says_so(kind: str, wire: Wire) -> None:
    reply = ask(provider(kind, wire), "silent tool")
    assert (reply.content, reply.finish_reason, reply.output_tokens) == ("", "tool", 7)
    pieces, stream, error = read(provider(kind, wire), "silent tool")
    assert error is None and pieces == []
    assert (stream.response.content, stream.response.finish_reason, stream.response.ttft_s) == ("", "tool", None)


def test_a_block_that_begins_with_text_loses_none_of_it(wire: Wire) -> None:
    pieces, stream, _ = read(provider("anthropic", wire), "begun block")
    assert "".join(pieces) == stream.response.content == f"So: {ANSWER}"
