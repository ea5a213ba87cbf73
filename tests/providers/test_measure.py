"""The probe against a server with known delays: what it times, what it counts, and when it stops."""

from __future__ import annotations

import asyncio
import statistics
from typing import Any

import pytest
from providers.loops import finished
from providers.makers import BOTH, Waits
from providers.timed import Timed, provider, timed

from framework.providers import Prices, Probe, ProbeCaps, ProbePlan
from framework.providers.plan import most_usd
from framework.providers.profile import ended
from framework.providers.prompts import most_input_tokens, prompt

SHORT = ProbePlan(prompt_tokens=(50,), requests=4, warm_requests=2, output_tokens=40)
# 50 words can be billed as 50 * 1.6 + 80 = 160 tokens, with the reply 200.
MOST_TOKENS = 200
DOLLAR = Prices(1.0, 10.0, 0.1)


def run(wire: Timed, plan: ProbePlan = SHORT, kind: str = "openai", **settings: Any) -> tuple[Probe, Waits]:
    """The plan sent to its end or until it stops."""
    waits = Waits()

    async def whole() -> Probe:
        async with provider(kind, wire, settings.pop("timeout_s", 10.0)) as llm:
            probe = Probe(llm, plan, sleep=waits, **settings)
            await probe.run()
            return probe

    return finished(whole()), waits


def counts(probe: Probe) -> dict[tuple[int, str], tuple[int, dict[str, int]]]:
    return {key: (len(group.samples), dict(group.failures)) for key, group in probe.groups.items()}


@pytest.mark.flaky(reruns=2, reruns_delay=5)  # a core that is taken away for some milliseconds is not the probe's doing
@BOTH
def test_seconds_are_those_of_the_servers_own_clock_within_5_ms_or_2_per_cent(kind: str) -> None:
    plan = ProbePlan((50,), requests=9, warm_requests=0, output_tokens=40)
    with timed(ttft_s=0.6, piece_s=0.01, pieces=20) as wire:
        probe, _ = run(wire, plan, kind)
    samples, noted = probe.groups[50, "cold"].samples, wire.noted[1:]  # the first request opens the connection
    assert probe.ended is None and len(samples) == len(noted) == 9
    firsts = [(sample.first_s or 0.0, note.first_s) for sample, note in zip(samples, noted, strict=True)]
    lasts = [(sample.last_s or 0.0, note.last_s) for sample, note in zip(samples, noted, strict=True)]
    # Two per cent of 0.6 s are 12 ms, which leaves room for a machine that does other things as well; its own clock says what it did.
    for pairs in (firsts, lasts):
        known = statistics.median(theirs for _, theirs in pairs)
        assert abs(statistics.median(ours - theirs for ours, theirs in pairs)) <= max(0.005, 0.02 * known)
    # The thinking chunk came at once: only what is visible ends the wait.
    assert min(ours for ours, _ in firsts) >= 0.6 and min(ours for ours, _ in lasts) >= 0.6 + 19 * 0.01
    reading = probe.groups[50, "cold"].reading()
    assert reading["ttft_s"]["p50"] == pytest.approx(statistics.median(ours for ours, _ in firsts), abs=1e-5)
    # 20 visible tokens, of which 19 come after the first.
    speeds = [19 / (last - first) for (first, _), (last, _) in zip(firsts, lasts, strict=True)]
    assert reading["tps"] == {"p50": pytest.approx(statistics.median(speeds), abs=0.01), "n": 9}


@BOTH
def test_cold_prompts_are_never_alike_and_warm_ones_are_told_apart_by_what_was_cached(kind: str) -> None:
    plan = ProbePlan((50, 200), requests=3, warm_requests=2, output_tokens=40)
    with timed() as wire:
        probe, _ = run(wire, plan, kind)
    assert counts(probe) == {(50, "cold"): (3, {}), (50, "warm"): (2, {}), (200, "cold"): (3, {}), (200, "warm"): (2, {})}
    systems = [note.system for note in wire.noted]
    # One to connect, then in turn: cold 50, the same again, cold 200, the same again; the third round is cold only.
    assert len(systems) == plan.size == 11 and len(set(systems)) == 1 + 2 * 3
    assert [systems[place] == systems[place - 1] for place in range(1, 11)] == [False, True, False, True] * 2 + [False, False]
    assert len({system[:30] for system in set(systems)}) == 7, "a cache that holds a beginning holds none of another prompt"
    readings = {key: group.reading() for key, group in probe.groups.items()}
    assert {key: reading["cached_share"] for key, reading in readings.items()} == {
        (50, "cold"): 0.0,
        (50, "warm"): 1.0,
        (200, "cold"): 0.0,
        (200, "warm"): 1.0,
    }
    # 50 words and the salt's two, as this server counts.
    assert readings[50, "cold"]["input_tokens"] == readings[50, "warm"]["input_tokens"] == 52


