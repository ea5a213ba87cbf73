"""Differences of inputs, gaps of figures, and the words for two answers side by side."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report.studies import PLAIN, chatbot, made, nothing_fits, plain

from framework.presets import presets
from framework.priorities import Priorities
from framework.report import compared, side_by_side, what_if
from framework.report.differences import Difference, differences
from framework.report.side_by_side import Side, ahead, gap
from framework.workload import Workload


def inputs(priorities=None, **changes):
    return Workload.model_validate({**PLAIN, **changes}), Priorities.model_validate(priorities or {})


def test_the_same_inputs_do_not_differ():
    assert differences(inputs(), inputs()) == ()


def test_a_changed_field_is_named_with_both_values():
    changed = inputs(traffic={**PLAIN["traffic"], "requests_per_day": 2_000})
    assert differences(inputs(), changed) == (Difference("traffic.requests_per_day", 1_000.0, 2_000.0),)


def test_entries_of_a_mapping_differ_one_by_one():
    changed = inputs(tiers={"alpha": "scale", "gamma": "one"})
    assert differences(inputs(), changed) == (Difference("tiers.beta", "three", None), Difference("tiers.gamma", None, "one"))


def test_targets_that_are_set_differ_from_derived_ones():
    changed = inputs({"targets": {"cost": {"good": 100, "unacceptable": 400}}})
    assert {(item.path, item.was, item.now) for item in differences(inputs(), changed)} == {
        ("priorities.targets.cost.good", None, 100.0),
        ("priorities.targets.cost.unacceptable", None, 400.0),
    }


@pytest.mark.parametrize("one", list(presets()))
def test_differences_turn_round(one):
    here, there = presets()[one], presets()["agent"]
    ours, theirs = (here.workload, here.priorities), (there.workload, there.priorities)
    forth, back = differences(ours, theirs), differences(theirs, ours)
    assert {(item.path, item.now, item.was) for item in forth} == {(item.path, item.was, item.now) for item in back}


@pytest.mark.parametrize(
    ("axis", "was", "now", "told"),
    [
        ("cost", 1_000.0, 1_200.0, "+$200 (+20 %)"),
        ("cost", 1_123.4, 2_199.6, "+$1,077 (+96 %)"),  # 2,200 less 1,123, as both are shown
        ("cost", 12.5, 10.0, "−$2.50 (−20 %)"),
        ("cost", 0.0, 5.0, "+$5.00"),
        ("cost", 1_000.2, 1_000.3, "same"),
        ("latency", 0.80, 0.90, "+10 points"),
        ("latency", 0.94, 0.951, "+ less than 5 points"),
        ("rate_limits", 1.5, 1.1, "−0.4x"),
        ("rate_limits", 1.5, math.inf, "no limit any more"),
        ("rate_limits", math.inf, 1.5, "no longer without limit"),
        ("rate_limits", math.inf, math.inf, "same"),
        ("context_window", 1.0, 0.995, "−0.5 points"),
        ("context_window", 0.9999, 1.0, "+ less than 0.1 points"),
        ("latency", math.nan, 0.9, "unknown"),
        ("latency", math.nan, math.nan, "same"),
    ],
)
def test_gaps_carry_sign_and_unit(axis, was, now, told):
    assert gap(axis, was, now) == told


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.sampled_from(["cost", "latency", "rate_limits", "context_window"]))
def test_a_gap_points_the_way_the_figure_went(was, now, axis):
    if axis in ("latency", "context_window"):
        was, now = was / 1e6, now / 1e6
    told = gap(axis, was, now)
    assert told == side_by_side.SAME or told[0] == ("+" if now > was else "−")


def test_the_same_study_twice_has_nothing_to_tell():
    rows = what_if.rows(plain(), plain())
    assert [row["name"] for row in rows] == ["Pinned", "Now", "Change"]
    assert {value for key, value in rows[2].items() if key != "name"} == {"same"}


def test_twice_the_calls_cost_twice_as_much_and_the_sentence_says_both_bills():
    doubled = made(traffic={**PLAIN["traffic"], "requests_per_day": 2_000}, budget={**PLAIN["budget"], "monthly_usd": 5_000})
    before, after = side_by_side.answer(plain()), side_by_side.answer(doubled)
    rows, said = what_if.rows(plain(), doubled), what_if.sentence(plain(), doubled)
    assert rows[2]["score"] == side_by_side.OTHER_SCALE
    assert side_by_side.score_note(plain(), doubled) and not side_by_side.score_note(plain(), plain())
    if plain().recommendation.choice == doubled.recommendation.choice:
        assert after.value("cost") == pytest.approx(2 * before.value("cost"))
        assert rows[2]["cost"].endswith("(+100 %)") and "stays the choice; the bill rises from" in said
    for row, side in zip(rows, (before, after), strict=False):
        assert row["cost"] in said or side.name in said


def test_where_nothing_fits_any_more_both_ways_are_said():
    assert what_if.sentence(plain(), nothing_fits()).startswith("No offer fits any more; with the pinned inputs the choice is ")
    assert what_if.sentence(nothing_fits(), plain()).endswith("fits now; with the pinned inputs no offer does.")
    assert what_if.sentence(nothing_fits(), nothing_fits()).startswith("No offer fits, neither")
    assert "nearest" in what_if.rows(plain(), nothing_fits())[1]["choice"]


def test_workloads_of_one_name_are_told_apart():
    assert compared.workload_names(plain(), plain()) == ("Your workload", "The other workload")
    assert compared.workload_names(plain(), plain(), pinned=True) == ("Now", "Pinned")
    assert compared.workload_names(plain(), chatbot())[0] == "Plain"


def test_two_workloads_name_their_choices_and_the_same_offer_in_both():
    other = made(name="Other", traffic={**PLAIN["traffic"], "requests_per_day": 100})
    told = compared.workloads(plain(), other, compared.workload_names(plain(), other))
    assert "Plain" in told and "Other" in told
    assert compared.same_offers(plain(), other)
    for _, rows in compared.same_offers(plain(), other):
        assert [row["name"] for row in rows] == [
            "Cost a month",
            "Replies in time, estimated",
            "Room at peak",
            "Requests that fit the window",
            "Score",
            "Rank",
        ]
        assert rows[0]["change"].endswith("(−90 %)")


def test_where_both_choose_one_offer_it_is_told_once_and_the_fallbacks_are_held_against_each_other():
    study = plain()
    found = compared.same_offers(study, study)
    choice, fallback = study.recommendation.choice, study.recommendation.fallback
    assert choice and fallback
    assert [name for name, _ in found] == [side_by_side.in_study(study, fallback).name]
    assert compared.workloads(study, study, ("A", "B")).startswith("Both come out at ")


def test_the_name_comes_last_of_what_differs():
    assert [item.path for item in differences(inputs(), inputs(name="B", baseline="x"))] == ["baseline", "name"]


def sides(one, other, **changes):
    found = made(real=True, needs={"providers": [], "fallback": True}, **changes)
    return compared.best_of(found, one), compared.best_of(found, other)


def test_the_best_offer_of_a_provider_is_its_best_ranked():
    left, _ = sides("openai", "anthropic")
    ranks = left.study.recommendation.scores.rank
    mine = [int(ranks[at]) for at, provider in enumerate(left.study.columns.providers) if provider == "openai" and ranks[at]]
    assert int(ranks[left.at]) == min(mine)


def test_each_axis_is_told_once_of_two_providers():
    left, right = sides("openai", "anthropic")
    text = " ".join(compared.providers(left, right))
    for axis, words in compared.AXIS_WORDS.items() - {("success", compared.AXIS_WORDS["success"])}:
        assert text.count(words) == 1, axis


def test_who_is_ahead_turns_round_with_the_sides():
    left, right = sides("openai", "anthropic")
    for axis in compared.AXIS_WORDS:
        assert ahead(axis, left, right) == -ahead(axis, right, left)


def test_less_money_is_ahead_and_more_of_all_else():
    every = [Side(chatbot(), at) for at in range(0, len(chatbot().columns), 7)]
    seen = set()
    for left in every:
        for right in every:
            for axis in compared.AXIS_WORDS:
                lead, ours, theirs = ahead(axis, left, right), left.value(axis), right.value(axis)
                seen.add((axis, lead))
                if lead:
                    less = ours < theirs
                    assert lead == (-1 if less == (axis == "cost") else 1)
                else:
                    assert gap(axis, ours, theirs) in ("same", "unknown")
    assert {("cost", -1), ("cost", 1), ("rate_limits", -1), ("rate_limits", 1)} <= seen


def test_what_is_unknown_of_a_provider_is_no_ones_lead():
    left, right = sides("openai", "mistral")
    assert math.isnan(right.value("rate_limits"))
    rows = compared.provider_rows(left, right)
    assert rows[2]["better"] == "unknown" and "unknown" in rows[2]["worth"]
    assert any(sentence.startswith("Unknown of Mistral") and "room at the peak" in sentence for sentence in compared.providers(left, right))


def test_a_provider_without_a_passing_offer_says_why():
    left, right = sides("openai", "anthropic", budget={**PLAIN["budget"], "monthly_usd": 0.01})
    assert compared.provider_headline(left, right).startswith("Neither passes every must-have")
    assert sum("has no offer that passes every must-have." in sentence for sentence in compared.providers(left, right)) == 2


def test_a_provider_that_is_not_asked_for_has_no_best_offer():
    assert compared.best_of(made(real=True, needs={"providers": ["openai"]}), "anthropic") is None


def test_figures_are_those_of_the_cards():
    from framework.report import tables

    side = side_by_side.answer(plain())
    assert [row["left"] for row in side_by_side.lines(side, side)[:4]] == [card[1] for card in tables.cards(plain(), side.at)]


def test_an_offer_that_another_day_does_not_have_is_left_out():
    assert side_by_side.in_study(plain(), "nobody/nothing") is None
    moved = dataclasses.replace(plain(), on=dt.date(2026, 11, 24))
    assert isinstance(side_by_side.in_study(moved, moved.columns.ids[0]), Side)
