"""The catalogue as arrays: every figure of the small catalogue where `columns.py` says it is."""

import datetime as dt
import math
import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from framework.catalogue import Catalogue, load_catalogue
from framework.catalogue.build_columns import build
from framework.catalogue.choose_reading import effort_rank
from framework.catalogue.columns import BANDS, PRICE_METERS, Columns
from framework.catalogue.records import EFFORTS, METERS, SERVICES, TOOLS

SMALL = Path(__file__).parent / "fixtures" / "small"
TODAY = dt.date(2026, 11, 23)
NAN = math.nan
INF = math.inf


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(SMALL)


@pytest.fixture(scope="module")
def columns(catalogue: Catalogue) -> Columns:
    return catalogue.columns(TODAY)


def price(columns: Columns, offer: str, service: str = "standard", band: str = "base") -> dict[str, float]:
    """The prices that are known, by meter."""
    row = columns.price.mtok[SERVICES.index(service), BANDS.index(band), :, columns.index(offer)]  # type: ignore[arg-type]
    return {meter: float(value) for meter, value in zip(PRICE_METERS, row, strict=True) if not math.isnan(value)}


def test_offers_stand_in_order_of_id(columns: Columns) -> None:
    assert columns.ids == ("alpha/sage-1", "alpha/sage-2", "beta/bolt", "beta/bolt-mini", "gamma/reed", "gamma/sage-2")
    assert len(columns) == 6
    assert columns.providers == ("alpha", "alpha", "beta", "beta", "gamma", "gamma")
    assert columns.models == ("sage-1", "sage-2", "bolt", "bolt-mini", "reed", "sage-2")
    assert columns.names == ("Sage 1", "Sage 2", "Bolt", "Bolt Mini", "Reed", "Sage 2 on Gamma Cloud")
    assert columns.regions == (("global",), ("global", "us"), ("global", "eu"), ("global",), (), ())
    assert columns.region_multipliers == ({}, {"us": 1.1}, {"eu": 1.1}, {}, {}, {})


def test_facts_of_the_model_follow_every_offer_of_it(columns: Columns) -> None:
    assert_array_equal(columns.capability, [1, 1, 2, 0, 0, 1])
    assert_array_equal(columns.reasoning, [0, 1, 1, 0, 1, 1])
    assert_array_equal(columns.always_thinks, [NAN, 0, 0, 0, 1, 0])
    assert_array_equal(columns.features["pdf"], [0, 1, NAN, 0, 0, 1])
    assert_array_equal(columns.features["tools"], [1, 1, 1, 1, NAN, 1])
    assert_array_equal(columns.window_tokens, [100e3, 200e3, 1e6, 400e3, 256e3, 200e3])
    assert_array_equal(columns.max_input_tokens, [NAN, NAN, 900e3, NAN, NAN, NAN])
    assert_array_equal(columns.max_output_tokens, [8e3, 64e3, 100e3, 100e3, NAN, 64e3])
    assert_array_equal(columns.ratio[:, columns.index("gamma/sage-2")], [1.0, 1.2, 1.5])
    assert_array_equal(columns.ratio[:, columns.index("gamma/reed")], [NAN, NAN, NAN])


def test_retirement_is_the_offers_own_else_the_models(columns: Columns) -> None:
    own, of_model = dt.date(2027, 3, 31).toordinal(), dt.date(2026, 6, 1).toordinal()
    assert_array_equal(columns.retires_ordinal, [of_model, NAN, NAN, NAN, NAN, own])


def test_writes_are_priced_by_lifetime_and_batch_by_meter(columns: Columns) -> None:
    base = {"input": 3, "cache_read": 0.3, "write_5m": 3.75, "write_1h": 6, "output": 15}
    batch = {"input": 1.5, "cache_read": 0.15, "write_5m": 1.875, "write_1h": 3, "output": 7.5}
    assert price(columns, "alpha/sage-2") == base
    assert price(columns, "alpha/sage-2", "batch") == batch
    assert price(columns, "alpha/sage-2", "flex") == {}


