"""What fits, for the terminal and for machines: plain text, JSON with stable keys."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from framework import wording
from framework.axes.assessment import Verdict
from framework.axes.context_fit import Fit, fit_words
from framework.axes.context_window import binding_limits
from framework.planning.conversation_plan import ConversationPlan, conversation_plan
from framework.planning.retrieval_plan import RetrievalPlan, retrieval_plan
from framework.report import headlines, window_words
from framework.report.escaping import clean
from framework.report.figure import plain
from framework.report.listing import listed
from framework.scoring.chain import REQUIRED_SHARE

if TYPE_CHECKING:
    from framework.study import Study

WIDTH = 100
_HEADS = {
    "id": "offer",
    "words": "requests",
    "usable": "usable",
    "limit": "by",
    "chunks": "chunks",
    "in_time": "in time",
    "turns": "turns",
    "cliff": "cliff",
}
_RIGHT = frozenset({"usable", "chunks", "in_time", "turns", "cliff"})
_LEGEND = (
    "usable: tokens left for the prompt; by: the window, the largest input or the largest output, which leaves no more; chunks: at most, "
    "by window and price cliff; in time: at most, by the latency budget; turns: of a conversation that fit, of {turn} tokens "
    "with their replies; cliff: the turn from which the whole prompt costs more."
)


def as_text(study: Study) -> str:
    """The headline, a row per offer, and what the plans advise for the first; at most 100 columns wide but for long ids."""
    places, lines = listed(study), _wrapped(headlines.headline(study, "context_window"))
    if places:
        retrieval, talk = retrieval_plan(study, places), conversation_plan(study, places)
        lines += [
            "",
            *_table([_HEADS, *_rows(study, retrieval, talk)]),
            "",
            *_wrapped(_LEGEND.format(turn=wording.tokens(float(study.load.turn_growth_tokens)))),
        ]
        told = (window_words.advice(study, retrieval, 0), window_words.reach(study, talk, 0), window_words.cutting(study, talk, 0))
        lines += ["", *(line for text in told if text for line in _wrapped(text))]
    return "".join(f"{line}\n" for line in lines)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(clean(text), WIDTH, break_on_hyphens=False)


def _rows(study: Study, retrieval: RetrievalPlan, talk: ConversationPlan) -> list[dict[str, str]]:
    window, limits = study.assessments.context_window, binding_limits(study.load, study.columns)
    return [
        {
            "id": study.columns.ids[at],
            "words": fit_words(window, at).removesuffix(" of requests"),
            "usable": wording.tokens(float(window.usable_tokens[at])),
            "limit": (limits[at] or wording.UNKNOWN).removeprefix("largest "),
            "chunks": wording.count(float(retrieval.budget.unhurried[row])),
            "in_time": window_words.in_time(retrieval.budget.latency[row]),
            "turns": wording.count(float(talk.reach.overflow[row])),
            "cliff": "none" if talk.reach.cliff[row] >= _most(talk, row) else wording.count(float(talk.reach.cliff[row] + 1)),
        }
        for row, at in enumerate(retrieval.places)
    ]


def _most(talk: ConversationPlan, row: int) -> float:
    """Turns that fit; a cliff beyond them is never reached."""
    return float(np.nan_to_num(talk.reach.overflow[row], nan=np.inf))


def _table(found: Sequence[dict[str, str]]) -> list[str]:
    widths = {key: max(len(row[key]) for row in found) for key in _HEADS}
    return [
        "  ".join(row[key].rjust(widths[key]) if key in _RIGHT else row[key].ljust(widths[key]) for key in _HEADS).rstrip() for row in found
    ]


def as_json(study: Study) -> str:
    """Tokens are each model's own but for `chunk_tokens`; shares 0 to 1; null is not known, not there, or without end."""
    places, as_of = listed(study), study.recommendation.prices_as_of
    plans = (retrieval_plan(study, places), conversation_plan(study, places)) if places else None
    content = {
        "name": study.workload.name,
        "on": study.on.isoformat(),
        "prices_as_of": as_of.isoformat() if as_of else None,
        "catalogue_digest": study.recommendation.catalogue_digest,
        "required_share": REQUIRED_SHARE,
        "chunk_tokens": float(study.load.chunk_tokens),
        "turn_tokens": float(study.load.turn_growth_tokens),
        "corpus": None if plans is None else {"chunks_each": plain(plans[0].chunks_each), "chunks": plain(plans[0].corpus_chunks)},
        "offers": [] if plans is None else [_offer(study, *plans, row) for row in range(len(places))],
    }
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _offer(study: Study, retrieval: RetrievalPlan, talk: ConversationPlan, row: int) -> dict[str, Any]:
    at, columns, window = retrieval.places[row], study.columns, study.assessments.context_window
    return {
        "id": columns.ids[at],
        "provider": columns.providers[at],
        "words": fit_words(window, at),
        "fit": Fit(int(window.fit[at])).name.lower(),
        "verdict": Verdict(int(window.verdicts[at])).name,
        "fits_share": {key: plain(getattr(window, f"fits_share{end}")[at]) for key, end in _ENDS},
        "limit": binding_limits(study.load, columns)[at],
        "prompt_tokens": plain(window.prompt_tokens[at]),
        "usable_tokens": plain(window.usable_tokens[at]),
        "window_tokens": plain(columns.window_tokens[at]),
        "max_input_tokens": plain(columns.max_input_tokens[at]),
        "max_output_tokens": plain(columns.max_output_tokens[at]),
        "price_cliff_tokens": plain(columns.price.threshold_tokens[at]),
        "parts": {key: plain(part[at]) for key, part in window.parts.items()},
        "chunks": _chunks(retrieval, row),
        "conversation": _conversation(talk, row),
        "overflow": _overflow(study, at),
    }


_ENDS = (("low", "_low"), ("expected", ""), ("high", "_high"))


def _chunks(plan: RetrievalPlan, row: int) -> dict[str, Any]:
    budget = plan.budget
    return {
        "at_most": plain(budget.best[row]),
        "binds": budget.binds[row],
        "by_window": plain(budget.window[row]),
        "by_price_cliff": plain(budget.cliff[row]),
        "by_latency": plain(np.minimum(budget.latency[row], budget.window[row])),
        "whole_documents_share": plain(plan.whole_share[row]),
    }


def _conversation(plan: ConversationPlan, row: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "turns_that_fit": plain(plan.reach.overflow[row]),
        "turns_at_base_price": plain(plan.reach.cliff[row]),
        "turns_in_time": plain(np.minimum(plan.reach.latency[row], plan.reach.overflow[row])),
        "uncut_usd": plain(plan.uncut_usd[row]),
    }
    for name, cut in (("trimmed", plan.trimmed), ("summarised", plan.summarised)):
        found[name] = cut and {"every": plain(cut.best[row]), "usd": plain(cut.best_usd[row]), "saved_usd": plain(cut.saved_usd[row])}
    return found


def _overflow(study: Study, at: int) -> dict[str, Any] | None:
    rule = study.catalogue.providers[study.columns.providers[at]].overflow
    return None if rule is None else rule.model_dump(mode="json", include={"prompt", "output", "error", "stop_reason"})
