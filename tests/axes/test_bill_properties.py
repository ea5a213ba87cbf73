"""What holds for every bill, whatever the workload: it adds up, it rises with what it counts, and no offer's depends on another's."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from axes.builders import IDS, NAN, make_columns, only
from axes.rich import ALONE, CONVERSING, FIELDS, load_from, rich_columns
from hypothesis import given, settings
from hypothesis import strategies as st

from framework.axes.cost import assess, monthly_usd
from framework.catalogue.columns import Columns

PLAIN, RICH = make_columns(), rich_columns()
WITHOUT_ALLOWANCES = rich_columns(tool_free=np.zeros((3, 5)))
GIVEN = {"hit_rate": st.floats(0, 1)}
AT_A_GIVEN_RATE = st.fixed_dictionaries(ALONE | GIVEN) | st.fixed_dictionaries(CONVERSING | GIVEN)


@settings(max_examples=100)
@given(AT_A_GIVEN_RATE, st.floats(1, 1e6))
def test_at_a_given_hit_rate_requests_add_up(fields: dict[str, Any], more: float) -> None:
    load = load_from(fields)
    some, others, all_of_them = (
        monthly_usd(load.with_(requests_per_day=count), WITHOUT_ALLOWANCES)
        for count in (load.requests_per_day, more, load.requests_per_day + more)
    )
    np.testing.assert_allclose(some + others, all_of_them, rtol=1e-9)


@settings(max_examples=100)
@given(FIELDS, st.floats(1, 3))
def test_free_calls_are_free_once_and_never_more_than_that(fields: dict[str, Any], times: float) -> None:
    load = load_from(fields)
    usd, dearer = (assess(load.with_(requests_per_day=load.requests_per_day * n), RICH).lines["tools"] for n in (1.0, times))
    known = ~np.isnan(usd)
    assert np.all(dearer[known] >= times * usd[known] * (1 - 1e-9))


@pytest.mark.parametrize("what", ["requests_per_day", "output_mean", "reasoning_mean", "web_searches", "gateway_fee", "billed_failures"])
@settings(max_examples=60)
@given(AT_A_GIVEN_RATE, st.floats(1, 1.1))
def test_more_of_anything_never_costs_less(what: str, fields: dict[str, Any], times: float) -> None:
    # In a conversation a longer reply may lift a prompt to the minimum of a cache, which makes it cheaper.
    load = load_from(fields | ({"caches_history": False, "prefix_tokens": 0.0} if what == "output_mean" else {}))
    more = min(getattr(load, what) * times, 0.95 if what == "billed_failures" else np.inf)
    before, after = monthly_usd(load, RICH), monthly_usd(load.with_(**{what: more}), RICH)
    known = ~np.isnan(before)
    assert np.all(after[known] >= before[known] * (1 - 1e-9))


@settings(max_examples=60)
@given(st.fixed_dictionaries(ALONE | {"prefix_tokens": st.just(0.0)}), st.floats(1, 3))
def test_longer_prompts_never_cost_less_where_nothing_is_cached(fields: dict[str, Any], times: float) -> None:
    load = load_from(fields)
    before, after = monthly_usd(load, PLAIN), monthly_usd(load.longer(times), PLAIN)
    known = ~np.isnan(before)
    assert np.all(after[known] >= before[known] * (1 - 1e-9))


def raised(columns: Columns, *, service: int, meter: int, times: float) -> Columns:
    mtok = columns.price.mtok.copy()
    mtok[service, :, meter] *= times
    return replace(columns, price=replace(columns.price, mtok=mtok))


NO_TOOLS = {"web_searches": 0.0, "file_searches": 0.0, "code_sessions": 0.0}


@settings(max_examples=150)
@given(FIELDS, st.integers(0, 3), st.integers(0, 6), st.floats(1, 5))
def test_a_price_rise_never_lowers_a_bill(fields: dict[str, Any], service: int, meter: int, times: float) -> None:
    # Where the lifetime is the engine's to choose, one that saves less than a thousandth of a read is not taken: see below.
    load = load_from(fields | NO_TOOLS | ({"lifetime": "1h"} if np.isnan(fields["hit_rate"]) else {}))
    before, after = (monthly_usd(load, columns) for columns in (PLAIN, raised(PLAIN, service=service, meter=meter, times=times)))
    known = ~np.isnan(before)
    assert np.all(after[known] >= before[known] * (1 - 1e-9))


@settings(max_examples=100)
@given(FIELDS, st.integers(0, 6), st.floats(1, 5))
def test_another_lifetime_after_a_rise_saves_no_more_than_was_not_worth_it_before(fields: dict[str, Any], meter: int, times: float) -> None:
    load = load_from(fields | NO_TOOLS | {"lifetime": None, "batch_share": 0.0, "service": "standard"})
    before, after = (monthly_usd(load, columns) for columns in (PLAIN, raised(PLAIN, service=0, meter=meter, times=times)))
    known = ~np.isnan(before)
    assert np.all(after[known] >= before[known] * (1 - 1e-3))


@settings(max_examples=100)
@given(FIELDS, st.permutations(IDS), st.integers(1, 5))
def test_no_bill_depends_on_which_offers_are_compared(fields: dict[str, Any], order: list[str], count: int) -> None:
    load, some = load_from(fields), order[:count]
    alone, together = assess(load, only(RICH, *some)), assess(load, RICH)
    places = [RICH.index(offer) for offer in some]
    for name in ("low_usd", "expected_usd", "high_usd", "hit_rate", "cached_tokens", "stored", "long_share"):
        np.testing.assert_allclose(getattr(alone, name), getattr(together, name)[..., places], rtol=1e-12, err_msg=name)
    assert alone.lifetime == tuple(together.lifetime[k] for k in places)


@settings(max_examples=60)
@given(FIELDS, st.floats(0, 1))
def test_a_discount_takes_its_share_off_everything(fields: dict[str, Any], share: float) -> None:
    load, listed = load_from(fields), rich_columns(discount_share=np.zeros(5))
    usd = monthly_usd(load, replace(listed, discount_share=np.full(5, share)))
    np.testing.assert_allclose(usd, monthly_usd(load, listed) * (1 - share), rtol=1e-9, atol=1e-12)


@settings(max_examples=60)
@given(st.fixed_dictionaries(ALONE | {"hit_rate": st.just(NAN), "batch_share": st.just(0.0)}))
def test_storing_a_cache_is_done_only_where_it_is_cheaper(fields: dict[str, Any]) -> None:
    with_storage, without = (monthly_usd(load_from(fields | {"explicit": wanted}), RICH) for wanted in (True, False))
    known = ~np.isnan(without)
    assert np.all(with_storage[known] <= without[known] * (1 + 1e-12))
