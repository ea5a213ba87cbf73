"""The records on one day, laid out as `columns.Columns`: the only place where offers are looped over."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from framework.catalogue.build_efforts import effort_factors
from framework.catalogue.build_latency import latency_columns
from framework.catalogue.build_limits import limit_columns
from framework.catalogue.build_prices import price_columns
from framework.catalogue.build_tools import tool_columns
from framework.catalogue.columns import Columns, numbers
from framework.catalogue.records import CLASSES, FEATURES, Offer
from framework.errors import NotSold
from framework.vocabulary import Effort

if TYPE_CHECKING:
    from framework.catalogue.catalogue import Catalogue
    from framework.catalogue.records import Price


def build(catalogue: Catalogue, on: dt.date, *, effort: Effort = "none", region: str | None = None) -> Columns:
    """Every offer of the catalogue as it stands on `on`, read-only; `region` picks the price multiplier, `effort` the latency reading."""
    offers = catalogue.offers
    models = [catalogue.model_of(offer) for offer in offers]
    windows = [catalogue.window_of(offer) for offer in offers]
    prices = [_price(catalogue, offer, on) for offer in offers]
    tool_usd, tool_free = tool_columns(offers, [catalogue.provider_of(offer).tools for offer in offers], on)
    columns = Columns(
        on=on,
        ids=tuple(offer.id for offer in offers),
        providers=tuple(catalogue.provider_of(offer).provider for offer in offers),
        models=tuple(offer.model for offer in offers),
        names=tuple(_name(catalogue, offer) for offer in offers),
        capability=np.array([CLASSES.index(model.capability.capability_class) for model in models], dtype=np.int64),
        features={name: numbers([getattr(model.features, name) for model in models]) for name in FEATURES},
        reasoning=numbers([model.features.reasoning for model in models]),
        always_thinks=numbers([model.features.always_thinks for model in models]),
        regions=tuple(offer.regions for offer in offers),
        region_multipliers=tuple(dict(price.region_multipliers) if price else {} for price in prices),
        retires_ordinal=numbers([day.toordinal() if (day := catalogue.switched_off(offer)) else None for offer in offers]),
        window_tokens=numbers([window.context_tokens for window in windows]),
        max_input_tokens=numbers([window.max_input_tokens for window in windows]),
        max_output_tokens=numbers([window.max_output_tokens for window in windows]),
        ratio=np.stack([numbers([getattr(model.tokenizer, part) for model in models]) for part in ("low", "likely", "high")]),
        effort_factor=effort_factors(models),
        tool_usd=tool_usd,
        tool_free=tool_free,
        discount_share=np.zeros(len(offers)),
        price=price_columns(prices, [catalogue.provider_of(offer).caching for offer in offers], region),
        latency=latency_columns(catalogue, on, effort=effort),
        limits=limit_columns(catalogue),
    )
    _freeze(columns)
    return columns


def _price(catalogue: Catalogue, offer: Offer, on: dt.date) -> Price | None:
    try:
        return catalogue.price_in_force(offer, on)
    except NotSold:
        return None


def _name(catalogue: Catalogue, offer: Offer) -> str:
    """The model's name; with the provider's where that is not the vendor and the name does not say it yet."""
    model, provider = catalogue.model_of(offer), catalogue.provider_of(offer)
    told = catalogue.vendors[model.id] == provider.provider or provider.name.split()[0] in model.name
    return model.name if told else f"{model.name} on {provider.name}"


def _freeze(columns: object) -> None:
    # One answer serves every session, so nobody may write into it.
    for value in (getattr(columns, field.name) for field in dataclasses.fields(columns)):  # type: ignore[arg-type]
        if dataclasses.is_dataclass(value):
            _freeze(value)
        for array in value.values() if isinstance(value, dict) else (value,):
            if isinstance(array, np.ndarray):
                array.setflags(write=False)
