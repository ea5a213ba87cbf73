"""The pair says the same on every way out, and what it says is in the figures."""

import dataclasses
import json
import math

import pytest
from report.studies import chatbot, made, nothing_fits, plain

from framework.report import adr, comparison, pair_tables, pair_words
from framework.report.pair_passed import passed_over
from framework.report.pdf_content import content
from framework.scoring.results import PassedOver
from framework.study import Study


def passed(study: Study, *found: PassedOver) -> list[str]:
    """What is said of others that were passed over."""
    pair = dataclasses.replace(study.recommendation.pair, passed_over=found)
    return passed_over(dataclasses.replace(study, recommendation=dataclasses.replace(study.recommendation, pair=pair)))


def at(offer: str) -> int:
    return chatbot().columns.index(offer)


def test_screen_pdf_adr_and_terminal_say_the_same() -> None:
    study = chatbot()
    told = pair_words.paragraph(study, pair_words.worth(study))
    assert len(told) >= 5
    record, printed = adr.render(study).replace("\\", ""), " ".join(comparison.as_text_table(study).split())
    assert content(study, 8)["pair"]["told"] == told
    for sentence in told:
        assert sentence in printed
        assert sentence.partition("(")[0] in record.replace("&lt;", "<").replace("&gt;", ">")


def test_the_sentence_names_both_and_how_prompts_grow() -> None:
    study = chatbot()
    pair, columns = study.recommendation.pair, study.columns
    said = pair_words.role(study)
    assert columns.names[pair.primary] in said and columns.names[pair.fallback] in said
    likely = columns.ratio[1, pair.fallback] / columns.ratio[1, pair.primary]
    assert f"{abs(likely - 1):.0%}".replace("%", " %") in said and ("more" if likely > 1 else "fewer") in said
    assert "tool calls" in said


@pytest.mark.parametrize(
    ("why", "share", "words"),
    [
        ("tier", 0.4, "holds only 40 % of the fail-over traffic"),
        ("prompts", 0.6, "only 60 % of the requests fit it"),
        ("same provider", math.nan, "an outage of Anthropic API takes both"),
        ("same model", math.nan, "it is the same model as"),
        ("hangs on depth", 0.9, "(90 % at worst)"),
        ("unknown", math.nan, "not every limit is published"),
    ],
)
def test_who_ranks_higher_is_named_with_the_reason_and_its_figure(why, share, words) -> None:
    (said,) = passed(chatbot(), PassedOver(at("anthropic/claude-sonnet-5-5"), why, share, 0.97))
    assert said.startswith("Claude Sonnet 5.5 (0.97) ranks higher than ") and words in said


def test_a_shared_pool_is_said_to_be_one() -> None:
    study = made(real=True, deep=False, needs={"class": "frontier", "providers": ["anthropic"]}, budget={"monthly_usd": 1e6})
    one = PassedOver(study.columns.index("anthropic/claude-opus-4-7"), "shared pool", math.nan, 0.9)
    pair = dataclasses.replace(study.recommendation.pair, primary=study.columns.index("anthropic/claude-opus-4-8"), passed_over=(one,))
    (said,) = passed_over(dataclasses.replace(study, recommendation=dataclasses.replace(study.recommendation, pair=pair)))
    assert "draws on the same rate limits as Claude Opus 4.8" in said


def test_many_for_one_reason_are_one_sentence() -> None:
    names = ("claude-sonnet-5-5", "claude-sonnet-5", "claude-opus-5", "claude-opus-4-8", "claude-opus-4-7")
    found = passed(chatbot(), *(PassedOver(at(f"anthropic/{name}"), "same provider", math.nan, 0.9) for name in names))
    assert len(found) == 1 and "and 2 more rank higher" in found[0]


def test_the_json_has_the_pair_and_the_providers_with_the_documented_keys() -> None:
    study = chatbot()
    answer = comparison.as_json(study)
    pair = answer["pair"]
    assert (pair["primary"], pair["fallback"]) == (answer["recommendation"]["choice"], answer["recommendation"]["fallback"])
    documented = comparison.as_json.__doc__
    for key in {*pair, *answer["providers"][0]} - {
        "primary",
        "offers",
        "passing",
        "provider",
        "rank",
        "score",
        "monthly_usd",
        "same_model",
    }:
        assert f"`{key}`" in documented or key == "excluded", key
    assert all(0 < pair["availability"][who]["low"] <= pair["availability"][who]["high"] < 1 for who in ("primary", "pair"))
    assert pair["down_hours_a_year"]["pair"]["high"] < pair["down_hours_a_year"]["primary"]["high"]
    by_id = {offer["id"]: offer for offer in answer["offers"]}
    for one in answer["providers"]:
        if one["best"] is not None:
            best = min(o["rank"] for o in by_id.values() if o["provider"] == one["provider"] and o["rank"] is not None)
            assert by_id[one["best"]]["rank"] == one["rank"] == best
            assert one["monthly_usd"] == by_id[one["best"]]["cost"]["monthly_usd"]["expected"]
        else:
            assert by_id[one["nearest"]]["excluded"].startswith(one["excluded"])
    assert {one["provider"] for one in answer["providers"]} == set(study.columns.providers)


@pytest.mark.parametrize("study", [plain, nothing_fits, chatbot])
def test_without_a_pair_the_keys_are_there_all_the_same(study) -> None:
    answer = json.loads(json.dumps(comparison.as_json(study()), allow_nan=False))
    assert "pair" in answer and answer["providers"]


def test_nothing_fits_and_no_fallback_asked_for_leave_the_pair_out_and_the_providers_in() -> None:
    for study in (nothing_fits(), made(needs={"fallback": False})):
        assert comparison.as_json(study)["pair"] is None
        assert pair_words.paragraph(study, pair_words.worth(study)) == []
        assert "### The Pair" not in adr.render(study) and "### Best Offer of Each Provider" in adr.render(study)
        assert pair_tables.provider_rows(study)


def test_what_has_to_be_kept_in_step_is_counted_and_not_put_in_money() -> None:
    study = chatbot()
    differ, _, total = pair_words.differences(study)
    said = pair_words.in_step(study)
    assert f"{len(differ)} of {total} points differ" in said and "not put in money" in said


def test_the_availability_is_told_with_its_days_and_its_weakness() -> None:
    study = chatbot()
    found = pair_words.worth(study)
    said = pair_words.rests_on(study, found)
    for what in ("overstate", "assumed", "confidence", str(found.primary.rate_from), str(found.fallback.rate_to)):
        assert what in said
    assert any("https://" in text for text in pair_words.basis(found))


def test_a_cold_cache_is_never_told_to_save_money() -> None:
    study = chatbot()
    found = pair_words.worth(study)
    hour = dataclasses.replace(found.hour, primary_usd=550.70, warm_usd=613.84, cold_usd=613.75)
    said = pair_words.fail_over(dataclasses.replace(found, hour=hour))
    assert "$613.75 with its cache cold, against $550.70" in said and "warm" not in said
