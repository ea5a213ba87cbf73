"""Somebody else's price list, as the comparison asks it."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from framework.catalogue.compare_cells import Cell, Peer, Sheet
from framework.catalogue.compare_pins import Pins
from framework.catalogue.records import Offer
from framework.errors import SourceError


@dataclass(frozen=True, eq=False)
class Source(ABC):
    """A peer's prices.

    `title`: the peer with its version or address, for people. `fresh`: downloaded in this run, so that even an undated figure is as new as
    today. `dated`: it knows prices of later days. `never`: services, bands, meters or single cells that its layout cannot express.
    """

    peer: ClassVar[Peer]
    dated: ClassVar[bool]
    never: ClassVar[frozenset[str | Cell]]

    pins: Pins
    title: str
    fresh: bool

    @abstractmethod
    def days(self, offer: Offer) -> Sequence[dt.date]:
        """The days on which its prices of an offer change."""

    @abstractmethod
    def sheet(self, offer: Offer, on: dt.date, default_write: str) -> Sheet | None:
        """Its cells of an offer on a day; None where it does not know the offer.

        `default_write` is the write meter that a write price without a lifetime stands for.
        """


def layout_changed(name: str, what: str, reader: str) -> SourceError:
    """A list whose form is not the known one is an error and never skipped: figures read from it could be anything."""
    return SourceError(f"{name}: the layout is not the one known: {what}; {reader} must learn it")
