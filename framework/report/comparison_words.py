"""The comparison in words: rows for tables, and the tables of the terminal and of Markdown."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from framework import wording
from framework.axes.assessment import AXES, Verdict
from framework.report import headlines, pair_words, sentences
from framework.report.escaping import clean, markdown
from framework.report.robust_words import how_firm
from framework.report.selection import baseline, eligible, exclusions_by_offer
from framework.scoring.reasons import GATE_WORDS

if TYPE_CHECKING:
    from framework.study import Study

Row = dict[str, Any]
HEADS = {
    "rank": "#",
    "id": "Offer",
    "monthly_usd": "USD a month",
    "in_time": "In time",
    "room": "Room",
    "fits": "Fits",
    "score": "Score",
}
_SECOND = "\ufffe"  # a noncharacter, which `clean` leaves in no text
_BRACKETS = re.compile(r" \([^)]*\)")
_RANGE_ENDS = re.compile(r"(at least|up to) (?![<>])")  # `up to > 95 %` is not shortened to `≤ > 95 %`
LEAST_ID = 20
VERDICT_SIGNS = {"meets": "", "fails": " !", "unresolved": " ~", "unknown": ""}


def excluded(study: Study, offer: str) -> str | None:
    """Every reason for which an offer is out, in one text; None where it is in."""
    return " ".join(item.reason for item in exclusions_by_offer(study).get(offer, ())) or None


def in_order(study: Study) -> list[int]:
    """Eligible offers, best first, then the excluded by id."""
    fits = eligible(study)
    return fits + [at for at in range(len(study.columns)) if at not in set(fits)]


def rows(study: Study) -> list[Row]:
    """One dict per offer with every value worded for people; best first, excluded last."""
    return [_row(study, at) for at in in_order(study)]


def _row(study: Study, at: int) -> Row:
    columns, axes, scores = study.columns, study.assessments, study.recommendation.scores
    cost, speed, limits, window = axes.cost, axes.latency, axes.rate_limits, axes.context_window
    low, high = float(scores.low[at]), float(scores.high[at])
    return {
        "id": columns.ids[at],
        "name": columns.names[at],
        "provider": columns.providers[at],
        "rank": str(scores.rank[at]) if scores.eligible[at] else "–",
        "score": f"{low:.2f}" if high - low < 0.005 else f"{low:.2f} to {high:.2f}",
        "monthly_usd": wording.between(*(wording.usd(float(figure[at])) for figure in (cost.low_usd, cost.expected_usd, cost.high_usd))),
        "difference_usd": _difference(study, at),
        "ttft_p50": wording.seconds(float(speed.ttft_p50_s[at])),
        "ttft_p95": wording.seconds(float(speed.ttft_p95_s[at])),
        "in_time": wording.between(
            *(wording.probability(float(figure[at])) for figure in (speed.attainment_low, speed.attainment, speed.attainment_high))
        ),
        "tier": limits.tier[at] or wording.UNKNOWN,
        "room": wording.factor(float(limits.room[at])),
        "fits": wording.share(float(window.fits_share[at])),
        "success": wording.share(float(study.case.success.rate[at])),
        "chunks": wording.count(float(window.chunks_that_fit[at])),
        "turns": wording.count(float(window.turns_that_fit[at])),
        "verdicts": {axis: Verdict(int(getattr(axes, axis).verdicts[at])).name.lower() for axis in AXES},
        "excluded": excluded(study, columns.ids[at]) or "",
    }


def heads(study: Study) -> dict[str, str]:
    """Columns of the tables: the team's own evaluation where there is one."""
    if "success" not in study.case.criteria:
        return HEADS
    return {key: head for key, head in HEADS.items() if key != "score"} | {"success": "Passes", "score": HEADS["score"]}


def _difference(study: Study, at: int) -> str:
    today, usd = baseline(study), study.assessments.cost.expected_usd
    if today is None:
        return ""
    gap = float(usd[at] - usd[today])
    return ("+" if gap > 0 else "") + wording.usd(gap) if not np.isnan(gap) else wording.UNKNOWN