def test_a_p95_needs_40_replies_and_says_so() -> None:
    with timed(pieces=1) as wire:
        few, _ = run(wire, ProbePlan((50,), requests=39, warm_requests=0, output_tokens=40))
        enough, _ = run(wire, ProbePlan((50,), requests=40, warm_requests=0, output_tokens=40))
    reading = few.groups[50, "cold"].reading()
    assert (reading["ttft_s"]["p95"], reading["response_s"]["p95"], reading["p95_missing"]) == (None, None, "n = 39 is below 40")
    reading = enough.groups[50, "cold"].reading()
    firsts = sorted(sample.first_s or 0.0 for sample in enough.groups[50, "cold"].samples)
    # 0.95 * 39 = 37.05: a twentieth of the way from the 38th to the 39th.
    assert reading["ttft_s"]["p95"] == pytest.approx(firsts[37] + 0.05 * (firsts[38] - firsts[37]), abs=1e-5)
    assert reading["p95_missing"] is None
    assert reading["tps"] is None, "a reply in one piece has no speed"


@pytest.mark.parametrize("word", ["401", "404", "400", "402", "429 spend"])
def test_what_the_next_request_would_meet_again_stops_at_once_and_costs_nothing(word: str) -> None:
    with timed(script=["ok", "ok", word]) as wire:
        probe, waits = run(wire, prices={50: DOLLAR})
    assert len(wire.noted) == 3 and probe.ended is not None and waits.waited_s == []
    assert probe.groups[50, "cold"].reading()["n"] == 1, "what was measured until then is kept"
    # The connection and one cold prompt: 2 * (52 * $1 + 20 * $10) / 1M.
    assert probe.spent.usd == pytest.approx(2 * 252e-6) and probe.spent.requests == 3


def test_a_second_rate_limit_in_a_row_stops_and_a_first_one_is_waited_for() -> None:
    with timed(script=["ok", "429 after", "ok", "429 after ms", "429"]) as wire:
        probe, waits = run(wire)
    assert waits.waited_s == [17.0, 0.04]
    assert probe.ended is not None and probe.ended.startswith("the rate limit was met twice in a row: openai/gpt-test: too many tokens")
    # The warm request after a refused cold one is left out: nothing is known to be cached.
    assert counts(probe) == {(50, "cold"): (1, {"RateLimited": 2}), (50, "warm"): (0, {"RateLimited": 1})}


def test_an_overload_that_says_how_long_is_waited_for() -> None:
    with timed(script=["ok", "503 after", "503", "ok"]) as wire:
        probe, waits = run(wire)
    assert waits.waited_s == [9.0] and probe.ended is None and probe.failures == 2


def test_the_profile_says_why_it_ended_without_the_providers_words() -> None:
    # OpenAI names the organization in the message of a rate limit.
    with timed(script=["ok", "ok", "401"]) as wire:
        probe, _ = run(wire)
    assert "invalid x-api-key" in str(probe.ended)
    assert ended(probe) == "AuthenticationFailed (status 401); check the key in the environment, and what it may do"
    with timed(script=["429", "429"]) as wire:
        probe, _ = run(wire)
    told = str(ended(probe))
    assert told.startswith("the rate limit was met twice in a row: RateLimited (status 429); slow down") and "too many tokens" not in told


def test_error_replies_are_counted_by_kind_and_not_timed() -> None:
    with timed(script=["ok", "500", "cut", "silent", "ok"]) as wire:
        probe, _ = run(wire, ProbePlan((50,), requests=5, warm_requests=0, output_tokens=40))
    assert probe.ended is None and probe.failures == 3 and probe.timed == 2
    assert counts(probe) == {(50, "cold"): (2, {"Overloaded": 1, "ConnectionLost": 1, "NothingVisible": 1})}
    assert probe.groups[50, "cold"].reading()["failures"] == {"Overloaded": 1, "ConnectionLost": 1, "NothingVisible": 1}


