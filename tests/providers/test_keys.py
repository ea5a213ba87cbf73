"""A key must not be seen anywhere: not in a repr, an error, a traceback or a log."""

from __future__ import annotations

import copy
import logging
import pickle
import traceback

import pytest
from providers.makers import BOTH, KEY, ask, provider, read
from providers.wire import Wire

from framework.providers import AnthropicProvider, AuthenticationFailed, Fallback, OpenAIProvider, ProviderError, Split
from framework.providers.keys import Key, hide_keys

SPLIT_BY_NEWLINE = f"{KEY}\nx"


@BOTH
def test_no_repr_shows_the_key(kind: str, wire: Wire) -> None:
    llm = provider(kind, wire)
    shown = [repr(llm), str(llm), repr(Fallback([llm])), repr(Split({llm: 1.0})), repr(llm._key)]
    assert not [text for text in shown if KEY in text]
    assert repr(llm) in ("OpenAIProvider('openai/gpt-test')", "AnthropicProvider('anthropic/claude-test')")


@BOTH
@pytest.mark.parametrize("word", ["echo key", "401", "malformed", "torn", "redirect", "429 spend"])
def test_no_error_and_no_traceback_shows_the_key(kind: str, word: str, wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for failing in (lambda: ask(provider(kind, wire), word), lambda: raise_of(read(provider(kind, wire), word))):
        try:
            failing()
        except ProviderError as error:
            shown = "".join(traceback.format_exception(error)) + repr(error) + repr(error.__cause__) + str(vars(error))
            assert KEY not in shown
        else:
            pytest.fail("it was to fail")
    assert KEY not in caplog.text


def raise_of(outcome) -> None:
    if outcome[2] is not None:
        raise outcome[2]


@BOTH
def test_an_echoed_key_is_hidden_in_the_providers_own_error_too(kind: str, wire: Wire) -> None:
    with pytest.raises(AuthenticationFailed, match=r"wrong key: Bearer \[key\]") as caught:
        ask(provider(kind, wire), "echo key")
    cause = caught.value.__cause__
    assert KEY not in str(cause) + str(cause.body) + cause.response.text and "[key]" in cause.response.text


@pytest.mark.parametrize("value", [SPLIT_BY_NEWLINE, f"{KEY}…", f"{KEY} x", "\x00" + KEY])
@pytest.mark.parametrize("made", [OpenAIProvider, AnthropicProvider])
def test_a_key_that_would_break_the_header_is_refused_without_being_shown(made, value: str) -> None:
    # Sent, it would come back inside the message of the HTTP library: "Illegal header value b'Bearer ...'".
    with pytest.raises(AuthenticationFailed, match="characters that no key has") as caught:
        made("m", api_key=value)
    assert KEY not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(("made", "variable"), [(OpenAIProvider, "OPENAI_API_KEY"), (AnthropicProvider, "ANTHROPIC_API_KEY")])
def test_a_missing_key_names_its_variable(made, variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(variable, raising=False)
    with pytest.raises(AuthenticationFailed, match=f"there is no key; set the environment variable {variable}"):
        made("m")
    monkeypatch.setenv(variable, f" {KEY}\n")
    assert made("m")._key.value == KEY, "blanks around a key come from files and are not meant"


@pytest.mark.parametrize("text", ["sk-proj-abcdefghijklmnop", "sk-ant-api03-abcdefghijkl", "gsk_abcdefghijklmnop", "xai-abcdefghijklmno"])
def test_what_has_the_form_of_a_key_is_hidden_even_where_it_is_not_ours(text: str) -> None:
    assert hide_keys(f"you sent {text}!") == "you sent [key]!"


def test_words_that_only_begin_like_a_key_stay() -> None:
    assert hide_keys("a task-oriented sk-learn model") == "a task-oriented sk-learn model"


def test_a_placeholder_does_not_spoil_sentences() -> None:
    assert Key("none", provider="p", variable="V").hide("there is none left") == "there is none left"


def test_a_key_cannot_be_pickled_or_copied_into_a_place_that_shows_it() -> None:
    key = Key(KEY, provider="p", variable="V")
    for taken in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="not to be pickled or copied"):
            taken(key)


def test_an_error_that_only_stands_in_the_chain_stays_as_it_is() -> None:
    args = ("no key here", b"\xff\x00", ["a"])
    error = ValueError(*args)
    Key(KEY, provider="p", variable="V").scrub(error)
    assert error.args is not None and all(held is given for held, given in zip(error.args, args, strict=True))


def test_bytes_and_nested_bodies_are_cleaned() -> None:
    error = ValueError(f"a {KEY}", KEY.encode(), {"error": [{"message": KEY}]})
    Key(KEY, provider="p", variable="V").scrub(error)
    assert KEY not in repr(error) and KEY.encode() not in pickle.dumps(error.args)
