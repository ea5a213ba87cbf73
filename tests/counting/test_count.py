import pytest

from framework.catalogue.load import load_catalogue
from framework.counting.count import count_of, counts
from framework.counting.tokenizers import O200K
from framework.report.token_rows import about, by_tokenizer, cells


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


def test_every_offer_has_its_count(catalogue):
    found = counts(1_000, catalogue)
    assert list(found) == [offer.id for offer in catalogue.offers]
    assert found["openai/gpt-5.4"].exact and found["openai/gpt-5.4"].likely == 1_000


def test_an_estimate_is_the_count_times_the_low_likely_and_high_ratio(catalogue):
    # Claude Haiku 4.5: 0.98, 1.18 and 1.51 of its tokens an o200k token.
    haiku = counts(1_000, catalogue)["anthropic/claude-haiku-4-5"]
    assert (haiku.low, haiku.likely, haiku.high) == pytest.approx((980, 1_180, 1_510))
    assert not haiku.exact and haiku.sources


def test_a_likely_ratio_of_one_is_still_an_estimate(catalogue):
    sol = counts(1_000, catalogue)["openai/gpt-6-sol"]
    assert not sol.exact and (sol.low, sol.likely, sol.high) == pytest.approx((830, 1_000, 1_280))


def test_without_a_ratio_the_count_is_unknown_and_not_zero(catalogue):
    grok = count_of(catalogue.models["grok-4.3"], 1_000)
    assert (grok.low, grok.likely, grok.high, grok.exact) == (None, None, None, False)


def test_what_is_counted_exactly_is_named_o200k_by_a_source_and_has_the_ratio_one(catalogue):
    exact = [model for model in catalogue.models.values() if count_of(model, 10).exact]
    assert len(exact) >= 10
    for model in exact:
        tokenizer = model.tokenizer
        assert tokenizer.name in O200K and (tokenizer.low, tokenizer.likely, tokenizer.high) == (1, 1, 1)
        assert any("tiktoken" in source.url for source in tokenizer.source)


def test_an_estimate_is_written_in_three_figures_and_whole_tokens():
    assert [about(value) for value in (None, 0.83, 7.08, 18_887.85, 1_234_567.0)] == ["unknown", "1", "7", "18,900", "1,230,000"]


def test_rows_say_what_is_exact_what_is_estimated_and_what_is_unknown(catalogue):
    assert cells(count_of(catalogue.models["gpt-5.4"], 12_345)) == {"tokens": "12,345", "range": "", "how": "exact: o200k_base"}
    # 12,345 times 0.98, 1.18 and 1.51: 12,098, 14,567 and 18,641.
    haiku = cells(count_of(catalogue.models["claude-haiku-4-5"], 12_345))
    assert haiku == {"tokens": "14,600", "range": "12,100 to 18,600", "how": "estimated: 1.18 x o200k"}
    assert cells(count_of(catalogue.models["grok-4.3"], 12_345))["tokens"] == "unknown"


def test_models_of_one_tokenizer_share_a_row_the_exact_first_and_the_unknown_last(catalogue):
    asked = ["grok-4.3", "claude-haiku-4-5", "gpt-5.4", "claude-sonnet-4-6", "gpt-4o", "gpt-5.4"]
    rows = by_tokenizer(asked, 1_000, catalogue)
    assert [row["name"] for row in rows] == ["GPT-5.4, GPT-4o", "Claude Haiku 4.5, Claude Sonnet 4.6", "Grok 4.3"]
    assert "github.com/openai/tiktoken (2026-11-23)" in rows[0]["where"]
    assert "(undated)" in rows[1]["where"]
