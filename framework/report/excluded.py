"""The list of offers that are out, near misses first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from framework import wording
from framework.report.sources import footnotes
from framework.scoring.results import Gate

if TYPE_CHECKING:
    from framework.report.sources import Footnote
    from framework.scoring.results import Exclusion
    from framework.study import Study

_SHORT = {
    "budget": "{} over",
    "context_window": "{} too few fit",
    "rate_limits": "{} too much at the peak, or too few served",
    "success": "interval ends {} too low",
}


_BEHIND: dict[Gate, str] = {
    "retired": "retirement",
    "not sold": "price",
    "class": "class",
    "features": "features",
    "budget": "price",
    "context_window": "window",
    "rate_limits": "limits",
}
"""The figures that a gate judges by."""
_YOURS = frozenset({"providers", "retention", "success"})


def rows(study: Study) -> list[dict[str, Any]]:
    """Near misses by how near, then the rest; those of providers not asked for at the end."""
    found = sorted(study.recommendation.exclusions, key=_order)
    return [
        {"name": item.offer, "gate": _gate(item), "why": item.reason, "cure": item.cure or "", "source": _source(study, item)}
        for item in found
    ]


def _source(study: Study, item: Exclusion) -> Footnote | str:
    """The first source of the figures behind the gate, the user's own limits before published ones; in words where there is none."""
    group = _BEHIND.get(item.gate)
    notes = () if group is None else footnotes(study, (item.offer,), (group,)).notes
    return notes[0] if notes else "your own inputs" if item.gate in _YOURS else "unknown: no source"


def _gate(item: Exclusion) -> str:
    """`budget`, or `budget (near miss: 6.1 % over)`: a column of its own would be empty in most rows."""
    gate = item.gate.replace("_", " ")
    return gate if item.missed_by is None else f"{gate} (near miss: {near(item)})"


def _order(item: Exclusion) -> tuple[bool, float]:
    return item.gate == "providers", float("inf") if item.missed_by is None else item.missed_by


def near(item: Exclusion) -> str:
    """`4.2 % over`; empty where it is no near miss."""
    return "" if item.missed_by is None else _SHORT[item.gate].format(wording.share(item.missed_by))


def counted(study: Study) -> str:
    """How many are out, and how many of them only just."""
    out = study.recommendation.exclusions
    told = f"{len({item.offer for item in out})} of {len(study.columns)} offers fail a must-have."
    just = sum(item.missed_by is not None for item in out)
    if not just:
        return told
    one = "One of them is a near miss: it fails" if just == 1 else f"{just} of them are near misses: each fails"
    return f"{told} {one} a single one, by less than 10 % of what is asked."
