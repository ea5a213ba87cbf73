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
    found = last_where(lambda asked, places, _: (asked <= edges[places]).astype(float), COLUMNS, most)
    assert found.tolist() == edges.tolist() if most > max(last) else True


def test_the_ends_are_told_apart():
    edges = np.array([-1.0, 0.0, 7.0, 8.0, 8.0])
    known = np.array([1.0, 1.0, 1.0, 1.0, np.nan])
    found = last_where(lambda asked, places, _: (asked <= edges[places]) * known[places], COLUMNS, 8)
    assert found.tolist() == pytest.approx([-1, 0, 7, np.inf, np.nan], nan_ok=True)


def test_the_columns_stand_beside_the_offers_they_belong_to():
    def holds(asked, places, wide):
        assert wide.ids == tuple(COLUMNS.ids[place] for place in places)
        assert len(asked) == len(wide)
        return (asked <= places).astype(float)

    assert last_where(holds, COLUMNS, 100).tolist() == [0, 1, 2, 3, 4]
