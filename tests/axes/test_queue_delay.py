"""Waits taken off the time budget, by hand."""

import numpy as np
import pytest
from axes.builders import make_columns, make_load

from framework.axes.latency import assess
from framework.axes.queue_delay import DELAY_NODES, Waits, in_time_with_waits

LOAD = make_load(ttft_budget_s=2.0, response_budget_s=9.0, streaming=True)
COLUMNS = make_columns()
NONE = np.zeros(5)
READ = range(4)


def shares(*waits: Waits) -> np.ndarray:
    return in_time_with_waits(LOAD, COLUMNS, list(waits), cached_tokens=NONE)


def test_where_nobody_waits_nothing_changes():
    alone = assess(LOAD, COLUMNS).attainment
    found = shares(*(Waits.of(offer, np.zeros(100, dtype=np.int64), 0) for offer in range(5)))
    np.testing.assert_allclose(found, alone)
    assert np.isnan(found[4])


def test_a_wait_is_time_that_the_reply_no_longer_has():
    # Half of the calls wait for half a second, a quarter are refused, a quarter are admitted at once.
    delay_us = np.repeat(np.array([0, 500_000], dtype=np.int64), [100, 200])
    later = assess(LOAD.with_(ttft_budget_s=1.5, response_budget_s=8.5), COLUMNS).attainment
    alone = assess(LOAD, COLUMNS).attainment
    for offer in READ:
        found = shares(Waits.of(offer, delay_us, 100))[0]
        assert found == pytest.approx(0.25 * alone[offer] + 0.5 * later[offer], abs=1e-9)


def test_a_wait_longer_than_the_budget_is_a_late_reply():
    found = shares(Waits.of(0, np.full(10, 60_000_000, dtype=np.int64), 0))
    assert found[0] == pytest.approx(0.0, abs=1e-6)


def test_all_refused_are_none_in_time_and_no_calls_are_all_in_time():
    assert shares(Waits.of(0, np.zeros(0, dtype=np.int64), 5))[0] == 0
    assert shares(Waits.of(0, np.zeros(0, dtype=np.int64), 0))[0] == pytest.approx(float(assess(LOAD, COLUMNS).attainment[0]))
    assert in_time_with_waits(LOAD, COLUMNS, [], cached_tokens=NONE).shape == (0,)


def test_many_different_waits_are_stood_for_by_a_few_quantiles():
    rng = np.random.default_rng(5)
    delay_us = np.sort(rng.exponential(400_000, 2_000)).astype(np.int64) + 1
    each = in_time_with_waits(LOAD, COLUMNS, [Waits.of(1, delay_us[at : at + 1], 0) for at in range(0, 2_000, 10)], cached_tokens=NONE)
    assert shares(Waits.of(1, delay_us, 0))[0] == pytest.approx(float(each.mean()), abs=0.005)
    delays, weights = Waits.of(1, delay_us, 500).nodes
    assert len(delays) == DELAY_NODES + 1 and weights.sum() == pytest.approx(0.8)
