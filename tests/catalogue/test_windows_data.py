"""The three limits of the shipped offers: window, largest prompt, longest reply, as the vendors' pages had them when they were read."""

import datetime as dt
import shutil
from pathlib import Path

import numpy as np
import pytest

from framework.catalogue import load_catalogue
from framework.catalogue.files import pricing_directory

DAY = dt.date(2026, 11, 23)
NONE = None


@pytest.mark.parametrize(
    ("offer", "window", "prompt", "reply"),
    [
        ("openai/gpt-6-sol", 1_050_000, 922_000, 128_000),
        ("azure/gpt-5", 400_000, 272_000, 128_000),
        ("openai/gpt-4.1", 1_047_576, NONE, 32_768),
        ("anthropic/claude-sonnet-5-5", 1_000_000, NONE, 128_000),
        ("bedrock/claude-haiku-4-5", 200_000, NONE, 64_000),
        ("google/gemini-3.8-flash", NONE, 1_048_576, 65_536),
        ("vertex/gemini-4-argon", 1_048_576, 1_048_576, 65_536),
        ("xai/grok-4.7", 500_000, NONE, NONE),
        ("mistral/mistral-small-2603", 262_144, NONE, NONE),
        ("deepseek/deepseek-v4-pro", 1_000_000, NONE, 393_216),
        ("cohere/command-a-03-2025", 256_000, NONE, 8_000),
        # One model at two hosts, each with a longest reply of its own.
        ("groq/gpt-oss-120b", 131_072, NONE, 65_536),
        ("cerebras/gpt-oss-120b", 131_072, NONE, 32_768),
    ],
)
def test_an_offer_has_the_limits_that_its_vendor_publishes(offer, window, prompt, reply):
    catalogue = load_catalogue()
    columns, own = catalogue.columns(DAY), catalogue.window_of(catalogue.offer(offer))
    at = columns.index(offer)
    found = [float(column[at]) for column in (columns.window_tokens, columns.max_input_tokens, columns.max_output_tokens)]
    np.testing.assert_array_equal(found, [np.nan if limit is None else limit for limit in (window, prompt, reply)])
    assert (own.context_tokens, own.max_input_tokens, own.max_output_tokens) == (window, prompt, reply)


def test_limits_of_an_offers_own_bring_their_source():
    catalogue = load_catalogue()
    sources = {
        offer: [source.url for source in catalogue.sources_of(catalogue.offer(offer))["window"]]
        for offer in ("groq/gpt-oss-120b", "cerebras/gpt-oss-120b")
    }
    assert sources["groq/gpt-oss-120b"] == ["https://console.groq.com/docs/models"]
    assert any("litellm" in url for url in sources["cerebras/gpt-oss-120b"])


def test_an_offer_without_limits_of_its_own_has_those_of_its_model(tmp_path: Path):
    shutil.copytree(pricing_directory(), tmp_path / "pricing")
    groq = tmp_path / "pricing" / "providers" / "groq.yaml"
    lines = [line for line in groq.read_text(encoding="utf-8").splitlines() if not line.startswith("    window:")]
    groq.write_text("\n".join(lines) + "\n", encoding="utf-8")
    columns = load_catalogue(tmp_path / "pricing").columns(DAY)
    assert columns.max_output_tokens[columns.index("groq/gpt-oss-120b")] == 32_768
