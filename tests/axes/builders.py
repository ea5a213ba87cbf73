"""Five invented offers with round numbers as `Columns`, so that a test can work its sum out by hand; any array can be replaced by name.

| offer          | USD per million tokens (input, read, write, output)   | what it stands for                                              |
|----------------|-------------------------------------------------------|-----------------------------------------------------------------|
| acme/plain     | 1, not sold, not sold, 4                              | no cache prices, no batch, 128k window                          |
| acme/cached    | 2, 0.20, 2.50 (5m) or 4 (1h), 10                      | hits renew the lifetime, minimum 1,024, batch halves all        |
| bravo/cliff    | 4, 0.40, 5 (30m), 20; above 272,000: 8, 0.80, 10, 30  | renewal not known, batch halves all, priority excludes long     |
| carol/implicit | 1, 0.10, misses at the input price, 5                 | no lifetime promised, batch read not halved, limits unpublished |
| delta/peak     | 0.50, 0.05, misses at the input price, 2; peak double | lives 300-3,600 s, 25 peak hours a week, tokenizer not known    |
"""

from __future__ import annotations

import datetime as dt
from dataclasses import fields
from typing import Any

import numpy as np

from framework.catalogue.columns import PRICE_METERS, Columns, LatencyColumns, LimitColumns, PriceColumns
from framework.catalogue.records import EFFORTS, FEATURES, METERS, SERVICES, TOOLS
from framework.load import Load, load_of
from framework.workload import Workload

NAN = float("nan")
IDS = ("acme/plain", "acme/cached", "bravo/cliff", "carol/implicit", "delta/peak")
ON = dt.date(2026, 11, 23)


def prices(*, input: float = NAN, read: float = NAN, output: float = NAN, **writes: float) -> list[float]:
    """One column of meters in the order of `PRICE_METERS`; writes by lifetime as `w5m=2.5`."""
    return [input, read, writes.get("w5m", NAN), writes.get("w30m", NAN), writes.get("w1h", NAN), writes.get("w12h", NAN), output]


def _services() -> dict[str, list[tuple[list[float], list[float] | None]]]:
    """Per service and offer the base meters and the long ones (None: the base again)."""
    none = prices()
    return {
        "standard": [
            (prices(input=1, output=4), None),
            (prices(input=2, read=0.2, w5m=2.5, w1h=4, output=10), None),
            (prices(input=4, read=0.4, w30m=5, output=20), prices(input=8, read=0.8, w30m=10, output=30)),
            (prices(input=1, read=0.1, output=5), None),
            (prices(input=0.5, read=0.05, output=2), None),
        ],
        "batch": [
            (none, None),
            (prices(input=1, read=0.1, w5m=1.25, w1h=2, output=5), None),
            (prices(input=2, read=0.2, w30m=2.5, output=10), prices(input=4, read=0.4, w30m=5, output=15)),
            (prices(input=0.5, read=0.1, output=2.5), None),
            (none, None),
        ],
        "flex": [(none, None)] * 5,
        "priority": [(none, None), (none, None), (prices(input=8, read=0.8, w30m=10, output=40), none), (none, None), (none, None)],
    }


def _mtok() -> np.ndarray:
    table = np.full((len(SERVICES), 2, len(PRICE_METERS), len(IDS)), NAN)
    for service, offers in _services().items():
        for offer, (base, long) in enumerate(offers):
            table[SERVICES.index(service), 0, :, offer] = base
            table[SERVICES.index(service), 1, :, offer] = base if long is None else long
    return table


def peak_week() -> np.ndarray:
    """Hours 01-04 and 06-08 UTC, Monday to Friday: 25 of the 168 hours."""
    week = np.zeros(168, dtype=bool)
    for day in range(5):
        for hour in (1, 2, 3, 6, 7):
            week[24 * day + hour] = True
    return week


