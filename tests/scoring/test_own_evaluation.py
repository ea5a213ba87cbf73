"""The team's own evaluation as a criterion: it takes part where something was evaluated, and weighs nothing unless it is asked to."""

import re

import numpy as np
import pytest
from axes.builders import IDS
from hypothesis import given
from hypothesis import strategies as st
from scoring.fakes import array, make_case, verdicts

from framework import draws
from framework.axes.assessment import AXES, CRITERIA, Verdict
from framework.evals import wilson, wilson_at
from framework.priorities import Priorities
from framework.scoring.evaluated import too_low
from framework.scoring.knowing import drawn_inputs
from framework.scoring.open_offers import candidates
from framework.scoring.recommend import recommend
from framework.scoring.value import values
from framework.scoring.weights import changes_by_rival, smallest_change, weight_flips
from framework.workload import Budget

HALF = {"weights": {"success": 1.0}}
"""The four axes weigh 1 together."""
BUDGET = {"budget": {"monthly_usd": 1_000}}


def evals(**rates):
    return {name: {"pass_rate": rate, "n": n} for name, (rate, n) in rates.items()}


def case_with(found, priorities=None, *, workload=None, **parts):
    return make_case({"evals": found, **(workload or {})}, priorities, **parts)


def answer(case):
    return recommend(case, prices_as_of=None, catalogue_digest="0" * 12)


def test_without_an_evaluation_there_are_four_criteria_whatever_its_weight():
    plain, weighted = answer(make_case()), answer(make_case(priorities=HALF))
    assert make_case(priorities=HALF).criteria == AXES == plain.scores.criteria
    assert weighted.scores.weights == pytest.approx([0.4, 0.3, 0.2, 0.1])
    assert weighted.scores.low.tolist() == plain.scores.low.tolist()


def test_a_rate_that_is_only_assumed_of_all_is_no_evaluation():
    assert make_case({"task": {"success_rate": 0.9}}, HALF).criteria == AXES
    assert make_case({"task": {"success_rates": {"acme/plain": 0.9}}}, HALF).criteria == CRITERIA


def test_at_no_weight_an_evaluation_changes_nothing():
    parts = {"cost_usd": array(900, 800, 700, 600, 500), "attainment": array(0.9, 0.8, 0.85, 0.7, 0.6)}
    plain, evaluated = answer(make_case(**parts)), answer(case_with(evals(plain=(0.2, 50), peak=(0.9, 50)), **parts))
    assert evaluated.scores.criteria == CRITERIA
    for what in ("low", "high", "rank", "topsis", "dominated", "eligible"):
        assert getattr(evaluated.scores, what).tolist() == pytest.approx(getattr(plain.scores, what).tolist(), nan_ok=True), what
    assert evaluated.choice == plain.choice and evaluated.could_win == plain.could_win


def test_the_score_is_that_of_five_weights():
    # The axes are all level; half of the weight is the evaluation: 0.92, 0.40 and, not evaluated, 0 to 1.
    case = case_with(evals(plain=(0.92, 200), cached=(0.4, 10)), HALF)
    found, axes = answer(case), answer(make_case()).scores.low[0]
    assert found.scores.weights == pytest.approx([0.2, 0.15, 0.1, 0.05, 0.5])
    assert found.scores.low[:3] == pytest.approx([0.5 * axes + 0.46, 0.5 * axes + 0.2, 0.5 * axes], abs=1e-6)
    assert found.scores.high[:3] == pytest.approx([0.5 * axes + 0.46, 0.5 * axes + 0.2, 0.5 * axes + 0.5], abs=1e-6)
    assert found.choice == "acme/plain"


def test_what_was_not_evaluated_could_win_and_says_how():
    case = case_with(evals(plain=(0.92, 200)), HALF)
    told = dict(answer(case).could_win)
    assert set(told) == set(IDS) - {"acme/plain"}
    assert all("your evaluation has not looked at it" in text for text in told.values())


