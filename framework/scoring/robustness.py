"""How sure the choice is and what would change it, in words: one source for the screen, the PDF, the ADR and the command line."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from framework import wording
from framework.draws import DRAWS
from framework.quantities import MAX_P95_OVER_MEAN
from framework.scoring.certainty import SURE
from framework.scoring.chain import Case
from framework.scoring.results import Certainty, FlipPoint, Knowing
from framework.scoring.sensitivity import Stability
from framework.scoring.told import LENGTHS, as_read, told_by

FIELD_WORDS = {
    "weights.cost": "the weight of cost",
    "weights.latency": "the weight of latency",
    "weights.rate_limits": "the weight of rate limits",
    "weights.context_window": "the weight of the context window",
    "weights.success": "the weight of your own evaluation",
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


def flip_sentence(flip: FlipPoint, names: Mapping[str, str]) -> str:
    """`If the number of requests per day rises from 10,000 to 41,000, Claude Haiku 5.5 becomes the choice.`; `names` by offer id."""
    then = f"{names[flip.new_winner]} becomes the choice" if flip.new_winner else "nothing fits any more"
    return f"If {change(flip)}, {then}."


def change(flip: FlipPoint) -> str:
    """`the number of requests per day rises from 10,000 to 41,000`; rounded onwards, so that what is read does it when it is typed in."""
    told, up, unit = told_by(flip.what), flip.to >= flip.from_, " tokens" if flip.what in LENGTHS else ""
    to = as_read(flip.what, flip.to, up=up)
    word, now, then = "rises" if up else "falls", told(flip.from_) + unit, told(to) + unit
    how = f"{word} from {now} to {then}" if now != then else f"{word} at all from {now}"
    return f"{FIELD_WORDS.get(flip.what, flip.what)} {how}{_with_p95(flip, to)}"


def _with_p95(flip: FlipPoint, mean: float) -> str:
    """What has to go with a mean that the p95 given does not allow."""
    if flip.p95_from is None:
        return ""
    most = wording.not_short_of(wording.tokens, MAX_P95_OVER_MEAN * mean, up=False)
    p95 = mean if flip.to > flip.from_ else most
    return f", and its 95th percentile from {wording.tokens(flip.p95_from)} to {wording.tokens(p95)}"


INPUT_WORDS = {
    "volume": "the number of requests per day",
    "input_tokens": "the length of the prompts",
    "output_tokens": "the length of the replies",
    "hit_rate": "the cache hit rate",
    "prefixes": "how many prefixes share the cache and how long they pause",
    "latency": "how quick each offer is on your own traffic",
    "tokenizer": "how many tokens each model makes of your texts",
    "reasoning": "how long each model thinks",
    "terms": "what providers leave open about their bills",
    "success": "how often each model succeeds at your tasks",
    "weights": "how much each axis counts",
}
MEASURES = {
    "volume": "count the calls of some days in your logs, enter traffic.requests_per_day, and narrow spreads.volume under How sure",
    "input_tokens": "count the prompts of some calls, enter tokens.input_mean, and narrow spreads.input_tokens under How sure",
    "output_tokens": "count the replies of some calls, enter tokens.output_mean, and narrow spreads.output_tokens under How sure",
    "hit_rate": "read the cached tokens in the usage of your calls, enter caching.hit_rate, and narrow spreads.hit_rate under How sure",
    "prefixes": "count your prefixes and the time between calls, enter caching.prefixes, and narrow spreads.prefixes under How sure",
    "latency": "run fouraxes probe against the first offers, and upload the profiles on the latency page",
    "tokenizer": "count your texts with each tokenizer, enter the ratios in pricing/models/, and narrow spreads.tokenizer under How sure",
    "reasoning": "send some of your tasks to the first offers, enter tokens.reasoning_mean, and narrow spreads.reasoning under How sure",
    "terms": "send a day of calls to the first offers, and enter in pricing/providers/ what their invoices show",
    "success": "evaluate more cases, and enter how many passed under Your own evaluation",
    "weights": "agree on the weights; nothing has to be measured",
}
OFTEN = 0.05
"""Of the draws: a must-have that fails in fewer is not worth a word."""


def measure(case: Case, what: str) -> str:
    """Which field to fill in, or which probe to run."""
    talking = what == "input_tokens" and case.load.converses
    return MEASURES[what].replace("tokens.input_mean", "conversation.user_tokens") if talking else MEASURES[what]


def robustness(case: Case, stable: Stability) -> tuple[str, ...]:
    """The share of draws won with what they cost, whether that is too close to call and what to measure then, and the nearest change."""
    names = names_of(case)
    nearest = min(stable.flip_points, key=distance, default=None)
    turn = () if nearest is None else (flip_sentence(nearest, names),)
    if stable.confidence is None:
        return turn
    told = f"It wins {wording.share(stable.confidence)} of {DRAWS} draws over the weights and the inputs"
    behind = [] if stable.certainty is None else regrets(stable.certainty)
    if behind:
        told += f"; averaged over all of them it {' and '.join(behind)} than the winner"
    return (f"{told}.", *_unsure(case, stable, names), *turn)


def names_of(case: Case) -> dict[str, str]:
    """Name for people by offer id."""
    return dict(zip(case.columns.ids, case.columns.names, strict=True))


def regrets(found: Certainty) -> list[str]:
    """By how much the choice is behind each draw's winner on average, axis by axis; what would read as nothing is left out."""
    usd, in_time, room, fits, *success = (float(each) for each in found.regret)
    return [
        *([f"costs {wording.usd(usd)} a month more"] if usd >= 0.005 else []),
        *([f"has {points(in_time)} fewer replies in time"] if in_time >= 0.0005 else []),
        *([f"leaves {room:.2g} times the peak less room"] if room >= 0.005 else []),
        *([f"has {points(fits)} fewer requests that fit"] if fits >= 0.0005 else []),
        *(f"has {points(share)} fewer tasks that succeed" for share in success if share >= 0.0005),
    ]


