"""How firm the answer is, in sentences: one source for the screen, the PDF, the ADR and the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from framework import wording
from framework.report.headlines import AXIS_NAMES
from framework.report.selection import eligible, labels
from framework.scoring.price_cuts import price_cuts, price_rise
from framework.scoring.rank import kendall_tau
from framework.scoring.robustness import INPUT_WORDS, capital, measure, worth
from framework.scoring.weights import smallest_change, weight_intervals

if TYPE_CHECKING:
    from framework.scoring.price_cuts import PriceCut
    from framework.scoring.weights import Interval, WeightChange
    from framework.study import Study

A_WORD = 0.001
"""Of a bill: less is told without a figure."""
ALIKE, BROADLY = 0.8, 0.5
"""Of Kendall's tau: from here on two orders are told as much the same, or as broadly alike."""


def how_firm(study: Study) -> list[str]:
    """Prices, weights, the second method, and what to measure unless the reasons say it; empty without a choice."""
    answer = study.recommendation
    if answer.choice is None:
        return []
    measured = [] if answer.certainty is None or answer.certainty.too_close else worth_measuring(study)[:1]
    return [sentence for sentence in (cheaper(study), dearer(study), moved_weight(study), topsis(study), *measured) if sentence]


def cheaper(study: Study) -> str:
    """The smallest price cut with which a rival wins."""
    names, at = labels(study), _choice(study)
    cuts = price_cuts(study.case, study.recommendation.scores, choice=at)
    first = next((cut for cut in cuts if cut.share is not None), None)
    if first is None:
        return "No price cut alone makes another offer win." if cuts else ""
    share, to_usd = cut_figures(first)
    by = f"by more than {share}" if (first.share or 0.0) >= A_WORD else "a little"
    return f"{names[first.offer]} would win if its bill fell {by}, below {to_usd} a month."


def cut_figures(cut: PriceCut) -> tuple[str, str]:
    """By what share and to what bill, both rounded onwards: what is read does it."""
    share = wording.not_short_of(wording.share, cut.share or 0.0, up=True)
    return wording.share(share), wording.usd(wording.not_short_of(wording.usd, cut.to_usd or 0.0, up=False))


def dearer(study: Study) -> str:
    """How much dearer the choice may become."""
    rise = price_rise(study.case, study.recommendation.scores, choice=_choice(study))
    if rise is None:
        return ""
    if rise.share is None:
        return "No price rise alone costs it the first place."
    # Rounded down: what is read is still held.
    told = wording.not_short_of(wording.share, rise.share, up=False)
    to_usd = wording.not_short_of(wording.usd, rise.to_usd or 0.0, up=False)
    then = "it exceeds its spend cap" if rise.cap else _over_budget(study)
    if not (rise.cap or rise.budget) and rise.new_winner is not None:
        then = f"{labels(study)[rise.new_winner]} wins"
    if rise.share < A_WORD:
        return f"Its own bill may hardly rise: above {wording.usd(to_usd)} a month, {then}."
    return f"Its own bill may rise by {wording.share(told)}, to {wording.usd(to_usd)} a month: beyond that, {then}."


def _over_budget(study: Study) -> str:
    """The gate looks at the least that the choice may cost: where that is less than expected, the bill told may be above the budget."""
    cost, choice = study.assessments.cost, _choice(study)
    ranges = float(cost.low_usd[choice]) < float(cost.expected_usd[choice])
    return "even the low end of its range exceeds the budget" if ranges else "it exceeds the budget"


def moved_weight(study: Study) -> str:
    """The smallest change of weights that lets another offer win, and where it takes them."""
    usd = study.assessments.cost.expected_usd
    change = smallest_change(study.recommendation.scores, choice=_choice(study), ids=study.columns.ids, cost_usd=usd)
    if change is None:
        return "No other weights put another offer ahead."
    return f"The smallest change of weights that lets another offer win moves {points_of(change.moved)}: {_moves(study, change)}."


def points_of(share: float) -> str:
    """`3.0 points of 100`: a part of the total weight."""
    return f"{100 * share:.1f} points of 100" if share >= 0.0005 else "less than 0.1 points of 100"


def _moves(study: Study, change: WeightChange) -> str:
    now, names = study.recommendation.scores.weights, list(AXIS_NAMES.values())
    moved = [int(at) for at in np.argsort(now - change.weights) if abs(change.weights[at] - now[at]) > 1e-9]
    level = f"{labels(study)[change.new_winner]} then draws level" + (" and is cheaper" if change.by_bill else "")
    told = [f"{names[at].lower()} {_from_to(float(now[at]), float(change.weights[at]))}" for at in moved]
    return f"{', '.join(told)}; {level}" if told else level


def _from_to(now: float, to: float) -> str:
    before, after = wording.share(now), wording.share(to)
    return f"from {before} to {after}" if before != after else f"{'up' if to > now else 'down'} from {before}"


def topsis(study: Study) -> str:
    """Whether the second method agrees, and how far."""
    fit, scores, names = eligible(study), study.recommendation.scores, labels(study)
    closeness = scores.topsis[fit]
    if len(fit) < 2:
        return ""
    first = fit[int(closeness.argmax())]
    same = closeness[0] >= closeness.max() - 1e-9
    tau = kendall_tau(-scores.rank[fit].astype(float), closeness)
    head = (
        "TOPSIS, a second method, puts the same offer first"
        if same
        else f"TOPSIS, a second method, puts {names[study.columns.ids[first]]} first"
    )
    if np.isnan(tau):
        return f"{head}; it tells no others apart."
    alike = "much the same" if tau >= ALIKE else "broadly alike" if tau >= BROADLY else "otherwise"
    return f"{head} and orders the {len(fit)} offers {alike} (Kendall's tau {tau:.2f}, where 1 is the same order)."


def worth_measuring(study: Study) -> list[str]:
    """What knowing would be worth most, dearest first, and how to know it."""
    found, choice = study.recommendation.certainty, study.recommendation.choice
    if found is None or choice is None:
        return []
    return [
        f"Worth finding out: {INPUT_WORDS[each.what]}: {worth(each, found, choice, labels(study))}. "
        f"{capital(measure(study.case, each.what))}."
        for each in found.knowing
    ]


def intervals(study: Study) -> tuple[Interval, ...]:
    """The shares of weight between which the choice stays."""
    return weight_intervals(study.recommendation.scores.weights, study.recommendation.flip_points)


def _choice(study: Study) -> int:
    return study.columns.index(study.recommendation.choice or "")
