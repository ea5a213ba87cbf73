"""What a task costs that succeeds: an offer that is cheap per call and fails often is not cheap."""

from __future__ import annotations

import numpy as np

from framework.billing import Task
from framework.catalogue.columns import Array, Columns
from framework.load import Load


def success_rates(task: Task, columns: Columns) -> Array:
    """Share of tasks that succeed, `(offers,)`: the offer's own rate, else its model's, else the common one; NaN where none is given."""
    common = np.nan if task.success_rate is None else task.success_rate
    own = task.success_rates
    return np.array([own.get(offer, own.get(model, common)) for offer, model in zip(columns.ids, columns.models, strict=True)])


def usd_per_success(expected_usd: Array, load: Load, task: Task, columns: Columns) -> Array:
    """The month's bill over the tasks of a month that succeed, `(offers,)`; what failed tasks cost is part of it. NaN unknown."""
    tasks = load.requests_per_month / task.calls
    return np.asarray(expected_usd / (tasks * success_rates(task, columns)))
