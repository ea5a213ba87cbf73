"""How firm the answer is, in words, rows and a chart; the same on every road out."""

import dataclasses
import json
import math
from functools import cache
from xml.etree import ElementTree

import pytest
from report.studies import ON, catalogue, chatbot, made, nothing_fits, plain

from framework import wording
from framework.presets import presets
from framework.report import (
    adr,
    charts,
    charts_robust,
    comparison,
    comparison_words,
    headlines,
    pdf_content,
    robust_rows,
    robust_words,
    svg,
)
from framework.scoring.holding import Held
from framework.scoring.price_cuts import PriceCut, PriceRise
from framework.study import deepen, study


@cache
def close_call():
    """The preset whose first two share the draws."""
    preset = presets()["rag"]
    return deepen(study(preset.workload, preset.priorities, catalogue(real=True), ON))


def test_the_headline_says_that_it_is_too_close_to_call_and_between_whom():
    told = pdf_content.headlines.recommendation(close_call())
    assert told.endswith("50 % of the variations of your weights and figures: too close to call between it and GPT-6.1 Terra.")
    reasons = " ".join(close_call().recommendation.reasons)
    assert "Too close to call: first in less than 60 % of the draws" in reasons
    assert "To settle it, find out the number of requests per day" in reasons
    assert "enter traffic.requests_per_day" in reasons


def test_a_sure_choice_is_not_called_close():
    assert "close" not in " ".join([pdf_content.headlines.recommendation(plain()), *plain().recommendation.reasons])


def test_screen_pdf_adr_command_line_and_json_say_the_same():
    found = close_call()
    told = robust_words.how_firm(found)
    assert len(told) >= 4
    assert pdf_content.content(found, 8)["firm"] == told[:4]
    record = adr.render(found).replace("\\", "")
    table = " ".join(comparison_words.as_text_table(found).split())
    assert all(sentence in record for sentence in told)
    assert all(sentence in table for sentence in told)
    answer = comparison.as_json(found)["robustness"]
    assert answer["sentences"] == told
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer


def test_the_sentences_hold_the_figures_of_the_json():
    found = close_call()
    answer = comparison.as_json(found)["robustness"]
    cheapest = min((share, offer) for offer, share in answer["price_cuts"].items() if share is not None)
    name = found.columns.names[found.columns.index(cheapest[1])]
    # Rounded up, so that what is read does it.
    up = math.ceil(1_000 * cheapest[0]) / 10
    assert robust_words.cheaper(found).startswith(f"{name} would win if its bill fell by more than {up:g} %")
    moved = answer["smallest_weight_change"]
    assert f"moves {100 * moved['moved']:.1f} points of 100" in robust_words.moved_weight(found)
    assert answer["certainty"]["too_close"] and answer["certainty"]["runner_up"] == "openai/gpt-6.1-terra"


def test_without_a_choice_there_is_nothing_to_be_firm():
    found = nothing_fits()
    assert robust_words.how_firm(found) == []
    assert comparison.as_json(found)["robustness"] is None
    assert robust_rows.rank_rows(found) == robust_rows.rival_rows(found) == []
    assert charts.robustness(found)["data"] == []
    assert pdf_content.content(found, 8)["charts"]["robust"] is None


def test_the_second_method_is_told_to_agree_or_to_name_another():
    agrees = robust_words.topsis(plain())
    assert agrees.startswith("TOPSIS, a second method, puts the same offer first") or "puts " in agrees
    assert robust_words.topsis(close_call()).startswith("TOPSIS, a second method, puts GPT-6.1 Terra first")
    scores = dataclasses.replace(plain().recommendation.scores, topsis=-plain().recommendation.scores.rank.astype(float))
    same = dataclasses.replace(plain(), recommendation=dataclasses.replace(plain().recommendation, scores=scores))
    assert "puts the same offer first and orders the" in robust_words.topsis(same)
    assert "much the same (Kendall's tau 1.00" in robust_words.topsis(same)


