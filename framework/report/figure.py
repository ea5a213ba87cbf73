"""What all charts share: one frame, ticks in words, colours that colour-blind readers can tell apart.

A figure is a plain dictionary in Plotly's form. It names its ranges and ticks itself, so that the browser and the PDF show the same.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Sequence
from typing import Any

from framework import wording
from framework.report.escaping import clean, markup, shortened

Figure = dict[str, Any]
Trace = dict[str, Any]

GRID = "rgba(128,128,128,0.25)"
MARK = "#7a7a7a"
UNKNOWN_FILL = "rgba(128,128,128,0.35)"
PROVIDERS = {
    "openai": "#0072B2",
    "anthropic": "#D55E00",
    "google": "#009E73",
    "xai": "#CC79A7",
    "mistral": "#B8860B",
    "deepseek": "#56B4E9",
    "groq": "#882255",
    "cerebras": "#8A8A1E",
    "cohere": "#AA4499",
    "bedrock": "#A0522D",
    "vertex": "#44AA99",
    "azure": "#6A5ACD",
}
SERIES = ("#0072B2", "#56B4E9", "#E69F00", "#D55E00", "#009E73", "#CC79A7", "#8A8A1E", "#6A5ACD")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")


def colour(provider: str) -> str:
    """The provider's colour, the same in every chart; an unlisted provider is grey."""
    return PROVIDERS.get(provider, "#777777")


def shade(provider: str, number: int) -> str:
    """The colour of a provider's nth offer: the same hue lighter and darker, so that lines of one provider can be told apart."""
    toward, share = (("#FFFFFF", 0.0), ("#FFFFFF", 0.38), ("#000000", 0.38), ("#FFFFFF", 0.6), ("#000000", 0.58))[number % 5]
    return mixed(colour(provider), toward, share)


def mixed(base: str, toward: str, share: float) -> str:
    """A colour on its way to another; both as `#RRGGBB`."""
    parts = (round(int(base[i : i + 2], 16) * (1 - share) + int(toward[i : i + 2], 16) * share) for i in (1, 3, 5))
    return "#" + "".join(f"{part:02X}" for part in parts)


def brightness(colour: str) -> float:
    """How light `#RRGGBB` is to the eye, 0 (black) to 255 (white)."""
    return sum(int(colour[i : i + 2], 16) * part for i, part in ((1, 0.299), (3, 0.587), (5, 0.114)))


def stroke(provider: str, number: int) -> dict[str, Any]:
    """Line style of a provider's nth offer: shade and dash both tell it apart."""
    return {"color": shade(provider, number), "dash": DASHES[number % len(DASHES)], "width": 2}


def plain(value: Any) -> float | None:
    """A JSON number, or None for unknown and infinite."""
    number = float(value)
    return number if math.isfinite(number) else None


def figure(data: Sequence[Trace], *, headline: str, key: str, **layout: Any) -> Figure:
    """A frame whose title states the finding; it wraps at 390 pixels, takes the page's colours, and keeps its zoom while a slider moves.

    `layout.meta.headline` holds the title as plain text for places that print it themselves.
    """
    lines = textwrap.wrap(clean(headline), 50)
    return {
        "data": list(data),
        "layout": {
            "title": {"text": "<br>".join(markup(line) for line in lines), "x": 0, "xanchor": "left", "font": {"size": 14}},
            "meta": {"headline": clean(headline)},
            "margin": {"l": 8, "r": 20, "t": (50 if layout.get("annotations") else 34) + 19 * len(lines), "b": 8},
            "height": 380,
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"size": 12},
            "legend": {"orientation": "h", "x": 0, "y": -0.22, "yanchor": "top", "traceorder": "normal", "font": {"size": 11}},
            "hovermode": "closest",
            "uirevision": key,
            **layout,
        },
    }


def axis(title: str, ticks: Sequence[tuple[float, str]], span: tuple[float, float], *, log: bool = False) -> dict[str, Any]:
    """A number axis with its unit in the title, `(value, words)` ticks and a fixed range in data units."""
    return {
        "title": {"text": markup(title), "standoff": 8, "font": {"size": 12}},
        "type": "log" if log else "linear",
        "range": [math.log10(span[0]), math.log10(span[1])] if log else list(span),
        "tickvals": [value for value, _ in ticks],
        "ticktext": [markup(words) for _, words in ticks],
        "gridcolor": GRID,
        "zeroline": False,
        "automargin": True,
        # The last tick stands at the edge and must not be dropped for it.
        "ticklabeloverflow": "allow",
    }


