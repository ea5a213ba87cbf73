import numpy as np
import pytest
from axes.builders import NAN
from scoring.fakes import array, make_case, verdicts

from framework.axes.assessment import Verdict
from framework.scoring.recommend import deepen, recommend

FAILS, UNKNOWN = Verdict.FAILS, Verdict.UNKNOWN
# At a budget of $5,000 cost is worth 1 at $1,500 and 0 at $5,000.
PRICED = array(3_250, 2_000, 4_000, 5_000, 4_500)


def answer(case):
    return recommend(case, prices_as_of=None, catalogue_digest="d")


def test_the_best_score_is_chosen_and_the_next_provider_stands_in():
    found = answer(make_case(cost_usd=PRICED))
    assert (found.choice, found.fallback) == ("acme/cached", "bravo/cliff")
    assert found.scores.rank.tolist() == [2, 1, 3, 5, 4]
    # 0.4 * 3000/3500 + 0.6
    assert found.scores.low[1] == pytest.approx(0.4 * 3_000 / 3_500 + 0.6, abs=1e-6)


def test_the_fallback_is_another_model_too_where_there_is_one():
    found = answer(make_case(cost_usd=PRICED, columns={"models": ("plain", "big", "big", "implicit", "peak")}))
    assert (found.choice, found.fallback) == ("acme/cached", "delta/peak")
    assert "another provider and another model" in found.reasons[-1]


def test_the_same_model_elsewhere_is_better_than_no_fallback():
    gone = verdicts(o3=FAILS, o4=FAILS)
    found = answer(make_case(cost_usd=PRICED, cost=gone, columns={"models": ("plain", "big", "big", "implicit", "peak")}))
    assert found.fallback == "bravo/cliff"
    assert "it is the same model" in found.reasons[-1]


def test_no_fallback_is_named_where_none_is_wanted_or_none_passes():
    assert answer(make_case({"needs": {"fallback": False}}, cost_usd=PRICED)).fallback is None
    one_pool = ("acme", "acme", "bravo", None, "delta")
    alone = answer(make_case({"needs": {"providers": ["acme"]}}, cost_usd=PRICED, columns={"pool": one_pool}))
    assert alone.fallback is None
    assert any(reason.startswith("There is no fallback: no offer that passes every must-have holds") for reason in alone.reasons)
    single = answer(make_case(cost_usd=PRICED, cost=verdicts(o0=FAILS, o2=FAILS, o3=FAILS, o4=FAILS)))
    assert single.fallback is None
    assert "There is no fallback: no offer of another provider passes every must-have." in single.reasons


def test_a_pool_of_its_own_at_the_same_provider_is_the_last_resort_and_says_what_it_does_not_help():
    found = answer(make_case({"needs": {"providers": ["acme"]}}, cost_usd=PRICED))
    assert found.fallback == "acme/plain"
    assert "at the same provider" in found.reasons[-1] and "An outage of the provider takes both" in found.reasons[-1]


def test_the_reasons_quote_the_figures_of_the_choice_and_of_the_runner_up():
    found = answer(make_case(cost_usd=PRICED))
    assert (
        found.reasons[0]
        == "Acme Cached scores 0.94 of 1, Acme Plain 0.80: the first two of the 5 offers, out of 5, that pass every must-have."
    )
    assert found.reasons[1] == "Against Acme Plain it is ahead on cost ($2,000 a month against $3,250 a month)."
    assert found.reasons[2] == "It costs $2,000 a month, 40 % of the budget of $5,000."
    assert found.reasons[3] == "Its weak side is cost: $2,000 a month, worth 0.86 of 1."
    assert 3 <= len(found.reasons) <= 6


def test_what_is_level_says_what_broke_the_tie():
    found = answer(make_case(cost_usd=array(1_200, 1_100, 1_300, 1_400, 1_500)))
    assert "Acme Cached is cheaper: $1,100 a month against $1,200 a month." in found.reasons[1]
    assert "It reaches the good mark on every axis that counts." in found.reasons


def test_an_unknown_axis_counts_as_nothing_and_says_what_to_measure():
    found = answer(make_case(cost_usd=PRICED, attainment=array(0.95, NAN, 0.95, 0.95, 0.95), latency=verdicts(o1=UNKNOWN)))
    assert found.choice == "acme/plain"
    # 0.942857 with latency, 0.3 less without.
    (rival,) = found.could_win
    assert rival[0] == "acme/cached"
    assert rival[1].startswith("Scores 0.64 to 0.94: its time to first token or its speed is not known: measure it")
    assert "pricing/latency/acme.yaml" in rival[1]


def test_a_limit_that_is_not_published_is_entered_as_the_users_own():
    found = answer(
        make_case(cost_usd=PRICED, headroom=array(2, NAN, 2, 2, 2), served=array(1, NAN, 1, 1, 1), rate_limits=verdicts(o1=UNKNOWN))
    )
    (rival,) = found.could_win
    assert "enter that of your own console under Your own limits on the rate-limit page, or as own_limits in the file" in rival[1]


def test_the_excluded_could_not_win_whatever_were_known():
    found = answer(make_case(attainment=array(0.95, NAN, 0.95, 0.95, 0.95), latency=verdicts(o1=UNKNOWN), cost=verdicts(o1=FAILS)))
    assert found.could_win == ()


def test_when_none_fits_the_gates_are_counted_and_the_smallest_change_is_named():
    found = answer(make_case({"budget": {"monthly_usd": 500}}, cost_usd=array(800, 600, 900, 900, 900), cost=np.full(5, FAILS)))
    assert (found.choice, found.fallback, found.confidence) == (None, None, None)
    assert found.reasons[0] == "None of the 5 offers passes every must-have: 5 over the budget."
    assert found.reasons[1].startswith(
        "The smallest change that lets one in: Acme Cached. Costs $600.00 a month, 1.2x the budget of $500.00."
    )
    assert found.reasons[2] == "Raise budget.monthly_usd to $600.00, or send at least 17 % less."
    assert found.scores.rank.tolist() == [0] * 5


def test_weights_of_one_axis_alone_rank_by_that_axis():
    found = answer(make_case(priorities={"weights": {"cost": 1, "latency": 0, "rate_limits": 0, "context_window": 0}}, cost_usd=PRICED))
    assert found.scores.rank.tolist() == [2, 1, 3, 5, 4]
    by_speed = answer(
        make_case(
            priorities={"weights": {"cost": 0, "latency": 1, "rate_limits": 0, "context_window": 0}},
            attainment=array(0.6, 0.7, 0.9, 0.8, 0.65),
        )
    )
    assert by_speed.scores.rank.tolist() == [5, 3, 1, 2, 4]


def test_where_demands_shut_out_every_offer_there_is_nothing_to_vary():
    case = make_case({"needs": {"zero_retention": True}})
    answer = recommend(case, prices_as_of=None, catalogue_digest="0" * 12)
    deep = deepen(case, answer)
    assert deep.deepened and deep.choice is None and deep.flip_points == () and deep.confidence is None
    assert "5 without zero retention agreed" in deep.reasons[0]