def points(share: float) -> str:
    """`2.1 points`: a difference of two shares."""
    amount = f"{100 * share:.1f}".removesuffix(".0") if share < 0.0995 else f"{100 * share:.0f}"
    return f"{amount} {'point' if amount == '1' else 'points'}"


def _unsure(case: Case, stable: Stability, names: Mapping[str, str]) -> tuple[str, ...]:
    found, choice = stable.certainty, stable.choice
    if found is None or choice is None:
        return ()
    told = _on_average(found, choice, names)
    return (*told, too_close(found, names), next_to_measure(case, found, choice)) if found.too_close else told


def _on_average(found: Certainty, choice: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """What the share of draws won hides: must-haves that fail, and who scores best over all draws."""
    fails = f"in {wording.share(found.fails_share)} of the draws it fails a must-have" if found.fails_share >= OFTEN else ""
    best = found.best_on_average
    better = ""
    if best != choice and choice in found.ids:
        scores = f"{found.mean_score.max():.3f} against {found.mean_score[found.ids.index(choice)]:.3f}"
        better = f"averaged over all draws, {names[best]} scores better ({scores})"
    told = "; ".join(filter(None, (fails, better)))
    return (f"{capital(told)}.",) if told else ()


def too_close(found: Certainty, names: Mapping[str, str]) -> str:
    """Why no answer stands out; the rule is in it."""
    rival, low, high = names[found.runner_up or found.best_on_average], found.lead_low, found.lead_high
    lead = f"its lead over {rival} is −{-low:.2f} to +{high:.2f}"
    return f"Too close to call: first in less than {wording.share(SURE)} of the draws; in 8 of 10 {lead}."


def next_to_measure(case: Case, found: Certainty, choice: str) -> str:
    """What knowing would be worth most, what it would gain, and how to know it."""
    if not found.knowing:
        return "No single input would settle it: knowing any one exactly gains nothing worth a word."
    first = found.knowing[0]
    told = worth(first, found, choice, names_of(case))
    return f"To settle it, find out {INPUT_WORDS[first.what]}: {told}. {capital(measure(case, first.what))}."


def capital(text: str) -> str:
    """The text as the start of a sentence."""
    return text[:1].upper() + text[1:]


def worth(known: Knowing, found: Certainty, choice: str, names: Mapping[str, str]) -> str:
    """`it changes the answer in 36 % of the draws, worth 0.03 of the score and $1,620 a month on average`."""
    best, usd = found.best_on_average, wording.about_usd(abs(known.gain_usd))
    bill = "" if abs(known.gain_usd) < 0.005 else f" and {usd} a month" if known.gain_usd > 0 else f" for {usd} more a month"
    changes = "it changes the answer" + ("" if best == choice else f" from {names[best]}")
    return f"{changes} in {wording.share(known.changes_share)} of the draws, worth {known.gain:.2g} of the score{bill} on average"


def distance(flip: FlipPoint) -> float:
    """How far a change is: quantities by their ratio, shares by their difference."""
    if flip.what.startswith("weights.") or flip.what == "caching.hit_rate":
        return abs(flip.to - flip.from_)
    return abs(float(np.log(flip.to / flip.from_)))
