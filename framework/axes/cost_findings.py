"""What a reader of a bill must know about it, as sentences per offer."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from framework import wording
from framework.axes.assessment import Finding, Gravity
from framework.axes.caching import READ, WRITES, HitRates, highest_rates, lifetimes_sold
from framework.axes.prompt import PromptParts
from framework.axes.tariff import BASE, BATCH, INPUT, LONG, OUTPUT, STANDARD, batch_sold, service_sold
from framework.axes.tokens import ratio_of
from framework.catalogue.columns import Array, Bools, Columns
from framework.catalogue.records import EFFORTS, LIFETIMES, SERVICES, TOOLS
from framework.load import Load

Say = str | Callable[[int], str]
WORTH_SAYING_SHARE = 0.001


def findings_of(load: Load, columns: Columns, rates: HitRates, parts: PromptParts, stored: Bools) -> tuple[Finding, ...]:
    """All findings for one load (scalars), grouped by subject; `stored`: where an explicit cache is kept for a fee."""
    said = [*_prices(load, columns, parts), *_services(load, columns, parts), *_batch(load, columns, rates, parts)]
    if load.prefix_tokens > 0 and not load.converses:
        said += [*_prefix(load, columns, parts), *_hits(load, columns, rates, parts, stored)]
    if load.converses and load.caches_history:
        said += _turns(load, columns, rates, parts)
    return tuple(
        Finding(say if isinstance(say, str) else say(k), gravity, columns.ids[k])
        for mask, gravity, say in said
        for k in np.flatnonzero(mask).tolist()
    )


Said = Iterator[tuple[Bools, Gravity, Say]]


def _prices(load: Load, columns: Columns, parts: PromptParts) -> Said:
    price = columns.price
    unpriced = np.isnan(price.mtok[STANDARD, BASE][[INPUT, OUTPUT]]).any(axis=0)
    yield unpriced, "warning", "The input or the output price is not known: no bill can be made."
    if load.converts:
        yield (
            np.isnan(ratio_of(load, columns)),
            "warning",
            "How many tokens this model makes of your text is not known: give your counts in its own tokens to get a bill.",
        )
    yield (
        parts.long_share > WORTH_SAYING_SHARE,
        "info",
        lambda k: (
            f"{wording.share(float(parts.long_share[k]))} of the requests are longer than {price.threshold_tokens[k]:,.0f} tokens "
            "and pay the long-context price for every token."
        ),
    )
    spread = (
        "the bill spreads the traffic evenly over the week, its range covers all positions of the active hours"
        if np.isnan(load.starts_utc)
        else f"the bill counts those among your active hours, which begin at {load.starts_utc:g}"
    )
    yield (
        price.peak_multiplier != 1,
        "info",
        lambda k: (
            f"Costs {price.peak_multiplier[k]:g} times as much in {price.peak_hours[:, k].sum()} of the 168 hours of a week (UTC); "
            f"{spread}."
        ),
    )


def _services(load: Load, columns: Columns, parts: PromptParts) -> Said:
    """The service of interactive calls, thinking at other efforts, and paid tools."""
    price, long = columns.price, parts.long_share > WORTH_SAYING_SHARE
    if load.service != "standard":
        sold = service_sold(price, SERVICES.index(load.service))
        yield ~sold[BASE], "warning", f"Sells no {load.service} service: billed at standard prices, with standard speed."
        excluded = sold[BASE] & ~sold[LONG] & np.isfinite(price.threshold_tokens) & long
        yield (
            excluded,
            "info",
            lambda k: (
                f"The {load.service} service takes no prompts above {price.threshold_tokens[k]:,.0f} tokens: those pay standard prices."
            ),
        )
    if load.reasoning_mean > 0 and load.effort != "medium":
        unknown = np.isnan(columns.effort_factor[EFFORTS.index(load.effort)]) & (columns.reasoning != 0)
        yield unknown, "info", f"How much longer it thinks at {load.effort} effort is not published: taken as for the typical model."
    for name, calls, usd in zip(TOOLS, load.tool_calls, columns.tool_usd, strict=True):
        told = name.replace("_", " ")
        yield np.isnan(usd) & (calls > 0), "warning", f"What a {told} costs is not known: no bill can be made with it."


def _turns(load: Load, columns: Columns, rates: HitRates, parts: PromptParts) -> Said:
    """What a cache makes of the history of a conversation."""
    price, sold = columns.price, lifetimes_sold(columns)
    yield ~price.caches, "info", "No price for cached tokens is known: the whole history is billed at the input price in every turn."
    unpromised = price.caches & (rates.lifetime < 0) & np.isnan(price.lifetime_s[0]) & (parts.cacheable > 0)
    if np.isnan(load.hit_rate):
        yield unpromised, "warning", "Promises no cache lifetime: no turn is billed as found, in the low bill every one is."
    named = price.caches & (rates.lifetime >= 0) & (parts.cacheable > 0)
    yield (
        named & (sold.sum(axis=0) > 1) & (load.lifetime is None),
        "info",
        lambda k: f"Of its cache lifetimes {LIFETIMES[rates.lifetime[k]]} is the cheapest for turns {wording.seconds(load.pause_s)} apart.",
    )
    yield (
        named,
        "info",
        lambda k: f"{wording.share(float(np.asarray(rates.turns)[k]))} of the turns find the turn before them in the cache.",
    )
    if load.batch_share > 0 and np.isnan(load.hit_rate):
        batched = named & batch_sold(price)[BASE]
        yield batched, "info", "A turn in batch waits for the batch before it: billed as not found, in the low bill like any other turn."


def _batch(load: Load, columns: Columns, rates: HitRates, parts: PromptParts) -> Said:
    if not load.batch_share > 0:
        return
    price, sold = columns.price, batch_sold(columns.price)
    yield ~sold[BASE], "info", "Sells no batch service: the batch share is billed like the other calls."
    yield (
        sold[BASE] & ~sold[LONG] & np.isfinite(price.threshold_tokens) & (parts.long_share > WORTH_SAYING_SHARE),
        "info",
        lambda k: f"Batch takes no prompts above {price.threshold_tokens[k]:,.0f} tokens: those are billed like the calls not in batch.",
    )
    cached = sold[BASE] & price.caches & (parts.cacheable > 0)
    yield cached, "info", "Batches find their prefix in the cache by best effort: the high bill counts on 30 % hits at most."
    yield (
        cached & np.isnan(price.mtok[BATCH, BASE, READ]),
        "info",
        "What a cache read costs in a batch is not known: billed at the batch input price.",
    )

    written = _written(columns, rates)
    yield (
        cached & ~np.isnan(written[STANDARD]) & np.isnan(written[BATCH]),
        "info",
        "What a cache write costs in a batch is not known: billed at the same multiple of the input price as at the standard service.",
    )


def _written(columns: Columns, rates: HitRates) -> Array:
    """`(services, offers)`: the write price at each offer's lifetime, NaN where none is known."""
    return columns.price.mtok[:, BASE, WRITES][:, np.maximum(rates.lifetime, 0), np.arange(len(columns))]


