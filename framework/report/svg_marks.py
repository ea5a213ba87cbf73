"""The marks of a drawing: bars, lines, markers, words, error bars, cells of a heat map, each as a piece of SVG."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from framework.report.figure import brightness, mixed
from framework.report.svg_scale import FONT_SIZE, Frame, text_width

GRID = "#808080"
_DASHES = {"dash": "7 4", "dot": "2 3", "dashdot": "7 3 2 3", "longdash": "11 4", "longdashdot": "11 3 2 3"}
_BAR_SHARE = 0.62


def digits(value: float) -> str:
    """A coordinate with one decimal at most."""
    return f"{value:.1f}".removesuffix(".0")


def put_text(x: float, y: float, words: str, *, anchor: str = "start", size: float = FONT_SIZE, extra: str = "") -> str:
    """Words already escaped for markup; `<br>` starts a new line. `y` is the middle of the block."""
    lines = words.split("<br>")
    first = y - (len(lines) - 1) * size * 0.6 + size * 0.35
    spans = "".join(f'<tspan x="{digits(x)}" y="{digits(first + row * size * 1.2)}">{line}</tspan>' for row, line in enumerate(lines))
    return f'<text text-anchor="{anchor}" font-size="{digits(size)}"{extra}>{spans}</text>'


def put_line(points: Iterable[tuple[float, float]], style: str) -> str:
    """An open line through the points; nothing where there are none."""
    path = " ".join(f"{digits(x)},{digits(y)}" for x, y in points)
    return f'<polyline points="{path}" fill="none" {style}/>' if path else ""


def stroke(line: dict[str, Any]) -> str:
    """Line style of a trace or shape as attributes."""
    dash = _DASHES.get(line.get("dash", ""), "")
    return f'stroke="{line.get("color", GRID)}" stroke-width="{line.get("width", 1.5)}"' + (f' stroke-dasharray="{dash}"' if dash else "")


def put_bars(figure: dict[str, Any], frame: Frame) -> list[str]:
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
            drawn += put_bar(left, right, middle - thick / 2, thick=thick, fill=fill, hatched="pattern" in trace["marker"])
    return drawn


def put_bar(left: float, right: float, top: float, *, thick: float, fill: str, hatched: bool) -> list[str]:
    """One bar from `left` to `right`; nothing where it would not be seen."""
    if right - left < 0.05:
        return []
    colour, opacity = _solid(fill)
    place = f'x="{digits(left)}" y="{digits(top)}" width="{max(right - left, 0.2):.2f}" height="{digits(thick)}"'
    box = f'<rect {place} fill="{colour}" fill-opacity="{opacity}"/>'
    if not hatched:
        return [box]
    count = int((right - left) // 6)
    strokes = "".join(
        f"M{digits(left + 6 * step)} {digits(top + thick)}l{digits(min(6.0, right - left))} {digits(-thick)}" for step in range(count)
    )
    return [box, f'<path d="{strokes}" stroke="#FFFFFF" stroke-opacity="0.75" stroke-width="1"/>' if strokes else ""]


def _solid(fill: str) -> tuple[str, str]:
    """`rgba(...)` as a colour and an opacity, which every SVG reader knows."""
    found = re.fullmatch(r"rgba\((\d+),(\d+),(\d+),([\d.]+)\)", fill)
    return (f"rgb({found[1]},{found[2]},{found[3]})", found[4]) if found else (fill, "1")


def put_trace(trace: dict[str, Any], frame: Frame) -> list[str]:
    """Everything of a trace but its bars, which stack over all traces."""
    if trace["type"] == "heatmap":
        return _heat(trace, frame)
    drawn = _errors(trace, frame)
    if trace["type"] != "scatter":
        return drawn
    mode = trace["mode"]
    if "lines" in mode:
        drawn += [put_line(run, stroke(trace["line"])) for run in _runs(trace, frame)]
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
    marker = trace["marker"]
    places = [(x, y) for x, y in zip(trace["x"], trace["y"], strict=True) if x is not None and y is not None]
    return [put_mark(frame.x.place(x), frame.y.place(y), marker) for x, y in places]


def put_mark(x: float, y: float, marker: dict[str, Any]) -> str:
    """One marker: a diamond or a circle, filled or open."""
    size, symbol = marker.get("size", 6) / 2, marker.get("symbol", "diamond")
    style = f'fill="none" stroke="{marker["color"]}" stroke-width="1.5"' if symbol.endswith("-open") else f'fill="{marker["color"]}"'
    if symbol.startswith("circle"):
        return f'<circle cx="{digits(x)}" cy="{digits(y)}" r="{digits(size)}" {style}/>'
    corners = [(x, y - size), (x + size, y), (x, y + size), (x - size, y)]
    return f'<polygon points="{" ".join(f"{digits(a)},{digits(b)}" for a, b in corners)}" {style}/>'


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
        drawn.append(put_text(across, down + lift, words, anchor=anchor))
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
        drawn += [put_line([(left, down), (right, down)], style)]
        drawn += [put_line([(end, down - 3.5), (end, down + 3.5)], style) for end in (left, right)]
    return drawn


def _heat(trace: dict[str, Any], frame: Frame) -> list[str]:
    drawn, wide, high = [], frame.x.step - 2, frame.y.step - 2
    for name, values, words in zip(trace["y"], trace["z"], trace["text"], strict=True):
        for across, value, word in zip(trace["x"], values, words, strict=True):
            x, y = frame.x.place(across), frame.y.place(name)
            fill, ink = _shade(trace, value)
            drawn.append(
                f'<rect x="{digits(x - wide / 2)}" y="{digits(y - high / 2)}" width="{digits(wide)}" height="{digits(high)}" {fill}/>'
            )
            drawn.append(put_text(x, y, word, anchor="middle", extra=f' fill="{ink}"'))
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
    fill = mixed(dim, bright, part)
    return f'fill="{fill}"', "#111111" if brightness(fill) > 140 else "#FFFFFF"
