"""The pair in words: how the fallback holds its role, who was passed over, how often neither answers, what a fail-over costs.

One source for the screen, the PDF, the ADR and the terminal; every figure comes from the study, its outage drill or `pricing/uptime.yaml`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from framework import wording
from framework.outage import drill
from framework.outage_year import Range
from framework.pair import PairWorth, worth_of
from framework.report import headlines
from framework.report.outage_tables import basis_of
from framework.report.pair_passed import passed_over
from framework.report.rollout import rollout
from framework.report.rollout_differences import difference_rows
from framework.report.selection import labels
from framework.scoring.exclusions import FEATURE_WORDS
from framework.scoring.results import SAME_HOST, SAME_PROVIDER
from framework.scoring.rollup import roll_up
from framework.simulation.uptime import uptime
from framework.vocabulary import HOSTS

if TYPE_CHECKING:
    from framework.outage import Drill
    from framework.scoring.results import ChosenPair
    from framework.study import Study

NEGLIGIBLE, UNTOLD, FEW = 0.005, 5e-4, 5


def worth(study: Study, drilled: Drill | None = None) -> PairWorth | None:
    """What the pair is worth, from the drill of choice and fallback; None where there are not both."""
    pair = study.recommendation.pair
    if pair is None or pair.fallback is None:
        return None
    return worth_of(study, pair, drilled or drill(study))


def answer(study: Study, found: PairWorth | None) -> list[str]:
    """What a reader wants to know first: how the fallback holds its role, who was passed over, how often neither answers, what it costs."""
    if study.recommendation.pair is None:
        return []
    told = [role(study), *passed_over(study)]
    return told if found is None else [*told, availability(study, found), fail_over(found)]


def paragraph(study: Study, found: PairWorth | None) -> list[str]:
    """Everything that is said of the pair, in sentences; empty where no fallback is asked for or nothing fits. `found`: its worth."""
    told = answer(study, found)
    return told if found is None else [*told, in_step(study), *filter(None, [rests_on(study, found)])]


def role(study: Study) -> str:
    """How the fallback holds its role: whose it is, what its tier serves, what fits, how prompts grow, where it is served."""
    pair, names = study.recommendation.pair, labels(study)
    if pair is None or pair.fallback is None:
        return "No offer holds in the role of a fallback: an outage of the choice stops the workload."
    first, name, needs = names[study.columns.ids[pair.primary]], names[study.columns.ids[pair.fallback]], study.workload.needs
    parts = [_apart(study, pair), _tier(study, pair, pair.fallback), _fits(study, pair), _grows(pair)]
    parts += [f"it is served in {' and '.join(needs.regions)}"] if needs.regions else []
    parts += [f"it supports {' and '.join(FEATURE_WORDS[one] for one in needs.features)}"] if needs.features else []
    return f"{first} with {name} as the fallback: {'; '.join(parts)}."


def _apart(study: Study, pair: ChosenPair) -> str:
    columns, at = study.columns, pair.fallback or 0
    if pair.independence == SAME_PROVIDER:
        return "limits of its own, but the same provider, whose outage takes both"
    apart = "another provider with limits of its own"
    if pair.independence == SAME_HOST:
        apart = f"another provider, but on {HOSTS[columns.providers[at]]}'s machines as well"
    return f"{apart}, the same model" if pair.same_model else f"{apart} and another model"


def _tier(study: Study, pair: ChosenPair, at: int) -> str:
    tier = study.assessments.rate_limits.tier[at]
    where = f"at {headlines.tier_name(study, at, tier)} it" if tier else "it"
    if pair.holds == "unknown":
        return f"whether {where} holds your peak is not known, as a limit, or its tokens, are not"
    low, high = wording.share(min(pair.served, pair.served_worst)), wording.share(max(pair.served, pair.served_worst))
    share = high if low == high else f"{low.removesuffix(' %')} to {high}"
    hangs = ", by how deep its buckets are" if pair.holds == "hangs on depth" else ""
    return f"{where} serves {share} of your peak arriving at once on a cold cache{hangs}"


def _fits(study: Study, pair: ChosenPair) -> str:
    if math.isnan(pair.lost_share):
        return "whether your prompts fit it is not known"
    if pair.lost_share >= UNTOLD:
        lost = wording.share(pair.lost_share)
        return f"{lost} of the prompts fit {labels(study)[study.columns.ids[pair.primary]]} and not it"
    return "what fits the primary fits it"


def _grows(pair: ChosenPair) -> str:
    """By how much the same text grows in its tokens."""
    if math.isnan(pair.growth):
        return "how many tokens your prompts are there is not known: count a few"
    change = pair.growth - 1
    if abs(change) < NEGLIGIBLE:
        return "the same text is as many tokens there"
    return f"the same text is likely {wording.share(abs(change))} {'more' if change > 0 else 'fewer'} tokens there"


def availability(study: Study, found: PairWorth) -> str:
    """How long the primary alone and both together leave calls without an answer in a year, and what that assumes."""
    pair = found.pair
    ours, theirs = (provider_name(study, at) for at in (pair.primary, pair.fallback or 0))
    if found.primary is None:
        return f"How often {ours} fails is not known well enough, so the availability of the pair is unknown."
    alone = f"Judged by posted incidents, {ours} alone answers {percent(found.availability_alone)} of the time"
    alone += f" ({hours(found.alone)} a year without an answer)"
    if pair.independence == SAME_PROVIDER:
        return f"{alone}; the fallback is of the same provider and changes nothing in its outages."
    if math.isnan(found.together.high):
        why = "how often both fail together on one operator's machines" if pair.independence == SAME_HOST else f"how often {theirs} fails"
        return f"{alone}; with the fallback it is unknown, as {why} is not known."
    both = f"with the fallback {percent(found.availability_together)} ({hours(found.together)})"
    unsure = "" if pair.holds == "yes" else " and its tier holds"
    return f"{alone}, {both}, if the two fail independently{unsure}."


def rests_on(study: Study, found: PairWorth) -> str:
    """Days and confidence of what the availability rests on, in a sentence; empty where nothing is known."""
    known = {one.provider: one for one in (found.primary, found.fallback) if one is not None}
    names = {one: provider_name(study, study.columns.providers.index(one)) for one in known}
    each = [f"{names[one.provider]} from {one.rate_from} to {one.rate_to} (confidence {one.confidence})" for one in known.values()]
    failing = uptime().failing
    low, high = wording.share(failing.partial_share).removesuffix(" %"), wording.share(failing.major_share)
    lead = f"Posted incidents overstate downtime, and that {low} to {high} of the calls fail inside one is assumed"
    return f"{lead}; read for {', '.join(each)}." if each else ""


def provider_name(study: Study, at: int) -> str:
    """What a provider calls itself."""
    return study.catalogue.provider_of(study.catalogue.offer(study.columns.ids[at])).name


def fail_over(found: PairWorth) -> str:
    """What an hour and a year of fail-over cost, with a cold cache."""
    hour = found.hour
    if math.isnan(hour.cold_usd):
        return "What a fail-over costs is unknown, because a price or the tokens of the fallback are not known."
    cold = f"An hour of fail-over in the busiest hours costs {wording.usd(hour.cold_usd)} with its cache cold"
    cold += f" ({wording.usd(hour.warm_usd)} with a warm one)" if _dearer(hour.cold_usd, hour.warm_usd) else ""
    told = cold if math.isnan(hour.primary_usd) else f"{cold}, against {wording.usd(hour.primary_usd)} at the primary"
    return f"{told}; {_of_a_year(found.extra_usd)}."


def _dearer(cold_usd: float, warm_usd: float) -> bool:
    """A cold cache saves nothing: where sampled calls say so by a hair, the two are alike."""
    return cold_usd > warm_usd and wording.usd(cold_usd) != wording.usd(warm_usd)


def _of_a_year(extra: Range) -> str:
    if math.isnan(extra.high):
        return "how much that is in a year is not known"
    sign, amount = ("less" if extra.high < 0 else "more"), usd_range(extra)
    return f"the incidents of a year come to {amount} {sign} than the same calls at the primary"


def usd_range(found: Range) -> str:
    """`$34 to $115`, without its sign: an expectation is told in whole dollars where there are ten or more."""
    low, high = (f"${value:,.0f}" if (value := abs(end)) >= 10 else wording.about_usd(value) for end in (found.low, found.high))
    return high if low == high else f"{low} to {high}"


def in_step(study: Study) -> str:
    """What keeping both integrated costs as far as that is known, and what has to be kept in step."""
    fee = "Paid by use, neither has a known fee for standing ready, so that an unused fallback costs nothing a month"
    found = differences(study)
    if found is None:
        return f"{fee}. What differs between the two is not listed, as the abstraction layer cannot call both."
    differ, unknown, total = found
    doubt = f", {len(unknown)} are not known" if unknown else ""
    named = ", ".join(_inside(name) for name in differ[:FEW]) + (", ..." if len(differ) > FEW else "")
    return (
        f"{fee}. To be kept in step between the two: {len(differ)} of {total} points differ{doubt}{f' ({named})' if named else ''}; "
        "the roll-out lists them all. That work is not put in money."
    )


def _inside(name: str) -> str:
    return name[:1].lower() + name[1:]


def differences(study: Study) -> tuple[list[str], list[str], int] | None:
    """Points of the roll-out's checklist that differ, those of which it is not known, and how many there are; None: not both callable."""
    rows = difference_rows(rollout(study))
    if not rows:
        return None
    named = {kind: [str(row["name"]) for row in rows if row["differs"] == kind] for kind in ("yes", "unknown")}
    return named["yes"], named["unknown"], len(rows)