def test_five_failures_in_a_row_stop_it_and_thinking_without_an_answer_names_the_cure() -> None:
    with timed(script=["503"] * 9) as wire:
        probe, _ = run(wire)
        assert len(wire.noted) == 5 and "5 requests in a row failed: openai/gpt-test: slow down" in str(probe.ended)
    with timed(script=["silent"] * 9) as wire:
        probe, _ = run(wire)
        assert len(wire.noted) == 5 and "allow more output tokens, as thinking uses them up" in str(probe.ended)


def test_no_more_requests_are_sent_than_allowed() -> None:
    with timed() as wire:
        probe, _ = run(wire, caps=ProbeCaps(requests=3))
    assert len(wire.noted) == 3 and probe.ended == "the limit of 3 requests was reached"


def test_a_request_that_could_exceed_the_tokens_is_not_sent() -> None:
    # Each reply bills 52 + 20 = 72. After three 216 are used; a fourth could take 200 more.
    with timed() as wire:
        probe, _ = run(wire, caps=ProbeCaps(tokens=216 + MOST_TOKENS - 1))
    assert len(wire.noted) == 3 and probe.spent.tokens == 216
    assert probe.ended == "the next request could exceed the limit of 415 tokens"


def test_a_request_that_could_exceed_the_money_is_not_sent_and_cached_tokens_are_billed_as_such() -> None:
    # A cold reply costs 52 * $1 + 20 * $10 = $252 per million, a warm one 52 * $0.1 + $200 = $205.2; a request at most 160 + 400 = $560.
    assert most_usd(DOLLAR, *SHORT.most_tokens(next(SHORT.steps()))) == pytest.approx(560e-6)
    with timed() as wire:
        probe, _ = run(wire, prices={50: DOLLAR}, caps=ProbeCaps(usd=(252 * 2 + 205.2 + 559) / 1e6))
    assert len(wire.noted) == 3 and probe.spent.usd == pytest.approx((252 * 2 + 205.2) / 1e6)
    assert "could exceed the limit of $0.00" in str(probe.ended)


def test_replies_without_usage_count_as_the_most_that_they_can_have_been() -> None:
    with timed(usage=False) as wire:
        probe, _ = run(wire, prices={50: DOLLAR}, caps=ProbeCaps(tokens=2 * MOST_TOKENS))
    assert len(wire.noted) == 2 and probe.spent.tokens == 400 and probe.spent.usd == pytest.approx(2 * 560e-6)
    reading = probe.groups[50, "cold"].reading()
    assert (reading["input_tokens"], reading["output_tokens"], reading["cached_share"], reading["tps"]) == (None, None, None, None)


def test_what_was_billed_beyond_expectation_is_expected_of_the_next_request() -> None:
    # 20 pieces and 300 tokens of thinking, although 40 were allowed: 372 a reply, and the next may take as much (or 160 for its prompt).
    with timed(reasoning_tokens=300) as wire:
        probe, _ = run(wire, caps=ProbeCaps(tokens=372 + 160 + 319))
    assert len(wire.noted) == 1 and probe.spent.tokens == 372


def test_the_last_second_cuts_what_is_under_way_and_keeps_the_rest() -> None:
    with timed(script=["ok", "ok", "hang"]) as wire:
        probe, _ = run(wire, caps=ProbeCaps(seconds=1.0))
    assert probe.ended == "the limit of 1 seconds was reached" and probe.groups[50, "cold"].reading()["n"] == 1
    assert probe.seconds < 5 and probe.spent.tokens == 2 * 72 + MOST_TOKENS, "what was cut may be billed"


@pytest.mark.parametrize("cap", [{"usd": float("nan")}, {"tokens": -1}, {"seconds": float("inf")}, {"requests": float("nan")}])
def test_a_limit_that_nothing_is_ever_above_is_no_limit_and_refused(cap: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"the limit of {next(iter(cap))} must be a number"):
        ProbeCaps(**cap)


def test_a_cancelled_probe_keeps_what_it_has() -> None:
    async def whole(wire: Timed) -> Probe:
        async with provider("openai", wire) as llm:
            probe = Probe(llm, SHORT)
            task = asyncio.create_task(probe.run())
            while len(wire.noted) < 3:
                await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return probe

    with timed(script=["ok", "ok", "hang"]) as wire:
        probe = finished(whole(wire))
    assert probe.ended == "interrupted" and probe.timed == 1


