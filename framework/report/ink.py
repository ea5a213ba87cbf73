"""A figure in the colours of the ground it stands on: the browser has a light and a dark one."""

from __future__ import annotations

from typing import Any

from framework.report.figure import MARK, Figure, brightness, mixed


def inked(figure: Figure, ink: str) -> Figure:
    """The figure with words, whiskers and reference marks in a colour that is read on the page's ground."""
    layout = dict(figure["layout"])
    for name in ("xaxis", "yaxis"):
        found = layout[name]
        title = {**(found.get("title") or {})}
        fonts = {
            "tickfont": {**found.get("tickfont", {}), "color": ink},
            "title": {**title, "font": {**title.get("font", {}), "color": ink}},
        }
        layout[name] = {**found, **fonts}
    layout["font"] = {**layout.get("font", {}), "color": ink}
    layout["legend"] = {**layout.get("legend", {}), "font": {**layout.get("legend", {}).get("font", {}), "color": ink}}
    layout["shapes"] = [_inked(shape, ink) for shape in layout.get("shapes", ())]
    layout["annotations"] = [{**note, "font": {**note["font"], "color": ink}} for note in layout.get("annotations", ())]
    return {**figure, "data": [_inked(trace, ink) for trace in figure["data"]], "layout": layout}


def _inked(part: dict[str, Any], ink: str) -> dict[str, Any]:
    if part.get("mode") == "lines" and part["line"]["color"] != MARK:
        return {**part, "line": {**part["line"], "color": _told_apart(part["line"]["color"], ink)}}
    drawn = {key: {**part[key], "color": ink} for key in ("line", "marker", "error_x") if part.get(key, {}).get("color") == MARK}
    if "text" in part.get("mode", ""):
        drawn["textfont"] = {**part.get("textfont", {}), "color": ink}
    return {**part, **drawn} if drawn else part


def _told_apart(line: str, ink: str) -> str:
    """A line's colour, lighter where it would drown in a dark ground."""
    return mixed(line, "#FFFFFF", 0.4) if brightness(ink) > 128 > 85 > brightness(line) else line
