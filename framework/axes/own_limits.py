"""The limits of the user's own console in the place of the published ones, at the tier in force.

A figure holds for every offer that draws on the same buckets, a monthly cap for every offer of the provider. Meters that are not given,
and all other tiers, stay as published. A meter that is given counts as enforced, so where another tier has no figure for it, it is unknown
there. Where a provider publishes one token meter and input and output are given (or the reverse), both stand: each is a limit.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from framework import wording
from framework.axes.tiers import NO_TIER, choose
from framework.catalogue.columns import Columns
from framework.catalogue.records import METERS
from framework.clients import OwnLimits
from framework.errors import WorkloadError
from framework.vocabulary import LIMIT_WORDS

CAP = "monthly_cap"


@dataclass(frozen=True)
class Held:
    """A figure of the user's own that holds for an offer; `entered_for` is the offer that it was entered for."""

    figure: float
    entered_for: str


def given(own: OwnLimits) -> dict[str, float]:
    """The figures that an entry gives, by dimension."""
    figures = [*((meter, getattr(own, meter)) for meter in METERS), (CAP, own.monthly_cap_usd)]
    return {dimension: figure for dimension, figure in figures if figure is not None}


def sharing(columns: Columns, offer_id: str, dimension: str = METERS[0]) -> tuple[str, ...]:
    """The offers that one limit holds for: those of the same buckets, of a cap those of the same provider."""
    at = columns.index(offer_id)
    whose = columns.providers if dimension == CAP else columns.limits.pool
    if whose[at] is None:
        return (offer_id,)
    return tuple(offer for offer, owner in zip(columns.ids, whose, strict=True) if owner == whose[at])


def held(columns: Columns, own: Mapping[str, OwnLimits]) -> dict[str, dict[str, Held]]:
    """Per offer and dimension, what holds instead of the published figure; `own` by offer id.

    `WorkloadError` where two offers of the same buckets, or two caps of one provider, differ.
    """
    found: dict[str, dict[str, Held]] = {}
    for name, entry in own.items():
        for dimension, figure in given(entry).items():
            for offer in sharing(columns, name, dimension):
                there = found.setdefault(offer, {}).setdefault(dimension, Held(figure, name))
                if there.figure != figure:
                    raise _contradiction(columns, dimension, there, Held(figure, name))
    return found


def _contradiction(columns: Columns, dimension: str, one: Held, other: Held) -> WorkloadError:
    at = columns.index(one.entered_for)
    shared = f"have one cap at {columns.providers[at]}" if dimension == CAP else f"draw on the same buckets ({columns.limits.pool[at]})"
    figures = " and ".join((wording.usd if dimension == CAP else wording.count)(each.figure) for each in (one, other))
    text = (
        f"{one.entered_for} and {other.entered_for} {shared}, but the {LIMIT_WORDS[dimension]} given for them differ: {figures}; "
        "give one figure, or name only one of the two"
    )
    field = f"own_limits.{other.entered_for}"
    return WorkloadError(f"{field}: {text}", ((field, text),))


def with_own(columns: Columns, own: Mapping[str, OwnLimits], tiers: Mapping[str, str]) -> Columns:
    """The columns with the user's own limits, by offer id, at each offer's tier in force: the user's or the provider's default.

    The same columns where there are none, else a copy of what changes. `WorkloadError` for limits that contradict each other, and where no
    tier can be told: they would hold at none.
    """
    if not own:
        return columns
    rows = dict(zip(columns.ids, choose(columns, tiers).index.tolist(), strict=True))
    limits = columns.limits
    limit, enforced, cap = limits.limit.copy(), limits.enforced.copy(), limits.monthly_cap_usd.copy()
    for row, at, dimension, figure in _places(columns, own, rows):
        if dimension == CAP:
            cap[row, at] = figure
        else:
            limit[row, METERS.index(dimension), at] = figure
            enforced[METERS.index(dimension), at] = True
    return dataclasses.replace(columns, limits=dataclasses.replace(limits, limit=limit, enforced=enforced, monthly_cap_usd=cap))


def _places(columns: Columns, own: Mapping[str, OwnLimits], rows: Mapping[str, int]) -> Iterator[tuple[int, int, str, float]]:
    """`(tier, offer, dimension, figure)` of everything that is replaced."""
    at = {offer: place for place, offer in enumerate(columns.ids)}
    for offer, figures in held(columns, own).items():
        for dimension, each in figures.items():
            if rows[offer] == NO_TIER:
                raise _no_tier(columns, each.entered_for)
            yield rows[offer], at[offer], dimension, each.figure


def _no_tier(columns: Columns, offer_id: str) -> WorkloadError:
    at = columns.index(offer_id)
    provider, ladder = columns.providers[at], columns.limits.tier_names[at]
    cure = f"name yours as tiers.{provider} (one of {', '.join(ladder)})" if ladder else "leave this entry out"
    why = f"no tier of {provider} is {'assumed' if ladder else 'known'}, so there is none at which these limits could hold"
    field = f"own_limits.{offer_id}"
    return WorkloadError(f"{field}: {why}: {cure}", ((field, f"{why}: {cure}"),))
