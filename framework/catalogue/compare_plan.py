"""Which differences may become dated entries, and from which day; every other one is left to a person, with the reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from framework.catalogue.catalogue import Catalogue
from framework.catalogue.compare import Comparison, Row, Verdict
from framework.catalogue.compare_cells import Cell
from framework.catalogue.compare_ours import our_sheet
from framework.catalogue.compare_pins import Pins
from framework.catalogue.compare_source import Source
from framework.catalogue.figures import seen_day
from framework.catalogue.ratios import in_words, odd
from framework.catalogue.records import Offer, Price
from framework.errors import NotSold

_Found = list[tuple[Source, Row]]


class ByHand(Exception):
    """A change that nobody but a person can enter, and why."""


@dataclass(frozen=True)
class Plan:
    """One entry to append: `rows` are the cells that change, `lost` the cells that we have and the sources of the change have not."""

    offer: Offer
    effective: dt.date
    rows: tuple[Row, ...]
    sources: tuple[Source, ...]
    lost: frozenset[Cell]
    confirmed: frozenset[str]


def plans(catalogue: Catalogue, comparison: Comparison, pins: Pins, *, accept: bool) -> tuple[list[Plan], list[str]]:
    """At most one entry per offer, for the first day on which a source differs, and what is left, one line each.

    A change of more than 30 % is planned only with `accept`, one that puts prices out of proportion not even then.
    """
    planned: list[Plan] = []
    left: list[str] = []
    for offer in catalogue.offers:
        try:
            plan = _plan(catalogue, comparison, offer)
            jump = next((row for row in plan.rows if row.jumps), None) if plan else None
            if jump and not accept:
                raise ByHand(f"{_words(jump)}, a jump of over 30 %; look at the vendor's page, then use --accept")
            planned += [_in_proportion(catalogue, plan, pins)] if plan else []
        except ByHand as reason:
            left.append(f"{offer.id}: {reason}")
        left += [f"{offer.id}: {why}" for why in _others(offer, comparison)]
    return planned, left


def _in_proportion(catalogue: Catalogue, plan: Plan, pins: Pins) -> Plan:
    """The plan, unless prices would not fit each other: then a column of the source may have slipped onto another row."""
    changed = {row.cell: row.theirs for row in plan.rows if row.theirs is not None}
    cells = our_sheet(catalogue, plan.offer.id, plan.effective).cells | changed
    kept = {cell: usd for cell, usd in cells.items() if cell not in plan.lost and not (plan.lost and cell.service not in plan.confirmed)}
    if found := next(iter(odd(plan.offer.id, kept, pins)), None):
        raise ByHand(f"{in_words(found)} then; look at the vendor's page, then enter it by hand")
    return plan


def _words(row: Row) -> str:
    return f"{' '.join(row.cell)} is {_figure(row.ours)} here and {_figure(row.theirs)} there"


def _figure(value: object) -> str:
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _others(offer: Offer, comparison: Comparison) -> Iterator[str]:
    for row in comparison.alarms:
        if row.offer == offer.id and row.verdict is Verdict.THIRD_VALUE:
            yield f"{_words(row)}, and was pinned at {_figure(row.pinned)}; decide, and renew or delete the pin"
        elif row.offer == offer.id and row.verdict is Verdict.MISSING_HERE:
            yield f"{' '.join(row.cell)} is {_figure(row.theirs)} there and not sold or not known here; enter it by hand or pin it"


def _plan(catalogue: Catalogue, comparison: Comparison, offer: Offer) -> Plan | None:
    found = [(source, row) for source, row in _rows(comparison, offer) if row.verdict is Verdict.CONFLICT and not row.repeats]
    if not found:
        return None
    day = min(row.day for _, row in found)
    found = [(source, row) for source, row in found if row.day == day]
    for _, row in found:
        if not isinstance(row.theirs, float) or row.cell.band == "peak" or row.cell.meter in ("threshold_tokens", "write"):
            raise ByHand(f"{_words(row)}; enter the change by hand or pin it")
    if borrowed := next((row for _, row in found if row.borrowed), None):
        raise ByHand(f"{_words(borrowed)}, which is the price of the model's own vendor; look at this provider's page")
    standing = _standing(catalogue, offer, day)
    chosen = [(source, row) for source, row in found if _is_later(source, row, standing)] or _undated(comparison, found)
    days = {row.since or day for _, row in chosen}
    if len(days) > 1 or (standing.effective is not None and min(days) <= standing.effective):
        raise ByHand("the changes have several days, or one before the price in force here; enter them by hand")
    sources = {source.peer: source for source, _ in chosen}
    there = [row for source, row in _rows(comparison, offer) if row.day == day and source.peer in sources]
    known = {row.cell for row in there if row.theirs is not None}
    lost = {row.cell for row in there} - known if any(row.cell.service == "standard" for _, row in chosen) else set()
    confirmed = frozenset(cell.service for cell in known)
    return Plan(offer, days.pop(), tuple(row for _, row in chosen), tuple(sources.values()), frozenset(lost), confirmed)


def _rows(comparison: Comparison, offer: Offer) -> _Found:
    return [(report.source, row) for report in comparison.reports for row in report.rows if row.offer == offer.id]


def _standing(catalogue: Catalogue, offer: Offer, day: dt.date) -> Price:
    try:
        standing = catalogue.price_in_force(offer, day)
    except NotSold:
        raise ByHand("it is not yet sold here on that day; enter the change by hand") from None
    if offer.prices[-1] is not standing:
        raise ByHand(f"a later price is already entered ({offer.prices[-1].effective}); enter the change by hand")
    return standing


def _is_later(source: Source, row: Row, standing: Price) -> bool:
    """Whether the source gives the change a day, and one that our own reading could not have known."""
    if row.since is None or (standing.effective is not None and row.since <= standing.effective):
        return False
    seen = [day for one in standing.source if (day := seen_day(one.seen))]
    return source.fresh or not seen or row.since > max(seen)


def _undated(comparison: Comparison, found: _Found) -> _Found:
    """Conflicts with undated lists that were downloaded today, unless another list is on our side or says a third thing."""
    undated = [(source, row) for source, row in found if row.since is None and row.day == comparison.on]
    if not undated or not all(source.fresh for source, _ in undated):
        raise ByHand(f"{_words(found[0][1])}, in a list neither dated later nor downloaded now; correct it by hand or pin it")
    for _, row in undated:
        others = [other for report in comparison.reports for other in report.rows if (other.offer, other.cell) == (row.offer, row.cell)]
        if any(other.theirs not in (None, row.theirs) for other in others if other.day == row.day):
            raise ByHand(f"{_words(row)}, and the lists disagree; look at the vendor's page")
    return undated
