"""A month's bill in plain Python, request by request: slow, and written from the rules of billing alone, not from the engine.

Prompts that stand alone are integrated numerically over their log-normal; the turns of a conversation are played one after the other, with
what the cache holds in each. Only the numbers of a `Load` (scalars) and of one column of `Columns` are read.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from framework.catalogue.columns import PRICE_METERS, Columns
from framework.load import Load
from framework.vocabulary import EFFORTS, LIFETIME_S, LIFETIMES, SERVICES

NAN = float("nan")
DAYS = 30
# The factors that a judge of the typical model found, per effort (Artificial Analysis, 2026-10-06).
TYPICAL_EFFORT = {"none": 0.0, "low": 0.40, "medium": 1.0, "high": 1.8, "xhigh": 3.0, "max": 6.2}
UNKNOWN_WRITE = 1.25
# A longer lifetime must save a thousandth of the reads' price.
WORTH_A_LONGER_LIFE = 0.001
_NODES = ((0.1834346424956498, 0.362683783378362), (0.525532409916329, 0.3137066458778873), (0.7966664774136267, 0.2223810344533745))
_NODES += ((0.9602898564975363, 0.1012285362903763),)

Meters = dict[str, float]


@dataclass(frozen=True)
class Offer:
    """One column as plain numbers; `sold[service, band]` are meters in USD per million of the model's own tokens."""

    sold: dict[tuple[str, str], Meters]
    ratio: float
    threshold: float
    minimum: float
    caches: bool
    write_is_input: bool
    renews: bool
    implicit_life_s: float
    storage_mtok_hour: float
    region: float
    peak: float
    dear: list[bool]
    thinks: bool
    always_thinks: bool
    effort_factors: dict[str, float]
    tools: list[tuple[float, float]]
    discount: float

    def meters(self, service: str, band: str) -> Meters:
        """Prices of a call: those of its service, or the standard ones where the service does not take it."""
        return self.sold[service if self.takes(service, band) else "standard", band]

    def takes(self, service: str, band: str) -> bool:
        """Whether a service is sold for prompts of that band."""
        return known(self.sold[service, band]["input"]) and known(self.sold[service, band]["output"])

    def lifetimes(self) -> list[str]:
        """Lifetimes with a write price, the shortest first."""
        return [name for name in LIFETIMES if known(self.sold["standard", "base"][f"write_{name}"])]


def known(value: float) -> bool:
    return not math.isnan(value)


def offer_at(load: Load, columns: Columns, k: int) -> Offer:
    """What the oracle reads of column `k`."""
    price = columns.price
    sold = {
        (service, band): {meter: float(price.mtok[s, b, m, k]) for m, meter in enumerate(PRICE_METERS)}
        for s, service in enumerate(SERVICES)
        for b, band in enumerate(("base", "long"))
    }
    return Offer(
        sold=sold,
        ratio=float(columns.ratio[1, k]) if load.converts else 1.0,
        threshold=float(price.threshold_tokens[k]),
        minimum=float(price.min_cache_tokens[k]) if known(float(price.min_cache_tokens[k])) else 0.0,
        caches=bool(price.caches[k]),
        write_is_input=bool(price.write_is_input[k]),
        renews=float(price.refresh_on_hit[k]) == 1,
        implicit_life_s=float(price.lifetime_s[0, k]),
        storage_mtok_hour=float(price.storage_mtok_hour[k]),
        region=float(price.region_multiplier[k]),
        peak=float(price.peak_multiplier[k]),
        dear=[bool(hour) for hour in price.peak_hours[:, k]],
        thinks=float(columns.reasoning[k]) != 0,
        always_thinks=float(columns.always_thinks[k]) == 1,
        effort_factors={effort: float(columns.effort_factor[e, k]) for e, effort in enumerate(EFFORTS)},
        tools=[(float(columns.tool_usd[t, k]), float(columns.tool_free[t, k])) for t in range(len(columns.tool_usd))],
        discount=float(columns.discount_share[k]),
    )


@dataclass(frozen=True)
class Pieces:
    """One prompt in the user's tokens: what no cache holds, what the shared prefix is, what the turn before left."""

    length: float
    uncached: float
    prefix: float = 0.0
    history: float = 0.0
    restart: float = 0.0
    appended: float = 0.0

    def split(self, prefix_hit: float, turn_hit: float) -> tuple[float, float]:
        """Mean tokens read and written: either the turn before is there, or the shared prefix alone may be."""
        read = self.prefix * prefix_hit + self.history * turn_hit + self.restart * (1 - turn_hit) * prefix_hit
        return read, self.prefix + self.history + self.appended - read


