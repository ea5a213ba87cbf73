"""Invented prices as columns, and usage objects billed at them: each test works its sum out from the sheet it passes in."""

import dataclasses
import math
from typing import Any

from axes.builders import make_columns

from framework.catalogue.build_prices import price_columns
from framework.catalogue.columns import Columns
from framework.catalogue.records import CacheRules, Price, Source
from framework.recorded.counts import Counts
from framework.recorded.forms import FORMS
from framework.recorded.sheets import sheets_of
from framework.recorded.totals import totals
from framework.recorded.usage import USAGE_METERS, RecordedUsage, recorded_usage

SOURCE = (Source(url="https://example.com/prices", seen="2026-11-23", kind="vendor page"),)
RULES = CacheRules(refresh_on_hit=None, source=SOURCE)


def price(input_mtok: float, output_mtok: float, **parts: Any) -> Price:
    return Price.model_validate(
        {"effective": None, "input_mtok": input_mtok, "output_mtok": output_mtok, "source": SOURCE} | parts, context={"sources": {}}
    )


# 5 / 30, read 0.5, 30-minute write 6.25; above 272,000 tokens 10 / 45, 1, 12.5.
CLIFF = price(
    5,
    30,
    cache_read_mtok=0.5,
    cache_write_mtok={"30m": 6.25},
    long_context={
        "threshold_tokens": 272_000,
        "input_mtok": 10,
        "output_mtok": 45,
        "cache_read_mtok": 1,
        "cache_write_mtok": {"30m": 12.5},
    },
)
# 2 / 10, read 0.2, writes 2.5 for 5 minutes and 4 for an hour; batch half, fast mode double.
TWO_LIFETIMES = price(
    2,
    10,
    cache_read_mtok=0.2,
    cache_write_mtok={"5m": 2.5, "1h": 4},
    batch={"input_mtok": 1, "output_mtok": 5, "cache_read_mtok": 0.1, "cache_write_mtok": {"5m": 1.25, "1h": 2}},
    priority={"input_mtok": 4, "output_mtok": 20, "cache_read_mtok": 0.4, "cache_write_mtok": {"5m": 5, "1h": 8}},
    region_multipliers={"us": 1.1},
)


def columns_of(**prices: Price) -> Columns:
    """Offers by name, in that order; everything that a bill does not read is the builder's and of another length."""
    return dataclasses.replace(
        make_columns(),
        ids=tuple(prices),
        region_multipliers=tuple(dict(entry.region_multipliers) for entry in prices.values()),
        price=price_columns(list(prices.values()), [RULES] * len(prices), None),
    )


def usage_of(counts: list[Counts], at_s: float = math.nan) -> RecordedUsage:
    return recorded_usage(
        {meter: [getattr(one, meter) for one in counts] for meter in USAGE_METERS},
        service=[one.service or "standard" for one in counts],
        region=[one.region for one in counts],
        at_s=[at_s] * len(counts),
    )


def billed(entry: Price, form: str, *usages: dict[str, Any], at_s: float = math.nan) -> float:
    """USD of usage objects as the provider of that form reports them."""
    usage = usage_of([FORMS[form](one, one) for one in usages], at_s)
    return float(totals(usage, sheets_of(usage, [columns_of(only=entry)])).usd[0])
