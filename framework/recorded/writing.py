"""A statement as text for a terminal, as JSON and as CSV."""

from __future__ import annotations

import csv
import io
import json
import math
import textwrap
from collections import Counter
from collections.abc import Iterator

from framework import wording
from framework.recorded.elsewhere import Elsewhere
from framework.recorded.statement import Line, Statement
from framework.recorded.usage import USAGE_METERS

_NAMES = {
    "write_5m": "cache write 5 min",
    "write_30m": "cache write 30 min",
    "write_1h": "cache write 1 h",
    "write_12h": "cache write 12 h",
    "write": "cache write",
    "cache_read": "cache read",
}
_COLUMNS = ("part", "offer", "requests", "long_requests", "meter", "tokens", "usd")
SHOWN_ELSEWHERE = 25
WIDTH = 100


def as_text(statement: Statement, compared: tuple[str, ...] = ()) -> str:
    """The bill by model and meter, to the cent; at most 100 columns. `compared` are the notes on a comparison."""
    return "".join(f"{line}\n" for line in (*_bill(statement), *_elsewhere(statement, compared)))


def usd(value: float) -> str:
    """`1,234.56`; six decimals below a dollar, where a cent is too coarse."""
    if math.isnan(value):
        return wording.UNKNOWN
    return f"{value:,.2f}" if abs(value) >= 1 or value == 0 else f"{value:.6f}"


def _bill(statement: Statement) -> Iterator[str]:
    days = f", {statement.first} to {statement.last} UTC" if statement.first else ""
    yield f"{_requests(statement.requests)}{days}"
    for line in statement.lines:
        yield ""
        yield from _part(line)
    yield ""
    yield f"{'total USD':<40}{usd(statement.usd):>20}{_doubt(statement.usd, statement.high_usd)}"
    if math.isnan(statement.usd):
        yield f"{'  of it known':<40}{usd(statement.known_usd):>20}"
    yield from _notes(statement.notes)


def _part(line: Line) -> Iterator[str]:
    yield f"{line.name[:60]}: {_requests(line.requests)}{_cliff(line)}"
    for name, tokens, cost in zip(USAGE_METERS, line.tokens, line.usd_by_meter, strict=True):
        if tokens:
            yield f"  {_NAMES.get(name, name):<20}{tokens:>18,.0f}{usd(cost):>20}"
    yield f"  {'together':<38}{usd(line.usd):>20}{_doubt(line.usd, line.high_usd)}"
    if line.surcharge_usd > 0:
        yield f"  of it for long prompts: {usd(line.surcharge_usd)} more than at base prices"
    yield from _notes(line.notes)


def _requests(count: int) -> str:
    return f"{count:,} request{'s' if count != 1 else ''}"


def _cliff(line: Line) -> str:
    if math.isinf(line.threshold_tokens):
        return ""
    share = wording.share(line.long_requests / line.requests)
    return f", {line.long_requests:,} ({share}) above {line.threshold_tokens:,.0f} tokens"


def _doubt(expected: float, high: float) -> str:
    return "" if math.isnan(expected) or high <= expected * (1 + 1e-12) else f"  (up to {usd(high)})"


def _notes(notes: tuple[str, ...]) -> Iterator[str]:
    for note in notes:
        yield from textwrap.wrap(note, WIDTH, initial_indent="  note: ", subsequent_indent="        ", break_on_hyphens=False)


def _elsewhere(statement: Statement, compared: tuple[str, ...]) -> Iterator[str]:
    if not statement.elsewhere:
        return
    known = [row for row in statement.elsewhere if not math.isnan(row.usd)]
    yield ""
    yield f"{'the same tokens at':<40}{'USD':>20}{'to this bill':>15}"
    for row in known[:SHOWN_ELSEWHERE]:
        yield f"{row.offer[:39]:<40}{usd(row.usd):>20}{_against(row, statement):>15}"
    if len(known) > SHOWN_ELSEWHERE:
        yield f"and {len(known) - SHOWN_ELSEWHERE} dearer ones; --format csv has them all"
    missing = Counter(row.missing[0] if row.missing else "" for row in statement.elsewhere if math.isnan(row.usd))
    for what, offers in missing.most_common(4):
        yield f"{offers} offers lack: {what[:70]}"
    if len(missing) > 4:
        yield f"{sum(missing.values()) - sum(times for _, times in missing.most_common(4))} lack something else; --format csv says what"
    yield from _notes(compared)


def _against(row: Elsewhere, statement: Statement) -> str:
    return f"{row.usd / statement.usd - 1:+.0%}" if statement.usd > 0 else ""


def as_json(statement: Statement, compared: tuple[str, ...] = ()) -> str:
    """Everything, unknown as null."""
    content = {
        "requests": statement.requests,
        "first_day": str(statement.first) if statement.first else None,
        "last_day": str(statement.last) if statement.last else None,
        "usd": _number(statement.usd),
        "high_usd": _number(statement.high_usd),
        "known_usd": statement.known_usd,
        "models": [_line_fields(line) for line in statement.lines],
        "notes": [*statement.notes],
        "compared": [
            {"offer": row.offer, "usd": _number(row.usd), "long_requests": row.long_requests, "missing": [*row.missing]}
            for row in statement.elsewhere
        ],
        "compared_notes": [*compared],
    }
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _line_fields(line: Line) -> dict[str, object]:
    return {
        "name": line.name,
        "offer": line.offer,
        "requests": line.requests,
        "threshold_tokens": None if math.isinf(line.threshold_tokens) else line.threshold_tokens,
        "long_requests": line.long_requests,
        "usd": _number(line.usd),
        "high_usd": _number(line.high_usd),
        "surcharge_usd": _number(line.surcharge_usd),
        "tokens": dict(zip(USAGE_METERS, map(int, line.tokens), strict=True)),
        "lines": dict(zip(USAGE_METERS, map(_number, line.usd_by_meter.tolist()), strict=True)),
        "notes": [*line.notes],
    }


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value


def as_csv(statement: Statement) -> str:
    """One row per model and meter, then one per offer compared; unknown is empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for line in statement.lines:
        name = line.offer or f"unknown: {line.name}"
        for meter, tokens, cost in zip(USAGE_METERS, line.tokens, line.usd_by_meter.tolist(), strict=True):
            if tokens:
                writer.writerow(("bill", name, line.requests, line.long_requests, meter, int(tokens), _cell(cost)))
        writer.writerow(("bill", name, line.requests, line.long_requests, "all", int(line.tokens.sum()), _cell(line.usd)))
    for row in statement.elsewhere:
        meter = "; ".join(("unknown", *row.missing)) if math.isnan(row.usd) else "all"
        writer.writerow(("compared", row.offer, statement.requests, row.long_requests, meter, "", _cell(row.usd)))
    return out.getvalue()


def _cell(value: float) -> str:
    return "" if math.isnan(value) else repr(value)
