"""Which offer a name in a log stands for."""

from __future__ import annotations

import re

from framework.catalogue.catalogue import Catalogue
from framework.catalogue.records import Offer
from framework.errors import UnknownOffer

_SNAPSHOT = re.compile(r"[-@](\d{8}|\d{4}-\d{2}-\d{2})$")


def offer_named(catalogue: Catalogue, name: str, provider: str = "") -> Offer | None:
    """The offer of that model, at the provider named or else at the model's own vendor; None where the catalogue has none.

    A dated snapshot that the catalogue does not list stands for the model without its date.
    """
    bare = name.removeprefix("models/")
    for asked in dict.fromkeys((bare, bare.lower(), _SNAPSHOT.sub("", bare))):
        found = (
            _at(catalogue, f"{provider}/{asked.removeprefix(f'{provider}/')}")
            if provider
            else _at(catalogue, asked) or _of_vendor(catalogue, asked)
        )
        if found is not None:
            return found
    return None


def _at(catalogue: Catalogue, offer: str) -> Offer | None:
    try:
        return catalogue.offer(offer)
    except UnknownOffer:
        return None


def _of_vendor(catalogue: Catalogue, model: str) -> Offer | None:
    found = (_at(catalogue, f"{vendor}/{model}") for vendor in sorted(set(catalogue.vendors.values())))
    return next((offer for offer in found if offer is not None), None)
