"""How the choice holds over the range of each input: its share of the draws with one input at either end, all others drawn as before.

The same draws are used throughout, so that an input which does not matter moves nothing. Only the offers that win any draw take part.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framework import draws
from framework.axes.assessment import CRITERIA
from framework.axes.bill_range import Groups
from framework.draws import Draws
from framework.scoring.certainty import Drawn
from framework.scoring.chain import Case
from framework.scoring.knowing import drawn_inputs
from framework.scoring.rank import weighted
from framework.scoring.results import Recommendation
from framework.scoring.sensitivity import draw
from framework.scoring.weights import with_share

Array = NDArray[np.float64]
Ints = NDArray[np.intp]

END = 1.2815515655446004
"""Standard deviations from the middle: one value in ten lies beyond each end."""
_TINY = 1e-9
OWN = {"latency": "latency", "tokenizer": "texts", "reasoning": "models", "terms": "providers", "success": "success"}
"""Inputs that each offer, tokenizer, model, provider or evaluation has of its own: at the ends only that of the choice is moved."""


@dataclass(frozen=True)
class Held:
    """Share of the draws that the choice wins with `what` at its low and at its high end.

    `what`: a field of `Draws`, or `weights.<axis>`. `turned`: share of the draws that another offer wins once `what` is held at its middle.
    `low`, `high`: the ends; a weight as a share of the total, all others in standard deviations.
    """

    what: str
    low_share: float
    high_share: float
    turned: float
    low: float = -END
    high: float = END

    @property
    def swing(self) -> float:
        """Between the ends."""
        return abs(self.high_share - self.low_share)


def holding(case: Case, answer: Recommendation) -> tuple[Held, ...]:
    """Every input that moves the share or turns a draw, the widest swing first; empty without a choice. `answer` is a deepened one."""
    if answer.choice is None or answer.certainty is None:
        return ()
    groups, positions = Groups.of(case.columns), _finalists(case, answer)
    held, normals = int(np.searchsorted(positions, case.columns.index(answer.choice))), groups.draws()
    inputs = drawn_inputs(case)
    blocks = [normals, *(block for what in inputs for block in _blocks(case, normals, groups, what, int(positions[held])))]
    weights = draws.weight_draws(tuple(answer.scores.weights.tolist()))
    drawn = draw(case, answer.scores, positions, normals=_stacked(blocks), weights=np.tile(weights, (len(blocks), 1)))
    won = drawn.won.reshape(len(blocks), -1)
    found = [_held(what, won[0], won[1 + 3 * place : 4 + 3 * place], held) for place, what in enumerate(inputs)]
    found += _over_weights(_first_rows(drawn, len(weights)), held)
    return tuple(sorted((each for each in found if each.swing or each.turned), key=lambda each: (-each.swing, -each.turned)))


def _finalists(case: Case, answer: Recommendation) -> Ints:
    found = answer.certainty
    winning = () if found is None else tuple(np.array(found.ids)[found.rank_share[:, 0] > 0].tolist())
    second = np.flatnonzero(answer.scores.rank == 2).tolist()
    ids = [*winning, *([] if answer.choice is None else [answer.choice])]
    return np.array(sorted({*map(case.columns.index, ids), *second}), dtype=np.intp)


def _blocks(case: Case, normals: Draws, groups: Groups, what: str, choice: int) -> Iterator[Draws]:
    """The draws with one input at its low end, its middle and its high end."""
    values = getattr(normals, what)
    column = slice(None)
    if what in OWN:
        own = _own(case, groups, what, choice)
        column = slice(own, own + 1)
    for end in (-END, 0.0, END):
        moved = values.copy()
        moved[:, column if end else slice(None)] = end
        yield dataclasses.replace(normals, **{what: moved})


def _own(case: Case, groups: Groups, what: str, choice: int) -> int:
    """The column of an input that is the choice's own."""
    if what == "latency":
        return choice
    return int((case.success.judged if what == "success" else getattr(groups, OWN[what]))[choice])


def _stacked(blocks: list[Draws]) -> Draws:
    return Draws(*(np.concatenate([getattr(block, part.name) for block in blocks]) for part in dataclasses.fields(Draws)))


def _held(what: str, drawn: Ints, ends: Ints, held: int) -> Held:
    low, middle, high = ends
    return Held(what, float((low == held).mean()), float((high == held).mean()), float((middle != drawn).mean()))


def _first_rows(drawn: Drawn, n: int) -> Drawn:
    """The first `n` draws."""
    low, high = drawn.values
    return Drawn(
        drawn.positions,
        tuple(np.broadcast_to(each, drawn.eligible.shape)[:n] for each in drawn.quantities),
        (low[:, :n], high[:, :n]),
        (drawn.scores[0][:n], drawn.scores[1][:n]),
        drawn.eligible[:n],
        drawn.weights[:n],
    )


def _over_weights(drawn: Drawn, held: int) -> list[Held]:
    """One weight at the ends of its own draws, or at its mean, the others in proportion: no other figure has to be worked out anew."""
    found = []
    # Where one axis may have all the weight, the others have no proportions to keep.
    for axis in np.flatnonzero((drawn.weights.std(axis=0) > _TINY) & (drawn.weights.max(axis=0) < 1 - _TINY)):
        column = drawn.weights[:, axis]
        low, high = (float(end) for end in np.percentile(column, (10, 90)))
        shares = (low, float(column.mean()), high)
        ends = np.stack([_reweighed(drawn, with_share(drawn.weights, axis=int(axis), share=share)).won for share in shares])
        each = _held(f"weights.{CRITERIA[axis]}", drawn.won, ends, held)
        found.append(dataclasses.replace(each, low=low, high=high))
    return found


def _reweighed(drawn: Drawn, weights: Array) -> Drawn:
    low, high = drawn.values
    return dataclasses.replace(drawn, scores=(weighted(weights, low), weighted(weights, high)), weights=weights)
