"""How sure the choice is and what would change it, in words: one source for the screen, the PDF, the ADR and the command line."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from framework import wording
from framework.draws import DRAWS
from framework.scoring.chain import Case
from framework.scoring.results import FlipPoint
from framework.scoring.sensitivity import Stability

FIELD_WORDS = {
    "weights.cost": "the weight of cost",
    "weights.latency": "the weight of latency",
    "weights.rate_limits": "the weight of rate limits",
    "weights.context_window": "the weight of the context window",
    "traffic.requests_per_day": "the number of requests per day",
    "traffic.peak_factor": "the peak factor",
    "tokens.input_mean": "the mean prompt",
    "tokens.output_mean": "the mean reply",
    "conversation.user_tokens": "what a user adds a turn",
    "caching.hit_rate": "the cache hit rate",
    "budget.monthly_usd": "the monthly budget",
    "budget.ttft_s": "the time allowed for the first words",
    "budget.response_s": "the time allowed for the whole reply",
    "context.chunks": "the number of chunks",
    "context.turns": "the number of turns",
}


def field_value(what: str, value: float) -> str:
    """A value of a swept field or a weight, for people."""
    if what.startswith("weights.") or what == "caching.hit_rate":
        return wording.share(value)
    if what.startswith("tokens.") or what == "conversation.user_tokens":
        return f"{wording.tokens(value)} tokens"
    return {"budget.monthly_usd": wording.usd, "budget.ttft_s": wording.seconds, "budget.response_s": wording.seconds}.get(
        what, wording.count
    )(value)


def flip_sentence(flip: FlipPoint, names: Mapping[str, str]) -> str:
    """`If the number of requests per day rises from 10,000 to 41,000, Claude Haiku 5.5 becomes the choice.`; `names` by offer id."""
    word = "rises" if flip.to >= flip.from_ else "falls"
    then = f"{names[flip.new_winner]} becomes the choice" if flip.new_winner else "nothing fits any more"
    now, to = field_value(flip.what, flip.from_), field_value(flip.what, flip.to)
    how = f"{word} from {now} to {to}" if now != to else f"{word} at all from {now}"
    return f"If {FIELD_WORDS.get(flip.what, flip.what)} {how}, {then}."


def robustness(case: Case, stable: Stability) -> tuple[str, ...]:
    """The share of draws won with what they cost, and the nearest change."""
    names = dict(zip(case.columns.ids, case.columns.names, strict=True))
    nearest = min(stable.flip_points, key=_distance, default=None)
    turn = () if nearest is None else (flip_sentence(nearest, names),)
    if stable.confidence is None:
        return turn
    told = f"It wins {wording.share(stable.confidence)} of {DRAWS} draws over the weights and the inputs"
    if stable.regret_usd:
        told += f"; averaged over all of them it costs {wording.usd(stable.regret_usd)} a month more than the winner"
    return (f"{told}.", *turn)


def _distance(flip: FlipPoint) -> float:
    """Quantities by their ratio, shares by their difference."""
    if flip.what.startswith("weights.") or flip.what == "caching.hit_rate":
        return abs(flip.to - flip.from_)
    return abs(float(np.log(flip.to / flip.from_)))