def make_prices() -> PriceColumns:
    """The five offers' prices."""
    hours = np.zeros((168, 5), dtype=bool)
    hours[:, 4] = peak_week()
    return PriceColumns(
        mtok=_mtok(),
        threshold_tokens=np.array([np.inf, np.inf, 272_000, np.inf, np.inf]),
        min_cache_tokens=np.array([NAN, 1024.0, 1024.0, 1024.0, 64.0]),
        write_is_input=np.array([False, False, False, True, True]),
        caches=np.array([False, True, True, True, True]),
        lifetime_s=np.array([[NAN, NAN, NAN, NAN, 300.0], [NAN, NAN, NAN, NAN, 3600.0]]),
        refresh_on_hit=np.array([NAN, 1.0, NAN, NAN, 1.0]),
        storage_mtok_hour=np.full(5, NAN),
        region_multiplier=np.ones(5),
        peak_multiplier=np.array([1.0, 1.0, 1.0, 1.0, 2.0]),
        peak_hours=hours,
    )


def make_latency() -> LatencyColumns:
    """One reading each, at 1,000 tokens; acme/cached has five percentiles, bravo a fitted length curve, delta none."""
    nothing = np.full(5, NAN)
    knots = np.full((5, 5), NAN)
    knots[:, 1] = [0.4, 0.6, 0.8, 1.1, 1.8]
    return LatencyColumns(
        m_at_s=np.array([0.5, 0.8, 1.0, 2.0, NAN]),
        at_tokens=np.array([1_000.0, 1_000.0, 10_000.0, 1_000.0, NAN]),
        beta=np.array([2.0, 4.0, 10.0, 4.0, NAN]),
        gamma=np.array([0.0, 0.0, 10.0, 0.0, NAN]),
        knots_s=knots,
        p95_s=np.array([NAN, 1.8, NAN, 5.0, NAN]),
        s=np.array([0.5, 0.5, 0.6, 0.7, 0.5]),
        floor=np.array([0.4, 0.4, 0.3, 0.2, 0.4]),
        eps=np.array([0.02, 0.02, 0.03, 0.03, 0.02]),
        typical_floor=np.array([0.4, 0.4, 0.4, 0.3, 0.4]),
        thinks=np.array([False, False, False, True, False]),
        tps=np.array([100.0, 50.0, 80.0, 60.0, NAN]),
        tps_sigma=np.array([0.2, 0.2, 0.25, 0.25, NAN]),
        stale_sigma=np.array([0.03, 0.06, 0.1, 0.4, NAN]),
        scale=np.ones(5),
        early=np.zeros(5, dtype=bool),
        measured_ordinal=np.array([ON.toordinal() - 1.0, ON.toordinal() - 4.0, ON.toordinal() - 10.0, *nothing[3:]]),
        effort=("none", "none", "medium", "high", "none"),
    )


def _limit_table() -> np.ndarray:
    """Two tiers x meters x offers: acme counts input and output apart, bravo all tokens, delta concurrency, carol publishes nothing."""
    table = np.full((2, len(METERS), 5), NAN)
    at = METERS.index
    for offer in (0, 1):
        table[:, at("rpm"), offer] = [1_000, 10_000]
        table[:, at("itpm"), offer] = [400_000, 4_000_000]
        table[:, at("otpm"), offer] = [80_000, 800_000]
    table[:, at("rpm"), 2] = [500, 15_000]
    table[:, at("tpm"), 2] = [200_000, 40_000_000]
    table[0, at("concurrency"), 4] = 500
    return table


def make_limits() -> LimitColumns:
    """The five offers' limits; bravo and acme have two tiers, carol one, delta one."""
    enforced = np.zeros((len(METERS), 5), dtype=bool)
    for meter, offers in {"rpm": (0, 1, 2, 3), "itpm": (0, 1), "otpm": (0, 1), "tpm": (2, 3), "concurrency": (4,)}.items():
        enforced[METERS.index(meter), list(offers)] = True
    return LimitColumns(
        limit=_limit_table(),
        long_limit=np.full((2, 2, 5), NAN),
        long_above=np.full(5, NAN),
        enforced=enforced,
        tier_names=(("build", "scale"), ("build", "scale"), ("tier-1", "tier-5"), ("paid",), ("paid",)),
        default_tier=("build", "build", "tier-1", "paid", "paid"),
        monthly_cap_usd=np.array([[1_000.0, 1_000.0, 100.0, NAN, np.inf], [200_000.0, 200_000.0, np.inf, NAN, NAN]]),
        spend_usd_per_10min=np.full((2, 5), NAN),
        qualifies_spend_usd=np.array([[0.0, 0.0, 5.0, NAN, 0.0], [400.0, 400.0, 1_000.0, NAN, NAN]]),
        qualifies_days=np.array([[0.0, 0.0, 0.0, NAN, 0.0], [NAN, NAN, 30.0, NAN, NAN]]),
        cached_counts=np.array([1.0, 0.0, 1.0, NAN, NAN]),
        max_tokens_reserved=np.array([0.0, 0.0, 1.0, NAN, NAN]),
        subminute=np.array([1.0, 1.0, 1.0, NAN, NAN]),
        burndown=np.ones(5),
        ramp_above_itpm=np.full(5, NAN),
        pool=("acme-plain", "acme-cached", "bravo", None, "delta"),
    )