def test_every_rival_has_its_price_cut_and_its_weights():
    rows = robust_rows.rival_rows(close_call())
    assert {row["cut"] for row in rows if row["id"] == "openai/gpt-5.1"} == {"no price cut would do"}
    assert all(row["cut"].startswith("no ") or "%, to below $" in row["cut"] for row in rows)
    assert any(row["mark"] == "dominated" for row in rows)
    assert any("the weight of latency" in row["figure"] for row in rows)
    # What no weights would help is dominated, or level at best.
    assert any(row["weights"] == "no weights would do" for row in rows)


def test_the_intervals_of_the_weights_hold_the_own_weight():
    rows = robust_rows.weight_rows(chatbot())
    assert [row["name"] for row in rows] == ["Cost", "Latency", "Rate limits", "Context window"]
    for each in robust_words.intervals(close_call()):
        assert each.low <= each.now <= each.high


def test_one_axis_with_all_the_weight_has_no_interval():
    alone = made({"cost": 1, "latency": 0, "rate_limits": 0, "context_window": 0})
    assert all(each.axis != "cost" for each in robust_words.intervals(alone))
    assert charts.robustness(alone)["layout"]["meta"]["headline"]


def test_the_chart_starts_with_the_widest_swing_and_says_it_in_one_sentence():
    found = close_call()
    held = charts_robust.held(found)
    assert [each.swing for each in held] == sorted((each.swing for each in held), reverse=True)
    figure = charts.robustness(found, held)
    assert json.loads(json.dumps(figure, allow_nan=False)) == figure
    assert figure["layout"]["yaxis"]["categoryarray"][0] == "Requests per day"
    told = figure["layout"]["meta"]["headline"]
    assert told.startswith("Claude Sonnet 5.5 stays first in 50 % of the draws. What matters most is requests per day: ")
    # A spread of 0.2 of the logarithm: exp(-0.2563) and exp(0.2563) at the ends.
    assert "at its low end (−23 %)" in told
    assert "at its high end (+29 %)" in told


def test_an_input_that_hardly_moves_it_is_not_drawn():
    still = (Held("latency", 0.5, 0.505, 0.0), Held("weights.cost", 0.5, 0.5, 0.1, 0.3, 0.5))
    figure = charts.robustness(close_call(), still)
    assert figure["data"] == []
    assert figure["layout"]["meta"]["headline"].endswith("whatever any single input turns out to be within its range.")


def test_ends_are_told_in_their_own_words():
    rows = (
        Held("weights.latency", 0.1, 0.7, 0.2, 0.21, 0.37),
        Held("latency", 0.9, 0.1, 0.2),
        Held("terms", 0.9, 0.2, 0.2),
    )
    words = [word.strip("\u00a0") for trace in charts.robustness(close_call(), rows)["data"] for word in trace.get("text", ())]
    assert sorted(words) == ["21 %", "37 %", "cheap", "dear", "quicker", "slower"]


@pytest.mark.parametrize("width", [318, 640])
def test_the_chart_becomes_a_drawing_for_paper(width):
    root = ElementTree.fromstring(svg.render(charts.robustness(close_call()), width=width, compact=True))
    words = "".join(root.itertext())
    assert "Requests per day" in words and "High end" in words


def test_hostile_names_stay_text():
    found = close_call()
    names = tuple("<b>x</b><script>" for _ in found.columns.names)
    hostile = dataclasses.replace(found, columns=dataclasses.replace(found.columns, names=names))
    figure = charts.robustness(hostile)
    del figure["layout"]["meta"]
    assert "<script" not in json.dumps(figure)
    assert "<script" not in adr.render(hostile)


def test_what_is_worth_finding_out_comes_with_the_draws_that_turn_on_it():
    rows = robust_rows.knowing_rows(close_call(), charts_robust.held(close_call()))
    assert rows[0]["name"] == "The number of requests per day"
    assert rows[0]["turned"] == "28 %"
    assert "count the calls of some days" in rows[0]["how"]


