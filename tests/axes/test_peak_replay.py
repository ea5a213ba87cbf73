"""The peak replayed: shares and headroom against sums that can be done by hand."""

import math

import numpy as np
import pytest
from axes.test_rate_limits import a_load, an_offer, assessed, said
from hypothesis import given, settings
from hypothesis import strategies as st

from framework.axes.assessment import Verdict
from framework.clients import Clients

NAN = math.nan
EVEN = 0.1
"""Gaps that hardly differ: the replay then is what sums say."""


def test_traffic_far_below_its_limits_is_served_whole_and_has_the_room_that_averages_say():
    # 60 calls a minute against 6,000: one hundredth, and a minute of chance calls never holds 6,000.
    assessment = assessed(an_offer({"rpm": [6_000]}), a_load())
    assert assessment.served[0] == assessment.served_worst[0] == 1
    assert assessment.room[0] == pytest.approx(100, rel=0.03)


def test_twice_the_limit_is_refused_half_but_for_the_bucket_that_was_full_at_the_start():
    # In an hour 3,600 calls come; 30 a minute are let through, and 30 more that the full bucket held: (1,800 + 30) / 3,600 = 0.508.
    assessment = assessed(an_offer({"rpm": [30]}), a_load(burstiness=EVEN))
    assert assessment.served[0] == pytest.approx(1_830 / 3_600, abs=0.01)
    assert assessment.verdicts[0] == Verdict.FAILS
    # 99 % of k * 60 calls a minute pass while 60 * (30 k' + ...) suffices: 0.99 * 3,600 k = 1,830, k = 0.513.
    assert assessment.room[0] == pytest.approx(1_830 / (0.99 * 3_600), rel=0.02)


@pytest.mark.parametrize(("subminute", "served"), [(0, 1.0), (1, 0.0)])
def test_a_bucket_of_a_second_lets_through_what_a_second_of_the_limit_holds(subminute, served):
    # 600 calls a minute by chance are 10 a second, give or take 3.2; against 612 a minute a second's bucket holds 10.
    assessment = assessed(an_offer({"rpm": [612]}, subminute=subminute), a_load(per_minute=600))
    assert assessment.served[0] > 0.99
    if served:
        assert assessment.served_worst[0] > 0.99 and assessment.verdicts[0] == Verdict.MEETS
    else:
        assert 0.8 < assessment.served_worst[0] < 0.99 and assessment.verdicts[0] == Verdict.UNRESOLVED
        assert "if they are as deep as a second" in said(assessment)


def test_whether_seconds_count_that_is_not_known_is_read_against_the_user():
    known, unknown = (assessed(an_offer({"rpm": [612]}, subminute=value), a_load(per_minute=600)) for value in (1, NAN))
    assert known.served_worst[0] == unknown.served_worst[0]


def test_a_lower_target_is_met_by_the_same_traffic():
    columns = an_offer({"rpm": [57]})
    assert assessed(columns, a_load(burstiness=EVEN)).verdicts[0] == Verdict.FAILS
    assert assessed(columns, a_load(burstiness=EVEN, target_share=0.9)).verdicts[0] == Verdict.MEETS


def test_those_who_wait_are_served_in_time_where_those_who_do_not_are_refused():
    columns, load = an_offer({"rpm": [612]}, subminute=1), a_load(per_minute=600)
    patient = load.with_(client=Clients(policy="wait"), max_wait_s=5.0)
    hasty = load.with_(client=Clients(policy="wait"), max_wait_s=0.0)
    refused, waited, never = (assessed(columns, each).served_worst[0] for each in (load, patient, hasty))
    assert waited == 1.0 and refused < 0.99
    assert never <= refused
    retried = assessed(columns, load.with_(client=Clients(policy="retry", retry_after=False), max_wait_s=5.0)).served_worst[0]
    assert refused < retried


def test_bursts_are_refused_where_the_same_calls_evenly_spread_are_not():
    columns = an_offer({"rpm": [90]})
    even, bursty = (assessed(columns, a_load(burstiness=value)) for value in (EVEN, 8.0))
    assert even.served[0] == 1 and bursty.served[0] < 0.97
    assert bursty.verdicts[0] == Verdict.FAILS
    assert "they come in bursts" in said(bursty)


def test_merged_calls_are_refused_as_single_ones_are():
    # 12,000 calls a minute are 720,000 an hour, merged by 704; with a limit 5 % above, chance (1 % a minute) refuses next to nothing.
    assessment = assessed(an_offer({"rpm": [12_600]}), a_load(per_minute=12_000))
    assert assessment.served[0] > 0.995
    assert assessed(an_offer({"rpm": [6_000]}), a_load(per_minute=12_000)).served[0] == pytest.approx(0.508, abs=0.01)


def test_calls_for_a_batch_are_replayed_where_no_batch_is_sold():
    load, sold = a_load(burstiness=EVEN, batch_share=0.75), an_offer({"rpm": [30]})
    mtok = sold.price.mtok.copy()
    mtok[1] = NAN
    none = an_offer({"rpm": [30]}, prices={"mtok": mtok})
    # 15 calls a minute against 30, or all 60.
    assert assessed(sold, load).served[0] == 1
    assert assessed(none, load).served[0] == pytest.approx(0.508, abs=0.01)


def test_the_same_question_has_the_same_answer():
    one, other = (assessed(an_offer({"itpm": [70_000]}), a_load(input_sigma=0.8)) for _ in range(2))
    assert one.served[0] == other.served[0] and one.room[0] == other.room[0]


@settings(max_examples=60, deadline=None)
@given(
    limit=st.integers(2, 100_000),
    more=st.floats(1.1, 5),
    per_minute=st.floats(0.05, 5_000),
    burstiness=st.floats(0.1, 5),
)
def test_room_and_served_agree_and_more_of_a_limit_leaves_more_room(limit, more, per_minute, burstiness):
    load = a_load(per_minute=per_minute, burstiness=burstiness)
    less, wider = (assessed(an_offer({"rpm": [round(figure)]}, subminute=1), load) for figure in (limit, limit * more))
    for one in (less, wider):
        assert (one.room[0] >= 1) == (one.served[0] >= load.target_share)
        assert one.served_worst[0] <= one.served[0]
    assert wider.room[0] >= less.room[0] * 0.999
    assert np.isfinite(wider.room[0])


@pytest.mark.parametrize("per_minute", [60, 300, 1_200, 9_600])
def test_calls_that_come_merged_in_rows_larger_than_the_limit_are_still_served_as_far_as_it_goes(per_minute):
    # Calls of 22,000 tokens at a quarter of what they draw: one in four is served, though an hour's calls come 8, 64 or 512 at a time.
    columns = an_offer({"tpm": [per_minute * 22_000 / 4]}, max_tokens_reserved=1)
    load = a_load(per_minute=per_minute, input_mean=14_000.0, max_tokens=8_000.0)
    served = assessed(columns, load).served[0]
    assert served == pytest.approx(0.25, abs=0.02)
