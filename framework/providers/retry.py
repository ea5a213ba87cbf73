"""How often and how long a provider is asked again; the SDKs' own retries stay off, because they retry a spend limit as well."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from .errors import ProviderError

FIRST_WAIT_S = 0.5
LONGEST_BACKOFF_S = 8.0


@dataclass(frozen=True)
class Retry:
    """`max_retries` after the first attempt; a provider that asks for a wait of more than `max_wait_s` is not waited for.

    `jitter` gives numbers of 0..1; it is what keeps many clients from coming back at the same moment, and needs no seed.
    """

    max_retries: int = 2
    max_wait_s: float = 30.0
    jitter: Callable[[], float] = random.random
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep

    def __post_init__(self) -> None:
        if self.max_retries < 0:
            raise ValueError(f"max_retries is {self.max_retries}; give 0 or more")

    def wait_s(self, error: ProviderError, retries: int) -> float | None:
        """Seconds until the next attempt, after so many retries; None where there is to be none.

        The wait that the provider asks for is a minimum, and up to a tenth is added: it asks all its callers for the same. Without one
        it doubles from half a second to eight, less up to a quarter.
        """
        if not error.retryable or retries >= self.max_retries:
            return None
        asked_s = error.retry_after_s
        if asked_s is not None:
            return float(asked_s * (1 + 0.1 * self.jitter())) if asked_s <= self.max_wait_s else None
        return float(min(FIRST_WAIT_S * 2**retries, LONGEST_BACKOFF_S) * (1 - 0.25 * self.jitter()))

    async def pause(self, error: ProviderError, retries: int) -> None:
        """Wait for the next attempt, or raise the error where there is to be none."""
        wait_s = self.wait_s(error, retries)
        if wait_s is None:
            raise error
        await self.sleep(wait_s)
