"""The words of a decision beside its reasons: what was asked, what was assumed, who is out, what to watch. Used by screen, PDF and ADR."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from framework import wording
from framework.axes.assessment import AXES, Axis
from framework.report.headlines import AXIS_NAMES, headline, headlines, recommendation
from framework.report.selection import exclusions_by_offer, labels, named
from framework.report.sources import Footnote, Footnotes, footnotes
from framework.scoring.reasons import GATE_WORDS, flip_sentence

if TYPE_CHECKING:
    from framework.scoring.results import Exclusion
    from framework.study import Study

__all__ = [
    "Footnote",
    "Footnotes",
    "assumptions",
    "drivers",
    "exclusions",
    "flips",
    "footnotes",
    "headline",
    "headlines",
    "prices_as_of",
    "recommendation",
    "revisit",
    "scheduled",
    "workload_facts",
]

STALE_DAYS = 60
ONE_BY_ONE = 5


def prices_as_of(study: Study) -> str:
    """`Prices as of 2026-11-17`."""
    day = study.recommendation.prices_as_of
    return f"Prices as of {day.isoformat()}" if day else "Prices of no known day"


def workload_facts(study: Study) -> list[tuple[str, str]]:
    """The workload as `(what, figure)` pairs."""
    work = study.workload
    traffic, tokens, caching, context, budget = work.traffic, work.tokens, work.caching, work.context, work.budget
    hits = (
        "not cached"
        if not caching.prefix_tokens
        else f"{wording.tokens(caching.prefix_tokens)} prefix, "
        + (
            f"{wording.share(caching.hit_rate)} hits"
            if caching.hit_rate is not None
            else f"{wording.count(caching.prefixes)} distinct, hits derived"
        )
    )
    replies = f"whole reply {wording.seconds(budget.response_s)}, {budget.percentile:g} % of requests"
    return [
        (
            "API calls",
            f"{wording.count(traffic.requests_per_day)} a day in {traffic.active_hours:g} hours, peak {traffic.peak_factor:g} times the mean",
        ),
        ("Batch share", wording.share(traffic.batch_share)),
        ("Prompt", _length(tokens.input_mean, tokens.input_p95)),
        ("Reply", _length(tokens.output_mean, tokens.output_p95)),
        ("Reasoning", f"{wording.tokens(tokens.reasoning_mean)} tokens a reply"),
        ("Cache", hits),
        (
            "Context",
            f"{wording.tokens(context.system_tokens)} system, {context.chunks:g} chunks of {wording.tokens(context.chunk_tokens)}, "
            f"{context.turns:g} turns of {wording.tokens(context.turn_tokens)}, {wording.tokens(context.output_reserve_tokens)} reserved",
        ),
        ("Budget", f"{wording.usd(budget.monthly_usd)} a month"),
        ("Time", (f"first token {wording.seconds(budget.ttft_s)}, " if budget.streaming else "") + replies),
        ("Needs", _needs(study)),
        ("On today", "nothing named" if work.baseline is None else labels(study).get(work.baseline, work.baseline)),
    ]


def _length(mean: float, p95: float | None) -> str:
    spread = f", 95 % below {wording.tokens(p95)}" if p95 is not None else ", no spread given"
    return f"{wording.tokens(mean)} tokens on average{spread}"


def _needs(study: Study) -> str:
    needs = study.workload.needs
    parts = [f"{needs.capability_class} class or better", *(feature.replace("_", " ") for feature in needs.features)]
    parts += [f"from {', '.join(needs.providers)}"] if needs.providers else ["any provider"]
    parts += [f"served in {', '.join(needs.regions)}"] if needs.regions else []
    return ", ".join(parts)


def drivers(study: Study) -> list[str]:
    """What counts and how much: weights with their anchors, then the gates."""
    weights = study.recommendation.scores.weights / study.recommendation.scores.weights.sum()
    anchors = study.priorities.anchors(study.workload.budget)
    words = {
        "cost": lambda value: f"{wording.usd(value)} a month",
        "latency": lambda value: f"{wording.share(value)} in time",
        "rate_limits": lambda value: f"{wording.factor(value)} headroom",
        "context_window": lambda value: f"{wording.share(value)} of requests fit",
    }
    told = [
        f"{AXIS_NAMES[axis]}, weight {wording.share(float(weights[row]))}: worth 1 at {words[axis](anchors[axis].good)}, "
        f"0 at {words[axis](anchors[axis].unacceptable)}"
        for row, axis in enumerate(AXES)
    ]
    return [
        *told,
        f"Must-haves: {_needs(study)}; within {wording.usd(study.workload.budget.monthly_usd)} a month; within window and rate limits",
    ]


def assumptions(study: Study) -> list[str]:
    """What the figures rest on, and what they leave out."""
    work = study.workload
    tiers = ", ".join(f"{provider} {tier}" for provider, tier in work.tiers.items())
    counted = (
        "Token counts are taken as each model's own."
        if work.tokens.tokenizer == "own"
        else ("Token counts are o200k tokens, converted by each model's published or estimated ratio; its range is part of the cost range.")
    )
    hits = (
        "The cache hit rate is the one given."
        if work.caching.hit_rate is not None
        else ("The cache hit rate is derived from the traffic per prefix and the lifetime sold, for evenly mixed arrivals.")
    )
    told = [
        "A month has 30 days; lengths are log-normal with the mean and 95th percentile given, so price steps for long prompts are exact.",
        counted,
        hits if work.caching.prefix_tokens else "No reusable prefix is given, so nothing is billed as cached.",
        f"Usage tiers: {tiers}; elsewhere the tier a new account gets."
        if tiers
        else "Usage tiers: the one a new account gets, as none is given.",
        "Time to first token and speed are published readings on other people's traffic, widened for their age; they are estimates until "
        "you measure your own.",
        "No provider publishes how deep its rate-limit buckets are: use of a limit is for the busiest minute; within a second it can be higher.",
        "List prices: no taxes, negotiated discounts, tool or search fees, failed calls or retries.",
        "Quality is not measured: the class is the vendor's own positioning. Try the choice on your own tasks before you sign.",
    ]
    return told + list(work.warnings())


def exclusions(study: Study) -> list[tuple[str, str]]:
    """`(offers, why)`: near misses one by one with their figures and the cure, the rest one line per gate; the fewest first."""
    out = exclusions_by_offer(study)
    counts = Counter(items[0].gate for items in out.values())
    told: list[tuple[str, str]] = []
    for gate, count in sorted(counts.items(), key=lambda item: item[1]):
        mine = [offer for offer, items in out.items() if items[0].gate == gate]
        if gate in ("budget", "context_window", "rate_limits") and count <= ONE_BY_ONE:
            told += [(labels(study)[offer], _in_full(out[offer])) for offer in mine]
        else:
            told.append((f"{count} {GATE_WORDS[gate]}", _listed(study, mine)))
    return told


def _in_full(items: list[Exclusion]) -> str:
    return " ".join([*(item.reason for item in items), items[0].cure or ""]).strip()


def _listed(study: Study, offers: list[str]) -> str:
    """The cheapest first: those are the ones whose absence a reader asks about."""
    cost = {offer: study.assessments.cost.expected_usd[study.columns.index(offer)] for offer in offers}
    ordered = sorted(offers, key=lambda offer: (np.nan_to_num(cost[offer], nan=np.inf), offer))
    return ", ".join(labels(study)[offer] for offer in ordered[:6]) + (f" and {len(offers) - 6} more" if len(offers) > 6 else "")


def flips(study: Study) -> list[str]:
    """What would change the choice, in words."""
    names = labels(study)
    return [flip_sentence(flip, names) for flip in study.recommendation.flip_points]


def scheduled(study: Study, offers: list[int] | None = None) -> list[tuple[dt.date, str]]:
    """Announced price changes and retirements of these offers (choice, fallback and baseline by default), the next first."""
    found: list[tuple[dt.date, str]] = []
    for at in named(study) if offers is None else offers:
        offer_id = study.columns.ids[at]
        name = labels(study)[offer_id]
        coming = study.catalogue.next_change(study.catalogue.offer(offer_id), study.on)
        if coming is not None and coming.effective is not None:
            sure = ", announced and revocable" if coming.revocable else ""
            prices = f"{_mtok(coming.input_mtok)} input and {_mtok(coming.output_mtok)} output per million tokens"
            found.append((coming.effective, f"{name} changes price on {coming.effective.isoformat()}: {prices}{sure}"))
        if not np.isnan(study.columns.retires_ordinal[at]):
            gone = dt.date.fromordinal(int(study.columns.retires_ordinal[at]))
            found.append(
                (
                    gone,
                    f"{name} is switched off on {gone.isoformat()}"
                    if gone >= study.on
                    else f"{name} was switched off on {gone.isoformat()}",
                )
            )
    return sorted(found)


def _mtok(usd: float | None) -> str:
    return wording.usd(usd)


def revisit(study: Study) -> list[str]:
    """Triggers: flip points, scheduled changes, the review day, and the day on which the prices become old."""
    answer = study.recommendation
    told = flips(study) + [text + "." for _, text in scheduled(study)]
    told += [f"{labels(study)[offer]} turns out better than assumed: {what}" for offer, what in answer.could_win[:2]]
    if study.workload.needs.review_by is not None:
        told.append(f"The day {study.workload.needs.review_by.isoformat()} has come: the review date of this workload.")
    if answer.prices_as_of is not None:
        old = answer.prices_as_of + dt.timedelta(days=STALE_DAYS)
        told.append(f"The prices have not been read again by {old.isoformat()}, {STALE_DAYS} days after the last reading.")
    else:
        told.append("The prices have no known date: read them again before relying on them.")
    return told


def axis_figure(study: Study, axis: Axis, at: int) -> str:
    """The figure that an axis is valued by, for people."""
    axes = study.assessments
    if axis == "cost":
        return f"{wording.usd(float(axes.cost.expected_usd[at]))} a month"
    if axis == "latency":
        return f"{wording.probability(float(axes.latency.attainment[at]))} of requests in time"
    if axis == "rate_limits":
        return f"{wording.factor(float(axes.rate_limits.headroom[at]))} headroom at peak"
    return f"{wording.share(float(axes.context_window.fits_share[at]))} of requests fit"
