"""The team's own evaluation held against the success rate that the workload needs: who is surely below it, and who is not known to be."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from framework import wording
from framework.axes.assessment import Verdict
from framework.axes.success import Success, success
from framework.catalogue.columns import Columns
from framework.evals import cases_needed
from framework.workload import Workload

A_MILLION = 1e6


def own_success(workload: Workload, columns: Columns) -> Success:
    """What the team has found of each offer; a rate that is only assumed of all is held against nobody."""
    return success(workload.task, workload.evals, columns, common=False)


def told(rated: Success, position: int) -> str:
    """`82 % of 120 cases of your own pass (95 % interval 74 % to 88 %)`; a rate without cases as what it is."""
    rate, low, high, n = (float(part[position]) for part in (rated.rate, rated.low, rated.high, rated.n))
    if math.isnan(n):
        return f"{wording.share(rate)} of its tasks succeed by the rate you gave"
    return f"{wording.share(rate)} of {n:,.0f} cases of your own pass (95 % interval {wording.share(low)} to {wording.share(high)})"


def verdict(rated: Success, position: int, least: float | None) -> Verdict:
    """Against the least share that must succeed; where none is asked for, what is known meets it."""
    if math.isnan(rated.rate[position]):
        return Verdict.UNKNOWN
    if least is None or rated.low[position] >= least:
        return Verdict.MEETS
    return Verdict.FAILS if rated.high[position] < least else Verdict.UNRESOLVED


def too_low(workload: Workload, columns: Columns, position: int) -> tuple[str, str]:
    """Reason and cure of an offer whose interval ends below what is needed."""
    rated, least = own_success(workload, columns), workload.needs.least_success or 0.0
    high = float(rated.high[position])
    reason = f"{told(rated, position)}; the workload needs at least {wording.share(least)}."
    reachable = wording.not_short_of(wording.share, high, up=False)
    return reason, f"Improve the prompt and evaluate it again, or lower needs.least_success to {wording.share(reachable)}."


def doubts(workload: Workload, columns: Columns, positions: list[int]) -> Iterator[tuple[int, str]]:
    """What is not known of offers that pass: never evaluated, or too few cases to tell. `(position, sentence)`."""
    least = workload.needs.least_success
    if least is None:
        return
    rated = own_success(workload, columns)
    for position in positions:
        if np.isnan(rated.rate[position]):
            yield (
                position,
                f"How often {columns.names[position]} succeeds has not been evaluated, so it was not held against {wording.share(least)}.",
            )
        elif rated.low[position] < least:
            yield position, _open(columns.names[position], rated, position, least)


def _open(name: str, rated: Success, position: int, least: float) -> str:
    cases = cases_needed(float(rated.rate[position]), least)
    more = f"about {wording.tokens(cases)} cases would tell if the share stays" if cases < A_MILLION else "the two are too near to tell"
    return f"{name}: {told(rated, position)}, which leaves open whether it reaches {wording.share(least)}; {more}."
