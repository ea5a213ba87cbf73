import numpy as np
import pytest

from framework.report.sweep import cheapest, spoken, stretches


def lines(values):
    """Two offers: 10 + x and 4 + 3x; level at x = 3. A third is never known."""
    return np.stack([10 + values, 4 + 3 * values, np.full_like(values, np.nan)], axis=1)


def found_along(values, costs_at):
    return stretches(values, costs_at(values), costs_at)


def test_the_crossing_is_found_between_the_steps() -> None:
    found = found_along(np.linspace(0, 10, 11) + 0.3, lines)
    assert [part.offer for part in found] == [1, 0]
    assert found[0].end == pytest.approx(3.0, abs=1e-3)
    assert found[0].usd == pytest.approx(13.0, abs=1e-2)
    assert found[1].end == pytest.approx(10.3)


def test_unknown_costs_never_win() -> None:
    assert cheapest(np.array([[np.nan, 2.0], [np.nan, np.nan]])).tolist() == [1, -1]


def test_no_known_cost_gives_no_stretch() -> None:
    assert found_along(np.linspace(0, 1, 5), lambda values: np.full((len(values), 2), np.nan)) == []


def test_stretches_are_spoken_in_order() -> None:
    found = found_along(np.linspace(0, 10, 101), lines)
    assert spoken(found, "ab".__getitem__, lambda value: f"{value:.1f}") == "b up to 3.0, a above"
    assert spoken(found[:1], "ab".__getitem__, str) == "b"


def test_equal_prices_do_not_take_turns() -> None:
    values = np.linspace(0, 1, 50)
    twins = np.stack([10 + values, (10 + values) * (1 + 1e-13 * np.sin(50 * values))], axis=1)
    assert set(cheapest(twins).tolist()) == {0}
