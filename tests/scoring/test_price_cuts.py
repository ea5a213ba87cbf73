import dataclasses

import numpy as np
import pytest
from axes.builders import NAN
from hypothesis import given, settings
from hypothesis import strategies as st
from scoring.fakes import FAILS_BUDGET, array, make_case

from framework.scoring.price_cuts import price_cuts, price_rise
from framework.scoring.recommend import recommend

# A budget of $1,000: a bill is worth 1 up to $300 and nothing from $1,000 on; $70 are a tenth of the value and 0.04 of the score.
BUDGET = {"budget": {"monthly_usd": 1_000}}


def answer(case):
    return recommend(case, prices_as_of=None, catalogue_digest="")


def cuts(case):
    found = answer(case)
    return {cut.offer: cut for cut in price_cuts(case, found.scores, choice=case.columns.index(found.choice))}


def test_a_cut_makes_up_for_what_is_lacking_elsewhere():
    # Alike but for the latency of the second: good is 0.95, unacceptable 0.475, so that 0.75 lacks 0.2 / 0.475 of the value.
    case = make_case(BUDGET, cost_usd=array(580, 580, 900, 900, 900), attainment=array(0.95, 0.75, 0.2, 0.2, 0.2))
    cut = cuts(case)["acme/cached"]
    # Times 0.3 for the weight of latency, over 0.4 for that of cost, times the $700 from good to unacceptable.
    less_usd = 0.2 / 0.475 * 0.3 / 0.4 * 700
    assert cut.to_usd == pytest.approx(580 - less_usd)
    assert cut.share == pytest.approx(less_usd / 580)


def test_no_cut_would_do_where_the_bill_is_good_already():
    case = make_case(BUDGET, cost_usd=array(300, 200, 900, 900, 900), attainment=array(0.95, 0.75, 0.2, 0.2, 0.2))
    cut = cuts(case)["acme/cached"]
    assert (cut.share, cut.to_usd) == (None, None)


def test_no_cut_would_do_where_cost_has_no_weight():
    priorities = {"weights": {"cost": 0, "latency": 1, "rate_limits": 0, "context_window": 0}}
    case = make_case(BUDGET, priorities, cost_usd=array(500, 900, 900, 900, 900), attainment=array(0.9, 0.8, 0.5, 0.5, 0.5))
    assert {cut.share for cut in cuts(case).values()} == {None}
    assert price_rise(case, answer(case).scores, choice=0).budget


def test_level_in_everything_the_lower_bill_decides():
    # Both bills are good: more would not be better, but a tie goes to the cheaper.
    case = make_case(BUDGET, cost_usd=array(200, 250, 900, 900, 900), attainment=array(0.95, 0.95, 0.2, 0.2, 0.2))
    cut = cuts(case)["acme/cached"]
    assert (cut.to_usd, cut.share) == (pytest.approx(200), pytest.approx(0.2))
    rise = price_rise(case, answer(case).scores, choice=0)
    assert (rise.to_usd, rise.new_winner, rise.budget) == (pytest.approx(250), "acme/cached", False)


def test_what_the_budget_alone_keeps_out_has_to_fall_below_both():
    case = make_case(BUDGET, cost_usd=array(900, 1_250, 950, 950, 950), attainment=array(0.75, 0.95, 0.2, 0.2, 0.2), cost=FAILS_BUDGET)
    cut = cuts(case)["acme/cached"]
    # In the score it is ahead already at any bill within the budget: 0.1 of latency against (1,000 - 900) / 700 * 0.4 = 0.057.
    assert cut.over_budget
    assert (cut.to_usd, cut.share) == (pytest.approx(1_000), pytest.approx(0.2))


