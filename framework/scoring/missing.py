"""Which offers could win if more were known, and what to enter or measure."""

from __future__ import annotations

import numpy as np

from framework.axes.assessment import CRITERIA
from framework.scoring.chain import Case
from framework.scoring.rank import DECIMALS
from framework.scoring.results import Scores


def could_win(case: Case, scores: Scores, choice: int | None) -> tuple[tuple[str, str], ...]:
    """`(offer, what to enter or measure)` for the eligible whose best case beats the choice, the highest best case first."""
    if choice is None:
        return ()
    beats = scores.eligible & (scores.high > np.maximum(scores.low, scores.low[choice]) + 10.0**-DECIMALS)
    rivals = sorted((int(place) for place in np.flatnonzero(beats) if place != choice), key=lambda place: (-scores.high[place], place))
    return tuple((case.columns.ids[place], _to_do(case, scores, place)) for place in rivals)


def _to_do(case: Case, scores: Scores, place: int) -> str:
    unknown = (scores.weights > 0) & (scores.value_high[:, place] > scores.value_low[:, place])
    cures = "; ".join(missing(case, int(axis), place) for axis in np.flatnonzero(unknown))
    return f"Scores {scores.low[place]:.2f} to {scores.high[place]:.2f}: {cures}."


def missing(case: Case, axis: int, place: int) -> str:
    """What is not known about one axis of one offer, and where to enter it."""
    provider = case.columns.providers[place]
    if CRITERIA[axis] != "success" and case.load.converts and np.isnan(case.columns.ratio[1, place]):
        return "its tokenizer is not known: count your texts with it and enter the ratio in pricing/models/"
    return {
        "cost": f"a price is not known: enter it in pricing/providers/{provider}.yaml",
        "latency": f"its time to first token or its speed is not known: measure it with fouraxes probe and upload the "
        f"profile on the latency page, or enter it in pricing/latency/{provider}.yaml",
        "rate_limits": "a limit is not published: enter that of your own console under Your own limits on the rate-limit page, or as "
        "own_limits in the file",
        "context_window": "its window is not known: ask the vendor and enter it in pricing/models/",
        "success": "your evaluation has not looked at it: run it, and enter how many cases passed under Your own evaluation",
    }[CRITERIA[axis]]
