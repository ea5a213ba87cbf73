"""Value of information: what it would be worth to know one group of inputs exactly before choosing.

The expected value of partial perfect information of a set of draws (Strong, Oakley and Brennan, Medical Decision Making 34, 2014): each
offer's score is regressed on the inputs, all groups together and without interactions; the part that one group explains is what
knowing it would tell. The one taken then is the best by that part, where without it is the best on average. What that gains is counted in
the draws themselves, not in the fitted scores, so that a poor fit shows as no gain. Nothing is drawn again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from framework.axes.bill_range import Groups
from framework.scoring.chain import Case
from framework.scoring.results import Knowing

if TYPE_CHECKING:
    from framework.scoring.certainty import Drawn

Array = NDArray[np.float64]
Ints = NDArray[np.intp]

POWERS = 3
"""A score follows each input as a polynomial of this degree."""
TELLING = 0.002
"""Of a score: what gains less is not named."""
BEYOND_CHANCE = 2.0
"""Standard errors of the draws: a gain that is not beyond these is not told from none."""
_RIDGE = 1e-6

Feature = tuple[str, Array]
"""A group's name and what it varies by, `(n, 1)` or `(n, offers)` where each offer has its own."""


def worth_knowing(case: Case, worth: Array, drawn: Drawn, *, places: Ints, groups: Groups) -> tuple[Knowing, ...]:
    """Per group that would change some choices, dearest first; `worth` `(n, finalists)`."""
    features = list(_features(case, drawn, drawn.positions[places], groups))
    usd = drawn.quantities[0][:, places]
    found = [_known(what, explained, worth, usd) for what, explained in explained_by(features, worth)]
    return tuple(sorted((each for each in found if each is not None), key=lambda each: -each.gain))


def explained_by(features: Sequence[Feature], worth: Array) -> Iterator[tuple[str, Array]]:
    """Per group, what it explains of each offer's score beyond the mean, `(n, offers)`."""
    if not features:
        return
    blocks = [(what, _design(values, worth.shape[1])) for what, values in features]
    design = np.concatenate([block for _, block in blocks], axis=2)
    centred = (worth - worth.mean(axis=0)).T[:, :, None]
    square = design.transpose(0, 2, 1) @ design
    square += _RIDGE * len(worth) * np.eye(square.shape[1])
    slopes = np.linalg.solve(square, design.transpose(0, 2, 1) @ centred)
    names, start = list(dict.fromkeys(what for what, _ in blocks)), 0
    parts = {what: np.zeros_like(worth) for what in names}
    for what, block in blocks:
        width = block.shape[2]
        parts[what] = parts[what] + (block @ slopes[:, start : start + width])[:, :, 0].T
        start += width
    yield from parts.items()


def _design(values: Array, offers: int) -> Array:
    """Powers of one input, centred and of one length, `(offers, n, powers)`."""
    powers = np.stack([values**power for power in range(1, POWERS + 1)], axis=-1)
    powers = powers - powers.mean(axis=0)
    length = powers.std(axis=0)
    scaled = np.divide(powers, length, out=np.zeros_like(powers), where=length > 0)
    return np.broadcast_to(scaled, (len(values), offers, POWERS)).transpose(1, 0, 2)


def _known(what: str, explained: Array, worth: Array, usd: Array) -> Knowing | None:
    mean = worth.mean(axis=0)
    without, rows = int(mean.argmax()), np.arange(len(worth))
    taken = (mean + explained).argmax(axis=1)
    saved = usd[:, without] - usd[rows, taken]
    gained = worth[rows, taken] - worth[:, without]
    gain, error = float(gained.mean()), float(gained.std() / np.sqrt(len(gained)))
    if gain < max(TELLING, BEYOND_CHANCE * error):
        return None
    return Knowing(what, float((taken != without).mean()), gain, float(np.nan_to_num(saved).mean()))


def drawn_inputs(case: Case) -> tuple[str, ...]:
    """The fields of `Draws` that are drawn for this workload."""
    spreads, load = case.workload.spreads, case.load
    derived = bool(np.isnan(load.hit_rate))
    matters = {
        "volume": spreads.volume > 0,
        "input_tokens": spreads.input_tokens > 0,
        "output_tokens": spreads.output_tokens > 0,
        "hit_rate": spreads.hit_rate > 0 and load.prefix_tokens > 0 and not derived,
        "prefixes": spreads.prefixes > 0 and (load.converses or (load.prefixes > 1 and derived)),
        "latency": True,
        "tokenizer": load.converts and spreads.tokenizer > 0,
        "reasoning": bool(np.any(load.reasoning_mean)) and spreads.reasoning > 0,
        "terms": True,
        "success": evaluation_counts(case),
    }
    return tuple(what for what, drawn in matters.items() if drawn)


def evaluation_counts(case: Case) -> bool:
    """The team's own evaluation is of so many cases, and weighs something or is a must-have."""
    asked = case.priorities.weights.success > 0 or case.workload.needs.least_success is not None
    return asked and bool(np.isfinite(case.success.n).any())


def _features(case: Case, drawn: Drawn, at: Ints, groups: Groups) -> Iterator[Feature]:
    """The inputs that are drawn for this workload, each offer's own where it has one, and the weights."""
    normals, own = groups.draws(len(drawn.weights)), groups.of_offers(at)
    columns = {"latency": at, "tokenizer": own.texts, "reasoning": own.models, "terms": own.providers, "success": case.success.judged[at]}
    for what in drawn_inputs(case):
        values = getattr(normals, what)
        yield what, values[:, columns[what]] if what in columns else values
    counted = np.flatnonzero(drawn.weights.std(axis=0) > 1e-9)[:-1]
    yield from (("weights", drawn.weights[:, [axis]]) for axis in counted)
