"""`pricing/gateways.yaml`: what a gateway between the team and the providers adds to the bill."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field

from framework.catalogue.files import read
from framework.catalogue.record import Id, Record, Source, Sources, Usd
from framework.catalogue.validate import Parsed, validated
from framework.documents import Path as Place
from framework.documents import shown

FILE = "gateways.yaml"


class Gateway(Record):
    """A fee on top of the providers' prices: `fee_share` of what goes through, at least `minimum_usd` a payment.

    `free_requests_per_month`: only requests beyond these pay the fee.
    """

    id: Id
    name: str = Field(min_length=1, max_length=80)
    fee_share: Annotated[float, Field(ge=0, le=0.5, allow_inf_nan=False, strict=True)]
    minimum_usd: Usd = 0.0
    free_requests_per_month: Annotated[float, Field(ge=0, le=10**12, allow_inf_nan=False, strict=True)] = 0.0
    note: str | None = Field(default=None, max_length=600)
    source: Sources


class GatewaysFile(Record):
    """`pricing/gateways.yaml`."""

    sources: dict[str, Source]
    gateways: tuple[Gateway, ...]


def load_gateways(directory: Path) -> Parsed[GatewaysFile] | None:
    """The gateways of a catalogue folder; None where it has no such file. `CatalogueError` as for every other file."""
    path = directory / FILE
    return validated(read(path), GatewaysFile) if os.path.lexists(path) else None


def check_gateways(parsed: Parsed[GatewaysFile]) -> Iterator[tuple[Place, str]]:
    """Each id once."""
    first: dict[str, int] = {}
    for i, gateway in enumerate(parsed.record.gateways):
        line = parsed.document.line(("gateways", i, "id"))
        if first.setdefault(gateway.id, line) != line:
            yield ("gateways", i, "id"), f"{shown(gateway.id)} is taken by the gateway on line {first[gateway.id]}; give each its own name"