def test_without_a_cliff_the_long_band_repeats_the_base(columns: Columns) -> None:
    assert price(columns, "alpha/sage-2", "standard", "long") == price(columns, "alpha/sage-2")
    assert (
        price(columns, "beta/bolt", "flex", "long") == price(columns, "beta/bolt", "flex") == {"input": 1, "cache_read": 0.1, "output": 5}
    )


def test_above_the_cliff_every_meter_has_its_long_price(columns: Columns) -> None:
    assert price(columns, "beta/bolt") == {"input": 2, "cache_read": 0.2, "output": 10}
    assert price(columns, "beta/bolt", "standard", "long") == {"input": 4, "cache_read": 0.4, "output": 15}


def test_a_service_that_excludes_long_prompts_has_no_long_price(columns: Columns) -> None:
    assert price(columns, "beta/bolt", "batch") == {"input": 1, "cache_read": 0.1, "output": 5}
    assert price(columns, "beta/bolt", "batch", "long") == {}
    assert price(columns, "beta/bolt", "priority", "long") == {}


def test_an_inclusive_threshold_is_stored_less_one(columns: Columns) -> None:
    assert_array_equal(columns.price.threshold_tokens, [INF, INF, 272_000, INF, 127_999, INF])


def test_an_empty_write_table_means_the_input_price_and_null_means_unknown(columns: Columns) -> None:
    assert_array_equal(columns.price.write_is_input, [False, False, True, True, True, False])
    assert_array_equal(columns.price.caches, [False, True, True, True, True, False])
    assert_array_equal(columns.price.min_cache_tokens, [NAN, 1024, 1024, 1024, NAN, NAN])
    assert_array_equal(columns.price.lifetime_s[:, 2], [300, 3600])
    assert_array_equal(columns.price.lifetime_s[:, 4], [NAN, NAN])
    assert_array_equal(columns.price.refresh_on_hit, [1, 1, NAN, NAN, NAN, NAN])


def test_a_service_whose_writes_cost_input_has_that_price_at_the_lifetimes_sold(tmp_path: Path) -> None:
    shutil.copytree(SMALL, tmp_path / "pricing")
    path = tmp_path / "pricing" / "providers" / "alpha.yaml"
    path.write_text(path.read_text().replace("cache_write_mtok: {5m: 1.875, 1h: 3}}", "cache_write_mtok: {}}"))
    columns = load_catalogue(tmp_path / "pricing").columns(TODAY)
    batch = price(columns, "alpha/sage-2", "batch")
    assert batch == {"input": 1.5, "cache_read": 0.15, "write_5m": 1.5, "write_1h": 1.5, "output": 7.5}


def test_prices_are_those_of_the_day(catalogue: Catalogue) -> None:
    assert price(catalogue.columns(dt.date(2026, 12, 31)), "alpha/sage-2")["input"] == 3
    assert price(catalogue.columns(dt.date(2027, 1, 1)), "alpha/sage-2")["input"] == 2
    assert price(catalogue.columns(dt.date(2026, 8, 31)), "beta/bolt")["input"] == 5
    early = catalogue.columns(dt.date(2026, 4, 30))
    assert price(early, "alpha/sage-2") == {}
    assert not early.price.caches[1]
    assert not early.price.write_is_input[4]


def test_storage_of_an_explicit_cache_is_the_days_own_and_unknown_where_none_is_listed(catalogue: Catalogue) -> None:
    assert_array_equal(catalogue.columns(dt.date(2026, 8, 31)).price.storage_mtok_hour, [NAN] * 6)
    assert_array_equal(catalogue.columns(dt.date(2026, 9, 1)).price.storage_mtok_hour, [NAN, NAN, 0.5, NAN, NAN, NAN])


