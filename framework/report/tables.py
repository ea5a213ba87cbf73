"""Rows for the tables of the screens: one dict per offer, worded for people; the same order everywhere, best first, excluded last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from framework import wording
from framework.axes.assessment import Criterion
from framework.axes.context_fit import fit_words
from framework.axes.context_window import binding_limits
from framework.axes.demand import DIMENSIONS
from framework.report import headlines, own_evals, own_limits
from framework.report.charts_range import between
from framework.report.listing import listed
from framework.report.selection import exclusions_by_offer
from framework.vocabulary import LIMIT_WORDS

if TYPE_CHECKING:
    from framework.study import Spend, Study

Row = dict[str, Any]


def cards(study: Study, at: int, criteria: Sequence[Criterion] = ()) -> list[tuple[str, str, str, int]]:
    """The criteria of one offer as `(label, figure, note, verdict)`: the axes, and the team's own evaluation where there is one.

    Or else what is asked for.
    """
    axes, budget = study.assessments, study.workload.budget
    limits, window, speed = axes.rate_limits, axes.context_window, axes.latency
    binding, tier = limits.binding[at], limits.tier[at]
    place = headlines.tier_name(study, at, tier) if tier else "an unknown tier"
    tight = f"{LIMIT_WORDS.get(binding, binding)} at {place}" if binding else f"limits not published at {place}"
    band = wording.between(
        *(wording.probability(float(figure[at])) for figure in (speed.attainment_low, speed.attainment, speed.attainment_high))
    )
    usable = f"{wording.tokens(float(window.usable_tokens[at]))} tokens usable for the prompt"
    return [
        ("Cost a month", headlines.money(study, at), f"budget {wording.usd(budget.monthly_usd)}", int(axes.cost.verdicts[at])),
        ("Replies in time, estimated", band, f"{budget.percentile:g} % asked for", int(speed.verdicts[at])),
        ("Room at peak", wording.factor(float(limits.room[at])), tight, int(limits.verdicts[at])),
        ("Requests that fit the window", wording.share(float(window.fits_share[at])), usable, int(window.verdicts[at])),
        (own_evals.NAME, *own_evals.figure(study, at)),
    ][: len(criteria or study.case.criteria)]


def offer_rows(study: Study, fill: Callable[[int], Row]) -> list[Row]:
    """One row per offer that is listed, with its rank and mark and what `fill` says of it by its position."""
    out = exclusions_by_offer(study)
    answer = study.recommendation
    rows = []
    for at in listed(study):
        offer = study.columns.ids[at]
        mark = "on" if offer == answer.choice else "out" if offer in out else ""
        rows.append({"name": study.columns.names[at], "id": offer, "_class": mark, "rank": _rank(study, at)} | fill(at))
    return rows


def _rank(study: Study, at: int) -> str:
    rank = int(study.recommendation.scores.rank[at])
    return str(rank) if rank else "out"


def against(study: Study, at: int, figures: Any, words: Any) -> str:
    """The difference to the baseline, with its sign; empty without one."""
    base = study.workload.baseline
    if base is None or base not in study.columns.ids:
        return ""
    now = float(figures[study.columns.index(base)])
    change = float(figures[at]) - now
    if study.columns.ids[at] == base:
        return "today"
    if np.isnan(change):
        return wording.UNKNOWN
    return ("+" if change > 0 else "−" if change < 0 else "±") + str(words(abs(change)))


def cost_rows(study: Study, spent: Spend) -> list[Row]:
    """Monthly bill with the range of its draws, per 1,000 requests and per successful task, and what the cache does."""
    bill, drawn = study.assessments.cost, spent.range
    rated = not np.isnan(spent.usd_per_success).all()

    def fill(at: int) -> Row:
        cheapest, success = float(drawn.cheapest_share[at]), float(spent.usd_per_success[at])
        return {
            "usd": wording.usd(float(bill.expected_usd[at])),
            "range": between(drawn, at),
            "cheapest": "" if np.isnan(cheapest) else wording.share(cheapest),
            "each": wording.usd(1000 * float(bill.usd_per_request[at])),
            "success": "" if not rated else wording.UNKNOWN if np.isnan(success) else _per_success(spent, at),
            "sticker": wording.usd(float(bill.sticker_usd[at])),
            "cache": _cache(study, at),
            "long": wording.share(float(bill.long_share[at])),
            "baseline": against(study, at, bill.expected_usd, wording.usd),
            "verdict": int(bill.verdicts[at]),
        }

    return offer_rows(study, fill)


def _per_success(spent: Spend, at: int) -> str:
    """With the interval of the pass rate where cases were counted."""
    ends = (spent.usd_per_success_low, spent.usd_per_success, spent.usd_per_success_high)
    return wording.between(*("none succeeds" if np.isinf(end[at]) else wording.usd(float(end[at])) for end in ends))


def _cache(study: Study, at: int) -> str:
    bill = study.assessments.cost
    if not study.load.converses and not study.workload.caching.prefix_tokens:
        return "no prefix"
    if not bill.cached[at]:
        return "not cached"
    if bill.stored[at]:
        return "stored, 100 % hits"
    found = "of what was sent before" if study.load.converses else "hits"
    return f"{wording.share(float(bill.hit_rate[at]))} {found}" + (f", {bill.lifetime[at]}" if bill.lifetime[at] else "")


def limit_figures(study: Study, at: int) -> list[Row]:
    """Every limit of one offer at the user's tier: demand at peak, limit, share; `whose` is empty where all are the published ones."""
    limits, columns, whose = study.assessments.rate_limits, study.columns.limits, own_limits.whose(study, at)
    names = columns.tier_names[at]
    tier = names.index(limits.tier[at]) if limits.tier[at] in names else None
    rows = []
    for row, dimension in enumerate(DIMENSIONS):
        is_meter = row < columns.limit.shape[1]
        ceiling = float("nan") if tier is None else _ceiling(study, dimension, tier, row, at)
        enforced = bool(columns.enforced[row, at]) if is_meter else not np.isnan(ceiling)
        if enforced or not np.isnan(ceiling):
            money = not is_meter
            load = float(limits.peak_load[row, at]) if is_meter else float(limits.use[row, at]) * ceiling
            words = wording.usd if money else wording.count
            rows.append(
                {
                    "name": LIMIT_WORDS[dimension],
                    "load": words(load),
                    "limit": words(ceiling),
                    "use": wording.share(float(limits.use[row, at])),
                    "whose": whose.get(dimension, "published") if whose else "",
                }
            )
    return rows


