"""Figures as SVG: the same dictionaries that the browser draws, for the PDF and for small drawings on screen.

Only what our own charts use is drawn: stacked bars, lines, markers, text, error bars, heat maps, reference lines, outlines. Text takes the
colour of its surroundings (`currentColor`), so that one drawing suits paper, light and dark.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

from framework.report.svg_scale import FONT_SIZE, Frame, Scale, frame_of, text_width

FONT = "Inter, 'Source Sans Pro', 'Helvetica Neue', Arial, sans-serif"
GRID = "#808080"
_DASHES = {"dash": "7 4", "dot": "2 3", "dashdot": "7 3 2 3", "longdash": "11 4", "longdashdot": "11 3 2 3"}
_BAR_SHARE = 0.62


def render(figure: dict[str, Any], *, width: int = 640, title: bool = False, compact: bool = False) -> str:
    """One `<svg>` element, `width` user units wide and as high as the figure asks, or lower (`compact`, for paper)."""
    frame = frame_of(figure, width, title=title, compact=compact)
    body = [
        *_title(figure, title),
        *_grid(frame),
        *_bars(figure, frame),
        *(part for trace in figure["data"] for part in _trace(trace, frame)),
        *_shapes(figure, frame),
        *_axes(figure, frame),
        *_legend(frame),
    ]
    words = figure["layout"].get("meta", {}).get("headline", "")
    label = f' role="img" aria-label="{_attribute(words)}"' if words else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {frame.width} {frame.height:.0f}" width="{frame.width}" '
        f'height="{frame.height:.0f}" font-family="{FONT}" font-size="{FONT_SIZE}" fill="currentColor"{label}>{"".join(body)}</svg>'
    )


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _at(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _text(x: float, y: float, words: str, *, anchor: str = "start", size: float = FONT_SIZE, extra: str = "") -> str:
    """Words already escaped for markup; `<br>` starts a new line. `y` is the middle of the block."""
    lines = words.split("<br>")
    first = y - (len(lines) - 1) * size * 0.6 + size * 0.35
    spans = "".join(f'<tspan x="{_at(x)}" y="{_at(first + row * size * 1.2)}">{line}</tspan>' for row, line in enumerate(lines))
    return f'<text text-anchor="{anchor}" font-size="{_at(size)}"{extra}>{spans}</text>'


def _line(points: Iterable[tuple[float, float]], style: str) -> str:
    path = " ".join(f"{_at(x)},{_at(y)}" for x, y in points)
    return f'<polyline points="{path}" fill="none" {style}/>' if path else ""


def _stroke(line: dict[str, Any]) -> str:
    dash = _DASHES.get(line.get("dash", ""), "")
    return f'stroke="{line.get("color", GRID)}" stroke-width="{line.get("width", 1.5)}"' + (f' stroke-dasharray="{dash}"' if dash else "")


def _title(figure: dict[str, Any], wanted: bool) -> list[str]:
    lines = figure["layout"]["title"]["text"].split("<br>") if wanted else []
    return [_text(0, 14 + 18 * row, line, size=14, extra=' font-weight="600"') for row, line in enumerate(lines)]


def _grid(frame: Frame) -> list[str]:
    x, y, style = frame.x, frame.y, f'stroke="{GRID}" stroke-opacity="0.25" stroke-width="1"'
    upright = [_line([(x.place(value), frame.top), (x.place(value), frame.bottom)], style) for value, _ in x.ticks if not x.names]
    level = [_line([(x.start, y.place(value)), (x.end, y.place(value))], style) for value, _ in y.ticks if not y.names]
    return upright + level


def _bars(figure: dict[str, Any], frame: Frame) -> list[str]:
    """Horizontal bars, stacked in the order of the traces."""
    reached: dict[str, float] = {}
    thick = frame.y.step * _BAR_SHARE
    drawn = []
    for trace in figure["data"]:
        if trace["type"] != "bar":
            continue
        fills = trace["marker"]["color"]
        for row, (name, amount) in enumerate(zip(trace["y"], trace["x"], strict=True)):
            start = reached.get(name, 0.0)
            reached[name] = start + (amount or 0.0)
            left, right, middle = frame.x.place(start), frame.x.place(reached[name]), frame.y.place(name)
            fill = fills if isinstance(fills, str) else fills[row]
            drawn += _bar(left, right, middle - thick / 2, thick=thick, fill=fill, hatched="pattern" in trace["marker"])
    return drawn


def _bar(left: float, right: float, top: float, *, thick: float, fill: str, hatched: bool) -> list[str]:
    if right - left < 0.05:
        return []
    colour, opacity = _solid(fill)
    box = f'<rect x="{_at(left)}" y="{_at(top)}" width="{max(right - left, 0.2):.2f}" height="{_at(thick)}" fill="{colour}" fill-opacity="{opacity}"/>'
    if not hatched:
        return [box]
    count = int((right - left) // 6)
    strokes = "".join(f"M{_at(left + 6 * step)} {_at(top + thick)}l{_at(min(6.0, right - left))} {_at(-thick)}" for step in range(count))
    return [box, f'<path d="{strokes}" stroke="#FFFFFF" stroke-opacity="0.75" stroke-width="1"/>' if strokes else ""]


def _solid(fill: str) -> tuple[str, str]:
    """`rgba(...)` as a colour and an opacity, which every SVG reader knows."""
    found = re.fullmatch(r"rgba\((\d+),(\d+),(\d+),([\d.]+)\)", fill)
    return (f"rgb({found[1]},{found[2]},{found[3]})", found[4]) if found else (fill, "1")


def _trace(trace: dict[str, Any], frame: Frame) -> list[str]:
    if trace["type"] == "heatmap":
        return _heat(trace, frame)
    drawn = _errors(trace, frame)
    if trace["type"] != "scatter":
        return drawn
    mode = trace["mode"]
    if "lines" in mode:
        drawn += [_line(run, _stroke(trace["line"])) for run in _runs(trace, frame)]
    if "markers" in mode:
        drawn += _markers(trace, frame)
    if "text" in mode:
        drawn += _words(trace, frame)
    return drawn


def _runs(trace: dict[str, Any], frame: Frame) -> list[list[tuple[float, float]]]:
    """Unbroken stretches of a line: an unknown value is a gap."""
    runs: list[list[tuple[float, float]]] = [[]]
    for x, y in zip(trace["x"], trace["y"], strict=True):
        if y is None or x is None:
            runs.append([])
        else:
            runs[-1].append((frame.x.place(x), frame.y.place(y)))
    return [run for run in runs if len(run) > 1]


def _markers(trace: dict[str, Any], frame: Frame) -> list[str]:
    marker, drawn = trace["marker"], []
    size = marker.get("size", 6) / 2
    for x, y in zip(trace["x"], trace["y"], strict=True):
        if x is None or y is None:
            continue
        across, down = frame.x.place(x), frame.y.place(y)
        corners = [(across, down - size), (across + size, down), (across, down + size), (across - size, down)]
        drawn.append(f'<polygon points="{" ".join(f"{_at(a)},{_at(b)}" for a, b in corners)}" fill="{marker["color"]}"/>')
    return drawn


def _words(trace: dict[str, Any], frame: Frame) -> list[str]:
    drawn = []
    for x, y, words in zip(trace["x"], trace["y"], trace["text"], strict=True):
        if not words or x is None or y is None:
            continue
        across, down = frame.x.place(x), frame.y.place(y)
        where = trace.get("textposition", "middle right")
        anchor = "start" if "right" in where else "end" if "left" in where else "middle"
        lift = {"top": -9.0, "bottom": 10.0}.get(where.split(" ")[0], 0.0)
        across += {"start": 3.0, "end": -3.0}.get(anchor, 0.0)
        before, after = {"start": (0.0, 1.0), "end": (1.0, 0.0)}.get(anchor, (0.5, 0.5))
        wide = text_width(words)
        across = max(min(across, frame.width - after * wide), frame.x.start + before * wide)
        drawn.append(_text(across, down + lift, words, anchor=anchor))
    return drawn


def _errors(trace: dict[str, Any], frame: Frame) -> list[str]:
    bars = trace.get("error_x")
    if not bars:
        return []
    drawn, style = [], f'stroke="{bars["color"]}" stroke-width="1.3"'
    for x, y, more, less in zip(trace["x"], trace["y"], bars["array"], bars["arrayminus"], strict=True):
        if x is None or more is None or less is None or more + less <= 0:
            continue
        left, right, down = frame.x.place(x - less), frame.x.place(x + more), frame.y.place(y)
        drawn += [_line([(left, down), (right, down)], style)]
        drawn += [_line([(end, down - 3.5), (end, down + 3.5)], style) for end in (left, right)]
    return drawn


def _heat(trace: dict[str, Any], frame: Frame) -> list[str]:
    drawn, wide, high = [], frame.x.step - 2, frame.y.step - 2
    for name, values, words in zip(trace["y"], trace["z"], trace["text"], strict=True):
        for across, value, word in zip(trace["x"], values, words, strict=True):
            x, y = frame.x.place(across), frame.y.place(name)
            fill, ink = _shade(trace, value)
            drawn.append(f'<rect x="{_at(x - wide / 2)}" y="{_at(y - high / 2)}" width="{_at(wide)}" height="{_at(high)}" {fill}/>')
            drawn.append(_text(x, y, word, anchor="middle", extra=f' fill="{ink}"'))
    return drawn


def _shade(trace: dict[str, Any], value: float | None) -> tuple[str, str]:
    """Fill of a cell and the ink that is read on it."""
    if value is None:
        return 'fill="none"', "currentColor"
    share = min(max((value - trace["zmin"]) / (trace["zmax"] - trace["zmin"]), 0.0), 1.0)
    scale = trace["colorscale"]
    upper = next(row for row in range(1, len(scale)) if share <= scale[row][0])
    (low, dim), (high, bright) = scale[upper - 1], scale[upper]
    part = (share - low) / (high - low) if high > low else 1.0
    mixed = [round(int(dim[i : i + 2], 16) * (1 - part) + int(bright[i : i + 2], 16) * part) for i in (1, 3, 5)]
    light = 0.299 * mixed[0] + 0.587 * mixed[1] + 0.114 * mixed[2]
    return f'fill="rgb({mixed[0]},{mixed[1]},{mixed[2]})"', "#111111" if light > 140 else "#FFFFFF"


def _shapes(figure: dict[str, Any], frame: Frame) -> list[str]:
    drawn = []
    for shape in figure["layout"].get("shapes", ()):
        left, right = (_edge(frame.x, shape["xref"], shape[end]) for end in ("x0", "x1"))
        top, bottom = (_edge(frame.y, shape["yref"], shape[end]) for end in ("y0", "y1"))
        corners = (
            [(left, top), (right, bottom)]
            if shape["type"] == "line"
            else [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
        )
        drawn.append(_line(corners, _stroke(shape["line"])))
    for note in figure["layout"].get("annotations", ()):
        across, wide = frame.x.place(note["x"]), text_width(note["text"]) / 2
        drawn.append(_text(min(max(across, wide), frame.width - wide), frame.top - 8, note["text"], anchor="middle"))
    return drawn


def _edge(scale: Scale, ref: str, value: float) -> float:
    """A shape's coordinate: a share of the plot on `paper`, the number of the row or column on an axis of names, else a value."""
    if ref == "paper":
        return scale.start + value * (scale.end - scale.start)
    return scale.nth(value) if scale.names else scale.place(value)


