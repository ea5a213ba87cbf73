"""Where the printed figures come from: numbered footnotes, each place once, with day and kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from framework.errors import NotSold
from framework.report.own_latency import own_sources
from framework.report.own_limits import OwnSource
from framework.report.selection import labels

if TYPE_CHECKING:
    from framework.catalogue.catalogue import Catalogue
    from framework.catalogue.records import Offer, Source
    from framework.study import Study

GROUPS = {
    "price": "Prices",
    "limits": "Limits",
    "enforcement": "Counting rules",
    "latency": "Latency",
    "window": "Window",
    "class": "Class",
    "tokenizer": "Tokenizer",
    "caching": "Caching",
    "features": "Features",
    "retirement": "Retirement",
}


@dataclass(frozen=True)
class Footnote:
    """One place that was read; `seen` None is undated. `covers`: groups of figures and the offers they are about, in words."""

    number: int
    url: str
    seen: str | None
    kind: str
    note: str | None
    covers: str

    @property
    def day(self) -> str:
        """When it was read, in words."""
        return self.seen or "undated"


@dataclass(frozen=True)
class Footnotes:
    """`notes` in order of number; `numbers[offer][group]` are the notes behind one group of figures of one offer."""

    notes: tuple[Footnote, ...]
    numbers: dict[str, dict[str, tuple[int, ...]]]


def footnotes(study: Study, offers: Iterable[str], groups: Iterable[str] = tuple(GROUPS)) -> Footnotes:
    """The sources of these offers' figures, numbered in the order of `groups`; of prices those in force and the next.

    The user's own limits and latency come first: they stand in the place of published ones.
    """
    places: dict[tuple[str, str | None, str], Source | OwnSource] = {}
    covered: dict[tuple[str, str | None, str], dict[str, list[str]]] = {}
    used: dict[str, dict[str, list[tuple[str, str | None, str]]]] = {}
    own = own_sources(study)
    found = {offer: _sources(study, offer, own.get(offer, ())) for offer in offers if offer in study.columns.ids}
    for group in groups:
        for offer, by_group in found.items():
            for source in by_group.get(group, ()):
                place = (source.url, source.seen, source.kind)
                places.setdefault(place, source)
                covered.setdefault(place, {}).setdefault(group, []).append(offer)
                used.setdefault(offer, {}).setdefault(group, []).append(place)
    numbers = {place: number for number, place in enumerate(places, 1)}
    names = labels(study)
    notes = tuple(
        Footnote(numbers[place], source.url, source.seen, source.kind, source.note, _covers(covered[place], names, len(found)))
        for place, source in places.items()
    )
    return Footnotes(
        notes,
        {
            offer: {group: tuple(dict.fromkeys(numbers[place] for place in hits)) for group, hits in groups.items()}
            for offer, groups in used.items()
        },
    )


def _covers(groups: dict[str, list[str]], names: dict[str, str], total: int) -> str:
    """`Prices and limits of GPT-6 Luna, GPT-6 Sol`."""
    offers = list(dict.fromkeys(offer for hits in groups.values() for offer in hits))
    listed = ", ".join(names[offer] for offer in offers[:4]) + (f" and {len(offers) - 4} more" if len(offers) > 4 else "")
    whom = "all compared offers" if len(offers) == total > 1 else listed
    return f"{', '.join(GROUPS[group].lower() for group in groups).capitalize()} of {whom}"


def _sources(study: Study, offer_id: str, own: tuple[OwnSource, ...]) -> dict[str, tuple[Source | OwnSource, ...]]:
    catalogue = study.catalogue
    offer = catalogue.offer(offer_id)
    found = catalogue.sources_of(offer)
    mine: dict[str, tuple[Source | OwnSource, ...]] = {
        group: (*(source for source in own if source.group == group), *found[group]) for group in ("limits", "latency")
    }
    return {**found, "price": _price_sources(catalogue, offer, study), **mine}


def _price_sources(catalogue: Catalogue, offer: Offer, study: Study) -> tuple[Source, ...]:
    coming = catalogue.next_change(offer, study.on)
    try:
        standing = catalogue.price_in_force(offer, study.on).source
    except NotSold:
        standing = ()
    return (*standing, *(coming.source if coming else ()))
