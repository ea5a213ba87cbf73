"""The catalogue in memory: every model, offer, limit and reading of `pricing/`, and what was in force on a given day."""

from __future__ import annotations

import datetime as dt
import difflib
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from framework.catalogue import figures
from framework.catalogue.build_columns import build
from framework.catalogue.columns import Columns
from framework.catalogue.figures import StaleFigure
from framework.catalogue.gateways import Gateway, GatewaysFile
from framework.catalogue.records import (
    LatencyDefaultsFile,
    LatencyFile,
    LatencyProfile,
    Model,
    ModelsFile,
    Offer,
    Pool,
    Price,
    ProviderFile,
    Retirement,
    Source,
    Window,
)
from framework.errors import NotSold, UnknownOffer
from framework.vocabulary import Effort


@dataclass(frozen=True, eq=False)
class Catalogue:
    """`offers` in order of id; `pools` by `provider/pool`; `profiles` by `(provider, model)`, the reading to prefer first.

    `vendors` gives the vendor of each model id; `gateways` by id, empty where no file lists any. `digest` is a SHA-256 of the content,
    whatever the files look like.
    """

    models: Mapping[str, Model]
    vendors: Mapping[str, str]
    providers: Mapping[str, ProviderFile]
    offers: tuple[Offer, ...]
    pools: Mapping[str, Pool]
    profiles: Mapping[tuple[str, str], tuple[LatencyProfile, ...]]
    defaults: LatencyDefaultsFile
    gateways: Mapping[str, Gateway]
    digest: str

    @cached_property
    def _by_name(self) -> dict[str, Offer]:
        by_name = {name: offer for offer in self.offers for name in (offer.id, *offer.aliases)}
        for offer in self.offers:
            provider = offer.id.partition("/")[0]
            for alias in self.model_of(offer).aliases:
                by_name.setdefault(f"{provider}/{alias}", offer)
        return by_name

    @cached_property
    def prices_as_of(self) -> dt.date | None:
        """The newest day on which any price was read; None where no reading is dated."""
        return figures.prices_as_of(self.offers)

    @cached_property
    def provider_names(self) -> dict[str, str]:
        """The provider's name for people, by provider id."""
        return {provider.provider: provider.name for provider in self.providers.values()}

    def find(self, id_or_alias: str) -> Offer | None:
        """The offer of that id or alias, None where there is none."""
        return self._by_name.get(id_or_alias)

    def offer(self, id_or_alias: str) -> Offer:
        """The offer of that id or alias; `UnknownOffer` names the closest ids."""
        found = self.find(id_or_alias)
        if found is None:
            asked = id_or_alias[:120]
            close = difflib.get_close_matches(asked, [offer.id for offer in self.offers], n=3, cutoff=0)
            raise UnknownOffer(f"no offer {asked!r}; the closest are {', '.join(close) or 'none: the catalogue is empty'}")
        return found

    def model_of(self, offer: Offer) -> Model:
        """The model that an offer sells."""
        return self.models[offer.model]

    def window_of(self, offer: Offer) -> Window:
        """The three limits of a request to an offer: its own, or those of its model."""
        return offer.window or self.model_of(offer).window

    def provider_of(self, offer: Offer) -> ProviderFile:
        """The provider that sells an offer, with its tiers and rules."""
        return self.providers[offer.id.partition("/")[0]]

    def retirement_of(self, offer: Offer) -> Retirement | None:
        """What is known of an offer's end: its own, or that of its model; None where nothing is."""
        return offer.retirement or self.model_of(offer).retirement

    def switched_off(self, offer: Offer) -> dt.date | None:
        """The day from which an offer does not answer any more, None where no such day is known."""
        retirement = self.retirement_of(offer)
        return retirement.date if retirement else None

    def pool_of(self, offer: Offer) -> Pool | None:
        """The buckets that an offer draws on; None where no limits are known."""
        return self.pools[f"{offer.id.partition('/')[0]}/{offer.pool}"] if offer.pool else None

    def profiles_of(self, offer: Offer) -> tuple[LatencyProfile, ...]:
        """The latency readings of an offer at its own provider, the one to prefer first."""
        return self.profiles.get((offer.id.partition("/")[0], offer.latency_model or offer.model), ())

    def price_in_force(self, offer: Offer, on: dt.date) -> Price:
        """The last price whose day has come; `NotSold` where there is none yet."""
        standing = [price for price in offer.prices if price.effective is None or price.effective <= on]
        if not standing:
            raise NotSold(f"{offer.id} is not sold on {on}: its first known price is from {offer.prices[0].effective}; ask for a later day")
        return standing[-1]

    def next_change(self, offer: Offer, on: dt.date) -> Price | None:
        """The first announced price after `on`."""
        return next((price for price in offer.prices if price.effective and price.effective > on), None)

    def columns(self, on: dt.date, *, effort: Effort = "none", region: str | None = None) -> Columns:
        """The whole catalogue on one day as arrays over offers, read-only; the last few answers are kept."""
        return _columns(self, on, effort, region)

    def stale_figures(self, on: dt.date, days: int = 60) -> list[StaleFigure]:
        """Figures not read again for `days`, and undated ones, one line per file and place."""
        return figures.stale_figures(self, on, days=days)

    def sources_of(self, offer: Offer) -> dict[str, tuple[Source, ...]]:
        """The sources behind each group of figures (`figures.GROUPS`) of an offer."""
        return figures.sources_of(self, offer)


