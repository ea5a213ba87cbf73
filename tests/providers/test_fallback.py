"""The next provider answers where one fails; with fakes of the port, and across the two wire formats."""

from __future__ import annotations

import asyncio
import logging
from time import perf_counter

import pytest
from providers.loops import finished
from providers.makers import Fake, Waits, ask, provider, raising, read
from providers.wire import ANSWER, PIECES, Wire

from framework.providers import (
    AuthenticationFailed,
    BadRequest,
    BreakerRule,
    ConnectionLost,
    ContextTooLong,
    Fallback,
    MalformedReply,
    NoProviderLeft,
    Overloaded,
    ProviderError,
    RateLimited,
    Refused,
    SpendCapReached,
    TimedOut,
    UnknownModel,
)

KINDS = [
    AuthenticationFailed,
    ConnectionLost,
    ContextTooLong,
    MalformedReply,
    Overloaded,
    RateLimited,
    SpendCapReached,
    TimedOut,
    UnknownModel,
]


@pytest.mark.parametrize("kind", KINDS)
def test_what_another_provider_may_cure_goes_to_it(kind) -> None:
    first, second = Fake("first", raising(kind("no"))), Fake("second")
    heard = []
    llm = Fallback([first, second], on_failure=lambda provider, error: heard.append((provider.name, type(error))))
    assert ask(llm, "hi").provider == "second"
    assert heard == [("first", kind)]
    assert (first.asked, second.asked) == (1, 1)
    assert llm.tallies["first"].errors == {kind.__name__: 1} and llm.tallies["second"].answered == 1


def test_a_reply_says_the_callers_whole_wait_and_each_tally_its_providers_own() -> None:
    first, second = Fake("first", raising(Overloaded("no")), delay_s=0.2), Fake("second")
    llm = Fallback([first, second])
    reply = ask(llm, "hi")
    # The fake says that it took 0.5 s itself.
    assert reply.response_s is not None and 0.7 <= reply.response_s < 1.2 and reply.attempts == 2
    assert llm.tallies["second"].response.sum_s < 0.2, "what the first has taken is none of its time"
    assert ask(Fallback([second]), "hi").response_s == 0.5


def test_so_does_the_first_text_of_a_stream(wire: Wire) -> None:
    first = Fake("first", raising(Overloaded("no")), delay_s=0.3)
    pieces, stream, error = read(Fallback([first, provider("openai", wire)]), "plain")
    reply = stream.response
    assert error is None and pieces == list(PIECES)
    assert reply.ttft_s is not None and reply.response_s is not None and 0.3 <= reply.ttft_s <= reply.response_s and reply.attempts == 2


def test_a_listener_that_fails_costs_no_answer(caplog: pytest.LogCaptureFixture) -> None:
    def listener(*_: object) -> None:
        raise RuntimeError("the metrics are down")

    llm = Fallback([Fake("first", raising(Overloaded("no"))), Fake("second")], on_failure=listener)
    assert ask(llm, "hi").provider == "second"
    assert "the metrics are down" in caplog.text


@pytest.mark.parametrize("kind", [BadRequest, Refused])
def test_what_is_the_requests_own_fault_stays_unless_told_otherwise(kind) -> None:
    first, second = Fake("first", raising(kind("no"))), Fake("second")
    with pytest.raises(kind):
        ask(Fallback([first, second]), "hi")
    assert second.asked == 0
    assert ask(Fallback([first, second], stay_on=()), "hi").provider == "second"


def test_the_first_that_answers_is_the_only_one_asked() -> None:
    first, second = Fake("first"), Fake("second")
    assert ask(Fallback([first, second]), "hi").provider == "first"
    assert second.asked == 0


