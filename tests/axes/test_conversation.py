"""Bills of conversations, worked out turn by turn: each prompt is the one before and what the turn added."""

from typing import Any

import numpy as np
import pytest
from axes.builders import NAN, make_columns, make_load
from axes.rich import CACHED, CLIFF, IMPLICIT, PLAIN
from hypothesis import given, settings
from hypothesis import strategies as st

from framework.axes.cost import assess, monthly_usd
from framework.load import Load, load_of
from framework.workload import Workload

MONTH = 30
COLUMNS = make_columns()


def talk(turns: int, **fields: Any) -> Load:
    """One conversation a day of S = 3,000, U = 150, O = 350, of which every turn finds the one before."""
    common = {"system_tokens": 3_000.0, "user_tokens": 150.0, "output_mean": 350.0, "hit_rate": 1.0, "requests_per_day": float(turns)}
    return make_load(converses=True, conversation_turns=turns, **common | fields)


def per_conversation(load: Load, offer: int = CACHED, columns: Any = COLUMNS) -> float:
    return float(monthly_usd(load, columns)[offer]) / MONTH


@pytest.mark.parametrize(("turns", "flat", "uncached", "cached"), [(10, 0.098, 0.143, 0.063), (40, 0.392, 1.172, 0.295)])
def test_the_published_example_of_a_conversation(turns: int, flat: float, uncached: float, cached: float) -> None:
    # Acme Cached: 2 in, 0.20 read, 2.50 written, 10 out. Ten turns, uncached: 54,000 x 2 + 3,500 x 10 = 143,000.
    assert assess(talk(turns), COLUMNS).sticker_usd[CACHED] / MONTH == pytest.approx(flat, abs=5e-4)
    assert per_conversation(talk(turns, caches_history=False)) == pytest.approx(uncached, abs=5e-4)
    assert per_conversation(talk(turns)) == pytest.approx(cached, abs=5e-4)


def test_ten_turns_by_hand() -> None:
    # Written 3,000 + 10 x 150 + 9 x 350 = 7,650; read 9 x 3,000 + 150 x 45 + 350 x 36 = 46,350; together the 54,000 sent.
    assert per_conversation(talk(10, caches_history=False)) == pytest.approx((54_000 * 2 + 3_500 * 10) / 1e6)
    bill = assess(talk(10), COLUMNS)
    per_token = {name: bill.lines[name][CACHED] / MONTH * 1e6 for name in ("input", "cache_read", "cache_write", "output")}
    assert per_token == pytest.approx({"input": 0, "cache_read": 46_350 * 0.20, "cache_write": 7_650 * 2.50, "output": 3_500 * 10})


@given(st.integers(1, 1_000), st.integers(1_024, 200_000), st.integers(1, 5_000), st.integers(1, 5_000))
def test_what_is_written_and_read_follows_the_published_closed_forms(turns: int, system: int, user: int, reply: int) -> None:
    load = talk(turns, system_tokens=float(system), user_tokens=float(user), output_mean=float(reply))
    lines = assess(load, COLUMNS).lines
    written = system + turns * user + (turns - 1) * reply
    read = (turns - 1) * system + user * turns * (turns - 1) / 2 + reply * (turns - 1) * (turns - 2) / 2
    assert lines["cache_write"][CACHED] / MONTH == pytest.approx(written * 2.50 / 1e6, rel=1e-9)
    assert lines["cache_read"][CACHED] / MONTH == pytest.approx(read * 0.20 / 1e6, rel=1e-9)
    assert written + read == turns * (system + user) + (user + reply) * turns * (turns - 1) / 2
    assert lines["input"][CACHED] == pytest.approx(0, abs=1e-9)


def test_the_turn_that_crosses_the_cliff_pays_the_long_price_for_all_it_sends() -> None:
    # Bravo: 4/20, above 272,000 tokens 8/30. Prompts of 271,150 and 271,650 are short; 272,150, 272,650 and 273,150 long.
    load = talk(5, system_tokens=271_000.0, caches_history=False)
    assert assess(load, COLUMNS).long_share[CLIFF] == pytest.approx(3 / 5)
    short, long = (271_150 + 271_650) * 4 + 2 * 350 * 20, (272_150 + 272_650 + 273_150) * 8 + 3 * 350 * 30
    assert per_conversation(load, CLIFF) == pytest.approx((short + long) / 1e6)


def test_a_cached_turn_beyond_the_cliff_reads_and_writes_at_the_long_price() -> None:
    # The third prompt (272,150) reads the 271,650 before it at 0.80 and writes 500 at 10; the first writes all, the second reads at 0.40.
    load = talk(3, system_tokens=271_000.0)
    short = 271_150 * 5 + 271_150 * 0.40 + 500 * 5 + 2 * 350 * 20
    assert per_conversation(load, CLIFF) == pytest.approx((short + 271_650 * 0.80 + 500 * 10 + 350 * 30) / 1e6)


