"""The pinned answer against the one of now, in a table of three rows and one sentence."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from framework import wording
from framework.axes.assessment import CRITERIA
from framework.report import tables
from framework.report.selection import labels
from framework.report.side_by_side import SAME, Row, Side, answer, gap, score_gap

if TYPE_CHECKING:
    from framework.study import Study

COLUMNS = {
    "name": "Answer",
    "choice": "Choice",
    "fallback": "Fallback",
    "cost": ">Cost a month",
    "latency": ">Replies in time",
    "rate_limits": ">Room at peak",
    "context_window": ">Requests that fit",
    "success": ">Own evaluation",
    "score": ">Score",
}
UNUSABLE = "Pinned. The inputs of now cannot be used, so there is no answer to hold against it."
UNCHANGED = "Pinned: the answer on the screen. Change any input, and both stand here side by side, on every page."


def columns(pinned: Study, now: Study) -> dict[str, str]:
    """The heads: the own evaluation only where one of the two has one."""
    shown = {criterion for study in (pinned, now) for criterion in study.case.criteria}
    return {key: head for key, head in COLUMNS.items() if key != "success" or key in shown}


def rows(pinned: Study, now: Study) -> list[Row]:
    """Pinned, now, and what has changed from the one to the other; where none fits, the figures are those of the nearest."""
    before, after = answer(pinned), answer(now)
    told = [_row("Pinned", pinned, before), {**_row("Now", now, after), "_class": "on"}]
    if before is None or after is None:
        return told
    change: Row = {axis: gap(axis, before.value(axis), after.value(axis)) for axis in CRITERIA}
    names = {key: SAME if told[0][key] == told[1][key] else "changed" for key in ("choice", "fallback")}
    return [*told, {"name": "Change", **names, **change, "score": score_gap(before, after)}]


def _row(name: str, study: Study, side: Side | None) -> Row:
    recommended, names = study.recommendation, labels(study)
    choice = names[recommended.choice] if recommended.choice else "none fits"
    if side is not None and recommended.choice is None:
        choice += f"; nearest {side.name}"
    figures: Row = {} if side is None else dict(zip(CRITERIA, (card[1] for card in tables.cards(study, side.at, CRITERIA)), strict=True))
    if side is not None:
        # Without its interval: the strip is narrow.
        figures["success"] = wording.share(side.value("success"))
    fallback = names[recommended.fallback] if recommended.fallback else "none"
    return {"name": name, "choice": choice, "fallback": fallback, **figures, "score": "" if side is None else side.score}


def sentence(pinned: Study, now: Study) -> str:
    """What the changed inputs do to the answer."""
    was, chosen = pinned.recommendation.choice, now.recommendation.choice
    before, after = answer(pinned), answer(now)
    if was is None and chosen is None:
        return "No offer fits, neither with the pinned inputs nor with those of now."
    if chosen is None or after is None:
        return f"No offer fits any more; with the pinned inputs the choice is {labels(pinned)[str(was)]}."
    if was is None or before is None:
        return f"{after.name} fits now; with the pinned inputs no offer does."
    if chosen == was:
        return f"{after.name} stays the choice{_bill(before, after)}."
    return f"{after.name} takes the place of {before.name}{_bill(before, after)}."


def _bill(before: Side, after: Side) -> str:
    """How the monthly bill moves, with both figures."""
    old, new = before.value("cost"), after.value("cost")
    if math.isnan(old) or math.isnan(new):
        return ""
    if gap("cost", old, new) == SAME:
        return f"; the bill stays at {wording.usd(new)} a month"
    return f"; the bill {'rises' if new > old else 'falls'} from {wording.usd(old)} to {wording.usd(new)} a month"
