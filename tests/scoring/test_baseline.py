import numpy as np
import pytest
from axes.builders import NAN
from scoring.fakes import array, make_case

from framework.errors import UnknownOffer
from framework.scoring.baseline import differences


def test_every_offer_is_told_apart_from_what_the_team_is_on():
    case = make_case(
        cost_usd=array(1_000, 800, 1_500, NAN, 1_000), headroom=array(2, 1, 4, 2, NAN), attainment=array(0.9, 0.8, 0.95, NAN, 0.9)
    )
    found = differences(case, array(0.5, 0.75, 0.25, 0.5, 0.5), baseline="acme/plain")
    assert found.cost_usd == pytest.approx([0, -200, 500, NAN, 0], nan_ok=True)
    assert found.cost_share == pytest.approx([0, -0.2, 0.5, NAN, 0], nan_ok=True)
    assert found.headroom == pytest.approx([1, 0.5, 2, 1, NAN], nan_ok=True)
    assert found.attainment == pytest.approx([0, -0.1, 0.05, NAN, 0], nan_ok=True)
    assert found.score.tolist() == [0, 0.25, -0.25, 0, 0]


def test_an_unknown_baseline_bill_leaves_every_difference_unknown():
    assert np.isnan(differences(make_case(cost_usd=array(NAN, 1, 1, 1, 1)), np.zeros(5), baseline="acme/plain").cost_usd).all()


def test_a_baseline_that_is_not_sold_here_is_named():
    with pytest.raises(UnknownOffer, match="acme/nothing"):
        differences(make_case(), np.zeros(5), baseline="acme/nothing")
