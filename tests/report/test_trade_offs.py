import math

import numpy as np
import pytest
from report.studies import made

from framework.priorities import Priorities, Weights
from framework.report import trade_offs as words
from framework.scoring.rank import shares_of
from framework.scoring.trade_offs import fit, questions
from framework.workload import Budget

ASKED = questions(Priorities().anchors(Budget(monthly_usd=5_000, percentile=95)))
NOW = shares_of(Weights())


def said(answers):
    return words.finding(ASKED, answers, fit(ASKED, answers, NOW))


def test_the_questions_are_asked_in_the_amounts_of_the_workload():
    assert [words.asked(question) for question in ASKED] == [
        "Would you pay $600 a month more for 95 % of replies in time instead of 85 %?",
        "Would you pay $1,500 a month more for room for 2 times the peak instead of 1.5?",
        "Would you pay $1,500 a month more for 100 % of requests that fit instead of 95 %?",
        "Would you accept 70 % of replies in time instead of 95 % to have room for 2 times the peak instead of 1.5?",
        "Would you accept room for 1.5 times the peak instead of 2 to have 100 % of requests that fit instead of 95 %?",
    ]


def test_points_are_typed_as_points_and_dollars_as_dollars():
    assert words.from_box(ASKED[0], 700) == 700
    assert words.from_box(ASKED[3], 25) == pytest.approx(ASKED[3].give.size)
    assert words.from_box(ASKED[4], 0.5) == 0.5


def test_a_row_says_what_the_gain_is_worth_to_the_user_and_by_the_weights():
    answers = {"latency_for_usd": 2.0, "room_for_latency": 1.0}
    first, second = words.rows(ASKED, answers, fit(ASKED, answers, NOW))
    assert (first["name"], first["said"], first["implied"], first["mark"]) == ("1", "$1,200 a month", "$1,200 a month", "agrees")
    assert (second["name"], second["said"], second["implied"]) == ("4", "25 points", "25 points")


def test_the_finding_says_how_far_the_answers_go():
    assert said({}).startswith("Answer one question or more")
    assert said({"latency_for_usd": 1.0}) == (
        "These weights follow from your answers; nothing checks them yet: another answer shows whether they agree. "
        "Nothing is said of rate limits and context window: their weights stay."
    )
    two_pairs = said({"latency_for_usd": 1.0, "fits_for_room": 1.0})
    assert "Cost and latency are only compared with each other: their sum stays." in two_pairs
    assert "Rate limits and context window are only compared with each other" in two_pairs


def test_contradictions_are_told_with_both_amounts_and_the_question_to_think_over():
    # Room for USD, fits for USD and fits for room close a ring; here fits are worth 16 times what the other two say. Room
    # for USD stands in the other ring too, which agrees: it is not the one to think over.
    answers = {"room_for_usd": 1.0, "fits_for_usd": 16.0, "fits_for_room": 1.0, "latency_for_usd": 1.0, "room_for_latency": 1.0}
    text = said(answers)
    assert text.startswith("Your answers contradict each other, most at question ")
    assert text.endswith("Without question 3 or 5 the others agree.")


def test_answers_that_agree_are_told_to_agree():
    now = dict(zip(("cost", "latency", "rate_limits", "context_window"), NOW, strict=True))
    exact = {item.key: now[item.gain.axis] * item.gain.part / (now[item.give.axis] * item.give.part) for item in ASKED}
    assert said(exact) == "Your answers agree exactly."
    assert said(exact | {"room_for_usd": 1.3 * exact["room_for_usd"]}).startswith("Your answers agree to within a factor of 1.")
    found = fit(ASKED, exact, np.array([1.0, 0, 0, 0]))
    assert words.settings(Weights(), found) == {
        "priorities.weights.cost": 0.4,
        "priorities.weights.latency": 0.3,
        "priorities.weights.rate_limits": 0.2,
        "priorities.weights.context_window": 0.1,
    }
    five = words.weight_rows(Weights(cost=4, latency=2, rate_limits=1, context_window=1, success=2), found)
    assert [(row["name"], row["now"], row["fitted"]) for row in five][::4] == [("Cost", "40 %", "32 %"), ("Own evaluation", "20 %", "20 %")]
    # A fifth of the total is the own evaluation's and stays so.
    assert words.settings(Weights(cost=4, latency=2, rate_limits=1, context_window=1, success=2), found) == pytest.approx(
        {
            "priorities.weights.cost": 0.32,
            "priorities.weights.latency": 0.24,
            "priorities.weights.rate_limits": 0.16,
            "priorities.weights.context_window": 0.08,
            "priorities.weights.success": 0.2,
        }
    )


def test_no_weight_at_all_is_told_in_words():
    answers = {"latency_for_usd": 0.0, "room_for_latency": 0.0}
    told = words.rows(ASKED, answers, fit(ASKED, answers, NOW))
    assert "nan" not in str(told) and "inf" not in str(told)
    assert math.isfinite(fit(ASKED, answers, NOW).gap)


def test_faster_replies_are_priced_at_the_choice():
    study = made(budget={"monthly_usd": 5_000, "ttft_s": 1.0, "response_s": 4.0, "percentile": 95, "streaming": True})
    text = words.faster(study, fit(ASKED, {}, NOW))
    assert text.startswith("By these weights a first token 200 ms faster at ") and ("a month: about" in text or "next to nothing" in text)
    assert words.faster(made(needs={"providers": ["alpha"], "zero_retention": True}), fit(ASKED, {}, NOW)) == ""
