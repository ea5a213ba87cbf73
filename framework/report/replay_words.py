"""What the replay of a day says, in sentences with their figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from framework import wording
from framework.axes.assessment import Finding, Verdict
from framework.axes.day_figures import LIMITED
from framework.axes.day_replay import countable
from framework.axes.day_story import MINUTE_US, input_per_minute, too_steep
from framework.axes.tokens import ratio_of
from framework.report import clock, headlines
from framework.report.selection import labels
from framework.report.served import spread
from framework.vocabulary import LIMIT_WORDS

if TYPE_CHECKING:
    from framework.axes.day import Day
    from framework.replayed import Replayed
    from framework.study import Study

SLACK = 1.1
HARSH, KIND = 0, 1
"""Rows of `Answers`: buckets a second deep, and a minute."""
WINDOW_WORDS = {1: "a second deep (harsh)", 60: "a minute deep (kind)"}
DONE = {"refuse": "refused", "wait": "made to wait", "retry": "refused or tried again"}


def place(study: Study, at: int) -> tuple[int, int] | None:
    """`(tier, offer)` of an offer at the user's tier; None without one."""
    tier = int(study.assessments.rate_limits.tier_index[at])
    return None if tier < 0 else (tier, at)


def troubled(replayed: Replayed, window: int, where: tuple[int, int]) -> float:
    """Share of the day's calls that are refused or delayed; NaN where that is not known."""
    found = replayed.answers
    return float(found.refused_share[window][where] + found.delayed_share[window][where])


def of_the_day(study: Study, replayed: Replayed, at: int) -> str:
    """Whether the whole day goes through, and if not how much does not, from when on and by which limit."""
    where, found = place(study, at), replayed.answers
    if where is None or np.isnan(troubled(replayed, HARSH, where)):
        return ""
    day, low, high = replayed.day_of(at), troubled(replayed, KIND, where), troubled(replayed, HARSH, where)
    over = span(day)
    if high == 0:
        known = " by the limits that are published" if study.assessments.rate_limits.verdicts[at] == Verdict.UNKNOWN else ""
        return f"Replayed call by call over {over}, none of {wording.count(day.calls)} calls is refused or has to wait{known}."
    done, binding = DONE[study.load.client.policy], int(found.binding[HARSH][where])
    limit = f", by the {LIMIT_WORDS[LIMITED[binding]]}" if binding >= 0 else ""
    text = f"Replayed call by call over {over}, {spread(low, high)} of the calls are {done}{limit}"
    first = float(found.first_s[HARSH][where])
    return f"{text}; the first one that is refused for good comes {_at(first, day)}." if not np.isnan(first) else f"{text}."


def _at(after_s: float, day: Day) -> str:
    told = clock.moment(after_s, day.starts_s, days=day.days)
    return f"at {told}" if day.starts_s is not None else told


def span(day: Day) -> str:
    """`a day`, `7 days`, `17 min`."""
    return "a day" if 0.9 < day.days < 1.1 else clock.lasting(round(day.days * 86_400))


def merged(day: Day) -> str:
    """That rows stand for several calls; empty where they do not. How far off: held against every call, at up to 4 million a day."""
    if day.merged == 1:
        return ""
    if day.thinned:
        return (
            f"{wording.count(day.calls)} calls are replayed as {wording.count(len(day))} single ones, each stands for {day.merged:,}. Held "
            "against replays of every call, shares of the day were 0.3 points off in the mean and 4 at most; the first refusal can come "
            "some minutes earlier or later, and the longest delay be longer. Users are not told apart."
        )
    return (
        f"{wording.count(day.calls)} calls are replayed as {wording.count(len(day))} rows, each row stands for {day.merged:,} calls. "
        "They come evenly apart, so a burst shorter than a row is not seen. Where a token limit refuses, it is the share of the tokens: of "
        "the calls fewer are refused, since long ones are first. Users are not told apart."
    )