@dataclass(frozen=True)
class Hits:
    """Shares of calls that find their prefix and of turns that find the turn before, at a lifetime."""

    prefix: float
    turn: float
    lifetime: str | None

    def in_batch(self, *, given: bool) -> Hits:
        """A turn in batch waits for a batch: only the user's own rate holds for it."""
        return self if given else Hits(self.prefix, 0.0, self.lifetime)


# --- prompts -------------------------------------------------------------------------------------------------------------------------


def alone(load: Load, offer: Offer, length: float) -> Pieces:
    """A call that stands alone: the prefix is cached where prefix and prompt both reach the minimum."""
    prefix = min(float(load.prefix_tokens), length)
    reaches = offer.ratio * load.prefix_tokens >= offer.minimum and offer.ratio * length >= offer.minimum
    if not (offer.caches and reaches):
        return Pieces(length, length)
    return Pieces(length, length - prefix, prefix)


def turns(load: Load, offer: Offer) -> Iterator[Pieces]:
    """A conversation, turn by turn; the cache holds what the turn before sent, if that was long enough to be cached."""
    opening, held = float(load.opening_tokens), 0.0
    for turn in range(1, load.conversation_turns + 1):
        length = opening + turn * load.user_tokens + (turn - 1) * load.output_mean
        long_enough = offer.caches and offer.ratio * length >= offer.minimum
        shared = min(float(load.prefix_tokens), opening + load.user_tokens)
        if offer.ratio * shared < offer.minimum:
            shared = 0.0
        if not long_enough:
            yield Pieces(length, length)
        elif not load.caches_history:
            yield Pieces(length, length - shared, shared)
        elif held == 0:
            yield Pieces(length, 0.0, prefix=shared, appended=length - shared)
        else:
            yield Pieces(length, 0.0, history=held, restart=min(shared, held), appended=length - held)
        held = length if long_enough else 0.0


def edges(load: Load, offer: Offer) -> list[float]:
    """Prompt lengths at which the price of a request jumps or bends."""
    return [x for x in (offer.threshold / offer.ratio, offer.minimum / offer.ratio, float(load.prefix_tokens)) if 0 < x < math.inf]


def mean_over_lengths(load: Load, usd: Callable[[float], float], at: list[float]) -> float:
    """The mean of `usd(length)` over the log-normal: Gauss-Legendre on short pieces between the edges."""
    sigma = float(load.input_sigma)
    if sigma == 0:
        return usd(float(load.input_mean))
    mu = math.log(load.input_mean) - sigma**2 / 2
    low, high = -12.0, 12.0 + sigma
    cuts = sorted({low, high, *(z for z in ((math.log(x) - mu) / sigma for x in at) if low < z < high)})
    total = 0.0
    for left, right in itertools.pairwise(cuts):
        steps = max(2, math.ceil((right - left) * 3))
        for step in range(steps):
            a = left + (right - left) * step / steps
            b = left + (right - left) * (step + 1) / steps
            for node, weight in _NODES:
                for side in (-node, node):
                    z = (a + b) / 2 + side * (b - a) / 2
                    total += weight * (b - a) / 2 * math.exp(-z * z / 2) / math.sqrt(2 * math.pi) * usd(math.exp(mu + sigma * z))
    return total


def mean_request(load: Load, offer: Offer, usd: Callable[[Pieces], float]) -> float:
    """The mean of `usd` over the prompts of a month."""
    if load.converses:
        return sum(usd(pieces) for pieces in turns(load, offer)) / load.conversation_turns
    return mean_over_lengths(load, lambda length: usd(alone(load, offer, length)), edges(load, offer))


# --- hits ----------------------------------------------------------------------------------------------------------------------------


def rate_per_s(load: Load, offer: Offer) -> float:
    """Calls a second on one prefix while the traffic is on; batches keep nothing warm."""
    share = float(load.batch_share) if offer.takes("batch", "base") else 0.0
    return float(load.requests_per_day * (1 - share) / (load.active_hours * 3600) / load.prefixes)


def derived(load: Load, offer: Offer, lifetime: str | None) -> Hits:
    """What the traffic finds at one lifetime; nothing where none is promised, renewal only where it is certain."""
    life_s = LIFETIME_S[lifetime] if lifetime else offer.implicit_life_s
    if not known(life_s):
        return Hits(0.0, 0.0, lifetime)
    prefix = prefix_hits(rate_per_s(load, offer), life_s, renews=offer.renews, active_s=float(load.active_hours) * 3600)
    return Hits(prefix, 1 - math.exp(-life_s / load.pause_s), lifetime)


