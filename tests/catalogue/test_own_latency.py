"""The team's own latency over the small catalogue, whose readings are: sage-2 without thinking 1.0 s at 10k with a fit (13, 4), with low
thinking 4 s and a slope of 25; bolt-mini 0.5 s at 1k, 100 tokens a second, undated; reed none. Slopes: beta 37, others 50.
Shapes: fast/alpha s 0.3 floor 0.3, fast/ALL s 0.2 floor 0, reasoning/alpha s 0.6 floor 0. Drift: 0.03 a root day, thinking 0.045.
"""

import datetime as dt
import math

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from report.studies import ON, catalogue, made

from framework.axes.assessment import Verdict
from framework.axes.ttft import median_s
from framework.catalogue.own_latency import line, with_own_latency
from framework.errors import WorkloadError
from framework.flat import flat, from_flat
from framework.link import Shared, decode, encode
from framework.measured import OwnLatency
from framework.priorities import Priorities
from framework.study import columns_for
from framework.workload import Workload
from framework.workload_file import parse_workload, write_workload

ERROR = math.sqrt(math.pi / 2)


def own(*readings, **others) -> OwnLatency:
    """`readings`: (tokens, n, p50, p95)."""
    parts = [{"at_input_tokens": at, "n": n, "p50_s": p50, "p95_s": p95} for at, n, p50, p95 in readings]
    return OwnLatency.model_validate({"readings": parts, "seen": ON, **others})


def latency(offer: str, entry: OwnLatency) -> dict[str, float]:
    """The figures of one offer with its own reading."""
    columns = with_own_latency(catalogue().columns(ON), {offer: entry}, catalogue())
    at = columns.index(offer)
    figures = {name: value for name, value in vars(columns.latency).items() if isinstance(value, np.ndarray) and value.ndim == 1}
    return {name: float(value[at]) for name, value in figures.items()}


def test_two_lengths_give_a_slope_of_their_own_and_the_median_and_p95_stand():
    # (0.58 - 0.40) s over 9,000 tokens are 20 s per million.
    found = latency("beta/bolt-mini", own((1_000, 40, 0.4, 0.9), (10_000, 40, 0.58, None), tps=120))
    assert (found["at_tokens"], found["m_at_s"], found["p95_s"]) == (1_000, pytest.approx(0.4), pytest.approx(0.9))
    assert (found["beta"], found["gamma"], found["tps"]) == (pytest.approx(20), 0, 120)
    assert found["measured_ordinal"] == ON.toordinal()


def test_three_lengths_are_fitted_by_least_squares_counted_with_their_replies():
    # x 0, 1, 2 (in 10k above 10k), y 1.0, 1.3, 1.4, n 10, 20, 10: means 1 and 1.25, slope (10*0.25 + 10*0.15) / 20 = 0.2 a step.
    entry = own((10_000, 10, 1.0, None), (20_000, 20, 1.3, None), (30_000, 10, 1.4, None))
    median, slope = line(entry)
    assert (median, slope) == (pytest.approx(1.25), pytest.approx(20))  # the anchor is the middle, of most replies


def test_a_slope_that_falls_is_chance_and_taken_as_none():
    median, slope = line(own((1_000, 10, 0.5, None), (2_000, 10, 0.4, None)))
    assert (median, slope) == (pytest.approx(0.45), 0.0)


def test_one_length_keeps_the_published_fit_of_the_same_kind():
    calm = latency("alpha/sage-2", own((5_000, 20, 0.7, None)))
    assert (calm["m_at_s"], calm["beta"], calm["gamma"], calm["thinks"]) == (0.7, 13, 4, 0)
    thinking = latency("alpha/sage-2", own((5_000, 20, 6.0, None), thinks=True, effort="low"))
    assert (thinking["beta"], thinking["gamma"], thinking["thinks"], thinking["s"]) == (25, 0, 1, 0.6)
    assert thinking["tps"] == 50, "the published speed of the thinking reading stands where none was measured"


def test_an_offer_without_any_published_reading_gets_one_with_the_slope_and_shape_of_its_kind():
    found = latency("gamma/reed", own((2_000, 10, 0.8, None)))
    assert (found["m_at_s"], found["beta"], found["s"], found["floor"], found["eps"]) == (0.8, 50, 0.2, 0, 0.08)
    assert math.isnan(found["tps"]) and math.isnan(found["p95_s"])
    columns = with_own_latency(catalogue().columns(ON), {"gamma/reed": own((2_000, 10, 0.8, None))}, catalogue())
    # 10,000 tokens more at 50 s per million.
    assert median_s(columns.latency, 12_000)[columns.index("gamma/reed")] == pytest.approx(1.3)


def test_the_range_grows_with_age_and_shrinks_with_the_replies():
    fresh = latency("gamma/reed", own((2_000, 100, 0.8, None)))
    assert fresh["stale_sigma"] == pytest.approx(ERROR * 0.2 / 10)
    old = latency("gamma/reed", own((2_000, 100, 0.8, None), seen=ON - dt.timedelta(days=25)))
    assert old["stale_sigma"] == pytest.approx(math.hypot(0.03 * 5, ERROR * 0.2 / 10))


