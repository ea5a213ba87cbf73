"""The peak of a failed offer at one whose cache is cold."""

import numpy as np
import pytest
from axes.builders import make_columns, make_load

from framework.axes import rate_limits
from framework.axes.assessment import Verdict
from framework.axes.failover import counts_cached, fail_over

CACHED, PLAIN = 1, 0


def at_peak(calls_a_minute, *, hit_rate=1.0, columns=None, **fields):
    """Steady calls of 2,000 tokens, 1,500 of them a prefix; acme lets 400,000 uncached ones in a minute at tier build."""
    columns = columns or make_columns(ratio=np.ones((3, 5)))
    load = make_load(
        requests_per_day=calls_a_minute * 24 * 60,
        active_hours=24.0,
        peak_factor=1.0,
        input_mean=2_000.0,
        output_mean=50.0,
        prefix_tokens=1_500.0,
        **fields,
    )
    hits = np.full(5, hit_rate)
    warm = rate_limits.assess(load, columns, tiers={}, forecast_usd=np.full(5, 50.0), hit_rate=hits, duration_s=np.full(5, 1.0))
    return warm, fail_over(load, columns, warm, among=counts_cached(load, columns, warm, hits))


def test_a_cold_cache_draws_on_the_input_limit_that_a_warm_one_spares():
    warm, cold = at_peak(300)
    # 300 x 500 uncached tokens fit 400,000 a minute; 300 x 2,000 = 600,000 are half as many again: two thirds come through.
    assert warm.served[CACHED] == 1
    assert cold.served[CACHED] == pytest.approx(400_000 / 600_000, abs=0.03)
    assert cold.verdicts[CACHED] == Verdict.FAILS


def test_where_cached_input_counts_the_cold_cache_changes_nothing():
    warm, cold = at_peak(300)
    assert (cold.served[PLAIN], cold.verdicts[PLAIN]) == (warm.served[PLAIN], warm.verdicts[PLAIN])


def test_a_tier_with_room_for_every_miss_holds_it():
    warm, cold = at_peak(20)
    # 20 x 2,000 = 40,000 of 400,000.
    assert cold.served[CACHED] == cold.served_worst[CACHED] == 1
    assert cold.verdicts[CACHED] == warm.verdicts[CACHED]


def test_a_cold_cache_never_serves_more_than_a_warm_one():
    for calls in (20, 100, 180, 220, 300, 900):
        warm, cold = at_peak(calls)
        assert (cold.served <= warm.served + 1e-12).all() and (cold.served_worst <= warm.served_worst + 1e-12).all()


def test_what_is_not_known_stays_unknown():
    carol = 3
    warm, cold = at_peak(300)
    assert warm.verdicts[carol] == cold.verdicts[carol] == Verdict.UNKNOWN


def test_the_axis_itself_is_left_as_it_was():
    warm, cold = at_peak(300)
    assert warm.served[CACHED] == 1 and cold.served is not warm.served
