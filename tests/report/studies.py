"""Studies of the small fixture catalogue, whose bills can be worked out by hand, and one of the real catalogue."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

from framework.catalogue.load import load_catalogue
from framework.priorities import Priorities
from framework.study import Study, deepen, study
from framework.workload import Workload

ON = dt.date(2026, 11, 23)
SMALL = Path(__file__).parents[1] / "catalogue" / "fixtures" / "small"

# 1,000 calls a day of 1,000 tokens in and 100 out, nothing cached, no spread: 30,000 calls a month.
PLAIN: dict[str, Any] = {
    "name": "Plain",
    "traffic": {"requests_per_day": 1_000, "active_hours": 24, "peak_factor": 2},
    "tokens": {"input_mean": 1_000, "output_mean": 100},
    "context": {"system_tokens": 600, "turns": 1, "turn_tokens": 400, "output_reserve_tokens": 500},
    "budget": {"monthly_usd": 500, "ttft_s": 5, "response_s": 20, "percentile": 80},
    "tiers": {"alpha": "scale", "beta": "three"},
}


@cache
def catalogue(real: bool = False) -> Any:
    return load_catalogue() if real else load_catalogue(SMALL)


def made(weights: dict[str, float] | None = None, *, real: bool = False, deep: bool = True, **changes: Any) -> Study:
    """A study of the plain workload with some parts replaced."""
    parts = {**PLAIN, **changes}
    if real and "tiers" not in changes:
        parts["tiers"] = {"openai": "launch", "anthropic": "build"}
    priorities = Priorities.model_validate({"weights": weights} if weights else {})
    found = study(Workload.model_validate(parts), priorities, catalogue(real), ON)
    return deepen(found) if deep else found


@cache
def plain() -> Study:
    """The plain workload, deepened."""
    return made()


@cache
def nothing_fits() -> Study:
    """The plain workload with a budget that no offer meets."""
    return made(budget={**PLAIN["budget"], "monthly_usd": 0.01})


@cache
def chatbot() -> Study:
    """A workload over the real catalogue, with a cached prefix and a baseline."""
    return made(
        real=True,
        name="Support chatbot",
        traffic={"requests_per_day": 10_000, "active_hours": 24, "peak_factor": 3},
        tokens={"input_mean": 2_400, "input_p95": 4_800, "output_mean": 300, "output_p95": 700},
        caching={"prefix_tokens": 1_500, "hit_rate": 0.7},
        context={"system_tokens": 1_500, "chunks": 1, "chunk_tokens": 500, "turns": 1, "turn_tokens": 400, "output_reserve_tokens": 1_024},
        budget={"monthly_usd": 5_000, "ttft_s": 2.0, "response_s": 10, "percentile": 90},
        needs={"class": "fast", "features": ["tools"], "providers": ["openai", "anthropic", "google"], "review_by": "2027-05-01"},
        baseline="openai/gpt-5.4",
    )
