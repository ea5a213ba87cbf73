"""What a successful task costs: the month's bill over the tasks that succeed."""

import numpy as np
import pytest
from axes.builders import IDS, make_columns, make_load

from framework.axes.success import success, success_rates, usd_per_success
from framework.billing import Task
from framework.evals import EvalResult, wilson

LOAD, COLUMNS = make_load(requests_per_day=1_000.0), make_columns()
BILLS = np.array([300.0, 600.0, 900.0, np.nan, 30.0])


def test_an_offers_own_rate_goes_before_its_models_and_that_before_the_common_one() -> None:
    task = Task(success_rate=0.9, success_rates={"cached": 0.8, "acme/cached": 0.7, "cliff": 0.5})
    assert success_rates(task, COLUMNS).tolist() == [0.9, 0.7, 0.5, 0.9, 0.9]
    assert success_rates(Task(success_rates={"cached": 0.8}), COLUMNS).tolist()[:2] == pytest.approx([np.nan, 0.8], nan_ok=True)


def test_a_task_of_several_calls_that_often_fails_costs_more_than_its_calls() -> None:
    # 30,000 calls are 6,000 tasks of five calls: at Acme Plain 90 % succeed, at Acme Cached 40 %.
    task = Task(calls=5, success_rate=0.9, success_rates={"cached": 0.4})
    usd = usd_per_success(BILLS, LOAD, task, COLUMNS)
    assert usd == pytest.approx([300 / 5_400, 600 / 2_400, 900 / 5_400, np.nan, 30 / 5_400], nan_ok=True)


def test_an_offer_that_is_cheap_per_call_may_be_dear_per_success() -> None:
    # $30 at one in a hundred against $300 at nine in ten, of 30,000 tasks: $0.10 and $0.011.
    usd = usd_per_success(BILLS, LOAD, Task(success_rates={"peak": 0.01, "plain": 0.9}), COLUMNS)
    assert usd[IDS.index("delta/peak")] == pytest.approx(0.10)
    assert usd[IDS.index("acme/plain")] == pytest.approx(300 / 27_000)


def test_without_a_rate_nothing_is_known() -> None:
    assert np.isnan(usd_per_success(BILLS, LOAD, Task(), COLUMNS)).all()


def test_an_evaluation_counts_for_its_model_and_goes_before_it_for_its_offer() -> None:
    evals = {
        "cached": EvalResult(pass_rate=0.5, n=20),
        "acme/cached": EvalResult(pass_rate=0.8, n=50),
        "cliff": EvalResult(pass_rate=0.7, n=10),
    }
    found = success(Task(success_rate=0.9, success_rates={"cliff": 0.6}), evals, COLUMNS)
    assert found.rate.tolist() == [0.9, 0.8, 0.6, 0.9, 0.9], "a rate that is given goes before the evaluation of the same name"
    assert (found.low[1], found.high[1], found.n[1]) == (*wilson(0.8, 50), 50)
    assert np.isnan(found.n[2]) and found.low[2] == found.high[2] == 0.6
    alone = success(Task(success_rate=0.9), evals, COLUMNS, common=False)
    assert alone.rate == pytest.approx([np.nan, 0.8, 0.7, np.nan, np.nan], nan_ok=True)


def test_where_none_succeeds_a_success_has_no_price() -> None:
    usd = usd_per_success(BILLS, LOAD, Task(), COLUMNS, rate=np.zeros(5))
    assert np.isinf(usd[:3]).all() and np.isnan(usd[3]), "an unknown bill stays unknown"
