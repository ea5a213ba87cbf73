"""How long prompts and replies are: mean and spread, from the mean or the median."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, TypeGuard

from pydantic import Field, model_validator

from framework.part import Part, TokenCount
from framework.quantities import MAX_P95_OVER_MEAN, log_normal_from_p50
from framework.vocabulary import Effort


def _spread_problem(what: str, mean: float, p95: float | None) -> str | None:
    """Why `(mean, p95)` is no log-normal, or None."""
    if p95 is None:
        return None
    if p95 < mean:
        return f"{what}_p95 ({p95:g}) is below {what}_mean ({mean:g}): raise it to {mean:g} or more, or leave it out for no spread"
    if mean > 0 and p95 / mean > MAX_P95_OVER_MEAN:
        return (
            f"{what}_p95 is {p95 / mean:.2f} times {what}_mean; above {MAX_P95_OVER_MEAN} no log-normal has such a mean: "
            f"give {what}_p50 and {what}_p95 instead"
        )
    return None


def _usable(value: Any) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) and value > 0


class Tokens(Part):
    """Tokens per request. `own`: counts are already each model's; `o200k`: convert by each model's ratio.

    A missing p95 means no spread. `*_p50` replaces the mean where the spread is too wide for mean and p95 (p95 above 3.868 times the mean).
    `reasoning_mean` is at medium effort; `effort` scales it by how much more or less each model thinks at another one.
    """

    input_mean: Annotated[float, Field(ge=1, le=10_000_000, allow_inf_nan=False, strict=True)] = 1_200
    input_p95: TokenCount | None = None
    input_p50: TokenCount | None = None
    output_mean: Annotated[float, Field(ge=1, le=1_000_000, allow_inf_nan=False, strict=True)] = 300
    output_p95: TokenCount | None = None
    output_p50: TokenCount | None = None
    reasoning_mean: Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False, strict=True)] = 0
    effort: Effort = "medium"
    tokenizer: Literal["own", "o200k"] = "own"

    @model_validator(mode="before")
    @classmethod
    def _mean_from_p50(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        filled = dict(data)
        for what in ("input", "output"):
            p50, p95, mean = (filled.get(f"{what}_{part}") for part in ("p50", "p95", "mean"))
            if not (_usable(p50) and _usable(p95)) or not p50 <= p95 <= 1000 * p50:
                continue  # the field's own validation reports it
            derived = log_normal_from_p50(p50, p95).mean
            if mean is not None and abs(mean - derived) > 0.01 * derived:
                raise ValueError(
                    f"{what}_mean {mean:g} does not follow from {what}_p50 and {what}_p95 (they give {derived:,.0f}): leave the mean out"
                )
            filled[f"{what}_mean"] = derived
        return filled

    @model_validator(mode="after")
    def _spreads(self) -> Tokens:
        for what, mean, p50, p95 in (
            ("input", self.input_mean, self.input_p50, self.input_p95),
            ("output", self.output_mean, self.output_p50, self.output_p95),
        ):
            if p50 is None:
                problem = _spread_problem(what, mean, p95)
            elif p95 is None or p50 <= 0:
                problem = f"{what}_p50 needs {what}_p95 beside it"
            else:
                problem = f"{what}_p95 must lie between {what}_p50 and 1,000 times it" if not p50 <= p95 <= 1000 * p50 else None
            if problem:
                raise ValueError(problem)
        return self