def test_a_tool_costs_what_the_entry_of_the_day_says(catalogue: Catalogue) -> None:
    search = TOOLS.index("web_search")
    before, after = catalogue.columns(dt.date(2026, 9, 30)), catalogue.columns(dt.date(2026, 10, 1))
    # alpha: $10 a thousand with 1,000 free a month, then $14 with none; never known for sage-1, and not listed elsewhere.
    assert_array_equal(before.tool_usd[search], [NAN, 0.010, NAN, NAN, NAN, NAN])
    assert_array_equal(before.tool_free[search], [0, 1000, 0, 0, 0, 0])
    assert_array_equal(after.tool_usd[search], [NAN, 0.014, NAN, NAN, NAN, NAN])
    assert_array_equal(after.tool_free[search], [0, 0, 0, 0, 0, 0])


def test_a_tool_that_is_expressly_free_costs_nothing_and_one_that_is_not_listed_is_unknown(columns: Columns) -> None:
    assert columns.tool_usd.shape == columns.tool_free.shape == (3, 6)
    assert_array_equal(columns.tool_usd[TOOLS.index("file_search")], [0, 0, NAN, NAN, NAN, NAN])


def test_a_fee_that_names_a_model_goes_before_the_one_for_all_others(columns: Columns) -> None:
    session = TOOLS.index("code_session")
    # beta: $30 a thousand, $12 with 50 free for bolt; an allowance that is not stated is not counted on.
    assert_array_equal(columns.tool_usd[session], [NAN, NAN, 0.012, 0.03, NAN, NAN])
    assert_array_equal(columns.tool_free[session], [0, 0, 50, 0, 0, 0])


def test_effort_is_measured_by_medium_wherever_the_model_is_sold(columns: Columns) -> None:
    assert EFFORTS == ("none", "low", "medium", "high", "xhigh", "max")
    # sage-2 thinks 0, 1,000 and 3,500 tokens at none, medium and high.
    sage = [0, NAN, 1, 3.5, NAN, NAN]
    assert_array_equal(columns.effort_factor[:, columns.index("alpha/sage-2")], sage)
    assert_array_equal(columns.effort_factor[:, columns.index("gamma/sage-2")], sage)
    assert np.isnan(columns.effort_factor[:, columns.index("alpha/sage-1")]).all()


def test_where_thinking_is_not_told_apart_effort_is_measured_by_all_that_is_written(columns: Columns) -> None:
    # bolt writes 1,000, 2,000 and 9,000 tokens at low, medium and max.
    assert_array_equal(columns.effort_factor[:, columns.index("beta/bolt")], [NAN, 0.5, 1, NAN, NAN, 4.5])


def test_a_model_that_does_not_think_at_medium_gives_no_measure(tmp_path: Path) -> None:
    shutil.copytree(SMALL, tmp_path / "pricing")
    path = tmp_path / "pricing" / "models" / "alpha.yaml"
    path.write_text(path.read_text().replace("output_tokens: 2000, reasoning_tokens: 1000", "output_tokens: 2000, reasoning_tokens: 0"))
    columns = load_catalogue(tmp_path / "pricing").columns(TODAY)
    assert np.isnan(columns.effort_factor[:, columns.index("alpha/sage-2")]).all()


def test_the_region_asked_for_picks_the_multiplier(catalogue: Catalogue) -> None:
    assert_array_equal(catalogue.columns(TODAY).price.region_multiplier, [1, 1, 1, 1, 1, 1])
    assert_array_equal(catalogue.columns(TODAY, region="us").price.region_multiplier, [1, 1.1, 1, 1, 1, 1])
    assert_array_equal(catalogue.columns(TODAY, region="eu").price.region_multiplier, [1, 1, 1.1, 1, 1, 1])


def test_dear_hours_are_marked_in_the_utc_week(columns: Columns) -> None:
    # Reed: Monday and Sunday, 01-04 and 22-24; Sunday begins at hour 144.
    dear = np.flatnonzero(columns.price.peak_hours[:, columns.index("gamma/reed")])
    assert dear.tolist() == [1, 2, 3, 22, 23, 145, 146, 147, 166, 167]
    assert columns.price.peak_hours.sum() == 10
    assert_array_equal(columns.price.peak_multiplier, [1, 1, 1, 1, 2, 1])


