"""Several providers behind the interface of one: a share of the calls to each, counted apart."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import AsyncGenerator, Callable, Mapping
from itertools import accumulate

from .base import LLMProvider, LLMResponse, Prompt, Stream, close_all, distinct_names
from .tally import Prices, Tally


class Split(LLMProvider):
    """Sends each call to one of several providers, in the shares given: an A/B test.

    `key` names whom a call is for, as a `ContextVar`'s `get` does; the same key always meets the same provider, in every process. Of two
    providers a changed share moves only as many keys as it must; of more, keys of those that stand between them move as well. Calls
    without a key (None, or no `key` at all) are spread evenly in the shares.
    `salt` makes a second test independent of the first. `tallies` counts per provider, in USD where `prices` has the provider (by the
    name that answered, so that the fallback of an arm is priced as what it is).
    """

    def __init__(
        self,
        arms: Mapping[LLMProvider, float],
        *,
        key: Callable[[], str | None] | None = None,
        prices: Mapping[str, Prices] | None = None,
        salt: str = "",
    ) -> None:
        names = distinct_names(list(arms))
        if not all(share > 0 for share in arms.values()) or abs(sum(arms.values()) - 1) > 1e-9:
            raise ValueError(f"the shares are {', '.join(map(str, arms.values()))}; give shares above 0 that add up to 1")
        self.name = f"split({', '.join(names)})"
        self.arms = dict(arms)
        self._providers, self._bounds = list(arms), list(accumulate(arms.values()))
        self.tallies = {name: Tally() for name in names}
        self._key, self._salt = key, salt
        self._prices = dict(prices or {})
        self._unkeyed = 0

    def arm(self, key: str | None = None) -> LLMProvider:
        """The provider for that key; without one the next in turn."""
        place = self._place(key)
        return self._providers[min(bisect_right(self._bounds, place), len(self._providers) - 1)]

    async def complete(self, system_prompt: str, user_message: str, max_tokens: int = 1024) -> LLMResponse:
        """The reply of the provider whose turn it is."""
        provider = self.arm(self._key() if self._key else None)
        with self.tallies[provider.name].watch(self._prices) as replies:
            replies.append(await provider.complete(system_prompt, user_message, max_tokens))
        return replies[0]

    def stream(self, system_prompt: str, user_message: str, max_tokens: int = 1024) -> Stream:
        """The pieces of the provider whose turn it is; the key is read now, not when the reading begins."""
        provider = self.arm(self._key() if self._key else None)
        return Stream(self._stream(provider, Prompt(system_prompt, user_message, max_tokens)))

    async def _stream(self, provider: LLMProvider, prompt: Prompt) -> AsyncGenerator[str | LLMResponse]:
        with self.tallies[provider.name].watch(self._prices) as replies:
            async with provider.stream(*prompt) as pieces:
                async for piece in pieces:
                    yield piece
                replies.append(pieces.response)
        yield replies[0]

    async def aclose(self) -> None:
        """Close all of them."""
        await close_all(self.arms)

    def _place(self, key: str | None) -> float:
        """A number of 0..1: the hash of the key, or the next step of the golden ratio, which fills the interval evenly."""
        if key is not None:
            digest = hashlib.blake2b(f"{self._salt}\0{key}".encode(errors="surrogatepass"), digest_size=8).digest()
            return int.from_bytes(digest) / 2**64
        self._unkeyed += 1
        return self._unkeyed * 0.6180339887498949 % 1
