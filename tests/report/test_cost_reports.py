"""The range of a bill, its break-evens and its terms in words: worked out by hand on the small catalogue, or held against the engine."""

from __future__ import annotations

import math

import numpy as np
import pytest
from report.studies import made, plain

from framework import wording
from framework.report import break_evens, charts, charts_range, comparison, listing, premises, tables
from framework.report.selection import shown
from framework.study import Spend, spend


def told(parts: tuple[str, ...] | list[str]) -> str:
    return " ".join(parts)


def test_the_range_chart_shows_the_percentiles_that_the_engine_drew() -> None:
    study = plain()
    spent = spend(study)
    (points,) = [trace for trace in charts.cost_range(study, spent)["data"] if trace.get("mode") == "markers"]
    rows = [at for at in shown(study) if np.isfinite(spent.range.p50_usd[at])]
    assert len(rows) >= 3
    assert sorted(points["x"]) == pytest.approx(sorted(float(spent.range.p50_usd[at]) for at in rows))
    reach = [up + down for up, down in zip(points["error_x"]["array"], points["error_x"]["arrayminus"], strict=True)]
    assert sorted(reach) == pytest.approx(sorted(float(spent.range.p90_usd[at] - spent.range.p10_usd[at]) for at in rows))


def test_the_headline_names_who_is_the_cheapest_how_often_and_the_shares_sum_to_one() -> None:
    study = plain()
    spent = spend(study)
    shares = spent.range.cheapest_share
    assert np.nansum(shares) == pytest.approx(1.0)
    best = int(np.nanargmax(shares))
    said = charts_range.finding(study, spent)
    assert study.columns.names[best] in said
    assert wording.share(float(shares[best])) in said


def test_where_nothing_fits_nobody_is_called_the_cheapest() -> None:
    study = made(budget={"monthly_usd": 0.01, "ttft_s": 5, "response_s": 20, "percentile": 80})
    assert charts_range.finding(study, spend(study)) == "No offer fits, so none is named the cheapest."
    assert charts.cost_range(study)["layout"]["meta"]["headline"]


def test_exact_figures_have_no_range() -> None:
    nothing = dict.fromkeys(("volume", "input_tokens", "output_tokens", "hit_rate", "prefixes", "reasoning", "tokenizer"), 0)
    study = made(spreads=nothing)
    drawn, bill = spend(study).range, study.assessments.cost
    known = np.isfinite(bill.expected_usd) & (bill.low_usd == bill.high_usd)
    assert known.any()
    assert drawn.p10_usd[known] == pytest.approx(bill.expected_usd[known], rel=1e-12)
    assert drawn.p90_usd[known] == pytest.approx(bill.expected_usd[known], rel=1e-12)


def test_a_task_that_succeeds_costs_the_bill_over_its_successes() -> None:
    study = made(task={"calls": 3, "success_rate": 0.8, "success_rates": {"bolt": 0.5}})
    each, usd = spend(study).usd_per_success, study.assessments.cost.expected_usd
    bolt, sage = study.columns.index("beta/bolt"), study.columns.index("alpha/sage-2")
    # 30,000 calls a month are 10,000 tasks, of which half or four in five succeed
    assert each[bolt] == pytest.approx(usd[bolt] / 5_000)
    assert each[sage] == pytest.approx(usd[sage] / 8_000)
    rows = {row["id"]: row for row in tables.cost_rows(study, spend(study))}
    assert rows["beta/bolt"]["success"] == wording.usd(float(usd[bolt]) / 5_000)


def test_without_a_success_rate_no_cost_per_success_is_told() -> None:
    study = plain()
    assert np.isnan(spend(study).usd_per_success).all()
    assert all(row["success"] == "" for row in tables.cost_rows(study, spend(study)))


def test_machines_get_the_range_too() -> None:
    study = made(task={"success_rate": 0.5})
    spent = spend(study)
    by_id = comparison.as_json(study)["spend"]
    for at, offer in enumerate(study.columns.ids):
        p50 = float(spent.range.p50_usd[at])
        assert by_id[offer]["drawn_usd"]["p50"] == (None if math.isnan(p50) else p50)
    head = comparison.as_csv(study).splitlines()[0].split(",")
    assert {"drawn_p10_usd", "drawn_p50_usd", "drawn_p90_usd", "cheapest_share", "usd_per_success"} <= set(head)