def test_a_rise_ends_where_the_second_draws_level_or_the_budget_is_reached():
    case = make_case(BUDGET, cost_usd=array(300, 440, 900, 900, 900))
    rise = price_rise(case, answer(case).scores, choice=0)
    assert (rise.to_usd, rise.share, rise.new_winner) == (pytest.approx(440), pytest.approx(140 / 300), "acme/cached")
    # Far ahead in latency: only the budget ends it.
    case = make_case(
        BUDGET, cost_usd=array(300, 900, 900, 900, 900), attainment=array(0.95, 0.2, 0.2, 0.2, 0.2), headroom=array(2, 1, 1, 1, 1)
    )
    rise = price_rise(case, answer(case).scores, choice=0)
    assert (rise.to_usd, rise.budget) == (pytest.approx(1_000), True)


def test_unknown_bills_have_no_cut():
    case = make_case(BUDGET, cost_usd=array(500, NAN, 900, 900, 900), cost=np.array([1, 3, 1, 1, 1]))
    assert "acme/cached" not in cuts(case)


BILLS = st.lists(st.integers(10, 99), min_size=5, max_size=5)
SHARES = st.lists(st.sampled_from([0.45, 0.6, 0.75, 0.9, 0.95]), min_size=5, max_size=5)


@settings(max_examples=200, deadline=None)
@given(BILLS, SHARES)
def test_just_below_the_cut_the_rival_wins_and_just_above_it_does_not(bills, shares):
    case = make_case(BUDGET, cost_usd=array(*(10.0 * bill for bill in bills)), attainment=array(*shares))
    found = answer(case)
    for offer, cut in cuts(case).items():
        at = case.columns.index(offer)
        now = float(case.assessments.cost.expected_usd[at])
        assert (won(case, at, 0.01) == offer) == (cut.share is not None)
        if cut.to_usd is not None:
            assert won(case, at, cut.to_usd * (1 - 1e-4) - 1e-3) == offer
            if cut.to_usd * (1 + 1e-4) + 1e-3 < now:
                assert won(case, at, cut.to_usd * (1 + 1e-4) + 1e-3) == found.choice


@settings(max_examples=200, deadline=None)
@given(BILLS, SHARES)
def test_the_choice_stays_up_to_the_rise_and_no_further(bills, shares):
    case = make_case(BUDGET, cost_usd=array(*(10.0 * bill for bill in bills)), attainment=array(*shares))
    found = answer(case)
    at = case.columns.index(found.choice)
    rise = price_rise(case, found.scores, choice=at)
    now = float(case.assessments.cost.expected_usd[at])
    if not rise.budget and rise.to_usd is not None:
        assert won(case, at, rise.to_usd * (1 + 1e-4) + 1e-3) == rise.new_winner
    if rise.share is not None and rise.to_usd * (1 - 1e-4) - 1e-3 > now:
        assert won(case, at, rise.to_usd * (1 - 1e-4) - 1e-3) == found.choice


def won(case, at, usd):
    """Who is the choice with another bill of one offer."""
    bill = case.assessments.cost
    moved = bill.expected_usd.copy()
    moved[at] = usd
    parts = dataclasses.replace(
        case.assessments, cost=type(bill)(**{**vars(bill), "expected_usd": moved, "low_usd": moved, "high_usd": moved})
    )
    return answer(dataclasses.replace(case, assessments=parts)).choice


def test_what_is_ahead_at_any_bill_only_has_to_fit_the_budget():
    # The first costs all of the budget and is worth 0 in cost; the second, faster, is ahead whatever it costs but over the budget.
    case = make_case(BUDGET, cost_usd=array(999, 1_250, 950, 950, 950), attainment=array(0.5, 0.95, 0.2, 0.2, 0.2), cost=FAILS_BUDGET)
    cut = cuts(case)["acme/cached"]
    assert (cut.to_usd, cut.share) == (pytest.approx(1_000), pytest.approx(0.2))


def with_room_by_money(case, at, *, room):
    """The limits on money leave one offer that room at its bill of now, no other limit leaves less."""
    limits = case.assessments.rate_limits
    limits.use = np.full_like(limits.use, np.nan)
    limits.use[-1, at] = 1 / room
    limits.room = limits.room.copy()
    limits.room[at] = room
    return case


