"""The must-haves: which offers are out, by which gate, and what is not known about those that stay.

Gates stand in a fixed order and the first that fires is the reason given. Latency is no gate: a slow reply is a matter of degree.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framework.axes.assessment import Finding, Verdict
from framework.catalogue.columns import Columns
from framework.scoring import evaluated, exclusions
from framework.scoring.chain import Assessments
from framework.scoring.near_misses import near_misses
from framework.scoring.results import Exclusion, Gate
from framework.vocabulary import CLASSES
from framework.workload import Workload

Bools = NDArray[np.bool_]

SOON_DAYS = 365
DEMANDS: tuple[Gate, ...] = ("providers", "retention", "regions", "features", "success", "class")
"""Gates that a team can open by asking for less, in the order in which that is easiest."""


def fixed_gates(workload: Workload, columns: Columns) -> dict[Gate, Bools]:
    """True `(offers,)` where a gate that no traffic figure can move is shut.

    A must-have has to be known to be met: a region or feature of which it is unknown is shut too. An unknown class or success rate passes
    and is flagged, and so does an evaluation of too few cases to tell.
    """
    needs = workload.needs
    shut = np.zeros(len(columns), dtype=bool)
    standard = columns.price.mtok[0, 0]
    lacks = [columns.features[name] != 1 for name in needs.features]
    away = [[region not in served for served in columns.regions] for region in needs.regions]
    listed = [provider not in needs.providers for provider in columns.providers] if needs.providers else shut
    agreed = [not needs.zero_retention or provider in needs.retention_agreed for provider in columns.providers]
    return {
        "retired": columns.retires_ordinal <= exclusions.must_live_until(needs, columns.on).toordinal(),
        "not sold": np.isnan(standard[0]) | np.isnan(standard[-1]),
        "class": (columns.capability >= 0) & (columns.capability < CLASSES.index(needs.capability_class)),
        "features": np.any(lacks, axis=0) if lacks else shut,
        "providers": np.asarray(listed, dtype=bool),
        "regions": np.any(away, axis=0) if away else shut,
        "retention": ~np.asarray(agreed, dtype=bool),
        "success": shut if needs.least_success is None else evaluated.own_success(workload, columns).high < needs.least_success,
    }


def moving_gates(assessments: Assessments) -> dict[Gate, Bools]:
    """True `(..., offers)` where the traffic itself shuts the gate: only a sure FAILS does, a range that straddles does not."""
    return {
        "budget": assessments.cost.verdicts == Verdict.FAILS,
        "context_window": assessments.context_window.verdicts == Verdict.FAILS,
        "rate_limits": assessments.rate_limits.verdicts == Verdict.FAILS,
    }


def passing(gates: Mapping[Gate, Bools]) -> Bools:
    """True where no gate is shut."""
    return np.asarray(~np.any(np.broadcast_arrays(*gates.values()), axis=0))


def first_shut(gates: Mapping[Gate, Bools]) -> tuple[Gate | None, ...]:
    """The reason per offer, None where all are open."""
    names: tuple[Gate | None, ...] = (*gates, None)
    stacked = np.stack([*gates.values(), np.ones(len(next(iter(gates.values()))), dtype=bool)])
    return tuple(names[place] for place in stacked.argmax(axis=0))


def all_gates(workload: Workload, columns: Columns, assessments: Assessments) -> dict[Gate, Bools]:
    """Every gate in the order of asking."""
    return fixed_gates(workload, columns) | moving_gates(assessments)


def screen(workload: Workload, columns: Columns, assessments: Assessments) -> tuple[Exclusion, ...]:
    """One exclusion per offer that is out, in the order of the columns."""
    gates = all_gates(workload, columns, assessments)
    asked = exclusions.Asked(workload, columns, assessments)
    missed = [None if np.isnan(part) else float(part) for part in near_misses(workload, columns, assessments, gates)]
    return tuple(
        exclusions.explain(gate, asked, position, missed_by=missed[position])
        for position, gate in enumerate(first_shut(gates))
        if gate is not None
    )


def flags(workload: Workload, columns: Columns, eligible: Bools) -> tuple[Finding, ...]:
    """What is not known, or ends soon, about the offers that stay in."""
    kept = [int(position) for position in np.flatnonzero(eligible)]
    told = [(position, text) for position in kept for text in _doubts(workload, columns, position)]
    told += evaluated.doubts(workload, columns, kept)
    return tuple(Finding(text, "warning", columns.ids[position]) for position, text in told)


def _doubts(workload: Workload, columns: Columns, position: int) -> Iterator[str]:
    name = columns.names[position]
    if columns.capability[position] < 0:
        yield f"The class of {name} is not known, so it was not held against {workload.needs.capability_class}."
    retires = columns.retires_ordinal[position]
    if retires <= columns.on.toordinal() + SOON_DAYS:
        yield f"{name} is switched off on {dt.date.fromordinal(int(retires))}: plan its successor now."


def smallest_change(workload: Workload, columns: Columns, assessments: Assessments) -> Exclusion | None:
    """Of the offers that fail one must-have alone, the one nearest to passing: figures move before demands do, the gone stay gone."""
    gates = all_gates(workload, columns, assessments)
    names, shut = list(gates), np.stack(list(gates.values()))
    efforts = {**_factors(workload, assessments), **{gate: 1e6 + place for place, gate in enumerate(DEMANDS)}}
    effort = np.stack([np.broadcast_to(efforts.get(gate, np.inf), (len(columns),)) for gate in names])
    alone = np.where(shut & (shut.sum(axis=0) == 1), np.nan_to_num(effort, nan=1e5, posinf=np.inf), np.inf)
    if not alone.size or np.isinf(alone.min()):
        return None
    row, position = divmod(int(alone.argmin()), len(columns))
    return exclusions.explain(names[row], exclusions.Asked(workload, columns, assessments), position)


def _factors(workload: Workload, assessments: Assessments) -> dict[Gate, Any]:
    """How many times over its target each offer is."""
    with np.errstate(divide="ignore"):
        return {
            "budget": assessments.cost.low_usd / workload.budget.monthly_usd,
            "context_window": 1 / assessments.context_window.fits_share,
            "rate_limits": assessments.rate_limits.peak_use,
        }