@pytest.mark.parametrize(("system", "long"), [(271_349, 0), (271_350, 0), (271_351, 1)])
def test_a_turn_of_exactly_the_threshold_is_short(system: int, long: int) -> None:
    # The second prompt has system + 2 x 150 + 350 tokens: 271,999, 272,000 and 272,001.
    assert assess(talk(2, system_tokens=float(system)), COLUMNS).long_share[CLIFF] == pytest.approx(long / 2)


@pytest.mark.parametrize(("system", "written", "read"), [(873, 1_523, 0), (874, 1_524, 1_024), (373, 0, 0), (374, 1_024, 0)])
def test_a_prompt_of_exactly_the_minimum_is_cached(system: int, written: int, read: int) -> None:
    # Two prompts: system + 150 and system + 650; the minimum is 1,024. Too short a first one leaves the second to be written whole.
    lines = assess(talk(2, system_tokens=float(system)), COLUMNS).lines
    assert lines["cache_write"][CACHED] / MONTH * 1e6 == pytest.approx(written * 2.50)
    assert lines["cache_read"][CACHED] / MONTH * 1e6 == pytest.approx(read * 0.20)
    assert lines["input"][CACHED] / MONTH * 1e6 == pytest.approx((2 * system + 800 - written - read) * 2, abs=1e-6)


def test_pauses_longer_than_the_lifetime_find_little() -> None:
    # Pauses of 3,000 s on average, five minutes of life: 1 - e^-0.1 = 9.5 % of the turns after the first find the turn before.
    load = talk(2, hit_rate=NAN, pause_s=3_000.0, lifetime="5m")
    found = 1 - np.exp(-0.1)
    read = 3_150 * found
    assert per_conversation(load) == pytest.approx(((6_800 - read) * 2.50 + read * 0.20 + 700 * 10) / 1e6)
    # Writing what nobody reads costs more than no cache at all.
    assert per_conversation(load) > per_conversation(load.with_(caches_history=False))


def test_the_lifetime_that_suits_the_pauses_is_chosen() -> None:
    # Ten turns half a minute apart: five minutes do; ten minutes apart: an hour. (Writes 2.50 against 4, reads 0.20.)
    assert assess(talk(10, hit_rate=NAN, pause_s=30.0), COLUMNS).lifetime[CACHED] == "5m"
    assert assess(talk(10, hit_rate=NAN, pause_s=600.0), COLUMNS).lifetime[CACHED] == "1h"


def test_a_named_lifetime_that_is_not_sold_leaves_the_choice_to_the_traffic() -> None:
    named, free = (assess(talk(10, hit_rate=NAN, pause_s=600.0, lifetime=name), COLUMNS) for name in ("12h", None))
    assert named.lifetime[CACHED] == "1h"
    assert named.expected_usd[CACHED] == free.expected_usd[CACHED]


def test_the_lifetime_is_weighed_by_what_is_long_enough_to_be_cached() -> None:
    # Prompts of 8 and 16 tokens more a turn never reach 1,024: nothing is cached, so there is nothing to choose.
    load = talk(20, system_tokens=0.0, user_tokens=8.0, output_mean=8.0, hit_rate=NAN, pause_s=600.0)
    assert not assess(load, COLUMNS).cached[CACHED]
    assert per_conversation(load) == pytest.approx((sum(8 + 16 * k for k in range(20)) * 2 + 160 * 10) / 1e6)


def test_a_turn_whose_history_is_gone_may_still_find_the_shared_prefix() -> None:
    # Half of all looks succeed. First turn: 2,000 shared, found half the time. Second: 3,150 of history, half the time; else the 2,000,
    # half of that time. Read 1,000 + 1,575 + 500 of 3,150 + 3,650.
    load = talk(2, hit_rate=0.5, prefix_tokens=2_000.0)
    assert per_conversation(load) == pytest.approx((3_075 * 0.20 + (6_800 - 3_075) * 2.50 + 700 * 10) / 1e6)


def test_a_shared_prefix_beyond_the_first_prompt_is_cut_to_it_and_has_to_reach_the_minimum_itself() -> None:
    # A first prompt of 564 tokens shares nothing that a cache takes, whatever the stated prefix; the second, 1,064, is written whole.
    load = talk(2, system_tokens=414.0, prefix_tokens=5_000.0, hit_rate=0.5)
    assert per_conversation(load) == pytest.approx((564 * 2 + 1_064 * 2.50 + 700 * 10) / 1e6)


