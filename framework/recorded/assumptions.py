"""What a bill had to assume, in words: a figure that rests on an assumption says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np

from framework import wording
from framework.catalogue.catalogue import Catalogue
from framework.catalogue.records import LIFETIMES, Offer, Price
from framework.recorded.read import Log
from framework.recorded.usage import NOT_LISTED, READ, WRITE, WRITES, RecordedUsage

OTHER_TOKENIZERS = "tokens as recorded: another model's tokenizer counts the same text differently, and its replies differ in length"


def usage_notes(log: Log, *, always: bool, on: dt.date, offer: str | None) -> tuple[str, ...]:
    """What was assumed about the log as a whole."""
    return tuple(_usage_notes(log, always, on, offer))


def _usage_notes(log: Log, always: bool, on: dt.date, offer: str | None) -> Iterator[str]:
    usage = log.usage
    undated, untold = int(np.isnan(usage.at_s).sum()), int((~usage.tier_known).sum())
    if always:
        yield f"every request at the prices of {on}"
    elif undated:
        yield f"{_some(undated, usage)} without a time: at the prices of {on}"
    if untold:
        yield f"{_some(untold, usage)} without a service tier: billed as standard; batch, flex or priority would have another price"
    if log.repeated:
        yield f"{log.repeated:,} lines repeat the id of a response: each response is billed once, as it was logged last"
    if log.unbilled:
        lines = "1 line of batch results has" if log.unbilled == 1 else f"{log.unbilled:,} lines of batch results have"
        yield f"{lines} no reply (failed, cancelled or too late): not billed"
    if log.searches:
        yield f"{log.searches:,} web searches are billed by the call and are not included"
    for reason, times in sorted(log.not_listed.items()):
        yield f"{_some(times, usage)} of unknown cost: {reason}"
    if offer is not None and usage.models:
        yield f"the log names models; all of it is billed at {offer}, as asked"


def _some(count: int, usage: RecordedUsage) -> str:
    if count == len(usage):
        return f"all {count:,} requests" if count != 1 else "the request"
    return f"{count:,} of {len(usage):,} requests"


def offer_notes(usage: RecordedUsage, catalogue: Catalogue, offer: Offer, on: dt.date) -> tuple[str, ...]:
    """What was assumed about one offer's part."""
    standing = [price for price in offer.prices if price.effective is None or price.effective <= on]
    return tuple(_offer_notes(usage, standing[-1] if standing else offer.prices[0], catalogue.provider_of(offer).name))


def _offer_notes(usage: RecordedUsage, price: Price, provider: str) -> Iterator[str]:
    sold = [name for name in LIFETIMES if name in (price.cache_write_mtok or {})]
    unstated = float(usage.tokens[WRITE].sum())
    if unstated and len(sold) > 1:
        yield f"{wording.tokens(unstated)} cache write tokens without a lifetime: billed as {sold[0]}, up to that of {sold[-1]}"
    if price.peak and np.isnan(usage.at_s).any():
        hours = ", ".join(f"{start:02d}-{end:02d}" for start, end in price.peak.hours_utc)
        yield f"requests without a time are billed off-peak; between {hours} UTC they cost {price.peak.multiplier:g} times as much"
    if price.storage_mtok_hour and usage.tokens[READ : WRITE + 1].any():
        yield f"storage of explicit caches, ${price.storage_mtok_hour:g} per million tokens and hour, is not included"
    if (usage.service == NOT_LISTED).any():
        yield f"what {provider} bills for requests that list prices do not cover is unknown, and so is the total"


def comparison_notes(usage: RecordedUsage) -> tuple[str, ...]:
    """What a comparison on recorded tokens leaves out."""
    found = [OTHER_TOKENIZERS]
    if usage.tokens[WRITES].any() or usage.tokens[WRITE].any():
        found.append(
            "a cache lifetime that an offer does not sell is priced at the next longer one it sells, or as input if writes are free"
        )
    elif usage.tokens[READ].any():
        found.append("the log holds no cache writes: an offer that bills them would charge some of its input more than is shown here")
    return tuple(found)
