"""Which offers the screens list, in which order, and how they say what they leave out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from framework.report.selection import eligible, named, nearest

if TYPE_CHECKING:
    from framework.study import Study


def listed(study: Study) -> list[int]:
    """Eligible offers by rank, then the excluded ones of the providers asked for, the nearest to fitting first, the retired last."""
    asked = study.workload.needs.providers
    rest = [at for at, provider in enumerate(study.columns.providers) if not asked or provider in asked]
    return list(dict.fromkeys([*eligible(study), *nearest(study), *rest]))


def shown_ids(study: Study) -> list[str]:
    """Their ids."""
    return [study.columns.ids[at] for at in listed(study)]


def compared_ids(study: Study) -> list[str]:
    """Ids of the offers in the running: those that fit, and choice, fallback and baseline; where none fits, the nearest."""
    return [study.columns.ids[at] for at in dict.fromkeys([*(eligible(study) or nearest(study)), *named(study)])]


def billed_groups(study: Study) -> dict[str, str]:
    """The groups of sources that a bill rests on: fees of tools and thinking by effort only where it has any."""
    load = study.load
    groups = {"price": "Prices", "tokenizer": "Tokens per o200k token", "caching": "How caches live"}
    groups |= {"tools": "Fees of tools"} if any(load.tool_calls) else {}
    return groups | ({"reasoning": "Reasoning by effort"} if load.reasoning_mean and load.effort != "medium" else {})


def drawn(study: Study, count: int = 8) -> str:
    """Which offers a chart of `count` rows or lines leaves to the table; empty where it leaves none."""
    fit = eligible(study)
    if not fit:
        return "No offer fits: these are the nearest ones. The table has all of the providers asked for."
    return (
        f"The best ranked of the {len(fit)} offers that fit, {count} at most, with choice, fallback and baseline; the table has all."
        if len(fit) > count
        else ""
    )


def named_ids(study: Study) -> list[str]:
    """Ids of choice, fallback and baseline; where none fits, of the nearest offer."""
    return [study.columns.ids[at] for at in dict.fromkeys([*named(study), *([] if eligible(study) else nearest(study)[:1])])]


def passing(study: Study) -> str:
    """How many offers are in the running, and how many are asked for at all."""
    asked = study.workload.needs.providers
    of = sum(not asked or provider in asked for provider in study.columns.providers)
    whose = "the providers you compare" if asked else "all providers"
    return (
        f"{len(eligible(study))} of the {of} offers of {whose} pass your must-haves; the other pages compare them axis by axis, "
        "and the recommendation says what would change the answer."
    )
