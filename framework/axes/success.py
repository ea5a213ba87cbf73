"""What a task costs that succeeds: an offer that is cheap per call and fails often is not cheap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from framework.billing import Task
from framework.catalogue.columns import Array, Columns, Ints
from framework.evals import EvalResult, wilson_at
from framework.load import Load


@dataclass(frozen=True, eq=False)
class Success:
    """Share of tasks that succeed, `(offers,)`: NaN where nobody has said. `n`: cases of the evaluation, NaN for a rate given without.

    `low`, `high`: 95 % interval of an evaluation, the rate itself where it was given without cases. `judged`: the first offer that the
    same evaluation speaks of, so that offers of one model err together.
    """

    rate: Array
    low: Array
    high: Array
    n: Array
    judged: Ints

    def drawn(self, z: Array, places: Ints) -> Array:
        """`(n, places)`: the rates that standard normals `(n, offers)` make of the evaluations; a rate given without cases stays."""
        rate, n = self.rate[places], self.n[places]
        return np.where(np.isnan(n), rate, wilson_at(rate, n, z[:, self.judged[places]]))


def success(task: Task, evals: Mapping[str, EvalResult], columns: Columns, *, common: bool = True) -> Success:
    """Per offer: a rate given for the offer, its evaluation, a rate given for its model, its model's evaluation, the `common` rate."""
    known = [_speaking(names, task, evals) for names in zip(columns.ids, columns.models, strict=True)]
    rate, low, high, n = np.array([_of(name, task, evals, common=common) for name in known], dtype=float).reshape(-1, 4).T
    first = {name: place for place, name in reversed(list(enumerate(known)))}
    return Success(rate, low, high, n, np.array([first[name] for name in known], dtype=np.int64))


def _speaking(names: tuple[str, str], task: Task, evals: Mapping[str, EvalResult]) -> str | None:
    """Under which of an offer's names something is said of it."""
    return next((name for name in names if name in task.success_rates or name in evals), None)


def _of(name: str | None, task: Task, evals: Mapping[str, EvalResult], *, common: bool) -> tuple[float, float, float, float]:
    if name is not None and name not in task.success_rates:
        return (evals[name].pass_rate, *evals[name].interval, evals[name].n)
    given = task.success_rate if common and task.success_rate is not None else np.nan
    return (given if name is None else task.success_rates[name],) * 3 + (np.nan,)


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
