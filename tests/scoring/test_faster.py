import dataclasses

import numpy as np
import pytest
from report.studies import made

from framework.axes import latency
from framework.scoring.faster import faster

WEIGHTS = np.array([0.4, 0.3, 0.2, 0.1])


def a_study(**changes):
    return made(budget={"monthly_usd": 5_000, "ttft_s": 1.0, "response_s": 6.0, "percentile": 95, "streaming": True, **changes})


def known(study):
    share = study.assessments.latency.attainment
    return int(np.flatnonzero((share > 0.5) & (share < 0.95))[0]) if ((share > 0.5) & (share < 0.95)).any() else int(np.nanargmin(share))


def test_replies_that_come_earlier_are_in_time_as_often_as_with_more_time_allowed():
    study = a_study()
    at = known(study)
    found = faster(study.case, at, WEIGHTS)
    later = made(budget={"monthly_usd": 5_000, "ttft_s": 1.2, "response_s": 6.2, "percentile": 95, "streaming": True})
    assert found is not None and found.seconds == pytest.approx(0.2)
    assert found.then == pytest.approx(float(later.assessments.latency.attainment[at]))
    assert found.now == float(study.assessments.latency.attainment[at])
    # Cost spans 1,500 to 5,000, latency 0.95 to 0.475; latency weighs 0.75 times as much.
    inside = np.clip((np.array([found.now, found.then]) - 0.475) / 0.475, 0, 1)
    assert found.usd == pytest.approx((inside[1] - inside[0]) * 0.75 * 3_500)


def test_a_service_that_is_not_streamed_asks_of_the_whole_reply():
    found = faster(a_study(streaming=False).case, known(a_study(streaming=False)), WEIGHTS)
    assert found is not None and found.seconds == pytest.approx(1.0), "a fifth of 6 s, as a round figure"


def test_beyond_good_nothing_is_paid():
    study = a_study(ttft_s=600.0, response_s=3_600.0)
    found = faster(study.case, known(study), WEIGHTS)
    assert found is not None and found.usd == 0


def test_without_a_known_share_or_a_weight_of_cost_there_is_no_price():
    study = a_study()
    assert faster(study.case, known(study), np.array([0, 0.5, 0.3, 0.2])) is None
    unknown = dataclasses.replace(study.assessments.latency, attainment=np.full(len(study.columns), np.nan))
    case = dataclasses.replace(study.case, assessments=dataclasses.replace(study.assessments, latency=unknown))
    assert faster(case, 0, WEIGHTS) is None
    assert isinstance(unknown, latency.LatencyAssessment)
