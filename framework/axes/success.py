"""What a task costs that succeeds: an offer that is cheap per call and fails often is not cheap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from framework.billing import Task
from framework.catalogue.columns import Array, Columns
from framework.evals import EvalResult
from framework.load import Load


@dataclass(frozen=True, eq=False)
class Success:
    """Share of tasks that succeed, `(offers,)`: NaN where nobody has said. `n`: cases of the evaluation, NaN for a rate given without.

    `low`, `high`: 95 % interval of an evaluation, the rate itself where it was given without cases.
    """

    rate: Array
    low: Array
    high: Array
    n: Array


def success(task: Task, evals: Mapping[str, EvalResult], columns: Columns, *, common: bool = True) -> Success:
    """Per offer: a rate given for the offer, its evaluation, a rate given for its model, its model's evaluation, the `common` rate."""
    found = [_of(names, task, evals, common=common) for names in zip(columns.ids, columns.models, strict=True)]
    return Success(*np.array(found, dtype=float).reshape(-1, 4).T)


def _of(names: tuple[str, str], task: Task, evals: Mapping[str, EvalResult], *, common: bool) -> tuple[float, float, float, float]:
    for name in names:
        if name in task.success_rates:
            return (task.success_rates[name],) * 3 + (np.nan,)
        if name in evals:
            return (evals[name].pass_rate, *evals[name].interval, evals[name].n)
    given = task.success_rate if common and task.success_rate is not None else np.nan
    return (given,) * 3 + (np.nan,)


def success_rates(task: Task, columns: Columns, evals: Mapping[str, EvalResult] = MappingProxyType({})) -> Array:
    """The rate alone, the common one where nothing else is said."""
    return success(task, evals, columns).rate


def usd_per_success(expected_usd: Array, load: Load, task: Task, columns: Columns, *, rate: Array | None = None) -> Array:
    """The month's bill over the tasks of a month that succeed, `(offers,)`; what failed tasks cost is part of it.

    `rate` None: by the rates of the task. NaN unknown; infinite where none succeeds.
    """
    rates = success_rates(task, columns) if rate is None else rate
    tasks = load.requests_per_month / task.calls
    with np.errstate(divide="ignore"):
        return np.asarray(expected_usd / (tasks * rates))
