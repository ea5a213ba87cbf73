"""`pricing/` read as a whole: strict files in, one checked `Catalogue` out, or one error naming file, line, entry, key and cure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

from framework.catalogue.catalogue import Catalogue, Files, assemble
from framework.catalogue.check_fees import check_fees
from framework.catalogue.checks import (
    AnyParsed,
    Names,
    Problem,
    check_days,
    check_defaults,
    check_latency,
    check_models,
    check_provider,
)
from framework.catalogue.files import listing, pricing_directory, read
from framework.catalogue.gateways import check_gateways, load_gateways
from framework.catalogue.records import LatencyDefaultsFile, LatencyFile, ModelsFile, ProviderFile
from framework.catalogue.validate import Parsed, R, entry_at, refuse, validated
from framework.errors import CatalogueError

DEFAULTS = "defaults.yaml"


def load_catalogue(directory: Path | None = None) -> Catalogue:
    """The catalogue under `directory` (`pricing/` beside this package where none is named).

    Raises `CatalogueError` for the first file that is wrong, with a line for each fault in it: `file:line: entry: key: what, and the cure`.
    """
    folder = directory or pricing_directory()
    files = listing(folder)
    latency_files = [path for path in files["latency"] if path.name != DEFAULTS]
    defaults_files = [path for path in files["latency"] if path.name == DEFAULTS]
    for kind, found in (("models", files["models"]), ("providers", files["providers"]), ("latency", defaults_files)):
        if not found:
            raise CatalogueError(f"{kind}/: {'defaults.yaml is missing' if kind == 'latency' else 'no .yaml file'}; add it")
    defaults = validated(read(defaults_files[0]), LatencyDefaultsFile)
    models = [validated(read(path), ModelsFile) for path in files["models"]]
    providers = [validated(read(path), ProviderFile) for path in files["providers"]]
    latency = [validated(read(path), LatencyFile) for path in latency_files]
    gateways = load_gateways(folder)
    _settle(defaults, check_defaults(defaults))
    if gateways:
        _settle(gateways, check_gateways(gateways))
    _cross_check(models, providers, latency)
    if not any(one.record.offers for one in providers):
        raise CatalogueError("providers/: no file has an offer; add one under `offers:`")
    read_in = Files(_records(models), _records(providers), _records(latency), defaults.record, gateways.record if gateways else None)
    return assemble(read_in)


def _records(parsed: Sequence[Parsed[R]]) -> list[R]:
    return [one.record for one in parsed]


def _cross_check(
    models: Sequence[Parsed[ModelsFile]], providers: Sequence[Parsed[ProviderFile]], latency: Sequence[Parsed[LatencyFile]]
) -> None:
    names = Names()
    measured = {one.record.provider: {profile.model for profile in one.record.profiles} for one in latency}
    offers = {one.record.provider: one.record.offers for one in providers}
    for file in models:
        _settle(file, check_models(file, names))
    for seller in providers:
        own = measured.get(seller.record.provider, set())
        _settle(seller, chain(check_provider(seller, names, own), check_fees(seller, names)))
    for readings in latency:
        _settle(readings, check_latency(readings, names, offers.get(readings.record.provider)))


def _settle(parsed: AnyParsed, problems: Iterable[Problem]) -> None:
    """Raise what a file's checks found; days first, because the others compare them."""
    found = list(check_days(parsed)) or list(problems)
    document = parsed.document
    lines = []
    for path, what in sorted(found, key=lambda problem: document.line(problem[0])):
        key = next((str(part) for part in reversed(path) if isinstance(part, str)), "")
        lines.append(f"{document.name}:{document.line(path)}: {entry_at(document, path)}: {key}: {what}")
    if lines:
        refuse(lines)
