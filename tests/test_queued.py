"""The day at the limits as part of the reply time, over the small catalogue: alpha takes 400,000 input tokens a minute at `start`."""

import numpy as np
import pytest
from report.studies import PLAIN, made, plain

from framework.queued import Queued, queued
from framework.report.queue_rows import COLUMNS, queue_rows, said
from framework.simulation.limiter import WINDOWS_S
from framework.study import Study

HARSH, KIND = 0, 1
# About 42 calls a minute of 5,000 tokens, twice that in the busiest: 417,000.
TIGHT = {
    "traffic": {**PLAIN["traffic"], "requests_per_day": 60_000},
    "tokens": {"input_mean": 5_000, "output_mean": 100},
    "tiers": {"alpha": "start", "beta": "three"},
    "budget": {**PLAIN["budget"], "monthly_usd": 1e6},
}


def at_limits(policy: str) -> tuple[Study, Queued]:
    study = made(deep=False, **TIGHT, clients={"policy": policy})
    return study, queued(study, range(len(study.columns)))


def test_wide_limits_make_nobody_late():
    study = plain()
    found = queued(study, range(len(study.columns)))
    known = ~np.isnan(found.refused_share[0])
    assert known.any()
    np.testing.assert_allclose(found.in_time[:, known], np.broadcast_to(found.alone[known], (len(WINDOWS_S), known.sum())))
    assert "no reply late" in said(study, found)


def test_refused_calls_are_late_and_the_rest_as_before():
    study, found = at_limits("refuse")
    at = study.columns.index("alpha/sage-2")
    assert found.refused_share[HARSH, at] > found.refused_share[KIND, at] > 0
    assert found.delayed_share[:, at].tolist() == [0, 0]
    np.testing.assert_allclose(found.in_time[:, at], found.alone[at] * (1 - found.refused_share[:, at]))
    assert found.calls[at] == pytest.approx(60_000, rel=0.01)
    assert study.columns.names[at] in said(study, found)


def test_those_who_queue_are_late_where_the_wait_is_longer_than_the_budget():
    study, found = at_limits("wait")
    at = study.columns.index("alpha/sage-2")
    assert found.refused_share[:, at].tolist() == [0, 0]
    assert found.delayed_share[HARSH, at] > 0.05
    assert found.alone[at] - found.delayed_share[HARSH, at] - 0.01 <= found.in_time[HARSH, at] < found.alone[at] - 0.01


def test_an_offer_without_known_limits_or_reading_stays_unknown():
    study, found = at_limits("wait")
    rows = {row["id"]: row for row in queue_rows(study, found)}
    assert set(COLUMNS) <= set(rows["alpha/sage-2"])
    unlimited = [offer for offer, known in zip(study.columns.ids, ~np.isnan(found.refused_share[0]), strict=True) if not known]
    assert unlimited
    for offer in unlimited:
        assert rows[offer]["queued"] == rows[offer]["delayed"] == rows[offer]["refused"] == "unknown"


def test_without_any_known_limit_it_says_so():
    study, found = at_limits("wait")
    unlimited = [at for at, known in enumerate(~np.isnan(found.refused_share[0])) if not known]
    assert "unknown" in said(study, queued(study, unlimited))


def test_traffic_that_all_goes_in_batch_meets_no_limits():
    study = made(deep=False, **TIGHT | {"traffic": {**TIGHT["traffic"], "batch_share": 1}})
    found = queued(study, range(len(study.columns)))
    batch = study.columns.price.sells_batch
    assert np.isnan(found.in_time[:, batch]).all() and not found.calls[batch].any()