def _prefix(load: Load, columns: Columns, parts: PromptParts) -> Said:
    price, own = columns.price, load.prefix_tokens * ratio_of(load, columns)
    yield ~price.caches, "info", "No price for cached tokens is known: the whole prompt is billed at the input price."
    yield (
        price.caches & (own < price.min_cache_tokens),
        "warning",
        lambda k: f"The prefix is not cached: {own[k]:,.0f} < {price.min_cache_tokens[k]:,.0f} tokens.",
    )
    yield (
        price.caches & np.isnan(price.min_cache_tokens),
        "info",
        "The smallest prefix that is cached is not published: the bill assumes that yours is, the high bill takes 6,144 tokens.",
    )
    unknown_write = price.caches & ~price.write_is_input & ~lifetimes_sold(columns).any(axis=0)
    yield (
        unknown_write & (parts.cacheable > 0),
        "info",
        "What a cache write costs is not known: misses are billed at 1.25 times the input price, at the input price in the low bill.",
    )


def _hits(load: Load, columns: Columns, rates: HitRates, parts: PromptParts, stored: Bools) -> Said:
    price, cached = columns.price, columns.price.caches & (parts.cacheable > 0) & ~stored
    yield stored, "info", lambda k: _kept(load, columns, k)
    sold = lifetimes_sold(columns)
    lifetime = rates.lifetime
    if load.lifetime is not None:
        lacks = cached & (lifetime != LIFETIMES.index(load.lifetime))
        sells_none = f"Sells no cache lifetimes, so {load.lifetime} does not apply: the cache is automatic."
        yield lacks & (lifetime < 0), "info", sells_none
        yield lacks & (lifetime >= 0), "warning", lambda k: f"Sells no {load.lifetime} lifetime: billed with {LIFETIMES[lifetime[k]]}."
    yield from _break_even(columns, rates, cached)
    if not np.isnan(load.hit_rate):
        return
    most = highest_rates(load, columns, rates).prefix
    unpromised = cached & (lifetime < 0) & np.isnan(price.lifetime_s[0])
    yield unpromised, "warning", "Promises no cache lifetime: billed without hits, in the low bill every prefix is found."
    yield (
        cached & ~unpromised & (most - rates.prefix > 0.005),
        "info",
        lambda k: (
            f"How long the cache keeps a prefix is not fully published: between {wording.share(float(rates.prefix[k]))} and "
            f"{wording.share(float(most[k]))} of the prefixes are found; the bill takes the lower."
        ),
    )
    yield (
        cached & (sold.sum(axis=0) > 1) & (load.lifetime is None),
        "info",
        lambda k: f"Of its cache lifetimes {LIFETIMES[lifetime[k]]} is the cheapest at this traffic.",
    )


def _break_even(columns: Columns, rates: HitRates, cached: Bools) -> Said:
    base = columns.price.mtok[STANDARD, BASE]
    write = _written(columns, rates)[STANDARD]
    with np.errstate(invalid="ignore", divide="ignore"):
        even = (write - base[INPUT]) / (write - base[READ])
    yield (
        cached & (rates.lifetime >= 0) & (rates.prefix < even),
        "warning",
        lambda k: (
            f"At {wording.share(float(rates.prefix[k]))} hits caching costs more than it saves; it pays from "
            f"{wording.share(float(even[k]))} on. Leave it out where that can be chosen."
        ),
    )


def _kept(load: Load, columns: Columns, offer: int) -> str:
    each = f"{wording.usd(float(columns.price.storage_mtok_hour[offer]))} per million tokens and hour"
    hours = f"kept through the {load.active_hours:g} active hours of a day at {each}"
    return f"An explicit cache, {hours}, is cheaper than counting on implicit hits."
