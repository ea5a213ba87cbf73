"""The words of a decision beside its reasons: who is out, what would change it, what to watch. Used by screen, PDF and ADR."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from framework import wording
from framework.axes.assessment import Criterion
from framework.report.excluded import near
from framework.report.headlines import headline, headlines, recommendation
from framework.report.premises import AXIS_WORDS, assumptions, drivers, workload_facts
from framework.report.selection import exclusions_by_offer, labels, named
from framework.report.sources import Footnote, Footnotes, footnotes
from framework.scoring.reasons import GATE_WORDS
from framework.scoring.robustness import flip_sentence, next_to_measure, too_close

if TYPE_CHECKING:
    from framework.scoring.results import Exclusion
    from framework.study import Study

__all__ = [
    "Footnote",
    "Footnotes",
    "assumptions",
    "drivers",
    "exclusions",
    "flips",
    "footnotes",
    "headline",
    "headlines",
    "prices_as_of",
    "recommendation",
    "revisit",
    "scheduled",
    "workload_facts",
]

STALE_DAYS = 60
AT_ONCE = 3
"""Reasons that are read at once."""
ONE_BY_ONE = 5


def prices_as_of(study: Study) -> str:
    """`Prices as of 2026-11-17`."""
    day = study.recommendation.prices_as_of
    return f"Prices as of {day.isoformat()}" if day else "Prices of no known day"


def brief(study: Study) -> tuple[list[str], list[str]]:
    """The reasons in two parts: those to read at once, and the rest. What is too close to call is said at once, with what to measure.

    Where nothing fits, all of it is.
    """
    answer, told = study.recommendation, list(study.recommendation.reasons)
    if answer.choice is None:
        return told, []
    found = answer.certainty
    close = (
        [] if found is None or not found.too_close else [too_close(found, labels(study)), next_to_measure(study.case, found, answer.choice)]
    )
    first = told[: AT_ONCE - bool(close)] + close
    return first, [text for text in told if text not in first]


def exclusions(study: Study) -> list[tuple[str, str]]:
    """`(offers, why)`: near misses first, marked as such, then the few that figures shut out one by one, the rest one line per gate."""
    every = exclusions_by_offer(study)
    just = {offer: items for offer, items in every.items() if items[0].missed_by is not None}
    out = {offer: items for offer, items in every.items() if offer not in just}
    counts = Counter(items[0].gate for items in out.values())
    told = [
        (f"{labels(study)[offer]} (near miss: {near(items[0])})", _in_full(items)) for offer, items in sorted(just.items(), key=_nearest)
    ]
    for gate, count in sorted(counts.items(), key=lambda item: item[1]):
        mine = [offer for offer, items in out.items() if items[0].gate == gate]
        if gate in ("budget", "context_window", "rate_limits") and count <= ONE_BY_ONE:
            told += [(labels(study)[offer], _in_full(out[offer])) for offer in mine]
        else:
            told.append((f"{count} {GATE_WORDS[gate]}", _listed(study, mine)))
    return told


def _nearest(just: tuple[str, list[Exclusion]]) -> float:
    return just[1][0].missed_by or 0.0


def _in_full(items: list[Exclusion]) -> str:
    return " ".join([*(item.reason for item in items), items[0].cure or ""]).strip()


def _listed(study: Study, offers: list[str]) -> str:
    """The cheapest first: those are the ones whose absence a reader asks about."""
    cost = {offer: study.assessments.cost.expected_usd[study.columns.index(offer)] for offer in offers}
    ordered = sorted(offers, key=lambda offer: (np.nan_to_num(cost[offer], nan=np.inf), offer))
    return ", ".join(labels(study)[offer] for offer in ordered[:6]) + (f" and {len(offers) - 6} more" if len(offers) > 6 else "")


def flips(study: Study) -> list[str]:
    """What would change the choice, in words."""
    names = labels(study)
    return [flip_sentence(flip, names) for flip in study.recommendation.flip_points]


def scheduled(study: Study, offers: list[int] | None = None) -> list[tuple[dt.date, str]]:
    """Announced price changes and retirements of these offers (choice, fallback and baseline by default), the next first."""
    found: list[tuple[dt.date, str]] = []
    for at in named(study) if offers is None else offers:
        offer_id = study.columns.ids[at]
        name = labels(study)[offer_id]
        coming = study.catalogue.next_change(study.catalogue.offer(offer_id), study.on)
        if coming is not None and coming.effective is not None:
            sure = ", announced and revocable" if coming.revocable else ""
            prices = f"{_mtok(coming.input_mtok)} input and {_mtok(coming.output_mtok)} output per million tokens"
            found.append((coming.effective, f"{name} changes price on {coming.effective.isoformat()}: {prices}{sure}"))
        if not np.isnan(study.columns.retires_ordinal[at]):
            gone = dt.date.fromordinal(int(study.columns.retires_ordinal[at]))
            found.append(
                (
                    gone,
                    f"{name} is switched off on {gone.isoformat()}"
                    if gone >= study.on
                    else f"{name} was switched off on {gone.isoformat()}",
                )
            )
    return sorted(found)


def _mtok(usd: float | None) -> str:
    return wording.usd(usd)


def revisit(study: Study) -> list[str]:
    """Triggers: flip points, scheduled changes, the review day, and the day on which the prices become old."""
    answer = study.recommendation
    told = flips(study) + [text + "." for _, text in scheduled(study)]
    told += [f"{labels(study)[offer]} turns out better than assumed: {what}" for offer, what in answer.could_win[:2]]
    if study.workload.needs.review_by is not None:
        told.append(f"The day {study.workload.needs.review_by.isoformat()} has come: the review date of this workload.")
    if answer.prices_as_of is not None:
        old = answer.prices_as_of + dt.timedelta(days=STALE_DAYS)
        told.append(f"The prices have not been read again by {old.isoformat()}, {STALE_DAYS} days after the last reading.")
    else:
        told.append("The prices have no known date: read them again before relying on them.")
    return told


def axis_figure(study: Study, axis: Criterion, at: int) -> str:
    """The figure that a criterion is valued by, for people; `unknown` where it is."""
    axes = study.assessments
    value: float = {
        "cost": axes.cost.expected_usd,
        "latency": axes.latency.attainment,
        "rate_limits": axes.rate_limits.room,
        "context_window": axes.context_window.fits_share,
        "success": study.case.success.rate,
    }[axis][at]
    return wording.UNKNOWN if np.isnan(value) else AXIS_WORDS[axis](float(value))
