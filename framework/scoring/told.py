"""How a value of a swept field or a weight is told, and the value that is read: rounded onwards, so that it does what is said of it."""

from __future__ import annotations

from collections.abc import Callable

from framework import wording

LENGTHS = ("tokens.input_mean", "tokens.output_mean", "conversation.user_tokens")


def told_by(what: str) -> Callable[[float], str]:
    """The words for a value of that field."""
    if what.startswith("weights.") or what == "caching.hit_rate":
        return wording.share
    if what in LENGTHS:
        return wording.tokens
    return {"budget.monthly_usd": wording.usd, "budget.ttft_s": wording.seconds, "budget.response_s": wording.seconds}.get(
        what, wording.count
    )


def as_read(what: str, to: float, *, up: bool) -> float:
    """The value that is printed for `to`, not short of it."""
    return wording.not_short_of(told_by(what), to, up=up)