@pytest.mark.parametrize("kind", [AuthenticationFailed, SpendCapReached, UnknownModel])
def test_what_a_person_has_to_cure_is_logged(kind, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    ask(Fallback([Fake("first", raising(kind("secret details"))), Fake("second")]), "hi")
    assert [record.message for record in caplog.records] == [f"first is passed over until somebody acts: {kind.__name__}"]


def test_when_all_fail_the_error_holds_why_in_order() -> None:
    llm = Fallback([Fake("first", raising(RateLimited("first: slow"))), Fake("second", raising(TimedOut("second: late")))])
    with pytest.raises(NoProviderLeft, match="no provider is left to ask: first: slow; second: late") as caught:
        ask(llm, "hi")
    assert [type(error) for error in caught.value.failures] == [RateLimited, TimedOut]
    assert caught.value.__cause__ is caught.value.failures[-1]


def test_no_more_providers_are_asked_than_there_are_attempts() -> None:
    down = [Fake(f"p{n}", raising(Overloaded("busy"))) for n in range(3)]
    with pytest.raises(NoProviderLeft):
        ask(Fallback(down, attempts=2), "hi")
    assert [fake.asked for fake in down] == [1, 1, 0]


def test_a_provider_that_keeps_failing_is_left_out_and_later_tried_once() -> None:
    now = [0.0]
    first, second = Fake("first", raising(Overloaded("busy"))), Fake("second")
    llm = Fallback([first, second], breaker=BreakerRule(3, 30), clock=lambda: now[0])

    async def calls(count: int) -> None:
        for _ in range(count):
            assert (await llm.complete("", "hi")).provider == "second"

    finished(calls(10))
    assert first.asked == 3 and llm.breakers["first"].state == "open"
    now[0] = 30
    finished(calls(5))
    assert first.asked == 4, "one probe, which failed"
    now[0], first._answer = 60, lambda _: "back"
    assert ask(llm, "hi").provider == "first" and llm.breakers["first"].state == "closed"


def test_an_attempt_is_not_spent_on_a_provider_that_is_left_out() -> None:
    first, second = Fake("first", raising(Overloaded("busy"))), Fake("second")
    llm = Fallback([first, second], attempts=1, breaker=BreakerRule(1, 30), clock=lambda: 0.0)
    with pytest.raises(NoProviderLeft):
        ask(llm, "hi")
    assert ask(llm, "hi").provider == "second"


def test_when_all_are_left_out_the_error_says_for_how_long() -> None:
    llm = Fallback([Fake("first", raising(Overloaded("busy")))], breaker=BreakerRule(1, 30), clock=lambda: 0.0)
    with pytest.raises(NoProviderLeft, match="busy"):
        ask(llm, "hi")
    with pytest.raises(NoProviderLeft, match="first is left out for 30 s more"):
        ask(llm, "hi")


def test_a_prompt_that_is_too_long_says_nothing_about_the_providers_health() -> None:
    llm = Fallback([Fake("first", raising(ContextTooLong("long"))), Fake("second")], breaker=BreakerRule(1, 30))
    for _ in range(3):
        ask(llm, "hi")
    assert llm.breakers["first"].state == "closed"


@pytest.mark.parametrize("kind", [RateLimited, Overloaded])
def test_the_breaker_stays_open_as_long_as_the_provider_asked(kind: type[ProviderError]) -> None:
    limited = kind("slow down", retry_after_s=120)
    llm = Fallback([Fake("first", raising(limited)), Fake("second")], breaker=BreakerRule(1, 30), clock=lambda: 0.0)
    ask(llm, "hi")
    assert llm.breakers["first"].closed_for_s == 120


def test_the_budget_is_for_all_providers_together() -> None:
    slow = [Fake("first", delay_s=9), Fake("second", delay_s=9)]
    llm = Fallback(slow, budget_s=0.2, breaker=BreakerRule(1, 30))
    began = perf_counter()
    with pytest.raises(NoProviderLeft, match=r"first: no answer within the budget.*the budget of 0\.2 s is spent"):
        ask(llm, "hi")
    assert 0.2 <= perf_counter() - began < 2
    assert slow[1].asked == 0 and llm.breakers["first"].state == "open"


def test_a_provider_that_was_given_only_the_rest_of_the_budget_is_not_blamed() -> None:
    def failing_late(_: str) -> str:
        raise Overloaded("busy")

    llm = Fallback([Fake("first", failing_late, delay_s=0.25), Fake("second", delay_s=9)], budget_s=0.3, breaker=BreakerRule(1, 30))
    with pytest.raises(NoProviderLeft):
        ask(llm, "hi")
    assert (llm.breakers["first"].state, llm.breakers["second"].state) == ("open", "closed")


def test_a_cancelled_call_is_passed_on_and_counted_as_neither() -> None:
    first, second = Fake("first", delay_s=9), Fake("second")
    llm = Fallback([first, second], breaker=BreakerRule(1, 30))

    async def run() -> None:
        call = asyncio.create_task(llm.complete("", "hi"))
        await asyncio.sleep(0.02)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

    finished(run())
    tally = llm.tallies["first"]
    assert (tally.calls, tally.cancelled, tally.answered, tally.failed) == (1, 1, 0, 0)
    assert second.asked == 0 and llm.breakers["first"].state == "closed"


def test_a_fault_of_the_program_is_raised_and_not_fallen_back_from() -> None:
    second = Fake("second")
    with pytest.raises(ZeroDivisionError):
        ask(Fallback([Fake("first", raising(ZeroDivisionError())), second]), "hi")
    assert second.asked == 0


def test_it_speaks_to_both_kinds_of_provider(wire: Wire) -> None:
    llm = Fallback([provider("openai", wire), provider("anthropic", wire)])
    assert ask(llm, "plain").provider == "openai/gpt-test"
    spent = Fallback([provider("openai", wire, max_retries=2, waits=Waits()), provider("anthropic", wire)])
    response = ask(spent, "flaky 3 503")
    assert (response.provider, response.content) == ("anthropic/claude-test", ANSWER)
    assert wire.asked["flaky 3 503"] == 4, "three attempts of the first, one of the second"


def test_a_stream_falls_back_before_the_first_visible_piece(wire: Wire) -> None:
    llm = Fallback([provider("openai", wire), provider("anthropic", wire)])
    pieces, stream, error = read(llm, "flaky 1 overload")
    assert error is None and pieces == list(PIECES)
    assert stream.response.provider == "anthropic/claude-test"
    assert llm.tallies["openai/gpt-test"].errors == {"Overloaded": 1}


@pytest.mark.parametrize("word", ["cut", "stalls"])
def test_a_stream_does_not_fall_back_after_it_for_the_reader_would_see_two_answers(word: str, wire: Wire) -> None:
    llm = Fallback([provider("openai", wire, timeout_s=0.3), provider("anthropic", wire)], breaker=BreakerRule(1, 30))
    pieces, _, error = read(llm, word)
    assert "".join(pieces) in ("Hel", "Hello, ") and isinstance(error, ConnectionLost | TimedOut)
    assert wire.asked[word] == 1
    assert llm.breakers["openai/gpt-test"].state == "open"


def test_the_budget_of_a_stream_ends_with_its_first_visible_piece(wire: Wire) -> None:
    llm = Fallback([provider("openai", wire)], budget_s=0.1)
    assert isinstance(read(llm, "thinks")[2], NoProviderLeft)
    patient = Fallback([provider("openai", wire)], budget_s=0.5)
    pieces, _, error = read(patient, "thinks")
    assert error is None and pieces == list(PIECES)


def test_a_stream_that_is_left_early_is_neither_success_nor_failure() -> None:
    llm = Fallback([Fake("first", lambda _: "several letters")])

    async def run() -> None:
        async with llm.stream("", "hi") as pieces:
            await anext(pieces)

    finished(run())
    tally = llm.tallies["first"]
    assert (tally.calls, tally.cancelled, tally.answered, tally.failed) == (1, 1, 0, 0)


def test_an_empty_reply_is_an_answer() -> None:
    llm = Fallback([Fake("first", lambda _: ""), Fake("second")])
    pieces, stream, error = read(llm, "hi")
    assert (pieces, error, stream.response.provider) == ([], None, "first")


def test_all_are_closed_even_where_one_cannot_be() -> None:
    first, second = Fake("first"), Fake("second")

    async def broken() -> None:
        raise OSError("stuck")

    first.aclose = broken  # type: ignore[method-assign]
    with pytest.raises(OSError, match="stuck"):
        finished(Fallback([first, second]).aclose())
    assert second.closed


@pytest.mark.parametrize(
    ("providers", "settings", "said"),
    [
        ([], {}, "give at least one"),
        ([Fake("a"), Fake("a")], {}, "each under a name of its own"),
        ([Fake("a")], {"attempts": 0}, "attempts is 0"),
        ([Fake("a")], {"budget_s": 0}, "budget_s is 0"),
    ],
)
def test_what_cannot_work_is_refused(providers, settings, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Fallback(providers, **settings)
