"""A comparison for people, at most 100 columns wide, and for programs, as JSON."""

from __future__ import annotations

import json
from typing import Any

from framework.catalogue.compare import ALARMS, Comparison, Report, Row, Verdict
from framework.catalogue.compare_cells import Cell, Peer, Value
from framework.catalogue.compare_pins import Pins

_COLUMNS = (("offer", 30), ("cell", 24), ("ours", 11), ("theirs", 11), ("change", 8), ("from", 10))


def as_text(comparison: Comparison, pins: Pins, *, everything: bool = False) -> str:
    """Counts per source and every difference that nobody has explained; with `everything` the pinned and missing cells as well."""
    shown = tuple(Verdict) if everything else ALARMS
    lines = [f"Compared on {comparison.on}, in USD per million tokens."]
    for report in comparison.reports:
        lines += ["", *_report_lines(report, shown)]
    if comparison.stale:
        lines += ["", "Stale pins: the source no longer differs there, or no longer has the cell; delete them from deviations.yaml"]
        lines += [
            _line((offer, " ".join(cell), "", _figure(pins.known[peer, offer, cell]), "", peer[:10]))
            for peer, offer, cell in comparison.stale
        ]
    alarms = len(comparison.alarms)
    lines += ["", f"{alarms or 'No'} unexplained difference{'s' if alarms > 1 else ''}."]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _report_lines(report: Report, shown: tuple[Verdict, ...]) -> list[str]:
    counts = report.counts
    told = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    lines = [f"{report.source.title}: {sum(counts.values())} cells", f"  {told}"]
    if report.unknown:
        lines += [f"  not listed there: {offer}" for offer in report.unknown]
    for verdict in shown:
        rows = [row for row in report.rows if row.verdict is verdict and not row.repeats]
        if rows:
            lines += ["", verdict.value.capitalize(), _line([name for name, _ in _COLUMNS]), *(_row_line(row) for row in rows)]
    return lines


def _row_line(row: Row) -> str:
    change = row.change_share
    told = "" if not change else f"{change:+.0%}" + ("!" if row.jumps else "")
    return _line((row.offer, " ".join(row.cell).replace("_tokens", ""), _figure(row.ours), _figure(row.theirs), told, str(row.day)))


def _line(values: Any) -> str:
    return " ".join(_clip(str(value), width).ljust(width) for value, (_, width) in zip(values, _COLUMNS, strict=True))


def _clip(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 10]}…{text[-9:]}"


def _figure(value: Value | None) -> str:
    return "-" if value is None else value if isinstance(value, str) else f"{value:.10g}"


def as_json(comparison: Comparison, pins: Pins, *, everything: bool = False) -> str:
    """The same as one JSON object; `everything` adds agreement and what only we have."""
    content = {
        "on": str(comparison.on),
        "unexplained": len(comparison.alarms),
        "sources": [_report(report, pins, everything) for report in comparison.reports],
        "stale_pins": [_stale(key, pins) for key in comparison.stale],
    }
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _stale(key: tuple[Peer, str, Cell], pins: Pins) -> dict[str, Any]:
    peer, offer, cell = key
    return {"source": peer, "offer": offer, **cell._asdict(), "pinned": pins.known[key]}


def _report(report: Report, pins: Pins, everything: bool) -> dict[str, Any]:
    quiet = (Verdict.AGREEMENT, Verdict.MISSING_THERE)
    rows = [row for row in report.rows if not row.repeats and (everything or row.verdict not in quiet)]
    return {
        "source": report.source.peer,
        "title": report.source.title,
        "counts": report.counts,
        "not_listed": list(report.unknown),
        "cells": [_row(report, row, pins) for row in rows],
    }


def _row(report: Report, row: Row, pins: Pins) -> dict[str, Any]:
    return {
        "offer": row.offer,
        **row.cell._asdict(),
        "day": str(row.day),
        "ours": row.ours,
        "theirs": row.theirs,
        "verdict": row.verdict.value,
        "change_share": row.change_share,
        "jump": row.jumps,
        "pinned": row.pinned,
        "reason": pins.reasons.get((report.source.peer, row.offer, row.cell)) if row.pinned is not None else None,
    }
