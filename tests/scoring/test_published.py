"""Worked examples that others have published, with their printed results."""

import numpy as np
import pytest

from framework.scoring.rank import kendall_tau, topsis, weighted

# Hwang and Yoon, Multiple Attribute Decision Making (1981), the choice of a fighter aircraft: top speed in Mach, range, payload, cost in
# millions, reliability and manoeuvrability on a scale of nine. Cost is the less the better: it enters with its sign turned.
AIRCRAFT = np.array(
    [
        [2.0, 1500, 20_000, -5.5, 5, 9],
        [2.5, 2700, 18_000, -6.5, 3, 5],
        [1.8, 2000, 21_000, -4.5, 7, 7],
        [2.2, 1800, 20_000, -5.0, 5, 5],
    ]
).T
# Triantaphyllou and Sanchez, A Sensitivity Analysis Approach for Some Deterministic Multi-Criteria Decision-Making Methods, Decision
# Sciences 28 (1997), the first example: four criteria, four alternatives.
SENSITIVITY_WEIGHTS = np.array([0.3277, 0.3058, 0.2876, 0.0790])
SENSITIVITY = np.array(
    [
        [0.3088, 0.2897, 0.3867, 0.1922],
        [0.2163, 0.3458, 0.1755, 0.6288],
        [0.4509, 0.2473, 0.1194, 0.0575],
        [0.0240, 0.1172, 0.3184, 0.1215],
    ]
).T


def everybody(values):
    return np.ones(values.shape[1], dtype=bool)


def test_topsis_of_hwang_and_yoon_s_aircraft():
    closeness = topsis(np.array([0.2, 0.1, 0.1, 0.1, 0.2, 0.3]), AIRCRAFT, everybody(AIRCRAFT))
    assert closeness == pytest.approx([0.643, 0.268, 0.613, 0.312], abs=1e-3)


def test_topsis_of_the_example_of_the_library_mcdm():
    # github.com/ktafakkori/Multi-Criteria-Optimization-in-Python, Topsis_mcdm.py: equal weights, the second criterion a benefit.
    values = np.array([[80, 90, 600], [65, 58, 200], [83, 60, 400]], dtype=float).T * np.array([[-1], [1], [-1]])
    closeness = topsis(np.full(3, 1 / 3), values, everybody(values))
    assert closeness == pytest.approx([0.3238488379935404, 0.6790225178016662, 0.4090188985805253], abs=1e-9)


def test_the_weighted_sum_of_triantaphyllou_and_sanchez():
    assert weighted(SENSITIVITY_WEIGHTS, SENSITIVITY) == pytest.approx([0.3162, 0.2768, 0.2621, 0.1449], abs=2e-4)


def test_the_weighted_sum_of_triantaphyllou_s_textbook():
    # Multi-Criteria Decision Making Methods: A Comparative Study (2000): three alternatives, four criteria, two of them level.
    values = np.array([[25, 20, 15, 30], [10, 30, 20, 30], [30, 10, 30, 10]], dtype=float).T
    assert weighted(np.array([0.20, 0.15, 0.40, 0.25]), values) == pytest.approx([21.5, 22.0, 22.0])


def test_the_weighted_sum_of_pymcdm_s_documentation():
    # The docstring of pymcdm.methods.WSM: values as shares of their column, turned into shares of their inverses where less is better.
    raw = np.array([[96, 83, 75, 7], [63, 5, 56, 9], [72, 30, 32, 48], [11, 4, 27, 9], [77, 21, 17, 11]], dtype=float).T
    raw[2:] = 1 / raw[2:]
    values = raw / raw.sum(axis=1, keepdims=True)
    assert weighted(np.array([8, 5, 6, 7]) / 13, values) == pytest.approx([0.609, 0.313, 0.334, 0.265, 0.479], abs=1e-3)


def test_kendall_s_tau_counts_pairs():
    # Of six pairs three go the same way, two the other way, and one is tied in the second order: (3 - 2) / sqrt(6 * 5).
    assert kendall_tau(np.array([1.0, 2, 3, 4]), np.array([1.0, 2, 2, 1.5])) == pytest.approx(1 / np.sqrt(30))
    assert kendall_tau(np.arange(4.0), np.arange(4.0)) == 1
    assert kendall_tau(np.arange(4.0), -np.arange(4.0)) == -1
    assert np.isnan(kendall_tau(np.arange(4.0), np.ones(4)))
