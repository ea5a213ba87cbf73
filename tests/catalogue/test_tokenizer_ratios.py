"""Ratios of tokenizers that cannot be counted with here, worked out from the counts that their sources publish."""

import statistics

import pytest

from framework.catalogue.load import load_catalogue

CATALOGUE = load_catalogue()
# github.com/korchasa/tldr, llm/tokens-size: English, Finnish, Korean, Russian, Ukrainian.
O200K = (254, 358, 363, 326, 399)  # gpt-4o-mini
LANGUAGES = {
    "gemini-2.5-flash": (241, 368, 384, 315, 370),
    "mistral-medium-3-5": (253, 382, 353, 357, 396),
    "deepseek-v4-pro": (250, 422, 391, 349, 471),
    "qwen3.8-27b": (254, 459, 409, 402, 555),
}
# github.com/shisa-ai/shisa-v2, tokenizer-eval-en: signs a token of English; GPT-4o has 4.65736.
ENGLISH = {
    "gemini-2.5-flash": 4.45059,
    "mistral-medium-3-5": 4.38312,
    "deepseek-v4-pro": 4.56635,
    "qwen3.8-27b": 4.46773,
    "command-a-03-2025": 4.45377,
}


@pytest.mark.parametrize("model", ENGLISH)
def test_a_ratio_is_the_median_of_what_was_measured_and_its_band_holds_all_of_it(model):
    measured = [4.65736 / ENGLISH[model], *(own / o200k for own, o200k in zip(LANGUAGES.get(model, ()), O200K, strict=False))]
    of = next(each for name, each in CATALOGUE.models.items() if model in name).tokenizer
    assert of.low < min(measured) and max(measured) < of.high
    assert of.likely == pytest.approx(statistics.median(measured), abs=0.02)
    assert (of.low, of.high) == (pytest.approx(0.83 * of.likely, abs=0.006), pytest.approx(1.28 * of.likely, abs=0.006))
    assert of.name is None and {source.kind for source in of.source} == {"third party", "estimate"}


def test_models_of_one_vendor_whose_tokenizer_is_not_published_share_a_ratio():
    for vendor, ratio in (("google", 1.0), ("mistral", 1.03), ("deepseek", 1.07), ("cohere", 1.05)):
        likely = {
            offer.model: CATALOGUE.model_of(offer).tokenizer.likely for offer in CATALOGUE.offers if offer.id.startswith(f"{vendor}/")
        }
        assert set(likely.values()) == {ratio}


def test_what_may_be_the_routers_own_count_is_no_ratio():
    for name, model in CATALOGUE.models.items():
        if name.startswith("grok"):
            assert (model.tokenizer.low, model.tokenizer.likely, model.tokenizer.high) == (None, None, None)