def test_without_thinking_the_first_reading_that_does_not_think_is_used(columns: Columns) -> None:
    at = columns.index("alpha/sage-2")
    latency = columns.latency
    assert (latency.effort[at], bool(latency.thinks[at]), latency.m_at_s[at], latency.at_tokens[at]) == ("thinking off", False, 1.0, 10_000)
    assert_array_equal(latency.knots_s[:, at], [0.6, 0.8, 1.0, 1.5, 3.0])
    assert latency.p95_s[at] == 3.0
    assert (latency.beta[at], latency.gamma[at]) == (13, 4)
    assert (latency.s[at], latency.floor[at], latency.eps[at], latency.typical_floor[at]) == (0.3, 0.3, 0.06, 0.6)
    assert latency.measured_ordinal[at] == dt.date(2026, 10, 24).toordinal()


def test_a_speed_is_lent_by_the_reading_of_the_nearest_effort(columns: Columns) -> None:
    # "thinking off" has no speed; "low" (50, read in October = 53 days before) is nearer than "high" (60).
    at = columns.index("alpha/sage-2")
    assert columns.latency.tps[at] == 50
    assert columns.latency.tps_sigma[at] == pytest.approx(math.sqrt(0.22**2 + 0.045**2 * 53))


def test_with_thinking_the_lowest_effort_that_thinks_is_used(catalogue: Catalogue) -> None:
    columns = catalogue.columns(TODAY, effort="low")
    at = columns.index("alpha/sage-2")
    latency = columns.latency
    assert (latency.effort[at], bool(latency.thinks[at]), latency.m_at_s[at], latency.p95_s[at]) == ("low", True, 4.0, 12.0)
    assert np.isnan(latency.knots_s[:, at]).all()
    assert (latency.beta[at], latency.gamma[at]) == (25, 0)  # 25 ms per 1,000 tokens are 25 s per million
    assert (latency.s[at], latency.eps[at]) == (0.6, 0)
    assert latency.effort[columns.index("beta/bolt-mini")] == ""
    assert not latency.thinks[columns.index("beta/bolt-mini")]


def test_a_model_that_only_thinks_gives_its_lowest_effort(columns: Columns) -> None:
    at = columns.index("beta/bolt")
    latency = columns.latency
    assert (latency.effort[at], bool(latency.thinks[at]), latency.m_at_s[at], latency.tps[at]) == ("low", True, 2.0, 80)
    assert (latency.beta[at], latency.gamma[at]) == (37, 0)
    assert (latency.s[at], latency.floor[at]) == (0.2, 0)  # a median of 2 s spreads like one without thinking
    assert latency.tps_sigma[at] == pytest.approx(math.sqrt(0.24**2 + (0.045 * 3) ** 2))  # the speed was read 9 days ago


def test_a_reading_widens_with_its_age(catalogue: Catalogue, columns: Columns) -> None:
    # 30 days at 0.03 a root day, 16 days at 0.045, undated at the cap of 0.4, none at all NaN.
    assert_allclose(columns.latency.stale_sigma, [NAN, 0.03 * math.sqrt(30), 0.18, 0.4, NAN, NAN])
    assert catalogue.columns(dt.date(2026, 10, 1)).latency.stale_sigma[1] == 0
    assert catalogue.columns(dt.date(2030, 1, 1)).latency.stale_sigma[1] == 0.4


def test_an_offer_without_a_reading_is_unknown(columns: Columns) -> None:
    at = columns.index("gamma/reed")
    latency = columns.latency
    assert np.isnan([latency.m_at_s[at], latency.at_tokens[at], latency.beta[at], latency.tps[at], latency.tps_sigma[at]]).all()
    assert (latency.effort[at], bool(latency.thinks[at])) == ("", False)


@pytest.mark.parametrize(
    ("effort", "rank"),
    [
        ("none", 0),
        ("thinking off", 0),
        ("non-reasoning", 0),
        ("minimal", 1),
        ("low (between tools)", 2),
        ("", 3),
        ("default", 3),
        ("XHigh", 5),
        ("max", 6),
    ],
)
def test_efforts_are_ranked_however_they_are_worded(effort: str, rank: int) -> None:
    assert effort_rank(effort) == rank


