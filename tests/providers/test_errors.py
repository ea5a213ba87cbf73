"""Every error of either provider as one of ours, and which of them are tried again."""

from __future__ import annotations

import time
from email.utils import formatdate

import pytest
from providers.makers import BOTH, Waits, ask, provider, read
from providers.wire import ANSWER, Wire

from framework.providers import (
    AuthenticationFailed,
    BadRequest,
    ContextTooLong,
    Overloaded,
    ProviderError,
    RateLimited,
    Refused,
    SpendCapReached,
    UnknownModel,
    errors,
)
from framework.providers.diagnosis import retry_after_s
from framework.providers.retry import Retry

WORDS = {
    "401": (AuthenticationFailed, 401),
    "403": (AuthenticationFailed, 403),
    "404": (UnknownModel, 404),
    "400": (BadRequest, 400),
    "429": (RateLimited, 429),
    "429 after": (RateLimited, 429),
    "429 ramp": (RateLimited, 429),
    "429 spend": (SpendCapReached, 429),
    "400 spend": (SpendCapReached, 400),
    "402": (SpendCapReached, 402),
    "500": (Overloaded, 500),
    "503": (Overloaded, 503),
    "529": (Overloaded, 529),
    "context": (ContextTooLong, 400),
    "context untold": (ContextTooLong, 400),
}


def failing(kind: str, word: str, wire: Wire, **settings) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        ask(provider(kind, wire, **settings), word)
    return caught.value


@BOTH
@pytest.mark.parametrize("word", WORDS)
def test_an_error_is_of_its_kind_with_the_providers_own_kept(kind: str, word: str, wire: Wire) -> None:
    error = failing(kind, word, wire)
    assert (type(error), error.status) == WORDS[word]
    assert error.provider.startswith(f"{kind}/") and str(error).startswith(error.provider)
    assert type(error).cure in str(error)
    assert type(error.__cause__).__module__.startswith(kind) and error.__cause__.status_code == error.status


@BOTH
@pytest.mark.parametrize("word", ["401", "429 after", "529", "context"])
def test_a_stream_fails_like_a_whole_reply(kind: str, word: str, wire: Wire) -> None:
    _, _, error = read(provider(kind, wire), word)
    assert type(error) is WORDS[word][0]


@pytest.mark.parametrize(
    ("word", "expected", "said"),
    [
        ("google key", AuthenticationFailed, "API key not valid."),
        ("google context", ContextTooLong, "1200293"),
        ("xai key", AuthenticationFailed, "Incorrect API key provided"),
        ("mistral field", BadRequest, "Extra inputs are not permitted"),
        ("proxy", Overloaded, "Bad Gateway"),
    ],
)
def test_errors_are_read_in_the_forms_that_compatible_servers_give_them(word: str, expected: type, said: str, wire: Wire) -> None:
    error = failing("openai", word, wire)
    assert type(error) is expected and said in str(error)


def test_a_reply_that_the_server_broke_off_is_no_answer(wire: Wire) -> None:
    error = failing("openai", "exhausted", wire, max_retries=1)
    assert isinstance(error, Overloaded) and "insufficient_system_resource" in str(error)
    assert wire.asked["exhausted"] == 2
    pieces, _, ended = read(provider("openai", wire, max_retries=1), "exhausted")
    assert "".join(pieces) == ANSWER and isinstance(ended, Overloaded)


@BOTH
def test_what_a_provider_says_cannot_break_a_log_or_a_terminal(kind: str, wire: Wire) -> None:
    assert "line Error: none [2J done (status 400)" in str(failing(kind, "400 control", wire))


def test_a_prompt_that_a_filter_stopped_is_refused_without_a_reply(wire: Wire) -> None:
    error = failing("openai", "filtered", wire)
    assert isinstance(error, Refused) and error.response is None


@BOTH
@pytest.mark.parametrize(("word", "wait_s"), [("429", None), ("429 after", 17.0), ("429 after ms", 0.04), ("429 ramp", 3.0)])
def test_the_wait_that_a_provider_asks_for_is_handed_on(kind: str, word: str, wait_s: float | None, wire: Wire) -> None:
    error = failing(kind, word, wire)
    assert isinstance(error, RateLimited) and error.retry_after_s == wait_s


