"""Published limits as buckets in whole ticks, so that no admission ever hangs on rounding.

A limit of L in `per_s` seconds refills L ticks in each microsecond, and one token is `per_s * 1,000,000` ticks; both are divided by what
they share, so that the ordinary limits stay far inside int64, and so does every product with a charge, of any size. Where that is not
enough (limits of a day or odd speeds, and primes besides), the flow is the nearest fraction that is: off by less than one part in a hundred
million for limits up to 10^10. No provider publishes how deep its buckets are: `window_s` is an assumption, 60 the kind one and 1 the harsh
one.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Array = NDArray[np.float64]

KINDS: tuple[str, ...] = ("calls", "input", "output", "both", "money", "long_calls", "long_both")
"""What one call is charged: 1, input tokens, output tokens, both, and 1e-7 USD; 1 and both once more for calls that draw on a pool for long
prompts, which are charged nothing else but money. The rows of every `charge` array; the last two may be left out."""
CALLS, INPUT, OUTPUT, BOTH, MONEY, LONG_CALLS, LONG_BOTH = range(len(KINDS))
MONEY_UNITS_PER_USD = 10_000_000

MINUTE_S, TEN_MINUTES_S, DAY_S = 60, 600, 86_400
METERED: dict[str, tuple[int, int]] = {
    "rpm": (CALLS, MINUTE_S),
    "itpm": (INPUT, MINUTE_S),
    "otpm": (OUTPUT, MINUTE_S),
    "tpm": (BOTH, MINUTE_S),
    "rpd": (CALLS, DAY_S),
    "tpd": (BOTH, DAY_S),
    "spend_10min": (MONEY, TEN_MINUTES_S),
    "long_rpm": (LONG_CALLS, MINUTE_S),
    "long_tpm": (LONG_BOTH, MINUTE_S),
}
"""Per meter: the charge that it counts, and the seconds that its limit is for."""
WINDOWS_S: tuple[int, ...] = (1, 60)
THIN_S = 120
"""How long a bucket of thinned traffic lasts at most, unless it would without: of so many calls one comes, and what a bucket refills comes
as slowly. With its whole depth it lasts as many times as long, and calls meet it as all of them meet theirs; but each time the load falls
below the limit it fills up with as many times as much as it should, and the first refusal comes late. Where a hundred calls come in two
minutes all of these errors are small, and smaller than with one minute or with five."""
MAX_LIMIT = 10**10
_SAFE = 2.0**61
_NO_ROWS = (np.zeros(len(KINDS), dtype=np.int64),) * 2
_PARTS = ("rate", "unit", "cap", "fill", "most", "window", "offset")


@dataclass(frozen=True, eq=False)
class Rows:
    """Charges of rows that stand for several calls each, `(kinds,)` or `(kinds, lanes)`: the `largest`, and what of a mean one comes
    before its last call.

    Such a row takes at once what its calls take one after the other, while the bucket refills. Taken apart, the last of `m` calls alone
    must still be there when it comes: a bucket that is deeper by the other `m - 1` asks no more of a row than of its calls.
    """

    largest: Ints
    before_last: Ints


@dataclass(frozen=True, eq=False)
class Lanes:
    """Sets of buckets side by side. `meters` `(K,)` name the rows, `source` `(K,)` their charge; the rest is `(K, lanes)`.

    A set that lacks a meter has a bucket of `unit` 0 there, which nothing empties. `window`, `offset`: microseconds, 0 for a bucket that
    refills. `flight` `(lanes,)`: calls under way at once, 0 for no limit.
    """

    meters: tuple[str, ...]
    source: Ints
    rate: Ints
    unit: Ints
    cap: Ints
    fill: Ints
    most: Ints
    window: Ints
    offset: Ints
    flight: Ints

    def __len__(self) -> int:
        return int(self.rate.shape[1])

    def alone(self, at: int) -> Lanes:
        """One set with all meters."""
        parts = {name: np.ascontiguousarray(getattr(self, name)[:, at : at + 1]) for name in _PARTS}
        return Lanes(self.meters, self.source, flight=self.flight[at : at + 1], **parts)

    def blocks(self, widths: Iterable[int]) -> Iterator[Lanes]:
        """Runs of so many sets, each with the meters that one of them has, in memory of its own."""
        start = 0
        for width in widths:
            cut = slice(start, start + width)
            own = (self.unit[:, cut] > 0).any(axis=1)
            parts = {name: np.ascontiguousarray(getattr(self, name)[own, cut]) for name in _PARTS}
            meters = tuple(self.meters[row] for row in np.flatnonzero(own))
            yield Lanes(meters, self.source[own], flight=self.flight[cut], **parts)
            start += width

    @functools.cached_property
    def table(self) -> Ints:
        """`(K, lanes, 8)` in the columns that `kernels` reads."""
        return np.stack([np.broadcast_to(self.source[:, None], self.rate.shape), *(getattr(self, name) for name in _PARTS)], axis=-1)

    @functools.cached_property
    def wider(self) -> NDArray[np.bool_]:
        """`(K, lanes, lanes)`: the first set's bucket is at least as deep as the second's, and fills at least as fast; both are there.

        For certain: where numbers come too close to tell, it is not said. Of fixed windows it means nothing.
        """
        unit = np.maximum(self.unit, 1)
        least, most, flow = self.cap // unit, -(-self.cap // unit), self.rate / unit
        same = _pairs(np.equal, unit)
        deeper = (same & _pairs(np.equal, self.cap)) | _pairs(np.greater_equal, least, most)
        faster = (same & _pairs(np.equal, self.rate)) | _pairs(np.greater_equal, flow, flow * (1 + 1e-12))
        return np.asarray(deeper & faster & _pairs(np.logical_and, self.unit > 0))

    def lane(self, at: int) -> Ints:
        """The buckets of one set, its own meters alone, `(K, 8)` in the columns that `kernels` reads."""
        return np.asarray(self.table[self.unit[:, at] > 0, at])

    def own_meters(self, at: int) -> tuple[str, ...]:
        """The meters of one set, as `lane` orders them."""
        return tuple(meter for meter, unit in zip(self.meters, self.unit[:, at], strict=True) if unit > 0)


def _pairs(compare: np.ufunc, one: NDArray[Any], other: NDArray[Any] | None = None) -> NDArray[np.bool_]:
    """`(K, lanes, lanes)`: each of the first against each of the second, or of its own."""
    return np.asarray(compare(one[:, :, None], (one if other is None else other)[:, None, :]))


def lanes_of(
    limits: Mapping[str, Any],
    largest: Any,
    *,
    window_s: Any = 60,
    speed: tuple[Any, Any] = (1, 1),
    rows: Rows | None = None,
    thinned: tuple[int, int] = (1, 0),
) -> Lanes:
    """Buckets of `limits`: figures `(lanes,)` or scalars by meter (also `concurrency`), NaN where a set has none; money in USD.

    `largest` `(kinds,)` or `(kinds, lanes)`: the largest single charge; a bucket holds at least that, up to its limit. `window_s`
    `(lanes,)`: its depth in seconds of refill, up to 60; the buckets of a day and of ten minutes are always as deep as their limit.
    `speed` `(p, q)`: the traffic comes p/q times as fast, the depth stays. The clock is still that of the trace, which is fast by p/q:
    delays, pauses and durations are to be given and read on it. Whole numbers, else a TypeError. `rows`: what is charged comes in these.
    `thinned`: of so many calls one comes, and its buckets last so many seconds at most (`THIN_S`).
    """
    count = max((np.size(figure) for figure in (*limits.values(), window_s, *speed)), default=1)
    meters = tuple(meter for meter in METERED if meter in limits and np.isfinite(np.asarray(limits[meter], dtype=float)).any())
    depth_s, p, q = (np.broadcast_to(_whole(part), (count,)) for part in (window_s, *speed))
    p = p * thinned[0]
    single = np.asarray(largest, dtype=np.int64)
    buckets = [
        _bucket(
            meter,
            np.broadcast_to(np.asarray(limits[meter], dtype=float), (count,)),
            np.broadcast_to(single[METERED[meter][0]], (count,)),
            depth_s,
            (p, q),
            rows,
            thinned,
        )
        for meter in meters
    ]
    rate, unit, cap = (np.array([bucket[part] for bucket in buckets], dtype=np.int64).reshape(len(meters), count) for part in range(3))
    flight = np.nan_to_num(np.broadcast_to(np.asarray(limits.get("concurrency", np.nan), dtype=float), (count,)))
    return Lanes(
        meters=meters,
        source=np.array([METERED[meter][0] for meter in meters], dtype=np.int64),
        rate=rate,
        unit=unit,
        cap=cap,
        fill=cap // np.maximum(rate, 1) + 1,
        most=cap // np.maximum(unit, 1) + 1,
        window=np.zeros_like(rate),
        offset=np.zeros_like(rate),
        flight=flight.astype(np.int64),
    )


def _whole(figure: Any) -> Ints:
    """As int64; a TypeError for fractions, which would be cut off."""
    return np.asarray(figure).astype(np.int64, casting="same_kind")


def _bucket(
    meter: str, limit: Array, single: Ints, depth_s: Ints, speed: tuple[Ints, Ints], rows: Rows | None, thinned: tuple[int, int]
) -> tuple[Ints, Ints, Ints]:
    kind, per_s = METERED[meter]
    deeper, row = (np.broadcast_to(part[kind], limit.shape) for part in ((rows.before_last, rows.largest) if rows else _NO_ROWS))
    more = np.maximum(deeper, row)
    there = np.isfinite(limit)
    figure = np.rint(np.where(there, limit, 0.0) * (MONEY_UNITS_PER_USD if kind == MONEY else 1))
    depth = depth_s if per_s == MINUTE_S else np.full_like(depth_s, per_s)
    p, q = speed
    # As floats first: a set whose ticks would leave int64 goes the slow way.
    wide = np.maximum(figure * q, per_s * 1e6 * p) > _SAFE
    whole, p, q = (np.where(wide, 0, part).astype(np.int64) for part in (figure, p, q))
    shared = np.maximum(np.gcd(whole * q, per_s * 1_000_000 * p), 1)
    rate, unit = whole * q // shared, per_s * 1_000_000 * p // shared
    wide |= (figure * np.maximum(depth / per_s, 1) + more + 2) * unit > _SAFE
    full = np.where(wide, 0, whole) * np.where(wide, 0, unit)
    # `full * depth // per_s`, without leaving int64 on the way.
    cap = np.maximum(full // per_s * depth + full % per_s * depth // per_s, np.minimum(whole, single) * np.where(wide, 0, unit))
    for at in np.flatnonzero(wide & there).tolist():
        rate[at], unit[at], cap[at] = _coarse(
            int(figure[at]), int(single[at]), per_s, int(depth[at]), (int(speed[0][at]), int(speed[1][at])), int(more[at])
        )
    one_in, lasts_s = thinned
    if one_in > 1:
        kept, least = np.clip(lasts_s // depth, 1, one_in), np.minimum(figure.astype(np.int64), single) * unit
        cap = np.maximum(cap // one_in * kept + cap % one_in * kept // one_in, np.where(there, least, 0))
    if rows:
        # A row goes in whole where each of its calls would.
        cap = np.maximum(cap + deeper * unit, np.where(single <= figure, row, 0) * unit)
    return rate, np.where(there, unit, 0), np.where(there, cap, 0)


def _coarse(limit: int, single: int, per_s: int, depth_s: int, speed: tuple[int, int], more: int) -> tuple[int, int, int]:
    """`(rate, unit, cap)` in the ticks that fit and come nearest; `more` than the limit may have to be held."""
    p, q = speed
    finest = max(int(_SAFE) // (limit * max(depth_s, per_s) // per_s + more + 2), 1)
    flow = Fraction(limit * q, per_s * 1_000_000 * p).limit_denominator(finest) or Fraction(1, finest)
    unit = flow.denominator
    cap = max(limit * depth_s * unit // per_s, min(limit, single) * unit)
    # More than the bucket holds flows in no microsecond.
    return min(flow.numerator, cap), unit, cap


def fixed_windows(lanes: Lanes, *, window_s: int, starts_us: int = 0) -> Lanes:
    """The same limits as windows that begin full every `window_s` seconds of the clock (`starts_us`: its time at the first arrival).

    `starts_us` 0 aligns them with the first call. The limits of a day and of ten minutes get windows of their own length. A window in
    which the limit would not come to what it must hold, the largest charge, is as long as the limit takes to: full once a second, such a
    bucket would let in a multiple of the limit. `lanes` must be of speed 1, since windows keep the clock of the trace.
    """
    lengths_s = [window_s if METERED[meter][1] == MINUTE_S else METERED[meter][1] for meter in lanes.meters]
    window = np.broadcast_to(np.array(lengths_s, dtype=np.int64)[:, None] * 1_000_000, lanes.rate.shape)
    takes = -(-lanes.cap // np.maximum(lanes.rate, 1))
    # Where ticks are coarse the flow is a little off: by no more than this.
    window = np.where(takes > window * (1 + 1e-8), takes, window)
    return Lanes(
        meters=lanes.meters,
        source=lanes.source,
        rate=np.zeros_like(lanes.rate),
        unit=lanes.unit,
        cap=lanes.cap,
        fill=np.ones_like(lanes.fill),
        most=lanes.most,
        window=window,
        offset=-(starts_us % np.maximum(window, 1)),
        flight=lanes.flight,
    )