def test_without_a_cached_history_only_the_shared_prefix_is_found() -> None:
    load = talk(2, hit_rate=0.5, prefix_tokens=2_000.0, caches_history=False)
    assert per_conversation(load) == pytest.approx(((1_150 + 1_650) * 2 + 2 * 2_000 * (0.10 + 1.25) + 700 * 10) / 1e6)


def test_offers_without_cache_prices_bill_the_whole_history() -> None:
    assert per_conversation(talk(10), PLAIN) == pytest.approx((54_000 * 1 + 3_500 * 4) / 1e6)


def test_turns_in_batch_wait_for_the_batch_before_and_find_nothing_that_is_promised() -> None:
    load = talk(2, hit_rate=NAN, pause_s=30.0, lifetime="5m", batch_share=1.0)
    bill = assess(load, COLUMNS)
    # Batch prices are half: 6,800 written at 1.25 and 700 out at 5; at best the second turn reads 3,150 as often as any other.
    assert bill.expected_usd[CACHED] / MONTH == pytest.approx((6_800 * 1.25 + 700 * 5) / 1e6)
    read = 3_150 * (1 - np.exp(-10))
    assert bill.low_usd[CACHED] / MONTH == pytest.approx(((6_800 - read) * 1.25 + read * 0.10 + 700 * 5) / 1e6)
    assert any("waits for the batch" in finding.text for finding in bill.findings if finding.offer == "acme/cached")


def test_an_automatic_cache_without_a_promise_bills_no_turn_as_found_and_its_low_end_every_one() -> None:
    bill = assess(talk(10, hit_rate=NAN), COLUMNS)
    assert bill.expected_usd[IMPLICIT] / MONTH == pytest.approx((54_000 * 1 + 3_500 * 5) / 1e6)
    assert bill.low_usd[IMPLICIT] / MONTH == pytest.approx((7_650 * 1 + 46_350 * 0.10 + 3_500 * 5) / 1e6)


def test_one_turn_is_a_call_that_stands_alone() -> None:
    fields = {"requests_per_day": 1_000.0, "output_mean": 350.0, "prefix_tokens": 2_000.0, "hit_rate": 0.6}
    alone = make_load(input_mean=3_150.0, **fields)
    turn = make_load(converses=True, conversation_turns=1, system_tokens=3_000.0, user_tokens=150.0, caches_history=False, **fields)
    assert monthly_usd(turn, COLUMNS) == pytest.approx(monthly_usd(alone, COLUMNS))


def test_the_numbers_of_a_conversation_are_those_of_its_growing_prompts() -> None:
    workload = Workload.model_validate(
        {
            "conversation": {"turns": 4, "user_tokens": 100},
            "tokens": {"input_mean": 9_999, "output_mean": 300},
            "context": {"system_tokens": 500, "chunks": 2, "chunk_tokens": 200, "turns": 7, "turn_tokens": 999},
        }
    )
    load, prompts = load_of(workload), np.array([1_000, 1_400, 1_800, 2_200])
    assert load.input_mean == prompts.mean()
    assert load.prompt_tokens == prompts[-1]
    # A log-normal of the same mean and variance: var = mean^2 (exp(s^2) - 1).
    assert load.input_mean**2 * np.expm1(load.input_sigma**2) == pytest.approx(prompts.var())
    assert load.reusable_mean == pytest.approx(prompts[:-1].sum() / 4)
    assert any("1,600 tokens on average and 2,200 in the last turn" in text for text in workload.warnings())


def test_changing_a_part_of_a_conversation_changes_its_prompts() -> None:
    load = talk(3)
    assert load.with_(output_mean=500.0).input_mean == pytest.approx(np.mean([3_150, 3_800, 4_450]))
    assert load.longer(2.0).input_mean == pytest.approx(np.mean([6_300, 6_950, 7_600]))


@settings(max_examples=40)
@given(st.integers(1, 60), st.floats(1, 1e5), st.floats(1, 5e3), st.floats(0, 1))
def test_a_sweep_over_any_part_gives_the_bills_of_its_parts(turns: int, system: float, user: float, hit: float) -> None:
    load = talk(turns, system_tokens=system, prefix_tokens=2_000.0, hit_rate=NAN)
    for name, values in {"user_tokens": (user, 1.0), "pause_s": (5.0, 9_000.0), "hit_rate": (hit, NAN), "starts_utc": (3.0, NAN)}.items():
        both = monthly_usd(load.with_(**{name: np.array(values)[:, None]}), COLUMNS)
        for row, value in enumerate(values):
            np.testing.assert_allclose(both[row], monthly_usd(load.with_(**{name: value}), COLUMNS), rtol=1e-12)