def test_other_offers_stay_as_published_and_nothing_published_is_written_to():
    before = catalogue().columns(ON)
    kept = {name: np.copy(value) for name, value in vars(before.latency).items() if isinstance(value, np.ndarray)}
    mine = with_own_latency(before, {"gamma/reed": own((2_000, 10, 0.8, None))}, catalogue())
    others = [at for at in range(len(before)) if before.ids[at] != "gamma/reed"]
    for name, value in kept.items():
        assert_array_equal(getattr(before.latency, name), value)
        assert_array_equal(getattr(mine.latency, name)[..., others], value[..., others])
    assert with_own_latency(before, {}, catalogue()) is before
    assert columns_for(Workload(), catalogue(), ON) is before


def test_a_measured_offer_is_decided_on_where_nothing_was_known_before():
    entry = own((1_000, 40, 0.5, 1.0), tps=100)
    unknown, known = made(deep=False), made(deep=False, own_latency={"gamma/reed": entry.model_dump()})
    at = known.columns.index("gamma/reed")
    assert unknown.assessments.latency.verdicts[at] == Verdict.UNKNOWN
    # 0.5 s and 100 tokens at 100 a second: 1.5 s of the 20 allowed.
    assert known.assessments.latency.verdicts[at] == Verdict.MEETS
    assert float(known.assessments.latency.reply_p50_s[at]) == pytest.approx(1.5, abs=0.1)
    slow = made(deep=False, own_latency={"gamma/reed": own((1_000, 40, 60.0, 90.0), tps=100).model_dump()})
    assert slow.assessments.latency.verdicts[at] == Verdict.FAILS


def test_thinking_that_the_workload_does_not_know_of_is_warned_of():
    entry = own((1_000, 40, 5.0, None), thinks=True, effort="high").model_dump()
    said = Workload.model_validate({"own_latency": {"beta/bolt": entry}}).warnings()
    assert any("Your own latency of beta/bolt was measured while the model was thinking" in text for text in said)
    aware = Workload.model_validate({"own_latency": {"beta/bolt": entry}, "tokens": {"reasoning_mean": 500}})
    assert not any("Your own latency" in text for text in aware.warnings())


def test_names_that_the_catalogue_lacks_and_doubles_are_refused():
    entry = own((1_000, 40, 0.5, None)).model_dump()
    with pytest.raises(WorkloadError, match="own_latency: no offer 'beta/bold'; the closest are"):
        made(own_latency={"beta/bold": entry})
    with pytest.raises(WorkloadError, match="beta/bolt and beta/bolt-2026-09-01 are the same offer"):
        made(own_latency={"beta/bolt": entry, "beta/bolt-2026-09-01": entry})


@pytest.mark.parametrize(
    ("change", "cure"),
    [
        ({"readings": []}, "at least 1 item"),
        ({"readings": [{"at_input_tokens": 1_000, "n": 4, "p50_s": 1.0}]}, "greater than or equal to 5"),
        ({"readings": [{"at_input_tokens": 1_000, "n": 39, "p50_s": 1.0, "p95_s": 2.0}]}, "leave it out below 40"),
        ({"readings": [{"at_input_tokens": 1_000, "n": 40, "p50_s": 1.0, "p95_s": 0.5}]}, "is below p50_s"),
        ({"readings": [{"at_input_tokens": 1_000, "n": 40, "p50_s": float("nan")}]}, "finite number"),
        ({"readings": [{"at_input_tokens": 1_000, "n": 40, "p50_s": -1.0}]}, "greater than 0"),
        ({"readings": [{"at_input_tokens": at, "n": 40, "p50_s": 1.0} for at in (2_000, 1_000)]}, "the shortest first"),
        ({"tps": float("inf")}, "finite number"),
        ({"region": "a\nb"}, "control character"),
        ({"key": "sk-x"}, "Extra inputs"),
    ],
)
def test_what_no_measurement_can_have_given_is_refused(change, cure):
    with pytest.raises(ValueError, match=cure):
        OwnLatency.model_validate({**own((1_000, 40, 0.5, None)).model_dump(), **change})


def test_it_survives_the_file_the_flat_table_and_the_link():
    entry = own((1_042, 40, 0.521, 1.2), (10_050, 41, 0.9, None), tps=92.1, region="eu-central, Büro", effort="low")
    workload, priorities = Workload.model_validate({"own_latency": {"openai/gpt-6-sol": entry}}), Priorities()
    assert parse_workload(write_workload(workload, priorities), "w.yaml")[0].own_latency == workload.own_latency
    assert from_flat(flat(workload, priorities))[0].own_latency == workload.own_latency
    token = encode(Shared(workload, priorities, ON, "0" * 12))
    assert decode(token).workload == workload and len(token) < 1_400
