"""Numbers as people read them; one place, so that screen, PDF, ADR and terminal say the same."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal

UNKNOWN = "unknown"
FREE = "free"


def usd(value: float | None) -> str:
    """`$1,976`, `$12.40`, `$0.0031`; three figures below a dollar."""
    if value is None or math.isnan(value):
        return UNKNOWN
    if math.isinf(value):
        return "no cap"
    size = abs(value)
    sign = "-" if value < 0 else ""
    if size >= 999.5:
        return f"{sign}${size:,.0f}"
    if size >= 1 or size == 0:
        return f"{sign}${size:,.2f}"
    return f"{sign}${size:.3g}" if size >= 1e-4 else f"{sign}${size:.2e}"


def price(value: float | None) -> str:
    """`$5.00`, `$1.875`, `$0.0028`: exact, as a price list prints it; a stated price of 0 is `free`, no price is `unknown`."""
    if value is None or math.isnan(value):
        return UNKNOWN
    if value == 0:
        return FREE
    whole, _, parts = format(Decimal(repr(float(value))), "f").partition(".")
    return f"${int(whole):,}.{parts.ljust(2, '0')}"


def about_usd(value: float | None) -> str:
    """`$1,420`, `$880`, `$12.4`: three figures, for what is drawn and not worked out."""
    if value is None or math.isnan(value):
        return UNKNOWN
    if value == 0:
        return "$0"
    places = 2 - math.floor(math.log10(abs(value)))
    return f"${round(value, places):,.{max(places, 0)}f}"


def tokens(value: float | None) -> str:
    """`950`, `12.4k`, `1.05M`."""
    if value is None or math.isnan(value):
        return UNKNOWN
    if math.isinf(value):
        return "no limit"
    for size, unit in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size * 0.9995:
            return f"{value / size:.3g}{unit}" if abs(value) < size * 999.5 else f"{value / size:,.0f}{unit}"
    return f"{value:,.0f}"


def count(value: float | None) -> str:
    """`10,000`; small numbers keep one decimal."""
    if value is None or math.isnan(value):
        return UNKNOWN
    if math.isinf(value):
        return "unlimited"
    return f"{value:,.0f}" if abs(value) >= 10 or value == round(value) else f"{value:,.1f}"


def seconds(value: float | None) -> str:
    """`850 ms`, `1.9 s`, `2 min 10 s`."""
    if value is None or math.isnan(value):
        return UNKNOWN
    if math.isinf(value):
        return "never"
    if value < 0.9995:
        return f"{value * 1000:.0f} ms"
    if value < 119.5:
        return f"{value:.1f} s" if value < 99.95 else f"{value:.0f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest} s"


def share(value: float | None) -> str:
    """`73 %`, `< 0.1 %`, `99.4 %`: whole per cents but near the ends."""
    if value is None or math.isnan(value):
        return UNKNOWN
    percent = 100 * value
    if 0 < percent < 0.1:
        return "< 0.1 %"
    if 99.9 < percent < 100:
        return "> 99.9 %"
    if percent > 110:
        return f"{percent:,.0f} %"
    return f"{percent:.0f} %" if 10 <= percent <= 90 or percent in (0, 100) else f"{percent:.1f} %".replace(".0 %", " %")


def probability(value: float | None) -> str:
    """A modelled probability in steps of 5 points, `< 5 %` and `> 95 %` at the ends: the model supports no finer figure."""
    if value is None or math.isnan(value):
        return UNKNOWN
    if value < 0.05:
        return "< 5 %"
    if value > 0.95:
        return "> 95 %"
    return f"{5 * round(20 * value):d} %"


def factor(value: float | None) -> str:
    """`1.8x`, `45x`, `0.13x`, `21,900x` to three figures; what is below one never reads as one."""
    if value is None or math.isnan(value):
        return UNKNOWN
    if math.isinf(value):
        return "no limit"
    if 0 < value < 1:
        return f"{min(value, 0.99):.2g}x"
    if abs(value) >= 1_000:
        return f"{round(value, 2 - math.floor(math.log10(abs(value)))):,.0f}x"
    return f"{value:.1f}x" if abs(value) < 9.95 else f"{value:,.0f}x"


def not_short_of(told: Callable[[float], str], value: float, *, up: bool) -> float:
    """The figure nearest to `value` that `told` prints and that is not on the near side of it: at it or above where `up`, else below.

    For thresholds: a figure rounded to the near side would, typed in, not be beyond them yet.
    """
    if not math.isfinite(value) or value <= 0:
        return value
    step = _STEPS[told](value)
    if not step:
        return value
    whole = value / step
    rounded = step * (math.ceil(whole - _SAME) if up else math.floor(whole + _SAME))
    return rounded or value


_SAME = 1e-6
"""Of a step: a figure this near to a printed one is that one."""


def _figures(value: float, count: int) -> float:
    return 10.0 ** (math.floor(math.log10(value)) - count + 1)


_STEPS: dict[Callable[[float], str], Callable[[float], float]] = {
    usd: lambda value: 1.0 if value >= 999.5 else 0.01 if value >= 1 else _figures(value, 3),
    tokens: lambda value: _figures(value, 3) if value >= 999.5 else 1.0,
    count: lambda value: 1.0 if value >= 10 else 0.1,
    seconds: lambda value: 1.0 if value >= 99.95 else 0.1 if value >= 0.9995 else 0.001,
    share: lambda value: 0.0 if value < 0.001 or 0.999 < value < 1 else 0.01 if 0.1 <= value <= 0.9 or value > 1.1 else 0.001,
}
"""What each of them rounds to."""


def between(low: str, expected: str, high: str) -> str:
    """`$900 ($850 to $1,100)`; just the number where the range is a point, one end where only one is apart."""
    if low == expected == high:
        return expected
    if expected == high:
        return f"{expected} (at least {low})"
    return f"{expected} (up to {high})" if expected == low else f"{expected} ({low} to {high})"