def test_the_reasons_name_it_where_it_decides():
    case = case_with(evals(plain=(0.92, 200), cached=(0.4, 10)), HALF, workload=BUDGET, cost_usd=array(900, 800, 900, 900, 900))
    told = " ".join(answer(case).reasons)
    assert "ahead on your own evaluation (92 % of your tasks succeed against 40 % of your tasks succeed)" in told
    assert "behind on cost" in told


def test_it_is_anchored_at_every_task_and_at_the_least_that_is_asked():
    anchor = Priorities().anchors(Budget(), 0.8)["success"]
    assert (anchor.good, anchor.unacceptable) == (1.0, 0.8)
    assert Priorities().anchors(Budget())["success"].unacceptable == 0.0
    assert Priorities().anchors(Budget(), 1.0)["success"].unacceptable < 1.0
    case = case_with(evals(plain=(0.9, 500)), workload={"needs": {"least_success": 0.8}})
    low, high = values(case)
    # Half of the way from 0.8 to 1.
    assert low[4, 0] == high[4, 0] == pytest.approx(0.5)
    assert (low[4, 2], high[4, 2]) == (0, 1)
    own = case_with(evals(plain=(0.9, 500)), {"targets": {"success": {"good": 0.9, "unacceptable": 0.5}}})
    assert values(own)[0][4, 0] == 1


def test_targets_the_wrong_way_round_are_refused():
    with pytest.raises(ValueError, match=r"success.good must be above success.unacceptable"):
        Priorities.model_validate({"targets": {"success": {"good": 0.5, "unacceptable": 0.9}}})
    with pytest.raises(ValueError, match="shares of tasks"):
        Priorities.model_validate({"targets": {"success": {"good": 95, "unacceptable": 0.9}}})


def test_its_weight_alone_is_no_weight():
    with pytest.raises(ValueError, match="at least one axis"):
        Priorities.model_validate({"weights": {"cost": 0, "latency": 0, "rate_limits": 0, "context_window": 0, "success": 1}})


def test_the_weight_at_which_it_turns_the_choice_is_exact():
    # Cost: $300 of 300..1,000 is 1 against $650, 0.5: ahead by 0.4 x 0.5. The evaluation: 0.5 against 0.9. Level where (1 - w) 0.2 = 0.4 w.
    usd = array(300, 650, 1_000, 1_000, 1_000)
    case = case_with(evals(plain=(0.5, 100), cached=(0.9, 100)), workload=BUDGET, cost_usd=usd)
    found = answer(case)
    assert found.choice == "acme/plain"
    flips = weight_flips(found.scores, choice=0, cost_usd=usd, ids=case.columns.ids)
    flip = next(each for each in flips if each.what == "weights.success")
    assert flip.from_ == 0 and flip.to == pytest.approx(1 / 3) and flip.new_winner == IDS[1]
    change = changes_by_rival(found.scores, choice=0, ids=case.columns.ids)[IDS[1]]
    # From cost to the evaluation each point gains 0.5 + 0.4: 0.2 / 0.9.
    assert change.axis == "success" and change.moved == pytest.approx(0.2 / 0.9)
    assert smallest_change(found.scores, choice=0, ids=case.columns.ids).axis in CRITERIA


@given(st.floats(0, 1), st.integers(1, 10_000), st.floats(-4, 4), st.floats(-4, 4))
def test_drawn_rates_rise_with_the_draw_and_end_where_the_interval_ends(share, n, one, other):
    low, high = wilson(share, n)
    ends = wilson_at(np.full(3, share), np.full(3, n), np.array([-1.959963984540054, 0.0, 1.959963984540054]))
    assert ends == pytest.approx([low, share, high], abs=1e-9)
    lower, upper = wilson_at(np.full(2, share), np.full(2, n), np.array(sorted((one, other))))
    assert 0 <= lower <= upper + 1e-12 <= 1 + 1e-12


