"""What a probe's requests cost at most: the catalogue's prices of an offer, at each prompt length, in the probe's own form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from framework.catalogue.request_price import Request, request_usd
from framework.errors import NotSold
from framework.providers.prompts import most_input_tokens
from framework.providers.tally import Prices

if TYPE_CHECKING:
    from framework.catalogue.catalogue import Catalogue
    from framework.catalogue.records import Price

SERVICES = {
    None: "standard",
    "default": "standard",
    "auto": "standard",
    "standard_only": "standard",
    "flex": "flex",
    "priority": "priority",
}
"""Service tiers as requests ask for them. What is not here has no price that is known."""

MTOK = 1_000_000


def probe_prices(catalogue: Catalogue, offer_id: str, lengths: Iterable[int], *, service: str | None, on: dt.date) -> dict[int, Prices]:
    """USD per million tokens by prompt length, long-context prices and dear hours included; empty where a price is not known.

    A prompt counts as long as it can be billed, so that one near a threshold is priced beyond it.
    """
    name = SERVICES.get(service)
    try:
        price = catalogue.price_in_force(catalogue.offer(offer_id), on)
        return {} if name is None else {length: _prices(price, most_input_tokens(length), name, on) for length in lengths}
    except NotSold:
        return {}


def _prices(price: Price, tokens: int, service: str, on: dt.date) -> Prices:
    dearest = price.peak.multiplier if price.peak else 1.0

    def usd(entering: float, leaving: float = 0, *, read: float = 0, written: float = 0) -> float:
        request = Request(input=entering, output=leaving, cache_read=read, cache_write=written, service=service)
        return request_usd(price, request, on=on).usd * max(1.0, dearest)

    def cached_mtok(**counts: float) -> float | None:
        try:
            return usd(0, **counts) / tokens * MTOK
        except NotSold:
            return None

    plain_usd = usd(tokens)
    output_mtok = usd(tokens, MTOK) - plain_usd
    return Prices(plain_usd / tokens * MTOK, output_mtok, cached_mtok(read=tokens), cached_mtok(written=tokens))