def as_markdown_table(study: Study) -> str:
    """A pipe table of all offers of the providers asked for, the excluded with their reason."""
    names = heads(study) | {"excluded": "Excluded because"}
    lines = [f"| {' | '.join(names.values())} |", f"|{'|'.join('---' for _ in names)}|"]
    for row in rows(study):
        cells = [markdown(str(row[key])) for key in heads(study)] + [markdown(row["excluded"], 300)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def as_text_table(study: Study, width: int = 100) -> str:
    """The answer, its reasons, the eligible offers as a table, and how many are out for which reason; no line wider than `width`."""
    answer = study.recommendation
    as_of = f", prices as of {answer.prices_as_of.isoformat()}" if answer.prices_as_of else ""
    parts = [
        *_wrapped(f"{study.workload.name}: on {study.on.isoformat()}{as_of}", width),
        *_wrapped(headlines.recommendation(study), width),
        "",
        *(line for reason in answer.reasons for line in _wrapped(reason, width, bullet="- ")),
        "",
        *_pair(study, width),
        *_table([row for row in rows(study) if not row["excluded"]], heads(study), width),
        *_left_out(study, width),
        *_listed("How firm it is:", how_firm(study) if study.recommendation.deepened else [], width),
        *_listed("What would change the answer:", sentences.flips(study), width),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _pair(study: Study, width: int) -> list[str]:
    """The pair in sentences, then the best offer of each provider asked for."""
    told = pair_words.paragraph(study, pair_words.worth(study))
    lines = ["The pair:", *(line for text in told for line in _wrapped(text, width, bullet="- ")), ""] if told else []
    each = [line for text in pair_words.by_provider(study) for line in _wrapped(text, width, bullet="- ")]
    return [*lines, "By provider:", *each, ""] if each else lines


def _wrapped(text: str, width: int, *, bullet: str = "") -> list[str]:
    """No line wider than `width`; a wide character is wrapped as two, the second of which is taken out again."""
    tidy = clean(text)
    room = width if tidy.isascii() else width - 1
    padded = "".join(char + _SECOND * (_width(char) - 1) for char in tidy)
    lines = textwrap.wrap(padded, room, initial_indent=bullet, subsequent_indent=" " * len(bullet), break_on_hyphens=False)
    return [line.replace(_SECOND, "") for line in lines]


def _table(found: Sequence[Row], names: dict[str, str], width: int) -> list[str]:
    if not found:
        return ["No offer passes every must-have."]
    cells, widths = _fitted(list(names.values()), [[_cell(row, key) for key in names] for row in found], width)
    lines = ["  ".join(_padded(cell, size) for cell, size in zip(row, widths, strict=True)).rstrip() for row in cells]
    signed = any(line.endswith((" ~", " !")) or " ~ " in line or " ! " in line for line in lines)
    legend = ["~ the range straddles the target; ! misses it"] if signed else []
    return [lines[0], "-" * min(width, max(_width(line) for line in lines)), *lines[1:], *legend]


def _fitted(names: list[str], found: list[list[str]], width: int) -> tuple[list[list[str]], list[int]]:
    """Head and rows with the widths of the columns; where too little is left for the ids, the ranges in brackets go."""
    cells = [names, *found]
    widths = [max(_width(row[column]) for row in cells) for column in range(len(names))]
    left = width - (sum(widths) - widths[1]) - 2 * (len(names) - 1)
    if left >= min(widths[1], LEAST_ID):
        widths[1] = min(widths[1], left)
        return cells, widths
    brief = [[_BRACKETS.sub("", cell) for cell in row] for row in found]
    return _fitted(names, brief, width) if brief != found else (cells, [*widths[:1], LEAST_ID, *widths[2:]])


def _cell(row: Row, key: str) -> str:
    axis = {"monthly_usd": "cost", "in_time": "latency", "room": "rate_limits", "fits": "context_window"}.get(key)
    words = _RANGE_ENDS.sub(lambda found: {"at least ": "≥ ", "up to ": "≤ "}[found[0]], clean(str(row[key])))
    words = words.replace("at least", "from") if "≤" in words or "up to" in words or "at least" in words else words.replace(" to ", "–")
    return words + (VERDICT_SIGNS[row["verdicts"][axis]] if axis else "")


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 0 if unicodedata.combining(char) else 1 for char in text)


def _padded(text: str, size: int) -> str:
    """Padded to the size; a longer text loses its middle, because ids differ at their ends."""
    if _width(text) > size:
        text = text[: size // 3] + "…" + text[len(text) - (size - size // 3 - 1) :]
    return text + " " * (size - _width(text))


def _left_out(study: Study, width: int) -> list[str]:
    """Counts per gate, then one line for each offer that a change of the workload would let in."""
    out = exclusions_by_offer(study)
    counts = Counter(items[0].gate for items in out.values())
    if not counts:
        return []
    listed = ", ".join(f"{count} {GATE_WORDS[gate]}" for gate, count in counts.most_common())
    near = [
        (offer, items[0])
        for offer, items in out.items()
        if len(items) == 1 and items[0].gate in ("budget", "context_window", "rate_limits")
    ]
    lines = [line for offer, item in near for line in _wrapped(f"{offer}: {item.reason}", width, bullet="- ")]
    return ["", *_wrapped(f"Left out: {len(out)} of {len(study.columns)} offers ({listed}).", width), *lines]


def _listed(head: str, texts: Sequence[str], width: int) -> list[str]:
    return ["", head, *(line for text in texts for line in _wrapped(text, width, bullet="- "))] if texts else []
