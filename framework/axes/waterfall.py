"""Why a bill is what it is: from the price list to what is really paid, one thing switched on at a time.

There is no second formula: every stage is the bill of a workload and of prices in which the things after it are switched off, and a step is
the difference of two stages. The steps therefore sum to the bill, and each depends on their order, which is fixed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from framework.axes.cost import monthly_usd
from framework.catalogue.columns import Array, Columns
from framework.load import Load

Stage = tuple[Load, Columns]


def _without_history(load: Load, columns: Columns) -> Stage:
    first = load.opening_tokens + load.user_tokens
    return load.with_(converses=False, input_mean=first, input_sigma=0.0) if load.converses else load, columns


def _without_reasoning(load: Load, columns: Columns) -> Stage:
    return load.with_(reasoning_mean=0.0) if np.any(load.reasoning_mean) else load, columns


def _without_tokenizer(load: Load, columns: Columns) -> Stage:
    return load.with_(converts=False) if load.converts else load, columns


def _without_cliff(load: Load, columns: Columns) -> Stage:
    flat = np.isinf(columns.price.threshold_tokens).all()
    return load, columns if flat else _priced(columns, threshold_tokens=np.full(len(columns), np.inf))


def _without_cache(load: Load, columns: Columns) -> Stage:
    return load.with_(prefix_tokens=0.0, caches_history=False), columns


def _without_stored_caches(load: Load, columns: Columns) -> Stage:
    stored = load.explicit and not np.isnan(columns.price.storage_mtok_hour).all()
    return load.with_(explicit=False) if stored else load, columns


def _without_write_prices(load: Load, columns: Columns) -> Stage:
    return load, _priced(columns, write_is_input=np.ones(len(columns), dtype=bool))


def _without_service(load: Load, columns: Columns) -> Stage:
    return load.with_(service="standard") if load.service != "standard" else load, columns


def _without_batch(load: Load, columns: Columns) -> Stage:
    return load.with_(batch_share=0.0) if np.any(load.batch_share) else load, columns


def _without_region(load: Load, columns: Columns) -> Stage:
    everywhere = (columns.price.region_multiplier == 1).all()
    return load, columns if everywhere else _priced(columns, region_multiplier=np.ones(len(columns)))


def _without_peak(load: Load, columns: Columns) -> Stage:
    always = (columns.price.peak_multiplier == 1).all()
    return load, columns if always else _priced(columns, peak_multiplier=np.ones(len(columns)))


def _without_tools(load: Load, columns: Columns) -> Stage:
    used = any(map(np.any, load.tool_calls))
    return load.with_(web_searches=0.0, file_searches=0.0, code_sessions=0.0) if used else load, columns


def _without_failures(load: Load, columns: Columns) -> Stage:
    return load.with_(billed_failures=0.0) if np.any(load.billed_failures) else load, columns


def _without_discount(load: Load, columns: Columns) -> Stage:
    return load, dataclasses.replace(columns, discount_share=np.zeros(len(columns))) if columns.discount_share.any() else columns


def _without_gateway(load: Load, columns: Columns) -> Stage:
    return load.with_(gateway_fee=0.0) if np.any(load.gateway_fee) else load, columns


def _priced(columns: Columns, **changes: Any) -> Columns:
    return dataclasses.replace(columns, price=dataclasses.replace(columns.price, **changes))


SWITCHES: dict[str, Callable[[Load, Columns], Stage]] = {
    "history": _without_history,
    "reasoning": _without_reasoning,
    "tokenizer": _without_tokenizer,
    "long_context": _without_cliff,
    "cache_read": _without_cache,
    "cache_write": _without_write_prices,
    "storage": _without_stored_caches,
    "service": _without_service,
    "batch": _without_batch,
    "region": _without_region,
    "peak": _without_peak,
    "tools": _without_tools,
    "failures": _without_failures,
    "discount": _without_discount,
    "gateway": _without_gateway,
}
STEPS = ("sticker", *SWITCHES)
LABELS = {
    "sticker": "Price list, prompt and reply",
    "history": "The history that every turn sends again",
    "reasoning": "Reasoning tokens",
    "tokenizer": "The model's own tokenizer",
    "long_context": "Long prompts above the cliff",
    "cache_read": "Cache reads",
    "cache_write": "Cache writes",
    "storage": "An explicit cache, stored",
    "service": "Flex or priority service",
    "batch": "Batch",
    "region": "Region",
    "peak": "Peak hours",
    "tools": "Paid tools",
    "failures": "Failures that are billed",
    "discount": "Your discount",
    "gateway": "The gateway's fee",
}


@dataclass(frozen=True, eq=False)
class Waterfall:
    """USD a month. `usd` `(steps, ..., offers)` in the order of `STEPS`: first the sticker price, then what each adds (below 0: saves).

    They sum to `effective_usd` `(..., offers)`, the expected bill; NaN from the step on that makes it unknown.
    """

    usd: Array
    effective_usd: Array

    @property
    def reached_usd(self) -> Array:
        """The running total after each step, `(steps, ..., offers)`."""
        return np.cumsum(self.usd, axis=0)


def waterfall(load: Load, columns: Columns) -> Waterfall:
    """The steps from mean tokens at base prices to the expected bill, for every offer.

    `cache_read`: the cacheable part is found or missed, a miss pays the input price; `cache_write`: a miss pays the write price instead.
    `batch` holds what its discount saves and what it costs that batch calls keep no prefix warm.
    """
    stages: list[Stage] = [(load, columns)]
    for switched_off in reversed(SWITCHES.values()):
        stages.append(switched_off(*stages[-1]))
    bills: list[Array] = []
    for before, stage in zip([None, *reversed(stages)], reversed(stages), strict=False):
        # A switch with nothing to switch off hands on what it was given.
        same = before is not None and before[0] is stage[0] and before[1] is stage[1]
        bills.append(bills[-1] if same else monthly_usd(*stage))
    shape = np.broadcast_shapes(*(bill.shape for bill in bills))
    totals = np.stack([np.broadcast_to(bill, shape) for bill in bills])
    return Waterfall(np.concatenate([totals[:1], np.diff(totals, axis=0)]), totals[-1])
