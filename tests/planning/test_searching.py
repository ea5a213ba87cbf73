"""The last number for which something holds, against looking at every number."""

import numpy as np
import pytest
from axes.builders import make_columns
from hypothesis import given, settings
from hypothesis import strategies as st

from framework.planning.searching import last_where

COLUMNS = make_columns()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-1, 10_000), min_size=5, max_size=5), st.sampled_from([10_000, 9_999, 12_345]))
def test_the_last_number_is_found_at_every_offer_at_once(last, most):
    edges = np.array(last, dtype=float)
    found = last_where(lambda asked, places, _: (asked <= edges[places]).astype(float), COLUMNS, np.full(5, float(most)))
    assert found.tolist() == np.where(edges >= most, np.inf, edges).tolist()


def test_every_offer_has_an_end_of_its_own():
    edges, most = np.array([3.0, 3.0, 3.0, -1.0, 5e6]), np.array([0.0, 3.0, 4.0, 0.0, 1e8])

    def holds(asked, places, wide):
        assert np.all(asked <= most[places])
        return (asked <= edges[places]).astype(float)

    assert last_where(holds, COLUMNS, most).tolist() == [np.inf, np.inf, 3, -1, 5e6]


def test_the_ends_are_told_apart():
    edges = np.array([-1.0, 0.0, 7.0, 8.0, 8.0])
    known = np.array([1.0, 1.0, 1.0, 1.0, np.nan])
    found = last_where(lambda asked, places, _: (asked <= edges[places]) * known[places], COLUMNS, np.full(5, 8.0))
    assert found.tolist() == pytest.approx([-1, 0, 7, np.inf, np.nan], nan_ok=True)


def test_the_columns_stand_beside_the_offers_they_belong_to():
    def holds(asked, places, wide):
        assert wide.ids == tuple(COLUMNS.ids[place] for place in places)
        assert len(asked) == len(wide)
        return (asked <= places).astype(float)

    assert last_where(holds, COLUMNS, np.full(5, 100.0)).tolist() == [0, 1, 2, 3, 4]
