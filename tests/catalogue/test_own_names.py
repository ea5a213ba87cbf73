"""Under which offer an own limit stands, over the small catalogue."""

from pathlib import Path

import pytest

from framework.catalogue.load import load_catalogue
from framework.catalogue.own_names import by_id, holder
from framework.clients import OwnLimits
from framework.errors import WorkloadError

SMALL = Path(__file__).parent / "fixtures" / "small"
SOME = OwnLimits(rpm=5)


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue(SMALL)


def test_an_alias_is_read_as_its_offer(catalogue):
    assert by_id({"beta/bolt-2026-09-01": SOME}, catalogue) == {"beta/bolt": SOME}


def test_an_offer_named_twice_is_refused_with_both_names(catalogue):
    with pytest.raises(WorkloadError, match="own_limits: beta/bolt and beta/bolt-2026-09-01 are the same offer: keep one of the two"):
        by_id({"beta/bolt": SOME, "beta/bolt-2026-09-01": SOME}, catalogue)


def test_an_offer_that_is_not_known_is_refused_with_the_closest(catalogue):
    with pytest.raises(WorkloadError, match="own_limits: no offer 'beta/bolz'; the closest are beta/bolt"):
        by_id({"beta/bolz": SOME}, catalogue)


def test_a_figure_goes_to_the_entry_that_speaks_for_the_same_buckets(catalogue):
    assert holder(["beta/bolt", "alpha/sage-1"], "alpha/sage-2", catalogue) == "alpha/sage-1"
    assert holder(["beta/bolt"], "beta/bolt-mini", catalogue) == "beta/bolt-mini"
    assert holder(["beta/bolt-2026-09-01"], "beta/bolt", catalogue) == "beta/bolt-2026-09-01"
    assert holder(["nobody/nothing"], "gamma/reed", catalogue) == "gamma/reed"
    # gamma's offers name no buckets: none of them speaks for another.
    assert holder(["gamma/sage-2"], "gamma/reed", catalogue) == "gamma/reed"


def test_a_cap_goes_to_the_entry_of_the_same_provider(catalogue):
    assert holder(["alpha/sage-1", "beta/bolt"], "beta/bolt-mini", catalogue, whole_provider=True) == "beta/bolt"