def _axes(figure: dict[str, Any], frame: Frame) -> list[str]:
    x, y, layout = frame.x, frame.y, figure["layout"]
    drawn = [_text(x.place(value), frame.bottom + 11 + 6 * words.count("<br>"), words, anchor="middle") for value, words in x.labels]
    drawn += [_text(x.start - 6, y.place(value), words, anchor="end") for value, words in y.labels]
    below = frame.bottom + 26 + 12 * max((words.count("<br>") for _, words in x.labels), default=0)
    drawn.append(
        _text((x.start + x.end) / 2, below, layout["xaxis"].get("title", {}).get("text", ""), anchor="middle", extra=' fill-opacity="0.8"')
    )
    title = layout["yaxis"].get("title", {}).get("text", "")
    if title:
        middle = (frame.top + frame.bottom) / 2
        drawn.append(_text(8, middle, title, anchor="middle", extra=f' fill-opacity="0.8" transform="rotate(-90 8 {_at(middle)})"'))
    return drawn


def _legend(frame: Frame) -> list[str]:
    drawn = []
    for x, y, trace in frame.legend:
        colour = trace["marker"]["color"] if trace["type"] == "bar" or "line" not in trace else trace["line"]["color"]
        if trace["type"] == "bar":
            drawn += _bar(
                x, x + 12, y - 5, thick=10, fill=colour if isinstance(colour, str) else colour[0], hatched="pattern" in trace["marker"]
            )
        elif "lines" in trace["mode"]:
            drawn.append(_line([(x - 4, y), (x + 14, y)], _stroke(trace["line"])))
        else:
            drawn.append(
                f'<polygon points="{_at(x + 6)},{_at(y - 4)} {_at(x + 10)},{_at(y)} {_at(x + 6)},{_at(y + 4)} {_at(x + 2)},{_at(y)}" fill="{colour}"/>'
            )
        drawn.append(_text(x + 18, y, trace["name"]))
    return drawn