def ramps(study: Study, replayed: Replayed, offers: list[int]) -> list[tuple[str, str]]:
    """`(offer, sentence)` where traffic grows faster than the provider's ramp rule allows."""
    found: list[tuple[str, str]] = []
    busiest: dict[int, float] = {}
    for at in offers:
        rule = study.catalogue.provider_of(study.catalogue.offer(study.columns.ids[at])).enforcement.ramp
        day = replayed.day_of(at)
        if rule is None:
            continue
        if id(day) not in busiest:
            busiest[id(day)] = _most_prompt_tokens(day)
        ratio = float(np.nan_to_num(ratio_of(study.load, study.columns)[at], nan=1.0))
        if busiest[id(day)] * ratio * SLACK <= rule.above_input_tpm:
            continue
        drawn = input_per_minute(replayed.question, day, at)
        steep = too_steep(drawn, above=rule.above_input_tpm, growth_share=rule.growth_share, per_minutes=rule.per_minutes)
        if steep.any():
            first = _at(60.0 * int(steep.argmax()), day)
            rise = f"by more than {wording.share(rule.growth_share)} within {clock.minutes(rule.per_minutes)}"
            text = (
                f"Above {wording.tokens(rule.above_input_tpm)} input tokens a minute traffic may not grow {rise}: it does in "
                f"{clock.minutes(int(steep.sum()))}, the first {first}. Such calls can be refused below the limit; raise the load in steps."
            )
            found.append((study.columns.ids[at], text))
    return found


def _most_prompt_tokens(day: Day) -> float:
    """More input than any minute can be charged: all of each prompt, cached or not; cheap beside the charges themselves."""
    if not len(day):
        return 0.0
    return float(np.bincount(day.time_us // MINUTE_US, weights=day.texts.prompt).max()) * day.merged


def pools(study: Study, offers: list[int]) -> list[str]:
    """Compared offers that draw on the same buckets: one is no way out for another."""
    names, by_pool = labels(study), dict[tuple[str, str], list[str]]()
    for at in offers:
        if (pool := study.columns.limits.pool[at]) is not None:
            by_pool.setdefault((study.columns.providers[at], pool), []).append(names[study.columns.ids[at]])
    return [
        f"{', '.join(who[:-1])} and {who[-1]} draw on the same buckets: falling back from one to another frees nothing."
        for who in by_pool.values()
        if len(who) > 1
    ]


def title_of(study: Study, at: int, tier: int) -> str:
    """`GPT-6 Sol at Launch`."""
    return f"{labels(study)[study.columns.ids[at]]} at {headlines.tier_name(study, at, study.columns.limits.tier_names[at][tier])}"


def findings(study: Study, replayed: Replayed, ids: list[str]) -> tuple[Finding, ...]:
    """Ramps and shared buckets beside what the axis itself finds."""
    offers = [study.columns.index(offer) for offer in ids]
    told = [Finding(text, "warning", offer) for offer, text in ramps(study, replayed, offers)]
    return (*told, *(Finding(text, "info", None) for text in pools(study, offers)))


DEPTH = (
    "Two readings, because no provider publishes how deep its buckets are: *kind* takes a bucket that holds a minute of the limit, *harsh* "
    "one that holds a second; the truth lies between. Output counts when a call is admitted, at the length it will have, or at "
    "`max_tokens` where that is reserved. Retries follow your settings. A limit that is not published is unknown, never free."
)


def nothing_drawn(replayed: Replayed, at: int, tier: int | None) -> str:
    """Why there is no chart of the load."""
    if tier is not None and not countable(replayed.question, at, tier):
        return "What calls draw on the limits there is not known: the model's tokens, its price or its seconds are not."
    return "No limit of a minute is known there: nothing to draw. Your own console may know more: *Your own limits* below takes it."


def no_delays(study: Study) -> str:
    """Why there is no distribution of delays."""
    if study.load.client.policy == "refuse":
        return "A call that a limit refuses fails at once here, so none waits: choose *waits its turn* or *is tried again* to see delays."
    return "No call waits at this tier: all are admitted when they come."
