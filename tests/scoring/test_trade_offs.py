import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from framework.axes.assessment import AXES
from framework.priorities import Priorities, Targets
from framework.scoring.trade_offs import STEPS, amount_of_ratio, fit, questions, ratio_of_amount
from framework.workload import Budget

ASKED = questions(Priorities().anchors(Budget(monthly_usd=5_000, percentile=95)))
BY_KEY = {question.key: question for question in ASKED}
NOW = np.array([0.4, 0.3, 0.2, 0.1])

weights_of = st.lists(st.floats(0.01, 1), min_size=4, max_size=4).map(lambda raw: np.array(raw) / sum(raw))
some_answers = st.dictionaries(st.sampled_from([question.key for question in ASKED]), st.floats(0.01, 100), min_size=1)


def truthful(weights, keys=tuple(BY_KEY)):
    """The ratios that somebody with these weights gives: value gained over value given up."""
    worth = dict(zip(AXES, weights, strict=True))
    return {
        key: worth[BY_KEY[key].gain.axis] * BY_KEY[key].gain.part / (worth[BY_KEY[key].give.axis] * BY_KEY[key].give.part) for key in keys
    }


def test_the_amounts_follow_from_the_anchors():
    # USD 1,500 to 5,000 a month: a fifth is 700, as near to 600 as to 800, told as 600; half is 1,750, as near to 1,500 as to 2,000.
    # Replies in time 0.95 to 0.475: a fifth is 0.095, told as 0.1; half is 0.2375, told as 0.25. Room 2 to 1: half. Fits 1 to 0.9: 0.05.
    first = BY_KEY["latency_for_usd"]
    assert (first.give.size, first.give.part) == (600, pytest.approx(600 / 3_500))
    assert (first.gain.size, first.gain.better, first.gain.worse) == (pytest.approx(0.1), 0.95, pytest.approx(0.85))
    assert BY_KEY["room_for_usd"].give.size == 1_500 and BY_KEY["room_for_usd"].gain.worse == 1.5
    assert BY_KEY["fits_for_room"].gain.size == pytest.approx(0.05) and BY_KEY["fits_for_room"].give.size == 0.5
    assert BY_KEY["room_for_latency"].give.size == pytest.approx(0.25)


def test_an_amount_gives_the_weights_by_hand():
    # USD 2,100 for 10 points in time: 2,100 / 3,500 of cost is worth 0.1 / 0.475 of latency, so latency weighs 0.6 / (0.1 / 0.475) = 2.85
    # times as much as cost. The two weigh 0.7 together: 0.7 / 3.85 and the rest. Nothing else was asked, so nothing else moves.
    found = fit(ASKED, {"latency_for_usd": ratio_of_amount(BY_KEY["latency_for_usd"], 2_100)}, NOW)
    assert found.weights == pytest.approx([0.7 / 3.85, 0.7 * 2.85 / 3.85, 0.2, 0.1])
    assert found.contradicted == () and not found.checked
    assert set(found.apart) == {("cost", "latency"), ("rate_limits",), ("context_window",)}


@given(weights_of)
def test_answers_that_agree_reproduce_the_weights(weights):
    found = fit(ASKED, truthful(weights), NOW)
    assert found.weights == pytest.approx(weights, rel=1e-9)
    assert found.contradicted == () and found.mending == () and found.apart == ()
    assert found.checked and found.gap == pytest.approx(1)


@given(weights_of, st.sampled_from([question.key for question in ASKED]))
def test_one_question_may_be_skipped_as_the_others_still_link_all_axes(weights, skipped):
    keys = tuple(key for key in BY_KEY if key != skipped)
    assert fit(ASKED, truthful(weights, keys), NOW).weights == pytest.approx(weights, rel=1e-9)


@given(st.dictionaries(st.sampled_from(tuple(BY_KEY)), st.floats(0.01, 100) | st.sampled_from((0.25, 4.0)), min_size=1), weights_of)
def test_whatever_is_answered_the_weights_are_shares_and_no_worse_than_any_others(answers, others):
    found = fit(ASKED, answers, NOW)
    assert found.weights.sum() == pytest.approx(1) and (found.weights >= 0).all()

    def apart(answer, ratio):
        beyond = (answer == STEPS["clearly_yes"] and ratio > answer) or (answer == STEPS["clearly_not"] and ratio < answer)
        return 0.0 if beyond else math.log(answer) - math.log(ratio)

    def squares(weights):
        return sum(apart(answers[key], ratio) ** 2 for key, ratio in truthful(weights, tuple(answers)).items())

    assert squares(found.weights) <= squares(others) + 1e-6