def test_a_lower_bill_leaves_more_room_under_a_spend_cap(monkeypatch):
    # The second has room for 1.5 times the peak, as its bill is two thirds of its cap; room for 2 is good, and all else would leave 3.
    monkeypatch.setattr("framework.scoring.spend_room._without_money", lambda case, at: (3.0, False))
    costs = {"cost_usd": array(500, 600, 900, 900, 900), "headroom": array(2, 1.5, 1, 1, 1)}
    cut = cuts(with_room_by_money(make_case(BUDGET, **costs), 1, room=1.5))["acme/cached"]
    # At a bill of usd the room is 900 / usd, worth that less 1 up to 2 (from $450 down). Level with the 500 and full room of the first:
    usd = cut.to_usd
    assert 450 < usd < 500
    assert 0.4 * (1_000 - usd) / 700 + 0.2 * (900 / usd - 1) == pytest.approx(0.4 * 500 / 700 + 0.2, abs=1e-5)


def test_a_dearer_bill_runs_into_its_spend_cap():
    # Far ahead of all others in latency; its bill of 300 is half of what it may spend, the budget is 1,000.
    costs = {"cost_usd": array(300, 900, 900, 900, 900), "attainment": array(0.95, 0.2, 0.2, 0.2, 0.2), "headroom": array(2, 1, 1, 1, 1)}
    case = with_room_by_money(make_case(BUDGET, **costs), 0, room=2.0)
    rise = price_rise(case, answer(case).scores, choice=0)
    assert (rise.to_usd, rise.cap, rise.budget) == (pytest.approx(600), True, False)


def capped(monkeypatch, *, by_else, unknown=False, attainment=0.95):
    """The second is out by its monthly cap of $400 alone, with a bill of $600; all other limits leave it room `by_else`."""
    monkeypatch.setattr("framework.scoring.spend_room._without_money", lambda case, at: (by_else, unknown))
    costs = {"cost_usd": array(500, 600, 900, 900, 900), "headroom": array(2, 2 / 3, 1, 1, 1)}
    case = make_case(BUDGET, attainment=array(0.95, attainment, 0.2, 0.2, 0.2), rate_limits=FAILS_BUDGET, **costs)
    case = with_room_by_money(case, 1, room=2 / 3)
    case.assessments.rate_limits.binding = ("otpm", "monthly_cap", "otpm", "otpm", "otpm")
    return cuts(case)["acme/cached"]


def test_what_its_spend_cap_alone_keeps_out_has_to_fall_below_it_and_be_first(monkeypatch):
    # At $400 it has room for the peak once, worth nothing of 0.2; level where its cheaper bill and the room it leaves make up for that.
    cut = capped(monkeypatch, by_else=3.0)
    assert cut.over_cap and not cut.over_budget
    usd = cut.to_usd
    assert usd < 400
    worth = 0.4 * min((1_000 - usd) / 700, 1) + 0.2 * min(400 / usd - 1, 1)
    assert worth == pytest.approx(0.4 * 500 / 700 + 0.2, abs=1e-5)


@pytest.mark.parametrize("lacking", ({"by_else": 0.9}, {"by_else": 3.0, "unknown": True}, {"by_else": 1.0, "attainment": 0.5}))
def test_no_cut_helps_what_another_limit_keeps_out_or_what_is_not_known_of_it(monkeypatch, lacking):
    cut = capped(monkeypatch, **lacking)
    assert (cut.over_cap, cut.share) == (True, None)


def test_level_at_its_best_below_the_cap_the_lower_bill_decides(monkeypatch):
    monkeypatch.setattr("framework.scoring.spend_room._without_money", lambda case, at: (3.0, False))
    case = make_case(BUDGET, cost_usd=array(200, 280, 900, 900, 900), headroom=array(2, 0.9, 1, 1, 1), rate_limits=FAILS_BUDGET)
    case = with_room_by_money(case, 1, room=0.9)
    case.assessments.rate_limits.binding = ("otpm", "monthly_cap", "otpm", "otpm", "otpm")
    # Its cap is 0.9 * 280 = $252; room for twice the peak, which is good, is left at $126: level there, and cheaper than $200.
    assert cuts(case)["acme/cached"].to_usd == pytest.approx(126, rel=1e-4)
