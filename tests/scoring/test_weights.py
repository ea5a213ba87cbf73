import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog
from scoring.fakes import make_scores

from framework.axes.assessment import AXES
from framework.scoring.rank import weighted, winners
from framework.scoring.weights import smallest_change, weight_flips

TWO = [[1.0, 0.5], [0.5, 1.0], [1.0, 1.0], [1.0, 1.0]]
COSTS = np.array([10.0, 20.0])
VALUES = arrays(float, st.tuples(st.just(4), st.integers(2, 7)), elements=st.integers(0, 20).map(lambda k: k / 20))


def flips(scores, choice=0, cost_usd=COSTS):
    ids = tuple(f"offer-{k}" for k in range(scores.low.size))
    return {(flip.what, flip.to > flip.from_): flip for flip in weight_flips(scores, choice=choice, cost_usd=cost_usd, ids=ids)}


def test_the_weight_at_which_two_offers_draw_level_is_exact():
    found = flips(make_scores(TWO))
    # With cost at t and the others at (1 - t) of 3/6, 2/6, 1/6 the second is behind by 0.5 t - (1 - t) / 4: level at t = 1/3.
    down = found["weights.cost", False]
    assert (down.from_, down.to, down.new_winner, down.exact) == (pytest.approx(0.4), pytest.approx(1 / 3), "offer-1", True)
    # With latency at t the second gains 0.5 t and is behind by (1 - t) * 0.5 * 4/7: level at t = 4/11.
    up = found["weights.latency", True]
    assert (up.from_, up.to, up.new_winner) == (pytest.approx(0.3), pytest.approx(4 / 11), "offer-1")
    assert len(found) == 2


def test_what_is_better_everywhere_cannot_be_overtaken_by_weights():
    assert flips(make_scores([[1.0, 0.9], [1.0, 0.9], [1.0, 0.9], [1.0, 0.9]])) == {}
    assert smallest_change(make_scores([[1.0, 0.9]] * 4), choice=0, ids=("a", "b")) is None


def test_weights_of_one_axis_alone_have_no_proportions_to_keep():
    assert ("weights.cost", False) not in flips(make_scores(TWO, weights=(1, 0, 0, 0)))


def test_an_excluded_offer_never_flips_the_choice():
    scores = make_scores(TWO)
    scores.eligible[1] = False
    assert flips(scores) == {}


def test_without_an_axis_a_cheaper_equal_wins_though_the_sums_are_off_by_a_last_digit():
    # Level but for latency, by parts that do not cancel as floats: 0.4 * 0.1 more in cost, 0.2 * 0.1 and 0.1 * 0.2 less in the other two.
    values = [[0.4, 0.3], [1.0, 0.5], [0.3, 0.4], [0.3, 0.5]]
    found = flips(make_scores(values), cost_usd=np.array([20.0, 10.0]))
    assert ("weights.latency", 0.0) in [(what, flip.to) for (what, _), flip in found.items()]


def test_a_weight_can_fall_to_nothing_before_a_cheaper_equal_wins():
    # Only latency tells them apart; without it the second is as good and cheaper.
    found = flips(make_scores([[1.0, 1.0], [1.0, 0.5], [1.0, 1.0], [1.0, 1.0]]), cost_usd=np.array([20.0, 10.0]))
    assert [(what, flip.to) for (what, _), flip in found.items()] == [("weights.latency", 0.0)]


@settings(max_examples=150, deadline=None)
@given(VALUES, st.lists(st.integers(1, 9), min_size=4, max_size=4))
def test_the_winner_changes_at_a_flip_and_nowhere_before(values, raw):
    weights, cost = np.array(raw) / sum(raw), np.arange(values.shape[1], dtype=float)
    eligible = np.ones((1, values.shape[1]), dtype=bool)

    def winner(axis: int, share: float) -> int:
        moved = weights * (1 - share) / (1 - weights[axis])
        moved[axis] = share
        low = weighted(moved, values)[None]
        return int(winners(low, low, cost_usd=cost, eligible=eligible)[0])

    choice = winner(0, weights[0])
    found = flips(make_scores(values, weights), choice=choice, cost_usd=cost)
    for axis, name in enumerate(AXES):
        for up, end in ((True, 1.0), (False, 0.0)):
            flip = found.get((f"weights.{name}", up))
            limit = flip.to if flip else end
            for share in np.linspace(weights[axis], limit, 9)[:-1]:
                assert winner(axis, share) == choice or abs(share - limit) < 1e-3
            if flip is not None and 1e-3 < flip.to < 1 - 1e-3:
                assert winner(axis, flip.to + (1e-3 if up else -1e-3)) != choice


def test_the_least_weight_to_move_is_found_and_named():
    change = smallest_change(make_scores(TWO), choice=0, ids=("a", "b"))
    # The second is 0.05 behind; a unit of weight from cost to latency gains 0.5 + 0.5.
    assert change is not None
    assert (change.moved, change.axis, change.new_winner) == (pytest.approx(0.05), "latency", "b")
    assert change.weights == pytest.approx([0.35, 0.35, 0.2, 0.1])


@settings(max_examples=80, deadline=None)
@given(VALUES)
def test_the_least_weight_to_move_is_what_a_linear_program_finds(values):
    weights = np.array([0.4, 0.3, 0.2, 0.1])
    choice = int(weighted(weights, values).argmax())
    change = smallest_change(make_scores(values), choice=choice, ids=tuple(map(str, range(values.shape[1]))))
    best = np.inf
    for rival in set(range(values.shape[1])) - {choice}:
        ahead = values[:, rival] - values[:, choice]
        # Weights w + up - down with up, down >= 0, sum kept, none negative, the rival level: least total of up.
        solved = linprog(
            np.concatenate([np.ones(4), np.zeros(4)]),
            A_ub=np.concatenate([[np.concatenate([-ahead, ahead])], np.concatenate([-np.eye(4), np.eye(4)], axis=1)]),
            b_ub=np.concatenate([[weights @ ahead], weights]),
            A_eq=[np.concatenate([np.ones(4), -np.ones(4)])],
            b_eq=[0],
        )
        if solved.success and ahead.max() > 0:
            best = min(best, solved.fun)
    assert (np.inf if change is None else change.moved) == pytest.approx(best, abs=1e-7)


def test_an_offer_that_is_nowhere_ahead_wins_where_it_is_level_and_cheaper():
    # Level on cost (both bills are good) and on context; behind on latency and on rate limits.
    scores = make_scores([[1.0, 1.0], [0.9, 0.4], [1.0, 0.8], [1.0, 1.0]], [0.3, 0.4, 0.2, 0.1])
    change = smallest_change(scores, choice=0, ids=("a", "b"), cost_usd=np.array([200.0, 150.0]))
    assert change.moved == pytest.approx(0.6) and change.by_bill
    assert change.weights == pytest.approx([0.9, 0, 0, 0.1])
    assert smallest_change(scores, choice=0, ids=("a", "b"), cost_usd=np.array([150.0, 200.0])) is None
