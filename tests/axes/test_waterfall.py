"""From the price list to the bill: the steps are worked out here for round prices and sum to the bill for any workload."""

from typing import Any

import numpy as np
import pytest
from axes.builders import IDS, NAN, make_columns, make_load
from axes.rich import FIELDS, PRIORITY, load_from, rich_columns
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


def test_every_new_step_of_one_offer_is_worked_out_by_hand() -> None:
    # Acme Cached with a priority service at twice its prices; a fifth off, a gateway at 5 %, one attempt in ten billed in vain.
    mtok = make_columns().price.mtok.copy()
    mtok[PRIORITY, :, :, CACHED] = 2 * mtok[0, :, :, CACHED]
    fees, free = np.full((3, 5), NAN), np.zeros((3, 5))
    fees[0, CACHED], free[0, CACHED] = 0.01, 5_000
    columns = make_columns(mtok=mtok, tool_usd=fees, tool_free=free, discount_share=np.array([0, 0.2, 0, 0, 0]))
    load = {"input_mean": 4_000, "output_mean": 100, "service": "priority", "batch_share": 0.4, "web_searches": 0.5}
    found = steps(CACHED, columns, gateway_fee=0.05, billed_failures=0.1, **load)
    sticker = 30_000 * (4_000 * 2 + 100 * 10) / 1e6
    assert sticker == pytest.approx(270)
    service = sticker
    batch = -0.4 * 2 * sticker + 0.4 * 0.5 * sticker
    # 15,000 searches, of which 5,000 are free; with the failures 16,667 attempts at them.
    tools, tokens = 10_000 * 0.01, sticker + service + batch
    failures = tokens / 9 + 15_000 / 9 * 0.01
    listed = tokens + tools + failures
    assert found == pytest.approx(
        dict.fromkeys(STEPS, 0.0)
        | {
            "sticker": sticker,
            "service": service,
            "batch": batch,
            "tools": tools,
            "failures": failures,
            "discount": -0.2 * listed,
            "gateway": 0.05 * 0.8 * listed,
        },
        abs=1e-9,
    )


def test_the_history_of_a_conversation_is_a_step_of_its_own_before_its_cache() -> None:
    # Acme Cached, ten turns of 150 and 350 on 3,000: sticker 3,150 each time; 54,000 sent in all, 46,350 read and 7,650 written.
    fields = {"converses": True, "conversation_turns": 10, "system_tokens": 3_000.0, "user_tokens": 150.0, "output_mean": 350.0}
    found = steps(CACHED, hit_rate=1.0, **fields)
    talks = CALLS / 10
    assert found["sticker"] == pytest.approx(talks * (31_500 * 2 + 3_500 * 10) / 1e6)
    assert found["history"] == pytest.approx(talks * 22_500 * 2 / 1e6)
    assert found["cache_read"] == pytest.approx(-talks * 46_350 * 1.80 / 1e6)
    assert found["cache_write"] == pytest.approx(talks * 7_650 * 0.50 / 1e6)
    assert sum(found.values()) == pytest.approx(talks * (7_650 * 2.50 + 46_350 * 0.20 + 3_500 * 10) / 1e6)


def test_a_stored_cache_is_a_step_that_saves() -> None:
    # Carol at a thousand calls a day: no hits are promised, so 2,000 tokens cost 1 each time; stored they cost 0.10 and the keeping.
    columns = make_columns(storage_mtok_hour=np.array([NAN, NAN, NAN, 0.5, NAN]))
    found = steps(IMPLICIT, columns, input_mean=4_000, prefix_tokens=2_000.0)
    kept = 2_000 * (1 + 720 * 0.5) / 1e6
    assert found["cache_read"] == found["cache_write"] == 0
    assert found["storage"] == pytest.approx(kept - CALLS * 2_000 * 0.90 / 1e6)


def test_a_known_start_makes_dear_hours_a_step_of_their_own_size() -> None:
    # 06 to 14 UTC: two of the eight hours are dear on five of seven days.
    found = steps(PEAK, input_mean=1_000, output_mean=100, starts_utc=6.0, active_hours=8.0)
    assert found["peak"] == pytest.approx(CALLS * 700 / 1e6 * 2 / 8 * 5 / 7)


@settings(max_examples=150, deadline=None)
@given(FIELDS, st.floats(1, 2))
def test_the_steps_sum_to_the_expected_bill(fields: dict[str, Any], region: float) -> None:
    load, columns = load_from(fields), rich_columns(region_multiplier=np.full(5, region))
    found, bill = waterfall(load, columns), assess(load, columns).expected_usd
    assert np.array_equal(np.isnan(found.usd.sum(axis=0)), np.isnan(bill))
    # Steps may be far larger than the bill they leave.
    np.testing.assert_allclose(found.usd.sum(axis=0), bill, rtol=1e-9, atol=1e-12 * np.nanmax(np.abs(found.usd), initial=0.0))


OFF = {"batch_share": 0.0, "reasoning_mean": 0.0, "prefix_tokens": 0.0, "converts": False, "service": "standard", "gateway_fee": 0.0}
OFF |= {"billed_failures": 0.0, "web_searches": 0.0, "file_searches": 0.0, "code_sessions": 0.0, "caches_history": False}


@settings(max_examples=60, deadline=None)
@given(FIELDS)
def test_what_is_not_there_makes_no_step(fields: dict[str, Any]) -> None:
    found = waterfall(load_from(fields | OFF), make_columns())
    moved = {name for name, usd in zip(STEPS, found.usd, strict=True) if (np.abs(usd) > 1e-9 * found.effective_usd).any()}
    assert moved <= {"sticker", "history", "long_context", "peak"}
    assert fields.get("converses") or "history" not in moved
