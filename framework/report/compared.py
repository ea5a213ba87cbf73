"""Two workloads, and two providers, held against each other in words; figures from the studies alone."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from framework import wording
from framework.axes.assessment import CRITERIA, Criterion
from framework.report import tables
from framework.report.selection import eligible, exclusions_by_offer, labels, nearest
from framework.report.side_by_side import Row, Side, ahead, answer, gap, in_study, lines

if TYPE_CHECKING:
    from framework.study import Study

AXIS_WORDS: dict[Criterion, str] = {
    "cost": "cost a month",
    "latency": "replies in time",
    "rate_limits": "room at the peak",
    "context_window": "requests that fit",
    "success": "tasks that pass your evaluation",
}


Names = tuple[str, str]


def workload_names(left: Study, right: Study, *, pinned: bool = False) -> Names:
    """Their own names; where both have the same one, what tells them apart."""
    ours, theirs = left.workload.name, right.workload.name
    return (ours, theirs) if ours != theirs else ("Now", "Pinned") if pinned else ("Your workload", "The other workload")


def workloads(left: Study, right: Study, names: Names) -> str:
    """What each comes out at, and how each one's choice does in the other."""
    ours, theirs = names
    first, second = left.recommendation.choice, right.recommendation.choice
    if first is None or second is None:
        told = [f"“{name}” finds {_choice(study)}" for name, study in ((ours, left), (theirs, right))]
        return f"{'; '.join(told)}."
    if first == second:
        bills = [_usd(Side(study, study.columns.index(first))) for study in (left, right)]
        return f"Both come out at {labels(left)[first]}: {bills[0]} a month for “{ours}”, {bills[1]} for “{theirs}”."
    across = [_elsewhere(right, first, theirs), _elsewhere(left, second, ours)]
    return f"“{ours}” comes out at {labels(left)[first]}, “{theirs}” at {labels(right)[second]}. {' '.join(filter(None, across))}"


def _choice(study: Study) -> str:
    choice = study.recommendation.choice
    return labels(study)[choice] if choice else "no offer that fits"


def _usd(side: Side) -> str:
    return wording.usd(side.value("cost"))


def _elsewhere(study: Study, offer: str, name: str) -> str:
    side = in_study(study, offer)
    if side is None:
        return ""
    place = f"ranks {side.rank}" if side.fits else f"is {side.rank}"
    return f"In “{name}” {side.name} {place}, at {_usd(side)} a month."


def same_offers(left: Study, right: Study) -> list[tuple[str, list[Row]]]:
    """`(offer, lines)` for each one's choice, or nearest, as it does in both workloads; where that is one offer, for the fallbacks."""
    sides = answer(left), answer(right)
    offers = [side.study.columns.ids[side.at] for side in sides if side is not None]
    if len(set(offers)) == 1:
        offers = [study.recommendation.fallback for study in (left, right) if study.recommendation.fallback is not None]
    found = []
    for offer in dict.fromkeys(offers):
        ours, theirs = in_study(left, offer), in_study(right, offer)
        if ours is not None and theirs is not None:
            found.append((ours.name, lines(ours, theirs)))
    return found


def best_of(study: Study, provider: str) -> Side | None:
    """The provider's best-ranked offer; where none passes, its nearest to passing; None where it sells nothing that was asked for."""
    ranked = [*eligible(study), *nearest(study)]
    return next((Side(study, at) for at in ranked if study.columns.providers[at] == provider), None)


def provider_rows(left: Side, right: Side) -> list[Row]:
    """Per axis both figures, what they are worth, and who is ahead by how much."""
    names = [_provider(side) for side in (left, right)]
    rows = lines(left, right)
    for axis, row in zip(left.study.case.criteria, rows, strict=False):
        lead = ahead(axis, left, right)
        ours, theirs = left.value(axis), right.value(axis)
        by = gap(axis, theirs, ours) if lead < 0 else gap(axis, ours, theirs)
        by = "no limit" if math.isinf(ours) or math.isinf(theirs) else by
        row["better"] = f"{names[lead > 0]}, {by}" if lead else wording.UNKNOWN if by == wording.UNKNOWN else "level"
        row["worth"] = f"{row['left_worth']} / {row['right_worth']}"
    return rows


def _provider(side: Side) -> str:
    return side.study.catalogue.providers[side.study.columns.providers[side.at]].name


def providers(left: Side, right: Side) -> list[str]:
    """What each is better at, on what they are level, what is unknown, who is out and why, and how they rank."""
    told = [_better_at(left, right, -1), _better_at(right, left, 1)]
    return [sentence for sentence in (*told, _level(left, right), _unknown(left), _unknown(right), _out(left), _out(right)) if sentence]


def provider_headline(left: Side, right: Side) -> str:
    """By the user's weights, who comes out ahead."""
    names = [f"{_provider(side)}'s {'best' if side.fits else 'nearest'}, {side.name}" for side in (left, right)]
    if left.fits and right.fits:
        first, second = ((left, names[0]), (right, names[1])) if _rank(left) < _rank(right) else ((right, names[1]), (left, names[0]))
        led = f"By your weights {first[1]}, ranks {first[0].rank} with a score of {first[0].score}"
        return f"{led}; {second[1]}, ranks {second[0].rank} with {second[0].score}."
    if left.fits or right.fits:
        inside, outside = (names[0], names[1]) if left.fits else (names[1], names[0])
        return f"Only {inside}, passes every must-have; {outside}, does not."
    return f"Neither passes every must-have: {names[0]}, and {names[1]}, are the nearest."


def _rank(side: Side) -> int:
    return int(side.study.recommendation.scores.rank[side.at])


def _better_at(one: Side, other: Side, lead: int) -> str:
    """`OpenAI's GPT is better at cost a month ($9 against $12).`"""
    left, right = (one, other) if lead < 0 else (other, one)
    won = [axis for axis in left.study.case.criteria if ahead(axis, left, right) == lead]
    if not won:
        return f"{_provider(one)}'s {one.name} is ahead on no axis."
    return f"{_provider(one)}'s {one.name} is better at {_listed([_against(axis, one, other) for axis in won])}."


def _against(axis: Criterion, one: Side, other: Side) -> str:
    figures = [tables.cards(side.study, side.at)[CRITERIA.index(axis)][1] for side in (one, other)]
    full = all(side.worth(axis) == "1.00" for side in (one, other))
    return f"{AXIS_WORDS[axis]}, {figures[0]} against {figures[1]}{', though both reach what you call good' if full else ''}"


def _level(left: Side, right: Side) -> str:
    criteria = left.study.case.criteria
    alike = [axis for axis in criteria if not ahead(axis, left, right) and not math.isnan(left.value(axis) + right.value(axis))]
    figures = [f"{AXIS_WORDS[axis]}, {tables.cards(left.study, left.at)[CRITERIA.index(axis)][1]}" for axis in alike]
    return f"They are level at {_listed(figures)}." if figures else ""


def _unknown(side: Side) -> str:
    axes = [AXIS_WORDS[axis] for axis in side.study.case.criteria if math.isnan(side.value(axis))]
    return f"Unknown of {_provider(side)}'s {side.name}: {', '.join(axes)}." if axes else ""


def _out(side: Side) -> str:
    reasons = exclusions_by_offer(side.study).get(side.study.columns.ids[side.at], [])
    return f"{_provider(side)} has no offer that passes every must-have. {' '.join(item.reason for item in reasons)}" if reasons else ""


def _listed(parts: list[str]) -> str:
    """With semicolons: a part may hold commas of its own."""
    return "; ".join(parts[:-1] + ([f"and at {parts[-1]}"] if len(parts) > 1 else parts))