def _parts() -> dict[str, Any]:
    known = {feature: np.array([1.0, 1.0, 1.0, 1.0, NAN]) for feature in FEATURES}
    return {
        "on": ON,
        "ids": IDS,
        "providers": tuple(offer.split("/")[0] for offer in IDS),
        "models": tuple(offer.split("/")[1] for offer in IDS),
        "names": ("Acme Plain", "Acme Cached", "Bravo Cliff", "Carol Implicit", "Delta Peak"),
        "capability": np.array([0, 1, 2, 1, 0]),
        "features": known,
        "reasoning": np.array([1.0, 1.0, 1.0, 1.0, NAN]),
        "always_thinks": np.array([0.0, 0.0, 0.0, 1.0, NAN]),
        "regions": (("us",), ("us", "eu"), ("us", "eu"), (), ()),
        "region_multipliers": ({}, {"us": 1.1}, {"us": 1.1, "eu": 1.1}, {}, {}),
        "retires_ordinal": np.full(5, NAN),
        "window_tokens": np.array([128_000.0, 1_000_000.0, 1_050_000.0, 1_048_576.0, 128_000.0]),
        "max_input_tokens": np.array([128_000.0, 1_000_000.0, 922_000.0, 1_048_576.0, 128_000.0]),
        "max_output_tokens": np.array([16_000.0, 64_000.0, 128_000.0, NAN, 8_000.0]),
        "ratio": np.array([[1.0, 1.2, 1.0, 0.9, NAN], [1.0, 1.5, 1.0, 1.0, NAN], [1.0, 1.6, 1.0, 1.2, NAN]]),
        "effort_factor": np.full((len(EFFORTS), 5), NAN),
        "tool_usd": np.full((len(TOOLS), 5), NAN),
        "tool_free": np.zeros((len(TOOLS), 5)),
        "discount_share": np.zeros(5),
    }


def make_columns(**overrides: Any) -> Columns:
    """The five offers; a keyword replaces the field of that name in `Columns`, `PriceColumns`, `LatencyColumns` or `LimitColumns`."""
    parts = _parts() | {"price": make_prices(), "latency": make_latency(), "limits": make_limits()}
    for part in ("price", "latency", "limits"):
        own = {field.name for field in fields(parts[part])} & overrides.keys()
        if own:
            values = {field.name: getattr(parts[part], field.name) for field in fields(parts[part])}
            parts[part] = type(parts[part])(**values | {name: overrides.pop(name) for name in own})
    unknown = overrides.keys() - parts.keys()
    if unknown:
        raise TypeError(f"no such field in Columns: {', '.join(sorted(unknown))}")
    return Columns(**parts | overrides)


def make_load(**fields: Any) -> Load:
    """The numbers of the default workload with some fields replaced (a float or an `(n, 1)` array); no spread, no cache, no batch."""
    return load_of(Workload()).with_(**fields)


def only(columns: Columns, *ids: str) -> Columns:
    """The same columns with these offers alone, in this order."""
    where = [columns.index(offer) for offer in ids]

    def cut(value: Any, offers: int) -> Any:
        if isinstance(value, np.ndarray):
            return value[..., where]
        if isinstance(value, tuple) and len(value) == offers:
            return tuple(value[index] for index in where)
        if isinstance(value, dict):
            return {key: cut(item, offers) for key, item in value.items()}
        if isinstance(value, (PriceColumns, LatencyColumns, LimitColumns)):
            return type(value)(**{field.name: cut(getattr(value, field.name), offers) for field in fields(value)})
        return value

    return Columns(**{field.name: cut(getattr(columns, field.name), len(columns)) for field in fields(columns)})
