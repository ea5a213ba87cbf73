"""From the price list to the bill: the steps are worked out here for round prices and sum to the bill for any workload."""

from typing import Any

import numpy as np
import pytest
from axes.builders import IDS, NAN, make_columns, make_load
from hypothesis import given, settings
from hypothesis import strategies as st

from framework.axes.cost import assess
from framework.axes.waterfall import LABELS, STEPS, waterfall

CALLS = 30_000
PLAIN, CACHED, CLIFF, IMPLICIT, PEAK = range(5)


def steps(offer: int, columns: Any = None, **load: Any) -> dict[str, float]:
    """The steps of one offer at a thousand calls a day, by name."""
    found = waterfall(make_load(requests_per_day=1_000, **load), make_columns() if columns is None else columns)
    return dict(zip(STEPS, found.usd[:, offer].tolist(), strict=True))


def test_every_step_of_one_offer_is_worked_out_by_hand() -> None:
    columns = make_columns(region_multiplier=np.full(5, 1.1))
    load = {"input_mean": 4_000, "output_mean": 100, "reasoning_mean": 50.0, "prefix_tokens": 2_000.0, "hit_rate": 0.75, "batch_share": 0.4}
    found = steps(CACHED, columns, converts=True, **load)
    # acme/cached: 2 in, 0.20 read, 2.50 written, 10 out; 1.5 of its tokens for one of the user's. USD of 30,000 calls:
    sticker = 30_000 * (4_000 * 2 + 100 * 10) / 1e6
    reasoning = 30_000 * 50 * 10 / 1e6
    tokenizer = 0.5 * (sticker + reasoning)
    cache_read = -30_000 * 1.5 * 1_500 * (2 - 0.20) / 1e6
    cache_write = 30_000 * 1.5 * 500 * (2.50 - 2) / 1e6
    assert (sticker, reasoning, tokenizer, cache_read, cache_write) == pytest.approx((270, 15, 142.5, -121.5, 11.25))
    listed = sticker + reasoning + tokenizer + cache_read + cache_write
    batch = -0.4 * 0.5 * listed
    region = 0.1 * (listed + batch)
    assert found == pytest.approx(
        dict.fromkeys(STEPS, 0.0)
        | {
            "sticker": sticker,
            "reasoning": reasoning,
            "tokenizer": tokenizer,
            "cache_read": cache_read,
            "cache_write": cache_write,
            "batch": batch,
            "region": region,
        }
    )


def test_a_prompt_above_the_cliff_pays_the_long_price_for_every_token() -> None:
    found = steps(CLIFF, input_mean=300_000, output_mean=1_000)
    # 4/20 in the list, 8/30 above 272,000 tokens
    assert found["sticker"] == pytest.approx(CALLS * (300_000 * 4 + 1_000 * 20) / 1e6)
    assert found["long_context"] == pytest.approx(CALLS * (300_000 * 4 + 1_000 * 10) / 1e6)


def test_dear_hours_come_last() -> None:
    found = steps(PEAK, input_mean=1_000, output_mean=100)
    # 25 of 168 hours cost twice as much: 0.50 x 1,000 + 2 x 100
    assert found["sticker"] == pytest.approx(CALLS * 700 / 1e6)
    assert found["peak"] == pytest.approx(CALLS * 700 / 1e6 * 25 / 168)


def test_reads_of_a_cache_without_a_write_price_are_one_step() -> None:
    found = steps(IMPLICIT, input_mean=4_000, prefix_tokens=2_000.0, hit_rate=0.75)
    assert found["cache_read"] == pytest.approx(-CALLS * 1_500 * (1 - 0.10) / 1e6)
    assert found["cache_write"] == 0


def test_cold_caches_are_counted_with_the_batch_that_cools_them() -> None:
    given, derived = (
        steps(CACHED, input_mean=4_000, prefix_tokens=2_000.0, batch_share=0.9, prefixes=200.0, hit_rate=rate) for rate in (1.0, NAN)
    )
    # With every hit granted batch saves 0.9 x half the bill; where hits follow from the traffic nine in ten calls no longer warm the cache.
    assert given["batch"] == pytest.approx(-0.45 * (given["sticker"] + given["cache_read"]))
    assert derived["batch"] > -0.45 * (derived["sticker"] + derived["cache_read"] + derived["cache_write"])


def test_what_is_unknown_is_unknown_from_that_step_on() -> None:
    found = waterfall(make_load(converts=True), make_columns())
    at = STEPS.index("tokenizer")
    assert np.isfinite(found.usd[:at, PEAK]).all()
    assert np.isnan(found.usd[at:, PEAK]).all()
    assert np.isnan(found.effective_usd[PEAK])


def test_the_steps_up_to_reasoning_are_the_sticker_price_of_the_bill() -> None:
    load, columns = make_load(reasoning_mean=700.0, converts=True, prefix_tokens=500.0), make_columns()
    first = STEPS.index("reasoning") + 1
    assert waterfall(load, columns).usd[:first].sum(axis=0) == pytest.approx(assess(load, columns).sticker_usd)


def test_arrays_of_loads_give_one_waterfall_each() -> None:
    columns, hits = make_columns(), np.array([[0.1], [0.9]])
    both = waterfall(make_load(input_mean=4_000, prefix_tokens=2_000.0, hit_rate=hits), columns)
    assert both.usd.shape == (len(STEPS), 2, len(IDS))
    for row, rate in enumerate((0.1, 0.9)):
        alone = waterfall(make_load(input_mean=4_000, prefix_tokens=2_000.0, hit_rate=rate), columns)
        assert both.usd[:, row] == pytest.approx(alone.usd)
    assert both.reached_usd[-1] == pytest.approx(both.effective_usd)


def test_every_step_has_words() -> None:
    assert tuple(LABELS) == STEPS


LOADS = st.fixed_dictionaries(
    {
        "requests_per_day": st.floats(1, 1e7),
        "active_hours": st.floats(0.25, 24),
        "batch_share": st.floats(0, 1),
        "input_mean": st.floats(1, 1e6),
        "input_sigma": st.just(0.0) | st.floats(0.05, 1.6),
        "output_mean": st.floats(1, 1e5),
        "reasoning_mean": st.just(0.0) | st.floats(1, 1e5),
        "prefix_tokens": st.just(0.0) | st.floats(1, 1e6),
        "hit_rate": st.just(NAN) | st.floats(0, 1),
        "prefixes": st.floats(1, 1e6),
        "converts": st.booleans(),
        "lifetime": st.sampled_from([None, "5m", "1h"]),
    }
)


@settings(max_examples=150, deadline=None)
@given(LOADS, st.floats(1, 2))
def test_the_steps_sum_to_the_expected_bill(fields: dict[str, Any], region: float) -> None:
    load, columns = make_load(**fields), make_columns(region_multiplier=np.full(5, region))
    found, bill = waterfall(load, columns), assess(load, columns).expected_usd
    assert np.array_equal(np.isnan(found.usd.sum(axis=0)), np.isnan(bill))
    np.testing.assert_allclose(found.usd.sum(axis=0), bill, rtol=1e-9)


@settings(max_examples=60, deadline=None)
@given(LOADS)
def test_what_is_not_there_makes_no_step(fields: dict[str, Any]) -> None:
    found = waterfall(
        make_load(**fields | {"batch_share": 0.0, "reasoning_mean": 0.0, "prefix_tokens": 0.0, "converts": False}), make_columns()
    )
    moved = {name for name, usd in zip(STEPS, found.usd, strict=True) if (np.abs(usd) > 1e-9 * found.effective_usd).any()}
    assert moved <= {"sticker", "long_context", "peak"}