def row_name(name: str) -> str:
    """A name as a category: on lines short enough for a narrow screen, the same string wherever the category is meant."""
    lines = textwrap.wrap(shortened(name, 60), 25, break_long_words=False, break_on_hyphens=False)
    return "<br>".join(markup(line) for line in lines) or "-"


def categories(names: Sequence[str], *, downwards: bool = True) -> dict[str, Any]:
    """An axis of names; `downwards` puts the first one on top."""
    return {
        "type": "category",
        "categoryorder": "array",
        "categoryarray": [row_name(name) for name in names],
        "autorange": "reversed" if downwards else True,
        "automargin": True,
        "gridcolor": "rgba(0,0,0,0)",
    }


def ticks(high: float, words: Callable[[float], str], *, low: float = 0.0, count: int = 5) -> list[tuple[float, str]]:
    """About `count` round values from `low` to `high`."""
    if not high > low:
        return [(low, words(low))]
    raw = (high - low) / count
    power = 10 ** math.floor(math.log10(raw))
    step = next(size * power for size in (1, 2, 2.5, 5, 10) if size * power >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [(number * step, words(number * step)) for number in range(first, math.floor(high / step + 1e-9) + 1)]


def log_ticks(low: float, high: float, words: Callable[[float], str], *, count: int = 6) -> list[tuple[float, str]]:
    """Round values of a logarithmic axis: 1-2-5 over a short span, whole powers over a long one, at most about `count`."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for sizes in ((1, 2, 5), (1, 3), (1,)):
        found = [size * 10.0**power for power in powers for size in sizes if low * 0.999 <= size * 10.0**power <= high * 1.001]
        if len(found) <= count:
            break
    thinned = found[:: math.ceil(len(found) / count)] if found else [low, high]
    return [(value, words(value)) for value in thinned]


def upright(at: float, words: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A dashed vertical line at a value of a linear axis, and its words above the plot."""
    line = {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": at,
        "x1": at,
        "y0": 0,
        "y1": 1,
        "line": {"color": MARK, "width": 1.5, "dash": "dash"},
    }
    note = {
        "xref": "x",
        "yref": "paper",
        "x": at,
        "y": 1,
        "yanchor": "bottom",
        "xanchor": "center",
        "showarrow": False,
        "text": markup(words),
        "font": {"size": 11},
    }
    return line, note


def above(value: float, words: str, *, log: bool) -> dict[str, Any]:
    """Words on top of a level line, at its start; Plotly wants the logarithm of a place on a logarithmic axis."""
    return {
        "xref": "paper",
        "yref": "y",
        "x": 0,
        "y": math.log10(value) if log else value,
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "text": markup(words),
        "font": {"size": 11},
    }


def marker_line(xs: tuple[float, float], ys: tuple[float, float], words: str, *, left: bool = False) -> Trace:
    """A dashed line between two points with words at its upper end, before it where it is near the right edge (`left`)."""
    # Plotly trims ordinary spaces.
    spaced = f"{markup(words)}\u00a0\u00a0" if left else f"\u00a0\u00a0{markup(words)}"
    return {
        "type": "scatter",
        "mode": "lines+text" if words else "lines",
        "x": list(xs),
        "y": list(ys),
        "text": ["", spaced],
        "textposition": "bottom left" if left else "bottom right",
        "textfont": {"size": 11},
        "line": {"color": MARK, "width": 1.5, "dash": "dash"},
        "showlegend": False,
        "hoverinfo": "skip",
    }


def dots(xs: Sequence[float], ys: Sequence[float], *, name: str, symbol: str, told: Sequence[str]) -> Trace:
    """Marked points with their words for the pointer; `symbol` is `circle`, `diamond` or their `-open` forms."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": list(xs),
        "y": list(ys),
        "marker": {"color": MARK, "size": 9, "symbol": symbol, "line": {"width": 1.5}},
        "hovertext": [markup(words) for words in told],
        "hoverinfo": "text",
        # A point on the edge of the plot is seen whole.
        "cliponaxis": False,
    }


def dollars(value: float) -> str:
    """USD along an axis: `$500`, not `$500.00`."""
    return f"${value:,.0f}" if value == round(value) else wording.usd(value)
