"""Which rung of a provider's ladder is in force, and what reaching a higher one takes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from framework import wording
from framework.catalogue.columns import Array, Bools, Columns, Ints, LimitColumns
from framework.errors import WorkloadError

NO_TIER = -1


@dataclass(frozen=True, eq=False)
class TierChoice:
    """Per offer: row of the ladder (-1 where there is none), its name, and whether it was assumed because none was given."""

    index: Ints
    names: tuple[str | None, ...]
    assumed: Bools


def choose(columns: Columns, tiers: Mapping[str, str]) -> TierChoice:
    """The user's tier per offer, else the provider's default. `WorkloadError` names every tier that is not on its provider's ladder."""
    limits = columns.limits
    _refuse_unknown(columns, tiers)
    wanted = [tiers.get(provider, default) for provider, default in zip(columns.providers, limits.default_tier, strict=True)]
    names = tuple(tier if tier in ladder else None for tier, ladder in zip(wanted, limits.tier_names, strict=True))
    index = [ladder.index(tier) if tier is not None else NO_TIER for tier, ladder in zip(names, limits.tier_names, strict=True)]
    assumed = np.array([provider not in tiers for provider in columns.providers], dtype=bool)
    return TierChoice(np.array(index, dtype=np.int64), names, assumed)


def _refuse_unknown(columns: Columns, tiers: Mapping[str, str]) -> None:
    ladders = dict(zip(columns.providers, columns.limits.tier_names, strict=True))
    problems = []
    for provider, tier in tiers.items():
        ladder = ladders.get(provider)
        if ladder is not None and tier not in ladder:
            there = f"has {', '.join(ladder)}" if ladder else "has no tiers: leave it out"
            problems.append((f"tiers.{provider}", f"{provider} has no tier {tier!r}; it {there}"))
    if problems:
        raise WorkloadError("; ".join(f"{field}: {text}" for field, text in problems), tuple(problems))


def ladder(limits: LimitColumns) -> Array:
    """Every limit at every tier, `(tiers, dimensions, offers)`: the meters, USD per ten minutes, USD a month; NaN where there is none."""
    table = np.concatenate([limits.limit, limits.spend_usd_per_10min[:, None], limits.monthly_cap_usd[:, None]], axis=1)
    return np.where(np.isinf(table), np.nan, table)


def at_tier(table: Array, index: Ints) -> Array:
    """The rows in force: `(tiers, dimensions, offers)` -> `(dimensions, offers)`, NaN where an offer has no tier."""
    chosen = np.take_along_axis(table, np.maximum(index, 0)[None, None, :], axis=0)[0]
    return np.where(index == NO_TIER, np.nan, chosen)


def rungs(limits: LimitColumns) -> Bools:
    """Which rows are tiers of the offer and not padding, shape `(tiers, offers)`."""
    heights = np.array([len(names) for names in limits.tier_names])
    return np.arange(limits.limit.shape[0])[:, None] < heights[None, :]


def title(tier: str) -> str:
    """`launch` as it stands in a sentence: `Launch`."""
    return tier[:1].upper() + tier[1:]


def reaching(limits: LimitColumns, tier: int, offer: int) -> str:
    """`reach Launch: $100 paid in total, no waiting`."""
    name = title(limits.tier_names[offer][tier])
    spend, days = limits.qualifies_spend_usd[tier, offer], limits.qualifies_days[tier, offer]
    if math.isnan(spend):
        return f"reach {name}: its threshold is not published, ask in the provider's console"
    paid = f"{wording.usd(float(spend)).removesuffix('.00')} paid in total" if spend > 0 else "no payment asked"
    if math.isnan(days):
        return f"reach {name}: {paid}"
    return f"reach {name}: {paid}, {'no waiting' if days == 0 else f'{days:.0f} days of waiting'}"
