"""Do the names in a workload exist in the catalogue? A misspelt provider must not silently exclude everything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from framework.catalogue import own_names
from framework.catalogue.catalogue import Catalogue
from framework.errors import UnknownOffer, WorkloadError
from framework.explain import shown, suggestion
from framework.workload import Workload


def check_names(workload: Workload, catalogue: Catalogue) -> None:
    """`WorkloadError` with every provider, region, offer and baseline that the catalogue does not hold."""
    found = tuple(_unknown(workload, catalogue))
    if found:
        raise WorkloadError("; ".join(f"{field}: {message}" for field, message in found), found)


def _unknown(workload: Workload, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    regions = {region for offer in catalogue.offers for region in offer.regions}
    yield from _missing("needs.providers", "provider", workload.needs.providers, catalogue.providers)
    yield from _missing("tiers", "provider", workload.tiers, catalogue.providers)
    yield from _missing("billing.discounts", "provider", workload.billing.discounts, catalogue.providers)
    rated = {*catalogue.models, *(offer.id for offer in catalogue.offers)}
    yield from _missing("task.success_rates", "model or offer", workload.task.success_rates, rated, listed=False)
    yield from _missing("evals", "model or offer", workload.evals, rated, listed=False)
    yield from _missing("needs.retention_agreed", "provider", workload.needs.retention_agreed, catalogue.providers)
    yield from _missing("needs.regions", "region", workload.needs.regions, regions)
    for text in own_names.unusable(workload.own_limits, catalogue):
        yield "own_limits", text
    for text in own_names.unusable(workload.own_latency, catalogue):
        yield "own_latency", text
    if workload.baseline is not None:
        try:
            catalogue.offer(workload.baseline)
        except UnknownOffer as error:
            yield "baseline", str(error)


def _missing(field: str, kind: str, asked: Iterable[str], known: Iterable[str], *, listed: bool = True) -> Iterator[tuple[str, str]]:
    """`listed`: the known names are few enough to be told."""
    names = sorted(known)
    others = "; it has " + ", ".join(names) if listed else "; correct it or leave it out"
    for name in asked:
        if name not in names:
            yield field, f"the catalogue has no {kind} {shown(name)}{suggestion(name, names) or others}"
