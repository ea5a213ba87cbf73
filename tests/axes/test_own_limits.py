"""The user's own limits over the small catalogue: alpha's two offers share the buckets `sage`, beta's two have buckets of their own.

Published at alpha: Start 1,000 RPM, 400,000 ITPM, 80,000 OTPM, cap $500; Scale ten times the meters, no cap. At beta's first tier, `bolt`:
500 RPM, 500,000 TPM; `mini`: 500 RPM, 200,000 TPM; cap $100. gamma has no ladder.
"""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from framework.axes.own_limits import given, held, sharing, with_own
from framework.catalogue.columns import Columns
from framework.catalogue.load import load_catalogue
from framework.catalogue.records import METERS
from framework.clients import OwnLimits
from framework.errors import WorkloadError
from framework.priorities import Priorities
from framework.study import columns_for, study
from framework.workload import Workload

SMALL = Path(__file__).parents[1] / "catalogue" / "fixtures" / "small"
ON = dt.date(2026, 11, 23)
NAN, INF = float("nan"), float("inf")
START, SCALE = 0, 1


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue(SMALL)


@pytest.fixture(scope="module")
def columns(catalogue) -> Columns:
    return catalogue.columns(ON)


def own(**figures) -> OwnLimits:
    return OwnLimits.model_validate(figures)


def at(columns: Columns, offer: str, tier: int) -> dict[str, float]:
    """The limits that are known of an offer at a rung, by meter."""
    row = columns.limits.limit[tier, :, columns.index(offer)]
    return {meter: float(value) for meter, value in zip(METERS, row, strict=True) if not np.isnan(value)}


def enforced(columns: Columns, offer: str) -> set[str]:
    return {meter for meter, yes in zip(METERS, columns.limits.enforced[:, columns.index(offer)], strict=True) if yes}


def test_a_figure_holds_for_every_offer_of_the_same_buckets_and_what_is_not_given_stays(columns):
    mine = with_own(columns, {"alpha/sage-2": own(rpm=1_500, otpm=90_000)}, {})
    for offer in ("alpha/sage-2", "alpha/sage-1"):
        assert at(mine, offer, START) == {"rpm": 1_500, "itpm": 400_000, "otpm": 90_000}
    assert at(mine, "beta/bolt", START) == {"rpm": 500, "tpm": 500_000}


def test_it_holds_at_the_users_tier_and_every_other_tier_stays_as_published(columns):
    mine = with_own(columns, {"alpha/sage-2": own(rpm=12_345)}, {"alpha": "scale"})
    assert at(mine, "alpha/sage-1", SCALE) == {"rpm": 12_345, "itpm": 4_000_000, "otpm": 800_000}
    assert at(mine, "alpha/sage-1", START) == {"rpm": 1_000, "itpm": 400_000, "otpm": 80_000}


def test_offers_of_other_buckets_at_the_same_provider_stay_as_published(columns):
    mine = with_own(columns, {"beta/bolt": own(rpm=600)}, {})
    assert at(mine, "beta/bolt", START) == {"rpm": 600, "tpm": 500_000}
    assert at(mine, "beta/bolt-mini", START) == {"rpm": 500, "tpm": 200_000}


def test_input_and_output_meters_stand_beside_a_published_single_one_and_count_as_enforced(columns):
    mine = with_own(columns, {"beta/bolt": own(itpm=300_000, otpm=50_000)}, {})
    assert at(mine, "beta/bolt", START) == {"rpm": 500, "tpm": 500_000, "itpm": 300_000, "otpm": 50_000}
    assert enforced(mine, "beta/bolt") == {"rpm", "tpm", "itpm", "otpm"}
    assert enforced(mine, "beta/bolt-mini") == {"rpm", "tpm"}
    single = with_own(columns, {"alpha/sage-1": own(tpm=450_000)}, {})
    assert at(single, "alpha/sage-2", START) == {"rpm": 1_000, "itpm": 400_000, "otpm": 80_000, "tpm": 450_000}


def test_a_monthly_cap_holds_for_every_offer_of_the_provider_and_takes_the_place_of_none(columns):
    mine = with_own(columns, {"beta/bolt": own(monthly_cap_usd=250), "alpha/sage-2": own(monthly_cap_usd=9_000)}, {"alpha": "scale"})
    places = [columns.index(offer) for offer in ("alpha/sage-1", "alpha/sage-2", "beta/bolt", "beta/bolt-mini")]
    assert_array_equal(columns.limits.monthly_cap_usd[:2, places], [[500, 500, 100, 100], [INF, INF, 5_000, 5_000]])
    assert_array_equal(mine.limits.monthly_cap_usd[:2, places], [[500, 500, 250, 250], [9_000, 9_000, 5_000, 5_000]])


