"""Figures as SVG: the same dictionaries that the browser draws, for the PDF and for small drawings on screen.

Only what our own charts use is drawn: stacked bars, lines, markers, text, error bars, heat maps, reference lines, outlines. Text takes the
colour of its surroundings (`currentColor`), so that one drawing suits paper, light and dark.
"""

from __future__ import annotations

from typing import Any

from framework.report.strips import bar_strip, sparkline
from framework.report.svg_marks import GRID, digits, put_bar, put_bars, put_line, put_mark, put_text, put_trace, stroke
from framework.report.svg_scale import FONT_SIZE, Frame, Scale, frame_of, text_width

__all__ = ["bar_strip", "render", "sparkline"]

FONT = "Inter, 'Source Sans Pro', 'Helvetica Neue', Arial, sans-serif"


def render(figure: dict[str, Any], *, width: int = 640, title: bool = False, compact: bool = False) -> str:
    """One `<svg>` element, `width` user units wide and as high as the figure asks, or lower (`compact`, for paper)."""
    frame = frame_of(figure, width, title=title, compact=compact)
    body = [
        *_title(figure, title),
        *_grid(frame),
        *put_bars(figure, frame),
        *(part for trace in figure["data"] for part in put_trace(trace, frame)),
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


def _title(figure: dict[str, Any], wanted: bool) -> list[str]:
    lines = figure["layout"]["title"]["text"].split("<br>") if wanted else []
    return [put_text(0, 14 + 18 * row, line, size=14, extra=' font-weight="600"') for row, line in enumerate(lines)]


def _grid(frame: Frame) -> list[str]:
    x, y, style = frame.x, frame.y, f'stroke="{GRID}" stroke-opacity="0.25" stroke-width="1"'
    upright = [put_line([(x.place(value), frame.top), (x.place(value), frame.bottom)], style) for value, _ in x.ticks if not x.names]
    level = [put_line([(x.start, y.place(value)), (x.end, y.place(value))], style) for value, _ in y.ticks if not y.names]
    return upright + level


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
        drawn.append(put_line(corners, stroke(shape["line"])))
    for note in figure["layout"].get("annotations", ()):
        across, wide = _edge(frame.x, note["xref"], note["x"]), text_width(note["text"]) / 2
        if note["yref"] == "y":
            down = frame.y.place(10.0 ** note["y"] if frame.y.log else note["y"])
            drawn.append(put_text(across + 4, down - 9, note["text"]))
            continue
        drawn.append(put_text(min(max(across, wide), frame.width - wide), frame.top - 8, note["text"], anchor="middle"))
    return drawn


def _edge(scale: Scale, ref: str, value: float) -> float:
    """A shape's coordinate: a share of the plot on `paper`, the number of the row or column on an axis of names, else a value."""
    if ref == "paper":
        return scale.start + value * (scale.end - scale.start)
    return scale.nth(value) if scale.names else scale.place(value)


def _axes(figure: dict[str, Any], frame: Frame) -> list[str]:
    x, y, layout = frame.x, frame.y, figure["layout"]
    drawn = []
    for value, words in x.labels:
        # The last one may be wider than what is left beside the plot.
        across = min(x.place(value), frame.width - text_width(words) / 2)
        drawn.append(put_text(across, frame.bottom + 11 + 6 * words.count("<br>"), words, anchor="middle"))
    drawn += [put_text(x.start - 6, y.place(value), words, anchor="end") for value, words in y.labels]
    name = layout["xaxis"].get("title", {}).get("text", "")
    below = frame.bottom + 26 + 13 * max((words.count("<br>") for _, words in x.labels), default=0) + 7 * name.count("<br>")
    middle = max(min((x.start + x.end) / 2, frame.width - text_width(name) / 2), text_width(name) / 2)
    drawn.append(put_text(middle, below, name, anchor="middle", extra=' fill-opacity="0.8"'))
    title = layout["yaxis"].get("title", {}).get("text", "")
    if title:
        middle = (frame.top + frame.bottom) / 2
        drawn.append(put_text(8, middle, title, anchor="middle", extra=f' fill-opacity="0.8" transform="rotate(-90 8 {digits(middle)})"'))
    return drawn


def _legend(frame: Frame) -> list[str]:
    drawn = []
    for x, y, trace in frame.legend:
        colour = trace["marker"]["color"] if trace["type"] == "bar" or "line" not in trace else trace["line"]["color"]
        if trace["type"] == "bar":
            drawn += put_bar(
                x, x + 12, y - 5, thick=10, fill=colour if isinstance(colour, str) else colour[0], hatched="pattern" in trace["marker"]
            )
        elif "lines" in trace["mode"]:
            drawn.append(put_line([(x - 4, y), (x + 14, y)], stroke(trace["line"])))
        else:
            drawn.append(put_mark(x + 6, y, {**trace["marker"], "size": 8}))
        drawn.append(put_text(x + 18, y, trace["name"]))
    return drawn