@pytest.mark.parametrize(("least", "start"), [(0.0, 0.0), (0.51, 0.0), (0.55, 0.5), (0.81, 0.5), (0.9, 0.8), (1.0, 0.8)])
def test_the_axis_starts_where_the_shares_lie_and_says_so(least, start):
    study = plain()
    figure = charts_robust.robustness(study, [Held("volume", 1.0, least, 0.1)])
    low, high = figure["layout"]["xaxis"]["range"]
    confident = study.recommendation.confidence
    expected = min(start, next((each for each in (0.8, 0.5) if confident >= each + 0.02), 0.0))
    assert low < expected <= low + 0.37 and high > 1
    assert ("from" in str(figure["layout"]["xaxis"]["title"])) is (expected > 0)


def test_the_ends_of_an_evaluation_are_told_as_rates():
    found = made(evals={"bolt-mini": {"pass_rate": 0.9, "n": 100}})
    assert found.recommendation.choice == "beta/bolt-mini"
    words = str(charts_robust.robustness(found, [Held("success", 0.2, 0.9, 0.1)])["data"])
    # One in ten lies beyond each: 1.28 standard deviations of Wilson's interval of 90 of 100.
    assert "Its own success rate 85 %" in words and "Its own success rate 93.2 %" in words


def test_the_confidence_is_one_figure_in_headline_reasons_and_record():
    found = chatbot()
    share = f"{wording.share(found.recommendation.confidence)}"
    assert share in headlines.recommendation(found)
    assert f"It wins {share} of " in " ".join(found.recommendation.reasons)
    assert f"Confidence: {share} of draws" in adr.render(found)


@pytest.mark.parametrize(
    ("share", "to_usd", "told"),
    [
        (0.0, 7_028.4, "a little, below $7,028 a month."),
        (0.0003, 99.999, "a little, below $99.99 a month."),
        (0.1043, 1_100.9, "by more than 11 %, below $1,100 a month."),
        (0.0712, 5.0, "by more than 7.2 %, below $5.00 a month."),
    ],
)
def test_a_price_cut_is_told_so_that_what_is_read_does_it(monkeypatch, share, to_usd, told):
    monkeypatch.setattr(robust_words, "price_cuts", lambda case, scores, choice: (PriceCut("beta/bolt-mini", share, to_usd),))
    assert robust_words.cheaper(plain()) == f"Bolt Mini would win if its bill fell {told}"


def test_what_is_still_held_is_rounded_to_the_near_side(monkeypatch):
    for rise, told in (
        (PriceRise(0.178, 1_319.9, "beta/bolt-mini"), "Its own bill may rise by 17 %, to $1,319 a month: beyond that, Bolt Mini wins."),
        (PriceRise(0.0, 7.0, "beta/bolt-mini"), "Its own bill may hardly rise: above $7.00 a month, Bolt Mini wins."),
        (
            PriceRise(2.0, 600.0, None, cap=True),
            "Its own bill may rise by 200 %, to $600.00 a month: beyond that, it exceeds its spend cap.",
        ),
    ):
        monkeypatch.setattr(robust_words, "price_rise", lambda case, scores, choice, rise=rise: rise)
        assert robust_words.dearer(plain()) == told


def test_a_bill_that_is_a_range_exceeds_the_budget_only_with_its_low_end(monkeypatch):
    monkeypatch.setattr(robust_words, "price_rise", lambda case, scores, choice: PriceRise(0.22, 382_500.0, None, budget=True))
    exact, ranging = plain(), made(real=True, deep=False, tokens={"input_mean": 1_200, "output_mean": 300, "tokenizer": "o200k"})
    cost, at = ranging.assessments.cost, ranging.columns.index(ranging.recommendation.choice)
    assert cost.low_usd[at] < cost.expected_usd[at]
    start = "Its own bill may rise by 22 %, to $382,500 a month: beyond that, "
    assert robust_words.dearer(exact) == f"{start}it exceeds the budget."
    assert robust_words.dearer(ranging) == f"{start}even the low end of its range exceeds the budget."
