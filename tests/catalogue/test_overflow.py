"""What becomes of a call that is too long: every provider says it with a source, or says that it was not found."""

import pytest
from pydantic import ValidationError

from framework.catalogue.load import load_catalogue
from framework.catalogue.overflow_records import Overflow
from framework.catalogue.records import Source

CATALOGUE = load_catalogue()
SOURCE = (Source(url="https://acme.example/errors", seen="2026-08-22", kind="vendor page"),)


@pytest.mark.parametrize("provider", sorted(CATALOGUE.providers))
def test_every_provider_says_what_becomes_of_a_call_that_is_too_long(provider):
    rule = CATALOGUE.providers[provider].overflow
    assert rule is not None and rule.source
    assert (rule.prompt == "error") == (rule.error is not None)
    assert rule.output == "stopped" or rule.stop_reason is None


def test_anthropic_refuses_long_prompts_and_stops_replies_at_the_end_of_the_window():
    rule = CATALOGUE.providers["anthropic"].overflow
    assert (rule.prompt, rule.output, rule.stop_reason) == ("error", "stopped", "model_context_window_exceeded")
    assert "2026-08-22" in {source.seen for source in rule.source}


def test_from_gpt_5_on_a_prompt_that_fits_leaves_the_reply_its_whole_length():
    note = CATALOGUE.providers["openai"].overflow.note or ""
    assert "From GPT-5 on the largest prompt and the longest reply together are the window" in note
    newer = [
        model.window for name, model in CATALOGUE.models.items() if name.startswith(("gpt-5", "gpt-6")) and model.window.max_input_tokens
    ]
    assert len(newer) > 10 and all(own.max_input_tokens + own.max_output_tokens == own.context_tokens for own in newer)


def test_the_sources_stand_under_a_group_of_their_own():
    found = CATALOGUE.sources_of(CATALOGUE.offer("openai/gpt-6-sol"))
    assert found["overflow"] == CATALOGUE.providers["openai"].overflow.source


@pytest.mark.parametrize(
    "change", [{"prompt": "ignored"}, {"output": "truncated"}, {"error": "x" * 201}, {"guess": 1}, {"stop_reason": 5}], ids=str
)
def test_other_words_are_refused(change):
    given = {"prompt": "error", "output": None, "error": "400", "stop_reason": None, "source": SOURCE}
    assert Overflow.model_validate(given).prompt == "error"
    with pytest.raises(ValidationError):
        Overflow.model_validate(given | change)


@pytest.mark.parametrize("provider", ["anthropic", "azure", "bedrock", "google", "mistral", "openai"])
def test_where_the_vendor_says_it_the_vendor_is_cited(provider):
    kinds = {source.kind for source in CATALOGUE.providers[provider].overflow.source}
    assert kinds & {"vendor page", "vendor page copy", "package"}


def test_what_was_not_found_is_not_said():
    """Whether a prompt fits whose reply does not is known of few; refused calls alone tell of the others."""
    silent = {name for name, provider in CATALOGUE.providers.items() if provider.overflow.output is None}
    assert silent == {"openai", "google", "xai", "groq", "cerebras", "vertex"}
