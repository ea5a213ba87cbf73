"""`pricing/deviations.yaml`: under which names others list our offers, and where they are known to differ, with the value they had."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from framework import documents
from framework.catalogue.compare_cells import METERS, PRICES, Band, Cell, Peer, Value
from framework.catalogue.files import read
from framework.catalogue.record import Id, Record, Usd
from framework.catalogue.records import Offer
from framework.catalogue.validate import refuse
from framework.documents import Document
from framework.errors import CatalogueError
from framework.vocabulary import Service

FILE = "deviations.yaml"
_Words = Annotated[str, Field(min_length=1, max_length=120)]
_Proportion = Annotated[str, Field(pattern=rf"^({'|'.join(PRICES)})/(input|standard|base)$")]
_Figures = Annotated[dict[str, Usd | Annotated[int, Field(strict=True, ge=0)] | _Words], Field(min_length=1)]


class PeerName(Record):
    """How a peer names a provider's offers: its own id of the provider, and what it puts before the model's name (tried in order)."""

    provider: str | None = Field(default=None, max_length=60)
    prefixes: tuple[str, ...] | None = None


class Deviation(Record):
    """Cells of one offer, service and band in which a source is known to differ: `theirs` is what it had on `date`, by meter."""

    source: Peer
    offer: Id
    service: Service = "standard"
    band: Band = "base"
    theirs: _Figures
    reason: str = Field(min_length=10, max_length=400)
    date: dt.date


class OddRatio(Record):
    """Prices of our own that are out of proportion and right all the same: `are`, by `meter/against`, is the proportion they have."""

    offer: Id
    service: Service = "standard"
    band: Band = "base"
    are: Annotated[dict[_Proportion, Annotated[float, Field(ge=0, le=1_000, allow_inf_nan=False)]], Field(min_length=1)]
    reason: str = Field(min_length=10, max_length=400)
    date: dt.date


class DeviationsFile(Record):
    """`pricing/deviations.yaml`."""

    names: dict[Id, dict[Literal["genai-prices", "litellm"], PeerName]] = Field(default_factory=dict)
    deviations: tuple[Deviation, ...]
    ratios: tuple[OddRatio, ...] = ()


@dataclass(frozen=True)
class Pins:
    """`known[source, offer, cell]` is the value the source had, `reasons` why it differs; `ratios`: `(offer, cell, against, value)`."""

    file: DeviationsFile
    known: dict[tuple[Peer, str, Cell], Value]
    reasons: dict[tuple[Peer, str, Cell], str]
    ratios: frozenset[tuple[str, Cell, str, float]] = frozenset()

    def names(self, offer: Offer, peer: Peer, default: PeerName) -> tuple[str, list[str]]:
        """The peer's id of the provider, and the names under which it may list the offer, the likeliest first."""
        seller, _, own = offer.id.partition("/")
        given = self.file.names.get(seller, {}).get(peer, PeerName())
        prefixes = given.prefixes if given.prefixes is not None else default.prefixes or ("",)
        bare = [own, *(alias.partition("/")[2] for alias in offer.aliases)]
        named = [name if prefix and name.startswith(prefix) else prefix + name for name in bare for prefix in prefixes]
        return given.provider or default.provider or seller, list(dict.fromkeys(named))


def load_pins(directory: Path) -> Pins:
    """The deviations of a catalogue folder; a folder without the file has none. `CatalogueError` as for every other file."""
    path = directory / FILE
    if not path.exists():
        return Pins(DeviationsFile(deviations=()), {}, {})
    return parse_pins(read(path))


def parse_pins(document: Document) -> Pins:
    """The same from a document that was read already."""
    text = json.dumps(document.data, default=dt.date.isoformat)
    try:
        file = DeviationsFile.model_validate_json(text, strict=True)
    except ValidationError as error:
        refuse(documents.explain(error, document, entry=lambda path: _entry(document, path), model=DeviationsFile))
    known: dict[tuple[Peer, str, Cell], Value] = {}
    reasons: dict[tuple[Peer, str, Cell], str] = {}
    for place, entry in enumerate(file.deviations):
        for meter, value in entry.theirs.items():
            key = (entry.source, entry.offer, Cell(entry.service, entry.band, meter))
            where = f"{document.name}:{document.line(('deviations', place, 'theirs', meter))}: {entry.offer}: theirs"
            if not _fits(meter, value):
                raise CatalogueError(f"{where}: {meter[:40]!r} is no meter, or its value is none for it; meters are {', '.join(METERS)}")
            if key in known:
                raise CatalogueError(f"{where}: {meter} is pinned twice; keep one of the two")
            known[key] = value if isinstance(value, str) else float(value)
            reasons[key] = entry.reason
    return Pins(file, known, reasons, frozenset(_ratios(file)))


def _ratios(file: DeviationsFile) -> Iterator[tuple[str, Cell, str, float]]:
    for entry in file.ratios:
        for proportion, value in entry.are.items():
            meter, _, against = proportion.partition("/")
            yield entry.offer, Cell(entry.service, entry.band, meter), against, rounded(value)


def rounded(ratio: float) -> float:
    """A proportion to three figures, as it is written in the file."""
    return float(f"{ratio:.3g}")


def _fits(meter: str, value: Value) -> bool:
    if isinstance(value, str):
        return meter in ("hours", "threshold_tokens")
    return meter == "threshold_tokens" or (meter in PRICES and value <= 10_000)


def _entry(document: Document, path: documents.Path) -> str:
    at = document.data
    for part in path[:2]:
        at = at[part] if isinstance(at, list) and isinstance(part, int) else at.get(part) if isinstance(at, dict) else None
    return str(at.get("offer", "deviation"))[:120] if isinstance(at, dict) else "deviations"