def percent(found: Range) -> str:
    """`96.92 to 99.08 %`: an availability, to two decimals; what is nearer to 100 than that is said so."""
    low, high = ("> 99.99" if 0.99995 <= value < 1 else f"{100 * value:.2f}" for value in (found.low, found.high))
    return f"{high} %" if low == high else f"{low} to {high} %"


def hours(found: Range) -> str:
    """`81 to 270 hours`, `1.1 to 12 hours`, `20 to 50 minutes`: an expectation, in two figures."""
    unit, scale = ("hours", 1) if found.high >= 1 else ("minutes", 60)
    low, high = (_two_figures(value * scale) for value in (found.low, found.high))
    return f"{high} {unit}" if low == high else f"{low} to {high} {unit}"


def _two_figures(value: float) -> str:
    if value <= 0:
        return "0"
    places = 1 - math.floor(math.log10(value))
    return f"{round(value, places):,.{max(places, 0) if places < 3 else 2}f}".removesuffix(".0")


def basis(found: PairWorth) -> list[str]:
    """Where the availability comes from: what is assumed, days, confidence and weakness of each provider's figures."""
    return basis_of(found.primary, found.fallback) if found.primary is not None or found.fallback is not None else []


def by_provider(study: Study) -> list[str]:
    """The roll-up as sentences: `OpenAI API: GPT-6 Sol, rank 2, scores 0.66, $2,223 a month (6 of its 24 offers pass).`"""
    asked, answer, names = study.workload.needs.providers, study.recommendation, labels(study)
    told = []
    for one in roll_up(study.columns, answer):
        if asked and one.provider not in asked:
            continue
        who = provider_name(study, study.columns.providers.index(one.provider))
        if one.best is None:
            why = f" {names[one.nearest.offer]}: {one.nearest.reason}" if one.nearest else ""
            told.append(f"{who}: none of its {one.offers} offers passes.{why}")
            continue
        usd = wording.usd(float(study.assessments.cost.expected_usd[one.best]))
        figures = f"rank {int(answer.scores.rank[one.best])}, scores {answer.scores.low[one.best]:.2f}, {usd} a month"
        told.append(f"{who}: {names[study.columns.ids[one.best]]}, {figures} ({one.passing} of its {one.offers} offers pass).")
    return told
