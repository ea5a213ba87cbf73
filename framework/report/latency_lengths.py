"""What long prompts do to the first token of an offer: at the user's longest, at its own largest, and where it leaves the budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from framework import wording
from framework.axes.latency_curves import first_token_limit_s, first_token_s, largest_prompt, leaves_budget_at_tokens
from framework.axes.latency_findings import FAR_TIMES
from framework.axes.tokens import ratio_of
from framework.quantities import Z95, normal_cdf
from framework.report.selection import labels
from framework.report.tables import Row, offer_rows

if TYPE_CHECKING:
    from framework.catalogue.columns import Array
    from framework.study import Study

P95 = float(normal_cdf(Z95))
OPTIMISTIC = (
    "Median seconds of a prompt of which nothing is cached, in the model's own tokens. Where a length was not measured, the seconds run on "
    "in a straight line: far beyond the length that was read that is optimistic, as long prompts are often slower than it."
)


@dataclass(frozen=True, eq=False)
class Lengths:
    """Per offer `(offers,)`: own tokens of the user's prompts and of the largest it takes (inf: not known), and the median seconds there.

    `limit_s`: when the first token must be there; `edge_tokens`: up to where it is, 0 not even at a short prompt, inf at any.
    `far_tokens`: from there on a straight line is far from what was read; inf where long prompts were measured.
    """

    p50_tokens: Array
    p95_tokens: Array
    largest_tokens: Array
    p50_s: Array
    p95_s: Array
    largest_s: Array
    limit_s: Array
    edge_tokens: Array
    far_tokens: Array


def lengths(study: Study) -> Lengths:
    """All of it for every offer."""
    load, columns = study.load, study.columns
    largest, limit = largest_prompt(columns), first_token_limit_s(load, columns)
    p50, p95 = (ratio_of(load, columns) * float(load.input_length.quantile(q)) for q in (0.5, P95))
    known = np.where(np.isinf(largest), np.nan, largest)
    at_p50, at_p95, at_largest = (first_token_s(load, columns, own) for own in (p50, p95, known))
    edge = leaves_budget_at_tokens(load, columns)
    far = np.where(columns.latency.gamma == 0, FAR_TIMES * columns.latency.at_tokens, np.inf)
    return Lengths(p50, p95, largest, at_p50, at_p95, at_largest, limit, edge, far)


def length_rows(study: Study) -> list[Row]:
    """One row per listed offer; empty cells are left to the offers without a reading."""
    found = lengths(study)

    def fill(at: int) -> Row:
        return {
            "p50": _at(found.p50_s, found.p50_tokens, at),
            "p95": _judged(found, found.p95_s, found.p95_tokens, at),
            "largest": _judged(found, found.largest_s, found.largest_tokens, at),
            "edge": edge_words(found, at),
            "known": _known(study, found, at),
        }

    return offer_rows(study, fill)


def _at(seconds: Array, tokens: Array, at: int) -> str:
    if np.isinf(tokens[at]):
        return "no limit known"
    return wording.UNKNOWN if np.isnan(seconds[at]) else f"{wording.seconds(float(seconds[at]))} at {wording.tokens(float(tokens[at]))}"


def _judged(found: Lengths, seconds: Array, tokens: Array, at: int) -> str:
    return ": ".join(part for part in (_at(seconds, tokens, at), _inside(found, seconds, at)) if part)


def _inside(found: Lengths, seconds: Array, at: int) -> str:
    if np.isnan(seconds[at]) or np.isnan(found.limit_s[at]):
        return ""
    return "inside" if seconds[at] <= found.limit_s[at] else "outside"


def edge_words(found: Lengths, at: int) -> str:
    """`38k`, `any prompt is inside`, `no prompt is inside`, two figures where it is a number."""
    edge = float(found.edge_tokens[at])
    if np.isnan(edge):
        return wording.UNKNOWN
    if edge == 0:
        return "inside at no length"
    if edge >= found.largest_tokens[at] or np.isinf(edge):
        return "inside at every length"
    return f"about {wording.tokens(float(f'{edge:.2g}'))}"


def _known(study: Study, found: Lengths, at: int) -> str:
    """What the seconds at other lengths rest on."""
    latency = study.columns.latency
    if np.isnan(latency.m_at_s[at]):
        return ""
    read = wording.tokens(float(latency.at_tokens[at]))
    if np.isnan(latency.beta[at]):
        return f"read at {read} only"
    if np.isinf(found.far_tokens[at]):
        return "measured at long prompts"
    return f"line from {read}" + (", optimistic" if found.largest_tokens[at] > found.far_tokens[at] else "")


def long_prompts(study: Study, at: int) -> str:
    """The verdict on one offer in a sentence or two."""
    found, who = lengths(study), labels(study)[study.columns.ids[at]]
    if np.isnan(found.p95_s[at]):
        return f"How long prompts slow {who} down is unknown: measure at your lengths with fouraxes probe."
    told = [f"First token of {who} at your longest prompts (p95, {_seen(found.p95_s, found.p95_tokens, at)}: {_against(study, found, at)}"]
    if np.isfinite(found.largest_s[at]):
        place = _inside(found, found.largest_s, at)
        told.append(f"at the largest it takes ({_seen(found.largest_s, found.largest_tokens, at)}" + (f": {place}" if place else ""))
    edge = edge_words(found, at)
    if edge.startswith("about"):
        told.append(f"it leaves the budget at {edge} uncached tokens")
    return "; ".join(told) + "." + _warning(study, found, at)


def _seen(seconds: Array, tokens: Array, at: int) -> str:
    return f"{wording.tokens(float(tokens[at]))} tokens) {wording.seconds(float(seconds[at]))}"


def _against(study: Study, found: Lengths, at: int) -> str:
    place, limit = _inside(found, found.p95_s, at), float(found.limit_s[at])
    if not place:
        return "whether that is inside the budget is unknown, as its speed is"
    if study.load.streaming:
        return f"{place} the budget of {wording.seconds(limit)}"
    left = f"the {wording.seconds(limit)} that the writing leaves" if limit > 0 else "the budget, which the writing alone uses up"
    return f"{place} {left}"


def _warning(study: Study, found: Lengths, at: int) -> str:
    reach = max(float(found.p95_tokens[at]), float(found.largest_tokens[at]) if np.isfinite(found.largest_tokens[at]) else 0.0)
    if reach <= found.far_tokens[at]:
        return ""
    read = wording.tokens(float(study.columns.latency.at_tokens[at]))
    return f" Beyond {wording.tokens(float(found.far_tokens[at]))} this is a straight line from a reading at {read}: optimistic."
