"""The best offer of each provider."""

from scoring.fakes import array, make_case, verdicts

from framework.axes.assessment import Verdict
from framework.scoring.recommend import recommend
from framework.scoring.rollup import roll_up

FAILS = Verdict.FAILS
PRICED = array(3_250, 2_000, 4_000, 5_000, 4_500)


def rolled(**parts):
    case = make_case(cost_usd=PRICED, **parts)
    return roll_up(case.columns, recommend(case, prices_as_of=None, catalogue_digest="d"))


def test_every_provider_stands_once_with_its_best_offer_by_rank():
    found = rolled()
    assert [(one.provider, one.best, one.offers, one.passing) for one in found] == [
        ("acme", 1, 2, 2),
        ("bravo", 2, 1, 1),
        ("delta", 4, 1, 1),
        ("carol", 3, 1, 1),
    ]
    assert all(one.nearest is None for one in found)


def test_a_provider_without_one_says_what_keeps_the_nearest_out():
    # acme/plain fails the class, acme/cached comes as far as the rate limits.
    found = rolled(workload={"needs": {"class": "balanced"}}, rate_limits=verdicts(o1=FAILS))
    acme = next(one for one in found if one.provider == "acme")
    assert (acme.best, acme.passing, acme.nearest.offer, acme.nearest.gate) == (None, 0, "acme/cached", "rate_limits")
    assert [one.best is None for one in found] == sorted(one.best is None for one in found)


def test_ranks_of_the_best_offers_rise():
    case = make_case(cost_usd=PRICED)
    answer = recommend(case, prices_as_of=None, catalogue_digest="d")
    ranks = [answer.scores.rank[one.best] for one in roll_up(case.columns, answer)]
    assert ranks == sorted(ranks) and ranks[0] == 1
