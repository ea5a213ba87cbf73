"""Who scores more than the fallback and was passed over, and by which rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from framework import wording
from framework.report import headlines
from framework.report.selection import exclusions_by_offer, labels
from framework.vocabulary import HOSTS

if TYPE_CHECKING:
    from framework.scoring.results import ChosenPair, PassedOver
    from framework.study import Study

MOST = 5


def passed_over(study: Study) -> list[str]:
    """One sentence per reason, the best scored first; empty where the fallback scores most."""
    pair, names = study.recommendation.pair, labels(study)
    if pair is None:
        return []
    groups: dict[str, list[str]] = {}
    for one in pair.passed_over:
        scored = f"{names[study.columns.ids[one.offer]]} ({one.score:.2f})"
        groups.setdefault(reason(study, pair, one), []).append(scored)
    told = [f"{_listed(who)} {_scores(study, pair, who)}{why}." for why, who in groups.items()]
    return [*told[:MOST], f"{len(told) - MOST} more reasons kept others out."] if len(told) > MOST else told


def _scores(study: Study, pair: ChosenPair, who: list[str]) -> str:
    if pair.fallback is None:
        return "cannot be the fallback: "
    ranks, fallback = "rank" if len(who) > 1 else "ranks", labels(study)[study.columns.ids[pair.fallback]]
    return f"{ranks} higher than {fallback} ({study.recommendation.scores.low[pair.fallback]:.2f}), but "


def _listed(who: list[str]) -> str:
    shown, more = who[:3], len(who) - 3
    if more > 0:
        return f"{', '.join(shown)} and {more} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def reason(study: Study, pair: ChosenPair, one: PassedOver) -> str:
    """Why one offer is not the fallback, for the middle of a sentence."""
    columns, primary = study.columns, labels(study)[study.columns.ids[pair.primary]]
    provider = columns.providers[one.offer]
    match one.why:
        case "shared pool":
            known = columns.limits.pool[one.offer] is not None and columns.limits.pool[pair.primary] is not None
            shared = f"it draws on the same rate limits as {primary}, so that falling back opens no fresh ones"
            return shared if known else f"whether its rate limits are apart from those of {primary} is not known"
        case "prompts":
            return f"only {wording.share(one.share)} of the requests fit it"
        case "tier":
            return _too_small(study, one)
        case "same provider":
            return f"an outage of {_named(study, one.offer)} takes both"
        case "same host":
            return f"it runs on {HOSTS.get(provider, provider)}'s machines as well"
        case "same model":
            return f"it is the same model as {primary}"
        case "hangs on depth":
            return (
                f"how much of the fail-over traffic its tier holds hangs on the depth of its buckets ({wording.share(one.share)} at worst)"
            )
        case _:
            return "whether its tier holds the fail-over traffic is not known, as not every limit is published"


def _named(study: Study, at: int) -> str:
    return study.catalogue.provider_of(study.catalogue.offer(study.columns.ids[at])).name


def _too_small(study: Study, one: PassedOver) -> str:
    tier = study.assessments.rate_limits.tier[one.offer]
    where = headlines.tier_name(study, one.offer, tier) if tier else "its tier"
    if np.isnan(one.share) or one.share >= study.load.target_share:
        found = exclusions_by_offer(study).get(study.columns.ids[one.offer], [])
        said = next((item.reason for item in found if item.gate == "rate_limits"), "a limit is below what it needs")
        return f"{where} does not hold your traffic ({said.rstrip('.')})"
    return f"{where} holds only {wording.share(one.share)} of the fail-over traffic"