def test_limits_stand_by_tier_meter_and_offer_with_unknown_ones_as_nan(columns: Columns) -> None:
    limits = columns.limits
    rpm, tpm, itpm, otpm = (METERS.index(name) for name in ("rpm", "tpm", "itpm", "otpm"))  # type: ignore[arg-type]
    assert limits.limit.shape == (3, 7, 6)
    assert_array_equal(limits.limit[:, rpm, columns.index("alpha/sage-2")], [1000, 10_000, NAN])
    assert_array_equal(limits.limit[:, itpm, columns.index("alpha/sage-1")], [400e3, 4e6, NAN])
    assert_array_equal(limits.limit[:, otpm, columns.index("alpha/sage-1")], [80e3, 800e3, NAN])
    assert_array_equal(limits.limit[:, tpm, columns.index("beta/bolt-mini")], [200e3, NAN, 150e6])
    assert np.isnan(limits.limit[:, :, columns.index("gamma/reed")]).all()
    assert limits.tier_names[2] == ("one", "two", "three")
    assert limits.tier_names[4] == ()
    assert limits.default_tier == ("start", "start", "one", "one", None, None)
    assert limits.pool == ("alpha/sage", "alpha/sage", "beta/bolt", "beta/mini", None, None)


def test_what_a_provider_enforces_is_known_even_where_the_size_is_not(columns: Columns) -> None:
    limits = columns.limits
    enforced = {name: limits.enforced[row].tolist() for row, name in enumerate(METERS)}
    assert enforced["rpm"] == [True] * 6
    assert enforced["tpm"] == [False, False, True, True, True, True]
    assert enforced["itpm"] == [True, True, False, False, False, False]
    assert enforced["concurrency"] == [False] * 6
    assert_array_equal(limits.cached_counts, [0, 0, 1, 1, NAN, NAN])
    assert_array_equal(limits.max_tokens_reserved, [0, 0, 1, 1, NAN, NAN])
    assert_array_equal(limits.subminute, [NAN, NAN, 1, 1, NAN, NAN])
    assert_array_equal(limits.burndown, [1, 1, 1, 1, 1, 5])
    assert_array_equal(limits.ramp_above_itpm, [500e3, 500e3, NAN, NAN, NAN, NAN])


def test_spend_caps_and_the_way_up_stand_by_tier(columns: Columns) -> None:
    limits, at, bolt = columns.limits, columns.index("alpha/sage-2"), columns.index("beta/bolt")
    assert_array_equal(limits.monthly_cap_usd[:, at], [500, INF, NAN])
    assert_array_equal(limits.monthly_cap_usd[:, bolt], [100, 5000, NAN])
    assert_array_equal(limits.qualifies_spend_usd[:, at], [0, 1000, NAN])
    assert_array_equal(limits.qualifies_days[:, bolt], [NAN, 7, NAN])
    assert np.isnan(limits.spend_usd_per_10min).all()


def test_nobody_can_write_into_shared_columns(columns: Columns) -> None:
    arrays = (
        columns.price.mtok,
        columns.latency.m_at_s,
        columns.limits.limit,
        columns.features["pdf"],
        columns.tool_usd,
        columns.effort_factor,
    )
    for array in arrays:
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_the_shipped_catalogue_is_laid_out_quickly_and_in_agreement_with_its_records() -> None:
    catalogue = load_catalogue()
    start = time.perf_counter()
    columns = build(catalogue, TODAY)
    assert time.perf_counter() - start < 0.3
    for at, offer in enumerate(catalogue.offers):
        known = [price for price in offer.prices if price.effective is None or price.effective <= TODAY]
        expected = known[-1].input_mtok if known else None
        assert columns.price.mtok[0, 0, 0, at] == expected or (expected is None and np.isnan(columns.price.mtok[0, 0, 0, at])), offer.id
    cliffs = np.isfinite(columns.price.threshold_tokens)
    base, long = columns.price.mtok[0, 0], columns.price.mtok[0, 1]
    assert (long[:, cliffs] >= base[:, cliffs])[0].all()
    assert_array_equal(long[:, ~cliffs], base[:, ~cliffs])
