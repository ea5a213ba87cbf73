"""Rows of the tables on how firm the answer is: ranks over the draws, what makes each rival win, weights, what is worth knowing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from framework import wording
from framework.report.headlines import AXIS_NAMES
from framework.report.robust_words import A_WORD, cut_figures, intervals, points_of
from framework.report.selection import eligible, labels
from framework.scoring.price_cuts import price_cuts
from framework.scoring.robustness import INPUT_WORDS, capital, change, distance, measure
from framework.scoring.weights import changes_by_rival

if TYPE_CHECKING:
    from framework.scoring.holding import Held
    from framework.scoring.price_cuts import PriceCut
    from framework.study import Study

Row = dict[str, Any]
MOST = 12
"""Rows of a table."""


def rank_rows(study: Study) -> list[Row]:
    """Share of the draws in which each offer takes rank 1, 2, ... and its mean score; the most frequent winner first."""
    found, names = study.recommendation.certainty, labels(study)
    if found is None:
        return []
    rows = []
    for offer, shares, mean in list(zip(found.ids, found.rank_share, found.mean_score, strict=True))[:MOST]:
        places = {f"rank_{place}": _often(float(share)) for place, share in enumerate(shares, 1)}
        rows.append({"name": names[offer], "id": offer, "_class": _mark(study, offer), **places, "mean": f"{mean:.2f}"})
    return rows


def _often(share: float) -> str:
    return wording.share(share) if share > 0 else "–"


def _mark(study: Study, offer: str) -> str:
    return "on" if offer == study.recommendation.choice else ""


def rival_rows(study: Study) -> list[Row]:
    """Per rival its smallest price cut, the weight that must move, and the nearest single figure that makes it the choice."""
    answer, names = study.recommendation, labels(study)
    if answer.choice is None:
        return []
    choice = study.columns.index(answer.choice)
    cuts = {cut.offer: cut for cut in price_cuts(study.case, answer.scores, choice=choice)}
    moved = changes_by_rival(answer.scores, choice=choice, ids=study.columns.ids, cost_usd=study.assessments.cost.expected_usd)
    ranked = [study.columns.ids[at] for at in eligible(study) if at != choice]
    listed = (
        ranked[:MOST] + [cut.offer for cut in cuts.values() if (cut.over_budget or cut.over_cap) and cut.share is not None][: MOST // 4]
    )
    rows = []
    for offer in listed:
        move = moved.get(offer)
        at = study.columns.index(offer)
        rows.append(
            {
                "name": names[offer],
                "id": offer,
                "cut": _cut(cuts.get(offer)),
                "weights": f"{points_of(move.moved)}, to {AXIS_NAMES[move.axis].lower()}" if move else "no weights would do",
                "figure": _nearest(study, offer),
                "mark": "dominated" if answer.scores.dominated[at] else _out(cuts.get(offer)),
            }
        )
    return rows


def _out(cut: PriceCut | None) -> str:
    """By what a rival that does not pass is out."""
    return "" if cut is None else "over budget" if cut.over_budget else "over its spend cap" if cut.over_cap else ""


def _cut(cut: PriceCut | None) -> str:
    if cut is None:
        return wording.UNKNOWN
    if cut.share is None:
        return "no price cut would do"
    share, to_usd = cut_figures(cut)
    return f"{share if cut.share >= A_WORD else '< 0.1 %'}, to below {to_usd}"


def _nearest(study: Study, offer: str) -> str:
    flips = [flip for flip in study.recommendation.flip_points if flip.new_winner == offer]
    if not flips:
        return "none found"
    return change(min(flips, key=distance))


def weight_rows(study: Study) -> list[Row]:
    """Per axis the shares of the total between which the choice stays, exact, and who is first beyond."""
    names = labels(study)
    return [
        {
            "name": AXIS_NAMES[each.axis],
            "now": wording.share(each.now),
            # Rounded inwards: it stays at what is read.
            "low": wording.share(wording.not_short_of(wording.share, each.low, up=True)),
            "high": wording.share(wording.not_short_of(wording.share, each.high, up=False)),
            "below": names[each.below] if each.below else "nobody",
            "above": names[each.above] if each.above else "nobody",
        }
        for each in intervals(study)
    ]


def knowing_rows(study: Study, held: tuple[Held, ...]) -> list[Row]:
    """Per input how many draws turn on it, what knowing it gains, and how to know it; the dearest first, then the most turned."""
    found = study.recommendation.certainty
    if found is None:
        return []
    turned = {each.what: each.turned for each in held}
    rows = []
    for each in found.knowing:
        mine = [share for what, share in turned.items() if what == each.what or (each.what == "weights" and what.startswith("weights."))]
        rows.append(
            {
                "name": capital(INPUT_WORDS[each.what]),
                "turned": wording.share(max(mine, default=0.0)),
                "changes": wording.share(each.changes_share),
                "gain": f"{each.gain:.3f}",
                "usd": ("saves " if each.gain_usd >= 0 else "costs ") + wording.about_usd(abs(each.gain_usd)),
                "how": measure(study.case, each.what),
            }
        )
    return rows
