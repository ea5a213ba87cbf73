import numpy as np
import pytest
from axes.builders import NAN
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from framework.priorities import Weights
from framework.scoring.rank import dominated, ranks, shares_of, topsis, weighted, winners

ALL = np.ones(3, dtype=bool)
VALUES = arrays(float, st.tuples(st.just(4), st.integers(2, 8)), elements=st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]))


def test_only_the_proportions_of_the_weights_matter():
    assert shares_of(Weights(cost=4, latency=3, rate_limits=2, context_window=1)).tolist() == pytest.approx([0.4, 0.3, 0.2, 0.1])


def test_a_score_is_the_weighted_sum_of_the_values():
    values = np.array([[1.0, 0.5], [0.5, 1.0], [1.0, 1.0], [1.0, 1.0]])
    # 0.4 + 0.15 + 0.2 + 0.1 and 0.2 + 0.3 + 0.2 + 0.1
    assert weighted(np.array([0.4, 0.3, 0.2, 0.1]), values) == pytest.approx([0.85, 0.8])


def test_rows_of_weights_meet_rows_of_values():
    values = np.arange(24.0).reshape(4, 3, 2)
    weights = np.array([[1.0, 0, 0, 0], [0, 1.0, 0, 0], [0, 0, 0.5, 0.5]])
    assert weighted(weights, values).tolist() == [[0, 1], [8, 9], [(16 + 22) / 2, (17 + 23) / 2]]


def test_the_order_is_by_score_then_by_the_best_case_then_by_cost_then_by_id():
    low, high = np.array([0.8, 0.9, 0.8, 0.8, 0.8]), np.array([0.8, 0.9, 1.0, 0.8, 0.8])
    rank = ranks(low, high, cost_usd=np.array([50.0, 90, 90, 40, 50]), eligible=np.ones(5, dtype=bool), ids=("d", "e", "c", "b", "a"))
    assert rank.tolist() == [5, 1, 2, 3, 4]


def test_the_excluded_have_no_rank_and_leave_no_gap():
    rank = ranks(np.array([0.9, 0.8, 0.7]), np.ones(3), cost_usd=np.ones(3), eligible=np.array([False, True, True]), ids=("a", "b", "c"))
    assert rank.tolist() == [0, 1, 2]


def test_scores_that_differ_by_less_than_they_are_told_are_a_tie():
    low = np.array([0.8 + 1e-9, 0.8, 0.1])
    assert ranks(low, low, cost_usd=np.array([2.0, 1, 1]), eligible=ALL, ids=("a", "b", "c")).tolist() == [2, 1, 3]


def test_an_unknown_cost_loses_a_tie():
    low = np.array([0.8, 0.8, 0.1])
    assert ranks(low, low, cost_usd=np.array([NAN, 900, 1]), eligible=ALL, ids=("a", "b", "c")).tolist() == [2, 1, 3]
    assert winners(low[None], low[None], cost_usd=np.array([NAN, 900, 1]), eligible=ALL[None]).tolist() == [1]


def test_nobody_wins_where_nobody_passes():
    assert winners(np.ones((1, 3)), np.ones((1, 3)), cost_usd=np.ones(3), eligible=~ALL[None]).tolist() == [-1]


@given(VALUES, st.integers(0, 255), st.integers(0, 2**8 - 1))
def test_the_winner_of_a_row_is_the_first_of_its_ranking(values, seed, bits):
    offers = values.shape[1]
    weights, eligible = np.array([0.4, 0.3, 0.2, 0.1]), np.array([bits >> k & 1 for k in range(offers)], dtype=bool)
    low, high = weighted(weights, values), weighted(weights, np.maximum(values, 0.5))
    cost = np.array([(seed >> k & 3) * 10.0 for k in range(offers)])
    ids = tuple(f"offer-{k}" for k in range(offers))
    rank = ranks(low, high, cost_usd=cost, eligible=eligible, ids=ids)
    first = int(np.flatnonzero(rank == 1)[0]) if eligible.any() else -1
    assert winners(low[None], high[None], cost_usd=cost, eligible=eligible[None]).tolist() == [first]


@given(VALUES, arrays(float, 4, elements=st.floats(0, 1)))
def test_an_offer_that_is_added_never_changes_the_order_of_the_others(values, added):
    weights = np.array([0.4, 0.3, 0.2, 0.1])

    def order(some: np.ndarray) -> list[int]:
        low = weighted(weights, some)
        ids = tuple(f"offer-{k}" for k in range(some.shape[1]))
        rank = ranks(low, low, cost_usd=np.arange(some.shape[1], dtype=float), eligible=np.ones(some.shape[1], dtype=bool), ids=ids)
        return [int(place) for place in np.argsort(rank)]

    with_it = order(np.concatenate([values, added[:, None]], axis=1))
    assert [place for place in with_it if place < values.shape[1]] == order(values)


def test_topsis_gives_closeness_to_the_ideal():
    # Both columns have length 1, so the weighted values are (0.45, 0.6) and (0.2, 0.15): ideal (0.6, 0.2), worst (0.45, 0.15).
    # The first is 0.15 from the ideal and 0.05 from the worst: 0.05 / 0.2 = 0.25; the second the other way round: 0.75.
    values = np.array([[0.6, 0.8], [0.8, 0.6], [0.0, 0.0], [0.0, 0.0]])
    assert topsis(np.array([0.75, 0.25, 0, 0]), values, np.ones(2, dtype=bool)) == pytest.approx([0.25, 0.75])


def test_topsis_looks_at_the_eligible_alone():
    values = np.array([[0.6, 0.8, 1.0], [0.8, 0.6, 1.0], [0.0] * 3, [0.0] * 3])
    closeness = topsis(np.array([0.75, 0.25, 0, 0]), values, np.array([True, True, False]))
    assert closeness == pytest.approx([0.25, 0.75, NAN], nan_ok=True)


def test_topsis_of_equals_is_one():
    assert topsis(np.full(4, 0.25), np.ones((4, 3)), ALL).tolist() == [1, 1, 1]


def test_the_dominated_are_no_better_anywhere_and_worse_somewhere():
    values = np.array([[1.0, 0.5, 1.0], [1.0, 1.0, 0.2], [1.0, 1.0, 1.0], [1.0, 1.0, 1.0]])
    assert dominated(values, values, ALL).tolist() == [False, True, True]
    assert dominated(values, values, np.array([False, True, True])).tolist() == [False, False, False]


def test_what_might_be_better_where_it_is_unknown_is_not_dominated():
    low = np.array([[0.9, 0.5], [0.5, 0.0], [1.0, 1.0], [1.0, 1.0]])
    high = np.array([[0.9, 0.5], [0.5, 1.0], [1.0, 1.0], [1.0, 1.0]])
    assert dominated(low, high, np.ones(2, dtype=bool)).tolist() == [False, False]