@pytest.mark.parametrize("step", ["clearly_not", "clearly_yes"])
def test_the_same_end_of_the_scale_for_all_five_is_no_contradiction(step):
    # Each gain is worth a quarter or less of what it is asked against: cost before latency before room before fits meets all five.
    found = fit(ASKED, dict.fromkeys(BY_KEY, STEPS[step]), NOW)
    assert found.contradicted == () and found.gap == pytest.approx(1, abs=1e-3)
    cost, latency, room, fits = found.weights
    assert (cost > latency > room > fits) if step == "clearly_not" else (cost < latency < room < fits)


@given(some_answers)
def test_fitting_again_from_the_fitted_weights_changes_nothing(answers):
    once = fit(ASKED, answers, NOW).weights
    assert fit(ASKED, answers, once).weights == pytest.approx(once, rel=1e-9)


@given(weights_of, st.floats(3, 100))
def test_an_answer_that_is_turned_round_is_found_out(weights, times):
    # Only three of the five link in a ring with others twice: an answer can stand alone against two of a ring, so the worst is told.
    answers = truthful(weights)
    answers["latency_for_usd"] *= times**3
    assert "latency_for_usd" in fit(ASKED, answers, NOW).contradicted


def test_without_the_odd_one_the_others_agree():
    # fits for USD, room for USD and fits for room close one ring; latency for USD, room for USD and room for latency the other.
    # What stands in both, room for USD, is the only answer that can break both at once.
    answers = truthful(NOW)
    answers["room_for_usd"] *= 20
    found = fit(ASKED, answers, NOW)
    assert found.mending == ("room_for_usd",) and found.contradicted[0] == "room_for_usd"


def test_a_gain_that_is_worth_nothing_has_no_weight():
    answers = truthful(NOW) | {"fits_for_usd": 0.0, "fits_for_room": 0.0}
    found = fit(ASKED, answers, NOW)
    assert found.weights == pytest.approx([4 / 9, 3 / 9, 2 / 9, 0]) and found.contradicted == ()
    at_odds = fit(ASKED, answers | {"fits_for_room": 1.0}, NOW)
    assert at_odds.weights[3] == 0 and at_odds.contradicted == ("fits_for_room",)


def test_weights_that_are_all_in_what_is_worth_nothing_are_shared_by_the_rest():
    nothing = {"latency_for_usd": 0.0, "room_for_usd": 0.0, "fits_for_usd": 0.0}
    assert fit(ASKED, nothing, np.array([0, 1.0, 0, 0])).weights.tolist() == [1, 0, 0, 0]


def test_the_ends_of_the_scale_are_open():
    # Latency weighs 90 times as much as cost; "clearly yes" says at least four times, and does not contradict it.
    answers = truthful([0.01, 0.9, 0.08, 0.01], ("room_for_usd", "fits_for_usd", "room_for_latency", "fits_for_room"))
    found = fit(ASKED, {"latency_for_usd": STEPS["clearly_yes"]}, NOW)
    assert found.contradicted == ()
    assert fit(ASKED, answers, NOW).contradicted == ()
    strong = fit(ASKED, {"latency_for_usd": 40.0}, NOW)
    assert strong.implied["latency_for_usd"] == pytest.approx(40) and strong.weights[1] > found.weights[1]


def test_no_answer_keeps_every_weight():
    found = fit(ASKED, {}, NOW)
    assert found.weights == pytest.approx(NOW) and found.apart == tuple((axis,) for axis in AXES)


def test_amounts_and_ratios_are_each_other_back():
    for question in ASKED:
        assert amount_of_ratio(question, ratio_of_amount(question, 123.0)) == pytest.approx(123)


@pytest.mark.parametrize(("good", "unacceptable"), [(0.0, 1e-6), (0.0, 1e9), (99.0, 100.0), (1e9 - 1, 1e9)])
def test_amounts_stay_within_any_span_of_anchors(good, unacceptable):
    own = Priorities(targets=Targets.model_validate({"cost": {"good": good, "unacceptable": unacceptable}}))
    for question in questions(own.anchors(Budget())):
        for swing in (question.gain, question.give):
            assert 0 < swing.part <= 1