def bar_strip(share: float | None, *, low: float | None = None, high: float | None = None, fill: str = "#0072B2") -> str:
    """A bar 96 units long for a table cell, full at 1, with its range as a thin line; a dotted box where it is unknown."""
    if share is None or not math.isfinite(share):
        body = '<rect x="0.5" y="3.5" width="95" height="7" fill="none" stroke="currentColor" stroke-opacity="0.5" stroke-dasharray="2 2"/>'
    else:
        reach = 96 * min(max(share, 0.0), 1.0)
        body = f'<rect y="3" width="96" height="8" fill="currentColor" fill-opacity="0.12"/><rect y="3" width="{reach:.1f}" height="8" fill="{fill}"/>'
        if low is not None and high is not None and math.isfinite(low) and math.isfinite(high) and high > low:
            ends = [96 * min(max(end, 0.0), 1.0) for end in (low, high)]
            body += f'<path d="M{ends[0]:.1f} 7H{ends[1]:.1f}" stroke="currentColor" stroke-width="2"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 14" width="96" height="14" aria-hidden="true">{body}</svg>'


def sparkline(values: Sequence[float | None], *, stroke: str = "#0072B2") -> str:
    """A line 96 units long through the values, lowest to highest; gaps where they are unknown."""
    known = [value for value in values if value is not None and math.isfinite(value)]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    runs: list[list[str]] = [[]]
    for row, value in enumerate(values):
        if value is None or not math.isfinite(value):
            runs.append([])
            continue
        x, y = 2 + 92 * row / max(len(values) - 1, 1), 17 - 14 * ((value - low) / (high - low) if high > low else 0.5)
        runs[-1].append(f"{x:.1f},{y:.1f}")
    body = "".join(f'<polyline points="{" ".join(run)}" fill="none" stroke="{stroke}" stroke-width="1.5"/>' for run in runs if len(run) > 1)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 20" width="96" height="20" aria-hidden="true">{body}</svg>'
