"""Which offers a change of figures could bring to the top."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from framework.catalogue.records import METERS
from framework.scoring.chain import Case
from framework.scoring.screen import fixed_gates, passing
from framework.scoring.value import LIMITS, quantities, unknown_criteria

Bools = NDArray[np.bool_]
Ints = NDArray[np.intp]

CANDIDATES = 32
"""Offers that take part: those that the fewest others beat on every criterion at once."""


def unknown_of(case: Case) -> Bools:
    """`(criteria, offers)`: as `unknown_criteria`, and where limits are not all known though a known one fails.

    With less traffic it may not.
    """
    unknown, use = unknown_criteria(case), case.assessments.rate_limits.use
    unknown[LIMITS] |= (case.columns.limits.enforced & np.isnan(use[: len(METERS)])).any(axis=0) | np.isnan(use).all(axis=0)
    return unknown


def open_offers(case: Case) -> Ints:
    """Positions of the offers that no demand shuts out: figures alone decide about them."""
    return np.flatnonzero(passing(fixed_gates(case.workload, case.columns)))


def candidates(case: Case, *, choice: int, most: int = CANDIDATES) -> Ints:
    """Positions of the open offers that other figures could bring to the top: the choice, and those beaten on all criteria by the fewest.

    One that is not known counts as worst, as it does in the ranking.
    """
    open_ = open_offers(case)
    known = np.stack([quantity[open_] for quantity in quantities(case)])
    known[0] = -known[0]
    known = np.where(np.isnan(known) | unknown_of(case)[:, open_], -np.inf, known)
    at_least = (known[:, :, None] >= known[:, None, :]).all(axis=0)
    # Beaten by all that are at least as good on every axis, but for those that are exactly alike: they are at least as good in turn.
    beaten = (at_least & ~at_least.T).sum(axis=0)
    return np.sort(open_[np.lexsort((open_, beaten, open_ != choice))[:most]])