def test_of_the_draws_95_in_100_lie_inside_the_interval_on_the_screen():
    case = case_with(evals(plain=(0.92, 200)))
    z = draws.standard_normals(offers=5, tokenizers=1, models=1, providers=1, n=2_000).success
    rates = case.success.drawn(z, np.arange(5))[:, 0]
    low, high = wilson(0.92, 200)
    assert ((rates > low) & (rates < high)).mean() == pytest.approx(0.95, abs=0.002)
    assert np.median(rates) == pytest.approx(0.92, abs=1e-3)


def test_offers_of_one_evaluation_err_together_and_a_rate_without_cases_does_not_err():
    columns = {"models": ("plain", "plain", "cliff", "other", "peak")}
    case = make_case({"evals": evals(plain=(0.8, 40), other=(0.8, 40)), "task": {"success_rates": {"cliff": 0.7}}}, columns=columns)
    z = draws.standard_normals(offers=5, tokenizers=1, models=1, providers=1).success
    rates = case.success.drawn(z, np.arange(5))
    assert np.array_equal(rates[:, 0], rates[:, 1]) and not np.array_equal(rates[:, 0], rates[:, 3])
    assert (rates[:, 2] == 0.7).all() and np.isnan(rates[:, 4]).all()


def test_it_is_worth_finding_out_only_where_it_counts():
    found = evals(plain=(0.92, 200))
    assert "success" not in drawn_inputs(make_case(priorities=HALF))
    assert "success" not in drawn_inputs(case_with(found))
    assert "success" in drawn_inputs(case_with(found, HALF))
    assert "success" in drawn_inputs(case_with(found, workload={"needs": {"least_success": 0.9}}))


def test_who_is_ahead_in_the_evaluation_alone_takes_part_in_the_draws():
    # Dearer and slower than all others, which are beaten by nobody on the axes: only the evaluation speaks for it.
    parts = {"cost_usd": array(900, 100, 100, 100, 100), "attainment": array(0.5, 0.9, 0.9, 0.9, 0.9)}
    assert 0 not in candidates(make_case(**parts), choice=1, most=4)
    assert 0 in candidates(case_with(evals(plain=(0.99, 500), cached=(0.5, 500)), HALF, **parts), choice=1, most=4)


@given(st.lists(st.floats(0, 1), min_size=4, max_size=4), st.floats(0, 1), st.floats(0, 5))
def test_evaluating_one_more_offer_never_changes_the_order_of_the_others(rates, another, weight):
    names = ("plain", "cached", "cliff", "peak")
    known = {name: (rate, 100) for name, rate in zip(names, rates, strict=True)}
    fewer = {name: given for name, given in known.items() if name != "cached"}
    before, after = (
        answer(case_with(evals(**found), {"weights": {"success": weight}})).scores for found in (fewer, fewer | {"cached": (another, 100)})
    )
    others = [at for at, offer in enumerate(IDS) if not offer.endswith("/cached")]
    assert before.low[others].tolist() == after.low[others].tolist()


def test_a_verdict_of_unknown_on_an_axis_is_no_evaluation():
    case = case_with(evals(plain=(0.92, 200)), HALF, latency=verdicts(o0=Verdict.UNKNOWN))
    low, high = values(case)
    assert (low[1, 0], high[1, 0]) == (0, 1) and low[4, 0] == high[4, 0] == pytest.approx(0.92)


def test_a_weight_on_nothing_evaluated_is_kept_and_not_in_force():
    weights = Priorities.model_validate(HALF).weights
    assert weights.of(AXES).success == 0 and weights.of(CRITERIA) is weights


def test_a_lower_demand_that_is_named_lets_the_offer_in():
    # 50 of 68: Wilson's upper end is 0.8265, told as 83 % it would still be out.
    workload = {"needs": {"least_success": 0.85}}
    case = case_with(evals(plain=(50 / 68, 68)), workload=workload)
    reason, cure = too_low(case.workload, case.columns, 0)
    named = float(re.search(r"to ([\d.]+) %", cure)[1]) / 100
    assert named <= case.success.high[0] < 0.83 and named == pytest.approx(0.82)
    assert "83 %" in reason
