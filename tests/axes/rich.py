"""The five invented offers with all that a bill can hold: services, fees, discounts, storage, regions, thinking; and loads that use it."""

from __future__ import annotations

from typing import Any

import numpy as np
from axes.builders import NAN, make_columns, make_load, make_prices
from hypothesis import strategies as st

from framework.catalogue.columns import Columns
from framework.catalogue.records import EFFORTS, SERVICES
from framework.load import Load

STANDARD, BATCH, FLEX, PRIORITY = (SERVICES.index(name) for name in ("standard", "batch", "flex", "priority"))
PLAIN, CACHED, CLIFF, IMPLICIT, PEAK = range(5)


def _mtok() -> np.ndarray:
    """Priority doubles plain and cached (its writes not published); flex halves implicit and peak; no batch for cliff's long prompts."""
    mtok = make_prices().mtok.copy()
    for offer in (PLAIN, CACHED):
        mtok[PRIORITY, :, :, offer] = 2 * mtok[STANDARD, :, :, offer]
    mtok[PRIORITY, :, 2:6, CACHED] = NAN
    for offer in (IMPLICIT, PEAK):
        mtok[FLEX, :, :, offer] = mtok[STANDARD, :, :, offer] / 2
    mtok[BATCH, 1, :, CLIFF] = NAN
    return mtok


def _thinking() -> np.ndarray:
    known = np.full((len(EFFORTS), 5), NAN)
    known[:, CACHED] = [0.0, 0.5, 1.0, 2.0, 4.0, 6.0]
    known[[1, 2, 3], CLIFF] = [0.3, 1.0, 3.0]
    return known


def rich_columns(**overrides: Any) -> Columns:
    """Cached storage at carol and delta, discounts, a region that costs a tenth more, fees with allowances; one fee is not known."""
    rich = {
        "mtok": _mtok(),
        "effort_factor": _thinking(),
        "tool_usd": np.array([[0.010, 0.014, 0.010, NAN, 0.005], [0.0025, 0.0, 0.003, 0.001, 0.002], [0.03, 0.01, 0.02, 0.03, 0.04]]),
        "tool_free": np.array([[0.0, 5_000, 0, 0, 0], [1e5, 0, 0, 0, 0], [0.0] * 5]),
        "discount_share": np.array([0, 0.1, 0.25, 0, 0.5]),
        "storage_mtok_hour": np.array([NAN, NAN, NAN, 0.5, 1.0]),
        "region_multiplier": np.array([1, 1.1, 1.1, 1, 1]),
    }
    return make_columns(**rich | overrides)


COMMON: dict[str, st.SearchStrategy[Any]] = {
    "requests_per_day": st.floats(1, 1e6),
    "active_hours": st.just(24.0) | st.floats(0.25, 24),
    "starts_utc": st.just(NAN) | st.floats(0, 23.99),
    "batch_share": st.sampled_from([0.0, 1.0]) | st.floats(0, 1),
    "output_mean": st.floats(1, 1e4),
    "reasoning_mean": st.just(0.0) | st.floats(1, 1e4),
    "prefix_tokens": st.just(0.0) | st.floats(1, 1e5),
    "hit_rate": st.just(NAN) | st.floats(0, 1),
    "prefixes": st.floats(1, 1e4),
    "gateway_fee": st.just(0.0) | st.floats(0, 1),
    "billed_failures": st.just(0.0) | st.floats(0, 0.9),
    "web_searches": st.just(0.0) | st.floats(0, 5),
    "file_searches": st.just(0.0) | st.floats(0, 5),
    "code_sessions": st.just(0.0) | st.floats(0, 5),
    "converts": st.booleans(),
    "explicit": st.booleans(),
    "lifetime": st.sampled_from([None, "5m", "30m", "1h", "12h"]),
    "service": st.sampled_from(["standard", "flex", "priority"]),
    "effort": st.sampled_from(EFFORTS),
}
ALONE = COMMON | {"input_mean": st.floats(1, 1e6), "input_sigma": st.just(0.0) | st.floats(0.05, 1.6)}
CONVERSING = COMMON | {
    "converses": st.just(True),
    "conversation_turns": st.integers(1, 60),
    "system_tokens": st.just(0.0) | st.floats(1, 1e5),
    "chunks": st.integers(0, 5).map(float),
    "user_tokens": st.floats(1, 1e4),
    "pause_s": st.floats(1, 1e5),
    "caches_history": st.booleans(),
}
FIELDS = st.fixed_dictionaries(ALONE) | st.fixed_dictionaries(CONVERSING)


def load_from(fields: dict[str, Any]) -> Load:
    """The default workload with those fields."""
    return make_load(**fields)
