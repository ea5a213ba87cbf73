"""The same tables put to pymcdm and to a linear program: thousands of them, drawn but the same every time."""

import numpy as np
import pymcdm.methods
import pytest
from pymcdm.normalizations import vector_normalization
from scipy.optimize import linprog
from scipy.stats import kendalltau
from scoring.fakes import make_scores

from framework.axes.assessment import AXES, CRITERIA
from framework.scoring.rank import kendall_tau, ranks, topsis, weighted, winners
from framework.scoring.weights import changes_by_rival, smallest_change, weight_flips, weight_intervals

TABLES = 2_000


def tables(count, seed):
    """`(weights, values)`: two to fourteen offers with values of 0 to 1, one in four of them on a coarse grid with many ties.

    Every other table has the fifth criterion, every fourth with no weight on it.
    """
    rng = np.random.default_rng(seed)
    for number in range(count):
        criteria = CRITERIA if number % 2 else AXES
        values = rng.random((len(criteria), rng.integers(2, 15)))
        weights = rng.dirichlet(np.full(len(criteria), 2.0))
        if number % 4 == 1:
            weights = np.append(weights[:-1], 0.0) / weights[:-1].sum()
        yield weights, np.round(4 * values) / 4 if rng.random() < 0.25 else values


def identity(values, cost):
    return values


def test_weighted_sums_and_their_ranking_are_those_of_pymcdm():
    peer = pymcdm.methods.WSM(identity)
    for weights, values in tables(TABLES, 1):
        theirs, ours = peer(values.T, weights, np.ones(len(weights)), validation=False), weighted(weights, values)
        assert ours == pytest.approx(theirs, abs=1e-12)
        rank = ranks(
            ours, ours, cost_usd=np.zeros(len(ours)), eligible=np.ones(len(ours), dtype=bool), ids=tuple("abcdefghijklmn")[: len(ours)]
        )
        ahead = np.subtract.outer(np.round(theirs, 6), np.round(theirs, 6))
        assert ((np.subtract.outer(rank, rank) < 0) | (ahead <= 0)).all()


def test_topsis_is_that_of_pymcdm():
    peer = pymcdm.methods.TOPSIS(vector_normalization)
    compared = 0
    for weights, values in tables(TABLES, 2):
        if (values.sum(axis=1) == 0).any() or (values == values[:, [0]]).all():
            continue
        assert topsis(weights, values, np.ones(values.shape[1], dtype=bool)) == pytest.approx(
            peer(values.T, weights, np.ones(len(weights)), validation=False), abs=1e-9
        )
        compared += 1
    assert compared > 0.9 * TABLES


def test_agreement_is_the_tau_of_scipy():
    for _, values in tables(500, 3):
        theirs = kendalltau(values[0], values[1]).statistic
        assert kendall_tau(values[0], values[1]) == pytest.approx(theirs, nan_ok=True)


def furthest(weights, values, choice, axis, sign):
    """How far one weight can go up (`sign` 1) or down with the choice level or ahead, the others in proportion: a linear program.

    Unknowns: the four weights. Sum 1, none negative, the others in the proportions that they have.
    """
    others = [other for other in range(len(weights)) if other != axis]
    proportions = [
        np.eye(len(weights))[other] * weights[others[0]] - np.eye(len(weights))[others[0]] * weights[other] for other in others[1:]
    ]
    solved = linprog(
        -sign * np.eye(len(weights))[axis],
        A_ub=(values - values[:, [choice]]).T,
        b_ub=np.full(values.shape[1], 1e-9),
        A_eq=[np.ones(len(weights)), *proportions],
        b_eq=[1, *np.zeros(len(proportions))],
    )
    return sign * -solved.fun


def test_weight_intervals_end_where_a_linear_program_ends():
    ends = 0
    for weights, values in tables(200, 4):
        cost = np.arange(values.shape[1], dtype=float)
        low = weighted(weights, values)
        choice = int(winners(low[None], low[None], cost_usd=cost, eligible=np.ones((1, len(low)), dtype=bool))[0])
        others = np.delete(low, choice)
        if low[choice] - others.max() < 1e-4:
            # Level: who stays is decided by the bill, of which the program knows nothing.
            continue
        scores = make_scores(values, weights)
        found = weight_intervals(weights, weight_flips(scores, choice=choice, cost_usd=cost, ids=tuple(map(str, range(len(low))))))
        for axis, interval in enumerate(found):
            assert interval.low == pytest.approx(furthest(weights, values, choice, axis, -1), abs=1e-5)
            assert interval.high == pytest.approx(furthest(weights, values, choice, axis, 1), abs=1e-5)
            ends += 2
    assert ends > 1_000


def least_moved(weights, ahead):
    """The least weight that must move until a rival that is `ahead` `(axes,)` per axis draws level; None where no weights do it."""
    count = len(weights)
    solved = linprog(
        np.concatenate([np.ones(count), np.zeros(count)]),
        A_ub=np.concatenate([[np.concatenate([-ahead, ahead])], np.concatenate([-np.eye(count), np.eye(count)], axis=1)]),
        b_ub=np.concatenate([[weights @ ahead], weights]),
        A_eq=[np.concatenate([np.ones(count), -np.ones(count)])],
        b_eq=[0],
    )
    return solved.fun if solved.success else None


def test_the_least_change_of_weights_per_rival_is_that_of_a_linear_program():
    asked = 0
    for weights, values in tables(220, 5):
        choice, ids = int(weighted(weights, values).argmax()), tuple(map(str, range(values.shape[1])))
        scores = make_scores(values, weights)
        found = changes_by_rival(scores, choice=choice, ids=ids)
        for rival, change in found.items():
            ahead = values[:, int(rival)] - values[:, choice]
            best = least_moved(weights, ahead) if ahead.max() > 0 else None
            assert (change is None) == (best is None)
            if change is not None:
                assert change.moved == pytest.approx(best, abs=1e-7)
                assert np.abs(change.weights - weights).sum() / 2 == pytest.approx(change.moved)
                assert change.weights.sum() == pytest.approx(1)
                assert change.weights @ ahead >= -1e-9
            asked += 1
        least = min((change.moved for change in found.values() if change), default=None)
        overall = smallest_change(scores, choice=choice, ids=ids)
        assert (overall is None and least is None) or overall.moved == pytest.approx(least, abs=1e-6)
    assert asked > 1_000
