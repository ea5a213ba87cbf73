"""Rows that stand for several calls each, where a single call can draw more than a limit has: such a call never goes in, however it waits.

A row of them all would be taken for one call that never fits. So a row that begins with a call that is too large stands for as many of
those, and is refused; the others stand for calls that fit, as many as there are.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np

from framework.axes.charging import MAX_CHARGE
from framework.axes.day import Day
from framework.axes.day_charges import Charges, Drawn, Question
from framework.axes.day_hits import NOT_EMPTIED
from framework.catalogue.columns import Array, Ints
from framework.simulation.limiter import KINDS, METERED, MONEY


def lumps(question: Question, day: Day) -> bool:
    """Whether calls wait in rows, which is where those that never fit are to be told apart."""
    return day.together > 1 and question.load.client.policy == "wait"


class Fitting:
    """The merged rows of one day, asked for by one set of limits after the other."""

    def __init__(self, question: Question, day: Day, emptied_us: int = NOT_EMPTIED) -> None:
        self.question, self.day, self.emptied_us = question, day, emptied_us
        self._single = Charges(question, dataclasses.replace(day, merged=1), emptied_us)
        self._asked: tuple[bytes, ...] = ()
        self._drawn: Drawn | None = None

    def at(self, rule: Array, limits: Mapping[str, float]) -> Drawn:
        """Charged by one column of the rules, at limits by dimension; a row that is too large for one is charged more than any has.

        Sets that differ in the depth of their buckets alone, one after the other, share it.
        """
        tight = _of_tokens(limits)
        kinds = sorted({METERED[meter][0] for meter in limits if meter in METERED})
        asked = (rule.tobytes(), np.array(sorted(tight.items())).tobytes(), np.array(kinds).tobytes())
        if self._drawn is None or asked != self._asked:
            self._asked, self._drawn = asked, self._at(rule, tight, kinds)
        return self._drawn

    def _at(self, rule: Array, tight: Mapping[int, float], kinds: list[int]) -> Drawn:
        charge = self._single.at(rule, tight)
        large = {kind: charge[kind] > limit for kind, limit in tight.items()}
        fits = ~np.any(list(large.values()), axis=0)
        found, single, rows = np.zeros_like(charge), np.zeros(len(KINDS), dtype=np.int64), None
        if fits.any():
            charges = Charges(self.question, self.day.some(fits), self.emptied_us)
            part = charges.at(rule, kinds)
            for kind in kinds:
                found[kind, fits] = part[kind]
            single, rows = charges.sizes(kinds)
        for kind, those in large.items():
            found[kind, those] = MAX_CHARGE
        return Drawn(found, single, rows)


def exceeded(single: Ints, limits: Mapping[str, float]) -> bool:
    """Whether the largest single call `(kinds,)` draws more than one of the limits has."""
    return any(single[kind] > limit for kind, limit in _of_tokens(limits).items())


def _of_tokens(limits: Mapping[str, float]) -> dict[int, float]:
    """By kind of charge the least limit of it; money has none that a call could exceed."""
    found: dict[int, float] = {}
    for meter, limit in limits.items():
        kind = METERED[meter][0] if meter in METERED else MONEY
        if kind != MONEY:
            found[kind] = min(limit, found.get(kind, limit))
    return found
