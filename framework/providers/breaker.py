"""A circuit breaker: a provider that keeps failing is left alone for a while, then asked once before it is trusted again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

LONGEST_HOLD_S = 3600.0
"""However long a provider asks to be left alone, it is asked again after an hour: one odd header must not shut it out for good."""


@dataclass(frozen=True)
class BreakerRule:
    """Opens after so many failures in a row, and lets one call through after the cool-down."""

    failures: int = 5
    cool_down_s: float = 30.0

    def __post_init__(self) -> None:
        if self.failures < 1 or not self.cool_down_s > 0:
            raise ValueError(f"{self}: give at least 1 failure and a cool-down above 0 seconds")


class Pass(NamedTuple):
    """Leave to make one call, given back with its outcome; `era` counts the openings and closings before it."""

    era: int


class Breaker:
    """The state of one provider. All methods are plain and never wait, so that calls of one event loop cannot come between.

    An outcome counts only in the era its call began in: what was under way when the breaker opened neither closes it nor prolongs it.
    Once cooled down one call is let through, and another where that one has said nothing for as long as the cool-down: a stream that
    is read slowly, or never to its end, does not shut a sound provider out.
    """

    def __init__(self, rule: BreakerRule | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.rule = rule or BreakerRule()
        self._clock = clock
        self._failures = 0
        self._era = 0
        self._open_until_s: float | None = None
        self._probe_until_s = 0.0

    @property
    def state(self) -> Literal["closed", "open", "half-open"]:
        """half-open: cooled down, and the next call (or the one under way) decides."""
        if self._open_until_s is None:
            return "closed"
        return "open" if self._clock() < self._open_until_s else "half-open"

    @property
    def closed_for_s(self) -> float:
        """Seconds until it lets a call through again, 0 where it does so now."""
        return max(0.0, (self._open_until_s or 0.0) - self._clock()) if self._open_until_s is not None else 0.0

    def admit(self) -> Pass | None:
        """Leave for one call, or None. Each pass must come back by one of the three methods below."""
        if self._open_until_s is not None:
            now_s = self._clock()
            if now_s < max(self._open_until_s, self._probe_until_s):
                return None
            self._probe_until_s = now_s + self.rule.cool_down_s
        return Pass(self._era)

    def succeeded(self, leave: Pass) -> None:
        """The provider answered."""
        if leave.era == self._era:
            self._failures = 0
            if self._open_until_s is not None:
                self._turn(None)

    def failed(self, leave: Pass, hold_s: float | None = None) -> None:
        """The provider failed; `hold_s` is a wait that it asked for itself, which an opening lasts at least, up to an hour."""
        if leave.era != self._era:
            return
        self._failures += 1
        if self._open_until_s is not None or self._failures >= self.rule.failures:
            self._turn(self._clock() + max(self.rule.cool_down_s, min(hold_s or 0.0, LONGEST_HOLD_S)))

    def released(self, leave: Pass) -> None:
        """The call ended without saying anything about the provider, as when its caller gave up."""
        if leave.era == self._era:
            self._probe_until_s = 0.0

    def _turn(self, open_until_s: float | None) -> None:
        self._era += 1
        self._failures, self._probe_until_s, self._open_until_s = 0, 0.0, open_until_s