@BOTH
def test_thinking_is_no_part_of_the_speed(kind: str) -> None:
    plan = ProbePlan((50,), requests=3, warm_requests=0, output_tokens=200)
    with timed(piece_s=0.01, reasoning_tokens=100) as wire:
        probe, _ = run(wire, plan, kind)
    # 120 tokens billed, 20 of them visible: 19 in 0.19 s is 100 a second at most, never the 600 that all 120 would make.
    reading = probe.groups[50, "cold"].reading()
    assert (reading["output_tokens"], reading["reasoning_tokens"]) == (120, 100)
    assert 30 < reading["tps"]["p50"] <= 100


@BOTH
def test_where_thinking_is_not_told_a_text_too_short_for_its_tokens_gives_no_speed(kind: str) -> None:
    plan = ProbePlan((50,), requests=2, warm_requests=0, output_tokens=200)
    with timed(piece_s=0.005, reasoning_tokens=None) as wire:
        told, _ = run(wire, plan, kind)
        # 20 tokens and 100 characters: five to a token, so all of them are there to see.
        assert told.groups[50, "cold"].reading()["tps"]["n"] == 2
        assert [sample.thought for sample in told.groups[50, "cold"].samples] == [False, False]
        wire.pieces = 15
    sample = told.groups[50, "cold"].samples[0]
    # The same 100 characters billed as 51 tokens: fewer than two to a token.
    hidden = type(sample)(type(sample.response)("x" * 100, 50, 51, "m"), 0.1, 0.3, 0.3, 20)
    assert hidden.visible_tokens is None and hidden.tps is None and hidden.thought is True


def test_blank_pieces_before_the_first_word_are_not_visible() -> None:
    from providers.makers import Fake

    class Blank(Fake):
        async def _pieces(self, system_prompt, user_message, max_tokens):
            yield "\n"
            await asyncio.sleep(0.05)
            yield "word"
            yield await self.complete(system_prompt, user_message, max_tokens)

    async def whole() -> Probe:
        probe = Probe(Blank("a/b"), ProbePlan((50,), requests=1, warm_requests=0))
        await probe.run()
        return probe

    sample = finished(whole()).groups[50, "cold"].samples[0]
    assert sample.first_s is not None and sample.first_s >= 0.05 and sample.pieces == 1


def test_a_plan_says_what_it_may_cost_before_anything_is_sent() -> None:
    plan = ProbePlan((1_000, 10_000), requests=40, warm_requests=10, output_tokens=300)
    about = plan.estimate({1_000: Prices(2.0, 8.0, cache_write_mtok=2.5), 10_000: Prices(2.0, 8.0, cache_write_mtok=2.5)})
    # 51 requests of 1,080 and 50 of 10,080 tokens, each with a reply of 150 words, 200 tokens.
    assert about.requests == plan.size == 101 and about.tokens == 51 * 1_080 + 50 * 10_080 + 101 * 200
    assert about.usd == pytest.approx(((51 * 1_080 + 50 * 10_080) * 2 + 101 * 200 * 8) / 1e6)
    # At most 1,680 and 16,080 tokens, all written to the cache, and 300 out.
    assert about.most_tokens == 51 * 1_680 + 50 * 16_080 + 101 * 300
    assert about.most_usd == pytest.approx(((51 * 1_680 + 50 * 16_080) * 2.5 + 101 * 300 * 8) / 1e6)
    assert plan.estimate({1_000: DOLLAR})[3:] == (None, None), "half a price is none"


@pytest.mark.parametrize(
    "settings",
    [
        {"prompt_tokens": ()},
        {"prompt_tokens": (5,)},
        {"prompt_tokens": (50, 50)},
        {"prompt_tokens": (3_000_000,)},
        {"prompt_tokens": tuple(range(50, 57))},
        {"requests": 0},
        {"requests": 1_001},
        {"requests": 5, "warm_requests": 6},
        {"output_tokens": 0},
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"must be (one|from)|there must be"):
        ProbePlan(**settings)


def test_the_prompts_are_about_as_long_as_asked_for_in_o200k() -> None:
    from framework.counting.tokenizers import o200k_tokens

    for length in (100, 1_000, 10_000):
        counted = o200k_tokens(prompt(length, "0123456789abcdef"))
        assert length <= counted <= length + 25 < most_input_tokens(length)
    assert prompt(100, "a") != prompt(100, "b") and prompt(100, "a") == prompt(100, "a")
