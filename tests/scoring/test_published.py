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
# Kracka, Brauers and Zavadskas, Ranking Heating Losses in a Building by Applying the MULTIMOORA, Engineering Economics 21 (2010): six
# buildings, seven criteria of which the fifth and the last are the more the better.
HEATING = np.array(
    [
        [33.95, 23.78, 11.45, 39.97, 29.44, 167.10, 3.852],
        [38.9, 4.17, 6.32, 0.01, 4.29, 132.52, 25.184],
        [37.59, 9.36, 8.23, 4.35, 10.22, 136.71, 10.845],
        [30.44, 37.59, 13.91, 74.08, 45.10, 198.34, 2.186],
        [36.21, 14.79, 9.17, 17.77, 17.06, 148.3, 6.610],
        [37.8, 8.55, 7.97, 2.35, 9.25, 134.83, 11.935],
    ]
).T
# Chakraborty, Zavadskas and Antucheviciene, Applications of WASPAS Method as a Multi-Criteria Decision-Making Tool, Economic Computation
# and Economic Cybernetics Studies and Research 49 (2015), example 2: ten machines by cost, floor space, number of machines, productivity.
MACHINES = np.array(
    [
        [581_818, 54.49, 3, 5_500],
        [595_454, 49.73, 3, 4_500],
        [586_060, 51.24, 3, 5_000],
        [522_727, 45.71, 3, 5_800],
        [561_818, 52.66, 3, 5_200],
        [543_030, 74.46, 4, 5_600],
        [522_727, 75.42, 4, 5_800],
        [486_970, 62.62, 4, 5_600],
        [509_394, 65.87, 4, 6_400],
        [513_333, 70.67, 4, 6_000],
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


def test_topsis_of_tzeng_and_huang():
    # Tzeng and Huang, Multiple Attribute Decision Making: Methods and Applications (2011); scikit-criteria tests against it too.
    values = np.array([[5, 8, 4], [7, 6, 8], [8, 8, 6], [7, 4, 6]], dtype=float).T
    assert topsis(np.array([0.3, 0.4, 0.3]), values, everybody(values)) == pytest.approx([0.5037, 0.6581, 0.7482, 0.3340], abs=1e-4)


def test_the_weighted_sum_of_kracka_brauers_and_zavadskas():
    # Inverses where less is better, then shares of each criterion's sum, all weighing alike: as scikit-criteria tests it.
    values = HEATING.copy()
    less = [0, 1, 2, 3, 5]
    values[less] = 1 / values[less]
    values /= values.sum(axis=1, keepdims=True)
    printed = [0.12040426, 0.3458235, 0.13838192, 0.12841246, 0.12346084, 0.14351701]
    assert weighted(np.full(7, 1 / 7), values) == pytest.approx(printed, abs=1e-8)


def test_the_weighted_sum_of_chakraborty_zavadskas_and_antucheviciene():
    # Each criterion over its best: least over value, or value over most. The row of the paper with lambda 1 is the weighted sum.
    best = [MACHINES[row].min() / MACHINES[row] for row in range(3)] + [MACHINES[3] / MACHINES[3].max()]
    scores = weighted(np.array([0.467, 0.160, 0.095, 0.278]), np.array(best))
    assert scores == pytest.approx([0.8590, 0.8194, 0.8430, 0.9420, 0.8645, 0.8315, 0.8552, 0.8983, 0.9067, 0.8784], abs=1e-4)
    assert (-scores).argsort().argsort().tolist() == [5, 9, 7, 0, 4, 8, 6, 2, 1, 3]


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
