"""One of two servers is killed while two hundred calls are under way: every call is answered, and answered once."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from providers.loops import finished
from providers.makers import KEY, Waits
from providers.wire import ANSWER, process

from framework.providers import AnthropicProvider, BreakerRule, Fallback, LLMResponse, OpenAIProvider
from framework.providers.retry import Retry

CALLS = 200
ROUNDS = 3


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
def test_nothing_is_lost_and_nothing_answered_twice_while_a_server_is_killed(streamed: bool) -> None:
    with process("primary") as (primary, victim), process("standby") as (standby, _):

        async def run() -> tuple[list[LLMResponse], Fallback]:
            retry = Retry(0, sleep=Waits())
            first = OpenAIProvider("m", base_url=f"{primary}/v1", api_key=KEY, timeout_s=20, retry=retry)
            second = AnthropicProvider("m", base_url=standby, api_key=KEY, timeout_s=20, retry=retry)
            llm = Fallback([first, second], breaker=BreakerRule(5, 60))
            async with llm:
                answers: list[LLMResponse] = []
                for number in range(ROUNDS):
                    calls = [asyncio.create_task(one(llm, streamed)) for _ in range(CALLS)]
                    if number == 1:
                        await asyncio.sleep(0.15)  # they are under way: each waits 0.4 s at the server
                        victim.kill()
                    answers += await asyncio.gather(*calls)
            return answers, llm

        answers, llm = finished(run())
    assert len(answers) == CALLS * ROUNDS
    assert {answer.content for answer in answers} == {ANSWER}
    by = Counter(answer.id for answer in answers)
    assert by.keys() == {"primary-1", "standby-1"}
    assert by["primary-1"] > CALLS / 2 and by["standby-1"] >= CALLS
    tallies = llm.tallies
    assert tallies["openai/m"].answered == by["primary-1"] and tallies["anthropic/m"].answered == by["standby-1"]
    assert tallies["anthropic/m"].calls == by["standby-1"], "nobody asked the second for what the first had answered"
    assert llm.breakers["openai/m"].state == "open"
    # Once it was open, the dead server was left alone: the whole last round went past it.
    assert tallies["openai/m"].calls <= CALLS * 2


async def one(llm: Fallback, streamed: bool) -> LLMResponse:
    if not streamed:
        return await llm.complete("", "wait 0.4")
    async with llm.stream("", "wait 0.4") as pieces:
        seen = [piece async for piece in pieces]
    assert "".join(seen) == pieces.response.content
    return pieces.response
