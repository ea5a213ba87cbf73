"""How many weighted rankings are made while pymcdm makes one, in the same run; and what all there is to say of them takes."""

import datetime as dt

import numpy as np
import pymcdm.methods
import pytest
from bench.timing import best_s
from pymcdm.helpers import rrankdata
from scoring.fakes import make_scores

from framework.catalogue.load import load_catalogue
from framework.presets import presets
from framework.report.charts_robust import held
from framework.report.robust_words import how_firm
from framework.scoring.rank import weighted, winners
from framework.scoring.weights import changes_by_rival, weight_flips, weight_intervals
from framework.study import deepen, study

ON = dt.date(2026, 11, 23)
RANKINGS, BATCH, OFFERS, AXES = 10_000, 1_000, 50, 4


@pytest.fixture(scope="module")
def yardstick_s():
    """CPU of passing over arrays of the size of these tables: what else runs on the machine slows it down alike."""
    table = np.random.default_rng(0).random((RANKINGS, OFFERS))
    return best_s(lambda: [np.sort(table[:1_000], axis=1).sum(), table.max(axis=1).sum()], 15)


@pytest.mark.bench
@pytest.mark.filterwarnings("ignore:Alternatives with indices")
def test_a_thousand_rankings_are_made_while_pymcdm_makes_one():
    rng = np.random.default_rng(1)
    values, weights = rng.random((AXES, OFFERS)), rng.dirichlet(np.ones(AXES), size=RANKINGS)
    cost, passes = rng.random(OFFERS), np.ones((BATCH, OFFERS), dtype=bool)
    peer, matrix, types = pymcdm.methods.WSM(lambda given, cost: given), values.T, np.ones(AXES)

    def ours():
        scores = (weighted(some, values) for some in np.split(weights, RANKINGS // BATCH))
        return np.concatenate([winners(each, each, cost_usd=cost, eligible=passes) for each in scores])

    def theirs():
        return [rrankdata(peer(matrix, each, types)) for each in weights[:200]]

    assert [int(rank.argmin()) for rank in theirs()] == ours()[:200].tolist()
    each, peer_each = best_s(ours, 25) / RANKINGS, best_s(theirs, 5) / 200
    print(f"\n{peer_each / each:,.0f} rankings while pymcdm makes one ({peer_each * 1e6:.0f} us and {each * 1e9:.0f} ns)")
    assert peer_each / each >= 1_000


@pytest.mark.bench
def test_weight_intervals_and_changes_of_fifty_offers_take_milliseconds(yardstick_s):
    rng = np.random.default_rng(2)
    scores = make_scores(rng.random((AXES, OFFERS)), rng.dirichlet(np.ones(AXES)))
    ids, cost = tuple(f"offer-{place:02}" for place in range(OFFERS)), rng.random(OFFERS)
    choice = int(scores.low.argmax())

    def work():
        weight_intervals(scores.weights, weight_flips(scores, choice=choice, cost_usd=cost, ids=ids))
        changes_by_rival(scores, choice=choice, ids=ids)

    spent = best_s(work, 15)
    print(f"\nweight intervals and least changes of {OFFERS} offers: {1000 * spent:.2f} ms (yardstick {1000 * yardstick_s:.2f} ms)")
    assert spent < 0.005 * max(1.0, yardstick_s / YARDSTICK_S)


YARDSTICK_S = 0.0006


@pytest.mark.bench
@pytest.mark.parametrize("name", presets())
def test_how_firm_it_is_takes_less_than_fifty_milliseconds(name, yardstick_s):
    preset = presets()[name]
    workload = preset.workload.model_copy(update={"needs": preset.workload.needs.model_copy(update={"providers": ()})})
    asked = deepen(study(workload, preset.priorities, load_catalogue(), ON))
    spent = best_s(lambda: (held(asked), how_firm(asked)), 5)
    print(f"\n{name}: chart and words on how firm it is {1000 * spent:.1f} ms (yardstick {1000 * yardstick_s:.2f} ms)")
    assert spent < 0.05 * max(1.0, yardstick_s / YARDSTICK_S)
