"""Assessments with the figures a test needs and nothing behind them, over the five invented offers of `axes.builders`."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from axes.builders import make_columns

from framework.axes.assessment import Verdict
from framework.axes.context_fit import Fit
from framework.axes.demand import DIMENSIONS
from framework.catalogue.records import METERS
from framework.load import load_of
from framework.priorities import Priorities
from framework.scoring.chain import Assessments, Case
from framework.scoring.results import Scores
from framework.workload import Workload

MEETS = np.full(5, Verdict.MEETS)
FAILS_BUDGET = np.array([Verdict.MEETS, Verdict.FAILS, Verdict.MEETS, Verdict.MEETS, Verdict.MEETS])
"""The second is over the budget."""


def verdicts(**at: Verdict) -> np.ndarray:
    """All MEETS but the offers `o0` to `o4` that are given."""
    found = MEETS.copy()
    for name, verdict in at.items():
        found[int(name[1:])] = verdict
    return found


def array(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)


def make_assessments(**changes: Any) -> Assessments:
    """Five offers that cost $1,000, reply in time for 95 %, have twice the room they need and fit everything, but for the changes."""
    given = {
        "cost_usd": np.full(5, 1_000.0),
        "attainment": np.full(5, 0.95),
        "headroom": np.full(5, 2.0),
        "fits": np.ones(5),
        "cost": MEETS,
        "latency": MEETS,
        "rate_limits": MEETS,
        "context_window": MEETS,
    } | changes
    usd = given["cost_usd"]
    return Assessments(
        cost=SimpleNamespace(
            verdicts=given["cost"],
            low_usd=given.get("low_usd", usd),
            expected_usd=usd,
            high_usd=given.get("high_usd", usd),
            hit_rate=given.get("hit_rate", np.zeros(5)),
            findings=(),
        ),
        latency=SimpleNamespace(verdicts=given["latency"], attainment=given["attainment"], ttft_p50_s=np.full(5, 0.5), findings=()),
        rate_limits=_rate_limits(given),
        context_window=SimpleNamespace(
            verdicts=given["context_window"],
            fits_share=given["fits"],
            fits_share_low=given["fits"],
            fits_share_high=given["fits"],
            fit=np.where(given["fits"] >= 0.99, Fit.ROOM, Fit.OVERFLOWS),
            prompt_tokens=np.full(5, 100_000.0),
            usable_tokens=np.full(5, 120_000.0),
            chunks_that_fit=np.full(5, 12.0),
            turns_that_fit=np.full(5, 1.0),
            findings=(),
        ),
    )


def _rate_limits(given: dict[str, Any]) -> SimpleNamespace:
    headroom = given["headroom"]
    return SimpleNamespace(
        verdicts=given["rate_limits"],
        headroom=headroom,
        room=headroom,
        room_best=given.get("room_best", headroom),
        bend=np.ones((2, len(headroom))),
        peak_use=1 / headroom,
        # No limit on money is known.
        use=np.vstack([np.tile(1 / headroom, (len(METERS), 1)), np.full((len(DIMENSIONS) - len(METERS), len(headroom)), np.nan)]),
        binding=("otpm",) * 5,
        tier=("build", "build", "tier-1", "paid", "paid"),
        peak_load=np.full((7, 5), 160_000.0),
        served=given.get("served", np.ones(5)),
        served_worst=given.get("served_worst", np.ones(5)),
        tier_index=np.zeros(5, dtype=np.int64),
        duration_s=np.full(5, np.nan),
        lowest_tier=given.get("lowest_tier", (None,) * 5),
        next_step=given.get("next_step", ("",) * 5),
        findings=(),
    )


def make_case(
    workload: dict[str, Any] | None = None, priorities: dict[str, Any] | None = None, *, columns: dict[str, Any] | None = None, **parts: Any
) -> Case:
    """A case of fakes: what differs from the defaults of each part."""
    made = Workload.model_validate(workload or {})
    return Case(made, Priorities.model_validate(priorities or {}), make_columns(**columns or {}), load_of(made), make_assessments(**parts))


def make_scores(values: Any, weights: Any = (0.4, 0.3, 0.2, 0.1), *, high: Any = None) -> Scores:
    """Scores of known values `(axes, offers)`, everyone eligible, in the order of the columns."""
    low = np.array(values, dtype=float)
    best = low if high is None else np.array(high, dtype=float)
    offers, shares = low.shape[1], np.array(weights, dtype=float)
    return Scores(
        weights=shares,
        value_low=low,
        value_high=best,
        low=shares @ low,
        high=shares @ best,
        eligible=np.ones(offers, dtype=bool),
        rank=np.arange(1, offers + 1),
        topsis=np.full(offers, np.nan),
        dominated=np.zeros(offers, dtype=bool),
    )
