"""What a study says beside the expected bill: its range, who is the cheapest how often, and what a successful task costs."""

import dataclasses
import datetime as dt
import functools

import numpy as np
import pytest

from framework.catalogue.load import load_catalogue
from framework.evals import wilson
from framework.presets import presets
from framework.study import Spend, Study, spend, study
from framework.workload import Workload

ON = dt.date(2026, 11, 23)


@functools.cache
def found() -> Study:
    preset = presets()["rag"]
    return study(preset.workload, preset.priorities, load_catalogue(), ON)


def changed(**parts: object) -> Study:
    preset = presets()["rag"]
    content = preset.workload.model_dump(by_alias=True) | parts
    return study(Workload.model_validate(content), preset.priorities, load_catalogue(), ON)


def of(one: Study, offer: str, values: np.ndarray) -> float:
    return float(values[one.columns.index(offer)])


def test_percentiles_enclose_and_shares_of_the_cheapest_are_whole_among_those_that_pass() -> None:
    base = found()
    spent = spend(base)
    asked = ~np.isnan(spent.range.p50_usd)
    assert asked.any() and not asked.all()
    assert np.all(spent.range.p10_usd[asked] <= spent.range.p50_usd[asked])
    assert np.all(spent.range.p50_usd[asked] <= spent.range.p90_usd[asked])
    eligible = np.asarray(base.recommendation.scores.eligible)
    assert np.nansum(spent.range.cheapest_share) == pytest.approx(1)
    assert np.isnan(spent.range.cheapest_share[~eligible]).all()


def test_a_study_twice_gives_the_same_range() -> None:
    first, again = spend(found()), spend(changed())
    for field in dataclasses.fields(first.range):
        np.testing.assert_array_equal(getattr(first.range, field.name), getattr(again.range, field.name))


def test_no_range_depends_on_which_providers_are_asked_about() -> None:
    needs = presets()["rag"].workload.needs.model_dump(by_alias=True)
    both, one = found(), changed(needs=needs | {"providers": ["openai"]})
    mine = np.array([provider == "openai" for provider in both.columns.providers])
    for name in ("p10_usd", "p50_usd", "p90_usd"):
        wide, narrow = (getattr(spend(one_study).range, name)[mine] for one_study in (both, one))
        np.testing.assert_allclose(wide, narrow, rtol=1e-12)


def test_a_discount_is_taken_off_the_providers_bills_and_their_ranges_and_off_nobody_elses() -> None:
    base, cut = found(), changed(billing={"discounts": {"openai": 0.2}})
    factor = np.where(np.array(base.columns.providers) == "openai", 0.8, 1.0)
    np.testing.assert_allclose(cut.assessments.cost.expected_usd, base.assessments.cost.expected_usd * factor, rtol=1e-12)
    np.testing.assert_allclose(spend(cut).range.p90_usd, spend(base).range.p90_usd * factor, rtol=1e-9)


def test_a_successful_task_costs_its_calls_over_its_chances() -> None:
    # 6,000 calls a day are 36,000 tasks of five calls a month.
    told = changed(task={"calls": 5, "success_rate": 0.9, "success_rates": {"gpt-5.4": 0.5}})
    spent: Spend = spend(told)
    for offer, rate in (("openai/gpt-5.4", 0.5), ("azure/gpt-5.4", 0.5), ("anthropic/claude-opus-5-5", 0.9)):
        bill = of(told, offer, told.assessments.cost.expected_usd)
        assert of(told, offer, spent.usd_per_success) == pytest.approx(bill / (36_000 * rate), rel=1e-12)
    assert np.isnan(spend(found()).usd_per_success).all()


def test_an_evaluation_prices_a_success_with_its_interval() -> None:
    told = changed(task={"calls": 5}, evals={"gpt-5.4": {"pass_rate": 0.5, "n": 100}})
    spent = spend(told)
    bill = of(told, "openai/gpt-5.4", told.assessments.cost.expected_usd)
    low, high = wilson(0.5, 100)
    for found, rate in ((spent.usd_per_success_low, high), (spent.usd_per_success, 0.5), (spent.usd_per_success_high, low)):
        assert of(told, "openai/gpt-5.4", found) == pytest.approx(bill / (36_000 * rate), rel=1e-12)
