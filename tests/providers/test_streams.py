"""Replies piece by piece, through the real SDKs, from a real server."""

from __future__ import annotations

import asyncio

import pytest
from providers.loops import finished
from providers.makers import BOTH, KEY, Waits, provider, read
from providers.wire import ANSWER, PIECES, Wire

from framework.providers import ConnectionLost, Overloaded, Refused, TimedOut, compatible


@BOTH
def test_the_pieces_make_the_reply_and_the_stream_ends_with_it(kind: str, wire: Wire) -> None:
    pieces, stream, error = read(provider(kind, wire), "cached")
    assert error is None and pieces == list(PIECES)
    response = stream.response
    assert (response.content, response.finish_reason, response.attempts) == (ANSWER, "stop", 1)
    assert (response.input_tokens, response.output_tokens, response.cached_tokens, response.cache_write_tokens) == (2600, 7, 2000, 400)


@BOTH
def test_the_first_visible_text_is_timed_and_not_the_thinking_before_it(kind: str, wire: Wire) -> None:
    # The server sends reasoning at once and thinks for another 0.2 s before the first visible piece.
    _, stream, _ = read(provider(kind, wire), "thinks")
    ttft_s, response_s = stream.response.ttft_s, stream.response.response_s
    assert ttft_s is not None and response_s is not None
    assert 0.19 < ttft_s <= response_s < 2


@BOTH
@pytest.mark.parametrize("word", ["cut", "ends early"])
def test_a_stream_that_breaks_off_is_an_error_after_what_came(kind: str, word: str, wire: Wire) -> None:
    pieces, stream, error = read(provider(kind, wire, max_retries=2), word)
    assert pieces == list(PIECES[:2])
    assert isinstance(error, ConnectionLost)
    assert wire.asked[word] == 1, "what was visible must not be asked for again"
    with pytest.raises(RuntimeError, match="read it to its end"):
        _ = stream.response


@BOTH
def test_the_timeout_is_of_each_wait_for_text(kind: str, wire: Wire) -> None:
    pieces, _, error = read(provider(kind, wire, timeout_s=0.3), "stalls")
    assert pieces == list(PIECES[:1])
    assert isinstance(error, TimedOut)


@BOTH
def test_an_error_inside_the_stream_is_what_it_would_be_outside(kind: str, wire: Wire) -> None:
    _, _, error = read(provider(kind, wire), "overload")
    assert isinstance(error, Overloaded) and "verloaded" in str(error)


@BOTH
def test_a_stream_is_tried_again_as_long_as_nothing_was_visible(kind: str, wire: Wire) -> None:
    waits = Waits()
    pieces, stream, error = read(provider(kind, wire, max_retries=2, waits=waits), "flaky 2 overload")
    assert error is None and pieces == list(PIECES)
    assert stream.response.attempts == 3 and waits.waited_s == [0.5, 1.0]


@BOTH
def test_a_refusal_ends_the_stream_with_an_error_and_the_reply_is_kept(kind: str, wire: Wire) -> None:
    pieces, stream, error = read(provider(kind, wire), "refusal")
    assert pieces == [] and isinstance(error, Refused)
    assert stream.response.finish_reason == "refused" and stream.response.output_tokens == 7


@BOTH
def test_a_stream_that_is_left_early_closes_the_connection(kind: str, wire: Wire) -> None:
    async def run() -> None:
        async with provider(kind, wire) as llm:
            async with llm.stream("", "stalls") as pieces:
                assert await anext(pieces) == PIECES[0]
            # One connection at a time: the next request could not be served if the first one still held it.
            assert (await asyncio.wait_for(llm.complete("", "plain"), 3)).content == ANSWER

    finished(run())


@BOTH
def test_a_cancelled_reader_stops_the_stream(kind: str, wire: Wire) -> None:
    async def run() -> None:
        async with provider(kind, wire) as llm:

            async def reading() -> None:
                async with llm.stream("", "stalls") as pieces:
                    async for _ in pieces:
                        started.set()

            started = asyncio.Event()
            task = asyncio.create_task(reading())
            await started.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    finished(run())


def test_nothing_is_sent_before_the_first_piece_is_asked_for(wire: Wire) -> None:
    async def run() -> None:
        async with provider("openai", wire) as llm, llm.stream("", "plain"):
            await asyncio.sleep(0.05)

    finished(run())
    assert wire.requests == []


def test_the_usage_of_a_stream_is_asked_for_where_the_server_knows_the_question(wire: Wire) -> None:
    read(provider("openai", wire), "plain")
    read(compatible("mistral", model="m", base_url=f"{wire.base}/v1", api_key=KEY), "plain")
    openai, mistral = wire.requests
    assert openai["stream_options"] == {"include_usage": True}
    assert "stream_options" not in mistral


def test_the_usage_is_found_where_groq_puts_it(wire: Wire) -> None:
    _, stream, _ = read(provider("openai", wire), "groq")
    assert (stream.response.input_tokens, stream.response.output_tokens) == (20, 7)


def test_a_stream_without_usage_has_no_counts(wire: Wire) -> None:
    _, stream, _ = read(provider("openai", wire), "no usage")
    assert stream.response.content == ANSWER
    assert stream.response.input_tokens is None and stream.response.output_tokens is None
