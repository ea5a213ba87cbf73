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
from framework.catalogue.own_latency import Curve, curve, with_own_latency
from framework.errors import WorkloadError
from framework.flat import flat, from_flat
from framework.link import Shared, decode, encode
from framework.measured import OwnLatency
from framework.priorities import Priorities
from framework.report.latency_evidence import evidence
from framework.study import columns_for
from framework.vocabulary import Effort
from framework.workload import Workload
from framework.workload_file import parse_workload, write_workload

ERROR = math.sqrt(math.pi / 2)
NOT_KNOWN = (math.nan, math.nan)


def own(*readings, **others) -> OwnLatency:
    """`readings`: (tokens, n, p50, p95)."""
    parts = [{"at_input_tokens": at, "n": n, "p50_s": p50, "p95_s": p95} for at, n, p50, p95 in readings]
    return OwnLatency.model_validate({"readings": parts, "seen": ON, **others})


def latency(offer: str, entry: OwnLatency, effort: Effort = "none") -> dict[str, float]:
    """The figures of one offer with its own reading."""
    columns = with_own_latency(catalogue().columns(ON), {offer: entry}, catalogue(), effort)
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
    assert curve(entry, NOT_KNOWN, 0.2) == Curve(
        pytest.approx(1.25), pytest.approx(20), 0, False
    )  # the anchor is the middle, of most replies


def test_a_slope_that_falls_is_chance_and_taken_as_none():
    assert curve(own((1_000, 10, 0.5, None), (2_000, 10, 0.4, None)), NOT_KNOWN, 0.2) == Curve(pytest.approx(0.45), 0, 0, False)


def test_lengths_that_differ_from_the_published_curve_by_chance_alone_leave_it_as_it_is():
    # The fit adds 13 * 0.009 + 4 * (0.01^2 - 0.001^2) = 0.1174 s from 1k to 10k, 0.04 s were measured: 8.6 s per million less. The standard
    # error is 1.2533 * 0.21 * sqrt(0.8^2 + 0.84^2) / sqrt(40) / 0.009 = 5.4, so that is chance.
    found = latency("alpha/sage-2", own((1_000, 40, 0.8, None), (10_000, 40, 0.84, None)))
    assert (found["beta"], found["gamma"], found["at_tokens"]) == (13, 4, 10_000)
    assert found["m_at_s"] == pytest.approx((0.8 + 0.117396 + 0.84) / 2), "both medians, moved along the curve"


def test_lengths_that_differ_by_more_correct_the_slope_and_keep_the_bend():
    # 10 s per million were measured, the fit has 13 + 4 * (0.1 + 0.5) = 15.4 there.
    entry = own((100_000, 100, 2.0, None), (500_000, 100, 6.0, None))
    found = latency("alpha/sage-2", entry)
    assert (found["beta"], found["gamma"]) == (pytest.approx(13 - 5.4), 4)
    columns = with_own_latency(catalogue().columns(ON), {"alpha/sage-2": entry}, catalogue(), "none")
    seconds = median_s(columns.latency, np.array([[100_000], [500_000]]))[:, columns.index("alpha/sage-2")]
    assert seconds == pytest.approx([2.0, 6.0])


def test_a_long_prompt_that_was_measured_does_not_slow_the_short_ones():
    # A third of the 6 s at 400k would be 2 s, where 1.2 s were measured at 50k: 4.8 s over 0.35 million tokens, 13.7 a million.
    entry = own((50_000, 40, 1.2, None), (400_000, 40, 6.0, 12.0))
    found = latency("beta/bolt-mini", entry)
    assert (found["at_tokens"], found["m_at_s"], found["p95_s"]) == (50_000, pytest.approx(1.2), pytest.approx(2.4)), "the same tail"
    columns = with_own_latency(catalogue().columns(ON), {"beta/bolt-mini": entry}, catalogue(), "none")
    seconds = median_s(columns.latency, np.array([[20_000], [50_000], [400_000]]))[:, columns.index("beta/bolt-mini")]
    assert seconds == pytest.approx([1.2 - 0.03 * 4.8 / 0.35, 1.2, 6.0])


@pytest.mark.parametrize("published", [(math.nan, math.nan), (13.0, 4.0), (0.0, 0.0), (500.0, 0.0)])
def test_no_curve_has_a_median_or_a_slope_below_nothing(published):
    for medians in ((0.1, 0.1, 10.0), (10.0, 0.1, 0.1), (0.1, 10.0, 0.1)):
        readings = [(at, 5, p50, None) for at, p50 in zip((100_000, 500_000, 600_000), medians, strict=True)]
        found = curve(own((1_000, 40, 0.1, 0.2), *readings), published, 0.3)
        assert found.median_s > 0 and found.beta >= 0 and found.gamma >= 0


def test_thinking_at_another_effort_is_scaled_as_a_published_reading_is_and_said_so():
    entry = own((1_000, 40, 4.0, None), thinks=True, effort="low")
    times = catalogue().defaults.effort_scale
    found = latency("alpha/sage-2", entry, "high")
    ratio = times.times_medium["high"] / times.times_medium["low"]
    assert (found["m_at_s"], found["scale"]) == (pytest.approx(4.0 * ratio), pytest.approx(ratio)) and ratio > 1
    assert found["stale_sigma"] == pytest.approx(math.hypot(times.log_sigma, ERROR * found["s"] / math.sqrt(40)))
    assert [latency("alpha/sage-2", entry, effort)["m_at_s"] for effort in ("low", "none")] == [4.0, 4.0]
    asked = {"reasoning_mean": 300, "effort": "high"}
    study = made(deep=False, tokens=asked, own_latency={"alpha/sage-2": entry.model_dump()})
    said = [finding.text for finding in study.assessments.latency.findings if finding.offer == "alpha/sage-2"]
    assert any(text.startswith("No time at effort high was found: the one at effort low is multiplied by") for text in said)
    assert evidence(study, study.columns.index("alpha/sage-2")).why.startswith("scaled from effort low")


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
    columns = with_own_latency(catalogue().columns(ON), {"gamma/reed": own((2_000, 10, 0.8, None))}, catalogue(), "none")
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
    mine = with_own_latency(before, {"gamma/reed": own((2_000, 10, 0.8, None))}, catalogue(), "none")
    others = [at for at in range(len(before)) if before.ids[at] != "gamma/reed"]
    for name, value in kept.items():
        assert_array_equal(getattr(before.latency, name), value)
        assert_array_equal(getattr(mine.latency, name)[..., others], value[..., others])
    assert with_own_latency(before, {}, catalogue(), "none") is before
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