def test_nothing_of_the_published_columns_is_written_to_and_without_limits_they_are_the_same(columns):
    before = columns.limits.limit.copy(), columns.limits.enforced.copy(), columns.limits.monthly_cap_usd.copy()
    with_own(columns, {"alpha/sage-2": own(rpm=7, tpm=8, monthly_cap_usd=9)}, {})
    for was, now in zip(before, (columns.limits.limit, columns.limits.enforced, columns.limits.monthly_cap_usd), strict=True):
        assert_array_equal(was, now)
    assert with_own(columns, {}, {}) is columns


def test_two_figures_for_one_set_of_buckets_are_refused_with_both_offers_and_the_same_figure_twice_is_fine(columns):
    twice = {"alpha/sage-2": own(rpm=4_000), "alpha/sage-1": own(rpm=5_000)}
    with pytest.raises(
        WorkloadError, match=r"alpha/sage-2 and alpha/sage-1 draw on the same buckets .* 4,000 and 5,000; give one"
    ) as caught:
        with_own(columns, twice, {})
    assert caught.value.problems[0][0] == "own_limits.alpha/sage-1"
    same = with_own(columns, {"alpha/sage-2": own(rpm=4_000), "alpha/sage-1": own(rpm=4_000, itpm=5)}, {})
    assert at(same, "alpha/sage-2", START) == {"rpm": 4_000, "itpm": 5, "otpm": 80_000}


def test_two_caps_of_one_provider_are_refused_although_the_buckets_differ(columns):
    with pytest.raises(WorkloadError, match=r"have one cap at beta, .* \$250\.00 and \$300\.00"):
        with_own(columns, {"beta/bolt": own(monthly_cap_usd=250), "beta/bolt-mini": own(monthly_cap_usd=300)}, {})


def test_where_there_is_no_tier_at_which_they_could_hold_they_are_refused_with_the_cure(columns):
    with pytest.raises(WorkloadError, match=r"no tier of gamma is known, .*: leave this entry out") as caught:
        with_own(columns, {"gamma/reed": own(rpm=60)}, {})
    assert caught.value.problems[0][0] == "own_limits.gamma/reed"


def test_a_figure_says_which_entry_it_comes_from(columns):
    found = held(columns, {"alpha/sage-1": own(rpm=5, monthly_cap_usd=6)})
    assert set(found) == {"alpha/sage-1", "alpha/sage-2"}
    assert {name: (each.figure, each.entered_for) for name, each in found["alpha/sage-2"].items()} == {
        "rpm": (5, "alpha/sage-1"),
        "monthly_cap": (6, "alpha/sage-1"),
    }
    assert sharing(columns, "beta/bolt") == ("beta/bolt",)
    assert sharing(columns, "beta/bolt", "monthly_cap") == ("beta/bolt", "beta/bolt-mini")
    assert given(own(rpm=5, monthly_cap_usd=6)) == {"rpm": 5, "monthly_cap": 6}


def test_a_study_counts_with_them_and_an_alias_names_the_same_offer(catalogue):
    # 1,000 calls in 1,000 minutes with a peak of 3: 3 calls a minute, 0.6 % of the published 500, 75 % of the 4 entered.
    work = {"traffic": {"requests_per_day": 1_000, "active_hours": 1_000 / 60, "peak_factor": 3}}
    plain = study(Workload.model_validate(work), Priorities(), catalogue, ON)
    mine = study(Workload.model_validate(work | {"own_limits": {"beta/bolt-2026-09-01": {"rpm": 4}}}), Priorities(), catalogue, ON)
    place, row = plain.columns.index("beta/bolt"), METERS.index("rpm")
    assert plain.assessments.rate_limits.use[row, place] == pytest.approx(3 / 500)
    assert mine.assessments.rate_limits.use[row, place] == pytest.approx(3 / 4)


def test_without_own_limits_the_columns_are_the_catalogue_s_own(catalogue):
    assert columns_for(Workload(), catalogue, ON) is catalogue.columns(ON)