def prefix_hits(rate: float, life_s: float, *, renews: bool, active_s: float) -> float:
    """Share of Poisson arrivals that find their prefix: exact where hits renew, else as `arrivals` says (held against a simulation)."""
    if rate == 0:
        return 0.0
    return renewed_hits(rate, life_s, active_s) if renews else min(plain_hits(rate, life_s, active_s), renewed_hits(rate, life_s, active_s))


def renewed_hits(rate: float, life_s: float, active_s: float) -> float:
    """A call looks back one lifetime: into the day so far, and past the night into yesterday. Averaged over the day."""

    def found(since_start: float) -> float:
        yesterday = min(max(life_s - since_start - (86_400 - active_s), 0.0), active_s) if life_s > since_start else 0.0
        return 1 - math.exp(-rate * (min(since_start, life_s) + yesterday))

    night = life_s - (86_400 - active_s)
    inside = {0.0, active_s, *(x for x in (life_s, night) if 0 < x < active_s)}
    bends = sorted(inside | {x + 45 / rate for x in inside if x + 45 / rate < active_s})  # 45 mean gaps on, a miss is rarer than rounding
    total = 0.0
    for left, right in itertools.pairwise(bends):
        steps = min(max(2, math.ceil(rate * (right - left))), 50)
        for step in range(steps):
            a, b = left + (right - left) * step / steps, left + (right - left) * (step + 1) / steps
            total += sum(w * (b - a) / 2 * found((a + b) / 2 + side * node * (b - a) / 2) for node, w in _NODES for side in (-1, 1))
    return total / active_s


def plain_hits(rate: float, life_s: float, active_s: float) -> float:
    """Without renewal: writes of a day over its calls."""
    within, calls = rate * life_s, rate * active_s
    steady = within / (1 + within)
    if active_s >= 86_400:
        return steady
    if active_s >= 8 * life_s:
        return max(steady - steady**2 / (2 * calls), 0.0)
    writes = sum(1 - poisson_up_to(n, rate * (active_s - n * life_s)) for n in range(8) if active_s > n * life_s)
    return max(1 - writes / calls, 0.0)


def poisson_up_to(count: int, mean: float) -> float:
    """P(N <= count)."""
    return sum(math.exp(n * math.log(mean) - mean - math.lgamma(n + 1)) for n in range(count + 1))


def hits_of(load: Load, offer: Offer) -> Hits:
    """Given or derived, with the lifetime they belong to."""
    sold = offer.lifetimes()
    named = load.lifetime if load.lifetime in sold else (sold[0] if sold else None)
    if known(float(load.hit_rate)):
        return Hits(float(load.hit_rate), float(load.hit_rate), named)
    if not sold or load.lifetime in sold:
        return derived(load, offer, named)
    return cheapest_lifetime(load, offer)


def cheapest_lifetime(load: Load, offer: Offer) -> Hits:
    """The lifetime at which what can be cached costs least at standard base prices; a longer one must be worth it."""
    base, best, least = offer.sold["standard", "base"], None, math.inf
    reusable = mean_request(load, offer, lambda pieces: pieces.prefix + pieces.history)
    for lifetime in offer.lifetimes():
        hits = derived(load, offer, lifetime)

        def cached_usd(pieces: Pieces, hits: Hits = hits, write: float = base[f"write_{lifetime}"]) -> float:
            read, written = pieces.split(hits.prefix, hits.turn)
            return read * base["cache_read"] + written * write

        usd = mean_request(load, offer, cached_usd)
        if best is None or usd < least - WORTH_A_LONGER_LIFE * base["cache_read"] * reusable:
            best, least = hits, usd
    assert best is not None
    return best


# --- prices --------------------------------------------------------------------------------------------------------------------------


def write_usd(offer: Offer, service: str, band: str, lifetime: str | None) -> float:
    """What a written token costs in a service, per million."""
    asked = offer.meters(service, band)
    if offer.write_is_input:
        return asked["input"]
    if lifetime is None:
        return UNKNOWN_WRITE * asked["input"]
    own = asked[f"write_{lifetime}"]
    standard = offer.sold["standard", band]
    return own if known(own) else asked["input"] * standard[f"write_{lifetime}"] / standard["input"]


def band_of(offer: Offer, pieces: Pieces) -> str:
    """The whole prompt, in the offer's own tokens, decides."""
    return "long" if offer.ratio * pieces.length > offer.threshold else "base"


