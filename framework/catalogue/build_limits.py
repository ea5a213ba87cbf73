"""Limits at every tier as arrays over offers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from framework.catalogue.columns import Array, LimitColumns, numbers
from framework.catalogue.records import METERS, Enforcement, Pool, RateLimit, Tier

if TYPE_CHECKING:
    from framework.catalogue.catalogue import Catalogue

LONG_METERS = ("rpm", "tpm")


def limit_columns(catalogue: Catalogue) -> LimitColumns:
    """Rows are the tiers of each offer's own provider, lowest first; offers of a provider with fewer tiers are padded with NaN."""
    providers = [catalogue.provider_of(offer) for offer in catalogue.offers]
    ladders = [provider.tiers for provider in providers]
    rules = [provider.enforcement for provider in providers]
    return LimitColumns(
        limit=_limits(catalogue, ladders, METERS, lambda pool: pool.limits),
        long_limit=_limits(catalogue, ladders, LONG_METERS, lambda pool: pool.long.limits if pool.long else ()),
        long_above=numbers([_long_above(catalogue.pool_of(offer)) for offer in catalogue.offers]),
        enforced=np.array([[meter in rule.meters for rule in rules] for meter in METERS], dtype=np.bool_),
        tier_names=tuple(tuple(tier.id for tier in ladder) for ladder in ladders),
        default_tier=tuple(provider.default_tier for provider in providers),
        monthly_cap_usd=_per_tier(ladders, lambda tier: np.inf if tier.uncapped else tier.monthly_cap_usd),
        spend_usd_per_10min=_per_tier(ladders, lambda tier: tier.spend_usd_per_10min),
        qualifies_spend_usd=_per_tier(ladders, lambda tier: tier.qualifies_spend_usd),
        qualifies_days=_per_tier(ladders, lambda tier: tier.qualifies_days),
        cached_counts=numbers([rule.cached_input_counts for rule in rules]),
        max_tokens_reserved=numbers([rule.max_tokens_reserved for rule in rules]),
        subminute=numbers([rule.subminute for rule in rules]),
        burndown=numbers([offer.output_burndown for offer in catalogue.offers]),
        ramp_above_itpm=numbers([_ramp(rule) for rule in rules]),
        pool=tuple(f"{offer.id.partition('/')[0]}/{offer.pool}" if offer.pool else None for offer in catalogue.offers),
    )


def _ramp(rule: Enforcement) -> float | None:
    return rule.ramp.above_input_tpm if rule.ramp else None


def _tier_count(ladders: list[tuple[Tier, ...]]) -> int:
    return max((len(ladder) for ladder in ladders), default=0)


def _long_above(pool: Pool | None) -> float | None:
    return pool.long.above_input_tokens if pool and pool.long else None


def _limits(
    catalogue: Catalogue, ladders: list[tuple[Tier, ...]], meters: tuple[str, ...], limits_of: Callable[[Pool], tuple[RateLimit, ...]]
) -> Array:
    limit = np.full((_tier_count(ladders), len(meters), len(ladders)), np.nan)
    for column, (offer, ladder) in enumerate(zip(catalogue.offers, ladders, strict=True)):
        pool = catalogue.pool_of(offer)
        rows = {tier.id: row for row, tier in enumerate(ladder)}
        for at_tier in limits_of(pool) if pool else ():
            limit[rows[at_tier.tier], :, column] = numbers([getattr(at_tier, meter) for meter in meters])
    return limit


def _per_tier(ladders: list[tuple[Tier, ...]], figure: Callable[[Tier], float | None]) -> Array:
    table = np.full((_tier_count(ladders), len(ladders)), np.nan)
    for column, ladder in enumerate(ladders):
        table[: len(ladder), column] = numbers([figure(tier) for tier in ladder])
    return table
