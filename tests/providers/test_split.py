"""Shares of an A/B test: kept to, sticky by key, and counted apart."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextvars import ContextVar

import pytest
from providers.loops import finished
from providers.makers import Fake, ask, provider, raising, read
from providers.wire import PIECES, Wire

from framework.providers import Fallback, LLMResponse, Overloaded, Prices, Refused, Split
from framework.providers.tally import Latencies

KEYS = [f"user-{n}" for n in range(20_000)]


def places(shares: dict[str, float], salt: str = "") -> dict[str, str]:
    split = Split({Fake(name): share for name, share in shares.items()}, salt=salt)
    return {key: split.arm(key).name for key in KEYS}


def test_the_keys_fall_into_the_shares() -> None:
    found = Counter(places({"a": 0.9, "b": 0.1}).values())
    # 20,000 keys at 10 %: a standard deviation of sqrt(20000 x 0.1 x 0.9) = 42; four of them are 170.
    assert abs(found["b"] - 2_000) < 170


def test_the_same_key_meets_the_same_provider_in_every_process() -> None:
    assert places({"a": 0.5, "b": 0.5}) == places({"a": 0.5, "b": 0.5})
    # printf '\\0user-0' | b2sum -l 64 gives 8a550d711f9a3ead: 0x8a55 / 0x10000 = 0.5403.
    split = Split({Fake("a"): 0.5403, Fake("b"): 0.4597})
    assert split.arm("user-0").name == "b"
    split = Split({Fake("a"): 0.5404, Fake("b"): 0.4596})
    assert split.arm("user-0").name == "a"


def test_raising_a_share_moves_only_the_keys_it_must() -> None:
    before, after = places({"a": 0.9, "b": 0.1}), places({"a": 0.8, "b": 0.2})
    moved = [key for key in KEYS if before[key] != after[key]]
    assert {(before[key], after[key]) for key in moved} == {("a", "b")}
    assert abs(len(moved) - 2_000) < 170


def test_two_tests_with_different_salts_are_independent() -> None:
    one, two = places({"a": 0.5, "b": 0.5}, "one"), places({"a": 0.5, "b": 0.5}, "two")
    both = sum(one[key] == two[key] for key in KEYS)
    assert abs(both - 10_000) < 4 * 71  # sqrt(20000 / 4) = 71


def test_a_key_cut_in_half_of_a_character_has_a_place_as_well() -> None:
    split = Split({Fake("a"): 0.5, Fake("b"): 0.5})
    assert split.arm("user \ud83d") is split.arm("user \ud83d")


def test_calls_without_a_key_are_spread_evenly() -> None:
    a, b = Fake("a"), Fake("b")
    split = Split({a: 0.9, b: 0.1})

    async def run() -> None:
        await asyncio.gather(*(split.complete("", "hi") for _ in range(100)))

    finished(run())
    assert (a.asked, b.asked) == (90, 10)


def test_the_key_of_the_running_task_decides() -> None:
    user: ContextVar[str | None] = ContextVar("user", default=None)
    split = Split({Fake("a"): 0.5, Fake("b"): 0.5}, key=user.get)

    async def call(name: str) -> tuple[str, str]:
        user.set(name)
        return split.arm(name).name, (await split.complete("", "hi")).provider

    async def run() -> list[tuple[str, str]]:
        return await asyncio.gather(*(asyncio.create_task(call(f"user-{n}")) for n in range(50)))

    outcomes = finished(run())
    assert all(expected == met for expected, met in outcomes)
    assert len({met for _, met in outcomes}) == 2


def test_each_arm_has_its_own_counters() -> None:
    good, bad = Fake("good"), Fake("bad", raising(Overloaded("busy")))
    split = Split({good: 0.5, bad: 0.5}, prices={"good": Prices(2.0, 10.0, cache_read_mtok=0.2)})

    async def run() -> None:
        await asyncio.gather(*(split.complete("", "hi") for _ in range(10)), return_exceptions=True)

    finished(run())
    tally = split.tallies["good"]
    assert (tally.calls, tally.answered, tally.failed) == (5, 5, 0)
    assert (tally.input_tokens, tally.output_tokens, tally.cached_tokens) == (5_000, 500, 2_000)
    # Each: 600 uncached x 2 + 400 read x 0.2 + 100 out x 10 = 2,280 USD per million calls; five of them.
    assert tally.usd == pytest.approx(5 * 2_280e-6) and tally.unpriced == 0
    assert split.tallies["bad"].errors == {"Overloaded": 5} and split.tallies["bad"].usd == 0


def test_a_reply_without_a_price_is_counted_as_unpriced_and_not_as_free() -> None:
    split = Split({Fake("a"): 1.0}, prices={"a": Prices(2.0, 10.0)})
    ask(split, "hi")
    assert (split.tallies["a"].usd, split.tallies["a"].unpriced) == (0.0, 1), "400 tokens were read from a cache of unknown price"


def test_a_refused_reply_is_billed() -> None:
    reply = LLMResponse("", 1_000_000, 0, "m", finish_reason="refused", provider="a")
    split = Split({Fake("a", raising(Refused("no", response=reply))): 1.0}, prices={"a": Prices(3.0, 15.0)})
    with pytest.raises(Refused):
        ask(split, "hi")
    tally = split.tallies["a"]
    assert (tally.usd, tally.answered, tally.errors) == (3.0, 0, {"Refused": 1})


def test_tokens_that_nobody_told_of_are_counted_as_such() -> None:
    prices = Prices(1.0, 1.0)
    assert prices.usd(LLMResponse("", None, 5, "m")) is None and prices.usd(LLMResponse("", 5, None, "m")) is None
    fake = Fake("a")

    async def untold(*_: object) -> LLMResponse:
        return LLMResponse("yes", None, None, "m", provider="a")

    fake.complete = untold  # type: ignore[method-assign]
    split = Split({fake: 1.0})
    ask(split, "hi")
    assert (split.tallies["a"].uncounted, split.tallies["a"].input_tokens) == (1, 0)


def test_the_cache_write_has_its_own_price() -> None:
    # 200 uncached x 3 + 2,000 read x 0.3 + 400 written x 3.75 + 7 out x 15 = 600 + 600 + 1,500 + 105 = 2,805 per million.
    reply = LLMResponse("", 2_600, 7, "m", cached_tokens=2_000, cache_write_tokens=400)
    assert Prices(3.0, 15.0, 0.3, 3.75).usd(reply) == pytest.approx(2_805e-6)
    assert Prices(3.0, 15.0, 0.3).usd(reply) is None


def test_the_fallback_of_an_arm_is_priced_as_the_provider_that_answered() -> None:
    arm = Fallback([Fake("dear", raising(Overloaded("busy"))), Fake("cheap")])
    split = Split({arm: 1.0}, prices={"dear": Prices(100.0, 100.0, 100.0), "cheap": Prices(1.0, 1.0, 1.0)})
    ask(split, "hi")
    assert split.tallies[arm.name].usd == pytest.approx(1_100e-6)


def test_streams_go_to_the_arms_as_well(wire: Wire) -> None:
    split = Split({provider("openai", wire): 0.5, provider("anthropic", wire): 0.5}, key=lambda: "user-1")
    pieces, stream, error = read(split, "plain")
    assert error is None and pieces == list(PIECES)
    tally = split.tallies[stream.response.provider]
    assert (tally.answered, tally.ttft.count, tally.response.count) == (1, 1, 1)


def test_a_cancelled_call_is_neither_success_nor_failure() -> None:
    split = Split({Fake("a", delay_s=9): 1.0})

    async def run() -> None:
        call = asyncio.create_task(split.complete("", "hi"))
        await asyncio.sleep(0.02)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

    finished(run())
    tally = split.tallies["a"]
    assert (tally.calls, tally.cancelled, tally.answered, tally.failed) == (1, 1, 0, 0)


def test_quantiles_are_within_one_per_cent_and_the_mean_is_exact() -> None:
    seen = Latencies()
    for n in range(1, 1001):
        seen.add(n / 1000)
    assert seen.mean_s == pytest.approx(0.5005)
    for share, truth in ((0.5, 0.5), (0.95, 0.95), (0.99, 0.99), (1.0, 1.0), (0.0, 0.001)):
        assert seen.quantile_s(share) == pytest.approx(truth, rel=0.01)
    assert len(seen._buckets) < 400, "memory does not grow with the calls"


def test_before_the_first_call_nothing_is_known() -> None:
    assert Latencies().mean_s is None and Latencies().quantile_s(0.5) is None


@pytest.mark.parametrize("shares", [(0.5, 0.6), (0.5, 0.4), (1.0, 0.0), (1.2, -0.2), ()])
def test_shares_that_do_not_add_up_are_refused(shares: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match=r"shares|at least one"):
        Split({Fake(f"p{n}"): share for n, share in enumerate(shares)})


def test_two_arms_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="a name of its own"):
        Split({Fake("a"): 0.5, Fake("a"): 0.5})