def call_usd(offer: Offer, service: str, pieces: Pieces, *, hits: Hits, reply: float) -> float:
    """One request of one service, without region, hours and terms."""
    band = band_of(offer, pieces)
    meters = offer.meters(service, band)
    read, written = pieces.split(hits.prefix, hits.turn)
    usd = pieces.uncached * meters["input"] + reply * meters["output"]
    if read + written > 0:
        price = meters["cache_read"] if known(meters["cache_read"]) else meters["input"]
        usd += read * price + written * write_usd(offer, service, band, hits.lifetime)
    return usd * offer.ratio / 1e6


def reply_tokens(load: Load, offer: Offer) -> float:
    """Visible reply and thinking."""
    if not offer.thinks:
        return float(load.output_mean)
    factor = offer.effort_factors[load.effort] if load.effort != "medium" else 1.0
    if not known(factor):
        factor = TYPICAL_EFFORT["low" if load.effort == "none" and offer.always_thinks else load.effort]
    return float(load.output_mean + load.reasoning_mean * factor)


def peak_factor(load: Load, offer: Offer) -> float:
    """Mean factor of the hours in which the traffic falls; over the whole week where they are not known."""
    start, active = float(load.starts_utc), float(load.active_hours)
    if not known(start):
        return 1 + (offer.peak - 1) * sum(offer.dear) / 168
    dear = 0.0
    for day in range(7):
        begin, end = 24 * day + start, 24 * day + start + active
        for hour in range(24 * 8 + 24):
            overlap = min(end, hour + 1) - max(begin, hour)
            dear += max(overlap, 0.0) * offer.dear[hour % 168]
    return 1 + (offer.peak - 1) * dear / (7 * active)


def tools_usd(load: Load, offer: Offer) -> float:
    """Fees of a month; a tool that is not used costs nothing, one without a known price makes the bill unknown."""
    attempts = float(load.requests_per_day) * DAYS / (1 - float(load.billed_failures))
    return sum(
        max(attempts * calls - free, 0.0) * usd
        for calls, (usd, free) in zip((load.web_searches, load.file_searches, load.code_sessions), offer.tools, strict=True)
        if calls
    )


# --- the month -----------------------------------------------------------------------------------------------------------------------


def calls_usd(load: Load, offer: Offer, *, interactive: Hits, batch: Hits) -> float:
    """All requests of a month at the list's prices."""
    reply, share = reply_tokens(load, offer), float(load.batch_share)

    def usd(pieces: Pieces) -> float:
        now = call_usd(offer, load.service, pieces, hits=interactive, reply=reply)
        if not (share and offer.takes("batch", band_of(offer, pieces))):
            return now
        return (1 - share) * now + share * call_usd(offer, "batch", pieces, hits=batch, reply=reply)

    return float(load.requests_per_day) * DAYS * mean_request(load, offer, usd)


def storing_usd(load: Load, offer: Offer) -> float:
    """Every prefix created at the input price when the traffic begins, and kept while it lasts."""
    tokens = float(load.prefixes * load.prefix_tokens) * offer.ratio / 1e6
    times = 1 if load.active_hours >= 24 else DAYS
    created = tokens * times * offer.meters(load.service, "base")["input"]
    return created + tokens * float(load.active_hours) * DAYS * offer.storage_mtok_hour


def month_usd(load: Load, columns: Columns, k: int) -> float:
    """The expected bill of offer `k`, NaN where something it needs is not known."""
    offer = offer_at(load, columns, k)
    if not known(offer.ratio):
        return NAN
    hits, again = hits_of(load, offer), 1 / (1 - float(load.billed_failures))
    batch = hits.in_batch(given=known(float(load.hit_rate)))
    usd = again * calls_usd(load, offer, interactive=hits, batch=batch)
    if may_store(load, offer):
        all_found = Hits(1.0, 0.0, hits.lifetime)
        usd = min(usd, again * calls_usd(load, offer, interactive=all_found, batch=all_found) + storing_usd(load, offer))
    usd *= offer.region * peak_factor(load, offer)
    return (usd + tools_usd(load, offer)) * (1 - offer.discount) * (1 + float(load.gateway_fee))


def may_store(load: Load, offer: Offer) -> bool:
    """Where a cache can be kept for a fee: sold, long enough, wanted, and the hit rate not the user's own."""
    if load.converses or not load.explicit or known(float(load.hit_rate)) or not known(offer.storage_mtok_hour):
        return False
    return offer.caches and load.prefix_tokens > 0 and offer.ratio * load.prefix_tokens >= offer.minimum


def month_of_all(load: Load, columns: Columns) -> list[Any]:
    """The bills of all offers."""
    return [month_usd(load, columns, k) for k in range(len(columns))]
