"""The whole chain: controls -> Workload -> four assessments -> screen -> score -> Recommendation."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
from dataclasses import dataclass

import numpy as np

from framework.axes.bill_range import BillRange, bill_range
from framework.axes.own_limits import with_own
from framework.axes.success import success, usd_per_success
from framework.catalogue.catalogue import Catalogue
from framework.catalogue.columns import Array, Columns
from framework.catalogue.own_latency import with_own_latency
from framework.catalogue.own_names import by_id
from framework.load import Load, load_of
from framework.naming import check_names
from framework.priorities import Priorities
from framework.scoring import recommend
from framework.scoring.baseline import Differences, differences
from framework.scoring.chain import Assessments, Case, assess_all
from framework.scoring.results import Recommendation
from framework.workload import Workload

__all__ = ["Assessments", "Spend", "Study", "assess_all", "columns_for", "deepen", "spend", "study", "versus_baseline"]


@dataclass(frozen=True, eq=False)
class Study:
    """The one thing that a page, a report and the command line receive."""

    workload: Workload
    priorities: Priorities
    catalogue: Catalogue
    on: dt.date
    columns: Columns
    load: Load
    assessments: Assessments
    recommendation: Recommendation

    @functools.cached_property
    def case(self) -> Case:
        """The part of the study that the scoring is asked about."""
        return Case(self.workload, self.priorities, self.columns, self.load, self.assessments)


def columns_for(workload: Workload, catalogue: Catalogue, on: dt.date) -> Columns:
    """The catalogue on that day as this workload sees it: readings at its effort where it asks for thinking, prices of its first region.

    Prices stay the list's; what was negotiated off them stands beside them. The user's own limits and latency stand in the place of the
    published ones.
    """
    region = workload.needs.regions[0] if workload.needs.regions else None
    effort = workload.tokens.effort if workload.tokens.reasoning_mean else "none"
    columns = catalogue.columns(on, effort=effort, region=region)
    if workload.own_limits:
        columns = with_own(columns, by_id(workload.own_limits, catalogue), workload.tiers)
    if workload.own_latency:
        columns = with_own_latency(columns, by_id(workload.own_latency, catalogue, "own_latency"), catalogue, effort)
    discounts = workload.billing.discounts
    if not discounts:
        return columns
    return dataclasses.replace(columns, discount_share=np.array([discounts.get(provider, 0.0) for provider in columns.providers]))


def study(workload: Workload, priorities: Priorities, catalogue: Catalogue, on: dt.date) -> Study:
    """Assess, screen, score, recommend; `deepen` adds confidence and flip points. `WorkloadError` for names that the catalogue lacks."""
    check_names(workload, catalogue)
    columns, load = columns_for(workload, catalogue, on), load_of(workload)
    assessments = assess_all(load, columns, workload.tiers)
    case = Case(workload, priorities, columns, load, assessments)
    answer = recommend.recommend(case, prices_as_of=catalogue.prices_as_of, catalogue_digest=catalogue.digest)
    return Study(workload, priorities, catalogue, on, columns, load, assessments, answer)


def deepen(study: Study) -> Study:
    """The same study with confidence, win shares, regret and flip points; nothing to do a second time."""
    if study.recommendation.deepened:
        return study
    return dataclasses.replace(study, recommendation=recommend.deepen(study.case, study.recommendation))


@dataclass(frozen=True, eq=False)
class Spend:
    """The monthly bill over seeded draws, and what a successful task costs; all `(offers,)` in the order of the columns.

    `usd_per_success_low`, `_high`: the expected bill at either end of the interval of the pass rate.
    """

    range: BillRange
    usd_per_success: Array
    usd_per_success_low: Array
    usd_per_success_high: Array


def spend(study: Study) -> Spend:
    """P10, P50 and P90 of every bill, and how often each offer that passes the gates is the cheapest of them."""
    columns, workload = study.columns, study.workload
    eligible = np.asarray(study.recommendation.scores.eligible)
    asked = np.array([not workload.needs.providers or provider in workload.needs.providers for provider in columns.providers])
    places = np.flatnonzero(asked | eligible)
    drawn = bill_range(study.load, columns, workload.spreads, places=places, compete=eligible[places])
    rated, usd = success(workload.task, workload.evals, columns), study.assessments.cost.expected_usd
    each = (usd_per_success(usd, study.load, workload.task, columns, rate=rate) for rate in (rated.rate, rated.high, rated.low))
    return Spend(drawn.everywhere(places, len(columns)), *each)


def versus_baseline(study: Study) -> Differences | None:
    """Every offer against `workload.baseline` (an id or an alias), None where none is named; `UnknownOffer` if the catalogue lacks it."""
    if study.workload.baseline is None:
        return None
    baseline = study.catalogue.offer(study.workload.baseline).id
    return differences(study.case, study.recommendation.scores.low, baseline=baseline)