def test_a_reservation_is_used_as_much_as_the_traffic_fills_the_day() -> None:
    study = made(traffic={"requests_per_day": 1_000, "active_hours": 6, "peak_factor": 4})
    said = told(break_evens.break_evens(study, "beta/bolt"))
    # 6 of 24 hours, at a quarter of the busiest minute
    assert "Bolt Reserve (one bolt a minute) costs $3.00 an hour and unit" in said
    assert "6.2 % of a reservation for its busiest minute" in said
    assert "at most 25 % of one for its mean active minute" in said


def test_a_model_that_no_reservation_covers_has_none_to_break_even() -> None:
    assert "Bolt Reserve" not in told(break_evens.break_evens(plain(), "beta/bolt-mini"))


def test_prompts_above_a_cliff_are_weighed_against_several_below_it() -> None:
    study = made(
        real=True,
        deep=False,
        tokens={"input_mean": 150_000, "output_mean": 500},
        context={"system_tokens": 10_000, "turns": 1, "turn_tokens": 140_000, "output_reserve_tokens": 1_000},
    )
    said = told(break_evens.break_evens(study, "anthropic/claude-haiku-5-5"))
    # above 100,000 tokens 0.50 in and 2.50 out: 150,000 x 0.50 + 500 x 2.50 = 0.07625;
    # in 2 calls (140,000 / 90,000), each with the 10,000 shared: 160,000 x 0.10 + 2 x 500 x 0.50 = 0.0165
    assert "has 150k tokens on average and costs $0.0762" in said
    assert "in 2 calls below the cliff, each with what they share, $0.0165" in said


def test_a_cliff_that_no_prompt_reaches_is_said_to_be_out_of_reach() -> None:
    study = made(real=True, deep=False)
    assert "practically none of yours is that long" in told(break_evens.break_evens(study, "anthropic/claude-haiku-5-5"))


def test_only_terms_that_are_there_are_facts_of_a_workload() -> None:
    assert not {"Terms", "Paid tools a request", "Tasks of 1 call"} & {what for what, _ in premises.workload_facts(plain())}
    study = made(
        billing={"service": "priority", "discounts": {"beta": 0.15}, "gateway_fee": 0.055, "billed_failures": 0.02},
        tools={"web_searches": 0.5},
        task={"calls": 2, "success_rate": 0.9},
        conversation={"turns": 8, "user_tokens": 120, "pause_s": 90},
    )
    facts = dict(premises.workload_facts(study))
    assert facts["Terms"] == "priority service, 15 % off at beta, 5.5 % gateway fee, 2 % of all attempts fail and are billed"
    assert facts["Paid tools a request"] == "0.5 web searches"
    assert facts["Tasks of 2 calls"] == "90 % succeed"
    # opening 600, then 120 a turn and 100 of reply: 720 + 220 x 7 / 2
    assert facts["Prompt"].startswith("8 turns of 120 a conversation, 1.49k tokens on average")


def test_a_bill_names_the_sources_of_what_is_in_it() -> None:
    assert set(listing.billed_groups(plain())) == {"price", "tokenizer", "caching"}
    study = made(tools={"web_searches": 0.5}, tokens={"input_mean": 1_000, "output_mean": 100, "reasoning_mean": 200, "effort": "high"})
    assert set(listing.billed_groups(study)) == {"price", "tokenizer", "caching", "tools", "reasoning"}
    known = {group for offer in study.catalogue.offers for group, found in study.catalogue.sources_of(offer).items() if found}
    assert set(listing.billed_groups(study)) <= known | {"reasoning"}


def test_the_volume_chart_marks_the_traffic_and_names_the_cheapest() -> None:
    figure = charts.cost_against_volume(plain())
    assert "by requests a day" in figure["layout"]["meta"]["headline"]
    xs = [trace["x"] for trace in figure["data"] if trace.get("mode") == "lines" and len(trace["x"]) > 2]
    assert xs and xs[0][0] == pytest.approx(10) and xs[0][-1] == pytest.approx(100_000)


def test_drawing_twice_gives_the_same_figures() -> None:
    first, again = (spend(made(deep=False)) for _ in range(2))
    assert isinstance(first, Spend)
    np.testing.assert_array_equal(first.range.p90_usd, again.range.p90_usd)
