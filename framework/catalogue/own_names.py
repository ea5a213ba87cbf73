"""Under which offer a figure of the user's own stands: aliases resolved, and the entry that already speaks for the same buckets found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from framework.catalogue.catalogue import Catalogue
from framework.errors import UnknownOffer, WorkloadError

Own = TypeVar("Own")


def unusable(names: Iterable[str], catalogue: Catalogue) -> Iterator[str]:
    """What is wrong with the names of `own_limits` or `own_latency`: an offer that the catalogue lacks, or one that is named twice."""
    seen: dict[str, str] = {}
    for name in names:
        try:
            offer = catalogue.offer(name).id
        except UnknownOffer as error:
            yield str(error)
            continue
        if offer in seen:
            yield f"{seen[offer]} and {name} are the same offer: keep one of the two"
        seen.setdefault(offer, name)


def by_id(own: Mapping[str, Own], catalogue: Catalogue, field: str = "own_limits") -> dict[str, Own]:
    """The same entries by offer id; `WorkloadError` for a name that is not known or an offer named twice."""
    problems = tuple((field, text) for text in unusable(own, catalogue))
    if problems:
        raise WorkloadError("; ".join(f"{where}: {text}" for where, text in problems), problems)
    return {catalogue.offer(name).id: given for name, given in own.items()}


def holder(names: Iterable[str], offer_id: str, catalogue: Catalogue, *, whole_provider: bool = False) -> str:
    """The name among `names` that draws on the same buckets (`whole_provider`: has the same provider), else the offer itself.

    What is entered goes there, so that two entries never contradict each other.
    """
    mine = catalogue.offer(offer_id)
    provider = offer_id.partition("/")[0]
    for name in names:
        other = catalogue.find(name)
        if other is None:
            continue
        siblings = other.id.partition("/")[0] == provider
        if other.id == mine.id or (siblings and (whole_provider or (mine.pool is not None and mine.pool == other.pool))):
            return name
    return offer_id