def _ceiling(study: Study, dimension: str, tier: int, row: int, at: int) -> float:
    columns = study.columns.limits
    if dimension == "monthly_cap":
        return float(columns.monthly_cap_usd[tier, at])
    if dimension == "spend_10min":
        return float(columns.spend_usd_per_10min[tier, at])
    return float(columns.limit[tier, row, at])


def context_rows(study: Study) -> list[Row]:
    """What fits, and the three limits it has to fit in."""
    window, columns, limits = study.assessments.context_window, study.columns, binding_limits(study.load, study.columns)

    def fill(at: int) -> Row:
        return {
            "words": fit_words(window, at),
            "fits": wording.between(*(wording.share(float(getattr(window, "fits_share" + end)[at])) for end in ("_low", "", "_high"))),
            "limit": limits[at] or wording.UNKNOWN,
            "prompt": wording.tokens(float(window.prompt_tokens[at])),
            "usable": wording.tokens(float(window.usable_tokens[at])),
            "window": wording.tokens(float(columns.window_tokens[at])),
            "input": wording.tokens(float(columns.max_input_tokens[at])),
            "output": wording.tokens(float(columns.max_output_tokens[at])),
            "chunks": wording.count(float(window.chunks_that_fit[at])),
            "turns": wording.count(float(window.turns_that_fit[at])),
            "cliff": "none" if np.isinf(window.turns_to_cliff[at]) else f"turn {wording.count(float(window.turns_to_cliff[at]))}",
            "verdict": int(window.verdicts[at]),
        }

    return offer_rows(study, fill)


def ranking_rows(study: Study) -> list[Row]:
    """Score, values per axis and how often an offer wins the draws; eligible offers only."""
    scores, answer = study.recommendation.scores, study.recommendation

    def fill(at: int) -> Row:
        values = [_value(float(low), float(high)) for low, high in zip(scores.value_low[:, at], scores.value_high[:, at], strict=True)]
        marks = ("choice " if study.columns.ids[at] == answer.choice else "") + (
            "fallback" if study.columns.ids[at] == answer.fallback else ""
        )
        return {
            "score": f"{scores.low[at]:.2f}" + (f" to {scores.high[at]:.2f}" if scores.high[at] - scores.low[at] > 0.005 else ""),
            "cost": values[0],
            "latency": values[1],
            "limits": values[2],
            "context": values[3],
            "success": values[4] if len(values) > 4 else "",
            "wins": wording.share(answer.win_share.get(study.columns.ids[at], 0.0)) if answer.win_share else "",
            "topsis": f"{scores.topsis[at]:.2f}" if not np.isnan(scores.topsis[at]) else "",
            "usd": wording.usd(float(study.assessments.cost.expected_usd[at])),
            "mark": marks.strip() or ("dominated" if scores.dominated[at] else ""),
        }

    return [row for row in offer_rows(study, fill) if row["rank"] != "out"]


def _value(low: float, high: float) -> str:
    if low <= 0 and high >= 1:
        return wording.UNKNOWN
    return f"{low:.2f}" if high - low < 0.005 else f"{low:.2f} to {high:.2f}"
