"""A replay for people and machines: a plain table, JSON with stable keys, and the admitted times as CSV."""

from __future__ import annotations

import dataclasses
import json
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from framework import wording
from framework.report import clock
from framework.report.escaping import clean
from framework.report.figure import plain
from framework.simulation.replay import Client, Outcome, Replay, caused_by, outcome
from framework.vocabulary import LIMIT_WORDS

WIDTH = 100
NOTHING = "-"
ARRIVALS_HEADER = "time_s,admitted_s,attempts,cause\n"
_PIECE = 100_000
_POLICIES = {
    "refuse": "a refused request is lost",
    "wait": "requests wait in the order in which they come",
    "retry": "a refused request is tried again",
}


@dataclass(frozen=True)
class Row:
    """One set of limits: `window_s` is how deep its buckets are (or how long its windows); no `offer` and `tier` for limits by hand."""

    window_s: int
    outcome: Outcome
    offer: str | None = None
    tier: str | None = None


@dataclass(frozen=True)
class Answer:
    """What was replayed, how, and what came of it. `limits`: those given by hand; `fixed`: how windows lie, None for buckets."""

    trace: str
    client: Client
    rows: tuple[Row, ...]
    limits: Mapping[str, int] | None = None
    fixed: str | None = None
    notes: tuple[str, ...] = ()


def times_merged(replayed: Replay, merged: int) -> Outcome:
    """The figures of a replay whose rows stand for so many calls each."""
    found = outcome(replayed)
    counts = {name: getattr(found, name) * merged for name in ("requests", "served", "refused", "delayed", "attempts")}
    return dataclasses.replace(found, **counts)


def as_json(answer: Answer) -> str:
    """Numbers raw; null is unknown, and where nothing was refused or served there is no moment, cause or delay to tell."""
    content = {
        "trace": answer.trace,
        "policy": answer.client.policy,
        "rows": [_row(row) for row in answer.rows],
        "limits": answer.limits,
        "fixed_windows": answer.fixed,
        "retry": _habits(answer.client) if answer.client.policy == "retry" else None,
        "notes": list(answer.notes),
    }
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _row(row: Row) -> dict[str, Any]:
    found = row.outcome
    return {
        "offer": row.offer,
        "tier": row.tier,
        "window": row.window_s,
        "requests": found.requests,
        "served": found.served,
        "refused": found.refused,
        "delayed": found.delayed,
        "delay_s": {"p50": plain(found.p50_s), "p95": plain(found.p95_s), "max": plain(found.max_s)},
        "attempts": found.attempts,
        "binding": found.binding,
        "first_refusal_s": plain(found.first_refusal_s),
    }


def _habits(client: Client) -> dict[str, Any]:
    """`retry_after_cap_s`: the longest `retry-after` that is obeyed, 0: none is sent."""
    habits = dataclasses.asdict(client)
    return {
        **{key: habits[key] for key in ("retries", "first_backoff_s", "backoff_cap_s", "seed")},
        "retry_after_cap_s": client.header_cap_s,
    }


def as_text(answer: Answer) -> str:
    """The table with what was replayed above it and what to know below it."""
    table = _table([_shown(_cells(row), answer) for row in answer.rows])
    told = [*answer.notes, *_on_windows(answer)]
    lines = [*_wrapped(_title(answer)), "", *table, *([""] if told else []), *(line for note in told for line in _wrapped(note, "- "))]
    return "".join(f"{line}\n" for line in lines)


def _title(answer: Answer) -> str:
    limits = ", ".join(f"{wording.count(limit)} {LIMIT_WORDS[meter]}" for meter, limit in (answer.limits or {}).items())
    return f"{answer.trace}: {_POLICIES[answer.client.policy]} (policy {answer.client.policy}){f'; {limits}' if limits else ''}"


def _cells(row: Row) -> dict[str, str]:
    found = row.outcome
    counts = {key: f"{getattr(found, key):,}" for key in ("requests", "served", "refused", "delayed", "attempts")}
    delays = {key: _seconds(getattr(found, f"{key}_s")) for key in ("p50", "p95", "max")}
    return {
        **({"offer": row.offer, "tier": row.tier or wording.UNKNOWN} if row.offer else {}),
        "window": f"{row.window_s} s",
        **{key: counts[key] for key in ("requests", "served", "refused", "delayed")},
        **{f"delay {key}" if key == "p50" else key: delay for key, delay in delays.items()},
        "attempts": counts["attempts"],
        "binding": found.binding or NOTHING,
        "first refusal": _seconds(found.first_refusal_s),
    }


def _shown(cells: dict[str, str], answer: Answer) -> dict[str, str]:
    """Beside long offer names only what the policy can make differ."""
    if answer.rows[0].offer is None:
        return cells
    idle = {"refuse": ("delayed", "delay p50", "p95", "max", "attempts"), "wait": ("attempts",)}.get(answer.client.policy, ())
    return {key: cell for key, cell in cells.items() if key not in idle}


def _seconds(value: float) -> str:
    """Unknown is not what a missing delay is: where nothing is served there is none."""
    if plain(value) is None:
        return NOTHING
    return wording.seconds(value) if value < 3_600 else clock.lasting(value)


def _table(rows: list[dict[str, str]]) -> list[str]:
    heads = {key: key for key in rows[0]}
    widths = {key: max(len(row[key]) for row in (heads, *rows)) for key in heads}
    aligned = ("offer", "tier")
    return [
        "  ".join(row[key].ljust(widths[key]) if key in aligned else row[key].rjust(widths[key]) for key in heads).rstrip()
        for row in (heads, *rows)
    ]


def on_sizes(too_large: Mapping[str, int], limits: Mapping[str, int]) -> Iterator[str]:
    """A sentence per meter that some requests are too large for; counts by meter."""
    for meter, count in too_large.items():
        which, them = ("1 request is", "it") if count == 1 else (f"{count:,} requests are", "them")
        yield f"{which} larger than the {limits[meter]:,} {LIMIT_WORDS[meter]}: no waiting lets {them} through"


def _on_windows(answer: Answer) -> Iterator[str]:
    if answer.fixed:
        yield "Where the limit would not come to the largest request within a window, the window is as long as that takes."
    if len({row.window_s for row in answer.rows}) < 2:
        return
    what = "how long such a window is" if answer.fixed else "how deep a bucket is"
    yield f"No provider publishes {what}: a second is the harsh reading, a minute the kind one."


def _wrapped(text: str, bullet: str = "") -> list[str]:
    return textwrap.wrap(clean(text), WIDTH, initial_indent=bullet, subsequent_indent=" " * len(bullet), break_on_hyphens=False)


def arrival_lines(replayed: Replay) -> Iterator[str]:
    """CSV in pieces: a line per request in the order of the trace, seconds since its first one, `admitted_s` empty where refused.

    `cause` is the limit that refused or delayed it, empty where none did.
    """
    yield ARRIVALS_HEADER
    for start in range(0, len(replayed.time_us), _PIECE):
        cut = slice(start, start + _PIECE)
        columns: tuple[NDArray[Any], ...] = (replayed.time_us, replayed.admitted_us, replayed.attempts, replayed.cause)
        requests = zip(*(column[cut].tolist() for column in columns), strict=True)
        yield "".join(
            f"{_exactly(time)},{'' if admitted < 0 else _exactly(admitted)},{attempts},{caused_by(replayed, cause) or ''}\n"
            for time, admitted, attempts, cause in requests
        )


def _exactly(time_us: int) -> str:
    seconds, rest = divmod(time_us, 1_000_000)
    return f"{seconds}.{rest:06d}"
