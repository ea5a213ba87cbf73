"""Where the user's own limits stand in the place of published ones, in words: the banner, the table, and the source of each figure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from framework import wording
from framework.axes.demand import DIMENSIONS
from framework.axes.own_limits import CAP, Held, given, held, sharing
from framework.axes.tiers import at_tier, choose, ladder
from framework.catalogue.own_names import by_id
from framework.catalogue.readings import STALE_DAYS
from framework.report.selection import labels
from framework.vocabulary import LIMIT_WORDS

if TYPE_CHECKING:
    from framework.catalogue.catalogue import Catalogue
    from framework.clients import OwnLimits
    from framework.study import Study

ORIGINS = {"console": "your console", "headers": "headers of your replies", "api": "your account's Rate Limits API"}
KIND = "own limit"
FEW = 4


@dataclass(frozen=True)
class OwnSource:
    """A place such as `catalogue.records.Source`, but the user's own; `seen` None: on no day that was named. `group`: of which figures."""

    url: str
    seen: str | None
    kind: str
    note: str | None
    group: str = "limits"


@dataclass(frozen=True)
class Entry:
    """One entry of `own_limits`: `where` it is from, and when; `rows` with `limit`, `own`, `published`, and `also`: whom else it is of."""

    name: str
    offer: str
    title: str
    where: str
    rows: tuple[dict[str, str], ...]


def entered(study: Study) -> dict[str, OwnLimits]:
    """The entries by offer id."""
    return by_id(study.workload.own_limits, study.catalogue)


def in_force(study: Study) -> dict[str, dict[str, Held]]:
    """Per offer and dimension the figure that replaces the published one; empty where the user has given none."""
    return held(study.columns, entered(study)) if study.workload.own_limits else {}


def amount(dimension: str, figure: float) -> str:
    """In full, as a console prints it."""
    return wording.usd(figure) if dimension == CAP else wording.count(figure)


def published(catalogue: Catalogue, on: dt.date, tiers: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Per offer and dimension the published limit at the tier in force, in words; `WorkloadError` for a tier that is none."""
    columns = catalogue.columns(on)
    index = choose(columns, tiers).index
    figures, caps = at_tier(ladder(columns.limits), index), at_tier(columns.limits.monthly_cap_usd[:, None], index)[0]
    told: dict[str, dict[str, str]] = {}
    for at, offer in enumerate(columns.ids):
        told[offer] = {dimension: _published(dimension, float(figures[row, at])) for row, dimension in enumerate(DIMENSIONS)}
        told[offer][CAP] = _published(CAP, float(caps[at]))
    return told


def _published(dimension: str, figure: float) -> str:
    words = amount(dimension, figure)
    return "not published" if words == wording.UNKNOWN else words


def entries(study: Study) -> tuple[Entry, ...]:
    """Every entry against the published figures at the tier in force."""
    if not study.workload.own_limits:
        return ()
    names, were = labels(study), published(study.catalogue, study.on, study.workload.tiers)
    found = []
    for name, own in study.workload.own_limits.items():
        offer = study.catalogue.offer(name).id
        rows = tuple(
            {
                "limit": LIMIT_WORDS[dimension].capitalize(),
                "own": amount(dimension, figure),
                "published": were[offer][dimension],
                "also": _also(study, offer, dimension),
            }
            for dimension, figure in given(own).items()
        )
        found.append(Entry(name, offer, names[offer], _aged(own, study.on), rows))
    return tuple(found)


def _also(study: Study, offer: str, dimension: str) -> str:
    """Whom the figure holds for beside its offer: by name where they are few."""
    names = labels(study)
    others = [names[other] for other in sharing(study.columns, offer, dimension) if other != offer]
    if dimension == CAP:
        return f"all {len(others) + 1} of {study.catalogue.provider_of(study.catalogue.offer(offer)).name}"
    return ", ".join(others) if len(others) <= FEW else f"{len(others)} that share its buckets"


def _aged(own: OwnLimits, on: dt.date) -> str:
    """`your console, 2026-11-20`, with its age where it is old."""
    age = (on - own.seen).days if own.seen else 0
    return _place(own) + (f": {age} days old, read it again" if age > STALE_DAYS else "")


def banner(study: Study) -> str:
    """`Your own limits for 2 offers are used instead of the published ones.`; empty where there are none."""
    named, reached = entered(study), in_force(study)
    if not named:
        return ""
    told = f"Your own limits for {_offers(len(named))} are used instead of the published ones."
    more = len(reached) - len(named)
    return told + (f" They hold for {more} more, which draw on the same buckets or have the same cap." if more else "")


def _offers(count: int) -> str:
    return f"{count} offer" if count == 1 else f"{count} offers"


def sources(study: Study) -> dict[str, tuple[OwnSource, ...]]:
    """Per offer the places of the user's own figures."""
    named = entered(study)
    found: dict[str, tuple[OwnSource, ...]] = {}
    for offer, figures in in_force(study).items():
        by_entry: dict[str, list[str]] = {}
        for dimension, each in figures.items():
            by_entry.setdefault(each.entered_for, []).append(LIMIT_WORDS[dimension])
        found[offer] = tuple(_source(named[name], words) for name, words in by_entry.items())
    return found


def _source(own: OwnLimits, words: list[str]) -> OwnSource:
    note = f"{', '.join(words).capitalize()}, in the place of the published."
    return OwnSource(ORIGINS[own.origin], own.seen.isoformat() if own.seen else None, KIND, note)


def whose(study: Study, at: int) -> dict[str, str]:
    """Per dimension of one offer where a figure of the user's own is from: `your console, 2026-11-20`."""
    if not study.workload.own_limits:
        return {}
    named = entered(study)
    return {dimension: _place(named[each.entered_for]) for dimension, each in in_force(study).get(study.columns.ids[at], {}).items()}


def _place(own: OwnLimits) -> str:
    return f"{ORIGINS[own.origin]}, {own.seen.isoformat() if own.seen else 'undated'}"


def in_words(study: Study) -> str:
    """All entries as one fact of the workload: `GPT-6 Sol: 5,000 requests per minute (your console, 2026-11-20)`; empty without any."""
    names = labels(study)
    return "; ".join(
        f"{names[offer]}: {', '.join(_fact(dimension, figure) for dimension, figure in given(own).items())} ({_place(own)})"
        for offer, own in entered(study).items()
    )


def _fact(dimension: str, figure: float) -> str:
    return f"{amount(dimension, figure)} {LIMIT_WORDS[dimension]}"