@BOTH
@pytest.mark.parametrize("word", ["429 spend", "400 spend", "402", "401", "404", "400", "context", "500 stop", "malformed"])
def test_what_waiting_cannot_cure_is_asked_for_once(kind: str, word: str, wire: Wire) -> None:
    waits = Waits()
    failing(kind, word, wire, max_retries=2, waits=waits)
    assert wire.asked[word] == 1 and waits.waited_s == []


@BOTH
@pytest.mark.parametrize("word", ["429", "500", "503", "529", "torn"])
def test_what_may_pass_is_tried_again_after_growing_waits(kind: str, word: str, wire: Wire) -> None:
    waits = Waits()
    failing(kind, word, wire, max_retries=3, waits=waits)
    assert wire.asked[word] == 4 and waits.waited_s == [0.5, 1.0, 2.0]


@BOTH
def test_the_provider_says_how_long_to_wait_and_is_obeyed_up_to_a_limit(kind: str, wire: Wire) -> None:
    waits = Waits()
    assert ask(provider(kind, wire, max_retries=2, waits=waits), "flaky 2 429 after").content == ANSWER
    assert waits.waited_s == [17.0, 17.0]
    assert ask(provider(kind, wire, max_retries=1, waits=waits), "flaky 1 503 after").content == ANSWER
    assert waits.waited_s.pop() == 9.0, "an overload may say so as well"
    hasty = Retry(2, max_wait_s=16.0, sleep=waits)
    failing(kind, "429 after", wire, retry=hasty)
    assert wire.asked["429 after"] == 1 and waits.waited_s == [17.0, 17.0]


@BOTH
def test_a_reply_after_retries_says_how_many_attempts_it_took(kind: str, wire: Wire) -> None:
    assert ask(provider(kind, wire, max_retries=2), "flaky 2 503").attempts == 3


def test_those_who_are_told_to_wait_alike_do_not_all_come_back_at_once() -> None:
    error = RateLimited("busy", retry_after_s=10.0)
    assert Retry(1, jitter=lambda: 0.0).wait_s(error, 0) == 10, "never before the time"
    assert Retry(1, jitter=lambda: 1.0).wait_s(error, 0) == pytest.approx(11)


def test_the_wait_doubles_to_eight_seconds_and_varies_by_a_quarter() -> None:
    error = Overloaded("busy")
    full, least = Retry(9, jitter=lambda: 0.0), Retry(9, jitter=lambda: 1.0)
    assert [full.wait_s(error, n) for n in range(6)] == [0.5, 1, 2, 4, 8, 8]
    assert [least.wait_s(error, n) for n in range(3)] == [0.375, 0.75, 1.5]
    assert full.wait_s(error, 9) is None


def test_a_wait_given_as_a_date_is_the_time_until_then() -> None:
    wait_s = retry_after_s({"retry-after": formatdate(time.time() + 60, usegmt=True)})
    assert wait_s is not None and 58 < wait_s <= 60
    assert retry_after_s({"retry-after": formatdate(time.time() - 60, usegmt=True)}) == 0


@pytest.mark.parametrize("told", [{}, {"retry-after": "soon"}, {"retry-after": "inf"}, {"retry-after": "nan"}, {"retry-after": "-3"}])
def test_a_wait_that_is_none_is_none(told: dict[str, str]) -> None:
    assert retry_after_s(told) is None


def test_the_tree_in_the_docstring_holds_every_error() -> None:
    drawn = {line.split()[1] for line in errors.__doc__.splitlines() if line[:1] in "├└" and line}
    held = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, ProviderError)}
    assert drawn == held - {"ProviderError"}


@BOTH
def test_a_fault_of_our_own_is_not_dressed_up_as_one_of_the_providers(kind: str, wire: Wire) -> None:
    with pytest.raises(TypeError):
        ask(provider(kind, wire, options={"nonsense": object()}), "plain")
