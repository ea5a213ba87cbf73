"""Tables of the context-window page: the plans of retrieval and of conversations, and what becomes of calls that are too long."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from framework import wording
from framework.axes.context_fit import Fit, fit_words
from framework.report.selection import exclusions_by_offer
from framework.report.tables import Row
from framework.report.window_words import in_time, saved

if TYPE_CHECKING:
    from framework.planning.conversation_plan import ConversationPlan, Cut
    from framework.planning.retrieval_plan import RetrievalPlan
    from framework.study import Study

WORST_FIRST = (Fit.NONE, Fit.OVERFLOWS, Fit.UNKNOWN, Fit.TIGHT, Fit.ROOM)


def _rows(study: Study, places: Sequence[int], fill: Callable[[int], Row]) -> list[Row]:
    """One row per place of a plan; `fill` is told the position in it."""
    out, choice = exclusions_by_offer(study), study.recommendation.choice
    found = []
    for row, at in enumerate(places):
        offer = study.columns.ids[at]
        mark = "on" if offer == choice else "out" if offer in out else ""
        found.append({"name": study.columns.names[at], "id": offer, "_class": mark} | fill(row))
    return found


def retrieval_rows(study: Study, plan: RetrievalPlan) -> list[Row]:
    """Chunks against whole documents on every axis."""

    def fill(row: int) -> Row:
        told: Row = {"whole_share": wording.share(float(plan.whole_share[row]))}
        for name, variant in (("chunked", plan.chunked), ("whole", plan.whole)):
            told |= {
                f"usd_{name}": wording.usd(float(variant.usd[row])),
                f"ttft_{name}": wording.seconds(float(variant.ttft_s[row])),
                f"use_{name}": wording.share(float(variant.input_use[row])),
                f"fit_{name}": fit_words(variant.assessments.context_window, row),
            }
        return told

    return _rows(study, plan.places, fill)


def budget_rows(study: Study, plan: RetrievalPlan) -> list[Row]:
    """The most chunks by each bound, the advice, and what prompts cost that follow it or fill the window."""
    budget = plan.budget

    def fill(row: int) -> Row:
        return {
            "window": wording.count(float(budget.window[row])),
            "cliff": "none" if np.isinf(budget.cliff[row]) else wording.count(float(budget.cliff[row])),
            "latency": in_time(budget.latency[row]),
            "best": wording.count(float(budget.best[row])),
            "unhurried": wording.count(float(budget.unhurried[row])),
            "binds": budget.binds[row] or wording.UNKNOWN,
            "advised_usd": wording.usd(float(plan.advised.usd[row])),
            "full_usd": wording.usd(float(plan.full.usd[row])),
            "full_ttft": wording.seconds(float(plan.full.ttft_s[row])),
        }

    return _rows(study, plan.places, fill)


def conversation_rows(study: Study, plan: ConversationPlan) -> list[Row]:
    """How many turns, and the cheapest way to cut the history with what it saves."""

    def fill(row: int) -> Row:
        told: Row = {
            "overflow": wording.count(float(plan.reach.overflow[row])),
            "cliff": "none" if np.isinf(plan.reach.cliff[row]) else wording.count(float(plan.reach.cliff[row])),
            "latency": in_time(plan.reach.latency[row]),
        }
        if plan.turns is not None:
            told["uncut"] = wording.usd(float(plan.uncut_usd[row])) if plan.uncut_fits[row] else _unfit(plan, row, "does not fit")
        for name, cut in (("trimmed", plan.trimmed), ("summarised", plan.summarised)):
            if cut is not None:
                told |= _cut(name, cut, row, fits=bool(plan.uncut_fits[row])) or {f"{name}_k": _unfit(plan, row, "none fits")}
        return told

    return _rows(study, plan.places, fill)


def _unfit(plan: ConversationPlan, row: int, sure: str) -> str:
    """Where nothing is said to fit: that it does not, or that it is not known."""
    return wording.UNKNOWN if np.isnan(plan.reach.overflow[row]) else sure


def _cut(name: str, cut: Cut, row: int, *, fits: bool) -> Row:
    """The cheapest cut; nothing where there is none."""
    if np.isnan(cut.best[row]):
        return {}
    return {
        f"{name}_k": f"every {wording.count(float(cut.best[row]))} turns",
        f"{name}_usd": wording.usd(float(cut.best_usd[row])),
        f"{name}_saved": saved(float(cut.saved_usd[row])) if fits else "makes it fit",
    }


_WHAT = {
    "error": "refused",
    "truncated": "cut short without asking",
    "stopped": "the reply stops at the end of the window",
    None: "not found",
}


def overflow_rows(study: Study, places: Sequence[int]) -> list[Row]:
    """One row per provider: how its offers fit at the worst, and what becomes of a call that is too long."""
    window, rows = study.assessments.context_window, []
    by_provider: dict[str, list[int]] = {}
    for at in places:
        by_provider.setdefault(study.columns.providers[at], []).append(at)
    for provider, offers in by_provider.items():
        worst = min(offers, key=lambda at: (WORST_FIRST.index(Fit(int(window.fit[at]))), float(np.nan_to_num(window.fits_share[at]))))
        record = study.catalogue.providers[provider]
        rule = record.overflow
        row = {"name": record.name, "worst": f"{fit_words(window, worst)} ({study.columns.names[worst]})"}
        if rule is None:
            rows.append(row | {"prompt": "not found", "output": "not found", "how": "", "source": ""})
            continue
        stopped = f"stop reason {rule.stop_reason}" if rule.stop_reason else ""
        rows.append(
            row
            | {
                "prompt": _WHAT[rule.prompt],
                "output": _WHAT[rule.output],
                "how": ". ".join(filter(None, ("; ".join(filter(None, (rule.error, stopped))), rule.note))),
                "source": ", ".join(dict.fromkeys(str(source.seen or "undated") + f" ({source.kind})" for source in rule.source)),
            }
        )
    return rows