@lru_cache(maxsize=16)
def _columns(catalogue: Catalogue, on: dt.date, effort: Effort, region: str | None) -> Columns:
    return build(catalogue, on, effort=effort, region=region)


@dataclass(frozen=True)
class Files:
    """What was read and checked, file by file; `gateways` None where there is no such file."""

    models: Sequence[ModelsFile]
    providers: Sequence[ProviderFile]
    latency: Sequence[LatencyFile]
    defaults: LatencyDefaultsFile
    gateways: GatewaysFile | None


def assemble(files: Files) -> Catalogue:
    """One catalogue from checked files, in an order that does not depend on theirs."""
    vendors = {model.id: file.vendor for file in files.models for model in file.models}
    by_model = {model.id: model for file in files.models for model in file.models}
    by_provider = {file.provider: file for file in sorted(files.providers, key=lambda file: file.provider)}
    gateways = {gateway.id: gateway for gateway in (files.gateways.gateways if files.gateways else ())}
    profiles: dict[tuple[str, str], tuple[LatencyProfile, ...]] = {}
    for file in files.latency:
        for profile in file.profiles:
            key = (file.provider, profile.model)
            profiles[key] = (*profiles.get(key, ()), profile)
    parts = {
        "models": [by_model[key].model_dump(mode="json") | {"vendor": vendors[key]} for key in sorted(by_model)],
        "providers": [_canonical(file) for file in by_provider.values()],
        "latency": [[*key, [profile.model_dump(mode="json") for profile in profiles[key]]] for key in sorted(profiles)],
        "defaults": files.defaults.model_dump(mode="json", exclude={"sources"}),
        "gateways": [gateways[key].model_dump(mode="json") for key in sorted(gateways)],
    }
    return Catalogue(
        models={key: by_model[key] for key in sorted(by_model)},
        vendors=vendors,
        providers=by_provider,
        offers=tuple(sorted((offer for file in by_provider.values() for offer in file.offers), key=lambda offer: offer.id)),
        pools={f"{file.provider}/{pool.id}": pool for file in by_provider.values() for pool in file.pools},
        profiles=profiles,
        defaults=files.defaults,
        gateways={key: gateways[key] for key in sorted(gateways)},
        digest=hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest(),
    )


def _canonical(file: ProviderFile) -> dict[str, object]:
    # The order of tiers is the provider's ladder and the order of prices is time; that of everything else means nothing.
    content = file.model_dump(mode="json", exclude={"sources"})
    content["offers"].sort(key=lambda offer: offer["id"])
    content["pools"].sort(key=lambda pool: pool["id"])
    content["tools"].sort(key=lambda fee: (fee["tool"], sorted(fee["models"]), fee["effective"] or ""))
    for pool in content["pools"]:
        pool["limits"].sort(key=lambda limit: limit["tier"])
    return content
