"""What the abstraction layer costs beside the bare SDK: the same calls to the same server on loopback, fifty at a time, in turns.

CPU time of this process, the server being another one; the fastest round of each, because other work on the machine only adds. At a
real provider a call lasts a hundred times longer, so the share of it is smaller still.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import anthropic
import openai
import pytest
from providers.makers import KEY
from providers.wire import ANSWER, process

from framework.providers import AnthropicProvider, Fallback, LLMProvider, OpenAIProvider, Split

pytestmark = pytest.mark.bench

AT_ONCE, ROUNDS = 50, 16
MOST_SHARE, MOST_MS = 0.02, 0.3

Call = Callable[[], Awaitable[Any]]


@pytest.fixture(scope="module", autouse=True)
def _alone() -> Iterator[None]:
    """What the tests before this one have left is not gone through again between the rounds, which would take longer than they do."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    with process("bench", "canned") as (base, _):
        yield base


@asynccontextmanager
async def bare(kind: str, base: str, streamed: bool) -> AsyncIterator[Call]:
    """The SDK as its documentation uses it."""
    messages: Any = [{"role": "user", "content": "plain"}]
    if kind == "openai":
        client: Any = openai.AsyncOpenAI(api_key=KEY, base_url=f"{base}/v1", max_retries=0)
        create = client.chat.completions.create
        fields: dict[str, Any] = {"max_completion_tokens": 64}
    else:
        client = anthropic.AsyncAnthropic(api_key=KEY, base_url=base, max_retries=0)
        create, fields = client.messages.create, {"max_tokens": 64}

    async def whole() -> None:
        await create(model="m", messages=messages, **fields)

    async def pieces() -> None:
        more = {"stream_options": {"include_usage": True}} if kind == "openai" else {}
        async for _ in await create(model="m", messages=messages, stream=True, **fields, **more):
            pass

    async with client:
        yield pieces if streamed else whole


@asynccontextmanager
async def ours(llm: LLMProvider, streamed: bool) -> AsyncIterator[Call]:
    async def whole() -> None:
        assert (await llm.complete("", "plain", 64)).content == ANSWER

    async def pieces() -> None:
        async with llm.stream("", "plain", 64) as stream:
            async for _ in stream:
                pass

    async with llm:
        yield pieces if streamed else whole


async def cpu_ms(call: Call) -> float:
    """CPU milliseconds of one call, from a round of fifty at once; garbage is collected between the rounds and not in some of them."""
    gc.collect()
    gc.disable()
    try:
        began = time.process_time()
        await asyncio.gather(*(call() for _ in range(AT_ONCE)))
        return 1e3 * (time.process_time() - began) / AT_ONCE
    finally:
        gc.enable()


async def in_turns(calls: list[Call]) -> list[float]:
    """The fastest round of each, the first one not counted."""
    best = [float("inf")] * len(calls)
    for number in range(ROUNDS + 1):
        for place in range(len(calls)):
            turn = (place + number) % len(calls)  # nobody always follows the same one
            spent_ms = await cpu_ms(calls[turn])
            best[turn] = min(best[turn], spent_ms if number else float("inf"))
    return best


def made(kind: str, base: str) -> LLMProvider:
    if kind == "openai":
        return OpenAIProvider("m", api_key=KEY, base_url=f"{base}/v1")
    return AnthropicProvider("m", api_key=KEY, base_url=base)


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("kind", ["openai", "anthropic"])
def test_a_call_costs_hardly_more_than_one_of_the_bare_sdk(kind: str, streamed: bool, base: str) -> None:
    async def run() -> list[float]:
        routed = Split({Fallback([made(kind, base)]): 1.0})
        async with bare(kind, base, streamed) as sdk, ours(made(kind, base), streamed) as one, ours(routed, streamed) as all_of_it:
            return await in_turns([sdk, one, all_of_it])

    sdk_ms, one_ms, routed_ms = asyncio.run(run())
    print(f"\n{kind}: SDK {sdk_ms:.2f} ms, provider +{one_ms - sdk_ms:.3f} ms, with fallback and split +{routed_ms - sdk_ms:.3f} ms")
    most_ms = max(MOST_SHARE * sdk_ms, MOST_MS)
    assert one_ms - sdk_ms <= most_ms
    assert routed_ms - sdk_ms <= most_ms
